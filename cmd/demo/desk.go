package demo

import (
	"slices"
	"time"

	"gatehouse/core"
)

// desk is the daily work of administrators and Support in the weeks before today: what was renamed, undone, moved,
// renewed, closed and opened again, so that the activity and the histories of the demo have something of every kind.
func (b *builder) desk() {
	b.tidied()
	b.trialled()
	b.peopleChanged()
	b.staffChanged()
}

// tidied changes names and settings, and takes one of them back.
func (b *builder) tidied() {
	kestrel, cobalt := b.firstAdmin("Kestrel Air"), b.firstAdmin("Cobalt Mining")
	b.do("rename", func() error {
		if _, err := b.as(kestrel).RenameProject(b.ctx, b.project("Gate displays"), 0, "Gate display"); err != nil {
			return err
		}
		_, err := b.as(kestrel).Undo(b.ctx, core.EventRef{})
		return err
	})
	b.do("settings", func() error {
		if _, err := b.as(kestrel).SetNewMembers(b.ctx, b.org("Kestrel Air"), 0, core.NewMembersDefault); err != nil {
			return err
		}
		_, err := b.as(cobalt).SetPendingTime(b.ctx, b.org("Cobalt Mining"), 0, 48)
		return err
	})
	b.do("contact", func() error {
		_, err := b.as(nora).SetMaintainerContact(b.ctx, b.maintainer(maintainerNames[0]), 0, "help@harbor.test")
		return err
	})
}

// trialled gives projects another label or end, moves one, brings one back, and takes some away for good.
func (b *builder) trialled() {
	hana, delta := b.firstAdmin("Hana Foods 花"), b.firstAdmin("Delta Freight")
	b.do("fields", func() error {
		label, expires := "pilot, free until summer", core.At(b.now.Add(200*core.Day))
		_, err := b.as(Sam).SetProject(b.ctx, b.project("Returns"), 0, core.ProjectPatch{PriceLabel: &label, Expires: &expires})
		return err
	})
	b.do("closed for a day", func() error {
		if _, err := b.as(Sam).DisableProject(b.ctx, b.project("Fleet health"), 0, "New disks", 0); err != nil {
			return err
		}
		_, err := b.as(Sam).EnableProject(b.ctx, b.project("Fleet health"), 0)
		return err
	})
	b.do("deleted by mistake", func() error {
		if _, err := b.as(hana).DeleteProject(b.ctx, b.project("Farm contracts"), 0); err != nil {
			return err
		}
		_, err := b.as(Sam).RestoreProject(b.ctx, b.project("Farm contracts"), 0)
		return err
	})
	b.createProject(delta, "Delta Freight", "Toll prices", "")
	b.do("created twice", func() error {
		_, err := b.as(delta).RemoveProject(b.ctx, b.project("Toll prices"), 0)
		return err
	})
	b.createProject(delta, "Delta Freight", "Driver breaks", "demo")
	b.do("purged early", func() error {
		id := b.project("Driver breaks")
		if err := b.as(delta).LeaveProject(b.ctx, id); err != nil {
			return err
		}
		if _, err := b.as(delta).DeleteProject(b.ctx, id, 0); err != nil {
			return err
		}
		_, err := b.as(Sam).PurgeProject(b.ctx, id)
		return err
	})
	b.createProject(delta, "Delta Freight", "Runway freight", "")
	b.do("moved", func() error {
		_, err := b.as(Sam).MoveProject(b.ctx, b.project("Runway freight"), 0, b.org("Kestrel Air"))
		return err
	})
}

// peopleChanged changes roles, takes people out, and lets an administrator in.
func (b *builder) peopleChanged() {
	evora, larkspur := b.firstAdmin("Évora Textiles"), b.firstAdmin("Larkspur City")
	loom := b.project("Loom telemetry")
	user := b.find(loom.Ref(), func(m core.MemberView) bool {
		return m.Kind == core.MemberOrdinary && m.Role != core.RoleReadOnly && m.Person.Email != evora
	})
	b.do("role", func() error {
		_, err := b.as(evora).SetRole(b.ctx, loom, b.ids[user], 0, core.RoleReadOnly)
		return err
	})
	b.do("removed from a project", func() error { return b.as(evora).RemoveMember(b.ctx, loom.Ref(), b.ids[user], 0) })
	plain := b.find(b.org("Larkspur City").Ref(), func(m core.MemberView) bool {
		return m.Kind == core.MemberOrdinary && !slices.Contains(m.Roles, core.RoleAdmin)
	})
	b.do("removed from an organization", func() error {
		return b.as(larkspur).RemoveMember(b.ctx, b.org("Larkspur City").Ref(), b.ids[plain], 0)
	})
	b.do("an administrator comes in", func() error {
		page, err := b.as(larkspur).Projects(b.ctx, core.ProjectQuery{Organization: b.org("Larkspur City")})
		if err != nil {
			return err
		}
		for _, p := range page.Items {
			_, err := b.as(larkspur).JoinProject(b.ctx, p.ID, nil)
			if core.ReasonOf(err) != core.ReasonAlreadyMember {
				return err
			}
		}
		return errNobody
	})
	b.join(Lea, "Pattern search", "Check of the new index", 4*time.Hour)
	b.do("left early", func() error {
		page, err := b.as(Lea).Visits(b.ctx, core.VisitQuery{Unit: b.project("Pattern search").Ref(), Active: true})
		if err != nil || len(page.Items) == 0 {
			return err
		}
		_, err = b.as(Lea).LeaveVisit(b.ctx, page.Items[0].ID)
		return err
	})
}

// staffChanged renews an account, and gives and takes the flag of Support.
func (b *builder) staffChanged() {
	tom := maintainerMembers[2][1]
	b.do("support for a while", func() error {
		if _, err := b.as(Sam).SetSupport(b.ctx, b.ids[tom], true, 0); err != nil {
			return err
		}
		if _, err := b.as(Sam).SetSupport(b.ctx, b.ids[tom], false, 0); err != nil {
			return err
		}
		_, err := b.as(priya).SetAccountExpiry(b.ctx, b.ids[tom], core.At(b.now.Add(365*core.Day)))
		return err
	})
	b.do("staff that is gone", func() error {
		const intern = "temp.desk@support.test"
		acc, code, err := b.as(Sam).CreateAccount(b.ctx, core.AccountInput{Email: intern, Support: true, Expires: core.At(b.now.Add(12 * time.Hour))})
		if err != nil {
			return err
		}
		b.ids[intern] = acc.ID
		return b.activate(code, "Summer Desk") // expires within the day
	})
}

// ends are requests that end without a decision, one to stay longer, and one that nobody can decide.
func (b *builder) ends() {
	trail := b.firstAdmin("Blue Heron Labs")
	b.request(nora, "Meter readings", "Look at the gaps of last night", 3*time.Hour)
	b.do("added instead", func() error {
		_, _, err := b.as(b.firstAdmin("Fjord Energy")).AddMember(b.ctx, core.AddInput{Unit: b.project("Meter readings").Ref(), Email: nora, Role: core.RoleGuest})
		return err
	})
	b.createProject(trail, "Blue Heron Labs", "Field notes", "")
	b.request(Lea, "Field notes", "Set up the import together", core.Day)
	b.do("deleted with a request", func() error {
		_, err := b.as(trail).DeleteProject(b.ctx, b.project("Field notes"), 0)
		return err
	})
	b.createProject(trail, "Blue Heron Labs", "Night shift", "")
	b.do("empty", func() error { return b.as(trail).LeaveProject(b.ctx, b.project("Night shift")) })
	b.request(Lea, "Night shift", "The counters stand still since midnight", 4*time.Hour)
	b.do("stay longer", func() error {
		page, err := b.as(Sam).Visits(b.ctx, core.VisitQuery{Unit: b.project("Claims intake").Ref(), Active: true})
		if err != nil || len(page.Items) == 0 {
			return err
		}
		_, err = b.as(Sam).ExtendVisit(b.ctx, page.Items[0].ID, core.Entry{Reason: "INC-40: the queue fills up again", Term: lengthOf(20 * time.Hour)})
		return err
	})
}

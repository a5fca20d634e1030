package demo

import (
	"time"

	"gatehouse/core"
)

// delta is Delta Freight, which changes its mind often: what is opened, closed, shared and given away there is taken
// back again, so that the organization looks as before and its activity tells of all of it.
func (b *builder) delta() {
	admin := b.firstAdmin("Delta Freight")
	for _, part := range []func(string){b.names, b.given, b.shelves, b.asked, b.rescued} {
		part(admin)
		b.wait(11 * time.Minute)
	}
}

// names renames and takes it back.
func (b *builder) names(admin string) {
	b.do("name of the organization", func() error {
		if _, err := b.as(admin).RenameOrganization(b.ctx, b.org("Delta Freight"), 0, "Delta Freight and Sons"); err != nil {
			return err
		}
		_, err := b.as(admin).Undo(b.ctx, core.EventRef{})
		return err
	})
	b.do("name of the maintainer", func() error {
		id := b.maintainer(maintainerNames[2])
		if _, err := b.as(priya).RenameMaintainer(b.ctx, id, 0, maintainerNames[2]+" Ltd"); err != nil {
			return err
		}
		_, err := b.as(priya).Undo(b.ctx, core.EventRef{})
		return err
	})
	b.do("a name of one's own", func() error {
		_, err := b.as(maintainerMembers[0][1]).RenameAccount(b.ctx, "Emil Aage Thorsen")
		return err
	})
}

// given gives the organization away and back, plans Require MFA and drops it, and has a role for a day.
func (b *builder) given(admin string) {
	id := b.org("Delta Freight")
	for _, to := range []string{maintainerNames[0], maintainerNames[2]} {
		b.do("move to "+to, func() error {
			_, err := b.as(Sam).MoveOrganization(b.ctx, id, 0, b.maintainer(to))
			return err
		})
	}
	b.do("no MFA after all", func() error {
		if _, err := b.as(admin).ScheduleMFA(b.ctx, id, 0, core.At(b.now.Add(30*core.Day))); err != nil {
			return err
		}
		_, err := b.as(admin).MFAOff(b.ctx, id, 0)
		return err
	})
	b.role(admin, "Delta Freight", "temps", "Helps out before the holidays")
	b.grant(admin, "Route planner", "TEMPS", core.RoleReadOnly)
	b.do("no temps", func() error {
		if err := b.as(admin).RevokeGrant(b.ctx, b.project("Route planner"), "TEMPS", ""); err != nil {
			return err
		}
		return b.as(admin).DeleteRole(b.ctx, id, "TEMPS")
	})
	b.do("billing", func() error {
		_, err := b.as(Sam).Billing(b.ctx, id)
		return err
	})
	b.do("template", func() error {
		template := "poc30"
		_, err := b.as(Sam).SetProject(b.ctx, b.project("Port slots"), 0, core.ProjectPatch{Template: &template})
		return err
	})
}

// shelves has a bucket that is shared, linked, and gone again.
func (b *builder) shelves(admin string) {
	other := b.decider("Customs papers")
	id := b.bucket(admin, "Route planner", "tolls", "Tolls of last year")
	b.share(admin, id, core.ShareInput{Type: core.ShareProjectMembers})
	b.do("one bucket", func() error {
		description, customs := "Tolls of 2025", b.project("Customs papers")
		if _, err := b.as(admin).SetBucket(b.ctx, id, 0, core.BucketPatch{Description: &description}); err != nil {
			return err
		}
		for _, unlink := range []func() error{
			func() error { return b.as(other).UnlinkBucket(b.ctx, id, customs) },
			func() error { return b.as(admin).ForceUnlink(b.ctx, id, customs) },
		} {
			if _, err := b.as(other).LinkBucket(b.ctx, id, customs, "tolls"); err != nil {
				return err
			}
			if err := unlink(); err != nil {
				return err
			}
		}
		if _, err := b.as(admin).UnshareBucket(b.ctx, id, 0); err != nil {
			return err
		}
		return b.as(admin).DeleteBucket(b.ctx, id, 0)
	})
}

// asked is an invitation that was sent twice and taken back, and a ticket that was closed too early.
func (b *builder) asked(admin string) {
	b.do("sent twice", func() error {
		i, _, err := b.as(admin).Invite(b.ctx, core.InviteInput{Unit: b.org("Delta Freight").Ref(), Email: "night.desk@deltafreight.test"})
		if err != nil {
			return err
		}
		b.wait(25 * time.Minute)
		if i, _, err = b.as(admin).ResendInvitation(b.ctx, i.ID, 0, 0); err != nil {
			return err
		}
		_, err = b.as(admin).CancelInvitation(b.ctx, i.ID, 0)
		return err
	})
	id := b.ticket(admin, "Route planner", core.TicketInput{Kind: core.TicketError, Subject: "Routes over the old bridge", Body: "The planner still sends trucks over it."})
	b.wait(14 * time.Minute)
	b.closeTicket(admin, id)
	b.wait(18 * time.Minute)
	b.do("reopen", func() error {
		_, err := b.as(admin).ReopenTicket(b.ctx, id, 0)
		return err
	})
	b.wait(9 * time.Minute)
	b.closeTicket(admin, id)
}

// rescued is what Support and a person do about keys and MFA.
func (b *builder) rescued(admin string) {
	b.key(admin, "old laptop")
	b.key(admin, "laptop")
	b.do("one key less", func() error {
		keys, err := b.as(admin).Keys(b.ctx, b.ids[admin])
		if err != nil || len(keys) == 0 {
			return err
		}
		return b.as(admin).RemoveKey(b.ctx, keys[0].Fingerprint)
	})
	b.do("new recovery codes", func() error {
		_, err := b.as(admin).RenewRecoveryCodes(b.ctx)
		return err
	})
	other := b.decider("Customs papers")
	b.do("confirmed", func() error {
		_, err := b.as(Sam).ConfirmAddress(b.ctx, b.ids[other])
		return err
	})
	b.do("a lost telephone", func() error {
		_, err := b.as(Sam).SwitchOffMFAOf(b.ctx, b.ids[other], "Lost the telephone, called back on the office line")
		return err
	})
	b.enrol(other)
}

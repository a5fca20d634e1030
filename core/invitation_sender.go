package core

// An invitation lives on the right of who sent it, or sent it again last (I17): when they may send it no more, it is
// revoked in the same transaction. This file is the one place that judges it, for the deed, the card and the answer.

// losing changes the facts about a sender to what they are after something that has not happened yet.
type losing func(i Invitation, f *Facts) error

// stillSends reports whether the sender of an invitation may send it now. A lock for want of MFA and a disabled project do
// not matter: they take no role from anybody (S17, P14).
func (r *reading) stillSends(i Invitation, lose losing) (bool, error) {
	sender, ok, err := r.Accounts().Get(i.Sender())
	if err != nil || !ok || sender.ReadOnly != nil {
		return false, err
	}
	f, err := r.factsAbout(sender, i.Unit)
	if err != nil {
		return false, err
	}
	f.MFA, f.Disabled = true, nil
	if lose != nil {
		if err := lose(i, &f); err != nil {
			return false, err
		}
	}
	if !permits(inviteRights[i.Unit.Kind], f) {
		return false, nil
	}
	return i.Role != RoleShare || permits(ProjectGiveShare, f), nil
}

// unsendable gives the pending invitations of a part of an index whose sender may not send them now, or those that a loss
// would make so. Those whose own time is over are left to the sweep.
func (r *reading) unsendable(s Scan, lose losing) ([]Invitation, error) {
	pending, err := all(r.Invitations(), s)
	if err != nil {
		return nil, err
	}
	var found []Invitation
	for _, i := range pending {
		if !i.Pending(r.now) {
			continue
		}
		sends, err := r.stillSends(i, lose)
		if err != nil {
			return nil, err
		}
		if !sends && lose != nil {
			before, err := r.stillSends(i, nil)
			if err != nil {
				return nil, err
			}
			sends = !before // not by this loss
		}
		if !sends {
			found = append(found, i)
		}
	}
	return found, nil
}

func sentBy(id AccountID) Scan { return Scan{Index: InvitationsOfSender, Prefix: Key{Num(id)}} }

func openTo(unit Unit) Scan { return Scan{Index: OpenOfUnit, Prefix: RefKey(unit)} }

// revokeSentBy revokes what somebody has sent and may send no more, after they have lost something.
func (c *change) revokeSentBy(id AccountID) error {
	ended := &endings{}
	if err := c.revoke(ended, sentBy(id), nil); err != nil {
		return err
	}
	if len(ended.of) > 0 {
		ended.write(c, c.event.Action, id)
	}
	return nil
}

// revokeSentTo revokes the invitations to a unit whose senders may send them no more, after a way into it was closed. It
// stands in the main event.
func (c *change) revokeSentTo(unit Unit) error {
	found, err := c.unsendable(openTo(unit), nil)
	if err != nil {
		return err
	}
	for _, i := range found {
		if err := c.revokeInvitation(i); err != nil {
			return err
		}
	}
	return nil
}

// revoke settles what unsendable gives, each in the event of the chain of its unit.
func (c *change) revoke(to *endings, s Scan, lose losing) error {
	found, err := c.unsendable(s, lose)
	if err != nil {
		return err
	}
	for _, i := range found {
		end := func() error { return c.revokeInvitation(i) }
		if c.event == nil { // what is gained or lost in a unit before its event is begun stands in the chain of that event
			err = end()
		} else {
			err = c.elsewhere(to, i.Unit, end)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// gone is the loss of everything: the account is removed or expires.
func gone(_ Invitation, f *Facts) error {
	f.Expired = true
	return nil
}

// outOf is the loss of a membership.
func (r *reading) outOf(unit Unit) losing {
	return func(i Invitation, f *Facts) error {
		switch unit.Kind {
		case KindOrganization:
			if i.Unit.Kind == KindProject {
				p, err := r.project(ProjectID(i.Unit.ID))
				if err != nil || p.Organization.Ref() != unit {
					return err
				}
			} else if i.Unit != unit {
				return nil
			}
			f.OrganizationStanding, f.Admin, f.RoleAccess, f.Openings = NoStanding, false, "", nil
		case KindProject:
			if i.Unit == unit {
				f.Direct, f.DirectRole = NoStanding, ""
			}
		default:
			if i.Unit == unit {
				f.MaintainerStanding = NoStanding
			}
		}
		return nil
	}
}

// outOfAll is the loss of the membership of an organization, and of those in some of its projects.
func (r *reading) outOfAll(unit Unit, uses []DirectUse) losing {
	lose := []losing{r.outOf(unit)}
	for _, u := range uses {
		lose = append(lose, r.outOf(ProjectID(u.Project.ID).Ref()))
	}
	return func(i Invitation, f *Facts) error {
		for _, one := range lose {
			if err := one(i, f); err != nil {
				return err
			}
		}
		return nil
	}
}

// withoutRole is the loss of an organization role that is deleted.
func (r *reading) withoutRole(id OrganizationID, role string) losing {
	d := r.directory()
	return func(i Invitation, f *Facts) error {
		p, err := d.projectOf(ProjectID(i.Unit.ID))
		if err != nil {
			return err
		}
		levels, err := d.grantLevels(p)
		if err != nil {
			return err
		}
		m, _, err := r.membership(id.Ref(), f.Account.ID)
		if f.RoleAccess != "" {
			f.Openings = nil // only what they give counts here
			f.RoleAccess = levelOf(p.RoleSet, Membership{Roles: rolesWithout(m.Roles, role)}, levels)
		}
		return err
	}
}

// movedTo is what a project that moves to another organization makes of its people (H13).
func (r *reading) movedTo(to OrganizationID) losing {
	return func(_ Invitation, f *Facts) error {
		standing, m, err := r.standing(to.Ref(), f.Account.ID)
		f.OrganizationStanding, f.Admin, f.RoleAccess, f.Openings = standing, standing == Ordinary && m.Admin(), "", nil
		return err
	}
}

// Revoked is a pending invitation that a loss of rights takes along, for the card before it (I17).
type Revoked struct {
	Invitation InvitationID `json:"invitation"`
	Who        Person       `json:"account"` // who is invited
	Unit       Unit         `json:"unit"`
	UnitName   string       `json:"unit_name"`
	Sender     Person       `json:"sender"`
}

// revocations are the invitations that a loss would revoke, in words.
func (d *directory) revocations(s Scan, lose losing) ([]Revoked, error) {
	found, err := d.unsendable(s, lose)
	if err != nil {
		return nil, err
	}
	out := make([]Revoked, 0, len(found))
	for _, i := range found {
		v, err := d.revoked(i)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// revoked is one of them in words.
func (d *directory) revoked(i Invitation) (Revoked, error) {
	v := Revoked{Invitation: i.ID, Unit: i.Unit, UnitName: d.reading.unitName(i.Unit)}
	var err error
	if v.Who, err = d.person(i.Account, false); err == nil {
		v.Sender, err = d.person(i.Sender(), false)
	}
	return v, err
}

// revokedWithRole are the invitations that deleting a role would revoke: to the projects that it opens.
func (d *directory) revokedWithRole(id OrganizationID, role string, grants []Grant) ([]Revoked, error) {
	var out []Revoked
	seen := map[ProjectID]bool{}
	for _, g := range grants {
		if seen[g.Project] {
			continue
		}
		seen[g.Project] = true
		more, err := d.revocations(openTo(g.Project.Ref()), d.withoutRole(id, role))
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// revokedLines says which invitations are revoked, the first of them by name.
func revokedLines(list []Revoked) []string {
	if len(list) == 0 {
		return nil
	}
	lines := []string{"Revoked, because " + sendersOf(list) + " may send them no more: " + counted(len(list), "pending invitation") + "."}
	for _, i := range list[:min(len(list), impactNamed)] {
		lines = append(lines, "  invitation "+i.Invitation.Ref().number()+" of "+i.Who.Label()+" to "+i.UnitName)
	}
	if more := len(list) - impactNamed; more > 0 {
		lines = append(lines, "  and "+counted(more, "more invitation"))
	}
	return lines
}

func sendersOf(list []Revoked) string {
	var names []string
	seen := map[AccountID]bool{}
	for _, i := range list {
		if !seen[i.Sender.ID] {
			seen[i.Sender.ID] = true
			names = append(names, i.Sender.Label())
		}
	}
	return people(names)
}

// senderMayNot refuses to accept an invitation whose sender may send it no more, although nothing has revoked it yet: it
// ended when the right ended (I17, V10), as one that is over (I16).
func (c *change) senderMayNot(i Invitation, f Facts) error {
	sends, err := c.stillSends(i, nil)
	if err != nil || sends {
		return err
	}
	who, err := c.label(i.Sender())
	if err != nil {
		return err
	}
	return refuseAs(ReasonAlreadyDecided, variantSender, words{"id": i.ID.Ref().number(), "who": who, "unit": f.UnitName})
}

package core

import "context"

// RemoveMember takes somebody out of a unit at once (M9, MT4, 6.3, A6); a visitor's visit is revoked. The person is
// told. Organization roles and role access go with an organization membership, project memberships stay (OR11). About
// oneself it is leaving. Support may also empty a deleted project (DR9). Refused as section 6 says, and with not_found
// for who is not in the unit; stale; last_member (H7, MT7), last_admin (OR13).
func (a *Actor) RemoveMember(ctx context.Context, unit Unit, who Who, version uint64) error {
	own, err := a.isMe(ctx, who)
	if err != nil {
		return err
	}
	if own {
		// A deleted project cannot be left, but Support may empty it, of itself too (DR9).
		if err := a.leave(ctx, unit); unit.Kind != KindProject || ReasonOf(err) != ReasonNotFound {
			return err
		}
	}
	action := Action("member.remove")
	if unit.Kind == KindProject {
		action = "user.remove"
	}
	return a.do(ctx, attempt{action: action, subjects: append([]Ref{unit}, who.refs()...)}, func(c *change) error {
		_, err := c.endMembership(action, unit, who, version)
		return err
	})
}

// endMembership ends a membership that the actor may end, with its one event, and gives whose it was.
func (c *change) endMembership(action Action, unit Unit, who Who, version uint64) (Account, error) {
	name, err := c.mayRemove(unit)
	if err != nil {
		return Account{}, err
	}
	m, err := c.memberOf(unit, who)
	if err != nil {
		return Account{}, err
	}
	acc, err := c.account(m.Account)
	if err != nil {
		return Account{}, err
	}
	if err := c.unchanged(acc.ID.Ref(), "The membership of "+acc.label(), m.Version, version); err != nil {
		return Account{}, err
	}
	return acc, c.remove(action, m, acc, name)
}

// leave is removing oneself (M10).
func (a *Actor) leave(ctx context.Context, unit Unit) error {
	switch unit.Kind {
	case KindMaintainer:
		return a.LeaveMaintainer(ctx, MaintainerID(unit.ID))
	case KindOrganization:
		return a.LeaveOrganization(ctx, OrganizationID(unit.ID))
	case KindProject:
		return a.LeaveProject(ctx, ProjectID(unit.ID))
	default:
		return notFound(unit)
	}
}

// mayRemove checks the right to take people out of the unit and gives its name.
func (c *change) mayRemove(unit Unit) (string, error) {
	if _, ok := unitRights[unit.Kind]; !ok {
		return "", notFound(unit)
	}
	right := revokeRight(unit)
	if unit.Kind == KindProject {
		p, ok, err := c.Projects().Get(ProjectID(unit.ID))
		if err != nil {
			return "", err
		}
		if ok && p.State == ProjectDeleted && c.me.Support {
			right = ProjectEmpty // DR9
		}
	}
	f, err := c.may(right, unit)
	return f.UnitName, err
}

func (c *change) remove(action Action, m Membership, acc Account, unitName string) error {
	if m.Visitor() {
		v, err := c.visitOf(m)
		if err != nil {
			return err
		}
		_, err = c.revokeVisit(v, "")
		return err
	}
	if err := c.notLast(m, acc); err != nil {
		return err
	}
	chain, err := c.chainOf(m.Unit)
	if err != nil {
		return err
	}
	c.happened(action, chain, []Ref{m.Unit, acc.ID.Ref()}, "", membershipGone(m)...)
	c.undoable(UndoState{Membership: &m}, UndoState{})
	if m.Unit.Kind == KindProject {
		c.tell(acc.ID, NoticeUserRemoved, NoticeFacts{Name: unitName}, m.Unit)
	} else {
		c.tell(acc.ID, NoticeMemberRemoved, NoticeFacts{Name: unitName}, m.Unit)
	}
	return c.dropMember(m)
}

package core

import "context"

// JoinOrganization lets staff in while Auto Join is on: a visit with a reason and an end, without organization roles
// (V1, R4, S3). It supersedes the own invitation only (M12). The administrators are told. Refused as section 6.2 says,
// and with reason_required, expiry_required, invalid_end.
func (a *Actor) JoinOrganization(ctx context.Context, id OrganizationID, e Entry) (Visit, error) {
	return a.joinUnit(ctx, id.Ref(), OrganizationJoin, e)
}

// JoinMaintainer lets Support in as a visitor (MT5, R4). It supersedes the own invitation only. Refused as section 6.2
// says, and with reason_required, expiry_required, invalid_end.
func (a *Actor) JoinMaintainer(ctx context.Context, id MaintainerID, e Entry) (Visit, error) {
	return a.joinUnit(ctx, id.Ref(), MaintainerJoin, e)
}

func (a *Actor) joinUnit(ctx context.Context, unit Unit, right Right, e Entry) (Visit, error) {
	var out Visit
	err := a.do(ctx, attempt{action: "member.join", subjects: []Ref{unit}, denied: true}, func(c *change) error {
		if _, err := c.may(right, unit); err != nil {
			return err
		}
		reason, end, err := c.cleanEntry(unit, &e)
		if err != nil {
			return err
		}
		if err := c.clearOverdue(unit, c.me.ID); err != nil {
			return err
		}
		v := Visit{Unit: unit, Account: c.me.ID, Reason: reason, Asked: e.Term, Ends: end, Approver: c.me.ID}
		if unit.Kind == KindOrganization {
			v.Organization = OrganizationID(unit.ID)
		}
		if out, err = c.startVisit(v, c.me, Ref{}); err != nil {
			return err
		}
		c.happened("member.join", unit, []Ref{unit, c.me.ID.Ref(), out.ID.Ref()}, reason, Change{Field: "until", After: end.String()})
		return c.tellVisit(NoticeStaffJoined, out, NoticeFacts{How: howJoined, Text: reason})
	})
	return out, err
}

// clearOverdue takes a membership away that is past its end and was not swept yet, so that the person can come in
// again (TM2, TM5).
func (c *change) clearOverdue(unit Unit, account AccountID) error {
	if account == 0 {
		return nil
	}
	m, ok, err := c.membership(unit, account)
	if err != nil || !ok || m.Running(c.now) {
		return err
	}
	if !m.Visitor() {
		c.consequence(account.Ref(), "membership", unit.String(), "")
	}
	return c.drop(m, 0, causeTime)
}

// LeaveOrganization takes the actor out (M10): visitors end their visit. Refused with forbidden for who is not in it;
// last_member (H7), last_admin (OR13).
func (a *Actor) LeaveOrganization(ctx context.Context, id OrganizationID) error {
	return a.leaveUnit(ctx, "member.leave", id.Ref(), OrganizationLeave)
}

// LeaveMaintainer takes the actor out: visitors end their visit. Visits that rest on the membership end with it (V6).
// Refused with forbidden for who is not in it; last_member (MT7).
func (a *Actor) LeaveMaintainer(ctx context.Context, id MaintainerID) error {
	return a.leaveUnit(ctx, "member.leave", id.Ref(), MaintainerLeave)
}

func (a *Actor) leaveUnit(ctx context.Context, action Action, unit Unit, right Right) error {
	return a.do(ctx, attempt{action: action, subjects: []Ref{unit}}, func(c *change) error {
		if _, err := c.may(right, unit); err != nil {
			return err
		}
		m, ok, err := c.membership(unit, c.me.ID)
		if err != nil {
			return err
		}
		if !ok {
			return notFound(c.me.ID.Ref())
		}
		if m.Visitor() {
			v, err := c.visitOf(m)
			if err != nil {
				return err
			}
			_, err = c.leaveVisit(v)
			return err
		}
		if err := c.notLast(m, c.me); err != nil {
			return err
		}
		chain, err := c.chainOf(unit)
		if err != nil {
			return err
		}
		c.happened(action, chain, []Ref{unit, c.me.ID.Ref()}, "", membershipGone(m)...)
		return c.dropMember(m)
	})
}

// membershipGone lists what a member loses, for the event.
func membershipGone(m Membership) []Change {
	switch {
	case m.Role != "":
		return []Change{{Field: "role", Before: string(m.Role)}}
	case len(m.Roles) > 0:
		return []Change{{Field: "roles", Before: joinRoles(m.Roles)}}
	}
	return nil
}

// dropMember takes an ordinary membership away, and the date of a staff account that is none any more (AC13). The
// caller has checked the right and that it is not the last one.
func (c *change) dropMember(m Membership) error {
	if err := c.drop(m, c.me.ID, ""); err != nil || m.Unit.Kind != KindMaintainer {
		return err
	}
	_, err := c.datedAsStaff(m.Account)
	return err
}

// notLast refuses to take the last ordinary, activated member out of a maintainer or organization (H7, MT7), or the
// last administrator out of an organization (OR13).
func (r *reading) notLast(m Membership, acc Account) error {
	if m.Unit.Kind == KindProject {
		return nil
	}
	name := r.unitName(m.Unit)
	last, err := r.lastOrdinary(m.Unit, m.Account)
	if err != nil {
		return err
	}
	if last {
		return r.lastOne(ReasonLastMember, m, acc, name)
	}
	if m.Unit.Kind == KindMaintainer && acc.Acts(r.now) {
		return r.othersAct(m, acc)
	}
	if m.Unit.Kind != KindOrganization || !m.Admin() {
		return nil
	}
	last, err = r.lastAdmin(OrganizationID(m.Unit.ID), m.Account)
	if err != nil || !last {
		return err
	}
	return r.lastOne(ReasonLastAdmin, m, acc, name)
}

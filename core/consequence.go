package core

// This file holds what follows from changes of membership, wherever they start: one place for each consequence.
// All of them write records and add to the event of the change; none checks a right.

// enter puts an ordinary membership into a unit and settles what the person had pending there: the own invitation
// and the own request are superseded (R8, I10, M12). Other people's requests may have a decider again (R20).
func (c *change) enter(m Membership, acc Account) (Membership, error) {
	m.Version++
	m.Since = c.now
	m.Uncounted = m.Unit.Kind == KindProject && acc.Support
	if err := c.Memberships().Put(m); err != nil {
		return m, err
	}
	if err := c.supersede(m.Unit, m.Account, Ref{}); err != nil {
		return m, err
	}
	if err := c.revokeSentBy(m.Account); err != nil { // a limited role inside lowers an administrator (M3)
		return m, err
	}
	return m, c.reviewDecidersAround(m.Unit)
}

// supersede settles the pending invitation and request of a person who came in another way. keep is a request that is
// settled by the caller.
func (c *change) supersede(unit Unit, account AccountID, keep Ref) error {
	inv, err := c.pendingInvitation(unit, account)
	if err != nil {
		return err
	}
	if inv != nil && inv.ID.Ref() != keep {
		if err := c.settleInvitation(*inv, InvitationSuperseded); err != nil {
			return err
		}
	}
	if unit.Kind != KindProject {
		return nil
	}
	q, err := c.pendingRequest(ProjectID(unit.ID), account)
	if err != nil || q == nil || q.ID.Ref() == keep {
		return err
	}
	return c.settleRequest(*q, RequestSuperseded)
}

// settleInvitation moves an invitation out of pending (or lapsed) as a consequence. One whose time is over, swept or not,
// has lapsed (V10), and who sent it is told. Its notice is withdrawn (I17).
func (c *change) settleInvitation(i Invitation, state InvitationState) error {
	at, by := c.now, c.me.ID
	if i.State == InvitationPending && i.Lapses.Passed(c.now) {
		state, at, by = InvitationLapsed, i.Lapses, 0
		c.tellUnanswered(i)
	}
	c.consequence(i.ID.Ref(), "state", string(i.State), string(state))
	i.State, i.Ended, i.By = state, at, by
	i.Version++
	if err := c.Invitations().Put(i); err != nil {
		return err
	}
	return c.withdrawNotices(i.ID.Ref(), string(state), by)
}

// settleRequest moves a request out of pending without a decision: superseded, void. One whose time is over, swept or
// not, has lapsed, and its requester is told (V10). The notices to the deciders are withdrawn (N6).
func (c *change) settleRequest(q Request, state RequestState) error {
	at, late := c.now, q.Lapses.Passed(c.now)
	if late {
		state, at = RequestLapsed, q.Lapses
	}
	c.consequence(q.ID.Ref(), "state", string(q.State), string(state))
	q.State, q.Decided, q.By = state, at, 0
	q.Version++
	if err := c.Requests().Put(q); err != nil {
		return err
	}
	if late {
		if err := c.tellLapsed(q); err != nil {
			return err
		}
	}
	return c.withdrawNotices(q.ID.Ref(), string(state), 0)
}

// startVisit lets staff in: the visit and its membership in one (V1). v comes with unit, account, role, reason, asked,
// ends, approver and basis; number, state and start are filled in here.
func (c *change) startVisit(v Visit, acc Account, keep Ref) (Visit, error) {
	id, err := c.NextID(KindVisit)
	if err != nil {
		return v, err
	}
	v.ID, v.Version, v.State, v.Started = VisitID(id), 1, VisitActive, c.now
	if err := c.Visits().Put(v); err != nil {
		return v, err
	}
	m := Membership{
		Unit: v.Unit, Account: v.Account, Version: 1, Since: c.now, Origin: OriginVisit, Role: v.Role, Until: v.Ends,
		Reason: v.Reason, Visit: v.ID, Uncounted: acc.Support,
	}
	if v.Unit.Kind == KindProject {
		m.Approver = v.Approver // H9: organizations and maintainers never have one
	}
	if err := c.Memberships().Put(m); err != nil {
		return v, err
	}
	if err := c.supersede(v.Unit, v.Account, keep); err != nil {
		return v, err
	}
	return v, c.revokeSentBy(v.Account) // a visit lowers an administrator (M3)
}

// endVisit ends a running visit in the given state and takes its membership away at once (A6). A pending extension
// becomes void (section 10). by is zero for the system; cause is a note, or why it ended. A visit that is past its end,
// swept or not, has ended then and by time, whatever ends it now (V10).
func (c *change) endVisit(v Visit, state VisitState, by AccountID, cause string) (Visit, error) {
	at := c.now
	if v.Ends.Passed(c.now) {
		state, at, by, cause = VisitEnded, v.Ends, 0, causeTime
	}
	c.consequence(v.ID.Ref(), "state", string(v.State), string(state))
	v.State, v.Ended, v.By, v.Cause = state, at, by, cause
	v.Version++
	if err := c.Visits().Put(v); err != nil {
		return v, err
	}
	m, ok, err := c.membership(v.Unit, v.Account)
	if err != nil {
		return v, err
	}
	if ok && m.Visit == v.ID {
		if err := c.Memberships().Delete(m.Key()); err != nil {
			return v, err
		}
	}
	pending, err := all(c.Requests(), Scan{Index: PendingOfVisit, Prefix: Key{Num(v.ID)}})
	if err != nil {
		return v, err
	}
	for _, q := range pending {
		if q.Lapses.Passed(c.now) {
			continue // its own time is over: the sweep lapses it, and the requester is told
		}
		if err := c.settleRequest(q, RequestVoid); err != nil {
			return v, err
		}
	}
	return v, c.tellCutShort(v)
}

// visitOf gives the running visit behind a visitor's membership.
func (r *reading) visitOf(m Membership) (Visit, error) {
	return get(r.Visits(), m.Visit, m.Visit.Ref())
}

// drop takes a membership away, ending its visit where it is one. The caller has checked the right and that it is not
// the last one. Who decides the requests of the unit is looked at anew (R20).
func (c *change) drop(m Membership, by AccountID, cause string) error {
	if m.Visitor() {
		v, err := c.visitOf(m)
		if err != nil {
			return err
		}
		_, err = c.endVisit(v, VisitEnded, by, cause)
		return err
	}
	if err := c.Memberships().Delete(m.Key()); err != nil {
		return err
	}
	if m.Unit.Kind == KindMaintainer {
		return c.staffLost(m.Account)
	}
	if err := c.revokeSentBy(m.Account); err != nil {
		return err
	}
	return c.reviewDecidersAround(m.Unit)
}

// staffLost revokes what an account has sent and may send no more (I17), and ends its visits that rest on a staff relation that is gone (V6): it is neither Support nor
// an ordinary member of the maintainer of the organization that the visit belongs to. The end of a visit stands in the
// chain of its unit, whose people read it there (AU4, AU14).
func (c *change) staffLost(id AccountID) error {
	acc, err := c.account(id)
	if err != nil {
		return err
	}
	memberships, err := all(c.Memberships(), Scan{Index: MembershipsOfAccount, Prefix: Key{Num(id)}})
	if err != nil {
		return err
	}
	ended := &endings{}
	for _, m := range memberships {
		if !m.Visitor() {
			continue
		}
		staff, err := c.staffFor(acc, m.Unit)
		if err != nil {
			return err
		}
		if staff {
			continue
		}
		err = c.elsewhere(ended, m.Unit, func() error { return c.drop(m, 0, "no longer staff") })
		if err != nil {
			return err
		}
	}
	if err := c.revoke(ended, sentBy(id), nil); err != nil {
		return err
	}
	ended.write(c, c.event.Action, id)
	return nil
}

// staffFor reports whether the account is staff for the unit: Support, or a member of the maintainer that the
// organization of the unit belongs to. For a maintainer only Support counts (MT5).
func (r *reading) staffFor(acc Account, unit Unit) (bool, error) {
	if acc.Support {
		return true, nil
	}
	org := OrganizationID(unit.ID)
	switch unit.Kind {
	case KindProject:
		p, ok, err := r.Projects().Get(ProjectID(unit.ID))
		if err != nil || !ok {
			return false, err
		}
		org = p.Organization
	case KindOrganization:
	default:
		return false, nil
	}
	o, ok, err := r.Organizations().Get(org)
	if err != nil || !ok {
		return false, err
	}
	standing, _, err := r.standing(o.Maintainer.Ref(), acc.ID)
	return standing == Ordinary, err
}

// lastOrdinary reports whether no other ordinary, activated member than the account remains in the unit (H7).
func (r *reading) lastOrdinary(unit Unit, account AccountID) (bool, error) {
	return r.nobodyElse(unit, account, func(_ Membership, acc Account) (bool, error) {
		if acc.State == AccountExpired {
			return r.everActivated(acc)
		}
		return acc.State == AccountActive, nil
	})
}

// lastAdmin reports whether no other usable administrator than the account remains (OR13).
func (r *reading) lastAdmin(id OrganizationID, account AccountID) (bool, error) {
	return r.nobodyElse(id.Ref(), account, func(m Membership, acc Account) (bool, error) {
		return m.Admin() && acc.Acts(r.now), nil
	})
}

func (r *reading) nobodyElse(unit Unit, account AccountID, counts func(Membership, Account) (bool, error)) (bool, error) {
	nobody := true
	err := each(r.Memberships(), Scan{Prefix: RefKey(unit)}, func(m Membership) (bool, error) {
		if m.Account == account || m.Visitor() || !m.Running(r.now) {
			return true, nil
		}
		acc, err := r.account(m.Account)
		if err != nil {
			return false, err
		}
		some, err := counts(m, acc)
		nobody = !some
		return nobody, err
	})
	return nobody, err
}

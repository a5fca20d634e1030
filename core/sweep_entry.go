package core

// This file holds what the sweep does about ways in and their ends: visits, memberships, requests, invitations.

// sweepVisit ends a visit whose end has come, in deleted projects too (TM2), and tells the visitor.
func (c *change) sweepVisit(id VisitID) (bool, error) {
	v, ok, err := c.Visits().Get(id)
	if err != nil || !ok || !v.Due().Passed(c.now) {
		return false, err
	}
	chain, err := c.chainOf(v.Unit)
	if err != nil {
		return false, err
	}
	c.happened("visit.end", chain, []Ref{v.Unit, v.ID.Ref(), v.Account.Ref()}, v.Reason)
	if v, err = c.endVisit(v, VisitEnded, 0, causeTime); err != nil {
		return false, err
	}
	c.tell(v.Account, NoticeVisitEnded, NoticeFacts{Name: c.unitName(v.Unit), At: v.Ends}, v.ID.Ref(), v.Unit)
	return true, nil
}

// sweepMembership ends a temporary membership (TM1), in deleted projects too (TM2), and tells the person.
func (c *change) sweepMembership(key MembershipKey) (bool, error) {
	m, ok, err := c.Memberships().Get(key)
	if err != nil || !ok || !m.Due().Passed(c.now) {
		return false, err
	}
	chain, err := c.chainOf(m.Unit)
	if err != nil {
		return false, err
	}
	c.happened("user.end", chain, []Ref{m.Unit, m.Account.Ref()}, m.Reason,
		Change{Field: "role", Before: string(m.Role)}, Change{Field: "until", Before: m.Until.String()})
	if err := c.drop(m, 0, causeTime); err != nil {
		return false, err
	}
	c.tell(m.Account, NoticeUserEnded, NoticeFacts{Name: c.unitName(m.Unit), At: m.Until}, m.Unit)
	return true, nil
}

// sweepRequest lapses a request (R12), or sends the latest reminder that is due (N6).
func (c *change) sweepRequest(id RequestID) (bool, error) {
	q, ok, err := c.Requests().Get(id)
	if err != nil || !ok || !q.Due().Passed(c.now) {
		return false, err
	}
	if q.Lapses.Passed(c.now) {
		return true, c.lapseRequest(q)
	}
	return c.remind(q)
}

// tooLate reports whether the next thing that a record waits for is due as well: then what was due before it is not
// told any more. Of several notices only the latest is sent, and none once what it warns of has come (SW1).
func (c *change) tooLate(next Moment) bool { return next.Passed(c.written) }

// remind tells the deciders of this moment that a request still waits. Reminders that were missed are left out. The
// version stays: nothing that a decision rests on has changed, so a decision on what was seen before is not stale.
func (c *change) remind(q Request) (bool, error) {
	q.Reminded++
	if err := c.Requests().Put(q); err != nil || c.tooLate(q.Due()) {
		return false, err
	}
	p, err := c.project(q.Project)
	if err != nil {
		return false, err
	}
	c.happened("request.remind", q.Organization.Ref(), []Ref{p.ID.Ref(), q.ID.Ref(), q.Requester.Ref()}, q.Reason)
	deciders, err := c.deciders(p, q.Requester, 0)
	if err != nil {
		return false, err
	}
	facts := q.facts(p)
	facts.Others = len(deciders) - 1
	for _, d := range deciders {
		c.tellDecider(d.ID, NoticeReminder, facts, true, q.ID.Ref(), p.ID.Ref())
	}
	return true, nil
}

// sweepInvitation lapses an invitation (I8). Its notice is withdrawn, and who sent it last is told (I17).
func (c *change) sweepInvitation(id InvitationID) (bool, error) {
	i, ok, err := c.Invitations().Get(id)
	if err != nil || !ok || !i.Due().Passed(c.now) {
		return false, err
	}
	chain, err := c.chainOf(i.Unit)
	if err != nil {
		return false, err
	}
	c.happened("invitation.lapse", chain, []Ref{i.Unit, i.ID.Ref(), i.Account.Ref()}, i.Reason,
		Change{Field: "state", Before: string(i.State), After: string(InvitationLapsed)})
	i.State, i.Ended = InvitationLapsed, c.now
	i.Version++
	if err := c.Invitations().Put(i); err != nil {
		return false, err
	}
	if err := c.withdrawNotices(i.ID.Ref(), string(InvitationLapsed), 0); err != nil {
		return false, err
	}
	c.tellUnanswered(i)
	return true, nil
}

// tellUnanswered tells who sent an invitation last that its time is over (I17).
func (c *change) tellUnanswered(i Invitation) {
	c.tell(i.Sender(), NoticeInvitationLapsed, NoticeFacts{About: i.Account, Name: c.unitName(i.Unit), Lapses: i.Lapses}, i.ID.Ref(), i.Unit)
}

// sweepAttempt writes down how often a denied attempt was repeated (AU8), in the name of who tried. One that was not
// repeated is forgotten.
func (c *change) sweepAttempt(key string) (bool, error) {
	t, ok, err := c.Attempts().Get(key)
	if err != nil || !ok || !t.Due().Passed(c.now) {
		return false, err
	}
	if err := c.Attempts().Delete(key); err != nil {
		return false, err
	}
	if t.Count > 0 {
		c.actor, c.origin, c.me = t.ActorName, t.Origin, Account{ID: t.Actor}
		e, err := c.countOf(t)
		if err != nil {
			return false, err
		}
		c.event = &e
	}
	return true, nil
}

package core

import "slices"

// This file is the part of the invariants that is about who is inside: memberships, visits, requests, invitations.

// membership checks that a visitor has a visit that says the same, and that what is over opens nothing.
func (c *inspection) membership(r *reading, m *Membership) error {
	if m.Visitor() {
		if err := c.visitBehind(r, *m); err != nil {
			return err
		}
	}
	acc, ok, err := r.Accounts().Get(m.Account)
	if err != nil || !ok {
		return err
	}
	return c.closed(r, *m, acc)
}

// visitBehind checks that the membership of a visitor and its visit say the same: person, unit, end, reason, approver.
func (c *inspection) visitBehind(r *reading, m Membership) error {
	v, ok, err := r.Visits().Get(m.Visit)
	switch {
	case err != nil:
		return err
	case !ok || v.State != VisitActive:
		c.fault(m.Account.Ref(), "is a visitor of %s without a running visit (V1)", m.Unit)
	case v.Account != m.Account || v.Unit != m.Unit:
		c.fault(m.Account.Ref(), "is a visitor of %s by %s, which is the visit of another (V1)", m.Unit, v.ID.Ref())
	case v.Ends != m.Until || v.Role != m.Role || v.Reason != m.Reason:
		c.fault(v.ID.Ref(), "has another end, role or reason than the membership of its visitor (V1)")
	case m.Unit.Kind == KindProject && m.Approver != v.Approver:
		c.fault(v.ID.Ref(), "has another approver than the membership of its visitor (H8)")
	}
	return nil
}

// closed checks that a membership past its end opens no door, swept or not: the access function must judge as if it
// were not there (TM5).
func (c *inspection) closed(r *reading, m Membership, acc Account) error {
	if m.Running(r.now) {
		return nil
	}
	f, err := r.factsAbout(acc, m.Unit)
	if err != nil {
		return err
	}
	open := f.Direct != NoStanding
	switch m.Unit.Kind {
	case KindOrganization:
		open = f.OrganizationStanding != NoStanding || f.Admin
	case KindMaintainer:
		open = f.MaintainerStanding != NoStanding
	case KindProject:
		open = open || permits(ProjectContent, f) && f.RoleAccess == "" && !f.Admin
	default:
	}
	if open {
		c.fault(m.Account.Ref(), "is still let into %s, though that ended %s (TM5)", m.Unit, m.Until)
	}
	return nil
}

func (c *inspection) visit(r *reading, v *Visit) error {
	m, ok, err := r.membership(v.Unit, v.Account)
	if err != nil {
		return err
	}
	if (v.State == VisitActive) != (ok && m.Visit == v.ID) {
		c.fault(v.ID.Ref(), "is %s, which does not fit the membership of its visitor (V1)", v.State)
	}
	c.movedOnce(v.ID.Ref(), string(v.State), v.State != VisitActive, v.Ended)
	return c.decisionBehind(r, *v)
}

// decisionBehind checks that a visit from a request, or prolonged by one, has what was decided: approver, reason, end.
func (c *inspection) decisionBehind(r *reading, v Visit) error {
	if v.Basis == 0 {
		if v.Approver != v.Account {
			c.fault(v.ID.Ref(), "was joined, but has another approver than its visitor (V2)")
		}
		return c.extensionBehind(r, v)
	}
	q, ok, err := r.Requests().Get(v.Basis)
	switch {
	case err != nil:
		return err
	case !ok || q.State != RequestApproved || q.Visit != v.ID || q.Requester != v.Account || q.Project.Ref() != v.Unit:
		c.fault(v.ID.Ref(), "rests on %s, which did not start it (V1)", v.Basis.Ref())
	case q.By != v.Approver || q.Reason != v.Reason:
		c.fault(v.ID.Ref(), "has another approver or reason than %s (H8)", q.ID.Ref())
	case len(v.Extensions) == 0 && q.Granted != v.Ends:
		c.fault(v.ID.Ref(), "has another end than %s granted (R21)", q.ID.Ref())
	}
	return c.extensionBehind(r, v)
}

func (c *inspection) extensionBehind(r *reading, v Visit) error {
	n := len(v.Extensions)
	if n == 0 {
		return nil
	}
	q, ok, err := r.Requests().Get(v.Extensions[n-1])
	if err == nil && (!ok || q.State != RequestApproved || q.Extends != v.ID || q.Granted != v.Ends) {
		c.fault(v.ID.Ref(), "has another end than its last extension granted (R23)")
	}
	return err
}

// visitBefore checks that an approved request has the visit that it started or prolonged.
func (c *inspection) visitBefore(r *reading, q Request) error {
	v, ok, err := r.Visits().Get(q.Visit)
	if err == nil && (!ok || v.Basis != q.ID && !slices.Contains(v.Extensions, q.ID)) {
		c.fault(q.ID.Ref(), "was approved, but %s does not rest on it (V1)", q.Visit.Ref())
	}
	return err
}

func (c *inspection) request(r *reading, q *Request) error {
	c.decided(*q)
	switch q.State {
	case RequestPending:
		return c.waiting(r, *q)
	case RequestApproved:
		return c.visitBefore(r, *q)
	default:
		return nil
	}
}

// waiting checks that a pending request may be pending: on a project that is there, once, and by somebody outside.
func (c *inspection) waiting(r *reading, q Request) error {
	if alive, err := c.alive(r, q.Project.Ref()); err != nil {
		return err
	} else if !alive {
		c.fault(q.ID.Ref(), "is pending on %s, which is gone (R13)", q.Project.Ref())
	}
	other, err := r.pendingRequest(q.Project, q.Requester)
	if err != nil {
		return err
	}
	if other != nil && other.ID != q.ID && q.Pending(r.now) {
		c.fault(q.ID.Ref(), "is pending beside %s of the same person (R2)", other.ID.Ref())
	}
	return c.outside(r, q)
}

// outside checks that the requester of a pending request is not inside, and for an extension that the visit runs.
func (c *inspection) outside(r *reading, q Request) error {
	opened, err := c.openedByRoles(r, q)
	if err != nil {
		return err
	}
	standing, m, err := r.standing(q.Project.Ref(), q.Requester)
	switch {
	case err != nil:
		return err
	case q.Extends == 0 && opened:
		c.fault(q.ID.Ref(), "is pending, but an organization role lets its requester in (R8)")
	case !q.Pending(r.now): // due: the sweep lapses it, and nobody can decide it (TM5, R24)
	case q.Extends == 0 && standing != NoStanding:
		c.fault(q.ID.Ref(), "is pending, but its requester is inside (R8)")
	case q.Extends != 0 && (m.Visit != q.Extends):
		c.fault(q.ID.Ref(), "is pending for %s, which does not run (R23)", q.Extends.Ref())
	}
	return nil
}

// openedByRoles reports whether role access lets the requester of a pending request in.
func (c *inspection) openedByRoles(r *reading, q Request) (bool, error) {
	p, ok, err := r.Projects().Get(q.Project)
	if err != nil || !ok {
		return false, err
	}
	level, err := r.roleAccess(p, q.Requester)
	return level != "", err
}

// decisionsOf are the decisions that lead to a state.
var decisionsOf = map[RequestState]decisionCount{
	RequestApproved: {approved: 1}, RequestRejected: {rejected: 1}, RequestWithdrawn: {withdrawn: 1}, RequestLapsed: {lapsed: 1},
}

// decided checks that the log holds exactly the decision that a request shows.
func (c *inspection) decided(q Request) {
	want := decisionsOf[q.State]
	c.movedOnce(q.ID.Ref(), string(q.State), q.State == RequestSuperseded || q.State == RequestVoid, q.Decided)
	if got := c.log.decisions.get(uint64(q.ID)); got != want && (got != decisionCount{} || !c.log.mayLack(q.Decided)) {
		c.fault(q.ID.Ref(), "is %s, but the log has %d approvals, %d rejections, %d withdrawals and %d lapses of it (AU14)",
			q.State, got.approved, got.rejected, got.withdrawn, got.lapsed)
	}
	if q.By == q.Requester && (q.State == RequestApproved || q.State == RequestRejected) {
		c.fault(q.ID.Ref(), "was decided by its requester (R7)")
	}
	if q.By == 0 && (q.State == RequestApproved || q.State == RequestRejected) {
		c.fault(q.ID.Ref(), "is %s by nobody (H8)", q.State)
	}
}

// alive reports whether a unit is there and not deleted, with the organization above it.
func (c *inspection) alive(r *reading, unit Unit) (bool, error) {
	f, err := r.factsAbout(Account{}, unit)
	return f.Exists, err
}

func (c *inspection) invitation(r *reading, i *Invitation) error {
	if i.State != InvitationCancelled || c.log.moves(i.ID.Ref()) > 1 { // by somebody, or with the right of its sender (I17)
		c.movedOnce(i.ID.Ref(), string(i.State), i.State == InvitationSuperseded || i.State == InvitationVoid, i.Ended)
	}
	if i.State != InvitationPending {
		return nil
	}
	if alive, err := c.alive(r, i.Unit); err != nil {
		return err
	} else if !alive {
		c.fault(i.ID.Ref(), "is pending to %s, which is gone (I9)", i.Unit)
	}
	other, err := r.pendingInvitation(i.Unit, i.Account)
	if err != nil {
		return err
	}
	if other != nil && other.ID != i.ID && i.Pending(r.now) {
		c.fault(i.ID.Ref(), "is pending beside %s to the same person (M11)", other.ID.Ref())
	}
	standing, _, err := r.standing(i.Unit, i.Account)
	if err == nil && standing != NoStanding && i.Pending(r.now) {
		c.fault(i.ID.Ref(), "is pending, but its invitee is a member (M12)")
	}
	return err
}

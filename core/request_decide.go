package core

import "context"

// ApproveRequest lets the requester in as a visitor, or moves the end of the visit that is to be extended (R3, R23).
// grant is another end than asked, or zero for what was asked (R21): where a length was asked, any end from 15 minutes
// to 14 days from now; where a moment was asked, an earlier moment at least 15 minutes ahead, said as a moment or as the
// length from now that leads to it. Deciders may (R5, R6).
//
// Errors: not_found for a request that the actor may not see; those of 6.3, the denied ones audited (AU8), and forbidden
// for the own request (R7); project_disabled (R13); already_decided, lapsed, stale; no_longer_staff (R10); invalid_end;
// mfa_required where the requester has no MFA (R14).
func (a *Actor) ApproveRequest(ctx context.Context, id RequestID, version uint64, grant Term) (Request, error) {
	return a.decide(ctx, "request.approve", id, version, ProjectApprove, func(c *change, p Project, q *Request) error {
		requester, err := c.account(q.Requester)
		if err != nil {
			return err
		}
		staff, err := c.staffFor(requester, p.ID.Ref())
		if err != nil {
			return err
		}
		if !staff || !requester.Usable(c.now) {
			return c.noLongerStaff(requester, *q)
		}
		var extended *Visit
		if q.Extends != 0 {
			v, err := get(c.Visits(), q.Extends, q.Extends.Ref())
			if err != nil {
				return err
			}
			if err := c.running(v); err != nil {
				return err
			}
			extended = &v
		}
		end, err := c.grantedEnd(*q, grant, extended)
		if err != nil {
			return err
		}
		if !requester.MFA() {
			return refuseAs(ReasonMFARequired, variantOther, words{"who": requester.label()})
		}
		return c.approve(p, q, requester, end, extended)
	})
}

func (c *change) noLongerStaff(requester Account, q Request) error {
	o, err := c.organization(q.Organization)
	if err != nil {
		return err
	}
	return refuse(ReasonNoLongerStaff, words{"who": requester.label(), "organization": o.Name, "id": q.ID.Ref().number()})
}

// grantedEnd works out the moment that is granted and checks it (R3, R21, R23).
func (c *change) grantedEnd(q Request, grant Term, extended *Visit) (Moment, error) {
	earliest, latest := c.now.Add(LengthMin.Duration()), c.now.Add(LengthMax.Duration())
	if q.Asked.Until != 0 {
		latest = q.Asked.Until // never a later one
	}
	end := q.Asked.End(c.now)
	field := "for"
	if !grant.IsZero() {
		if grant.Until != 0 {
			field = "until"
		}
		granted, err := checkTerm(grant, c.now, min(earliest, latest), latest)
		if err != nil {
			return 0, err
		}
		end = granted
	}
	if extended != nil && end <= extended.Ends {
		return 0, endBetween(field, extended.Ends.Add(1), latest)
	}
	return end, nil
}

// approve writes the decision and what follows from it.
func (c *change) approve(p Project, q *Request, requester Account, end Moment, extended *Visit) error {
	c.happened("request.approve", p.Organization.Ref(), []Ref{p.ID.Ref(), q.ID.Ref(), requester.ID.Ref()}, q.Reason,
		Change{Field: "state", Before: string(q.State), After: string(RequestApproved)},
		Change{Field: "asked", After: q.Asked.text()}, Change{Field: "granted", After: end.String()})
	visit, err := c.admit(p, *q, requester, end, extended)
	if err != nil {
		return err
	}
	c.event.Subjects = append(c.event.Subjects, visit.Ref())
	q.State, q.Granted, q.Visit = RequestApproved, end, visit
	v, err := get(c.Visits(), visit, visit.Ref())
	if err != nil {
		return err
	}
	event := NoticeStaffJoined
	if extended != nil {
		event = NoticeVisitExtended
	}
	if err := c.tellVisit(event, v, NoticeFacts{How: howEntered, Text: q.Reason, Asked: q.Asked, Approver: c.me.ID}); err != nil {
		return err
	}
	c.tell(q.Requester, NoticeRequestApproved, NoticeFacts{Name: p.Name, At: end, Asked: q.Asked}, q.ID.Ref(), p.ID.Ref(), visit.Ref())
	return nil
}

// admit starts the visit that was granted, or moves the end of the one to extend.
func (c *change) admit(p Project, q Request, requester Account, end Moment, extended *Visit) (VisitID, error) {
	if extended == nil {
		if err := c.clearOverdue(p.ID.Ref(), requester.ID); err != nil {
			return 0, err
		}
		v, err := c.startVisit(Visit{
			Unit: p.ID.Ref(), Account: requester.ID, Role: p.RoleSet.Default(), Basis: q.ID, Reason: q.Reason, Ticket: q.Ticket,
			Asked: q.Asked, Ends: end, Approver: c.me.ID, Organization: p.Organization,
		}, requester, q.ID.Ref())
		return v.ID, err
	}
	v := *extended
	c.consequence(v.ID.Ref(), "ends", v.Ends.String(), end.String())
	v.Ends = end
	if v.Ticket == 0 {
		v.Ticket = q.Ticket // the visit goes on for it (ST9)
	}
	v.Extensions = append(append([]RequestID(nil), v.Extensions...), q.ID)
	v.Version++
	if err := c.Visits().Put(v); err != nil {
		return 0, err
	}
	m, err := get(c.Memberships(), MembershipKey{v.Unit, v.Account}, v.ID.Ref())
	if err != nil {
		return 0, err
	}
	m.Until = end
	m.Version++
	return v.ID, c.Memberships().Put(m)
}

// RejectRequest refuses the requester, with an optional note that they read (R22). Deciders may (R5, R6); it works
// while the project is disabled, and for requesters who are no longer staff or have no MFA (R10, R13, R14).
//
// Errors: those of ApproveRequest as far as they apply; invalid_text for the note.
func (a *Actor) RejectRequest(ctx context.Context, id RequestID, version uint64, note string) (Request, error) {
	return a.decide(ctx, "request.reject", id, version, ProjectDecide, func(c *change, p Project, q *Request) error {
		note, err := cleanNote("note", note)
		if err != nil {
			return err
		}
		c.happened("request.reject", p.Organization.Ref(), []Ref{p.ID.Ref(), q.ID.Ref(), q.Requester.Ref()}, note,
			Change{Field: "state", Before: string(q.State), After: string(RequestRejected)})
		q.State, q.Note = RequestRejected, note
		c.tell(q.Requester, NoticeRequestRejected, NoticeFacts{Name: p.Name, Text: note}, q.ID.Ref(), p.ID.Ref())
		return nil
	})
}

// decide runs a decision about a pending request: whether the actor sees it and may decide it, whether it still waits,
// then the decision itself, which changes the request (A9). Rights are those of now (R24).
func (a *Actor) decide(
	ctx context.Context, action Action, id RequestID, version uint64, right Right, fn func(*change, Project, *Request) error,
) (Request, error) {
	var out Request
	try := attempt{action: action, subjects: []Ref{id.Ref()}, denied: true}
	err := a.do(ctx, try, func(c *change) error {
		q, err := c.seenRequest(id)
		if err != nil {
			return err
		}
		if _, err := c.may(right, q.Project.Ref()); err != nil {
			return err
		}
		if q.Requester == c.me.ID { // R7
			return refuse(ReasonForbidden, words{"unit": c.unitName(q.Project.Ref()), "who": "another user of the project"})
		}
		if err := c.waits(q); err != nil {
			return err
		}
		if err := c.unchanged(id.Ref(), "Request "+id.Ref().number(), q.Version, version); err != nil {
			return err
		}
		p, err := c.project(q.Project)
		if err != nil {
			return err
		}
		before := q
		if err := fn(c, p, &q); err != nil {
			return err
		}
		q.Decided, q.By = c.now, c.me.ID
		q.Version++
		if err := c.Requests().Put(q); err != nil {
			return err
		}
		if q.State == RequestRejected {
			c.undoable(UndoState{Request: &before}, UndoState{Request: &q})
		}
		out = q
		return c.withdrawNotices(id.Ref(), "decided", c.me.ID)
	})
	return out, err
}

// requestLapsed refuses what comes too late for a request, with what its reader can do: only the requester files anew.
func requestLapsed(q Request, reader AccountID) *Error {
	variant := ""
	if q.Requester == reader {
		variant = variantOwn
	}
	return refuseAs(ReasonLapsed, variant, words{"id": q.ID.Ref().number(), "time": moment(q.Lapses)})
}

// invitationLapsed refuses what comes too late for an invitation.
func invitationLapsed(i Invitation) *Error {
	return refuseAs(ReasonLapsed, variantInvitation, words{"id": i.ID.Ref().number(), "time": moment(i.Lapses)})
}

// waits refuses with already_decided, naming who and when, when the request is no longer pending, and with lapsed when
// it is past its lapse, swept or not (R24, F10).
func (r *reading) waits(q Request) error {
	text := words{"request or invitation": "Request", "id": q.ID.Ref().number(), "state": string(q.State), "time": moment(q.Decided)}
	switch {
	case q.State == RequestLapsed, q.State == RequestPending && q.Lapses.Passed(r.now):
		return requestLapsed(q, r.me.ID)
	case q.State != RequestPending:
		who, err := r.label(q.By)
		if err != nil {
			return err
		}
		text["who"] = who
		return refuse(ReasonAlreadyDecided, text)
	}
	return nil
}

// seenRequest reads a request; one that the actor may not see is not_found, like one that is not there (A10). The
// requester sees it for ever (R9, R11).
func (r *reading) seenRequest(id RequestID) (Request, error) {
	q, err := get(r.Requests(), id, id.Ref())
	if err != nil || q.Requester == r.me.ID {
		return q, err
	}
	return q, r.hide(id.Ref(), ProjectSee, q.Project.Ref())
}

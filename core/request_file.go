package core

import (
	"context"
	"strconv"
)

// FileRequest asks the users of the project to let the actor in as a visitor (R1–R4). It waits for the pending time of
// the organization, or until the moment asked, whichever is first (R12). Every active user of the project is told (N1);
// when nobody can decide, it is filed all the same, marked, and the administrators are told (R20).
//
// Errors: those of the access matrix (6.1), the denied ones audited (AU8); not_found and ticket_closed for a ticket that
// is cited (ST9); reason_required, invalid_text, expiry_required, invalid_end.
func (a *Actor) FileRequest(ctx context.Context, project ProjectID, entry Entry) (Request, error) {
	var out Request
	try := attempt{action: "request.file", subjects: []Ref{project.Ref()}, denied: true}
	err := a.do(ctx, try, func(c *change) error {
		if _, err := c.may(ProjectRequest, project.Ref()); err != nil {
			return err
		}
		reason, _, err := c.cleanEntry(project.Ref(), &entry)
		if err != nil {
			return err
		}
		out, err = c.file(project, Request{Reason: reason, Asked: entry.Term, Ticket: entry.Ticket})
		return err
	})
	return out, err
}

// ExtendVisit asks the users of the project to let the actor stay longer (R23): a request that is linked to the own
// running project visit. It always needs a decision, whatever Auto Join says.
//
// Errors: not_found for a visit that the actor may not see; forbidden for somebody else's, and for visits to other units;
// already_decided or lapsed when it is over; those of the access matrix; reason_required, invalid_text,
// expiry_required; invalid_end also where the moment is not later than the present end.
func (a *Actor) ExtendVisit(ctx context.Context, visit VisitID, entry Entry) (Request, error) {
	var out Request
	try := attempt{action: "request.file", subjects: []Ref{visit.Ref()}, denied: true}
	err := a.do(ctx, try, func(c *change) error {
		v, err := c.seenVisit(visit)
		if err != nil {
			return err
		}
		if v.Account != c.me.ID || v.Unit.Kind != KindProject {
			return refuse(ReasonForbidden, words{"unit": c.unitName(v.Unit), "who": "a visitor of a project"})
		}
		if err := c.running(v); err != nil {
			return err
		}
		if _, err := c.may(ProjectExtend, v.Unit); err != nil {
			return err
		}
		reason, ends, err := c.cleanEntry(v.Unit, &entry)
		if err != nil {
			return err
		}
		if entry.Term.Until != 0 && ends <= v.Ends {
			return endBetween("until", v.Ends.Add(1), c.now.Add(LengthMax.Duration()))
		}
		out, err = c.file(ProjectID(v.Unit.ID), Request{Reason: reason, Asked: entry.Term, Extends: v.ID, Ticket: entry.Ticket})
		return err
	})
	return out, err
}

// endBetween refuses an end that lies outside its bounds.
func endBetween(field string, earliest, latest Moment) error {
	return refuse(ReasonInvalidEnd, words{"earliest": moment(earliest), "latest": moment(latest)}).field(field)
}

// file writes a request that may be filed, and tells the users.
func (c *change) file(project ProjectID, q Request) (Request, error) {
	p, err := c.project(project)
	if err != nil {
		return q, err
	}
	o, err := c.organization(p.Organization)
	if err != nil {
		return q, err
	}
	id, err := c.NextID(KindRequest)
	if err != nil {
		return q, err
	}
	q.ID, q.Version, q.Project, q.Organization, q.Requester = RequestID(id), 1, p.ID, o.ID, c.me.ID
	q.Filed, q.State = c.now, RequestPending
	q.Lapses = earliest(c.now.Add(o.PendingTime()), q.Asked.Until)
	subjects := []Ref{p.ID.Ref(), q.ID.Ref(), c.me.ID.Ref()}
	if q.Extends != 0 {
		v, err := get(c.Visits(), q.Extends, q.Extends.Ref())
		if err != nil {
			return q, err
		}
		q.Lapses = earliest(q.Lapses, v.Ends)
		subjects = append(subjects, v.ID.Ref())
	}
	if q.Ticket != 0 {
		subjects = append(subjects, q.Ticket.Ref())
	}
	if err := c.Requests().Put(q); err != nil {
		return q, err
	}
	c.happened("request.file", o.ID.Ref(), subjects, q.Reason, Change{Field: "asked", After: q.Asked.text()},
		Change{Field: "lapses", After: q.Lapses.String()})
	// Nobody is told twice of one thing (N5): an administrator who uses the project gets the notice with the next step.
	if err := c.reviewRequests(p, []Request{q}); err != nil {
		return q, err
	}
	if err := c.tellFiled(p, q); err != nil {
		return q, err
	}
	return get(c.Requests(), q.ID, q.ID.Ref())
}

// tellFiled tells every active user of the project, and marks the notices of those who may decide (N1).
func (c *change) tellFiled(p Project, q Request) error {
	event := NoticeRequestFiled
	if q.Extends != 0 {
		event = NoticeExtensionFiled
	}
	var users []AccountID
	decides, deciders := map[AccountID]bool{}, 0
	err := c.activeUsers(p, func(acc Account) (bool, error) {
		may, err := c.mayDecide(p, acc, q.Requester)
		if users = append(users, acc.ID); may && !decides[acc.ID] {
			decides[acc.ID] = true
			deciders++
		}
		return true, err
	})
	for _, id := range users {
		facts := q.facts(p)
		if facts.Others = deciders; decides[id] {
			facts.Others--
		}
		c.tellDecider(id, event, facts, decides[id], q.ID.Ref(), p.ID.Ref())
	}
	return err
}

// facts are what notices say of a request that waits.
func (r Request) facts(p Project) NoticeFacts {
	return NoticeFacts{About: r.Requester, Name: p.Name, Asked: r.Asked, Text: r.Reason, Lapses: r.Lapses}
}

// text writes what was asked for people: "for 4 h", "for 90 min", "for 2 d", "until 2026-11-21 18:00 UTC".
func (t Term) text() string {
	if t.Until != 0 {
		return "until " + moment(t.Until)
	}
	minutes := int64(t.For)
	switch {
	case minutes%(24*60) == 0:
		return "for " + strconv.FormatInt(minutes/(24*60), 10) + " d"
	case minutes%60 == 0:
		return "for " + strconv.FormatInt(minutes/60, 10) + " h"
	}
	return "for " + strconv.FormatInt(minutes, 10) + " min"
}

package core

import "context"

// WithdrawRequest takes the own pending request back (R11). It is open to requesters who are no longer staff (R9) or
// locked out by MFA (S17). Nobody is told (N5); the notices to the deciders are withdrawn (N6).
//
// Errors: not_found for a request that the actor may not see; forbidden for somebody else's; inactive_account,
// account_expired; already_decided, lapsed, stale.
func (a *Actor) WithdrawRequest(ctx context.Context, id RequestID, version uint64) (Request, error) {
	var out Request
	err := a.do(ctx, attempt{action: "request.withdraw", subjects: []Ref{id.Ref()}}, func(c *change) error {
		q, err := c.seenRequest(id)
		if err != nil {
			return err
		}
		if q.Requester != c.me.ID {
			return refuse(ReasonForbidden, words{"unit": c.unitName(q.Project.Ref()), "who": "the requester"})
		}
		if err := c.active(); err != nil {
			return err
		}
		if err := c.waits(q); err != nil {
			return err
		}
		if err := c.unchanged(id.Ref(), "Request "+id.Ref().number(), q.Version, version); err != nil {
			return err
		}
		if _, err := c.may(ProjectWithdraw, q.Project.Ref()); err != nil {
			return err
		}
		c.happened("request.withdraw", q.Organization.Ref(), []Ref{q.Project.Ref(), q.ID.Ref(), c.me.ID.Ref()}, "",
			Change{Field: "state", Before: string(q.State), After: string(RequestWithdrawn)})
		out, err = c.endRequest(q, RequestWithdrawn, c.me.ID, "withdrawn")
		return err
	})
	return out, err
}

// endRequest moves a request out of pending by an event of its own, and withdraws its notices.
func (c *change) endRequest(q Request, state RequestState, by AccountID, note string) (Request, error) {
	q.State, q.Decided, q.By = state, c.now, by
	q.Version++
	if err := c.Requests().Put(q); err != nil {
		return q, err
	}
	return q, c.withdrawNotices(q.ID.Ref(), note, by)
}

// lapseRequest ends a request whose time is over, and tells the requester (R12).
func (c *change) lapseRequest(q Request) error {
	c.happened("request.lapse", q.Organization.Ref(), []Ref{q.Project.Ref(), q.ID.Ref(), q.Requester.Ref()}, q.Reason,
		Change{Field: "state", Before: string(q.State), After: string(RequestLapsed)})
	if _, err := c.endRequest(q, RequestLapsed, 0, "lapsed"); err != nil {
		return err
	}
	return c.tellLapsed(q)
}

func (c *change) tellLapsed(q Request) error {
	p, err := c.project(q.Project)
	if err == nil {
		c.tell(q.Requester, NoticeRequestLapsed, NoticeFacts{Name: p.Name}, q.ID.Ref(), p.ID.Ref())
	}
	return err
}

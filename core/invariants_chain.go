package core

// This file is the part of the invariants that is about the log: unbroken chains, and what the events say of the records.

// decisionCount is how many events of each decision stand in the log about one request.
type decisionCount struct{ approved, rejected, withdrawn, lapsed uint8 }

// movedOnce checks that the log tells exactly once of a change of state that follows from something else, or never where
// there was none (AU3, AU14).
func (c *inspection) movedOnce(ref Ref, state string, moved bool) {
	want := 0
	if moved {
		want = 1
	}
	if got := c.moved[ref]; got != want {
		c.fault(ref, "is %s, but the log has %d events about the end of it (AU3, AU14)", state, got)
	}
}

// chains walks the whole log: every chain must be unbroken up to its head (AU12). On the way it counts the decisions.
func (c *inspection) chains() error {
	link := chainLink{previous: FirstPrevious}
	broken := false
	err := inSlices(c, Tx.Events, func(r *reading, _ Counters, e Event) error {
		if e.Chain != link.chain {
			if err := c.chainEnd(r, link, broken); err != nil {
				return err
			}
			link, broken = chainLink{chain: e.Chain, previous: FirstPrevious}, false
		}
		c.count(e)
		if broken {
			return nil
		}
		if problem := link.check(e); problem != "" {
			broken = true
			c.report(e.Chain.String() + ": " + problem + " (AU12)")
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = c.store.View(c.ctx, func(tx Tx) error { return c.chainEnd(&reading{Tx: tx}, link, broken) })
	if err != nil {
		return err
	}
	return inSlices(c, Tx.Heads, func(r *reading, _ Counters, h Head) error {
		_, ok, err := r.Events().Get(EventKey{h.Chain, h.Sequence})
		if err == nil && !ok {
			c.report(h.Chain.String() + ": the head of the chain is an event that is not there. (AU12)")
		}
		return err
	})
}

func (c *inspection) chainEnd(r *reading, link chainLink, broken bool) error {
	if link.chain.IsZero() || broken {
		return nil
	}
	head, _, err := r.Heads().Get(link.chain)
	if err != nil {
		return err
	}
	if problem, _ := link.checkHead(head); problem != "" {
		c.report(link.chain.String() + ": " + problem + " (AU12)")
	}
	return nil
}

// count notes the decisions about requests that an event stands for, and the changes of state that follow from it.
func (c *inspection) count(e Event) {
	if e.Outcome != OutcomeDone {
		return
	}
	for _, ch := range e.Changes {
		if ch.Subject == nil || ch.Field != "state" {
			continue
		}
		if ch.After == string(RequestLapsed) { // of a request or invitation whose time was over when something else ended it (V10)
			if ch.Subject.Kind == KindRequest {
				n := c.decisions[RequestID(ch.Subject.ID)]
				n.lapsed++
				c.decisions[RequestID(ch.Subject.ID)] = n
			}
			continue
		}
		c.moved[*ch.Subject]++
	}
	if e.Action == actionUndo && e.Linked != "" {
		return // the main event stands for it
	}
	for _, s := range e.Subjects {
		if s.Kind != KindRequest {
			continue
		}
		n := c.decisions[RequestID(s.ID)]
		switch e.Action {
		case "request.approve":
			n.approved++
		case "request.reject":
			n.rejected++
		case "request.withdraw":
			n.withdrawn++
		case "request.lapse":
			n.lapsed++
		case actionUndo: // of a rejection: it does not count any more, another decision may follow (section 10)
			n.rejected--
		default:
			continue
		}
		c.decisions[RequestID(s.ID)] = n
	}
}

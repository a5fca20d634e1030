package core

import "strings"

// This file is the part of the invariants that is about the log: unbroken chains, and what the events say of the records.

// movedOnce checks that the log tells exactly once of a change of state that follows from something else, or never where
// there was none (AU3, AU14). at is when it changed.
func (c *inspection) movedOnce(ref Ref, state string, moved bool, at Moment) {
	want := 0
	if moved {
		want = 1
	}
	if got := c.log.moves(ref); got != want && (got > 0 || !c.log.mayLack(at)) {
		c.fault(ref, "is %s, but the log has %d events about the end of it (AU3, AU14)", state, got)
	}
}

// chains walks the whole log: every chain must be unbroken up to its head (AU12). On the way it counts the decisions.
func (c *inspection) chains() error {
	link := chainLink{previous: FirstPrevious}
	broken := false
	look := func(r *reading, e *Event) error {
		if e.Chain != link.chain {
			if err := c.chainEnd(r, link, broken); err != nil {
				return err
			}
			link, broken = chainLink{chain: e.Chain, previous: FirstPrevious}, false
		}
		c.log.count(e)
		if broken {
			return nil
		}
		if problem := link.check(*e); problem != "" {
			broken = true
			c.broken(e.Chain, problem)
		}
		return nil
	}
	err := inspectAll(c, "event", Tx.Events, func(e *Event) Key { return append(RefKey(e.Chain), Num(e.Sequence)) }, (*recordRules).event,
		func(_ *inspection, r *reading, e *Event) error { return look(r, e) })
	if err != nil {
		return err
	}
	return c.store.View(c.ctx, func(tx Tx) error { return c.chainEnd(&reading{Tx: tx}, link, broken) })
}

// broken reports a break of a chain, whose sentence has its own full stop.
func (c *inspection) broken(chain Ref, problem string) {
	c.tell(chain, ": "+strings.TrimSuffix(problem, ".")+" (AU12)")
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
		c.broken(link.chain, problem)
	}
	return nil
}

// begun checks that a log which begins with the house, and not in the middle of its life, tells of the creation of every
// unit (AU14). It does not where records came in by an import without a log, which the log then begins with.
func (c *inspection) begun(unit Ref) {
	if c.log.whole && !c.log.created[unit.Kind].get(unit.ID) {
		c.fault(unit, "has no event of its creation: a part of the log is missing (AU6, AU14)")
	}
}

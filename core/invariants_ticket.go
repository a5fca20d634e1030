package core

// This file is the part of the invariants that is about tickets.

// tickets checks that each belongs to its project and where that belongs (H13), that its number of comments is right,
// and that nothing is open in a project that is gone for good (OR12, DR8).
func (c *inspection) tickets() error {
	return inSlices(c, Tx.Tickets, func(r *reading, last Counters, t Ticket) error {
		c.numbered(t.ID.Ref(), last)
		p, ok, err := r.Projects().Get(t.Project)
		switch {
		case err != nil:
			return err
		case !ok:
			c.fault(t.ID.Ref(), "is about %s, which is not there (ST1)", t.Project.Ref())
			return nil
		case p.Organization != t.Organization, p.State != ProjectPurged && p.Maintainer != t.Maintainer:
			c.fault(t.ID.Ref(), "is with %s and %s, but its project is not (H13)", t.Organization.Ref(), t.Maintainer.Ref())
		case p.State == ProjectPurged && t.State != TicketClosed:
			c.fault(t.ID.Ref(), "is %s, but its project is gone for good (OR12)", t.State)
		}
		if _, ok, err := r.Accounts().Get(t.Author); err != nil || !ok {
			c.fault(t.ID.Ref(), "was opened by %s, which is not there", t.Author.Ref())
			return err
		}
		n := uint64(0)
		err = each(r.Comments(), Scan{Prefix: Key{Num(t.ID)}}, func(m Comment) (bool, error) {
			n++
			if m.N != n {
				c.fault(t.ID.Ref(), "has comment %d in the place of comment %d", m.N, n)
			}
			return true, nil
		})
		if err == nil && n != uint64(t.Comments) { //nolint:gosec // a negative number is wrong as well
			c.fault(t.ID.Ref(), "counts %d comments, but has %d", t.Comments, n)
		}
		return err
	})
}

func (c *inspection) comments() error {
	return inSlices(c, Tx.Comments, func(r *reading, _ Counters, m Comment) error {
		if _, ok, err := r.Tickets().Get(m.Ticket); err != nil || !ok {
			c.fault(m.Ticket.Ref(), "has a comment, but is not there")
			return err
		}
		_, ok, err := r.Accounts().Get(m.Author)
		if err == nil && !ok {
			c.fault(m.Ticket.Ref(), "has a comment of %s, which is not there", m.Author.Ref())
		}
		return err
	})
}

// citations checks that visits and requests cite tickets of their own project (ST9). A project that was moved keeps its
// tickets, so this holds for ever.
func (c *inspection) citations() error {
	err := inSlices(c, Tx.Visits, func(r *reading, _ Counters, v Visit) error { return c.cites(r, v.ID.Ref(), v.Unit, v.Ticket) })
	if err != nil {
		return err
	}
	return inSlices(c, Tx.Requests, func(r *reading, _ Counters, q Request) error {
		return c.cites(r, q.ID.Ref(), q.Project.Ref(), q.Ticket)
	})
}

func (c *inspection) cites(r *reading, who Ref, unit Unit, id TicketID) error {
	if id == 0 {
		return nil
	}
	t, ok, err := r.Tickets().Get(id)
	if err == nil && (!ok || t.Project.Ref() != unit) {
		c.fault(who, "cites %s, which is no ticket of %s (ST9)", id.Ref(), unit)
	}
	return err
}

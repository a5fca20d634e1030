package core

// ticket checks that the comments of a ticket are numbered without a gap and counted rightly.
func (c *inspection) ticket(r *reading, t *Ticket) error {
	n := uint64(0)
	err := each(r.Comments(), Scan{Prefix: Key{Num(t.ID)}}, func(m Comment) (bool, error) {
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
}

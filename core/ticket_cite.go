package core

// cited checks the ticket that a join, request or extension of a project cites, and gives the reason that stands for
// it when none was written (ST9). It must be a ticket of the same project, which the actor may see.
//
// Errors: not_found, ticket_closed.
func (r *reading) cited(unit Unit, id TicketID) (Ticket, error) {
	t, err := get(r.Tickets(), id, id.Ref())
	if err != nil {
		return t, err
	}
	if t.Project.Ref() != unit {
		return t, notFound(id.Ref()).field("ticket")
	}
	f, err := r.ticketFactsAbout(r.me, t)
	switch {
	case err != nil:
		return t, err
	case !f.reads():
		return t, notFound(id.Ref()).field("ticket")
	case t.State == TicketClosed:
		return t, refuse(ReasonTicketClosed, words{"n": id.Ref().number()}).field("ticket")
	}
	return t, nil
}

// asReason is the reason of who cites the ticket without writing one (ST9).
func (t Ticket) asReason() string { return "Ticket " + t.ID.Ref().number() + ": " + t.Subject }

// closeTicketsOf closes the open tickets of a project that goes for good (OR12, DR8). It is a consequence of the change
// that takes the project; author and commenters are told.
func (c *change) closeTicketsOf(project ProjectID) error {
	open, err := all(c.Tickets(), Scan{Index: OpenTicketsOfProject, Prefix: Key{Num(project)}})
	if err != nil {
		return err
	}
	for _, t := range open {
		c.consequence(t.ID.Ref(), "state", string(t.State), string(TicketClosed))
		t.State = TicketClosed
		if err := c.putTicket(&t); err != nil {
			return err
		}
		if err := c.tellTicketPeople(t, howPurged, ""); err != nil {
			return err
		}
	}
	return nil
}

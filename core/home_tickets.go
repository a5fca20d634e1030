package core

// tickets fills the block of tickets whose next word is the actor's.
func (h *homePage) tickets() error {
	first, total, err := h.ticketsWaiting(HomeRows)
	h.v.TicketsTotal = total
	for _, t := range first {
		if err != nil {
			return err
		}
		var row TicketView
		row, err = h.ticketRow(t)
		h.v.Tickets = append(h.v.Tickets, row)
	}
	return err
}

// ticketsWaiting gives the oldest tickets whose next word is the actor's, and how many there are: those that the actor's
// desk has to answer, and own ones that were answered and not closed. It counts to 500 of each.
func (d *directory) ticketsWaiting(rows int) ([]Ticket, int, error) {
	s := &scope{maintainers: map[MaintainerID]Standing{}}
	err := each(d.Memberships(), Scan{Index: MembershipsOfAccount, Prefix: Key{Num(d.me.ID), Num(KindMaintainer)}}, func(m Membership) (bool, error) {
		if m.Running(d.now) {
			s.maintainers[MaintainerID(m.Unit.ID)] = standingOf(m)
		}
		return true, nil
	})
	if err != nil {
		return nil, 0, err
	}
	var first []Ticket
	total := 0
	take := func(streams []*stream[Ticket], keep func(Ticket) (bool, error)) error {
		p := window[Ticket]{streams: streams, keep: func(t Ticket) (bool, error) {
			ok, err := keep(t)
			if ok && len(first) < rows {
				first = append(first, t)
			}
			return ok, err
		}}
		n, _, err := p.count(d.reading, answerCounted)
		total += n
		return err
	}
	if err := take(d.deskStreams(s), d.awaits); err != nil {
		return nil, 0, err
	}
	own := &stream[Ticket]{index: Scan{Index: OpenTicketsOfAuthor, Prefix: Key{Num(d.me.ID)}}, scan: d.Tickets().Scan, key: ticketKey}
	err = take([]*stream[Ticket]{own}, func(t Ticket) (bool, error) { return t.State == TicketAnswered, nil })
	return first, total, err
}

// ticketSubject gives the subject of a ticket that something cites, or nothing where the actor may not read it.
func (d *directory) ticketSubject(id TicketID) (string, error) {
	if id == 0 {
		return "", nil
	}
	t, ok, err := d.Tickets().Get(id)
	if err != nil || !ok {
		return "", err
	}
	sees, err := d.seesTicket(t)
	if err != nil || !sees {
		return "", err
	}
	return t.Subject, nil
}

// opensTickets reports whether the actor may open a ticket from any project: as a direct member, visitor or role user,
// who is not locked out of it by MFA (ST1, S15).
func (d *directory) opensTickets() (bool, error) {
	may := func(id ProjectID) (bool, error) {
		f, err := d.facts(id.Ref())
		return err == nil && permits(ProjectTicket, f), err
	}
	opens := false
	err := each(d.Memberships(), Scan{Index: MembershipsOfAccount, Prefix: Key{Num(d.me.ID), Num(KindProject)}}, func(m Membership) (bool, error) {
		var err error
		opens, err = may(ProjectID(m.Unit.ID))
		return !opens, err
	})
	if err != nil || opens {
		return opens, err
	}
	s, err := d.scope() // role access is found by the roles, organization by organization
	if err != nil {
		return false, err
	}
	for id := range s.roles {
		if opens, err = may(id); err != nil || opens {
			return opens, err
		}
	}
	return false, nil
}

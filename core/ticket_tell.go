package core

// This file tells people of tickets (section 21).

// shortenedTo is how much of a text stands in a notification; the whole stands on the ticket.
const shortenedTo = 500

func shortened(text string) string {
	runes := []rune(text)
	if len(runes) <= shortenedTo {
		return text
	}
	return string(runes[:shortenedTo]) + "…"
}

// tellTicketOpened tells the members of the maintainer, and its contact address by mail unless it is that of a member.
func (c *change) tellTicketOpened(t Ticket, p Project) error {
	m, _, err := c.Maintainers().Get(t.Maintainer)
	if err != nil {
		return err
	}
	o, err := c.organization(t.Organization)
	if err != nil {
		return err
	}
	facts := NoticeFacts{
		Title: t.Subject, Name: p.Name, In: o.Name, How: string(t.Kind), Priority: t.Priority, Text: shortened(t.Body),
	}
	c.tellContact(m, NoticeTicketOpened, facts, t.ID.Ref(), p.ID.Ref())
	return c.eachMaintainerMember(t.Maintainer, func(acc Account) {
		c.tell(acc.ID, NoticeTicketOpened, facts, t.ID.Ref(), p.ID.Ref())
	})
}

// eachMaintainerMember calls fn with the ordinary members of a maintainer.
func (r *reading) eachMaintainerMember(id MaintainerID, fn func(Account)) error {
	members, err := all(r.Memberships(), Scan{Prefix: RefKey(id.Ref())})
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.Visitor() || !m.Running(r.now) {
			continue
		}
		acc, err := r.account(m.Account)
		if err != nil {
			return err
		}
		fn(acc)
	}
	return nil
}

// tellTicketPeople tells author and commenters what became of the ticket, and a comment on it, as far as they may still read it (ST7).
func (c *change) tellTicketPeople(t Ticket, how, comment string) error {
	people := []AccountID{t.Author}
	seen := map[AccountID]bool{t.Author: true}
	err := each(c.Comments(), Scan{Prefix: Key{Num(t.ID)}}, func(m Comment) (bool, error) {
		if !seen[m.Author] {
			seen[m.Author] = true
			people = append(people, m.Author)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	facts := NoticeFacts{Title: t.Subject, How: how, Text: comment}
	for _, id := range people {
		acc, err := c.account(id)
		if err != nil {
			return err
		}
		f, err := c.ticketFactsAbout(acc, t)
		if err != nil {
			return err
		}
		if f.reads() {
			c.tell(id, NoticeTicketChanged, facts, t.ID.Ref(), t.Project.Ref())
		}
	}
	return nil
}

// tellTicketPassed tells whoever the ticket is with now (ST8).
func (c *change) tellTicketPassed(t Ticket) error {
	facts := NoticeFacts{Title: t.Subject, Text: shortened(t.Body)}
	to := func(acc Account) { c.tell(acc.ID, NoticeTicketPassed, facts, t.ID.Ref(), t.Project.Ref()) }
	if t.With == WithMaintainer {
		return c.eachMaintainerMember(t.Maintainer, to)
	}
	support, err := all(c.Accounts(), Scan{Index: SupportAccounts})
	for _, acc := range support {
		to(acc)
	}
	return err
}

// Words writes the kind as people say it: "limit increase".
func (k TicketKind) Words() string {
	if k == TicketLimitIncrease {
		return "limit increase"
	}
	return string(k)
}

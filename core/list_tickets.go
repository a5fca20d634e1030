package core

import "context"

// TicketTab is a tab of the list of tickets.
type TicketTab string

// The tabs.
const (
	TicketsMine   TicketTab = "mine"   // opened by the actor, in every state (ST3)
	TicketsAnswer TicketTab = "answer" // open, and with the actor's own desk
	TicketsAll    TicketTab = "all"    // all that the actor may read
)

// TicketQuery asks for tickets. With a project, an organization or a maintainer: those of it; else those of the tab.
type TicketQuery struct {
	Query
	Tab          TicketTab // TicketsMine when empty
	State        TicketState
	Project      ProjectID
	Organization OrganizationID
	Maintainer   MaintainerID
}

// Tickets lists tickets, newest first. Sort: opened (oldest first). Fields of the filter: state, kind, priority, with,
// project, org, who, subject, id; words are looked for in subject, project, organization and author.
//
// Total comes from counters where a unit or an author has all that is listed; else it counts to 500, see Page. Errors: those of seeing the project, organization or maintainer.
func (a *Actor) Tickets(ctx context.Context, q TicketQuery) (Page[TicketView], error) {
	return list(ctx, a, func(r *reading) (Page[TicketView], error) { return r.tickets(q) })
}

func ticketKey(t Ticket) Key { return Key{Num(t.ID)} }

// ticketList is a list of tickets being read.
type ticketList struct {
	*directory
	q       TicketQuery
	streams []*stream[Ticket]
	total   total // nil: has to be counted
}

func (r *reading) tickets(q TicketQuery) (Page[TicketView], error) {
	var none Page[TicketView]
	if q.Tab == "" {
		q.Tab = TicketsMine
	}
	l := &ticketList{directory: r.directory(), q: q}
	f, err := parseFilter(q.Filter, listFields["tickets"]...)
	if err != nil {
		return none, err
	}
	sort, err := q.sortOf("newest", "opened")
	if err != nil {
		return none, err
	}
	if err := l.sources(); err != nil {
		return none, err
	}
	w := window[Ticket]{
		name: "tickets/" + string(q.Tab), forms: []string{"n"}, newest: sort == "newest", filter: f, streams: l.streams,
		keep: func(t Ticket) (bool, error) { return l.keep(filter{}, t) },
	}
	if w.total = l.total; w.total == nil {
		w.total = w.walked(r, countedTo)
	}
	w.keep = func(t Ticket) (bool, error) { return l.keep(f, t) }
	c, err := w.page(r, q.Query)
	if err != nil {
		return none, err
	}
	return paged(c, l.ticketRow)
}

func (l *ticketList) add(i Index, prefix Key) {
	l.streams = append(l.streams, &stream[Ticket]{index: Scan{Index: i, Prefix: prefix}, scan: l.Tickets().Scan, key: ticketKey})
}

// count takes the counter of a scope whose tickets are all listed: of a project, or an author.
func (l *ticketList) count(scope Ref) {
	if l.q.State == "" {
		l.total = l.counters(scope, CountTickets)
	}
}

// sources chooses the streams that the list is merged from.
func (l *ticketList) sources() error {
	q := l.q
	switch {
	case q.Project != 0:
		if _, err := l.may(ProjectSee, q.Project.Ref()); err != nil {
			return err
		}
		l.add(TicketsOfProject, Key{Num(q.Project)})
		l.count(q.Project.Ref())
	case q.Organization != 0:
		if _, err := l.may(OrganizationSeeMembers, q.Organization.Ref()); err != nil {
			return err
		}
		l.add(TicketsOfOrganization, Key{Num(q.Organization)})
	case q.Maintainer != 0:
		if _, err := l.may(MaintainerSee, q.Maintainer.Ref()); err != nil {
			return err
		}
		l.add(TicketsOfMaintainer, Key{Num(q.Maintainer)})
	case q.Tab == TicketsMine:
		l.add(TicketsOfAuthor, Key{Num(l.me.ID)})
		l.count(l.me.ID.Ref())
	case q.Tab == TicketsAnswer:
		return l.toAnswer()
	case l.me.Support:
		l.add(Primary, nil)
	default:
		return l.scoped()
	}
	return nil
}

// answerCounted is how far tickets to answer are counted, for totals and the rail.
const answerCounted = 500

// toAnswer merges the open tickets of the actor's desks: with Support, and with the own maintainers (ST8).
func (l *ticketList) toAnswer() error {
	s, err := l.scope()
	if err != nil {
		return err
	}
	l.streams = l.deskStreams(s)
	return nil
}

func (d *directory) deskStreams(s *scope) []*stream[Ticket] {
	var streams []*stream[Ticket]
	add := func(i Index, prefix Key) {
		streams = append(streams, &stream[Ticket]{index: Scan{Index: i, Prefix: prefix}, scan: d.Tickets().Scan, key: ticketKey})
	}
	if d.me.Support {
		add(OpenTicketsWithSupport, nil)
	}
	for id, standing := range s.maintainers {
		if standing == Ordinary {
			add(OpenTicketsOfMaintainer, Key{Num(id)})
		}
	}
	return streams
}

// awaits reports whether an answer to the ticket is the turn of the actor's desk.
func (d *directory) awaits(t Ticket) (bool, error) {
	if t.State != TicketOpen || t.With == WithSupport && !d.me.Support {
		return false, nil
	}
	f, err := d.ticketFactsOf(t)
	return err == nil && f.answers() && TicketAccess(TicketComment, f) == nil, err
}

// scoped merges the tickets of everything that the actor may see, and own ones.
func (l *ticketList) scoped() error {
	s, err := l.scope()
	if err != nil {
		return err
	}
	if len(s.maintainers)+len(s.own)+len(s.used) > maxStreams {
		l.add(Primary, nil) // too many to merge: walk all, and keep what is visible
		return nil
	}
	for id, standing := range s.maintainers {
		if standing == Ordinary {
			l.add(TicketsOfMaintainer, Key{Num(id)})
		}
	}
	for _, o := range s.own {
		if s.administered[o.ID] && s.maintainers[o.Maintainer] != Ordinary {
			l.add(TicketsOfOrganization, Key{Num(o.ID)})
		}
	}
	for _, p := range s.used {
		l.add(TicketsOfProject, Key{Num(p.ID)})
	}
	l.add(TicketsOfAuthor, Key{Num(l.me.ID)})
	return nil
}

// keep is everything that a row must fulfil: tab, state, visibility, filter.
func (l *ticketList) keep(f filter, t Ticket) (bool, error) {
	if l.q.State != "" && t.State != l.q.State {
		return false, nil
	}
	unit := l.q.Project != 0 || l.q.Organization != 0 || l.q.Maintainer != 0
	sees := l.seesTicket
	if !unit && l.q.Tab == TicketsAnswer {
		sees = l.awaits
	}
	if ok, err := sees(t); err != nil || !ok {
		return false, err
	}
	if f.empty() {
		return true, nil
	}
	return l.ticketMatches(f, t)
}

// seesTicket reports whether the actor may read a ticket.
func (d *directory) seesTicket(t Ticket) (bool, error) {
	f, err := d.ticketFactsOf(t)
	return err == nil && TicketAccess(TicketRead, f) == nil, err
}

// ticketFactsOf gives the facts about the acting account and a ticket, those of the project gathered once.
func (d *directory) ticketFactsOf(t Ticket) (TicketFacts, error) {
	f, err := d.factsOf(t.Project.Ref())
	if err != nil {
		return TicketFacts{}, err
	}
	return d.ticketFacts(f, t)
}

func (d *directory) ticketMatches(f filter, t Ticket) (bool, error) {
	v, err := d.ticketRow(t)
	if err != nil || !f.matchTexts(t.Subject, v.ProjectName, v.OrganizationName, v.Who.Email, v.Who.Name) {
		return false, err
	}
	return f.matchFields(func(name string) string {
		switch name {
		case "state":
			return string(t.State)
		case "kind":
			return several(string(t.Kind), t.Kind.Words())
		case "priority":
			return string(t.Priority)
		case "with":
			return string(t.With)
		case "project":
			return v.ProjectName
		case "org":
			return v.OrganizationName
		case "who":
			return v.Who.names()
		case "subject":
			return t.Subject
		}
		return idText(t.ID)
	}), nil
}

// ticketRow puts names to a ticket.
func (d *directory) ticketRow(t Ticket) (TicketView, error) {
	v := TicketView{Ticket: t, Mine: t.Author == d.me.ID}
	p, err := d.projectOf(t.Project)
	if err != nil {
		return v, err
	}
	v.ProjectName, v.ProjectState = p.Name, p.State
	o, err := d.organizationOf(t.Organization)
	if err != nil {
		return v, err
	}
	v.OrganizationName = o.Name
	m, err := d.maintainerOf(t.Maintainer)
	if err != nil {
		return v, err
	}
	v.MaintainerName = m.Name
	if v.Who, err = d.person(t.Author, false); err != nil {
		return v, err
	}
	v.Awaits, err = d.awaits(t)
	return v, err
}

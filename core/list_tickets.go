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
// Total counts the list; where it is put together from several sources own tickets are counted to 500, and where a state
// narrows it further, it is an upper bound. Errors: those of seeing the project, organization or maintainer.
func (a *Actor) Tickets(ctx context.Context, q TicketQuery) (Page[TicketView], error) {
	return list(ctx, a, func(r *reading) (Page[TicketView], error) { return r.tickets(q) })
}

func ticketKey(t Ticket) Key { return Key{Num(t.ID)} }

// ticketList is a list of tickets being read.
type ticketList struct {
	*directory
	q       TicketQuery
	streams []*stream[Ticket]
	total   int
}

func (r *reading) tickets(q TicketQuery) (Page[TicketView], error) {
	var none Page[TicketView]
	if q.Tab == "" {
		q.Tab = TicketsMine
	}
	l := &ticketList{directory: r.directory(), q: q}
	f, err := parseFilter(q.Filter, "state", "kind", "priority", "with", "project", "org", "who", "subject", "id")
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
		keep: func(t Ticket) (bool, error) { return l.keep(f, t) },
	}
	c, err := w.page(r, q.Query)
	if err != nil {
		return none, err
	}
	return paged(c, l.total, l.ticketRow)
}

func (l *ticketList) add(i Index, prefix Key, scope Ref) error {
	l.streams = append(l.streams, &stream[Ticket]{index: Scan{Index: i, Prefix: prefix}, scan: l.Tickets().Scan, key: ticketKey})
	n, err := l.Count(CountTickets, scope)
	l.total += n
	return err
}

// sources chooses the streams that the list is merged from.
func (l *ticketList) sources() error {
	q := l.q
	switch {
	case q.Project != 0:
		if _, err := l.may(ProjectSee, q.Project.Ref()); err != nil {
			return err
		}
		return l.add(TicketsOfProject, Key{Num(q.Project)}, q.Project.Ref())
	case q.Organization != 0:
		if _, err := l.may(OrganizationSeeMembers, q.Organization.Ref()); err != nil {
			return err
		}
		return l.add(TicketsOfOrganization, Key{Num(q.Organization)}, q.Organization.Ref())
	case q.Maintainer != 0:
		if _, err := l.may(MaintainerSee, q.Maintainer.Ref()); err != nil {
			return err
		}
		return l.add(TicketsOfMaintainer, Key{Num(q.Maintainer)}, q.Maintainer.Ref())
	case q.Tab == TicketsMine:
		return l.add(TicketsOfAuthor, Key{Num(l.me.ID)}, l.me.ID.Ref())
	case q.Tab == TicketsAnswer:
		return l.toAnswer()
	case l.me.Support:
		return l.add(Primary, nil, Ref{})
	}
	return l.scoped()
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
	w := window[Ticket]{streams: l.streams, keep: l.awaits}
	l.total, _, err = w.count(l.reading, answerCounted)
	return err
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
		return l.add(Primary, nil, Ref{}) // too many to merge: walk all, and keep what is visible
	}
	held := map[Ref]bool{}
	source := func(i Index, scope Ref) error {
		held[scope] = true
		return l.add(i, Key{Num(scope.ID)}, scope)
	}
	for id, standing := range s.maintainers {
		if standing == Ordinary {
			if err := source(TicketsOfMaintainer, id.Ref()); err != nil {
				return err
			}
		}
	}
	for _, o := range s.own {
		if s.administered[o.ID] && s.maintainers[o.Maintainer] != Ordinary {
			if err := source(TicketsOfOrganization, o.ID.Ref()); err != nil {
				return err
			}
		}
	}
	for _, p := range s.used {
		if err := source(TicketsOfProject, p.ID.Ref()); err != nil {
			return err
		}
	}
	own := &stream[Ticket]{index: Scan{Index: TicketsOfAuthor, Prefix: Key{Num(l.me.ID)}}, scan: l.Tickets().Scan, key: ticketKey}
	w := window[Ticket]{streams: []*stream[Ticket]{own}, keep: func(t Ticket) (bool, error) {
		return !held[t.Maintainer.Ref()] && !held[t.Organization.Ref()] && !held[t.Project.Ref()], nil
	}}
	n, _, err := w.count(l.reading, ownCounted)
	l.total += n
	l.streams = append(l.streams, own)
	return err
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
			return string(t.Kind) + " " + t.Kind.Words()
		case "priority":
			return string(t.Priority)
		case "with":
			return string(t.With)
		case "project":
			return v.ProjectName
		case "org":
			return v.OrganizationName
		case "who":
			return v.Who.Email + " " + v.Who.Name
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

package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newTicket() *cobra.Command {
	return newNoun("ticket", "support tickets: questions to the maintainer, and their answers",
		m.newTicketList(),
		m.newTicketShow(),
		m.newTicketOpen(),
		m.newTicketReply(),
		m.newTicketPass(),
		m.newTicketClose(),
		m.newTicketReopen(),
	)
}

var (
	ticketStates     = []core.TicketState{core.TicketOpen, core.TicketAnswered, core.TicketClosed}
	ticketKinds      = []core.TicketKind{core.TicketQuestion, core.TicketError, core.TicketLimitIncrease, core.TicketRestore}
	ticketPriorities = []core.TicketPriority{core.PriorityLow, core.PriorityNormal, core.PriorityHigh}
)

func (m *Main) newTicketList() *cobra.Command {
	var mine, answer bool
	var state string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "list the tickets that you may read",
		Long: `Lists the tickets that you may read, the newest first.

Fields of --filter: state, kind, priority, with, project, org, who, subject, id.`,
	}
	unit := addUnitFlags(cmd, false)
	cmd.Flags().BoolVar(&mine, "mine", false, "only those that you opened")
	cmd.Flags().BoolVar(&answer, "answer", false, "only those that wait for an answer of your maintainer, or of Support")
	cmd.Flags().StringVar(&state, "state", "", "only those in the state `S`: open, answered, closed")
	cmd.MarkFlagsMutuallyExclusive("mine", "answer", "project", "org", "maintainer")
	completeWords(cmd, "state", words(ticketStates)...)
	return asList(m, cmd, []string{"newest", "opened"}, m.ticketColumns(),
		func(ctx context.Context, a *core.Actor) (fetcher[core.TicketView], error) {
			asked := core.TicketQuery{Tab: core.TicketsAll}
			switch {
			case mine:
				asked.Tab = core.TicketsMine
			case answer:
				asked.Tab = core.TicketsAnswer
			}
			var err error
			if state != "" {
				if asked.State, err = parseChoice("--state", state, ticketStates...); err != nil {
					return nil, err
				}
			}
			u, err := unit.resolve(ctx, m, a)
			if err != nil {
				return nil, err
			}
			switch u.Kind {
			case core.KindMaintainer:
				asked.Maintainer = core.MaintainerID(u.ID)
			case core.KindOrganization:
				asked.Organization = core.OrganizationID(u.ID)
			case core.KindProject:
				asked.Project = core.ProjectID(u.ID)
			default:
			}
			return func(q core.Query) (core.Page[core.TicketView], error) {
				asked.Query = q
				return a.Tickets(ctx, asked)
			}, nil
		})
}

func (m *Main) ticketColumns() []column[core.TicketView] {
	return []column[core.TicketView]{
		{title: "ID", cell: func(v core.TicketView) string { return number(v.ID) }, right: true},
		{title: "STATE", cell: func(v core.TicketView) string { return string(v.State) }},
		{title: "PRIORITY", cell: func(v core.TicketView) string { return string(v.Priority) }},
		{title: "KIND", cell: func(v core.TicketView) string { return v.Kind.Words() }},
		{title: "WITH", cell: func(v core.TicketView) string { return withText(v) }},
		{title: "PROJECT", cell: func(v core.TicketView) string { return v.ProjectName }},
		{title: "ORGANIZATION", cell: func(v core.TicketView) string { return v.OrganizationName }},
		{title: "WHO", cell: func(v core.TicketView) string { return m.person(&v.Who) }},
		{title: "CHANGED", cell: func(v core.TicketView) string { return v.Changed.String() }},
		{title: "YOU ANSWER", cell: func(v core.TicketView) string { return yesNo(v.Awaits) }},
		{title: "SUBJECT", cell: func(v core.TicketView) string { return v.Subject }},
	}
}

func withText(v core.TicketView) string {
	if v.With == core.WithSupport {
		return "Support"
	}
	return v.MaintainerName
}

// ticketText names a ticket that something cites; who may not read it gets the number.
func ticketText(id core.TicketID, subject string) string {
	if subject == "" {
		return number(id)
	}
	return fmt.Sprintf("%d %s", id, subject)
}

// thread is a ticket with everything that was written on it, and the visits that cite it.
type thread struct {
	core.TicketView
	Thread []core.CommentView `json:"thread"`
	Citing []core.VisitView   `json:"cited_by,omitempty"`
}

func (m *Main) newTicketShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show TICKET",
		Short: "show a ticket with everything that was written on it",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := parseID[core.TicketID]("TICKET", args[0])
			if err != nil {
				return err
			}
			t := thread{}
			if t.TicketView, err = a.Ticket(ctx, id); err != nil {
				return err
			}
			if t.Thread, err = everything(func(q core.Query) (core.Page[core.CommentView], error) { return a.Comments(ctx, id, q) }); err != nil {
				return err
			}
			t.Citing, err = everything(func(q core.Query) (core.Page[core.VisitView], error) {
				return a.Visits(ctx, core.VisitQuery{Query: q, Ticket: id})
			})
			if err != nil {
				return err
			}
			return m.printThing(t, m.ticketFields(t))
		}),
	}
}

// everything collects all rows of a list.
func everything[T any](list fetcher[T]) ([]T, error) {
	whole, err := collect(listing{All: true}, func(after string, limit int) (page[T], error) {
		p, err := list(core.Query{After: after, Limit: limit})
		return page[T]{Items: p.Items, Total: p.Total, Next: p.Next}, err
	})
	return whole.Items, err
}

func (m *Main) ticketFields(t thread) []field {
	fields := []field{
		{"id", number(t.ID)},
		{"subject", t.Subject},
		{"state", string(t.State)},
		{"kind", t.Kind.Words()},
		{"priority", string(t.Priority)},
		{"with", withText(t.TicketView)},
		{"project", fmt.Sprintf("%d %s", t.Project, t.ProjectName)},
		{"organization", fmt.Sprintf("%d %s", t.Organization, t.OrganizationName)},
		{"opened", t.Opened.String() + " by " + m.person(&t.Who)},
		{"changed", t.Changed.String()},
	}
	for _, v := range t.Citing {
		fields = append(fields, field{"cited by", fmt.Sprintf("visit %d of %s, %s, until %s", v.ID, m.person(&v.Who), visitState(v), visitEnds(v))})
	}
	fields = append(fields, field{"text", t.Body})
	between := " "
	if m.OutTerminal {
		between = "\n" // of ours: where nobody looks, a field is one line, and a break in it is text from people
	}
	for _, c := range t.Thread {
		who := m.person(&c.Who)
		if c.Staff {
			who += ", answering"
		}
		fields = append(fields, field{"comment " + number(c.N), fmt.Sprintf("%s, %s:%s%s", who, c.Time, between, c.Text)})
	}
	return fields
}

func (m *Main) newTicketOpen() *cobra.Command {
	var project, subject, body, kind, priority string
	cmd := &cobra.Command{
		Use:   "open --project P --subject S --body B",
		Short: "ask the maintainer of the organization for help with a project",
		Long: `Opens a ticket about a project. It reaches the members of the maintainer.

Users of the project may. An administrator who is no user asks for the restore of
a deleted project: --kind restore.`,
		Args: arguments(0, 0),
	}
	flags := cmd.Flags()
	flags.StringVar(&project, "project", "", "the project `P`, by number or name")
	flags.StringVar(&subject, "subject", "", "what it is about: `S`, "+core.Characters(core.TicketSubjectMin, core.TicketSubjectMax))
	flags.StringVar(&body, "body", "", "the text `B`, or - to read it from standard input")
	flags.StringVar(&kind, "kind", string(core.TicketQuestion), "`K`: question, error, limit_increase, restore")
	flags.StringVar(&priority, "priority", string(core.PriorityNormal), "how it hurries: `L`: low, normal, high")
	for _, name := range []string{"project", "subject", "body"} {
		must(cmd.MarkFlagRequired(name))
	}
	completeWords(cmd, "kind", words(ticketKinds)...)
	completeWords(cmd, "priority", words(ticketPriorities)...)
	cmd.RunE = m.acting(func(ctx context.Context, a *core.Actor, _ []string) error {
		in := core.TicketInput{Subject: subject}
		var err error
		if in.Kind, err = parseChoice("--kind", kind, ticketKinds...); err != nil {
			return err
		}
		if in.Priority, err = parseChoice("--priority", priority, ticketPriorities...); err != nil {
			return err
		}
		if in.Body, err = m.readText("--body", body); err != nil {
			return err
		}
		id, err := m.findProject(ctx, a, project, in.Kind == core.TicketRestore)
		if err != nil {
			return err
		}
		rec, err := a.OpenTicket(ctx, id, in)
		if err != nil {
			return err
		}
		return m.printDone(rec, fmt.Sprintf("opened ticket %d; the members of the maintainer were told", rec.ID))
	})
	return cmd
}

func (m *Main) newTicketReply() *cobra.Command {
	var body string
	cmd := &cobra.Command{
		Use:   "reply TICKET --body B",
		Short: "write on a ticket",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := parseID[core.TicketID]("TICKET", args[0])
			if err != nil {
				return err
			}
			said, err := m.readText("--body", body)
			if err != nil {
				return err
			}
			rec, err := a.CommentTicket(ctx, id, said)
			if err != nil {
				return err
			}
			state := "it is open"
			if rec.Staff {
				state = "it is answered"
			}
			return m.printDone(rec, fmt.Sprintf("wrote comment %d on ticket %d; %s", rec.N, id, state))
		}),
	}
	cmd.Flags().StringVar(&body, "body", "", "the text `B`, or - to read it from standard input")
	must(cmd.MarkFlagRequired("body"))
	return cmd
}

func (m *Main) newTicketPass() *cobra.Command {
	return m.ticketVerb("pass", "hand a ticket over: to Support, or back to the maintainer", (*core.Actor).PassTicket,
		func(t core.Ticket) string {
			if t.With == core.WithSupport {
				return fmt.Sprintf("ticket %d is with Support now", t.ID)
			}
			return fmt.Sprintf("ticket %d is with the maintainer now", t.ID)
		})
}

func (m *Main) newTicketClose() *cobra.Command {
	return m.ticketVerb("close", "end a ticket", (*core.Actor).CloseTicket,
		func(t core.Ticket) string { return fmt.Sprintf("ticket %d is closed", t.ID) })
}

func (m *Main) newTicketReopen() *cobra.Command {
	return m.ticketVerb("reopen", "take a closed ticket up again", (*core.Actor).ReopenTicket,
		func(t core.Ticket) string { return fmt.Sprintf("ticket %d is open again", t.ID) })
}

// ticketVerb makes a verb that changes a ticket.
func (m *Main) ticketVerb(
	name, short string, change func(*core.Actor, context.Context, core.TicketID, uint64) (core.Ticket, error), said func(core.Ticket) string,
) *cobra.Command {
	return &cobra.Command{
		Use:   name + " TICKET",
		Short: short,
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := parseID[core.TicketID]("TICKET", args[0])
			if err != nil {
				return err
			}
			rec, err := change(a, ctx, id, 0)
			if err != nil {
				return err
			}
			return m.printDone(rec, said(rec))
		}),
	}
}

// words gives choices as plain text.
func words[T ~string](choices []T) []string {
	out := make([]string, len(choices))
	for i, c := range choices {
		out[i] = string(c)
	}
	return out
}

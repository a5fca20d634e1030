package ticket

import (
	"context"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// tickets is a list of tickets: a tab of the rail's page, or the tab of a project or maintainer.
type tickets struct {
	rows.Pane[core.TicketView]
	env     *app.Env
	which   core.TicketTab
	head    unit.Head // of the project or maintainer; zero Ref in the rail's page
	actions []*keymap.Action

	detail core.TicketView // the row under the cursor with what may be done with it
	answer int             // how many wait for an answer of the reader
}

const (
	loadDetail = "ticket"
	loadAnswer = "answer"
)

func newList(e *app.Env, which core.TicketTab, ref core.Unit) *tickets {
	s := &tickets{env: e, which: which, head: unit.Head{Ref: ref}}
	actor := e.Session.Actor
	asked := core.TicketQuery{Tab: which}
	switch ref.Kind {
	case core.KindProject:
		asked.Project = core.ProjectID(ref.ID)
	case core.KindMaintainer:
		asked.Maintainer = core.MaintainerID(ref.ID)
	default:
	}
	s.List = app.NewList(e, list.Options[core.TicketView]{
		Noun: "ticket",
		Source: rows.From(func(ctx context.Context, q core.Query) (core.Page[core.TicketView], error) {
			asked := asked
			asked.Query = q
			return actor.Tickets(ctx, asked)
		}),
		ID: func(t core.TicketView) string { return number(uint64(t.ID)) },
		Role: func(t core.TicketView) theme.Role {
			if t.State == core.TicketClosed {
				return theme.Faint
			}
			return theme.Plain
		},
		Columns: s.columns(), Empty: s.empty(), Moved: s.look,
		Open: func(t core.TicketView) tea.Cmd { return app.Open(Page(t.ID)) },
	})
	s.actions = append(s.makeActions(), s.List.Actions()...)
	return s
}

func (s *tickets) empty() list.Empty {
	switch {
	case s.head.Ref.Kind == core.KindProject:
		return list.Empty{Text: "Nobody has opened a ticket about this project.", Hint: "a ask the maintainer for help"}
	case s.head.Ref.Kind == core.KindMaintainer:
		return list.Empty{Text: "No ticket about a project of this maintainer.", Hint: "Users of its projects open them."}
	case s.which == core.TicketsAnswer:
		return list.Empty{Text: "No ticket waits for your answer.", Hint: "New ones come up here by themselves.   tab other tickets"}
	case s.which == core.TicketsMine:
		return list.Empty{Text: "You have opened no ticket.", Hint: "a ask for help with a project that you use   tab other tickets"}
	}
	return list.Empty{Text: "There is no ticket that you may read.", Hint: "a ask for help with a project that you use"}
}

func (s *tickets) columns() []list.Column[core.TicketView] {
	type column = list.Column[core.TicketView]
	look, now, unitKind := s.env.Look, s.env.Now, s.head.Ref.Kind
	out := []column{
		{Title: "no", Min: 4, Right: true, Cell: list.Text(func(t core.TicketView) string { return number(uint64(t.ID)) })},
		{Title: "state", Min: 11, Cell: func(t core.TicketView) theme.Span { return State(look(), t) }},
		{Title: "prio", Min: 6, Priority: 2, Cell: func(t core.TicketView) theme.Span { return priority(look(), t.Priority) }},
		{Title: "kind", Min: 9, Max: 14, Priority: 5, Cell: list.Text(func(t core.TicketView) string { return t.Kind.Words() })},
	}
	if unitKind != core.KindProject {
		out = append(out,
			column{Title: "project", Min: 14, Max: 22, Priority: 1, Cell: list.Text(func(t core.TicketView) string { return t.ProjectName })},
			column{Title: "organization", Min: 12, Max: 18, Priority: 7, Cell: list.Text(func(t core.TicketView) string { return t.OrganizationName })})
	}
	if s.which != core.TicketsMine {
		out = append(out, column{Title: "who", Min: 16, Max: 28, Priority: 6, Cell: func(t core.TicketView) theme.Span { return cell.Person(look(), t.Who) }})
	}
	if s.which != core.TicketsAnswer {
		out = append(out, column{Title: "with", Min: 10, Max: 16, Priority: 8, Cell: list.Text(with)})
	}
	return append(out,
		column{Title: "changed", Min: 10, Priority: 3, Sort: "opened", Cell: list.Text(func(t core.TicketView) string { return ago(t.Changed, now()) })},
		column{Title: "answers", Min: 7, Right: true, Wide: true, Cell: list.Text(func(t core.TicketView) string { return strconv.Itoa(t.Comments) })},
		column{Title: "subject", Min: 28, Cell: func(t core.TicketView) theme.Span {
			if t.Awaits || t.Mine && t.State == core.TicketAnswered {
				return theme.Span{Role: theme.Strong, Text: t.Subject}
			}
			return theme.Span{Text: t.Subject}
		}},
	)
}

func (s *tickets) makeActions() []*keymap.Action {
	act, e := keymap.GroupAct, s.env
	one := func(do func(core.TicketID) tea.Cmd) func() tea.Cmd {
		return func() tea.Cmd { return do(s.List.Targets()[0].ID) }
	}
	line := func(verb string, right core.TicketRight) func() string {
		return func() string {
			t, ok := s.List.Current()
			if !ok || s.may(right)() != nil {
				return ""
			}
			return command(verb, t.ID)
		}
	}
	return []*keymap.Action{
		{
			ID: "ticket.open", Title: "new ticket", Long: "new ticket: ask the maintainer for help with a project", Keys: []string{"a"}, Group: act,
			Danger: keymap.Heavy, Hint: 12, Guard: s.mayOpen, Hidden: func() bool { return s.head.Ref.Kind == core.KindMaintainer },
			Run: func() tea.Cmd { return Open(e, s.draft()) }, Command: func() string { return openCommand(s.head.Ref) },
		},
		{
			ID: "ticket.reply", Title: "reply", Keys: []string{"c"}, Group: act, Danger: keymap.Heavy, Applies: keymap.One, Hint: 13,
			Guard: s.may(core.TicketComment), Run: one(func(id core.TicketID) tea.Cmd { return Reply(e, id) }), Command: line("reply", core.TicketComment),
		},
		{
			ID: "ticket.close", Title: "close", Keys: []string{"x"}, Group: act, Danger: keymap.Heavy, Applies: keymap.One, Hint: 14,
			Hidden: s.closed, Guard: s.may(core.TicketClose), Run: one(func(id core.TicketID) tea.Cmd { return Close(e, id) }), Command: line("close", core.TicketClose),
		},
		{
			ID: "ticket.pass", Title: "pass on", Long: "pass on: to Support, or back to the maintainer", Keys: []string{"m"}, Group: act, Danger: keymap.Heavy,
			Applies: keymap.One, Hint: 15, Hidden: func() bool { return !e.Session.Staff }, Guard: s.may(core.TicketPass), Run: one(func(id core.TicketID) tea.Cmd { return Pass(e, id) }),
			Command: line("pass", core.TicketPass),
		},
		{
			ID: "ticket.reopen", Title: "reopen", Keys: []string{"t"}, Group: act, Danger: keymap.Heavy, Applies: keymap.One, Hint: 16,
			Hidden: func() bool { return !s.closed() }, Guard: s.may(core.TicketReopen), Run: one(func(id core.TicketID) tea.Cmd { return Reopen(e, id) }), Command: line("reopen", core.TicketReopen),
		},
		{
			ID: "ticket.project", Title: "project", Long: "open the project of the ticket", Group: keymap.GroupGo, Applies: keymap.One,
			Hidden: func() bool { return s.head.Ref.Kind == core.KindProject },
			Run:    func() tea.Cmd { return app.Open(unit.Page(s.List.Targets()[0].Project.Ref())) },
		},
	}
}

// ReplyCommand is the command line of Reply, or nothing for no ticket.
func ReplyCommand(id core.TicketID) string {
	if id == 0 {
		return ""
	}
	return command("reply", id)
}

func command(verb string, id core.TicketID) string {
	line := "gatehouse ticket " + verb + " " + number(uint64(id))
	if verb == "reply" {
		line += " --body BODY"
	}
	return line
}

func openCommand(ref core.Unit) string {
	p := "PROJECT"
	if ref.Kind == core.KindProject {
		p = number(ref.ID)
	}
	return "gatehouse ticket open --project " + p + " --subject SUBJECT --body BODY"
}

// draft is what a new ticket starts with here.
func (s *tickets) draft() Draft {
	if s.head.Ref.Kind != core.KindProject {
		return Draft{}
	}
	d := Draft{Project: core.ProjectID(s.head.Ref.ID), ProjectName: s.head.Name()}
	if p := s.head.Project; p.Over {
		return LimitIncrease(p)
	}
	return d
}

func (s *tickets) mayOpen() error {
	if s.head.Ref.Kind != core.KindProject {
		return writable(s.env)
	}
	return s.head.May(core.ProjectTicket)
}

// may asks about the row under the cursor; until it was read core decides alone.
func (s *tickets) may(right core.TicketRight) func() error {
	return func() error {
		t, ok := s.List.Current()
		if !ok || s.detail.ID != t.ID {
			return writable(s.env)
		}
		return refusal(s.detail, right)
	}
}

// closed reports whether the row under the cursor can be reopened rather than closed.
func (s *tickets) closed() bool {
	t, ok := s.List.Current()
	return ok && t.State == core.TicketClosed
}

// Init implements app.Screen.
func (s *tickets) Init() tea.Cmd { return tea.Batch(s.List.Init(), s.around()) }

// Refresh implements app.Refresher.
func (s *tickets) Refresh() tea.Cmd { return tea.Batch(s.List.Refresh(), s.around(), s.look()) }

// around reads what stands around the list: the unit, or the number behind the tab.
func (s *tickets) around() tea.Cmd {
	if !s.head.Ref.IsZero() {
		return unit.Load(s.env, s.head.Ref)
	}
	actor := s.env.Session.Actor
	return app.Load(s.env, loadAnswer, func(ctx context.Context) (int, error) {
		page, err := actor.Tickets(ctx, core.TicketQuery{Tab: core.TicketsAnswer, Query: core.Query{Limit: 1}})
		return page.Total, err
	})
}

// look reads the ticket under the cursor: its text for the preview, and what may be done with it.
func (s *tickets) look() tea.Cmd {
	t, ok := s.List.Current()
	if !ok {
		return nil
	}
	actor, id := s.env.Session.Actor, t.ID
	return app.Load(s.env, loadDetail, func(ctx context.Context) (core.TicketView, error) { return actor.Ticket(ctx, id) })
}

// Update implements app.Screen.
func (s *tickets) Update(msg tea.Msg) tea.Cmd {
	if s.head.Take(msg) {
		return nil
	}
	switch msg := msg.(type) {
	case app.Loaded[core.TicketView]:
		if msg.Err == nil {
			s.detail = msg.Value
		}
		return nil
	case app.Loaded[int]:
		if msg.Err == nil {
			s.answer = msg.Value
		}
		return nil
	}
	if cmd, ok := unit.Take(msg); ok {
		return cmd
	}
	return s.List.Update(msg)
}

// View implements app.Screen.
func (s *tickets) View(r layout.Rect) string { return s.Draw(r, s.env.Look()) }

// Preview implements app.Previewer.
func (s *tickets) Preview(r layout.Rect) string {
	t, ok := s.List.Current()
	if !ok {
		return ""
	}
	if s.detail.ID == t.ID {
		t = s.detail
	}
	f := cell.NewFields(s.env.Look(), r.W, 10)
	describe(f.Gap(), s.env, t)
	f.Gap()
	lines := f.Lines()
	for _, l := range text.Wrap(t.Body, max(r.W-4, 8)) {
		lines = append(lines, "  "+l)
	}
	return strings.Join(lines[:min(len(lines), r.H)], "\n")
}

// Actions implements app.Screen.
func (s *tickets) Actions() []*keymap.Action { return s.actions }

// Title implements app.Screen.
func (s *tickets) Title() []string {
	if s.head.Ref.IsZero() {
		return []string{"Tickets"}
	}
	return s.head.Title()
}

// TabCount implements app.Counter.
func (s *tickets) TabCount(tab string) string {
	switch {
	case !s.head.Ref.IsZero():
		return s.head.TabCount(tab)
	case tab == TabAnswer:
		return cell.Total(s.answer)
	}
	return ""
}

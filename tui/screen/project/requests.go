package project

import (
	"context"
	"fmt"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/screen/why"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// requests are all requests of one project, those that wait and those that are decided (R25).
type requests struct {
	rows.Pane[core.RequestView]
	env     *app.Env
	head    unit.Head
	actions []*keymap.Action
}

func newRequests(e *app.Env, ref core.Unit) *requests {
	s := &requests{env: e, head: unit.Head{Ref: ref}}
	actor := e.Session.Actor
	s.List = app.NewList(e, list.Options[core.RequestView]{
		Noun: "request",
		Source: rows.From(func(ctx context.Context, q core.Query) (core.Page[core.RequestView], error) {
			return actor.Requests(ctx, core.RequestQuery{Query: q, Tab: core.TabAll, Project: core.ProjectID(ref.ID)})
		}),
		ID: func(q core.RequestView) string { return strconv.FormatUint(uint64(q.ID), 10) },
		Role: func(q core.RequestView) theme.Role {
			if q.State != core.RequestPending {
				return theme.Faint
			}
			return theme.Plain
		},
		Columns: s.columns(),
		Empty:   list.Empty{Text: "Nobody has asked to enter this project.", Hint: "J join or request access"},
		Open:    func(q core.RequestView) tea.Cmd { return app.Open(request.Page(q.ID)) },
	})
	s.actions = append(unit.Offer(s.makeActions()), s.List.Actions()...)
	return s
}

func (s *requests) columns() []list.Column[core.RequestView] {
	type column = list.Column[core.RequestView]
	look, now := s.env.Look, s.env.Now
	ago := func(m core.Moment) string {
		if m == 0 {
			return ""
		}
		return text.Ago(m.Time(), now())
	}
	return []column{
		{Title: "id", Min: 4, Right: true, Wide: true, Cell: list.Text(func(q core.RequestView) string { return strconv.FormatUint(uint64(q.ID), 10) })},
		{Title: "who", Min: 20, Max: 30, Cell: func(q core.RequestView) theme.Span { return cell.Person(look(), q.Who) }},
		{Title: "state", Min: 11, Max: 13, Cell: func(q core.RequestView) theme.Span { return cell.RequestState(look(), q) }},
		{Title: "asks", Min: 6, Max: 16, Priority: 1, Cell: list.Text(func(q core.RequestView) string {
			if q.Asked.Until != 0 {
				return "till " + q.Asked.Until.Time().Format("Jan 2 15:04")
			}
			return cell.Term(q.Asked)
		})},
		{Title: "filed", Min: 10, Priority: 4, Cell: list.Text(func(q core.RequestView) string { return ago(q.Filed) })},
		{Title: "lapses", Min: 8, Max: 10, Priority: 3, Cell: func(q core.RequestView) theme.Span {
			if q.State != core.RequestPending {
				return theme.Span{}
			}
			return cell.Ends(q.Lapses, now())
		}},
		{Title: "decided by", Min: 12, Max: 24, Priority: 5, Cell: list.Text(func(q core.RequestView) string {
			if q.DecidedBy == nil {
				return ""
			}
			return q.DecidedBy.Label()
		})},
		{Title: "reason", Min: 20, Priority: 2, Cell: list.Text(func(q core.RequestView) string { return q.Reason })},
	}
}

func (s *requests) makeActions() []*keymap.Action {
	act, env := keymap.GroupAct, s.env
	return []*keymap.Action{
		{
			ID: "request.approve", Title: "approve", Keys: []string{"A"}, Group: act, Danger: keymap.Heavy, Applies: keymap.Many, Hint: 12,
			Guard: s.pending(core.ProjectApprove), Run: func() tea.Cmd { return request.Approve(env, s.ids()...) }, Command: s.command("approve"),
		},
		{
			ID: "request.reject", Title: "reject", Keys: []string{"D"}, Group: act, Danger: keymap.Destructive, Applies: keymap.Many, Hint: 13,
			Guard: s.pending(core.ProjectDecide), Run: func() tea.Cmd { return request.Reject(env, s.ids()...) }, Command: s.command("reject"),
		},
		{
			ID: "request.grant", Title: "other time", Long: "approve for another time", Keys: []string{"E"}, Group: act, Danger: keymap.Heavy, Applies: keymap.One, Hint: 14,
			Guard: s.pending(core.ProjectApprove), Run: func() tea.Cmd { return request.Grant(env, s.ids()[0]) }, Command: s.command("approve --for 4h"),
		},
		{
			ID: "request.withdraw", Title: "withdraw", Keys: []string{"x"}, Group: act, Danger: keymap.Destructive, Applies: keymap.Many, Hint: 20,
			Guard: s.mayWithdraw, Run: func() tea.Cmd { return request.Withdraw(env, s.ids()...) }, Command: s.command("withdraw"),
		},
		{
			ID: "request.why", Title: "why", Long: "why the requester can or cannot enter", Keys: []string{"W"}, Group: act, Applies: keymap.One, Hint: 25,
			Run: func() tea.Cmd {
				q := s.List.Targets()[0]
				return why.Open(env, q.Who, core.Named{ID: s.head.Ref.ID, Name: q.ProjectName})
			},
			Command: func() string {
				q, ok := s.List.Current()
				if !ok {
					return ""
				}
				return why.Command(q.Who, q.Project)
			},
		},
		{
			ID: "unit.join", Title: "join", Long: "join, or request access", Keys: []string{"J"}, Group: act, Hint: 30,
			Guard: s.head.MayEnter, Run: func() tea.Cmd { return unit.Enter(env, s.head.Ref) }, Command: func() string { return unit.EnterCommand(&s.head) },
		},
		{
			ID: "unit.leave", Title: "leave", Keys: []string{"L"}, Group: act, Danger: keymap.Destructive, Hint: 31,
			Guard: s.head.MayLeave, Run: func() tea.Cmd { return unit.Leave(env, s.head.Ref) }, Command: func() string { return unit.LeaveCommand(s.head.Ref) },
		},
	}
}

func (s *requests) pending(right core.Right) func() error {
	return func() error {
		for _, q := range s.List.Targets() {
			switch {
			case q.State != core.RequestPending:
				return keymap.Disabled(fmt.Sprintf("Request %d is %s. Nothing is left to decide.", q.ID, q.State))
			case q.Requester == s.env.Session.Actor.ID():
				return keymap.Disabled("This is your own request; somebody else decides it.")
			}
		}
		return s.head.May(right)
	}
}

func (s *requests) mayWithdraw() error {
	for _, q := range s.List.Targets() {
		switch {
		case q.Requester != s.env.Session.Actor.ID():
			return keymap.Disabled("Only " + q.Who.Label() + " can withdraw this request.")
		case q.State != core.RequestPending:
			return keymap.Disabled(fmt.Sprintf("Request %d is %s. Nothing is left to withdraw.", q.ID, q.State))
		}
	}
	return nil
}

func (s *requests) ids() []core.RequestID {
	var ids []core.RequestID
	for _, q := range s.List.Targets() {
		ids = append(ids, q.ID)
	}
	return ids
}

func (s *requests) command(verb string) func() string {
	return func() string {
		line := "gatehouse request " + verb
		ids := s.ids()
		for _, id := range ids {
			line += fmt.Sprintf(" %d", id)
		}
		if len(ids) == 0 {
			return ""
		}
		return line
	}
}

// Init implements app.Screen.
func (s *requests) Init() tea.Cmd { return tea.Batch(s.List.Init(), unit.Load(s.env, s.head.Ref)) }

// Refresh implements app.Refresher.
func (s *requests) Refresh() tea.Cmd {
	return tea.Batch(s.List.Refresh(), unit.Load(s.env, s.head.Ref))
}

// Update implements app.Screen.
func (s *requests) Update(msg tea.Msg) tea.Cmd {
	if s.head.Take(msg) {
		return nil
	}
	if done, ok := msg.(card.BulkDone); ok {
		s.List.Unmark(done.Done...)
		return s.Refresh()
	}
	if cmd, ok := unit.Take(msg); ok {
		return cmd
	}
	return s.List.Update(msg)
}

// View implements app.Screen.
func (s *requests) View(r layout.Rect) string { return s.Draw(r, s.env.Look()) }

// Actions implements app.Screen.
func (s *requests) Actions() []*keymap.Action { return s.actions }

// Title implements app.Screen.
func (s *requests) Title() []string { return s.head.Title() }

// TabCount implements app.Counter.
func (s *requests) TabCount(tab string) string { return s.head.TabCount(tab) }

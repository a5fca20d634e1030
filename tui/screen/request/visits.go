package request

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/keymap"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/why"
	"gatehouse/tui/theme"
)

// visits is the tab of visits that run now.
type visits struct {
	tab[core.VisitView, stay]
}

func newVisits(e *app.Env) *visits {
	s := &visits{}
	s.begin(e, list.Options[core.VisitView]{
		Noun: "visit",
		Source: rows.From(func(ctx context.Context, q core.Query) (core.Page[core.VisitView], error) {
			return e.Session.Actor.Visits(ctx, core.VisitQuery{Query: q, Active: true})
		}),
		Columns: activeColumns(e), Sort: "ends",
		Empty: list.Empty{Text: "Nobody visits now.", Hint: "Staff who joined, or whose request was approved, are listed here until they leave.  tab other requests"},
	})
	return s
}

// newPastVisits is the tab of the visits that are over (V9).
func newPastVisits(e *app.Env) *visits {
	s := &visits{}
	s.begin(e, list.Options[core.VisitView]{
		Noun: "visit",
		Source: rows.From(func(ctx context.Context, q core.Query) (core.Page[core.VisitView], error) {
			return e.Session.Actor.Visits(ctx, core.VisitQuery{Query: q, Past: true})
		}),
		Columns: historyColumns(e, core.Unit{}),
		Empty:   list.Empty{Text: "No visit is over yet.", Hint: "Every visit stays here for ever once it is over.  tab other requests"},
	})
	s.actions = append([]*keymap.Action{s.askWhy()}, s.list.Actions()...)
	return s
}

// begin makes the list with what all lists of visits have in common.
func (s *visits) begin(e *app.Env, o list.Options[core.VisitView]) {
	s.env = e
	s.id = func(v core.VisitView) string { return number(uint64(v.ID)) }
	s.about = func(ctx context.Context, actor *core.Actor, id string) (stay, error) {
		return loadStay(ctx, actor, core.VisitID(parse(id)))
	}
	s.block = describeVisit
	o.ID, o.Moved = s.id, s.moved
	o.Open = func(v core.VisitView) tea.Cmd { return app.Open(VisitPage(v.ID)) }
	s.list = app.NewList(e, o)
	s.actions = append(s.makeActions(), s.list.Actions()...)
}

// activeColumns: reason and approver are shown at every width, what else there is gives way.
func activeColumns(e *app.Env) []list.Column[core.VisitView] {
	type column = list.Column[core.VisitView]
	return []column{
		{Title: "id", Min: 4, Right: true, Wide: true, Cell: list.Text(func(v core.VisitView) string { return number(uint64(v.ID)) })},
		{Title: "where", Min: 12, Max: 24, Priority: 1, Cell: list.Text(func(v core.VisitView) string { return v.UnitName })},
		{Title: "organization", Min: 14, Max: 18, Priority: 6, Cell: list.Text(func(v core.VisitView) string { return v.OrganizationName })},
		{Title: "who", Min: 18, Max: 30, Cell: func(v core.VisitView) theme.Span { return badged(e.Look(), v.Who) }},
		{Title: "role", Min: 8, Max: 10, Priority: 7, Cell: list.Text(func(v core.VisitView) string { return string(v.Role) })},
		{Title: "closes", Min: 9, Sort: "ends", Cell: func(v core.VisitView) theme.Span {
			if v.Due {
				return theme.Span{Role: theme.Warning, Text: "due"}
			}
			return ends(v.Closes, e.Now())
		}},
		{Title: "since", Min: 10, Priority: 4, Sort: "started", Cell: list.Text(func(v core.VisitView) string {
			return ago(v.Started, e.Now())
		})},
		{Title: "approved by", Min: 12, Max: 22, Cell: func(v core.VisitView) theme.Span { return approvedBy(e.Look(), v) }},
		{Title: "reason", Min: 12, Cell: list.Text(func(v core.VisitView) string { return v.Reason })},
	}
}

// knownVisit gives a row with what was read about it; until then nothing is known to stand in the way.
func (s *visits) knownVisit(v core.VisitView) stay {
	if s.known == s.id(v) && s.detail.Version == v.Version {
		return s.detail
	}
	return stay{VisitView: v}
}

func (s *visits) guard(stop func(stay) error) func() error {
	return func() error {
		if err := Writable(s.env); err != nil {
			return err
		}
		return s.any(func(v core.VisitView) error { return stop(s.knownVisit(v)) })
	}
}

func (s *visits) targetIDs() []core.VisitID {
	var ids []core.VisitID
	for _, v := range s.targets() {
		ids = append(ids, v.ID)
	}
	return ids
}

// command is a command line about all rows that an action means, where it is possible at all.
func (s *visits) command(format string, stop func(stay) error) func() string {
	may := s.guard(stop)
	return func() string {
		if ids := s.ids(); ids != "" && may() == nil {
			return fmt.Sprintf(format, ids)
		}
		return ""
	}
}

func (s *visits) makeActions() []*keymap.Action {
	e := s.env
	return []*keymap.Action{
		{
			ID: "visit.revoke", Title: "end it now", Long: "revoke: end the visit of somebody else at once", Keys: []string{"x"}, Group: keymap.GroupAct,
			Danger: keymap.Destructive, Applies: keymap.Many, Hint: 1, Guard: s.guard(mayRevoke),
			Run: func() tea.Cmd { return Revoke(e, s.targetIDs()...) }, Command: s.command("gatehouse visit revoke %s", mayRevoke),
		},
		{
			ID: "visit.extend", Title: "stay longer", Long: "ask to stay longer on an own visit", Keys: []string{"E"}, Group: keymap.GroupAct,
			Danger: keymap.Heavy, Applies: keymap.One, Hint: 3, Guard: s.guard(mayExtend),
			Run: func() tea.Cmd {
				ids := s.targetIDs()
				if len(ids) == 0 {
					return nil
				}
				return Extend(e, ids[0])
			}, Command: s.command("gatehouse visit extend %s --for 4h --reason REASON", mayExtend),
		},
		{
			ID: "visit.leave", Title: "leave", Long: "leave: end an own visit", Keys: []string{"L"}, Group: keymap.GroupAct,
			Danger: keymap.Destructive, Applies: keymap.Many, Hint: 2, Guard: s.guard(mayLeave),
			Run: func() tea.Cmd { return Leave(e, s.targetIDs()...) }, Command: s.command("gatehouse visit leave %s", mayLeave),
		},
		s.askWhy(),
	}
}

func (s *visits) askWhy() *keymap.Action {
	e := s.env
	return &keymap.Action{
		ID: "visit.why", Title: "why", Long: "why they can enter, rule by rule", Keys: []string{"W"}, Group: keymap.GroupAct,
		Applies: keymap.One, Hint: 4, Guard: s.ask,
		Run: func() tea.Cmd {
			rows := s.targets()
			if len(rows) == 0 {
				return nil
			}
			return whyVisit(e, rows[0])
		},
		Command: func() string {
			v, ok := s.list.Current()
			if !ok || v.Unit.Kind != core.KindProject {
				return ""
			}
			return why.Command(v.Who, core.ProjectID(v.Unit.ID))
		},
	}
}

// ask guards Why, which is about projects and works in sessions that only read.
func (s *visits) ask() error {
	return s.any(func(v core.VisitView) error { return mayAskWhy(stay{VisitView: v}) })
}

func mayAskWhy(s stay) error {
	if s.Unit.Kind != core.KindProject {
		return keymap.Disabled("Why is answered for projects only.")
	}
	return nil
}

func whyVisit(e *app.Env, v core.VisitView) tea.Cmd {
	return why.Open(e, v.Who, core.Named{ID: v.Unit.ID, Name: v.UnitName})
}

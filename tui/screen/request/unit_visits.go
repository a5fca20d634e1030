package request

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/layout"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// unitVisits is the tab of a unit with all visits to it, running and over; of an organization with those to its projects.
type unitVisits struct {
	visits
	head unit.Head
}

// NewVisits makes the tab (V9).
func NewVisits(e *app.Env, ref core.Unit) app.Screen {
	s := &unitVisits{head: unit.Head{Ref: ref}}
	actor := e.Session.Actor
	s.begin(e, list.Options[core.VisitView]{
		Noun: "visit",
		Source: rows.From(func(ctx context.Context, q core.Query) (core.Page[core.VisitView], error) {
			return actor.Visits(ctx, core.VisitQuery{Query: q, Unit: ref})
		}),
		Columns: historyColumns(e, ref),
		Role: func(v core.VisitView) theme.Role {
			if v.State != core.VisitActive {
				return theme.Faint
			}
			return theme.Plain
		},
		Empty: list.Empty{Text: "Nobody has visited yet.", Hint: "Staff who join, or whose request is approved, are listed here for ever."},
	})
	return s
}

// historyColumns show what the record keeps of the visits to a unit; the zero unit holds all. Reason and approver are shown at every width.
func historyColumns(e *app.Env, ref core.Unit) []list.Column[core.VisitView] {
	type column = list.Column[core.VisitView]
	columns := []column{
		{Title: "id", Min: 4, Right: true, Wide: true, Cell: list.Text(func(v core.VisitView) string { return number(uint64(v.ID)) })},
		{Title: "who", Min: 16, Max: 30, Cell: func(v core.VisitView) theme.Span { return badged(e.Look(), v.Who) }},
	}
	if ref.Kind == core.KindOrganization || ref.IsZero() {
		columns = append(columns, column{Title: "where", Min: 10, Max: 24, Priority: 1, Cell: list.Text(func(v core.VisitView) string {
			return v.UnitName
		})})
	}
	return append(columns,
		column{Title: "state", Min: 9, Priority: 2, Cell: func(v core.VisitView) theme.Span { return cell.VisitState(e.Look(), v) }},
		column{Title: "started", Min: 10, Priority: 4, Sort: "started", Cell: list.Text(func(v core.VisitView) string { return ago(v.Started, e.Now()) })},
		column{Title: "lasted", Min: 8, Priority: 3, Cell: list.Text(func(v core.VisitView) string {
			if v.State == core.VisitActive {
				return ""
			}
			return lasted(v)
		})},
		column{Title: "ended by", Min: 12, Max: 22, Priority: 5, Cell: func(v core.VisitView) theme.Span { return endedBy(e.Look(), v) }},
		column{Title: "approved by", Min: 12, Max: 22, Cell: func(v core.VisitView) theme.Span { return approvedBy(e.Look(), v) }},
		column{Title: "reason", Min: 12, Cell: list.Text(func(v core.VisitView) string { return v.Reason })},
	)
}

// approvedBy says who let a visitor in; who joined was nobody's decision (V2).
func approvedBy(look *theme.Look, v core.VisitView) theme.Span {
	if v.Basis == 0 || v.ApprovedBy == nil {
		return theme.Span{Role: theme.Faint, Text: "joined"}
	}
	return badged(look, *v.ApprovedBy)
}

// endedBy says who ended a visit, or why it is over where nobody did.
func endedBy(look *theme.Look, v core.VisitView) theme.Span {
	switch {
	case v.State == core.VisitActive:
		return theme.Span{}
	case v.EndedBy != nil:
		return badged(look, *v.EndedBy)
	}
	return theme.Span{Role: theme.Faint, Text: v.Because()}
}

// lasted is how long a visit really was.
func lasted(v core.VisitView) string { return text.Length(v.Ended.Sub(v.Started)) }

// Init implements app.Screen.
func (s *unitVisits) Init() tea.Cmd { return tea.Batch(s.visits.Init(), unit.Load(s.env, s.head.Ref)) }

// Update implements app.Screen.
func (s *unitVisits) Update(msg tea.Msg) tea.Cmd {
	if s.head.Take(msg) {
		return nil
	}
	return s.visits.Update(msg)
}

// Refresh implements app.Refresher.
func (s *unitVisits) Refresh() tea.Cmd {
	return tea.Batch(s.visits.Refresh(), unit.Load(s.env, s.head.Ref))
}

// View implements app.Screen: the list alone, as in the other tabs of a unit.
func (s *unitVisits) View(r layout.Rect) string {
	s.listH = r.H
	return s.list.View(r, s.env.Look())
}

// Title implements app.Screen.
func (s *unitVisits) Title() []string { return s.head.Title() }

// TabCount implements app.Counter.
func (s *unitVisits) TabCount(tab string) string { return s.head.TabCount(tab) }

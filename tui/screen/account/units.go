package account

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/keymap"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// units is the tab of what one belongs to.
type units struct{ rowsScreen[core.OwnUnit] }

func newUnits(e *app.Env) *units {
	s := &units{}
	s.env = e
	s.List = app.NewList(e, list.Options[core.OwnUnit]{
		Noun:   "unit",
		Source: rows.From(e.Session.Actor.Units),
		ID:     func(u core.OwnUnit) string { return u.Unit.String() },
		Columns: []list.Column[core.OwnUnit]{
			{Title: "name", Min: 16, Max: 30, Cell: list.Text(func(u core.OwnUnit) string { return u.Name })},
			{Title: "kind", Min: 12, Max: 13, Priority: 2, Cell: list.Text(func(u core.OwnUnit) string { return u.Unit.Kind.String() })},
			{Title: "organization", Min: 12, Max: 24, Priority: 3, Cell: list.Text(func(u core.OwnUnit) string { return u.OrganizationName })},
			{Title: "as", Min: 13, Max: 20, Cell: s.as},
			{Title: "since", Min: 10, Max: 12, Priority: 4, Cell: list.Text(func(u core.OwnUnit) string { return text.Ago(u.Since.Time(), e.Now()) })},
			{Title: "until", Min: 8, Max: 12, Cell: func(u core.OwnUnit) theme.Span { return cell.Ends(u.Until, e.Now()) }},
			{Title: "", Min: 8, Priority: 1, Cell: s.locked},
		},
		Empty: list.Empty{Text: "You belong to no maintainer, organization or project.", Hint: "ask somebody inside for an invitation"},
		Open: func(u core.OwnUnit) tea.Cmd {
			return app.Open(unit.Page(u.Unit))
		},
	})
	s.actions = append([]*keymap.Action{
		{
			ID: "unit.leave", Title: "leave", Keys: []string{"L"}, Group: keymap.GroupAct, Danger: keymap.Destructive, Applies: keymap.One, Hint: 10,
			Run: s.leave, Command: s.leaveCommand,
		},
	}, s.List.Actions()...)
	return s
}

func (s *units) as(u core.OwnUnit) theme.Span {
	if u.Visit != 0 {
		return theme.Span{Role: theme.Support, Text: "visitor " + cell.Role(u.Role, nil)}
	}
	roles := u.Roles
	if len(roles) > 1 { // every member has DEFAULT (OR2)
		roles = slices.DeleteFunc(slices.Clone(roles), func(r string) bool { return r == core.RoleDefault })
	}
	role := cell.Role(u.Role, roles)
	if role == "" {
		role = "member"
	}
	return theme.Span{Text: role}
}

func (s *units) locked(u core.OwnUnit) theme.Span {
	if u.Locked {
		return theme.Span{Role: theme.Danger, Text: s.env.Look().Glyphs.Warn + " locked: needs MFA"}
	}
	return theme.Span{}
}

func (s *units) leave() tea.Cmd {
	u, ok := s.List.Current()
	if !ok {
		return nil
	}
	return unit.Leave(s.env, u.Unit)
}

func (s *units) leaveCommand() string {
	u, ok := s.List.Current()
	if !ok {
		return ""
	}
	return unit.LeaveCommand(u.Unit)
}

// Update implements app.Screen.
func (s *units) Update(msg tea.Msg) tea.Cmd {
	if cmd, ok := unit.Take(msg); ok {
		return cmd
	}
	return s.List.Update(msg)
}

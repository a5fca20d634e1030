package maintainer

import (
	"context"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/theme"
)

// maintainers is the list: the own ones, to Support all (H12).
type maintainers struct {
	rows.Pane[core.MaintainerView]
	env     *app.Env
	row     unit.Head // of the maintainer under the cursor
	actions []*keymap.Action
}

func newList(e *app.Env) *maintainers {
	s := &maintainers{env: e}
	count := func(n func(core.MaintainerView) int) func(core.MaintainerView) theme.Span {
		return list.Text(func(m core.MaintainerView) string { return strconv.Itoa(n(m)) })
	}
	s.List = app.NewList(e, list.Options[core.MaintainerView]{
		Noun:   "maintainer",
		Source: rows.From(e.Session.Actor.Maintainers),
		ID:     func(m core.MaintainerView) string { return number(uint64(m.ID)) },
		Columns: []list.Column[core.MaintainerView]{
			{Title: "name", Min: 16, Max: 28, Cell: func(m core.MaintainerView) theme.Span {
				return cell.Name(s.env.Look(), m.Name, uint64(m.ID), m.Alike)
			}},
			{Title: "organizations", Min: 13, Right: true, Cell: count(func(m core.MaintainerView) int { return m.Organizations })},
			{Title: "members", Min: 7, Right: true, Priority: 1, Cell: count(func(m core.MaintainerView) int { return m.Members })},
			{Title: "visitors", Min: 8, Right: true, Priority: 3, Cell: count(func(m core.MaintainerView) int { return m.Visitors })},
			{Title: "id", Min: 4, Max: 8, Right: true, Wide: true, Cell: list.Text(func(m core.MaintainerView) string { return number(uint64(m.ID)) })},
			{Title: "you", Min: 9, Max: 10, Priority: 2, Cell: s.you},
			{Title: "contact", Min: 20, Priority: 4, Cell: list.Text(func(m core.MaintainerView) string { return m.Contact })},
		},
		Empty:   s.empty(),
		NoMarks: true,
		Moved:   s.look,
		Open:    func(m core.MaintainerView) tea.Cmd { return app.Open(unit.Page(m.ID.Ref())) },
	})
	s.actions = append(s.makeActions(), s.List.Actions()...)
	return s
}

func (s *maintainers) empty() list.Empty {
	if s.env.Session.Support {
		return list.Empty{Text: "There is no maintainer yet.", Hint: "a creates one"}
	}
	return list.Empty{Text: "You are in no maintainer: only its members and Support see one.", Hint: "ask one of its members to add you"}
}

// you says what the reader is there.
func (s *maintainers) you(m core.MaintainerView) theme.Span {
	if m.Relation == core.RelationMember {
		return theme.Span{Role: theme.Success, Text: s.env.Look().Glyphs.On + " inside"}
	}
	return theme.Span{Role: theme.Faint, Text: s.env.Look().Glyphs.Off + " outside"}
}

func (s *maintainers) makeActions() []*keymap.Action {
	act, env := keymap.GroupAct, s.env
	return []*keymap.Action{
		{
			ID: "maintainer.create", Title: "new", Long: "new maintainer", Keys: []string{"a"}, Group: act, Hint: 15,
			Guard: s.mayCreate, Run: s.create, Command: func() string { return "gatehouse maintainer create NAME" },
		},
		{
			ID: "maintainer.rename", Title: "rename", Keys: []string{"e"}, Group: act, Applies: keymap.One, Hint: 16, Guard: s.allowed((*unit.Head).MayRename),
			Run: s.one(func(ref core.Unit) tea.Cmd { return unit.Rename(env, ref) }), Command: s.command(unit.RenameCommand),
		},
		{
			ID: "maintainer.delete", Title: "delete", Keys: []string{"x"}, Group: act, Danger: keymap.Destructive, Applies: keymap.One, Hint: 20,
			Guard: s.allowed((*unit.Head).MayDelete), Run: s.one(func(ref core.Unit) tea.Cmd { return unit.Delete(env, ref, false) }),
			Command: s.command(unit.DeleteCommand),
		},
		{
			ID: "unit.join", Title: "join", Keys: []string{"J"}, Group: act, Applies: keymap.One, Hint: 30, Guard: s.allowed((*unit.Head).MayEnter),
			Run:     s.one(func(ref core.Unit) tea.Cmd { return unit.Enter(env, ref) }),
			Command: s.command(func(ref core.Unit) string { return unit.EnterCommand(&unit.Head{Ref: ref}) }),
		},
		{
			ID: "unit.leave", Title: "leave", Keys: []string{"L"}, Group: act, Danger: keymap.Destructive, Applies: keymap.One, Hint: 31,
			Guard: s.allowed((*unit.Head).MayLeave), Run: s.one(func(ref core.Unit) tea.Cmd { return unit.Leave(env, ref) }),
			Command: s.command(unit.LeaveCommand),
		},
	}
}

// allowed asks what is known about the row under the cursor; while nothing is, core answers when the card opens.
func (s *maintainers) allowed(may func(*unit.Head) error) func() error {
	return func() error {
		if m, ok := s.List.Current(); ok && s.row.Ref == m.ID.Ref() {
			return may(&s.row)
		}
		return nil
	}
}

func (s *maintainers) one(f func(core.Unit) tea.Cmd) func() tea.Cmd {
	return func() tea.Cmd {
		m, ok := s.List.Current()
		if !ok {
			return nil
		}
		return f(m.ID.Ref())
	}
}

func (s *maintainers) command(f func(core.Unit) string) func() string {
	return func() string {
		m, ok := s.List.Current()
		if !ok {
			return ""
		}
		return f(m.ID.Ref())
	}
}

// look reads the rights on the row under the cursor, so that the hint line tells what can be done with it.
func (s *maintainers) look() tea.Cmd {
	m, ok := s.List.Current()
	if !ok {
		return nil
	}
	actor := s.env.Session.Actor
	return app.Load(s.env, "row", func(ctx context.Context) (unit.Head, error) { return unit.Read(ctx, actor, m.ID.Ref()) })
}

// mayCreate: making a maintainer is no right on a unit; it belongs to the Support flag (MT1).
func (s *maintainers) mayCreate() error {
	if !s.env.Session.Support {
		return keymap.Disabled("Only Support makes maintainers.")
	}
	return nil
}

func (s *maintainers) create() tea.Cmd {
	actor := s.env.Session.Actor
	return card.Show(&form.Form{
		Heading: "New maintainer", Button: "Create",
		Intro:  []string{"A maintainer looks after organizations and gives them first-line support. You become its first member."},
		Fields: []*form.Field{unit.NameField("")},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			m, err := actor.CreateMaintainer(ctx, v.Text("name"))
			return unit.Done{Text: "Created " + m.Name + ".", Page: unit.Page(m.ID.Ref())}, err
		},
	})
}

// Init implements app.Screen.
func (s *maintainers) Init() tea.Cmd { return s.List.Init() }

// Refresh implements app.Refresher.
func (s *maintainers) Refresh() tea.Cmd { return tea.Batch(s.List.Refresh(), s.look()) }

// Update implements app.Screen.
func (s *maintainers) Update(msg tea.Msg) tea.Cmd {
	if s.row.Take(msg) {
		return nil
	}
	if cmd, ok := unit.Take(msg); ok {
		return cmd
	}
	return s.List.Update(msg)
}

// View implements app.Screen.
func (s *maintainers) View(r layout.Rect) string { return s.Draw(r, s.env.Look()) }

// Actions implements app.Screen.
func (s *maintainers) Actions() []*keymap.Action { return s.actions }

// Title implements app.Screen.
func (s *maintainers) Title() []string { return []string{"Maintainers"} }

// Preview implements app.Previewer.
func (s *maintainers) Preview(r layout.Rect) string {
	m, ok := s.List.Current()
	if !ok {
		return ""
	}
	f := cell.NewFields(s.env.Look(), r.W, 13)
	f.Gap().Add("Maintainer", theme.Span{Role: theme.Strong, Text: m.Name}).Text("Number", number(uint64(m.ID))).
		Text("Organizations", strconv.Itoa(m.Organizations)).Text("Members", strconv.Itoa(m.Members)).
		Text("Visitors", strconv.Itoa(m.Visitors)).Text("Contact", m.Contact).Text("Created", cell.Exact(m.Created, s.env.Now()))
	return f.String()
}

package organization

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/theme"
)

// List lists organizations: own ones, all that the reader can see (H12), or those of one maintainer.
type List struct {
	rows.Pane[core.OrganizationView]
	env     *app.Env
	head    unit.Head // of the maintainer whose page it is a tab of; zero Ref for the page of the rail
	all     atomic.Bool
	actions []*keymap.Action
	toggler *keymap.Action
	row     unit.Head // rights on the organization under the cursor
}

// NewList makes the list. maintainer is the one whose page it is a tab of; 0 makes the page of the rail.
func NewList(e *app.Env, maintainer core.MaintainerID) *List {
	s := &List{env: e}
	if maintainer != 0 {
		s.head.Ref = maintainer.Ref()
	}
	// Support belongs to few organizations and looks after all of them, so its list opens on all.
	s.all.Store(e.Page.Tab == "all" || e.Session.Support)
	actor := e.Session.Actor
	s.List = app.NewList(e, list.Options[core.OrganizationView]{
		Noun: "organization",
		Source: rows.From(func(ctx context.Context, q core.Query) (core.Page[core.OrganizationView], error) {
			return actor.Organizations(ctx, core.OrganizationQuery{Query: q, Maintainer: maintainer, All: s.all.Load()})
		}),
		ID: rowID, Columns: s.columns(), Moved: s.look, Empty: s.empty(),
		Open: func(o core.OrganizationView) tea.Cmd { return app.Open(unit.Page(o.ID.Ref())) },
	})
	s.actions = append(unit.Offer(s.makeActions()), s.List.Actions()...)
	return s
}

func rowID(o core.OrganizationView) string { return strconv.FormatUint(uint64(o.ID), 10) }

func (s *List) ofMaintainer() bool { return !s.head.Ref.IsZero() }

func (s *List) empty() list.Empty {
	if s.ofMaintainer() {
		return list.Empty{Text: "This maintainer has no organization.", Hint: "a new organization"}
	}
	return list.Empty{
		Text: "You belong to no organization. Somebody must add or invite you, or you join one as staff.",
		Hint: "t all that you may see   4 your projects   a new organization",
	}
}

func (s *List) columns() []list.Column[core.OrganizationView] {
	type column = list.Column[core.OrganizationView]
	look := s.env.Look
	all := []column{{Title: "name", Min: 18, Max: 34, Sort: "name", Cell: s.name}}
	if !s.ofMaintainer() {
		all = append(all, column{Title: "maintainer", Min: 12, Max: 24, Priority: 2, Cell: list.Text(func(o core.OrganizationView) string { return o.Maintainer.Name })})
	}
	return append(all,
		column{Title: "auto join", Min: 9, Cell: func(o core.OrganizationView) theme.Span { return cell.Switch(look(), o.AutoJoin) }},
		column{Title: "mfa", Min: 11, Priority: 3, Cell: func(o core.OrganizationView) theme.Span { return cell.MFARequired(look(), o.MFA.State) }},
		column{Title: "projects", Min: 8, Right: true, Priority: 1, Cell: list.Text(func(o core.OrganizationView) string { return strconv.Itoa(o.Projects) })},
		column{Title: "members", Min: 7, Right: true, Priority: 4, Cell: list.Text(func(o core.OrganizationView) string { return strconv.Itoa(o.Members) })},
		column{Title: "visitors", Min: 8, Right: true, Wide: true, Cell: list.Text(func(o core.OrganizationView) string { return strconv.Itoa(o.Visitors) })},
		column{Title: "waiting", Min: 7, Right: true, Cell: func(o core.OrganizationView) theme.Span {
			if o.Pending == 0 {
				return theme.Span{Role: theme.Faint, Text: "-"}
			}
			return theme.Span{Role: theme.Badge, Text: strconv.Itoa(o.Pending)}
		}},
		column{Title: "you", Min: 13, Priority: 5, Cell: func(o core.OrganizationView) theme.Span {
			return theme.Span{Role: theme.Faint, Text: string(o.Relation)}
		}},
	)
}

func (s *List) makeActions() []*keymap.Action {
	act, env := keymap.GroupAct, s.env
	command := func(f func(core.Unit) string) func() string {
		return func() string {
			o, ok := s.target()
			if !ok {
				return ""
			}
			return f(o.ID.Ref())
		}
	}
	s.toggler = &keymap.Action{
		ID: "organizations.all", Long: "show own organizations, or all that you may see", Keys: []string{"t"}, Group: keymap.GroupFind, Hint: 15,
		Hidden: s.ofMaintainer, Run: s.toggle,
	}
	s.titleToggle()
	return []*keymap.Action{
		{
			ID: "organization.join", Title: "join", Keys: []string{"J"}, Group: act, Applies: keymap.One, Hint: 14,
			Guard: s.allowed((*unit.Head).MayEnter), Run: s.one(func(ref core.Unit) tea.Cmd { return unit.Enter(env, ref) }),
			Command: command(func(ref core.Unit) string { return unit.EnterCommand(&unit.Head{Ref: ref}) }),
		},
		{
			ID: "organization.create", Title: "new organization", Keys: []string{"a"}, Group: act, Hint: 16, Guard: s.mayCreate, Run: s.create,
			Command: func() string {
				if s.ofMaintainer() {
					return fmt.Sprintf("gatehouse org create NAME --maintainer %d", s.head.Ref.ID)
				}
				return "gatehouse org create NAME --maintainer MAINTAINER"
			},
		},
		{
			ID: "organization.rename", Title: "rename", Keys: []string{"e"}, Group: act, Applies: keymap.One, Hint: 30,
			Guard: s.allowed((*unit.Head).MayRename), Run: s.one(func(ref core.Unit) tea.Cmd { return unit.Rename(env, ref) }),
			Command: command(unit.RenameCommand),
		},
		{
			ID: "organization.delete", Title: "delete", Keys: []string{"x"}, Group: act, Danger: keymap.Destructive, Applies: keymap.One, Hint: 31,
			Guard: s.allowed((*unit.Head).MayDelete), Run: s.one(func(ref core.Unit) tea.Cmd { return unit.Delete(env, ref, false) }),
			Command: command(unit.DeleteCommand),
		},
		{
			ID: "organization.leave", Title: "leave", Keys: []string{"L"}, Group: act, Danger: keymap.Destructive, Applies: keymap.One, Hint: 32,
			Guard: s.allowed((*unit.Head).MayLeave), Run: s.one(func(ref core.Unit) tea.Cmd { return unit.Leave(env, ref) }),
			Command: command(unit.LeaveCommand),
		},
		{
			ID: "unit.move", Title: "move", Long: "give the organization to another maintainer", Group: act, Danger: keymap.Destructive, Applies: keymap.One,
			Guard: s.allowed((*unit.Head).MayMove), Run: s.one(func(ref core.Unit) tea.Cmd { return unit.Move(env, ref) }),
			Command: command(unit.MoveCommand),
		},
		s.toggler,
	}
}

// titleToggle names what the toggle would show.
func (s *List) titleToggle() {
	s.toggler.Title = "all"
	if s.all.Load() {
		s.toggler.Title = "own"
	}
}

// toggle shows own organizations, or all that the reader may see.
func (s *List) toggle() tea.Cmd {
	s.all.Store(!s.all.Load())
	s.titleToggle()
	return s.List.SetOrder(s.List.Order())
}

func (s *List) target() (core.OrganizationView, bool) {
	if t := s.List.Targets(); len(t) == 1 {
		return t[0], true
	}
	return core.OrganizationView{}, false
}

func (s *List) one(f func(core.Unit) tea.Cmd) func() tea.Cmd {
	return func() tea.Cmd {
		o, ok := s.target()
		if !ok {
			return nil
		}
		return f(o.ID.Ref())
	}
}

// allowed asks what is known about the row under the cursor; while nothing is, core answers when the card opens.
func (s *List) allowed(may func(*unit.Head) error) func() error {
	return func() error {
		o, ok := s.target()
		if !ok || s.row.Ref != o.ID.Ref() {
			return nil
		}
		return may(&s.row)
	}
}

// rights is what the actor may do with the row under the cursor.
type rights struct{ head unit.Head }

// look reads the rights on the row under the cursor, so that the hint line tells what can be done with it.
func (s *List) look() tea.Cmd {
	o, ok := s.List.Current()
	if !ok {
		return nil
	}
	actor := s.env.Session.Actor
	return app.Load(s.env, "row", func(ctx context.Context) (rights, error) {
		h := unit.Head{Ref: o.ID.Ref(), Organization: o}
		var err error
		h.Permissions, err = actor.Permissions(ctx, h.Ref)
		return rights{h}, err
	})
}

// Init implements app.Screen.
func (s *List) Init() tea.Cmd { return tea.Batch(s.List.Init(), s.loadHead()) }

// Refresh implements app.Refresher.
func (s *List) Refresh() tea.Cmd { return tea.Batch(s.List.Refresh(), s.loadHead(), s.look()) }

func (s *List) loadHead() tea.Cmd {
	if !s.ofMaintainer() {
		return nil
	}
	return unit.Load(s.env, s.head.Ref)
}

// Update implements app.Screen.
func (s *List) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case app.Loaded[unit.Head]:
		s.head.Take(msg)
		return nil
	case app.Loaded[rights]:
		if msg.Err == nil {
			s.row = msg.Value.head
		}
		return nil
	case createIn:
		return askCreate(s.env, msg.maintainer)
	}
	if cmd, ok := unit.Take(msg); ok {
		return cmd
	}
	return s.List.Update(msg)
}

// View implements app.Screen.
func (s *List) View(r layout.Rect) string { return s.Draw(r, s.env.Look()) }

// Preview implements app.Previewer.
func (s *List) Preview(r layout.Rect) string {
	o, ok := s.List.Current()
	if !ok {
		return ""
	}
	look := s.env.Look()
	f := cell.NewFields(look, r.W, 12).Gap()
	f.Add("Organization", theme.Span{Role: theme.Strong, Text: o.Name}).Text("Maintainer", o.Maintainer.Name).
		Add("Auto Join", cell.Switch(look, o.AutoJoin)).Add("Require MFA", cell.MFARequired(look, o.MFA.State)).
		Text("Projects", strconv.Itoa(o.Projects)).Text("Members", strconv.Itoa(o.Members)).Text("Visitors", strconv.Itoa(o.Visitors))
	if o.Pending > 0 {
		f.Add("Requests", theme.Span{Role: theme.Badge, Text: strconv.Itoa(o.Pending) + " waiting"})
	}
	f.Text("You", string(o.Relation)).Gap().Paragraph(theme.Plain, autoJoinText(o))
	return f.String()
}

// Actions implements app.Screen.
func (s *List) Actions() []*keymap.Action { return s.actions }

// Title implements app.Screen.
func (s *List) Title() []string {
	switch {
	case s.ofMaintainer():
		return s.head.Title()
	case s.all.Load():
		return []string{"Organizations", "all"}
	}
	return []string{"Organizations"}
}

// TabCount implements app.Counter.
func (s *List) TabCount(tab string) string { return s.head.TabCount(tab) }

// autoJoinText states the setting (S7).
func autoJoinText(o core.OrganizationView) string {
	if o.AutoJoin {
		return "Support staff and members of " + o.Maintainer.Name + " may join " + o.Name + " and its projects at once, with a reason and an end."
	}
	return "Support staff and members of " + o.Maintainer.Name + " need the approval of a project user to enter a project, and cannot join " + o.Name + "."
}

func (s *List) name(o core.OrganizationView) theme.Span {
	return cell.Name(s.env.Look(), o.Name, uint64(o.ID), o.Alike)
}

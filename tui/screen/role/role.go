// Package role shows what organization roles are for: the roles of an organization with who holds them and what they
// open, who may enter a project at which level and why, and everybody who uses a project of an organization.
package role

import (
	"context"
	"fmt"
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

// Roles is the tab Roles of the page of an organization.
type Roles struct {
	rows.Pane[core.RoleView]
	env     *app.Env
	head    unit.Head
	actions []*keymap.Action
}

// NewTab makes the tab Roles of an organization.
func NewTab(e *app.Env, ref core.Unit) *Roles {
	s := &Roles{env: e, head: unit.Head{Ref: ref}}
	actor := e.Session.Actor
	s.List = app.NewList(e, list.Options[core.RoleView]{
		Noun: "role",
		Source: rows.From(func(ctx context.Context, q core.Query) (core.Page[core.RoleView], error) {
			return actor.Roles(ctx, core.OrganizationID(ref.ID), q)
		}),
		ID: func(v core.RoleView) string { return v.ID },
		Columns: []list.Column[core.RoleView]{
			{Title: "role", Min: 12, Max: 22, Cell: list.Text(func(v core.RoleView) string { return v.ID })},
			{Title: "members", Min: 7, Right: true, Cell: count(func(v core.RoleView) int { return v.Members })},
			{Title: "invited", Min: 7, Right: true, Priority: 4, Cell: count(func(v core.RoleView) int { return v.Invitations })},
			{Title: "opens", Min: 12, Priority: 1, Cell: list.Text(opens)},
			{Title: "what for", Min: 16, Priority: 2, Cell: list.Text(purpose)},
		},
		Empty: list.Empty{Text: "No role to show.", Hint: "a new role"},
		Open:  s.open,
	})
	s.actions = append(unit.Offer(s.makeActions()), s.List.Actions()...)
	return s
}

func count(of func(core.RoleView) int) func(core.RoleView) theme.Span {
	return func(v core.RoleView) theme.Span {
		n := of(v)
		switch {
		case n == 0:
			return theme.Span{Role: theme.Faint, Text: "-"}
		case v.AtLeast:
			return theme.Span{Text: strconv.Itoa(n) + "+"}
		}
		return theme.Span{Text: strconv.Itoa(n)}
	}
}

// opens says what a role is good for: grants, or everything.
func opens(v core.RoleView) string {
	switch {
	case v.ID == core.RoleAdmin && v.Grants == 0:
		return "all projects"
	case v.ID == core.RoleAdmin:
		return "all projects, and " + unit.Count(v.Grants, "grant")
	case v.Grants == 0:
		return "nothing yet"
	}
	return unit.Count(v.Grants, "grant")
}

// purpose is the description; of the roles that are built in, what they are.
func purpose(v core.RoleView) string {
	switch v.ID {
	case core.RoleDefault:
		return "built in: every member has it"
	case core.RoleAdmin:
		return "built in: makes an administrator"
	}
	return v.Description
}

func (s *Roles) id() core.OrganizationID { return core.OrganizationID(s.head.Ref.ID) }

func (s *Roles) makeActions() []*keymap.Action {
	act := keymap.GroupAct
	return []*keymap.Action{
		{
			ID: "role.create", Title: "new role", Keys: []string{"a"}, Group: act, Hint: 12,
			Guard: s.may, Run: s.create,
			Command: func() string {
				return fmt.Sprintf("gatehouse role create NAME --org %d --description TEXT", s.head.Ref.ID)
			},
		},
		{
			ID: "role.members", Title: "members", Long: "give the role to members, or take it away", Keys: []string{"e"}, Group: act, Applies: keymap.One, Hint: 14,
			Guard: s.mayGive, Run: s.members,
			Command: s.command(func(v core.RoleView) string {
				return fmt.Sprintf("gatehouse role assign %s EMAIL --org %d", v.ID, s.head.Ref.ID)
			}),
		},
		{
			ID: "role.delete", Title: "delete", Long: "delete the role", Keys: []string{"x"}, Group: act, Danger: keymap.Destructive, Applies: keymap.One, Hint: 20,
			Guard: s.mayDelete, Run: s.remove,
			Command: s.command(func(v core.RoleView) string {
				return fmt.Sprintf("gatehouse role delete %s --org %d", v.ID, s.head.Ref.ID)
			}),
		},
	}
}

func (s *Roles) command(f func(core.RoleView) string) func() string {
	return func() string {
		v, ok := s.target()
		if !ok {
			return ""
		}
		return f(v)
	}
}

func (s *Roles) target() (core.RoleView, bool) {
	if t := s.List.Targets(); len(t) == 1 {
		return t[0], true
	}
	return core.RoleView{}, false
}

func (s *Roles) may() error { return s.head.May(core.OrganizationRoles) }

func mayManage(h *unit.Head) error { return h.May(core.OrganizationRoles) }

// mayGive: DEFAULT is everybody's and stays (OR2).
func (s *Roles) mayGive() error {
	if v, ok := s.target(); ok && v.ID == core.RoleDefault {
		return keymap.Disabled("Every member has DEFAULT; it cannot be given or taken away.")
	}
	return s.may()
}

func (s *Roles) mayDelete() error {
	if v, ok := s.target(); ok && v.BuiltIn {
		return keymap.Disabled(v.ID + " is built in and stays.")
	}
	return s.may()
}

// create asks for a role of one's own.
func (s *Roles) create() tea.Cmd {
	d, id := unit.DeskOf(s.env), s.id()
	return d.Open(s.head.Ref, mayManage, func(h *unit.Head) (card.Card, error) {
		return &form.Form{
			Heading: "New role in " + h.Name(), Button: "Create", StillThere: d.Still(h.Ref, 0, mayManage),
			Intro: []string{"A role groups members. Projects are opened to it on their tab Access."},
			Fields: []*form.Field{
				{
					Name: "name", Label: "Name", Required: true, Limit: core.RoleNameMax, Placeholder: "dev team",
					Help: "Letters, digits, blanks and hyphens; a letter first.",
					Describe: func(v string, _ form.Values) string {
						role, err := core.RoleID(v)
						if err != nil {
							return ""
						}
						return "It is called " + role + " everywhere."
					},
				},
				{Name: "description", Label: "What for", Required: true, Limit: core.RoleDescriptionMax},
			},
			Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
				r, err := d.Actor.CreateRole(ctx, id, v.Text("name"), v.Text("description"))
				return unit.Done{Text: "Created " + r.ID + ". Give it to members with e; open projects to it on their tab Access."}, err
			},
		}, nil
	})
}

// remove shows what deleting a role takes, and from whom (OR14).
func (s *Roles) remove() tea.Cmd {
	v, ok := s.target()
	if !ok {
		return nil
	}
	d, id := unit.DeskOf(s.env), s.id()
	return d.Open(s.head.Ref, mayManage, func(h *unit.Head) (card.Card, error) {
		impact, err := d.Actor.RoleImpact(d.Ctx, id, v.ID)
		if err != nil {
			return nil, err
		}
		return &card.Confirm{
			Heading: "Delete the role " + v.ID + " of " + h.Name() + "?", Danger: keymap.Destructive, Body: impact.Lines(),
			StillThere: d.Still(h.Ref, 0, mayManage),
			Buttons: []card.Button{{Label: "Delete", Run: func(ctx context.Context) (tea.Msg, error) {
				return unit.Done{Text: "Deleted " + v.ID + "."}, d.Actor.DeleteRole(ctx, id, v.ID)
			}}},
		}, nil
	})
}

// give is the choice of a member in the menu of a role.
type give struct {
	role    string
	account core.AccountID
	who     string
	version uint64
	take    bool
}

// assign gives the role to the member chosen, or takes it away. Both can be undone; what an undo does not bring back is
// asked before.
func (s *Roles) assign(g give) tea.Cmd {
	d, id := unit.DeskOf(s.env), s.id()
	add, remove := []string{g.role}, []string(nil)
	verb, asked, said := "Give", "Give "+g.role+" to "+g.who+"?", "Gave "+g.role+" to "+g.who+"."
	if g.take {
		add, remove = nil, add
		verb, asked, said = "Take", "Take "+g.role+" from "+g.who+"?", "Took "+g.role+" from "+g.who+"."
	}
	done := unit.Done{Text: said + " It holds at once; z takes it back."}
	do := func(ctx context.Context, a *core.Actor) error {
		_, err := a.AssignRoles(ctx, id, g.account, g.version, add, remove)
		return err
	}
	return func() tea.Msg {
		taken, err := d.Actor.Foresee(func(a *core.Actor) error { return do(d.Ctx, a) })
		if err != nil {
			return app.Failed{Err: err}
		}
		if lines := taken.Lines(); len(lines) > 0 {
			return card.Open{Card: &card.Confirm{
				Heading: asked, Danger: keymap.Destructive, Body: lines,
				StillThere: d.Still(id.Ref(), 0, mayManage),
				Buttons:    []card.Button{{Label: verb, Run: func(ctx context.Context) (tea.Msg, error) { return done, do(ctx, d.Actor) }}},
			}}
		}
		if err := do(d.Ctx, d.Actor); err != nil {
			return app.Failed{Err: err}
		}
		return done
	}
}

// detail is everything about a role, for its card.
type detail struct {
	role   core.RoleView
	impact core.RoleImpact
	known  bool
}

// open shows a role with its holders and what it opens, as far as the reader may know.
func (s *Roles) open(v core.RoleView) tea.Cmd {
	d, id := unit.DeskOf(s.env), s.id()
	return func() tea.Msg {
		x := detail{role: v}
		if !v.BuiltIn {
			var err error
			x.impact, err = d.Actor.RoleImpact(d.Ctx, id, v.ID)
			x.known = err == nil
		}
		return card.Open{Card: &card.Text{Heading: v.ID, Render: func(look *theme.Look, w int) []string { return x.lines(look, w) }}}
	}
}

func (x detail) lines(look *theme.Look, w int) []string {
	f := cell.NewFields(look, w, 12)
	f.Text("Role", x.role.ID).Text("What for", purpose(x.role)).Text("Members", strconv.Itoa(x.role.Members)).
		Text("Invited", strconv.Itoa(x.role.Invitations)).Text("Opens", opens(x.role))
	if !x.known {
		return f.Lines()
	}
	for _, g := range x.impact.Projects {
		f.Text("", g.Project.Name+" "+look.Glyphs.Dot+" "+string(g.Level))
	}
	if len(x.impact.People) > 0 {
		f.Gap()
	}
	label := "Held by"
	for _, p := range x.impact.People {
		f.Add(label, cell.Person(look, p))
		label = ""
	}
	if more := x.impact.Members - len(x.impact.People); more > 0 {
		f.Text("", "+"+strconv.Itoa(more))
	}
	return f.Lines()
}

// Init implements app.Screen.
func (s *Roles) Init() tea.Cmd { return tea.Batch(s.List.Init(), unit.Load(s.env, s.head.Ref)) }

// Refresh implements app.Refresher.
func (s *Roles) Refresh() tea.Cmd { return tea.Batch(s.List.Refresh(), unit.Load(s.env, s.head.Ref)) }

// Update implements app.Screen.
func (s *Roles) Update(msg tea.Msg) tea.Cmd {
	if s.head.Take(msg) {
		return nil
	}
	if g, ok := msg.(give); ok {
		return s.assign(g)
	}
	if cmd, ok := unit.Take(msg); ok {
		return cmd
	}
	return s.List.Update(msg)
}

// View implements app.Screen.
func (s *Roles) View(r layout.Rect) string { return s.Draw(r, s.env.Look()) }

// Actions implements app.Screen.
func (s *Roles) Actions() []*keymap.Action { return s.actions }

// Title implements app.Screen.
func (s *Roles) Title() []string { return s.head.Title() }

// TabCount implements app.Counter.
func (s *Roles) TabCount(tab string) string { return s.head.TabCount(tab) }

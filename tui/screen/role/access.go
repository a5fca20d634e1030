package role

import (
	"context"
	"fmt"
	"strconv"
	"strings"

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
	"gatehouse/tui/screen/why"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Access is the tab Access of the page of a project: its role grants, and who may enter at which level and why.
type Access struct {
	rows.Pane[core.AccessRow]
	env     *app.Env
	head    unit.Head
	actions []*keymap.Action
}

// NewAccess makes the tab Access of a project.
func NewAccess(e *app.Env, ref core.Unit) *Access {
	s := &Access{env: e, head: unit.Head{Ref: ref}}
	actor, look, now := e.Session.Actor, e.Look, e.Now
	s.List = app.NewList(e, list.Options[core.AccessRow]{
		Noun: "way in",
		Source: rows.From(func(ctx context.Context, q core.Query) (core.Page[core.AccessRow], error) {
			return actor.ProjectAccess(ctx, core.ProjectID(ref.ID), q)
		}),
		ID: accessID,
		Columns: []list.Column[core.AccessRow]{
			{Title: "who", Min: 22, Max: 32, Cell: func(v core.AccessRow) theme.Span { return whoEnters(look(), v) }},
			{Title: "level", Min: 9, Max: 17, Cell: list.Text(func(v core.AccessRow) string { return string(v.Level) })},
			{Title: "mark", Min: 10, Priority: 1, Cell: func(v core.AccessRow) theme.Span { return mark(look(), v) }},
			{Title: "ends", Min: 10, Priority: 3, Cell: func(v core.AccessRow) theme.Span {
				if v.Until == 0 {
					return theme.Span{Role: theme.Faint, Text: "-"}
				}
				return cell.Ends(v.Until, now())
			}},
			{Title: "why", Min: 18, Priority: 2, Cell: list.Text(whyInside)},
		},
		Empty: list.Empty{Text: "Nobody may enter but administrators of the organization.", Hint: "a open it to a role"},
		Open:  s.open,
	})
	s.actions = append(unit.Offer(s.makeActions()), s.List.Actions()...)
	return s
}

func accessID(v core.AccessRow) string {
	if v.Kind == core.MemberGrant {
		return "grant " + v.RoleID + " " + string(v.Level)
	}
	return "account " + v.Person.ID.String()
}

// whoEnters names a person, or the holders of a role.
func whoEnters(look *theme.Look, v core.AccessRow) theme.Span {
	if v.Kind != core.MemberGrant {
		p := cell.Person(look, *v.Person)
		if v.External {
			p.Role = theme.Warning
		}
		return p
	}
	n := strconv.Itoa(v.Holders)
	if v.AtLeast {
		n += "+"
	}
	holders := n + " people"
	if v.Holders == 1 && !v.AtLeast {
		holders = "1 person"
	}
	return theme.Span{Role: theme.Strong, Text: v.RoleID + " " + look.Glyphs.Dot + " " + holders}
}

// mark says what somebody is besides a user: external ones stand out by word, glyph and colour (OR8).
func mark(look *theme.Look, v core.AccessRow) theme.Span {
	switch {
	case v.Kind == core.MemberGrant:
		return theme.Span{Role: theme.Faint, Text: "role"}
	case v.Locked:
		return theme.Span{Role: theme.Danger, Text: look.Glyphs.Warn + " no MFA"}
	case v.External:
		return theme.Span{Role: theme.Warning, Text: look.Glyphs.On + " external"}
	case v.Kind == core.MemberVisitor:
		return theme.Span{Role: theme.Badge, Text: "visitor"}
	case v.Admin:
		return theme.Span{Text: "ADMIN"}
	}
	return theme.Span{Role: theme.Faint, Text: "-"}
}

// whyInside says by what somebody comes in: "direct as guest, DEV_TEAM".
func whyInside(v core.AccessRow) string {
	if v.Kind == core.MemberGrant {
		return "every holder of the role, without joining"
	}
	var parts []string
	switch {
	case v.Kind == core.MemberVisitor:
		parts = append(parts, "visit as "+string(v.Direct))
	case v.Direct != "" && len(v.By) > 0:
		parts = append(parts, "direct as "+string(v.Direct))
	case v.Direct != "":
		parts = append(parts, "direct")
	}
	if len(v.By) > 0 {
		parts = append(parts, "through "+strings.Join(v.By, ", "))
	}
	return strings.Join(parts, "; ")
}

func (s *Access) id() core.ProjectID { return core.ProjectID(s.head.Ref.ID) }

func mayGrant(h *unit.Head) error { return h.May(core.ProjectGrantRoles) }

func (s *Access) makeActions() []*keymap.Action {
	act := keymap.GroupAct
	return []*keymap.Action{
		{
			ID: "grant.add", Title: "open to a role", Keys: []string{"a"}, Group: act, Danger: keymap.Heavy, Hint: 12,
			Guard: func() error { return mayGrant(&s.head) }, Run: s.grant,
			Command: func() string {
				return fmt.Sprintf("gatehouse role grant ROLE --project %d --level LEVEL", s.head.Ref.ID)
			},
		},
		{
			ID: "grant.remove", Title: "take away", Long: "take the access of a role away", Keys: []string{"x"}, Group: act, Danger: keymap.Destructive, Applies: keymap.One,
			Hint: 14, Guard: s.mayRevoke, Run: s.revoke,
			Command: func() string {
				v, ok := s.target()
				if !ok || v.Kind != core.MemberGrant {
					return ""
				}
				return fmt.Sprintf("gatehouse role revoke %s --project %d --level %s", v.RoleID, s.head.Ref.ID, v.Level)
			},
		},
		{
			ID: "user.why", Title: "why", Long: "why somebody can or cannot enter", Keys: []string{"W"}, Group: act, Applies: keymap.One, Hint: 25,
			Guard: func() error {
				if v, ok := s.target(); ok && v.Person == nil {
					return keymap.Disabled("Choose a person; this row is a role.")
				}
				return nil
			},
			Run: func() tea.Cmd {
				v, ok := s.target()
				if !ok || v.Person == nil {
					return nil
				}
				return why.Open(s.env, *v.Person, core.Named{ID: s.head.Ref.ID, Name: s.head.Name()})
			},
			Command: func() string {
				if v, ok := s.target(); ok && v.Person != nil {
					return why.Command(*v.Person, s.id())
				}
				return ""
			},
		},
	}
}

func (s *Access) target() (core.AccessRow, bool) {
	if t := s.List.Targets(); len(t) == 1 {
		return t[0], true
	}
	return core.AccessRow{}, false
}

// mayRevoke: only grants are taken away here; people leave by the way they came in.
func (s *Access) mayRevoke() error {
	if v, ok := s.target(); ok {
		switch v.Kind {
		case core.MemberGrant:
		case core.MemberRoleUser:
			return keymap.Disabled(v.Person.Label() + " comes in through " + strings.Join(v.By, ", ") + ". Take that grant away, or the role from them on the page of the organization.")
		default:
			return keymap.Disabled(v.Person.Label() + " is a direct user. Remove them under Users.")
		}
	}
	return mayGrant(&s.head)
}

// grant asks which role may enter at which level (OR4, OR6).
func (s *Access) grant() tea.Cmd {
	d, id := unit.DeskOf(s.env), s.id()
	return d.Open(s.head.Ref, mayGrant, func(h *unit.Head) (card.Card, error) {
		field := &form.Field{Name: "roles", Label: "Role", Kind: form.Choice, Value: core.RoleDefault}
		roles, err := rows.All(d.Ctx, "", func(ctx context.Context, q core.Query) (core.Page[core.RoleView], error) {
			return d.Actor.Roles(ctx, core.OrganizationID(h.Project.Organization.ID), q)
		})
		if err != nil { // an external user with a full role may grant, but not see the roles: the id is typed
			field = &form.Field{
				Name: "roles", Label: "Role", Required: true, Limit: core.RoleNameMax, Value: core.RoleDefault,
				Help: "The id of a role of " + h.Project.Organization.Name + ", such as DEFAULT or DEV_TEAM; its members see the list.",
			}
		}
		for _, r := range roles {
			field.Options = append(field.Options, form.Option{Value: r.ID, Label: r.ID, Note: unit.Count(r.Members, "member")})
		}
		level := &form.Field{Name: "level", Label: "Level", Kind: form.Choice}
		for _, l := range h.Project.RoleSet.GrantLevels() {
			level.Options = append(level.Options, form.Option{Value: string(l), Label: string(l)})
			level.Value = string(l) // the lowest
		}
		return &form.Form{
			Heading: "Open " + h.Name() + " to a role", Button: "Open", StillThere: d.Still(h.Ref, 0, mayGrant),
			Intro:  []string{"Everybody who holds the role enters at this level, now and later, without joining. They do not count toward the user limit."},
			Fields: []*form.Field{field, level},
			Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
				g, err := d.Actor.GrantRole(ctx, id, v.Text("roles"), core.Role(v["level"]))
				return unit.Done{Text: fmt.Sprintf("%s enters %s as %s now.", g.RoleID, h.Name(), g.Level)}, err
			},
		}, nil
	})
}

// revoke asks whether a role loses its access at a level.
func (s *Access) revoke() tea.Cmd {
	v, ok := s.target()
	if !ok || v.Kind != core.MemberGrant {
		return nil
	}
	d, id := unit.DeskOf(s.env), s.id()
	return d.Open(s.head.Ref, mayGrant, func(h *unit.Head) (card.Card, error) {
		taken, err := d.Actor.Foresee(func(a *core.Actor) error { return a.RevokeGrant(d.Ctx, id, v.RoleID, v.Level) })
		if err != nil {
			return nil, err
		}
		return &card.Confirm{
			Heading: "Close " + h.Name() + " to " + v.RoleID + "?", Danger: keymap.Destructive,
			Facts: [][2]string{{"Role", v.RoleID}, {"Level", string(v.Level)}, {"Holders", whoEnters(d.Look, v).Text}},
			Body: append([]string{
				"Who came in only by this grant is out at once, also in sessions that are open. Direct users, and holders of other roles that open it, stay.",
			}, taken.Lines()...),
			StillThere: d.Still(h.Ref, 0, mayGrant),
			Buttons: []card.Button{{Label: "Take away", Run: func(ctx context.Context) (tea.Msg, error) {
				return unit.Done{Text: v.RoleID + " no longer enters " + h.Name() + " as " + string(v.Level) + "."}, d.Actor.RevokeGrant(ctx, id, v.RoleID, v.Level)
			}}},
		}, nil
	})
}

// open shows everything about a row.
func (s *Access) open(v core.AccessRow) tea.Cmd {
	now := s.env.Now
	return card.Show(&card.Text{Heading: heading(v), Render: func(look *theme.Look, w int) []string {
		f := cell.NewFields(look, w, 12)
		f.Add("Who", whoEnters(look, v)).Text("Level", string(v.Level)).Text("Why", whyInside(v))
		if v.Kind == core.MemberGrant {
			return f.Lines()
		}
		f.Add("Mark", mark(look, v))
		if v.External {
			f.Paragraph(theme.Plain, "External: a direct user who is not a member of the organization.")
		}
		if v.Locked {
			f.Paragraph(theme.Plain, "Locked out: the organization requires MFA, and this account has none.")
		}
		return f.Text("Since", cell.Exact(v.Since, now())).Text("Ends", cell.Exact(v.Until, now())).Lines()
	}})
}

func heading(v core.AccessRow) string {
	if v.Kind == core.MemberGrant {
		return "Role grant of " + v.RoleID
	}
	return v.Person.Label()
}

// Init implements app.Screen.
func (s *Access) Init() tea.Cmd { return tea.Batch(s.List.Init(), unit.Load(s.env, s.head.Ref)) }

// Refresh implements app.Refresher.
func (s *Access) Refresh() tea.Cmd { return tea.Batch(s.List.Refresh(), unit.Load(s.env, s.head.Ref)) }

// Update implements app.Screen.
func (s *Access) Update(msg tea.Msg) tea.Cmd {
	if s.head.Take(msg) {
		return nil
	}
	if cmd, ok := unit.Take(msg); ok {
		return cmd
	}
	return s.List.Update(msg)
}

// View implements app.Screen.
func (s *Access) View(r layout.Rect) string {
	look := s.env.Look()
	if s.head.Err != nil || !s.head.Loaded {
		return s.Draw(r, look)
	}
	line := "   Administrators of " + s.head.Project.Organization.Name + " may also open and join it at any time."
	return s.Draw(r, look, look.Paint(theme.Faint, text.Cut(line, r.W)))
}

// Actions implements app.Screen.
func (s *Access) Actions() []*keymap.Action { return s.actions }

// Title implements app.Screen.
func (s *Access) Title() []string { return s.head.Title() }

// TabCount implements app.Counter.
func (s *Access) TabCount(tab string) string { return s.head.TabCount(tab) }

// Copy implements app.Copier: the address or role under the cursor.
func (s *Access) Copy() string {
	v, ok := s.List.Current()
	switch {
	case !ok:
		return ""
	case v.Person != nil:
		return v.Person.Email
	}
	return v.RoleID
}

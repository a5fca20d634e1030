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
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Everybody is the tab Users of the page of an organization: everybody who uses one of its projects, once, with the
// projects (M14).
type Everybody struct {
	rows.Pane[core.CombinedUser]
	env     *app.Env
	head    unit.Head
	actions []*keymap.Action
}

// NewEverybody makes the tab Users of an organization.
func NewEverybody(e *app.Env, ref core.Unit) *Everybody {
	s := &Everybody{env: e, head: unit.Head{Ref: ref}}
	actor, look := e.Session.Actor, e.Look
	s.List = app.NewList(e, list.Options[core.CombinedUser]{
		Noun: "user",
		Source: rows.From(func(ctx context.Context, q core.Query) (core.Page[core.CombinedUser], error) {
			return actor.CombinedUsers(ctx, core.OrganizationID(ref.ID), q)
		}),
		ID: func(v core.CombinedUser) string { return "account " + v.Person.ID.String() },
		Columns: []list.Column[core.CombinedUser]{
			{Title: "who", Min: 22, Max: 32, Cell: func(v core.CombinedUser) theme.Span {
				p := cell.Person(look(), v.Person)
				if v.External {
					p.Role = theme.Warning
				}
				return p
			}},
			{Title: "is", Min: 10, Priority: 1, Cell: func(v core.CombinedUser) theme.Span { return userMark(look(), v) }},
			{Title: "mfa", Min: 5, Priority: 4, Cell: func(v core.CombinedUser) theme.Span { return cell.MFA(look(), v.Person.MFA) }},
			{Title: "in", Min: 4, Right: true, Priority: 3, Cell: list.Text(func(v core.CombinedUser) string { return strconv.Itoa(v.Total) })},
			{Title: "projects", Min: 20, Cell: list.Text(usedProjects)},
		},
		Empty: list.Empty{Text: "Nobody uses a project of this organization.", Hint: "Members who use no project stand under Members."},
		Open:  s.open,
	})
	s.actions = append(unit.Offer([]*keymap.Action{{
		ID: "user.remove-all", Title: "remove", Long: "remove people from projects, many in one go", Keys: []string{"x"}, Group: keymap.GroupAct,
		Danger: keymap.Destructive, Applies: keymap.Many, Hint: 12,
		Guard: func() error { return s.head.May(core.OrganizationCombined) }, Run: s.askRemove, Command: s.command,
	}}), s.List.Actions()...)
	return s
}

func userMark(look *theme.Look, v core.CombinedUser) theme.Span {
	switch {
	case v.External:
		return theme.Span{Role: theme.Warning, Text: look.Glyphs.On + " external"}
	case v.Visitor:
		return theme.Span{Role: theme.Info, Text: look.Glyphs.Right + " visitor"}
	}
	return theme.Span{Text: look.Glyphs.On + " user"}
}

// usedProjects lists the projects of a person with the levels: "Churn model guest, Nightly ETL admin".
func usedProjects(v core.CombinedUser) string {
	parts := make([]string, 0, len(v.Projects)+1)
	for _, p := range v.Projects {
		parts = append(parts, p.Project.Name+" "+string(p.Level))
	}
	if more := v.Total - len(v.Projects); more > 0 {
		parts = append(parts, "+"+strconv.Itoa(more))
	}
	return strings.Join(parts, ", ")
}

// open shows a person with the projects, one line each.
func (s *Everybody) open(v core.CombinedUser) tea.Cmd {
	now := s.env.Now
	return card.Show(&card.Text{Heading: v.Person.Label(), Render: func(look *theme.Look, w int) []string {
		f := cell.NewFields(look, w, 10)
		f.Add("Who", cell.Person(look, v.Person)).Text("Name", v.Person.Name).Add("Is", userMark(look, v)).Gap()
		for _, p := range v.Projects {
			line := p.Project.Name + " " + look.Glyphs.Dot + " " + p.Ways()
			if p.Visitor {
				line += ", visit"
			}
			if p.Until != 0 {
				line += ", until " + cell.Exact(p.Until, now())
			}
			f.Paragraph(theme.Plain, line)
		}
		if more := v.Total - len(v.Projects); more > 0 {
			f.Paragraph(theme.Faint, "and "+unit.Count(more, "more project"))
		}
		return f.Lines()
	}})
}

// use is one membership that a removal is about.
type use struct {
	who core.Person
	core.DirectUse
}

func (u use) id() string { return u.who.ID.String() + " " + strconv.FormatUint(u.Project.ID, 10) }

// chosen answers the form that asks from which projects somebody is removed.
type chosen struct{ uses []use }

// askRemove reads the direct memberships of the people meant: of one person it asks which, of several it takes all. The
// table that follows says what will happen to each, and then what has happened (M18).
func (s *Everybody) askRemove() tea.Cmd {
	d, id, targets := unit.DeskOf(s.env), core.OrganizationID(s.head.Ref.ID), s.List.Targets()
	return func() tea.Msg {
		var uses []use
		for _, t := range targets {
			direct, err := d.Actor.UserProjects(d.Ctx, id, t.Person.ID)
			if err != nil {
				return app.Failed{Err: err}
			}
			for _, u := range direct {
				uses = append(uses, use{t.Person, u})
			}
		}
		if len(uses) == 0 {
			return app.Failed{Err: keymap.Disabled("They come in through organization roles only. Take the role away under Members, or the grant on the tab Access of the project.")}
		}
		if len(targets) == 1 && len(uses) > 1 {
			return card.Open{Card: chooseUses(targets[0].Person, uses)}
		}
		return chosen{uses}
	}
}

// chooseUses asks from which of several projects a person is removed.
func chooseUses(who core.Person, uses []use) card.Card {
	f := &form.Form{
		Heading: "Remove " + who.Label() + " from projects", Button: "Go on", Danger: keymap.Destructive,
		Intro: []string{"Choose from which. The next step shows what happens to each."},
	}
	for _, u := range uses {
		f.Fields = append(f.Fields, &form.Field{Name: u.id(), Label: text.Cut(u.Project.Name, 30), Kind: form.Toggle, Value: "on", Help: useNote(u)})
	}
	f.Answer = func(v form.Values) tea.Msg {
		var kept []use
		for _, u := range uses {
			if v.On(u.id()) {
				kept = append(kept, u)
			}
		}
		return chosen{kept}
	}
	return f
}

func useNote(u use) string {
	if u.Visitor {
		return "visitor as " + string(u.Direct) + "; the visit ends now"
	}
	return "direct user as " + string(u.Direct)
}

// removeUses is the table of a removal.
func (s *Everybody) removeUses(uses []use) tea.Cmd {
	if len(uses) == 0 {
		return app.Send(app.Toast{Role: theme.Plain, Text: "Nothing chosen, nothing removed."})
	}
	d := unit.DeskOf(s.env)
	byID := map[string]use{}
	b := &card.Bulk{
		Heading: "Remove from " + card.Counted + "?", Noun: "project", Nouns: "projects",
		Danger: keymap.Destructive, Verb: "Remove", Done: "removed",
		Body: []string{"They lose access at once and are told. Their work stays. Role access stays too."},
	}
	for _, u := range uses {
		row := card.BulkRow{ID: u.id(), Label: cell.PersonName(d.Look, u.who) + " " + d.Look.Glyphs.Right + " " + u.Project.Name, Note: useNote(u)}
		switch {
		case !u.MayEnd:
			row.Skip = u.Why
		case u.who.ID == d.Actor.ID():
			row.Skip = "This is you. Leave the project on its page."
		}
		byID[row.ID] = u
		b.Rows = append(b.Rows, row)
	}
	b.Does(d.Actor, func(ctx context.Context, a *core.Actor, id string) error {
		u := byID[id]
		return a.RemoveMember(ctx, core.ProjectID(u.Project.ID).Ref(), u.who.ID, u.Version)
	})
	return card.Show(b)
}

// command removes one person from all the projects that are named in the row.
func (s *Everybody) command() string {
	t := s.List.Targets()
	if len(t) != 1 || t[0].Person.Email == "" {
		return ""
	}
	var ids []string
	for _, p := range t[0].Projects {
		if p.Direct != "" {
			ids = append(ids, strconv.FormatUint(p.Project.ID, 10))
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return fmt.Sprintf("gatehouse member remove %s --project %s", t[0].Person.Email, strings.Join(ids, ","))
}

// Init implements app.Screen.
func (s *Everybody) Init() tea.Cmd { return tea.Batch(s.List.Init(), unit.Load(s.env, s.head.Ref)) }

// Refresh implements app.Refresher.
func (s *Everybody) Refresh() tea.Cmd {
	return tea.Batch(s.List.Refresh(), unit.Load(s.env, s.head.Ref))
}

// Update implements app.Screen.
func (s *Everybody) Update(msg tea.Msg) tea.Cmd {
	if s.head.Take(msg) {
		return nil
	}
	switch msg := msg.(type) {
	case chosen:
		return s.removeUses(msg.uses)
	case card.BulkDone:
		return tea.Batch(s.List.ClearMarks(), s.Refresh())
	}
	if cmd, ok := unit.Take(msg); ok {
		return cmd
	}
	return s.List.Update(msg)
}

// View implements app.Screen.
func (s *Everybody) View(r layout.Rect) string {
	look := s.env.Look()
	if s.head.Err != nil || !s.head.Loaded {
		return s.Draw(r, look)
	}
	line := "   Everybody who uses a project, once. Members who use none: under Members."
	return s.Draw(r, look, look.Paint(theme.Faint, text.Cut(line, r.W)))
}

// Actions implements app.Screen.
func (s *Everybody) Actions() []*keymap.Action { return s.actions }

// Title implements app.Screen.
func (s *Everybody) Title() []string { return s.head.Title() }

// TabCount implements app.Counter.
func (s *Everybody) TabCount(tab string) string { return s.head.TabCount(tab) }

// Copy implements app.Copier: the address under the cursor.
func (s *Everybody) Copy() string {
	v, ok := s.List.Current()
	if !ok {
		return ""
	}
	return v.Person.Email
}

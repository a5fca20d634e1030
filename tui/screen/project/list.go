package project

import (
	"context"
	"errors"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/list"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// List lists projects: all that the reader can see, or those of one organization or maintainer. It shows either the
// active ones or, for who may, the deleted ones.
type List struct {
	rows.Pane[core.ProjectView]
	env     *app.Env
	head    unit.Head // of the organization or maintainer; zero Ref for all
	active  *list.Model[core.ProjectView]
	deleted *list.Model[core.ProjectView]
	actions [2][]*keymap.Action // for active and deleted ones

	row     unit.Head // rights on the project under the cursor
	grace   int       // deleted ones that the reader may see
	noGrace error     // why the deleted ones cannot be seen
}

// NewList makes the list. within is an organization or a maintainer, whose page it is a tab of; the zero Unit makes the
// page of the rail.
func NewList(e *app.Env, within core.Unit) *List {
	s := &List{env: e, head: unit.Head{Ref: within}}
	s.active = app.NewList(e, list.Options[core.ProjectView]{
		Noun: "project", Source: s.source(false), ID: rowID, Columns: s.columns(), Moved: s.look, Empty: s.empty(),
		Open: func(p core.ProjectView) tea.Cmd { return app.Open(unit.Page(p.ID.Ref())) },
	})
	s.deleted = app.NewList(e, list.Options[core.ProjectView]{
		Noun: "deleted project", Source: s.source(true), ID: rowID, Columns: s.deletedColumns(), Moved: s.look,
		Role:  func(core.ProjectView) theme.Role { return theme.Faint },
		Open:  s.remains,
		Empty: list.Empty{Text: "No project is deleted.", Hint: "Deleted projects stay here for 60 days.   t active projects"},
	})
	s.List = s.active
	if within.IsZero() && e.Page.Tab == "deleted" {
		s.List = s.deleted
	}
	s.makeActions()
	return s
}

// remains shows what there is to know of a project that cannot be opened any more.
func (s *List) remains(p core.ProjectView) tea.Cmd {
	now := s.env.Now
	return card.Show(&card.Text{Heading: p.Name, Render: func(look *theme.Look, w int) []string {
		return unit.Remains(look, w, p, now())
	}})
}

func rowID(p core.ProjectView) string { return strconv.FormatUint(uint64(p.ID), 10) }

func (s *List) empty() list.Empty {
	switch s.head.Ref.Kind {
	case core.KindOrganization:
		return list.Empty{Text: "No project here that you may see.", Hint: "a new project   t deleted projects"}
	case core.KindMaintainer:
		return list.Empty{Text: "Its organizations have no projects.", Filtered: elsewhere}
	default:
	}
	return list.Empty{
		Text: "You see no project: you use none, and administer no organization that has one.", Hint: "a new project   3 organizations",
		Filtered: elsewhere,
	}
}

// elsewhere says how to filter by the organization: plain words look at the names of projects, which are in the index,
// so that a search among very many costs no more than the page.
func elsewhere(words string) string {
	return "Words look at the names of projects; org:" + strings.Fields(words)[0] + " looks at their organizations."
}

func (s *List) source(deleted bool) list.Source[core.ProjectView] {
	actor := s.env.Session.Actor
	query := core.ProjectQuery{Deleted: deleted}
	switch s.head.Ref.Kind {
	case core.KindOrganization:
		query.Organization = core.OrganizationID(s.head.Ref.ID)
	case core.KindMaintainer:
		query.Maintainer = core.MaintainerID(s.head.Ref.ID)
	default:
	}
	return rows.From(func(ctx context.Context, q core.Query) (core.Page[core.ProjectView], error) {
		query := query
		query.Query = q
		if deleted { // they have one order: newest first
			query.Sort, query.Desc = "", false
		}
		return actor.Projects(ctx, query)
	})
}

func (s *List) columns() []list.Column[core.ProjectView] {
	type column = list.Column[core.ProjectView]
	look, now := s.env.Look, s.env.Now
	all := []column{{Title: "name", Min: 14, Max: 30, Sort: "name", Cell: s.name}}
	if s.head.Ref.Kind != core.KindOrganization {
		all = append(all, column{Title: "organization", Min: 12, Max: 20, Priority: 3, Cell: list.Text(func(p core.ProjectView) string {
			return p.Organization.Name
		})})
	}
	return append(all,
		column{Title: "template", Min: 10, Priority: 6, Cell: list.Text(func(p core.ProjectView) string { return p.Template })},
		column{Title: "users", Min: 7, Max: 9, Priority: 5, Cell: func(p core.ProjectView) theme.Span { return cell.Users(look(), p.Users, p.UserLimit) }},
		column{Title: "who may enter", Min: 18, Max: 44, Priority: 2, Cell: func(p core.ProjectView) theme.Span { return people(look(), p) }},
		column{Title: "you", Min: 8, Max: 14, Priority: 6, Wide: true, Cell: list.Text(yours)},
		column{Title: "maintainer", Min: 12, Max: 20, Priority: 7, Wide: true, Cell: list.Text(func(p core.ProjectView) string { return p.Maintainer.Name })},
		column{Title: "expires", Min: 9, Sort: "expires", Cell: func(p core.ProjectView) theme.Span { return cell.Expires(look(), p.Expires, now()) }},
		column{Title: "state", Min: 10, Cell: func(p core.ProjectView) theme.Span { return cell.ProjectState(look(), p, now()) }},
	)
}

func (s *List) deletedColumns() []list.Column[core.ProjectView] {
	type column = list.Column[core.ProjectView]
	look, now := s.env.Look, s.env.Now
	all := []column{{Title: "name", Min: 14, Max: 28, Cell: s.name}}
	if s.head.Ref.Kind != core.KindOrganization {
		all = append(all, column{Title: "organization", Min: 12, Max: 20, Priority: 3, Cell: list.Text(func(p core.ProjectView) string {
			return p.Organization.Name
		})})
	}
	return append(all,
		column{Title: "deleted", Min: 9, Cell: list.Text(func(p core.ProjectView) string {
			if p.Deleted == 0 { // removed at once (OR12)
				return "-"
			}
			return text.Ago(p.Deleted.Time(), now())
		})},
		column{Title: "purged", Min: 9, Cell: list.Text(func(p core.ProjectView) string {
			if p.State == core.ProjectPurged {
				return text.Ago(p.Purged.Time(), now())
			}
			return text.Ago(p.PurgeAt.Time(), now())
		})},
		column{Title: "users", Min: 7, Max: 9, Priority: 4, Cell: func(p core.ProjectView) theme.Span { return cell.Users(look(), p.Users, p.UserLimit) }},
		column{Title: "deleted by", Min: 14, Cell: list.Text(func(p core.ProjectView) string {
			switch {
			case p.DeletedBy != nil:
				return p.DeletedBy.Label()
			case p.Deleted == 0:
				return "removed at once"
			}
			return "its expiry"
		})},
	)
}

// people says who asks to enter and how many may: what waits for somebody stands first.
func people(look *theme.Look, p core.ProjectView) theme.Span {
	var parts []string
	role := theme.Plain
	if p.Pending > 0 {
		role = theme.Badge
		ask := " ask"
		if p.Pending == 1 {
			ask = " asks"
		}
		parts = append(parts, strconv.Itoa(p.Pending)+ask)
	}
	switch {
	case p.Users == 1:
		parts = append(parts, "1 person")
	case p.Users > 1:
		parts = append(parts, strconv.Itoa(p.Users)+" people")
	}
	if p.Over {
		role = theme.Warning
		parts[len(parts)-1] += " " + look.Glyphs.Warn
	}
	if p.Visitors > 0 {
		parts = append(parts, unit.Count(p.Visitors, "visit"))
	}
	for _, g := range p.Grants {
		parts = append(parts, g.RoleID+" "+string(g.Level))
	}
	if p.MoreGrants {
		parts = append(parts, "more roles under Access")
	}
	if len(parts) == 0 {
		return theme.Span{Role: theme.Faint, Text: "nobody"}
	}
	return theme.Span{Role: role, Text: strings.Join(parts, ", ")}
}

// yours says what the reader is toward a project.
func yours(p core.ProjectView) string {
	switch {
	case p.Visitor:
		return "visitor"
	case p.Role != "":
		return string(p.Role)
	}
	return string(p.Relation)
}

// Init implements app.Screen.
func (s *List) Init() tea.Cmd { return tea.Batch(s.List.Init(), s.loadHead(), s.countDeleted()) }

// Refresh implements app.Refresher.
func (s *List) Refresh() tea.Cmd {
	return tea.Batch(s.List.Refresh(), s.loadHead(), s.countDeleted(), s.look())
}

func (s *List) loadHead() tea.Cmd {
	if s.head.Ref.IsZero() {
		return nil
	}
	return unit.Load(s.env, s.head.Ref)
}

// graceCount is how many deleted projects the reader may see.
type graceCount int

func (s *List) countDeleted() tea.Cmd {
	src := s.source(true)
	return app.Load(s.env, "deleted", func(ctx context.Context) (graceCount, error) {
		page, err := src(ctx, list.Query{Limit: 1})
		return graceCount(page.Total), err
	})
}

// rights is what the actor may do with the row under the cursor.
type rights struct{ head unit.Head }

// look reads the rights on the row under the cursor, so that the hint line tells what can be done with it.
func (s *List) look() tea.Cmd {
	p, ok := s.List.Current()
	if !ok {
		return nil
	}
	actor := s.env.Session.Actor
	return app.Load(s.env, "row", func(ctx context.Context) (rights, error) {
		h := unit.Head{Ref: p.ID.Ref(), Project: p}
		var err error
		h.Permissions, err = actor.Permissions(ctx, p.ID.Ref())
		return rights{h}, err
	})
}

// Update implements app.Screen.
func (s *List) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case app.Loaded[unit.Head]:
		s.head.Take(msg)
		return nil
	case app.Loaded[graceCount]:
		if !errors.Is(msg.Err, context.Canceled) {
			s.grace, s.noGrace = int(msg.Value), msg.Err
		}
		return nil
	case app.Loaded[rights]:
		if msg.Err == nil {
			s.row = msg.Value.head
		}
		return nil
	case createIn:
		return askCreate(s.env, msg.organization)
	}
	if cmd, ok := unit.Take(msg); ok {
		return cmd
	}
	return tea.Batch(s.active.Update(msg), s.deleted.Update(msg))
}

// View implements app.Screen.
func (s *List) View(r layout.Rect) string {
	look := s.env.Look()
	if s.List != s.deleted {
		return s.Draw(r, look)
	}
	line := "   Deleted: restorable for 60 days, then purged for good and listed last.   t active projects"
	return s.Draw(r, look, look.Paint(theme.Faint, text.Cut(line, r.W)))
}

// Preview implements app.Previewer.
func (s *List) Preview(r layout.Rect) string {
	p, ok := s.List.Current()
	if !ok {
		return ""
	}
	look, now := s.env.Look(), s.env.Now()
	if p.State != core.ProjectActive {
		return "\n" + strings.Join(unit.Remains(look, r.W, p, now), "\n")
	}
	f := cell.NewFields(look, r.W, 12).Gap()
	f.Add("Project", theme.Span{Role: theme.Strong, Text: p.Name}).Text("Organization", p.Organization.Name).Text("Maintainer", p.Maintainer.Name).
		Add("State", cell.ProjectState(look, p, now)).Text("Template", p.Template).Add("Users", cell.Users(look, p.Users, p.UserLimit)).
		Text("You", yours(p))
	f.Add("May enter", people(look, p)).Text("Expires", cell.Exact(p.Expires, now))
	if s.row.Ref == p.ID.Ref() {
		f.Gap()
		switch err := s.row.MayEnter(); {
		case err == nil && s.row.May(core.ProjectJoin) == nil:
			f.Paragraph(theme.Plain, "You may join it now (J).")
		case err == nil:
			f.Paragraph(theme.Plain, "You may request access (J); one of its users decides.")
		case core.ReasonOf(err) != core.ReasonAlreadyMember:
			f.Paragraph(theme.Faint, err.Error())
		}
	}
	return f.String()
}

// Actions implements app.Screen.
func (s *List) Actions() []*keymap.Action {
	if s.List == s.deleted {
		return s.actions[1]
	}
	return s.actions[0]
}

// Title implements app.Screen.
func (s *List) Title() []string {
	title := []string{"Projects"}
	if !s.head.Ref.IsZero() {
		title = s.head.Title()
	}
	if s.List == s.deleted {
		title = append(title, "deleted")
	}
	return title
}

// TabCount implements app.Counter.
func (s *List) TabCount(tab string) string { return s.head.TabCount(tab) }

// Back implements app.Backer: from the deleted ones back to the active ones.
func (s *List) Back() (tea.Cmd, bool) {
	if cmd, ok := s.Pane.Back(); ok || s.List == s.active {
		return cmd, ok
	}
	return s.toggle(), true
}

func (s *List) name(p core.ProjectView) theme.Span {
	return cell.Name(s.env.Look(), p.Name, uint64(p.ID), p.Alike)
}

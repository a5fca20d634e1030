package bucket

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"

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

// buckets is the tab of a project, with its catalog as a second view, or of an organization.
type buckets struct {
	rows.Pane[core.BucketView]
	env     *app.Env
	head    unit.Head // of the project or organization
	own     *list.Model[core.BucketView]
	catalog *list.Model[core.BucketView] // of a project; nil for organizations
	shown   atomic.Int32                 // which of shows the catalog lists
	actions [2][]*keymap.Action          // for own and catalog

	row unit.Head // rights on the project of the row under the cursor
}

// shows are what the catalog can show, with the words for it (SB12).
var shows = [3]struct {
	id   core.CatalogShow
	name string
}{{core.CatalogAll, "all"}, {core.CatalogLinked, "those linked here"}, {core.CatalogMine, "those that you own"}}

func newList(e *app.Env, ref core.Unit) *buckets {
	s := &buckets{env: e, head: unit.Head{Ref: ref}}
	open := func(v core.BucketView) tea.Cmd { return app.Open(Page(v.ID)) }
	actor := e.Session.Actor
	asked := core.BucketQuery{Organization: core.OrganizationID(ref.ID)}
	if s.ofProject() {
		asked = core.BucketQuery{Project: core.ProjectID(ref.ID)}
	}
	s.own = app.NewList(e, list.Options[core.BucketView]{
		Noun: "bucket", ID: rowID, Columns: s.columns(), Open: open, Moved: s.look, Empty: s.empty(),
		Source: rows.From(func(ctx context.Context, q core.Query) (core.Page[core.BucketView], error) {
			asked := asked
			asked.Query = q
			return actor.Buckets(ctx, asked)
		}),
	})
	s.List = s.own
	if s.ofProject() {
		s.catalog = app.NewList(e, list.Options[core.BucketView]{
			Noun: "shared bucket", ID: bucketID, Columns: s.catalogColumns(), Open: open,
			Empty: list.Empty{Text: "No shared bucket to show here.", Hint: "Other projects share theirs with you.   m show others   t its own buckets"},
			Source: rows.From(func(ctx context.Context, q core.Query) (core.Page[core.BucketView], error) {
				return actor.Catalog(ctx, core.CatalogQuery{Query: q, Project: core.ProjectID(ref.ID), Show: shows[s.shown.Load()].id})
			}),
		})
	}
	s.makeActions()
	return s
}

func (s *buckets) ofProject() bool { return s.head.Ref.Kind == core.KindProject }

func (s *buckets) inCatalog() bool { return s.List != s.own }

func bucketID(v core.BucketView) string { return number(uint64(v.ID)) }

// rowID tells a bucket from a link to it in the same project (SB8).
func rowID(v core.BucketView) string {
	if v.Link != nil {
		return "link/" + number(uint64(v.Link.ID))
	}
	return bucketID(v)
}

func (s *buckets) empty() list.Empty {
	if s.ofProject() {
		return list.Empty{Text: "This project has no bucket and no link.", Hint: "a new bucket   t catalog of what other projects share"}
	}
	return list.Empty{Text: "No project of this organization has a bucket.", Hint: "Buckets are made on the page of a project."}
}

func (s *buckets) columns() []list.Column[core.BucketView] {
	type column = list.Column[core.BucketView]
	look := s.env.Look
	out := []column{{Title: "name", Min: 16, Max: 30, Sort: "name", Cell: list.Text(core.BucketView.Title)}}
	if s.ofProject() {
		out = append(out, column{Title: "kind", Min: 13, Cell: func(v core.BucketView) theme.Span { return kind(look(), v) }},
			column{Title: "shared with", Min: 17, Max: 21, Priority: 2, Cell: shared},
			column{Title: "from", Min: 10, Max: 20, Priority: 4, Cell: list.Text(func(v core.BucketView) string {
				if v.Link == nil {
					return ""
				}
				return v.Project.Name
			})})
	} else {
		out = append(out, column{Title: "project", Min: 12, Max: 22, Priority: 1, Cell: list.Text(func(v core.BucketView) string { return v.Project.Name })},
			column{Title: "shared with", Min: 17, Max: 21, Cell: shared})
	}
	return append(out,
		column{Title: "linked", Min: 6, Right: true, Priority: 5, Cell: func(v core.BucketView) theme.Span {
			if v.Offered {
				return theme.Span{}
			}
			return theme.Span{Text: strconv.Itoa(v.Links)}
		}},
		column{Title: "owner", Min: 14, Max: 26, Priority: 3, Cell: owner},
		column{Title: "description", Min: 12, Priority: 6, Cell: list.Text(func(v core.BucketView) string { return oneLine(v.Description) })},
	)
}

func (s *buckets) catalogColumns() []list.Column[core.BucketView] {
	type column = list.Column[core.BucketView]
	return []column{
		{Title: "name", Min: 16, Max: 30, Sort: "name", Cell: func(v core.BucketView) theme.Span {
			return cell.Name(s.env.Look(), v.Name, uint64(v.ID), v.Alike)
		}},
		{Title: "linked as", Min: 12, Max: 22, Cell: func(v core.BucketView) theme.Span {
			if v.Link == nil {
				return theme.Span{Role: theme.Faint, Text: "not linked"}
			}
			return theme.Span{Role: theme.Success, Text: s.env.Look().Glyphs.Right + " " + v.Link.Name}
		}},
		{Title: "from", Min: 12, Max: 22, Priority: 1, Cell: list.Text(func(v core.BucketView) string { return v.Project.Name })},
		{Title: "shared with", Min: 17, Max: 21, Priority: 3, Cell: shared},
		{Title: "owner", Min: 14, Max: 26, Priority: 2, Cell: owner},
		{Title: "description", Min: 12, Priority: 4, Cell: list.Text(func(v core.BucketView) string { return oneLine(v.Description) })},
	}
}

// Init implements app.Screen.
func (s *buckets) Init() tea.Cmd { return tea.Batch(s.List.Init(), unit.Load(s.env, s.head.Ref)) }

// Refresh implements app.Refresher.
func (s *buckets) Refresh() tea.Cmd {
	return tea.Batch(s.List.Refresh(), unit.Load(s.env, s.head.Ref), s.look())
}

// rights is what the actor may do in the project of the row under the cursor.
type rights struct{ head unit.Head }

// look reads the rights in the project of the row under the cursor; on the page of a project they came with the page.
func (s *buckets) look() tea.Cmd {
	v, ok := s.own.Current()
	if !ok || s.ofProject() {
		return nil
	}
	actor, ref := s.env.Session.Actor, core.ProjectID(v.Project.ID).Ref()
	return app.Load(s.env, "row", func(ctx context.Context) (rights, error) {
		may, err := actor.Permissions(ctx, ref)
		return rights{unit.Head{Ref: ref, Permissions: may}}, err
	})
}

// Update implements app.Screen.
func (s *buckets) Update(msg tea.Msg) tea.Cmd {
	if s.head.Take(msg) {
		return nil
	}
	switch msg := msg.(type) {
	case app.Loaded[rights]:
		if msg.Err == nil {
			s.row = msg.Value.head
		}
		return nil
	case card.BulkDone:
		return s.Refresh()
	}
	if cmd, ok := take(s.env, msg); ok {
		return cmd
	}
	if s.catalog == nil {
		return s.own.Update(msg)
	}
	return tea.Batch(s.own.Update(msg), s.catalog.Update(msg))
}

// View implements app.Screen.
func (s *buckets) View(r layout.Rect) string {
	look := s.env.Look()
	if !s.inCatalog() {
		return s.Draw(r, look)
	}
	line := fmt.Sprintf("   Shared with you here: %s.   m shows others   t own buckets", shows[s.shown.Load()].name)
	return s.Draw(r, look, look.Paint(theme.Faint, text.Cut(line, r.W)))
}

// Preview implements app.Previewer.
func (s *buckets) Preview(r layout.Rect) string {
	v, ok := s.List.Current()
	if !ok {
		return ""
	}
	f := cell.NewFields(s.env.Look(), r.W, 12).Gap()
	describe(f, s.env, v)
	return f.String()
}

// Actions implements app.Screen.
func (s *buckets) Actions() []*keymap.Action {
	if s.inCatalog() {
		return s.actions[1]
	}
	return s.actions[0]
}

// Title implements app.Screen.
func (s *buckets) Title() []string { return s.head.Title() }

// TabCount implements app.Counter.
func (s *buckets) TabCount(tab string) string { return s.head.TabCount(tab) }

// Back implements app.Backer: from the catalog back to the project's own buckets.
func (s *buckets) Back() (tea.Cmd, bool) {
	if cmd, ok := s.Pane.Back(); ok || !s.inCatalog() {
		return cmd, ok
	}
	return s.toggle(), true
}

// toggle shows the catalog, or the buckets and links of the project again.
func (s *buckets) toggle() tea.Cmd {
	if s.inCatalog() {
		s.List = s.own
	} else {
		s.List = s.catalog
	}
	return s.List.Refresh()
}

// next shows all of the catalog, what is linked here, what is one's own (SB12).
func (s *buckets) next() tea.Cmd {
	s.shown.Store((s.shown.Load() + 1) % int32(len(shows)))
	return s.catalog.Init()
}

package bucket

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/list"
	"gatehouse/tui/problem"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// page is the page of one bucket: what it is, whom it is shared with, and below where it is linked.
type page struct {
	rows.Pane[core.LinkView]
	env     *app.Env
	id      core.BucketID
	actions []*keymap.Action
	value   seen
	loaded  bool
	err     error
}

// seen is a bucket with what the actor may do in its project.
type seen struct {
	core.BucketView
	may core.Permissions
}

func newPage(e *app.Env) *page {
	p := &page{env: e, id: parse(e.Page.ID)}
	actor := e.Session.Actor
	p.List = app.NewList(e, list.Options[core.LinkView]{
		Noun: "link", ID: func(l core.LinkView) string { return number(l.Project.ID) }, Columns: p.columns(),
		Empty: list.Empty{Text: "It is linked nowhere.", Hint: "Who it is shared with links it from the catalog of their project."},
		Source: rows.From(func(ctx context.Context, q core.Query) (core.Page[core.LinkView], error) {
			return actor.BucketLinks(ctx, p.id, q)
		}),
		Open: func(l core.LinkView) tea.Cmd {
			return app.Open(app.Page{Kind: "project", ID: number(l.Project.ID), Tab: "buckets"})
		},
	})
	p.actions = append(unit.Offer(p.makeActions()), p.List.Actions()...)
	return p
}

func (p *page) columns() []list.Column[core.LinkView] {
	type column = list.Column[core.LinkView]
	look, now := p.env.Look, p.env.Now
	return []column{
		{Title: "linked in", Min: 16, Max: 28, Cell: list.Text(func(l core.LinkView) string { return l.Project.Name })},
		{Title: "as", Min: 12, Max: 24, Priority: 1, Cell: list.Text(func(l core.LinkView) string { return l.Name })},
		{Title: "state", Min: 15, Cell: func(l core.LinkView) theme.Span { return linkState(look(), l) }},
		{Title: "since", Min: 10, Priority: 3, Cell: list.Text(func(l core.LinkView) string { return text.Ago(l.At.Time(), now()) })},
		{Title: "by", Min: 14, Priority: 2, Cell: func(l core.LinkView) theme.Span { return cell.Person(look(), l.By) }},
	}
}

// may asks for a right in the project of the bucket; who sees it by a link has none there.
func (p *page) may(right core.Right) func() error {
	return func() error {
		switch {
		case !p.loaded:
			return nil
		case p.value.may[right] != nil:
			return p.value.may[right]
		}
		return nil
	}
}

func (p *page) makeActions() []*keymap.Action {
	act, e, id := keymap.GroupAct, p.env, p.id
	line := func(verb string) func() string {
		return func() string { return "gatehouse bucket " + strings.Replace(verb, "ID", number(uint64(id)), 1) }
	}
	return []*keymap.Action{
		{
			ID: "bucket.share", Title: "share", Long: "share with other projects, or change whom with", Keys: []string{"s"}, Group: act, Danger: keymap.Heavy,
			Hint: 10, Guard: p.may(core.ProjectShareBuckets), Run: func() tea.Cmd { return shareMenu(e, id) }, Command: line("share ID --type TYPE"),
		},
		{
			ID: "bucket.unshare", Title: "stop sharing", Keys: []string{"u"}, Group: act, Danger: keymap.Heavy, Hint: 12,
			Guard: p.mayUnshare, Run: func() tea.Cmd { return unshareCard(e, id) }, Command: line("unshare ID"),
		},
		{
			ID: "bucket.edit", Title: "edit", Long: "change name, description or owner", Keys: []string{"e"}, Group: act, Hint: 11,
			Guard: p.may(core.ProjectBuckets), Run: func() tea.Cmd { return editCard(e, id) }, Command: line("set ID --name NAME"),
		},
		{
			ID: "bucket.force-unlink", Title: "force unlink", Long: "take the link away from the project that has it", Keys: []string{"x"}, Group: act,
			Danger: keymap.Destructive, Applies: keymap.Many, Hint: 13, Guard: p.may(core.ProjectShareBuckets),
			Run: func() tea.Cmd { return forceCard(e, p.value.BucketView, p.List.Targets()) },
			Command: func() string {
				t := p.List.Targets()
				if len(t) != 1 {
					return ""
				}
				return line("force-unlink ID --project " + number(t[0].Project.ID))()
			},
		},
		{
			ID: "bucket.delete", Title: "delete bucket", Keys: []string{"X"}, Group: act, Danger: keymap.Destructive, Hint: 20,
			Guard: p.may(core.ProjectBuckets), Run: func() tea.Cmd { return deleteCard(e, id, true) }, Command: line("delete ID"),
		},
		{
			ID: "bucket.project", Title: "project", Long: "open the project of the bucket", Group: keymap.GroupGo,
			Run: func() tea.Cmd {
				return app.Open(app.Page{Kind: "project", ID: number(p.value.Project.ID), Tab: "buckets"})
			},
		},
	}
}

func (p *page) mayUnshare() error {
	if p.loaded && !p.value.Offered && p.value.Share == nil {
		return keymap.Disabled(p.value.Name + " is not shared. Share it with s.")
	}
	return p.may(core.ProjectShareBuckets)()
}

// Init implements app.Screen.
func (p *page) Init() tea.Cmd { return tea.Batch(p.load(), p.List.Init()) }

// Refresh implements app.Refresher.
func (p *page) Refresh() tea.Cmd { return tea.Batch(p.load(), p.List.Refresh()) }

func (p *page) load() tea.Cmd {
	actor, id := p.env.Session.Actor, p.id
	return app.Load(p.env, "bucket", func(ctx context.Context) (seen, error) {
		v, err := actor.Bucket(ctx, id)
		if err != nil {
			return seen{}, err
		}
		may, err := actor.Permissions(ctx, core.ProjectID(v.Project.ID).Ref())
		return seen{v, may}, err
	})
}

// Update implements app.Screen.
func (p *page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case app.Loaded[seen]:
		p.err = msg.Err
		if msg.Err == nil {
			p.value, p.loaded = msg.Value, true
		}
		return nil
	case card.BulkDone:
		p.List.Unmark(msg.Done...)
		return p.Refresh()
	}
	if cmd, ok := take(p.env, msg); ok {
		return cmd
	}
	return p.List.Update(msg)
}

// linesBelow is how many lines the links keep below what stands above them.
const linesBelow = 6

// View implements app.Screen.
func (p *page) View(r layout.Rect) string {
	look := p.env.Look()
	switch {
	case p.err != nil:
		e := problem.From(p.err)
		f := cell.NewFields(look, r.W, 12).Gap().Paragraph(theme.Danger, look.Glyphs.Failed+" "+e.Message).Paragraph(theme.Plain, e.Next)
		return f.Gap().Paragraph(theme.Faint, "r try again   h back").String()
	case !p.loaded:
		return "\n  " + look.Paint(theme.Faint, "Loading "+look.Glyphs.Ellipsis)
	}
	f := cell.NewFields(look, min(r.W, 110), 12).Gap()
	describe(f, p.env, p.value.BucketView)
	lines := f.Gap().Lines()
	if most := r.H - linesBelow; len(lines) > most {
		lines = lines[:max(most, 0)]
	}
	return p.Draw(r, look, lines...)
}

// describe writes what a bucket is, in a preview and above its links.
func describe(f *cell.Fields, e *app.Env, v core.BucketView) {
	look, now := e.Look(), e.Now()
	dot := " " + look.Glyphs.Dot + " "
	f.Add("Bucket", theme.Span{Role: theme.Strong, Text: v.Name})
	if v.Link != nil {
		f.Text("Linked as", v.Link.Name+dot+"by "+v.Link.By.Label()+dot+cell.Exact(v.Link.At, now))
		if v.Link.Uncovered {
			f.Add("", theme.Span{Role: theme.Warning, Text: look.Glyphs.Warn + " Its sharing does not cover this link any more. It stays readable."})
		}
	}
	project := v.Project.Name + dot + v.Organization.Name
	if v.Source != "" {
		project += " (" + v.Source + ")"
	}
	f.Text("Project", project).Add("Owner", owner(v))
	s := shared(v)
	if v.Share != nil && v.Share.By != nil {
		s.Text += dot + "by " + v.Share.By.Label() + dot + cell.Exact(v.Share.At, now)
	}
	f.Add("Shared with", s)
	if v.Share != nil {
		f.Text("", targets(v.Share))
	}
	if v.Description != "" {
		f.Text("Description", oneLine(v.Description))
	}
	f.Text("Created", cell.Exact(v.Created, now))
}

// Actions implements app.Screen.
func (p *page) Actions() []*keymap.Action { return p.actions }

// Title implements app.Screen.
func (p *page) Title() []string {
	if !p.loaded {
		return []string{"bucket " + number(uint64(p.id))}
	}
	return []string{p.value.Organization.Name, p.value.Project.Name, p.value.Name}
}

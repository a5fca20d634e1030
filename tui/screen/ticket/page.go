package ticket

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/problem"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// thread is what the page of a ticket shows.
type thread struct {
	core.TicketView
	comments []core.CommentView // the newest, oldest of them first
	visits   []core.VisitView   // the newest that cite it
	// moreVisits says that others cite it too.
	moreVisits bool
}

// The page shows so many comments at first, and so many more at a time; and so many visits.
const (
	commentsFirst = 50
	commentsMore  = 200
	visitsFirst   = 5
	visitsMore    = 200
)

// page is the page of one ticket.
type page struct {
	env     *app.Env
	actions []*keymap.Action
	value   thread
	loaded  bool
	err     error
	wanted  int // comments
	citing  int // visits
	end     bool
	top     int
	height  int
	lines   int
}

const loadThread = "thread"

func newPage(e *app.Env) *page {
	p := &page{env: e, wanted: commentsFirst, citing: visitsFirst}
	p.actions = append(p.makeActions(), p.moves()...)
	return p
}

// Init implements app.Screen.
func (p *page) Init() tea.Cmd { return p.Refresh() }

// Refresh implements app.Refresher.
func (p *page) Refresh() tea.Cmd {
	actor, id, wanted, citing := p.env.Session.Actor, parse(p.env.Page.ID), p.wanted, p.citing
	return app.Load(p.env, loadThread, func(ctx context.Context) (thread, error) { return read(ctx, actor, id, wanted, citing) })
}

func read(ctx context.Context, actor *core.Actor, id core.TicketID, wanted, citing int) (thread, error) {
	var t thread
	var err error
	if t.TicketView, err = actor.Ticket(ctx, id); err != nil {
		return t, err
	}
	q := core.Query{Sort: "newest", Limit: min(wanted, 500)}
	for {
		comments, err := actor.Comments(ctx, id, q)
		if err != nil {
			return t, err
		}
		t.comments = append(t.comments, comments.Items...)
		q.After = comments.Next
		if q.After == "" || len(t.comments) >= wanted {
			break
		}
	}
	for i, j := 0, len(t.comments)-1; i < j; i, j = i+1, j-1 {
		t.comments[i], t.comments[j] = t.comments[j], t.comments[i]
	}
	if t.Visits > 0 {
		t.visits, t.moreVisits, err = rows.First(ctx, "", citing, func(ctx context.Context, q core.Query) (core.Page[core.VisitView], error) {
			return actor.Visits(ctx, core.VisitQuery{Query: q, Ticket: id})
		})
	}
	return t, err
}

// Update implements app.Screen.
func (p *page) Update(msg tea.Msg) tea.Cmd {
	if msg, ok := msg.(app.Loaded[thread]); ok {
		p.err = msg.Err
		if msg.Err == nil {
			p.end = p.loaded && wroteMore(p.value, msg.Value)
			p.value, p.loaded = msg.Value, true
		}
		return nil
	}
	if cmd, ok := unit.Take(msg); ok {
		return cmd
	}
	return nil
}

// wroteMore reports whether the reader has written the newest comment just now: then the page shows it.
func wroteMore(before, now thread) bool {
	n := len(now.comments)
	return n > 0 && now.Comments > before.Comments && now.comments[n-1].Mine
}

// View implements app.Screen.
func (p *page) View(r layout.Rect) string {
	look := p.env.Look()
	var lines []string
	switch {
	case p.err != nil:
		e := problem.From(p.err)
		f := cell.NewFields(look, r.W, 10).Gap().Paragraph(theme.Danger, look.Glyphs.Failed+" "+e.Message).Paragraph(theme.Plain, e.Next)
		lines = f.Gap().Paragraph(theme.Faint, "r try again   h back").Lines()
	case !p.loaded:
		lines = []string{"", "  " + look.Paint(theme.Faint, "Loading "+look.Glyphs.Ellipsis)}
	default:
		lines = p.draw(look, min(r.W, 100))
	}
	p.lines, p.height = len(lines), r.H
	most := max(p.lines-r.H, 0)
	if p.end { // one's own words are looked at right after writing them
		p.top, p.end = most, false
	}
	p.top = max(min(p.top, most), 0)
	return strings.Join(lines[p.top:min(p.top+r.H, len(lines))], "\n")
}

// describe writes what stands above a thread, and in a preview.
func describe(f *cell.Fields, e *app.Env, t core.TicketView) {
	look, now := e.Look(), e.Now()
	f.Paragraph(theme.Strong, fmt.Sprintf("%d %s", t.ID, t.Subject)).Gap()
	state := State(look, t)
	state.Text += " " + look.Glyphs.Dot + " " + turn(t)
	f.Add("State", state)
	kind := t.Kind.Words() + ", priority " + string(t.Priority)
	f.Text("Kind", kind)
	f.Text("With", with(t))
	project := t.ProjectName + " " + look.Glyphs.Dot + " " + t.OrganizationName
	if t.ProjectState != core.ProjectActive {
		project += " (" + string(t.ProjectState) + ")"
	}
	f.Text("Project", project)
	f.Text("Opened", cell.Exact(t.Opened, now)+" by "+badged(look, t.Who).Text)
}

func (p *page) draw(look *theme.Look, w int) []string {
	f := cell.NewFields(look, w, 10)
	t := p.value
	describe(f.Gap(), p.env, t.TicketView)
	for i, v := range t.visits {
		label := ""
		if i == 0 {
			label = "Cited by"
		}
		f.Add(label, theme.Span{Text: fmt.Sprintf("visit %d of %s, %s", v.ID, badged(look, v.Who).Text, stay(p, v))})
	}
	if t.moreVisits {
		more := ""
		if n := t.Visits - len(t.visits); n > 0 {
			more = strconv.Itoa(n) + " "
		}
		f.Text("", "and "+more+"more: b shows them")
	}
	lines := f.Lines()
	lines = append(lines, p.said(look, w, badged(look, t.Who), t.Opened, "", t.Body)...)
	if hidden := t.Comments - len(t.comments); hidden > 0 {
		lines = append(lines, "", "  "+look.Paint(theme.Faint, fmt.Sprintf("%d earlier comments are left out: b shows more", hidden)))
	}
	for _, c := range t.comments {
		does := ""
		if c.Staff {
			does = " answers"
		}
		lines = append(lines, p.said(look, w, badged(look, c.Who), c.Time, does, c.Text)...)
	}
	return append(lines, "", "  "+look.Paint(theme.Faint, p.next()))
}

// stay says how a visit that cites the ticket stands.
func stay(p *page, v core.VisitView) string {
	if v.State == core.VisitActive {
		return "inside until " + cell.Exact(v.Closes, p.env.Now())
	}
	return string(v.State) + " " + ago(v.Ended, p.env.Now())
}

// said draws one text with who wrote it and when.
func (p *page) said(look *theme.Look, w int, who theme.Span, at core.Moment, does, words string) []string {
	role := theme.Strong
	if who.Role == theme.Support {
		role = theme.Support
	}
	lines := []string{"", "  " + look.Line(
		theme.Span{Role: role, Text: who.Text}, theme.Span{Role: theme.Success, Text: does},
		theme.Span{Role: theme.Faint, Text: "  " + text.Exact(at.Time()) + " (" + ago(at, p.env.Now()) + ")"})}
	for _, l := range text.Wrap(words, max(w-6, 8)) {
		lines = append(lines, "  "+look.Paint(theme.Border, look.Glyphs.Vertical)+" "+look.Paint(theme.Plain, l))
	}
	return lines
}

// next says what can be done with the ticket, below the thread.
func (p *page) next() string {
	switch t := p.value; {
	case t.State == core.TicketClosed && refusal(t.TicketView, core.TicketReopen) == nil:
		return "Closed.   t reopen"
	case t.State == core.TicketClosed:
		return "Closed. " + problem.From(refusal(t.TicketView, core.TicketReopen)).Text()
	case refusal(t.TicketView, core.TicketClose) == nil:
		return "c reply   x close"
	}
	return "c reply"
}

func (p *page) makeActions() []*keymap.Action {
	act, e, id := keymap.GroupAct, p.env, parse(p.env.Page.ID)
	line := func(verb string, right core.TicketRight) func() string {
		return func() string {
			if !p.loaded || p.may(right)() != nil {
				return ""
			}
			return command(verb, id)
		}
	}
	return []*keymap.Action{
		{
			ID: "ticket.reply", Title: "reply", Keys: []string{"c", "a"}, Group: act, Danger: keymap.Heavy, Hint: 1,
			Guard: p.may(core.TicketComment), Run: func() tea.Cmd { return Reply(e, id) }, Command: line("reply", core.TicketComment),
		},
		{
			ID: "ticket.close", Title: "close", Keys: []string{"x"}, Group: act, Danger: keymap.Heavy, Hint: 2,
			Hidden: func() bool { return p.closed() }, Guard: p.may(core.TicketClose), Run: func() tea.Cmd { return Close(e, id) },
			Command: line("close", core.TicketClose),
		},
		{
			ID: "ticket.reopen", Title: "reopen", Keys: []string{"t"}, Group: act, Danger: keymap.Heavy, Hint: 3,
			Hidden: func() bool { return !p.closed() }, Guard: p.may(core.TicketReopen), Run: func() tea.Cmd { return Reopen(e, id) },
			Command: line("reopen", core.TicketReopen),
		},
		{
			ID: "ticket.pass", Title: "pass on", Long: "pass on: to Support, or back to the maintainer", Keys: []string{"m"}, Group: act,
			Danger: keymap.Heavy, Hint: 4, Hidden: func() bool { return !e.Session.Staff }, Guard: p.may(core.TicketPass), Run: func() tea.Cmd { return Pass(e, id) }, Command: line("pass", core.TicketPass),
		},
		{
			ID: "ticket.earlier", Title: "earlier", Long: "show earlier comments, and more visits", Keys: []string{"b"}, Group: keymap.GroupGo, Guard: p.earlier,
			Run: func() tea.Cmd {
				p.wanted += commentsMore
				p.citing += visitsMore
				return p.Refresh()
			},
		},
		{
			ID: "ticket.project", Title: "project", Long: "open the project of the ticket", Keys: []string{"enter", "l", "right"}, Group: keymap.GroupGo, Hint: 10,
			Guard: p.there, Run: func() tea.Cmd { return app.Open(unit.Page(p.value.Project.Ref())) },
		},
		{
			ID: "ticket.visit", Title: "visit", Long: "open the newest visit that cites the ticket", Keys: []string{"v"}, Group: keymap.GroupGo,
			Guard: func() error {
				if len(p.value.visits) == 0 {
					return keymap.Disabled("No visit cites this ticket.")
				}
				return nil
			},
			Run: func() tea.Cmd { return app.Open(request.VisitPage(p.value.visits[0].ID)) },
		},
	}
}

func (p *page) closed() bool { return p.value.State == core.TicketClosed }

func (p *page) earlier() error {
	if p.value.Comments <= len(p.value.comments) && !p.value.moreVisits {
		return keymap.Disabled("Everything is shown.")
	}
	return nil
}

func (p *page) there() error {
	if !p.loaded {
		return keymap.Disabled("The ticket is not there yet.")
	}
	return nil
}

func (p *page) may(right core.TicketRight) func() error {
	return func() error {
		if !p.loaded {
			return p.there()
		}
		return refusal(p.value.TicketView, right)
	}
}

// refusal says why the reader may not do something with a ticket, or nil.
func refusal(t core.TicketView, right core.TicketRight) error {
	if e := t.Permissions[right]; e != nil {
		return e
	}
	return nil
}

// Actions implements app.Screen.
func (p *page) Actions() []*keymap.Action { return p.actions }

// Title implements app.Screen.
func (p *page) Title() []string { return []string{"Tickets", "Ticket " + p.env.Page.ID} }

// Failure implements app.Failer.
func (p *page) Failure() error { return p.err }

// Copy implements app.Copier.
func (p *page) Copy() string { return p.env.Page.ID }

// Wheel implements app.Wheeler.
func (p *page) Wheel(by int) tea.Cmd { return p.scroll(by) }

// Position says how much is below or above.
func (p *page) Position(*theme.Look) string {
	if p.lines <= p.height || p.lines == 0 {
		return ""
	}
	return fmt.Sprintf("lines %d-%d of %d", p.top+1, min(p.top+p.height, p.lines), p.lines)
}

func (p *page) scroll(by int) tea.Cmd {
	p.top = max(min(p.top+by, p.lines-p.height), 0)
	return nil
}

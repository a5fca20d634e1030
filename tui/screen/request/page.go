package request

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/problem"
	"gatehouse/tui/screen/why"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// record is a page about one record: it loads, shows a brief that may scroll, and keeps the old one until the new is
// there.
type record[D any] struct {
	env     *app.Env
	actions []*keymap.Action
	noun    string // "Request"
	read    func(ctx context.Context, actor *core.Actor, id uint64) (D, error)
	block   func(b *brief, d D)
	attends func(D) (of core.Ref, decides bool) // nil for records of which nobody is told who has them open

	value  D
	loaded bool
	err    error
	top    int
	height int
	lines  int
}

const loadRecord = "record"

func (p *record[D]) Init() tea.Cmd { return p.Refresh() }

func (p *record[D]) Refresh() tea.Cmd {
	actor, id, read := p.env.Session.Actor, parse(p.env.Page.ID), p.read
	return app.Load(p.env, loadRecord, func(ctx context.Context) (D, error) { return read(ctx, actor, id) })
}

// Attends implements app.Attender.
func (p *record[D]) Attends() (of core.Ref, decides bool) {
	if p.attends == nil || !p.loaded || p.err != nil {
		return core.Ref{}, false
	}
	return p.attends(p.value)
}

func (p *record[D]) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(app.Loaded[D]); ok {
		p.err = m.Err
		if m.Err == nil {
			p.value, p.loaded = m.Value, true
		}
	}
	return nil
}

func (p *record[D]) View(r layout.Rect) string {
	look := p.env.Look()
	lines := []string{""}
	switch {
	case p.err != nil:
		e := problem.From(p.err)
		for _, l := range text.Wrap(look.Glyphs.Failed+" "+e.Message, max(r.W-4, 8)) {
			lines = append(lines, "  "+look.Paint(theme.Danger, l))
		}
		for _, l := range text.Wrap(e.Next, max(r.W-4, 8)) {
			lines = append(lines, "  "+look.Paint(theme.Plain, l))
		}
		lines = append(lines, "", "  "+look.Paint(theme.Faint, "r try again   h back"))
	case !p.loaded:
		lines = append(lines, "  "+look.Paint(theme.Faint, "Loading "+look.Glyphs.Ellipsis))
	default:
		b := newBrief(look, p.env.Now(), p.env.Session.Actor.ID(), min(r.W, 100), false)
		p.block(b, p.value)
		lines = append(lines, b.lines...)
	}
	p.lines, p.height = len(lines), r.H
	p.top = max(min(p.top, p.lines-r.H), 0)
	return strings.Join(lines[p.top:min(p.top+r.H, len(lines))], "\n")
}

func (p *record[D]) Actions() []*keymap.Action { return p.actions }
func (p *record[D]) Failure() error            { return p.err }
func (p *record[D]) Copy() string              { return p.env.Page.ID }
func (p *record[D]) Wheel(by int) tea.Cmd      { return p.scroll(by) }
func (p *record[D]) Title() []string           { return []string{"Requests", p.noun + " " + p.env.Page.ID} }

// Position says how much is below or above.
func (p *record[D]) Position(*theme.Look) string {
	if p.lines <= p.height || p.lines == 0 {
		return ""
	}
	return fmt.Sprintf("lines %d-%d of %d", p.top+1, min(p.top+p.height, p.lines), p.lines)
}

func (p *record[D]) scroll(by int) tea.Cmd {
	p.top = max(min(p.top+by, p.lines-p.height), 0)
	return nil
}

// moves are the keys that scroll the page.
func (p *record[D]) moves() []*keymap.Action {
	by := func(n func() int) func() tea.Cmd { return func() tea.Cmd { return p.scroll(n()) } }
	return []*keymap.Action{
		{ID: "page.down", Title: "down", Keys: []string{"j", "down"}, Group: keymap.GroupMove, Run: by(func() int { return 1 })},
		{ID: "page.up", Title: "up", Keys: []string{"k", "up"}, Group: keymap.GroupMove, Run: by(func() int { return -1 })},
		{ID: "page.page-down", Title: "page down", Keys: []string{"ctrl+f", "pgdown", "ctrl+d"}, Group: keymap.GroupMove, Run: by(func() int { return p.height })},
		{ID: "page.page-up", Title: "page up", Keys: []string{"ctrl+b", "pgup", "ctrl+u"}, Group: keymap.GroupMove, Run: by(func() int { return -p.height })},
		{ID: "page.first", Title: "first", Keys: []string{"g", "home"}, Group: keymap.GroupMove, Run: by(func() int { return -p.lines })},
		{ID: "page.last", Title: "last", Keys: []string{"G", "end"}, Group: keymap.GroupMove, Run: by(func() int { return p.lines })},
	}
}

// guard asks stop about the loaded record.
func (p *record[D]) guard(stop func(D) error) func() error {
	return func() error {
		if !p.loaded {
			return keymap.Disabled("This page is not loaded yet.")
		}
		return stop(p.value)
	}
}

// change is guard for what changes something.
func (p *record[D]) change(stop func(D) error) func() error {
	guard := p.guard(stop)
	return func() error {
		if err := Writable(p.env); err != nil {
			return err
		}
		return guard()
	}
}

// newRequestPage is the page of one request.
func newRequestPage(e *app.Env) app.Screen {
	p := &record[core.RequestView]{env: e, noun: "Request"}
	p.read = func(ctx context.Context, actor *core.Actor, id uint64) (core.RequestView, error) {
		return actor.Request(ctx, core.RequestID(id))
	}
	p.block = func(b *brief, q core.RequestView) {
		b.company = e.Session.Company
		describeRequest(b, q, &q)
	}
	p.attends = func(q core.RequestView) (core.Ref, bool) {
		if q.State != core.RequestPending {
			return core.Ref{}, false
		}
		return q.ID.Ref(), q.MayDecide
	}
	id, me := core.RequestID(parse(e.Page.ID)), e.Session.Actor.ID()
	always := func(core.RequestView) error { return nil }
	over := func() bool { return p.loaded && p.value.State != core.RequestPending }
	foreign := func() bool { return over() || p.loaded && p.value.Requester != me }
	approved := func(q core.RequestView) error {
		if q.Visit == 0 {
			return keymap.Disabled("No visit came out of this request.")
		}
		return nil
	}
	line := func(format string) func() string { return func() string { return fmt.Sprintf(format, id) } }
	p.actions = append([]*keymap.Action{
		{
			ID: "request.approve", Title: "approve", Keys: []string{"A"}, Group: keymap.GroupAct, Danger: keymap.Heavy, Hint: 1, Hidden: over,
			Guard: p.change(mayApprove(me)), Run: func() tea.Cmd { return Approve(e, id) }, Command: line("gatehouse request approve %d"),
		},
		{
			ID: "request.grant", Title: "other time", Long: "approve for another time than asked", Keys: []string{"E"}, Group: keymap.GroupAct, Danger: keymap.Heavy, Hint: 4, Hidden: over,
			Guard: p.change(mayApprove(me)), Run: func() tea.Cmd { return Grant(e, id) }, Command: func() string { return GrantCommand(p.value) },
		},
		{
			ID: "request.reject", Title: "reject", Keys: []string{"D"}, Group: keymap.GroupAct, Danger: keymap.Destructive, Hint: 2, Hidden: over,
			Guard: p.change(mayDecide(me)), Run: func() tea.Cmd { return Reject(e, id) }, Command: line("gatehouse request reject %d"),
		},
		{
			ID: "request.withdraw", Title: "withdraw", Keys: []string{"x"}, Group: keymap.GroupAct, Danger: keymap.Destructive, Hint: 5, Hidden: foreign,
			Guard: p.change(mayWithdraw(me)), Run: func() tea.Cmd { return Withdraw(e, id) }, Command: line("gatehouse request withdraw %d"),
		},
		{
			ID: "request.why", Title: "why", Long: "why they can or cannot enter, rule by rule", Keys: []string{"W"}, Group: keymap.GroupAct, Hint: 3,
			Guard: p.guard(always), Run: func() tea.Cmd { return whyOf(e, p.value) },
			Command: func() string { return why.Command(p.value.Who, p.value.Project) },
		},
		{
			ID: "request.project", Title: "open project", Keys: []string{"enter", "l", "right"}, Group: keymap.GroupGo, Hint: 10,
			Guard: p.guard(always), Run: func() tea.Cmd { return app.Open(UnitPage(p.value.Project.Ref())) },
		},
		{
			ID: "request.visit", Title: "open visit", Long: "open the visit that came out of it", Group: keymap.GroupGo,
			Guard: p.guard(approved), Run: func() tea.Cmd { return app.Open(VisitPage(p.value.Visit)) },
		},
	}, p.moves()...)
	return p
}

// newVisitPage is the page of one visit.
func newVisitPage(e *app.Env) app.Screen {
	p := &record[stay]{env: e, noun: "Visit"}
	p.read = func(ctx context.Context, actor *core.Actor, id uint64) (stay, error) {
		return loadStay(ctx, actor, core.VisitID(id))
	}
	p.block = func(b *brief, s stay) { describeVisit(b, s.VisitView, &s) }
	id := core.VisitID(parse(e.Page.ID))
	own := func() bool { return p.loaded && (p.value.Mine || p.value.State != core.VisitActive) }
	foreign := func() bool { return p.loaded && (!p.value.Mine || p.value.State != core.VisitActive) }
	line := func(format string) func() string { return func() string { return fmt.Sprintf(format, id) } }
	p.actions = append([]*keymap.Action{
		{
			ID: "visit.revoke", Title: "end it now", Long: "revoke: end the visit of somebody else at once", Keys: []string{"x"}, Group: keymap.GroupAct,
			Danger: keymap.Destructive, Hint: 1, Hidden: own, Guard: p.change(mayRevoke), Run: func() tea.Cmd { return Revoke(e, id) },
			Command: line("gatehouse visit revoke %d"),
		},
		{
			ID: "visit.leave", Title: "leave", Keys: []string{"L"}, Group: keymap.GroupAct, Danger: keymap.Destructive, Hint: 2, Hidden: foreign,
			Guard: p.change(mayLeave), Run: func() tea.Cmd { return Leave(e, id) }, Command: line("gatehouse visit leave %d"),
		},
		{
			ID: "visit.extend", Title: "stay longer", Long: "ask to stay longer", Keys: []string{"E"}, Group: keymap.GroupAct, Danger: keymap.Heavy, Hint: 3, Hidden: foreign,
			Guard: p.change(mayExtend), Run: func() tea.Cmd { return Extend(e, id) }, Command: line("gatehouse visit extend %d --for 4h --reason REASON"),
		},
		{
			ID: "visit.why", Title: "why", Keys: []string{"W"}, Group: keymap.GroupAct, Hint: 4,
			Guard: p.guard(mayAskWhy), Run: func() tea.Cmd { return whyVisit(e, p.value.VisitView) },
			Command: func() string { return why.Command(p.value.Who, core.ProjectID(p.value.Unit.ID)) },
		},
		{
			ID: "visit.unit", Title: "open where", Keys: []string{"enter", "l", "right"}, Group: keymap.GroupGo, Hint: 10,
			Guard: p.guard(func(stay) error { return nil }), Run: func() tea.Cmd { return app.Open(UnitPage(p.value.Unit)) },
		},
		{
			ID: "visit.request", Title: "open request", Long: "open the request that it came out of", Group: keymap.GroupGo,
			Guard: p.guard(func(s stay) error {
				if s.Basis == 0 {
					return keymap.Disabled("No request came before this visit: it was joined.")
				}
				return nil
			}), Run: func() tea.Cmd { return app.Open(Page(p.value.Basis)) },
		},
	}, p.moves()...)
	return p
}

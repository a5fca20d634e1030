package invitation

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
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/theme"
)

// page is the page of one invitation.
type page struct {
	env     *app.Env
	actions []*keymap.Action
	value   core.InvitationView
	loaded  bool
	err     error
	top     int
	lines   int
	height  int
}

const loadInvitation = "invitation"

func newPage(e *app.Env) *page {
	p := &page{env: e}
	p.actions = p.makeActions()
	return p
}

func (p *page) makeActions() []*keymap.Action {
	e, act, id := p.env, keymap.GroupAct, parse(p.env.Page.ID)
	foreign := func() bool { return p.loaded && !p.value.Mine }
	own := func() bool { return p.loaded && p.value.Mine }
	line := func(verb string) func() string {
		return func() string { return fmt.Sprintf("gatehouse invitation %s %d", verb, id) }
	}
	actions := unit.Offer([]*keymap.Action{
		{
			ID: "invitation.accept", Title: "accept", Keys: []string{"A"}, Group: act, Danger: keymap.Heavy, Hint: 1, Hidden: foreign,
			Guard: p.guard(mayAccept), Run: func() tea.Cmd { return Accept(e, id) }, Command: line("accept"),
		},
		{
			ID: "invitation.decline", Title: "decline", Keys: []string{"D"}, Group: act, Danger: keymap.Destructive, Hint: 2, Hidden: foreign,
			Guard: p.guard(mayDecline), Run: func() tea.Cmd { return Decline(e, id) }, Command: line("decline"),
		},
		{
			ID: "invitation.resend", Title: "send again", Keys: []string{"R"}, Group: act, Danger: keymap.Heavy, Hint: 3, Hidden: own,
			Guard: p.guard(mayResend), Run: func() tea.Cmd { return Resend(e, id) }, Command: line("resend"),
		},
		{
			ID: "invitation.cancel", Title: "take back", Long: "cancel: take the invitation back", Keys: []string{"x"}, Group: act,
			Danger: keymap.Destructive, Hint: 4, Hidden: own, Guard: p.guard(mayCancel), Run: func() tea.Cmd { return Cancel(e, id) }, Command: line("cancel"),
		},
		{
			ID: "invitation.unit", Title: "open where", Long: "open the maintainer, organization or project", Keys: []string{"enter", "l", "right"},
			Group: keymap.GroupGo, Hint: 10,
			Guard: func() error {
				switch {
				case !p.loaded || p.value.SeesUnit:
					return nil
				case mayAccept(p.value) == nil:
					return keymap.Disabled("Accept first: nothing of " + UnitName(p.value) + " is open to you before.")
				}
				return keymap.Disabled(UnitName(p.value) + " is not open to you.")
			},
			Run: func() tea.Cmd { return app.Open(unit.Page(p.value.Unit)) },
		},
	})
	by := func(n func() int) func() tea.Cmd { return func() tea.Cmd { return p.Wheel(n()) } }
	return append(actions,
		&keymap.Action{ID: "page.down", Title: "down", Keys: []string{"j", "down"}, Group: keymap.GroupMove, Run: by(func() int { return 1 })},
		&keymap.Action{ID: "page.up", Title: "up", Keys: []string{"k", "up"}, Group: keymap.GroupMove, Run: by(func() int { return -1 })},
		&keymap.Action{ID: "page.page-down", Title: "page down", Keys: []string{"ctrl+f", "pgdown", "ctrl+d"}, Group: keymap.GroupMove, Run: by(func() int { return p.height })},
		&keymap.Action{ID: "page.page-up", Title: "page up", Keys: []string{"ctrl+b", "pgup", "ctrl+u"}, Group: keymap.GroupMove, Run: by(func() int { return -p.height })},
		&keymap.Action{ID: "page.first", Title: "first", Keys: []string{"g", "home"}, Group: keymap.GroupMove, Run: by(func() int { return -p.lines })},
		&keymap.Action{ID: "page.last", Title: "last", Keys: []string{"G", "end"}, Group: keymap.GroupMove, Run: by(func() int { return p.lines })},
	)
}

// guard asks stop about the loaded invitation.
func (p *page) guard(stop func(core.InvitationView) error) func() error {
	return func() error {
		if err := request.Writable(p.env); err != nil {
			return err
		}
		if !p.loaded {
			return keymap.Disabled("This page is not loaded yet.")
		}
		return stop(p.value)
	}
}

// Init implements app.Screen.
func (p *page) Init() tea.Cmd { return p.Refresh() }

// Refresh implements app.Refresher.
func (p *page) Refresh() tea.Cmd {
	actor, id := p.env.Session.Actor, parse(p.env.Page.ID)
	return app.Load(p.env, loadInvitation, func(ctx context.Context) (core.InvitationView, error) { return actor.Invitation(ctx, id) })
}

// Update implements app.Screen.
func (p *page) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(app.Loaded[core.InvitationView]); ok {
		p.err = m.Err
		if m.Err == nil {
			p.value, p.loaded = m.Value, true
		}
	}
	return nil
}

// View implements app.Screen.
func (p *page) View(r layout.Rect) string {
	look := p.env.Look()
	f := cell.NewFields(look, min(r.W, 100), 12).Gap()
	switch {
	case p.err != nil:
		e := problem.From(p.err)
		f.Paragraph(theme.Danger, look.Glyphs.Failed+" "+e.Message).Paragraph(theme.Plain, e.Next).Gap().
			Paragraph(theme.Faint, "r try again   h back")
	case !p.loaded:
		f.Paragraph(theme.Faint, "Loading "+look.Glyphs.Ellipsis)
	default:
		p.draw(f, look)
	}
	lines := f.Lines()
	p.lines, p.height = len(lines), r.H
	p.top = max(min(p.top, p.lines-r.H), 0)
	return strings.Join(lines[p.top:min(p.top+r.H, len(lines))], "\n")
}

func (p *page) draw(f *cell.Fields, look *theme.Look) {
	v := p.value
	f.Paragraph(theme.Strong, headline(v)).Gap()
	describe(f, look, v, p.env.Now())
	for _, stop := range p.stops() {
		if stop != nil {
			f.Gap().Paragraph(theme.Warning, problem.From(stop).Text())
			return
		}
	}
}

// stops are why what one comes here for cannot be done.
func (p *page) stops() []error {
	if p.value.State != core.InvitationPending {
		return nil // the state says it
	}
	if p.value.Mine {
		return []error{mayAccept(p.value)}
	}
	return nil
}

// headline says in one sentence what the invitation is.
func headline(v core.InvitationView) string {
	who := v.Who.Label()
	if v.Mine {
		who = "you"
	}
	verb := " invites "
	if v.State != core.InvitationPending {
		verb = " invited "
	}
	return by(v.InvitedBy) + verb + who + " to " + UnitName(v)
}

// Actions implements app.Screen.
func (p *page) Actions() []*keymap.Action { return p.actions }

// Title implements app.Screen.
func (p *page) Title() []string { return []string{"Invitation " + p.env.Page.ID} }

// Copy implements app.Copier.
func (p *page) Copy() string { return p.env.Page.ID }

// Failure implements app.Failer.
func (p *page) Failure() error { return p.err }

// Wheel implements app.Wheeler.
func (p *page) Wheel(by int) tea.Cmd {
	p.top = max(min(p.top+by, p.lines-p.height), 0)
	return nil
}

// Position implements app.Positioner: how much is below or above.
func (p *page) Position(*theme.Look) string {
	if p.lines <= p.height || p.lines == 0 {
		return ""
	}
	return fmt.Sprintf("lines %d-%d of %d", p.top+1, min(p.top+p.height, p.lines), p.lines)
}

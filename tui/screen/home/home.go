// Package home is the first screen: what needs the acting account now, the numbers of its units, and what happened last.
package home

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
	"gatehouse/tui/screen/invitation"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/ticket"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/screen/why"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Kinds are the pages: home.
func Kinds() []*app.Kind {
	return []*app.Kind{{
		Name: "home", Title: "Home", Rail: 1,
		Make: func(e *app.Env, _ app.Page) app.Screen { return newHome(e) },
	}}
}

// home shows blocks of rows; the cursor walks over the rows of all blocks, and stays with its row by its key.
type home struct {
	env     *app.Env
	actions []*keymap.Action

	view   core.HomeView
	loaded bool
	err    error

	rows   []row
	cursor int
	key    string
	top    int
	height int
	at     []int // row of each drawn line of the last View, -1 for none
}

func newHome(e *app.Env) *home {
	s := &home{env: e}
	s.actions = s.makeActions()
	return s
}

const loadHome = "home"

func (s *home) Init() tea.Cmd { return s.Refresh() }

func (s *home) Refresh() tea.Cmd {
	actor := s.env.Session.Actor
	return app.Load(s.env, loadHome, func(ctx context.Context) (core.HomeView, error) { return actor.Home(ctx) })
}

func (s *home) Update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(app.Loaded[core.HomeView]); ok {
		s.err = m.Err
		if m.Err == nil {
			s.view, s.loaded = m.Value, true
			s.rows = rowsOf(s.view)
			s.find()
		}
		return nil
	}
	cmd, _ := unit.Take(msg)
	return cmd
}

// find puts the cursor back on its row, or near where it was.
func (s *home) find() {
	for i := range s.rows {
		if s.rows[i].key == s.key {
			s.cursor = i
			return
		}
	}
	s.place(s.cursor)
}

func (s *home) place(i int) {
	s.cursor = max(min(i, len(s.rows)-1), 0)
	s.key = ""
	if len(s.rows) > 0 {
		s.key = s.rows[s.cursor].key
	}
}

func (s *home) current() (row, bool) {
	if s.cursor >= len(s.rows) {
		return row{}, false
	}
	return s.rows[s.cursor], true
}

func (s *home) move(by func() int) func() tea.Cmd {
	return func() tea.Cmd {
		s.place(s.cursor + by())
		return nil
	}
}

func (s *home) View(r layout.Rect) string {
	look := s.env.Look()
	s.at = s.at[:0]
	if !s.loaded {
		return s.state(look, r.W)
	}
	lines, at := s.draw(look, r.W)
	if s.err != nil {
		lines = append([]string{"  " + look.Paint(theme.Danger, text.Cut(look.Glyphs.Failed+" Not up to date: "+problem.From(s.err).Text(), r.W-4))}, lines...)
		at = append([]int{-1}, at...)
	}
	s.height = r.H
	first, last := 0, 0
	for i, row := range at {
		if row == s.cursor && len(s.rows) > 0 {
			first, last = i, i
		}
	}
	for first > 0 && at[first-1] < 0 { // headings scroll in with their first row
		first--
	}
	if first < s.top {
		s.top = first
	}
	if last >= s.top+r.H {
		s.top = last - r.H + 1
	}
	s.top = max(min(s.top, len(lines)-r.H), 0)
	end := min(s.top+r.H, len(lines))
	s.at = append(s.at, at[s.top:end]...)
	return strings.Join(lines[s.top:end], "\n")
}

// state is what stands there before the first load came through.
func (s *home) state(look *theme.Look, w int) string {
	if s.err == nil {
		return "\n  " + look.Paint(theme.Faint, "Loading "+look.Glyphs.Ellipsis)
	}
	e := problem.From(s.err)
	lines := []string{""}
	for _, l := range text.Wrap(look.Glyphs.Failed+" "+e.Message, max(w-4, 8)) {
		lines = append(lines, "  "+look.Paint(theme.Danger, l))
	}
	for _, l := range text.Wrap(e.Next, max(w-4, 8)) {
		lines = append(lines, "  "+l)
	}
	return strings.Join(append(lines, "", "  "+look.Paint(theme.Faint, "r try again")), "\n")
}

func (s *home) Actions() []*keymap.Action { return s.actions }
func (s *home) Title() []string           { return []string{"Home"} }
func (s *home) Targets() int              { return min(len(s.rows), 1) }
func (s *home) Failure() error            { return s.err }
func (s *home) Wheel(by int) tea.Cmd      { s.place(s.cursor + by); return nil }

// Copy gives the number of what the cursor is on.
func (s *home) Copy() string {
	r, ok := s.current()
	if !ok {
		return ""
	}
	return r.page.ID
}

// Position implements app.Positioner.
func (s *home) Position(*theme.Look) string {
	if len(s.rows) == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d", s.cursor+1, len(s.rows))
}

// Click puts the cursor on a row; a second click opens it.
func (s *home) Click(_, y int) tea.Cmd {
	if y < 0 || y >= len(s.at) || s.at[y] < 0 {
		return nil
	}
	if s.at[y] == s.cursor {
		return s.open()
	}
	s.place(s.at[y])
	return nil
}

func (s *home) open() tea.Cmd {
	r, ok := s.current()
	if !ok || r.page.Kind == "" {
		return nil
	}
	return app.Open(r.page)
}

// on guards an action that fits some rows only.
func (s *home) on(fits func(row) bool, otherwise string) func() error {
	return func() error {
		if err := request.Writable(s.env); err != nil {
			return err
		}
		if r, ok := s.current(); ok && fits(r) {
			return nil
		}
		return keymap.Disabled(otherwise)
	}
}

// askable guards Why, which works in sessions that only read.
func (s *home) askable() error {
	if r, ok := s.current(); ok && r.project.ID != 0 {
		return nil
	}
	return keymap.Disabled("Works on requests, visits and projects.")
}

// with runs f with the row under the cursor.
func (s *home) with(f func(row) tea.Cmd) func() tea.Cmd {
	return func() tea.Cmd {
		if r, ok := s.current(); ok {
			return f(r)
		}
		return nil
	}
}

func (s *home) line(f func(row) string) func() string {
	return func() string {
		if r, ok := s.current(); ok {
			return f(r)
		}
		return ""
	}
}

func (s *home) makeActions() []*keymap.Action {
	e, act, to := s.env, keymap.GroupAct, keymap.GroupMove
	answer := func(decide func(*app.Env, ...core.RequestID) tea.Cmd, invited func(*app.Env, core.InvitationID) tea.Cmd) func() tea.Cmd {
		return s.with(func(r row) tea.Cmd {
			if r.invited() {
				return invited(e, r.invitation)
			}
			return decide(e, r.request.ID)
		})
	}
	answerLine := func(decide, invited string) func() string {
		return s.line(func(r row) string {
			switch {
			case r.invited():
				return fmt.Sprintf("gatehouse invitation %s %d", invited, r.invitation)
			case r.decidable():
				return fmt.Sprintf("gatehouse request %s %d", decide, r.request.ID)
			}
			return ""
		})
	}
	const onlyWaiting = "Works on a request or an invitation that waits for your answer."
	waiting := func(r row) bool { return r.decidable() || r.invited() }
	half := func(sign int) func() int { return func() int { return sign * max(s.height/2, 1) } }
	whole := func(sign int) func() int { return func() int { return sign * max(s.height, 1) } }
	return []*keymap.Action{
		{ID: "home.open", Title: "open", Keys: []string{"enter", "l", "right"}, Group: to, Applies: keymap.One, Hint: 10, Run: s.open},
		{
			ID: "request.approve", Title: "approve, accept", Long: "approve a request, accept an invitation", Keys: []string{"A"}, Group: act,
			Danger: keymap.Heavy, Applies: keymap.One, Hint: 11,
			Guard: s.on(waiting, onlyWaiting), Run: answer(request.Approve, invitation.Accept), Command: answerLine("approve", "accept"),
		},
		{
			ID: "request.reject", Title: "reject, decline", Long: "reject a request, decline an invitation", Keys: []string{"D"}, Group: act,
			Danger: keymap.Destructive, Applies: keymap.One, Hint: 12,
			Guard: s.on(waiting, onlyWaiting), Run: answer(request.Reject, invitation.Decline), Command: answerLine("reject", "decline"),
		},
		{
			ID: "ticket.reply", Title: "reply", Long: "reply to a ticket", Keys: []string{"c"}, Group: act, Danger: keymap.Heavy, Applies: keymap.One,
			Guard:   s.on(row.aboutTicket, "Works on a ticket that waits for you."),
			Run:     s.with(func(r row) tea.Cmd { return ticket.Reply(e, r.ticket) }),
			Command: s.line(func(r row) string { return ticket.ReplyCommand(r.ticket) }),
		},
		{
			ID: "unit.join", Title: "join", Long: "join the project, so that the request can be decided", Keys: []string{"J"}, Group: act, Danger: keymap.Heavy,
			Applies: keymap.One, Guard: s.on(row.joinable, "Works on a request that nobody can decide."),
			Run: s.with(func(r row) tea.Cmd { return unit.Enter(e, r.join) }),
			Command: s.line(func(r row) string {
				if !r.joinable() {
					return ""
				}
				return fmt.Sprintf("gatehouse project join %d", r.join.ID)
			}),
		},
		{
			ID: "home.terms", Title: "other time, stay longer", Long: "approve for another time; on an own visit: ask to stay longer", Keys: []string{"E"},
			Group: act, Danger: keymap.Heavy, Applies: keymap.One,
			Guard: s.on(func(r row) bool { return r.decidable() || r.ownVisit() }, "Works on a request that waits for you, and on own visits."),
			Run: s.with(func(r row) tea.Cmd {
				if r.visit != nil {
					return request.Extend(e, r.visit.ID)
				}
				return request.Grant(e, r.request.ID)
			}),
			Command: s.line(termsCommand),
		},
		{
			ID: "visit.leave", Title: "leave", Long: "leave: end an own visit", Keys: []string{"L"}, Group: act, Danger: keymap.Destructive, Applies: keymap.One,
			Guard: s.on(row.ownVisit, "Works on own visits."),
			Run:   s.with(func(r row) tea.Cmd { return request.Leave(e, r.visit.ID) }),
			Command: s.line(func(r row) string {
				if r.ownVisit() {
					return fmt.Sprintf("gatehouse visit leave %d", r.visit.ID)
				}
				return ""
			}),
		},
		{
			ID: "home.end", Title: "withdraw or end", Long: "withdraw an own request; end the visit of somebody else", Keys: []string{"x"}, Group: act,
			Danger: keymap.Destructive, Applies: keymap.One,
			Guard: s.on(func(r row) bool { return r.ownRequest() || r.visit != nil && !r.visit.Mine }, "Works on own requests, and on visits of others."),
			Run: s.with(func(r row) tea.Cmd {
				if r.visit != nil {
					return request.Revoke(e, r.visit.ID)
				}
				return request.Withdraw(e, r.request.ID)
			}),
			Command: s.line(endCommand),
		},
		{
			ID: "home.why", Title: "why", Long: "why somebody can or cannot enter, rule by rule", Keys: []string{"W"}, Group: act, Applies: keymap.One, Hint: 13,
			Guard:   s.askable,
			Run:     s.with(func(r row) tea.Cmd { return whyOf(e, r) }),
			Command: s.line(func(r row) string { return why.Command(r.who, core.ProjectID(r.project.ID)) }),
		},
		{ID: "home.down", Title: "down", Keys: []string{"j", "down"}, Group: to, Run: s.move(func() int { return 1 })},
		{ID: "home.up", Title: "up", Keys: []string{"k", "up"}, Group: to, Run: s.move(func() int { return -1 })},
		{ID: "home.half-down", Title: "half a page down", Keys: []string{"ctrl+d"}, Group: to, Run: s.move(half(1))},
		{ID: "home.half-up", Title: "half a page up", Keys: []string{"ctrl+u"}, Group: to, Run: s.move(half(-1))},
		{ID: "home.page-down", Title: "page down", Keys: []string{"ctrl+f", "pgdown"}, Group: to, Run: s.move(whole(1))},
		{ID: "home.page-up", Title: "page up", Keys: []string{"ctrl+b", "pgup"}, Group: to, Run: s.move(whole(-1))},
		{ID: "home.first", Title: "first", Keys: []string{"g", "home"}, Group: to, Run: s.move(func() int { return -len(s.rows) })},
		{ID: "home.last", Title: "last", Keys: []string{"G", "end"}, Group: to, Run: s.move(func() int { return len(s.rows) })},
	}
}

func whyOf(e *app.Env, r row) tea.Cmd {
	if r.who.ID == 0 {
		return why.Me(e, r.project)
	}
	return why.Open(e, r.who, r.project)
}

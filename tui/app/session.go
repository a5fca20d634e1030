package app

import (
	"context"
	"log/slog"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/keymap"
	"gatehouse/tui/palette"
	"gatehouse/tui/theme"
)

// Session is everything that belongs to one person at one terminal. Nothing of it is global, so sessions with other
// themes, keys and accounts live in the same process. The root owns it: only its goroutine changes or reads the fields
// marked (live); commands use the others.
type Session struct {
	// Product is the first word of the breadcrumb, "gatehouse" when empty.
	Product string
	// Person is the acting account's e-mail for the title row (live).
	Person string
	// Support marks Support staff in the title row (live).
	Support bool
	// Staff is set for who answers tickets: Support, and members of a maintainer (live).
	Staff bool
	// ReadOnly shows the read-only mark (live). core enforces it.
	ReadOnly bool
	// Demo shows that the house is thrown away at the end (live).
	Demo bool
	// Kept says that the house of a demo stays in a file all the same.
	Kept bool

	// SignIn is a line to paste at a prompt, which signs in at the server; empty where no address is set.
	SignIn string

	// House is the house, Actor the acting account in it (live; commands capture the actor when they are made).
	House *core.House
	Actor *core.Actor

	// Now is the clock, After the timer (tea.Tick when nil).
	Now   func() time.Time
	After func(d time.Duration, msg tea.Msg) tea.Cmd
	// Changes tells that something in the house changed; nil for a house that cannot change.
	Changes <-chan core.Changed
	// Await waits for a change; nil waits on the channel. Tests replace it.
	Await func(ctx context.Context, changes <-chan core.Changed, msg func(core.Changed) tea.Msg) tea.Cmd
	// Turns are shared by all sessions of a server; nil for a session that is alone.
	Turns Turns
	// Concerns says where a change can be seen: on the page, and in the numbers around it; nil for both, always. When in
	// doubt it says yes.
	Concerns func(page Page, c core.Changed) (shown, numbers bool)
	// Company is who else has the record open that is shown (live).
	Company core.Company

	// Counts loads the numbers of the rail and the title row for the acting account, and says whether the page may still
	// be shown; nil for none. An error says that the account may do nothing any more, or that the house cannot be read.
	Counts func(ctx context.Context, actor *core.Actor, page Page) (Counts, error)
	// Find looks up units and people for the palette, as the acting account; nil for none. Answers are mostly Go values.
	Find func(ctx context.Context, actor *core.Actor, words string) ([]palette.Item, error)
	// Report makes a ticket out of an error that was shown on a page (ST2), as the acting account; nil for none.
	Report func(ctx context.Context, actor *core.Actor, err error, where string) tea.Cmd
	// Extra are actions that live on every page, such as those of the demo.
	Extra []*keymap.Action
	// Guide says what to do next, on every page; nil for nobody.
	Guide Guide
	// Welcome, when set, is a card that opens with the session.
	Welcome func() tea.Cmd

	// Wish is the wanted theme, "" or "auto" to follow the terminal (live). NoColor is the value of NO_COLOR.
	Wish, NoColor string
	// ASCII replaces symbols (live).
	ASCII bool
	// Look is made out of these by the root (live).
	Look *theme.Look
	// Keys is what the keymap file says, nil for the defaults; KeyIssues are shown once at start.
	Keys      *keymap.Map
	KeyIssues []keymap.Issue
	// Mouse is whether the mouse is on (live): on locally, off over SSH.
	Mouse bool
	// Profile is the colour profile, known after start (live).
	Profile string
	// Log gets what people need not see; nil for none. Secrets never get there: keys and values are not logged.
	Log *slog.Logger

	ctx   context.Context
	light bool
}

// Counts are the numbers around the page.
type Counts struct {
	// Rail holds the number behind each kind of the rail.
	Rail map[string]int
	// Waiting is how many requests wait for this account.
	Waiting int
	// MFA is "on", "off", or "" when it does not apply.
	MFA string
	// Reports is set when this account may open tickets.
	Reports bool
	// Refused says why the record of the page may not be seen any more; nil while it may.
	Refused error
}

func (s *Session) context() context.Context {
	if s.ctx == nil {
		return context.Background()
	}
	return s.ctx
}

// prepare fills what was left out.
func (s *Session) prepare(ctx context.Context) {
	s.ctx = ctx
	if s.Product == "" {
		s.Product = "gatehouse"
	}
	if s.After == nil {
		s.After = func(d time.Duration, msg tea.Msg) tea.Cmd {
			return tea.Tick(d, func(time.Time) tea.Msg { return msg })
		}
	}
	if s.Await == nil {
		s.Await = func(ctx context.Context, changes <-chan core.Changed, msg func(core.Changed) tea.Msg) tea.Cmd {
			return func() tea.Msg {
				select {
				case <-ctx.Done():
					return nil
				case c, open := <-changes:
					if !open {
						return nil
					}
					return msg(c)
				}
			}
		}
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	s.relook()
}

// relook makes the look out of wish, NO_COLOR, background and glyphs.
func (s *Session) relook() {
	look, err := theme.New(theme.Choose(s.Wish, s.NoColor, s.light), s.ASCII)
	if err != nil {
		s.Wish = ""
		look = theme.Must(theme.Choose("", s.NoColor, s.light), s.ASCII)
	}
	if s.Look == nil || s.Look.Name != look.Name || s.Look.Glyphs.ASCII != look.Glyphs.ASCII {
		s.Look = look
	}
}

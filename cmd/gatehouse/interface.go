package main

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/cmd/demo"
	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen"
	"gatehouse/tui/screen/start"
	"gatehouse/tui/screen/tour"
)

// opening says what the interface starts with.
type opening struct {
	// House is an open house; nil opens that of --db.
	House *core.House
	// Turns are those of the server; nil for a session that is alone.
	Turns app.Turns
	// Page is where it opens, as a deep link such as request/41; empty is Home.
	Page string
	// Cast is whom a visitor of a demo can be, the suggested person first; nil outside of demos.
	Cast demo.Cast
	// Kept says that the house of the demo stays in a file.
	Kept bool
	// Welcome opens the card that greets the visitor of a demo.
	Welcome bool
	// Tour is the walkthrough of a demo, its scene set; nil for none.
	Tour *tour.Tour
	// Shared says that other visitors are in the same demo.
	Shared bool
	// Origin is where a visitor of a demo comes from, whoever it is (AU2); empty is the local console.
	Origin string
	// Left says how long a visitor of a demo may stay; nil for as long as wanted.
	Left func() time.Duration
}

// errOpenDemo ends the interface of an empty house, to go on with the demo.
var errOpenDemo = errors.New("open the demo")

// runInterface draws the interface until the person leaves it.
func (m *Main) runInterface(ctx context.Context, o opening) error {
	if err := m.canDraw(); err != nil {
		return err
	}
	page, err := startPage(o.Page)
	if err != nil {
		return err
	}
	if m.remote != nil {
		m.remote.page = page // Run draws it, without the commands
		return nil
	}
	if o.House != nil {
		return m.draw(ctx, o, page)
	}
	house, err := m.openHouse(ctx)
	if err != nil {
		return err
	}
	o.House = house
	err = m.draw(ctx, o, page)
	if errors.Is(err, errOpenDemo) {
		if err := m.dropBegun(); err != nil {
			return err
		}
		return m.runDemo(context.WithoutCancel(ctx), demoFlags{seed: uint64(m.Clock().UnixNano()), size: "small"}) //nolint:gosec // any seed will do
	}
	return err
}

// draw shows an open house, and returns when the person leaves or a signal ends it.
func (m *Main) draw(ctx context.Context, o opening, page app.Page) error {
	// The interface has its own way of ending on a signal, with the terminal restored.
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	swept := make(chan struct{})
	app.Guarded(func(text string) { m.logger().Error("the sweep failed", "panic", text) }, func() {
		defer close(swept)
		m.keepSweeping(ctx, o.House)
	})
	mailed := m.keepDelivering(ctx, o)
	defer func() { stop(); <-swept; <-mailed }() // the house is closed next

	s, page, err := m.beginSession(ctx, o, page)
	if err != nil {
		return err
	}
	var quit func(error)
	kinds := m.interfaceKinds(s, o, func() { quit(errOpenDemo) })
	err = app.Run(ctx, s, kinds, page, app.RunOptions{
		Input: behind(m.In), Output: behind(m.Out), Signals: true, FPS: localFrames, Suspend: tea.Suspend, Mono: monochrome(m.Env("TERM")),
		Started: func(end func(error)) { quit = end },
	})
	var sig app.SignalError
	if errors.As(err, &sig) {
		return &core.Error{
			Code: core.CodeUnavailable, Reason: reasonInterrupted, Cause: err,
			Message: "Ended by a signal.", Next: "What was decided is saved.",
		}
	}
	return err
}

// canDraw refuses where a full screen makes no sense, before anything is opened.
func (m *Main) canDraw() error {
	switch {
	case m.remote != nil && m.remote.client.Terminal == nil:
		return needsTerminal()
	case !m.InTerminal || !m.OutTerminal:
		return misuse(`Use the verbs: "gatehouse help" lists them.`, "The interface needs a terminal on both sides.")
	case m.Env("TERM") == "dumb" || m.Env("TERM") == "":
		return misuse(`Set TERM to what your terminal is, such as xterm-256color, or use the verbs.`, "The interface cannot be drawn on a terminal of the kind %q.", m.Env("TERM"))
	}
	return nil
}

// startPage reads a deep link; "org" stands for "organization".
func startPage(link string) (app.Page, error) {
	if link == "" {
		return app.Page{Kind: "home"}, nil
	}
	page, err := app.ParsePage(link)
	if err != nil {
		return page, misuse("Write it like request/41, org/3/settings or projects.", "%s.", err)
	}
	if page.Kind == "org" {
		page.Kind = "organization"
	}
	return page, nil
}

// beginSession makes the session, and says where it starts: at the form of an empty house, at the choice of whom to be,
// or at the page that was asked for.
func (m *Main) beginSession(ctx context.Context, o opening, page app.Page) (*app.Session, app.Page, error) {
	house := o.House
	s := &app.Session{
		House: house, ReadOnly: house.ReadOnly() || m.given.ReadOnly, Now: func() time.Time { return house.Now().Time() },
		Changes: house.Watch(ctx), Turns: o.Turns, NoColor: m.Env("NO_COLOR"), Log: m.logger(), Mouse: m.remote == nil,
		Wish: m.given.Theme, ASCII: m.given.ASCII, SignIn: m.pasted(),
	}
	if m.remote == nil { // the keymap file is the server's owner's
		m.loadKeys(s)
	}
	if o.Cast != nil {
		s.Kept = o.Kept
		screen.Demo(s, house, screen.DemoOptions{Cast: parts(o.Cast), Tour: o.Tour, Shared: o.Shared, Welcome: o.Welcome, Left: o.Left})
	}
	empty, err := house.Empty(ctx)
	if err != nil {
		return nil, page, err
	}
	if empty {
		return s, app.Page{Kind: "begin"}, nil
	}
	actor, err := m.firstActor(ctx, o)
	if err != nil {
		return nil, page, err
	}
	if actor == nil {
		return s, app.Page{Kind: "who"}, nil
	}
	me, err := actor.Me(ctx)
	if err != nil {
		return nil, page, err
	}
	screen.Become(s, actor, me, m.wishes())
	return s, page, nil
}

// firstActor is whom the session begins as; nil asks.
func (m *Main) firstActor(ctx context.Context, o opening) (*core.Actor, error) {
	switch {
	case m.remote != nil:
		return m.remoteActor(), nil
	case len(o.Cast) > 0:
		return o.House.As(o.Cast[0].ID), nil
	case m.given.As == "":
		return nil, nil //nolint:nilnil // nobody is an answer: the session asks
	}
	m.opened = o.House
	if m.given.Remembered {
		why, err := m.rememberedCannot(ctx, o.House)
		if m.cannotBe = why; err != nil || why != "" {
			return nil, err
		}
	}
	return m.actor(ctx)
}

// rememberedCannot says why the account that config.toml remembers cannot act any more, or nothing when it can.
func (m *Main) rememberedCannot(ctx context.Context, h *core.House) (string, error) {
	said := m.given.As + ", whom " + m.configPath() + " remembers as the account to act as, "
	acc, err := h.AccountByEmail(ctx, m.given.As)
	switch {
	case core.ReasonOf(err) == core.ReasonNotFound:
		return said + "has no account here any more.", nil
	case err != nil:
		return "", err
	case acc.State == core.AccountNotActivated:
		return said + "is not activated.", nil
	case !acc.Usable(h.Now()):
		return said + "has expired.", nil
	}
	return "", nil
}

func (m *Main) wishes() screen.Wishes {
	return screen.Wishes{Theme: m.given.Theme, ASCII: m.given.ASCII, Mouse: m.remote == nil}
}

func parts(cast demo.Cast) []screen.Part {
	out := make([]screen.Part, 0, len(cast))
	for _, p := range cast {
		out = append(out, screen.Part{ID: p.ID, Email: p.Email, Who: p.Who})
	}
	return out
}

// interfaceKinds are all pages of the interface.
func (m *Main) interfaceKinds(s *app.Session, o opening, openDemo func()) []*app.Kind {
	if m.remote != nil && o.Cast == nil {
		return screen.Kinds(start.Options{}) // the key has said who it is
	}
	options := start.Options{
		Become: func(id core.AccountID) tea.Cmd {
			actor := s.House.As(id)
			if o.Origin != "" {
				actor = actor.From(o.Origin)
			}
			return screen.SwitchTo(actor, m.wishes(), app.Page{})
		},
	}
	options.Why = m.cannotBe
	options.Begun = m.publishHouse
	if o.Cast == nil {
		options.Demo = func() tea.Cmd { return func() tea.Msg { openDemo(); return nil } }
		options.Where, _ = databasePath(m.given.DB)
		if options.Where != "" && m.given.As == "" { // a house in memory is gone, and so is its account
			options.Remember = m.rememberAndTell
		}
	}
	return screen.Kinds(options)
}

// rememberAndTell keeps the first account of a new house in config.toml, as init does.
func (m *Main) rememberAndTell(email string) (told string, ok bool) {
	done, faults := m.rememberAccount(email)
	if done {
		return m.configPath() + " remembers you as the account to act as.", true
	}
	for _, fault := range faults {
		told = strings.TrimSpace(told + " " + fault.Message + " " + fault.Next)
	}
	return told, len(faults) == 0
}

// loadKeys reads the keymap file. What is wrong in it is shown once at start; the defaults keep working.
func (m *Main) loadKeys(s *app.Session) {
	file := filepath.Join(m.Folders.Config, "keymap.toml")
	data, err := readLimited(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return
	case err != nil:
		s.KeyIssues = []keymap.Issue{{Text: "The keymap file cannot be read: " + pathCause(err).Error()}}
		return
	}
	s.Keys, s.KeyIssues = keymap.Parse([]byte(data))
}

// keepSweeping does what becomes due while the house is open: at the next due moment, and at least every minute (SW1).
func (m *Main) keepSweeping(ctx context.Context, h *core.House) {
	if h.ReadOnly() {
		return
	}
	next := m.sweep(ctx, h).Next
	for {
		wait := time.Minute
		if next != 0 {
			wait = min(max(next.Sub(h.Now()), time.Second), time.Minute)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
			next = m.sweep(ctx, h).Next
			m.logCheckpoint(ctx, h, m.checkpoints, false)
		}
	}
}

// localFrames is how often the interface looks for something to draw, in frames a second. The clock of frames runs also
// when nothing is drawn: from 75 on it alone takes 1 % of a core, and an idle interface is to take less.
const localFrames = 60

// Package driver runs the terminal application inside a test: it types keys, runs commands until nothing is left to
// do, moves the clock, and reads frames as plain text. There is no terminal, no goroutine and no sleep, so a test is
// exact and quick. Every frame is checked: as many lines as the terminal has, each exactly as wide.
//
//	d := driver.New(t, driver.Options{Session: s, Kinds: kinds, Width: 120, Height: 40})
//	d.Press("2", "A").Expect("Approve request 41?").Press("enter").Expect("Approved")
package driver

import (
	"context"
	"reflect"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
)

// Options say what is driven.
type Options struct {
	// Session needs no clock, timer or waiting: the driver gives its own.
	Session *app.Session
	Kinds   []*app.Kind
	Page    app.Page
	// Width and Height default to 120 by 40.
	Width, Height int
	// Clock is shared with the house of the test; nil makes one.
	Clock *Clock
}

// Driver is a running application.
type Driver struct {
	t       testing.TB
	m       *app.Model
	clock   *Clock
	w, h    int
	queue   []tea.Cmd
	timers  []timer
	waiting func(core.Changed) tea.Msg
	company *waitFor
	changes <-chan core.Changed
	quit    bool
	copied  string
}

type timer struct {
	at  time.Time
	msg tea.Msg
}

// Carry implements app.Carrier.
func (t timer) Carry(envelope func(tea.Msg) tea.Msg) tea.Msg { return timer{t.at, envelope(t.msg)} }

// steps is how many commands may follow one key before the driver believes in an endless loop.
const steps = 100_000

// New starts the application and runs it until it rests.
func New(t testing.TB, o Options) *Driver {
	t.Helper()
	if o.Width == 0 {
		o.Width, o.Height = 120, 40
	}
	if o.Clock == nil {
		o.Clock = NewClock()
	}
	d := &Driver{t: t, clock: o.Clock, w: o.Width, h: o.Height}
	o.Session.Now = o.Clock.Now
	o.Session.After = func(after time.Duration, msg tea.Msg) tea.Cmd {
		return func() tea.Msg { return timer{d.clock.at.Add(after), msg} }
	}
	o.Session.Await = func(_ context.Context, c <-chan core.Changed, msg func(core.Changed) tea.Msg) tea.Cmd {
		return func() tea.Msg { return waitFor{c, msg} }
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	d.m = app.New(ctx, o.Session, o.Kinds, o.Page)
	d.send(tea.WindowSizeMsg{Width: d.w, Height: d.h})
	d.queue = append(d.queue, d.m.Init())
	d.rest()
	return d
}

// waitFor is a wait of the application for a channel: the changes of the house, or who else has its record open.
type waitFor struct {
	from <-chan core.Changed
	msg  func(core.Changed) tea.Msg
}

// Model gives the root model.
func (d *Driver) Model() *app.Model { return d.m }

// Clock gives the clock.
func (d *Driver) Clock() *Clock { return d.clock }

// Page gives the page that is shown.
func (d *Driver) Page() app.Page { return d.m.Page() }

// Quit reports whether the application has ended.
func (d *Driver) Quit() bool { return d.quit }

// Copied gives what was put on the clipboard last.
func (d *Driver) Copied() string { return d.copied }

// Press presses keys by their names, as in a keymap file: "j", "enter", "ctrl+a", "space".
func (d *Driver) Press(keys ...string) *Driver {
	d.t.Helper()
	for _, k := range keys {
		d.send(Key(d.t, k))
		d.rest()
	}
	return d
}

// Type types a text, one key for each character.
func (d *Driver) Type(s string) *Driver {
	d.t.Helper()
	for _, r := range s {
		d.send(tea.KeyPressMsg{Code: r, Text: string(r)})
		d.rest()
	}
	return d
}

// Burst presses keys that arrive in one read, before anything that the first of them began has answered.
func (d *Driver) Burst(keys ...string) *Driver {
	d.t.Helper()
	for _, k := range keys {
		d.send(Key(d.t, k))
	}
	d.rest()
	return d
}

// Paste pastes a text.
func (d *Driver) Paste(s string) *Driver {
	d.t.Helper()
	d.send(tea.PasteMsg{Content: s})
	d.rest()
	return d
}

// Click clicks a cell of the terminal with the left button.
func (d *Driver) Click(x, y int) *Driver {
	d.t.Helper()
	d.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	d.rest()
	return d
}

// Wheel turns the mouse wheel over the body.
func (d *Driver) Wheel(down bool) *Driver {
	d.t.Helper()
	b := tea.MouseWheelUp
	if down {
		b = tea.MouseWheelDown
	}
	d.send(tea.MouseWheelMsg{X: d.w / 2, Y: d.h / 2, Button: b})
	d.rest()
	return d
}

// Send gives the application any message and lets it rest.
func (d *Driver) Send(msg tea.Msg) *Driver {
	d.t.Helper()
	d.send(msg)
	d.rest()
	return d
}

// Resize changes the size of the terminal.
func (d *Driver) Resize(w, h int) *Driver {
	d.t.Helper()
	d.w, d.h = w, h
	d.send(tea.WindowSizeMsg{Width: w, Height: h})
	d.rest()
	return d
}

// Advance moves the clock and lets every timer that became due fire, in order.
func (d *Driver) Advance(by time.Duration) *Driver {
	d.t.Helper()
	until := d.clock.at.Add(by)
	for range steps {
		next := -1
		for i, t := range d.timers {
			if !t.at.After(until) && (next < 0 || t.at.Before(d.timers[next].at)) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		t := d.timers[next]
		d.timers = append(d.timers[:next], d.timers[next+1:]...)
		if t.at.After(d.clock.at) {
			d.clock.at = t.at
		}
		d.send(t.msg)
		d.rest()
	}
	d.clock.at = until
	return d
}

// Changed tells the application that somebody changed the house, nobody knows what, and lets the reload happen.
func (d *Driver) Changed() *Driver {
	d.t.Helper()
	return d.changed(core.Changed{All: true})
}

func (d *Driver) changed(what core.Changed) *Driver {
	d.t.Helper()
	if d.waiting == nil {
		d.t.Fatal("the application does not wait for changes: the session has no Changes")
	}
	msg := d.waiting
	d.waiting = nil
	d.send(msg(what))
	d.rest()
	return d.Advance(250 * time.Millisecond)
}

// Waiting gives the message by which a change is announced, for tests that announce many at once.
func (d *Driver) Waiting() tea.Msg {
	d.t.Helper()
	if d.waiting == nil {
		d.t.Fatal("the application does not wait for changes: the session has no Changes")
	}
	return d.waiting(core.Changed{All: true})
}

// Wake lets the application see who came to the record that is open, or left it.
func (d *Driver) Wake() *Driver {
	d.t.Helper()
	if d.company == nil {
		return d
	}
	select {
	case c := <-d.company.from:
		msg := d.company.msg(c)
		d.company = nil
		return d.Send(msg)
	default:
		return d
	}
}

// AwaitChange waits for a real change from the channel of the session, for at most two seconds, and lets the reload
// happen.
func (d *Driver) AwaitChange() *Driver {
	d.t.Helper()
	limit, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	select {
	case what := <-d.changes:
		return d.changed(what)
	case <-limit.Done():
		d.t.Fatal("no change arrived")
	}
	return d
}

func (d *Driver) send(msg tea.Msg) {
	d.t.Helper()
	_, cmd := d.m.Update(msg)
	d.queue = append(d.queue, cmd)
	d.check()
}

// rest runs commands until nothing is left to do.
func (d *Driver) rest() {
	d.t.Helper()
	for range steps {
		if len(d.queue) == 0 {
			return
		}
		cmd := d.queue[0]
		d.queue = d.queue[1:]
		if cmd != nil {
			d.take(cmd())
		}
	}
	d.t.Fatal("the application does not come to rest")
}

var cmds = reflect.TypeFor[[]tea.Cmd]()

func (d *Driver) take(msg tea.Msg) {
	d.t.Helper()
	switch msg := msg.(type) {
	case nil:
		return
	case tea.BatchMsg:
		d.queue = append(d.queue, msg...)
		return
	case tea.QuitMsg:
		d.quit = true
		return
	case timer:
		d.timers = append(d.timers, msg)
		return
	case waitFor:
		if msg.from == d.m.Session().Changes {
			d.waiting, d.changes = msg.msg, msg.from
			return
		}
		d.company = &msg
		return
	}
	if t := reflect.TypeOf(msg); t.PkgPath() == "charm.land/bubbletea/v2" {
		switch {
		case t.ConvertibleTo(cmds):
			list, _ := reflect.ValueOf(msg).Convert(cmds).Interface().([]tea.Cmd)
			d.queue = append(append([]tea.Cmd(nil), list...), d.queue...)
			return
		case t.Name() == "setClipboardMsg":
			d.copied = reflect.ValueOf(msg).String()
			return
		case t.Name() == "windowSizeMsg":
			d.send(tea.WindowSizeMsg{Width: d.w, Height: d.h})
			return
		}
	}
	d.send(msg)
}

package app

import (
	"fmt"
	"reflect"
	"runtime/debug"

	tea "charm.land/bubbletea/v2"
)

// address says whose command an answer belongs to: a screen, or a card of it.
type address struct{ screen, card uint64 }

// addressed is the envelope of every answer. Answers for screens and cards that are gone are dropped.
type addressed struct {
	to  address
	msg tea.Msg
}

// Carrier is an answer that brings another one later, such as a timer of the test driver. Carry returns the carrier with
// its load put into an envelope.
type Carrier interface {
	Carry(envelope func(tea.Msg) tea.Msg) tea.Msg
}

// panicked is the answer of a command that panicked.
type panicked struct {
	value string
	stack string
}

// rootMsg is a message of the root itself: it reaches the root also out of the command of an action, whose answers belong
// to the screen.
type rootMsg interface{ root() }

func (toastMsg) root()     {}
func (noteMsg) root()      {}
func (quietMsg) root()     {}
func (disarmMsg) root()    {}
func (countsMsg) root()    {}
func (restedMsg) root()    {}
func (numbersMsg) root()   {}
func (recheckedMsg) root() {}

// wrap puts the answers of a command into envelopes and turns a panic into a message. Batches and sequences are wrapped
// inside; messages of the framework itself pass.
func wrap(to address, cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (out tea.Msg) {
		defer func() {
			if r := recover(); r != nil {
				out = addressed{to, panicked{fmt.Sprint(r), string(debug.Stack())}}
			}
		}()
		return envelope(to, cmd())
	}
}

var cmdsType = reflect.TypeFor[[]tea.Cmd]()

func envelope(to address, msg tea.Msg) tea.Msg {
	switch msg := msg.(type) {
	case nil:
		return nil
	case tea.BatchMsg:
		out := make(tea.BatchMsg, len(msg))
		for i, c := range msg {
			out[i] = wrap(to, c)
		}
		return out
	case addressed, rootMsg:
		return msg
	case Carrier:
		return msg.Carry(func(inner tea.Msg) tea.Msg { return envelope(to, inner) })
	}
	t := reflect.TypeOf(msg)
	if t.PkgPath() != "charm.land/bubbletea/v2" {
		return addressed{to, msg}
	}
	if t.ConvertibleTo(cmdsType) { // a sequence, whose type the framework keeps to itself
		cmds, _ := reflect.ValueOf(msg).Convert(cmdsType).Interface().([]tea.Cmd)
		out := make([]tea.Cmd, len(cmds))
		for i, c := range cmds {
			out[i] = wrap(to, c)
		}
		return tea.Sequence(out...)()
	}
	return msg
}

// from wraps a command of a screen.
func (m *Model) from(c *slot, cmd tea.Cmd) tea.Cmd { return wrap(address{screen: c.env.id}, cmd) }

// find returns the live screen of an id, or nil.
func (m *Model) find(id uint64) *slot {
	for _, c := range m.cache {
		if c.env.id == id {
			return c
		}
	}
	return nil
}

// guard runs a method of a screen and takes the screen out of use when it panics.
func guard(c *slot, f func()) {
	if c.crashed != "" {
		return
	}
	defer func() {
		if r := recover(); r != nil {
			c.crashed = fmt.Sprint(r)
			c.env.Session.Log.Error("A screen failed", "page", c.page.String(), "panic", c.crashed, "stack", string(debug.Stack()))
			if c.screen == nil {
				c.screen = nothing{}
			}
		}
	}()
	f()
}

package app

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/card"
	"gatehouse/tui/problem"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

type toastLevel uint8

const (
	kindInfo toastLevel = iota
	kindSuccess
	kindWarning
	kindError
)

// toastTime is how long a toast stays; errors stay until a key.
const toastTime = 4 * time.Second

const logSize = 200

// entry is one message of the log.
type entry struct {
	at   time.Time
	kind toastLevel
	text string
}

// toasts holds the shown toast and the log of all.
type toasts struct {
	id    uint64
	shown bool
	now   entry // the shown one
	err   error // what the shown one is about, nil for what is no error
	here  bool  // the shown one explains a key of this page, and leaves with it
	log   []entry
	note  entry  // what the guide tells, below the toast; without text for nothing
	notes uint64 // number of the note
}

type (
	toastMsg struct{ id uint64 }
	noteMsg  struct{ id uint64 }
)

// noteTime is how long a note of the guide stays.
const noteTime = 6 * time.Second

func (t *toasts) forget(id uint64) {
	if t.notes == id {
		t.note = entry{}
	}
}

// toast shows a message and logs it.
func (m *Model) toast(kind toastLevel, s string) tea.Cmd {
	if s == "" {
		return nil
	}
	t := &m.toasts
	if n := len(t.log); kind == kindInfo && t.shown && n > 0 && t.log[n-1].kind == kindError {
		// What only informs does not take away an error that nobody has read: keys do that, and this came by itself.
		t.log = slices.Insert(t.log, n-1, entry{m.s.Now(), kind, s})
		return nil
	}
	t.id++
	t.shown, t.err, t.here = true, nil, false
	t.now = entry{m.s.Now(), kind, s}
	t.log = append(t.log, t.now)
	if len(t.log) > logSize {
		t.log = t.log[len(t.log)-logSize:]
	}
	if kind == kindError {
		return nil
	}
	return m.s.After(toastTime, toastMsg{t.id})
}

// fail shows an error with its next step. What only the log may know goes there.
func (m *Model) fail(err error) tea.Cmd {
	p := problem.From(err)
	if p.Internal {
		m.s.Log.Error("Internal error", "error", err)
	}
	cmd := m.toast(kindError, p.Text())
	m.toasts.err = err
	return cmd
}

func (t *toasts) expire(id uint64) {
	if t.id == id {
		t.shown = false
	}
}

// key takes an error away: it was read.
func (t *toasts) key() {
	if t.shown && t.now.kind == kindError {
		t.shown = false
	}
}

func (k toastLevel) role() theme.Role {
	switch k {
	case kindSuccess:
		return theme.Success
	case kindWarning:
		return theme.Warning
	case kindError:
		return theme.Danger
	default:
		return theme.Info
	}
}

func (k toastLevel) glyph(g theme.Glyphs) string {
	switch k {
	case kindSuccess:
		return g.Done
	case kindWarning:
		return g.Warn
	case kindError:
		return g.Failed
	default:
		return g.Dot
	}
}

// lines draws the toast for a width, at most three lines, and the note below it in one.
func (t *toasts) lines(look *theme.Look, w int) []string {
	lines := t.toastLines(look, w)
	if n := t.note; n.text != "" {
		lines = append(lines, look.Paint(n.kind.role(), text.Cut(n.kind.glyph(look.Glyphs)+" "+n.text, max(w-4, 10))))
	}
	return lines
}

func (t *toasts) toastLines(look *theme.Look, w int) []string {
	if !t.shown {
		return nil
	}
	e := t.now
	parts := text.Wrap(e.kind.glyph(look.Glyphs)+" "+e.text, max(w-4, 10))
	if len(parts) > 3 {
		parts = parts[:3]
		parts[2] = text.Cut(parts[2]+" "+text.Ellipsis, max(w-4, 10))
	}
	for i, p := range parts {
		parts[i] = look.Paint(e.kind.role(), p)
	}
	return parts
}

// messages is the card with the log, newest first.
func (m *Model) messages() tea.Cmd {
	log := m.toasts.log
	return card.Show(&card.Text{Heading: "Messages", Wide: true, Render: func(look *theme.Look, w int) []string {
		var out []string
		for i := len(log) - 1; i >= 0; i-- {
			e := log[i]
			for j, l := range text.Wrap(e.text, max(w-11, 10)) {
				at := "        "
				if j == 0 {
					at = e.at.Format("15:04:05")
				}
				out = append(out, look.Paint(theme.Faint, at)+" "+look.Paint(e.kind.role(), l))
			}
		}
		if len(out) == 0 {
			out = []string{look.Paint(theme.Faint, "Nothing has been said yet.")}
		}
		return out
	}})
}

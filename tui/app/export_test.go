package app

import (
	"io"

	tea "charm.land/bubbletea/v2"
)

// Orphan puts an answer into the envelope of a screen that is gone.
func Orphan(msg tea.Msg) tea.Msg { return addressed{address{screen: 1 << 60}, msg} }

// ToShown puts an answer into the envelope of the shown screen.
func ToShown(m *Model, msg tea.Msg) tea.Msg { return addressed{address{screen: m.cur.env.id}, msg} }

// Thrifty puts the last stage of Run before an output.
func Thrifty(m *Model, in io.Reader, w io.Writer) io.Writer {
	out, saver := newThrift(in, w)
	m.resized = saver.resize
	return out
}

package app

import tea "charm.land/bubbletea/v2"

// Orphan puts an answer into the envelope of a screen that is gone.
func Orphan(msg tea.Msg) tea.Msg { return addressed{address{screen: 1 << 60}, msg} }

// ToShown puts an answer into the envelope of the shown screen.
func ToShown(m *Model, msg tea.Msg) tea.Msg { return addressed{address{screen: m.cur.env.id}, msg} }

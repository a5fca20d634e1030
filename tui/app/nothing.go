package app

import (
	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
)

// nothing stands in for a screen that could not be made.
type nothing struct{}

func (nothing) Init() tea.Cmd             { return nil }
func (nothing) Update(tea.Msg) tea.Cmd    { return nil }
func (nothing) View(layout.Rect) string   { return "" }
func (nothing) Actions() []*keymap.Action { return nil }
func (nothing) Title() []string           { return nil }

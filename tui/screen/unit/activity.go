package unit

import (
	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/screen/activity"
)

// Activity is the log of a unit as a tab of its page.
type Activity struct {
	*activity.Screen
	env  *app.Env
	head Head
}

// NewActivity makes the tab.
func NewActivity(e *app.Env, ref core.Unit) *Activity {
	h := Head{Ref: ref}
	return &Activity{Screen: activity.New(e, ref, h.Title()...), env: e, head: h}
}

// Init implements app.Screen.
func (s *Activity) Init() tea.Cmd { return tea.Batch(s.Screen.Init(), Load(s.env, s.head.Ref)) }

// Refresh implements app.Refresher.
func (s *Activity) Refresh() tea.Cmd { return tea.Batch(s.Screen.Refresh(), Load(s.env, s.head.Ref)) }

// Update implements app.Screen.
func (s *Activity) Update(msg tea.Msg) tea.Cmd {
	if s.head.Take(msg) {
		s.SetTitle(s.head.Title()...)
		return nil
	}
	return s.Screen.Update(msg)
}

// TabCount implements app.Counter.
func (s *Activity) TabCount(tab string) string { return s.head.TabCount(tab) }

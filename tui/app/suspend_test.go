package app

import (
	"testing"

	tea "charm.land/bubbletea/v2"
)

// ctrl+z stops the process where cmd says how, and is a key like any other where it does not: on a server nobody stops the
// process of all.
func TestSuspendIsForOneProcess(t *testing.T) {
	key := tea.KeyPressMsg{Code: 'z', Mod: tea.ModCtrl}
	stopped := tea.SuspendMsg{}
	if got := (RunOptions{Suspend: func() tea.Msg { return stopped }}).filter(nil, key); got != stopped {
		t.Errorf("%T", got)
	}
	if got := (RunOptions{}).filter(nil, key); got != tea.Msg(key) {
		t.Errorf("%T", got)
	}
	if _, ok := (RunOptions{}).filter(nil, stopped).(tea.ResumeMsg); !ok {
		t.Error("a message stops the process of a server")
	}
}

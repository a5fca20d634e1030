package driver

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/keymap"
)

// Key makes the message of a key by its name.
func Key(t testing.TB, name string) tea.KeyPressMsg {
	t.Helper()
	n, ok := keymap.Normal(name)
	if !ok {
		t.Fatalf("%q is not a key", name)
	}
	var k tea.KeyPressMsg
	base := n
	for {
		switch {
		case len(base) > 5 && strings.HasPrefix(base, "ctrl+"):
			k.Mod |= tea.ModCtrl
			base = base[5:]
			continue
		case len(base) > 4 && strings.HasPrefix(base, "alt+"):
			k.Mod |= tea.ModAlt
			base = base[4:]
			continue
		case len(base) > 6 && strings.HasPrefix(base, "shift+"):
			k.Mod |= tea.ModShift
			base = base[6:]
			continue
		}
		break
	}
	if code, named := codes[base]; named {
		k.Code = code
		if base == "space" && k.Mod == 0 {
			k.Text = " "
		}
		return k
	}
	r := []rune(base)[0]
	k.Code = r
	if k.Mod == 0 {
		k.Text = base
	}
	return k
}

var codes = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "space": tea.KeySpace, "backspace": tea.KeyBackspace,
	"delete": tea.KeyDelete, "insert": tea.KeyInsert, "home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp,
	"pgdown": tea.KeyPgDown, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
	"f1": tea.KeyF1, "f2": tea.KeyF2, "f3": tea.KeyF3, "f4": tea.KeyF4, "f5": tea.KeyF5, "f6": tea.KeyF6,
}

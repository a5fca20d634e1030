package card

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// input is the smallest text field: append, delete, clear. Real fields live in package form.
type input struct{ runes []rune }

const inputLimit = 200

func (i *input) text() string { return string(i.runes) }

func (i *input) insert(s string) {
	for _, r := range strings.ReplaceAll(s, "\n", " ") {
		if r >= ' ' && r != utf8.RuneError && len(i.runes) < inputLimit {
			i.runes = append(i.runes, r)
		}
	}
}

func (i *input) key(msg tea.KeyPressMsg) {
	switch msg.String() {
	case "backspace":
		if n := len(i.runes); n > 0 {
			i.runes = i.runes[:n-1]
		}
	case "ctrl+u":
		i.runes = i.runes[:0]
	default:
		i.insert(msg.Text)
	}
}

func (i *input) view(look *theme.Look, w int, focused bool) string {
	s := text.Clean(i.text())
	if over := text.Width(s) - (w - 3); over > 0 {
		s = "…" + tail(s, w-4)
	}
	prompt := "  "
	if focused {
		prompt = look.Paint(theme.Marker, look.Glyphs.Cursor) + " "
		s += look.Paint(theme.Focus, " ")
	}
	return prompt + s
}

// tail returns the last characters of s that fit into w cells.
func tail(s string, w int) string {
	for s != "" && text.Width(s) > w {
		_, size := utf8.DecodeRuneInString(s)
		s = s[size:]
	}
	return s
}

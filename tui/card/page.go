package card

import (
	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Text shows a text that may be longer than the card: explanations, logs, what could not be copied. Any of q, esc and
// enter closes it.
type Text struct {
	Heading string
	// Paragraphs come from people or records; they are cleaned and wrapped.
	Paragraphs []string
	// Render, when set, is used instead of Paragraphs and returns painted lines of at most w cells.
	Render func(look *theme.Look, w int) []string
	// Wide wishes for the whole width.
	Wide bool

	top, rows, total int
}

// Title implements Card.
func (t *Text) Title() string { return t.Heading }

// Captures implements Card.
func (t *Text) Captures() bool { return false }

// Update implements Card.
func (t *Text) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch k.String() {
	case "esc", "q", "h", "left", "enter":
		return Finish(t, nil)
	case "j", "down":
		t.top++
	case "k", "up":
		t.top--
	case "ctrl+d":
		t.top += t.rows / 2
	case "ctrl+u":
		t.top -= t.rows / 2
	case "ctrl+f", "pgdown", "space":
		t.top += t.rows
	case "ctrl+b", "pgup":
		t.top -= t.rows
	case "g", "home":
		t.top = 0
	case "G", "end":
		t.top = t.total
	}
	t.top = max(min(t.top, t.total-t.rows), 0)
	return nil
}

// View implements Card.
func (t *Text) View(look *theme.Look, w, h int) Body {
	width := min(w, 76)
	if t.Wide {
		width = w
	}
	var lines []string
	if t.Render != nil {
		lines = t.Render(look, width)
	} else {
		for i, p := range t.Paragraphs {
			if i > 0 {
				lines = append(lines, "")
			}
			lines = append(lines, text.Wrap(p, width)...)
		}
	}
	t.total, t.rows = len(lines), max(h, 1)
	t.top = max(min(t.top, t.total-t.rows), 0)
	foot := "esc close"
	if t.total > t.rows {
		foot = "j k scroll  esc close"
		lines = lines[t.top:min(t.top+t.rows, t.total)]
	}
	return Body{Lines: lines, Width: width, Foot: foot, Below: t.total - t.top - len(lines)}
}

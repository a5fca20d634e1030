package card

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Item is one line of a menu.
type Item struct {
	Label, Note string
	// Answer is delivered to the screen when the item is chosen.
	Answer tea.Msg
	// Disabled says why the item cannot be chosen, or is empty.
	Disabled string
}

// Menu lets people choose one of a few things. It scrolls when they do not fit.
type Menu struct {
	Heading string
	Items   []Item
	// Cursor is the item to start on.
	Cursor int
	// StillThere, when set, is asked after changes of the house; its error closes the menu with its words.
	StillThere func(ctx context.Context) error

	env  Env
	top  int
	rows int // items of the last View
	hint string
}

// Title implements Card.
func (m *Menu) Title() string { return m.Heading }

// Captures implements Card.
func (m *Menu) Captures() bool { return false }

// Check implements Checker.
func (m *Menu) Check(ctx context.Context) error {
	if m.StillThere == nil {
		return nil
	}
	return m.StillThere(ctx)
}

// Start implements Starter.
func (m *Menu) Start(env Env) tea.Cmd { m.env = env; return nil }

// Update implements Card.
func (m *Menu) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok || len(m.Items) == 0 {
		if ok {
			return Finish(m, nil)
		}
		return nil
	}
	m.hint = ""
	switch key := k.String(); key {
	case "esc", "q", "h", "left":
		return Finish(m, nil)
	case "j", "down", "tab":
		m.Cursor = (m.Cursor + 1) % len(m.Items)
	case "k", "up", "shift+tab":
		m.Cursor = (m.Cursor + len(m.Items) - 1) % len(m.Items)
	case "g", "home":
		m.Cursor = 0
	case "G", "end":
		m.Cursor = len(m.Items) - 1
	case "enter", "l", "right":
		return m.choose(m.Cursor)
	default:
		if len(key) == 1 && key[0] >= '1' && key[0] <= '9' && int(key[0]-'1') < len(m.Items) {
			m.Cursor = int(key[0] - '1')
			return m.choose(m.Cursor)
		}
	}
	return nil
}

func (m *Menu) choose(i int) tea.Cmd {
	it := m.Items[i]
	if it.Disabled != "" {
		m.hint = it.Disabled
		return nil
	}
	return Finish(m, it.Answer)
}

// View implements Card.
func (m *Menu) View(look *theme.Look, w, h int) Body {
	label, note := 0, 0
	for _, it := range m.Items {
		label = max(label, text.Width(text.Clean(it.Label)))
		note = max(note, text.Width(text.Clean(it.Note)))
	}
	label = min(label, w-2)
	if note > 0 {
		note = min(note, max(w-label-4, 0))
	}
	rows := max(h, 1)
	var hint []string
	if m.hint != "" {
		hint = text.Wrap(m.hint, max(w, 10))
		rows = max(rows-1-len(hint), 1)
	}
	if m.Cursor < m.top {
		m.top = m.Cursor
	}
	if m.Cursor >= m.top+rows {
		m.top = m.Cursor - rows + 1
	}
	var lines []string
	for i := m.top; i < len(m.Items) && i < m.top+rows; i++ {
		it := m.Items[i]
		mark, role := " ", theme.Plain
		if i == m.Cursor {
			mark, role = look.Paint(theme.Marker, look.Glyphs.Cursor), theme.Strong
		}
		if it.Disabled != "" {
			role = theme.Faint
		}
		line := mark + " " + look.Paint(role, text.Fit(text.Clean(it.Label), label))
		if note > 0 {
			line += "  " + look.Paint(theme.Faint, text.Cut(text.Clean(it.Note), note))
		}
		lines = append(lines, line)
	}
	m.rows = len(lines)
	width := label + 2
	if note > 0 {
		width += note + 2
	}
	if len(hint) > 0 {
		lines = append(lines, "")
	}
	for _, l := range hint {
		lines = append(lines, look.Paint(theme.Warning, l))
		width = max(width, text.Width(l))
	}
	return Body{Lines: lines, Width: max(width, 24), Foot: "enter choose  esc cancel"}
}

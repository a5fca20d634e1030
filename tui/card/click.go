package card

import (
	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/keymap"
	"gatehouse/tui/text"
)

// Clicker is a card that takes mouse clicks, in cells from the top left corner of its body as it was drawn last.
type Clicker interface {
	Click(x, y int) tea.Cmd
}

// ButtonAt gives the button of a row of buttons that column x lies on, or -1. Buttons are drawn by PaintButton with two
// cells between them.
func ButtonAt(x int, labels ...string) int {
	from := 0
	for i, label := range labels {
		to := from + text.Width(text.Clean(label)) + 4
		if x >= from && x < to {
			return i
		}
		from = to + 2
	}
	return -1
}

// Click implements Clicker: the item under the pointer is chosen.
func (m *Menu) Click(_, y int) tea.Cmd {
	y -= m.above
	if i := m.top + y; y >= 0 && i < len(m.Items) && y < m.rows {
		m.hint = ""
		m.Cursor = i
		return m.choose(i)
	}
	return nil
}

// Click implements Clicker. A button does what it says; where that destroys, the first click only moves the focus, so
// that one slip decides nothing.
func (c *Confirm) Click(x, y int) tea.Cmd {
	if c.busy {
		return nil
	}
	c.hint = ""
	if y != c.buttonLine {
		if c.Type != "" && y == c.typeLine {
			c.focus = -1
		}
		return nil
	}
	labels := make([]string, len(c.Buttons))
	for i, b := range c.Buttons {
		labels[i] = b.Label
	}
	i := ButtonAt(x, labels...)
	switch {
	case i < 0:
		return nil
	case c.Danger == keymap.Destructive && !c.Buttons[i].Cancel && c.focus != i:
		if !c.named() {
			return c.press(c.Buttons[i]) // says what to type first
		}
		c.focus, c.hint = i, "Click again, or press enter."
		return nil
	}
	c.focus = i
	return c.press(c.Buttons[i])
}

// Click implements Clicker, as for Confirm.
func (b *Bulk) Click(x, y int) tea.Cmd {
	if b.stage == running || y != b.buttonLine {
		return nil
	}
	yes, no := b.labels()
	if len(b.open()) == 0 {
		if ButtonAt(x, no) == 0 {
			return b.close()
		}
		return nil
	}
	switch ButtonAt(x, yes, no) {
	case 0:
		if b.Danger == keymap.Destructive && b.focus != 0 {
			b.focus = 0
			return nil
		}
		b.focus = 0
		return b.start()
	case 1:
		return b.close()
	}
	return nil
}

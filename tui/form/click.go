package form

import (
	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
)

// button is the word on the button that sends.
func (f *Form) button() string {
	if f.Button == "" {
		return "Save"
	}
	return f.Button
}

// Click implements card.Clicker: a field takes the focus, a choice or toggle that has it goes on to its next value, a
// button does what it says. Where that destroys, the first click only moves the focus.
func (f *Form) Click(x, y int) tea.Cmd {
	if f.busy {
		return nil
	}
	f.leaving = false
	if y == f.buttonLine {
		return f.clickButton(x)
	}
	if y >= f.shown {
		return nil
	}
	y += f.top
	for i, r := range f.rows {
		if y < r[0] || y >= r[1] {
			continue
		}
		if k := f.Fields[i].Kind; i == f.at && (k == Choice || k == Toggle) {
			return f.key(tea.KeyPressMsg{Code: tea.KeyRight})
		}
		return f.move(i)
	}
	return nil
}

func (f *Form) clickButton(x int) tea.Cmd {
	labels := []string{f.button(), "Cancel"}
	if f.Inline {
		labels = labels[:1]
	}
	i := card.ButtonAt(x, labels...)
	at := len(f.Fields) + i
	switch {
	case i < 0:
		return nil
	case i == 1:
		return f.escape(false)
	case f.Danger == keymap.Destructive && f.at != at:
		return f.move(at)
	}
	return tea.Batch(f.move(at), f.send())
}

package app

import (
	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/card"
)

// mouse routes clicks and the wheel. Everything it can do, keys can do too.
func (m *Model) mouse(msg tea.MouseMsg) tea.Cmd {
	if !m.s.Mouse || m.frame.TooSmall {
		return nil
	}
	at := msg.Mouse()
	switch msg.(type) {
	case tea.MouseWheelMsg:
		by := 3
		if at.Button == tea.MouseWheelUp {
			by = -3
		}
		return m.wheel(by)
	case tea.MouseClickMsg:
		if at.Button == tea.MouseLeft {
			return m.click(at.X, at.Y)
		}
	}
	return nil
}

func (m *Model) wheel(by int) tea.Cmd {
	if top := m.topCard(); top != nil {
		key := tea.KeyPressMsg{Code: tea.KeyDown}
		if by < 0 {
			key = tea.KeyPressMsg{Code: tea.KeyUp}
		}
		return m.toCard(top, key)
	}
	w, ok := m.cur.screen.(Wheeler)
	if !ok || m.cur.crashed != "" {
		return nil
	}
	var cmd tea.Cmd
	guard(m.cur, func() { cmd = w.Wheel(by) })
	return m.from(m.cur, cmd)
}

func (m *Model) click(x, y int) tea.Cmd {
	if top := m.topCard(); top != nil {
		return m.clickCard(top, x, y)
	}
	if len(m.cards) > 0 {
		return nil
	}
	f := m.frame
	switch {
	case f.Rail.Contains(x, y):
		if i := y - f.Rail.Y; i < len(m.rail) {
			return m.open(Page{Kind: m.rail[i].Name})
		}
	case f.Tabs.Contains(x, y):
		return m.clickTab(x)
	case f.Hint.Contains(x, y):
		return m.clickHint(x)
	case f.Body.Contains(x, y):
		c, ok := m.cur.screen.(Clicker)
		if !ok || m.cur.crashed != "" {
			return nil
		}
		var cmd tea.Cmd
		guard(m.cur, func() { cmd = c.Click(x-f.Body.X, y-f.Body.Y) })
		return m.from(m.cur, cmd)
	}
	return nil
}

func (m *Model) clickTab(x int) tea.Cmd {
	for _, s := range m.painter.tabs {
		if x >= s.from && x < s.to {
			p := m.cur.page.place()
			p.Tab = s.tab
			return m.show(p)
		}
	}
	return nil
}

func (m *Model) clickHint(x int) tea.Cmd {
	for _, s := range m.painter.spots {
		if x >= s.from && x < s.to {
			return m.run(s.action, "mouse")
		}
	}
	return nil
}

// clickCard gives a click to the top card. Like the key that opened a card, the click that opened it decides nothing:
// what comes at the same place before the card was drawn is not for it.
func (m *Model) clickCard(top *shownCard, x, y int) tea.Cmd {
	c, ok := top.card.(card.Clicker)
	if !ok || !top.body.Contains(x, y) {
		return nil
	}
	return wrap(address{top.owner.env.id, top.id}, c.Click(x-top.body.X, y-top.body.Y))
}

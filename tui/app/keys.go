package app

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/problem"
)

// disarmMsg ends the wait for a second ctrl+c.
type disarmMsg struct{ arming uint64 }

// quitWindow is how long a second ctrl+c quits.
const quitWindow = 2 * time.Second

// key routes one key press.
func (m *Model) key(k tea.KeyPressMsg) tea.Cmd {
	key := k.String()
	if key == "ctrl+c" {
		return m.interrupt()
	}
	if m.frame.TooSmall {
		if key == "q" || key == "esc" {
			return tea.Quit
		}
		return nil
	}
	if cmd, done := m.reportKey(key); done {
		return cmd
	}
	m.toasts.key()
	if top := m.topCard(); top != nil {
		return m.toCard(top, k)
	}
	if len(m.cards) > 0 {
		return tea.Batch(m.noise(), m.pageKey(k, key))
	}
	return m.pageKey(k, key)
}

// pageKey gives a key to the page: its focused input, an action, or the screen.
func (m *Model) pageKey(k tea.KeyPressMsg, key string) tea.Cmd {
	c := m.cur
	if c.crashed != "" {
		return m.crashedKey(key)
	}
	if cap, ok := c.screen.(Capturer); ok && cap.Captures() {
		return m.update(c, k)
	}
	if a := m.keys().Find(key); a != nil && a.Shown() {
		return m.run(a, key)
	}
	return m.update(c, k)
}

func (m *Model) update(c *slot, msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		m.opener = k.String()
	}
	var cmd tea.Cmd
	guard(c, func() { cmd = c.screen.Update(msg) })
	return m.from(c, cmd)
}

// crashedKey serves a page whose screen failed: it can be left and made anew.
func (m *Model) crashedKey(key string) tea.Cmd {
	if key == "r" {
		p := m.cur.page
		m.drop(m.cur)
		return m.show(p)
	}
	if a := m.s.Keys.Index(m.global).Find(key); a != nil {
		return m.run(a, key)
	}
	return nil
}

func (m *Model) drop(c *slot) {
	for i, x := range m.cache {
		if x == c {
			m.cache = append(m.cache[:i], m.cache[i+1:]...)
			c.env.cancel()
			return
		}
	}
}

// run carries out an action, or says why not. opener is the key, which then confirms nothing.
func (m *Model) run(a *keymap.Action, opener string) tea.Cmd {
	c := m.cur
	m.opener = opener
	if c.crashed != "" { // only the root's own actions are left, and they do not ask the screen
		return m.from(c, a.Run())
	}
	var cmd tea.Cmd
	var why error
	guard(c, func() {
		if why = a.Allowed(c.targets()); why == nil && a.Run != nil {
			cmd = a.Run()
		}
	})
	if why != nil {
		cmd := m.toast(kindWarning, problem.From(why).Text())
		m.toasts.err, m.toasts.here = why, true
		return cmd
	}
	return m.from(c, cmd)
}

// interrupt is ctrl+c: it cancels what is open, else it quits when pressed twice.
func (m *Model) interrupt() tea.Cmd {
	if n := len(m.cards); n > 0 {
		m.cards = m.cards[:n-1]
		return nil
	}
	if m.armed {
		return tea.Quit
	}
	if b, ok := m.cur.screen.(Backer); ok && m.cur.crashed == "" && !m.frame.TooSmall {
		var cmd tea.Cmd
		stepped := false
		guard(m.cur, func() { cmd, stepped = b.Back() })
		if stepped {
			return m.from(m.cur, cmd)
		}
	}
	m.arming++
	m.armed = true
	return tea.Batch(m.s.After(quitWindow, disarmMsg{m.arming}), m.toast(kindInfo, "Press ctrl+c again to quit."))
}

// escape takes one step out of the screen's own modes, else leaves the page.
func (m *Model) escape() tea.Cmd {
	if b, ok := m.cur.screen.(Backer); ok && m.cur.crashed == "" {
		var cmd tea.Cmd
		stepped := false
		guard(m.cur, func() { cmd, stepped = b.Back() })
		if stepped {
			return m.from(m.cur, cmd)
		}
	}
	if m.cur.kind.Rail > 0 {
		return nil
	}
	return m.back()
}

// leave is q: back, or at the root the question whether to quit.
func (m *Model) leave() tea.Cmd {
	if m.cur.kind.Rail == 0 && len(m.rail) > 0 && (!m.cur.kind.Alone || len(m.history) > 0) {
		return m.back()
	}
	body := "What you decided is saved."
	if m.s.Demo && !m.s.Kept {
		body = "This demo house is thrown away when you leave."
	}
	return m.from(m.cur, card.Show(&card.Confirm{
		Heading: "Quit " + m.s.Product + "?", Body: []string{body},
		Buttons: []card.Button{{Label: "Quit", Answer: Quit{}}},
	}))
}

// pasteMost is how many bytes of a paste are taken: more than the longest text that core takes.
const pasteMost = 64 << 10

// paste hands a paste to whatever takes text now. What is too long is cut, and told (trust-C6).
func (m *Model) paste(p tea.PasteMsg) tea.Cmd {
	if m.frame.TooSmall {
		return nil
	}
	var told tea.Cmd
	if len(p.Content) > pasteMost {
		p.Content = strings.ToValidUTF8(p.Content[:pasteMost], "")
		told = m.toast(kindWarning, "The pasted text was cut: only its first 64 KiB are taken.")
	}
	if top := m.topCard(); top != nil {
		return tea.Batch(m.toCard(top, p), told)
	}
	if c, ok := m.cur.screen.(Capturer); ok && m.cur.crashed == "" && c.Captures() {
		return tea.Batch(m.update(m.cur, p), told)
	}
	return nil
}

package app

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/card"
	"gatehouse/tui/layout"
	"gatehouse/tui/list"
	"gatehouse/tui/theme"
)

// Update implements tea.Model. The order is fixed (architecture.md, tui): session messages, top card, focused text
// input, global and screen keys, addressed results, change events.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if m.sessionMsg(msg) {
		return m, nil
	}
	cmd := m.route(msg)
	m.attend()
	if m.s.Guide == nil {
		return m, cmd
	}
	return m, tea.Batch(cmd, m.guided())
}

func (m *Model) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return m.key(msg)
	case tea.PasteMsg:
		return m.paste(msg)
	case tea.MouseMsg:
		return m.mouse(msg)
	case addressed:
		return m.deliver(msg)
	}
	return m.own(msg)
}

// sessionMsg takes what the terminal says about itself.
func (m *Model) sessionMsg(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = layout.Size(msg.Width, msg.Height)
		if m.resized != nil {
			m.resized(msg.Width, msg.Height)
		}
		m.relayout()
	case tea.BackgroundColorMsg:
		m.s.light = !msg.IsDark()
		m.s.relook()
	case tea.ColorProfileMsg:
		m.s.Profile = msg.String()
	default:
		return false
	}
	return true
}

// own takes the root's own messages.
func (m *Model) own(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case changedMsg:
		return m.changed(msg.what)
	case companyMsg:
		m.s.Company = m.seat.Company()
		return m.listenCompany()
	case restedMsg:
		return m.rested()
	case countsMsg:
		return m.takeCounts(msg)
	case numbersMsg:
		return m.loadCounts()
	case minuteMsg:
		return m.nextMinute()
	case toastMsg:
		m.toasts.expire(msg.id)
	case guideCardMsg:
		return m.openGuideCard(msg)
	case noteMsg:
		m.toasts.forget(msg.id)
	case quietMsg:
		m.quiet(msg)
	case disarmMsg:
		m.armed = m.armed && m.arming != msg.arming
	case recheckedMsg:
		return m.rechecked(msg)
	case cutMsg:
		return m.toast(kindWarning, "The pasted text was cut: only its first 64 KiB are taken. If keys do not answer, press ctrl+c once.")
	}
	return nil
}

// deliver hands an answer to the screen or card that asked for it.
func (m *Model) deliver(a addressed) tea.Cmd {
	c := m.find(a.to.screen)
	if c == nil {
		return m.orphan(a.msg)
	}
	if a.to.card != 0 {
		for _, sc := range m.cards {
			if sc.id == a.to.card {
				if cmd, done := m.command(c, a.msg); done {
					return cmd
				}
				return m.toCard(sc, a.msg)
			}
		}
		return nil
	}
	return m.give(c, a.msg)
}

// give carries out what a screen asked for, or gives it the message.
func (m *Model) give(c *slot, msg tea.Msg) tea.Cmd {
	if cmd, done := m.command(c, msg); done {
		return cmd
	}
	if v, ok := msg.(versioned); ok {
		if c.env.gens[v.name] != v.gen {
			return nil
		}
		msg = v.msg
	}
	var cmd tea.Cmd
	guard(c, func() { cmd = c.screen.Update(msg) })
	return m.from(c, cmd)
}

// orphan takes what still matters when the screen is gone: how a decision went.
func (m *Model) orphan(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case Failed:
		return m.fail(msg.Err)
	case acted:
		return m.toast(kindSuccess, msg.text)
	}
	return nil
}

// command carries out the messages by which screens ask the root for something.
func (m *Model) command(c *slot, msg tea.Msg) (tea.Cmd, bool) {
	shown := c == m.cur
	switch msg := msg.(type) {
	case Go:
		if shown {
			return m.open(msg.Page), true
		}
	case Replace:
		if shown {
			return m.show(msg.Page), true
		}
	case GoBack:
		if shown {
			return m.back(), true
		}
	case card.Open:
		if shown {
			return m.openCard(c, msg), true
		}
	case card.Close:
		return m.closeCard(msg), true
	default:
		return m.say(c, msg)
	}
	return nil, true
}

// say carries out the messages that do not need the screen to be shown.
func (m *Model) say(c *slot, msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case Toast:
		return m.toast(toastKind(msg.Role), msg.Text), true
	case list.Say:
		return m.toast(kindInfo, msg.Text), true
	case Failed:
		return m.fail(msg.Err), true
	case acted:
		return tea.Batch(m.toast(kindSuccess, msg.text), m.refresh(c), m.loadCounts()), true
	case Copy:
		return m.copy(msg), true
	case Reload:
		return m.refreshNow(), true
	case SetTheme:
		m.setTheme(msg)
		return nil, true
	case SetMouse:
		m.s.Mouse = msg.On
		return nil, true
	case Switch:
		if msg.Apply != nil {
			msg.Apply(m.s)
		}
		m.toasts.shown = false // it spoke to somebody else
		m.s.relook()
		return tea.Batch(m.toast(toastKind(msg.Told.Role), msg.Told.Text), m.reset(msg.Page)), true
	case Quit:
		return tea.Quit, true
	case runMsg:
		return m.run(msg.action, "enter"), true
	case panicked:
		m.s.Log.Error("A command failed", "page", c.page.String(), "panic", msg.value, "stack", msg.stack)
		return m.toast(kindError, "Something failed inside Gatehouse: "+msg.value+". Nothing was lost; try again."), true
	}
	return m.filterAnswer(c, msg)
}

func (m *Model) setTheme(msg SetTheme) {
	if msg.Theme != "" {
		m.s.Wish = msg.Theme
	}
	m.s.ASCII = msg.ASCII
	m.s.relook()
}

func toastKind(r theme.Role) toastLevel {
	switch r {
	case theme.Success:
		return kindSuccess
	case theme.Warning:
		return kindWarning
	case theme.Danger:
		return kindError
	default:
		return kindInfo
	}
}

type minuteMsg struct{}

// nextMinute wakes the interface when relative times may read differently. Frames that stay the same write nothing.
func (m *Model) nextMinute() tea.Cmd {
	now := m.s.Now()
	return m.s.After(now.Truncate(time.Minute).Add(time.Minute).Sub(now), minuteMsg{})
}

package app

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/card"
)

// topCard returns the card that takes keys now. A card that opened by itself takes none until typing has rested; until
// then keys go where they went before.
func (m *Model) topCard() *shownCard {
	for i := len(m.cards) - 1; i >= 0; i-- {
		if c := m.cards[i]; !c.waiting {
			return c
		}
	}
	return nil
}

// quietMsg says that no key was pressed for a while after a waiting card opened or a key went by.
type quietMsg struct{ card, noise uint64 }

// noise starts the wait of waiting cards anew, because a key was pressed.
func (m *Model) noise() tea.Cmd {
	var cmds []tea.Cmd
	for _, c := range m.cards {
		if c.waiting {
			c.noise++
			cmds = append(cmds, m.s.After(card.Quiet, quietMsg{c.id, c.noise}))
		}
	}
	return tea.Batch(cmds...)
}

func (m *Model) quiet(q quietMsg) {
	for _, c := range m.cards {
		if c.id == q.card && c.noise == q.noise {
			c.waiting = false
		}
	}
}

func (m *Model) openCard(owner *slot, o card.Open) tea.Cmd {
	m.cardIDs++
	sc := &shownCard{id: m.cardIDs, card: o.Card, owner: owner, waiting: o.Unattended}
	m.cards = append(m.cards, sc)
	opener := m.opener
	var wait tea.Cmd
	if o.Unattended {
		opener = ""
		wait = m.s.After(card.Quiet, quietMsg{sc.id, 0})
	}
	st, ok := o.Card.(card.Starter)
	if !ok {
		return wait
	}
	env := card.Env{Ctx: m.s.context(), Now: m.s.Now, After: m.s.After, Opener: opener, SignIn: m.s.SignIn}
	return tea.Batch(wait, wrap(address{owner.env.id, sc.id}, st.Start(env)))
}

// closeCard takes a card off the stack and gives its answer to the screen that opened it.
func (m *Model) closeCard(msg card.Close) tea.Cmd {
	for i, sc := range m.cards {
		if sc.card != msg.Card {
			continue
		}
		m.cards = append(m.cards[:i], m.cards[i+1:]...)
		if msg.Answer == nil {
			return nil
		}
		return m.give(sc.owner, msg.Answer)
	}
	return nil
}

func (m *Model) toCard(sc *shownCard, msg tea.Msg) tea.Cmd {
	if v, ok := msg.(versioned); ok {
		msg = v.msg
	}
	return wrap(address{sc.owner.env.id, sc.id}, sc.card.Update(msg))
}

type recheckedMsg struct {
	card card.Card
	err  error
}

// recheck asks every card that depends on something whether it is still there.
func (m *Model) recheck() tea.Cmd {
	var cmds []tea.Cmd
	for _, sc := range m.cards {
		c, ok := sc.card.(card.Checker)
		if !ok {
			continue
		}
		ctx, shown := m.s.context(), sc.card
		cmds = append(cmds, own(func() tea.Msg { return recheckedMsg{shown, check(ctx, c)} }))
	}
	return tea.Batch(cmds...)
}

func check(ctx context.Context, c card.Checker) error { return c.Check(ctx) }

// rechecked closes a card whose target vanished or changed, and says so (behaviour 3).
func (m *Model) rechecked(r recheckedMsg) tea.Cmd {
	if r.err == nil {
		return nil
	}
	for i, sc := range m.cards {
		if sc.card != r.card {
			continue
		}
		if w, ok := sc.card.(card.Worker); ok && w.Working() {
			return nil // its own answer comes
		}
		if n, ok := sc.card.(card.Narrower); ok && n.Narrow(r.err) {
			return nil
		}
		return m.vanish(i, r.err)
	}
	return nil
}

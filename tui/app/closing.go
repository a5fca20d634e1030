package app

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/problem"
)

// standing closes a page whose record may not be seen any more: its cards go, and the page is made anew, so that nothing
// stays on it and it says itself what is left to do, such as asking for access. Pages that were never seen say so by
// themselves.
func (m *Model) standing(c *slot, why error) tea.Cmd {
	if why == nil || !slices.Contains(m.cache, c) {
		c.seen = true
		return nil
	}
	if !c.seen {
		return nil
	}
	told := m.tellClosed(why, m.closeCards(c))
	kept := m.cache[:0]
	for _, other := range m.cache {
		if other.page.Kind == c.page.Kind && other.page.ID == c.page.ID {
			other.env.cancel()
			continue
		}
		kept = append(kept, other)
	}
	m.cache = kept
	if m.cur != c {
		return told
	}
	return tea.Batch(told, m.show(c.page))
}

// closeCards takes the cards of a page away. What was typed in them can still be copied.
func (m *Model) closeCards(c *slot) (kept bool) {
	m.cards = slices.DeleteFunc(m.cards, func(sc *shownCard) bool {
		if sc.owner != c {
			return false
		}
		kept = m.rescue(sc.card) || kept
		return true
	})
	return kept
}

// rescue keeps what was typed in a card that closes by itself, and reports whether there was something.
func (m *Model) rescue(c card.Card) bool {
	typed := unsaved(c)
	if typed == "" {
		return false
	}
	m.rescued = c.Title() + "\n\n" + typed
	return true
}

// tellClosed says why something closed, and where the text is that was typed there.
func (m *Model) tellClosed(why error, kept bool) tea.Cmd {
	if !kept {
		return m.fail(why)
	}
	cmd := m.toast(kindError, problem.From(why).Text()+" What you typed is kept: press : and choose \"show unsaved text\".")
	m.toasts.err = why
	return cmd
}

func unsaved(c card.Card) string {
	if k, ok := c.(card.Keeper); ok {
		return k.Unsaved()
	}
	return ""
}

// rescuedAction shows what was typed in a card that closed by itself.
func (m *Model) rescuedAction() *keymap.Action {
	return &keymap.Action{
		ID: "app.show-typed", Title: "show unsaved text", Long: "show unsaved text of a card that closed", Group: keymap.GroupCopy,
		Hidden: func() bool { return m.rescued == "" },
		Run: func() tea.Cmd {
			return m.card(&card.Text{Heading: "Typed, not saved: select and copy", Paragraphs: strings.Split(m.rescued, "\n")})
		},
	}
}

// vanish takes a card away whose target vanished or changed, and says so (behaviour 3). A form in which something was
// typed stays while its target only changed: it cannot be sent any more, but its text can be read and copied.
func (m *Model) vanish(i int, err error) tea.Cmd {
	sc := m.cards[i]
	if core.ReasonOf(err) == core.ReasonStale && unsaved(sc.card) != "" {
		if sc.warned == err.Error() {
			return nil
		}
		sc.warned = err.Error()
		return m.fail(err)
	}
	m.cards = slices.Delete(m.cards, i, i+1)
	return m.tellClosed(err, m.rescue(sc.card))
}

// Ended says why the interface ended by itself; nil when somebody quit, or it goes on.
func (m *Model) Ended() error { return m.ended }

// expelled ends a session whose account may do nothing any more, with the sentence that says why. In a demo one can be
// somebody else, so there it is only told.
func (m *Model) expelled(err error) tea.Cmd {
	if !m.counted {
		return nil
	}
	switch core.ReasonOf(err) {
	case core.ReasonAccountExpired, core.ReasonInactiveAccount, core.ReasonNotFound:
	default:
		return nil
	}
	m.counted = false
	m.cards = nil
	if m.s.Demo {
		return m.fail(err)
	}
	m.ended = err
	return tea.Quit
}

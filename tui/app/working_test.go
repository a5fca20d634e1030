package app

import (
	"testing"

	"gatehouse/core"
	"gatehouse/tui/card"
)

// worker is a card that works.
type worker struct{ card.Text }

func (*worker) Working() bool { return true }

// A change of the house may be the card's own: what it was asked for is under way, and its answer says how it went.
func TestCardsThatWorkAreNotClosed(t *testing.T) {
	busy := &worker{}
	m := &Model{cards: []*shownCard{{card: busy}}}
	if cmd := m.rechecked(recheckedMsg{busy, &core.Error{Reason: core.ReasonStale}}); cmd != nil || len(m.cards) != 1 {
		t.Errorf("%d cards are left", len(m.cards))
	}
}

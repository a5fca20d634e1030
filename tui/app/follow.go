package app

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
)

// followAfter is how long what surrounds a list waits for the list itself. Everybody who looks at a house loads again
// what changed in it: hundreds of people at one machine see the change sooner when the rest is not loaded meanwhile.
const followAfter = 150 * time.Millisecond

// Follow is what a screen gets some time after Env.Soon: now it may load what is less urgent than its rows.
type Follow struct{}

// numbersMsg is Follow for the numbers around the page.
type numbersMsg struct{}

// Soon has Follow come to Update shortly. Nothing is drawn for it.
func (e *Env) Soon() tea.Cmd { return e.Session.After(followAfter, Follow{}) }

// countSoon loads the numbers behind what is shown. Only a page about a record may have to be closed by them, so that
// one does not wait.
func (m *Model) countSoon() tea.Cmd {
	if m.s.Counts == nil || m.cur.page.ID != "" {
		return m.loadCounts()
	}
	m.live.loading = true // the reload is done when they are there
	return m.s.After(followAfter, numbersMsg{})
}

// Turns lets what Follow loads run one after the other in all sessions of a process, so that rows which somebody waits
// for are not behind it. Nil is for a session that is alone.
type Turns chan struct{}

// NewTurns makes turns for the sessions of a process.
func NewTurns() Turns { return make(Turns, 1) }

// take waits for a turn. Whoever got it calls give.
func (t Turns) take(ctx context.Context) error {
	if t == nil {
		return nil
	}
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t Turns) give() {
	if t != nil {
		<-t
	}
}

// LoadInTurn is Load for what Follow asks for.
func LoadInTurn[T any](e *Env, name string, fn func(ctx context.Context) (T, error)) tea.Cmd {
	turns := e.Session.Turns
	return Load(e, name, func(ctx context.Context) (T, error) {
		if err := turns.take(ctx); err != nil {
			var none T
			return none, err
		}
		defer turns.give()
		return fn(ctx)
	})
}

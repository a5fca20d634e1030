package app

import (
	"fmt"
	"runtime/debug"
	"time"

	tea "charm.land/bubbletea/v2"
)

// refreshEvery is the shortest time between two reloads by changes: five a second.
const refreshEvery = 200 * time.Millisecond

// live is the state of live updates.
type live struct {
	paused  bool
	behind  bool   // changes came while paused
	resting bool   // a reload was just begun
	more    bool   // changes came since then
	gen     uint64 // of the counts
}

type (
	changedMsg struct{}
	restedMsg  struct{}
	countsMsg  struct {
		gen    uint64
		counts Counts
		err    error
	}
)

// own makes a command of the root safe: its panic becomes a toast, not the end of the session.
func own(cmd tea.Cmd) tea.Cmd {
	return func() (out tea.Msg) {
		defer func() {
			if r := recover(); r != nil {
				out = addressed{address{}, Failed{fmt.Errorf("panic: %v\n%s", r, debug.Stack())}}
			}
		}()
		return cmd()
	}
}

// listen waits for the next change of the house.
func (m *Model) listen() tea.Cmd {
	if m.s.Changes == nil {
		return nil
	}
	return m.s.Await(m.s.context(), m.s.Changes, changedMsg{})
}

// changed marks every screen as stale and plans a reload of the shown one.
func (m *Model) changed() tea.Cmd {
	for _, c := range m.cache {
		c.stale = true
	}
	if m.live.paused {
		m.live.behind = true
		return m.listen()
	}
	if m.live.resting {
		m.live.more = true
		return m.listen()
	}
	return tea.Batch(m.refreshNow(), m.rest(), m.listen())
}

// rest holds the next reload by changes back for a moment.
func (m *Model) rest() tea.Cmd {
	m.live.resting = true
	return m.s.After(refreshEvery, restedMsg{})
}

// rested ends the rest; what came meanwhile is shown now.
func (m *Model) rested() tea.Cmd {
	m.live.resting = false
	if !m.live.more || m.live.paused {
		return nil
	}
	return tea.Batch(m.refreshNow(), m.rest())
}

// refreshNow reloads the shown screen, the counts, and looks after open cards.
func (m *Model) refreshNow() tea.Cmd {
	m.live.more, m.live.behind = false, false
	return tea.Batch(m.refresh(m.cur), m.loadCounts(), m.recheck())
}

func (m *Model) refresh(c *slot) tea.Cmd {
	if c != m.cur {
		c.stale = true
		return nil
	}
	c.stale = false
	r, ok := c.screen.(Refresher)
	if !ok || c.crashed != "" {
		return nil
	}
	var cmd tea.Cmd
	guard(c, func() { cmd = r.Refresh() })
	return m.from(c, cmd)
}

func (m *Model) pause() tea.Cmd {
	m.live.paused = !m.live.paused
	if !m.live.paused && m.live.behind {
		return m.refreshNow()
	}
	return nil
}

func (m *Model) loadCounts() tea.Cmd {
	if m.s.Counts == nil {
		return nil
	}
	m.live.gen++
	ctx, load, actor, gen := m.s.context(), m.s.Counts, m.s.Actor, m.live.gen
	return own(func() tea.Msg {
		c, err := load(ctx, actor)
		return countsMsg{gen, c, err}
	})
}

func (m *Model) takeCounts(c countsMsg) {
	if c.gen != m.live.gen {
		return
	}
	if c.err != nil {
		m.s.Log.Warn("Counting failed", "error", c.err)
		return
	}
	m.counts = c.counts
}

package app

import (
	"fmt"
	"runtime/debug"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
)

// refreshEvery is the shortest time between two reloads by changes: five a second. Where reloads take longer than that,
// because many sessions share a machine, the time between them grows up to refreshSeldom.
const (
	refreshEvery  = 200 * time.Millisecond
	refreshSeldom = 800 * time.Millisecond
)

// live is the state of live updates.
type live struct {
	paused  bool
	behind  bool // changes came while paused
	resting bool // a reload was just begun
	pause   time.Duration
	more    wants  // changes came since then
	gen     uint64 // of the counts
	loading bool   // the counts were asked for and are not there yet
	overdue bool   // the rest is over, but the counts are not there
}

// wants says what has to be loaded again.
type wants struct{ shown, numbers bool }

func (w wants) any() bool { return w.shown || w.numbers }

type (
	changedMsg struct{ what core.Changed }
	restedMsg  struct{}
	countsMsg  struct {
		gen    uint64
		slot   *slot
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
	return m.s.Await(m.s.context(), m.s.Changes, func(c core.Changed) tea.Msg { return changedMsg{c} })
}

// changed marks every screen as stale and plans a reload of what the change can be seen in. At first nothing is held
// back; what comes while the reload rests is loaded together behind it.
func (m *Model) changed(what core.Changed) tea.Cmd {
	w := wants{true, true}
	if m.s.Concerns != nil {
		w.shown, w.numbers = m.s.Concerns(m.cur.page, what)
	}
	for _, c := range m.cache {
		c.stale = c.stale || c != m.cur || w.shown
	}
	if !w.any() {
		return m.listen()
	}
	m.live.behind = m.live.behind || m.live.paused
	m.live.more.shown, m.live.more.numbers = m.live.more.shown || w.shown, m.live.more.numbers || w.numbers
	if m.live.resting {
		return m.listen()
	}
	return tea.Batch(m.catchUp(), m.rest(), m.listen())
}

// rest holds the next reload by changes back for a moment.
func (m *Model) rest() tea.Cmd {
	m.live.resting = true
	return m.s.After(max(m.live.pause, refreshEvery), restedMsg{})
}

// rested ends the rest; what came meanwhile is shown now. While the last reload is not done, the next one waits for it:
// otherwise a machine that is too busy would load what nobody sees.
func (m *Model) rested() tea.Cmd {
	if m.live.loading {
		m.live.overdue = true
		m.live.pause = min(max(m.live.pause, refreshEvery)*2, refreshSeldom)
		return nil
	}
	m.live.resting, m.live.overdue = false, false
	if !m.live.more.any() {
		m.live.pause = 0 // it was one change, however long it took: the next one is not held back
		return nil
	}
	return tea.Batch(m.catchUp(), m.rest())
}

// catchUp loads what changed since the last reload, and looks after open cards. The counts say whether the page may still
// be shown, too: that is asked also while updates are paused.
func (m *Model) catchUp() tea.Cmd {
	w := m.live.more
	m.live.more = wants{}
	switch {
	case !w.shown:
		return m.countSoon()
	case m.live.paused:
		return tea.Batch(m.loadCounts(), m.recheck())
	default:
		return tea.Batch(m.refresh(m.cur), m.recheck(), m.countSoon())
	}
}

// refreshNow reloads the shown screen, the counts, and looks after open cards.
func (m *Model) refreshNow() tea.Cmd {
	m.live.more, m.live.behind = wants{}, false
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
	m.live.loading = true
	ctx, load, actor, gen, c := m.s.context(), m.s.Counts, m.s.Actor, m.live.gen, m.cur
	page := c.page
	return func() (out tea.Msg) {
		defer func() {
			if r := recover(); r != nil {
				out = countsMsg{gen, c, Counts{}, fmt.Errorf("panic: %v\n%s", r, debug.Stack())}
			}
		}()
		n, err := load(ctx, actor, page)
		return countsMsg{gen, c, n, err}
	}
}

// takeCounts shows the numbers, and closes what may not be shown any more.
func (m *Model) takeCounts(c countsMsg) tea.Cmd {
	if c.gen != m.live.gen {
		return nil
	}
	m.live.loading = false
	var cmds []tea.Cmd
	switch {
	case m.live.overdue:
		cmds = append(cmds, m.s.After(m.live.pause, restedMsg{}))
		m.live.overdue = false
	case m.live.pause > refreshEvery:
		m.live.pause -= m.live.pause / 4
	}
	if c.err != nil {
		m.s.Log.Warn("Counting failed", "error", c.err)
		return tea.Batch(append(cmds, m.expelled(c.err))...)
	}
	m.counted = true
	if !m.live.paused || !m.live.behind {
		m.counts = c.counts
	}
	return tea.Batch(append(cmds, m.standing(c.slot, c.counts.Refused))...)
}

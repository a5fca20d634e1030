package list

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/problem"
)

// op is what a fetch is for.
type op uint8

const (
	opNone   op = iota
	opReset     // first rows, after a new filter or order
	opReload    // the same rows again, after a change
	opMore      // rows behind the buffer
	opBack      // rows before the buffer
	opEnd       // the last rows
)

type resultMsg[R any] struct {
	owner *Model[R]
	gen   uint64
	op    op
	page  Page[R]
	start bool // opReload: the page begins at the start of the collection
	err   error
}

type markMsg[R any] struct {
	owner *Model[R]
	gen   uint64
	rows  []R
	more  bool
	err   error
}

type spinMsg struct {
	owner any
	chain uint64
}

// start begins a fetch and cancels the one before. Its answer is known by its generation.
func (m *Model[R]) start(what op) tea.Cmd {
	if m.o.Source == nil {
		return nil
	}
	if m.cancel != nil {
		m.cancel()
	}
	ctx, cancel := context.WithCancel(m.o.Ctx)
	m.cancel = cancel
	m.gen++
	m.op = what
	if what == opReset {
		m.anchor, m.kept = "", nil // the rows between may be others now
	}
	owner, gen, src := m, m.gen, m.o.Source
	q := Query{Filter: m.filter, Sort: m.sort, Reverse: m.reverse, Limit: max(pageSize, 2*m.height)}
	window, prev, atStart := m.buf.size(), m.buf.prev(), m.buf.atStart || m.buf.prev() == ""
	switch what {
	case opMore:
		q.From = m.buf.next()
	case opBack:
		q.From, q.Backward = prev, true
	case opEnd:
		q.Backward = true
	default: // from the start
	}
	fetch := func() tea.Msg {
		defer cancel()
		r := resultMsg[R]{owner: owner, gen: gen, op: what}
		if what == opReload {
			q.Limit = max(q.Limit, min(window, bufferRows))
			r.page, r.start, r.err = reload(ctx, src, q, prev, atStart)
		} else {
			r.page, r.err = src(ctx, q)
		}
		return r
	}
	if m.busy || m.o.After == nil {
		return fetch
	}
	// A search goes on through many fetches; the spinner waits for all of them together.
	m.busy = true
	m.chain++
	return tea.Batch(fetch, m.o.After(patience, spinMsg{owner, m.chain}))
}

func (b *buffer[R]) size() int { return len(b.rows) }

// reload fetches the window again. The cursor before its first row is exclusive, so it looks one row back first.
func reload[R any](ctx context.Context, src Source[R], q Query, prev string, atStart bool) (Page[R], bool, error) {
	if !atStart {
		back := q
		back.From, back.Backward, back.Limit = prev, true, 1
		p, err := src(ctx, back)
		if err != nil {
			return p, false, err
		}
		if len(p.Rows) > 0 {
			q.From = p.Next
		} else {
			atStart = true
		}
	}
	page, err := src(ctx, q)
	for err == nil && !page.Done && len(page.Rows) < q.Limit && ctx.Err() == nil {
		next := q
		next.From, next.Limit = page.Next, q.Limit-len(page.Rows)
		var p Page[R]
		if p, err = src(ctx, next); err == nil {
			page.Rows, page.Next, page.Done, page.Total = append(page.Rows, p.Rows...), p.Next, p.Done, p.Total
		}
	}
	return page, atStart, err
}

// Update takes what the screen does not know: answers of the source, keys and paste while the filter is typed.
func (m *Model[R]) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case resultMsg[R]:
		if msg.owner != m || msg.gen != m.gen {
			return nil
		}
		return m.take(msg)
	case spinMsg:
		return m.turn(msg)
	case markMsg[R]:
		if msg.owner == m && msg.gen == m.gen {
			return m.markAll(msg)
		}
	case sortMsg[R]:
		if msg.owner == m {
			return m.SetOrder(msg.sort, msg.reverse)
		}
	case tea.KeyPressMsg, tea.PasteMsg:
		return m.typed(msg)
	}
	return nil
}

// typed gives keys and paste to the filter while it has the focus.
func (m *Model[R]) typed(msg tea.Msg) tea.Cmd {
	if !m.typing {
		return nil
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		return m.typeKey(k)
	}
	return m.typeInput(msg)
}

// turn moves the spinner on while its chain of fetches runs.
func (m *Model[R]) turn(msg spinMsg) tea.Cmd {
	if msg.owner != any(m) || msg.chain != m.chain || !m.busy {
		return nil
	}
	m.spin++
	return m.o.After(spinEvery, msg)
}

func (m *Model[R]) take(r resultMsg[R]) tea.Cmd {
	m.op = opNone
	defer func() {
		if m.op == opNone {
			m.busy, m.spin = false, 0
		}
	}()
	if r.err != nil {
		m.failure, m.problem = r.err, problem.From(r.err)
		m.loaded = true
		if m.problem.Denied || m.problem.NotFound { // what was shown is not theirs to see any more
			m.buf = buffer[R]{base: -1, total: -1}
			m.place(-1)
			m.ClearMarks()
		}
		return nil
	}
	m.failure, m.problem = nil, problem.Problem{}
	m.came = true
	before := m.id
	switch r.op {
	case opReset:
		m.needs = nil
		m.fill(r.page, true, 0)
	case opReload:
		m.fill(r.page, r.start, m.buf.base)
	case opEnd:
		done := r.page.Done
		r.page.Done = true
		m.buf = buffer[R]{base: -1, total: -1}
		m.buf.append(r.page, m.o.ID)
		m.buf.atStart = done
		if done {
			m.buf.base = 0
		}
		m.buf.learn(r.page.Total)
		m.place(len(m.buf.rows) - 1)
	case opMore:
		m.buf.append(r.page, m.o.ID)
		gone := m.buf.trimFront(max(bufferRows, 4*m.height), m.top-m.height)
		m.top, m.cursor = m.top-gone, m.cursor-gone
	case opBack:
		n := len(r.page.Rows)
		m.buf.prepend(r.page, m.o.ID)
		m.top, m.cursor = m.top+n, m.cursor+n
		m.buf.trimBack(max(bufferRows, 4*m.height), m.top+2*m.height)
	default: // nothing was asked
	}
	first := !m.loaded
	m.loaded = true
	m.scroll()
	m.extend()
	cmd := m.ensure()
	if m.o.Moved != nil && (m.id != before || first) {
		cmd = tea.Batch(cmd, m.o.Moved())
	}
	return cmd
}

// fill replaces the buffer and keeps the cursor on its id, or else near where it was.
func (m *Model[R]) fill(p Page[R], start bool, base int) {
	was, id, offset := m.cursor, m.id, m.cursor-m.top
	m.buf = buffer[R]{base: base, total: -1, atStart: start}
	if start {
		m.buf.base = 0
	}
	m.buf.append(p, m.o.ID)
	for i := range m.buf.rows {
		e := &m.buf.rows[i]
		if _, ok := m.marked[e.id]; ok {
			m.marked[e.id] = e.row
		}
	}
	m.dropMarks()
	at := -1
	if id != "" {
		at = m.buf.find(id, was)
	}
	if at < 0 {
		at = was
	}
	m.cursor = max(min(at, len(m.buf.rows)-1), 0)
	m.top = max(m.cursor-offset, 0)
	m.note()
}

// dropMarks takes the marks off rows that are gone, as far as that can be known: when every row is in memory.
func (m *Model[R]) dropMarks() {
	if len(m.marks) == 0 || m.filter != "" || !m.buf.atStart || !m.buf.atEnd {
		return
	}
	here := make(map[string]bool, len(m.buf.rows))
	for i := range m.buf.rows {
		here[m.buf.rows[i].id] = true
	}
	for _, id := range slices.Clone(m.marks) {
		if !here[id] {
			m.unmark(id)
		}
	}
}

// ensure asks for rows before they are needed.
func (m *Model[R]) ensure() tea.Cmd {
	if m.op != opNone || !m.loaded || m.failure != nil {
		return nil
	}
	n := len(m.buf.rows)
	if !m.buf.atEnd && n-(m.top+m.height) < m.height {
		return m.start(opMore)
	}
	if !m.buf.atStart && m.buf.prev() != "" && m.top < m.height {
		return m.start(opBack)
	}
	return nil
}

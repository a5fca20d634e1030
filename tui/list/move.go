package list

import (
	"slices"

	tea "charm.land/bubbletea/v2"
)

// place puts the cursor on an index and keeps it visible.
func (m *Model[R]) place(i int) {
	m.cursor = max(min(i, len(m.buf.rows)-1), 0)
	m.scroll()
	m.note()
}

// note remembers the identity of the row under the cursor.
func (m *Model[R]) note() {
	m.id = m.CurrentID()
}

// scroll makes the window contain the cursor.
func (m *Model[R]) scroll() {
	if m.cursor < m.top {
		m.top = m.cursor
	}
	if m.cursor >= m.top+m.height {
		m.top = m.cursor - m.height + 1
	}
	if over := m.top + m.height - len(m.buf.rows); over > 0 && m.buf.atEnd {
		m.top -= over
	}
	m.top = max(m.top, 0)
	m.note()
}

// Move moves the cursor by rows.
func (m *Model[R]) Move(by int) tea.Cmd {
	if len(m.buf.rows) == 0 {
		return nil
	}
	before := m.id
	m.place(m.cursor + by)
	return m.moved(before)
}

// page moves cursor and window together.
func (m *Model[R]) page(by int) tea.Cmd {
	if len(m.buf.rows) == 0 {
		return nil
	}
	before := m.id
	m.top = max(min(m.top+by, len(m.buf.rows)-1), 0)
	m.place(m.cursor + by)
	return m.moved(before)
}

// Scroll moves the window for the mouse wheel; the cursor stays inside it.
func (m *Model[R]) Scroll(by int) tea.Cmd {
	before := m.id
	m.top = max(min(m.top+by, len(m.buf.rows)-m.height), 0)
	m.place(max(min(m.cursor, m.top+m.height-1), m.top))
	return m.moved(before)
}

func (m *Model[R]) moved(before string) tea.Cmd {
	m.extend()
	cmd := m.ensure()
	if m.o.Moved != nil && m.id != before {
		if c := m.o.Moved(); c != nil {
			return tea.Batch(cmd, c)
		}
	}
	return cmd
}

func (m *Model[R]) home() tea.Cmd {
	if m.buf.atStart {
		return m.Move(-len(m.buf.rows))
	}
	m.cursor, m.top, m.id = 0, 0, ""
	return m.start(opReset)
}

func (m *Model[R]) end() tea.Cmd {
	if m.buf.atEnd {
		return m.Move(len(m.buf.rows))
	}
	return m.start(opEnd)
}

// Click puts the cursor on the row at line y of the last View; a second click on it opens it.
func (m *Model[R]) Click(y int) tea.Cmd {
	i := m.top + y - m.head
	if y < m.head || i < 0 || i >= len(m.buf.rows) || y-m.head >= m.height {
		return nil
	}
	if i == m.cursor {
		return m.open()
	}
	return m.Move(i - m.cursor)
}

func (m *Model[R]) open() tea.Cmd {
	if r, ok := m.Current(); ok && m.o.Open != nil {
		return m.o.Open(r)
	}
	return nil
}

// toggle marks or unmarks the current row and moves on, or ends a range.
func (m *Model[R]) toggle() tea.Cmd {
	if m.anchor != "" {
		m.anchor, m.kept = "", nil
		return nil
	}
	r, ok := m.Current()
	if !ok {
		return nothingToMark()
	}
	if _, on := m.marked[m.id]; on {
		m.unmark(m.id)
	} else {
		m.mark(m.id, r)
	}
	return m.Move(1)
}

// nothingToMark answers on a list without a row.
func nothingToMark() tea.Cmd { return say("There is nothing to mark here.") }

func (m *Model[R]) mark(id string, r R) {
	if _, on := m.marked[id]; !on {
		m.marks = append(m.marks, id)
	}
	m.marked[id] = r
}

func (m *Model[R]) unmark(id string) {
	delete(m.marked, id)
	m.marks = slices.DeleteFunc(m.marks, func(x string) bool { return x == id })
}

// Unmark takes the mark off rows by id, for what has been decided.
func (m *Model[R]) Unmark(ids ...string) {
	for _, id := range ids {
		m.unmark(id)
	}
}

// ClearMarks takes off all marks and ends a range.
func (m *Model[R]) ClearMarks() tea.Cmd {
	m.marks, m.anchor, m.kept = nil, "", nil
	clear(m.marked)
	return nil
}

// beginRange starts a range at the current row, or ends the one that runs.
func (m *Model[R]) beginRange() tea.Cmd {
	if m.anchor != "" {
		m.anchor, m.kept = "", nil
		return nil
	}
	if _, ok := m.Current(); !ok {
		return nothingToMark()
	}
	m.anchor, m.kept = m.id, slices.Clone(m.marks)
	m.extend()
	return nil
}

// extend marks everything between anchor and cursor. Rows that left the buffer stay marked.
func (m *Model[R]) extend() {
	if m.anchor == "" {
		return
	}
	from := m.buf.find(m.anchor, m.cursor)
	if from < 0 {
		if r, ok := m.Current(); ok {
			m.mark(m.id, r)
		}
		return
	}
	keep := map[string]bool{}
	for _, id := range m.kept {
		keep[id] = true
	}
	lo, hi := min(from, m.cursor), max(from, m.cursor)
	for i := lo; i <= hi; i++ {
		keep[m.buf.rows[i].id] = true
	}
	for _, id := range slices.Clone(m.marks) {
		if !keep[id] {
			m.unmark(id)
		}
	}
	for i := lo; i <= hi; i++ {
		m.mark(m.buf.rows[i].id, m.buf.rows[i].row)
	}
}

// fetchAll collects every matching row, up to the limit of a bulk decision, and marks them.
func (m *Model[R]) fetchAll() tea.Cmd {
	if m.op != opNone || m.o.Source == nil {
		return nil
	}
	if m.buf.atStart && m.buf.atEnd {
		if len(m.buf.rows) == 0 {
			return nothingToMark()
		}
		for i := range m.buf.rows {
			m.mark(m.buf.rows[i].id, m.buf.rows[i].row)
		}
		return nil
	}
	owner, gen, src, ctx := m, m.gen, m.o.Source, m.o.Ctx
	q := Query{Filter: m.filter, Sort: m.sort, Reverse: m.reverse, Limit: pageSize}
	return func() tea.Msg {
		r := markMsg[R]{owner: owner, gen: gen}
		for {
			p, err := src(ctx, q)
			if err != nil {
				r.err = err
				return r
			}
			r.rows = append(r.rows, p.Rows...)
			if len(r.rows) >= markLimit {
				r.more = !p.Done || len(r.rows) > markLimit
				r.rows = r.rows[:markLimit]
				return r
			}
			if p.Done || p.Next == "" {
				return r
			}
			q.From = p.Next
		}
	}
}

func (m *Model[R]) markAll(r markMsg[R]) tea.Cmd {
	if r.err != nil {
		return say(r.err.Error())
	}
	for _, row := range r.rows {
		m.mark(m.o.ID(row), row)
	}
	if r.more {
		return say("Marked the first 1000 rows: no more can be decided at once.")
	}
	return nil
}

// Say is a message that the root shows as a toast.
type Say struct{ Text string }

func say(s string) tea.Cmd { return func() tea.Msg { return Say{s} } }

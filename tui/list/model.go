package list

import (
	"context"
	"slices"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/keymap"
	"gatehouse/tui/problem"
	"gatehouse/tui/theme"
)

const (
	pageSize   = 100
	bufferRows = 400
	// markLimit is how many rows one bulk decision may have.
	markLimit = 1000
	// patience is how long loading may take before a spinner shows (behaviour 10).
	patience  = 200 * time.Millisecond
	spinEvery = 120 * time.Millisecond
)

// Options configure a list.
type Options[R any] struct {
	Columns []Column[R]
	Source  Source[R]
	// ID is the identity of a row, unique in the collection. It is called once per fetched row.
	ID func(R) string
	// Role, when set, is the look of a whole row: theme.Faint for what is over. Cells with a role of their own keep it.
	Role func(R) theme.Role
	// Empty is shown when there is nothing at all.
	Empty Empty
	// Noun is what one row is, for messages: "project".
	Noun string
	// Filter, Sort and Reverse are what the list starts with, usually from the page.
	Filter, Sort string
	Reverse      bool
	// Refuses, when set, says of a key whether it would be refused now; an empty list does not offer it.
	Refuses func(key string) bool
	// NoFilter and NoMarks switch these parts off for short fixed lists.
	NoFilter, NoMarks bool
	// Open runs on enter and on a second click, with the row under the cursor.
	Open func(R) tea.Cmd
	// Moved, when set, runs when another row comes under the cursor; for previews and page state.
	Moved func() tea.Cmd
	// Ctx ends with the screen; fetches end with it. Now is the session's clock, After its timer.
	Ctx   context.Context
	Now   func() time.Time
	After func(time.Duration, tea.Msg) tea.Cmd
}

// Model is a list. Make it with New; it must not be copied.
type Model[R any] struct {
	o       Options[R]
	actions []*keymap.Action

	buf    buffer[R]
	cursor int
	id     string // id of the row under the cursor
	top    int
	height int // rows of the last View
	head   int // lines above the rows in the last View

	filter  string
	sort    string
	reverse bool
	wide    bool
	typing  bool
	input   textinput.Model

	marks  []string
	marked map[string]R
	anchor string // start of a range, "" = none
	kept   []string

	op      op
	gen     uint64
	cancel  context.CancelFunc
	busy    bool   // a chain of fetches runs
	chain   uint64 // number of that chain
	spin    int    // 0: no spinner; else frame+1
	loaded  bool
	failure error
	problem problem.Problem

	widths []int
	needs  []int // what the texts of each column need, see measure
	named  int   // the column that tells rows apart, or -1
	alike  bool  // it is cut in the middle, see alikeWhenCut
	came   bool  // rows came since it was looked at
	drawer drawer
}

// drawer remembers what the cached lines were drawn for.
type drawer struct {
	gen    uint64
	look   *theme.Look
	width  int
	wide   bool
	minute int64
	sort   string
	rev    bool
	header string
	drawn  int // rows drawn so far, for tests
}

// New makes a list. Call Init, or let Update of the screen do so, to load the first rows.
func New[R any](o Options[R]) *Model[R] {
	if o.Noun == "" {
		o.Noun = "row"
	}
	if o.Ctx == nil {
		o.Ctx = context.Background()
	}
	m := &Model[R]{o: o, filter: o.Filter, sort: o.Sort, reverse: o.Reverse, marked: map[string]R{}, height: 20}
	m.buf.total, m.drawer.gen = -1, 1
	m.named = slices.IndexFunc(o.Columns, func(c Column[R]) bool { return c.Priority == 0 && !c.Right && !c.Wide })
	m.input = newInput()
	m.actions = m.makeActions()
	return m
}

func newInput() textinput.Model {
	in := textinput.New()
	in.Prompt = ""
	in.CharLimit = 200
	in.KeyMap.Paste.SetEnabled(false)
	in.SetVirtualCursor(true)
	s := textinput.DefaultDarkStyles()
	s.Cursor.Blink = false
	in.SetStyles(s)
	return in
}

// Init loads the first rows.
func (m *Model[R]) Init() tea.Cmd { return m.start(opReset) }

// Refresh loads the rows around the window again; the old ones stay until the new ones are there.
func (m *Model[R]) Refresh() tea.Cmd {
	if !m.loaded || m.failure != nil {
		return m.start(opReset)
	}
	return m.start(opReload)
}

// Current returns the row under the cursor.
func (m *Model[R]) Current() (row R, ok bool) {
	if m.cursor < 0 || m.cursor >= len(m.buf.rows) {
		return row, false
	}
	return m.buf.rows[m.cursor].row, true
}

// CurrentID returns the id of the row under the cursor, or "".
func (m *Model[R]) CurrentID() string {
	if m.cursor < 0 || m.cursor >= len(m.buf.rows) {
		return ""
	}
	return m.buf.rows[m.cursor].id
}

// Targets returns what an action means: the marked rows in the order they were marked, else the current row.
func (m *Model[R]) Targets() []R {
	if len(m.marks) == 0 {
		if r, ok := m.Current(); ok {
			return []R{r}
		}
		return nil
	}
	out := make([]R, 0, len(m.marks))
	for _, id := range m.marks {
		out = append(out, m.marked[id])
	}
	return out
}

// TargetCount is the length of Targets, without making it.
func (m *Model[R]) TargetCount() int {
	if n := len(m.marks); n > 0 {
		return n
	}
	return min(len(m.buf.rows), 1)
}

// Marked returns the number of marked rows.
func (m *Model[R]) Marked() int { return len(m.marks) }

// Filter returns the active filter text.
func (m *Model[R]) Filter() string { return m.filter }

// Order returns the active sort name and direction.
func (m *Model[R]) Order() (sort string, reverse bool) { return m.sort, m.reverse }

// SetFilter changes the filter and loads again.
func (m *Model[R]) SetFilter(f string) tea.Cmd {
	if f == m.filter {
		return nil
	}
	m.filter = f
	return m.start(opReset)
}

// Select puts the cursor on a row by id, when it is loaded.
func (m *Model[R]) Select(id string) bool {
	i := m.buf.find(id, m.cursor)
	if i < 0 {
		return false
	}
	m.place(i)
	return true
}

// Captures reports whether the filter is being typed.
func (m *Model[R]) Captures() bool { return m.typing }

// Loading reports whether rows are being fetched.
func (m *Model[R]) Loading() bool { return m.op != opNone }

// Err returns the failure of the last load, or nil.
func (m *Model[R]) Err() error { return m.failure }

// Len returns the number of rows in memory; never more than a few hundred.
func (m *Model[R]) Len() int { return len(m.buf.rows) }

// Rows returns the rows in memory around the window, for summaries. The slice is fresh.
func (m *Model[R]) Rows() []R {
	out := make([]R, len(m.buf.rows))
	for i := range m.buf.rows {
		out[i] = m.buf.rows[i].row
	}
	return out
}

// Drawn returns how many rows have been drawn since the list was made; tests keep it small.
func (m *Model[R]) Drawn() int { return m.drawer.drawn }

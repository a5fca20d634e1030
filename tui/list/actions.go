package list

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
)

// Actions returns what the list itself can do, always the same slice. Screens append it to their own:
//
//	s.actions = append([]*keymap.Action{…}, s.list.Actions()...)
func (m *Model[R]) Actions() []*keymap.Action { return m.actions }

func (m *Model[R]) makeActions() []*keymap.Action {
	by := func(n func() int) func() tea.Cmd { return func() tea.Cmd { return m.Move(n()) } }
	pages := func(n func() int) func() tea.Cmd { return func() tea.Cmd { return m.page(n()) } }
	none := func() bool { return m.o.NoMarks }
	unmarked := func() error {
		if len(m.marks) == 0 && m.anchor == "" {
			return keymap.Disabled("No " + m.o.Noun + " is marked.")
		}
		return nil
	}
	move, find, mark := keymap.GroupMove, keymap.GroupFind, keymap.GroupMark
	all := []*keymap.Action{
		{
			ID: "list.open", Title: "open", Keys: []string{"enter", "l", "right"}, Group: move, Applies: keymap.One, Hint: 10,
			Hidden: func() bool { return m.o.Open == nil }, Run: m.open,
		},
		{ID: "list.down", Title: "down", Keys: []string{"j", "down"}, Group: move, Run: by(func() int { return 1 })},
		{ID: "list.up", Title: "up", Keys: []string{"k", "up"}, Group: move, Run: by(func() int { return -1 })},
		{ID: "list.first", Title: "first", Keys: []string{"g", "home"}, Group: move, Run: m.home},
		{ID: "list.last", Title: "last", Keys: []string{"G", "end"}, Group: move, Run: m.end},
		{ID: "list.half-down", Title: "half a page down", Keys: []string{"ctrl+d"}, Group: move, Run: pages(func() int { return m.height / 2 })},
		{ID: "list.half-up", Title: "half a page up", Keys: []string{"ctrl+u"}, Group: move, Run: pages(func() int { return -m.height / 2 })},
		{ID: "list.page-down", Title: "page down", Keys: []string{"ctrl+f", "pgdown"}, Group: move, Run: pages(func() int { return m.height })},
		{ID: "list.page-up", Title: "page up", Keys: []string{"ctrl+b", "pgup"}, Group: move, Run: pages(func() int { return -m.height })},
		{ID: "list.wide", Title: "wide columns", Keys: []string{"w"}, Group: find, Run: m.widen},
	}
	if !m.o.NoFilter {
		all = append(all,
			&keymap.Action{ID: "list.filter", Title: "filter", Long: "filter: fuzzy, =exact, !not, field:value", Keys: []string{"/"}, Group: find, Hint: 60, Run: func() tea.Cmd { return m.beginTyping("") }},
			&keymap.Action{ID: "list.filter-exact", Title: "filter exactly", Keys: []string{"="}, Group: find, Run: func() tea.Cmd { return m.beginTyping("=") }},
			&keymap.Action{ID: "list.filter-not", Title: "filter out", Keys: []string{"!"}, Group: find, Run: func() tea.Cmd { return m.beginTyping("!") }},
		)
	}
	switch {
	case m.sortable():
		all = append(all,
			&keymap.Action{ID: "list.sort", Title: "sort", Long: "sort by a column", Keys: []string{"o"}, Group: find, Hint: 61, Run: m.sortMenu},
			&keymap.Action{ID: "list.reverse", Title: "reverse the order", Keys: []string{"O"}, Group: find, Run: func() tea.Cmd { return m.SetOrder(m.sort, !m.reverse) }},
		)
	case !m.o.NoFilter: // where one looks for something, the keys that people know are answered
		const words = "This list has one order. / looks for something in it."
		fixed, answer := func() error { return keymap.Disabled(words) }, func() tea.Cmd { return say(words) }
		all = append(all,
			&keymap.Action{ID: "list.sort", Title: "sort", Long: "sort by a column", Keys: []string{"o"}, Group: find, Guard: fixed, Run: answer},
			&keymap.Action{ID: "list.reverse", Title: "reverse the order", Keys: []string{"O"}, Group: find, Guard: fixed, Run: answer},
		)
	}
	if !m.o.NoMarks {
		all = append(all,
			&keymap.Action{ID: "list.mark", Title: "mark", Keys: []string{"space"}, Group: mark, Hint: 62, Hidden: none, Run: m.toggle},
			&keymap.Action{ID: "list.range", Title: "mark a range", Keys: []string{"v"}, Group: mark, Run: m.beginRange},
			&keymap.Action{ID: "list.mark-all", Title: "mark all that match", Keys: []string{"*", "ctrl+a"}, Group: mark, Run: m.fetchAll},
			&keymap.Action{ID: "list.unmark", Title: "clear marks", Keys: []string{"\\"}, Group: mark, Guard: unmarked, Run: m.ClearMarks},
		)
	}
	return all
}

// widen shows the wide columns, or hides them, and says so where nothing shows it.
func (m *Model[R]) widen() tea.Cmd {
	if !slices.ContainsFunc(m.o.Columns, func(c Column[R]) bool { return c.Wide }) {
		return say("This list has no further columns.")
	}
	m.wide = !m.wide
	switch {
	case len(m.buf.rows) > 0:
		return nil
	case m.wide:
		return say("The further columns are shown when there is a row.")
	}
	return say("The further columns are hidden.")
}

func (m *Model[R]) sortable() bool {
	for i := range m.o.Columns {
		if m.o.Columns[i].Sort != "" {
			return true
		}
	}
	return false
}

type sortMsg[R any] struct {
	owner   *Model[R]
	sort    string
	reverse bool
}

// sortMenu offers the columns that the source can sort by, and no other.
func (m *Model[R]) sortMenu() tea.Cmd {
	menu := &card.Menu{Heading: "Sort by"}
	for i := range m.o.Columns {
		c := &m.o.Columns[i]
		if c.Sort == "" {
			continue
		}
		it := card.Item{Label: c.Title, Answer: sortMsg[R]{m, c.Sort, false}}
		if c.Sort == m.sort {
			menu.Cursor = len(menu.Items)
			it.Note = "now; again reverses"
			it.Answer = sortMsg[R]{m, c.Sort, !m.reverse}
		}
		menu.Items = append(menu.Items, it)
	}
	return card.Show(menu)
}

// SetOrder sorts by the name of a column's order and loads again from the top.
func (m *Model[R]) SetOrder(sort string, reverse bool) tea.Cmd {
	m.sort, m.reverse = sort, reverse
	m.cursor, m.top, m.id = 0, 0, ""
	return m.start(opReset)
}

func (m *Model[R]) beginTyping(prefix string) tea.Cmd {
	m.typing = true
	if prefix != "" && m.filter == "" {
		m.input.SetValue(prefix)
	} else {
		m.input.SetValue(m.filter)
	}
	m.input.CursorEnd()
	return m.input.Focus()
}

// typeKey handles keys while the filter is typed: letters narrow at once, arrows move in the list.
func (m *Model[R]) typeKey(k tea.KeyPressMsg) tea.Cmd {
	switch k.String() {
	case "enter":
		m.typing = false
		m.input.Blur()
		return nil
	case "esc":
		m.typing = false
		m.input.Blur()
		return m.SetFilter("")
	case "up":
		return m.Move(-1)
	case "down":
		return m.Move(1)
	case "pgdown":
		return m.page(m.height)
	case "pgup":
		return m.page(-m.height)
	}
	return m.typeInput(k)
}

func (m *Model[R]) typeInput(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	m.input, cmd = m.input.Update(msg)
	if v := m.input.Value(); v != m.filter {
		m.cursor, m.top = 0, 0
		return m.SetFilter(v)
	}
	return cmd
}

// Back takes one step out of the list's own modes: range, then marks, then filter. It reports whether there was one.
func (m *Model[R]) Back() (tea.Cmd, bool) {
	switch {
	case m.typing:
		m.typing = false
		m.input.Blur()
		return m.SetFilter(""), true
	case m.anchor != "":
		m.anchor, m.kept = "", nil
		return nil, true
	case len(m.marks) > 0:
		return m.ClearMarks(), true
	case m.filter != "":
		return m.SetFilter(""), true
	}
	return nil, false
}

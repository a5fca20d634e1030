package list

import tea "charm.land/bubbletea/v2"

// Filterable reports whether the list takes a filter.
func (m *Model[R]) Filterable() bool { return !m.o.NoFilter }

// Looked gives the filter and the order that the list shows now, to be kept for another day.
func (m *Model[R]) Looked() (filter, sort string, reverse bool) { return m.filter, m.sort, m.reverse }

// Restore shows the list with a filter and an order that were kept. An order that the list no longer has is left out.
func (m *Model[R]) Restore(filter, sort string, reverse bool) tea.Cmd {
	m.filter = filter
	m.sort, m.reverse = "", false
	for _, c := range m.o.Columns {
		if sort != "" && c.Sort == sort {
			m.sort, m.reverse = sort, reverse
		}
	}
	if sort == "" {
		m.reverse = reverse
	}
	return m.start(opReset)
}

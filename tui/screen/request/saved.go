package request

import tea "charm.land/bubbletea/v2"

// Filterable implements app.Restorer.
func (t *tab[R, D]) Filterable() bool { return t.list.Filterable() }

// Looked implements app.Restorer.
func (t *tab[R, D]) Looked() (filter, sort string, reverse bool) { return t.list.Looked() }

// Restore implements app.Restorer.
func (t *tab[R, D]) Restore(filter, sort string, reverse bool) tea.Cmd {
	return t.list.Restore(filter, sort, reverse)
}

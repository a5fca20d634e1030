package ticket

import (
	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/keymap"
)

// moves are the keys that scroll the page.
func (p *page) moves() []*keymap.Action {
	by := func(n func() int) func() tea.Cmd { return func() tea.Cmd { return p.scroll(n()) } }
	move := keymap.GroupMove
	return []*keymap.Action{
		{ID: "page.down", Title: "down", Keys: []string{"j", "down"}, Group: move, Run: by(func() int { return 1 })},
		{ID: "page.up", Title: "up", Keys: []string{"k", "up"}, Group: move, Run: by(func() int { return -1 })},
		{ID: "page.page-down", Title: "page down", Keys: []string{"ctrl+f", "pgdown", "ctrl+d"}, Group: move, Run: by(func() int { return p.height })},
		{ID: "page.page-up", Title: "page up", Keys: []string{"ctrl+b", "pgup", "ctrl+u"}, Group: move, Run: by(func() int { return -p.height })},
		{ID: "page.first", Title: "first", Keys: []string{"g", "home"}, Group: move, Run: by(func() int { return -p.lines })},
		{ID: "page.last", Title: "last", Keys: []string{"G", "end"}, Group: move, Run: by(func() int { return p.lines })},
	}
}

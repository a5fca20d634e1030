package rows

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/layout"
	"gatehouse/tui/list"
	"gatehouse/tui/theme"
)

// Pane is a list with the lines above it. A screen that embeds one has the optional interfaces of app for lists:
// Capturer, Targeter, Positioner, Backer, Clicker, Wheeler, Restorer and Copier.
type Pane[R any] struct {
	// List is the list that is shown. A screen may put another one in its place.
	List  *list.Model[R]
	above int
}

// enough is how high a pane must be to show lines above its list.
const enough = 9

// Draw draws the lines that fit above the list, and the list.
func (p *Pane[R]) Draw(r layout.Rect, look *theme.Look, head ...string) string {
	if r.H < enough {
		head = nil
	}
	p.above = len(head)
	if p.above == 0 {
		return p.List.View(r, look)
	}
	below := layout.Rect{X: r.X, Y: r.Y + p.above, W: r.W, H: r.H - p.above}
	return strings.Join(head, "\n") + "\n" + p.List.View(below, look)
}

// Captures implements app.Capturer.
func (p *Pane[R]) Captures() bool { return p.List.Captures() }

// Targets implements app.Targeter.
func (p *Pane[R]) Targets() int { return p.List.TargetCount() }

// Position implements app.Positioner.
func (p *Pane[R]) Position(look *theme.Look) string { return p.List.Position(look) }

// Back implements app.Backer.
func (p *Pane[R]) Back() (tea.Cmd, bool) { return p.List.Back() }

// Click implements app.Clicker.
func (p *Pane[R]) Click(_, y int) tea.Cmd { return p.List.Click(y - p.above) }

// Wheel implements app.Wheeler.
func (p *Pane[R]) Wheel(by int) tea.Cmd { return p.List.Scroll(by) }

// Failure implements app.Failer.
func (p *Pane[R]) Failure() error { return p.List.Err() }

// Filterable implements app.Restorer.
func (p *Pane[R]) Filterable() bool { return p.List != nil && p.List.Filterable() }

// Looked implements app.Restorer.
func (p *Pane[R]) Looked() (filter, sort string, reverse bool) { return p.List.Looked() }

// Restore implements app.Restorer.
func (p *Pane[R]) Restore(filter, sort string, reverse bool) tea.Cmd {
	return p.List.Restore(filter, sort, reverse)
}

// Copy implements app.Copier.
func (p *Pane[R]) Copy() string { return p.List.CurrentID() }

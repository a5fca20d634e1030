package setting

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/problem"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Page is the tab Settings of a unit: a board, and the actions about the unit as a whole.
type Page struct {
	Board
	Env  *app.Env
	Head unit.Head
	// Extra takes messages that neither head nor cards know; it may be nil.
	Extra   func(msg tea.Msg) tea.Cmd
	actions []*keymap.Action
}

// NewPage makes the page of a unit. Items are set by the caller before it is shown.
func NewPage(e *app.Env, ref core.Unit, extra ...*keymap.Action) *Page {
	p := &Page{Env: e, Head: unit.Head{Ref: ref}}
	act := keymap.GroupAct
	p.actions = append(p.Board.Actions(),
		&keymap.Action{
			ID: "unit.join", Title: "join", Long: "join, or request access", Keys: []string{"J"}, Group: act, Hint: 30,
			Guard: p.Head.MayEnter, Run: func() tea.Cmd { return unit.Enter(e, ref) }, Command: func() string { return unit.EnterCommand(&p.Head) },
		},
		&keymap.Action{
			ID: "unit.leave", Title: "leave", Keys: []string{"L"}, Group: act, Danger: keymap.Destructive, Hint: 31,
			Guard: p.Head.MayLeave, Run: func() tea.Cmd { return unit.Leave(e, ref) }, Command: func() string { return unit.LeaveCommand(ref) },
		},
		&keymap.Action{
			ID: "unit.delete", Title: "delete", Long: "delete the " + ref.Kind.String(), Keys: []string{"x"}, Group: act, Danger: keymap.Destructive, Hint: 32,
			Guard: p.Head.MayDelete, Run: func() tea.Cmd { return unit.Delete(e, ref, true) }, Command: func() string { return unit.DeleteCommand(ref) },
		},
	)
	p.actions = append(p.actions, moving(e, &p.Head)...)
	p.actions = unit.Offer(append(p.actions, extra...))
	return p
}

// Failure implements app.Failer.
func (p *Page) Failure() error { return p.Head.Err }

// moving are the actions that take the unit elsewhere or away for good. They have no keys of their own: the palette has
// them.
func moving(e *app.Env, h *unit.Head) []*keymap.Action {
	ref := h.Ref
	if ref.Kind == core.KindMaintainer {
		return nil
	}
	move := &keymap.Action{
		ID: "unit.move", Title: "move", Long: "move the project to another organization", Group: keymap.GroupAct, Danger: keymap.Destructive,
		Guard: h.MayMove, Run: func() tea.Cmd { return unit.Move(e, ref) }, Command: func() string { return unit.MoveCommand(ref) },
	}
	if ref.Kind == core.KindOrganization {
		move.Long = "give the organization to another maintainer"
		return []*keymap.Action{move}
	}
	return []*keymap.Action{move, {
		ID: "project.remove", Title: "remove for good", Long: "remove the empty project for good, at once", Group: keymap.GroupAct, Danger: keymap.Destructive,
		Guard: h.MayRemove, Run: func() tea.Cmd { return unit.Remove(e, ref, true) }, Command: func() string { return unit.RemoveCommand(ref) },
	}}
}

// Init implements app.Screen.
func (p *Page) Init() tea.Cmd { return unit.Load(p.Env, p.Head.Ref) }

// Refresh implements app.Refresher.
func (p *Page) Refresh() tea.Cmd { return unit.Load(p.Env, p.Head.Ref) }

// Update implements app.Screen.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	if p.Head.Take(msg) {
		return nil
	}
	if cmd, ok := unit.Take(msg); ok {
		return cmd
	}
	if p.Extra != nil {
		return p.Extra(msg)
	}
	return nil
}

// View implements app.Screen.
func (p *Page) View(r layout.Rect) string {
	look := p.Env.Look()
	switch {
	case p.Head.Err != nil:
		return refused(look, r.W, p.Head.Err)
	case !p.Head.Loaded:
		return ""
	}
	if r.H < enough {
		return p.Board.View(r, look)
	}
	r.H--
	return "\n" + p.Board.View(r, look)
}

// Refused draws why the page cannot be shown, with the next step.
func (p *Page) Refused(width int, err error) string { return refused(p.Env.Look(), width, err) }

// enough is how high the page must be for a blank line above.
const enough = 14

func refused(look *theme.Look, w int, err error) string {
	why := problem.From(err)
	mark, role := look.Glyphs.Failed, theme.Danger
	if why.Denied {
		mark, role = look.Glyphs.Warn, theme.Warning
	}
	lines := []string{""}
	for _, l := range text.Wrap(mark+" "+why.Message, max(w-6, 10)) {
		lines = append(lines, "   "+look.Paint(role, l))
	}
	for _, l := range text.Wrap(why.Next, max(w-6, 10)) {
		lines = append(lines, "   "+look.Paint(theme.Faint, l))
	}
	return strings.Join(append(lines, "   "+look.Paint(theme.Faint, "r try again   esc back")), "\n")
}

// Actions implements app.Screen.
func (p *Page) Actions() []*keymap.Action { return p.actions }

// Title implements app.Screen.
func (p *Page) Title() []string { return p.Head.Title() }

// TabCount implements app.Counter.
func (p *Page) TabCount(tab string) string { return p.Head.TabCount(tab) }

// Position implements app.Positioner.
func (p *Page) Position(*theme.Look) string {
	if !p.Head.Loaded || p.Head.Err != nil {
		return ""
	}
	return p.Board.Position()
}

// Click implements app.Clicker.
func (p *Page) Click(_, y int) tea.Cmd {
	if p.height < enough-1 {
		return p.Board.Click(y)
	}
	return p.Board.Click(y - 1)
}

// Wheel implements app.Wheeler.
func (p *Page) Wheel(by int) tea.Cmd { p.Board.Wheel(by); return nil }

// May makes the guard of an item out of a right.
func (p *Page) May(right core.Right) func() error {
	return func() error { return p.Head.May(right) }
}

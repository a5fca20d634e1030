// Package setting shows the settings of a unit: what each one is now, in words, and what changing it takes. What the
// reader may not change is shown too, with who can (interface.md, "Settings: toggles that show their consequence
// first"). The cards that change a setting belong to the screens.
package setting

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/problem"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Item is one setting.
type Item struct {
	// Label names it: "Auto Join".
	Label string
	// Toggle marks settings with two states, changed with t; others are edited with e.
	Toggle bool
	// Value is what it is now, drawn in brackets for toggles.
	Value func() theme.Span
	// About says what the present state means, in paragraphs.
	About func() []string
	// May says why the reader cannot change it, or nil.
	May func() error
	// Change opens the card that changes it; nil for what only tells something.
	Change func() tea.Cmd
	// Command is the equivalent command line.
	Command func() string
}

// Board is a page of settings with a cursor. It must not be copied after its actions were made.
type Board struct {
	Items  []Item
	cursor int
	top    int
	spans  [][2]int // lines of each item in the last View, from and to
	height int
}

// labelWidth is how wide the names of settings are.
const labelWidth = 16

// Actions moves the cursor and changes the setting under it.
func (b *Board) Actions() []*keymap.Action {
	by := func(n int) func() tea.Cmd { return func() tea.Cmd { b.move(n); return nil } }
	do := func(toggle bool) func() error {
		return func() error {
			it := b.current()
			switch {
			case it == nil || it.Change == nil:
				return keymap.Disabled("There is nothing to change here.")
			case it.Toggle != toggle && toggle:
				return keymap.Disabled(it.Label + " is no switch. Press e to edit it.")
			case it.Toggle != toggle:
				return keymap.Disabled(it.Label + " is a switch. Press t to change it.")
			}
			return it.may()
		}
	}
	run := func() tea.Cmd { return b.current().Change() }
	command := func(toggle bool) func() string {
		return func() string {
			if it := b.current(); it != nil && it.Command != nil && it.Toggle == toggle {
				return it.Command()
			}
			return ""
		}
	}
	return []*keymap.Action{
		{
			ID: "setting.toggle", Title: "switch", Long: "switch the setting under the cursor", Keys: []string{"t"}, Group: keymap.GroupAct, Danger: keymap.Heavy, Hint: 10,
			Guard: do(true), Run: run, Command: command(true),
		},
		{
			ID: "setting.edit", Title: "edit", Long: "edit the setting under the cursor", Keys: []string{"e"}, Group: keymap.GroupAct, Hint: 11,
			Guard: do(false), Run: run, Command: command(false),
		},
		{ID: "setting.open", Title: "change", Keys: []string{"enter"}, Group: keymap.GroupMove, Guard: func() error {
			it := b.current()
			return do(it != nil && it.Toggle)()
		}, Run: run},
		{ID: "setting.down", Title: "down", Keys: []string{"j", "down"}, Group: keymap.GroupMove, Run: by(1)},
		{ID: "setting.up", Title: "up", Keys: []string{"k", "up"}, Group: keymap.GroupMove, Run: by(-1)},
		{ID: "setting.first", Title: "first", Keys: []string{"g", "home"}, Group: keymap.GroupMove, Run: by(-1000)},
		{ID: "setting.last", Title: "last", Keys: []string{"G", "end"}, Group: keymap.GroupMove, Run: by(1000)},
		{ID: "setting.page-down", Title: "page down", Keys: []string{"ctrl+f", "pgdown", "ctrl+d"}, Group: keymap.GroupMove, Run: by(3)},
		{ID: "setting.page-up", Title: "page up", Keys: []string{"ctrl+b", "pgup", "ctrl+u"}, Group: keymap.GroupMove, Run: by(-3)},
	}
}

func (it *Item) may() error {
	if it.May == nil {
		return nil
	}
	return it.May()
}

func (b *Board) current() *Item {
	if b.cursor < 0 || b.cursor >= len(b.Items) {
		return nil
	}
	return &b.Items[b.cursor]
}

func (b *Board) move(by int) { b.cursor = max(min(b.cursor+by, len(b.Items)-1), 0) }

// View draws the settings; the one under the cursor is always whole on the screen where it fits.
func (b *Board) View(r layout.Rect, look *theme.Look) string {
	var lines []string
	b.spans = b.spans[:0]
	for i := range b.Items {
		from := len(lines)
		lines = append(lines, b.item(i, r.W, look)...)
		b.spans = append(b.spans, [2]int{from, len(lines)})
	}
	b.height = r.H
	if len(b.spans) > b.cursor {
		s := b.spans[b.cursor]
		if s[1] > b.top+r.H {
			b.top = s[1] - r.H
		}
		if s[0] < b.top {
			b.top = s[0]
		}
	}
	b.top = max(min(b.top, len(lines)-r.H), 0)
	return strings.Join(lines[b.top:min(b.top+r.H, len(lines))], "\n")
}

func (b *Board) item(i, width int, look *theme.Look) []string {
	it := &b.Items[i]
	mark, role := " ", theme.Plain
	if i == b.cursor {
		mark, role = look.Paint(theme.Marker, look.Glyphs.Cursor), theme.Strong
	}
	value := it.Value()
	if it.Toggle {
		value.Text = "[ " + value.Text + " ]"
	}
	head := mark + look.Paint(role, text.Fit(it.Label, labelWidth)) + " "
	refused := it.may()
	hint := ""
	switch {
	case it.Change == nil:
	case refused != nil:
		hint = "   read only"
	case it.Toggle:
		hint = "   t to change"
	default:
		hint = "   e to change"
	}
	room := max(width-labelWidth-3-text.Width(hint), 8)
	lines := []string{head + look.Paint(value.Role, text.Cut(text.Clean(value.Text), room)) + look.Paint(theme.Faint, hint)}
	say := func(role theme.Role, s string) {
		for _, l := range text.Wrap(s, max(width-5, 8)) {
			lines = append(lines, "   "+look.Paint(role, l))
		}
	}
	if it.About != nil {
		for _, p := range it.About() {
			say(theme.Plain, p)
		}
	}
	if refused != nil && it.Change != nil && i == b.cursor {
		say(theme.Faint, problem.From(refused).Text())
	}
	return append(lines, "")
}

// Click puts the cursor on the setting at a line, and changes it on the second click.
func (b *Board) Click(y int) tea.Cmd {
	for i, s := range b.spans {
		if at := y + b.top; at >= s[0] && at < s[1] {
			again := i == b.cursor
			b.cursor = i
			if it := b.current(); again && it.Change != nil && it.may() == nil {
				return it.Change()
			}
		}
	}
	return nil
}

// Wheel moves the cursor by one setting, however many lines the wheel turned.
func (b *Board) Wheel(by int) { b.move(max(min(by, 1), -1)) }

// Position says where the cursor is: "1 of 7".
func (b *Board) Position() string {
	if len(b.Items) == 0 {
		return ""
	}
	return strconv.Itoa(b.cursor+1) + " of " + strconv.Itoa(len(b.Items))
}

// Copy gives the present value of the setting under the cursor.
func (b *Board) Copy() string {
	if it := b.current(); it != nil {
		return it.Value().Text
	}
	return ""
}

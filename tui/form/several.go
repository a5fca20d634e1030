package form

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

const (
	// choicesMost is how many options of a Choice stand side by side or behind arrows; more are looked for by typing.
	choicesMost = 9
	// severalRows is how many options of a long field show at once.
	severalRows = 7
)

// finder is a field of many options: those that are set stand first, and typing narrows them.
type finder struct {
	order  []int // options as they stand: first those that were set
	on     []bool
	find   []rune
	cursor int // in shown
	top    int
}

// finds reports whether options are looked for by typing.
func (f *Field) finds() bool {
	return f.Kind == Several || f.Kind == Choice && len(f.Options) > choicesMost
}

func (f *Field) setupFinder() {
	x := &f.finder
	x.on = make([]bool, len(f.Options))
	set := strings.Split(f.Value, ",")
	for i, o := range f.Options {
		x.on[i] = slices.Contains(set, o.Value) && (f.Kind == Several || o.Value == f.Value)
	}
	if f.Kind == Choice && len(f.Options) > 0 && !slices.Contains(x.on, true) {
		x.on[0] = true
	}
	for _, held := range []bool{true, false} {
		for i := range f.Options {
			if x.on[i] == held {
				x.order = append(x.order, i)
			}
		}
	}
}

// chosen gives the values that are set, in the order of the options.
func (f *Field) chosen() string {
	var out []string
	for i, o := range f.Options {
		if f.finder.on[i] {
			out = append(out, o.Value)
		}
	}
	return strings.Join(out, ",")
}

// fit gives the options that fit what is typed.
func (f *Field) fit() []int {
	words := string(f.finder.find)
	if words == "" {
		return f.finder.order
	}
	var out []int
	for _, i := range f.finder.order {
		if o := f.Options[i]; core.Holds(o.Label, words) || core.Holds(o.Note, words) {
			out = append(out, i)
		}
	}
	return out
}

// List reads the values of a field of kind Several.
func (v Values) List(name string) []string {
	if v[name] == "" {
		return nil
	}
	return strings.Split(v[name], ",")
}

func (f *Field) findKey(msg tea.Msg) {
	x := &f.finder
	if p, ok := msg.(tea.PasteMsg); ok {
		x.find, x.cursor = append(x.find, []rune(strings.Join(strings.Fields(p.Content), " "))...), 0
		return
	}
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return
	}
	switch key := k.String(); key {
	case "up":
		x.cursor--
	case "down":
		x.cursor++
	case "pgup":
		x.cursor -= severalRows
	case "pgdown":
		x.cursor += severalRows
	case "space", "left", "right":
		f.toggle()
	case "backspace":
		x.find = x.find[:max(len(x.find)-1, 0)]
	case "ctrl+u":
		x.find = nil
	default:
		if k.Text != "" && len(x.find) < 100 {
			x.find, x.cursor = append(x.find, []rune(k.Text)...), 0
		}
	}
	x.cursor = max(min(x.cursor, len(f.fit())-1), 0)
}

// toggle turns the option under the cursor; of a Choice it becomes the one.
func (f *Field) toggle() {
	fit := f.fit()
	if f.finder.cursor >= len(fit) {
		return
	}
	i := fit[f.finder.cursor]
	if why := f.Options[i].Disabled; why != "" {
		f.problem = why
		return
	}
	if f.Kind == Choice {
		for j := range f.finder.on {
			f.finder.on[j] = j == i
		}
		return
	}
	f.finder.on[i] = !f.finder.on[i]
}

// viewFinder shows what is set in one line; with the focus, what is typed and some options, and how many there are more.
func (f *Field) viewFinder(look *theme.Look, w int, focused bool) []string {
	var set []string
	for _, i := range f.finder.order {
		if f.finder.on[i] {
			set = append(set, f.Options[i].Label)
		}
	}
	sum := strings.Join(set, ", ")
	if sum == "" {
		sum = "none"
	}
	count := " " + strconv.Itoa(len(set)) + " of " + strconv.Itoa(len(f.Options))
	role := theme.Strong
	if focused {
		role = theme.Focus
	}
	lines := []string{look.Paint(role, text.Cut(text.Clean(sum), max(w-text.Width(count), 4))) + look.Paint(theme.Faint, count)}
	if !focused {
		return lines
	}
	x, fit := &f.finder, f.fit()
	lines = append(lines, look.Paint(theme.Faint, "find ")+text.Clean(string(x.find))+look.Paint(theme.Focus, " "))
	x.top = max(min(x.top, x.cursor), x.cursor-severalRows+1, 0)
	to := min(x.top+severalRows, len(fit))
	for n := x.top; n < to; n++ {
		lines = append(lines, f.option(look, fit[n], n == x.cursor, w))
	}
	switch more := len(fit) - (to - x.top); {
	case len(fit) == 0:
		lines = append(lines, look.Paint(theme.Faint, "Nothing fits. Try fewer letters."))
	case more > 0:
		lines = append(lines, look.Paint(theme.Faint, strconv.Itoa(more)+" more: type to find, ↓ goes on"))
	}
	return lines
}

func (f *Field) option(look *theme.Look, i int, current bool, w int) string {
	o := f.Options[i]
	mark, role := " ", theme.Plain
	if current {
		mark, role = look.Paint(theme.Marker, look.Glyphs.Cursor), theme.Strong
	}
	if o.Disabled != "" {
		role = theme.Faint
	}
	box := "[ ] "
	if f.finder.on[i] {
		box = "[x] "
	}
	label := text.CutMiddle(text.Clean(o.Label), max(w-6, 4))
	line := mark + " " + look.Paint(role, box+label)
	if left := w - 8 - text.Width(label); o.Note != "" && left > 6 {
		line += "  " + look.Paint(theme.Faint, text.Cut(text.Clean(o.Note), left))
	}
	return line
}

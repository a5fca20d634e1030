package form

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/textarea"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Kind is how a field is filled in.
type Kind uint8

// The kinds of fields.
const (
	Text    Kind = iota // one line
	Note                // some lines
	Choice              // one of a few values
	Toggle              // on or off
	Several             // any of many values, see Values.List
)

// Option is one value of a Choice.
type Option struct {
	Value, Label string
	// Note stands behind the label while it is chosen.
	Note string
	// Disabled says why it cannot be chosen, or is empty.
	Disabled string
}

// Field is one field of a form. Configure it before the form is shown.
type Field struct {
	// Name is the key of the value. Errors of core whose Field has this name are shown under the field.
	Name string
	// Label stands before the field, Help under it while it has the focus.
	Label, Help, Placeholder string
	Kind                     Kind
	// Value is what the field starts with: text, the value of an option, for Several those with commas between them, or
	// "on" and "off".
	Value   string
	Options []Option
	// Limit is how many characters fit; 0 means 500.
	Limit int
	// Height is how many lines of a Note show; 0 means 3.
	Height int
	// Required fields must not be blank.
	Required bool
	// Secret hides what is typed: codes.
	Secret bool
	// Check returns what is wrong with a value, or "". It runs when the field is left and before sending.
	Check func(value string, all Values) string
	// Describe, when set, is shown under the field and follows what is typed: the consequence of a choice.
	Describe func(value string, all Values) string

	input   textinput.Model
	area    textarea.Model
	choice  int
	on      bool
	problem string
	made    bool
	finder  finder
}

// Values are the contents of a form by field name.
type Values map[string]string

// Text returns a value without blanks at its ends.
func (v Values) Text(name string) string { return strings.TrimSpace(v[name]) }

// On reports whether a toggle is on.
func (v Values) On(name string) bool { return v[name] == "on" }

func (f *Field) setup() {
	if f.made {
		return
	}
	f.made = true
	limit := f.Limit
	if limit == 0 {
		limit = 500
	}
	if f.finds() {
		f.setupFinder()
		return
	}
	switch f.Kind {
	case Text:
		f.input = textinput.New()
		f.input.Prompt = ""
		f.input.CharLimit = limit
		f.input.Placeholder = f.Placeholder
		f.input.SetVirtualCursor(true)
		f.input.KeyMap.Paste.SetEnabled(false)
		if f.Secret {
			f.input.EchoMode = textinput.EchoPassword
			f.input.EchoCharacter = '*'
		}
		still := f.input.Styles()
		still.Cursor.Blink = false // a blinking cursor would draw for ever
		f.input.SetStyles(still)
		f.input.SetValue(f.Value)
		f.input.CursorEnd()
	case Note:
		f.area = textarea.New()
		f.area.Prompt = ""
		f.area.ShowLineNumbers = false
		f.area.CharLimit = limit
		f.area.MaxHeight = max(50, limit/20) // lines; the limit of characters is what counts
		f.area.Placeholder = f.Placeholder
		f.area.SetVirtualCursor(true)
		f.area.KeyMap.Paste.SetEnabled(false)
		still := f.area.Styles()
		still.Cursor.Blink = false
		f.area.SetStyles(still)
		f.area.SetHeight(3)
		if f.Height > 0 {
			f.area.SetHeight(f.Height)
		}
		f.area.SetValue(f.Value)
	case Choice:
		for i, o := range f.Options {
			if o.Value == f.Value {
				f.choice = i
			}
		}
	case Toggle:
		f.on = f.Value == "on"
	case Several: // it has a finder
	}
}

// value is what the field holds now.
func (f *Field) value() string {
	f.setup()
	if f.finds() {
		return f.chosen()
	}
	switch f.Kind {
	case Text:
		return f.input.Value()
	case Note:
		return f.area.Value()
	case Choice:
		if f.choice < len(f.Options) {
			return f.Options[f.choice].Value
		}
	case Toggle:
		if f.on {
			return "on"
		}
		return "off"
	case Several: // it has a finder
	}
	return ""
}

// captures reports whether letters are text here.
func (f *Field) captures() bool { return f.types() || f.finds() }

// types reports whether what is typed is the value.
func (f *Field) types() bool { return f.Kind == Text || f.Kind == Note }

func (f *Field) focus(on bool) tea.Cmd {
	switch {
	case f.Kind == Text && on:
		return f.input.Focus()
	case f.Kind == Text:
		f.input.Blur()
	case f.Kind == Note && on:
		return f.area.Focus()
	case f.Kind == Note:
		f.area.Blur()
	}
	return nil
}

// update gives the field a key or paste.
func (f *Field) update(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	before := f.value()
	if f.finds() {
		f.problem = ""
		f.findKey(msg)
		return nil
	}
	switch f.Kind {
	case Text:
		if p, ok := msg.(tea.PasteMsg); ok {
			p.Content = strings.Join(strings.Fields(strings.ReplaceAll(p.Content, "\n", " ")), " ")
			msg = p
		}
		f.input, cmd = f.input.Update(msg)
	case Note:
		f.area, cmd = f.area.Update(msg)
	case Choice, Toggle:
		if k, ok := msg.(tea.KeyPressMsg); ok {
			f.turn(k.String())
		}
	case Several: // it has a finder
	}
	if f.value() != before {
		f.problem = ""
	}
	return cmd
}

func (f *Field) turn(key string) {
	by := 0
	switch key {
	case "right", "l", "space", "t":
		by = 1
	case "left", "h":
		by = -1
	}
	if by == 0 {
		return
	}
	if f.Kind == Toggle {
		f.on = !f.on
		return
	}
	n := len(f.Options)
	for i, j := 0, f.choice; i < n; i++ {
		j = (j + by + n) % n
		if f.Options[j].Disabled == "" {
			f.choice = j
			return
		}
	}
}

// check validates the field and remembers what is wrong.
func (f *Field) check(all Values) bool {
	v := f.value()
	f.problem = ""
	switch {
	case f.Required && strings.TrimSpace(v) == "":
		f.problem = "Fill in " + strings.ToLower(f.Label) + "."
	case f.Kind == Choice && !f.finds() && f.choice < len(f.Options) && f.Options[f.choice].Disabled != "":
		f.problem = f.Options[f.choice].Disabled
	case f.Check != nil:
		f.problem = f.Check(v, all)
	}
	return f.problem == ""
}

// view draws the value in w cells.
func (f *Field) view(look *theme.Look, w int, focused bool) []string {
	if f.finds() {
		return f.viewFinder(look, w, focused)
	}
	switch f.Kind {
	case Text:
		s := f.input.Styles()
		s.Focused.Placeholder, s.Blurred.Placeholder = look.Style(theme.Faint), look.Style(theme.Faint)
		s.Focused.Text, s.Blurred.Text = look.Style(theme.Plain), look.Style(theme.Plain)
		s.Cursor.Color, s.Cursor.Blink = look.Attrs(theme.Marker).Fg, false
		f.input.SetStyles(s)
		return []string{f.viewText(look, w)}
	case Note:
		return f.viewNote(look, w)
	case Choice:
		return f.viewChoice(look, w, focused)
	case Toggle:
		label := "[ off ]"
		if f.on {
			label = "[ on  ]"
		}
		role := theme.Plain
		if focused {
			role = theme.Focus
		}
		return []string{look.Paint(role, label)}
	case Several: // it has a finder
	}
	return nil
}

// viewText draws one line with a line under what is still empty; long values scroll.
func (f *Field) viewText(look *theme.Look, w int) string {
	room := w - 1
	if f.Limit > 0 {
		room = min(room, max(f.Limit+1, 8))
	}
	f.input.SetWidth(0)
	if f.input.Value() == "" {
		f.input.SetWidth(text.Width(f.Placeholder))
	}
	s := f.input.View()
	n := text.Width(s)
	if n > room {
		f.input.SetWidth(max(room-1, 4))
		f.input.SetCursor(f.input.Position()) // it scrolls to the cursor only when that is set
		return f.input.View()
	}
	return s + look.Paint(theme.Border, strings.Repeat("_", room-n))
}

func (f *Field) viewNote(look *theme.Look, w int) []string {
	s := f.area.Styles()
	plain, faint := look.Style(theme.Plain), look.Style(theme.Faint)
	for _, st := range []*textarea.StyleState{&s.Focused, &s.Blurred} {
		st.Base, st.Text, st.CursorLine, st.EndOfBuffer, st.Prompt, st.Placeholder = plain, plain, plain, plain, plain, faint
	}
	s.Cursor.Color, s.Cursor.Blink = look.Attrs(theme.Marker).Fg, false
	f.area.SetStyles(s)
	f.area.SetWidth(max(w-3, 4))
	lines := strings.Split(f.area.View(), "\n")
	for i, l := range lines {
		lines[i] = look.Paint(theme.Border, look.Glyphs.Vertical) + " " + l
	}
	return lines
}

// viewChoice shows all options in a row when they fit, else the chosen one with arrows.
func (f *Field) viewChoice(look *theme.Look, w int, focused bool) []string {
	if len(f.Options) == 0 {
		return []string{look.Paint(theme.Faint, "nothing to choose from")}
	}
	all := 0
	for _, o := range f.Options {
		all += text.Width(text.Clean(o.Label)) + 4
	}
	note := f.Options[f.choice].Note
	var lines []string
	if all <= w {
		var b strings.Builder
		for i, o := range f.Options {
			label := "  " + o.Label + "  "
			role := theme.Button
			switch {
			case i == f.choice && focused:
				label, role = "[ "+o.Label+" ]", theme.Focus
			case i == f.choice:
				label, role = "[ "+o.Label+" ]", theme.Strong
			case o.Disabled != "":
				role = theme.Faint
			}
			b.WriteString(look.Paint(role, label))
		}
		lines = append(lines, b.String())
	} else {
		role := theme.Strong
		if focused {
			role = theme.Focus
		}
		g := look.Glyphs
		count := " " + strconv.Itoa(f.choice+1) + "/" + strconv.Itoa(len(f.Options))
		lines = append(lines, look.Paint(theme.Faint, g.Left+" ")+look.Paint(role, text.Cut(text.Clean(f.Options[f.choice].Label), max(w-10, 4)))+
			look.Paint(theme.Faint, " "+g.Right+count))
	}
	if note != "" {
		for _, l := range text.Wrap(note, w) {
			lines = append(lines, look.Paint(theme.Faint, l))
		}
	}
	return lines
}

// room says how many characters are left, when it gets tight.
func (f *Field) room() string {
	if !f.types() || f.Secret {
		return ""
	}
	limit := f.Limit
	if limit == 0 {
		limit = 500
	}
	left := limit - utf8.RuneCountInString(f.value())
	if left > min(20, limit/4) {
		return ""
	}
	return strconv.Itoa(left) + " characters left"
}

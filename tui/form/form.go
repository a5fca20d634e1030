// Package form asks for several things at once: text, choices, toggles, notes. A [Form] is a card, and can stand in a
// page too ([Form.Inline]).
//
// What was typed is never lost: what is wrong is shown under its field, sending runs beside the interface, and an error
// of sending leaves everything as it was and shows the next step (interface.md behaviour 12).
package form

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/problem"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Form is a set of fields with a button. It must not be copied after it was shown.
type Form struct {
	Heading string
	// Intro stands above the fields, in paragraphs.
	Intro  []string
	Fields []*Field
	// Button is the word on the button that sends: "Create".
	Button string
	// Danger: the focus of a destructive form starts on Cancel.
	Danger keymap.Danger
	// StillThere, when set, is asked after changes of the house; its error closes the form with its words.
	StillThere func(ctx context.Context) error
	// Send carries it out beside the interface. Its message is delivered to the screen; its error is shown here and
	// nothing typed is lost.
	Send func(ctx context.Context, v Values) (tea.Msg, error)
	// Answer, when Send is nil, makes the message that is delivered to the screen.
	Answer func(v Values) tea.Msg
	// Consequence, when set, is shown above the buttons and follows what is typed.
	Consequence func(v Values) []string
	// Inline forms stand in a page: esc does not close them, and the answer comes without closing a card.
	Inline bool

	env     card.Env
	at      int // field with the focus; len(Fields) is the send button, then cancel
	started bool
	busy    bool
	changed bool
	leaving bool
	failed  problem.Problem
	top     int
}

type sentMsg struct {
	form   *Form
	answer tea.Msg
	err    error
}

// Title implements card.Card.
func (f *Form) Title() string { return f.Heading }

// Captures implements card.Card.
func (f *Form) Captures() bool { return f.at < len(f.Fields) && f.Fields[f.at].captures() }

// Start implements card.Starter.
func (f *Form) Start(env card.Env) tea.Cmd {
	f.env = env
	if f.started {
		return nil
	}
	f.started = true
	for _, x := range f.Fields {
		x.setup()
	}
	f.at = 0
	if f.Danger == keymap.Destructive && !f.Inline {
		f.at = f.stops() - 1
	}
	if f.at >= len(f.Fields) {
		return nil
	}
	return f.Fields[0].focus(true)
}

// Check implements card.Checker.
func (f *Form) Check(ctx context.Context) error {
	if f.StillThere == nil {
		return nil
	}
	return f.StillThere(ctx)
}

// Values returns what the fields hold now.
func (f *Form) Values() Values {
	v := Values{}
	for _, x := range f.Fields {
		v[x.Name] = x.value()
	}
	return v
}

// Field returns a field by name, or nil.
func (f *Form) Field(name string) *Field {
	for _, x := range f.Fields {
		if x.Name == name {
			return x
		}
	}
	return nil
}

// Update implements card.Card.
func (f *Form) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case sentMsg:
		if msg.form != f {
			return nil
		}
		f.busy = false
		if msg.err != nil {
			return f.refused(msg.err)
		}
		return f.finish(msg.answer)
	case tea.KeyPressMsg:
		if f.busy {
			return nil
		}
		return f.key(msg)
	case tea.PasteMsg:
		if !f.busy && f.at < len(f.Fields) {
			f.changed = true
			return f.Fields[f.at].update(msg)
		}
	default:
		if f.at < len(f.Fields) && f.Fields[f.at].captures() {
			return f.Fields[f.at].update(msg)
		}
	}
	return nil
}

func (f *Form) finish(answer tea.Msg) tea.Cmd {
	if f.Inline {
		f.changed = false
		return func() tea.Msg { return answer }
	}
	return card.Finish(f, answer)
}

// refused shows an error under the field that it is about, or above the buttons.
func (f *Form) refused(err error) tea.Cmd {
	p := problem.From(err)
	if x := f.Field(p.Field); x != nil && p.Field != "" {
		x.problem = p.Text()
		for i := range f.Fields {
			if f.Fields[i] == x {
				return f.move(i)
			}
		}
	}
	f.failed = p
	return nil
}

func (f *Form) stops() int {
	if f.Inline {
		return len(f.Fields) + 1
	}
	return len(f.Fields) + 2
}

func (f *Form) key(k tea.KeyPressMsg) tea.Cmd {
	key := k.String()
	note := f.at < len(f.Fields) && f.Fields[f.at].Kind == Note
	leaving := f.leaving
	f.leaving = false
	switch {
	case key == "esc":
		return f.escape(leaving)
	case key == "tab", key == "down" && !note:
		return f.step(1)
	case key == "shift+tab", key == "up" && !note:
		return f.step(-1)
	case key == "ctrl+s":
		return f.send()
	case key == "enter" && !note:
		switch {
		case f.at < len(f.Fields)-1:
			return f.step(1)
		case f.at == len(f.Fields)-1:
			return f.step(1)
		case f.at == len(f.Fields):
			return f.send()
		}
		return card.Finish(f, nil)
	}
	if f.at >= len(f.Fields) {
		switch key {
		case "left", "h":
			return f.move(len(f.Fields))
		case "right", "l":
			return f.move(f.stops() - 1)
		}
		return nil
	}
	before := f.Fields[f.at].value()
	cmd := f.Fields[f.at].update(k)
	if f.Fields[f.at].value() != before {
		f.changed = true
		f.failed = problem.Problem{}
	}
	return cmd
}

// escape closes the form; once something was typed it asks with a second esc.
func (f *Form) escape(leaving bool) tea.Cmd {
	if f.Inline {
		return nil
	}
	if f.changed && !leaving {
		f.leaving = true
		return nil
	}
	return card.Finish(f, nil)
}

func (f *Form) step(by int) tea.Cmd {
	if by > 0 && f.at < len(f.Fields) {
		f.Fields[f.at].check(f.Values())
	}
	n := f.stops()
	return f.move((f.at + by + n) % n)
}

func (f *Form) move(to int) tea.Cmd {
	if f.at < len(f.Fields) {
		f.Fields[f.at].focus(false)
	}
	f.at = to
	if f.at < len(f.Fields) {
		return f.Fields[f.at].focus(true)
	}
	return nil
}

// send checks everything and sends it; the first wrong field gets the focus.
func (f *Form) send() tea.Cmd {
	v := f.Values()
	wrong := -1
	for i, x := range f.Fields {
		if !x.check(v) && wrong < 0 {
			wrong = i
		}
	}
	if wrong >= 0 {
		return f.move(wrong)
	}
	f.failed = problem.Problem{}
	if f.Send == nil {
		var answer tea.Msg
		if f.Answer != nil {
			answer = f.Answer(v)
		}
		return f.finish(answer)
	}
	f.busy = true
	send, ctx := f.Send, f.env.Ctx
	if ctx == nil {
		ctx = context.Background()
	}
	return func() tea.Msg {
		answer, err := send(ctx, v)
		return sentMsg{f, answer, err}
	}
}

// View implements card.Card. A form higher than the card scrolls to the field with the focus.
func (f *Form) View(look *theme.Look, w, h int) card.Body {
	width := min(w, 72)
	var lines []string
	from, to := 0, 0
	for _, p := range f.Intro {
		lines = append(lines, text.Wrap(p, width)...)
		lines = append(lines, "")
	}
	label := 0
	for _, x := range f.Fields {
		label = max(label, text.Width(x.Label))
	}
	label = min(label, width/3)
	v := f.Values()
	for i, x := range f.Fields {
		if i == f.at {
			from = len(lines)
		}
		lines = append(lines, f.row(look, x, i == f.at, label, width, v)...)
		if i == f.at {
			to = len(lines)
		}
	}
	lines = append(lines, "")
	start := len(lines)
	lines = append(lines, f.foot(look, width, v)...)
	if f.at >= len(f.Fields) {
		from, to = start, len(lines)
	}
	foot := "enter next  tab move  ctrl+s send  esc cancel"
	if f.Inline {
		foot = ""
	}
	return card.Body{Lines: f.scroll(lines, from, to, h), Width: width, Foot: foot}
}

func (f *Form) row(look *theme.Look, x *Field, focused bool, label, width int, v Values) []string {
	x.setup()
	mark, role := " ", theme.Faint
	if focused {
		mark, role = look.Paint(theme.Marker, look.Glyphs.Cursor), theme.Plain
	}
	indent := text.Blanks(label + 4)
	room := max(width-label-4, 8)
	var out []string
	for i, l := range x.view(look, room, focused) {
		if i == 0 {
			out = append(out, mark+" "+look.Paint(role, text.Fit(x.Label, label))+"  "+l)
			continue
		}
		out = append(out, indent+l)
	}
	add := func(r theme.Role, s string) {
		for _, l := range text.Wrap(s, room) {
			out = append(out, indent+look.Paint(r, l))
		}
	}
	if x.problem != "" {
		add(theme.Danger, look.Glyphs.Failed+" "+x.problem)
	} else if focused && x.Help != "" {
		add(theme.Faint, x.Help)
	}
	if x.Describe != nil {
		if s := x.Describe(x.value(), v); s != "" {
			add(theme.Plain, s)
		}
	}
	if s := x.room(); focused && s != "" {
		add(theme.Faint, s)
	}
	return out
}

func (f *Form) foot(look *theme.Look, width int, v Values) []string {
	var out []string
	if f.Consequence != nil {
		for _, p := range f.Consequence(v) {
			out = append(out, text.Wrap(p, width)...)
		}
		if len(out) > 0 {
			out = append(out, "")
		}
	}
	switch {
	case f.busy:
		out = append(out, look.Paint(theme.Info, "Working "+look.Glyphs.Ellipsis), "")
	case f.failed.Message != "":
		for _, l := range text.Wrap(look.Glyphs.Failed+" "+f.failed.Message, width) {
			out = append(out, look.Paint(theme.Danger, l))
		}
		if f.failed.Next != "" {
			out = append(out, text.Wrap(f.failed.Next, width)...)
		}
		out = append(out, "")
	case f.leaving:
		out = append(out, look.Paint(theme.Warning, "Press esc again to throw away what you typed."), "")
	}
	button := f.Button
	if button == "" {
		button = "Save"
	}
	var b strings.Builder
	b.WriteString(card.PaintButton(look, button, f.at == len(f.Fields)))
	if !f.Inline {
		b.WriteString("  " + card.PaintButton(look, "Cancel", f.at == len(f.Fields)+1))
	}
	return append(out, b.String())
}

// scroll keeps the lines from..to inside h lines.
func (f *Form) scroll(lines []string, from, to, h int) []string {
	if h <= 0 || len(lines) <= h {
		f.top = 0
		return lines
	}
	if from < f.top {
		f.top = from
	}
	if to > f.top+h {
		f.top = to - h
	}
	f.top = max(min(f.top, len(lines)-h), 0)
	return lines[f.top : f.top+h]
}

// Package form asks for several things at once: text, choices, toggles, notes. A [Form] is a card, and can stand in a
// page too ([Form.Inline]).
//
// What was typed is never lost: what is wrong is shown under its field, sending runs beside the interface, and an error
// of sending leaves everything as it was and shows the next step (interface.md behaviour 12).
package form

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/problem"
)

// Form is a set of fields with a button. It must not be copied after it was shown.
type Form struct {
	Heading string
	// Intro stands above the fields, in paragraphs.
	Intro  []string
	Fields []*Field
	// Button is the word on the button that sends: "Create".
	Button string
	// Danger: a destructive form starts at the first text that it asks for, so that nothing typed is lost, or on Cancel if
	// it asks for none. Its enter never goes from the fields to the button that sends.
	Danger keymap.Danger
	// StillThere, when set, is asked after changes of the house; its error closes the form with its words.
	StillThere func(ctx context.Context) error
	// About is the record that it decides, when others may have the same one open.
	About core.Ref
	// Send carries it out beside the interface. Its message is delivered to the screen; its error is shown here and
	// nothing typed is lost.
	Send func(ctx context.Context, v Values) (tea.Msg, error)
	// Answer, when Send is nil, makes the message that is delivered to the screen.
	Answer func(v Values) tea.Msg
	// Consequence, when set, is shown above the buttons and follows what is typed.
	Consequence func(v Values) []string
	// First is the label of the field that has the focus at the start; empty is the first.
	First string
	// Inline forms stand in a page: esc does not close them, and the answer comes without closing a card.
	Inline bool

	env     card.Env
	at      int // field with the focus; len(Fields) is the send button, then cancel
	started bool
	busy    bool
	changed bool
	leaving bool
	failed  problem.Problem
	failure error // behind failed, or behind what is shown under a field
	top     int

	rows       [][2]int // lines of the fields in the last View, before scrolling: from, to
	shown      int      // lines of the last View that scroll; below them stand those that always show
	buttonLine int
}

type sentMsg struct {
	form   *Form
	answer tea.Msg
	err    error
}

// Title implements card.Card.
func (f *Form) Title() string { return f.Heading }

// Captures implements card.Card. A form in a page takes every key: its choices and buttons need them too.
func (f *Form) Captures() bool { return f.Inline || f.at < len(f.Fields) && f.Fields[f.at].captures() }

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
	f.at = max(slices.IndexFunc(f.Fields, func(x *Field) bool { return f.First != "" && x.Label == f.First }), 0)
	if f.destroys() && f.First == "" {
		if f.at = slices.IndexFunc(f.Fields, (*Field).captures); f.at < 0 {
			f.at = f.cancel()
		}
	}
	if f.at >= len(f.Fields) {
		return nil
	}
	return f.Fields[f.at].focus(true)
}

// Failure implements card.Failer: the answer of sending, until something is typed.
func (f *Form) Failure() error { return f.failure }

// Attends says which record the form is about, for who else has it open. Who may open the form may decide.
func (f *Form) Attends() (of core.Ref, decides bool) { return f.About, !f.About.IsZero() }

// Check implements card.Checker.
func (f *Form) Check(ctx context.Context) error {
	if f.StillThere == nil {
		return nil
	}
	return f.StillThere(ctx)
}

// Working implements card.Worker.
func (f *Form) Working() bool { return f.busy }

// Unsaved implements card.Keeper: the texts that were typed, but secrets.
func (f *Form) Unsaved() string {
	if !f.changed {
		return ""
	}
	var lines []string
	for _, x := range f.Fields {
		if v := x.value(); !x.Secret && x.types() && v != x.Value && v != "" {
			lines = append(lines, x.Label+": "+v)
		}
	}
	return strings.Join(lines, "\n")
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

// Focused is the field with the focus, or nil where a button has it.
func (f *Form) Focused() *Field {
	if f.at < len(f.Fields) {
		return f.Fields[f.at]
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
	f.failure = err
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

// destroys says whether it is a card that wants more than enter on enter.
func (f *Form) destroys() bool { return f.Danger == keymap.Destructive && !f.Inline }

// cancel is the stop of the Cancel button, which forms in a page have not.
func (f *Form) cancel() int { return len(f.Fields) + 1 }

func (f *Form) stops() int {
	if f.Inline {
		return len(f.Fields) + 1
	}
	return len(f.Fields) + 2
}

// note reports whether a field of several lines has the focus: enter and the arrows are its own.
func (f *Form) note() bool { return f.at < len(f.Fields) && f.Fields[f.at].Kind == Note }

// finds reports whether a field has the focus whose options the arrows walk.
func (f *Form) finds() bool { return f.at < len(f.Fields) && f.Fields[f.at].finds() }

func (f *Form) key(k tea.KeyPressMsg) tea.Cmd {
	key := k.String()
	note := f.note()
	arrows := note || f.finds()
	leaving := f.leaving
	f.leaving = false
	switch {
	case key == "esc":
		return f.escape(leaving)
	case key == "enter" && !note && f.destroys() && f.at == len(f.Fields)-1:
		f.Fields[f.at].check(f.Values())
		return f.move(f.cancel()) // whoever keeps pressing enter, from the palette too, destroys nothing
	case f.steps(key, note, arrows) != 0:
		return f.step(f.steps(key, note, arrows))
	case key == "ctrl+s" && f.Danger != keymap.Destructive: // control chords never destroy
		return f.send()
	case f.at >= len(f.Fields):
		return f.buttonKey(key)
	}
	return f.fieldKey(k)
}

// steps is where a key leads: 1 to the next field, -1 to the one before, 0 nowhere.
func (f *Form) steps(key string, note, arrows bool) int {
	switch {
	case key == "tab", key == "down" && !arrows, key == "enter" && !note && f.at < len(f.Fields):
		return 1
	case key == "shift+tab", key == "up" && !arrows:
		return -1
	}
	return 0
}

// fieldKey takes a key while a field has the focus. What is wrong is not said any more once something else stands there.
func (f *Form) fieldKey(k tea.KeyPressMsg) tea.Cmd {
	before := f.Fields[f.at].value()
	cmd := f.Fields[f.at].update(k)
	if f.Fields[f.at].value() != before {
		f.changed = true
		f.failed, f.failure = problem.Problem{}, nil
	}
	return cmd
}

// buttonKey takes a key while a button has the focus.
func (f *Form) buttonKey(key string) tea.Cmd {
	switch key {
	case "enter":
		if f.at == len(f.Fields) {
			return f.send()
		}
		return card.Finish(f, nil)
	case "left", "h":
		return f.move(len(f.Fields))
	case "right", "l":
		return f.move(f.stops() - 1)
	}
	return nil
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
	f.failed, f.failure = problem.Problem{}, nil
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

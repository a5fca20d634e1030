package form

import (
	"context"
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"gatehouse/core"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

var look = theme.Must(theme.Dark, false)

type bench struct {
	t      *testing.T
	f      *Form
	closed *card.Close
	got    []tea.Msg
}

type created struct{ name, length string }

func open(t *testing.T, f *Form) *bench {
	b := &bench{t: t, f: f}
	b.run(f.Start(card.Env{Ctx: context.Background()}))
	return b
}

func (b *bench) run(cmd tea.Cmd) {
	for cmd != nil {
		msg := cmd()
		cmd = nil
		switch msg := msg.(type) {
		case card.Close:
			b.closed = &msg
		case sentMsg:
			cmd = b.f.Update(msg)
		case nil:
		default:
			b.got = append(b.got, msg)
		}
	}
}

func (b *bench) press(keys ...string) *bench {
	codes := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "left": tea.KeyLeft, "right": tea.KeyRight, "space": ' '}
	for _, k := range keys {
		msg := tea.KeyPressMsg{Code: codes[k]}
		switch {
		case k == "ctrl+s":
			msg = tea.KeyPressMsg{Code: 's', Mod: tea.ModCtrl}
		case msg.Code == 0:
			msg = tea.KeyPressMsg{Code: []rune(k)[0], Text: k}
		}
		b.run(b.f.Update(msg))
	}
	return b
}

func (b *bench) write(s string) *bench {
	for _, r := range s {
		b.press(string(r))
	}
	return b
}

func (b *bench) view() string {
	return ansi.Strip(strings.Join(b.f.View(look, 70, 40).Lines, "\n"))
}

func (b *bench) expect(texts ...string) *bench {
	b.t.Helper()
	for _, s := range texts {
		if !strings.Contains(b.view(), s) {
			b.t.Fatalf("%q is missing:\n%s", s, b.view())
		}
	}
	return b
}

func ask(send func(context.Context, Values) (tea.Msg, error)) *Form {
	return &Form{Heading: "Ask", Button: "Send", Send: send, Fields: []*Field{
		{Name: "reason", Label: "Reason", Required: true, Limit: 30, Help: "One line.", Check: func(v string, _ Values) string {
			if len(v) < 3 {
				return "At least 3 characters."
			}
			return ""
		}},
		{Name: "length", Label: "For", Kind: Choice, Value: "4h", Options: []Option{{Value: "1h", Label: "1 h"}, {Value: "4h", Label: "4 h"}, {Value: "2d", Label: "2 days", Disabled: "Over the cap."}}},
		{Name: "urgent", Label: "Urgent", Kind: Toggle, Describe: func(v string, _ Values) string { return "Urgent is " + v + "." }},
		{Name: "note", Label: "Note", Kind: Note},
	}}
}

// Behaviour 12: nothing typed is lost, errors stand under their field, sending shows the error with its next step.
func TestErrorsKeepWhatWasTyped(t *testing.T) {
	var err error = &core.Error{Code: core.CodeInvalid, Field: "reason", Message: "No letter in it.", Next: "Write a word."}
	b := open(t, ask(func(_ context.Context, v Values) (tea.Msg, error) {
		if err != nil {
			return nil, err
		}
		return created{v.Text("reason"), v.Text("length")}, nil
	}))
	b.press("ctrl+s").expect("Fill in reason.").write("12").press("ctrl+s").expect("At least 3 characters.", "12")
	b.write("34").press("ctrl+s").expect("No letter in it. Write a word.", "1234")
	err = errors.New("disk")
	b.write(" ETL").press("ctrl+s").expect("Something went wrong inside Gatehouse.", "1234 ETL")
	err = nil
	b.press("ctrl+s")
	if b.closed == nil || b.closed.Answer != (created{"1234 ETL", "4h"}) {
		t.Errorf("closed with %+v", b.closed)
	}
}

func TestChoicesAndToggles(t *testing.T) {
	b := open(t, ask(nil))
	b.f.Answer = func(v Values) tea.Msg { return v }
	b.write("why").press("tab").expect("[ 4 h ]").press("right").expect("[ 1 h ]").press("right").expect("[ 4 h ]")
	b.press("tab", "space").expect("[ on  ]", "Urgent is on.").press("tab").write("two").press("enter").write("lines")
	b.press("tab", "enter")
	v, ok := b.closed.Answer.(Values)
	if !ok || v["note"] != "two\nlines" || !v.On("urgent") || v["length"] != "4h" {
		t.Errorf("answer %+v", b.closed.Answer)
	}
}

func TestEscAsksOnceSomethingWasTyped(t *testing.T) {
	b := open(t, ask(nil)).press("esc")
	if b.closed == nil {
		t.Fatal("esc did not close an untouched form")
	}
	b = open(t, ask(nil)).write("x").press("esc").expect("Press esc again")
	if b.closed != nil {
		t.Fatal("closed at once")
	}
	b.press("y", "esc").expect("Press esc again").press("esc")
	if b.closed == nil || b.closed.Answer != nil {
		t.Error("the second esc does not close without an answer")
	}
}

func TestPasteIsOneLineAndLimited(t *testing.T) {
	b := open(t, ask(nil))
	b.run(b.f.Update(tea.PasteMsg{Content: "first\nsecond " + strings.Repeat("x", 100)}))
	if v := b.f.Values()["reason"]; !strings.HasPrefix(v, "first second x") || len(v) != 30 {
		t.Errorf("pasted %q", v)
	}
	b.expect("0 characters left")
}

// The end of a long value is shown at once, also after one paste, because the cursor stands there.
func TestLongValuesScrollToTheCursor(t *testing.T) {
	f := ask(nil)
	f.Fields[0].Limit = 500
	b := open(t, f)
	b.run(b.f.Update(tea.PasteMsg{Content: "begin " + strings.Repeat("x", 200) + " end"}))
	b.expect("xxx end")
	b.run(b.f.Update(tea.PasteMsg{Content: strings.Repeat("y", 1<<20)}))
	b.expect("yyyyy ").expect("0 characters left")
}

// In a note enter begins a line, and the card says so.
func TestNotesSayWhatEnterDoes(t *testing.T) {
	b := open(t, ask(nil))
	if foot := b.f.View(look, 70, 40).Foot; !strings.HasPrefix(foot, "enter next") {
		t.Errorf("the foot is %q", foot)
	}
	b.press("tab", "tab", "tab")
	if foot := b.f.View(look, 70, 40).Foot; !strings.Contains(foot, "enter new line") {
		t.Errorf("the foot of a note is %q", foot)
	}
	b.press("a", "enter", "b")
	if v := b.f.Values()["note"]; v != "a\nb" {
		t.Errorf("note %q", v)
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	b := open(t, &Form{Fields: []*Field{{Name: "code", Label: "Code", Secret: true}}, Answer: func(v Values) tea.Msg { return v }})
	b.write("123456")
	if strings.Contains(b.view(), "123456") || !strings.Contains(b.view(), "******") {
		t.Errorf("shown:\n%s", b.view())
	}
}

// Every line fits, whatever the width; a high form scrolls to the field with the focus.
func TestViewFits(t *testing.T) {
	f := ask(nil)
	f.Danger = keymap.Heavy
	f.Intro = []string{strings.Repeat("many words ", 30)}
	b := open(t, f)
	for w := 24; w < 100; w += 5 {
		for _, l := range f.View(look, w, 12).Lines {
			if text.Width(l) > w {
				t.Errorf("width %d: %q", w, ansi.Strip(l))
			}
		}
	}
	b.write("abc").press("tab", "tab", "tab")
	lines := f.View(look, 50, 6).Lines
	if len(lines) != 6 || !strings.Contains(ansi.Strip(strings.Join(lines, "\n")), "▌ Note") {
		t.Errorf("the focus is not in view:\n%s", ansi.Strip(strings.Join(lines, "\n")))
	}
}

// What is typed first into a destructive form is its reason; enter alone, which may have opened it, never confirms.
func TestDestructiveFormsStartAtTheirReason(t *testing.T) {
	sent := 0
	make := func(fields ...*Field) *bench {
		sent = 0
		return open(t, &Form{
			Heading: "Remove", Button: "Remove", Danger: keymap.Destructive, Fields: fields,
			Send: func(_ context.Context, _ Values) (tea.Msg, error) { sent++; return nil, nil },
		})
	}
	b := make(&Field{Name: "reason", Label: "Reason"}).write("xx gone").expect("xx gone")
	if b.press("ctrl+s"); sent != 0 {
		t.Error("ctrl+s destroyed something")
	}
	if b.press("enter").expect("[ Cancel ]").press("left").expect("[ Remove ]").press("enter"); sent != 1 {
		t.Errorf("sent %d times by choosing the button", sent)
	}
	if b = make(&Field{Name: "reason", Label: "Reason"}).press("enter", "enter", "enter"); sent != 0 || b.closed == nil {
		t.Errorf("enter alone sent %d times, %+v", sent, b.closed)
	}
	if b = make(&Field{Name: "how", Label: "How", Kind: Toggle}).expect("[ Cancel ]").press("enter"); sent != 0 || b.closed == nil {
		t.Errorf("without a text: sent %d times, %+v", sent, b.closed)
	}
	b = make(&Field{Name: "how", Label: "How", Kind: Toggle}, &Field{Name: "reason", Label: "Reason"}).write("why").expect("why")
	if b.press("tab").expect("[ Remove ]").press("enter"); sent != 1 {
		t.Errorf("sent %d times behind tab", sent)
	}
}

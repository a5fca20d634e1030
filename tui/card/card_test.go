package card

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"gatehouse/core"
	"gatehouse/tui/keymap"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

var look = theme.Must(theme.Dark, false)

type bench struct {
	t      *testing.T
	c      Card
	closed *Close
}

func open(t *testing.T, c Card, opener string) *bench {
	b := &bench{t: t, c: c}
	if s, ok := c.(Starter); ok {
		b.run(s.Start(Env{Ctx: context.Background(), Opener: opener}))
	}
	return b
}

func (b *bench) run(cmd tea.Cmd) {
	for cmd != nil {
		msg := cmd()
		if c, ok := msg.(Close); ok {
			b.closed = &c
			return
		}
		cmd = b.c.Update(msg)
	}
}

func (b *bench) press(keys ...string) *bench {
	codes := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "end": tea.KeyEnd}
	for _, k := range keys {
		msg := tea.KeyPressMsg{Code: codes[k]}
		if msg.Code == 0 {
			msg = tea.KeyPressMsg{Code: []rune(k)[0], Text: k}
		}
		b.run(b.c.Update(msg))
	}
	return b
}

func (b *bench) view(w, h int) string {
	b.t.Helper()
	body := b.c.View(look, w, h)
	if len(body.Lines) > h {
		b.t.Errorf("%d lines for %d", len(body.Lines), h)
	}
	for _, l := range body.Lines {
		if text.Width(l) > w {
			b.t.Errorf("%q is wider than %d", ansi.Strip(l), w)
		}
	}
	return ansi.Strip(strings.Join(body.Lines, "\n"))
}

func (b *bench) expect(texts ...string) *bench {
	b.t.Helper()
	v := b.view(80, 30)
	for _, s := range texts {
		if !strings.Contains(v, s) {
			b.t.Fatalf("%q is missing:\n%s", s, v)
		}
	}
	return b
}

type decision struct{ id int }

func TestConfirmAnswersWithATypedValue(t *testing.T) {
	b := open(t, &Confirm{
		Heading: "Approve?", Targets: []string{"a", "b", "c", "d", "e", "f", "g", "h"}, Facts: [][2]string{{"Reason", "INC-41"}},
		Buttons: []Button{{Label: "Approve", Answer: decision{41}}},
	}, "A")
	b.expect("and 3 more", "Reason  INC-41", "[ Approve ]").press("A").expect("Press enter on a button").press("enter")
	if b.closed == nil || b.closed.Answer != (decision{41}) {
		t.Errorf("closed with %+v", b.closed)
	}
}

// The opening key never confirms; from the palette, where enter opens, the focus starts on Cancel; so does it when the
// card is destructive.
func TestConfirmStartsOnCancelWhenItShould(t *testing.T) {
	for _, c := range []struct {
		danger keymap.Danger
		opener string
		cancel bool
	}{{keymap.Heavy, "A", false}, {keymap.Heavy, "enter", true}, {keymap.Destructive, "x", true}} {
		b := open(t, &Confirm{Danger: c.danger, Buttons: []Button{{Label: "Do", Answer: decision{1}}}}, c.opener).press("enter")
		if got := b.closed.Answer == nil; got != c.cancel {
			t.Errorf("%+v: cancelled %v", c, got)
		}
	}
}

func TestConfirmRunShowsErrorsAndStays(t *testing.T) {
	err := error(&core.Error{Code: core.CodeConflict, Message: "ben has approved it already.", Next: "Look at the visit."})
	c := &Confirm{Buttons: []Button{{Label: "Approve", Run: func(context.Context) (tea.Msg, error) { return decision{1}, err }}}}
	b := open(t, c, "A").press("enter").expect("✗ ben has approved it already.", "Look at the visit.")
	if b.closed != nil {
		t.Fatal("closed after an error")
	}
	err = nil
	if b.press("enter"); b.closed == nil || b.closed.Answer != (decision{1}) {
		t.Error("no answer after success")
	}
}

func TestTypedNameForTheWorst(t *testing.T) {
	c := &Confirm{Danger: keymap.Destructive, Type: "Acme", Buttons: []Button{{Label: "Purge", Answer: decision{1}}}}
	b := open(t, c, "x")
	if !c.Captures() {
		t.Error("the name field does not capture letters")
	}
	b.press("A", "c", "x", "enter").expect("Type Acme exactly").press("tab", "enter").expect("Type Acme first.")
	if b.closed != nil {
		t.Fatal("confirmed without the name")
	}
	b.run(c.Update(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl}))
	b.press("A", "c", "m", "e", "enter", "left", "enter")
	if b.closed == nil || b.closed.Answer != (decision{1}) {
		t.Errorf("closed with %+v", b.closed)
	}
}

func TestMenuSkipsWhatIsDisabled(t *testing.T) {
	m := &Menu{Heading: "Sort", Items: []Item{{Label: "name", Answer: decision{0}}, {Label: "price", Disabled: "Not sorted by that."}, {Label: "end", Answer: decision{2}}}}
	b := open(t, m, "o").press("down", "enter").expect("Not sorted by that.").press("3")
	if b.closed == nil || b.closed.Answer != (decision{2}) {
		t.Errorf("closed with %+v", b.closed)
	}
	why := "This session only reads. Start it without --read-only to change something."
	open(t, &Menu{Heading: "Under", Items: []Item{{Label: "M", Disabled: why}}}, "o").press("enter").expect(why)
	long := &Menu{}
	for i := range 50 {
		long.Items = append(long.Items, Item{Label: fmt.Sprint("item ", i)})
	}
	l := open(t, long, "o").press("end")
	if v := l.view(30, 5); !strings.Contains(v, "item 49") {
		t.Errorf("the end is not shown:\n%s", v)
	}
	open(t, &Menu{}, "o").press("down", "enter").view(20, 5)
}

func TestTextScrolls(t *testing.T) {
	c := &Text{Heading: "Why"}
	for i := range 100 {
		c.Paragraphs = append(c.Paragraphs, fmt.Sprint("rule ", i))
	}
	b := open(t, c, "W")
	b.view(40, 10)
	b.press("G")
	if v := b.view(40, 10); !strings.Contains(v, "rule 99") {
		t.Errorf("the end is not shown:\n%s", v)
	}
	if b.press("q"); b.closed == nil {
		t.Error("q does not close")
	}
}

// Behaviour 6: a pre-flight table, a result per row, retry for what failed.
func TestBulk(t *testing.T) {
	tries := map[string]int{}
	c := &Bulk{Heading: "Approve 4", Verb: "Approve", Done: "approved", Rows: []BulkRow{
		{ID: "1", Label: "sam"}, {ID: "2", Label: "lea"}, {ID: "3", Label: "own", Skip: "It is your own."}, {ID: "4", Label: "kim"},
	}, Run: func(_ context.Context, id string) error {
		tries[id]++
		if id == "2" && tries[id] == 1 {
			return &core.Error{Message: "Already decided by ben."}
		}
		return nil
	}}
	b := open(t, c, "A").expect("3 will be approved, 1 left out", "left out: It is your own.", "[ Approve 3 ]")
	b.press("A").expect("[ Approve 3 ]").press("enter").expect("✓ sam", "✗ lea", "Already decided by ben.", "2 approved, 1 failed, 1 left out", "Retry 1", "[ Close ]")
	b.press("tab", "enter").expect("3 approved, 1 left out").press("enter")
	d, ok := b.closed.Answer.(BulkDone)
	if !ok || fmt.Sprint(d.Done, d.Failed) != "[1 2 4] [3]" || tries["1"] != 1 || tries["3"] != 0 {
		t.Errorf("answer %+v, tries %v", b.closed.Answer, tries)
	}
}

// What goes along may take more lines than the card has: the buttons stand all the same, and j leads to the rows.
func TestBulkKeepsItsButtons(t *testing.T) {
	c := &Bulk{Verb: "Remove", Done: "removed", Run: func(context.Context, string) error { return nil }}
	for n := range 30 {
		c.Body = append(c.Body, fmt.Sprintf("invitation %d", n))
		c.Rows = append(c.Rows, BulkRow{ID: fmt.Sprint(n), Label: fmt.Sprintf("person %d", n)})
	}
	b := open(t, c, "x")
	last := false
	for range 70 {
		body := c.View(look, 56, 12)
		shown := ansi.Strip(strings.Join(body.Lines, "\n"))
		if len(body.Lines) > 12 || !strings.Contains(shown, "Remove 30") || !strings.Contains(shown, "30 will be removed") {
			t.Fatalf("%d lines:\n%s", len(body.Lines), shown)
		}
		last = strings.Contains(shown, "person 29") && body.Below == 0
		b.press("j")
	}
	if !last {
		t.Error("j does not lead to the last row")
	}
}

func TestBulkCanBeLeftAndStopped(t *testing.T) {
	rows := []BulkRow{{ID: "1", Label: "a"}, {ID: "2", Label: "b"}}
	b := open(t, &Bulk{Verb: "Do", Rows: rows, Run: func(context.Context, string) error { return errors.New("x") }}, "A").press("esc")
	if b.closed == nil || b.closed.Answer != nil {
		t.Errorf("closed with %+v", b.closed)
	}
	c := &Bulk{Verb: "Do", Done: "done", Rows: rows, Run: func(context.Context, string) error { return nil }}
	c.Start(Env{Ctx: context.Background()})
	first := c.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	c.Update(tea.KeyPressMsg{Code: tea.KeyEscape}) // while the first row is being decided
	if next := c.Update(first()); next != nil {
		t.Error("esc did not stop after the row")
	}
	v := (&bench{t: t, c: c}).view(60, 20)
	if !strings.Contains(v, "1 done, 1 open") {
		t.Errorf("shown:\n%s", v)
	}
}

// What is below is text: blank lines at the end are none.
func TestBelowCountsText(t *testing.T) {
	for _, c := range []struct {
		lines []string
		end   int
		want  int
	}{
		{nil, 0, 0}, {[]string{"a", "b"}, 1, 1}, {[]string{"a", "b", "", ""}, 1, 1}, {[]string{"a", "", "b"}, 1, 2}, {[]string{"a", ""}, 1, 0},
	} {
		if got := Below(c.lines, c.end); got != c.want {
			t.Errorf("%d below %d of %q, want %d", got, c.end, c.lines, c.want)
		}
	}
}

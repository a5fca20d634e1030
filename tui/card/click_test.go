package card

import (
	"context"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"gatehouse/tui/keymap"
	"gatehouse/tui/text"
)

// click clicks on the first place where words stand, as drawn at 70 by 20.
func (b *bench) click(words string) *bench {
	b.t.Helper()
	for y, l := range b.c.View(look, 70, 20).Lines {
		plain := ansi.Strip(l)
		if i := strings.Index(plain, words); i >= 0 {
			b.run(b.c.(Clicker).Click(text.Width(plain[:i]), y))
			return b
		}
	}
	b.t.Fatalf("nothing says %q:\n%s", words, b.view(70, 20))
	return b
}

func TestClickMenu(t *testing.T) {
	menu := func() *Menu {
		return &Menu{Heading: "Which?", Items: []Item{{Label: "one", Answer: "one"}, {Label: "two", Disabled: "Not now."}, {Label: "three", Answer: "three"}}}
	}
	if b := open(t, menu(), "o").click("three"); b.closed == nil || b.closed.Answer != "three" {
		t.Errorf("closed with %+v", b.closed)
	}
	b := open(t, menu(), "o").click("two")
	if b.closed != nil || !strings.Contains(b.view(70, 20), "Not now.") {
		t.Errorf("a disabled item: %+v\n%s", b.closed, b.view(70, 20))
	}
	if b.run(b.c.(Clicker).Click(3, 19)); b.closed != nil {
		t.Error("a click below the items chooses one")
	}
	// Scrolled: what is clicked is what is seen.
	long := &Menu{Heading: "Which?"}
	for _, l := range strings.Split("a b c d e f g h i j", " ") {
		long.Items = append(long.Items, Item{Label: "item " + l, Answer: l})
	}
	b = open(t, long, "o").press("end")
	b.view(70, 6) // a line to type into, four items, and how many there are
	if b.run(long.Click(2, 1)); b.closed == nil || b.closed.Answer != "g" {
		t.Errorf("the first of the last four is %+v", b.closed)
	}
}

func TestClickConfirm(t *testing.T) {
	ran := 0
	confirm := func(d keymap.Danger, typed string) *Confirm {
		ran = 0
		return &Confirm{Heading: "Sure?", Danger: d, Type: typed, Body: []string{"It happens."}, Buttons: []Button{{
			Label: "Approve", Run: func(context.Context) (tea.Msg, error) { ran++; return "done", nil },
		}}}
	}
	if b := open(t, confirm(keymap.Heavy, ""), "A").click("Approve"); b.closed == nil || ran != 1 {
		t.Errorf("a click on the button: %d times, %+v", ran, b.closed)
	}
	if b := open(t, confirm(keymap.Heavy, ""), "A").click("Cancel"); b.closed == nil || b.closed.Answer != nil || ran != 0 {
		t.Errorf("a click on Cancel: %d times, %+v", ran, b.closed)
	}
	if b := open(t, confirm(keymap.Heavy, ""), "A").click("It happens"); b.closed != nil || ran != 0 {
		t.Error("a click on the text decides")
	}
	b := open(t, confirm(keymap.Destructive, ""), "x").click("Approve")
	if b.closed != nil || ran != 0 || !strings.Contains(b.view(70, 20), "Click again") {
		t.Errorf("one click destroys: %+v\n%s", b.closed, b.view(70, 20))
	}
	if b.click("Approve"); ran != 1 {
		t.Errorf("the second click: %d times", ran)
	}
	b = open(t, confirm(keymap.Destructive, "Acme"), "x").click("Approve").click("Approve")
	if ran != 0 || !strings.Contains(b.view(70, 20), "Type Acme first.") {
		t.Errorf("without the name: %d times\n%s", ran, b.view(70, 20))
	}
	if b.press("A", "c", "m", "e").click("Approve").click("Approve"); ran != 1 {
		t.Errorf("with the name: %d times", ran)
	}
}

func TestClickBulk(t *testing.T) {
	ran := 0
	bulk := func(d keymap.Danger) *Bulk {
		ran = 0
		return &Bulk{
			Heading: "All?", Danger: d, Verb: "Revoke", Done: "revoked", Rows: []BulkRow{{ID: "1", Label: "one"}, {ID: "2", Label: "two"}},
			Run: func(context.Context, string) error { ran++; return nil },
		}
	}
	b := open(t, bulk(keymap.Heavy), "x").click("Revoke 2")
	if ran != 2 || b.closed != nil {
		t.Fatalf("%d ran, %+v", ran, b.closed)
	}
	if b.click("Close"); b.closed == nil {
		t.Error("a click on Close does not close")
	}
	if b := open(t, bulk(keymap.Heavy), "x").click("Cancel"); b.closed == nil || ran != 0 {
		t.Errorf("a click on Cancel: %d ran, %+v", ran, b.closed)
	}
	b = open(t, bulk(keymap.Destructive), "x").press("tab").press("tab")
	b.c.(*Bulk).focus = 1
	if b.click("Revoke 2"); ran != 0 {
		t.Error("one click destroys")
	}
	if b.click("Revoke 2"); ran != 2 {
		t.Errorf("%d ran", ran)
	}
}

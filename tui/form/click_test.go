package form

import (
	"context"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"gatehouse/tui/keymap"
	"gatehouse/tui/text"
)

// click clicks on the first place where words stand, as drawn at 70 by h.
func (b *bench) click(words string, h int) *bench {
	b.t.Helper()
	for y, l := range b.f.View(look, 70, h).Lines {
		plain := ansi.Strip(l)
		if i := strings.Index(plain, words); i >= 0 {
			b.run(b.f.Click(text.Width(plain[:i]), y))
			return b
		}
	}
	b.t.Fatalf("nothing says %q", words)
	return b
}

func TestClick(t *testing.T) {
	sent := 0
	make := func(d keymap.Danger) *Form {
		sent = 0
		return &Form{
			Heading: "New", Button: "Create", Danger: d, Intro: []string{"Some words."},
			Fields: []*Field{
				{Name: "name", Label: "Name", Value: "ETL"},
				{Name: "size", Label: "Size", Kind: Choice, Value: "small", Options: []Option{{Value: "small", Label: "small"}, {Value: "large", Label: "large"}}},
				{Name: "mail", Label: "Mail", Kind: Toggle, Value: "on"},
			},
			Send: func(context.Context, Values) (tea.Msg, error) { sent++; return created{}, nil },
		}
	}
	for _, h := range []int{20, 5} { // also while it is scrolled
		b := open(t, make(keymap.Safe))
		if b.click("Size", h); b.f.at != 1 || b.f.Values()["size"] != "small" {
			t.Errorf("height %d: a click on a field: at %d, %v", h, b.f.at, b.f.Values())
		}
		if b.click("Size", h); b.f.Values()["size"] != "large" {
			t.Errorf("height %d: a second click on a choice: %v", h, b.f.Values())
		}
	}
	toggle := open(t, make(keymap.Safe)).click("Mail", 20).click("Mail", 20)
	if toggle.f.Values()["mail"] != "off" {
		t.Errorf("a second click on a toggle: %v", toggle.f.Values())
	}
	b := open(t, make(keymap.Safe)).click("Some words", 20).click("Name", 20)
	if b.f.at != 0 || sent != 0 {
		t.Errorf("at %d, sent %d", b.f.at, sent)
	}
	if b.click("Create", 20); sent != 1 || b.closed == nil {
		t.Errorf("a click on the button: sent %d, %+v", sent, b.closed)
	}
	if b := open(t, make(keymap.Safe)).click("Cancel", 20); sent != 0 || b.closed == nil {
		t.Errorf("a click on Cancel: sent %d, %+v", sent, b.closed)
	}
	b = open(t, make(keymap.Destructive))
	if b.click("Create", 20); sent != 0 {
		t.Error("one click destroys")
	}
	if b.click("Create", 20); sent != 1 {
		t.Errorf("sent %d", sent)
	}
}

package form

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"gatehouse/tui/card"
)

func letters(f *Form, s string) {
	for _, r := range s {
		f.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

func shows(f *Form, h int) string {
	return ansi.Strip(strings.Join(f.View(look, 72, h).Lines, "\n"))
}

// A field of many options holds what is set first, says how many more there are, and finds the rest by typing (F3).
func TestSeveralFindsEveryOption(t *testing.T) {
	field := &Field{Name: "roles", Label: "Roles", Kind: Several, Value: "TEAM_129,TEAM_007"}
	for i := range 130 {
		field.Options = append(field.Options, Option{Value: fmt.Sprintf("TEAM_%03d", i), Label: fmt.Sprintf("TEAM_%03d", i), Note: "Équipe"})
	}
	f := &Form{Heading: "Roles", Fields: []*Field{field}}
	f.Start(card.Env{})
	s := shows(f, 20)
	if !strings.Contains(s, "TEAM_007, TEAM_129 2 of 130") || !strings.Contains(s, "123 more: type to find") {
		t.Errorf("at the start:\n%s", s)
	}
	if held := strings.Index(s, "[x] TEAM_129"); held < 0 || held > strings.Index(s, "[ ] TEAM_000") {
		t.Errorf("what is set does not stand first:\n%s", s)
	}
	letters(f, "m_118")
	f.Update(tea.KeyPressMsg{Code: tea.KeySpace, Text: " "})
	if got := f.Values().List("roles"); len(got) != 3 || got[1] != "TEAM_118" {
		t.Errorf("the values are %v", got)
	}
	letters(f, "x")
	if s := shows(f, 20); !strings.Contains(s, "Nothing fits") {
		t.Errorf("without a match:\n%s", s)
	}
}

// A refusal, "Working" and the warning of esc stand in the frame, however long the form is and wherever it stands (F9).
func TestTheEndOfAFormAlwaysShows(t *testing.T) {
	f := &Form{Heading: "Many"}
	for i := range 99 {
		f.Fields = append(f.Fields, &Field{Name: fmt.Sprint(i), Label: fmt.Sprint("Field ", i), Kind: Toggle})
	}
	f.Start(card.Env{})
	for _, h := range []int{6, 10, 30} {
		f.Update(sentMsg{form: f, err: errors.New("no")})
		f.failed.Message = "ana is the last administrator."
		for _, at := range []int{0, 50, 98, 99} {
			f.move(at)
			b := f.View(look, 60, h)
			if s := ansi.Strip(strings.Join(b.Lines, "\n")); len(b.Lines) > h || !strings.Contains(s, "last administrator") || !strings.Contains(s, "Save") {
				t.Errorf("height %d, field %d:\n%s", h, at, s)
			}
		}
		f.busy = true
		if s := shows(f, h); !strings.Contains(s, "Working") {
			t.Errorf("height %d, at work:\n%s", h, s)
		}
		f.busy, f.failed.Message, f.changed = false, "", true
		f.key(tea.KeyPressMsg{Code: tea.KeyEscape})
		if s := shows(f, h); !strings.Contains(s, "esc again") {
			t.Errorf("height %d, esc:\n%s", h, s)
		}
		f.leaving = false
	}
}

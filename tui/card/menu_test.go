package card

import (
	"context"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

func menuOf(n int) *Menu {
	m := &Menu{Heading: "Which?"}
	for i := range n {
		m.Items = append(m.Items, Item{Label: fmt.Sprintf("p%03d", i), Answer: i})
	}
	m.Start(Env{})
	return m
}

func press(m *Menu, keys string) tea.Msg {
	var last tea.Msg
	for _, r := range keys {
		if cmd := m.Update(tea.KeyPressMsg{Code: r, Text: string(r)}); cmd != nil {
			last = cmd()
			m.Update(last)
		}
	}
	return last
}

// A digit chooses only where digits stand: in menus of up to nine items that give and take nothing (F10).
func TestDigitsChooseOnlyWhereTheyStand(t *testing.T) {
	for n := range 30 {
		for _, gives := range []bool{false, true} {
			m := menuOf(n)
			m.Gives = gives
			stands := n > 0 && strings.Contains(ansi.Strip(strings.Join(m.View(look, 60, 40).Lines, "\n")), "1 p000")
			closed, chose := press(m, "1").(Close)
			if chose = chose && closed.Answer != nil; chose != stands || chose && (n > 9 || gives) {
				t.Errorf("%d items, gives %v: the digit chooses %v and stands there %v", n, gives, chose, stands)
			}
		}
	}
}

// Letters find, and what does not fit is counted (F4, F10).
func TestLongMenusAreNarrowedByTyping(t *testing.T) {
	m := menuOf(321)
	if s := ansi.Strip(strings.Join(m.View(look, 60, 12).Lines, "\n")); !strings.Contains(s, "1 of 321") {
		t.Errorf("nothing says how many there are:\n%s", s)
	}
	press(m, "p310")
	closed, ok := m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})().(Close)
	if !ok || closed.Answer != 310 {
		t.Errorf("enter chose %v", closed.Answer)
	}
	m = menuOf(20)
	m.More = true
	m.Start(Env{})
	m.Find = func(_ context.Context, text string) (Found, error) {
		return Found{Items: []Item{{Label: "found " + text, Answer: text}}}, nil
	}
	press(m, "x9")
	if s := ansi.Strip(strings.Join(m.View(look, 60, 12).Lines, "\n")); !strings.Contains(s, "found x9") {
		t.Errorf("the source was not asked:\n%s", s)
	}
}

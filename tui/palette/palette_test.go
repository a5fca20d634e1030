package palette

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"gatehouse/tui/card"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

type chosen struct{ what string }

func items() []Item {
	return []Item{
		{Title: "approve", Key: "A", Group: "Act", Answer: chosen{"approve"}},
		{Title: "reject", Key: "D", Group: "Act", Reason: "It is your own request."},
		{Title: "Requests", Key: "2", Group: "Go", Answer: chosen{"requests"}},
	}
}

func view(t *testing.T, c *Card, w, h int) string {
	t.Helper()
	body := c.View(theme.Must(theme.Dark, false), w, h)
	for _, l := range body.Lines {
		if text.Width(l) > w {
			t.Errorf("%q is wider than %d", ansi.Strip(l), w)
		}
	}
	if len(body.Lines) > h {
		t.Errorf("%d lines for %d", len(body.Lines), h)
	}
	return ansi.Strip(strings.Join(body.Lines, "\n"))
}

func letter(c *Card, s string) {
	c.Update(tea.KeyPressMsg{Code: []rune(s)[0], Text: s})
}

func TestTypingFiltersAndReasonsExplain(t *testing.T) {
	c := New("Go to", items(), false, nil)
	c.Start(card.Env{Ctx: context.Background()})
	letter(c, "r")
	letter(c, "e")
	letter(c, "j")
	if v := view(t, c, 60, 20); !strings.Contains(v, "reject  It is your own request.") || strings.Contains(v, "approve") {
		t.Errorf("shown:\n%s", v)
	}
	if cmd := c.Update(tea.KeyPressMsg{Code: tea.KeyEnter}); cmd != nil {
		t.Error("a disabled action runs")
	}
	if v := view(t, c, 60, 20); !strings.Contains(v, "! It is your own request.") {
		t.Errorf("no reason:\n%s", v)
	}
}

func TestEnterAnswers(t *testing.T) {
	c := New("Go to", items(), false, nil)
	c.Start(card.Env{Ctx: context.Background()})
	c.Update(tea.KeyPressMsg{Code: tea.KeyDown})
	c.Update(tea.KeyPressMsg{Code: tea.KeyDown})
	got, ok := c.Update(tea.KeyPressMsg{Code: tea.KeyEnter})().(card.Close)
	if !ok || got.Answer != (chosen{"requests"}) {
		t.Errorf("got %+v", got)
	}
}

// Results of a search that came too late are dropped; typing is never held up.
func TestSearchDropsLateAnswers(t *testing.T) {
	calls := 0
	find := func(_ context.Context, words string) ([]Item, error) {
		calls++
		if words == "x" {
			return nil, errors.New("slow")
		}
		return []Item{{Title: "Acme " + words, Answer: chosen{words}}}, nil
	}
	c := New("Go to", items(), false, find)
	var timers []tea.Msg
	c.Start(card.Env{Ctx: context.Background(), After: func(_ time.Duration, msg tea.Msg) tea.Cmd { timers = append(timers, msg); return nil }})
	letter(c, "a")
	letter(c, "c")
	if v := view(t, c, 60, 20); strings.Contains(v, "Nothing matches") {
		t.Errorf("nothing matches while it is searched:\n%s", v)
	}
	if c.Update(timers[0]) != nil || calls != 0 {
		t.Error("a search for old letters began")
	}
	late := c.Update(timers[1])
	letter(c, "m")
	c.Update(late())
	if v := view(t, c, 60, 20); strings.Contains(v, "Acme ac\n") {
		t.Errorf("late results are shown:\n%s", v)
	}
	c.Update(c.Update(timers[2])())
	if v := view(t, c, 60, 20); !strings.Contains(v, "Acme acm") {
		t.Errorf("results are missing:\n%s", v)
	}
}

func TestHelpIsGroupedAndFits(t *testing.T) {
	c := New("Help", items(), true, nil)
	c.Start(card.Env{Ctx: context.Background()})
	if v := view(t, c, 60, 20); !strings.Contains(v, "Act\n") || !strings.Contains(v, "Go\n") {
		t.Errorf("no headings:\n%s", v)
	}
	for h := 4; h < 20; h++ {
		view(t, c, 30, h)
		c.Update(tea.KeyPressMsg{Code: tea.KeyDown})
	}
	letter(c, "z")
	if v := view(t, c, 60, 20); !strings.Contains(v, "Nothing matches") {
		t.Errorf("shown:\n%s", v)
	}
}

// TestPlainLettersFind: a plain letter finds the accented one among titles too, and titles that begin with the words
// stand first (F13 of the trials).
func TestPlainLettersFind(t *testing.T) {
	c := New("Go to", []Item{{Title: "the Café"}, {Title: "Krüger"}, {Title: "Café Zürich"}}, false, nil)
	for words, want := range map[string]string{"cafe": "Café Zürich, the Café", "kruger": "Krüger", "KRÜ": "Krüger", "kgr": "Krüger", "zurich": "Café Zürich", "cäfe": ""} {
		c.input.SetValue(words)
		c.match()
		var got []string
		for _, it := range c.shown {
			got = append(got, it.Title)
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%q finds %q, want %q", words, s, want)
		}
	}
}

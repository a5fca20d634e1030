package screen_test

import (
	"context"
	"image/color"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/screen"
	"gatehouse/tui/screen/start"
)

// Every session has its own looks: sessions of other themes, glyphs, sizes and mice draw at the same time in one process,
// and each draws what it draws alone (run with -race, it also says that nothing is shared).
func TestLooksArePerSession(t *testing.T) {
	h, _ := waiting(t)
	type looks struct {
		theme   string
		ascii   bool
		mouse   bool
		noColor string
		w, h    int
		light   bool
	}
	cases := []looks{
		{theme: "dark", w: 120, h: 40},
		{theme: "light", ascii: true, w: 80, h: 24, mouse: true},
		{theme: "mono", w: 150, h: 45},
		{theme: "contrast", ascii: true, w: 60, h: 16},
		{noColor: "1", w: 100, h: 30, mouse: true},
		{w: 90, h: 25, light: true},
		{w: 90, h: 25},
	}
	run := func(l looks) []string {
		actor := h.House.As(h.People["pia"])
		me, err := actor.Me(ctx)
		if err != nil {
			return []string{err.Error()}
		}
		s := &app.Session{House: h.House, NoColor: l.noColor, Now: h.Clock.Now, After: never, Await: neverHear}
		screen.Become(s, actor, me, screen.Wishes{Theme: l.theme, ASCII: l.ascii, Mouse: l.mouse})
		m := app.New(ctx, s, screen.Kinds(start.Options{}), app.Page{Kind: "requests"})
		send := func(msg tea.Msg) {
			_, cmd := m.Update(msg)
			drain(m, cmd, 0)
		}
		send(tea.WindowSizeMsg{Width: l.w, Height: l.h})
		drain(m, m.Init(), 0)
		if l.light {
			send(tea.BackgroundColorMsg{Color: color.White})
		}
		var out []string
		for _, k := range []rune{'j', 'A', 'q', '4', '3', '1', '2'} {
			send(tea.KeyPressMsg{Code: k, Text: string(k)})
			v := m.View()
			out = append(out, v.WindowTitle, v.Content)
			if (v.MouseMode != tea.MouseModeNone) != l.mouse {
				out = append(out, "the mouse is another's")
			}
		}
		return out
	}
	alone := make([][]string, len(cases))
	for i, l := range cases {
		alone[i] = run(l)
	}
	for i := range alone {
		for j := range i {
			if strings.Join(alone[i], "") == strings.Join(alone[j], "") && cases[i] != cases[j] {
				t.Errorf("%+v and %+v look the same", cases[i], cases[j])
			}
		}
		if joined := strings.Join(alone[i], ""); cases[i].ascii && strings.ContainsAny(joined, "─│●▌🐙…") {
			t.Errorf("%+v draws symbols", cases[i])
		} else if !cases[i].ascii && !strings.Contains(joined, "─") {
			t.Errorf("%+v draws none", cases[i])
		}
	}
	var all sync.WaitGroup
	for i, l := range cases {
		for range 3 {
			all.Go(func() {
				for n, frame := range run(l) {
					if frame != alone[i][n] {
						t.Errorf("%+v: frame %d is another one beside others", l, n)
						return
					}
				}
			})
		}
	}
	all.Wait()
}

// drain runs commands, without timers, as a program would.
func drain(m *app.Model, cmd tea.Cmd, depth int) {
	if cmd == nil || depth > 50 {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			drain(m, c, depth+1)
		}
	default:
		_, next := m.Update(msg)
		drain(m, next, depth+1)
	}
}

// never is a timer that does not fire.
func never(time.Duration, tea.Msg) tea.Cmd { return nil }

func neverHear(context.Context, <-chan core.Changed, func(core.Changed) tea.Msg) tea.Cmd { return nil }

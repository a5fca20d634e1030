package screen

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/start"
	"gatehouse/tui/theme"
)

// Part is one person that a visitor of a demo may want to be.
type Part struct {
	ID    core.AccountID
	Email string
	Who   string // "administrator of Acme"
}

// Demo adds to a session what only a demo house has: being somebody else, and moving the clock.
func Demo(s *app.Session, house *core.House, cast []Part) {
	s.Demo = true
	s.Extra = append(s.Extra,
		&keymap.Action{
			ID: "demo.person", Title: "other person", Long: "be somebody else", Keys: []string{"S"}, Group: GroupDemo, Hint: 80,
			Run: func() tea.Cmd { return card.Show(castMenu(cast)) },
		},
		clockAction(house, "demo.hour", "+1 hour", "+", "an hour", time.Hour),
		clockAction(house, "demo.day", "+1 day", ">", "a day", core.Day),
		&keymap.Action{
			ID: "demo.help", Title: "what to try", Group: GroupDemo,
			Run: func() tea.Cmd { return card.Show(tour(cast)) },
		},
	)
}

// GroupDemo is the heading of the demo's own actions in help and palette.
const GroupDemo = "Demo"

// Tour shows what to try when the session starts.
func Tour(s *app.Session, cast []Part) {
	s.Welcome = func() tea.Cmd { return card.Show(tour(cast)) }
}

func castMenu(cast []Part) *card.Menu {
	m := &card.Menu{Heading: "Be somebody else"}
	for _, p := range cast {
		m.Items = append(m.Items, card.Item{Label: p.Email, Note: p.Who, Answer: app.Go{Page: start.Become(p.ID)}})
	}
	m.Items = append(m.Items, card.Item{Label: "anybody", Note: "all accounts of the demo", Answer: app.Go{Page: app.Page{Kind: "who"}}})
	return m
}

func clockAction(house *core.House, id, title, key, length string, d time.Duration) *keymap.Action {
	return &keymap.Action{
		ID: id, Title: title, Long: "move the demo clock " + length + " ahead", Keys: []string{key}, Group: GroupDemo, Hint: 81,
		Run: func() tea.Cmd {
			return func() tea.Msg {
				ctx := context.Background()
				if err := house.MoveClock(ctx, d); err != nil {
					return app.Failed{Err: err}
				}
				if _, err := house.Sweep(ctx); err != nil {
					return app.Failed{Err: err}
				}
				return app.Toast{Role: theme.Info, Text: "The demo clock is " + length + " further: " + house.Now().Time().Format("Mon 2 Jan 15:04") + " UTC. What was due has happened."}
			}
		},
	}
}

// tour says what to try.
func tour(cast []Part) *card.Text {
	return &card.Text{Heading: "Welcome to the demo", Render: func(look *theme.Look, w int) []string {
		return tourLines(look, w, cast)
	}}
}

func tourLines(look *theme.Look, _ int, cast []Part) []string {
	line := func(spans ...theme.Span) string { return look.Line(spans...) }
	plain := func(s string) theme.Span { return theme.Span{Text: s} }
	key := func(s string) theme.Span { return theme.Span{Role: theme.Key, Text: s} }
	out := []string{
		"A made-up house: a dozen organizations, 60 projects, 150 people.",
		"Nothing here is real, and it is gone when you leave.",
		"",
	}
	if len(cast) > 0 {
		out = append(out, line(plain("You are "), theme.Span{Role: theme.Strong, Text: cast[0].Email}, plain(", "+cast[0].Who+".")), "")
	}
	return append(out,
		look.Paint(theme.Heading, "Try this"),
		line(plain("1  Open Acme ("), key("3"), plain(", "), key("enter"), plain("), go to Settings ("), key("tab"), plain(") and turn Auto Join off ("), key("t"), plain(").")),
		line(plain("2  Become the support engineer ("), key("S"), plain(") and ask for Nightly ETL ("), key("4"), plain(", "), key("/nightly"), plain(", "), key("J"), plain(").")),
		line(plain("3  Become Pia ("), key("S"), plain(") and approve it under Requests ("), key("2"), plain(", "), key("A"), plain(").")),
		line(plain("4  Move the clock ("), key("+"), plain(" an hour, "), key(">"), plain(" a day): the visit runs out.")),
		line(plain("5  Find all of it in Activity ("), key("7"), plain(").")),
		"",
		line(key("?"), plain(" lists every key, "), key(":"), plain(" finds everything; \"what to try\" shows this.")),
	)
}

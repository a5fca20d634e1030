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
			Run: func() tea.Cmd { return card.Show(tour(cast, s.Kept)) },
		},
	)
}

// GroupDemo is the heading of the demo's own actions in help and palette.
const GroupDemo = "Demo"

// Tour shows what to try when the session starts.
func Tour(s *app.Session, cast []Part) {
	s.Welcome = func() tea.Cmd { return card.Show(tour(cast, s.Kept)) }
}

func castMenu(cast []Part) *card.Menu {
	m := &card.Menu{Heading: "Be somebody else"}
	for _, p := range cast {
		m.Items = append(m.Items, card.Item{Label: p.Email, Note: p.Who, Answer: app.Go{Page: start.Become(p.ID)}})
	}
	m.Items = append(m.Items, card.Item{Label: "anybody", Note: "all accounts of the demo", Answer: app.Go{Page: app.Page{Kind: "anybody"}}})
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

// tour says what to try. kept is for a house that stays in a file.
func tour(cast []Part, kept bool) *card.Text {
	return &card.Text{Heading: "Welcome to the demo", Render: func(look *theme.Look, w int) []string {
		return tourLines(look, w, cast, kept)
	}}
}

// narrow is the width of the card below which the steps are told in short.
const narrow = 70

func tourLines(look *theme.Look, w int, cast []Part, kept bool) []string {
	line := func(words ...string) string {
		spans := make([]theme.Span, len(words))
		for i, t := range words {
			spans[i].Text = t
			if i%2 == 1 {
				spans[i].Role = theme.Key
			}
		}
		return look.Line(spans...)
	}
	stays := "Everything here is made up, and gone when you leave."
	if kept {
		stays = "Everything here is made up. It stays in its file."
	}
	out := []string{stays}
	if len(cast) > 0 {
		out = append(out, look.Line(theme.Span{Text: "You begin as "}, theme.Span{Role: theme.Strong, Text: cast[0].Email}, theme.Span{Text: ", " + cast[0].Who + "."}))
	}
	out = append(out, "", look.Paint(theme.Heading, "Try this: a support engineer wants in"))
	if w < narrow {
		return append(out,
			line("1  Acme, Settings: Auto Join off (", "3 enter tab… t", ")"),
			line("2  Be Sam (", "S", "), ask to enter (", "4 /nightly J", ")"),
			line("3  Be Pia (", "S", "), approve it (", "2 A", ")"),
			line("4  Move the clock (", "+", " an hour, ", ">", " a day)"),
			line("5  Find all of it in Activity (", "7", ")"),
			line("More: roles, bill (", "3", "), tickets (", "6", "), mails (", "8", ")"),
		)
	}
	return append(out,
		line("1  Open Acme (", "3", ", ", "enter", "), go to Settings (", "tab", "), turn Auto Join off (", "t", ")."),
		line("2  Become Sam (", "S", ") and ask to enter Nightly ETL (", "4", ", ", "/nightly", ", ", "enter", ", ", "J", ")."),
		line("3  Become Pia (", "S", ") and approve it under Requests (", "2", ", ", "A", ")."),
		line("4  Move the clock (", "+", " an hour, ", ">", " a day): the visit runs out."),
		line("5  Find all of it in Activity (", "7", ")."),
		"",
		look.Paint(theme.Heading, "There is more"),
		line("·  Acme (", "3", "): roles, bill, and in Settings whom Require MFA (", "t", ") locks out."),
		line("·  A project (", "4", "): who may enter under Access, why (", "W", "), shared buckets."),
		line("·  Tickets (", "6", "), your invitations, keys and second factor (", "9", ", ", "tab", ")."),
		line("·  As Sam: mails that failed (", "8", ", ", "tab", ") and all accounts (", "9", ", ", "tab", ")."),
		line("", "?", " lists every key, ", ":", " finds everything; \"what to try\" shows this."),
	)
}

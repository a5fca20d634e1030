package screen

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/start"
	"gatehouse/tui/screen/tour"
	"gatehouse/tui/theme"
)

// Part is one person that a visitor of a demo may want to be.
type Part struct {
	ID    core.AccountID
	Email string
	Who   string // "administrator of Acme"
}

// DemoOptions say what a session of a demo has.
type DemoOptions struct {
	Cast []Part
	// Tour is the walkthrough; nil for none. Its scene is set.
	Tour *tour.Tour
	// Shared is set where other visitors are in the same house: its clock stands still then.
	Shared bool
	// Welcome opens a card at the start.
	Welcome bool
	// Left says how long the visitor may stay; nil for as long as wanted.
	Left func() time.Duration
}

// GroupDemo is the heading of the demo's own actions in help and palette.
const GroupDemo = "Demo"

// Demo adds to a session what only a demo house has: being somebody else, moving the clock, and the walkthrough.
func Demo(s *app.Session, house *core.House, o DemoOptions) {
	s.Demo = true
	s.Extra = append(s.Extra, &keymap.Action{
		ID: "demo.person", Title: "other person", Long: "be somebody else", Keys: []string{"S"}, Group: GroupDemo, Hint: 80,
		Run: func() tea.Cmd { return card.Show(castMenu(s, o)) },
	})
	if !o.Shared {
		s.Extra = append(s.Extra,
			clockAction(house, "demo.hour", "+1 hour", "+", "an hour", time.Hour),
			clockAction(house, "demo.day", "+1 day", ">", "a day", core.Day),
		)
	}
	welcome := func() card.Card { return hello(s, o) }
	if o.Tour != nil {
		s.Guide = o.Tour
		s.Extra = append(s.Extra, o.Tour.Actions(GroupDemo, func() *keymap.Map { return s.Keys })...)
		welcome = func() card.Card { return o.Tour.Welcome() }
	} else {
		s.Extra = append(s.Extra, &keymap.Action{
			ID: "demo.help", Title: "what to try", Keys: []string{"0"}, Group: GroupDemo, Hint: 82,
			Run: func() tea.Cmd { return card.Show(hello(s, o)) },
		})
	}
	if o.Left != nil {
		s.Guide = tour.Limited(s.Guide, o.Left)
	}
	if o.Welcome {
		s.Welcome = func() tea.Cmd { return card.Show(welcome()) }
	}
}

// castMenu begins at whom the next step of the walkthrough is for.
func castMenu(s *app.Session, o DemoOptions) *card.Menu {
	m := &card.Menu{Heading: tour.CastHeading}
	for _, p := range o.Cast {
		m.Items = append(m.Items, card.Item{Label: p.Email, Note: p.Who, Answer: app.Go{Page: start.Become(p.ID)}})
	}
	m.Items = append(m.Items, card.Item{Label: "anybody", Note: "all accounts of the demo", Answer: app.Go{Page: app.Page{Kind: "anybody"}}})
	if o.Tour != nil {
		wanted := o.Tour.Wanted()
		if s.Actor != nil && s.Actor.ID() == wanted {
			wanted = 0
		}
		m.Cursor = max(slices.IndexFunc(o.Cast, func(p Part) bool { return p.ID == wanted }), 0)
	}
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

// hello says what to try where there is no walkthrough.
func hello(s *app.Session, o DemoOptions) *card.Text {
	return &card.Text{Heading: "Welcome to the demo", Render: func(look *theme.Look, _ int) []string {
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
		out := []string{"Everything here is made up, and gone when you leave."}
		switch {
		case s.Kept:
			out[0] = "Everything here is made up. It stays in its file."
		case o.Shared:
			out = []string{"Everything here is made up, and shared: others are", "in this house, and what they do shows at once.", "It begins anew when all have left."}
		}
		if s.Person != "" {
			out = append(out, look.Line(theme.Span{Text: "You are "}, theme.Span{Role: theme.Strong, Text: s.Person}, theme.Span{Text: "."}))
		}
		out = append(out, "", look.Paint(theme.Heading, "What to try"))
		if o.Shared {
			out = append(out,
				line("·  See who waits (", "2", "), decide (", "A", ", ", "D", "): others see it."),
				line("·  Ask to enter a project (", "4", ", ", "enter", ", ", "J", ")."),
			)
		}
		return append(out,
			line("·  Organizations (", "3", "): members, roles, settings."),
			line("·  A project (", "4", "): who may enter, and why (", "W", ")."),
			line("·  Be somebody else (", "S", "), read the log (", "7", ")."),
			line("", "?", " lists every key, ", ":", " finds everything, ", "0", " shows this."),
		)
	}}
}

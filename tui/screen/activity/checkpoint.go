package activity

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// checkpointAction makes a checkpoint of every chain that the person reads, whatever the page is about: that is the line
// to keep elsewhere (AU12).
func (s *Screen) checkpointAction() *keymap.Action {
	return &keymap.Action{
		ID: "activity.checkpoint", Title: "checkpoint", Long: "make a signed checkpoint to keep elsewhere",
		Keys: []string{"K"}, Group: keymap.GroupAct, Hint: 12, Guard: s.mayVerify, Run: s.makeCheckpoint,
		Command: func() string { return "gatehouse activity checkpoint" },
	}
}

func (s *Screen) makeCheckpoint() tea.Cmd {
	actor := s.env.Session.Actor
	return app.Load(s.env, "checkpoint", func(ctx context.Context) (core.Checkpoint, error) { return actor.Checkpoint(ctx) })
}

// showCheckpoint keeps the moment for the head of the page, and shows the line.
func (s *Screen) showCheckpoint(msg app.Loaded[core.Checkpoint]) tea.Cmd {
	if msg.Err != nil {
		return app.Fail(msg.Err)
	}
	s.made = msg.Value.Time
	return card.Show(&checkpointCard{made: msg.Value})
}

// checkpointCard shows a checkpoint, to be copied.
type checkpointCard struct{ made core.Checkpoint }

// Title implements card.Card.
func (c *checkpointCard) Title() string { return "Checkpoint of " + text.Exact(c.made.Time.Time()) }

// Captures implements card.Card.
func (c *checkpointCard) Captures() bool { return false }

// Update implements card.Card.
func (c *checkpointCard) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch k.String() {
	case "esc", "enter", "q":
		return card.Finish(c, nil)
	case "y":
		return app.Send(app.Copy{What: "the checkpoint of " + count(len(c.made.Heads), "chain"), Text: c.made.Line})
	}
	return nil
}

// linesShown is how much of the line a card shows; copying takes all of it.
const linesShown = 8

// View implements card.Card.
func (c *checkpointCard) View(look *theme.Look, w, h int) card.Body {
	width := min(w, 76)
	lines := text.Wrap("One signed line that names the newest event of "+count(len(c.made.Heads), "chain")+
		". Keep it where nobody can change it who can write the house file: events that are cut off or written anew later show against it.", width)
	lines = append(lines, "")
	shown := text.Wrap(c.made.Line, width)
	if most := max(min(linesShown, h-len(lines)-4), 1); len(shown) > most {
		left := len(shown) - most
		shown = append(shown[:most], fmt.Sprintf("… and %s more; y copies all of it", count(left, "line")))
	}
	for _, l := range shown {
		lines = append(lines, look.Paint(theme.Faint, l))
	}
	lines = append(lines, "")
	lines = append(lines, text.Wrap("Compare later: gatehouse activity verify --from FILE", width)...)
	return card.Body{Lines: lines, Width: width, Foot: "y copy  esc close"}
}

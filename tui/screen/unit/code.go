package unit

import (
	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Code is a card that shows the activation code of somebody who is not activated, this once (AC19). Only esc closes it,
// so that keys typed on after the form do not lose it; y copies it.
type Code struct {
	// Email is whose code it is, Code the code itself, and Lapses when it stops working, in words: "after 7 days".
	Email, Code, Lapses string
	// Done says what was done with it, above the code; it may be empty.
	Done string
}

// Title implements card.Card.
func (c *Code) Title() string { return "Activation code for " + c.Email }

// Captures implements card.Card.
func (c *Code) Captures() bool { return false }

// Update implements card.Card.
func (c *Code) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch k.String() {
	case "esc":
		return card.Finish(c, nil)
	case "y":
		return app.Send(app.Copy{What: "the activation code", Text: c.Code})
	}
	return nil
}

// View implements card.Card.
func (c *Code) View(look *theme.Look, w, _ int) card.Body {
	width := min(w, 64)
	var lines []string
	if c.Done != "" {
		for _, l := range text.Wrap(c.Done, width) {
			lines = append(lines, look.Paint(theme.Success, l))
		}
		lines = append(lines, "")
	}
	lines = append(lines, text.Wrap(c.Email+" has no active account yet. Pass this code on: it is shown only now, works once, and lapses "+c.Lapses+".", width)...)
	lines = append(lines, "", "  "+look.Paint(theme.Strong, c.Code), "")
	for _, l := range text.Wrap("It is redeemed with: gatehouse account activate CODE", width) {
		lines = append(lines, look.Paint(theme.Faint, l))
	}
	return card.Body{Lines: lines, Width: width, Foot: "y copy  esc close"}
}

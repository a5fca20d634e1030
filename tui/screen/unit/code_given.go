package unit

import (
	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/card"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// CodeGiven is the card that an action leaves which lets in or invites somebody who is not activated: the code, shown this
// once, or why the actor is shown none (AC19). It is nil where there is nothing to show. done says what has happened, and
// may be empty; lapses is that of ActivationCode.
func CodeGiven(email string, given core.GivenCode, done, lapses string) card.Card {
	switch {
	case given.Code != "":
		return ActivationCode(email, given.Code, done, lapses)
	case given.Withheld != "":
		return &NoCode{Done: done, Why: given.Withheld}
	}
	return nil
}

// NoCode is a card that says why no activation code is shown (AC19). Only esc and enter close it: it is read where a code
// was awaited.
type NoCode struct{ Done, Why string }

// Title implements card.Card.
func (c *NoCode) Title() string { return "No activation code for you" }

// Captures implements card.Card.
func (c *NoCode) Captures() bool { return false }

// Update implements card.Card.
func (c *NoCode) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && (k.String() == "esc" || k.String() == "enter") {
		return card.Finish(c, nil)
	}
	return nil
}

// View implements card.Card.
func (c *NoCode) View(look *theme.Look, w, _ int) card.Body {
	width := min(w, 64)
	var lines []string
	if c.Done != "" {
		for _, l := range text.Wrap(c.Done, width) {
			lines = append(lines, look.Paint(theme.Success, l))
		}
	}
	return card.Body{Lines: append(lines, text.Wrap(c.Why, width)...), Width: width, Foot: "enter esc close"}
}

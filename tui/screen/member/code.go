package member

import (
	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// code shows the activation code of a new account, this once (AC19). Only esc closes it, so that keys typed on after the
// form do not lose it; y copies it.
type code struct{ email, code string }

func newCode(email, plain string) *code { return &code{email, plain} }

// Title implements card.Card.
func (c *code) Title() string { return "Activation code for " + c.email }

// Captures implements card.Card.
func (c *code) Captures() bool { return false }

// Update implements card.Card.
func (c *code) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch k.String() {
	case "esc":
		return card.Finish(c, nil)
	case "y":
		return app.Send(app.Copy{What: "the activation code", Text: c.code})
	}
	return nil
}

// View implements card.Card.
func (c *code) View(look *theme.Look, w, _ int) card.Body {
	width := min(w, 64)
	lines := text.Wrap(c.email+" has no active account yet. Pass this code on: it is shown only now, works once, and lapses after 7 days.", width)
	lines = append(lines, "", "  "+look.Paint(theme.Strong, c.code), "")
	for _, l := range text.Wrap("It is redeemed with: gatehouse account activate CODE", width) {
		lines = append(lines, look.Paint(theme.Faint, l))
	}
	return card.Body{Lines: lines, Width: width, Foot: "y copy  esc close"}
}

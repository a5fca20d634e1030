package account

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// once is a card that shows codes this once (AC16, AC19). Only esc closes it, so that keys typed on after the form do
// not lose them; y copies them.
type once struct {
	heading string
	// done says what has happened, about what the codes are for; both are prose.
	done, about string
	codes       []string
	what        string // for the toast: "the recovery codes"
}

// Title implements card.Card.
func (c *once) Title() string { return c.heading }

// Captures implements card.Card.
func (c *once) Captures() bool { return false }

// Update implements card.Card.
func (c *once) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch k.String() {
	case "esc":
		return card.Finish(c, nil)
	case "y":
		return app.Send(app.Copy{What: c.what, Text: strings.Join(c.codes, "\n")})
	}
	return nil
}

// View implements card.Card. The codes stand in two columns where there are many, so that all of them fit into 60×16.
func (c *once) View(look *theme.Look, w, _ int) card.Body {
	width := min(w, 64)
	var lines []string
	for _, l := range text.Wrap(c.done, width) {
		lines = append(lines, look.Paint(theme.Success, l))
	}
	lines = append(lines, text.Wrap(c.about, width)...)
	lines = append(lines, "")
	rows := len(c.codes)
	if rows > 4 {
		rows = (rows + 1) / 2
	}
	for i := range rows {
		line := "  " + look.Paint(theme.Strong, c.codes[i])
		if i+rows < len(c.codes) {
			line += "   " + look.Paint(theme.Strong, c.codes[i+rows])
		}
		lines = append(lines, line)
	}
	return card.Body{Lines: lines, Width: width, Foot: "y copy  esc close: not shown again"}
}

// issued shows an activation code for somebody who has an account, or says that it goes by mail.
func issued(done, email, code string) tea.Cmd {
	if code == "" {
		return app.Tell(done + " The code goes to " + email + " by mail.")
	}
	return card.Show(&once{
		heading: "Activation code for " + email, done: done, codes: []string{code}, what: "the activation code",
		about: "Pass this code on. It works once, for 7 days, and is redeemed with: gatehouse account activate CODE --key FILE",
	})
}

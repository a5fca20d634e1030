package unit

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Codes is a card that shows codes this once (AC16, AC19). Only esc closes it, so that keys typed on after the form do
// not lose them; y copies them.
type Codes struct {
	// Heading is the title; Done, which may be empty, says what has happened; About what the codes are for.
	Heading, Done, About string
	Codes                []string
	// What names them for the toast: "the recovery codes".
	What string
	// Redeemed says that they are redeemed at the server, so that the line which signs in there belongs to them.
	Redeemed bool

	signIn string
}

// Start implements card.Starter.
func (c *Codes) Start(env card.Env) tea.Cmd {
	if c.Redeemed {
		c.signIn = env.SignIn
	}
	return nil
}

// Redeeming says where an activation code goes: whoever passes one on has to tell.
const Redeeming = "Over SSH the house asks for it, and the key that signed becomes theirs; at its console: gatehouse account activate CODE"

// ActivationCode is the card for the code of somebody who is not activated. Done may be empty; lapses says when the
// code stops working, in words: "after 7 days".
func ActivationCode(email, code, done, lapses string) *Codes {
	return &Codes{
		Heading: "Activation code for " + email, Done: done, Codes: []string{code}, What: "the activation code", Redeemed: true,
		About: email + " has no active account yet. Pass this code on: it is shown only now, works once, and lapses " + lapses + ". " + Redeeming,
	}
}

// Title implements card.Card.
func (c *Codes) Title() string { return c.Heading }

// Captures implements card.Card.
func (c *Codes) Captures() bool { return false }

// Update implements card.Card.
func (c *Codes) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch k.String() {
	case "esc":
		return card.Finish(c, nil)
	case "y":
		return app.Send(app.Copy{What: c.What, Text: strings.Join(c.Codes, "\n")})
	case "Y":
		if c.signIn != "" {
			return app.Send(app.Copy{What: "the line to sign in", Text: c.signIn})
		}
	}
	return nil
}

// View implements card.Card. The codes stand in two columns where there are many, so that all of them fit into 60×16.
func (c *Codes) View(look *theme.Look, w, _ int) card.Body {
	width := min(w, 64)
	var lines []string
	if c.Done != "" {
		for _, l := range text.Wrap(c.Done, width) {
			lines = append(lines, look.Paint(theme.Success, l))
		}
	}
	lines = append(lines, text.Wrap(c.About, width)...)
	lines = append(lines, "")
	rows := len(c.Codes)
	if rows > 4 {
		rows = (rows + 1) / 2
	}
	for i := range rows {
		line := "  " + look.Paint(theme.Strong, c.Codes[i])
		if i+rows < len(c.Codes) {
			line += "   " + look.Paint(theme.Strong, c.Codes[i+rows])
		}
		lines = append(lines, line)
	}
	if c.signIn == "" {
		return card.Body{Lines: lines, Width: width, Foot: "y copy  esc close: not shown again"}
	}
	lines = append(lines, "", "To sign in:")
	for _, l := range text.Wrap(c.signIn, width-2) {
		lines = append(lines, "  "+look.Paint(theme.Strong, l))
	}
	return card.Body{Lines: lines, Width: width, Foot: "y copy  Y copy the line  esc close: not shown again"}
}

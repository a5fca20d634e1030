package card

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/keymap"
	"gatehouse/tui/problem"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Button is one way out of a confirmation.
type Button struct {
	Label string
	// Answer is the typed decision, with ids, delivered to the screen. It may be nil.
	Answer tea.Msg
	// Run, when set, carries the decision out while the card stays open. Its message is delivered like Answer when it
	// succeeds; its error is shown in the card, which stays open.
	Run func(ctx context.Context) (tea.Msg, error)
	// Cancel marks the button that does nothing.
	Cancel bool
}

// Confirm asks before something heavy or destructive. It names the exact targets and says what will happen.
type Confirm struct {
	Heading string
	Danger  keymap.Danger
	// Targets are the names of what the decision is about. Of more than six, five stand first and the rest at the end, so
	// that they do not push away what will happen.
	Targets []string
	// Body says what exactly will happen, in paragraphs.
	Body []string
	// Facts are label and value, shown aligned between targets and body.
	Facts [][2]string
	// Buttons, without the Cancel button, which is always added last.
	Buttons []Button
	// OnCancel starts the focus on Cancel: for cards that follow a menu or form, whose enter must not confirm them.
	OnCancel bool
	// Type, when set, must be typed before the first button works: the name of the worst things' target.
	Type string
	// StillThere, when set, is asked after changes of the house; its error closes the card with its words.
	StillThere func(ctx context.Context) error
	// About is the record that it decides, when others may have the same one open.
	About core.Ref

	env     Env
	started bool
	focus   int
	typed   input
	busy    bool
	failed  problem.Problem
	failure error // behind failed
	hint    string
	top     int // first line that is shown where not all fit

	buttonLine, typeLine int // of the last View, for clicks
}

// targetsFirst is how many targets stand before what will happen, where there are many.
const targetsFirst = 5

type doneMsg struct {
	card   *Confirm
	answer tea.Msg
	err    error
}

// Title implements Card.
func (c *Confirm) Title() string { return c.Heading }

// Captures implements Card.
func (c *Confirm) Captures() bool { return c.Type != "" && c.focus < 0 }

// Failure implements Failer.
func (c *Confirm) Failure() error { return c.failure }

// Attends says which record the card is about, for who else has it open. Who may open the card may decide.
func (c *Confirm) Attends() (of core.Ref, decides bool) { return c.About, !c.About.IsZero() }

// Check implements Checker.
func (c *Confirm) Check(ctx context.Context) error {
	if c.StillThere == nil {
		return nil
	}
	return c.StillThere(ctx)
}

// Working implements Worker.
func (c *Confirm) Working() bool { return c.busy }

// Start implements Starter. The focus starts on Cancel when the card is destructive or when enter opened it; so the
// opening key never confirms.
func (c *Confirm) Start(env Env) tea.Cmd {
	c.env = env
	if !c.started {
		c.started = true
		c.Buttons = append(c.Buttons, Button{Label: "Cancel", Cancel: true})
	}
	c.focus = 0
	if c.OnCancel || c.Danger == keymap.Destructive || env.Opener == "enter" || env.Opener == "space" {
		c.focus = len(c.Buttons) - 1
	}
	if c.Type != "" {
		c.focus = -1
	}
	return nil
}

// Update implements Card.
func (c *Confirm) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case doneMsg:
		if msg.card != c {
			return nil
		}
		c.busy = false
		if msg.err != nil {
			c.failed, c.failure = problem.From(msg.err), msg.err
			return nil
		}
		return Finish(c, msg.answer)
	case tea.PasteMsg:
		if c.focus < 0 {
			c.typed.insert(msg.Content)
		}
	case tea.KeyPressMsg:
		if c.busy {
			return nil
		}
		return c.key(msg)
	}
	return nil
}

func (c *Confirm) key(msg tea.KeyPressMsg) tea.Cmd {
	c.hint = ""
	switch key := msg.String(); key {
	case "esc":
		return Finish(c, nil)
	case "tab", "right", "down":
		c.move(1)
	case "shift+tab", "left", "up":
		c.move(-1)
	case "pgdown":
		c.top++
	case "pgup":
		c.top--
	case "enter":
		if c.focus < 0 {
			if !c.named() {
				c.hint = "Type " + c.Type + " exactly, or press esc."
				return nil
			}
			c.focus = len(c.Buttons) - 1
			c.hint = "Now choose with ← and enter."
			return nil
		}
		return c.press(c.Buttons[c.focus])
	case c.env.Opener:
		if c.focus >= 0 {
			c.hint = "Press enter on a button to decide."
			return nil
		}
		c.typed.key(msg)
	default:
		return c.letter(msg)
	}
	return nil
}

// letter is typed into the name, or moves among the buttons.
func (c *Confirm) letter(msg tea.KeyPressMsg) tea.Cmd {
	if c.focus < 0 {
		c.typed.key(msg)
		return nil
	}
	switch msg.String() {
	case "j":
		c.top++
	case "k":
		c.top--
	case "l":
		c.move(1)
	case "h":
		c.move(-1)
	case "n", "q":
		return Finish(c, nil)
	}
	return nil
}

// named compares what is shown, so that a name with characters that are not drawn can be typed as it is read.
func (c *Confirm) named() bool {
	return c.Type == "" || text.Clean(c.typed.text()) == text.Clean(c.Type)
}

func (c *Confirm) move(by int) {
	first := 0
	if c.Type != "" {
		first = -1
	}
	n := len(c.Buttons) - first
	c.focus = (c.focus-first+by+n)%n + first
}

func (c *Confirm) press(b Button) tea.Cmd {
	if b.Cancel {
		return Finish(c, nil)
	}
	if !c.named() {
		c.focus = -1
		c.hint = "Type " + c.Type + " first."
		return nil
	}
	if b.Run == nil {
		return Finish(c, b.Answer)
	}
	c.busy, c.failed, c.failure = true, problem.Problem{}, nil
	ctx, run := c.env.Ctx, b.Run
	return func() tea.Msg {
		answer, err := run(ctx)
		return doneMsg{c, answer, err}
	}
}

// View implements Card.
func (c *Confirm) View(look *theme.Look, w, h int) Body {
	width := min(w, 72)
	lines := c.about(look, width)
	var tail []string // what always shows: the name to type, how it went, the buttons
	if c.Type != "" {
		tail = append(tail, look.Paint(theme.Faint, "Type ")+look.Paint(theme.Strong, c.Type)+look.Paint(theme.Faint, " to go on"),
			c.typed.view(look, width, c.focus < 0), "")
	}
	tail = append(append(tail, c.status(look, width)...), c.buttons(look))
	foot := "enter choose  tab next  esc cancel"
	if h > 0 {
		tail = tail[max(len(tail)-max(h-1, 1), 0):]
	}
	below := 0
	if room := max(h-len(tail), 1); h > 0 && len(lines) > room {
		foot = "enter choose  tab next  j k scroll  esc cancel"
		if c.focus < 0 { // there letters are typed
			foot = "enter next  pgdn pgup scroll  esc cancel"
		}
		c.top = max(min(c.top, len(lines)-room), 0)
		below = Below(lines, c.top+room)
		lines = lines[c.top : c.top+room]
	}
	all := append(lines[:len(lines):len(lines)], tail...)
	c.typeLine, c.buttonLine = len(lines)+1, len(all)-1
	return Body{Lines: all, Width: width, Foot: foot, Below: below}
}

// about is what the card says before the buttons, a gap behind each part.
func (c *Confirm) about(look *theme.Look, width int) []string {
	var lines []string
	first, rest := c.Targets, []string(nil)
	if len(first) > targetsFirst+1 {
		first, rest = first[:targetsFirst], first[targetsFirst:]
	}
	name := func(t string) {
		for _, l := range text.Wrap(t, max(width-2, 8)) {
			lines = append(lines, "  "+look.Paint(theme.Strong, l))
		}
	}
	for _, t := range first {
		name(t)
	}
	if len(rest) > 0 {
		lines = append(lines, look.Paint(theme.Faint, fmt.Sprintf("  and %d more, at the end", len(rest))))
	}
	if len(c.Targets) > 0 {
		lines = append(lines, "")
	}
	label := 0
	for _, f := range c.Facts {
		label = max(label, text.Width(text.Clean(f[0])))
	}
	for _, f := range c.Facts {
		for i, part := range text.Wrap(f[1], max(width-label-2, 8)) {
			name := ""
			if i == 0 {
				name = text.Clean(f[0])
			}
			lines = append(lines, look.Paint(theme.Faint, text.Fit(name, label))+"  "+part)
		}
	}
	if len(c.Facts) > 0 {
		lines = append(lines, "")
	}
	for _, p := range c.Body {
		lines = append(lines, text.Wrap(p, width)...)
	}
	if len(c.Body) > 0 {
		lines = append(lines, "")
	}
	if len(rest) > 0 {
		lines = append(lines, look.Paint(theme.Faint, "The others:"))
		for _, t := range rest {
			name(t)
		}
		lines = append(lines, "")
	}
	return lines
}

func (c *Confirm) status(look *theme.Look, width int) []string {
	var lines []string
	switch {
	case c.busy:
		return []string{look.Paint(theme.Info, "Working …"), ""}
	case c.failed.Message != "":
		for _, l := range text.Wrap(look.Glyphs.Failed+" "+c.failed.Message, width) {
			lines = append(lines, look.Paint(theme.Danger, l))
		}
		for _, l := range text.Wrap(c.failed.Next, width) {
			lines = append(lines, look.Paint(theme.Plain, l))
		}
		return append(lines, "")
	case c.hint != "":
		return []string{look.Paint(theme.Warning, c.hint), ""}
	}
	return nil
}

func (c *Confirm) buttons(look *theme.Look) string {
	var b strings.Builder
	for i, button := range c.Buttons {
		if i > 0 {
			b.WriteString("  ")
		}
		b.WriteString(PaintButton(look, button.Label, i == c.focus))
	}
	return b.String()
}

// PaintButton draws a button; the focused one is marked by brackets too, so that no colour is needed.
func PaintButton(look *theme.Look, label string, focused bool) string {
	if focused {
		return look.Paint(theme.Focus, "[ "+label+" ]")
	}
	return look.Paint(theme.Button, "  "+label+"  ")
}

// Package palette is the card behind : and ?: every screen and every action valid here, with its key or the reason why
// not, and whatever a search finds. Typing filters at once; help is the same list, grouped.
package palette

import (
	"context"
	"strings"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/card"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Item is one thing that can be chosen.
type Item struct {
	// Title is the text, Detail stands behind it in a fainter colour, Key at the right.
	Title, Detail, Key string
	// Group is the heading in help.
	Group string
	// Reason says why it cannot be chosen now, or is empty.
	Reason string
	// Answer is what the root carries out.
	Answer tea.Msg
}

// Card is the palette. Make it with New.
type Card struct {
	heading string
	items   []Item
	grouped bool
	find    func(ctx context.Context, words string) ([]Item, error)

	env    card.Env
	input  textinput.Model
	found  []Item
	more   bool // more were found than are shown
	shown  []Item
	gen    uint64
	cursor int
	top    int
	rows   int
	hint   string
	// searching is set from a letter until its search has answered: nothing may match only after that.
	searching bool
}

// MaxFound is how many results of a search are shown; find gives one more where there are more.
const MaxFound = 20

const searchDelay = 60 * time.Millisecond

type (
	searchMsg struct {
		owner *Card
		gen   uint64
	}
	foundMsg struct {
		owner *Card
		gen   uint64
		items []Item
	}
)

// New makes a palette. find, when not nil, looks up more by the typed words; it runs beside the interface. grouped shows
// headings and makes it the help page.
func New(heading string, items []Item, grouped bool, find func(ctx context.Context, words string) ([]Item, error)) *Card {
	c := &Card{heading: heading, items: items, grouped: grouped, find: find, rows: 10, input: textinput.New()}
	c.input.Prompt = ""
	c.input.CharLimit = 100
	c.input.SetVirtualCursor(true)
	c.input.KeyMap.Paste.SetEnabled(false)
	s := textinput.DefaultDarkStyles()
	s.Cursor.Blink = false
	c.input.SetStyles(s)
	c.match()
	return c
}

// Title implements card.Card.
func (c *Card) Title() string { return c.heading }

// Captures implements card.Card.
func (c *Card) Captures() bool { return true }

// Start implements card.Starter.
func (c *Card) Start(env card.Env) tea.Cmd {
	c.env = env
	return c.input.Focus()
}

// Update implements card.Card.
func (c *Card) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return c.key(msg)
	case tea.PasteMsg:
		return c.typed(msg)
	case searchMsg:
		if msg.owner != c || msg.gen != c.gen {
			return nil
		}
		ctx, find, words, gen := c.env.Ctx, c.find, c.input.Value(), c.gen
		return func() tea.Msg {
			items, err := find(ctx, words)
			if err != nil {
				items = nil
			}
			return foundMsg{c, gen, items}
		}
	case foundMsg:
		if msg.owner == c && msg.gen == c.gen {
			c.searching = false
			c.found, c.more = msg.items[:min(len(msg.items), MaxFound)], len(msg.items) > MaxFound
			c.match()
		}
	}
	return nil
}

func (c *Card) key(k tea.KeyPressMsg) tea.Cmd {
	c.hint = ""
	switch k.String() {
	case "esc":
		return card.Finish(c, nil)
	case "down", "ctrl+n", "tab":
		c.move(1)
	case "up", "ctrl+p", "shift+tab":
		c.move(-1)
	case "pgdown":
		c.move(c.rows)
	case "pgup":
		c.move(-c.rows)
	case "enter":
		if c.cursor >= len(c.shown) {
			return nil
		}
		it := c.shown[c.cursor]
		if it.Reason != "" {
			c.hint = it.Reason
			return nil
		}
		return card.Finish(c, it.Answer)
	default:
		return c.typed(k)
	}
	return nil
}

func (c *Card) move(by int) {
	c.cursor = max(min(c.cursor+by, len(c.shown)-1), 0)
}

func (c *Card) typed(msg tea.Msg) tea.Cmd {
	before := c.input.Value()
	var cmd tea.Cmd
	c.input, cmd = c.input.Update(msg)
	if c.input.Value() == before {
		return cmd
	}
	c.cursor, c.top = 0, 0
	c.gen++
	if c.input.Value() == "" {
		c.found, c.more = nil, false
	}
	c.match()
	c.searching = c.find != nil && strings.TrimSpace(c.input.Value()) != ""
	if !c.searching {
		return cmd
	}
	return tea.Batch(cmd, c.env.After(searchDelay, searchMsg{c, c.gen}))
}

// match computes what is shown: everything, or what matches the words: actions that hold them, then what the search
// found, then actions that have their letters in that order.
func (c *Card) match() {
	words := strings.TrimSpace(c.input.Value())
	c.shown = c.shown[:0]
	if words == "" {
		c.shown = append(c.shown, c.items...)
		return
	}
	var held, loose []Item
	for _, it := range c.items {
		switch {
		case core.Begins(it.Title, words) || it.Key == words:
			c.shown = append(c.shown, it)
		case core.Holds(it.Title, words):
			held = append(held, it)
		case core.HoldsLetters(it.Title+" "+it.Key, words):
			loose = append(loose, it)
		}
	}
	c.shown = append(append(append(c.shown, held...), c.found...), loose...)
	if c.more {
		c.shown = append(c.shown, Item{Title: "more were found", Reason: "type more letters to find the others"})
	}
}

// View implements card.Card.
func (c *Card) View(look *theme.Look, w, h int) card.Body {
	width := min(w, 78)
	c.input.SetWidth(max(width-4, 8))
	s := c.input.Styles()
	s.Cursor.Color = look.Attrs(theme.Marker).Fg
	c.input.SetStyles(s)
	lines := []string{look.Paint(theme.Marker, ":") + " " + c.input.View(), look.Rule(width)}
	c.rows = max(h-len(lines), 1)
	if c.hint != "" {
		for _, l := range text.Wrap(look.Glyphs.Warn+" "+c.hint, width) {
			lines = append(lines, look.Paint(theme.Warning, l))
			c.rows--
		}
	}
	body := c.body(look, width)
	c.rows = max(c.rows, 1)
	at := 0
	for i, l := range body {
		if l.item == c.cursor {
			at = i
			break
		}
	}
	if at < c.top {
		c.top = max(at-1, 0)
	}
	if at >= c.top+c.rows {
		c.top = at - c.rows + 1
	}
	if c.cursor == 0 {
		c.top = 0
	}
	for i := c.top; i < len(body) && i < c.top+c.rows; i++ {
		lines = append(lines, body[i].text)
	}
	switch {
	case len(body) > 0:
	case c.searching:
		lines = append(lines, look.Paint(theme.Faint, "Searching "+look.Glyphs.Ellipsis))
	default:
		lines = append(lines, look.Paint(theme.Faint, "Nothing matches. Try fewer letters."))
	}
	for len(lines) < min(h, 14) {
		lines = append(lines, "")
	}
	return card.Body{Lines: lines, Width: width, Foot: "enter run  ↑ ↓ move  esc close", Below: max(len(body)-c.top-c.rows, 0)}
}

type bodyLine struct {
	text string
	item int // -1 for headings
}

func (c *Card) body(look *theme.Look, width int) []bodyLine {
	var out []bodyLine
	group := ""
	for i, it := range c.shown {
		if c.grouped && it.Group != group && c.input.Value() == "" {
			if len(out) > 0 {
				out = append(out, bodyLine{"", -1})
			}
			group = it.Group
			out = append(out, bodyLine{look.Paint(theme.Heading, group), -1})
		}
		out = append(out, bodyLine{c.item(look, it, i == c.cursor, width), i})
	}
	return out
}

func (c *Card) item(look *theme.Look, it Item, current bool, width int) string {
	mark, role := " ", theme.Plain
	if current {
		mark, role = look.Paint(theme.Marker, look.Glyphs.Cursor), theme.Strong
	}
	detail := it.Detail
	if it.Reason != "" {
		role, detail = theme.Faint, it.Reason
	}
	keys := text.Clean(it.Key)
	room := max(width-2-text.Width(keys)-1, 4)
	title := text.Cut(text.Clean(it.Title), room)
	line := look.Paint(role, title)
	if left := room - text.Width(title) - 2; detail != "" && left > 6 {
		line += "  " + look.Paint(theme.Faint, text.Cut(text.Clean(detail), left))
	}
	return mark + " " + text.Fit(line, room) + " " + look.Paint(theme.Key, keys)
}

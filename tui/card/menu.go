package card

import (
	"context"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Item is one line of a menu.
type Item struct {
	Label, Note string
	// Answer is delivered to the screen when the item is chosen.
	Answer tea.Msg
	// Disabled says why the item cannot be chosen, or is empty.
	Disabled string
}

// Found are items that fit a text; More says that there are others that fit.
type Found struct {
	Items []Item
	More  bool
}

// Menu lets people choose one of several things. Up to nine stand with digits that choose them. Longer menus, and those
// that give or take access, are narrowed by typing, and no digit chooses there: it is a letter of what is looked for.
// A menu scrolls when it does not fit, and says how many there are.
type Menu struct {
	Heading string
	Items   []Item
	// Cursor is the item to start on.
	Cursor int
	// Gives is set where a choice gives or takes access at once.
	Gives bool
	// More says that Items are not all. Find is asked, beside the interface, for the items that fit what is typed; without
	// it the menu looks among Items.
	More bool
	Find func(ctx context.Context, text string) (Found, error)
	// StillThere, when set, is asked after changes of the house; its error closes the menu with its words.
	StillThere func(ctx context.Context) error

	env      Env
	top      int
	rows     int // items of the last View
	above    int // lines above them
	hint     string
	find     input
	all      []Item // before anything was typed
	allMore  bool
	searched uint64
}

// digitsMost is how many items have digits.
const digitsMost = 9

type foundMsg struct {
	menu  *Menu
	n     uint64
	found Found
	err   error
}

// Title implements Card.
func (m *Menu) Title() string { return m.Heading }

// Captures implements Card.
func (m *Menu) Captures() bool { return m.typed() }

// typed says that what is typed looks for items, and chooses none.
func (m *Menu) typed() bool {
	return m.Gives || m.Find != nil || max(len(m.Items), len(m.all)) > digitsMost
}

// Check implements Checker.
func (m *Menu) Check(ctx context.Context) error {
	if m.StillThere == nil {
		return nil
	}
	return m.StillThere(ctx)
}

// Start implements Starter.
func (m *Menu) Start(env Env) tea.Cmd {
	m.env = env
	if m.all == nil {
		m.all, m.allMore = m.Items, m.More
	}
	return nil
}

// Update implements Card.
func (m *Menu) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case foundMsg:
		m.take(msg)
	case tea.PasteMsg:
		if m.typed() {
			m.find.insert(msg.Content)
			return m.look()
		}
	case tea.KeyPressMsg:
		m.hint = ""
		if m.typed() {
			return m.letter(msg)
		}
		if len(m.Items) == 0 {
			return Finish(m, nil)
		}
		return m.key(msg.String())
	}
	return nil
}

// key is a key of a short menu.
func (m *Menu) key(key string) tea.Cmd {
	switch key {
	case "esc", "q", "h", "left":
		return Finish(m, nil)
	case "j":
		m.move(1)
	case "k":
		m.move(-1)
	case "g":
		m.Cursor = 0
	case "G":
		m.Cursor = len(m.Items) - 1
	case "l", "right":
		return m.choose(m.Cursor)
	default:
		if len(key) == 1 && key[0] >= '1' && key[0] <= '9' && int(key[0]-'1') < len(m.Items) {
			m.Cursor = int(key[0] - '1')
			return m.choose(m.Cursor)
		}
		return m.common(key)
	}
	return nil
}

// letter is a key of a menu that is narrowed by typing.
func (m *Menu) letter(msg tea.KeyPressMsg) tea.Cmd {
	before := m.find.text()
	switch key := msg.String(); key {
	case "esc":
		if before == "" {
			return Finish(m, nil)
		}
		m.find = input{}
	case "backspace", "ctrl+u":
		m.find.key(msg)
	default:
		if msg.Text == "" {
			return m.common(key)
		}
		m.find.key(msg)
	}
	if m.find.text() == before {
		return nil
	}
	return m.look()
}

// common are the keys of both kinds of menus.
func (m *Menu) common(key string) tea.Cmd {
	switch key {
	case "down", "tab", "ctrl+n":
		m.move(1)
	case "up", "shift+tab", "ctrl+p":
		m.move(-1)
	case "pgdown", "ctrl+f":
		m.Cursor = max(min(m.Cursor+m.rows, len(m.Items)-1), 0)
	case "pgup", "ctrl+b":
		m.Cursor = max(m.Cursor-m.rows, 0)
	case "home":
		m.Cursor = 0
	case "end":
		m.Cursor = max(len(m.Items)-1, 0)
	case "enter":
		if m.Cursor < len(m.Items) {
			return m.choose(m.Cursor)
		}
	}
	return nil
}

func (m *Menu) move(by int) {
	if n := len(m.Items); n > 0 {
		m.Cursor = (m.Cursor + by + n) % n
	}
}

// look narrows the menu to what is typed.
func (m *Menu) look() tea.Cmd {
	m.searched++
	words := m.find.text()
	if words == "" {
		m.show(Found{m.all, m.allMore})
		return nil
	}
	if m.Find == nil {
		var fit []Item
		for _, it := range m.all {
			if core.Holds(it.Label, words) || core.HoldsLetters(it.Label, words) {
				fit = append(fit, it)
			}
		}
		m.show(Found{fit, m.allMore})
		return nil
	}
	ctx, find, n := m.env.Ctx, m.Find, m.searched
	if ctx == nil {
		ctx = context.Background()
	}
	return func() tea.Msg {
		found, err := find(ctx, words)
		return foundMsg{m, n, found, err}
	}
}

func (m *Menu) take(msg foundMsg) {
	switch {
	case msg.menu != m || msg.n != m.searched:
	case msg.err != nil:
		m.hint = msg.err.Error()
	default:
		m.show(msg.found)
	}
}

func (m *Menu) show(f Found) { m.Items, m.More, m.Cursor, m.top = f.Items, f.More, 0, 0 }

func (m *Menu) choose(i int) tea.Cmd {
	it := m.Items[i]
	if it.Disabled != "" {
		m.hint = it.Disabled
		return nil
	}
	return Finish(m, it.Answer)
}

// View implements Card.
func (m *Menu) View(look *theme.Look, w, h int) Body {
	label, note := 0, 0
	for _, it := range m.Items {
		label = max(label, text.Width(text.Clean(it.Label)))
		note = max(note, text.Width(text.Clean(it.Note)))
	}
	front := 2
	if !m.typed() {
		front = 4
	}
	label = max(min(label, w-front), 1)
	if note > 0 {
		note = min(note, max(w-label-front-2, 0))
	}
	var above, below []string
	if m.typed() {
		above = append(above, m.find.view(look, max(w, 10), true))
		below = append(below, "") // for the count
	}
	if m.hint != "" {
		below = append(below, "")
		for _, l := range text.Wrap(m.hint, max(w, 10)) {
			below = append(below, look.Paint(theme.Warning, l))
		}
	}
	rows := max(h-len(above)-len(below), 1)
	m.top = max(min(m.top, m.Cursor), m.Cursor-rows+1)
	lines := above
	m.above, m.rows = len(above), 0
	for i := m.top; i < len(m.Items) && i < m.top+rows; i++ {
		lines = append(lines, m.line(look, i, label, note))
		m.rows++
	}
	if m.typed() {
		below[0] = look.Paint(theme.Faint, text.Cut(m.count(), max(w, 1)))
	}
	lines = append(lines, below...)
	width := label + front
	if note > 0 {
		width += note + 2
	}
	for _, l := range below {
		width = max(width, text.Width(l))
	}
	foot := "enter choose  esc cancel"
	if m.typed() {
		foot = "type to find  ↑ ↓ move  enter choose  esc cancel"
		width = max(width, min(text.Width(foot), w))
	}
	return Body{Lines: lines, Width: max(width, 24), Foot: foot, Below: len(m.Items) - m.top - m.rows}
}

func (m *Menu) line(look *theme.Look, i, label, note int) string {
	it := m.Items[i]
	mark, role := " ", theme.Plain
	if i == m.Cursor {
		mark, role = look.Paint(theme.Marker, look.Glyphs.Cursor), theme.Strong
	}
	if it.Disabled != "" {
		role = theme.Faint
	}
	if !m.typed() {
		mark += " " + look.Paint(theme.Key, strconv.Itoa(i+1))
	}
	line := mark + " " + look.Paint(role, text.Fit(text.Clean(it.Label), label))
	if note > 0 {
		line += "  " + look.Paint(theme.Faint, text.Cut(text.Clean(it.Note), note))
	}
	return line
}

// count says how much of the whole stands here.
func (m *Menu) count() string {
	n := len(m.Items)
	switch {
	case n == 0:
		return "Nothing fits. Try fewer letters."
	case m.More:
		return "the first " + strconv.Itoa(n) + "; more: type to find"
	}
	return strconv.Itoa(min(m.Cursor+1, n)) + " of " + strconv.Itoa(n)
}

package app

import (
	"strconv"

	"gatehouse/tui/keymap"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// titleLine draws the first line: where one is, and who.
func (m *Model) titleLine() string {
	look, w := m.s.Look, m.frame.W
	right := m.status(w)
	rw := text.Width(right)
	var b []byte
	b = append(b, ' ')
	b = look.Append(b, theme.Accent, m.s.Product)
	used := 1 + text.Width(m.s.Product)
	crumbs := m.crumbs()
	for i, c := range crumbs {
		room := w - rw - used - 4
		if room < 4 {
			break
		}
		role := theme.Plain
		if i == len(crumbs)-1 {
			role = theme.Strong
		}
		c = text.Cut(text.Clean(c), room)
		b = append(b, ' ')
		b = look.Append(b, theme.Faint, look.Glyphs.Crumb)
		b = append(b, ' ')
		b = look.Append(b, role, c)
		used += 3 + text.Width(c)
	}
	b = append(b, text.Blanks(w-used-rw)...)
	b = append(b, right...)
	return text.Fit(string(b), w)
}

func (m *Model) crumbs() []string {
	c := m.cur
	var out []string
	guard(c, func() { out = c.screen.Title() })
	if c.crashed != "" || len(out) == 0 {
		out = []string{c.kind.Title}
	}
	for _, t := range c.tabs {
		if t.ID == c.page.Tab {
			return append(out[:len(out):len(out)], t.Title)
		}
	}
	return out
}

// status draws the right end of the title row. What matters least goes first when the terminal is narrow: MFA when on,
// then the word live, then the account.
func (m *Model) status(w int) string {
	g := m.s.Look.Glyphs
	var spans []theme.Span
	add := func(r theme.Role, s string) {
		if len(spans) > 0 {
			spans = append(spans, theme.Span{Text: "   "})
		}
		spans = append(spans, theme.Span{Role: r, Text: s})
	}
	m.statusLive(w, add)
	if m.s.ReadOnly {
		add(theme.Chip, " read-only ")
	}
	if m.s.Demo && w >= 100 {
		add(theme.Faint, "demo")
	}
	if m.s.Person != "" {
		add(theme.Plain, text.Cut(text.Clean(m.s.Person), max(w/3, 12)))
		if m.s.Support && w >= 80 { // a word, not the badge: a wide character would repaint this line at every key
			spans = append(spans, theme.Span{Text: " "}, theme.Span{Role: theme.Support, Text: "Support"})
		}
	}
	if m.counts.MFA == "off" {
		add(theme.Warning, "MFA off "+g.Warn)
	} else if m.counts.MFA != "" && w >= 80 {
		add(theme.Faint, "MFA "+m.counts.MFA)
	}
	if m.counts.Waiting > 0 {
		s := strconv.Itoa(m.counts.Waiting)
		if w >= 80 {
			s += " waiting"
		} else {
			s += g.Warn
		}
		add(theme.Badge, s)
	}
	return m.s.Look.Line(spans...) + " "
}

// statusLive says whether changes show by themselves.
func (m *Model) statusLive(w int, add func(theme.Role, string)) {
	g := m.s.Look.Glyphs
	switch {
	case m.live.paused && m.live.behind:
		add(theme.Warning, g.Paused+" paused, changes wait")
	case m.live.paused:
		add(theme.Warning, g.Paused+" paused")
	case m.s.Changes != nil && w >= 80:
		add(theme.Success, g.On+" live")
	case m.s.Changes != nil:
		add(theme.Success, g.On)
	}
}

// hintLine draws the last line out of the live actions, cut from the right; position and count stand at its right end.
func (m *Model) hintLine() string {
	look, w := m.s.Look, m.frame.W
	p := &m.painter
	p.spots = p.spots[:0]
	position := ""
	c := m.cur
	if pos, ok := c.screen.(Positioner); ok {
		guard(c, func() { position = pos.Position(look) })
	}
	position = text.Cut(text.Clean(position), w/2)
	if len(m.cards) > 0 { // the keys of the page do nothing now; the card shows its own
		return text.Blanks(w-text.Width(position)-1) + look.Paint(theme.Faint, position) + " "
	}
	if cap, ok := c.screen.(Capturer); ok && c.crashed == "" && cap.Captures() {
		typing := typingHints(look, c.screen)
		return text.Fit(typing, w-text.Width(position)-1) + look.Paint(theme.Faint, position) + " "
	}
	x := m.keys()
	room := w - 2 - text.Width(position) - 2
	// The way to everything else always fits: the last two hints are reserved.
	buf := make([]byte, 0, 512)
	buf = append(buf, ' ')
	used := 0
	reserve := 0
	hints := c.hints
	for _, a := range hints {
		if a.Hint >= lastHints {
			reserve += hintWidth(a, x.Key(a))
		}
	}
	if reserve > room {
		reserve = 0
	}
	n := c.targets()
	for _, a := range hints {
		key := x.Key(a)
		if key == "" || !a.Shown() {
			continue
		}
		need := hintWidth(a, key)
		limit := room - reserve
		if a.Hint >= lastHints {
			limit = room
		}
		if used+need > limit {
			continue
		}
		var why error
		guard(c, func() { why = a.Allowed(n) })
		p.spots = append(p.spots, spot{1 + used, 1 + used + need - 2, a})
		buf = m.appendHint(buf, a, key, why != nil)
		used += need
	}
	buf = append(buf, text.Blanks(w-1-used-text.Width(position)-1)...)
	buf = look.Append(buf, theme.Faint, position)
	buf = append(buf, ' ')
	return text.Fit(string(buf), w)
}

// lastHints is the first place of the hints that always fit.
const lastHints = 90

func hintWidth(a *keymap.Action, key string) int {
	return text.Width(keymap.PrettyASCII(key)) - arrows(key) + 1 + text.Width(a.Title) + 2
}

// arrows is by how much the pretty form of a key is narrower.
func arrows(key string) int {
	return text.Width(keymap.PrettyASCII(key)) - text.Width(keymap.Pretty(key))
}

func (m *Model) appendHint(buf []byte, a *keymap.Action, key string, disabled bool) []byte {
	look := m.s.Look
	if disabled && look.Name == theme.Mono { // without colour, faint alone may not show
		return look.Append(buf, theme.Faint, "("+keymap.Pretty(key)+" "+a.Title+")")
	}
	if disabled {
		buf = look.Append(buf, theme.Faint, keymap.Pretty(key)+" "+a.Title)
		return append(buf, "  "...)
	}
	buf = look.Append(buf, theme.Key, keymap.Pretty(key))
	buf = append(buf, ' ')
	buf = append(buf, a.Title...)
	return append(buf, "  "...)
}

// typingHints are the keys of a focused text input: those of a filter unless the screen names its own.
func typingHints(look *theme.Look, s Screen) string {
	hints := [][2]string{{"enter", "keep"}, {"esc", "clear"}}
	if own, ok := s.(Hinter); ok {
		hints = own.TypingHints()
	}
	var spans []theme.Span
	for i, h := range hints {
		gap := "  "
		if i == 0 {
			gap = " "
		}
		spans = append(spans, theme.Span{Text: gap}, theme.Span{Role: theme.Key, Text: h[0]}, theme.Span{Text: " " + h[1]})
	}
	return look.Line(spans...)
}

package app

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// painter keeps what frames reuse: buffers, cached lines, and where things were drawn.
type painter struct {
	lines []string
	buf   []byte
	spots []spot
	tabs  []tabSpot
	rail  []string
	key   railKey
	rule  string
	ruleW int
	look  *theme.Look
}

type spot struct {
	from, to int
	action   *keymap.Action
}

type tabSpot struct {
	from, to int
	tab      string
}

type railKey struct {
	look   *theme.Look
	kind   *Kind
	counts [10]int
	h      int
	guide  uint64
}

// View implements tea.Model.
func (m *Model) View() tea.View {
	v := tea.NewView(m.Frame())
	v.AltScreen = true
	v.WindowTitle = m.s.Product
	if m.s.Mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	return v
}

// Frame draws the whole terminal: exactly as many lines as it has, each exactly as wide.
func (m *Model) Frame() string {
	f, look := m.frame, m.s.Look
	if f.TooSmall {
		if m.s.ASCII {
			return plainSymbols.Replace(m.notice())
		}
		return m.notice()
	}
	p := &m.painter
	p.reset(f.W, look)
	lines := append(p.lines[:0], m.titleLine(), p.rule)
	lines = m.middle(lines)
	lines = m.stripLines(append(lines, p.rule))
	lines = append(lines, m.hintLine())
	p.lines = lines
	m.overlay(lines)
	n := 0
	for _, l := range lines {
		n += len(l) + 1
	}
	buf := p.buf[:0]
	if cap(buf) < n {
		buf = make([]byte, 0, n+n/4)
	}
	for i, l := range lines {
		if i > 0 {
			buf = append(buf, '\n')
		}
		buf = append(buf, l...)
	}
	p.buf = buf
	if m.s.ASCII {
		return plainSymbols.Replace(string(buf))
	}
	return string(buf)
}

// plainSymbols replaces the one-cell symbols of the interface that are not glyphs of the theme.
var plainSymbols = strings.NewReplacer("…", "~", "‹", "<", "›", ">", "×", "x", "·", "-", "←", "<", "→", ">", "↑", "^", "↓", "v", "◌", "o", "—", "-", "–", "-")

func (p *painter) reset(w int, look *theme.Look) {
	if p.look != look || p.ruleW != w {
		p.look, p.ruleW, p.rule = look, w, look.Rule(w)
	}
}

// middle draws everything between the two rules: rail, tabs, body and preview.
func (m *Model) middle(lines []string) []string {
	f, look := m.frame, m.s.Look
	rail := m.railLines()
	body := m.bodyText(f.Body)
	preview := ""
	if !f.Preview.Empty() {
		preview = m.previewText(f.Preview)
	}
	divider := look.Paint(theme.Border, look.Glyphs.Vertical)
	buf := m.painter.buf[:0]
	for y := f.TopRule.Y + 1; y < f.Rule.Y; y++ {
		buf = buf[:0]
		if !f.Rail.Empty() {
			buf = append(buf, rail[y-f.Rail.Y]...)
		}
		switch {
		case f.Tabs.H > 0 && y == f.Tabs.Y:
			buf = append(buf, m.tabsLine()...)
		case f.TabRule.H > 0 && y == f.TabRule.Y:
			buf = append(buf, look.Rule(f.TabRule.W)...)
		default:
			var l string
			l, body = nextLine(body)
			buf = appendFit(buf, l, f.Body.W)
			if !f.Preview.Empty() {
				buf = append(buf, divider...)
				l, preview = nextLine(preview)
				buf = appendFit(buf, l, f.Preview.W)
			}
		}
		lines = append(lines, string(buf))
	}
	m.painter.buf = buf
	return lines
}

func nextLine(s string) (line, rest string) {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return s[:i], s[i+1:]
	}
	return s, ""
}

// appendFit appends one line of a screen in exactly w cells, past the gate.
func appendFit(buf []byte, line string, w int) []byte {
	line = text.Gate(line)
	n := text.Width(line)
	if n > w {
		line = text.Cut(line, w)
		n = text.Width(line)
	}
	buf = append(buf, line...)
	return append(buf, text.Blanks(w-n)...)
}

func (m *Model) bodyText(r layout.Rect) string {
	c := m.cur
	var s string
	guard(c, func() { s = c.screen.View(layout.Rect{W: r.W, H: r.H}) })
	if c.crashed == "" {
		return s
	}
	look := m.s.Look
	lines := []string{"", "  " + look.Paint(theme.Danger, look.Glyphs.Failed+" This page failed."), ""}
	for _, l := range text.Wrap("Something went wrong inside Gatehouse: "+c.crashed+". Nothing was lost, and the other pages work.", max(r.W-4, 10)) {
		lines = append(lines, "  "+l)
	}
	lines = append(lines, "", "  "+look.Paint(theme.Faint, "r try again   h back   : go to another page"))
	return strings.Join(lines, "\n")
}

func (m *Model) previewText(r layout.Rect) string {
	var s string
	if p, ok := m.cur.screen.(Previewer); ok {
		guard(m.cur, func() { s = p.Preview(layout.Rect{W: r.W - 2, H: r.H}) })
	}
	return " " + strings.ReplaceAll(s, "\n", "\n ")
}

// railLines draws the rail; the lines are kept until something in them changes.
func (m *Model) railLines() []string {
	r := m.frame.Rail
	if r.Empty() {
		return nil
	}
	look := m.s.Look
	key := railKey{look: look, kind: m.cur.kind, h: r.H}
	for i, k := range m.rail {
		if i < len(key.counts) {
			key.counts[i] = m.counts.Rail[k.Name]
		}
	}
	if m.s.Guide != nil {
		key.guide = m.s.Guide.Version()
	}
	p := &m.painter
	if p.key == key && p.rail != nil {
		return p.rail
	}
	p.key = key
	p.rail = make([]string, r.H)
	for i := range p.rail {
		if i >= len(m.rail) {
			p.rail[i] = text.Blanks(r.W)
			continue
		}
		k := m.rail[i]
		mark, role := " ", theme.Plain
		if m.inRail() == k {
			mark, role = look.Paint(theme.Marker, look.Glyphs.Cursor), theme.Strong
		}
		count := ""
		if n := m.counts.Rail[k.Name]; n > 0 {
			count = short(n)
		}
		line := mark + look.Paint(theme.Key, strconv.Itoa(k.Rail)) + " " + look.Paint(role, text.Fit(k.Title, 13)) +
			look.Paint(theme.Badge, text.FitRight(count, 3))
		p.rail[i] = text.Fit(line, r.W)
	}
	m.railGuide(p.rail)
	return p.rail
}

// inRail is the kind of the rail that the current page belongs to: its own, or that of its parents.
func (m *Model) inRail() *Kind {
	k, p := m.cur.kind, m.cur.page
	for range 4 {
		if k.Rail > 0 || k.Parent == nil {
			return k
		}
		p = k.Parent(p)
		if k = m.byKey[p.Kind]; k == nil {
			return nil
		}
	}
	return k
}

// short writes a count in at most three cells.
func short(n int) string {
	switch {
	case n < 1000:
		return strconv.Itoa(n)
	case n < 100_000:
		return strconv.Itoa(n/1000) + "k"
	}
	return "99+"
}

func (m *Model) tabsLine() string {
	look, r := m.s.Look, m.frame.Tabs
	p := &m.painter
	p.tabs = p.tabs[:0]
	var b []byte
	first := m.firstTab(r.W)
	if first > 0 {
		b = append(look.Append(b, theme.Faint, look.Glyphs.Left), ' ')
	} else {
		b = append(b, "  "...)
	}
	x := 2
	counter, _ := m.cur.screen.(Counter)
	for i, t := range m.cur.tabs[first:] {
		if i > 0 {
			x += 3
		}
		title := t.Title
		active := t.ID == m.cur.page.Tab
		if active && look.Name == theme.Mono {
			title = "[" + title + "]"
		}
		w, n := text.Width(title), ""
		if counter != nil && m.cur.crashed == "" {
			n = text.Clean(counter.TabCount(t.ID))
		}
		whole := w
		if n != "" {
			whole += 1 + text.Width(n)
		}
		room := r.W - 2 // an arrow says that there are more
		if first+i == len(m.cur.tabs)-1 {
			room = r.W
		}
		if x+whole > room {
			gap := text.Blanks(max(min(3, r.W-x+2), 1)) // x stands three cells behind the last one
			return text.Fit(string(b)+gap+look.Paint(theme.Faint, look.Glyphs.Right), r.W)
		}
		if i > 0 {
			b = append(b, "   "...)
		}
		p.tabs = append(p.tabs, tabSpot{r.X + x, r.X + x + w, t.ID})
		x += w
		role := theme.Faint
		if active {
			role = theme.Accent
		}
		b = look.Append(b, role, title)
		if n != "" {
			b = append(b, ' ')
			b = look.Append(b, theme.Badge, n)
			x += 1 + text.Width(n)
		}
	}
	return text.Fit(string(b), r.W)
}

// firstTab is the first tab that is drawn where not all fit: the active one is always whole.
func (m *Model) firstTab(width int) int {
	counter, _ := m.cur.screen.(Counter)
	active, ends := 0, []int{2}
	for i, t := range m.cur.tabs {
		w := text.Width(t.Title) + 3
		if t.ID == m.cur.page.Tab && m.s.Look.Name == theme.Mono {
			w += 2 // its brackets
		}
		if counter != nil && m.cur.crashed == "" {
			if n := text.Clean(counter.TabCount(t.ID)); n != "" {
				w += 1 + text.Width(n)
			}
		}
		ends = append(ends, ends[i]+w)
		if t.ID == m.cur.page.Tab {
			active = i
		}
	}
	first := 0
	for first < active && ends[active+1]-ends[first] > width-2 {
		first++
	}
	return first
}

// notice is all that fits into a terminal that is too small.
func (m *Model) notice() string {
	w, h := m.frame.W, m.frame.H
	msg := "This window has " + strconv.Itoa(w) + "×" + strconv.Itoa(h) + " cells; " + m.s.Product + " needs 60×16. Make it larger, or press q to quit."
	parts := text.Wrap(msg, w)
	lines := make([]string, h)
	top := max((h-len(parts))/2, 0)
	for i := range lines {
		l := ""
		if i >= top && i-top < len(parts) {
			l = parts[i-top]
		}
		lines[i] = text.Fit(l, w)
	}
	return strings.Join(lines, "\n")
}

package list

import (
	"slices"
	"strconv"
	"strings"

	"gatehouse/tui/layout"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

const (
	gap   = 2 // blanks between columns
	front = 3 // cells before the first column: cursor, mark, blank
)

// View draws the list into r: a line for the filter when there is one, the header, and the visible rows. Every line is
// exactly r.W cells wide.
func (m *Model[R]) View(r layout.Rect, look *theme.Look) string {
	m.prepare(r.W, look)
	var b strings.Builder
	b.Grow(r.H * (r.W + 24))
	m.head = 1
	if m.filter != "" || m.typing {
		b.WriteString(m.filterLine(r.W, look))
		b.WriteByte('\n')
		m.head = 2
	}
	if h := max(r.H-m.head, 1); h != m.height {
		m.height = h
		m.scroll()
	}
	b.WriteString(m.drawer.header)
	if len(m.buf.rows) == 0 {
		m.writeState(&b, r.W, look)
		return b.String()
	}
	if m.failure != nil {
		m.height = max(m.height-1, 1)
		m.scroll()
	}
	for i := m.top; i < m.top+m.height && i < len(m.buf.rows); i++ {
		e := &m.buf.rows[i]
		if e.drawn != m.drawer.gen {
			e.line = m.drawRow(e.row, look)
			e.drawn = m.drawer.gen
			m.drawer.drawn++
		}
		b.WriteByte('\n')
		m.writeMarker(&b, i == m.cursor, e.id, look)
		b.WriteString(e.line)
	}
	if m.failure != nil {
		b.WriteByte('\n')
		b.WriteString(look.Paint(theme.Danger, text.Cut(look.Glyphs.Failed+" Not up to date: "+m.problem.Text()+" Press r to try again.", r.W)))
	}
	return b.String()
}

// prepare notices when cached lines no longer fit: another width, look, mode, or another minute for relative times.
func (m *Model[R]) prepare(w int, look *theme.Look) {
	var minute int64
	if m.o.Now != nil {
		minute = m.o.Now().Unix() / 60
	}
	d := &m.drawer
	if m.came { // other rows: names that read alike when cut may have come or gone
		m.came = false
		m.measure()
		was, widths := m.alike, m.widths
		if len(widths) > 0 {
			m.widths = m.fit(w - front)
			if m.alikeWhenCut() != was || !slices.Equal(widths, m.widths) {
				d.gen++
				d.header = m.drawHeader(look, w)
			}
		}
	}
	if d.look == look && d.width == w && d.wide == m.wide && d.minute == minute && d.sort == m.sort && d.rev == m.reverse {
		return
	}
	d.look, d.width, d.wide, d.minute, d.sort, d.rev = look, w, m.wide, minute, m.sort, m.reverse
	d.gen++
	m.widths = m.fit(w - front)
	m.alikeWhenCut()
	m.drawer.header = m.drawHeader(look, w)
	s := m.input.Styles()
	s.Cursor.Color = look.Attrs(theme.Marker).Fg
	m.input.SetStyles(s)
}

// alikeWhenCut notes whether rows could not be told apart if the column that names them were cut at the end.
func (m *Model[R]) alikeWhenCut() bool {
	m.alike = false
	if m.named < 0 || m.widths[m.named] <= 0 {
		return false
	}
	seen := map[string]string{}
	for i := range m.buf.rows {
		full := text.Clean(m.o.Columns[m.named].Cell(m.buf.rows[i].row).Text)
		short := text.Cut(full, m.widths[m.named])
		if short == full {
			continue
		}
		if first, ok := seen[short]; ok && first != full {
			m.alike = true
			break
		}
		seen[short] = full
	}
	return m.alike
}

func (m *Model[R]) drawHeader(look *theme.Look, w int) string {
	var b strings.Builder
	first := true
	for i := range m.o.Columns {
		c := &m.o.Columns[i]
		if m.widths[i] <= 0 {
			continue
		}
		if !first {
			b.WriteString(text.Blanks(gap))
		}
		first = false
		title := strings.ToUpper(c.Title)
		if c.Sort != "" && c.Sort == m.sort {
			arrow := look.Glyphs.Up
			if m.reverse {
				arrow = look.Glyphs.Down
			}
			title += " " + arrow
		}
		if c.Right {
			b.WriteString(text.FitRight(title, m.widths[i]))
		} else {
			b.WriteString(text.Fit(title, m.widths[i]))
		}
	}
	return text.Blanks(front) + look.Paint(theme.Heading, text.Fit(b.String(), max(w-front, 0)))
}

// drawRow draws all cells of a row without the marker columns.
func (m *Model[R]) drawRow(row R, look *theme.Look) string {
	role := theme.Plain
	if m.o.Role != nil {
		role = m.o.Role(row)
	}
	buf := make([]byte, 0, 256)
	first := true
	for i := range m.o.Columns {
		c := &m.o.Columns[i]
		w := m.widths[i]
		if w <= 0 {
			continue
		}
		if !first {
			buf = append(buf, text.Blanks(gap)...)
		}
		first = false
		cell := c.Cell(row)
		if cell.Role == theme.Plain {
			cell.Role = role
		}
		s := text.Clean(cell.Text)
		if i == m.named && m.alike {
			s = text.CutMiddle(s, w)
		} else {
			s = text.Cut(s, w)
		}
		pad := text.Blanks(w - text.Width(s))
		if c.Right {
			buf = append(buf, pad...)
			buf = look.Append(buf, cell.Role, s)
			continue
		}
		if s != "" {
			buf = look.Append(buf, cell.Role, s)
		}
		buf = append(buf, pad...)
	}
	return string(buf)
}

// writeMarker writes the columns in front of a row: cursor and mark. Nothing else changes when the cursor moves.
func (m *Model[R]) writeMarker(b *strings.Builder, current bool, id string, look *theme.Look) {
	if current {
		b.WriteString(look.Paint(theme.Marker, look.Glyphs.Cursor))
	} else {
		b.WriteByte(' ')
	}
	if len(m.marks) > 0 {
		if _, on := m.marked[id]; on {
			b.WriteString(look.Paint(theme.Marked, look.Glyphs.Mark))
			b.WriteByte(' ')
			return
		}
	}
	b.WriteString("  ")
}

func (m *Model[R]) filterLine(w int, look *theme.Look) string {
	if m.typing {
		m.input.SetWidth(max(w-6, 8))
		return text.Fit("   "+look.Paint(theme.Marker, "/")+" "+m.input.View(), w)
	}
	return text.Fit("   "+look.Paint(theme.Chip, " / "+text.Clean(m.filter)+" ")+look.Paint(theme.Faint, "  esc clears"), w)
}

// writeState writes what an empty list says: four different states, each with what to press (behaviour 10).
func (m *Model[R]) writeState(b *strings.Builder, w int, look *theme.Look) {
	line := func(role theme.Role, s string) {
		for _, l := range text.Wrap(s, max(w-front-2, 10)) {
			b.WriteString("\n   ")
			b.WriteString(look.Paint(role, l))
		}
	}
	b.WriteByte('\n')
	switch {
	case m.failure != nil && m.problem.Enter:
		line(theme.Warning, look.Glyphs.Warn+" Only who is inside sees this. "+m.problem.Message)
		line(theme.Faint, m.problem.Next)
		line(theme.Faint, "J join or request access   esc back")
	case m.failure != nil && m.problem.Denied:
		line(theme.Warning, look.Glyphs.Warn+" "+m.problem.Message)
		line(theme.Faint, m.problem.Next)
		line(theme.Faint, "esc back")
	case m.failure != nil:
		line(theme.Danger, look.Glyphs.Failed+" "+m.problem.Message)
		line(theme.Faint, m.problem.Next)
		line(theme.Faint, "r try again   esc back")
	case !m.loaded || m.op != opNone:
		if m.spin > 0 {
			g := look.Glyphs.Spinner
			line(theme.Faint, g[m.spin%len(g)]+" Loading "+look.Glyphs.Ellipsis+" esc back")
		}
	case m.filter != "":
		line(theme.Plain, "Nothing matches "+m.filter+".")
		if words := plainWords(m.filter); m.o.Empty.Filtered != nil && words != "" {
			line(theme.Faint, m.o.Empty.Filtered(words))
		}
		line(theme.Faint, "esc clears the filter   / changes it")
	default:
		line(theme.Plain, m.o.Empty.Text)
		for _, l := range hintLines(m.o.Empty.Hint, max(w-front-2, 10), m.o.Refuses) {
			line(theme.Faint, l)
		}
	}
}

// plainWords gives what of a filter names no field and excludes nothing.
func plainWords(filter string) string {
	var out []string
	for _, w := range strings.Fields(filter) {
		if w = strings.TrimPrefix(w, "="); w != "" && !strings.HasPrefix(w, "!") && !strings.Contains(w, ":") {
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}

// hintLines breaks a hint between its parts, which stand two blanks or more apart, so that a key and its meaning stay
// on one line.
// A key that would be refused is left out.
func hintLines(hint string, w int, refuses func(key string) bool) []string {
	var out []string
	for part := range strings.SplitSeq(hint, "  ") {
		part = strings.TrimSpace(part)
		last := len(out) - 1
		key, _, _ := strings.Cut(part, " ")
		switch {
		case part == "", refuses != nil && refuses(key):
		case last >= 0 && text.Width(out[last])+3+text.Width(part) <= w:
			out[last] += "   " + part
		default:
			out = append(out, part)
		}
	}
	return out
}

// Position is the text for the right end of the hint line: "3 of 12", with marks and a spinner in front.
func (m *Model[R]) Position(look *theme.Look) string {
	var b strings.Builder
	if m.spin > 0 {
		b.WriteString(look.Glyphs.Spinner[m.spin%len(look.Glyphs.Spinner)])
		b.WriteByte(' ')
	}
	if m.anchor != "" {
		b.WriteString("range, ")
	}
	if n := len(m.marks); n > 0 {
		b.WriteString(strconv.Itoa(n))
		b.WriteString(" marked, ")
	}
	switch {
	case len(m.buf.rows) == 0:
		if m.loaded && m.op == opNone && m.failure == nil {
			b.WriteString("none")
		}
		return b.String()
	case m.buf.base >= 0:
		b.WriteString(group(m.buf.base + m.cursor + 1))
		if m.buf.total >= 0 {
			b.WriteString(" of ")
			b.WriteString(group(max(m.buf.total, m.buf.base+len(m.buf.rows))))
		} else {
			b.WriteString(" of many")
		}
	case m.buf.total >= 0:
		b.WriteString(group(m.buf.total))
		b.WriteString(" in all")
	}
	return b.String()
}

// group writes a number with a thin grouping: 1,000,000.
func group(n int) string {
	s := strconv.Itoa(n)
	if len(s) <= 3 {
		return s
	}
	var b strings.Builder
	for i, c := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}

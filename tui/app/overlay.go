package app

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"gatehouse/tui/card"
	"gatehouse/tui/layout"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// overlay draws toast and cards over the finished lines.
func (m *Model) overlay(lines []string) {
	look, f := m.s.Look, m.frame
	toast := m.toasts.lines(look, f.W)
	for i, l := range toast {
		y := f.Rule.Y - len(toast) + 1 + i
		if y < f.Rule.Y { // nothing of a row is left beside the words
			l = text.Fit(l, f.W-4)
		}
		lines[y] = over(lines[y], " "+l+" ", 2, f.W)
	}
	for _, sc := range m.cards {
		sc.body = m.drawCard(lines, sc.card, m.companyLine(sc))
	}
}

// drawCard draws one card in the middle of the body, and says where the inside of its border is.
func (m *Model) drawCard(lines []string, c card.Card, company string) layout.Rect {
	look, f := m.s.Look, m.frame
	area := layout.Rect{X: 0, Y: f.TopRule.Y, W: f.W, H: f.Hint.Y - f.Strip.H - f.TopRule.Y}
	room := area.H - 3
	var tail []string
	if company != "" {
		tail = []string{"", look.Paint(theme.Info, company)}
		if area.H < 18 {
			tail = tail[1:]
		}
		room -= len(tail)
	}
	body := c.View(look, area.W-6, room)
	body.Lines = append(body.Lines[:len(body.Lines):len(body.Lines)], tail...)
	body.Width = max(body.Width, text.Width(company))
	if offer := m.offer(c); offer != "" {
		body.Foot = offer + "  " + body.Foot
	}
	body.Below += max(len(body.Lines)+2-area.H, 0)
	more := ""
	if body.Below > 0 {
		more = fmt.Sprintf("%s %d more", look.Glyphs.Down, body.Below)
	}
	inner := min(max(body.Width, text.Width(text.Clean(c.Title()))+2, text.Width(body.Foot)+text.Width(more)+4), area.W-6)
	r := layout.Center(area, inner+4, min(len(body.Lines)+2, area.H))
	g := look.Glyphs
	edge := func(left, label, end, right string, role theme.Role) string {
		if end != "" {
			end = " " + end + " "
			label = shorter(label, inner-2-text.Width(end))
		}
		label = text.Cut(text.Clean(label), inner-2-text.Width(end))
		if label != "" {
			label = " " + label + " "
		}
		rule := strings.Repeat(g.Horizontal, max(inner+2-1-text.Width(label)-text.Width(end), 0))
		return look.Paint(theme.Border, left+g.Horizontal) + look.Paint(role, label) + look.Paint(theme.Border, rule) +
			look.Paint(theme.Info, end) + look.Paint(theme.Border, right)
	}
	side := look.Paint(theme.Border, g.Vertical)
	for i := range r.H {
		y := r.Y + i
		var l string
		switch i {
		case 0:
			l = edge(g.TopLeft, c.Title(), "", g.TopRight, theme.Strong)
		case r.H - 1:
			l = edge(g.BottomLeft, body.Foot, more, g.BottomRight, theme.Faint)
		default:
			l = side + " " + text.Fit(text.Gate(body.Lines[i-1]), inner) + " " + side
		}
		lines[y] = over(lines[y], l, r.X, f.W)
	}
	return layout.Rect{X: r.X + 2, Y: r.Y + 1, W: inner, H: max(r.H-2, 0)}
}

// shorter leaves keys out of a hint that is too long, from the second on: the first and the way out matter most.
func shorter(hint string, w int) string {
	parts := strings.Split(hint, "  ")
	for len(parts) > 2 && text.Width(strings.Join(parts, "  ")) > w {
		parts = slices.Delete(parts, 1, 2)
	}
	return strings.Join(parts, "  ")
}

// over lays top over base at column x; both ends keep their cells.
func over(base, top string, x, w int) string {
	tw := text.Width(top)
	left := text.Fit(ansi.Truncate(base, x, ""), x)
	end := x + tw
	if end >= w {
		return left + "\x1b[m" + ansi.Truncate(top, w-x, "")
	}
	right := ansi.TruncateLeft(base, end, "")
	if pad := w - end - text.Width(right); pad > 0 {
		right = text.Blanks(pad) + right
	} else if pad < 0 {
		right = text.Blanks(w-end-text.Width(ansi.TruncateLeft(base, end+1, ""))) + ansi.TruncateLeft(base, end+1, "")
	}
	return left + "\x1b[m" + top + "\x1b[m" + right
}

package form

import (
	"strings"

	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// View implements card.Card. A form higher than the card scrolls to the field with the focus; how sending went, the
// warning of esc and the buttons always show.
func (f *Form) View(look *theme.Look, w, h int) card.Body {
	width := min(w, 72)
	var lines []string
	from, to := 0, 0
	for _, p := range f.Intro {
		lines = append(lines, text.Wrap(p, width)...)
		lines = append(lines, "")
	}
	label := 0
	for _, x := range f.Fields {
		label = max(label, text.Width(x.Label))
	}
	label = min(label, width/3)
	v := f.Values()
	f.rows = f.rows[:0]
	for i, x := range f.Fields {
		if i == f.at {
			from = len(lines)
		}
		begin := len(lines)
		lines = append(lines, f.row(look, x, i == f.at, label, width, v)...)
		f.rows = append(f.rows, [2]int{begin, len(lines)})
		if i == f.at {
			to = len(lines)
		}
	}
	lines = append(lines, "")
	start := len(lines)
	lines = append(lines, f.consequence(width, v)...)
	if f.at >= len(f.Fields) {
		from, to = start, len(lines)
	}
	tail := f.tail(look, width)
	if h > 0 {
		tail = tail[max(len(tail)-max(h-1, 1), 0):]
		h = max(h-len(tail), 1)
	}
	all := lines
	lines = f.scroll(lines, from, to, h)
	f.shown = len(lines)
	below := card.Below(all, f.top+f.shown)
	lines = append(lines[:len(lines):len(lines)], tail...)
	f.buttonLine = len(lines) - 1
	foot := "enter next  tab move  ctrl+s send  esc cancel"
	if f.at < len(f.Fields) && f.Fields[f.at].Kind == Note { // there enter begins a line
		foot = "tab next  enter new line  ctrl+s send  esc cancel"
	}
	if f.finds() {
		foot = "type to find  space choose  tab next  ctrl+s send  esc cancel"
	}
	if f.Danger == keymap.Destructive {
		foot = "tab move  enter choose  esc cancel"
	}
	if f.Inline {
		foot = ""
	}
	return card.Body{Lines: lines, Width: width, Foot: foot, Below: below}
}

func (f *Form) row(look *theme.Look, x *Field, focused bool, label, width int, v Values) []string {
	x.setup()
	mark, role := " ", theme.Faint
	if focused {
		mark, role = look.Paint(theme.Marker, look.Glyphs.Cursor), theme.Plain
	}
	indent := text.Blanks(label + 4)
	room := max(width-label-4, 8)
	var out []string
	for i, l := range x.view(look, room, focused) {
		if i == 0 {
			out = append(out, mark+" "+look.Paint(role, text.Fit(x.Label, label))+"  "+l)
			continue
		}
		out = append(out, indent+l)
	}
	add := func(r theme.Role, s string) {
		for _, l := range text.Wrap(s, room) {
			out = append(out, indent+look.Paint(r, l))
		}
	}
	if x.problem != "" {
		add(theme.Danger, look.Glyphs.Failed+" "+x.problem)
	} else if focused && x.Help != "" {
		add(theme.Faint, x.Help)
	}
	if x.Describe != nil {
		if s := x.Describe(x.value(), v); s != "" {
			add(theme.Plain, s)
		}
	}
	if s := x.room(); focused && s != "" {
		add(theme.Faint, s)
	}
	return out
}

// consequence is what sending would do, with a gap behind it.
func (f *Form) consequence(width int, v Values) []string {
	if f.Consequence == nil {
		return nil
	}
	var out []string
	for _, p := range f.Consequence(v) {
		out = append(out, text.Wrap(p, width)...)
	}
	if len(out) > 0 {
		out = append(out, "")
	}
	return out
}

// tail is what always shows: how sending went, and the buttons.
func (f *Form) tail(look *theme.Look, width int) []string {
	var out []string
	switch {
	case f.busy:
		out = append(out, look.Paint(theme.Info, "Working "+look.Glyphs.Ellipsis), "")
	case f.failed.Message != "":
		for _, l := range text.Wrap(look.Glyphs.Failed+" "+f.failed.Message, width) {
			out = append(out, look.Paint(theme.Danger, l))
		}
		if f.failed.Next != "" {
			out = append(out, text.Wrap(f.failed.Next, width)...)
		}
		out = append(out, "")
	case f.leaving:
		out = append(out, look.Paint(theme.Warning, "Press esc again to throw away what you typed."), "")
	}
	var b strings.Builder
	b.WriteString(card.PaintButton(look, f.button(), f.at == len(f.Fields)))
	if !f.Inline {
		b.WriteString("  " + card.PaintButton(look, "Cancel", f.at == len(f.Fields)+1))
	}
	return append(out, b.String())
}

// scroll keeps the lines from..to inside h lines, or the first of them where they are more.
func (f *Form) scroll(lines []string, from, to, h int) []string {
	if h <= 0 || len(lines) <= h {
		f.top = 0
		return lines
	}
	if to > f.top+h {
		f.top = to - h
	}
	if from < f.top {
		f.top = from
	}
	f.top = max(min(f.top, len(lines)-h), 0)
	return lines[f.top : f.top+h]
}

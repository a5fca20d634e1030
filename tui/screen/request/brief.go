package request

import (
	"strings"
	"time"

	"gatehouse/core"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// brief is the block that says what is to know about one request or visit: under a list, beside it, or as its page.
type brief struct {
	look  *theme.Look
	now   time.Time
	me    core.AccountID
	width int
	label int
	// short blocks stand under a list: long texts are cut after two lines, and the keys stand at the end.
	short bool
	// company is who else has the page open.
	company core.Company
	lines   []string
	last    string
}

func newBrief(look *theme.Look, now time.Time, me core.AccountID, width int, short bool) *brief {
	label := 15
	if width < 50 {
		label = 10
	}
	return &brief{look: look, now: now, me: me, width: width, label: label, short: short}
}

// head is the first line: who, does what, where, how. A short block keeps it on one line by cutting the name in it.
func (b *brief) head(who core.Person, does, name, how string) {
	p := badged(b.look, who)
	name = text.Clean(name)
	if room := b.width - 6 - text.Width(p.Text+does+how); b.short && text.Width(name) > room {
		name = text.Cut(name, max(room, 8))
	}
	rest := does + " " + name + how
	for i, l := range text.Wrap(p.Text+" "+rest, max(b.width-4, 8)) {
		if badge, after, ok := strings.Cut(l, p.Text); ok && i == 0 && badge == "" {
			b.lines = append(b.lines, "  "+b.look.Line(p, theme.Span{Role: theme.Strong, Text: after}))
			continue
		}
		if b.short && i > 0 {
			break
		}
		b.lines = append(b.lines, "  "+b.look.Paint(theme.Strong, l))
	}
}

// field writes label and value.
func (b *brief) field(label string, value theme.Span) {
	if value.Text == "" {
		return
	}
	room := max(b.width-b.label-5, 8)
	parts := text.Wrap(value.Text, room)
	if most := b.most(label); b.short && len(parts) > most {
		parts = parts[:most:most]
		parts[most-1] = text.Cut(parts[most-1], room-2) + text.Ellipsis
	}
	for i, l := range parts {
		head := text.Blanks(b.label)
		if i == 0 {
			head = b.look.Paint(theme.Faint, text.Fit(label, b.label))
		}
		b.lines = append(b.lines, "  "+head+" "+b.look.Paint(value.Role, l))
	}
}

// dots joins the parts that are not empty, "Support staff · MFA on", and breaks lines between parts only.
func (b *brief) dots(parts ...string) string {
	sep := " " + b.look.Glyphs.Dot + " "
	room := max(b.width-b.label-5, 8)
	var out strings.Builder
	used := 0
	for _, p := range parts {
		if p == "" {
			continue
		}
		w := text.Width(text.Clean(p))
		switch {
		case used == 0:
		case used+3+w+2 > room:
			out.WriteString(strings.TrimRight(sep, " ") + "\n")
			used = 0
		default:
			out.WriteString(sep)
			used += 3
		}
		out.WriteString(text.Clean(p))
		used += w
	}
	return out.String()
}

// narrow reports whether a short block has little room in a line.
func (b *brief) narrow() bool { return b.short && b.width < 90 }

// most is how many lines a field of a short block has: on narrow terminals only the reason has two.
func (b *brief) most(label string) int {
	if b.narrow() && label != "Reason" {
		return 1
	}
	return 2
}

func (b *brief) text(label, value string) { b.field(label, theme.Span{Text: value}) }

func (b *brief) gap() {
	if !b.short {
		b.lines = append(b.lines, "")
	}
}

// keys is the last line of a short block: what can be pressed here.
func (b *brief) keys(pairs ...string) {
	if !b.short {
		return
	}
	var s []theme.Span
	for i := 0; i+1 < len(pairs); i += 2 {
		s = append(s, theme.Span{Role: theme.Key, Text: pairs[i]}, theme.Span{Text: " " + pairs[i+1] + "   "})
	}
	b.last = "  " + b.look.Line(s...)
}

// refuse is the last line where nothing can be pressed: why not.
func (b *brief) refuse(sentence string) {
	sentence = b.look.Glyphs.Warn + " " + sentence
	if b.short {
		b.last = "  " + b.look.Paint(theme.Faint, text.Cut(text.Clean(sentence), max(b.width-4, 4)))
		return
	}
	for _, l := range text.Wrap(sentence, max(b.width-4, 8)) {
		b.lines = append(b.lines, "  "+b.look.Paint(theme.Faint, l))
	}
}

// cut gives the lines, at most h of them; the last line of a short block stays.
func (b *brief) cut(h int) []string {
	if b.last != "" {
		return append(b.lines[:min(len(b.lines), max(h-1, 0))], b.last)
	}
	return b.lines[:min(len(b.lines), h)]
}

// Package text is the gate between strings and the screen. Every string that people or records may have written
// passes [Clean] before it is drawn (trust.md requirement 6, interface.md behaviour 17): control characters, escape
// sequences, bidi controls and characters that cannot be seen leave as visible text such as ‹U+202E›. The other
// functions measure and cut in terminal cells, never in bytes or runes.
//
// Emoji that terminals measure differently (joined families, skin tones, variation selectors) are shown as their plain
// parts, so that a line has the same width in every terminal.
package text

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/rivo/uniseg"

	"gatehouse/core"
)

// Ellipsis marks a cut. It is one cell wide.
const Ellipsis = "…"

// Clean returns s so that it can be drawn on one line: nothing in the result moves the cursor, changes colours, opens a
// link, reorders text or hides. What would do so is replaced by its code, as in ‹U+001B›. Bytes that are not UTF-8 are
// replaced by ‹xFF›. A string of printable ASCII is returned as it is, without allocation.
func Clean(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	state := -1
	for s != "" {
		if c := s[0]; c >= utf8.RuneSelf {
			if r, size := utf8.DecodeRuneInString(s); r == utf8.RuneError && size == 1 {
				fmt.Fprintf(&b, "‹x%02X›", c)
				s, state = s[1:], -1
				continue
			}
		}
		var cluster string
		cluster, s, _, state = uniseg.FirstGraphemeClusterInString(s, state)
		cleanCluster(&b, cluster)
	}
	return b.String()
}

// CleanLines splits s at line breaks and cleans every line; for notes and long texts, which may have lines.
func CleanLines(s string) []string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = Clean(strings.ReplaceAll(l, "\t", "    "))
	}
	return lines
}

func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// cleanCluster writes one user-perceived character.
func cleanCluster(b *strings.Builder, c string) {
	if len(c) == 1 && c[0] >= 0x20 && c[0] <= 0x7e {
		b.WriteByte(c[0])
		return
	}
	emoji, flag := isEmoji(c), pairedRegional(c)
	first, marks := true, 0
	for i, r := range c {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(c[i:], "\uFFFD"):
			fmt.Fprintf(b, "‹x%02X›", c[i])
		case emoji && !first && dropInEmoji(r):
			// Left out: terminals disagree on the width of the joined form.
		case Hidden(r), regional(r) && !flag:
			fmt.Fprintf(b, "‹U+%04X›", r)
		case unicode.In(r, unicode.Mn, unicode.Me):
			if marks++; first {
				b.WriteRune('◌')
			}
			if marks <= core.MarksMost {
				b.WriteRune(r)
			}
		default:
			marks = 0 // some scripts join several letters, each with marks, to one character
			b.WriteRune(r)
		}
		first = false
	}
}

func isEmoji(c string) bool {
	for _, r := range c {
		if pictograph(r) || r == 0x20e3 {
			return true
		}
	}
	return false
}

// Hidden reports whether a character must not reach the terminal as itself.
func Hidden(r rune) bool { return core.Hidden(r) }

func dropInEmoji(r rune) bool {
	return r == 0x200d || r == 0xfe0f || r == 0xfe0e || r == 0x20e3 || r >= 0x1f3fb && r <= 0x1f3ff ||
		r >= 0xe0020 && r <= 0xe007f
}

func pictograph(r rune) bool {
	return r >= 0x1f000 && r <= 0x1faff || r >= 0x2600 && r <= 0x27bf || r >= 0x2190 && r <= 0x21ff ||
		r >= 0x2300 && r <= 0x23ff || r >= 0x2b00 && r <= 0x2bff || r == 0xa9 || r == 0xae || r == 0x203c || r == 0x2049
}

func regional(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

func pairedRegional(c string) bool {
	n := 0
	for _, r := range c {
		if regional(r) {
			n++
		}
	}
	return n == 2
}

// Width returns the cells that s takes on a terminal. s may hold SGR sequences (as made by theme), which take none.
func Width(s string) int {
	w := 0
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= 0x20 && c < 0x7f:
			w++
			i++
		case c == 0x1b:
			n := sgr(s[i:])
			if n == 0 {
				return w + ansi.StringWidth(s[i:])
			}
			i += n
		case c >= utf8.RuneSelf:
			j := i + 1
			for j < len(s) && s[j] >= utf8.RuneSelf {
				j++
			}
			w += runWidth(s[i:j])
			i = j
		default:
			i++
		}
	}
	return w
}

// runWidth measures a run of bytes outside ASCII; single-cell symbols that the frame itself uses are quick.
func runWidth(s string) int {
	for i := 0; i < len(s); {
		if i+3 <= len(s) && s[i] == 0xe2 && s[i+1] >= 0x94 && s[i+1] <= 0x96 { // box lines and blocks
			i += 3
			continue
		}
		return i/3 + ansi.StringWidth(s[i:])
	}
	return len(s) / 3
}

// sgr returns the length of the SGR sequence at the start of s, or 0.
func sgr(s string) int {
	if len(s) < 3 || s[1] != '[' {
		return 0
	}
	for i := 2; i < len(s); i++ {
		switch c := s[i]; {
		case c == 'm':
			return i + 1
		case c >= '0' && c <= '9', c == ';', c == ':':
		default:
			return 0
		}
	}
	return 0
}

// Cut shortens s to at most w cells, ending in an ellipsis when something was left out. SGR sequences are kept.
func Cut(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if Width(s) <= w {
		return s
	}
	if plain(s) {
		return s[:w-1] + Ellipsis
	}
	return ansi.Truncate(s, w, Ellipsis)
}

// Fit returns s in exactly w cells: cut with an ellipsis, or padded with blanks at its end.
func Fit(s string, w int) string {
	n := Width(s)
	switch {
	case w <= 0:
		return ""
	case n == w:
		return s
	case n < w:
		return s + Blanks(w-n)
	}
	s = Cut(s, w)
	return s + Blanks(w-Width(s))
}

// FitRight is Fit with the padding in front, for numbers.
func FitRight(s string, w int) string {
	if w <= 0 {
		return ""
	}
	s = Cut(s, w)
	return Blanks(w-Width(s)) + s
}

const blank = "                                                                                                                                "

// Blanks returns n blanks, n below zero counting as none.
func Blanks(n int) string {
	switch {
	case n <= 0:
		return ""
	case n <= len(blank):
		return blank[:n]
	}
	return strings.Repeat(" ", n)
}

// amount is a number with the unit behind it, which a line end must not part.
var amount = regexp.MustCompile(`(\d) (min|h|d|days?|hours?|weeks?)\b`)

// tied is the blank that Wrap does not break at.
const tied = "\u00a0"

// Wrap breaks s, which may have line breaks, into cleaned lines of at most w cells, at blanks where possible, but not
// between a number and its unit.
func Wrap(s string, w int) []string {
	if w < 1 {
		w = 1
	}
	var out []string
	for _, l := range CleanLines(s) {
		if Width(l) <= w {
			out = append(out, l)
			continue
		}
		for part := range strings.SplitSeq(ansi.Wrap(amount.ReplaceAllString(l, "$1"+tied+"$2"), w, ""), "\n") {
			out = append(out, Cut(strings.TrimRight(strings.ReplaceAll(part, tied, " "), " "), w))
		}
	}
	return out
}

package core

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible is the gate for text that leaves: screen, title, verb, mail, log. Control characters, bidi controls, other
// hidden characters outside emoji sequences, and bytes that are no UTF-8 come out as ‹U+202E› or ‹0x9B›, so that data
// never drives a terminal and nothing hides in a name. Line breaks are escaped too: text of several lines is split
// first. Applying it again changes nothing.
func Visible(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	last := emojiState{}
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, "‹0x%02X›", s[i])
			last = emojiState{}
		case r == blackFlag && flagTags(s[i+n:]) > 0:
			n += flagTags(s[i+n:])
			b.WriteString(s[i : i+n])
			last = emojiState{}
		case !Hidden(r):
			b.WriteRune(r)
			last.shown(r)
		default:
			next, _ := utf8.DecodeRuneInString(s[i+n:])
			if last.joins(r, next) || last.shapes(r, next) {
				b.WriteRune(r)
				break
			}
			b.WriteString(codePoint(r))
			last = emojiState{}
		}
		i += n
	}
	return b.String()
}

// plain reports whether s is printable ASCII, the common case.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// codePoint writes a character that is not to be shown: ‹U+202E›.
func codePoint(r rune) string { return fmt.Sprintf("‹U+%04X›", r) }

// emojiState remembers what stands before a hidden character.
type emojiState struct {
	base rune // the character right before, or none when that was hidden
	// letter is the one that the base is, or is a mark on; none behind what was hidden.
	letter rune
	emoji  bool // an emoji ends here, perhaps with a selector or skin tone behind it
}

func (e *emojiState) shown(r rune) {
	letter := e.letter
	if !unicode.Is(unicode.Mn, r) {
		letter = r
	}
	switch {
	case unicode.Is(pictographs, r):
		*e = emojiState{base: r, emoji: true}
	case r >= 0x1F3FB && r <= 0x1F3FF: // skin tones
		*e = emojiState{emoji: e.emoji}
	default:
		*e = emojiState{base: r, letter: letter}
	}
}

// joins reports whether the hidden character r belongs to an emoji here, and if so notes it.
func (e *emojiState) joins(r, next rune) bool {
	switch r {
	case 0xFE0E, 0xFE0F: // text and emoji style
		keycap := strings.ContainsRune("#*0123456789", e.base) && e.base != 0 && next == 0x20E3
		if e.base == 0 || (!unicode.Is(pictographs, e.base) && !keycap) {
			return false
		}
		*e = emojiState{emoji: e.emoji}
		return true
	case 0x200D: // the joiner
		if !e.emoji || !unicode.Is(pictographs, next) {
			return false
		}
		*e = emojiState{}
		return true
	}
	return false
}

const blackFlag = 0x1F3F4

// flagTags gives the length of the tags behind a black flag that make one of the three flags in use, or 0.
func flagTags(s string) int {
	for _, region := range []string{"gbeng", "gbsct", "gbwls"} {
		var tags strings.Builder
		for _, c := range region {
			tags.WriteRune(0xE0000 + c)
		}
		tags.WriteRune(0xE007F)
		if strings.HasPrefix(s, tags.String()) {
			return tags.Len()
		}
	}
	return 0
}

// Hidden reports whether a character must not reach a screen, a mail or a log as it is: controls, bidi and other format
// characters, line separators, characters that stand for nothing, and everything that is drawn as nothing. It is the one
// list of them: the gate of the screen asks it too.
func Hidden(r rune) bool {
	if r < 0x80 {
		return r < ' ' || r == 0x7F
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Cs, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point) ||
		ignorable(r) || r == 0x2800 // the empty Braille pattern
}

// ignorable reports whether Unicode lets the character be drawn as nothing: Default_Ignorable_Code_Point without the
// format characters.
func ignorable(r rune) bool {
	return unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.Is(unicode.Variation_Selector, r)
}

// bidi reports whether the character is one of the bidi controls that F1 names.
func bidi(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }

// pictographs are the characters that emoji are built from, skin tones and regional letters left out.
var pictographs = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x00A9, 0x00AE, 5},
		{0x203C, 0x2049, 13},
		{0x2122, 0x2139, 23},
		{0x2194, 0x2199, 1},
		{0x21A9, 0x21AA, 1},
		{0x231A, 0x231B, 1},
		{0x2328, 0x2328, 1},
		{0x2388, 0x2388, 1},
		{0x23CF, 0x23CF, 1},
		{0x23E9, 0x23F3, 1},
		{0x23F8, 0x23FA, 1},
		{0x24C2, 0x24C2, 1},
		{0x25AA, 0x25AB, 1},
		{0x25B6, 0x25C0, 10},
		{0x25FB, 0x25FE, 1},
		{0x2600, 0x2605, 1},
		{0x2607, 0x2612, 1},
		{0x2614, 0x2685, 1},
		{0x2690, 0x2705, 1},
		{0x2708, 0x2712, 1},
		{0x2714, 0x2716, 2},
		{0x271D, 0x2721, 4},
		{0x2728, 0x2728, 1},
		{0x2733, 0x2734, 1},
		{0x2744, 0x2747, 3},
		{0x274C, 0x274E, 2},
		{0x2753, 0x2755, 1},
		{0x2757, 0x2757, 1},
		{0x2763, 0x2767, 1},
		{0x2795, 0x2797, 1},
		{0x27A1, 0x27B0, 15},
		{0x27BF, 0x27BF, 1},
		{0x2934, 0x2935, 1},
		{0x2B05, 0x2B07, 1},
		{0x2B1B, 0x2B1C, 1},
		{0x2B50, 0x2B55, 5},
		{0x3030, 0x303D, 13},
		{0x3297, 0x3299, 2},
	},
	R32: []unicode.Range32{
		{0x1F000, 0x1F0FF, 1},
		{0x1F10D, 0x1F10F, 1},
		{0x1F12F, 0x1F12F, 1},
		{0x1F16C, 0x1F171, 1},
		{0x1F17E, 0x1F17F, 1},
		{0x1F18E, 0x1F18E, 1},
		{0x1F191, 0x1F19A, 1},
		{0x1F1AD, 0x1F1E5, 1},
		{0x1F201, 0x1F20F, 1},
		{0x1F21A, 0x1F22F, 21},
		{0x1F232, 0x1F23A, 1},
		{0x1F23C, 0x1F23F, 1},
		{0x1F249, 0x1F3FA, 1},
		{0x1F400, 0x1F53D, 1},
		{0x1F546, 0x1F64F, 1},
		{0x1F680, 0x1F6FF, 1},
		{0x1F774, 0x1F77F, 1},
		{0x1F7D5, 0x1F7FF, 1},
		{0x1F80C, 0x1F80F, 1},
		{0x1F848, 0x1F84F, 1},
		{0x1F85A, 0x1F85F, 1},
		{0x1F888, 0x1F88F, 1},
		{0x1F8AE, 0x1F8FF, 1},
		{0x1F90C, 0x1F93A, 1},
		{0x1F93C, 0x1F945, 1},
		{0x1F947, 0x1FAFF, 1},
		{0x1FC00, 0x1FFFD, 1},
	},
	LatinOffset: 1,
}

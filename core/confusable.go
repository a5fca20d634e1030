package core

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Skeleton gives what a name looks like: two names with the same skeleton can be taken for one another. It is for
// comparing only, never for showing. Hidden characters and what the gate of the screen leaves out of a name fall out, forms
// of one letter and letters of other scripts that look like Latin ones become those, and case is ignored.
func Skeleton(name string) string {
	var b strings.Builder
	blank := true // leading blanks fall out
	for _, r := range lettersOf(drawnOf(name)) {
		switch {
		case Hidden(r):
			continue
		case unicode.IsSpace(r):
			if !blank {
				b.WriteByte(' ')
			}
			blank = true
			continue
		}
		blank = false
		b.WriteString(prototype(r))
	}
	// Letters that flow together when they stand side by side.
	return flowing.Replace(strings.TrimSuffix(b.String(), " "))
}

// MarksMost is how many combining marks one after another are drawn; more of them only paint over other lines.
const MarksMost = 4

// escapes are what the gates write for a character that is not shown.
var escapes = regexp.MustCompile(`‹U\+([0-9A-F]{4,6})›`)

// drawnOf leaves out of a name what is not drawn of it: skin tones and keycaps, which terminals measure differently, marks
// beyond the most, and the ring under a mark that stands alone. What looks like an escaped character is taken for it.
func drawnOf(name string) string {
	if strings.Contains(name, "‹") {
		name = escapes.ReplaceAllStringFunc(name, func(s string) string {
			n, err := strconv.ParseUint(strings.Trim(s, "‹U+›"), 16, 32)
			if err != nil || n > unicode.MaxRune {
				return s
			}
			return string(rune(n))
		})
	}
	var b strings.Builder
	marks := 0
	for _, r := range name { // as it is: the gate counts so too
		switch {
		case r >= 0x1F3FB && r <= 0x1F3FF, r == 0x20E3, r == 0x25CC, Hidden(r): // they part no marks
			continue
		case unicode.In(r, unicode.Mn, unicode.Me):
			if marks++; marks > MarksMost {
				continue
			}
		default:
			marks = 0
		}
		b.WriteRune(r)
	}
	return b.String()
}

var flowing = strings.NewReplacer("rn", "m", "vv", "w")

// lettersOf takes a name apart into plain letters, but leaves what is in the table of look-alikes.
func lettersOf(name string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(name) {
		if _, ok := confusables[r]; ok {
			b.WriteRune(r)
		} else {
			b.WriteString(norm.NFKD.String(string(r)))
		}
	}
	return b.String()
}

// LooksLike reports whether two names of siblings can be taken for one another; the same name counts.
func LooksLike(a, b string) bool { return a == b || Skeleton(a) == Skeleton(b) }

// markAlike calls mark for every item of a page whose name can be taken for that of a sibling on the same page. siblings
// says which items are siblings of one another.
func markAlike[R any, S comparable](items []R, name func(R) string, siblings func(R) S, mark func(*R)) {
	type look struct {
		among S
		name  string
	}
	looks := make([]look, len(items))
	count := make(map[look]int, len(items))
	for i, x := range items {
		looks[i] = look{siblings(x), Skeleton(name(x))}
		count[looks[i]]++
	}
	for i := range items {
		if count[looks[i]] > 1 {
			mark(&items[i])
		}
	}
}

// prototype gives the letter that r looks like, in lower case.
func prototype(r rune) string {
	if p, ok := confusables[r]; ok {
		return p
	}
	switch {
	case unicode.Is(unicode.Pd, r):
		return "-"
	case unicode.Is(unicode.Pi, r), unicode.Is(unicode.Pf, r):
		return "'"
	}
	low := unicode.ToLower(r)
	if p, ok := confusables[low]; ok {
		return p
	}
	return string(low)
}

// confusables gives the Latin letter or other common character that a character looks like.
var confusables = buildConfusables(confusableRows)

// confusableRows lists, for each prototype, what looks like it.
var confusableRows = map[string]string{
	"a":  "аαɑАΑᎪᴀ",
	"b":  "вВΒβʙЬьᏏ",
	"c":  "сСϲϹᴄᏟⅽ",
	"d":  "ԁᏧɗᴅꓒ",
	"e":  "еЕΕεєЄҽᴇᎬ℮",
	"f":  "ƒϝꜰ",
	"g":  "ɡԍɢᏀ",
	"h":  "һНнΗηհʜᎻ",
	"j":  "јЈϳᴊ",
	"k":  "кКΚκᴋᏦ",
	"l":  "iI1|!ıɩІіΙιӏӀlןɪⅼ",
	"m":  "мМΜᴍᎷ",
	"n":  "Νոɴпᴎ",
	"o":  "0оОοΟσօ๐०੦ᴏՕ",
	"p":  "рРΡρᴘᏢ",
	"q":  "ԛզ",
	"r":  "гʀᴦꭇ",
	"s":  "ѕЅꜱՏᏚ",
	"t":  "тТΤτᴛᎢ",
	"u":  "υսᴜՍ",
	"v":  "νѵᴠѴᏙ",
	"w":  "ԝωшᴡᏔ",
	"x":  "хХΧχ",
	"y":  "уУΥγүҮʏ",
	"z":  "ΖᴢᏃ",
	"3":  "ЗзЭӠ",
	"ae": "æÆӕӔ",
	"oe": "œŒ",
	"ss": "ßẞ",
	"-":  "_−‐‑‒–—―⁃ー一",
	"'":  "`´ʹʻʼʽˈ\"‘’“”′״",
	".":  "․·•‧∙⋅・",
	",":  "‚؍",
	":":  "ː∶꞉︰",
	"/":  "⁄∕╱⧸ノ",
}

func buildConfusables(rows map[string]string) map[rune]string {
	table := map[rune]string{}
	for looks, runes := range rows {
		for _, r := range runes {
			table[r] = looks
		}
	}
	return table
}

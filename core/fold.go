package core

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold gives the form of a text in which lists are ordered and filters compare: compatibility characters are taken
// apart and put together again (NFKC), case is folded in full ("STRASSE" and "straße" fold alike), bytes that are not
// UTF-8 become U+FFFD, and the byte 0 is left out, so that a folded text can be a part of a Key. Accents stay. Folding
// twice changes nothing. Lists, filters and index keys all use it; a change of what it gives needs a migration.
func Fold(s string) string {
	if lower, ok := foldASCII(s); ok {
		return lower
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	// Folding case can give text that is no longer normal, and normalizing can give letters that fold again. Two
	// rounds settle all but a few made-up strings; the bound only keeps a surprise from looping.
	for range 8 {
		next := norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s)))
		if next == s {
			break
		}
		s = next
	}
	return s
}

// foldASCII folds a text of ASCII alone, without touching memory when there is nothing to change.
func foldASCII(s string) (string, bool) {
	change := -1
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			return "", false
		}
		if change < 0 && (c == 0 || 'A' <= c && c <= 'Z') {
			change = i
		}
	}
	if change < 0 {
		return s, true
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:change])
	for i := change; i < len(s); i++ {
		switch c := s[i]; {
		case c == 0:
		case 'A' <= c && c <= 'Z':
			b.WriteByte(c + 'a' - 'A')
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), true
}

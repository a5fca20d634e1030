package rows

import (
	"strings"
	"unicode"
)

// Words makes a filter of words that all stand somewhere as they are typed.
func Words(text string) string {
	var words []string
	for _, w := range strings.Fields(text) {
		w = strings.ReplaceAll(strings.TrimLeft(w, `=!"`), ":", "")
		if strings.ContainsFunc(w, func(r rune) bool { return unicode.In(r, unicode.L, unicode.N) }) {
			words = append(words, "="+w)
		}
	}
	return strings.Join(words, " ")
}

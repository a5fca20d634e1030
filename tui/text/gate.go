package text

import (
	"strings"
	"unicode/utf8"
)

// Gate is the last look at a line before it leaves for the terminal. It lets through text and SGR sequences and makes
// everything else visible, so that a screen which forgot [Clean] still cannot send a foreign byte (C1, C2). A clean
// line is returned as it is, without allocation.
func Gate(line string) string {
	i := firstBad(line)
	if i < 0 {
		return line
	}
	var b strings.Builder
	b.Grow(len(line) + 16)
	for i >= 0 {
		b.WriteString(line[:i])
		_, size := utf8.DecodeRuneInString(line[i:])
		b.WriteString(Clean(line[i : i+size]))
		line = line[i+size:]
		i = firstBad(line)
	}
	b.WriteString(line)
	return b.String()
}

func firstBad(s string) int {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= 0x20 && c < 0x7f:
			i++
		case c == 0x1b:
			n := sgr(s[i:])
			if n == 0 {
				return i
			}
			i += n
		case c < utf8.RuneSelf:
			return i
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 || Hidden(r) {
				return i
			}
			i += size
		}
	}
	return -1
}

package sshd

import (
	"errors"
	"strings"
)

// What can be wrong with a command line.
var (
	ErrOpenQuote  = errors.New("a quotation mark is never closed")
	ErrOpenEscape = errors.New("a backslash stands at the very end")
)

// Split cuts a command into words as a POSIX shell does: at blanks, tabs and line breaks; what stands in single quotes
// is taken as it is, in double quotes a backslash takes away the meaning of " \ $ ` and of a line break, elsewhere of
// any character. Nothing is expanded, and no other character has a meaning. Empty words in quotes are words. Errors:
// ErrOpenQuote, ErrOpenEscape.
func Split(command string) ([]string, error) {
	var (
		words []string
		word  strings.Builder
		begun bool // a word, which may be empty still
	)
	for i := 0; i < len(command); i++ {
		switch c := command[i]; c {
		case ' ', '\t', '\n', '\r':
			if begun {
				words = append(words, word.String())
				word.Reset()
				begun = false
			}
			continue
		case '\'':
			n := strings.IndexByte(command[i+1:], '\'')
			if n < 0 {
				return nil, ErrOpenQuote
			}
			word.WriteString(command[i+1 : i+1+n])
			i += n + 1
		case '"':
			n, err := splitDouble(command[i+1:], &word)
			if err != nil {
				return nil, err
			}
			i += n
		case '\\':
			if i++; i == len(command) {
				return nil, ErrOpenEscape
			}
			if command[i] == '\n' {
				continue // a line that goes on
			}
			word.WriteByte(command[i])
		default:
			word.WriteByte(c)
		}
		begun = true
	}
	if begun {
		words = append(words, word.String())
	}
	return words, nil
}

// splitDouble takes what follows a double quote, up to and with the one that closes it, and gives its length.
func splitDouble(rest string, word *strings.Builder) (int, error) {
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; c {
		case '"':
			return i + 1, nil
		case '\\':
			if i+1 == len(rest) {
				return 0, ErrOpenQuote
			}
			switch next := rest[i+1]; next {
			case '\n':
				i++
			case '"', '\\', '$', '`':
				word.WriteByte(next)
				i++
			default:
				word.WriteByte(c)
			}
		default:
			word.WriteByte(c)
		}
	}
	return 0, ErrOpenQuote
}

// Quote writes words as a command that Split, and every POSIX shell, cuts into the same words.
func Quote(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = quoteWord(w)
	}
	return strings.Join(quoted, " ")
}

// plainSigns mean nothing to a shell, beside letters and digits.
const plainSigns = "%+,-./:=@_"

func quoteWord(w string) string {
	plain := w != ""
	for i := 0; i < len(w) && plain; i++ {
		c := w[i]
		plain = 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte(plainSigns, c) >= 0
	}
	if plain {
		return w
	}
	return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
}

package core

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Holds reports whether a word stands in a text, and HoldsLetters whether its letters stand there in their order, as
// filters compare: both are folded, and a plain letter finds the accented one ("kruger" finds "Krüger"), while an accent
// that is typed finds only itself.
func Holds(text, word string) bool { return holds([]byte(Fold(text)), []byte(Fold(word)), false) }

// HoldsLetters is Holds for letters in their order, with anything between them.
func HoldsLetters(text, word string) bool { return holds([]byte(Fold(text)), []byte(Fold(word)), true) }

// Same reports whether a text is a word as a whole, compared as Holds does.
func Same(text, word string) bool { return equals(Fold(text), Fold(word)) }

// Begins reports whether a text begins with a word, compared as Holds does.
func Begins(text, word string) bool { return begins(marksApart(Fold(text)), Fold(word)) }

// holds compares folded texts. Text of ASCII alone, the common case, is compared as it stands.
func holds(text, word []byte, anywhere bool) bool {
	if !anywhere && strings.Contains(string(text), string(word)) || anywhere && subsequence(text, word) {
		return true
	}
	if ascii(text) {
		return false
	}
	letters := marksApart(string(text))
	if anywhere {
		return inOrder(letters, string(word))
	}
	for i := range letters {
		if begins(letters[i:], string(word)) {
			return true
		}
	}
	return len(word) == 0
}

// equals reports whether a folded text is the word, letter by letter.
func equals(text, word string) bool {
	if text == word || ascii([]byte(text)) {
		return text == word
	}
	for _, l := range marksApart(text) {
		ok := false
		if word, ok = l.cut(word); !ok {
			return false
		}
	}
	return word == ""
}

func ascii(text []byte) bool {
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// letter is one character of a text, and what else it is found by: plain is the Latin letter or letters without their
// marks, and for a mark that stands alone nothing at all.
type letter struct {
	own   string
	plain string
	other bool // plain counts
}

// cut takes the letter off the front of a word.
func (l letter) cut(word string) (string, bool) {
	if rest, ok := strings.CutPrefix(word, l.own); ok {
		return rest, true
	}
	if !l.other {
		return word, false
	}
	return strings.CutPrefix(word, l.plain)
}

func marksApart(text string) []letter {
	out := make([]letter, 0, len(text))
	latin := false // the character before is Latin, or a mark on it
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		l := letter{own: text[i : i+n]}
		switch {
		case r < utf8.RuneSelf:
			latin = true
		case unicode.Is(unicode.Mn, r):
			l.other = latin
		default:
			l.plain, l.other = plainLetters()[r]
			latin = l.other || unicode.Is(unicode.Latin, r)
		}
		out = append(out, l)
		i += n
	}
	return out
}

func begins(letters []letter, word string) bool {
	for _, l := range letters {
		if word == "" {
			return true
		}
		ok := false
		if word, ok = l.cut(word); !ok {
			return false
		}
	}
	return word == ""
}

func inOrder(letters []letter, word string) bool {
	for _, l := range letters {
		if word == "" {
			return true
		}
		if rest, ok := l.cut(word); ok {
			word = rest
		}
	}
	return word == ""
}

// strokes are the Latin letters that Unicode does not take apart into a letter and a mark, folded.
var strokes = map[rune]string{'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'ħ': "h", 'ŧ': "t", 'ı': "i", 'æ': "ae", 'œ': "oe", 'þ': "th"}

// plainLetters are the accented Latin letters with what they are without their marks.
var plainLetters = sync.OnceValue(func() map[rune]string {
	plain := map[rune]string{}
	for r, s := range strokes {
		plain[r] = s
	}
	for _, part := range [][2]rune{{0xC0, 0x24F}, {0x1E00, 0x1EFF}} {
		for r := part[0]; r <= part[1]; r++ {
			apart := []rune(norm.NFD.String(string(r)))
			if len(apart) < 2 || !unicode.Is(unicode.Latin, apart[0]) {
				continue
			}
			base := string(apart[0])
			if s, ok := strokes[apart[0]]; ok {
				base = s
			}
			plain[r] = base
		}
	}
	return plain
})

package core

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// virama is the class of the marks that take the vowel from a letter (Canonical_Combining_Class).
const virama = 9

// indic are the scripts in which a joiner behind a virama says how letters are drawn together.
var indic = []*unicode.RangeTable{
	unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu,
	unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar,
}

// shapes reports whether the hidden character r is the joiner or the non-joiner where a script needs it to be written
// rightly, as RFC 5892 (appendix A) has it: behind a virama, before the virama of a Bengali or Sinhala ra, and the non-joiner
// between two letters of the Arabic script, as every Persian plural has it. If so it is noted. Two names that differ in
// it alone still look alike: the skeletons leave it out.
func (e *emojiState) shapes(r, next rune) bool {
	if r != 0x200C && r != 0x200D || e.base == 0 {
		return false
	}
	switch {
	case isVirama(e.base) && unicode.In(e.base, indic...):
	case r == 0x200D && isVirama(next) && unicode.IsLetter(e.base) && unicode.In(e.base, indic...):
	case r == 0x200C && arabicLetter(e.letter) && arabicLetter(next):
	default:
		return false
	}
	*e = emojiState{}
	return true
}

func isVirama(r rune) bool { return norm.NFC.PropertiesString(string(r)).CCC() == virama }

func arabicLetter(r rune) bool { return unicode.Is(unicode.Arabic, r) && unicode.IsLetter(r) }

package core

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// filter is a parsed Query.Filter: words that must all match. Texts are compared in the form of Fold.
//
//	etl          fuzzy: the letters in this order, anything between them
//	=etl         as it stands
//	!etl         not as it stands
//	state:active in that field of the row; !state:active not
//	role:=ADMIN  the whole field, or one of its values where it has several
//	name:="a b"  blanks stand in quotes
//
// A plain letter finds the accented one, see Holds. A word with a colon whose front is no field of the list counts as
// plain text.
type filter struct {
	words  []word  // about the text of a row
	fields []field // about one field of a row
}

type word struct {
	text  []byte
	exact bool
	not   bool
}

type field struct {
	name, value string
	not         bool
	exact       bool // the whole value, or one of several
}

// maxFilter bounds what a filter may be: code points in all. What is beyond it cannot be meant.
const maxFilter = 500

// parseFilter reads a filter; fields are the names that the list knows.
func parseFilter(s string, fields ...string) (filter, error) {
	var f filter
	if len(s) > utf8.UTFMax*maxFilter || utf8.RuneCountInString(s) > maxFilter {
		return f, invalidQuery("filter", "text of at most 500 characters")
	}
	for _, w := range filterWords(Fold(s)) {
		w, not := strings.CutPrefix(w, "!")
		if name, value, ok := strings.Cut(w, ":"); ok {
			if name = fieldNamed(name, fields); name != "" {
				value, exact := strings.CutPrefix(value, "=")
				f.fields = append(f.fields, field{name, value, not, exact && value != ""})
				continue
			}
		}
		text, exact := strings.CutPrefix(w, "=")
		if text != "" {
			f.words = append(f.words, word{[]byte(text), exact || not, not})
		}
	}
	return f, nil
}

// fieldNamed finds the field that is meant by a name: its own, the heading of its column (organization for org), or its
// beginning, of three letters or more, where it fits one field only. It is empty when none is meant.
func fieldNamed(name string, fields []string) string {
	if contains(fields, name) {
		return name
	}
	if len(name) < 3 {
		return ""
	}
	name, found := strings.ReplaceAll(name, "-", ""), ""
	for _, x := range fields {
		if strings.HasPrefix(x, name) || len(x) >= 3 && strings.HasPrefix(name, x) {
			if found != "" {
				return ""
			}
			found = x
		}
	}
	return found
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func (f filter) empty() bool { return len(f.words) == 0 && len(f.fields) == 0 }

// matchBytes reports whether a folded text, such as the name in an index key, matches every word.
func (f filter) matchBytes(text []byte) bool {
	for i := range f.words {
		if f.words[i].in(text) == f.words[i].not {
			return false
		}
	}
	return true
}

func (w *word) in(text []byte) bool { return holds(text, w.text, !w.exact) }

// subsequence reports whether the bytes of s stand in text in their order. On valid UTF-8 that is the same as for
// letters, apart from letters that share bytes; a filter may show a row too many there, never one too few.
func subsequence(text, s []byte) bool {
	for _, c := range s {
		at := bytes.IndexByte(text, c)
		if at < 0 {
			return false
		}
		text = text[at+1:]
	}
	return true
}

// Matches reports whether the texts of a row fit a filter as lists take it, for lists that are given whole. Such a list
// knows no fields. Errors: invalid_value for a filter of more than 500 characters.
func Matches(filter string, texts ...string) (bool, error) {
	f, err := parseFilter(filter)
	return err == nil && f.matchTexts(texts...), err
}

// fuzzyTexts is how long a text may be to be compared fuzzily: in longer ones any letters stand somewhere in order.
const fuzzyTexts = 120

// matchTexts reports whether every word stands in one of the texts of a row (not yet folded).
func (f filter) matchTexts(texts ...string) bool {
	if len(f.words) == 0 {
		return true
	}
	folded := make([][]byte, len(texts))
	for i, t := range texts {
		folded[i] = []byte(Fold(t))
	}
	for i := range f.words {
		if f.words[i].inAny(folded) == f.words[i].not {
			return false
		}
	}
	return true
}

func (w *word) inAny(texts [][]byte) bool {
	for _, t := range texts {
		if len(t) > fuzzyTexts && !w.exact {
			if holds(t, w.text, false) {
				return true
			}
			continue
		}
		if w.in(t) {
			return true
		}
	}
	return false
}

// matchFields asks value for each field of the filter. A value matches when it holds what was asked, folded; where the
// whole was asked for, when it is that, or one of its values is.
func (f filter) matchFields(value func(name string) string) bool {
	for _, x := range f.fields {
		if x.in(Fold(value(x.name))) == x.not {
			return false
		}
	}
	return true
}

func (x field) in(value string) bool {
	if !x.exact {
		return holds([]byte(value), []byte(x.value), false)
	}
	if equals(value, x.value) {
		return true
	}
	for one := range strings.SplitSeq(value, valuesApart) {
		if equals(one, x.value) {
			return true
		}
	}
	return false
}

// valuesApart stands between the values of a field that has several: no value of one line has it.
const valuesApart = "\n"

// several makes the value of a field out of those that a row has of it: its roles, the name and the address of somebody.
func several(values ...string) string {
	kept := make([]string, 0, len(values))
	for _, v := range values {
		if v != "" {
			kept = append(kept, v)
		}
	}
	return strings.Join(kept, valuesApart)
}

// whole makes the fields of a name ask for the whole value where there is such a value: "role:admin" means ADMIN and not
// every role that has these letters in it.
func (f filter) whole(name string, is func(value string) (bool, error)) error {
	for i := range f.fields {
		x := &f.fields[i]
		if x.name != name || x.exact || x.value == "" {
			continue
		}
		ok, err := is(x.value)
		if err != nil {
			return err
		}
		x.exact = ok
	}
	return nil
}

// filterWords cuts a filter at its blanks, but not inside of quotes, which are left out: name:="ana castro".
func filterWords(s string) []string {
	var words []string
	var b strings.Builder
	quoted, any := false, false
	for i, r := range s {
		switch {
		case r == '"' && (quoted || opens(s[:i]) && strings.ContainsRune(s[i+1:], '"')):
			quoted, any = !quoted, true
		case !quoted && unicode.IsSpace(r):
			if any {
				words = append(words, b.String())
			}
			b.Reset()
			any = false
		default:
			b.WriteRune(r)
			any = true
		}
	}
	if any {
		words = append(words, b.String())
	}
	return words
}

// opens reports whether a quote behind this much of a filter begins a quoted part.
func opens(before string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	return before == "" || unicode.IsSpace(last) || strings.ContainsRune(":=!", last)
}

package list

import (
	"strings"
	"unicode"

	"gatehouse/core"
)

// Filter is a filter text in its parts: all terms must match.
type Filter []Term

// Term is one word of a filter: fuzzy by default, "=word" exact, "!word" not, "field:word" for one column.
type Term struct {
	Field, Text string
	Exact, Not  bool
}

// ParseFilter reads a filter text. Words are separated by blanks; letters count the same in both cases.
func ParseFilter(s string) Filter {
	var f Filter
	for w := range strings.FieldsSeq(strings.ToLower(s)) {
		var t Term
		w, t.Not = strings.CutPrefix(w, "!")
		if name, rest, ok := strings.Cut(w, ":"); ok && name != "" && isWord(name) {
			t.Field, w = name, rest
		}
		if !t.Not {
			w, t.Not = strings.CutPrefix(w, "!")
		}
		w, t.Exact = strings.CutPrefix(w, "=")
		t.Text = w
		if w != "" {
			f = append(f, t)
		}
	}
	return f
}

func isWord(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) && r != '-' && r != '_' {
			return false
		}
	}
	return true
}

// Match reports whether a row matches; field gives its texts.
func (f Filter) Match(field func(name string) string) bool {
	for _, t := range f {
		if t.Match(field(t.Field)) == t.Not {
			return false
		}
	}
	return true
}

// Match reports whether a text holds the word, without regard to Not: exact terms must equal the text or one of its
// words, others match as letters in order. Letters compare as in the lists of core: a plain one finds the accented one.
func (t Term) Match(s string) bool {
	if t.Exact {
		if core.Same(s, t.Text) {
			return true
		}
		for w := range strings.FieldsSeq(s) {
			if core.Same(w, t.Text) {
				return true
			}
		}
		return false
	}
	return core.HoldsLetters(s, t.Text)
}

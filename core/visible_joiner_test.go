package core_test

import (
	"strings"
	"testing"

	"gatehouse/core"
)

// real-data F21: names of scripts that need a joiner are whole where nobody but a program reads; anywhere else a joiner
// hides something, and is shown.
func TestJoinersOfScripts(t *testing.T) {
	for _, whole := range []string{
		"می\u200cخواهم", "کتاب\u200cها", "دفتر\u200cها", "خانهٔ\u200cما", "شُ\u200cما", // Persian, also behind marks
		"ශ්\u200dරී ලංකා", "ක්\u200dෂ", // Sinhala
		"क्\u200dष", "क्\u200cष", "ন্\u200dত", "র\u200d্য", "ന്\u200d", // Devanagari, Bengali, Malayalam
	} {
		if got := core.Visible(whole); got != whole {
			t.Errorf("%q is shown as %q", whole, got)
		}
	}
	for _, hiding := range []string{
		"a\u200cb", "pay\u200dpal", "\u200cمی", "می\u200c", "می\u200c\u200cخ", "م\u200dخ", "می\u200c a", "a\u200cمی", "کa\u200cک", "1\u200c2",
		"क\u200cष", "क\u200dष", "ක\u200dර", "ක්\u200d\u200dර", "\u200d", "א\u200cב", "中\u200c文", "👩\u200cا", "ا\u200d👩",
	} {
		if got := core.Visible(hiding); !strings.Contains(got, "‹U+200") {
			t.Errorf("%q hides a joiner: %q", hiding, got)
		}
	}
}

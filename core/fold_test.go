package core_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"gatehouse/core"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"":               "",
		"acme":           "acme",
		"ACME Shop 2":    "acme shop 2",
		"a\x00b":         "ab",
		"Ünal":           "ünal",
		"U\u0308NAL":     "ünal", // decomposed and composed fold alike
		"Straße":         "strasse",
		"ＦＵＬＬ　width":     "full width",
		"ﬁnance":         "finance",
		"ΣΊΣΥΦΟΣ":        "σίσυφοσ",
		"bad \xff\x00 x": "bad \uFFFD x",
		"東京":             "東京",
	} {
		if got := core.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFoldIsStableAndCanBeAKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "text")
		once := core.Fold(s)
		if twice := core.Fold(once); twice != once {
			t.Fatalf("Fold(%q) = %q, folded again %q", s, once, twice)
		}
		if strings.IndexByte(once, 0) >= 0 || !utf8.ValidString(once) {
			t.Fatalf("Fold(%q) = %q cannot be a part of a key", s, once)
		}
	})
}

func TestFoldIgnoresCase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[a-zA-Z0-9äöüÄÖÜ .-]*`).Draw(t, "text")
		if lower, upper := core.Fold(strings.ToLower(s)), core.Fold(strings.ToUpper(s)); lower != upper {
			t.Fatalf("%q folds to %q in lower and %q in upper case", s, lower, upper)
		}
	})
}

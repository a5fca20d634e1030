package text

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// C1, C3: what must not reach the terminal leaves as visible text.
func TestCleanShowsWhatHides(t *testing.T) {
	for in, want := range map[string]string{
		"Acme":                  "Acme",
		"a\x1b[31mb":            "a‹U+001B›[31mb",
		"a\x1b]8;;http://x\x07": "a‹U+001B›]8;;http://x‹U+0007›",
		"x\u202ey":              "x‹U+202E›y",
		"a\u00adb":              "a‹U+00AD›b",
		"\u3164":                "‹U+3164›",
		"a\tb\nc":               "a‹U+0009›b‹U+000A›c",
		"a\u009bb":              "a‹U+009B›b",
		"bad\xff!":              "bad‹xFF›!",
		"tag\U000E0041":         "tag‹U+E0041›",
		"👨\u200d👩":              "👨👩",
		"❤\ufe0f":               "❤",
		"👍🏽":                    "👍",
		"🇩🇪":                    "🇩🇪",
		"🇩":                     "‹U+1F1E9›",
		"\u0301a":               "◌\u0301a",
		"zero\u200bwidth":       "zero‹U+200B›width",
		"日本":                    "日本",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

// C1, C2: 20,000 random mixes of hostile fragments leave nothing but text.
func TestGateAndCleanOnHostileText(t *testing.T) {
	parts := []string{
		"\x1b", "\x1b[2J", "\x1b]0;t\x07", "\x1b]52;c;aGk=\x1b\\", "\x1bP", "\x1b_G", "\x9b", "\u009b31m",
		"\u202e", "\u2066", "\u2069", "\u200f", "\U000E0041", "\xff\xfe", "\xc3", "\r", "\b", "\x00", "\x7f", "a", "é", "日本",
		"👨\u200d👩\u200d👧", "e\u0301\u0301\u0301\u0301\u0301\u0301", "\u0301", "🐙", "नि", " ", "name",
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var b strings.Builder
		for range rng.IntN(8) + 1 {
			b.WriteString(parts[rng.IntN(len(parts))])
		}
		s := b.String()
		c := Clean(s)
		if !utf8.ValidString(c) {
			t.Fatalf("Clean(%q) = %q is not UTF-8", s, c)
		}
		for _, r := range c {
			if Hidden(r) {
				t.Fatalf("Clean(%q) = %q lets %U through", s, c, r)
			}
		}
		if g := Gate(c); g != c {
			t.Fatalf("Gate changed clean text %q to %q", c, g)
		}
		for _, r := range strings.ReplaceAll(Gate("\x1b[1m"+s+"\x1b[m"), "\x1b[1m", "") {
			if Hidden(r) && r != 0x1b {
				t.Fatalf("Gate(%q) lets %U through", s, r)
			}
		}
		if n := strings.Count(Gate(s), "\x1b"); n != 0 {
			t.Fatalf("Gate(%q) lets an escape through", s)
		}
	}
}

// C4: measures agree with the renderer's own, and Fit is exact at every width.
func TestWidthAndFitAreExact(t *testing.T) {
	for _, s := range []string{
		"", "plain", "日本語", "e\u0301", "\x1b[1mbold\x1b[m x", "🐙 sam", "─────▌", "名前 mixed 🐙", "◌\u0301",
		"👨👩👧", "a…b", "●○", "한국어",
	} {
		if got, want := Width(s), ansi.StringWidth(s); got != want {
			t.Errorf("Width(%q) = %d, want %d", s, got, want)
		}
		if got, want := Width(s), ansi.StringWidthWc(s); got != want {
			t.Errorf("terminals disagree on %q: %d, %d", s, got, want)
		}
		for w := range 20 {
			if got := Width(Fit(s, w)); got != w {
				t.Errorf("Fit(%q, %d) has %d cells", s, w, got)
			}
			if got := Width(FitRight(s, w)); got != w {
				t.Errorf("FitRight(%q, %d) has %d cells", s, w, got)
			}
		}
	}
}

func TestWrapKeepsWidth(t *testing.T) {
	for _, l := range Wrap("Support staff may join Acme と すべて の プロジェクト at once,\nwith a reason and an end. "+strings.Repeat("x", 50), 20) {
		if Width(l) > 20 {
			t.Errorf("line %q is wider than 20", l)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\x1b[31m\u202e🇩\xff")
	f.Fuzz(func(t *testing.T, s string) {
		c := Clean(s)
		if c != Clean(c) {
			t.Fatalf("Clean is not stable: %q, %q", c, Clean(c))
		}
		if firstBad(c) >= 0 {
			t.Fatalf("Clean(%q) = %q is not clean", s, c)
		}
	})
}

func BenchmarkWidth(b *testing.B) {
	s := "\x1b[1m▌ Nightly ETL\x1b[m     production    4 / 10   4 people · DEFAULT guest   never        ● active      "
	b.ReportAllocs()
	for b.Loop() {
		_ = Width(s)
	}
}

// A line end does not part a number from its unit.
func TestWrapKeepsAmountsTogether(t *testing.T) {
	got := Wrap("The visit of sam ends in 28 min and then in 4 h again.", 27)
	for _, l := range got {
		if strings.HasSuffix(l, " 28") || strings.HasSuffix(l, " 4") || strings.Contains(l, "\u00a0") {
			t.Errorf("%q", got)
		}
	}
	if want := "The visit of sam ends in"; got[0] != want {
		t.Errorf("the first line is %q, want %q", got[0], want)
	}
}

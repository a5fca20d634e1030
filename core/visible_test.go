package core

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// hostile are fragments of text that try to drive a terminal, hide or reorder (trust-C1, trust-C2).
var hostile = []struct{ in, want string }{
	{"\x1b[2J", "‹U+001B›[2J"},
	{"\x1b[31m", "‹U+001B›[31m"},
	{"\x1b[6n", "‹U+001B›[6n"},
	{"\x1b[?1049h", "‹U+001B›[?1049h"},
	{"\x1b]0;title\x07", "‹U+001B›]0;title‹U+0007›"},
	{"\x1b]8;;http://x\x1b\\", "‹U+001B›]8;;http://x‹U+001B›\\"},
	{"\x1b]52;c;ZXZpbA==\x07", "‹U+001B›]52;c;ZXZpbA==‹U+0007›"},
	{"\x1bP$q\x1b\\", "‹U+001B›P$q‹U+001B›\\"},
	{"\x1b_apc\x1b\\", "‹U+001B›_apc‹U+001B›\\"},
	{"\x1b^pm", "‹U+001B›^pm"},
	{"\x1bXsos", "‹U+001B›Xsos"},
	{"\x1bc", "‹U+001B›c"},
	{"\x1b", "‹U+001B›"},
	{"\x00", "‹U+0000›"},
	{"\x05", "‹U+0005›"},
	{"\x07", "‹U+0007›"},
	{"\x08", "‹U+0008›"},
	{"\t", "‹U+0009›"},
	{"\n", "‹U+000A›"},
	{"\r", "‹U+000D›"},
	{"\x0e", "‹U+000E›"},
	{"\x1f", "‹U+001F›"},
	{"\x7f", "‹U+007F›"},
	{"\u0084", "‹U+0084›"},
	{"\u0085", "‹U+0085›"},
	{"\u0090", "‹U+0090›"},
	{"\u009b31m", "‹U+009B›31m"},
	{"\u009d0;x", "‹U+009D›0;x"},
	{"\x9b31m", "‹0x9B›31m"},
	{"\x9d", "‹0x9D›"},
	{"\xff\xfe", "‹0xFF›‹0xFE›"},
	{"\xc3", "‹0xC3›"},
	{"\xed\xa0\x80", "‹0xED›‹0xA0›‹0x80›"},
	{"\xf4\x90\x80\x80", "‹0xF4›‹0x90›‹0x80›‹0x80›"},
	{"\xc0\x9b", "‹0xC0›‹0x9B›"},
	{"\u061c", "‹U+061C›"},
	{"\u200e", "‹U+200E›"},
	{"\u200f", "‹U+200F›"},
	{"\u202a", "‹U+202A›"},
	{"\u202e", "‹U+202E›"},
	{"\u2066", "‹U+2066›"},
	{"\u2068", "‹U+2068›"},
	{"\u2069", "‹U+2069›"},
	{"\u2028", "‹U+2028›"},
	{"\u2029", "‹U+2029›"},
	{"\u200b", "‹U+200B›"},
	{"\u200c", "‹U+200C›"},
	{"\u200d", "‹U+200D›"},
	{"\u2060", "‹U+2060›"},
	{"\u2064", "‹U+2064›"},
	{"\ufeff", "‹U+FEFF›"},
	{"\u00ad", "‹U+00AD›"},
	{"\u034f", "‹U+034F›"},
	{"\u115f", "‹U+115F›"},
	{"\u1160", "‹U+1160›"},
	{"\u17b4", "‹U+17B4›"},
	{"\u180b", "‹U+180B›"},
	{"\u180e", "‹U+180E›"},
	{"\u3164", "‹U+3164›"},
	{"\uffa0", "‹U+FFA0›"},
	{"\ufe0f", "‹U+FE0F›"},
	{"\ufff9", "‹U+FFF9›"},
	{"\uffff", "‹U+FFFF›"},
	{"\U0001d173", "‹U+1D173›"},
	{"\U000e0001", "‹U+E0001›"},
	{"\U000e0041", "‹U+E0041›"},
	{"\U000e007f", "‹U+E007F›"},
	{"\U000e0100", "‹U+E0100›"},
	{"\U0001f3f4\U000e0041\U000e007f", "\U0001f3f4‹U+E0041›‹U+E007F›"}, // tags that make no flag
	{"a\u200db", "a‹U+200D›b"},
	{"a\ufe0f", "a‹U+FE0F›"},
	{"👩\u200dx", "👩‹U+200D›x"},
	{"👩\u200d", "👩‹U+200D›"},
	{"👩\u200d\u200d💻", "👩‹U+200D›‹U+200D›💻"},
	{"❤\ufe0f\ufe0f", "❤\ufe0f‹U+FE0F›"},
	{"1\ufe0f", "1‹U+FE0F›"},
}

func TestVisibleHostileC1(t *testing.T) {
	if len(hostile) < 40 {
		t.Fatalf("only %d fragments", len(hostile))
	}
	for _, c := range hostile {
		t.Run(fmt.Sprintf("%+q", c.in), func(t *testing.T) {
			if got := Visible(c.in); got != c.want {
				t.Errorf("%+q, want %+q", got, c.want)
			}
			if got := Visible("Acme " + c.in + " Corp"); !strings.HasPrefix(got, "Acme ") || !strings.HasSuffix(got, " Corp") {
				t.Errorf("text around it is not whole: %+q", got)
			}
		})
	}
}

func TestVisibleKeeps(t *testing.T) {
	for _, s := range []string{
		"", "Nightly ETL", "Ärger & Söhne", "夜間バッチ", "שלום", "مرحبا", "नमस्ते", "Cafe\u0301", "«quotes» — dashes…", "‹U+202E›", "⁉ ™ ©",
		"👩\u200d💻", "👩🏽\u200d🚀", "👨\u200d👩\u200d👧\u200d👦", "❤\ufe0f\u200d🔥", "🏳\ufe0f\u200d🌈", "⚠\ufe0f", "☎\ufe0e", "1\ufe0f\u20e3", "#\ufe0f\u20e3", "🇪🇪", "🐙",
		"\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "©\ufe0f",
	} {
		if got := Visible(s); got != s {
			t.Errorf("%+q became %+q", s, got)
		}
	}
}

// visibleFault says what a text that has passed the gate still holds, or nothing.
func visibleFault(s string) string {
	if !utf8.ValidString(s) {
		return "invalid UTF-8"
	}
	for _, r := range s {
		switch {
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == 0x2028, r == 0x2029:
			return fmt.Sprintf("%U", r)
		case r == 0x200D, r == 0xFE0E, r == 0xFE0F, r >= 0xE0061 && r <= 0xE007A, r == 0xE007F: // parts of emoji
		case unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r), unicode.Is(unicode.Variation_Selector, r):
			return fmt.Sprintf("%U", r)
		}
	}
	return ""
}

func TestVisibleMixed(t *testing.T) {
	pieces := []string{"Acme", " ", "é", "夜", "👩", "❤", "🏽", "1", "\u20e3", "\U0001f3f4"}
	for _, h := range hostile {
		pieces = append(pieces, h.in)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "pieces"), "")
		got := Visible(s)
		if fault := visibleFault(got); fault != "" {
			t.Fatalf("%+q lets out %s", s, fault)
		}
		if again := Visible(got); again != got {
			t.Fatalf("%+q, again %+q", got, again)
		}
	})
}

func FuzzVisible(f *testing.F) {
	for _, h := range hostile {
		f.Add(h.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Visible(s)
		if fault := visibleFault(got); fault != "" {
			t.Fatalf("%+q lets out %s", s, fault)
		}
		if again := Visible(got); again != got {
			t.Fatalf("%+q, again %+q", got, again)
		}
	})
}

package core

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestTextF1(t *testing.T) {
	for _, c := range []struct{ name, in, want, says string }{
		{"kept as it is", "Nightly ETL", "Nightly ETL", ""},
		{"trimmed", "  Nightly ETL\u00a0\u3000", "Nightly ETL", ""},
		{"NFC", "Cafe\u0301", "Café", ""},
		{"other scripts", "夜間バッチ · данные", "夜間バッチ · данные", ""},
		{"emoji with joiner", "👩\u200d💻 desk", "👩\u200d💻 desk", ""},
		{"escape", "a\x1b[2Jb", "", "control character ‹U+001B› at position 2"},
		{"tab", "a\tb", "", "control character ‹U+0009› at position 2"},
		{"line break", "a\nb", "", "control character ‹U+000A› at position 2"},
		{"line break at the end", "ab\n", "", "control character ‹U+000A› at position 3"},
		{"DEL", "é\x7f", "", "control character ‹U+007F› at position 2"},
		{"C1", "ab\u009b31m", "", "control character ‹U+009B› at position 3"},
		{"invalid UTF-8", "aé\x9b", "", "not valid UTF-8, ‹0x9B› at position 3"},
		{"U+061C", "a\u061c", "", "direction control ‹U+061C› at position 2"},
		{"U+200E", "a\u200e", "", "direction control ‹U+200E› at position 2"},
		{"U+200F", "a\u200f", "", "direction control ‹U+200F› at position 2"},
		{"U+202A", "\u202aa", "", "direction control ‹U+202A› at position 1"},
		{"U+202E", "ab\u202ecd", "", "direction control ‹U+202E› at position 3"},
		{"U+2066", "a\u2066", "", "direction control ‹U+2066› at position 2"},
		{"U+2069", "a\u2069", "", "direction control ‹U+2069› at position 2"},
		{"line separator", "a\u2028b", "", "line break ‹U+2028› at position 2"},
		{"only zero-width", "\u200b\u200d", "", "nothing in it can be seen"},
		{"only fillers", "\u3164 \u3164", "", "nothing in it can be seen"},
		{"only empty Braille", "\u2800", "", "nothing in it can be seen"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := cleanLine("label", c.in, 0, 50)
			if c.says == "" {
				if err != nil || got != c.want {
					t.Fatalf("%q, %v; want %q", got, err, c.want)
				}
				return
			}
			wantError(t, err, ReasonInvalidText, "label")
			if !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), "Label: ") {
				t.Errorf("%q, want it to say %q", err, c.says)
			}
		})
	}
}

func wantError(t *testing.T, err error, reason Reason, field string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Reason != reason || e.Field != field || e.Code != CodeInvalid {
		t.Fatalf("%v (%+v), want %s at %q", err, e, reason, field)
	}
}

func TestNameF2(t *testing.T) {
	long := strings.Repeat("é", 100)
	for _, c := range []struct {
		in, want string
		reason   Reason
	}{
		{"a", "a", ""},
		{long, long, ""},
		{" " + long + " ", long, ""},
		{"", "", ReasonNameRequired},
		{" \u00a0 ", "", ReasonNameRequired},
		{long + "x", "", ReasonNameRequired},
		{"\u200b", "", ReasonInvalidText},
		{"a\rb", "", ReasonInvalidText},
	} {
		got, err := cleanName("name", c.in)
		if ReasonOf(err) != c.reason || got != c.want {
			t.Errorf("%q: %q, %v", c.in, got, err)
		}
		if err != nil {
			wantError(t, err, c.reason, "name")
		}
	}
}

func TestEmailF3(t *testing.T) {
	local := strings.Repeat("a", 64)
	domain := strings.Repeat("b", 60) + "." + strings.Repeat("c", 60) + "." + strings.Repeat("d", 60)
	for _, c := range []struct{ in, want string }{
		{"ana@example.test", "ana@example.test"},
		{" Ana.B@Example.TEST ", "ana.b@example.test"},
		{"a.!#$%&'*+/=?^_{}~-z@x-1.y2", "a.!#$%&'*+/=?^_{}~-z@x-1.y2"},
		{"ana+prod@example.test", "ana+prod@example.test"},
		{local + "@example.test", local + "@example.test"},
		{local + "@" + domain + ".ee", local + "@" + domain + ".ee"},
		{"", ""},
		{"ana", ""},
		{"ana@", ""},
		{"@example.test", ""},
		{"ana@localhost", ""},
		{"ana@@example.test", ""},
		{"ana@b@example.test", ""},
		{"an a@example.test", ""},
		{"ana@exa mple.test", ""},
		{".ana@example.test", ""},
		{"ana.@example.test", ""},
		{"a..b@example.test", ""},
		{"ana@-example.test", ""},
		{"ana@example-.test", ""},
		{"ana@example..test", ""},
		{"ana@example.test.", ""},
		{"ana@.example.test", ""},
		{"ana@exa_mple.test", ""},
		{"aná@example.test", ""},
		{"ana@exämple.test", ""},
		{"\u212aana@example.test", ""},
		{"ana@example.test\r\nBcc: x@y.z", ""},
		{"\"a b\"@example.test", ""},
		{"ana`@example.test", ""},
		{"ana|@example.test", ""},
		{"<ana@example.test>", ""},
		{"ana@[192.0.2.1]", ""},
		{local + "a@example.test", ""},
		{local + "@" + domain + ".fffffffff", ""},
		{"ana\x00@example.test", ""},
	} {
		got, err := cleanEmail(c.in)
		if got != c.want {
			t.Errorf("%q: %q, %v; want %q", c.in, got, err, c.want)
		}
		if c.want == "" {
			wantError(t, err, ReasonInvalidEmail, "email")
		}
	}
	if _, err := cleanEmail(strings.Repeat("x\x1b", 5000)); len(err.Error()) > 1000 || strings.Contains(err.Error(), "\x1b") {
		t.Errorf("the sentence repeats what it was given: %q", err)
	}
}

func TestReasonF4(t *testing.T) {
	long := strings.Repeat("r", 500)
	for _, c := range []struct {
		in, want string
		reason   Reason
	}{
		{"abc", "abc", ""},
		{"...7", "...7", ""},
		{" INC-41: nightly load fails ", "INC-41: nightly load fails", ""},
		{long, long, ""},
		{"理由書", "理由書", ""},
		{"", "", ReasonReasonRequired},
		{"ab", "", ReasonReasonRequired},
		{"  a  ", "", ReasonReasonRequired},
		{"...", "", ReasonReasonRequired},
		{long + "x", "", ReasonReasonRequired},
		{"one\ntwo", "", ReasonInvalidText},
		{"abc\u202e", "", ReasonInvalidText},
	} {
		got, err := cleanReason(c.in)
		if ReasonOf(err) != c.reason || got != c.want {
			t.Errorf("%q: %q, %v", c.in, got, err)
		}
		if err != nil {
			wantError(t, err, c.reason, "reason")
		}
	}
}

func TestNoteAndLongTextF5F6(t *testing.T) {
	if got, err := cleanNote("note", "one\r\n\r\ntwo\n"); err != nil || got != "one\n\ntwo" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := cleanNote("note", ""); err != nil || got != "" {
		t.Errorf("an empty note: %q, %v", got, err)
	}
	if _, err := cleanNote("note", strings.Repeat("n", 500)); err != nil {
		t.Error(err)
	}
	for name, in := range map[string]string{"too long": strings.Repeat("n", 501), "lone CR": "a\rb", "tab": "a\tb", "bidi": "a\n\u2067b"} {
		_, err := cleanNote("note", in)
		t.Run(name, func(t *testing.T) { wantError(t, err, ReasonInvalidText, "note") })
	}
	if _, err := cleanLongText("body", strings.Repeat("n", 10_000)); err != nil {
		t.Error(err)
	}
	for name, in := range map[string]string{"too long": strings.Repeat("n", 10_001), "empty": " \n "} {
		_, err := cleanLongText("body", in)
		t.Run(name, func(t *testing.T) { wantError(t, err, ReasonInvalidText, "body") })
	}
	if _, err := cleanLine("price label", strings.Repeat("p", 61), 0, 60); !strings.Contains(err.Error(), "Price label: 61 characters, but 0 to 60 are allowed") {
		t.Error(err)
	}
}

func TestLengthF8(t *testing.T) {
	for l, want := range map[Length]Reason{
		0: ReasonExpiryRequired, 1: ReasonInvalidEnd, 14: ReasonInvalidEnd, 15: "", 240: "", 14 * 1440: "", 14*1440 + 1: ReasonInvalidEnd, -5: ReasonInvalidEnd,
	} {
		if err := checkLength(l); ReasonOf(err) != want {
			t.Errorf("%s: %v, want %q", l, err, want)
		}
	}
}

func TestTermR3R4(t *testing.T) {
	const now = Moment(1_800_000_000)
	for _, c := range []struct {
		name   string
		term   Term
		end    Moment
		reason Reason
	}{
		{"a length", Term{For: 240}, now + 4*3600, ""},
		{"the shortest", Term{For: 15}, now + 900, ""},
		{"the longest", Term{For: 14 * 1440}, now + 14*86400, ""},
		{"a moment", Term{Until: now + 3600}, now + 3600, ""},
		{"the earliest moment", Term{Until: now + 900}, now + 900, ""},
		{"the latest moment", Term{Until: now + 14*86400}, now + 14*86400, ""},
		{"nothing", Term{}, 0, ReasonExpiryRequired},
		{"both", Term{For: 240, Until: now + 3600}, 0, ReasonExpiryRequired},
		{"too short", Term{For: 14}, 0, ReasonInvalidEnd},
		{"too long", Term{For: 14*1440 + 1}, 0, ReasonInvalidEnd},
		{"a past moment", Term{Until: now - 1}, 0, ReasonInvalidEnd},
		{"a moment too soon", Term{Until: now + 899}, 0, ReasonInvalidEnd},
		{"a moment too late", Term{Until: now + 14*86400 + 1}, 0, ReasonInvalidEnd},
	} {
		t.Run(c.name, func(t *testing.T) {
			end, err := checkEntryTerm(c.term, now)
			if ReasonOf(err) != c.reason || (err == nil && end != c.end) {
				t.Errorf("%v, %v", end, err)
			}
			if err != nil && AsError(err).Field == "" {
				t.Error("no field")
			}
		})
	}
	_, err := checkTerm(Term{Until: now + 7200}, now, now+900, now+3600)
	if want := "The end must lie between 2027-01-15 08:15 UTC and 2027-01-15 09:00 UTC."; err == nil || err.Error() != want {
		t.Errorf("%v, want %q", err, want)
	}
}

func FuzzEmail(f *testing.F) {
	for _, seed := range []string{"ana@example.test", "A@B.C", "\u212a@b.c", "a b@c.d", "a@b.c\r\nBcc: d@e.f"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := cleanEmail(s)
		if err != nil {
			if Visible(err.Error()) != err.Error() {
				t.Fatalf("the error carries %q", err)
			}
			return
		}
		if again, err := cleanEmail(got); err != nil || again != got {
			t.Fatalf("%q is not stable: %q, %v", got, again, err)
		}
		if strings.Count(got, "@") != 1 || len(got) > 254 || got != strings.ToLower(got) || Visible(got) != got || strings.ContainsAny(got, " <>\",;:|`") {
			t.Fatalf("%q got through", got)
		}
	})
}

func FuzzName(f *testing.F) {
	for _, seed := range []string{"Nightly ETL", "Cafe\u0301", "\u200b", "a\x1b[2J", "👩\u200d💻", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := cleanName("name", s)
		if err != nil {
			if Visible(err.Error()) != err.Error() {
				t.Fatalf("the error carries %q", err)
			}
			return
		}
		n := utf8.RuneCountInString(got)
		if n < 1 || n > NameMax || !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) {
			t.Fatalf("%q got through", got)
		}
		if again, err := cleanName("name", got); err != nil || again != got {
			t.Fatalf("%q is not stable: %q, %v", got, again, err)
		}
		for _, r := range got {
			if r < ' ' || (r >= 0x7f && r <= 0x9f) || bidi(r) {
				t.Fatalf("%U got through", r)
			}
		}
	})
}

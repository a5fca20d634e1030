package core

import (
	"strings"
	"testing"
)

func TestLooksLikeC3(t *testing.T) {
	for _, c := range []struct{ name, other string }{
		{"Acme", "Аcme"},       // Cyrillic capital A
		{"Acme", "Acmе"},       // Cyrillic e
		{"Acme", "ACME"},       // case
		{"Acme", "Ａｃｍｅ"},       // full-width
		{"Acme", "Acme\u200b"}, // zero-width space
		{"Acme", "Ac\u00adme"}, // soft hyphen
		{"Acme", "Acme\u3164"}, // Hangul filler
		{"Acme", "Ac\u200dme"}, // joiner
		{"Acme", "Acme\U000e0041"},
		{"Acme", "𝐀𝐜𝐦𝐞"}, // mathematical
		{"Acme Corp", "Acme  Corp"},
		{"Acme Corp", "Acme\u00a0Corp"},
		{"Acme Corp", " Acme Corp"},
		{"paypal", "раураl"}, // Cyrillic
		{"Internal", "lnternal"},
		{"Internal", "1nternal"},
		{"Modern", "Modem"},
		{"Web", "VVeb"},
		{"Team 10", "Team lO"},
		{"Omega", "Οmega"}, // Greek capital omicron
		{"Beta", "Βeta"},
		{"O'Brien", "O’Brien"},
		{"a-b", "a–b"},
		{"office", "oﬃce"}, // ligature
		{"Acme", "Acme"},   // names are not unique (F2)
	} {
		if !LooksLike(c.name, c.other) || !LooksLike(c.other, c.name) {
			t.Errorf("%+q is not marked beside %+q: %+q, %+q", c.other, c.name, Skeleton(c.other), Skeleton(c.name))
		}
	}
	for _, c := range []struct{ name, other string }{
		{"Acme", "Acne"}, {"Acme", "Acme 2"}, {"Team 2", "Team 3"}, {"Café", "Cafe"}, {"夜間", "昼間"}, {"Beta", "Gamma"}, {"Nightly ETL", "Nightly EDI"},
	} {
		if LooksLike(c.name, c.other) {
			t.Errorf("%q is marked beside %q", c.other, c.name)
		}
	}
}

// TestLooksLikeSubstitutions replaces each letter of a name by each of its look-alikes.
func TestLooksLikeSubstitutions(t *testing.T) {
	pairs := 0
	for _, name := range []string{"abcdefghjklmnopqrstuvwxyz", "Nightly ETL", "Project Zoo 10"} {
		for r, looks := range confusables {
			if len(looks) != 1 || !strings.Contains(name, looks) {
				continue
			}
			other := strings.Replace(name, looks, string(r), 1)
			pairs++
			if !LooksLike(name, other) {
				t.Errorf("%+q is not marked beside %q", other, name)
			}
		}
	}
	for _, r := range []rune{0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x180B, 0x180E, 0x200B, 0x200C, 0x200D, 0x200E, 0x202E, 0x2060, 0x2069, 0x3164, 0xFE0F, 0xFEFF, 0xFFA0, 0xE0001, 0xE0041, 0xE0100} {
		for i := range len("Nightly ETL") + 1 {
			other := "Nightly ETL"[:i] + string(r) + "Nightly ETL"[i:]
			pairs++
			if !LooksLike("Nightly ETL", other) {
				t.Errorf("%+q is not marked", other)
			}
			if !strings.Contains(Visible(other), codePoint(r)) {
				t.Errorf("%+q hides %U", other, r)
			}
		}
	}
	if pairs < 500 {
		t.Errorf("only %d pairs, trust-C3 asks for 500", pairs)
	}
}

// TestConfusablesAreClear: a character looks like one thing only, and prototypes look like themselves.
func TestConfusablesAreClear(t *testing.T) {
	seen := map[rune]string{}
	for looks, runes := range confusableRows {
		for _, r := range runes {
			if other, ok := seen[r]; ok {
				t.Errorf("%q looks like %q and like %q", r, looks, other)
			}
			seen[r] = looks
		}
		for _, p := range looks {
			if again, ok := confusables[p]; ok && again != string(p) {
				t.Errorf("%q stands for what looks like %q", looks, again)
			}
		}
	}
	if len(seen) < 200 {
		t.Errorf("only %d look-alikes", len(seen))
	}
}

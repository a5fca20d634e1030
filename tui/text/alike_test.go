package text

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"gatehouse/core"
)

// gateRunes gives every code point of the planes that have characters, and the last two of all others.
func gateRunes(yield func(rune) bool) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		plane := r >> 16
		if r >= 0xd800 && r <= 0xdfff || plane > 1 && plane != 14 && r&0xffff < 0xfffe {
			continue
		}
		if !yield(r) {
			return
		}
	}
}

// C3: whatever one character a name has more than another, or instead of another, the two are marked where both are drawn
// alike.
func TestDrawnAlikeIsMarked(t *testing.T) {
	for _, around := range [][2]string{{"👍", " ok"}, {"ab", "cd"}, {"", "x"}, {"1", ""}, {"e\u0301\u0301\u0301\u0301", "f"}} {
		drawn := map[string]string{}
		look := func(name string) {
			shown, skeleton := Clean(name), core.Skeleton(name)
			if before, seen := drawn[shown]; seen && before != skeleton {
				t.Fatalf("%+q is drawn as %q like another, but looks like %q and that like %q", name, shown, skeleton, before)
			}
			drawn[shown] = skeleton
		}
		look(around[0] + around[1])
		var asIs []rune // drawn as they are, they are drawn like another only where that one is changed
		for r := range gateRunes {
			if name := around[0] + string(r) + around[1]; Clean(name) != name {
				look(name)
			} else {
				asIs = append(asIs, r)
			}
		}
		for _, r := range asIs {
			if name := around[0] + string(r) + around[1]; drawn[name] != "" {
				look(name)
			}
		}
	}
}

// C3: the same for names of several characters that gates change.
func TestMixedNamesDrawnAlikeAreMarked(t *testing.T) {
	parts := []string{
		"👍", "🏽", "🏿", "❤", "\ufe0f", "\ufe0e", "\u200d", "\u200b", "\u20e3", "1", "#", "🇩", "🇪", "🏴", "\U000E0067", "\U000E007f",
		"a", "e", "\u0301", "\u0308", "\u0323", "\u25cc", "‹U+200B›", "‹U+1F1E9›", "\u2800", "\uffff", "क", "\u094d", "ष", "\u0940", " ",
	}
	rng := rand.New(rand.NewPCG(3, 4))
	drawn := map[string]string{}
	for range 100_000 {
		var b strings.Builder
		for range rng.IntN(7) + 1 {
			b.WriteString(parts[rng.IntN(len(parts))])
		}
		name := b.String()
		shown := Clean(name)
		if before, seen := drawn[shown]; seen && !core.LooksLike(before, name) {
			t.Fatalf("%+q and %+q are both drawn as %q, and not marked: %+q, %+q", before, name, shown, core.Skeleton(before), core.Skeleton(name))
		}
		drawn[shown] = name
	}
}

// C1: the gate of the screen and the gate of everything else have one list.
func TestGatesHaveOneList(t *testing.T) {
	for r := range gateRunes {
		s := "a" + string(r) + "b"
		screen, other := Clean(s) != s, core.Visible(s) != s
		if screen != other && !slices.Contains([]bool{regional(r), r == 0x20e3, r >= 0x1f3fb && r <= 0x1f3ff}, true) {
			t.Errorf("%U: the screen changes it: %t, the other gate: %t", r, screen, other)
		}
		if core.Hidden(r) && !screen {
			t.Errorf("%U reaches the screen", r)
		}
	}
}

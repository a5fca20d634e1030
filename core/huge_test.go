package core_test

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// TestTrustC5_HugeInput: a text over its limit is refused before anything is stored, from one character too many to
// 64 MB, and refusing it takes next to no memory (trust-C5).
func TestTrustC5_HugeInput(t *testing.T) {
	suite.Sequential(t)
	most := 3 << 20
	switch {
	case os.Getenv("GATEHOUSE_DEEP") != "":
		most = 64 << 20
	case testing.Short():
		most = 2 << 20
	}
	huge := map[string]string{
		"letters": strings.Repeat("x", most), "blanks": strings.Repeat(" ", most), "marks": strings.Repeat("e\u0301", most/3),
		"bytes": strings.Repeat("\xff", most), "words": strings.Repeat("ab ", most/3), "address": "a@" + strings.Repeat("b.", most/2) + "c",
		"digits": strings.Repeat("7", most), "fields": strings.Repeat("name:x ", most/7), "commas": strings.Repeat(",", most),
	}
	for _, part := range []map[string]textField{kept, chosen} {
		for name, x := range part {
			t.Run(name, func(t *testing.T) {
				h := newFixture(t)
				set := x.given(h)
				joined := uint64(0) // what the test itself puts together
				if name == "key comment" || name == "field of a filter" {
					joined = uint64(most) + 1<<17
				}
				for _, n := range []int{1, x.most + 1, 4096, 1 << 16} {
					if n <= x.most {
						continue
					}
					s := strings.Repeat("y", n)
					if err := set(s); err == nil && x.most > 0 && name != "words of a mail server" && name != "key comment" {
						t.Fatalf("%d characters are taken, %d are the most", n, x.most)
					}
				}
				for kind, s := range huge {
					var before, after runtime.MemStats
					runtime.ReadMemStats(&before)
					err := set(s)
					runtime.ReadMemStats(&after)
					if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20+joined {
						t.Errorf("%s of %s: %d MiB of memory", kind, name, grown>>20)
					}
					if err != nil {
						if e := core.AsError(err); utf8.RuneCountInString(e.Message+e.Next) > 5_000 || e.Reason == core.ReasonInternal {
							t.Errorf("%s: the refusal %s has %d characters (%v)", kind, e.Reason, len(e.Message), e.Cause)
						}
					}
				}
				h.clean("huge texts", 20_000)
			})
		}
	}
}

package core_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"unicode/utf16"

	"gatehouse/core"
)

// asUTF16 writes a text as Windows programs do.
func asUTF16(text string, mark bool) []byte {
	var out []byte
	if mark {
		out = []byte{0xFF, 0xFE}
	}
	for _, unit := range utf16.Encode([]rune(text)) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return out
}

// real-data F25: what another system has made of a dump is named once, with what to do, and is the only fault.
func TestDumpsOfOtherSystems(t *testing.T) {
	h := filled(t)
	var dump bytes.Buffer
	allowed(t, h.Export(context.Background(), &dump, nil))
	good := dump.String()
	crlf := strings.ReplaceAll(good, "\n", "\r\n")
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"CRLF":                 {crlf, []string{"CRLF"}},
		"BOM":                  {"\uFEFF" + good, []string{"BOM"}},
		"both":                 {"\uFEFF" + crlf, []string{"BOM", "CRLF"}},
		"UTF-16":               {string(asUTF16(good, true)), []string{"UTF-16"}},
		"UTF-16 without a BOM": {string(asUTF16(good, false)), []string{"UTF-16"}},
		"UTF-16, no line end":  {string(asUTF16("x", true)), []string{"UTF-16"}},
	} {
		fresh := core.New(openMemory(t), core.Options{Clock: h.clock.Now})
		res, err := fresh.Import(context.Background(), strings.NewReader(c.text), true, nil)
		if core.ReasonOf(err) != core.ReasonImportInvalid || len(res.Faults) != len(c.want) {
			t.Errorf("%s: %v, %v", name, err, res.Faults)
			continue
		}
		for i, want := range c.want {
			if said := res.Faults[i]; !strings.Contains(said.Problem, want) || !strings.Contains(said.Problem, "FILE >NEW") || said.Line > 2 {
				t.Errorf("%s: %v", name, said)
			}
		}
	}
}

// Texts that are pasted from other systems are understood, or what they are is said.
func TestPasted(t *testing.T) {
	for text, want := range map[string]string{"a\r\nb": "a\nb", "\uFEFFa": "a", "a\rb": "a\rb", "": "", "ж": "ж"} {
		if got, err := core.Pasted("--body", []byte(text)); err != nil || got != want {
			t.Errorf("%q gives %q, %v", text, got, err)
		}
	}
	for name, text := range map[string][]byte{"UTF-16": asUTF16("code", true), "UTF-16 ": asUTF16("code", false), "UTF-8": {'a', 0xE9}} {
		if _, err := core.Pasted("--body", text); core.ReasonOf(err) != core.ReasonInvalidValue || !strings.Contains(err.Error(), strings.TrimSpace(name)) || core.AsError(err).Next == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := core.FindCheckpoints(asUTF16("gatehouse-checkpoint x", true)); err == nil || !strings.Contains(err.Error(), "iconv") {
		t.Errorf("%v", err)
	}
}

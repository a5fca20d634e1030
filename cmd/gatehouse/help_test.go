package main

import (
	"strings"
	"testing"

	"gatehouse/tui/text"
)

// Every help fits a terminal of 80 cells, and every flag is in the help of its verb.
func TestHelpFits(t *testing.T) {
	for _, verb := range append(verbsOf(newTree()), nil) {
		if len(verb) > 0 && verb[0] == "__complete" {
			continue
		}
		w := newWorld(t, "", 0)
		if code := w.Execute(t.Context(), append(append([]string{}, verb...), "--help")); code != 0 {
			t.Fatalf("%v: exit code %d: %s", verb, code, &w.err)
		}
		for line := range strings.Lines(w.out.String()) {
			if line = strings.TrimSuffix(line, "\n"); text.Width(line) > helpWidth {
				t.Errorf("%v: %d cells: %s", verb, text.Width(line), line)
			}
		}
	}
}

// What a shell shows of a flag has no quotes of the help in it.
func TestCompletionsAreUnquoted(t *testing.T) {
	for _, verb := range verbsOf(newTree()) {
		if verb[0] == "__complete" {
			continue
		}
		w := newWorld(t, "", 0)
		w.Execute(t.Context(), append(append([]string{"__complete"}, verb...), "--"))
		if strings.Contains(w.out.String(), "`") {
			t.Errorf("%v: %s", verb, &w.out)
		}
	}
}

// A paragraph of a help is wrapped as a whole: no word stands alone in a line that would have fitted into the one before.
func TestHelpFlows(t *testing.T) {
	for _, verb := range verbsOf(newTree()) {
		if verb[0] == "__complete" {
			continue
		}
		w := newWorld(t, "", 0)
		w.Execute(t.Context(), append(append([]string{}, verb...), "--help"))
		about, _, _ := strings.Cut(w.out.String(), "\n\nUsage:")
		before := ""
		for line := range strings.SplitSeq(about, "\n") {
			first, _, _ := strings.Cut(line, " ")
			if before != "" && first != "" && before[0] != ' ' && line[0] != ' ' && text.Width(before+" "+first) <= helpWidth {
				t.Errorf("%v: %q\nleaves room for %q", verb, before, first)
			}
			before = line
		}
	}
}

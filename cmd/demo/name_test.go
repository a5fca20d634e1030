package demo

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestNobodyIsDrawnTwice: who is drawn by chance never has the address of somebody of the story, with any seed.
func TestNobodyIsDrawnTwice(t *testing.T) {
	drawn := map[string]bool{}
	for _, first := range firstNames {
		for _, last := range lastNames {
			drawn[address(first+" "+last, "x")] = true
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no source", err)
	}
	written := regexp.MustCompile(`"([a-z]+\.[a-z]+)@[a-z.-]+"`)
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range written.FindAllSubmatch(source, -1) {
			if drawn[string(found[1])+"@x"] {
				t.Errorf("%s: %s may also be drawn", name, found[0])
			}
		}
	}
}

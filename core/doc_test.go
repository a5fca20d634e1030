package core_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The index of doc.go names the shelf of every file, and no shelf that is empty: a newcomer finds a line by it.
func TestTheIndexNamesEveryFile(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	first := regexp.MustCompile(`^[a-z]+`)
	shelves := map[string]bool{} // false: no file was seen yet
	for line := range strings.Lines(string(doc)) {
		if row, ok := strings.CutPrefix(line, "//\t"); ok {
			words, _, _ := strings.Cut(strings.TrimSpace(row), "   ")
			if strings.HasPrefix(row, strings.Repeat(" ", 31)) {
				continue // only what is kept there goes on
			}
			for word := range strings.FieldsSeq(words) {
				shelves[first.FindString(word)] = false
			}
		}
	}
	files := must(filepath.Glob("*.go"))(t)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "doc.go" {
			continue
		}
		word := first.FindString(name)
		if _, ok := shelves[word]; !ok {
			t.Errorf("doc.go names no shelf for %s", name)
		}
		shelves[word] = true
	}
	for word, used := range shelves {
		if !used {
			t.Errorf("doc.go names the shelf %q, and no file begins with it", word)
		}
	}
}

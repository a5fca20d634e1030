package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	chapterFrom = "<!-- chapter: from cmd/gatehouse/serve.md, by `make picture` -->"
	chapterTo   = "<!-- /chapter -->"
)

// The readme tells how to run a server in the same words as the manual page of serve.
func TestChapter(t *testing.T) {
	path := filepath.Join("..", "..", "README.md")
	readme, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(readme), chapterFrom)
	_, after, closed := strings.Cut(rest, chapterTo)
	if !ok || !closed {
		t.Fatalf("README.md has no place for the chapter between %s and %s", chapterFrom, chapterTo)
	}
	sameOrUpdate(t, path, before+chapterFrom+"\n"+serveChapter+chapterTo+after)
}

func TestChapterInPage(t *testing.T) {
	page := withChapter(".nh\n.TH X\n.SH NAME\nx\n\n.SH SEE ALSO\ny\n", "## Running it\n\n### Keys\n\nText with `code`.\n\n| a | b |\n|---|---|\n| c | d |\n")
	for i, want := range []string{"'\\\" t\n", ".TH X", ".SH NAME", ".SH Running it", ".SS Keys", "Text with", ".TS", ".SH SEE ALSO"} {
		at := strings.Index(page, want)
		if at < 0 || i == 0 && at != 0 {
			t.Fatalf("%q is not where it should be in\n%s", want, page)
		}
		page = page[at:]
	}
}

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
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
	for _, want := range []string{".TH X", ".SH NAME", ".SH Running it", ".SS Keys", "Text with", "c: d", ".SH SEE ALSO"} {
		at := strings.Index(page, want)
		if at < 0 {
			t.Fatalf("%q is not where it should be in\n%s", want, page)
		}
		page = page[at:]
	}
}

// Pages lint clean: a date that every reader of pages knows, no tab in filled text, no table, and every flag with the word
// that its text explains.
func TestPages(t *testing.T) {
	dir := t.TempDir()
	w := newWorld(t, "", 0)
	if code := w.Execute(t.Context(), []string{"man", dir}); code != 0 {
		t.Fatalf("%s", &w.err)
	}
	pages, err := filepath.Glob(filepath.Join(dir, "*.1"))
	if err != nil || len(pages) < 100 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, path := range pages {
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := string(page)
		for _, bad := range []string{"\t", `=""`, "[=false]", ".TS", "`"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s has %q", filepath.Base(path), bad)
			}
		}
		if !strings.Contains(text, `"1" "`+manDate.Format(time.DateOnly)+`"`) || !strings.Contains(text, ".SH SEE ALSO") {
			t.Errorf("%s:\n%.300s", filepath.Base(path), text)
		}
		if filepath.Base(path) == "gatehouse.1" && !strings.Contains(text, `\fINAME\fP`) {
			t.Errorf("the words of values are gone:\n%s", text)
		}
	}
}

package main

import (
	_ "embed"
	"os"
	"path/filepath"
	"strings"

	"github.com/cpuguy83/go-md2man/v2/md2man"
)

// serveChapter says how to run a server for real. It is a chapter of README.md and of the page of serve.
//
//go:embed serve.md
var serveChapter string

// seeAlso begins the last part of a page; the chapter stands before it.
const seeAlso = ".SH SEE ALSO"

// withChapter puts a chapter in Markdown into a page.
func withChapter(page, chapter string) string {
	roff := strings.TrimPrefix(string(md2man.Render([]byte(tablesAsLists(chapter)))), ".nh\n")
	before, after, _ := strings.Cut(page, seeAlso)
	return before + strings.TrimLeft(roff, "\n") + "\n" + seeAlso + after
}

// tablesAsLists writes the rows of tables as items: a table of a page is as wide as its cells, and does not wrap.
func tablesAsLists(chapter string) string {
	var lines []string
	row := 0
	for line := range strings.Lines(chapter) {
		if !strings.HasPrefix(line, "|") {
			row = 0
			lines = append(lines, line)
			continue
		}
		if row++; row <= 2 { // the titles, and the line below them
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i, cell := range cells {
			cells[i] = strings.TrimSpace(cell)
		}
		lines = append(lines, "- "+strings.Join(cells, ": ")+"\n")
	}
	return strings.Join(lines, "")
}

// addChapter completes the page of serve in a folder of pages.
func addChapter(folder string) error {
	path := filepath.Join(folder, "gatehouse-serve.1")
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, wrapPage([]byte(withChapter(string(page), serveChapter))), 0o644) //nolint:gosec // pages are for everybody, as the others
}

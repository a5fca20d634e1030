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
	roff := string(md2man.Render([]byte(chapter)))
	const tables = "'\\\" t\n" // must be the first line of a page
	if rest, has := strings.CutPrefix(roff, tables); has {
		roff, page = rest, tables+strings.TrimPrefix(page, tables)
	}
	roff = strings.TrimPrefix(roff, ".nh\n")
	before, after, _ := strings.Cut(page, seeAlso)
	return before + strings.TrimLeft(roff, "\n") + "\n" + seeAlso + after
}

// addChapter completes the page of serve in a folder of pages.
func addChapter(folder string) error {
	path := filepath.Join(folder, "gatehouse-serve.1")
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(withChapter(string(page), serveChapter)), 0o644) //nolint:gosec // pages are for everybody, as the others
}

package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestGoroutinesInTUI keeps screens from starting goroutines of their own: a panic there would leave the terminal raw
// (trust-H1), and work belongs into commands. The few that recover panics say so on the line of the go statement.
func TestGoroutinesInTUI(t *testing.T) {
	for _, fault := range bareGoroutines(t, filepath.Join("..", "..", "tui")) {
		t.Errorf("%s starts a goroutine; make it a command, or recover its panics and say how: // recovers: …", fault)
	}
}

func TestGoroutinesAreFound(t *testing.T) {
	got := bareGoroutines(t, filepath.Join("testdata", "goroutines"))
	if len(got) != 1 || !strings.HasSuffix(got[0], "sample.go:8") {
		t.Errorf("found %v, want line 8 of the sample only", got)
	}
}

// bareGoroutines lists the go statements below dir, outside of tests, that have no "recovers:" comment.
func bareGoroutines(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		excused := map[int]bool{}
		for _, group := range file.Comments {
			for _, c := range group.List {
				if strings.HasPrefix(c.Text, "// recovers:") {
					excused[files.Position(c.Pos()).Line] = true
				}
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if g, ok := n.(*ast.GoStmt); ok {
				if at := files.Position(g.Pos()); !excused[at.Line] {
					found = append(found, at.Filename+":"+strconv.Itoa(at.Line))
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

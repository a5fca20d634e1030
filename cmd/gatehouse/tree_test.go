package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gatehouse/core/suite"
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

// TestTimingsAreTold: no test fails because the machine is busy. How long something took is logged, and `make bench`
// measures it; what must be judged by the clock, because the fault would be a wait of minutes, says so.
func TestTimingsAreTold(t *testing.T) {
	suite.Sequential(t)
	for _, at := range judgedTimings(t, filepath.Join("..", "..")) {
		t.Errorf("%s judges how long something took: log it, or say why with a comment \"// judged: …\"", at)
	}
	if got := judgedTimings(t, filepath.Join("testdata", "timings")); len(got) != 2 {
		t.Errorf("found %v, want two lines of the sample", got)
	}
}

// judgedTimings lists the conditions in tests below dir that compare a time of the real clock with a length, and fail.
func judgedTimings(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	inTests(t, dir, func(files *token.FileSet, file *ast.File, excused func(token.Pos) bool) {
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !mentions(fn, "time", "Now", "Since") {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				if c, ok := n.(*ast.IfStmt); ok && comparesLength(c.Cond) && mentions(c.Body, "", "Error", "Errorf", "Fatal", "Fatalf") && !excused(c.Pos()) {
					found = append(found, files.Position(c.Pos()).String())
				}
				return true
			})
		}
	})
	return found
}

// inTests reads the tests below dir. excused says whether the line of a node has a comment "// judged: …".
func inTests(t *testing.T, dir string, each func(files *token.FileSet, file *ast.File, excused func(token.Pos) bool)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") || strings.Contains(path, "testdata") && !strings.Contains(dir, "testdata") {
			return err
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		lines := map[int]bool{}
		for _, group := range file.Comments {
			for _, c := range group.List {
				if strings.HasPrefix(c.Text, "// judged:") {
					lines[files.Position(c.Pos()).Line] = true
				}
			}
		}
		each(files, file, func(at token.Pos) bool { return lines[files.Position(at).Line] })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// comparesLength reports whether a condition compares something with a length of time.
func comparesLength(cond ast.Expr) bool {
	found := false
	ast.Inspect(cond, func(n ast.Node) bool {
		if c, ok := n.(*ast.BinaryExpr); ok {
			switch c.Op {
			case token.GTR, token.GEQ, token.LSS, token.LEQ:
				found = found || mentions(c, "time", "Nanosecond", "Microsecond", "Millisecond", "Second", "Minute", "Hour", "Since")
			default:
			}
		}
		return true
	})
	return found
}

// mentions reports whether one of the names of a package or value is used below a node; an empty name of the package
// stands for any.
func mentions(below ast.Node, of string, names ...string) bool {
	found := false
	ast.Inspect(below, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && slices.Contains(names, s.Sel.Name) {
			x, ok := s.X.(*ast.Ident)
			found = found || of == "" || ok && x.Name == of
		}
		return true
	})
	return found
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

package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// unrehearsed are the functions that ask without a rehearsal before, with why that tells nobody what is not theirs.
var unrehearsed = map[string]string{
	"newMFAOff":     "about oneself; a rehearsal would use the code up",
	"restore":       "backup restore: whoever owns the files, and no account",
	"eachConfirmed": "rehearses what its caller gives it",
}

// A10: who may not do something hears that before the consequences are told: every verb that asks has tried the same
// act in a rehearsal first.
func TestAskingVerbsRehearse(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	set, asked, used := token.NewFileSet(), 0, map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil || fn.Name.Name == "confirm" {
				continue
			}
			eachBody(fn.Body, func(body *ast.BlockStmt) {
				asks := calls(body, "confirm")
				if len(asks) == 0 {
					return
				}
				asked++
				tries := slices.Sorted(slices.Values(slices.Concat(calls(body, "Rehearsing"), calls(body, "rehearsed"), calls(body, "Foresee"))))
				if unrehearsed[fn.Name.Name] != "" {
					used[fn.Name.Name] = true
					return
				}
				if len(tries) == 0 || tries[0] > asks[0] {
					t.Errorf("%s: %s asks before it has tried whether the actor may: call it with a.Rehearsing() first", set.Position(asks[0]), fn.Name.Name)
				}
			})
		}
	}
	if asked < 20 {
		t.Errorf("only %d questions were found", asked)
	}
	for name := range unrehearsed {
		if !used[name] {
			t.Errorf("%s is excused, and asks nothing", name)
		}
	}
}

// eachBody calls fn for a body and for every function literal in it.
func eachBody(body *ast.BlockStmt, fn func(*ast.BlockStmt)) {
	fn(body)
	ast.Inspect(body, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok {
			eachBody(lit.Body, fn)
			return false
		}
		return true
	})
}

// calls gives where methods of a name are called in a body, without the function literals in it.
func calls(body *ast.BlockStmt, name string) (at []token.Pos) {
	ast.Inspect(body, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok && lit.Body != body {
			return false
		}
		if c, ok := n.(*ast.CallExpr); ok {
			if s, ok := c.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == name {
				at = append(at, c.Pos())
			}
		}
		return true
	})
	return at
}

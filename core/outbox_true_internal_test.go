package core

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"
)

// Issue C: every notice says when its mail holds no more; a new one is to be put into the table.
func TestEveryNoticeSaysWhenItHolds(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "notification.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	known := map[Notice]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := v.Type.(*ast.Ident); !ok || kind.Name != "Notice" {
			return true
		}
		word, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		known[Notice(word)] = true
		if stillHolds[Notice(word)] == nil {
			t.Errorf("%s has no line in stillHolds", v.Names[0].Name)
		}
		if noticeWords[Notice(word)] == nil {
			t.Errorf("%s has no words", v.Names[0].Name)
		}
		return true
	})
	if len(known) < 30 || len(known) != len(stillHolds) {
		t.Errorf("%d notices are declared, %d have a line", len(known), len(stillHolds))
	}
}

package screen_test

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

// The interface also runs on a server, for people who sit elsewhere: no code of it starts a program, suspends the
// process, or reads a clipboard or environment, which would be those of the server. What text inputs of the framework
// would do with ctrl+v is switched off wherever one is made.
func TestNothingReachesTheServer(t *testing.T) {
	imports := map[string]bool{"os/exec": true, "github.com/atotto/clipboard": true, "syscall/js": true, "plugin": true}
	calls := map[string]bool{
		"tea.Exec": true, "tea.ExecProcess": true, "tea.Suspend": true, "tea.ReadClipboard": true, "tea.ReadPrimaryClipboard": true,
		"os.Getenv": true, "os.LookupEnv": true, "os.Environ": true, "os.Setenv": true, "os.StartProcess": true, "syscall.Exec": true,
	}
	inputs, off, files := 0, 0, 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files++
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			if name, _ := strconv.Unquote(i.Path.Value); imports[name] {
				t.Errorf("%s imports %s", path, name)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok {
				if sel.Sel.Name == "SetEnabled" {
					if p, ok := sel.X.(*ast.SelectorExpr); ok && p.Sel.Name == "Paste" {
						off++
					}
				}
				return true
			}
			name := x.Name + "." + sel.Sel.Name
			if calls[name] {
				t.Errorf("%s: %s", set.Position(n.Pos()), name)
			}
			if name == "textinput.New" || name == "textarea.New" {
				inputs++
			}
			return true
		})
		return nil
	})
	if err != nil || files < 50 {
		t.Fatal(files, err)
	}
	if inputs == 0 || inputs != off {
		t.Errorf("%d text inputs, of which %d take no paste of their own", inputs, off)
	}
}

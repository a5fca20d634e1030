package core

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gatehouse/core/suite"
)

var brace = regexp.MustCompile(`\{([^}]*)\}`)

// bracesOf lists the braces of a sentence.
func bracesOf(s sentence) []string {
	var names []string
	for _, m := range brace.FindAllStringSubmatch(string(s.message)+string(s.next), -1) {
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	slices.Sort(names)
	return names
}

// TestEveryRefusalFillsItsSentence reads the calls of refuse and refuseAs in this package: where the words are written
// on the spot, they must be those of the sentence, none missing and none too many.
func TestEveryRefusalFillsItsSentence(t *testing.T) {
	suite.Sequential(t)
	files, constants := parsePackage(t)
	calls := 0
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name, _ := call.Fun.(*ast.Ident)
			if name == nil || (name.Name != "refuse" && name.Name != "refuseAs") {
				return true
			}
			reason, known := constantOf(call.Args[0], constants)
			variant, given := "", true
			if name.Name == "refuseAs" {
				variant, given = constantOf(call.Args[1], constants)
			}
			words, written := wordsOf(call.Args[len(call.Args)-1])
			if !known || !given || !written {
				return true
			}
			calls++
			if want := bracesOf(sentenceOf(Reason(reason), variant)); !slices.Equal(words, want) {
				t.Errorf("%s with words %q, but its sentence has %q", reason, words, want)
			}
			return true
		})
	}
	if calls < 20 {
		t.Errorf("only %d calls were understood", calls)
	}
}

func parsePackage(t *testing.T) ([]*ast.File, map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	constants := map[string]string{}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != len(spec.Names) {
				return true
			}
			for i, name := range spec.Names {
				if value, ok := constantOf(spec.Values[i], nil); ok {
					constants[name.Name] = value
				}
			}
			return true
		})
	}
	return files, constants
}

// constantOf gives the text that an expression stands for, when it is a literal or a constant of the package.
func constantOf(e ast.Expr, constants map[string]string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			return constant.StringVal(constant.MakeFromLiteral(e.Value, e.Kind, 0)), true
		}
	case *ast.Ident:
		value, ok := constants[e.Name]
		return value, ok
	}
	return "", false
}

// wordsOf gives the keys of words that are written on the spot; nil has none.
func wordsOf(e ast.Expr) ([]string, bool) {
	switch e := e.(type) {
	case *ast.Ident:
		return nil, e.Name == "nil"
	case *ast.CompositeLit:
		var keys []string
		for _, element := range e.Elts {
			pair, ok := element.(*ast.KeyValueExpr)
			if !ok {
				return nil, false
			}
			key, ok := pair.Key.(*ast.BasicLit)
			if !ok {
				return nil, false
			}
			text, err := strconv.Unquote(key.Value)
			if err != nil {
				return nil, false
			}
			keys = append(keys, text)
		}
		slices.Sort(keys)
		return keys, true
	default:
		return nil, false
	}
}

package list

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// capReasons says of every constant that bounds a list, a page or a loop why nothing is lost by it: somebody is told how
// much more there is and how to reach it, or the bound is none of a list. A number is named by its file.
var capReasons = map[string]string{
	"cmd/gatehouse/unit.go:500":           "a page; the loop goes on until the end",
	"cmd/gatehouse/settings.go:40":        "links of a file system, not rows",
	"core/account_code.go:4":              "groups of a code",
	"core/checkpoint.go:4":                "a part of a hash",
	"core/fold.go:8":                      "rounds of folding one text",
	"core/outbox.go:16":                   "a part of a hash",
	"tui/app/actions.go:60":               "letters of one title",
	"tui/app/input.go:32":                 "bytes of one read",
	"tui/app/shield.go:4":                 "a part of a hash",
	"tui/app/toast.go:3":                  "an ellipsis says so; all messages stand in the palette under messages",
	"tui/app/view.go:4":                   "parents of a page",
	"tui/palette/palette.go:14":           "the least height",
	"tui/screen/activity/checkpoint.go:4": "lines around the text",
	"tui/screen/bucket/cards.go:5":        "the sentence says how many more",
	"tui/screen/rows/all.go:500":          "a page; the loop goes on",
	"tui/screen/ticket/open.go:60":        "letters of one subject, with an ellipsis",
	"tui/screen/ticket/page.go:500":       "a page; the loop goes on",
	"tui/text/text.go:3":                  "bytes of one character",
	"cmd/gatehouse.candidates":            "the sentence says how many more there are",
	"cmd/gatehouse.pageWidth":             "breaks a line of a man page, and loses none of it",
	"cmd/gatehouse.configLimit":           "bounds one value that is given in, and refuses what is longer",
	"cmd/gatehouse.inputLimit":            "bounds one value that is given in, and refuses what is longer",
	"cmd/gatehouse.chainsListed":          "on a terminal the whole ones are left out, and the summary counts them; elsewhere all stand",
	"core.CheckpointChains":               "a checkpoint of more chains is refused, and the sentence says so",
	"core.autoJoinShown":                  "AutoJoinImpact.Total counts all, and the card says how many more",
	"core.changesLooked":                  "bounds the work of one look; beyond it the answer says that something changed",
	"core.codeTextMax":                    "bounds one value that is given in, and refuses what is longer",
	"core.companyNames":                   "Company.More counts the others",
	"core.cursorMax":                      "bounds one value that is given in, and refuses what is longer",
	"core.digestMost":                     "the others come in the next digest",
	"core.dumpBatchLines":                 "read in pieces, and on until the end",
	"core.dumpLineMax":                    "bounds one value that is given in, and refuses what is longer",
	"core.dumpSlice":                      "read in pieces, and on until the end",
	"core.dumpTries":                      "tries, not rows",
	"core.EmailMax":                       "bounds one value that is given in, and refuses what is longer",
	"core.errorLetters":                   "letters of one error of a mail server",
	"core.eventSlice":                     "read in pieces, and on until the end",
	"core.faultsKept":                     "More counts the other faults",
	"core.fuzzyTexts":                     "longer texts are searched as they stand",
	"core.grantsCounted":                  "RoleView.AtLeast says that the number is a lower bound",
	"core.grantsListed":                   "ProjectView.MoreGrants says that there are others",
	"core.holdersCounted":                 "RoleView.AtLeast says that the number is a lower bound",
	"core.homeActivity":                   "the heading says that 7 shows all",
	"core.homeLooked":                     "bounds the work of one look; the lists behind the headings have all",
	"core.HomeRows":                       "the heading says how many more, or where all are",
	"core.homeUnits":                      "bounds the work of one look; the lists behind the headings have all",
	"core.impactNamed":                    "the counts are exact, and the lines say how many more",
	"core.impactRows":                     "SharingImpact.Total counts all",
	"core.importHashLeast":                "bounds one value that is given in, and refuses what is longer",
	"core.importHashesMost":               "bounds one value that is given in, and refuses what is longer",
	"core.inspectSlice":                   "read in pieces, and on until the end",
	"core.keyTextMax":                     "bounds one value that is given in, and refuses what is longer",
	"core.linksLooked":                    "bounds the work of one look; the page of the bucket lists all of its links",
	"core.lostScanned":                    "bounds the work of one look; it finds the newest notices",
	"core.mailsLooked":                    "the next round takes the others at once",
	"core.mailsTaken":                     "the next round takes the others at once",
	"core.makerLooked":                    "bounds the work of one look; without a find nobody is named",
	"core.maxFilter":                      "bounds one value that is given in, and refuses what is longer",
	"core.maxStreams":                     "beyond it one walk over everything is filtered instead",
	"core.minPiece":                       "a piece, not a page",
	"core.namesScanned":                   "bounds the work of one look; the sentence names a few of those who can help",
	"core.pageWork":                       "a page that needs more work is partial and says where to go on",
	"core.peopleNamed":                    "the sentence says how many more there are",
	"core.pieceKeys":                      "read in pieces, and on until the end",
	"core.readAtOnce":                     "read in pieces, and on until the end",
	"core.rowCost":                        "a unit of work",
	"core.savedFiltersMost":               "the one after it is refused, and the sentence says so",
	"core.sealHead":                       "a part of a key",
	"core.sealKeyNamed":                   "a part of a key",
	"core.sealSlice":                      "read in pieces, and on until the end",
	"core.shortenedTo":                    "letters of one text in a notice; the ticket has all of them",
	"core.siblingsRead":                   "bounds the work of one look; it only marks names that look alike",
	"core.textMax":                        "bounds one value that is given in, and refuses what is longer",
	"core.totpDigits":                     "the digits of a code",
	"core.visitsOfTicketCounted":          "the page of the ticket says that there are more, and shows them with b",
	"tui/app.cacheSize":                   "pages that are kept drawn; others are read again",
	"tui/app.copyLimit":                   "what is longer is refused, and the message says so",
	"tui/app.logSize":                     "messages of one session that are kept",
	"tui/app.mostPens":                    "styles that are kept",
	"tui/app.pasteMost":                   "the message says that the pasted text was cut",
	"tui/card.digitsMost":                 "longer menus are looked through by typing",
	"tui/card.inputLimit":                 "bounds one value that is given in, and refuses what is longer",
	"tui/card.targetsFirst":               "the others stand at the end of the card",
	"tui/driver.steps":                    "ends a loop of a test",
	"tui/form.choicesMost":                "longer fields are looked through by typing",
	"tui/form.severalRows":                "the field says how many more, and typing finds them",
	"tui/list.bufferRows":                 "rows in memory; moving on reads the others",
	"tui/list.markLimit":                  "the message says how many were marked",
	"tui/list.pageSize":                   "a page; moving on reads the others",
	"tui/palette.MaxFound":                "a line says that more were found",
	"tui/screen/account.unitsNamed":       "the sentence says how many more",
	"tui/screen/activity.linesShown":      "the card says how many lines more; y copies all",
	"tui/screen/member.togglesMost":       "more roles stand in one field, which is looked through by typing",
	"tui/screen/organization.shown":       "the card says how many more",
	"tui/sshd.answerMost":                 "bounds one value that is given in, and refuses what is longer",
	"tui/sshd.causeMost":                  "letters of one error in the log",
	"tui/sshd.commandMost":                "bounds one value that is given in, and refuses what is longer",
	"tui/sshd.debtors":                    "addresses that are kept",
	"tui/sshd.envMost":                    "bounds one value that is given in, and refuses what is longer",
	"tui/sshd.envValueMost":               "bounds one value that is given in, and refuses what is longer",
	"tui/sshd.parkedMost":                 "connections that wait",
	"tui/sshd.pieceMost":                  "read in pieces, and on until the end",
	"tui/sshd.termMost":                   "bounds one value that is given in, and refuses what is longer",
}

// source is the directory of some Go files, and the constants that are declared there.
type source struct {
	dir    string
	consts map[string]bool
	files  []*ast.File
}

// TestNoSilentCaps: every literal or constant that cuts a list, a page or a loop in core, tui and cmd has its reason, so
// that nobody cuts one without a word (issue 9, B7; F3, F4, F5).
func TestNoSilentCaps(t *testing.T) {
	root := filepath.Join("..", "..")
	set := token.NewFileSet()
	used := map[string]bool{}
	for _, src := range sources(t, root, set) {
		for _, f := range src.files {
			ast.Inspect(f, func(n ast.Node) bool {
				for _, e := range src.caps(n) {
					pos := set.Position(e.Pos())
					name := src.dir + "." + word(e)
					if _, literal := e.(*ast.BasicLit); literal {
						name = src.dir + "/" + filepath.Base(pos.Filename) + ":" + word(e)
					}
					used[name] = true
					if capReasons[name] == "" {
						t.Errorf("%s: %s cuts something. Say how much more there is and how to reach it; then give the reason in capReasons", pos, name)
					}
				}
				return true
			})
		}
	}
	for name := range capReasons {
		if !used[name] {
			t.Errorf("%s has a reason, and cuts nothing", name)
		}
	}
}

func sources(t *testing.T, root string, set *token.FileSet) map[string]*source {
	t.Helper()
	out := map[string]*source{}
	for _, top := range []string{"core", "tui", "cmd/gatehouse"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			dir, err := filepath.Rel(root, filepath.Dir(path))
			if out[dir] == nil {
				out[dir] = &source{dir: dir, consts: map[string]bool{}}
			}
			out[dir].add(f)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func (s *source) add(f *ast.File) {
	s.files = append(s.files, f)
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.CONST {
			for _, spec := range g.Specs {
				if v, ok := spec.(*ast.ValueSpec); ok {
					for _, name := range v.Names {
						s.consts[name.Name] = true
					}
				}
			}
		}
	}
}

// caps gives the constants by which a node cuts a list, a page or a loop.
func (s *source) caps(n ast.Node) []ast.Expr {
	var out []ast.Expr
	add := func(e ast.Expr) {
		if c := s.constant(e); c != nil {
			out = append(out, c)
		}
	}
	switch n := n.(type) {
	case *ast.CompositeLit: // Query{Limit: 100}
		if name := word(n.Type); strings.HasSuffix(name, "Query") || strings.HasSuffix(name, "Scan") {
			for _, e := range n.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok && word(kv.Key) == "Limit" {
					add(kv.Value)
				}
			}
		}
	case *ast.AssignStmt: // q.Limit = 100
		for i, left := range n.Lhs {
			if sel, ok := left.(*ast.SelectorExpr); ok && sel.Sel.Name == "Limit" && i < len(n.Rhs) {
				add(n.Rhs[i])
			}
		}
	case *ast.SliceExpr: // rows[:100]
		if n.Low == nil && n.High != nil {
			add(n.High)
		}
	case *ast.CallExpr: // min(len(rows), 100)
		if word(n.Fun) == "min" && measures(n) {
			for _, a := range n.Args {
				add(a)
			}
		}
	case *ast.BinaryExpr: // len(rows) < most
		if n.Op == token.LSS || n.Op == token.LEQ || n.Op == token.GTR || n.Op == token.GEQ || n.Op == token.EQL {
			for _, side := range [][2]ast.Expr{{n.X, n.Y}, {n.Y, n.X}} {
				if _, literal := side[1].(*ast.BasicLit); measures(side[0]) && !literal {
					add(side[1])
				}
			}
		}
	case *ast.RangeStmt: // for range 10
		add(n.X)
	}
	return out
}

// constant is the constant in an expression that bounds: a number of three or more, or a constant of the package.
func (s *source) constant(e ast.Expr) ast.Expr {
	switch e := e.(type) {
	case *ast.BasicLit:
		if n, err := strconv.Atoi(e.Value); err == nil && n >= 3 {
			return e
		}
	case *ast.Ident:
		if s.consts[e.Name] {
			return e
		}
	case *ast.BinaryExpr:
		if c := s.constant(e.X); c != nil {
			return c
		}
		return s.constant(e.Y)
	case *ast.CallExpr:
		if word(e.Fun) == "min" || word(e.Fun) == "max" {
			for _, a := range e.Args {
				if c := s.constant(a); c != nil {
					return c
				}
			}
		}
	}
	return nil
}

// measures reports whether an expression has a length in it.
func measures(n ast.Node) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok && word(c.Fun) == "len" {
			found = true
		}
		return !found
	})
	return found
}

func word(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Ident:
		return n.Name
	case *ast.SelectorExpr:
		return n.Sel.Name
	case *ast.BasicLit:
		return n.Value
	}
	return fmt.Sprintf("%T", n)
}

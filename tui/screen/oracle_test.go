package screen_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// oracleForms are the ways in which the interface takes the address of somebody: who looks, from which page, the keys
// up to the field, and the keys after it.
var oracleForms = map[string]struct {
	who, link     string
	before, after []string
}{
	"filter of members":            {"ana", "organization/1/members", []string{"/"}, []string{"enter"}},
	"filter of members, exactly":   {"ana", "organization/1/members", []string{"/", "e", "-", "m", "a", "i", "l", ":", "="}, []string{"enter"}},
	"filter of users of a project": {"pia", "project/1/users", []string{"/"}, []string{"enter"}},
	"filter of projects":           {"pia", "projects", []string{"/", "u", "s", "e", "r", ":"}, []string{"enter"}},
	"filter of requests":           {"pia", "requests", []string{"/", "w", "h", "o", ":"}, []string{"enter"}},
	"filter of activity":           {"ana", "activity", []string{"/", "w", "h", "o", ":"}, []string{"enter"}},
	"form of activity":             {"ana", "activity", []string{"f"}, []string{"ctrl+s"}},
	"filter of maintainers":        {"lea", "maintainer/1", []string{"/"}, []string{"enter"}},
	"palette":                      {"ana", "home", []string{":"}, []string{"enter"}},
	"palette of an outsider":       {"otto", "home", []string{":"}, []string{"enter"}},
	"owner of a bucket":            {"pia", "project/1/buckets", []string{"e", "tab", "tab", "ctrl+u"}, []string{"ctrl+s"}},
	"people who share a bucket":    {"ana", "bucket/1", []string{"s", "G", "enter"}, []string{"ctrl+s"}},
	"contact of the billing":       {"ana", "organization/1/billing", []string{"e", "tab", "tab", "tab"}, []string{"ctrl+s"}},
}

// addressFields are the fields of forms that take the address of somebody, by file and label: where they are tried, or why
// they are not.
var addressFields = map[string]string{
	"account/accounts.go E-mail":      "Support sees all accounts",
	"bucket/cards.go Owner":           "owner of a bucket",
	"bucket/share.go People":          "people who share a bucket",
	"member/add.go E-mail":            "makes the account that is absent",
	"member/hand_over.go E-mail":      "makes the account that is absent",
	"maintainer/settings.go Contact":  "keeps any address",
	"project/settings.go User limit":  "is a number",
	"organization/billing.go Contact": "contact of the billing",
	"start/begin.go Your e-mail":      "there is nobody in the house yet",
}

// A10: every frame of every form and filter says the same about an address whose account the reader may not see and
// about one that no account has.
func TestFormsKeepAddressesHidden(t *testing.T) {
	suite.Sequential(t)
	const hidden, absent = "sux@hidden.test", "suy@hidden.test"
	for name, f := range oracleForms {
		t.Run(name, func(t *testing.T) {
			frames := func(address string) (out []string) {
				h := house(t)
				_, _, err := h.As("sam").CreateAccount(ctx, core.AccountInput{Email: hidden})
				h.Must(err)
				_, err = h.As("pia").CreateBucket(ctx, h.ETL, core.BucketInput{Name: "raw"})
				h.Must(err)
				d := h.Open(t, f.who, f.link)
				see := func() { out = append(out, strings.ReplaceAll(d.Frame(), address, "WHO")) }
				for _, key := range f.before {
					d.Press(key)
				}
				d.Type(address)
				if !strings.Contains(d.Frame(), address) {
					t.Fatalf("no field is open:\n%s", d.Frame())
				}
				see()
				for _, key := range f.after {
					d.Press(key)
					see()
				}
				return out
			}
			there, none := frames(hidden), frames(absent)
			for i := range there {
				if there[i] != none[i] {
					t.Errorf("frame %d\nhidden:\n%s\nabsent:\n%s", i, there[i], none[i])
				}
			}
		})
	}
}

// Every field that takes an address stands in the table, so that a new one is thought about.
func TestFieldsWithAddressesAreKnown(t *testing.T) {
	suite.Sequential(t)
	label := regexp.MustCompile(`(?:Label: |field\("[a-z_]+", )"((?:Your e-mail|E-mail|Owner|People|Contact|Person|Account|User|Who|By)\b[^"]*)"`)
	found := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path) //nolint:gosec // a file of this tree
		for _, m := range label.FindAllSubmatch(source, -1) {
			found[filepath.ToSlash(path)+" "+string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for at := range found {
		if addressFields[at] == "" {
			t.Errorf("%s may take an address: say what it answers to one that is hidden", at)
		}
	}
	for at, how := range addressFields {
		if _, tried := oracleForms[how]; !found[at] || strings.HasPrefix(how, "owner") && !tried {
			t.Errorf("%s is not found, or %q is not tried", at, how)
		}
	}
}

// ownersLookups are the use cases of whoever owns the file: they judge nobody's right (AC2).
var ownersLookups = []string{"AccountByEmail", "AccountsOfHouse"}

// A10: no screen asks what is the owner's to ask: what a form finds out about an address, it hears from the use cases of
// its actor.
func TestScreensAskAsTheirActor(t *testing.T) {
	set, seen := token.NewFileSet(), 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "test/") {
			return err
		}
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		seen++
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && slices.Contains(ownersLookups, s.Sel.Name) {
				t.Errorf("%s asks %s", set.Position(s.Pos()), s.Sel.Name)
			}
			return true
		})
		return nil
	})
	if err != nil || seen < 100 {
		t.Errorf("%d files were looked at: %v", seen, err)
	}
}

package screen_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// shortFields are bounds of forms that are no bounds of core: of what is a code, a number or a length, however it is typed.
var shortFields = map[string]string{
	"screen/account/mfa.go 12":           "six digits, blanks between them",
	"screen/account/mfa.go 30":           "six digits or a recovery code",
	"screen/activity/narrow.go 80":       "a word of a filter",
	"screen/invitation/cards.go 10":      "a length such as 7d",
	"screen/organization/settings.go 10": "a length such as 7d",
	"screen/project/settings.go 6":       "a number of users",
}

// The bounds of texts stand once, in core: a form that has its own lets somebody type what is refused, or cuts what is
// allowed (K2).
func TestFormsHaveTheBoundsOfCore(t *testing.T) {
	literal := regexp.MustCompile(`\bLimit: +([0-9_]+)`)
	said := regexp.MustCompile(`[0-9]+ to [0-9_]+ characters|up to [0-9_]+ characters|at most [0-9_]+ characters`)
	left := map[string]bool{}
	for key := range shortFields {
		left[key] = true
	}
	err := fs.WalkDir(os.DirFS(".."), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := fs.ReadFile(os.DirFS(".."), path)
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(source)) {
			if strings.Contains(line, "Query{") || strings.HasPrefix(strings.TrimSpace(line), "//") {
				continue
			}
			for _, found := range literal.FindAllStringSubmatch(line, -1) {
				key := path + " " + found[1]
				delete(left, key)
				if shortFields[key] == "" {
					t.Errorf("%s: a field with a bound of its own: %s", path, strings.TrimSpace(line))
				}
			}
			if said.MatchString(line) {
				t.Errorf("%s: bounds in words: use core.Characters: %s", path, strings.TrimSpace(line))
			}
		}
		return nil
	})
	if err != nil || len(left) > 0 {
		t.Errorf("not there any more: %v, %v", left, err)
	}
}

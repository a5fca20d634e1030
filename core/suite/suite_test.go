package suite_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	call   = "suite." + "Sequential(t)"
	begins = regexp.MustCompile(`(?ms)^func (Test\w+)\(t \*testing\.T\) \{[^\n]*\n\tsuite\.` + `Sequential\(t\)\n(.*?)^\}`)
	atOnce = regexp.MustCompile(`\bgo func|\.Go\(|WaitGroup|atOnce\(|t\.Parallel\(`)
)

// TestSequentialTests: a test that is run without the race detector says so in its first line, where .ci/test finds it, and
// does one thing at a time.
func TestSequentialTests(t *testing.T) {
	found := 0
	err := fs.WalkDir(os.DirFS("../.."), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(filepath.Join("..", "..", path)) //nolint:gosec // a file of the tree
		if err != nil {
			return err
		}
		tests := begins.FindAllStringSubmatch(string(source), -1)
		if n := strings.Count(string(source), call); n != len(tests) {
			t.Errorf("%s calls %s %d times, %d of them in the first line of a test", path, call, n, len(tests))
		}
		for _, test := range tests {
			if found++; atOnce.MatchString(test[2]) {
				t.Errorf("%s: %s does several things at once: it needs the race detector", path, test[1])
			}
		}
		return nil
	})
	if err != nil || found == 0 {
		t.Fatalf("%d tests found: %v", found, err)
	}
}

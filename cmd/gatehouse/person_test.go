package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// F7, section 1: verbs name people in one place, so that the badge of Support stands wherever a person is listed.
func TestPeopleAreNamedInOnePlace(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no source: %v", err)
	}
	for _, f := range files {
		if f == "person.go" || strings.HasSuffix(f, "_test.go") {
			continue
		}
		source, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(source), ".Label()") {
			t.Errorf("%s names somebody by itself: take m.person", f)
		}
	}
}

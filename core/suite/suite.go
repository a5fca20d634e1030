// Package suite says how much of the tests runs: usually what ten minutes hold, with GATEHOUSE_DEEP all rounds, with
// -short a few; and which tests need no race detector. Only tests import it.
package suite

import (
	"os"
	"testing"
)

// Deep reports whether every round of every test is wanted: GATEHOUSE_DEEP is set, as "make deep" does.
func Deep() bool { return os.Getenv("GATEHOUSE_DEEP") != "" }

// Sequential says that a test starts nothing at the same time, so that the race detector, which makes it five to ten times
// as slow, could find nothing in it: under the detector the test is left out, and "make test" runs it without. Packages
// that start no goroutine run without it as a whole, see .ci/test.
func Sequential(t testing.TB) {
	t.Helper()
	if raced && !Deep() {
		t.Skip("does one thing at a time: runs without the race detector")
	}
}

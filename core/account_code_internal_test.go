package core

import (
	"crypto/rand"
	"testing"

	"gatehouse/core/suite"
)

// trust-E6: a million activation codes without a double, each read back as what it was.
func TestTrustE6_Doubles(t *testing.T) {
	suite.Sequential(t)
	n := 1_000_000
	if testing.Short() {
		n = 10_000
	}
	seen := make(map[[codeBytes]byte]struct{}, n)
	var bits [codeBytes]byte
	for range n {
		if _, err := rand.Read(bits[:]); err != nil {
			t.Fatal(err)
		}
		if _, twice := seen[bits]; twice {
			t.Fatalf("a code came twice")
		}
		seen[bits] = struct{}{}
		if len(seen) > 20_000 {
			continue // writing and reading is the same for all of them
		}
		if got := readCode(writeCode(bits[:])); [codeBytes]byte(got) != bits {
			t.Fatalf("%x is read back as %x", bits, got)
		}
	}
}

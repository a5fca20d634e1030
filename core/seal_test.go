package core_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"testing"

	"gatehouse/core"
)

func newSealer(t *testing.T, fill byte) core.Sealer {
	t.Helper()
	s, err := core.NewSealer(bytes.Repeat([]byte{fill}, core.SealKeySize), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSealedSecretsOpenInTheirPlaceOnly is trust-E5: moved to another row, changed by a bit, or without the key, a
// sealed secret gives nothing.
func TestSealedSecretsOpenInTheirPlaceOnly(t *testing.T) {
	s, other := newSealer(t, 1), newSealer(t, 2)
	secret := []byte("twenty bytes of code")
	sealed, err := s.Seal(secret, "account/7 totp")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, secret) || !core.Sealed(sealed) || core.Sealed(secret) {
		t.Errorf("sealed form %x", sealed)
	}
	if again, _ := s.Seal(secret, "account/7 totp"); bytes.Equal(again, sealed) {
		t.Error("sealed twice, it looks the same")
	}
	if got, err := s.Open(sealed, "account/7 totp"); err != nil || !bytes.Equal(got, secret) {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := s.Open(sealed, "account/8 totp"); !errors.Is(err, core.ErrSealBroken) {
		t.Errorf("another row: %v", err)
	}
	if _, err := other.Open(sealed, "account/7 totp"); core.ReasonOf(err) != core.ReasonKeyMissing {
		t.Errorf("another key: %v", err)
	}
	if _, err := core.MissingKey("/house/gatehouse.db.key").Open(sealed, "account/7 totp"); core.ReasonOf(err) != core.ReasonKeyMissing {
		t.Errorf("no key: %v", err)
	}
	for bit := range len(sealed) * 8 {
		mutated := bytes.Clone(sealed)
		mutated[bit/8] ^= 1 << (bit % 8)
		if _, err := s.Open(mutated, "account/7 totp"); err == nil {
			t.Fatalf("bit %d changed, and it opens", bit)
		}
	}
	for n := range sealed {
		if _, err := s.Open(sealed[:n], "account/7 totp"); err == nil {
			t.Fatalf("cut at %d, and it opens", n)
		}
	}
}

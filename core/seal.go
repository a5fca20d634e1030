package core

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
)

// Sealer keeps secrets that must be read back unreadable in the file of the house (trust.md requirement 12). Both
// methods take what the secret belongs to, "account/7 totp": a sealed secret opens in its own place only, so that one
// who writes the file cannot move it to another account (trust-E5).
type Sealer interface {
	// Seal gives the secret in sealed form, another one each time. Error: key_missing.
	Seal(plain []byte, bound string) ([]byte, error)
	// Open gives back what Seal was given. Errors: key_missing, also when it was sealed with another key;
	// ErrSealBroken when it was changed or moved.
	Open(sealed []byte, bound string) ([]byte, error)
}

// ErrSealBroken says that a sealed secret was changed, or belongs elsewhere.
var ErrSealBroken = errors.New("a sealed secret was changed or moved")

// SealKeySize is the length of the key of a Sealer, in bytes.
const SealKeySize = 32

// The sealed form: one byte that names the form, four that name the key, the nonce, and what AES-256-GCM makes of the
// secret.
const (
	sealForm     = 1
	sealKeyNamed = 4
	sealNonce    = 12
	sealHead     = 1 + sealKeyNamed + sealNonce
)

type gcmSealer struct {
	aead   cipher.AEAD
	name   []byte // of the key: the first bytes of its hash
	random io.Reader
}

// NewSealer seals with AES-256-GCM under a key of SealKeySize random bytes; random gives the nonces.
func NewSealer(key []byte, random io.Reader) (Sealer, error) {
	if len(key) != SealKeySize {
		return nil, fmt.Errorf("a sealing key has %d bytes, not %d", SealKeySize, len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(key)
	return &gcmSealer{aead: aead, name: sum[:sealKeyNamed], random: random}, nil
}

// Seal implements Sealer.
func (s *gcmSealer) Seal(plain []byte, bound string) ([]byte, error) {
	out := make([]byte, sealHead, sealHead+len(plain)+s.aead.Overhead())
	out[0] = sealForm
	copy(out[1:], s.name)
	nonce := out[1+sealKeyNamed : sealHead]
	if _, err := io.ReadFull(s.random, nonce); err != nil {
		return nil, err
	}
	return s.aead.Seal(out, nonce, plain, []byte(bound)), nil
}

// Open implements Sealer.
func (s *gcmSealer) Open(sealed []byte, bound string) ([]byte, error) {
	if !Sealed(sealed) {
		return nil, ErrSealBroken
	}
	if !bytes.Equal(sealed[1:1+sealKeyNamed], s.name) {
		return nil, refuseAs(ReasonKeyMissing, variantOther, nil)
	}
	plain, err := s.aead.Open(nil, sealed[1+sealKeyNamed:sealHead], sealed[sealHead:], []byte(bound))
	if err != nil {
		return nil, ErrSealBroken
	}
	return plain, nil
}

// Sealed reports whether b has the form that Seal gives; secrets of other lengths in clear never have it by chance in
// a way that matters, because a TOTP secret in clear is shorter than the head and tag of a sealed one.
func Sealed(b []byte) bool {
	const tag = 16
	return len(b) >= sealHead+tag && b[0] == sealForm
}

// MissingKey is the Sealer of a house whose key file is not there: whatever needs a secret is refused with key_missing,
// which names the path, and everything else goes on (trust-E5).
func MissingKey(path string) Sealer { return noKey{refuse(ReasonKeyMissing, words{"path": path})} }

// OtherKey is the Sealer of a house whose key file belongs to another house: refused with key_missing, which says so.
// Nothing is sealed with the wrong key, so that the right one opens everything once it is back.
func OtherKey() Sealer { return noKey{refuseAs(ReasonKeyMissing, variantOther, nil)} }

type noKey struct{ refusal *Error }

// Seal implements Sealer.
func (k noKey) Seal([]byte, string) ([]byte, error) { return nil, k.again() }

// Open implements Sealer.
func (k noKey) Open([]byte, string) ([]byte, error) { return nil, k.again() }

// again gives an error of its own each time: whoever gets it adds to it.
func (k noKey) again() error {
	e := *k.refusal
	return &e
}

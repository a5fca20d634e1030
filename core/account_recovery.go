package core

import (
	"context"
	"crypto/subtle"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Recovery codes stand in for a TOTP code, once each (AC16).
const (
	recoveryCodes = 10
	recoveryBytes = 10 // 80 bits
	recoveryGroup = 4  // letters between two hyphens
	// RecoveryFew is how many codes, or fewer, are so few that the account page says so.
	RecoveryFew = 3
)

// A recovery code is hashed with argon2id, one salt for the set: two passes over 19 MiB, which takes about 30 ms.
const (
	recoverySalt   = 16
	recoveryPasses = 2
	recoveryMemory = 19 << 10 // KiB
	recoveryHash   = 32
	// What a dump may say that hashing takes, in KiB.
	recoveryMemoryMin = 8
	recoveryMemoryMax = 1 << 20
)

// hashing bounds how much memory all tries together take.
var hashing = make(chan struct{}, 2)

// hash gives the hash of a code in this set.
func (r *RecoveryCodes) hash(code []byte) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey(code, r.Salt, recoveryPasses, uint32(r.Memory), 1, recoveryHash) //nolint:gosec // bounded by the check of imports
}

// recoverySet makes a new set and gives its codes in clear, to be shown this once. It takes a while: it is made before
// the transaction that stores it.
func (h *House) recoverySet(now Moment) (*RecoveryCodes, []string, error) {
	set := &RecoveryCodes{Salt: make([]byte, recoverySalt), Made: now, Memory: h.recoveryMemory}
	if _, err := io.ReadFull(h.random, set.Salt); err != nil {
		return nil, nil, err
	}
	shown := make([]string, recoveryCodes)
	for i := range shown {
		code := make([]byte, recoveryBytes)
		if _, err := io.ReadFull(h.random, code); err != nil {
			return nil, nil, err
		}
		set.Hashes = append(set.Hashes, set.hash(code))
		shown[i] = inGroups(codeLetters.EncodeToString(code), recoveryGroup)
	}
	slices.SortFunc(set.Hashes, slices.Compare[[]byte]) // so that their order says nothing about which are used
	return set, shown, nil
}

// readRecoveryCode gives the bits of a recovery code as people type it, or nothing when it is none.
func readRecoveryCode(s string) []byte {
	s = plainCode(s)
	if len(s) != codeLetters.EncodedLen(recoveryBytes) {
		return nil
	}
	code, err := codeLetters.DecodeString(s)
	if err != nil {
		return nil
	}
	return code
}

// useRecoveryCode takes the code out of the set, if it is in it. All hashes are compared, so that the time taken says
// nothing.
func (a *Account) useRecoveryCode(try codeTry) bool {
	if a.Recovery == nil {
		return false
	}
	hash := try.hash
	if hash == nil || !slices.Equal(try.salt, a.Recovery.Salt) { // the set is newer than the look before
		hash = a.Recovery.hash(try.recovery)
	}
	found := -1
	for i, h := range a.Recovery.Hashes {
		if subtle.ConstantTimeCompare(h, hash) == 1 {
			found = i
		}
	}
	if found < 0 {
		return false
	}
	left := *a.Recovery
	left.Hashes = slices.Delete(slices.Clone(left.Hashes), found, found+1)
	a.Recovery = &left
	return true
}

// recoveryLeft is how many recovery codes the account has.
func (a Account) recoveryLeft() int {
	if a.Recovery == nil {
		return 0
	}
	return len(a.Recovery.Hashes)
}

// recoveryChange says how many codes are left, without the codes (AU13).
func recoveryChange(before, after Account) Change {
	return Change{Field: "recovery_codes", Before: strconv.Itoa(before.recoveryLeft()), After: strconv.Itoa(after.recoveryLeft())}
}

// RenewRecoveryCodes replaces the recovery codes of the own account by ten new ones, and gives them: they are shown
// this once (AC16). Refused with mfa_not_on without TOTP.
func (a *Actor) RenewRecoveryCodes(ctx context.Context) ([]string, error) {
	t := attempt{action: "account.recovery_renew", subjects: []Ref{a.id.Ref()}, reads: true}
	if a.readsOnly() {
		return nil, named(refuse(ReasonReadOnly, nil), t)
	}
	may := func(r *reading) error {
		if err := r.active(); err != nil {
			return err
		}
		if r.me.TOTP == nil {
			return sentenceError(ReasonMFANotOn, "Recovery codes belong to one-time codes, and you have none.", "Turn on MFA with an authenticator first.")
		}
		return nil
	}
	if err := a.read(ctx, may); err != nil {
		return nil, named(err, t)
	}
	set, shown, err := a.house.recoverySet(a.house.Now())
	if err != nil {
		return nil, named(err, t)
	}
	err = a.do(ctx, t, func(c *change) error {
		if err := may(&c.reading); err != nil {
			return err
		}
		acc := c.me
		acc.Recovery = set
		acc.Version++
		c.happened("account.recovery_renew", System, []Ref{acc.ID.Ref()}, "", recoveryChange(c.me, acc))
		return c.Accounts().Put(acc)
	})
	if err != nil {
		return nil, err
	}
	return shown, nil
}

// inGroups writes letters in groups with hyphens between them, for those who type them.
func inGroups(letters string, size int) string {
	var b strings.Builder
	for i := range len(letters) {
		if i > 0 && i%size == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(letters[i])
	}
	return b.String()
}

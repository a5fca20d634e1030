package core

import (
	"context"
	"errors"
)

// Where the sealed secrets of an account lie: a secret opens in its own place only (trust.md requirement 12).
const (
	placeTOTP      = "totp"
	placeEnrolling = "enrolling"
)

func secretPlace(id AccountID, place string) string { return id.Ref().String() + " " + place }

func (h *House) sealSecret(id AccountID, place string, secret []byte) ([]byte, error) {
	return h.sealer.Seal(secret, secretPlace(id, place))
}

// openSecret gives a stored secret in clear. Houses of the first version hold it in clear.
func (h *House) openSecret(id AccountID, place string, stored []byte) ([]byte, error) {
	if !Sealed(stored) {
		return stored, nil
	}
	secret, err := h.sealer.Open(stored, secretPlace(id, place))
	if errors.Is(err, ErrSealBroken) {
		e := sentenceError(ReasonInternal, "The stored secret of this account was changed or moved, so no code can be checked.",
			"Ask Support to switch its MFA off, and tell who runs this house.").on("", id.Ref())
		e.Cause = err
		return nil, e
	}
	return secret, err
}

// sealedAccount gives the account with its secrets sealed.
func (h *House) sealedAccount(acc Account) (Account, error) {
	return h.withSecrets(acc, func(place string, secret []byte) ([]byte, error) {
		if Sealed(secret) {
			return secret, nil
		}
		return h.sealSecret(acc.ID, place, secret)
	})
}

// openedAccount gives the account with its secrets in clear, for an export (X1).
func (h *House) openedAccount(acc Account) (Account, error) {
	return h.withSecrets(acc, func(place string, secret []byte) ([]byte, error) { return h.openSecret(acc.ID, place, secret) })
}

func (h *House) withSecrets(acc Account, fn func(place string, secret []byte) ([]byte, error)) (Account, error) {
	if acc.TOTP != nil {
		t := *acc.TOTP
		secret, err := fn(placeTOTP, t.Secret)
		if err != nil {
			return acc, err
		}
		t.Secret = secret
		acc.TOTP = &t
	}
	if acc.Enrolling != nil {
		e := *acc.Enrolling
		secret, err := fn(placeEnrolling, e.Secret)
		if err != nil {
			return acc, err
		}
		e.Secret = secret
		acc.Enrolling = &e
	}
	return acc, nil
}

// hasClearSecret reports whether a secret of the account is not sealed.
func (a Account) hasClearSecret() bool {
	return a.TOTP != nil && !Sealed(a.TOTP.Secret) || a.Enrolling != nil && !Sealed(a.Enrolling.Secret)
}

// sealSlice is how many accounts one transaction of SealSecrets looks at.
const sealSlice = 500

// SealSecrets seals the secrets that a house of the first version keeps in clear, and gives how many accounts had any.
// Who opens a house for writing calls it once; a house that is sealed already costs one read. It is bookkeeping: no
// event, and no version changes. Errors: read_only, key_missing, those of the store.
func (h *House) SealSecrets(ctx context.Context) (int, error) {
	if h.readOnly {
		return 0, refuse(ReasonReadOnly, nil)
	}
	sealed := false
	err := h.store.View(ctx, func(tx Tx) error {
		s, err := tx.Settings()
		sealed = s.Sealed
		return err
	})
	if err != nil || sealed {
		return 0, err
	}
	done := 0
	var after, next Key
	for more := true; more; after = next {
		n := 0
		err := h.store.Update(ctx, func(tx Tx) error {
			end, changed, err := h.sealSome(tx, after)
			if err != nil {
				return err
			}
			n, next = changed, end.At
			if more = !end.Done && end.At != nil; more {
				return nil
			}
			s, err := tx.Settings()
			if err != nil {
				return err
			}
			s.Sealed = true
			return tx.PutSettings(s)
		})
		if err != nil {
			return done, err
		}
		done += n
	}
	return done, nil
}

// sealSome seals what a slice of the accounts keeps in clear.
func (h *House) sealSome(tx Tx, after Key) (end End, changed int, err error) {
	var clear []Account
	end, err = tx.Accounts().Scan(Scan{After: after, Limit: sealSlice}, func(acc Account) (bool, error) {
		if acc.hasClearSecret() {
			clear = append(clear, acc)
		}
		return true, nil
	})
	for _, acc := range clear {
		if err == nil {
			acc, err = h.sealedAccount(acc)
		}
		if err == nil {
			err = tx.Accounts().Put(acc)
		}
	}
	return end, len(clear), err
}

// openTx reads accounts for an export: with their secrets in clear, or without any (X1).
type openTx struct {
	Tx
	house   *House
	secrets bool
}

// Accounts implements Tx.
func (t openTx) Accounts() Accounts { return openAccounts{t.Tx.Accounts(), t.house, t.secrets} }

type openAccounts struct {
	Accounts
	house   *House
	secrets bool
}

// Scan implements Table.
func (t openAccounts) Scan(s Scan, fn func(Account) (more bool, err error)) (End, error) {
	return t.Accounts.Scan(s, func(acc Account) (bool, error) {
		if !t.secrets {
			return fn(acc.withoutSecrets())
		}
		acc, err := t.house.openedAccount(acc)
		if err != nil {
			return false, err
		}
		return fn(acc)
	})
}

// withoutSecrets gives the account as a dump without secrets holds it: what TOTP rests on is gone, and the mark is left
// that the person has to enrol again (X1, X3).
func (a Account) withoutSecrets() Account {
	if a.TOTP != nil {
		a.EnrolAgain = a.TOTP.Enrolled
	}
	a.TOTP, a.Recovery, a.Enrolling = nil, nil, nil
	return a
}

// sealing is put for an import: accounts are stored with their secrets sealed (X1).
func (h *House) sealing(put func(any) error) func(any) error {
	return func(rec any) error {
		acc, ok := rec.(Account)
		if !ok {
			return put(rec)
		}
		acc, err := h.sealedAccount(acc)
		if err != nil {
			return err
		}
		return put(acc)
	}
}

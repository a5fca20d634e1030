package core

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"io"
	"strings"
)

// Activation codes are 128 random bits that work for 7 days, or as long as their invitation (section 2.2).
const (
	codeBytes = 16
	codeTime  = 7 * Day
	codeGroup = 5 // letters between two hyphens, for those who type it
)

var codeLetters = base32.StdEncoding.WithPadding(base32.NoPadding)

// issueCode makes an activation code of the account and gives it in clear. Only its hash is stored (AC19), so this is
// the one time that it can be shown. expires is zero for the usual 7 days.
func (c *change) issueCode(account AccountID, expires Moment) (string, error) {
	secret := make([]byte, codeBytes)
	if _, err := io.ReadFull(c.house.random, secret); err != nil {
		return "", err
	}
	if expires == 0 {
		expires = c.now.Add(codeTime)
	}
	err := c.Codes().Put(ActivationCode{
		Hash: codeHash(secret), Version: 1, Account: account, Issued: c.now, Expires: expires,
	})
	return writeCode(secret), err
}

func codeHash(secret []byte) string {
	sum := sha256.Sum256(secret)
	return hex.EncodeToString(sum[:])
}

// writeCode writes a code in groups: "ABCDE-FGHIJ-…".
func writeCode(secret []byte) string {
	letters := codeLetters.EncodeToString(secret)
	var b strings.Builder
	for i := range len(letters) {
		if i > 0 && i%codeGroup == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(letters[i])
	}
	return b.String()
}

// readCode gives the bits of a code as people type it, or nothing when it is none.
func readCode(s string) []byte {
	s = strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(strings.TrimSpace(s)))
	if len(s) != codeLetters.EncodedLen(codeBytes) {
		return nil
	}
	secret, err := codeLetters.DecodeString(s)
	if err != nil {
		return nil
	}
	return secret
}

// Redeem activates the account of the code at the local console (AC18). The name is needed unless the account has
// one. The account becomes active and all its codes die. Refused with code_invalid when the code is unknown, used or
// lapsed, in the same words; name_required, invalid_text; account_expired. It accepts no invitation (I14).
func (h *House) Redeem(ctx context.Context, code, name string) (Account, error) {
	if h.readOnly {
		return Account{}, refuse(ReasonReadOnly, nil).on("account.activate", System)
	}
	var out Account
	err := h.update(ctx, func(c *change) error {
		c.origin = OriginLocal
		acc, err := c.accountOfCode(code)
		if err != nil {
			return err
		}
		c.me = acc
		if acc.Name == "" {
			if acc.Name, err = cleanName("name", name); err != nil {
				return err
			}
		}
		before := acc.State
		acc.State = AccountActive
		acc.Version++
		if err := c.Accounts().Put(acc); err != nil {
			return err
		}
		out = acc
		c.happened("account.activate", System, []Ref{acc.ID.Ref()}, "",
			Change{Field: "state", Before: string(before), After: string(acc.State)})
		if err := c.spendCodes(acc.ID); err != nil {
			return err
		}
		return c.reviewDecidersOf(acc.ID)
	})
	if err != nil {
		return Account{}, named(err, attempt{action: "account.activate", subjects: []Ref{System}})
	}
	return out, nil
}

func (c *change) accountOfCode(code string) (Account, error) {
	invalid := refuse(ReasonCodeInvalid, nil).field("code")
	secret := readCode(code)
	if secret == nil {
		return Account{}, invalid
	}
	rec, ok, err := c.Codes().Get(codeHash(secret))
	if err != nil {
		return Account{}, err
	}
	if !ok || rec.Used != 0 || rec.Expires.Passed(c.now) {
		return Account{}, invalid
	}
	acc, err := c.account(rec.Account)
	switch {
	case err != nil:
		return acc, err
	case acc.State == AccountRemoved:
		return acc, invalid
	case acc.State == AccountExpired || acc.Expires.Passed(c.now):
		c.me = acc
		return acc, c.expired()
	}
	return acc, nil
}

// spendCodes makes every code of the account useless.
func (c *change) spendCodes(account AccountID) error {
	codes, err := all(c.Codes(), Scan{Index: CodesOfAccount, Prefix: Key{Num(account)}})
	if err != nil {
		return err
	}
	for _, code := range codes {
		if code.Used != 0 {
			continue
		}
		code.Used = c.now
		code.Version++
		if err := c.Codes().Put(code); err != nil {
			return err
		}
	}
	return nil
}

// everActivated reports whether an account that expired was activated before: accounts that wait for their code have
// one that nobody has used.
func (r *reading) everActivated(account AccountID) (bool, error) {
	codes, err := all(r.Codes(), Scan{Index: CodesOfAccount, Prefix: Key{Num(account)}})
	if err != nil || len(codes) == 0 {
		return err == nil, err
	}
	for _, code := range codes {
		if code.Used != 0 {
			return true, nil
		}
	}
	return false, nil
}

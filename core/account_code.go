package core

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"io"
	"slices"
)

// Activation codes are 128 random bits that work for 7 days, or as long as their invitation (section 2.2).
const (
	codeBytes = 16
	codeTime  = 7 * Day
	codeGroup = 5 // letters between two hyphens, for those who type it
)

var codeLetters = base32.StdEncoding.WithPadding(base32.NoPadding)

// codeFor settles how the next activation code reaches its person (AC19). Where mails to them go out, none is made yet:
// the caller gives send to tellCode, the code is made when that mail is handed over, and nobody is shown it. Otherwise
// the code is made now and comes back, to be shown this once. account must be stored; of rec, Invitation and Expires count.
func (c *change) codeFor(acc Account, rec ActivationCode) (code string, send *CodeToSend, err error) {
	if c.mails(acc) {
		return "", &CodeToSend{Invitation: rec.Invitation, Expires: rec.Expires}, nil
	}
	rec.Account = acc.ID
	code, err = c.issueCode(rec)
	return code, nil, err
}

// issueCode makes an activation code and gives it in clear. Only its hash is stored (AC19), so this is the one time that
// it can be shown or sent. The caller fills in Account, Mailed, Invitation, and Expires, which is zero for 7 days.
func (c *change) issueCode(rec ActivationCode) (string, error) {
	secret := make([]byte, codeBytes)
	if _, err := io.ReadFull(c.house.random, secret); err != nil {
		return "", err
	}
	if rec.Expires == 0 {
		rec.Expires = c.now.Add(codeTime)
	}
	rec.Hash, rec.Version, rec.Issued = codeHash(secret), 1, c.now
	return writeCode(secret), c.Codes().Put(rec)
}

func codeHash(secret []byte) string {
	sum := sha256.Sum256(secret)
	return hex.EncodeToString(sum[:])
}

// writeCode writes a code in groups: "ABCDE-FGHIJ-…".
func writeCode(secret []byte) string { return inGroups(codeLetters.EncodeToString(secret), codeGroup) }

// readCode gives the bits of a code as people type it, or nothing when it is none.
func readCode(s string) []byte {
	if len(s) > 4*codeLetters.EncodedLen(codeBytes) {
		return nil
	}
	s = plainCode(s)
	if len(s) != codeLetters.EncodedLen(codeBytes) {
		return nil
	}
	secret, err := codeLetters.DecodeString(s)
	if err != nil {
		return nil
	}
	return secret
}

// accountOfCode gives the account that a code activates, and whether the code went out by mail.
func (c *change) accountOfCode(code string) (acc Account, mailed bool, err error) {
	invalid := refuse(ReasonCodeInvalid, nil).field("code")
	secret := readCode(code)
	if secret == nil {
		return acc, false, invalid
	}
	rec, ok, err := c.Codes().Get(codeHash(secret))
	if err != nil {
		return acc, false, err
	}
	if !ok || rec.Used != 0 || rec.Expires.Passed(c.now) {
		return acc, false, invalid
	}
	if waits, err := c.invitationWaits(rec.Invitation); err != nil || !waits {
		return acc, false, cmp.Or(err, error(invalid))
	}
	acc, err = c.account(rec.Account)
	switch {
	case err != nil:
		return acc, false, err
	case acc.State == AccountRemoved:
		return acc, false, invalid
	case acc.State == AccountExpired || acc.Expires.Passed(c.now):
		c.me = acc
		return acc, false, c.expired()
	}
	return acc, rec.Mailed, nil
}

// invitationWaits reports whether the invitation that a code belongs to is pending; a code without one always counts.
// So the code of a cancelled invitation rests, and works again when the cancelling is undone (U1).
func (r *reading) invitationWaits(id InvitationID) (bool, error) {
	if id == 0 {
		return true, nil
	}
	i, ok, err := r.Invitations().Get(id)
	return ok && i.Pending(r.now), err
}

// codesOf gives the codes of an invitation that nobody has used.
func (c *change) codesOf(i Invitation) ([]ActivationCode, error) {
	codes, err := all(c.Codes(), Scan{Index: CodesOfAccount, Prefix: Key{Num(i.Account)}})
	return slices.DeleteFunc(codes, func(code ActivationCode) bool { return code.Invitation != i.ID || code.Used != 0 }), err
}

// dropCodes takes codes away that a new one replaces (I13). They go for good: a used code would say that the account was
// activated.
func (c *change) dropCodes(codes []ActivationCode) error {
	for _, code := range codes {
		if err := c.Codes().Delete(code.Hash); err != nil {
			return err
		}
	}
	return nil
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

// everActivated reports whether an account that expired was activated before. An account of the first version does not
// say so itself: there those that wait for their code have one that nobody has used.
func (r *reading) everActivated(acc Account) (bool, error) {
	if acc.Activated != 0 {
		return true, nil
	}
	codes, err := all(r.Codes(), Scan{Index: CodesOfAccount, Prefix: Key{Num(acc.ID)}})
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

package core

import (
	"context"
	"errors"
	"strconv"
	"time"
)

// Wrong codes in a row lock codes, each time for twice as long, until a right one comes (AC15).
const (
	codeTries     = 5
	codeLockFirst = 5 * time.Minute
	codeLockMost  = 24 * time.Hour
)

// CheckSecondFactor takes a TOTP code or a recovery code of the account that signs in (AC15, AC16). A code is accepted
// once: the step of a TOTP code only rises, a recovery code goes. The try is counted before the code is looked at, in
// the same transaction, and the count is kept also when the code is refused, so neither a restart nor another process
// gives more tries. Refused with mfa_not_on without TOTP; second_factor_wrong; second_factor_locked; inactive_account,
// account_expired; key_missing. Denied tries stand in the log (AU8).
func (a *Actor) CheckSecondFactor(ctx context.Context, code string) error {
	try, err := a.codeTry(ctx, code)
	if err != nil {
		return err
	}
	t := attempt{action: "session.sign_in", subjects: []Ref{a.id.Ref()}, denied: true, reads: true}
	return a.keep(ctx, t, func(c *change) (*Error, error) {
		if err := c.active(); err != nil {
			return nil, err
		}
		acc := c.me
		if acc.TOTP == nil {
			return nil, noCodes(acc)
		}
		by, refusal, err := c.useCode(&acc, try)
		if refusal != nil || err != nil {
			return refusal, err
		}
		if by == byRecovery {
			acc.Version++
			c.happened("account.recovery_use", System, []Ref{acc.ID.Ref()}, "", recoveryChange(c.me, acc))
		}
		return nil, c.Accounts().Put(acc)
	})
}

// SignIn is what the sign-in with a key asks besides (AC17).
type SignIn string

// The answers of SignInNeeds.
const (
	SignInNothing SignIn = "nothing"
	SignInCode    SignIn = "code" // a TOTP code or a recovery code
)

// SignInNeeds says what an account is asked for when it signs in with one of its keys (AC17): nothing without MFA and
// with a security key, a code with another key. When security keys are its only MFA, other keys are refused with
// security_key_required. It does not look at the state of the account.
func SignInNeeds(acc Account, securityKey bool) (SignIn, error) {
	switch {
	case securityKey, !acc.MFA():
		return SignInNothing, nil
	case acc.TOTP != nil:
		return SignInCode, nil
	}
	return "", refuse(ReasonSecurityKeyRequired, nil).on("session.sign_in", acc.ID.Ref())
}

// keep is do for use cases that refuse and still write: what fn has written stays, although the actor is refused. In a
// rehearsal too: who may try codes there without a count could guess them.
func (a *Actor) keep(ctx context.Context, t attempt, fn func(*change) (refusal *Error, err error)) error {
	var refusal *Error
	counting := *a
	counting.rehearses = false
	err := counting.do(ctx, t, func(c *change) (err error) {
		refusal, err = fn(c)
		if err == nil && refusal == nil && a.rehearses {
			return errTakenBack
		}
		return err
	})
	if errors.Is(err, errTakenBack) {
		return nil
	}
	if err != nil || refusal == nil {
		return err
	}
	if t.denied && refusal.Code == CodeDenied {
		if err := a.auditDenial(ctx, t, refusal.Reason); err != nil {
			a.house.log.Error("denied attempt not audited", "action", t.action, "error", err)
		}
	}
	return named(refusal, t)
}

// codeTry is a code as somebody typed it, with its hash as a recovery code, which takes long and is therefore made
// before the transaction.
type codeTry struct {
	text     string
	recovery []byte // the bits of a recovery code; nil when the text is none
	salt     []byte // of the set that hash was made for
	hash     []byte
}

// codeTry reads a code for the own account.
func (a *Actor) codeTry(ctx context.Context, code string) (codeTry, error) {
	if len(code) > codeTextMax {
		code = "" // counted as any other wrong one
	}
	t := codeTry{text: code, recovery: readRecoveryCode(code)}
	if t.recovery == nil {
		return t, nil
	}
	var set *RecoveryCodes
	err := a.read(ctx, func(r *reading) error {
		if !r.me.Throttle.locked(r.now) {
			set = r.me.Recovery
		}
		return nil
	})
	if err == nil && set != nil {
		t.salt, t.hash = set.Salt, set.hash(t.recovery)
	}
	return t, err
}

// codeTextMax is how many bytes a code for the second factor may have; right ones have far less.
const codeTextMax = 100

// The ways in which a code may be right.
type codeKind string

const (
	byTOTP     codeKind = "totp"
	byRecovery codeKind = "recovery_code"
)

// useCode looks at a code for the second factor of an account that has one. A right one is used up in acc, which the
// caller stores; for any other one the refusal says why, and the count is stored here.
func (c *change) useCode(acc *Account, try codeTry) (by codeKind, refusal *Error, err error) {
	if refusal := noCode(*acc, c.now); refusal != nil && try.recovery == nil && oneTimeCode(try.text) == "" {
		return "", refusal, nil
	}
	refusal, err = c.tryCode(acc, func() (bool, error) {
		if try.recovery != nil {
			by = byRecovery
			return acc.useRecoveryCode(try), nil
		}
		by = byTOTP
		secret, err := c.house.openSecret(acc.ID, placeTOTP, acc.TOTP.Secret)
		if err != nil {
			return false, err
		}
		step, ok, err := totpMatch(secret, try.text, c.now, acc.TOTP.LastStep)
		if err != nil || !ok {
			return false, err
		}
		used := *acc.TOTP
		used.LastStep = step
		acc.TOTP = &used
		return true, nil
	})
	return by, refusal, err
}

// tryCode counts a try and then asks right. After a wrong one the account is stored with its count; with the fifth in a
// row codes are locked, which the person is told and the log says.
func (c *change) tryCode(acc *Account, right func() (bool, error)) (refusal *Error, err error) {
	if acc.Throttle.locked(c.now) {
		return codesLocked(acc.Throttle.Until), nil
	}
	t := Throttle{}
	if acc.Throttle != nil {
		t = *acc.Throttle
	}
	t.Failures++
	ok, err := right()
	if err != nil {
		return nil, err
	}
	if ok {
		acc.Throttle = nil
		return nil, nil
	}
	refusal = wrongCode(codeTries - t.Failures)
	if t.Failures >= codeTries {
		t.Failures = 0
		t.Until = c.now.Add(lockLength(t.Locks))
		t.Locks++
		refusal = codesLocked(t.Until)
		c.happened("account.codes_locked", System, []Ref{acc.ID.Ref()}, "", Change{Field: "locked_until", After: t.Until.String()})
		c.tellOwn(acc.ID, NoticeCodesLocked, NoticeFacts{At: t.Until}, acc.ID.Ref())
	}
	acc.Throttle = &t
	return refusal, c.Accounts().Put(*acc)
}

// lockLength is how long codes are locked after so many locks before.
func lockLength(locks int) time.Duration {
	d := codeLockFirst
	for range locks {
		if d *= 2; d >= codeLockMost {
			return codeLockMost
		}
	}
	return d
}

// locked reports whether no code is looked at.
func (t *Throttle) locked(now Moment) bool { return t != nil && t.Until != 0 && !t.Until.Passed(now) }

func wrongCode(left int) *Error {
	if left == 1 {
		return sentenceError(ReasonSecondFactorWrong, "That code is wrong or was used before.", "Enter the next one; 1 try left.").field("code")
	}
	return refuse(ReasonSecondFactorWrong, words{"n": strconv.Itoa(left)}).field("code")
}

func codesLocked(until Moment) *Error {
	return refuse(ReasonSecondFactorLocked, words{"time": moment(until)}).field("code")
}

// noCodes says that an account has no codes: its MFA is off, or rests on security keys.
func noCodes(acc Account) *Error {
	if acc.SecurityKeys > 0 {
		return sentenceError(ReasonMFANotOn, "Your MFA rests on a security key, not on codes.", "Remove the key to switch MFA off.")
	}
	return sentenceError(ReasonMFANotOn, "Your MFA is off.", "There is nothing to switch off.")
}

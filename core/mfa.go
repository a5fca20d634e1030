package core

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"io"
	"net/url"
	"strconv"
	"time"

	"github.com/pquerna/otp/hotp"
)

// TOTP as in AC15: SHA-1, 6 digits, steps of 30 seconds, one step of skew either way.
const (
	totpSecretBytes = 20 // 160 bits
	totpDigits      = 6
	totpStep        = 30 // seconds
	totpSkew        = 1  // steps
	enrolTime       = 10 * time.Minute
	totpIssuer      = "Gatehouse"
)

var secretLetters = base32.StdEncoding.WithPadding(base32.NoPadding)

// Enrolling is a second factor that waits for its first valid code. It is shown once.
type Enrolling struct {
	Secret string `json:"secret"` // base32, to be typed into an authenticator
	URL    string `json:"url"`    // otpauth, to be shown as a QR code
}

// EnrolMFA starts the enrolment of a second factor for the own account: it gives the secret, which is on once
// ConfirmMFA has seen a valid code within ten minutes (AC15). Starting again replaces a secret that waits. It writes no
// event: nothing is on yet. Refused with invalid_value while TOTP is on; key_missing.
func (a *Actor) EnrolMFA(ctx context.Context) (Enrolling, error) {
	var out Enrolling
	err := a.do(ctx, attempt{action: "account.totp_enrol", subjects: []Ref{a.id.Ref()}, reads: true}, func(c *change) error {
		if err := c.active(); err != nil {
			return err
		}
		if c.me.TOTP != nil {
			return invalidValue("MFA", "off before it is enrolled anew: switch it off with a code first")
		}
		secret := make([]byte, totpSecretBytes)
		if _, err := io.ReadFull(c.house.random, secret); err != nil {
			return err
		}
		acc := c.me
		sealed, err := c.house.sealSecret(acc.ID, placeEnrolling, secret)
		if err != nil {
			return err
		}
		acc.Enrolling = &Enrolment{Secret: sealed, Started: c.now}
		acc.Version++
		out = enrolling(acc.Email, secret)
		return c.Accounts().Put(acc)
	})
	return out, err
}

// enrolling writes a secret for authenticators. The URL leaves out what is the default everywhere: algorithm, digits
// and period.
func enrolling(email string, secret []byte) Enrolling {
	letters := secretLetters.EncodeToString(secret)
	u := url.URL{
		Scheme: "otpauth", Host: "totp", Path: "/" + totpIssuer + ":" + email,
		RawQuery: "secret=" + letters + "&issuer=" + totpIssuer,
	}
	return Enrolling{Secret: letters, URL: u.String()}
}

// ConfirmMFA switches the second factor on with one valid code of the secret that EnrolMFA gave, and gives the ten
// recovery codes, which are shown this once (AC15, AC16). What was locked opens at once (S17); other sessions of the
// account end (AC5). Refused with
// second_factor_wrong, second_factor_locked; mfa_not_on when nothing waits for a code; lapsed after ten minutes;
// key_missing.
func (a *Actor) ConfirmMFA(ctx context.Context, code string) ([]string, error) {
	t := attempt{action: "account.totp_enrol", subjects: []Ref{a.id.Ref()}, reads: true}
	set, shown, err := a.recoveryAhead(ctx, code)
	if err != nil {
		return nil, named(err, t)
	}
	err = a.keep(ctx, t, func(c *change) (*Error, error) {
		if err := c.active(); err != nil {
			return nil, err
		}
		acc := c.me
		secret, err := c.waitingSecret()
		if err != nil {
			return nil, err
		}
		if refusal := noCode(acc, c.now); refusal != nil && oneTimeCode(code) == "" {
			return refusal, nil
		}
		var step int64
		refusal, err := c.tryCode(&acc, func() (ok bool, err error) {
			step, ok, err = totpMatch(secret, code, c.now, 0)
			return ok, err
		})
		if refusal != nil || err != nil {
			return refusal, err
		}
		if set == nil { // the moments of the two looks lie on either side of a step
			if set, shown, err = c.house.recoverySet(c.now); err != nil {
				return nil, err
			}
		}
		sealed, err := c.house.sealSecret(acc.ID, placeTOTP, secret)
		if err != nil {
			return nil, err
		}
		acc.TOTP = &TOTP{Secret: sealed, Enrolled: c.now, LastStep: step}
		acc.Enrolling, acc.Recovery, acc.EnrolAgain = nil, set, 0
		c.happened("account.totp_enrol", System, []Ref{acc.ID.Ref()}, "", mfaChanges(c.me, acc)...)
		c.endSessions(acc.ID, SessionFactorChanged)
		return nil, c.putMFA(acc)
	})
	if err != nil {
		return nil, err
	}
	return shown, nil
}

// recoveryAhead makes the recovery codes before the transaction that needs them, when the code looks right: it takes a
// while.
func (a *Actor) recoveryAhead(ctx context.Context, code string) (*RecoveryCodes, []string, error) {
	right := false
	if a.readsOnly() {
		return nil, nil, nil
	}
	err := a.read(ctx, func(r *reading) error {
		if r.me.Throttle.locked(r.now) {
			return nil
		}
		secret, err := r.waitingSecret()
		if err != nil {
			return err
		}
		_, right, err = totpMatch(secret, code, r.now, 0)
		return err
	})
	if err != nil || !right {
		return nil, nil, err
	}
	return a.house.recoverySet(a.house.Now())
}

// waitingSecret gives the secret of the own account that waits for its first code.
func (r *reading) waitingSecret() ([]byte, error) {
	e := r.me.Enrolling
	if e == nil {
		return nil, sentenceError(ReasonMFANotOn, "No second factor waits for its first code.", "Start to enrol one first.")
	}
	if end := e.Started.Add(enrolTime); end.Passed(r.now) {
		return nil, sentenceError(ReasonLapsed, "This secret waited for its first code until "+moment(end)+".", "Start to enrol again.")
	}
	return r.house.openSecret(r.me.ID, placeEnrolling, e.Secret)
}

// SwitchOffMFA switches the own one-time codes off with a valid code or recovery code; the recovery codes go with them
// (AC15, S22). With a security key MFA stays on. Other sessions of the account end (AC5). Refused with mfa_not_on, last_enrolled_admin (S29),
// second_factor_wrong, second_factor_locked; key_missing.
func (a *Actor) SwitchOffMFA(ctx context.Context, code string) error {
	try, err := a.codeTry(ctx, code)
	if err != nil {
		return err
	}
	return a.keep(ctx, attempt{action: "account.totp_remove", subjects: []Ref{a.id.Ref()}}, func(c *change) (*Error, error) {
		if err := c.active(); err != nil {
			return nil, err
		}
		acc := c.me
		if acc.TOTP == nil {
			return nil, noCodes(acc)
		}
		if acc.SecurityKeys == 0 {
			if err := c.lastEnrolledAdmin(acc.ID); err != nil {
				return nil, err
			}
		}
		by, refusal, err := c.useCode(&acc, try)
		if refusal != nil || err != nil {
			return refusal, err
		}
		acc.dropCodes()
		changes := append(mfaChanges(c.me, acc), Change{Field: "with", After: string(by)})
		c.happened("account.totp_remove", System, []Ref{acc.ID.Ref()}, "", changes...)
		c.endSessions(acc.ID, SessionFactorChanged)
		return nil, c.putMFA(acc)
	})
}

// dropCodes takes away everything about codes.
func (a *Account) dropCodes() {
	a.TOTP, a.Enrolling, a.Recovery, a.Throttle, a.EnrolAgain = nil, nil, nil, nil, 0
}

// mfaChanges says for an event what became of a second factor: whether MFA is on, and by what.
func mfaChanges(before, after Account) []Change {
	var changes []Change
	if before.MFA() != after.MFA() {
		changes = append(changes, Change{Field: "mfa", Before: onOff(before.MFA()), After: onOff(after.MFA())})
	}
	if was, is := before.TOTP != nil, after.TOTP != nil; was != is {
		changes = append(changes, Change{Field: "totp", Before: onOff(was), After: onOff(is)})
	}
	if before.SecurityKeys != after.SecurityKeys {
		changes = append(changes, Change{
			Field: "security_keys", Before: strconv.Itoa(before.SecurityKeys), After: strconv.Itoa(after.SecurityKeys),
		})
	}
	return changes
}

// SwitchOffMFAOf switches off the second factor of somebody else: Support only, with a reason (AC7). TOTP, recovery
// codes and security keys go; the person is told, and the sessions of the account end (AC5). When no key is left, there is a new activation code: it comes back to
// be shown this once, or goes with the mail (AC19). Refused with forbidden, also about oneself; mfa_not_on;
// reason_required.
func (a *Actor) SwitchOffMFAOf(ctx context.Context, who Who, reason string) (code string, err error) {
	err = a.do(ctx, attempt{action: "account.mfa_reset", subjects: who.refs()}, func(c *change) error {
		acc, err := c.flagMayOn(AccountMFAOff, who)
		if err != nil {
			return err
		}
		id := acc.ID
		if id == c.me.ID {
			return refuse(ReasonForbidden, words{"unit": "your own account without a code", "who": "another Support account"})
		}
		if !acc.MFA() {
			return refuse(ReasonMFANotOn, words{"who": acc.label()})
		}
		reason, err := cleanReason(reason)
		if err != nil {
			return err
		}
		before := acc
		acc.dropCodes()
		left, err := c.dropSecurityKeys(&acc)
		if err != nil {
			return err
		}
		changes := mfaChanges(before, acc)
		var send *CodeToSend
		code = ""
		if left == 0 && acc.State != AccountExpired {
			if code, send, err = c.codeFor(acc, ActivationCode{}); err != nil {
				return err
			}
			changes = append(changes, Change{Field: "activation_code", After: "issued"})
		}
		c.happened("account.mfa_reset", System, []Ref{id.Ref()}, reason, changes...)
		c.endSessions(id, SessionFactorChanged)
		c.tellCode(id, NoticeMFASwitchedOff, NoticeFacts{Text: reason}, send, id.Ref())
		return c.putMFA(acc)
	})
	if err != nil {
		return "", err
	}
	return code, nil
}

// putMFA stores an account whose second factor went on or off. It may be let in or locked out now, so who decides is
// looked at anew (R20).
func (c *change) putMFA(acc Account) error {
	acc.Version++
	if err := c.Accounts().Put(acc); err != nil {
		return err
	}
	return c.reviewDecidersOf(acc.ID)
}

// lastEnrolledAdmin refuses to leave an organization that requires MFA, or will, without an administrator who has it
// (S29).
func (r *reading) lastEnrolledAdmin(id AccountID) error {
	memberships, err := all(r.Memberships(), Scan{Index: MembershipsOfAccount, Prefix: Key{Num(id)}})
	if err != nil {
		return err
	}
	for _, m := range memberships {
		if m.Unit.Kind != KindOrganization || !m.Admin() {
			continue
		}
		o, err := r.organization(OrganizationID(m.Unit.ID))
		if err != nil {
			return err
		}
		if o.State != UnitActive || o.MFA.State == MFAOff {
			continue
		}
		last, err := r.nobodyElse(m.Unit, id, func(other Membership, acc Account) (bool, error) {
			return other.Admin() && acc.Acts(r.now) && acc.MFA(), nil
		})
		if err != nil {
			return err
		}
		if last {
			return refuse(ReasonLastEnrolledAdmin, words{"organization": o.Name})
		}
	}
	return nil
}

// totpMatch finds the step that a code is of: the present one or one either way, and never one up to used, the last
// that was accepted (AC15). All steps are compared, so that the time taken says nothing.
func totpMatch(secret []byte, code string, now Moment, used int64) (int64, bool, error) {
	code = oneTimeCode(code)
	var found int64
	ok := false
	present := int64(now) / totpStep
	for step := present - totpSkew; step <= present+totpSkew; step++ {
		want, err := hotp.GenerateCode(secretLetters.EncodeToString(secret), uint64(step))
		if err != nil {
			return 0, false, err
		}
		if len(code) == totpDigits && subtle.ConstantTimeCompare([]byte(code), []byte(want)) == 1 && step > used {
			found, ok = step, true
		}
	}
	return found, ok, nil
}

// sentenceError is a refusal in other words than the table's, where those would mislead.
func sentenceError(r Reason, message, next string) *Error {
	return &Error{Code: codeOf(r), Reason: r, Message: message, Next: next}
}

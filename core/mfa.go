package core

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"io"
	"net/url"
	"strings"
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
// event: nothing is on yet. Refused with invalid_value while a second factor is on.
func (a *Actor) EnrolMFA(ctx context.Context) (Enrolling, error) {
	var out Enrolling
	err := a.do(ctx, attempt{action: "account.totp_enrol", subjects: []Ref{a.id.Ref()}}, func(c *change) error {
		if err := c.active(); err != nil {
			return err
		}
		if c.me.MFA() {
			return invalidValue("MFA", "off before it is enrolled anew: switch it off with a code first")
		}
		secret := make([]byte, totpSecretBytes)
		if _, err := io.ReadFull(c.house.random, secret); err != nil {
			return err
		}
		acc := c.me
		acc.Enrolling = &Enrolment{Secret: secret, Started: c.now}
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

// ConfirmMFA switches the second factor on with one valid code of the secret that EnrolMFA gave (AC15). What was
// locked opens at once (S17). Refused with second_factor_wrong; mfa_not_on when nothing waits for a code; lapsed after
// ten minutes.
func (a *Actor) ConfirmMFA(ctx context.Context, code string) error {
	return a.do(ctx, attempt{action: "account.totp_enrol", subjects: []Ref{a.id.Ref()}}, func(c *change) error {
		if err := c.active(); err != nil {
			return err
		}
		acc := c.me
		if acc.Enrolling == nil {
			return sentenceError(ReasonMFANotOn, "No second factor waits for its first code.", "Start to enrol one first.")
		}
		if end := acc.Enrolling.Started.Add(enrolTime); end.Passed(c.now) {
			return sentenceError(ReasonLapsed, "This secret waited for its first code until "+moment(end)+".", "Start to enrol again.")
		}
		step, ok, err := totpMatch(acc.Enrolling.Secret, code, c.now, 0)
		if err != nil {
			return err
		}
		if !ok {
			return wrongCode()
		}
		acc.TOTP = &TOTP{Secret: acc.Enrolling.Secret, Enrolled: c.now, LastStep: step}
		acc.Enrolling = nil
		c.happened("account.totp_enrol", System, []Ref{acc.ID.Ref()}, "", Change{Field: "mfa", Before: "off", After: "on"})
		return c.putMFA(acc)
	})
}

// SwitchOffMFA switches the own second factor off with a valid code (AC15, S22). Refused with mfa_not_on,
// last_enrolled_admin (S29), second_factor_wrong.
func (a *Actor) SwitchOffMFA(ctx context.Context, code string) error {
	return a.do(ctx, attempt{action: "account.totp_remove", subjects: []Ref{a.id.Ref()}}, func(c *change) error {
		if err := c.active(); err != nil {
			return err
		}
		acc := c.me
		if !acc.MFA() {
			return sentenceError(ReasonMFANotOn, "Your MFA is off.", "There is nothing to switch off.")
		}
		if err := c.lastEnrolledAdmin(acc.ID); err != nil {
			return err
		}
		_, ok, err := totpMatch(acc.TOTP.Secret, code, c.now, acc.TOTP.LastStep)
		if err != nil {
			return err
		}
		if !ok {
			return wrongCode()
		}
		c.happened("account.totp_remove", System, []Ref{acc.ID.Ref()}, "", Change{Field: "mfa", Before: "on", After: "off"})
		return c.dropMFA(acc)
	})
}

// SwitchOffMFAOf switches off the second factor of somebody else: Support only, with a reason (AC7). The person is
// told. Refused with forbidden, also about oneself; mfa_not_on; reason_required.
func (a *Actor) SwitchOffMFAOf(ctx context.Context, id AccountID, reason string) error {
	return a.do(ctx, attempt{action: "account.mfa_reset", subjects: []Ref{id.Ref()}}, func(c *change) error {
		if err := c.supportOnly(); err != nil {
			return err
		}
		if id == c.me.ID {
			return refuse(ReasonForbidden, words{"unit": "your own account without a code", "who": "another Support account"})
		}
		acc, err := c.account(id)
		if err != nil {
			return err
		}
		if acc.State == AccountRemoved {
			return notFound(id.Ref())
		}
		if !acc.MFA() {
			return refuse(ReasonMFANotOn, words{"who": acc.label()})
		}
		reason, err := cleanReason(reason)
		if err != nil {
			return err
		}
		c.happened("account.mfa_reset", System, []Ref{id.Ref()}, reason, Change{Field: "mfa", Before: "on", After: "off"})
		c.tell(id, NoticeMFASwitchedOff, "Support switched off your MFA", "Reason: "+reason, id.Ref())
		return c.dropMFA(acc)
	})
}

// dropMFA takes the second factor away.
func (c *change) dropMFA(acc Account) error {
	acc.TOTP, acc.Enrolling = nil, nil
	return c.putMFA(acc)
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
			return other.Admin() && acc.Usable(r.now) && acc.MFA(), nil
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
	code = strings.ReplaceAll(code, " ", "")
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

// wrongCode is second_factor_wrong without a number of tries: codes are not counted yet.
func wrongCode() *Error {
	return sentenceError(ReasonSecondFactorWrong, "That code is wrong or was used before.", "Enter the next one.").field("code")
}

// sentenceError is a refusal in other words than the table's, where those would mislead.
func sentenceError(r Reason, message, next string) *Error {
	return &Error{Code: codeOf(r), Reason: r, Message: message, Next: next}
}

package core_test

import (
	"context"
	"encoding/base32"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"gatehouse/core"
)

// codeAt gives the code of a secret in base32 at a moment, as an authenticator shows it.
func codeAt(t tester, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// code gives the present code of a person's second factor.
func (h *fixture) code(name string) string {
	h.t.Helper()
	secret := h.account(name).TOTP.Secret
	return codeAt(h.t, base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret), h.clock.Now())
}

// AC15: enrolment gives a secret of 160 bits and an address for authenticators, which is on after one valid code.
func TestEnrolMFA(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	pia := h.as("pia")
	_, err := pia.ConfirmMFA(ctx, "123456")
	refused(t, err, core.ReasonMFANotOn)

	e := must(pia.EnrolMFA(ctx))(t)
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(e.Secret)
	if err != nil || len(secret) != 20 {
		t.Errorf("secret %q: %d bytes, %v", e.Secret, len(secret), err)
	}
	if want := "otpauth://totp/Gatehouse:pia@data.test?secret=" + e.Secret + "&issuer=Gatehouse"; e.URL != want {
		t.Errorf("URL %q, want %q", e.URL, want)
	}
	key, err := otp.NewKeyFromURL(e.URL)
	if err != nil || key.Secret() != e.Secret || key.AccountName() != "pia@data.test" || key.Issuer() != "Gatehouse" {
		t.Errorf("the URL reads as %+v, %v", key, err)
	}
	if me := must(pia.Me(ctx))(t); *me.MFA || !me.Enrolling {
		t.Errorf("before the code: %+v", me)
	}
	_, err = pia.ConfirmMFA(ctx, "000000x")
	refused(t, err, core.ReasonSecondFactorWrong)
	must(pia.ConfirmMFA(ctx, codeAt(t, e.Secret, h.clock.Now())))(t)
	if me := must(pia.Me(ctx))(t); !*me.MFA || me.Enrolling || me.Enrolled != h.now() {
		t.Errorf("after the code: %+v", me)
	}
	h.lastEvent(core.System, "account.totp_enrol")
	_, err = pia.EnrolMFA(ctx)
	refused(t, err, core.ReasonInvalidValue)
}

// AC15: the secret waits ten minutes; enrolling again replaces it.
func TestEnrolMFALapses(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	pia := h.as("pia")
	old := must(pia.EnrolMFA(ctx))(t)
	e := must(pia.EnrolMFA(ctx))(t)
	if old.Secret == e.Secret {
		t.Fatal("the same secret twice")
	}
	_, err := pia.ConfirmMFA(ctx, codeAt(t, old.Secret, h.clock.Now()))
	refused(t, err, core.ReasonSecondFactorWrong)
	h.clock.move(10 * time.Minute)
	_, err = pia.ConfirmMFA(ctx, codeAt(t, e.Secret, h.clock.Now()))
	refused(t, err, core.ReasonLapsed)
	e = must(pia.EnrolMFA(ctx))(t)
	h.clock.move(10*time.Minute - time.Second)
	must(pia.ConfirmMFA(ctx, codeAt(t, e.Secret, h.clock.Now())))(t)
}

// AC15, trust-E3: this step and one either way, nothing else.
func TestTOTPSkew(t *testing.T) {
	for _, c := range []struct {
		off  time.Duration
		want core.Reason
	}{
		{-90 * time.Second, core.ReasonSecondFactorWrong},
		{-60 * time.Second, core.ReasonSecondFactorWrong},
		{-30 * time.Second, ""},
		{0, ""},
		{30 * time.Second, ""},
		{60 * time.Second, core.ReasonSecondFactorWrong},
		{90 * time.Second, core.ReasonSecondFactorWrong},
	} {
		for _, start := range []time.Duration{0, 29 * time.Second} { // at the first and the last second of a step
			h := newFixture(t)
			h.clock.move(start)
			pia := h.as("pia")
			e := must(pia.EnrolMFA(context.Background()))(t)
			_, err := pia.ConfirmMFA(context.Background(), codeAt(t, e.Secret, h.clock.Now().Add(c.off)))
			if c.want == "" {
				allowed(t, err)
			} else {
				refused(t, err, c.want)
			}
		}
	}
}

// AC15, trust-E1: an accepted step and all before it are never accepted again, however the code is written.
func TestTOTPOnce(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	pia := h.as("pia")
	e := must(pia.EnrolMFA(ctx))(t)
	code := codeAt(t, e.Secret, h.clock.Now())
	must(pia.ConfirmMFA(ctx, code[:3]+" "+code[3:]))(t)
	for _, again := range []string{
		code, " " + code, code[:3] + " " + code[3:], codeAt(t, e.Secret, h.clock.Now().Add(-30*time.Second)), fullWidth(code), "", "1",
	} {
		refused(t, pia.SwitchOffMFA(ctx, again), core.ReasonSecondFactorWrong)
		h.editAccount("pia", func(a *core.Account) { a.Throttle = nil })
	}
	h.clock.move(30 * time.Second)
	refused(t, pia.SwitchOffMFA(ctx, code), core.ReasonSecondFactorWrong)
	allowed(t, pia.SwitchOffMFA(ctx, codeAt(t, e.Secret, h.clock.Now())))
	h.lastEvent(core.System, "account.totp_remove")
	refused(t, pia.SwitchOffMFA(ctx, codeAt(t, e.Secret, h.clock.Now())), core.ReasonMFANotOn)
}

func fullWidth(digits string) string {
	return strings.Map(func(r rune) rune { return r - '0' + '０' }, digits)
}

// S29: while MFA is required or scheduled, the last administrator who has it keeps it.
func TestLastEnrolledAdmin(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name  string
		state core.MFAState
		ben   bool // has MFA too
		want  core.Reason
	}{
		{"off", core.MFAOff, false, ""},
		{"required", core.MFARequired, false, core.ReasonLastEnrolledAdmin},
		{"scheduled", core.MFAScheduled, false, core.ReasonLastEnrolledAdmin},
		{"required, another one", core.MFARequired, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newFixture(t)
			h.setMFA("ana", true)
			h.setMFA("ben", c.ben)
			h.editOrganization(h.acme, func(o *core.Organization) {
				o.MFA.State = c.state
				if c.state == core.MFAScheduled {
					o.MFA.At, o.MFA.By = h.in(10*core.Day), h.id("ben")
				}
			})
			err := h.as("ana").SwitchOffMFA(ctx, h.code("ana"))
			if c.want != "" {
				refused(t, err, c.want)
				return
			}
			allowed(t, err)
			if h.account("ana").MFA() {
				t.Error("MFA is still on")
			}
		})
	}
}

// AC7: Support switches off somebody else's MFA, with a reason; the person is told.
func TestSwitchOffMFAOf(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	off := func(by, of, reason string) (string, error) { return h.as(by).SwitchOffMFAOf(ctx, h.id(of), reason) }
	for _, c := range []struct {
		by, of, reason string
		want           core.Reason
	}{
		{"sam", "lea", "no", core.ReasonReasonRequired},
		{"sam", "sam", "lost phone", core.ReasonForbidden},
		{"max", "lea", "lost phone", core.ReasonForbidden},
	} {
		_, err := off(c.by, c.of, c.reason)
		refused(t, err, c.want)
	}
	must(off("sam", "lea", "lost phone"))(t)
	if h.account("lea").MFA() {
		t.Error("MFA is still on")
	}
	if e := h.lastEvent(core.System, "account.mfa_reset"); e.Reason != "lost phone" {
		t.Errorf("event: %+v", e)
	}
	if got := h.told("lea", core.NoticeMFASwitchedOff).Subject; got != "Support switched off your MFA" {
		t.Errorf("Lea was told %q", got)
	}
}

// R20: a request that loses its last decider to the MFA lock is announced to the administrators.
func TestMFAOffLosesDecider(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.autoJoin(false)
	h.requireMFA()
	h.setMFA("pia", true)
	must(h.as("sam").FileRequest(ctx, h.etl, entry()))(t)
	h.notTold("ana", core.NoticeUndecidable)
	allowed(t, h.as("pia").SwitchOffMFA(ctx, h.code("pia")))
	h.told("ana", core.NoticeUndecidable)
	h.told("ben", core.NoticeUndecidable)
}

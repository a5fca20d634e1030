package core_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"gatehouse/core"
)

// where the sign-ins of the tests come from.
const address = "ssh 192.0.2.7"

// fingerprintOf gives the SHA-256 of a line of a .pub file.
func fingerprintOf(t tester, line string) string {
	t.Helper()
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	return ssh.FingerprintSHA256(key)
}

// keyOf gives a person a new key and its fingerprint.
func (h *fixture) keyOf(name string) string {
	h.t.Helper()
	return must(h.as(name).AddKey(ctx, core.KeyInput{Key: newKey(h.t)}))(h.t).Fingerprint
}

// signIn signs a person in with a new key, who is asked for no code.
func (h *fixture) signIn(name string) *core.Session {
	h.t.Helper()
	return h.signInWith(h.keyOf(name))
}

func (h *fixture) signInWith(fingerprint string) *core.Session {
	h.t.Helper()
	return must(h.SignIn(ctx, core.SigningIn{Fingerprint: fingerprint, Origin: address}))(h.t)
}

// over expects that a session has ended, and why, that nothing can be done through it, and that the log has its end
// once.
func (h *fixture) over(s *core.Session, why core.SessionEnd) {
	h.t.Helper()
	if s.End() != why {
		h.t.Fatalf("session %d: end %q, want %q", s.Facts().ID, s.End(), why)
	}
	select {
	case <-s.Ended():
	default:
		h.t.Error("Ended is not closed")
	}
	_, err := s.Actor().Me(ctx)
	refused(h.t, err, core.ReasonSessionEnded)
	_, err = s.Actor().RenameAccount(ctx, "Somebody else")
	refused(h.t, err, core.ReasonSessionEnded)
	refused(h.t, s.Confirm(ctx), core.ReasonSessionEnded)
	outs := h.events("session.sign_out", s)
	if len(outs) != 1 || outs[0].Reason != string(why) {
		h.t.Errorf("session %d: events of its end: %+v", s.Facts().ID, outs)
	}
}

// open expects that a session has not ended.
func (h *fixture) open(s *core.Session) {
	h.t.Helper()
	if s.End() != "" || len(h.events("session.sign_out", s)) != 0 {
		h.t.Fatalf("session %d has ended: %s", s.Facts().ID, s.End())
	}
	allowed(h.t, s.Confirm(ctx))
}

// events gives the events of an action that name the session.
func (h *fixture) events(action core.Action, s *core.Session) (out []core.Event) {
	h.t.Helper()
	number := s.Facts().ID.String()
	for _, e := range h.chain(core.System) {
		if e.Action != action || e.Outcome != core.OutcomeDone {
			continue
		}
		if slices.ContainsFunc(e.Changes, func(c core.Change) bool {
			return c.Field == "session" && (c.Before == number || c.After == number)
		}) {
			out = append(out, e)
		}
	}
	return out
}

// AC2, AC5, AC17, AU2, trust-D9: what a key that has signed is asked, and what signing in with it writes.
func TestSignIn(t *testing.T) {
	h := newFixture(t)
	plain, coded := h.keyOf("ana"), h.keyOf("pia")
	secret, recovery := h.enrol("pia")
	hard := must(h.as("ben").AddKey(ctx, core.KeyInput{Key: hardwareKey(t)}))(t).Fingerprint
	soft := h.keyOf("ben")
	h.clock.move(time.Minute)
	for _, c := range []struct {
		name, key, code string
		ask             core.SignInQuestion
		with            string
		refused         core.Reason
	}{
		{name: "without MFA", key: plain, ask: core.AskNothing},
		{name: "security key", key: hard, ask: core.AskNothing},
		{name: "another key beside a security key", key: soft, refused: core.ReasonSecurityKeyRequired},
		{name: "TOTP", key: coded, code: "right", ask: core.AskCode, with: "totp"},
		{name: "recovery code", key: coded, code: recovery[0], ask: core.AskCode, with: "recovery_code"},
		{name: "used recovery code", key: coded, code: recovery[0], ask: core.AskCode, refused: core.ReasonSecondFactorWrong},
		{name: "no code", key: coded, ask: core.AskCode, refused: core.ReasonSecondFactorWrong},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.t = t
			before := h.heads()
			ask, err := h.Recognize(ctx, core.SigningIn{Fingerprint: c.key, Origin: address})
			if ask != c.ask || (err != nil) != (c.ask == "") {
				t.Errorf("asked %q, %v, want %q", ask, err, c.ask)
			}
			if c.code == "right" {
				c.code = codeAt(t, secret, h.clock.Now())
			}
			s, err := h.SignIn(ctx, core.SigningIn{Fingerprint: c.key, Code: c.code, Origin: address})
			if c.refused != "" {
				refused(t, err, c.refused)
				e := h.lastEvent(core.System, "session.sign_in")
				if e.Outcome != core.OutcomeDenied || e.Reason != string(c.refused) || e.Origin != address || e.Actor == 0 {
					t.Errorf("event: %+v", e)
				}
				return
			}
			allowed(t, err)
			if n := len(h.mainEvents(before)); n != 1 {
				t.Errorf("%d events, want one", n)
			}
			e := h.lastEvent(core.System, "session.sign_in")
			if e.Origin != address || e.Actor != s.Facts().Account || len(e.Subjects) != 1 || !strings.Contains(fmt.Sprint(e.Changes), c.with) {
				t.Errorf("event: %+v", e)
			}
			if strings.Contains(fmt.Sprint(e), "SHA256:") {
				t.Errorf("the event holds a key (AU13): %+v", e)
			}
			used := allOf(h, core.Tx.Keys, core.Scan{Index: core.KeysOfAccount, Prefix: core.Key{core.Num(e.Actor)}})
			if !slices.ContainsFunc(used, func(k core.PublicKey) bool { return k.Fingerprint == c.key && k.LastUsed == h.now() }) {
				t.Errorf("the key was not noted as used: %+v", used)
			}
			if me := must(s.Actor().Me(ctx))(t); me.ID != e.Actor {
				t.Errorf("acts as %d", me.ID)
			}
			h.open(s)
		})
	}
	h.t = t
	if n := h.account("pia").Recovery.Hashes; len(n) != 9 {
		t.Errorf("%d recovery codes are left", len(n))
	}
}

// AC15: an account whose codes are locked is refused before it is asked for one, and the refusal is in the log (AU8).
func TestSignInLocked(t *testing.T) {
	h := newFixture(t)
	key := h.keyOf("pia")
	secret, _ := h.enrol("pia")
	h.clock.move(time.Minute)
	for i := range 4 {
		_, err := h.SignIn(ctx, core.SigningIn{Fingerprint: key, Code: h.wrong(secret, i), Origin: address})
		refused(t, err, core.ReasonSecondFactorWrong)
	}
	_, err := h.SignIn(ctx, core.SigningIn{Fingerprint: key, Code: h.wrong(secret, 9), Origin: address})
	refused(t, err, core.ReasonSecondFactorLocked)
	_, err = h.Recognize(ctx, core.SigningIn{Fingerprint: key, Origin: address})
	refused(t, err, core.ReasonSecondFactorLocked)
	_, err = h.SignIn(ctx, core.SigningIn{Fingerprint: key, Code: codeAt(t, secret, h.clock.Now()), Origin: address})
	refused(t, err, core.ReasonSecondFactorLocked)
	h.clock.move(5 * time.Minute)
	in := core.SigningIn{Fingerprint: key, Code: codeAt(t, secret, h.clock.Now()), Origin: address}
	s := must(h.SignIn(ctx, in))(t)
	_, err = h.SignIn(ctx, in)
	refused(t, err, core.ReasonSecondFactorWrong) // the step only rises
	h.open(s)
	if open := must(h.as("pia").Sessions(ctx, h.id("pia")))(t); len(open) != 1 {
		t.Errorf("refused ones are listed: %+v", open)
	}
}

// AC13, AC18: an account that may not act is refused by the core, in both steps, with the reason of section 3.
func TestSignInOfWhoMayNotAct(t *testing.T) {
	for reason, spoil := range map[core.Reason]func(*core.Account){
		core.ReasonAccountExpired:  func(a *core.Account) { a.State = core.AccountExpired },
		core.ReasonInactiveAccount: func(a *core.Account) { a.State = core.AccountNotActivated },
	} {
		h := newFixture(t)
		key := h.keyOf("ana")
		h.editAccount("ana", spoil)
		_, err := h.Recognize(ctx, core.SigningIn{Fingerprint: key, Origin: address})
		refused(t, err, reason)
		if e := h.lastEvent(core.System, "session.sign_in"); e.Outcome != core.OutcomeDenied || e.Reason != string(reason) || e.Actor != h.id("ana") {
			t.Errorf("event: %+v", e)
		}
		_, err = h.SignIn(ctx, core.SigningIn{Fingerprint: key, Origin: address})
		refused(t, err, reason)
	}
}

// AU2, AU8: a key of nobody is in the log with its fingerprint; from one address once in ten minutes, with the count
// behind it, whatever the keys.
func TestUnknownKeys(t *testing.T) {
	h := newFixture(t)
	try := func(key, from string) {
		ask, err := h.Recognize(ctx, core.SigningIn{Fingerprint: key, Origin: from})
		if ask != core.AskActivation || err != nil {
			t.Fatalf("asked %q, %v", ask, err)
		}
		refused(t, h.Unrecognized(ctx, core.SigningIn{Fingerprint: key, Origin: from}), core.ReasonUnknownKey)
	}
	one, other := fingerprintOf(t, newKey(t)), fingerprintOf(t, newKey(t))
	before := h.countEvents()
	must(h.Recognize(ctx, core.SigningIn{Fingerprint: one, Origin: address}))(t)
	allowed(t, h.Unrecognized(ctx, core.SigningIn{Fingerprint: h.keyOf("pia"), Origin: address})) // it belongs to somebody
	if n := h.countEvents() - before; n != 1 {
		t.Errorf("%d events, want the one of the key that was added: an agent may offer others first", n)
	}
	before = h.countEvents()
	try(one, address)
	e := h.lastEvent(core.System, "session.sign_in")
	if e.ActorName != "unknown "+one || e.Actor != 0 || e.Outcome != core.OutcomeDenied || e.Reason != "unknown_key" || e.Origin != address {
		t.Errorf("event: %+v", e)
	}
	_, err := h.SignIn(ctx, core.SigningIn{Fingerprint: one, Origin: address})
	refused(t, err, core.ReasonUnknownKey)
	try(other, address)
	if n := h.countEvents() - before; n != 1 {
		t.Errorf("%d events, want one", n)
	}
	try(other, "ssh 2001:db8::1")
	try(other, "ssh 2001:db8::2")
	try(other, "ssh 2001:db8:0:1::2")
	if n := h.countEvents() - before; n != 3 {
		t.Errorf("%d events, want one more for each network", n)
	}
	h.pass(11 * time.Minute)
	counts := map[string]int{}
	for _, e := range h.chain(core.System) {
		if e.Count > 0 {
			counts[e.ActorName+" "+e.Origin] = e.Count
		}
	}
	if counts["unknown "+address] != 2 || counts["unknown "+other+" ssh 2001:db8::1"] != 1 || len(counts) != 2 {
		t.Errorf("counts: %v", counts)
	}
	try(one, address)
	try(one, address)
	h.clock.move(11 * time.Minute)
	try(one, address) // the sweep was late
	if e := h.lastEvent(core.System, "session.sign_in"); e.Count != 0 || e.ActorName != "unknown "+one {
		t.Errorf("event: %+v", e)
	}
}

// AU8: guessing activation codes over the network shows in the log; at the console it does not.
func TestGuessedActivation(t *testing.T) {
	h := newFixture(t)
	before := h.countEvents()
	_, err := h.Redeem(ctx, "AAAA-BBBB", "Nia")
	refused(t, err, core.ReasonCodeInvalid)
	if h.countEvents() != before {
		t.Error("the console is audited")
	}
	key := newKey(t)
	for range 3 {
		_, err := h.Activate(ctx, core.Redeeming{Code: "AAAA-BBBB", Name: "Nia", Key: key, Origin: address})
		refused(t, err, core.ReasonCodeInvalid)
	}
	e := h.lastEvent(core.System, "account.activate")
	if h.countEvents() != before+1 || e.ActorName != "unknown "+fingerprintOf(t, key) || e.Outcome != core.OutcomeDenied || e.Origin != address {
		t.Errorf("event: %+v", e)
	}
}

// AC5: who left has one event with the reason, whatever comes later, also when the account is gone meanwhile.
func TestSignOut(t *testing.T) {
	h := newFixture(t)
	s := h.signIn("ana")
	allowed(t, s.SignOut(ctx, core.SessionSignedOut))
	h.over(s, core.SessionSignedOut)
	e := h.lastEvent(core.System, "session.sign_out")
	if e.Origin != address || e.Actor != h.id("ana") {
		t.Errorf("event: %+v", e)
	}
	allowed(t, s.SignOut(ctx, core.SessionDisconnected))
	refused(t, h.as("sam").RevokeSession(ctx, s.Facts().ID), core.ReasonNotFound)
	h.over(s, core.SessionSignedOut)

	s = h.signIn("otto")
	done, cancel := ctxWithCancel()
	cancel()
	allowed(t, s.SignOut(done, core.SessionDisconnected)) // the connection is gone, and its context with it
	h.over(s, core.SessionDisconnected)
}

// A house that only reads signs nobody in, and lets nobody crash.
func TestSessionsOfReadOnlyHouse(t *testing.T) {
	h := newFixture(t)
	key := h.keyOf("ana")
	s := h.signInWith(key)
	only := core.New(h.Store(), core.Options{Clock: h.clock.Now, ReadOnly: true})
	_, err := only.SignIn(ctx, core.SigningIn{Fingerprint: key, Origin: address})
	refused(t, err, core.ReasonReadOnly)
	if ask, err := only.Recognize(ctx, core.SigningIn{Fingerprint: fingerprintOf(t, newKey(t)), Origin: address}); ask != core.AskActivation || err != nil {
		t.Errorf("asked %q, %v", ask, err)
	}
	refused(t, only.Unrecognized(ctx, core.SigningIn{Fingerprint: fingerprintOf(t, newKey(t)), Origin: address}), core.ReasonUnknownKey)
	allowed(t, only.ReviewSessions(ctx))
	if list := must(only.As(h.id("ana")).Sessions(ctx, nil))(t); len(list) != 0 {
		t.Errorf("sessions of another house: %+v", list)
	}
	h.open(s)
}

package core_test

import (
	"context"
	"crypto/rand"
	"sync"
	"testing"
	"time"

	"gatehouse/core"
)

func ctxWithCancel() (context.Context, context.CancelFunc) {
	return context.WithCancel(context.Background())
}

// AC5, A6: what ends which sessions of Pia: those of a factor that is changed all but the one that it is changed in,
// the others all, at once, and with the reason.
func TestChangesEndSessions(t *testing.T) {
	type given struct {
		*fixture
		own  *core.Session // the session that acts
		key  string        // a second key of Pia
		code string        // a right one, where MFA is on
	}
	for _, c := range []struct {
		name  string
		mfa   bool
		do    func(g *given) error
		event core.Action
		why   core.SessionEnd
		own   core.SessionEnd // of the session that acts, where it ends too
	}{
		{name: "AddKey", event: "account.key_add", why: core.SessionFactorChanged, do: func(g *given) error {
			return onlyErr(g.own.Actor().AddKey(ctx, core.KeyInput{Key: newKey(g.t)}))
		}},
		{name: "RemoveKey", event: "account.key_remove", why: core.SessionFactorChanged, do: func(g *given) error {
			return g.own.Actor().RemoveKey(ctx, g.key)
		}},
		{name: "ConfirmMFA", event: "account.totp_enrol", why: core.SessionFactorChanged, do: func(g *given) error {
			e := must(g.own.Actor().EnrolMFA(ctx))(g.t)
			return onlyErr(g.own.Actor().ConfirmMFA(ctx, codeAt(g.t, e.Secret, g.clock.Now())))
		}},
		{name: "SwitchOffMFA", mfa: true, event: "account.totp_remove", why: core.SessionFactorChanged, do: func(g *given) error {
			return g.own.Actor().SwitchOffMFA(ctx, g.code)
		}},
		{
			name: "SwitchOffMFAOf", mfa: true, event: "account.mfa_reset", why: core.SessionFactorChanged, own: core.SessionFactorChanged,
			do: func(g *given) error {
				return onlyErr(g.as("sam").SwitchOffMFAOf(ctx, g.id("pia"), "lost her telephone"))
			},
		},
		{
			name: "Activate", event: "account.activate", why: core.SessionFactorChanged, own: core.SessionFactorChanged,
			do: func(g *given) error {
				code := must(g.as("sam").IssueCode(ctx, g.id("pia"), "lost all her keys"))(g.t)
				return onlyErr(g.Activate(ctx, core.Redeeming{Code: code, Key: newKey(g.t), Origin: address}))
			},
		},
		{
			name: "RemoveAccount", event: "account.remove", why: core.SessionRemoved, own: core.SessionRemoved,
			do: func(g *given) error {
				g.addUser(g.etl, "ben", core.RoleProjectAdmin)
				return g.as("sam").RemoveAccount(ctx, g.id("pia"), "left the company")
			},
		},
		{
			name: "expiry", event: "account.expire", why: core.SessionExpired, own: core.SessionExpired,
			do: func(g *given) error {
				g.editAccount("pia", func(a *core.Account) { a.Expires, a.Noticed = g.in(time.Minute), 3 })
				g.pass(time.Minute)
				return nil
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := &given{fixture: newFixture(t)}
			first, second := g.keyOf("pia"), g.keyOf("pia")
			g.key = second
			others := []*core.Session{}
			stranger := g.signIn("ana")
			if c.mfa {
				secret, _ := g.enrol("pia")
				for i, session := range []**core.Session{&g.own, nil, nil} {
					g.clock.move(time.Minute)
					s := must(g.SignIn(ctx, core.SigningIn{
						Fingerprint: []string{first, second}[i%2], Code: codeAt(t, secret, g.clock.Now()), Origin: address,
					}))(t)
					if session != nil {
						*session = s
						continue
					}
					others = append(others, s)
				}
				g.clock.move(time.Minute)
				g.code = codeAt(t, secret, g.clock.Now())
			} else {
				g.own = g.signInWith(first)
				others = append(others, g.signInWith(first), g.signInWith(second))
			}
			before := g.heads()
			allowed(t, c.do(g))
			for _, s := range others {
				g.over(s, c.why)
				if e := g.events("session.sign_out", s)[0]; e.Linked == "" {
					t.Errorf("not linked to what ended it: %+v", e)
				}
			}
			if c.own != "" {
				g.over(g.own, c.own)
			} else {
				g.open(g.own)
			}
			g.open(stranger)
			if n := len(g.mainEvents(before)); c.name != "Activate" && n != 1 {
				t.Errorf("%d main events", n)
			}
			for _, s := range others { // the server lets go of them now
				allowed(t, s.SignOut(ctx, core.SessionDisconnected))
				g.over(s, c.why)
			}
		})
	}
}

// AC5, AC10: own sessions are listed with what is known of them, Support sees all and ends any; other people's are
// not_found.
func TestSessionsAndRevoke(t *testing.T) {
	h := newFixture(t)
	key := h.keyOf("ana")
	first := h.signInWith(key)
	h.clock.move(time.Minute)
	second := must(h.SignIn(ctx, core.SigningIn{Fingerprint: key, Origin: "ssh 198.51.100.9"}))(t)
	ben := h.signIn("ben")
	first.Input()

	own := must(first.Actor().Sessions(ctx, h.id("ana")))(t)
	if len(own) != 2 || own[0].ID != second.Facts().ID || own[0].Own || !own[1].Own {
		t.Fatalf("own sessions: %+v", own)
	}
	if f := own[1]; f.Origin != address || f.Fingerprint != key || f.Began != h.in(-time.Minute) || f.LastInput != h.now() || f.Person.Email != "ana@acme.test" {
		t.Errorf("facts: %+v", f)
	}
	for who, want := range map[string]int{"ana": 2, "ben": 1, "pia": 0, "sam": 3} {
		if all := must(h.as(who).Sessions(ctx, nil))(t); len(all) != want {
			t.Errorf("%s sees %d sessions, want %d", who, len(all), want)
		}
	}
	if of := must(h.as("sam").Sessions(ctx, h.id("ben")))(t); len(of) != 1 || of[0].Account != h.id("ben") {
		t.Errorf("Support sees %+v", of)
	}
	_, err := h.as("ben").Sessions(ctx, h.id("ana"))
	refused(t, err, core.ReasonNotFound)
	_, err = h.as("sam").Sessions(ctx, core.AccountID(999))
	refused(t, err, core.ReasonNotFound)

	refused(t, ben.Actor().RevokeSession(ctx, first.Facts().ID), core.ReasonNotFound)
	refused(t, first.Actor().RevokeSession(ctx, 999), core.ReasonNotFound)
	h.open(first)
	allowed(t, first.Actor().RevokeSession(ctx, second.Facts().ID))
	h.over(second, core.SessionRevoked)
	if e := h.events("session.revoke", second); len(e) != 1 || e[0].Actor != h.id("ana") || e[0].Origin != address {
		t.Errorf("event: %+v", e)
	}
	allowed(t, h.as("sam").RevokeSession(ctx, ben.Facts().ID))
	h.over(ben, core.SessionRevoked)
	allowed(t, first.Actor().RevokeSession(ctx, first.Facts().ID)) // also the own one
	h.over(first, core.SessionRevoked)
	if all := must(h.as("sam").Sessions(ctx, nil))(t); len(all) != 0 {
		t.Errorf("ended ones are listed: %+v", all)
	}
}

// AC5, trust requirement 5: only input counts against the limit of idle time; a server may set less than 48 hours and a
// greatest age, never more.
// A10: a rehearsal knows the sessions and ends none, also beside others who sign in, look and are signed out.
func TestRehearsalEndsNoSession(t *testing.T) {
	h := newFixture(t)
	s, other := h.signIn("pia"), h.signIn("ana")
	id := s.Facts().ID
	allowed(t, h.as("sam").Rehearsing().RevokeSession(ctx, id))
	refused(t, h.as("ben").Rehearsing().RevokeSession(ctx, id), core.ReasonNotFound)
	allowed(t, h.as("sam").Rehearsing().RemoveAccount(ctx, h.id("pia"), "Has left"))
	if s.End() != "" || len(must(h.as("sam").Sessions(ctx, nil))(t)) != 2 {
		t.Fatalf("session %d has ended: %q", id, s.End())
	}
	bens := h.keyOf("ben")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 20 {
				_, _ = h.as("sam").Rehearse(ctx, 2, func(a *core.Actor, n int) error {
					return a.RevokeSession(ctx, []core.SessionID{id, other.Facts().ID}[n])
				})
				_, _ = h.as("sam").Sessions(ctx, nil)
				_, _ = h.SignIn(ctx, core.SigningIn{Fingerprint: bens, Origin: address})
			}
		})
	}
	all.Wait()
	if s.End() != "" || other.End() != "" {
		t.Errorf("ended: %q, %q", s.End(), other.End())
	}
	allowed(t, h.as("sam").RevokeSession(ctx, id))
	h.over(s, core.SessionRevoked)
}

func TestSessionTimes(t *testing.T) {
	review := func(h *fixture) { h.t.Helper(); allowed(h.t, h.ReviewSessions(ctx)) }
	t.Run("48 hours", func(t *testing.T) {
		h := newFixture(t)
		h.LimitSessions(core.SessionLimits{Idle: 1000 * time.Hour})
		busy, idle := h.signIn("ana"), h.signIn("pia")
		h.clock.move(47 * time.Hour)
		review(h)
		busy.Input()
		must(idle.Actor().Home(ctx))(t) // what it reads is no input
		h.clock.move(time.Hour - time.Second)
		review(h)
		h.open(idle)
		h.clock.move(time.Second)
		review(h)
		h.over(idle, core.SessionIdle)
		h.open(busy)
	})
	t.Run("less", func(t *testing.T) {
		h := newFixture(t)
		s := h.signIn("ana")
		h.LimitSessions(core.SessionLimits{Idle: time.Minute})
		h.clock.move(time.Minute)
		review(h)
		h.over(s, core.SessionIdle)
	})
	t.Run("age", func(t *testing.T) {
		h := newFixture(t)
		s := h.signIn("ana")
		h.LimitSessions(core.SessionLimits{Age: 3 * time.Hour})
		h.clock.move(3*time.Hour - time.Second)
		s.Input()
		review(h)
		h.open(s)
		h.clock.move(time.Second)
		s.Input()
		review(h)
		h.over(s, core.SessionTooOld)
	})
	t.Run("the clock of a demo house", func(t *testing.T) {
		h := newFixture(t)
		h.put(func(tx core.Tx) error { return tx.PutSettings(core.Settings{Created: core.At(begin), Demo: true}) })
		house := core.New(h.Store(), core.Options{Clock: h.clock.Now})
		s := must(house.SignIn(ctx, core.SigningIn{Fingerprint: h.keyOf("ana"), Origin: address}))(t)
		allowed(t, house.MoveClock(ctx, 100*time.Hour))
		allowed(t, house.ReviewSessions(ctx))
		if s.End() != "" {
			t.Errorf("moving the clock ended the session: %s", s.End())
		}
		allowed(t, s.SignOut(ctx, core.SessionSignedOut))
	})
	t.Run("restored", func(t *testing.T) { // X5
		h := newFixture(t)
		old, asks := h.signIn("ana"), h.signIn("pia")
		h.clock.move(time.Minute)
		allowed(t, h.MarkRestored(ctx))
		refused(t, asks.Confirm(ctx), core.ReasonSessionEnded)
		h.over(asks, core.SessionHouseRestored)
		fresh := h.signIn("ben")
		review(h)
		h.over(old, core.SessionHouseRestored)
		h.open(fresh)
	})
}

// Confirm ends what must not go on, also where no change of this house has told so.
func TestConfirm(t *testing.T) {
	t.Run("the key is somebody else's now", func(t *testing.T) {
		h := newFixture(t)
		key := h.keyOf("ana")
		s := h.signInWith(key)
		h.keyOf("ana") // not in the session, so it ends
		h.over(s, core.SessionFactorChanged)
		s = h.signInWith(key)
		h.put(func(tx core.Tx) error { return tx.Keys().Delete(key) })
		refused(t, s.Confirm(ctx), core.ReasonSessionEnded)
		h.over(s, core.SessionAccountChanged)
	})
	t.Run("expired before the sweep", func(t *testing.T) {
		h := newFixture(t)
		h.setMFA("lea", false)
		s := h.signIn("lea")
		h.editAccount("lea", func(a *core.Account) { a.Expires, a.Noticed = h.in(time.Minute), 3 })
		h.clock.move(time.Minute)
		refused(t, s.Confirm(ctx), core.ReasonAccountExpired)
		h.over(s, core.SessionExpired)
	})
	t.Run("removed", func(t *testing.T) {
		h := newFixture(t)
		s := h.signIn("otto")
		allowed(t, h.as("sam").RemoveAccount(ctx, h.id("otto"), "left the company"))
		h.over(s, core.SessionRemoved)
		allowed(t, s.SignOut(ctx, core.SessionDisconnected))
	})
}

// hook is randomness that does something before it is read.
type hook struct{ before func() }

func (h *hook) Read(p []byte) (int, error) {
	if h.before != nil {
		h.before()
	}
	return rand.Read(p)
}

// A6: what is under way when its session ends is refused, and nothing of it stays.
func TestChangeInFlight(t *testing.T) {
	random := &hook{}
	h := newFixtureOver(t, openMemory(t), core.Options{Random: random})
	s := h.signIn("ana")
	done := make(chan error, 1)
	random.before = sync.OnceFunc(func() { // in the middle of the transaction
		go func() { done <- s.SignOut(ctx, core.SessionStalled) }()
		<-s.Ended()
	})
	_, err := s.Actor().EnrolMFA(ctx)
	refused(t, err, core.ReasonSessionEnded)
	allowed(t, <-done)
	if h.account("ana").Enrolling != nil {
		t.Error("a secret was stored through an ended session")
	}
	h.over(s, core.SessionStalled)
}

package core_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// trust-E1: of 64 who sign in with the same right code at once, exactly one gets a session.
func TestSignInTogether(t *testing.T) {
	h := newFixture(t)
	key := h.keyOf("pia")
	secret, _ := h.enrol("pia")
	for round := range rounds(200) {
		h.clock.move(time.Minute)
		h.forget()
		in := core.SigningIn{Fingerprint: key, Code: codeAt(t, secret, h.clock.Now()), Origin: address}
		sessions := make([]*core.Session, 64)
		ways := make([]func() error, len(sessions))
		for i := range ways {
			ways[i] = func() (err error) {
				sessions[i], err = h.SignIn(ctx, in)
				return err
			}
		}
		var won *core.Session
		for i, err := range atOnce(ways...) {
			switch core.ReasonOf(err) {
			case "":
				if won != nil {
					t.Fatalf("round %d: two got in with one code", round)
				}
				won = sessions[i]
			case core.ReasonSecondFactorWrong, core.ReasonSecondFactorLocked:
			default:
				t.Fatalf("round %d: %v", round, err)
			}
		}
		if won == nil {
			t.Fatalf("round %d: nobody got in", round)
		}
		if n := len(must(h.as("pia").Sessions(ctx, nil))(t)); n != 1 {
			t.Fatalf("round %d: %d sessions are listed", round, n)
		}
		if n := len(h.events("session.sign_in", won)); n != 1 {
			t.Fatalf("round %d: %d events", round, n)
		}
		allowed(t, won.SignOut(ctx, core.SessionSignedOut))
	}
}

// trust-E2: a thousand guesses by fifty who sign in at once: at most five are looked at in each time between two locks.
func TestSignInGuessing(t *testing.T) {
	h := newFixture(t)
	key := h.keyOf("pia")
	secret, _ := h.enrol("pia")
	h.clock.move(time.Minute)
	guess := 0
	for window, length := range []time.Duration{5, 10} {
		evaluated := 0
		for range 10 {
			ways := make([]func() error, 50)
			for i := range ways {
				guess++
				in := core.SigningIn{Fingerprint: key, Code: h.wrong(secret, guess), Origin: address}
				ways[i] = func() error { return onlyErr(h.SignIn(ctx, in)) }
			}
			for _, err := range atOnce(ways...) {
				switch core.ReasonOf(err) {
				case core.ReasonSecondFactorWrong:
					evaluated++
				case core.ReasonSecondFactorLocked:
				default:
					t.Fatalf("guess: %v", err)
				}
			}
		}
		if evaluated != 4 { // the fifth that is looked at says that codes are locked now
			t.Errorf("window %d: %d guesses were wrong", window, evaluated)
		}
		h.clock.move(length * time.Minute)
	}
	if open := must(h.as("pia").Sessions(ctx, nil))(t); len(open) != 0 {
		t.Errorf("open: %+v", open)
	}
	in := core.SigningIn{Fingerprint: key, Code: codeAt(t, secret, h.clock.Now()), Origin: address}
	h.open(must(h.SignIn(ctx, in))(t))
}

// AC5: never more sessions than are allowed, in all and for each account, and who is refused leaves no trace of a
// sign-in.
func TestSessionLimits(t *testing.T) {
	for name, c := range map[string]struct {
		limits core.SessionLimits
		most   map[string]int // by person; "" is all together
	}{
		"in all":      {core.SessionLimits{Max: 10}, map[string]int{"": 10}},
		"per account": {core.SessionLimits{PerAccount: 3}, map[string]int{"": 6, "ana": 3, "pia": 3}},
		"both":        {core.SessionLimits{Max: 4, PerAccount: 3}, map[string]int{"": 4}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			h.LimitSessions(c.limits)
			keys := []string{h.keyOf("ana"), h.keyOf("pia")}
			for range rounds(20) {
				before := h.countEvents()
				sessions := make([]*core.Session, 64)
				ways := make([]func() error, len(sessions))
				for i := range ways {
					ways[i] = func() (err error) {
						sessions[i], err = h.SignIn(ctx, core.SigningIn{Fingerprint: keys[i%2], Origin: address})
						return err
					}
				}
				open := 0
				for _, err := range atOnce(ways...) {
					switch core.ReasonOf(err) {
					case "":
						open++
					case core.ReasonTooManySessions:
					default:
						t.Fatal(err)
					}
				}
				for who, want := range c.most {
					got := must(h.as("sam").Sessions(ctx, h.people[who]))(t)
					if len(got) != want {
						t.Fatalf("%q has %d sessions, want %d", who, len(got), want)
					}
				}
				if n := h.countEvents() - before; n != open || open != c.most[""] {
					t.Fatalf("%d events for %d sessions", n, open)
				}
				for _, s := range sessions {
					if s != nil {
						allowed(t, s.SignOut(ctx, core.SessionSignedOut))
					}
				}
			}
		})
	}
	t.Run("sentence", func(t *testing.T) {
		h := newFixture(t)
		h.LimitSessions(core.SessionLimits{PerAccount: 1})
		key := h.keyOf("ana")
		s := h.signInWith(key)
		_, err := h.SignIn(ctx, core.SigningIn{Fingerprint: key, Origin: address})
		refused(t, err, core.ReasonTooManySessions)
		if core.AsError(err).Code != core.CodeUnavailable {
			t.Errorf("%v", err)
		}
		allowed(t, h.as("ana").RevokeSession(ctx, s.Facts().ID))
		h.signInWith(key)
	})
	t.Run("before a code is asked for", func(t *testing.T) {
		h := newFixture(t)
		key := h.keyOf("pia")
		secret, _ := h.enrol("pia")
		h.clock.move(time.Minute)
		h.LimitSessions(core.SessionLimits{PerAccount: 1})
		in := core.SigningIn{Fingerprint: key, Origin: address}
		if ask := must(h.Recognize(ctx, in))(t); ask != core.AskCode {
			t.Fatalf("asked %q", ask)
		}
		first := must(h.SignIn(ctx, core.SigningIn{Fingerprint: key, Code: codeAt(t, secret, h.clock.Now()), Origin: address}))(t)
		_, err := h.Recognize(ctx, in)
		refused(t, err, core.ReasonTooManySessions)
		h.clock.move(time.Minute)
		in.Code = codeAt(t, secret, h.clock.Now())
		_, err = h.SignIn(ctx, in)
		refused(t, err, core.ReasonTooManySessions)
		allowed(t, first.SignOut(ctx, core.SessionSignedOut))
		_ = must(h.SignIn(ctx, in))(t) // the code was not used up
	})
}

// AC5, A6: sign-ins, a changed key, revocations and lost connections at the same moment. What signed in before the
// change has ended, what signed in after it has not, and each session has one end in the log.
func TestSessionsEndRace(t *testing.T) {
	h := newFixture(t)
	key := h.keyOf("ana")
	h.as("ana")
	for round := range rounds(300) {
		mark := h.lastSequence()
		old := []*core.Session{h.signInWith(key), h.signInWith(key), h.signInWith(key)}
		var mu sync.Mutex
		all := slices.Clone(old)
		ways := []func() error{
			func() error { return onlyErr(h.as("ana").RenameAccount(ctx, fmt.Sprintf("Ana %d", round))) },
			func() error { return old[0].SignOut(ctx, core.SessionDisconnected) },
			func() error { return h.as("sam").RevokeSession(ctx, old[0].Facts().ID) },
			func() error { return h.as("sam").RevokeSession(ctx, old[1].Facts().ID) },
			func() error { return old[1].SignOut(ctx, core.SessionStalled) },
			func() error { return old[1].Confirm(ctx) },
			func() error { return h.ReviewSessions(ctx) },
			func() error { return onlyErr(h.as("ana").Sessions(ctx, nil)) },
		}
		if round%2 == 0 {
			ways = append(ways, func() error {
				fresh := must(h.as("ana").AddKey(ctx, core.KeyInput{Key: newKey(t)}))(t)
				return h.as("ana").RemoveKey(ctx, fresh.Fingerprint)
			})
		}
		for range 4 {
			ways = append(ways, func() error {
				s, err := h.SignIn(ctx, core.SigningIn{Fingerprint: key, Origin: address})
				mu.Lock()
				defer mu.Unlock()
				all = append(all, s)
				return err
			})
		}
		turn := round % len(ways)
		atOnce(append(ways[turn:], ways[:turn]...)...)
		h.agrees(mark, all)
		for _, s := range all {
			allowed(t, s.SignOut(ctx, core.SessionSignedOut))
		}
		h.agrees(mark, all)
	}
}

func (h *fixture) lastSequence() uint64 {
	return h.heads()[core.System]
}

// agrees compares sessions with what the log says of them since mark.
func (h *fixture) agrees(mark uint64, all []*core.Session) {
	h.t.Helper()
	began, ended := map[string]uint64{}, map[string]int{}
	changed := uint64(0) // the newest change of a key
	for _, e := range h.chain(core.System) {
		if e.Sequence <= mark || e.Outcome != core.OutcomeDone {
			continue
		}
		switch e.Action {
		case "session.sign_in":
			began[e.Changes[0].After] = e.Sequence
		case "session.sign_out":
			ended[e.Changes[0].Before]++
		case "account.key_add", "account.key_remove":
			changed = e.Sequence
		default: // what else happened ends no session here
		}
	}
	for _, s := range all {
		id := s.Facts().ID.String()
		if began[id] == 0 {
			h.t.Fatalf("session %s has no sign-in in the log", id)
		}
		if over := s.End() != ""; over != (ended[id] == 1) || ended[id] > 1 {
			h.t.Fatalf("session %s: end %q, %d sign-outs in the log", id, s.End(), ended[id])
		}
		if began[id] < changed && s.End() == "" {
			h.t.Fatalf("session %s began before a key was changed, and is open", id)
		}
		if began[id] > changed && s.End() == core.SessionFactorChanged {
			h.t.Fatalf("session %s began after the last change of a key, and was ended by one", id)
		}
	}
}

// The register against a plain model: who is signed in, through whatever happens to sessions.
func TestSessionModel(t *testing.T) {
	suite.Sequential(t)
	people := []string{"ana", "ben", "pia", "sam"}
	rapid.Check(t, func(rt *rapid.T) {
		h := newFixture(rt)
		h.setMFA("sam", false)
		keys := map[string]string{}
		for _, who := range people {
			keys[who] = h.keyOf(who)
		}
		limits := core.SessionLimits{
			Max: rapid.IntRange(0, 6).Draw(rt, "max"), PerAccount: rapid.IntRange(0, 3).Draw(rt, "per account"), Idle: 3 * time.Hour,
		}
		h.LimitSessions(limits)
		type entry struct {
			who   string
			input time.Time
		}
		open := map[*core.Session]*entry{}
		count := func(who string) (n int) {
			for _, e := range open {
				if e.who == who {
					n++
				}
			}
			return n
		}
		pick := func() *core.Session {
			var all []*core.Session
			for s := range open {
				all = append(all, s)
			}
			if len(all) == 0 {
				return nil
			}
			slices.SortFunc(all, func(a, b *core.Session) int { return int(a.Facts().ID) - int(b.Facts().ID) }) //nolint:gosec // few
			return all[rapid.IntRange(0, len(all)-1).Draw(rt, "session")]
		}
		drop := func(who string, but *core.Session) {
			for s, e := range open {
				if e.who == who && s != but {
					delete(open, s)
				}
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"sign in": func(rt *rapid.T) {
				who := rapid.SampledFrom(people).Draw(rt, "who")
				full := limits.Max > 0 && len(open) >= limits.Max || limits.PerAccount > 0 && count(who) >= limits.PerAccount
				s, err := h.SignIn(ctx, core.SigningIn{Fingerprint: keys[who], Origin: address})
				if full {
					refused(rt, err, core.ReasonTooManySessions)
					return
				}
				allowed(rt, err)
				open[s] = &entry{who, h.clock.Now()}
			},
			"sign out": func(rt *rapid.T) {
				if s := pick(); s != nil {
					allowed(rt, s.SignOut(ctx, core.SessionSignedOut))
					delete(open, s)
				}
			},
			"revoke": func(rt *rapid.T) {
				s := pick()
				if s == nil {
					return
				}
				who := rapid.SampledFrom(people).Draw(rt, "by")
				h.setMFA("sam", true) // for what Support does to others (AC23); at the sign-in it would be asked
				err := h.as(who).RevokeSession(ctx, s.Facts().ID)
				h.setMFA("sam", false)
				if who != "sam" && who != open[s].who {
					refused(rt, err, core.ReasonNotFound)
					return
				}
				allowed(rt, err)
				delete(open, s)
			},
			"change a key": func(rt *rapid.T) {
				s := pick()
				if s == nil {
					return
				}
				who := open[s].who
				fresh := must(s.Actor().AddKey(ctx, core.KeyInput{Key: newKey(rt)}))(rt)
				allowed(rt, s.Actor().RemoveKey(ctx, fresh.Fingerprint))
				drop(who, s)
			},
			"expire": func(rt *rapid.T) {
				who := rapid.SampledFrom(people[:3]).Draw(rt, "who")
				h.editAccount(who, func(a *core.Account) { a.Expires, a.Noticed = h.now(), 3 })
				h.sweep()
				drop(who, nil)
				h.editAccount(who, func(a *core.Account) { a.Expires, a.Noticed, a.State = 0, 0, core.AccountActive })
			},
			"input": func(*rapid.T) {
				if s := pick(); s != nil {
					s.Input()
					open[s].input = h.clock.Now()
				}
			},
			"time": func(rt *rapid.T) {
				h.clock.move(time.Duration(rapid.IntRange(1, 120).Draw(rt, "minutes")) * time.Minute)
				allowed(rt, h.ReviewSessions(ctx))
				for s, e := range open {
					if h.clock.Now().Sub(e.input) >= limits.Idle {
						delete(open, s)
					}
				}
			},
			"": func(rt *rapid.T) {
				listed := map[core.SessionID]bool{}
				for _, f := range must(h.as("sam").Sessions(ctx, nil))(rt) {
					listed[f.ID] = true
				}
				for s := range open {
					if !listed[s.Facts().ID] || s.End() != "" {
						rt.Fatalf("session %d: listed %v, end %q", s.Facts().ID, listed[s.Facts().ID], s.End())
					}
				}
				if len(listed) != len(open) {
					rt.Fatalf("%d are listed, %d are open", len(listed), len(open))
				}
			},
		})
	})
}

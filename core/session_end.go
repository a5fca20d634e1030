package core

import (
	"context"
	"errors"
	"time"
)

// Says gives the end as part of a sentence: "it was ended under Account, or by Support".
func (e SessionEnd) Says() string {
	if text, ok := sessionEnds[e]; ok {
		return text
	}
	return "it is over"
}

var sessionEnds = map[SessionEnd]string{
	SessionSignedOut:      "you signed out",
	SessionDisconnected:   "the connection is gone",
	SessionIdle:           "there was no input for too long",
	SessionTooOld:         "it has lasted as long as this server allows",
	SessionRevoked:        "it was ended under Account, or by Support",
	SessionExpired:        "the account expired",
	SessionRemoved:        "the account was removed",
	SessionFactorChanged:  "a key or the second factor of the account was changed",
	SessionServerStopped:  "the server stops",
	SessionServerFailed:   "the server could not save",
	SessionStalled:        "the terminal did not read what was sent",
	SessionCrashed:        "the program failed",
	SessionHouseRestored:  "the house was put back from a backup",
	SessionAccountChanged: "its key does not belong to the account any more",
}

// stands refuses what is done through a session that has ended (A6).
func (a *Actor) stands() error {
	if a.session == nil {
		return nil
	}
	return a.session.stands()
}

func (s *Session) stands() error {
	if why := s.End(); why != "" {
		return refuse(ReasonSessionEnded, words{"why": why.Says()}).on("", s.facts.Account.Ref())
	}
	return nil
}

// sessionEnding is a session that ends with a change.
type sessionEnding struct {
	session *Session
	why     SessionEnd
}

// endSessions ends the sessions of an account when the change is committed, all but the one that the actor acts in
// (AC5). Each has its event session.sign_out, linked to the event of the change.
func (c *change) endSessions(account AccountID, why SessionEnd) {
	for _, s := range c.house.sessions.of(account) {
		if s != c.session {
			c.endSession(s, why)
		}
	}
}

func (c *change) endSession(s *Session, why SessionEnd) {
	if !s.beginEnding() { // its own event is on the way
		return
	}
	c.endings = append(c.endings, sessionEnding{s, why})
	c.linked = append(c.linked, Event{
		Action: "session.sign_out", Chain: System, Subjects: []Ref{s.facts.Account.Ref()}, Outcome: OutcomeDone, Reason: string(why),
		Changes: []Change{{Field: "session", Before: s.facts.ID.String()}},
	})
}

// beginEnding notes that a change is under way which ends the session, unless it has ended already.
func (s *Session) beginEnding() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.end != "" {
		return false
	}
	s.ending++
	return true
}

// settleSessions opens and closes the sessions of a change that is committed, or leaves them as they were after one that
// is not.
func (c *change) settleSessions(committed bool) {
	if c.begins != nil && committed {
		c.house.sessions.open(c.begins)
	}
	for _, e := range c.endings {
		if committed {
			e.session.close(e.why)
			c.house.sessions.release(e.session)
		}
		e.session.endEnding(committed)
	}
}

func (s *Session) endEnding(signedOut bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ending--
	s.signedOut = s.signedOut || signedOut
	s.settled.Broadcast()
}

// needsSignOut waits for the changes under way that end the session, and reports whether none has written its event.
func (s *Session) needsSignOut() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.ending > 0 {
		s.settled.Wait()
	}
	was := s.signedOut
	s.signedOut = true
	return !was
}

func (s *Session) signOut(ctx context.Context, why SessionEnd) error {
	if !s.close(why) {
		return nil
	}
	h := s.house
	h.sessions.release(s)
	if h.readOnly || !s.needsSignOut() {
		return nil
	}
	// The connection, and its context with it, is often gone already.
	err := h.update(context.WithoutCancel(ctx), func(c *change) error {
		me, err := c.account(s.facts.Account)
		if err != nil {
			return err
		}
		c.me, c.origin = me, s.facts.Origin
		c.happened("session.sign_out", System, []Ref{me.ID.Ref()}, string(why), Change{Field: "session", Before: s.facts.ID.String()})
		return nil
	})
	if err != nil {
		return named(err, attempt{action: "session.sign_out", subjects: []Ref{s.facts.Account.Ref()}})
	}
	return nil
}

func (s *Session) confirm(ctx context.Context) error {
	if err := s.stands(); err != nil {
		return err
	}
	why, err := s.over(ctx)
	if why == "" {
		return err
	}
	if outErr := s.signOut(ctx, why); outErr != nil {
		s.house.log.Error("sign-out not audited", "session", s.facts.ID, "error", outErr)
	}
	return err
}

// over looks whether the session must end, and why; the error is the refusal that goes with it.
func (s *Session) over(ctx context.Context) (why SessionEnd, err error) {
	err = s.house.store.View(ctx, func(tx Tx) error {
		now, err := s.house.present(tx)
		if err != nil {
			return err
		}
		r := &reading{Tx: tx, house: s.house, now: now}
		set, err := r.Settings()
		if err != nil {
			return err
		}
		acc, key, ok, err := r.holder(s.facts.Fingerprint)
		if err != nil {
			return err
		}
		if r.me, err = r.account(s.facts.Account); err != nil {
			return err
		}
		switch {
		case s.before(set.Restored):
			why = SessionHouseRestored
		case r.me.State == AccountRemoved:
			why = SessionRemoved
		case r.active() != nil:
			why = SessionExpired
			return r.active()
		case !ok || key.Account != s.facts.Account || acc.ID != r.me.ID:
			why = SessionAccountChanged
		default:
			return nil
		}
		return refuse(ReasonSessionEnded, words{"why": why.Says()})
	})
	if err != nil {
		err = named(err, signInAttempt)
	}
	return why, err
}

// before reports whether the session began before the house was put back from a backup (X5).
func (s *Session) before(restored Moment) bool { return restored != 0 && s.facts.Began < restored }

func (h *House) reviewSessions(ctx context.Context) error {
	restored, err := h.Restored(ctx)
	errs := []error{err}
	now, limits := h.clock(), h.sessions.allowed()
	for _, s := range h.sessions.list(func(p *place) bool { return p.open }) {
		if why := s.due(now, restored, limits); why != "" {
			errs = append(errs, s.signOut(ctx, why))
		}
	}
	return errors.Join(errs...)
}

// due says why a limit ends the session now, or nothing. Lengths of time are measured by the clock of the machine: who
// moves the clock of a demo house sends nobody away.
func (s *Session) due(now time.Time, restored Moment, limits SessionLimits) SessionEnd {
	s.mu.Lock()
	input := s.input
	s.mu.Unlock()
	idle := limits.Idle
	if idle <= 0 || idle > sessionIdle {
		idle = sessionIdle
	}
	switch {
	case s.before(restored):
		return SessionHouseRestored
	case now.Sub(input) >= idle:
		return SessionIdle
	case limits.Age > 0 && now.Sub(s.began) >= limits.Age:
		return SessionTooOld
	}
	return ""
}

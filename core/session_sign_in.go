package core

import (
	"context"
	"strconv"
)

func tooManySessions(n int) *Error {
	return refuse(ReasonTooManySessions, words{"n": strconv.Itoa(n)})
}

// holder gives the account that a key belongs to; ok is false when it is nobody's.
func (r *reading) holder(fingerprint string) (acc Account, key PublicKey, ok bool, err error) {
	key, ok, err = r.Keys().Get(fingerprint)
	if err != nil || !ok {
		return Account{}, key, false, err
	}
	acc, err = r.account(key.Account)
	return acc, key, err == nil, err
}

func (h *House) recognize(ctx context.Context, in SigningIn) (SignInQuestion, error) {
	ask := AskActivation
	err := h.store.View(ctx, func(tx Tx) error {
		now, err := h.present(tx)
		if err != nil {
			return err
		}
		r := &reading{Tx: tx, house: h, now: now}
		acc, key, ok, err := r.holder(in.Fingerprint)
		if err != nil || !ok {
			return err
		}
		r.me = acc
		if err := r.active(); err != nil {
			return err
		}
		needs, err := SignInNeeds(acc, key.Security)
		if err != nil {
			return err
		}
		ask = AskNothing
		if needs == SignInCode {
			ask = AskCode
		}
		return nil
	})
	return ask, err
}

func (h *House) signIn(ctx context.Context, in SigningIn) (*Session, error) {
	s := &Session{house: h, ended: make(chan struct{})}
	err := h.update(ctx, func(c *change) error {
		c.origin = in.Origin
		acc, key, ok, err := c.holder(in.Fingerprint)
		if err != nil {
			return err
		}
		if !ok {
			return refuse(ReasonUnknownKey, nil)
		}
		c.me = acc
		if err := c.active(); err != nil {
			return err
		}
		key.LastUsed = c.now
		if err := c.Keys().Put(key); err != nil {
			return err
		}
		s.facts = SessionFacts{Account: acc.ID, Fingerprint: in.Fingerprint, Origin: in.Origin, Began: c.now}
		s.lastInput = c.now
		c.happened("session.sign_in", System, []Ref{acc.ID.Ref()}, "")
		return nil
	})
	if err != nil {
		return nil, err
	}
	if e := h.sessions.add(s); e != nil {
		return nil, e
	}
	return s, nil
}

func (s *Session) confirm(context.Context) error { return nil }

func (s *Session) signOut(ctx context.Context, why SessionEnd) error {
	if !s.close(why) {
		return nil
	}
	s.house.sessions.remove(s.facts.ID)
	return s.house.update(ctx, func(c *change) error {
		me, err := c.account(s.facts.Account)
		if err != nil {
			return err
		}
		c.me, c.origin = me, s.facts.Origin
		c.happened("session.sign_out", System, []Ref{me.ID.Ref()}, string(why))
		return nil
	})
}

func (a *Actor) sessions(_ context.Context, account AccountID) ([]SessionFacts, error) {
	var out []SessionFacts
	for _, s := range a.house.sessions.list(func(s *Session) bool { return account == 0 || s.facts.Account == account }) {
		out = append(out, s.Facts())
	}
	return out, nil
}

func (a *Actor) revokeSession(ctx context.Context, id SessionID) error {
	s, ok := a.house.sessions.get(id)
	if !ok {
		return refuse(ReasonNotFound, words{"kind": "session", "id": strconv.FormatUint(uint64(id), 10)})
	}
	return s.signOut(ctx, SessionRevoked)
}

func (h *House) reviewSessions(context.Context) error { return nil }

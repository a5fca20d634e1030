package core

import (
	"context"
	"errors"
	"net/netip"
	"strings"
)

// actorUnknown begins the name of an actor whose key belongs to nobody (AU2).
const actorUnknown = "unknown"

var signInAttempt = attempt{action: "session.sign_in", subjects: []Ref{System}, denied: true}

// holder gives the account that a key belongs to; ok is false when it is nobody's.
func (r *reading) holder(fingerprint string) (acc Account, key PublicKey, ok bool, err error) {
	key, ok, err = r.Keys().Get(fingerprint)
	if err != nil || !ok {
		return Account{}, key, false, err
	}
	acc, err = r.account(key.Account)
	return acc, key, err == nil, err
}

// asked says what the key is asked for besides, and refuses whom no answer would let in. acc is zero for a key of
// nobody.
func (r *reading) asked(fingerprint string) (acc Account, key PublicKey, ask SignInQuestion, err error) {
	acc, key, ok, err := r.holder(fingerprint)
	if err != nil || !ok {
		return acc, key, AskActivation, err
	}
	r.me = acc
	if err := r.active(); err != nil {
		return acc, key, "", err
	}
	needs, err := SignInNeeds(acc, key.Security)
	if err != nil || needs == SignInNothing {
		return acc, key, AskNothing, err
	}
	if acc.Throttle.locked(r.now) {
		return acc, key, "", codesLocked(acc.Throttle.Until)
	}
	return acc, key, AskCode, nil
}

func (h *House) recognize(ctx context.Context, in SigningIn) (SignInQuestion, error) {
	acc, ask, err := h.ask(ctx, in)
	if err == nil && ask == AskCode { // nobody types a code for nothing
		err = h.sessions.room(acc.ID)
	}
	if err != nil {
		h.deniedSignIn(ctx, acc.ID, in, err)
		return "", named(err, signInAttempt)
	}
	return ask, nil
}

func (h *House) unrecognized(ctx context.Context, in SigningIn) error {
	_, ask, err := h.ask(ctx, in)
	switch {
	case err == nil && ask == AskActivation:
		err = refuse(ReasonUnknownKey, nil)
		h.deniedSignIn(ctx, 0, in, err)
	case err != nil && AsError(err).Code == CodeDenied: // of an account that may not act
		err = nil
	}
	if err != nil {
		return named(err, signInAttempt)
	}
	return nil
}

func (h *House) ask(ctx context.Context, in SigningIn) (acc Account, ask SignInQuestion, err error) {
	err = h.store.View(ctx, func(tx Tx) error {
		now, err := h.present(tx)
		if err != nil {
			return err
		}
		r := &reading{Tx: tx, house: h, now: now}
		acc, _, ask, err = r.asked(in.Fingerprint)
		return err
	})
	return acc, ask, err
}

func (h *House) signIn(ctx context.Context, in SigningIn) (*Session, error) {
	if h.readOnly { // it could neither be audited nor use up a code
		return nil, named(refuse(ReasonReadOnly, nil), signInAttempt)
	}
	s := newSession(h)
	acc, ask, err := h.ask(ctx, in)
	var try codeTry
	if err == nil && ask == AskCode {
		try, err = h.As(acc.ID).codeTry(ctx, in.Code)
	}
	if err == nil {
		var refusal *Error
		err = h.update(ctx, func(c *change) (err error) {
			refusal, err = c.beginSession(s, in, try)
			if refusal != nil || err != nil {
				h.sessions.release(s)
			}
			acc = c.me
			return err
		})
		if err == nil && refusal != nil {
			err = refusal
		}
	}
	if err != nil {
		h.sessions.release(s)
		h.deniedSignIn(ctx, acc.ID, in, err)
		return nil, named(err, signInAttempt)
	}
	return s, nil
}

// beginSession signs a key in, with the code that was tried where one is needed. After a wrong code the refusal says
// so, and the count is stored (AC15).
func (c *change) beginSession(s *Session, in SigningIn, try codeTry) (refusal *Error, err error) {
	c.origin = in.Origin
	acc, key, ask, err := c.asked(in.Fingerprint)
	if err != nil {
		return nil, err
	}
	if ask == AskActivation {
		return nil, refuse(ReasonUnknownKey, nil)
	}
	if refusal := c.house.sessions.hold(s, acc.ID); refusal != nil {
		return nil, refusal
	}
	changes := []Change{{Field: "session", After: s.facts.ID.String()}}
	if ask == AskCode {
		by, refusal, err := c.useCode(&acc, try)
		if refusal != nil || err != nil {
			return refusal, err
		}
		changes = append(changes, Change{Field: "with", After: string(by)})
		if by == byRecovery {
			acc.Version++
			changes = append(changes, recoveryChange(c.me, acc))
		}
		if err := c.Accounts().Put(acc); err != nil {
			return nil, err
		}
	}
	key.LastUsed = c.now
	if err := c.Keys().Put(key); err != nil {
		return nil, err
	}
	s.facts = SessionFacts{ID: s.facts.ID, Account: acc.ID, Fingerprint: key.Fingerprint, Origin: in.Origin, Began: c.now}
	s.began = c.house.clock()
	s.lastInput, s.input = c.now, s.began
	c.begins = s
	c.happened("session.sign_in", System, []Ref{acc.ID.Ref()}, "", changes...)
	return nil, nil
}

// deniedSignIn audits a sign-in that was denied (AU8): of an account, or with zero of a key that belongs to nobody.
func (h *House) deniedSignIn(ctx context.Context, id AccountID, in SigningIn, err error) {
	var e *Error
	if !errors.As(err, &e) || e.Code != CodeDenied {
		return
	}
	t := signInAttempt
	if id == 0 {
		h.deniedUnknown(ctx, t, in.Fingerprint, in.Origin, e.Reason)
		return
	}
	t.subjects = []Ref{id.Ref()}
	if h.readOnly {
		return
	}
	if err := h.As(id).From(in.Origin).auditDenial(ctx, t, e.Reason); err != nil {
		h.log.Error("denied sign-in not audited", "account", id, "origin", in.Origin, "error", err)
	}
}

// deniedUnknown audits what was denied to a key of nobody, with its fingerprint (AU2). What comes again from the same
// address within ten minutes is counted, whatever the key (AU8).
func (h *House) deniedUnknown(ctx context.Context, t attempt, fingerprint, origin string, why Reason) {
	if h.readOnly {
		return
	}
	err := h.auditDenial(ctx, denial{
		attempt: t, key: attemptKey(actorUnknown+"@"+network(origin), t, why), name: actorUnknown + " " + fingerprint,
		origin: origin, why: why,
	})
	if err != nil {
		h.log.Error("denied sign-in not audited", "fingerprint", fingerprint, "origin", origin, "error", err)
	}
}

// network is the part of an origin that one person has to themselves: the address, of an IPv6 address the first half.
func network(origin string) string {
	addr, err := netip.ParseAddr(strings.TrimPrefix(origin, "ssh "))
	if err != nil || addr.Unmap().Is4() {
		return origin
	}
	net, err := addr.WithZone("").Prefix(64)
	if err != nil {
		return origin
	}
	return net.String()
}

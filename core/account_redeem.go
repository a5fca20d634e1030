package core

import (
	"context"
	"errors"
	"strconv"
)

// Redeeming is what somebody gives who redeems an activation code.
type Redeeming struct {
	Code string
	Name string // needed unless the account has one
	// Key is the public key that will sign the person in, the line of a .pub file. It may be left out at the local
	// console only (AC18).
	Key string
	// Origin is where this comes from; empty is the local console.
	Origin string
}

// Redeem is Activate at the local console, without a key.
func (h *House) Redeem(ctx context.Context, code, name string) (Account, error) {
	return h.Activate(ctx, Redeeming{Code: code, Name: name})
}

// Activate redeems an activation code (AC18). The account becomes active, all its codes die, and the key is added. An
// account that is active already keeps everything it has but its sessions (AC5): the code of who lost all keys (AC11). A code that came by mail
// confirms the address (AC21). It accepts no invitation (I14). Refused with code_invalid when the code is unknown, used
// or lapsed, in the same words; account_expired; name_required, invalid_text; invalid_key, key_taken, and without a key
// elsewhere than at the local console invalid_key too. What is refused leaves the code as it was.
func (h *House) Activate(ctx context.Context, in Redeeming) (Account, error) {
	t := attempt{action: "account.activate", subjects: []Ref{System}}
	if h.readOnly {
		return Account{}, named(refuse(ReasonReadOnly, nil), t)
	}
	var out Account
	err := h.update(ctx, func(c *change) error {
		c.origin = OriginLocal
		if in.Origin != "" {
			c.origin = in.Origin
		}
		acc, mailed, err := c.accountOfCode(in.Code)
		if err != nil {
			return err
		}
		before := acc
		c.me = acc
		if acc.Name == "" {
			if acc.Name, err = cleanName("name", in.Name); err != nil {
				return err
			}
		}
		changes, err := c.firstKey(&acc, in.Key)
		if err != nil {
			return err
		}
		acc.State = AccountActive
		acc.Confirmed = acc.Confirmed || mailed
		if acc.Activated == 0 {
			acc.Activated = c.now
		}
		acc.Version++
		if err := c.Accounts().Put(acc); err != nil {
			return err
		}
		out = acc
		if before.State != acc.State {
			changes = append([]Change{{Field: "state", Before: string(before.State), After: string(acc.State)}}, changes...)
		}
		c.happened("account.activate", System, []Ref{acc.ID.Ref()}, "", changes...)
		if in.Key != "" {
			c.endSessions(acc.ID, SessionFactorChanged)
		}
		if err := c.spendCodes(acc.ID); err != nil {
			return err
		}
		return c.reviewDecidersOf(acc.ID)
	})
	if err != nil {
		h.deniedCode(ctx, t, in, err)
		return Account{}, named(err, t)
	}
	return out, nil
}

// deniedCode audits a code that was refused over the network, so that guessing shows (AU8): the key belongs to nobody.
func (h *House) deniedCode(ctx context.Context, t attempt, in Redeeming, err error) {
	var e *Error
	if in.Origin == "" || in.Origin == OriginLocal || !errors.As(err, &e) || e.Code != CodeDenied && e.Reason != ReasonCodeInvalid {
		return
	}
	fingerprint := ""
	if key, _, keyErr := readKey(in.Key); keyErr == nil {
		fingerprint = key.Fingerprint
	}
	h.deniedUnknown(ctx, t, fingerprint, in.Origin, e.Reason)
}

// firstKey adds the key that a code is redeemed with, and says so for the event.
func (c *change) firstKey(acc *Account, line string) ([]Change, error) {
	if line == "" {
		if c.origin != OriginLocal {
			return nil, invalidKey()
		}
		return nil, nil
	}
	before := *acc
	n, err := c.Count(CountKeys, acc.ID.Ref())
	if err != nil {
		return nil, err
	}
	key, err := c.newKey(*acc, KeyInput{Key: line})
	if err != nil {
		return nil, err
	}
	if err := c.putKey(acc, key); err != nil {
		return nil, err
	}
	keys := Change{Field: "keys", Before: strconv.Itoa(n), After: strconv.Itoa(n + 1)}
	return append([]Change{keys}, mfaChanges(before, *acc)...), nil
}

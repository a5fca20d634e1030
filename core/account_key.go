package core

import (
	"cmp"
	"context"
	"encoding/base64"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"
)

// readKey reads a public key as OpenSSH writes it into a .pub file: kind, key in base64, comment. A line that a
// terminal has broken while it was copied is put together again. Refused with invalid_key; what was given is never in
// the error.
func readKey(line string) (key PublicKey, comment string, err error) {
	if len(line) > keyTextMax {
		return key, "", invalidKey()
	}
	if stray := strayKey(line); stray != nil {
		return key, "", stray
	}
	parts := strings.Fields(oneKeyLine(line))
	if len(parts) < 2 {
		return key, "", invalidKey()
	}
	if keyKindOf(parts[0]) < 0 {
		return key, "", invalidKey()
	}
	letters := ""
	for i, part := range parts[1:] {
		letters += part
		blob, err := base64.StdEncoding.DecodeString(letters)
		if err != nil {
			continue
		}
		public, err := ssh.ParsePublicKey(blob)
		if err != nil || public.Type() != parts[0] {
			continue
		}
		kind, refusal := kindOfKey(public)
		if refusal != nil {
			return key, "", refusal
		}
		key = PublicKey{
			Fingerprint: ssh.FingerprintSHA256(public), Version: 1, Type: parts[0], Blob: public.Marshal(), Security: kind.security,
		}
		return key, strings.Join(parts[i+2:], " "), nil
	}
	return key, "", invalidKey()
}

// KeyInput is a public key that somebody adds.
type KeyInput struct {
	Key string // the line of a .pub file
	// Label is what the person calls it, 0–50. Without one it is the comment behind the key, where that is a label.
	Label string
}

// newKey reads a key of the account and looks that it can be added: a key belongs to one account.
func (c *change) newKey(acc Account, in KeyInput) (PublicKey, error) {
	key, comment, err := readKey(in.Key)
	if err != nil {
		return key, err
	}
	if key.Label, err = cleanLine("label", in.Label, 0, KeyLabelMax); err != nil {
		return key, err
	}
	if key.Label == "" {
		if label, err := cleanLine("label", comment, 0, KeyLabelMax); err == nil {
			key.Label = label
		}
	}
	if _, taken, err := c.Keys().Get(key.Fingerprint); err != nil || taken {
		return key, cmp.Or(err, error(refuse(ReasonKeyTaken, nil).field("key")))
	}
	n, err := c.Count(CountKeys, acc.ID.Ref())
	if err != nil {
		return key, err
	}
	if n >= keysMost {
		return key, invalidValue("keys", "at most "+strconv.Itoa(keysMost)+" in number: remove one first")
	}
	key.Account, key.Added = acc.ID, c.now
	return key, nil
}

// putKey stores a new key of the account, which counts it when it is a security key, and tells the person (AC20). The
// caller stores the account.
func (c *change) putKey(acc *Account, key PublicKey) error {
	if key.Security {
		acc.SecurityKeys++
	}
	c.tellOwn(acc.ID, NoticeKeyChanged, NoticeFacts{How: howAdded, Text: key.said()}, acc.ID.Ref())
	return c.Keys().Put(key)
}

// said names a key for its owner.
func (k PublicKey) said() string {
	if k.Label == "" {
		return k.Type + " " + k.Fingerprint
	}
	return k.Type + " " + k.Fingerprint + " (" + k.Label + ")"
}

// AddKey adds a public key to the own account (AC20). A security key counts as MFA: what was locked opens at once
// (AC4, S17). The person is told; other sessions of the account end (AC5). Refused with invalid_key, key_taken, invalid_text for the label, invalid_value for
// more than 20 keys.
func (a *Actor) AddKey(ctx context.Context, in KeyInput) (PublicKey, error) {
	var out PublicKey
	err := a.do(ctx, attempt{action: "account.key_add", subjects: []Ref{a.id.Ref()}}, func(c *change) error {
		if err := c.active(); err != nil {
			return err
		}
		acc := c.me
		key, err := c.newKey(acc, in)
		if err != nil {
			return err
		}
		if err := c.putKey(&acc, key); err != nil {
			return err
		}
		out = key
		return c.keyChanged("account.key_add", acc)
	})
	return out, err
}

// RemoveKey takes a key from the own account (AC20). Without the last security key MFA is off, unless codes are on.
// The person is told; other sessions of the account end (AC5). Refused with not_found for a key that is not one's own, last_key, last_enrolled_admin (S29).
func (a *Actor) RemoveKey(ctx context.Context, fingerprint string) error {
	return a.do(ctx, attempt{action: "account.key_remove", subjects: []Ref{a.id.Ref()}}, func(c *change) error {
		if err := c.active(); err != nil {
			return err
		}
		key, err := c.ownKey(fingerprint)
		if err != nil {
			return err
		}
		n, err := c.Count(CountKeys, c.me.ID.Ref())
		if err != nil {
			return err
		}
		if n == 1 {
			return refuse(ReasonLastKey, nil)
		}
		acc := c.me
		if key.Security {
			if acc.SecurityKeys--; !acc.MFA() {
				if err := c.lastEnrolledAdmin(acc.ID); err != nil {
					return err
				}
			}
		}
		if err := c.Keys().Delete(key.Fingerprint); err != nil {
			return err
		}
		c.tellOwn(acc.ID, NoticeKeyChanged, NoticeFacts{How: howRemoved, Text: key.said()}, acc.ID.Ref())
		return c.keyChanged("account.key_remove", acc)
	})
}

// keyChanged writes the event of a key of the own account and stores the account, whose MFA may be another now. The
// event holds how many keys there are, never a key (AU13).
func (c *change) keyChanged(action Action, acc Account) error {
	now, err := c.Count(CountKeys, acc.ID.Ref())
	if err != nil {
		return err
	}
	before := now - 1
	if action == "account.key_remove" {
		before = now + 1
	}
	keys := Change{Field: "keys", Before: strconv.Itoa(before), After: strconv.Itoa(now)}
	c.happened(action, System, []Ref{acc.ID.Ref()}, "", append([]Change{keys}, mfaChanges(c.me, acc)...)...)
	c.endSessions(acc.ID, SessionFactorChanged)
	return c.putMFA(acc)
}

// ownKey gives a key of the own account.
func (r *reading) ownKey(fingerprint string) (PublicKey, error) {
	fingerprint = strings.TrimSpace(fingerprint)
	key, ok, err := r.Keys().Get(fingerprint)
	if err == nil && (!ok || key.Account != r.me.ID) {
		err = refuse(ReasonNotFound, words{"kind": "key", "id": fingerprint}).on("", Ref{Kind: KindAccount})
	}
	return key, err
}

// keysOf gives the keys of an account, oldest first.
func (r *reading) keysOf(id AccountID) ([]PublicKey, error) {
	return all(r.Keys(), Scan{Index: KeysOfAccount, Prefix: Key{Num(id)}})
}

// dropSecurityKeys takes the security keys of an account away, and gives how many other keys are left.
func (c *change) dropSecurityKeys(acc *Account) (left int, err error) {
	keys, err := c.keysOf(acc.ID)
	if err != nil {
		return 0, err
	}
	for _, key := range keys {
		if !key.Security {
			left++
			continue
		}
		if err := c.Keys().Delete(key.Fingerprint); err != nil {
			return left, err
		}
	}
	acc.SecurityKeys = 0
	return left, nil
}

// Keys lists the keys of the own account, or for Support of any, oldest first. Refused with not_found for other
// people's (AC10).
func (a *Actor) Keys(ctx context.Context, id AccountID) ([]PublicKey, error) {
	var out []PublicKey
	err := a.read(ctx, func(r *reading) error {
		if id != r.me.ID {
			if !r.me.Support {
				return notFound(id.Ref())
			}
			if err := r.active(); err != nil {
				return err
			}
			if _, err := r.account(id); err != nil {
				return err
			}
		}
		keys, err := r.keysOf(id)
		out = keys
		return err
	})
	return out, err
}

// RemoveKeyImpact lists what would lock if the key were removed: what MFAOffImpact gives when it is the last second
// factor, else nothing (S22). Refused with not_found.
func (a *Actor) RemoveKeyImpact(ctx context.Context, fingerprint string) ([]OwnUnit, error) {
	var out []OwnUnit
	err := a.read(ctx, func(r *reading) error {
		if err := r.active(); err != nil {
			return err
		}
		key, err := r.ownKey(fingerprint)
		if err != nil || !key.Security {
			return err
		}
		without := r.me
		without.SecurityKeys--
		out, err = r.lockedWithout(without)
		return err
	})
	return out, err
}

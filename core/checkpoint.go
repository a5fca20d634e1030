package core

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Checkpoint says how the log stood at a moment: the newest event of every chain that its reader may read (AU12). As
// text it is one signed line, to be kept where nobody who can write the house file can change it:
//
//	gatehouse-checkpoint 2026-11-21T22:00:00Z system#12=<hash> organization/3#40=<hash> key=1a2b3c4d sig=<base64>
//
// The signature is Ed25519 over everything before " sig=", with single blanks.
type Checkpoint struct {
	Time  Moment `json:"time"`
	Heads []Head `json:"heads"`
	// Line is the whole line.
	Line string `json:"line"`
}

const (
	checkpointMark = "gatehouse-checkpoint"
	checkpointKey  = "key="
	checkpointSig  = "sig="
)

// KeyText writes a public key as Settings keep it.
func KeyText(key ed25519.PublicKey) string { return base64.StdEncoding.EncodeToString(key) }

// keyName is how a checkpoint names the key that signed it.
func keyName(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:4])
}

// newCheckpoint signs the heads.
func newCheckpoint(signer ed25519.PrivateKey, now Moment, heads []Head) Checkpoint {
	public, _ := signer.Public().(ed25519.PublicKey)
	var b strings.Builder
	b.WriteString(checkpointMark + " " + now.String())
	for _, h := range heads {
		fmt.Fprintf(&b, " %s#%d=%s", h.Chain, h.Sequence, h.Hash)
	}
	b.WriteString(" " + checkpointKey + keyName(public))
	sig := ed25519.Sign(signer, []byte(b.String()))
	b.WriteString(" " + checkpointSig + base64.StdEncoding.EncodeToString(sig))
	return Checkpoint{Time: now, Heads: heads, Line: b.String()}
}

// ParseCheckpoint reads a line, without checking its signature. Blanks and line ends that a mail or a terminal put
// between its words do not matter. Refused with invalid_value.
func ParseCheckpoint(line string) (Checkpoint, error) {
	words := strings.Fields(line)
	if len(words) < 4 || words[0] != checkpointMark {
		return Checkpoint{}, badCheckpoint("a line from " + checkpointMark + " to " + checkpointSig + "…")
	}
	at, err := time.Parse(time.RFC3339, words[1])
	if err != nil {
		return Checkpoint{}, badCheckpoint("a line with its time as the second word")
	}
	n := len(words)
	if !strings.HasPrefix(words[n-2], checkpointKey) || !strings.HasPrefix(words[n-1], checkpointSig) {
		return Checkpoint{}, badCheckpoint("a line that ends with " + checkpointKey + "… " + checkpointSig + "…; was it cut off?")
	}
	c := Checkpoint{Time: At(at), Heads: make([]Head, 0, n-4), Line: strings.Join(words, " ")}
	for _, w := range words[2 : n-2] {
		h, err := parseHead(w)
		if err != nil {
			return Checkpoint{}, badCheckpoint(err.Error())
		}
		c.Heads = append(c.Heads, h)
	}
	return c, nil
}

func badCheckpoint(allowed string) error {
	return refuse(ReasonInvalidValue, words{"field": "A checkpoint", "allowed": allowed}).field("checkpoint")
}

// parseHead reads "organization/3#40=<hash>".
func parseHead(s string) (Head, error) {
	at, hash, ok := strings.Cut(s, "=")
	chain, number, numbered := strings.Cut(at, "#")
	ref, err := ParseRef(chain)
	n, wrong := strconv.ParseUint(number, 10, 64)
	if !ok || !numbered || err != nil || wrong != nil || n == 0 || !isHash(hash) {
		return Head{}, fmt.Errorf("a line that names each chain like system#12=hash, not like %.60q", s)
	}
	return Head{Chain: ref, Sequence: n, Hash: hash}, nil
}

// signedBy says what is wrong with the signature, or nothing.
func (c Checkpoint) signedBy(key ed25519.PublicKey) string {
	signed, sig, _ := strings.Cut(c.Line, " "+checkpointSig)
	_, name, _ := strings.Cut(signed, " "+checkpointKey)
	if name != keyName(key) {
		return "It was signed with another key than that of this house."
	}
	raw, err := base64.StdEncoding.DecodeString(sig)
	if err != nil || len(raw) != ed25519.SignatureSize || !ed25519.Verify(key, []byte(signed), raw) {
		return "Its signature does not fit: the line was changed."
	}
	return ""
}

// canSign refuses to make a checkpoint without the key.
func (h *House) canSign() error {
	if h.signer != nil {
		return nil
	}
	return sentenceError(ReasonKeyMissing, "This house has no key to sign a checkpoint with.", "Put the key file back, then try again.")
}

// Checkpoint signs how the chains stand that the actor may read (AU12). It is no event. Errors: key_missing, and those
// of reading.
func (a *Actor) Checkpoint(ctx context.Context) (Checkpoint, error) {
	if err := a.house.canSign(); err != nil {
		return Checkpoint{}, err
	}
	heads, err := a.Chains(ctx)
	if err != nil {
		return Checkpoint{}, err
	}
	return newCheckpoint(a.house.signer, a.house.Now(), heads), nil
}

// CheckpointChains is how many chains the checkpoint of a log names at most: those that changed last. Each line stands
// for itself, and verifying takes as many as there are.
const CheckpointChains = 1_000

// Checkpoint signs, for the log of whoever has the house open, how the chains stand in which something happened at
// since or later, at most [CheckpointChains] of them, the latest first. Without any it has no line.
func (h *House) Checkpoint(ctx context.Context, since Moment) (Checkpoint, error) {
	if err := h.canSign(); err != nil {
		return Checkpoint{}, err
	}
	seen := map[Ref]bool{}
	var heads []Head
	var after Key
	for done := false; !done; {
		err := h.store.View(ctx, func(tx Tx) error {
			var chains []Ref
			end, err := tx.Events().Scan(Scan{Index: EventsByTime, After: after, Reverse: true, Limit: eventSlice}, func(e Event) (bool, error) {
				if e.Time < since || len(seen) == CheckpointChains {
					done = true
					return false, nil
				}
				if !seen[e.Chain] {
					seen[e.Chain] = true
					chains = append(chains, e.Chain)
				}
				return true, nil
			})
			if err != nil {
				return err
			}
			for _, chain := range chains {
				head, ok, err := tx.Heads().Get(chain)
				if err != nil {
					return err
				}
				if ok {
					heads = append(heads, head)
				}
			}
			after, done = end.At, done || end.Done || end.At == nil
			return nil
		})
		if err != nil {
			return Checkpoint{}, err
		}
	}
	if len(heads) == 0 {
		return Checkpoint{}, nil
	}
	return newCheckpoint(h.signer, h.Now(), heads), nil
}

// Events gives how many events the house has.
func (h *House) Events(ctx context.Context) (n int, err error) {
	err = h.store.View(ctx, func(tx Tx) (err error) {
		n, err = tx.Count(CountEvents, Ref{})
		return err
	})
	return n, err
}

// MailsWaiting gives how many mails are in the outbox: queued, or failed until somebody retries.
func (h *House) MailsWaiting(ctx context.Context) (n int, err error) {
	err = h.store.View(ctx, func(tx Tx) (err error) {
		n, err = tx.Count(CountOutbox, Ref{})
		return err
	})
	return n, err
}

// NewestEventBefore gives the time of the newest event before a moment, or none.
func (h *House) NewestEventBefore(ctx context.Context, at Moment) (newest Moment, err error) {
	err = h.store.View(ctx, func(tx Tx) error {
		s := Scan{Index: EventsByTime, After: Key{Num(at)}, Reverse: true, Limit: 1}
		return each(tx.Events(), s, func(e Event) (bool, error) {
			newest = e.Time
			return false, nil
		})
	})
	return newest, err
}

// CheckpointChecked is the result of a comparison of the log with a checkpoint.
type CheckpointChecked struct {
	Time Moment `json:"time"`
	OK   bool   `json:"ok"`
	// Problem is what is wrong with the line itself, in a sentence; then no chain was compared.
	Problem string `json:"problem,omitempty"`
	// Chains are the chains of the checkpoint that the actor may read, each with what is wrong.
	Chains []Verification `json:"chains"`
	// Hidden counts the chains of the checkpoint that the actor may not read.
	Hidden int `json:"hidden,omitempty"`
}

// VerifyCheckpoint compares the log with a checkpoint: its signature, and that every chain still has the event that was
// its newest then. That shows what a chain alone cannot: that newest events were cut off, that an older file was put
// back, and that a chain was written anew with fitting hashes (AU12). The events before are for [Actor.VerifyChain].
//
// Errors: key_missing when the house has no key at all, and those of reading. Whatever the comparison finds is no error.
func (a *Actor) VerifyCheckpoint(ctx context.Context, c Checkpoint) (CheckpointChecked, error) {
	out := CheckpointChecked{Time: c.Time, OK: true, Chains: []Verification{}}
	key, err := a.house.checkpointKey(ctx)
	if err != nil {
		return out, err
	}
	if out.Problem = c.signedBy(key); out.Problem != "" {
		out.OK = false
		return out, nil
	}
	for at := 0; at < len(c.Heads); at += eventSlice {
		err := a.read(ctx, func(r *reading) error {
			if err := r.active(); err != nil {
				return err
			}
			for _, head := range c.Heads[at:min(at+eventSlice, len(c.Heads))] {
				if err := r.mayReadChain(head.Chain); err != nil {
					if AsError(err).Code == CodeInternal || AsError(err).Code == CodeUnavailable {
						return err
					}
					out.Hidden++
					continue
				}
				v, err := r.compareHead(head)
				if err != nil {
					return err
				}
				out.OK = out.OK && v.OK
				out.Chains = append(out.Chains, v)
			}
			return nil
		})
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// compareHead says whether the chain still has the event that was its newest.
func (r *reading) compareHead(then Head) (Verification, error) {
	v := Verification{Chain: then.Chain, OK: true}
	now, _, err := r.Heads().Get(then.Chain)
	if err != nil {
		return v, err
	}
	e, found, err := r.Events().Get(EventKey{then.Chain, then.Sequence})
	if err != nil {
		return v, err
	}
	v.Events = int(now.Sequence) //nolint:gosec // a count of events
	switch {
	case now.Sequence < then.Sequence:
		v.FirstBroken = now.Sequence + 1
		gone := fmt.Sprintf("Events %d to %d are missing, which were", now.Sequence+1, then.Sequence)
		if then.Sequence == now.Sequence+1 {
			gone = fmt.Sprintf("Event %d is missing, which was", then.Sequence)
		}
		v.Problem = gone + " there then: the newest events were cut off, or an older file was put back."
	case !found:
		v.FirstBroken = then.Sequence
		v.Problem = fmt.Sprintf("Event %d is missing, which was there then.", then.Sequence)
	case e.Hash != then.Hash || e.ComputeHash() != then.Hash:
		v.FirstBroken = then.Sequence
		v.Problem = fmt.Sprintf("Event %d is another one than then: the chain was written anew at it or before.", then.Sequence)
	}
	v.OK = v.Problem == ""
	return v, nil
}

// checkpointKey gives the key that the checkpoints of this house are signed with.
func (h *House) checkpointKey(ctx context.Context) (ed25519.PublicKey, error) {
	if h.signer != nil {
		public, _ := h.signer.Public().(ed25519.PublicKey)
		return public, nil
	}
	text, err := h.KeyText(ctx)
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, h.canSign()
	}
	return key, nil
}

// KeyText gives the public half of the key that belongs to the house, or nothing while it has none.
func (h *House) KeyText(ctx context.Context) (text string, err error) {
	err = h.store.View(ctx, func(tx Tx) error {
		s, err := tx.Settings()
		text = s.Key
		return err
	})
	return text, err
}

// AdoptKey makes a key the one of the house, by the owner of the house file. It is bookkeeping and writes no event.
func AdoptKey(ctx context.Context, store Store, key ed25519.PublicKey) error {
	return store.Update(ctx, func(tx Tx) error {
		s, err := tx.Settings()
		if err != nil || s.Key == KeyText(key) {
			return err
		}
		s.Key = KeyText(key)
		return tx.PutSettings(s)
	})
}

// FindCheckpoints gives every checkpoint that stands in a text, such as a log file, with the line it stands in.
func FindCheckpoints(text []byte) ([]Checkpoint, error) {
	var found []Checkpoint
	var first error
	if isUTF16(text) {
		return nil, notText("--from", foreignUTF16)
	}
	for line := range bytes.Lines(text) {
		at := bytes.Index(line, []byte(checkpointMark))
		if at < 0 {
			continue
		}
		words := strings.Fields(string(bytes.Trim(line[at:], "\"\n\r ")))
		for i, w := range words { // in a log something may stand behind it
			if strings.HasPrefix(w, checkpointSig) {
				words = words[:i+1]
				break
			}
		}
		c, err := ParseCheckpoint(strings.Trim(strings.Join(words, " "), `"`))
		if err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		found = append(found, c)
	}
	if len(found) == 0 {
		// Perhaps one line that was broken into several while it was copied.
		c, err := ParseCheckpoint(string(text))
		if err != nil {
			if first == nil {
				first = err
			}
			return nil, first
		}
		return []Checkpoint{c}, nil
	}
	return found, nil
}

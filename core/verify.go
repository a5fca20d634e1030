package core

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// eventSlice is how many events one View reads when a whole chain is walked: no View may be long.
const eventSlice = 500

// Verification is the result of a check of one chain (AU12).
type Verification struct {
	Chain  Ref  `json:"chain"`
	Events int  `json:"events"` // how many were checked
	OK     bool `json:"ok"`
	// From and To are when the first and the last of them happened; none without events.
	From Moment `json:"from,omitempty"`
	To   Moment `json:"to,omitempty"`
	// FirstBroken is the sequence of the first event that is wrong or missing, and Problem says in a sentence what is
	// wrong with it.
	FirstBroken uint64 `json:"first_broken,omitempty"`
	Problem     string `json:"problem,omitempty"`
}

// spans makes the verification reach to the moment of an event. What was due earlier stands later in a chain (V10).
func (v *Verification) spans(at Moment) {
	if v.From == 0 || at < v.From {
		v.From = at
	}
	v.To = max(v.To, at)
}

// VerifyChain checks a chain from its first event to its head: sequence without gap, previous hash, own hash, and the
// stored head (AU12). It reads in slices; progress, when given, is told how far it is. Cutting off the newest events
// together with the head shows only against a checkpoint kept elsewhere.
//
// Errors: those of reading the chain (AU7): not_found, forbidden, mfa_required. A broken chain is no error.
func (a *Actor) VerifyChain(ctx context.Context, chain Ref, progress func(done, total int)) (Verification, error) {
	err := a.read(ctx, func(r *reading) error { return r.mayReadChain(chain) })
	if err != nil {
		return Verification{}, err
	}
	v, err := verifyChain(ctx, a.house.store, chain, progress)
	if err == nil {
		verdict := VerdictBroken
		if v.OK {
			verdict = VerdictWhole
		}
		a.witnessed(UseVerify, verdict, chain)
	}
	return v, err
}

// mayReadChain refuses whoever may not read a whole chain (AU7). The chain of a deleted unit stays (AU6); of those who
// could read it only Support is left.
func (r *reading) mayReadChain(chain Ref) error {
	if err := r.active(); err != nil {
		return err
	}
	switch chain.Kind {
	case KindMaintainer, KindOrganization:
		if gone, err := r.gone(chain); err != nil || (gone && r.me.Support) {
			return err
		}
		_, err := r.may(activityRight(chain), chain)
		return err
	case KindSystem:
		if !r.me.Support {
			return refuse(ReasonForbidden, words{"unit": "the chain of the system", "who": "Support"}).on("activity.verify", chain)
		}
		return nil
	default:
		return notFound(chain)
	}
}

// gone reports whether a maintainer or organization was there and is deleted.
func (r *reading) gone(unit Unit) (bool, error) {
	if unit.Kind == KindMaintainer {
		m, ok, err := r.Tx.Maintainers().Get(MaintainerID(unit.ID))
		return ok && m.State == UnitDeleted, err
	}
	o, ok, err := r.Tx.Organizations().Get(OrganizationID(unit.ID))
	return ok && o.State == UnitDeleted, err
}

func verifyChain(ctx context.Context, store Store, chain Ref, progress func(done, total int)) (Verification, error) {
	v := Verification{Chain: chain, OK: true}
	link := chainLink{chain: chain, previous: FirstPrevious}
	for {
		done, total := false, 0
		err := store.View(ctx, func(tx Tx) error {
			head, _, err := tx.Heads().Get(chain)
			if err != nil {
				return err
			}
			total = int(head.Sequence) //nolint:gosec // a count of events
			end, err := tx.Events().Scan(Scan{Prefix: RefKey(chain), After: link.after(), Limit: eventSlice}, func(e Event) (bool, error) {
				if v.Problem = link.check(e); v.Problem == "" {
					v.spans(e.Time)
				}
				return v.Problem == "", nil
			})
			if err != nil || v.Problem != "" {
				return err
			}
			if done = end.Done || end.At == nil; done {
				v.Problem, v.FirstBroken = link.checkHead(head)
			}
			return nil
		})
		if err != nil {
			return v, err
		}
		v.Events = int(link.sequence) //nolint:gosec // a count of events
		if v.Problem != "" {
			if v.OK = false; v.FirstBroken == 0 {
				v.FirstBroken = link.sequence + 1
			}
			return v, nil
		}
		if progress != nil {
			progress(v.Events, total)
		}
		if done {
			return v, nil
		}
	}
}

// chainLink is where the walk along a chain stands.
type chainLink struct {
	chain    Ref
	sequence uint64 // of the last good event
	previous string // its hash
}

func (l *chainLink) after() Key {
	if l.sequence == 0 {
		return nil
	}
	return Key{Num(l.sequence)}
}

// check looks at the next event and gives what is wrong with it, or nothing.
func (l *chainLink) check(e Event) string {
	switch {
	case e.Chain != l.chain:
		return fmt.Sprintf("An event of %s stands in the chain of %s.", e.Chain, l.chain)
	case e.Sequence != l.sequence+1:
		return fmt.Sprintf("Event %d is missing; the next one has the sequence %d.", l.sequence+1, e.Sequence)
	case e.Previous != l.previous:
		return fmt.Sprintf("Event %d does not follow the one before it: its previous hash is another.", e.Sequence)
	case e.Hash != e.ComputeHash():
		return fmt.Sprintf("Event %d was changed: its hash does not fit.", e.Sequence)
	}
	l.sequence, l.previous = e.Sequence, e.Hash
	return ""
}

// checkHead compares the end of the chain with its stored head, and gives the first sequence that is in doubt.
func (l *chainLink) checkHead(head Head) (string, uint64) {
	switch {
	case head.Sequence > l.sequence:
		return fmt.Sprintf("Event %d is missing: the head of the chain is event %d.", l.sequence+1, head.Sequence), l.sequence + 1
	case head.Sequence < l.sequence:
		return fmt.Sprintf("The head of the chain is event %d, but there are %d events.", head.Sequence, l.sequence), head.Sequence + 1
	case l.sequence > 0 && head.Hash != l.previous:
		return fmt.Sprintf("The head of the chain has another hash than event %d.", l.sequence), l.sequence
	}
	return "", 0
}

// Chains gives the heads of the chains that the actor may read, the system first, then by unit (AU7).
func (a *Actor) Chains(ctx context.Context) ([]Head, error) {
	heads := []Head{}
	var after Key
	for done := false; !done; {
		err := a.read(ctx, func(r *reading) error {
			if err := r.active(); err != nil {
				return err
			}
			l := &eventList{directory: r.directory()}
			if after == nil && !r.me.Support {
				own, complete, err := l.ownHeads()
				if err != nil || complete {
					heads, done = own, true
					return err
				}
			}
			// Support reads all; others with very many organizations look at each.
			end, err := r.Heads().Scan(Scan{After: after, Limit: eventSlice}, func(h Head) (bool, error) {
				ok, err := l.readsChain(h.Chain)
				if ok {
					heads = append(heads, h)
				}
				return true, err
			})
			after, done = end.At, end.Done || end.At == nil
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(heads, func(x, y Head) int { return compareKeys(chainOrder(x.Chain), chainOrder(y.Chain)) })
	return heads, nil
}

// chainOrder puts the system first.
func chainOrder(chain Ref) Key {
	if chain == System {
		return Key{{}, {}}
	}
	return RefKey(chain)
}

// ownHeads gives the heads of the chains that the actor may read; complete is false when they are too many to be told.
func (l *eventList) ownHeads() (heads []Head, complete bool, err error) {
	chains, _, complete, err := l.readableChains()
	if err != nil || !complete {
		return nil, false, err
	}
	heads = []Head{}
	for _, chain := range chains {
		head, ok, err := l.Heads().Get(chain)
		if err != nil {
			return nil, false, err
		}
		if ok {
			heads = append(heads, head)
		}
	}
	return heads, true, nil
}

// ExportActivity writes a chain, or with the zero Ref all chains that the actor may read, as JSON lines: one event with
// all its fields per line, oldest first (X4). The event audit.export is written first, in the chain, or for all chains
// in the one of the system; what is exported ends with what was there then. Errors: those of reading the chain, and
// those of w.
func (a *Actor) ExportActivity(ctx context.Context, chain Ref, w io.Writer) error {
	all := chain.IsZero()
	into := chain
	if all {
		into = System
	}
	err := a.do(ctx, attempt{action: "audit.export", subjects: []Ref{into}, reads: true}, func(c *change) error {
		err := c.active()
		if err == nil && !all {
			err = c.mayReadChain(chain)
		}
		if err != nil {
			return err
		}
		c.happened("audit.export", into, nil, "")
		return nil
	})
	if err != nil {
		return err
	}
	var heads []Head
	if all {
		if heads, err = a.Chains(ctx); err != nil {
			return err
		}
	} else {
		err = a.read(ctx, func(r *reading) error {
			head, _, err := r.Heads().Get(chain)
			heads = []Head{head}
			return err
		})
		if err != nil {
			return err
		}
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	e := chainExport{store: a.house.store, out: out}
	for _, head := range heads {
		e.total += int(head.Sequence) //nolint:gosec // a count of events
	}
	for _, head := range heads {
		if err := e.chain(ctx, head); err != nil {
			return err
		}
	}
	return nil
}

// chainExport writes events, and tells how many of how many.
type chainExport struct {
	store       Store
	out         *json.Encoder
	done, total int
}

// chain writes the events of a chain up to its head, in slices.
func (x *chainExport) chain(ctx context.Context, head Head) error {
	tell := ProgressOf(ctx)
	var at uint64
	for at < head.Sequence {
		var slice []Event
		tell("", x.done, x.total)
		err := x.store.View(ctx, func(tx Tx) error {
			slice = slice[:0]
			s := Scan{Prefix: RefKey(head.Chain), Limit: eventSlice}
			if at > 0 {
				s.After = Key{Num(at)}
			}
			return each(tx.Events(), s, func(e Event) (bool, error) {
				slice = append(slice, e)
				return e.Sequence < head.Sequence, nil
			})
		})
		if err != nil || len(slice) == 0 {
			return err
		}
		for _, e := range slice {
			if err := x.out.Encode(e); err != nil {
				return err
			}
		}
		x.done += len(slice)
		at = slice[len(slice)-1].Sequence
	}
	return nil
}

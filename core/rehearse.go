package core

import (
	"context"
	"errors"
)

// RehearsedActs is how many acts a rehearsal looks at: it keeps every other writer waiting meanwhile.
const RehearsedActs = 1000

// errTakenBack takes back what a rehearsal has written.
var errTakenBack = errors.New("only rehearsed")

// Foreseen is what an act would do now: its answer, nil when it would be done, and what it would take along.
type Foreseen struct {
	Err error
	Taken
}

// Rehearse tells what acts would do if they were done now, one after the other: each as if those before it that succeed
// were done. It does them, all in one transaction that is taken back, so what a card says before is what the deed does
// then, in sequence. Nothing is changed, audited or told, and no mail goes out. act runs the act of that number for the
// actor that it is given, and uses nothing else of the house: its transaction is open. It may run more than once. It looks
// at the first [RehearsedActs] acts; the answer has no more.
//
// Errors: those of the store; none of the acts.
func (a *Actor) Rehearse(ctx context.Context, acts int, act func(a *Actor, n int) error) ([]Foreseen, error) {
	var out []Foreseen
	err := a.house.staged(ctx, func(h *House) error {
		out = make([]Foreseen, min(acts, RehearsedActs))
		b := *a
		b.house, b.rehearses = h, false
		for n := range out {
			out[n].Err = act(b.Noting(&out[n].Taken), n)
		}
		return ctx.Err()
	})
	return out, err
}

// staged runs fn with the house over a transaction that is taken back, and gives its answer.
func (h *House) staged(ctx context.Context, fn func(*House) error) error {
	var answer error
	err := h.store.Update(ctx, func(tx Tx) error {
		answer = fn(h.on(tx))
		return errTakenBack
	})
	if !errors.Is(err, errTakenBack) {
		return err
	}
	return answer
}

// on gives the same house over a transaction that is taken back.
func (h *House) on(tx Tx) *House {
	out := New(stage{tx}, Options{
		Clock: h.clock, Random: h.random, Sealer: h.sealer, ReadOnly: h.readOnly, MailDelivery: h.mail.Load(), RecoveryMemory: h.recoveryMemory,
	})
	out.rehearsal, out.sessions = true, h.sessions
	return out
}

// stage is a store in which everything happens within one transaction; a change that fails leaves nothing in it.
type stage struct{ tx Tx }

func (s stage) View(_ context.Context, fn func(Tx) error) error   { return fn(s.tx) }
func (s stage) Update(_ context.Context, fn func(Tx) error) error { return s.tx.Savepoint(fn) }

func (stage) Watch(context.Context) <-chan Changed {
	none := make(chan Changed)
	close(none)
	return none
}

func (stage) Load(context.Context, func(put func(record any) error) error, func(Store) error) error {
	return errors.New("nothing is loaded in a rehearsal")
}

func (stage) Check(context.Context, func(fault string)) error { return nil }

func (stage) Close() error { return nil }

package core

import (
	"context"
	"errors"
)

// rehearsedActs is how many acts a rehearsal looks at: it keeps every other writer waiting meanwhile.
const rehearsedActs = 200

// errTakenBack takes back what a rehearsal has written.
var errTakenBack = errors.New("only rehearsed")

// Rehearse tells what acts would answer if they were done now, one after the other: each as if those before it that
// succeed were done. It does them, all in one transaction that is taken back, so what a card says before is what the deed
// says then, in sequence. Nothing is changed, audited or told, and no mail goes out. act runs the act of that number for
// the actor that it is given, and uses nothing else of the house: its transaction is open. It may run more than once. Of acts
// beyond the first 200 the answer is nil.
//
// Errors: those of the store; none of the acts.
func Rehearse(ctx context.Context, a *Actor, acts int, act func(a *Actor, n int) error) ([]error, error) {
	answers := make([]error, acts)
	// An act that is refused may have written something already, so those before it are done again without it.
	for {
		refused := -1
		err := a.house.store.Update(ctx, func(tx Tx) error {
			refused = -1
			b := a.on(stage{tx})
			for n := range min(acts, rehearsedActs) {
				if answers[n] != nil {
					continue
				}
				if err := act(b, n); err != nil {
					answers[n], refused = err, n
					return errTakenBack
				}
			}
			return errTakenBack
		})
		switch {
		case !errors.Is(err, errTakenBack):
			return nil, err
		case refused < 0:
			return answers, nil
		}
	}
}

// on gives the same actor in a house over another store.
func (a *Actor) on(store Store) *Actor {
	h := a.house
	b := *a
	b.house = New(store, Options{
		Clock: h.clock, Random: h.random, Sealer: h.sealer, ReadOnly: h.readOnly, MailDelivery: h.mail.Load(), RecoveryMemory: h.recoveryMemory,
	})
	return &b
}

// stage is a store in which everything happens within one transaction.
type stage struct{ tx Tx }

func (s stage) View(_ context.Context, fn func(Tx) error) error   { return fn(s.tx) }
func (s stage) Update(_ context.Context, fn func(Tx) error) error { return fn(s.tx) }

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

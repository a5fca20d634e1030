package card

import (
	"context"
	"errors"

	"gatehouse/tui/problem"
)

// lostRows is the error of a check that found rows gone.
type lostRows struct{ rows map[int]error }

// Error implements error, with the words for one of them.
func (l lostRows) Error() string { return l.Unwrap().Error() }

// Unwrap gives what happened to the first of them.
func (l lostRows) Unwrap() error {
	first := -1
	for i := range l.rows {
		if first < 0 || i < first {
			first = i
		}
	}
	return l.rows[first]
}

// Check implements Checker. It runs beside the interface, so it reads nothing that changes while the card is open.
func (b *Bulk) Check(ctx context.Context) error {
	if b.StillThere != nil {
		if err := b.StillThere(ctx); err != nil {
			return err
		}
	}
	if b.Still == nil {
		return nil
	}
	lost := lostRows{map[int]error{}}
	for i := range b.Rows {
		if err := b.Still(ctx, b.Rows[i].ID); err != nil {
			lost.rows[i] = err
		}
	}
	if len(lost.rows) == 0 {
		return nil
	}
	return lost
}

// Narrow implements Narrower: before they are decided, rows that are gone are left out, with the reason. The results of
// rows that were decided stay as they are, although what they decided is over now.
func (b *Bulk) Narrow(err error) bool {
	var lost lostRows
	switch {
	case !errors.As(err, &lost):
		return false
	case b.stage == finished:
		return true
	}
	dropped := false
	for i, err := range lost.rows {
		if b.Rows[i].Skip == "" {
			b.Rows[i].Skip, dropped = problem.From(err).Text(), true
		}
	}
	if len(b.open()) > 0 {
		return true
	}
	b.focus = 1
	return !dropped
}

// Working implements Worker.
func (b *Bulk) Working() bool { return b.stage == running }

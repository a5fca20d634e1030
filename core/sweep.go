package core

import (
	"context"
	"errors"
	"time"
)

// SweepResult says what a run of the sweep did.
type SweepResult struct {
	Done   int // due things that happened
	Failed int // records that failed; they are logged and tried again by the next run
	// Next is the moment at which the next run is needed, none when nothing waits. After a failure it is a minute ahead
	// at most (SW1).
	Next Moment
}

// sweepAgain is how long a record that failed is left alone.
const sweepAgain = time.Minute

// farFuture lies behind every moment that anything can be due at.
const farFuture = Moment(1) << 40

// Sweep does everything that is due, in the order of SW2: each due thing in a transaction of its own, with its event and
// notifications. A record that fails is logged and skipped; the rest goes on. Running it twice changes nothing, and
// several may run at once.
//
// Errors: read_only; those of the store, when it cannot go on at all.
func (h *House) Sweep(ctx context.Context) (SweepResult, error) {
	if h.readOnly {
		return SweepResult{}, refuse(ReasonReadOnly, nil).on("sweep", System)
	}
	var res SweepResult
	total, err := h.dueNow(ctx)
	if err != nil {
		return res, err
	}
	passed := map[DueItem]bool{} // done, failed, or not for this version: never twice in a run
	for {
		item, next, err := h.firstDue(ctx, passed)
		if err != nil {
			return res, err
		}
		if item == nil {
			res.Next = next
			if again := h.Now().Add(sweepAgain); res.Failed > 0 && (next == 0 || next > again) {
				res.Next = again
			}
			return res, nil
		}
		passed[*item] = true
		ProgressOf(ctx)("doing what is due", len(passed), max(total, len(passed))) // one thing may make another due
		done, err := h.sweepOne(ctx, *item)
		switch {
		case err == nil && done:
			res.Done++
		case err == nil: // somebody else was quicker
		case stops(ctx, err):
			return res, err
		default:
			res.Failed++
			h.log.Error("sweep: record skipped", "record", item.Ref.String(), "due", item.At.String(), "error", err, "cause", AsError(err).Cause)
		}
	}
}

// dueNow counts what is due.
func (h *House) dueNow(ctx context.Context) (n int, err error) {
	err = h.store.View(ctx, func(tx Tx) error {
		now, err := h.present(tx)
		if err != nil {
			return err
		}
		n = 0
		return tx.Due(now, func(DueItem) (bool, error) {
			n++
			return true, nil
		})
	})
	return n, err
}

// stops reports whether an error concerns the whole store and not one record.
func stops(ctx context.Context, err error) bool {
	e := AsError(err)
	return ctx.Err() != nil || e.Code == CodeUnavailable || e.Reason == ReasonOutcomeUnknown || errors.Is(err, context.Canceled)
}

// firstDue gives the first due thing that was not passed in this run; without one, the moment of the next.
func (h *House) firstDue(ctx context.Context, passed map[DueItem]bool) (*DueItem, Moment, error) {
	var item *DueItem
	var next Moment
	err := h.store.View(ctx, func(tx Tx) error {
		now, err := h.present(tx)
		if err != nil {
			return err
		}
		item, next = nil, 0
		return tx.Due(farFuture, func(d DueItem) (bool, error) {
			switch {
			case passed[d]:
				return true, nil
			case d.At > now:
				next = d.At
			default:
				item = &d
			}
			return false, nil
		})
	})
	return item, next, err
}

// sweepOne does one due thing, unless it is not due any more. done says that something was: a notice that comes too late
// is left out.
func (h *House) sweepOne(ctx context.Context, d DueItem) (done bool, err error) {
	err = h.system(ctx, func(c *change) error {
		done, err = c.sweep(d)
		return err
	})
	return done, err
}

// asOf makes the change happen at the moment at which it was due: what ends by time has ended then, whenever it is
// written down, and whatever follows from it is judged by the facts of that moment (V10). So a run that comes late does
// what many runs in time would have done.
func (c *change) asOf(due Moment) { c.now, c.due = min(due, c.written), due }

func (c *change) sweep(d DueItem) (bool, error) {
	switch {
	case d.Key != "":
		return c.sweepAttempt(d.Key)
	case d.N != 0:
		return true, c.Undos().Delete(UndoKey{d.Account, d.N}) // U1: too late now
	}
	c.asOf(d.At)
	if d.Account != 0 {
		return c.sweepMembership(MembershipKey{d.Ref, d.Account})
	}
	switch d.Ref.Kind {
	case KindAccount:
		return c.sweepAccount(AccountID(d.Ref.ID))
	case KindProject:
		return c.sweepProject(ProjectID(d.Ref.ID))
	case KindOrganization:
		return c.sweepOrganization(OrganizationID(d.Ref.ID))
	case KindVisit:
		return c.sweepVisit(VisitID(d.Ref.ID))
	case KindRequest:
		return c.sweepRequest(RequestID(d.Ref.ID))
	case KindInvitation:
		return c.sweepInvitation(InvitationID(d.Ref.ID))
	default:
		return false, nil
	}
}

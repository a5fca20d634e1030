package mail

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"gatehouse/core"
)

// Delivery sends the outbox of a house. Several may run at once: none takes what another one has.
type Delivery struct {
	House  *core.House
	Server *Server
	Log    *slog.Logger
}

// Tally counts what a delivery did.
type Tally struct {
	Sent   int // mails
	Failed int // tries; the mails stay in the outbox
	// Trouble is why the first of them failed.
	Trouble string
}

// grace is how long a mail that is under way may take when the delivery is ended.
const grace = 2 * time.Second

// again is when to look once more after the house could not be read or written.
const again = time.Minute

// Run sends what is due, and goes on at every change of the outbox and at every due moment, until ctx ends. The mail that
// is under way then gets two seconds.
func (d Delivery) Run(ctx context.Context) {
	changes := d.House.Watch(ctx)
	for ctx.Err() == nil {
		_, next, err := d.due(ctx)
		if err != nil && ctx.Err() == nil {
			d.Log.Warn("outbox", "error", err, "cause", core.AsError(err).Cause)
			next = d.House.Now().Add(again)
		}
		if !d.wait(ctx, changes, next) {
			return
		}
	}
}

// wait waits for a change of the outbox or for the next due moment; it answers false when there is nothing to wait for.
func (d Delivery) wait(ctx context.Context, changes <-chan core.Changed, next core.Moment) bool {
	var due <-chan time.Time
	if next != 0 {
		timer := time.NewTimer(min(max(next.Sub(d.House.Now()), time.Second/10), again)) // the clock of a demo may be moved
		defer timer.Stop()
		due = timer.C
	}
	for {
		select {
		case <-ctx.Done():
			return false
		case <-due:
			return true
		case c, open := <-changes:
			if !open {
				return false
			}
			if c.All || slices.ContainsFunc(c.Refs, func(r core.Ref) bool { return r.Kind == core.KindNotification }) {
				return true
			}
		}
	}
}

// Due sends what is due now, and answers when nothing more is.
//
// Errors: those of core.
func (d Delivery) Due(ctx context.Context) (Tally, error) {
	t, _, err := d.due(ctx)
	return t, err
}

func (d Delivery) due(ctx context.Context) (all Tally, next core.Moment, err error) {
	for {
		mails, next, err := d.House.NextMails(ctx)
		if err != nil || (len(mails) == 0 && (next == 0 || next > d.House.Now())) {
			return all, next, err
		}
		for i, out := range mails {
			if ctx.Err() != nil {
				return all, 0, d.giveBack(ctx, mails[i:])
			}
			if err := d.send(ctx, out, &all); err != nil {
				return all, 0, err
			}
		}
	}
}

// send hands one mail over and settles it. The error is of the house, not of the mail.
func (d Delivery) send(ctx context.Context, out core.Outgoing, t *Tally) error {
	under, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	defer stop()
	err := d.Server.Send(under, out, d.House.Now().Time())
	settle := context.WithoutCancel(ctx)
	if err == nil {
		t.Sent++
		return d.House.MailSent(settle, out.IDs())
	}
	f := &Failure{}
	if !errors.As(err, &f) {
		f.Text = err.Error()
	}
	t.Failed++
	if t.Trouble == "" {
		t.Trouble = f.Text
	}
	d.Log.Warn("mail not sent", "notification", uint64(out.Notices[0].ID), "server", d.Server.String(), "error", core.Visible(f.Text))
	return d.House.MailFailed(settle, out.IDs(), f.Text, f.Maybe)
}

// giveBack leaves mails that were taken and not tried to whoever comes next.
func (d Delivery) giveBack(ctx context.Context, mails []core.Outgoing) error {
	for _, out := range mails {
		if err := d.House.MailReturned(context.WithoutCancel(ctx), out.IDs()); err != nil {
			return err
		}
	}
	return nil
}

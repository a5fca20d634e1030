package core

import (
	"context"
	"slices"
	"strings"
)

// OutboxMail is a mail as Support sees it: the notification, and the address that it goes to. The text is left out: it
// is the recipient's (AC10), and a code is never in it (AC19).
type OutboxMail struct {
	Notification
	To string `json:"to"`
}

// Outbox lists the mails that wait or have failed, newest first (N4). Fields of the filter: event, to, state, error, cause.
// With state:sent or state:off it lists those instead, out of all notifications. Total counts those that are listed,
// see Page. Errors: forbidden to everybody but Support.
func (a *Actor) Outbox(ctx context.Context, q Query) (Page[OutboxMail], error) {
	return list(ctx, a, func(r *reading) (Page[OutboxMail], error) { return r.outbox(q) })
}

func (r *reading) outbox(q Query) (Page[OutboxMail], error) {
	var none Page[OutboxMail]
	if err := r.outboxOnly(); err != nil {
		return none, err.on("outbox.list", System)
	}
	sort, err := q.sortOf("newest", "created")
	if err != nil {
		return none, err
	}
	f, err := parseFilter(q.Filter, listFields["outbox"]...)
	if err != nil {
		return none, err
	}
	w := window[Notification]{
		name: "outbox", forms: []string{"n"}, newest: sort == "newest",
		streams: []*stream[Notification]{{index: Scan{Index: Outbox}, scan: r.Notifications().Scan, key: notificationKey}},
	}
	w.total, w.filter = r.counters(Ref{}, CountOutbox), f
	d := r.directory()
	if !f.empty() {
		w.keep = func(n Notification) (bool, error) {
			n, err := d.worded(n)
			if err != nil {
				return false, err
			}
			return r.outboxMatches(f, n)
		}
	}
	if f.settledMails() {
		w.name, w.streams[0].index = "mails", Scan{}
	}
	c, err := w.page(r, q)
	if err != nil {
		return none, err
	}
	return paged(c, d.outboxMail)
}

// outboxOnly refuses everybody but Support.
func (r *reading) outboxOnly() *Error {
	return r.supportOr(DutyOutbox, "the outbox")
}

func (d *directory) outboxMail(n Notification) (OutboxMail, error) {
	n, err := d.worded(n)
	if err != nil {
		return OutboxMail{}, err
	}
	out := OutboxMail{Notification: n, To: n.Address}
	out.Body = ""
	if n.Recipient != 0 {
		out.To, err = d.label(n.Recipient)
	}
	return out, err
}

func (r *reading) outboxMatches(f filter, n Notification) (bool, error) {
	to := n.Address
	if n.Recipient != 0 {
		acc, err := r.account(n.Recipient)
		if err != nil {
			return false, err
		}
		to = several(acc.label(), acc.Name)
	}
	return f.matchTexts(n.Subject, to) && f.matchFields(func(name string) string {
		switch name {
		case "to":
			return to
		case "state":
			return string(n.Mail.State)
		case "error":
			return n.Mail.Error
		case "cause":
			return n.Mail.Cause
		}
		return string(n.Event)
	}), nil
}

// RetryMail queues a mail that failed once more, with all its tries before it (N4); also one that was off because no
// delivery was set up, now that there is one. For one that is queued already nothing changes (F11). Support only.
//
// Errors: forbidden, not_found; already_decided where it was sent or is off for another cause.
func (a *Actor) RetryMail(ctx context.Context, id NotificationID) error {
	return a.do(ctx, attempt{action: "outbox.retry", subjects: []Ref{id.Ref()}}, func(c *change) error {
		if err := c.mayRetry(); err != nil {
			return err
		}
		n, err := get(c.Notifications(), id, id.Ref())
		if err != nil {
			return err
		}
		late := n.Mail.State == MailOff && n.Mail.Cause == causeNoDelivery && c.house.mail.Load()
		switch {
		case n.Mail.State == MailQueued || n.Mail.Taken != 0:
			return nil
		case n.Mail.State == MailFailed || late:
			return c.retryMail(n)
		}
		state := string(n.Mail.State)
		if n.Mail.Cause != "" {
			state += " (" + n.Mail.Cause + ")"
		}
		return sentenceError(ReasonAlreadyDecided, "Mail "+id.Ref().number()+" is "+state+": it cannot be tried again.", "Only failed mails can.")
	})
}

func (c *change) mayRetry() error {
	if err := c.outboxOnly(); err != nil {
		return err
	}
	return c.flagMay(OutboxRetry)
}

func (c *change) retryMail(n Notification) error {
	n.Mail = Mail{State: MailQueued, Next: c.now}
	return c.putMail(n)
}

// RetryMails queues all mails that failed once more, in slices, and says how many (N4). Support only.
//
// Errors: forbidden.
func (a *Actor) RetryMails(ctx context.Context) (int, error) {
	retried := 0
	var after Key
	for {
		var end End
		slice := 0
		err := a.do(ctx, attempt{action: "outbox.retry", subjects: []Ref{System}}, func(c *change) error {
			slice = 0
			if err := c.mayRetry(); err != nil {
				return err
			}
			var failed []Notification
			var err error
			end, err = c.Notifications().Scan(Scan{Index: Outbox, After: after, Limit: readAtOnce}, func(n Notification) (bool, error) {
				if n.Mail.State == MailFailed && n.Mail.Taken == 0 {
					failed = append(failed, n)
				}
				return true, nil
			})
			if err != nil {
				return err
			}
			for _, n := range failed {
				if err := c.retryMail(n); err != nil {
					return err
				}
			}
			slice = len(failed)
			return nil
		})
		if err != nil {
			return retried, err
		}
		retried += slice
		if end.Done || end.At == nil {
			return retried, nil
		}
		after = end.At
	}
}

// settledMails reports whether a filter asks for the mails that wait no more.
func (f filter) settledMails() bool {
	return slices.ContainsFunc(f.fields, func(x field) bool {
		return x.name == "state" && !x.not && x.value != "" &&
			(strings.HasPrefix(string(MailSent), x.value) || strings.HasPrefix(string(MailOff), x.value))
	})
}

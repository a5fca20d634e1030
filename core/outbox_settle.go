package core

import (
	"context"
	"slices"
	"strings"
)

// MailSent settles mails that NextMails gave: the mail server has taken them.
//
// Errors: read_only; those of the store.
func (h *House) MailSent(ctx context.Context, ids []NotificationID) error {
	return h.settleMails(ctx, ids, func(_ *change, n *Notification) error {
		n.Mail = Mail{State: MailSent, Attempts: n.Mail.Attempts}
		return nil
	})
}

// MailFailed settles mails that NextMails gave: they were not taken, and why. They are tried again after 1, 5 and 30
// minutes, 2 and 12 hours, then left until Support retries (N4). maybe says that the mail server may have taken them
// all the same; then they count as one mail of the hour.
//
// Errors: read_only; those of the store.
func (h *House) MailFailed(ctx context.Context, ids []NotificationID, why string, maybe bool) error {
	refunded := maybe
	return h.settleMails(ctx, ids, func(c *change, n *Notification) error {
		if n.Mail.State == MailOff {
			return nil // withdrawn while it was under way
		}
		if !refunded {
			refunded = true
			if err := c.refundMail(*n); err != nil {
				return err
			}
		}
		again := Moment(0)
		if n.Mail.Attempts <= len(mailAgain) {
			again = c.now.Add(mailAgain[max(n.Mail.Attempts-1, 0)])
		}
		said, err := c.withoutAddress(*n, why)
		if err != nil {
			return err
		}
		n.Mail = Mail{State: MailFailed, Attempts: n.Mail.Attempts, Error: serverWords(said), Cause: n.Mail.Cause, Next: again}
		return nil
	})
}

// MailReturned gives mails back that NextMails gave and that nobody has tried: they are due as before.
//
// Errors: read_only; those of the store.
func (h *House) MailReturned(ctx context.Context, ids []NotificationID) error {
	refunded := false
	return h.settleMails(ctx, ids, func(c *change, n *Notification) error {
		if n.Mail.State == MailOff {
			return nil
		}
		n.Mail.Attempts--
		n.Mail.Next = c.now
		if refunded {
			return nil
		}
		refunded = true
		return c.refundMail(*n)
	})
}

// serverWords makes one line of what a mail server says, which may be anything.
func serverWords(s string) string {
	letters := []rune(Visible(strings.Join(strings.Fields(s[:min(len(s), textMax)]), " ")))
	if len(letters) > errorLetters {
		letters = append(letters[:errorLetters], '…')
	}
	return string(letters)
}

// withoutAddress puts the account in place of its address in what a mail server says, which is kept (AC8).
func (c *change) withoutAddress(n Notification, said string) (string, error) {
	said = said[:min(len(said), textMax)]
	address, err := c.mailAddress(n)
	if err != nil || n.Recipient == 0 || address == "" {
		return said, err
	}
	return placed(unplaced(said), func(found string) (AccountID, bool) { return n.Recipient, Fold(found) == address }, false), nil
}

// settleMails changes mails that are under way, all in one.
func (h *House) settleMails(ctx context.Context, ids []NotificationID, fn func(*change, *Notification) error) error {
	if h.readOnly {
		return refuse(ReasonReadOnly, nil).on("outbox.settle", System)
	}
	return h.update(ctx, func(c *change) error {
		for _, id := range ids {
			n, ok, err := c.Notifications().Get(id)
			if err != nil {
				return err
			}
			if !ok || n.Mail.Taken == 0 {
				continue // settled already
			}
			if err := fn(c, &n); err != nil {
				return err
			}
			n.Mail.Taken = 0
			if err := c.putMail(n); err != nil {
				return err
			}
		}
		return nil
	})
}

// mailAddress gives the address that a mail goes to as it is now; empty when it is gone.
func (r *reading) mailAddress(n Notification) (string, error) {
	switch {
	case n.Recipient != 0:
		acc, err := r.account(n.Recipient)
		return acc.Email, err
	case n.Contact != 0:
		m, _, err := r.Maintainers().Get(n.Contact)
		return m.Contact, err
	}
	return n.Address, nil
}

// refundMail gives the place of a mail in its hour back: it did not go out.
func (c *change) refundMail(n Notification) error {
	address, err := c.mailAddress(n)
	if err != nil {
		return err
	}
	m, ok, err := c.Mailings().Get(address)
	if err != nil || !ok {
		return err
	}
	sent := classOf(n).sent(&m)
	if i := slices.Index(*sent, n.Mail.Taken); i >= 0 {
		*sent = slices.Delete(slices.Clone(*sent), i, i+1)
		m.Version++
		return c.Mailings().Put(m)
	}
	return nil
}

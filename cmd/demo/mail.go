package demo

import (
	"strings"
	"time"

	"gatehouse/core"
)

// read lets the people of the cast have read what they were told until today.
func (b *builder) read() {
	for _, email := range []string{Sam, Ana, Ben, Pia, Lea} {
		b.do("read", func() error { return b.as(email).MarkAllRead(b.ctx) })
	}
}

// troubles are what mail servers said, by the beginning of the address.
var troubles = []struct{ address, text string }{
	{"pia@", "552 5.2.2 The mailbox is full"},
	{"nora", "451 4.7.1 Too many connections, come back later"},
}

// mails pretends that a mail server was named this morning: some of the latest mails went out, some fail. The house of
// the demo itself sends nothing.
func (b *builder) mails() {
	options := b.options
	options.MailDelivery = true
	h := core.New(b.house.Store(), options)
	b.do("outbox", func() error {
		page, err := h.As(b.ids[Sam]).Outbox(b.ctx, core.Query{Filter: "state:off", Limit: 40})
		if err != nil {
			return err
		}
		for _, m := range page.Items {
			if err := h.As(b.ids[Sam]).RetryMail(b.ctx, m.ID); err != nil && core.ReasonOf(err) != core.ReasonAlreadyDecided {
				return err
			}
		}
		return nil
	})
	for _, wait := range []time.Duration{0, time.Minute, 5 * time.Minute, 30 * time.Minute} {
		b.now = b.now.Add(wait)
		b.do("send", func() error { return b.send(h) })
	}
}

func (b *builder) send(h *core.House) error {
	for {
		mails, _, err := h.NextMails(b.ctx)
		if err != nil || len(mails) == 0 {
			return err
		}
		for _, m := range mails {
			if err := b.settle(h, m); err != nil {
				return err
			}
		}
	}
}

func (b *builder) settle(h *core.House, m core.Outgoing) error {
	for _, t := range troubles {
		if strings.HasPrefix(m.Address, t.address) {
			return h.MailFailed(b.ctx, m.IDs(), t.text, false)
		}
	}
	return h.MailSent(b.ctx, m.IDs())
}

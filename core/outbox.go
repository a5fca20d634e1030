package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"
)

// The outbox (N4): notifications whose mail waits. A deliverer takes mails with NextMails, hands each to the mail server,
// and settles it with MailSent or MailFailed. Taking is a transaction of its own: a deliverer that dies in between leaves
// its mails to the next one after mailLease, so one crash gives at most one mail twice, with the same Message-ID.
// It is bookkeeping and writes no events (AU14).

// The causes for which a mail is off, and why one waits (N4). The words are stored and shown.
const (
	causeNoDelivery = "no delivery set up"
	causeDemo       = "demo house" // its people do not exist
	causeMailOff    = "mail off"
	causeWithdrawn  = "withdrawn"
	causeRemoved    = "account removed"
	causeNoContact  = "no contact address any more"
	causeBeyond     = "more than 20 mails an hour: goes out in one mail with others"

	causeBeyondUrgent = "more than 60 urgent mails an hour: goes out in one mail with others"
)

// The quota of N4: so many mails go to one address in an hour.
const (
	mailQuota       = 20
	urgentQuota     = 60 // of urgent mails, beside the others (N7)
	mailQuotaWindow = time.Hour
)

const (
	mailLease    = 5 * time.Minute // how long a deliverer has a mail before another one may take it
	mailsTaken   = 5               // mails in one hand at most
	mailsLooked  = 1_000           // due mails looked at in one transaction
	digestMost   = 500             // notifications in one digest
	errorLetters = 300             // kept of what a mail server says
)

// mailAgain is how long to wait after each failed try (N4); after the last one the mail is left until Support retries.
var mailAgain = [...]time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 12 * time.Hour}

// Outgoing is one mail to hand over to a mail server: one notification, or a digest of those that had to wait (N4).
type Outgoing struct {
	// MessageID is the left half of the Message-ID: the same for every try, other houses have others.
	MessageID string
	Address   string // F3
	Notices   []OutgoingNotice
}

// Digest reports whether the mail lists several notifications.
func (o Outgoing) Digest() bool { return len(o.Notices) > 1 }

// OutgoingNotice is one notification in a mail.
type OutgoingNotice struct {
	Notification
	// Code is the activation code to put into the mail, made this moment and known to nobody (AC19); mostly empty. It
	// works until CodeExpires.
	Activation  string
	CodeExpires Moment
	// Leads is the page that the reader is led to: one that they may open at this moment (N7), or none.
	Leads Ref
}

// IDs are the notifications of the mail, for MailSent and MailFailed.
func (o Outgoing) IDs() []NotificationID {
	ids := make([]NotificationID, len(o.Notices))
	for i, n := range o.Notices {
		ids[i] = n.ID
	}
	return ids
}

// NextMails takes the mails that are due, a few at most, for a deliverer that settles each with MailSent or MailFailed
// within five minutes. next is when to ask again: now or earlier when more is due, none when nothing waits. What became
// pointless meanwhile is switched off instead: mail off, an account removed, a notice that its recipient no longer sees or
// that holds no more, such as that of a cancelled invitation.
//
// Errors: read_only; those of the store.
func (h *House) NextMails(ctx context.Context) (mails []Outgoing, next Moment, err error) {
	if h.readOnly {
		return nil, 0, refuse(ReasonReadOnly, nil).on("outbox.next", System)
	}
	if next, due, err := h.mailsDue(ctx); err != nil || !due {
		return nil, next, err
	}
	err = h.update(ctx, func(c *change) error {
		mails, next, err = c.takeMails()
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return mails, next, nil
}

// mailsDue looks without writing whether a mail is due, or when the next one is.
func (h *House) mailsDue(ctx context.Context) (next Moment, due bool, err error) {
	err = h.store.View(ctx, func(tx Tx) error {
		now, err := h.present(tx)
		if err != nil {
			return err
		}
		next, due = 0, false
		if h.clockKind.Load() == clockMovable {
			return nil // a demo sends nothing to anybody
		}
		return each(tx.Notifications(), Scan{Index: MailsDue}, func(n Notification) (bool, error) {
			next, due = n.Mail.Next, n.Mail.Next.Passed(now)
			return false, nil
		})
	})
	return next, due, err
}

func (c *change) takeMails() ([]Outgoing, Moment, error) {
	t := mailTaker{change: c, to: map[string][]Notification{}}
	var due []Notification
	err := each(c.Notifications(), Scan{Index: MailsDue}, func(n Notification) (bool, error) {
		if !n.Mail.Next.Passed(c.now) {
			t.next = n.Mail.Next
			return false, nil
		}
		due = append(due, n)
		if len(due) < mailsLooked {
			return true, nil
		}
		t.next = c.now
		return false, nil
	})
	if err != nil {
		return nil, 0, err
	}
	for _, n := range due {
		if err := t.sort(n); err != nil {
			return nil, 0, err
		}
	}
	for _, class := range mailClasses {
		for _, address := range t.order {
			if err := t.serve(address, class, class.of(t.to[address])); err != nil {
				return nil, 0, err
			}
		}
	}
	return t.taken, t.next, nil
}

// mailTaker distributes the mails that are due.
type mailTaker struct {
	*change
	to    map[string][]Notification
	order []string // the addresses, the one that waits longest first
	taken []Outgoing
	next  Moment
}

// later notes that something is due at m.
func (t *mailTaker) later(m Moment) { t.next = earliest(t.next, m) }

// sort puts a mail to those of its address, unless it is not to go out any more.
func (t *mailTaker) sort(n Notification) error {
	address, off, err := t.goesTo(n)
	switch {
	case err != nil:
		return err
	case off != "":
		n.Mail.State, n.Mail.Cause, n.Mail.Next, n.Mail.Taken = MailOff, off, 0, 0
		return t.putMail(n)
	case n.Mail.Taken != 0 && n.Mail.Attempts > len(mailAgain):
		n.Mail = Mail{State: MailFailed, Attempts: n.Mail.Attempts, Error: "the delivery stopped in the middle, each time"}
		return t.putMail(n)
	}
	if _, known := t.to[address]; !known {
		t.order = append(t.order, address)
	}
	t.to[address] = append(t.to[address], n)
	return nil
}

// goesTo gives the address that a mail goes to, or why it is off by now: nobody wants or sees it, or it holds no more.
func (t *mailTaker) goesTo(n Notification) (address, off string, err error) {
	if holds, err := t.holds(n); err != nil || !holds {
		return "", causeWithdrawn, err
	}
	if n.Recipient == 0 {
		address, err := t.mailAddress(n)
		if address == "" {
			off = causeNoContact
		}
		return address, off, err
	}
	acc, err := t.account(n.Recipient)
	switch {
	case err != nil:
		return "", "", err
	case acc.State == AccountRemoved:
		return "", causeRemoved, nil
	case acc.MailOff:
		return "", causeMailOff, nil
	}
	r := t.reading
	r.me = acc
	sees, err := r.directory().seesNotice(n)
	if err != nil || !sees {
		return "", causeWithdrawn, err
	}
	return acc.Email, "", nil
}

// serve takes what one address gets now of a class, as far as the hour allows, and lets the rest wait.
func (t *mailTaker) serve(address string, class mailClass, due []Notification) error {
	if len(due) == 0 {
		return nil
	}
	if len(t.taken) >= mailsTaken {
		t.later(t.now)
		return nil
	}
	m, _, err := t.Mailings().Get(address)
	if err != nil {
		return err
	}
	m.Address = address
	sent := class.sent(&m)
	*sent = slices.DeleteFunc(slices.Clone(*sent), func(at Moment) bool { return at.Add(mailQuotaWindow).Passed(t.now) })
	waited := slices.ContainsFunc(due, func(n Notification) bool { return n.Mail.Cause == class.beyond })
	for len(due) > 0 && len(*sent) < class.most && len(t.taken) < mailsTaken {
		n := 1
		if waited {
			n = min(len(due), digestMost)
		}
		if err := t.take(address, due[:n]); err != nil {
			return err
		}
		*sent = append(*sent, t.now)
		due = due[n:]
	}
	if len(*sent) >= class.most {
		err = t.wait(due, class.beyond, (*sent)[0].Add(mailQuotaWindow))
	} else if len(due) > 0 {
		t.later(t.now)
	}
	if err != nil {
		return err
	}
	m.Version++
	return t.Mailings().Put(m)
}

// wait lets mails wait until the hour has room again.
func (t *mailTaker) wait(due []Notification, cause string, until Moment) error {
	for _, n := range due {
		n.Mail.Next, n.Mail.Cause, n.Mail.Taken = until, cause, 0
		if err := t.putMail(n); err != nil {
			return err
		}
		t.later(until)
	}
	return nil
}

// take makes one mail of notifications to an address, with the activation codes that are still of use.
func (t *mailTaker) take(address string, notices []Notification) error {
	slices.SortFunc(notices, func(a, b Notification) int { return int(a.ID) - int(b.ID) }) //nolint:gosec // numbers of records
	out := Outgoing{Address: address}
	for _, n := range notices {
		o, err := t.outgoing(n)
		if err != nil {
			return err
		}
		if o.Activation, o.CodeExpires, err = t.codeInMail(n); err != nil {
			return err
		}
		out.Notices = append(out.Notices, o)
		n.Mail.Attempts++
		n.Mail.Taken, n.Mail.Next = t.now, t.now.Add(mailLease)
		if err := t.putMail(n); err != nil {
			return err
		}
		t.later(n.Mail.Next)
	}
	var err error
	if out.MessageID, err = t.messageID(out.IDs()); err != nil {
		return err
	}
	t.taken = append(t.taken, out)
	return nil
}

// outgoing puts a notice into words, and says where it leads its reader.
func (t *mailTaker) outgoing(n Notification) (out OutgoingNotice, err error) {
	r := t.reading
	if r.me = (Account{}); n.Recipient != 0 {
		if r.me, err = t.account(n.Recipient); err != nil {
			return out, err
		}
	}
	d := r.directory()
	if out.Leads, err = d.leads(n); err != nil {
		return out, err
	}
	out.Notification, err = d.worded(n)
	return out, err
}

// codeInMail makes the activation code that a mail carries (AC19): only its hash is kept. An account that was activated
// meanwhile needs none, unless Support issued it.
func (t *mailTaker) codeInMail(n Notification) (string, Moment, error) {
	if n.Code == nil {
		return "", 0, nil
	}
	acc, err := t.account(n.Recipient)
	if err != nil || (acc.State == AccountActive && n.Event != NoticeCodeIssued) {
		return "", 0, err
	}
	expires := n.Code.Expires
	if expires == 0 {
		expires = t.now.Add(codeTime)
	}
	if expires.Passed(t.now) {
		return "", 0, nil
	}
	code, err := t.issueCode(ActivationCode{Account: acc.ID, Invitation: n.Code.Invitation, Expires: expires, Mailed: true})
	return code, expires, err
}

// messageID names a mail, by the house and what stands in it.
func (t *mailTaker) messageID(ids []NotificationID) (string, error) {
	s, err := t.Settings()
	if err != nil {
		return "", err
	}
	if s.ID == "" {
		id := make([]byte, 16)
		if _, err := io.ReadFull(t.house.random, id); err != nil {
			return "", err
		}
		s.ID = hex.EncodeToString(id)
		if err := t.PutSettings(s); err != nil {
			return "", err
		}
	}
	sum := sha256.Sum256(fmt.Append(nil, "mail ", s.ID, " ", ids))
	return hex.EncodeToString(sum[:16]), nil
}

func (c *change) putMail(n Notification) error {
	n.Version++
	return c.Notifications().Put(n)
}

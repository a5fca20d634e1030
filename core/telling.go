package core

// telling is one thing that somebody is told of, before it has a number.
type telling struct {
	Notification
	own     bool   // about the own doing, all the same (N5)
	address string // of a contact, which is nobody's account
}

// toldKey is what nobody is told twice of in one change (N5): to whom, and about what.
type toldKey struct {
	recipient AccountID
	address   string
	about     Ref
}

// tell notifies a person of something that happened, once per change and thing that it is about (N5): the first subject,
// which is what the notification leads to. Nobody is told of own actions. The facts are put into words by noticeWords
// when somebody reads the notice; By is who acts unless it says somebody else.
func (c *change) tell(to AccountID, event Notice, facts NoticeFacts, subjects ...Ref) {
	c.put(telling{Notification: Notification{Recipient: to, Event: event, Subjects: subjects, Facts: facts}})
}

// tellDecider is tell with the mark that the recipient may decide what it is about (N1).
func (c *change) tellDecider(to AccountID, event Notice, facts NoticeFacts, decide bool, subjects ...Ref) {
	c.put(telling{Notification: Notification{Recipient: to, Event: event, Subjects: subjects, Facts: facts, Decide: decide}})
}

// tellOwn is tell about what a person may have done: their keys and locked codes (N5).
func (c *change) tellOwn(to AccountID, event Notice, facts NoticeFacts, subjects ...Ref) {
	c.put(telling{own: true, Notification: Notification{Recipient: to, Event: event, Subjects: subjects, Facts: facts}})
}

// tellCode is tell with the activation code that codeFor leaves to the mail; send is nil when there is none to send.
func (c *change) tellCode(to AccountID, event Notice, facts NoticeFacts, send *CodeToSend, subjects ...Ref) {
	c.put(telling{Notification: Notification{Recipient: to, Event: event, Subjects: subjects, Facts: facts, Code: send}})
}

// tellContact mails the contact address of a maintainer, which need not have an account (section 21). It is in nobody's
// inbox. When the address belongs to somebody who is told in the same change, they are told once (N5).
func (c *change) tellContact(m Maintainer, event Notice, facts NoticeFacts, subjects ...Ref) {
	c.put(telling{address: m.Contact, Notification: Notification{Contact: m.ID, Event: event, Subjects: subjects, Facts: facts}})
}

func (c *change) put(t telling) {
	key := toldKey{t.Recipient, t.address, firstRef(t.Subjects)}
	nobody := t.Recipient == 0 && t.address == ""
	if nobody || (t.Recipient != 0 && t.Recipient == c.me.ID && !t.own) || c.toldBy[key] {
		return
	}
	c.toldBy[key] = true
	t.Created = c.written
	if t.Facts.By == 0 {
		t.Facts.By = c.me.ID
	}
	c.told = append(c.told, t)
}

// mails reports whether notices to the account go out by mail (N4).
func (c *change) mails(acc Account) bool { return c.mailFor(acc).State == MailQueued }

// mailFor says how the mail of a new notice to the account begins (N4).
func (c *change) mailFor(acc Account) Mail {
	switch {
	case !c.house.mail.Load():
		return Mail{State: MailOff, Cause: causeNoDelivery}
	case c.house.clockKind.Load() == clockMovable:
		return Mail{State: MailOff, Cause: causeDemo}
	case acc.State == AccountRemoved:
		return Mail{State: MailOff, Cause: causeRemoved}
	case acc.MailOff:
		return Mail{State: MailOff, Cause: causeMailOff}
	}
	return Mail{State: MailQueued, Next: c.written}
}

// writeNotifications puts what was told into the inboxes and the outbox (N4).
func (c *change) writeNotifications() error {
	for _, t := range c.told {
		acc, goes, err := c.addressee(t)
		if err != nil {
			return err
		}
		if !goes {
			continue
		}
		id, err := c.NextID(KindNotification)
		if err != nil {
			return err
		}
		n := t.Notification
		n.ID, n.Version, n.Mail = NotificationID(id), 1, c.mailFor(acc)
		if err := c.Notifications().Put(n); err != nil {
			return err
		}
	}
	c.told = nil
	return nil
}

// addressee gives the account that a notice goes to, zero for a mere address. It goes to nobody when the account is gone,
// or when the address is that of who acts or of somebody who is told already (N5).
func (c *change) addressee(t telling) (acc Account, goes bool, err error) {
	if t.Recipient != 0 {
		acc, ok, err := c.Accounts().Get(t.Recipient)
		return acc, ok && acc.State != AccountRemoved, err
	}
	acc, known, err := c.accountByEmail(t.address)
	if err != nil || !known {
		return Account{}, err == nil, err
	}
	told := acc.ID == c.me.ID || c.toldBy[toldKey{acc.ID, "", firstRef(t.Subjects)}]
	return Account{}, !told, nil
}

// asking are the notices that say that a request or an invitation waits.
var asking = map[Notice]bool{
	NoticeRequestFiled: true, NoticeExtensionFiled: true, NoticeReminder: true, NoticeUndecidable: true,
	NoticeInvitationSent: true, NoticeActivate: true,
}

// withdrawNotices takes back what says that a request or an invitation waits: it is no longer pending (N6, I17). What the
// requester and the inviter were told stays. The note says why: "decided", by whom, or "lapsed" by nobody.
func (c *change) withdrawNotices(about Ref, note string, by AccountID) error {
	open, err := all(c.Notifications(), Scan{Index: NoticesAbout, Prefix: RefKey(about)})
	if err != nil {
		return err
	}
	for _, n := range open {
		if !asking[n.Event] {
			continue
		}
		if err := c.withdraw(n, note, by); err != nil {
			return err
		}
	}
	return nil
}

// withdraw takes one notice back: it does not count any more, and its mail is not sent.
func (c *change) withdraw(n Notification, note string, by AccountID) error {
	n.Withdrawn, n.WithdrawnNote, n.WithdrawnBy = c.written, note, by
	n.Version++
	if n.Mail.State == MailQueued || n.Mail.State == MailFailed {
		n.Mail = Mail{State: MailOff, Cause: causeWithdrawn, Attempts: n.Mail.Attempts, Taken: n.Mail.Taken}
	}
	return c.Notifications().Put(n)
}

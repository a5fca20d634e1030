package core

// tell notifies a person of something that happened, once per change and thing that it is about (N5): the first subject,
// which is what the notification leads to. Nobody is told of own actions. Subject line and body are written by the caller.
func (c *change) tell(to AccountID, event Notice, subject, body string, subjects ...Ref) {
	c.tellDecider(to, event, subject, body, false, subjects...)
}

// tellDecider is tell with the mark that the recipient may decide what it is about (N1).
func (c *change) tellDecider(to AccountID, event Notice, subject, body string, decide bool, subjects ...Ref) {
	key := toldKey{to, firstRef(subjects)}
	if to == 0 || to == c.me.ID || c.toldBy[key] {
		return
	}
	c.toldBy[key] = true
	c.told = append(c.told, Notification{
		Recipient: to, Event: event, Subjects: subjects, Subject: subject, Body: body, Created: c.now, Decide: decide,
	})
}

// writeNotifications puts what was told into the inboxes and the outbox (N4).
func (c *change) writeNotifications() error {
	for _, n := range c.told {
		acc, ok, err := c.Accounts().Get(n.Recipient)
		if err != nil {
			return err
		}
		if !ok || acc.State == AccountRemoved {
			continue
		}
		id, err := c.NextID(KindNotification)
		if err != nil {
			return err
		}
		n.ID, n.Version = NotificationID(id), 1
		switch {
		case !c.house.mail:
			n.Mail = Mail{State: MailOff, Cause: "no delivery set up"}
		case acc.MailOff:
			n.Mail = Mail{State: MailOff, Cause: "mail off"}
		default:
			n.Mail = Mail{State: MailQueued, Next: c.now}
		}
		if err := c.Notifications().Put(n); err != nil {
			return err
		}
	}
	c.told = nil
	return nil
}

// withdrawNotices takes back the notices about a request: it is no longer pending (N6). The note says why:
// "decided by ana@acme.test".
func (c *change) withdrawNotices(about Ref, note string) error {
	open, err := all(c.Notifications(), Scan{Index: NoticesAbout, Prefix: RefKey(about)})
	if err != nil {
		return err
	}
	for _, n := range open {
		n.Withdrawn, n.WithdrawnNote = c.now, note
		n.Version++
		if n.Mail.State == MailQueued || n.Mail.State == MailFailed {
			n.Mail = Mail{State: MailOff, Cause: "withdrawn", Attempts: n.Mail.Attempts}
		}
		if err := c.Notifications().Put(n); err != nil {
			return err
		}
	}
	return nil
}

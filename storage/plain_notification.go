package storage

import "gatehouse/core"

func (p *plain) mail() core.Mail {
	var m core.Mail
	p.nested(func(f uint64) {
		switch f {
		case 1:
			m.State = core.MailState(p.word())
		case 2:
			m.Attempts = int(p.int())
		case 3:
			m.Error = p.text()
		case 4:
			m.Cause = p.word()
		case 5:
			m.Next = p.moment()
		case 6:
			m.Taken = p.moment()
		default:
			p.other()
		}
	})
	return m
}

func plainNotification(value []byte, r *core.Notification) bool {
	p := plainOf(value)
	for f, more := p.next(); more; f, more = p.next() {
		switch f {
		case 1:
			r.ID = core.NotificationID(p.num())
		case 2:
			r.Version = p.num()
		case 3:
			r.Recipient = core.AccountID(p.num())
		case 4:
			r.Event = core.Notice(p.word())
		case 5:
			r.Subjects = p.refs()
		case 6:
			r.Subject = p.text()
		case 7:
			r.Body = p.text()
		case 8:
			r.Created = p.moment()
		case 9:
			r.Read = p.moment()
		case 10:
			r.Withdrawn = p.moment()
		case 11:
			r.WithdrawnNote = p.text()
		default:
			plainNotificationMore(&p, f, r)
		}
	}
	return p.done()
}

// plainNotificationMore reads how a notification goes out.
func plainNotificationMore(p *plain, field uint64, r *core.Notification) {
	switch field {
	case 12:
		r.Mail = p.mail()
	case 13:
		r.Decide = p.bool()
	case 14:
		r.Address = p.text()
	default:
		p.other()
	}
}

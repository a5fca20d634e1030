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
	case 16:
		r.Facts = p.facts()
	case 17:
		r.WithdrawnBy = core.AccountID(p.num())
	case 18:
		r.Contact = core.MaintainerID(p.num())
	default:
		p.other()
	}
}

// facts reads what the words of a notification are made of: first who and where, then what and when.
func (p *plain) facts() core.NoticeFacts {
	var f core.NoticeFacts
	p.nested(func(field uint64) {
		switch field {
		case 1:
			f.By = core.AccountID(p.num())
		case 2:
			f.About = core.AccountID(p.num())
		case 3:
			f.How = p.word()
		case 4:
			f.Name = p.text()
		case 5:
			f.In = p.text()
		case 6:
			f.Title = p.text()
		case 7:
			f.Text = p.text()
		case 8:
			f.Role = p.text()
		default:
			p.factsMore(field, &f)
		}
	})
	return f
}

func (p *plain) factsMore(field uint64, f *core.NoticeFacts) {
	switch field {
	case 9:
		f.At = p.moment()
	case 10:
		f.Lapses = p.moment()
	case 11:
		f.Asked = p.term()
	case 12:
		f.Others = int(p.int())
	case 13:
		f.Help = core.MaintainerID(p.num())
	case 14:
		f.Approver = core.AccountID(p.num())
	case 15:
		f.Priority = core.TicketPriority(p.word())
	default:
		p.other()
	}
}

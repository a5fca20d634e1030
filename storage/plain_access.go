package storage

import "gatehouse/core"

// The records that nearly every use case reads: who acts, what stands where, and what is asked. Each is read by hand
// like the rows of lists, see plain.go.

// Further major types of CBOR.
const (
	bytesType = 2 << 5
	arrayType = 4 << 5
)

// nested reads a map within a value; field is called for each of its fields.
func (p *plain) nested(field func(number uint64)) {
	fields, last := p.fields, p.last
	p.fields, p.last = int(p.head(mapType)), -1
	for f, more := p.next(); more; f, more = p.next() {
		field(f)
	}
	p.fields, p.last = fields, last
}

// length reads how many values a list has; each takes a byte at least.
func (p *plain) length() int {
	n := p.head(arrayType)
	if n > uint64(len(p.b)) {
		p.broken = true
	}
	if p.broken {
		return 0
	}
	return int(n)
}

func (p *plain) texts() []string {
	list := make([]string, 0, p.length())
	for range cap(list) {
		list = append(list, p.word())
	}
	return list
}

func (p *plain) refs() []core.Ref {
	list := make([]core.Ref, 0, p.length())
	for range cap(list) {
		list = append(list, p.ref())
	}
	return list
}

func (p *plain) ref() core.Ref {
	var r core.Ref
	p.nested(func(f uint64) {
		switch f {
		case 1:
			n := p.num()
			p.broken = p.broken || n > 0xff
			r.Kind = core.Kind(n)
		case 2:
			r.ID = p.num()
		default:
			p.other()
		}
	})
	return r
}

func (p *plain) term() core.Term {
	var t core.Term
	p.nested(func(f uint64) {
		switch f {
		case 1:
			t.For = core.Length(p.int())
		case 2:
			t.Until = p.moment()
		default:
			p.other()
		}
	})
	return t
}

func (p *plain) secret() []byte {
	n := p.head(bytesType)
	if p.broken || n > uint64(len(p.b)) {
		p.broken = true
		return nil
	}
	b := append(make([]byte, 0, n), p.b[:n]...)
	p.b = p.b[n:]
	return b
}

func (p *plain) totp() *core.TOTP {
	var t core.TOTP
	p.nested(func(f uint64) {
		switch f {
		case 1:
			t.Secret = p.secret()
		case 2:
			t.Enrolled = p.moment()
		case 3:
			t.LastStep = p.int()
		default:
			p.other()
		}
	})
	return &t
}

func (p *plain) preferences() core.Preferences {
	var x core.Preferences
	p.nested(func(f uint64) {
		switch f {
		case 1:
			x.Theme = p.text()
		case 2:
			x.Glyphs = p.text()
		case 3:
			x.Mouse = p.text()
		default:
			p.other()
		}
	})
	return x
}

func plainAccount(value []byte, r *core.Account) bool {
	p := plainOf(value)
	for f, more := p.next(); more; f, more = p.next() {
		switch f {
		case 1:
			r.ID = core.AccountID(p.num())
		case 2:
			r.Version = p.num()
		case 3:
			r.Email = p.text()
		case 4:
			r.Name = p.text()
		case 5:
			r.State = core.AccountState(p.word())
		case 6:
			r.Support = p.bool()
		case 7:
			r.Expires = p.moment()
		case 8:
			r.TOTP = p.totp()
		case 10:
			r.Confirmed = p.bool()
		case 11:
			r.MailOff = p.bool()
		case 12:
			r.Prefs = p.preferences()
		case 13:
			r.Created = p.moment()
		case 14:
			r.Noticed = int(p.int())
		default:
			plainAccountMore(&p, f, r)
		}
	}
	return p.done()
}

// plainAccountMore reads the fields that came with MFA by keys and recovery codes.
func plainAccountMore(p *plain, field uint64, r *core.Account) {
	switch field {
	case 15:
		r.SecurityKeys = int(p.int())
	case 16:
		r.Recovery = p.recovery()
	case 17:
		r.Throttle = p.throttle()
	case 18:
		r.Activated = p.moment()
	case 19:
		r.EnrolAgain = p.moment()
	case 21:
		r.Duties = p.duties()
	default:
		p.other() // 9: an enrolment that is going on; 20: kept to reading
	}
}

func (p *plain) duties() []core.DutyGrant {
	out := make([]core.DutyGrant, 0, p.length())
	for range cap(out) {
		var g core.DutyGrant
		p.nested(func(f uint64) {
			switch f {
			case 1:
				g.Duty = core.Duty(p.text())
			case 2:
				g.Reason = p.text()
			case 3:
				g.Since = p.moment()
			case 4:
				g.By = core.AccountID(p.num())
			case 5:
				g.Expires = p.moment()
			default:
				p.other()
			}
		})
		out = append(out, g)
	}
	return out
}

func (p *plain) recovery() *core.RecoveryCodes {
	var x core.RecoveryCodes
	p.nested(func(f uint64) {
		switch f {
		case 1:
			x.Salt = p.secret()
		case 2:
			x.Hashes = make([][]byte, 0, p.length())
			for range cap(x.Hashes) {
				x.Hashes = append(x.Hashes, p.secret())
			}
		case 3:
			x.Made = p.moment()
		case 4:
			x.Memory = int(p.int())
		default:
			p.other()
		}
	})
	return &x
}

func (p *plain) throttle() *core.Throttle {
	var x core.Throttle
	p.nested(func(f uint64) {
		switch f {
		case 1:
			x.Failures = int(p.int())
		case 2:
			x.Locks = int(p.int())
		case 3:
			x.Until = p.moment()
		default:
			p.other()
		}
	})
	return &x
}

func (p *plain) mfa() core.MFASetting {
	var s core.MFASetting
	p.nested(func(f uint64) {
		switch f {
		case 1:
			s.State = core.MFAState(p.word())
		case 2:
			s.At = p.moment()
		case 3:
			s.By = core.AccountID(p.num())
		case 4:
			s.Noticed = int(p.int())
		default:
			p.other()
		}
	})
	return s
}

func plainOrganization(value []byte, r *core.Organization) bool {
	p := plainOf(value)
	for f, more := p.next(); more; f, more = p.next() {
		switch f {
		case 1:
			r.ID = core.OrganizationID(p.num())
		case 2:
			r.Version = p.num()
		case 3:
			r.Maintainer = core.MaintainerID(p.num())
		case 4:
			r.Name = p.text()
		case 5:
			r.State = core.UnitState(p.word())
		case 6:
			r.AutoJoin = p.bool()
		case 7:
			r.Deciders = core.Deciders(p.word())
		case 8:
			r.PendingHours = int(p.int())
		case 9:
			r.MFA = p.mfa()
		case 10:
			r.NewMembers = core.NewMembers(p.word())
		case 11:
			r.Created = p.moment()
		default:
			p.other()
		}
	}
	return p.done()
}

func plainMembership(value []byte, r *core.Membership) bool {
	p := plainOf(value)
	for f, more := p.next(); more; f, more = p.next() {
		switch f {
		case 1:
			r.Unit = p.ref()
		case 2:
			r.Account = core.AccountID(p.num())
		case 3:
			r.Version = p.num()
		case 4:
			r.Since = p.moment()
		case 5:
			r.Origin = core.Origin(p.word())
		case 6:
			r.Role = core.Role(p.word())
		case 7:
			r.Roles = p.texts()
		case 8:
			r.Until = p.moment()
		case 9:
			r.Reason = p.text()
		case 10:
			r.Inviter = core.AccountID(p.num())
		case 11:
			r.Approver = core.AccountID(p.num())
		case 12:
			r.Visit = core.VisitID(p.num())
		case 13:
			r.Uncounted = p.bool()
		default:
			p.other()
		}
	}
	return p.done()
}

func plainRequest(value []byte, r *core.Request) bool {
	p := plainOf(value)
	for f, more := p.next(); more; f, more = p.next() {
		switch f {
		case 1:
			r.ID = core.RequestID(p.num())
		case 2:
			r.Version = p.num()
		case 3:
			r.Project = core.ProjectID(p.num())
		case 4:
			r.Organization = core.OrganizationID(p.num())
		case 5:
			r.Requester = core.AccountID(p.num())
		case 7:
			r.Reason = p.text()
		case 9:
			r.Asked = p.term()
		case 10:
			r.Filed = p.moment()
		case 11:
			r.Lapses = p.moment()
		case 12:
			r.State = core.RequestState(p.word())
		default:
			plainRequestMore(&p, f, r)
		}
	}
	return p.done()
}

// plainRequestMore reads the fields that a request has once it is decided, and rare ones.
func plainRequestMore(p *plain, field uint64, r *core.Request) {
	switch field {
	case 6:
		r.Extends = core.VisitID(p.num())
	case 8:
		r.Ticket = core.TicketID(p.num())
	case 13:
		r.Decided = p.moment()
	case 14:
		r.By = core.AccountID(p.num())
	case 15:
		r.Granted = p.moment()
	case 16:
		r.Note = p.text()
	case 17:
		r.Visit = core.VisitID(p.num())
	case 18:
		r.Reminded = int(p.int())
	case 19:
		r.Undecidable = p.bool()
	case 20:
		r.ForSupport = p.bool()
	default:
		p.other()
	}
}

package storage

import (
	"encoding/binary"

	"gatehouse/core"
)

// Lists decode fifty values at a time, and decoding by reflection was 85 % of such a page. The values that lists are
// made of are therefore read by hand here, as long as they are plain: anything unexpected (a field that this file
// does not know, a nested record, a damaged byte) makes the reader give up, and codec.go reads the value instead.
// So this file can only ever be slower than it should be, not wrong; a test compares the two on every kind of value.

// plain reads a map from field numbers to plain values in CBOR's core deterministic form.
type plain struct {
	b      []byte
	fields int // left to read
	last   int // the number of the field before; numbers rise
	broken bool
}

// plainOf begins to read a stored value.
func plainOf(value []byte) plain {
	p := plain{last: -1}
	if len(value) < 2 || value[0] != valueVersion {
		p.broken = true
		return p
	}
	p.b = value[1:]
	p.fields = int(p.head(mapType))
	return p
}

// The major types of CBOR, in the upper three bits of a value's first byte.
const (
	uintType   = 0 << 5
	negInt     = 1 << 5
	textType   = 3 << 5
	mapType    = 5 << 5
	falseValue = 0xf4
	trueValue  = 0xf5
)

// head reads the first byte of a value of the type, and the number in it or behind it.
func (p *plain) head(major byte) uint64 {
	if len(p.b) == 0 || p.b[0]&0xe0 != major {
		p.broken = true
		return 0
	}
	info := p.b[0] & 0x1f
	if info < 24 {
		p.b = p.b[1:]
		return uint64(info)
	}
	size := 1 << (info - 24)
	if info > 27 || len(p.b) < 1+size {
		p.broken = true
		return 0
	}
	var n uint64
	switch rest := p.b[1:]; size {
	case 1:
		n = uint64(rest[0])
	case 2:
		n = uint64(binary.BigEndian.Uint16(rest))
	case 4:
		n = uint64(binary.BigEndian.Uint32(rest))
	default:
		n = binary.BigEndian.Uint64(rest)
	}
	p.b = p.b[1+size:]
	return n
}

// next gives the number of the next field, or false at the end.
func (p *plain) next() (field uint64, more bool) {
	if p.broken || p.fields == 0 {
		return 0, false
	}
	p.fields--
	field = p.head(uintType)
	p.broken = p.broken || field > 1<<31 || int(field) <= p.last
	p.last = int(field)
	return field, !p.broken
}

// done reports whether everything was read.
func (p *plain) done() bool { return !p.broken && p.fields == 0 && len(p.b) == 0 }

func (p *plain) num() uint64 { return p.head(uintType) }

// int reads a number that may be negative.
func (p *plain) int() int64 {
	if len(p.b) > 0 && p.b[0]&0xe0 == negInt {
		n := p.head(negInt)
		p.broken = p.broken || n > 1<<62
		return -1 - int64(n)
	}
	n := p.head(uintType)
	p.broken = p.broken || n > 1<<62
	return int64(n)
}

func (p *plain) moment() core.Moment { return core.Moment(p.int()) }

func (p *plain) bool() bool {
	if len(p.b) == 0 || p.b[0] != falseValue && p.b[0] != trueValue {
		p.broken = true
		return false
	}
	set := p.b[0] == trueValue
	p.b = p.b[1:]
	return set
}

func (p *plain) bytes() []byte {
	n := p.head(textType)
	if p.broken || n > uint64(len(p.b)) {
		p.broken = true
		return nil
	}
	b := p.b[:n]
	p.b = p.b[n:]
	return b
}

func (p *plain) text() string { return string(p.bytes()) }

// word reads a text that is mostly one of a few: those take no memory.
func (p *plain) word() string {
	b := p.bytes()
	for _, w := range words {
		if string(b) == w {
			return w
		}
	}
	return string(b)
}

var words = [...]string{
	string(core.ProjectActive), string(core.ProjectDeleted), string(core.MFAOff), string(core.RoleSetStandard),
	string(core.MFARequired), string(core.AccountNotActivated), string(core.OriginAdded), string(core.OriginCreated),
	string(core.RoleProjectAdmin), string(core.RoleSetProtected), string(core.OriginJoined), string(core.OriginVisit),
	core.RoleDefault, core.RoleAdmin, string(core.DecidersAnyUser), string(core.NewMembersAdmin), string(core.RequestPending),
	string(core.RequestApproved), string(core.MailOff), string(core.NoticeRequestFiled), string(core.NoticeRequestApproved),
}

// other is for a field that is not read by hand.
func (p *plain) other() { p.broken = true }

func plainAccountRow(value []byte, r *core.AccountRow) bool {
	p := plainOf(value)
	for f, more := p.next(); more; f, more = p.next() {
		switch f {
		case 1:
			r.ID = core.AccountID(p.num())
		case 2:
			r.Email = p.text()
		case 3:
			r.Name = p.text()
		case 4:
			r.State = core.AccountState(p.word())
		case 5:
			r.Support = p.bool()
		case 6:
			r.MFA = p.bool()
		case 7:
			r.Expires = p.moment()
		default:
			p.other()
		}
	}
	return p.done()
}

func plainOrganizationRow(value []byte, r *core.OrganizationRow) bool {
	p := plainOf(value)
	for f, more := p.next(); more; f, more = p.next() {
		switch f {
		case 1:
			r.ID = core.OrganizationID(p.num())
		case 2:
			r.Maintainer = core.MaintainerID(p.num())
		case 3:
			r.Name = p.text()
		case 4:
			r.AutoJoin = p.bool()
		case 5:
			r.MFA = core.MFAState(p.word())
		default:
			p.other()
		}
	}
	return p.done()
}

func plainProjectRow(value []byte, r *core.ProjectRow) bool {
	p := plainOf(value)
	for f, more := p.next(); more; f, more = p.next() {
		switch f {
		case 1:
			r.ID = core.ProjectID(p.num())
		case 2:
			r.Organization = core.OrganizationID(p.num())
		case 3:
			r.Maintainer = core.MaintainerID(p.num())
		case 4:
			r.Name = p.text()
		case 5:
			r.Template = p.word()
		case 6:
			r.UserLimit = int(p.int())
		case 7:
			r.Expires = p.moment()
		case 8:
			r.State = core.ProjectState(p.word())
		case 9:
			r.Disabled = p.bool()
		case 10:
			r.Deleted = p.moment()
		case 11:
			r.Purged = p.moment()
		default:
			p.other()
		}
	}
	return p.done()
}

func plainProject(value []byte, r *core.Project) bool {
	p := plainOf(value)
	for f, more := p.next(); more; f, more = p.next() {
		switch f {
		case 1:
			r.ID = core.ProjectID(p.num())
		case 2:
			r.Version = p.num()
		case 3:
			r.Organization = core.OrganizationID(p.num())
		case 4:
			r.Maintainer = core.MaintainerID(p.num())
		case 5:
			r.Name = p.text()
		case 6:
			r.Template = p.word()
		case 7:
			r.RoleSet = core.RoleSet(p.word())
		case 10:
			r.UserLimit = int(p.int())
		case 11:
			r.State = core.ProjectState(p.word())
		default:
			plainProjectMore(&p, f, r)
		}
	}
	return p.done()
}

// plainProjectMore reads the fields that few projects have.
func plainProjectMore(p *plain, field uint64, r *core.Project) {
	switch field {
	case 8:
		r.Expires = p.moment()
	case 9:
		r.PriceLabel = p.text()
	case 13:
		r.Created = p.moment()
	case 14:
		r.Deleted = p.moment()
	case 15:
		r.DeletedBy = core.AccountID(p.num())
	case 16:
		r.Purged = p.moment()
	case 17:
		r.Noticed = p.bool()
	case 18:
		r.Overdue = p.moment()
	default:
		p.other() // 12: why it is disabled
	}
}

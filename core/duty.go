package core

import "slices"

// Duty is a part of the Support flag that is given singly to an account (AC25).
type Duty string

// The duties of AC25.
const (
	// DutyBackup takes backups and exports without secrets, and needs no MFA: a timer signs in with a key alone.
	DutyBackup Duty = "backup"
	// DutyRestore sees and restores deleted projects (DR4, DR5).
	DutyRestore Duty = "restore"
	// DutyProjects sets the project fields that Support sets: template, expiry, price label, user limit, disabled (P10).
	DutyProjects Duty = "projects"
	// DutyOutbox reads the outbox and retries mails (N4).
	DutyOutbox Duty = "outbox"
)

// Duties are all duties, in the order in which they are listed.
var Duties = []Duty{DutyBackup, DutyRestore, DutyProjects, DutyOutbox}

// DutyGrant is a duty that an account has, until it expires or is taken away.
type DutyGrant struct {
	Duty    Duty      `json:"duty" cbor:"1,keyasint"`
	Reason  string    `json:"reason" cbor:"2,keyasint"` // F4
	Since   Moment    `json:"since" cbor:"3,keyasint"`
	By      AccountID `json:"by" cbor:"4,keyasint"`
	Expires Moment    `json:"expires" cbor:"5,keyasint"` // at most 365 days ahead when it is given
}

// ReadOnlyMark says why an account only reads (AC24).
type ReadOnlyMark struct {
	Reason string    `json:"reason" cbor:"1,keyasint"` // F4
	Since  Moment    `json:"since" cbor:"2,keyasint"`
	By     AccountID `json:"by" cbor:"3,keyasint"`
}

// HasDuty reports whether the account has a duty at now. Rights follow the clock: what is past its end gives none (TM5).
func (a Account) HasDuty(d Duty, now Moment) bool {
	return slices.ContainsFunc(a.Duties, func(g DutyGrant) bool { return g.Duty == d && !g.Expires.Passed(now) })
}

// dutyEnd is when the first duty of the account expires; zero without any.
func (a Account) dutyEnd() Moment {
	var first Moment
	for _, g := range a.Duties {
		first = earliest(first, g.Expires)
	}
	return first
}

// duties checks the duties of an account and its read-only mark (AC24, AC25).
func (c *recordRules) duties(a *Account) {
	if m := a.ReadOnly; m != nil {
		c.reason(m.Reason, false)
		c.moment("read_only since", m.Since)
		c.laterAccount("read_only by", m.By)
	}
	before := -1
	for _, g := range a.Duties {
		at := slices.Index(Duties, g.Duty)
		if at <= before {
			c.wrong("the duties must be known, each once, and in their order, which %q is not (AC25)", string(g.Duty))
		}
		before = at
		c.reason(g.Reason, false)
		c.moment("duty since", g.Since)
		c.moment("duty expires", g.Expires)
		c.laterAccount("duty by", g.By)
	}
}

// giver is an account that another one names before it stands in the dump.
type giver struct {
	line  int
	field string
	id    AccountID
}

// laterAccount checks a reference to an account that may stand further down: in a dump, at the end.
func (c *recordRules) laterAccount(field string, id AccountID) {
	if c.putOff != nil {
		c.putOff(field, id)
		return
	}
	c.someone(field, id, false)
}

// giversFit checks what laterAccount has put off.
func (c *importCheck) giversFit() {
	for _, g := range c.givers {
		if _, ok := c.accounts.get(uint64(g.id)); !ok {
			c.wrongAt(g.line, "%s is account %d, which is not there", g.field, g.id)
		}
	}
}

package core

// AccountState is how far an account has come.
type AccountState string

// The account states of section 2.2.
const (
	AccountNotActivated AccountState = "not_activated"
	AccountActive       AccountState = "active"
	AccountExpired      AccountState = "expired"
	AccountRemoved      AccountState = "removed"
)

// Account is one person, house-wide: one account per e-mail address (H4).
type Account struct {
	ID      AccountID    `json:"id" cbor:"1,keyasint"`
	Version uint64       `json:"version" cbor:"2,keyasint"`
	Email   string       `json:"email,omitempty" cbor:"3,keyasint,omitempty"` // F3; empty once removed (AC8)
	Name    string       `json:"name,omitempty" cbor:"4,keyasint,omitempty"`  // F2; may be empty until activated
	State   AccountState `json:"state" cbor:"5,keyasint"`
	Support bool         `json:"support,omitempty" cbor:"6,keyasint,omitempty"`
	Expires Moment       `json:"expires,omitzero" cbor:"7,keyasint,omitempty"` // mandatory for staff accounts (AC13)
	TOTP    *TOTP        `json:"totp,omitempty" cbor:"8,keyasint,omitempty"`
	// Enrolling is the secret that waits for its first valid code, ten minutes at most (AC15).
	Enrolling *Enrolment  `json:"enrolling,omitempty" cbor:"9,keyasint,omitempty"`
	Confirmed bool        `json:"confirmed,omitempty" cbor:"10,keyasint,omitempty"` // AC21
	MailOff   bool        `json:"mail_off,omitempty" cbor:"11,keyasint,omitempty"`
	Prefs     Preferences `json:"preferences,omitzero" cbor:"12,keyasint,omitzero"`
	Created   Moment      `json:"created,omitzero" cbor:"13,keyasint,omitempty"`
	// Noticed is how many of the expiry notices (30, 7, 1 days) were sent for the present Expires.
	Noticed int `json:"noticed,omitempty" cbor:"14,keyasint,omitempty"`
	// SecurityKeys is how many of the keys of the account are of the two kinds that count as MFA (AC4).
	SecurityKeys int `json:"security_keys,omitempty" cbor:"15,keyasint,omitempty"`
	// Recovery is the present set of recovery codes; nil without TOTP (AC16).
	Recovery *RecoveryCodes `json:"recovery,omitempty" cbor:"16,keyasint,omitempty"`
	// Throttle counts wrong codes, for all sessions together (AC15). It is bookkeeping: the version stays.
	Throttle *Throttle `json:"throttle,omitempty" cbor:"17,keyasint,omitempty"`
	// Activated is when the account was activated first. Accounts of the first version lack it, see everActivated.
	Activated Moment `json:"activated,omitzero" cbor:"18,keyasint,omitempty"`
	// EnrolAgain is since when TOTP had been on before the account was imported from a dump without secrets (X1, X3). The
	// person is asked to enrol again; it goes when that is done.
	EnrolAgain Moment `json:"enrol_again,omitzero" cbor:"19,keyasint,omitempty"`
	// ReadOnly says that the account only reads, and why; nil where it may change things (AC24).
	ReadOnly *ReadOnlyMark `json:"read_only,omitempty" cbor:"20,keyasint,omitempty"`
	// Duties are the parts of the Support flag that the account has, in the order of [Duties] (AC25).
	Duties []DutyGrant `json:"duties,omitempty" cbor:"21,keyasint,omitempty"`
}

// RecoveryCodes are up to ten codes that stand in for a TOTP code once each (AC16).
type RecoveryCodes struct {
	Salt   []byte   `json:"salt" cbor:"1,keyasint"`   // one per set, for argon2id
	Hashes [][]byte `json:"hashes" cbor:"2,keyasint"` // of those that are not used
	Made   Moment   `json:"made" cbor:"3,keyasint"`
	// Memory is how many KiB argon2id takes for one hash.
	Memory int `json:"memory" cbor:"4,keyasint"`
}

// Throttle is how often codes of an account were wrong, and until when none is looked at (AC15).
type Throttle struct {
	Failures int    `json:"failures,omitempty" cbor:"1,keyasint,omitempty"` // in a row, since the last lock
	Locks    int    `json:"locks,omitempty" cbor:"2,keyasint,omitempty"`    // since the last right code; each lasts twice as long
	Until    Moment `json:"until,omitzero" cbor:"3,keyasint,omitempty"`     // locked until
}

// TOTP is an enrolled second factor (AC15).
type TOTP struct {
	Secret   []byte `json:"secret" cbor:"1,keyasint"` // 160 bits, sealed; in clear in a dump
	Enrolled Moment `json:"enrolled" cbor:"2,keyasint"`
	LastStep int64  `json:"last_step,omitempty" cbor:"3,keyasint,omitempty"` // steps up to this one are never accepted again
}

// Enrolment is a second factor that is not confirmed yet.
type Enrolment struct {
	Secret  []byte `json:"secret" cbor:"1,keyasint"` // as of TOTP
	Started Moment `json:"started" cbor:"2,keyasint"`
}

// Preferences are a person's settings of the interface. Empty means the default.
type Preferences struct {
	Theme  string `json:"theme,omitempty" cbor:"1,keyasint,omitempty"`
	Glyphs string `json:"glyphs,omitempty" cbor:"2,keyasint,omitempty"`
	Mouse  string `json:"mouse,omitempty" cbor:"3,keyasint,omitempty"`
}

// MFA reports whether a second factor is on (AC4).
func (a Account) MFA() bool { return a.TOTP != nil || a.SecurityKeys > 0 }

// Usable reports whether the account is activated and not past its expiry at now (TM5).
func (a Account) Usable(now Moment) bool {
	return a.State == AccountActive && !a.Expires.Passed(now)
}

// Acts reports whether the account can change anything at now: it is usable and not kept to reading (AC24).
func (a Account) Acts(now Moment) bool { return a.Usable(now) && a.ReadOnly == nil }

// ActivationCode lets one account become active once (AC18). Only its hash is kept (AC19).
type ActivationCode struct {
	Hash       string       `json:"hash" cbor:"1,keyasint"` // SHA-256 in hex of the 128 random bits
	Version    uint64       `json:"version" cbor:"2,keyasint"`
	Account    AccountID    `json:"account" cbor:"3,keyasint"`
	Invitation InvitationID `json:"invitation,omitempty" cbor:"4,keyasint,omitempty"`
	Issued     Moment       `json:"issued" cbor:"5,keyasint"`
	Expires    Moment       `json:"expires" cbor:"6,keyasint"`
	Used       Moment       `json:"used,omitzero" cbor:"7,keyasint,omitempty"` // also set when another code was used instead
	// Mailed is set when the code went out by mail: who redeems it has shown that the address is theirs (AC21).
	Mailed bool `json:"mailed,omitempty" cbor:"8,keyasint,omitempty"`
}

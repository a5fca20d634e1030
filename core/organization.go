package core

import "time"

// UnitState says whether a maintainer or an organization is there.
type UnitState string

// The states of maintainers and organizations.
const (
	UnitActive  UnitState = "active"
	UnitDeleted UnitState = "deleted"
)

// Maintainer is the platform owner or a partner that organizations are assigned to (H2).
type Maintainer struct {
	ID      MaintainerID `json:"id" cbor:"1,keyasint"`
	Version uint64       `json:"version" cbor:"2,keyasint"`
	Name    string       `json:"name" cbor:"3,keyasint"`
	State   UnitState    `json:"state" cbor:"4,keyasint"`
	Contact string       `json:"contact,omitempty" cbor:"5,keyasint,omitempty"` // F3, or empty
	Created Moment       `json:"created,omitzero" cbor:"6,keyasint,omitempty"`
}

// Deciders says which active users of a project decide its requests (R5).
type Deciders string

// The settings of Deciders.
const (
	DecidersAnyUser  Deciders = "any_user"
	DecidersFullRole Deciders = "full_role"
)

// MFAState is the state of the setting Require MFA.
type MFAState string

// The states of Require MFA (S30).
const (
	MFAOff       MFAState = "off"
	MFAScheduled MFAState = "scheduled"
	MFARequired  MFAState = "required"
)

// MFASetting is the setting Require MFA of an organization.
type MFASetting struct {
	State MFAState  `json:"state" cbor:"1,keyasint"`
	At    Moment    `json:"at,omitzero" cbor:"2,keyasint,omitempty"`  // when it is scheduled for (S28)
	By    AccountID `json:"by,omitempty" cbor:"3,keyasint,omitempty"` // who scheduled it
	// Noticed is how many of the notices (7 days, 1 day) were sent for the present At.
	Noticed int `json:"noticed,omitempty" cbor:"4,keyasint,omitempty"`
}

// NewMembers says which roles a member gets when none are named (OR9, OR13).
type NewMembers string

// The settings of New members get.
const (
	NewMembersAdmin   NewMembers = "DEFAULT+ADMIN"
	NewMembersDefault NewMembers = "DEFAULT"
)

// Organization groups projects and the people who look after them (OR1).
type Organization struct {
	ID         OrganizationID `json:"id" cbor:"1,keyasint"`
	Version    uint64         `json:"version" cbor:"2,keyasint"`
	Maintainer MaintainerID   `json:"maintainer" cbor:"3,keyasint"`
	Name       string         `json:"name" cbor:"4,keyasint"`
	State      UnitState      `json:"state" cbor:"5,keyasint"`
	AutoJoin   bool           `json:"auto_join" cbor:"6,keyasint"`
	Deciders   Deciders       `json:"deciders" cbor:"7,keyasint"`
	// PendingHours is the pending time of requests in whole hours, 1 to 336, by default 72.
	PendingHours int        `json:"pending_hours" cbor:"8,keyasint"`
	MFA          MFASetting `json:"mfa" cbor:"9,keyasint"`
	NewMembers   NewMembers `json:"new_members" cbor:"10,keyasint"`
	Created      Moment     `json:"created,omitzero" cbor:"11,keyasint,omitempty"`
}

// PendingTime is how long a request waits before it lapses (R12).
func (o Organization) PendingTime() time.Duration { return time.Duration(o.PendingHours) * time.Hour }

// RequiresMFA reports whether MFA is required at now. A schedule that is due counts as required only once the
// sweep has decided between switching on and dropping it (S28).
func (o Organization) RequiresMFA() bool { return o.MFA.State == MFARequired }

package core

// NoticeFacts are what the words of a notice are made of, beside its event. People are in it by their numbers, never by
// name or address: they are put into words when somebody reads the notice, so that a removed account is named nowhere
// (AC8). Names of units, and what people wrote, are kept as they were when it happened.
type NoticeFacts struct {
	By       AccountID      `json:"by,omitempty" cbor:"1,keyasint,omitempty"`      // who did it; none: the system
	About    AccountID      `json:"about,omitempty" cbor:"2,keyasint,omitempty"`   // whom it is about, where it is neither the reader nor By
	How      string         `json:"how,omitempty" cbor:"3,keyasint,omitempty"`     // which of several wordings
	Name     string         `json:"name,omitempty" cbor:"4,keyasint,omitempty"`    // of the unit
	In       string         `json:"in,omitempty" cbor:"5,keyasint,omitempty"`      // the organization that the unit is in
	Title    string         `json:"title,omitempty" cbor:"6,keyasint,omitempty"`   // of the ticket, or the organization that a project was moved from
	Text     string         `json:"text,omitempty" cbor:"7,keyasint,omitempty"`    // what a person wrote: reason, note, ticket
	Role     string         `json:"role,omitempty" cbor:"8,keyasint,omitempty"`    // role, or roles
	At       Moment         `json:"at,omitzero" cbor:"9,keyasint,omitempty"`       // end or date
	Lapses   Moment         `json:"lapses,omitzero" cbor:"10,keyasint,omitempty"`  // of a request or invitation
	Asked    Term           `json:"asked,omitzero" cbor:"11,keyasint,omitzero"`    // of a request
	Others   int            `json:"others,omitempty" cbor:"12,keyasint,omitempty"` // how many other people: deciders, people without MFA
	Help     MaintainerID   `json:"help,omitempty" cbor:"13,keyasint,omitempty"`   // whose contact address helps (ST5)
	Priority TicketPriority `json:"priority,omitempty" cbor:"15,keyasint,omitempty"`
	Approver AccountID      `json:"approver,omitempty" cbor:"14,keyasint,omitempty"` // who approved
}

// The values of NoticeFacts.How. They are stored; never change them.
const (
	howUndone   = "undone"
	howAdded    = "added"
	howRemoved  = "removed"
	howAccepted = "accepted"
	howDeclined = "declined"
	howMayRenew = "may_renew" // the reader may renew the account
	howDropped  = "dropped"   // the date of Require MFA, by an administrator
	howNobody   = "nobody"    // the same, because no administrator has MFA; no administrator can act
	howWatch    = "watch"     // to who is told of the lock of others
	howAnswered = "answered"
	howClosed   = "closed"
	howReopened = "reopened"
	howExpired  = "expired"
	howInvited  = "invited"
	howPurged   = "purged" // closed, because the project of the ticket is gone
)

package core

import "cmp"

// InvitationState is the state of an invitation (section 9).
type InvitationState string

// The states of invitations.
const (
	InvitationPending    InvitationState = "pending"
	InvitationAccepted   InvitationState = "accepted"
	InvitationDeclined   InvitationState = "declined"
	InvitationCancelled  InvitationState = "cancelled"
	InvitationLapsed     InvitationState = "lapsed"
	InvitationSuperseded InvitationState = "superseded"
	InvitationVoid       InvitationState = "void"
)

// Invitation asks an account into a unit. The access function knows it as a fact.
type Invitation struct {
	ID      InvitationID    `json:"id" cbor:"1,keyasint"`
	Version uint64          `json:"version" cbor:"2,keyasint"`
	Unit    Unit            `json:"unit" cbor:"3,keyasint"`
	Account AccountID       `json:"account" cbor:"4,keyasint"`
	Inviter AccountID       `json:"inviter" cbor:"5,keyasint"`
	Sent    Moment          `json:"sent" cbor:"6,keyasint"`
	State   InvitationState `json:"state" cbor:"7,keyasint"`
	Role    Role            `json:"role,omitempty" cbor:"8,keyasint,omitempty"`
	Roles   []string        `json:"roles,omitempty" cbor:"9,keyasint,omitempty"`
	Reason  string          `json:"reason,omitempty" cbor:"10,keyasint,omitempty"`
	Until   Moment          `json:"until,omitzero" cbor:"11,keyasint,omitempty"`
	Lapses  Moment          `json:"lapses" cbor:"12,keyasint"`
	Ended   Moment          `json:"ended,omitzero" cbor:"13,keyasint,omitempty"`
	// By is who ended it; none for the system.
	By AccountID `json:"by,omitempty" cbor:"14,keyasint,omitempty"`
	// Resender is who sent it again last, none when nobody did; it lives on their right from then on (I17).
	Resender AccountID `json:"resender,omitempty" cbor:"15,keyasint,omitempty"`
}

// Sender is who sent the invitation, or sent it again last (I17).
func (i Invitation) Sender() AccountID { return cmp.Or(i.Resender, i.Inviter) }

// Pending reports whether the invitation can be accepted at now.
func (i Invitation) Pending(now Moment) bool {
	return i.State == InvitationPending && !i.Lapses.Passed(now)
}

// Closed says why the invitation can no longer be accepted, declined or cancelled at now (I16): lapsed, swept or not
// (TM5), or already_decided in every other state that is not pending. It is empty while the invitation waits.
func (i Invitation) Closed(now Moment) Reason {
	switch {
	case i.Pending(now):
		return ""
	case i.State == InvitationLapsed, i.State == InvitationPending:
		return ReasonLapsed
	}
	return ReasonAlreadyDecided
}

package core

import (
	"fmt"
	"strconv"
	"strings"
)

// Ids are positive whole numbers per kind, in creation order, never reused (F9). Zero means none.
type (
	AccountID      uint64
	MaintainerID   uint64
	OrganizationID uint64
	ProjectID      uint64
	VisitID        uint64
	RequestID      uint64
	InvitationID   uint64
	TicketID       uint64
	BucketID       uint64
	LinkID         uint64
	NotificationID uint64
)

// Kind is a kind of record that has ids, or the system as the owner of a chain.
type Kind uint8

// The kinds. Their numbers are stored; never renumber.
const (
	KindNone Kind = iota
	KindAccount
	KindMaintainer
	KindOrganization
	KindProject
	KindVisit
	KindRequest
	KindInvitation
	KindTicket
	KindBucket
	KindLink
	KindNotification
	KindRole
	KindSystem
	KindTemplate
)

var kindNames = [...]string{
	KindNone: "", KindAccount: "account", KindMaintainer: "maintainer", KindOrganization: "organization",
	KindProject: "project", KindVisit: "visit", KindRequest: "request", KindInvitation: "invitation",
	KindTicket: "ticket", KindBucket: "bucket", KindLink: "link", KindNotification: "notification",
	KindRole: "role", KindSystem: "system", KindTemplate: "template",
}

// String gives the name of the kind as the design writes it: "organization", "request".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "kind" + strconv.Itoa(int(k))
}

// MarshalText writes the name of the kind.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the name of a kind.
func (k *Kind) UnmarshalText(b []byte) error {
	for i, n := range kindNames {
		if n == string(b) {
			*k = Kind(i)
			return nil
		}
	}
	return fmt.Errorf("unknown kind %q", b)
}

// Ref names one record of any kind by its number. The fields stand in the order of the alphabet, see Event.
type Ref struct {
	ID   uint64 `json:"id,omitempty" cbor:"2,keyasint,omitempty"`
	Kind Kind   `json:"kind" cbor:"1,keyasint,omitempty"`
}

// Unit is a Ref to a maintainer, an organization or a project.
type Unit = Ref

// String writes the ref as in chains and deep links: "organization/3"; the system is "system".
func (r Ref) String() string {
	if r.Kind == KindSystem {
		return "system"
	}
	return r.Kind.String() + "/" + strconv.FormatUint(r.ID, 10)
}

// IsZero reports whether the ref names nothing.
func (r Ref) IsZero() bool { return r == Ref{} }

// ParseRef reads what String writes.
func ParseRef(s string) (Ref, error) {
	if s == "system" {
		return System, nil
	}
	name, num, ok := strings.Cut(s, "/")
	if !ok {
		return Ref{}, fmt.Errorf("%q is not written as kind/number", s)
	}
	var r Ref
	if err := r.Kind.UnmarshalText([]byte(name)); err != nil {
		return Ref{}, err
	}
	n, err := strconv.ParseUint(num, 10, 64)
	if err != nil || n == 0 {
		return Ref{}, fmt.Errorf("%q has no number behind the slash", s)
	}
	r.ID = n
	return r, nil
}

// System owns the chain of accounts, sign-in and the house itself (AU4).
var System = Ref{Kind: KindSystem}

// Ref gives the account as a Ref.
func (id AccountID) Ref() Ref { return Ref{Kind: KindAccount, ID: uint64(id)} }

// Ref gives the maintainer as a Ref, which is also a Unit and a Chain.
func (id MaintainerID) Ref() Ref { return Ref{Kind: KindMaintainer, ID: uint64(id)} }

// Ref gives the organization as a Ref, which is also a Unit and a Chain.
func (id OrganizationID) Ref() Ref { return Ref{Kind: KindOrganization, ID: uint64(id)} }

// Ref gives the project as a Ref, which is also a Unit.
func (id ProjectID) Ref() Ref { return Ref{Kind: KindProject, ID: uint64(id)} }

// Ref gives the visit as a Ref.
func (id VisitID) Ref() Ref { return Ref{Kind: KindVisit, ID: uint64(id)} }

// Ref gives the request as a Ref.
func (id RequestID) Ref() Ref { return Ref{Kind: KindRequest, ID: uint64(id)} }

// Ref gives the invitation as a Ref.
func (id InvitationID) Ref() Ref { return Ref{Kind: KindInvitation, ID: uint64(id)} }

// Ref gives the ticket as a Ref.
func (id TicketID) Ref() Ref { return Ref{Kind: KindTicket, ID: uint64(id)} }

// Ref gives the bucket as a Ref.
func (id BucketID) Ref() Ref { return Ref{Kind: KindBucket, ID: uint64(id)} }

// Ref gives the link as a Ref.
func (id LinkID) Ref() Ref { return Ref{Kind: KindLink, ID: uint64(id)} }

// Ref gives the notification as a Ref.
func (id NotificationID) Ref() Ref { return Ref{Kind: KindNotification, ID: uint64(id)} }

// String writes the number of the account.
func (id AccountID) String() string { return strconv.FormatUint(uint64(id), 10) }

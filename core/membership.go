package core

// Origin says how a membership came about.
type Origin string

// The origins of memberships.
const (
	OriginCreated Origin = "created"
	OriginAdded   Origin = "added"
	OriginInvited Origin = "invited"
	OriginJoined  Origin = "joined"
	OriginVisit   Origin = "visit"
)

// Membership puts one account into one unit: one record per pair (V7).
type Membership struct {
	Unit     Unit      `json:"unit" cbor:"1,keyasint"`
	Account  AccountID `json:"account" cbor:"2,keyasint"`
	Version  uint64    `json:"version" cbor:"3,keyasint"`
	Since    Moment    `json:"since" cbor:"4,keyasint"`
	Origin   Origin    `json:"origin" cbor:"5,keyasint"`
	Role     Role      `json:"role,omitempty" cbor:"6,keyasint,omitempty"`   // projects only
	Roles    []string  `json:"roles,omitempty" cbor:"7,keyasint,omitempty"`  // organizations: DEFAULT and more; empty for visitors
	Until    Moment    `json:"until,omitzero" cbor:"8,keyasint,omitempty"`   // always for visits, else in projects only (TM1)
	Reason   string    `json:"reason,omitempty" cbor:"9,keyasint,omitempty"` // F4 or empty
	Inviter  AccountID `json:"inviter,omitempty" cbor:"10,keyasint,omitempty"`
	Approver AccountID `json:"approver,omitempty" cbor:"11,keyasint,omitempty"`
	Visit    VisitID   `json:"visit,omitempty" cbor:"12,keyasint,omitempty"`
	// Uncounted is set for Support accounts, which never count toward the user limit (P17).
	Uncounted bool `json:"uncounted,omitempty" cbor:"13,keyasint,omitempty"`
}

// MembershipKey is the pair that a membership is found by.
type MembershipKey struct {
	Unit    Unit
	Account AccountID
}

// Key gives the pair that the membership is found by.
func (m Membership) Key() MembershipKey { return MembershipKey{m.Unit, m.Account} }

// Visitor reports whether the membership comes from a visit (V1); all others are ordinary.
func (m Membership) Visitor() bool { return m.Origin == OriginVisit }

// Running reports whether the membership gives rights at now: what is past its end gives none, swept or not (TM5).
func (m Membership) Running(now Moment) bool { return !m.Until.Passed(now) }

// Admin reports whether an organization membership holds ADMIN.
func (m Membership) Admin() bool { return !m.Visitor() && hasRole(m.Roles, RoleAdmin) }

func hasRole(roles []string, id string) bool {
	for _, r := range roles {
		if r == id {
			return true
		}
	}
	return false
}

// VisitState is the state of a visit (section 11).
type VisitState string

// The states of visits.
const (
	VisitActive  VisitState = "active"
	VisitLeft    VisitState = "left"
	VisitRevoked VisitState = "revoked"
	VisitEnded   VisitState = "ended"
)

// Note is what who revoked a visit told the visitor (section 11); empty for all others.
func (v Visit) Note() string {
	if v.State == VisitRevoked {
		return v.Cause
	}
	return ""
}

// Because is why a visit that nobody revoked is over: "time", "account expired". Empty for one that runs or was revoked.
func (v Visit) Because() string {
	switch v.State {
	case VisitEnded:
		return v.Cause
	case VisitLeft:
		return "left"
	default:
		return ""
	}
}

// causeTime is the cause of what ended by time.
const causeTime = "time"

// Visit is staff inside a unit, with a reason and an end (V1).
type Visit struct {
	ID         VisitID     `json:"id" cbor:"1,keyasint"`
	Version    uint64      `json:"version" cbor:"2,keyasint"`
	Unit       Unit        `json:"unit" cbor:"3,keyasint"`
	Account    AccountID   `json:"account" cbor:"4,keyasint"`
	Role       Role        `json:"role,omitempty" cbor:"5,keyasint,omitempty"`    // projects only (A7)
	Basis      RequestID   `json:"request,omitempty" cbor:"6,keyasint,omitempty"` // zero: joined
	State      VisitState  `json:"state" cbor:"7,keyasint"`
	Started    Moment      `json:"started" cbor:"8,keyasint"`
	Ends       Moment      `json:"ends" cbor:"9,keyasint"`                       // the moment granted
	Ended      Moment      `json:"ended,omitzero" cbor:"10,keyasint,omitempty"`  // when it really was over
	By         AccountID   `json:"by,omitempty" cbor:"11,keyasint,omitempty"`    // who ended it; zero: the system
	Cause      string      `json:"cause,omitempty" cbor:"12,keyasint,omitempty"` // note of a revocation, or why it ended
	Reason     string      `json:"reason" cbor:"13,keyasint"`
	Ticket     TicketID    `json:"ticket,omitempty" cbor:"14,keyasint,omitempty"`
	Asked      Term        `json:"asked" cbor:"15,keyasint"`
	Approver   AccountID   `json:"approver" cbor:"16,keyasint"` // own account for a join (V2)
	Extensions []RequestID `json:"extensions,omitempty" cbor:"17,keyasint,omitempty"`
	// Organization is the organization whose staff relation the visit rests on; zero for maintainer visits.
	Organization OrganizationID `json:"organization,omitempty" cbor:"18,keyasint,omitempty"`
}

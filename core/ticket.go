package core

// TicketKind is what a ticket is about.
type TicketKind string

// The kinds of tickets; question is the default.
const (
	TicketQuestion      TicketKind = "question"
	TicketError         TicketKind = "error"
	TicketLimitIncrease TicketKind = "limit_increase"
	TicketRestore       TicketKind = "restore"
)

// TicketPriority is how much a ticket hurries.
type TicketPriority string

// The priorities; normal is the default.
const (
	PriorityLow    TicketPriority = "low"
	PriorityNormal TicketPriority = "normal"
	PriorityHigh   TicketPriority = "high"
)

// TicketDesk is who a ticket is with (ST8).
type TicketDesk string

// The desks.
const (
	WithMaintainer TicketDesk = "maintainer"
	WithSupport    TicketDesk = "support"
)

// TicketState is the state of a ticket (section 20).
type TicketState string

// The states of tickets.
const (
	TicketOpen     TicketState = "open"
	TicketAnswered TicketState = "answered"
	TicketClosed   TicketState = "closed"
)

// Ticket asks the maintainer of an organization, or Support, for help with a project (ST1).
type Ticket struct {
	ID      TicketID  `json:"id" cbor:"1,keyasint"`
	Version uint64    `json:"version" cbor:"2,keyasint"`
	Project ProjectID `json:"project" cbor:"3,keyasint"`
	// Organization and Maintainer are those of the project now: they follow it when it is moved (H13).
	Organization OrganizationID `json:"organization" cbor:"4,keyasint"`
	Maintainer   MaintainerID   `json:"maintainer" cbor:"5,keyasint"`
	Author       AccountID      `json:"author" cbor:"6,keyasint"`
	Kind         TicketKind     `json:"ticket_kind" cbor:"7,keyasint"`
	Priority     TicketPriority `json:"priority" cbor:"8,keyasint"`
	Subject      string         `json:"subject" cbor:"9,keyasint"` // 3–120
	Body         string         `json:"body" cbor:"10,keyasint"`   // F6
	With         TicketDesk     `json:"with" cbor:"11,keyasint"`
	State        TicketState    `json:"state" cbor:"12,keyasint"`
	Opened       Moment         `json:"opened" cbor:"13,keyasint"`
	Changed      Moment         `json:"changed" cbor:"14,keyasint"` // last comment, or change of state or desk
	// Comments is how many there are; they are kept one by one.
	Comments int `json:"comments,omitempty" cbor:"15,keyasint,omitempty"`
}

// Comment is one answer on a ticket. Comments are numbered from 1 on each ticket.
type Comment struct {
	Ticket  TicketID  `json:"ticket" cbor:"1,keyasint"`
	N       uint64    `json:"n" cbor:"2,keyasint"`
	Version uint64    `json:"version" cbor:"3,keyasint"`
	Author  AccountID `json:"author" cbor:"4,keyasint"`
	Time    Moment    `json:"time" cbor:"5,keyasint"`
	Text    string    `json:"text" cbor:"6,keyasint"`                      // F6
	Staff   bool      `json:"staff,omitempty" cbor:"7,keyasint,omitempty"` // a staff comment makes it answered (ST7)
}

// CommentKey is what a comment is found by.
type CommentKey struct {
	Ticket TicketID
	N      uint64
}

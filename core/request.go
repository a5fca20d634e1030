package core

import "time"

// Term is what somebody asks for or is granted: exactly one of a length and a moment (R3).
type Term struct {
	For   Length `json:"for,omitzero" cbor:"1,keyasint,omitempty"` // F8: 15 minutes to 14 days
	Until Moment `json:"until,omitzero" cbor:"2,keyasint,omitempty"`
}

// IsZero reports whether nothing was asked.
func (t Term) IsZero() bool { return t == Term{} }

// End gives the moment at which the term is over when its clock starts at start.
func (t Term) End(start Moment) Moment {
	if t.Until != 0 {
		return t.Until
	}
	return start.Add(t.For.Duration())
}

// Entry is what staff say when they come in: by joining, requesting or extending (R4).
type Entry struct {
	Reason string
	Term   Term
	// Ticket, when set, is the ticket of the same project that it is about; without a Reason it stands for one (ST9).
	Ticket TicketID
}

// RequestState is the state of a support-access request (section 10).
type RequestState string

// The states of requests.
const (
	RequestPending    RequestState = "pending"
	RequestApproved   RequestState = "approved"
	RequestRejected   RequestState = "rejected"
	RequestWithdrawn  RequestState = "withdrawn"
	RequestLapsed     RequestState = "lapsed"
	RequestSuperseded RequestState = "superseded"
	RequestVoid       RequestState = "void"
)

// Request asks the users of a project to let a staff account in, or to let a visitor stay (R1, R23).
type Request struct {
	ID           RequestID      `json:"id" cbor:"1,keyasint"`
	Version      uint64         `json:"version" cbor:"2,keyasint"`
	Project      ProjectID      `json:"project" cbor:"3,keyasint"`
	Organization OrganizationID `json:"organization" cbor:"4,keyasint"`
	Requester    AccountID      `json:"requester" cbor:"5,keyasint"`
	Extends      VisitID        `json:"extends,omitempty" cbor:"6,keyasint,omitempty"`
	Reason       string         `json:"reason" cbor:"7,keyasint"`
	Ticket       TicketID       `json:"ticket,omitempty" cbor:"8,keyasint,omitempty"`
	Asked        Term           `json:"asked" cbor:"9,keyasint"`
	Filed        Moment         `json:"filed" cbor:"10,keyasint"`
	Lapses       Moment         `json:"lapses" cbor:"11,keyasint"` // fixed at filing (R12)
	State        RequestState   `json:"state" cbor:"12,keyasint"`
	Decided      Moment         `json:"decided,omitzero" cbor:"13,keyasint,omitempty"`
	By           AccountID      `json:"by,omitempty" cbor:"14,keyasint,omitempty"`
	Granted      Moment         `json:"granted,omitzero" cbor:"15,keyasint,omitempty"` // the end moment
	Note         string         `json:"note,omitempty" cbor:"16,keyasint,omitempty"`   // F5, for rejections
	Visit        VisitID        `json:"visit,omitempty" cbor:"17,keyasint,omitempty"`  // the visit that an approval started or moved
	// Reminded is how many of the three reminders are done with (N6).
	Reminded int `json:"reminded,omitempty" cbor:"18,keyasint,omitempty"`
	// Undecidable is set once the administrators were told that nobody can decide (R20). ForSupport is set beside it where
	// none of them can act: Support was told, who hands the organization over (M19).
	Undecidable bool `json:"undecidable,omitempty" cbor:"19,keyasint,omitempty"`
	ForSupport  bool `json:"for_support,omitempty" cbor:"20,keyasint,omitempty"`
}

// Pending reports whether the request can be decided at now: waiting, and not past its lapse (R24, TM5).
func (r Request) Pending(now Moment) bool {
	return r.State == RequestPending && !r.Lapses.Passed(now)
}

// reminderAt is the moment of the next reminder: 1/4, 1/2, 3/4 of the time between filing and lapse (N6).
func (r Request) reminderAt() Moment {
	if r.State != RequestPending || r.Reminded >= 3 {
		return 0
	}
	span := r.Lapses.Sub(r.Filed)
	return r.Filed.Add(span * time.Duration(r.Reminded+1) / 4)
}

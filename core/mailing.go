package core

// Mailing remembers which mails went to one address lately, for the quota (N4).
type Mailing struct {
	Address string   `json:"address" cbor:"1,keyasint"` // F3
	Version uint64   `json:"version" cbor:"2,keyasint"`
	Sent    []Moment `json:"sent" cbor:"3,keyasint"` // of the last hour, oldest first
	// Urgent are the urgent mails of the last hour, which have a limit of their own (N7).
	Urgent []Moment `json:"urgent,omitempty" cbor:"4,keyasint,omitempty"`
}

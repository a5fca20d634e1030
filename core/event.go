package core

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// Action is what an audit event says was done: "request.approve" (AU9).
type Action string

// OutcomeDone and OutcomeDenied are the outcomes of audited attempts (AU2).
const (
	OutcomeDone   = "done"
	OutcomeDenied = "denied"
)

// Change of one field, before and after (AU3). Both are empty where AU13 forbids to keep them.
type Change struct {
	After  string `json:"after,omitempty" cbor:"3,keyasint,omitempty"`
	Before string `json:"before,omitempty" cbor:"2,keyasint,omitempty"`
	Field  string `json:"field" cbor:"1,keyasint"`
	// Subject is the record whose field changed, where it is not the first subject of the event (consequences, AU3).
	Subject *Ref `json:"subject,omitempty" cbor:"4,keyasint,omitempty"`
}

// Event is one line of the audit log (AU2). The JSON names stand in the order of the alphabet: the hash of AU12
// is over this JSON without the hash, and readers must be able to check it without the program.
type Event struct {
	Action Action    `json:"action" cbor:"1,keyasint"`
	Actor  AccountID `json:"actor,omitempty" cbor:"2,keyasint,omitempty"` // zero: see ActorName
	// ActorName is "system", or "unknown" with the fingerprint of the key; empty for accounts.
	ActorName string   `json:"actor_name,omitempty" cbor:"3,keyasint,omitempty"`
	Chain     Ref      `json:"chain" cbor:"4,keyasint"`
	Changes   []Change `json:"changes,omitempty" cbor:"5,keyasint,omitempty"`
	// Count is how often a denied attempt was repeated within ten minutes (AU8).
	Count int `json:"count,omitempty" cbor:"6,keyasint,omitempty"`
	// Due is when what ended by time was due, whenever the sweep wrote it down, which is Time (V10).
	Due      Moment `json:"due,omitzero" cbor:"16,keyasint,omitempty"`
	Hash     string `json:"hash,omitempty" cbor:"7,keyasint"`
	Linked   string `json:"linked,omitempty" cbor:"8,keyasint,omitempty"` // "organization/3#12": the main event
	Origin   string `json:"origin" cbor:"9,keyasint"`                     // "local", or "ssh" with the address
	Outcome  string `json:"outcome" cbor:"10,keyasint"`
	Previous string `json:"previous" cbor:"11,keyasint"`
	// Reason is the reason that the actor gave, or the reason of the error for a denied attempt.
	Reason   string `json:"reason,omitempty" cbor:"12,keyasint,omitempty"`
	Sequence uint64 `json:"sequence" cbor:"13,keyasint"` // from 1
	Subjects []Ref  `json:"subjects,omitempty" cbor:"14,keyasint,omitempty"`
	Time     Moment `json:"time" cbor:"15,keyasint"` // when it was written
}

// At is when what the event says happened: the moment it was due for what ended by time (V10), else Time.
func (e Event) At() Moment {
	if e.Due != 0 {
		return e.Due
	}
	return e.Time
}

// EventKey is what an event is found by.
type EventKey struct {
	Chain    Ref
	Sequence uint64
}

// Key gives the chain and sequence of the event.
func (e Event) Key() EventKey { return EventKey{e.Chain, e.Sequence} }

// Head is the newest event of a chain (AU12).
type Head struct {
	Chain    Ref    `json:"chain" cbor:"1,keyasint"`
	Sequence uint64 `json:"sequence" cbor:"2,keyasint"`
	Hash     string `json:"hash" cbor:"3,keyasint"`
}

// FirstPrevious is the previous hash of the first event of a chain: 64 zeros (AU12).
var FirstPrevious = strings.Repeat("0", 64)

// ComputeHash gives the SHA-256 in hex over the JSON of the event without its hash (AU12).
func (e Event) ComputeHash() string {
	e.Hash = ""
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		// Every field of an event is a string or a number, so this cannot be reached.
		return ""
	}
	sum := sha256.Sum256(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	return hex.EncodeToString(sum[:])
}

// Attempt counts the repetitions of one denied attempt until the sweep writes them down (AU8).
type Attempt struct {
	Key      string    `json:"key" cbor:"1,keyasint"` // actor or address, action, reason and subjects
	Version  uint64    `json:"version" cbor:"2,keyasint"`
	Chain    Ref       `json:"chain" cbor:"3,keyasint"`
	Actor    AccountID `json:"actor" cbor:"4,keyasint"`
	Action   Action    `json:"action" cbor:"5,keyasint"`
	Subjects []Ref     `json:"subjects,omitempty" cbor:"6,keyasint,omitempty"`
	Reason   Reason    `json:"reason" cbor:"7,keyasint"`
	Origin   string    `json:"origin" cbor:"8,keyasint"`
	First    Moment    `json:"first" cbor:"9,keyasint"`
	Count    int       `json:"count" cbor:"10,keyasint"` // repetitions after the first
	// ActorName is as in Event, for who is no account. For keys of nobody the address is what makes attempts the same.
	ActorName string `json:"actor_name,omitempty" cbor:"11,keyasint,omitempty"`
}

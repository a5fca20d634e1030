package core

import "time"

// undoTime is how long an action can be undone (U1).
const undoTime = 5 * time.Minute

// Undo is what it takes to take back one action of somebody (U1): the records as they were before and after. It is
// bookkeeping that the sweep throws away once the five minutes are over.
type Undo struct {
	Account AccountID `json:"account" cbor:"1,keyasint"`
	N       uint64    `json:"n" cbor:"2,keyasint"` // rises with every action of the account
	Version uint64    `json:"version" cbor:"3,keyasint"`
	Done    Moment    `json:"done" cbor:"4,keyasint"`
	Event   EventRef  `json:"event" cbor:"5,keyasint"` // the event that is undone
	Action  Action    `json:"action" cbor:"6,keyasint"`
	Before  UndoState `json:"before" cbor:"7,keyasint"`
	After   UndoState `json:"after" cbor:"8,keyasint"`
	// Revoked are the invitations that the action took along (I17): they stay revoked after an undo.
	Revoked []InvitationID `json:"revoked,omitempty" cbor:"9,keyasint,omitempty"`
}

// EventRef names an event: its chain and its sequence.
type EventRef struct {
	Chain    Ref    `json:"chain" cbor:"1,keyasint"`
	Sequence uint64 `json:"sequence" cbor:"2,keyasint"`
}

// UndoState is one record as it was; exactly one field is set. After is empty for a membership that was removed.
type UndoState struct {
	Maintainer   *Maintainer   `json:"maintainer,omitempty" cbor:"1,keyasint,omitempty"`
	Organization *Organization `json:"organization,omitempty" cbor:"2,keyasint,omitempty"`
	Billing      *Billing      `json:"billing,omitempty" cbor:"3,keyasint,omitempty"`
	Project      *Project      `json:"project,omitempty" cbor:"4,keyasint,omitempty"`
	Bucket       *Bucket       `json:"bucket,omitempty" cbor:"5,keyasint,omitempty"`
	Membership   *Membership   `json:"membership,omitempty" cbor:"6,keyasint,omitempty"`
	Request      *Request      `json:"request,omitempty" cbor:"7,keyasint,omitempty"`
	Invitation   *Invitation   `json:"invitation,omitempty" cbor:"8,keyasint,omitempty"`
}

// UndoKey is what an Undo is found by.
type UndoKey struct {
	Account AccountID
	N       uint64
}

// undoable keeps what it takes to undo the change (U1). A use case calls it once for each record that an undo would
// put back, with the record before and after. An undo itself cannot be undone.
func (c *change) undoable(before, after UndoState) {
	if c.event != nil && c.event.Action == actionUndo {
		return
	}
	c.undos = append(c.undos, Undo{Account: c.me.ID, Version: 1, Done: c.now, Before: before, After: after})
}

// writeUndos stores what undoable was told, under the event of the change.
func (c *change) writeUndos(main Event) error {
	if len(c.undos) == 0 || c.me.ID == 0 {
		return nil
	}
	var last uint64
	err := each(c.Undos(), Scan{Prefix: Key{Num(c.me.ID)}, Reverse: true}, func(u Undo) (bool, error) {
		last = u.N
		return false, nil
	})
	if err != nil {
		return err
	}
	var revoked []InvitationID
	for _, v := range c.taken.Revoked {
		revoked = append(revoked, v.Invitation)
	}
	for _, u := range c.undos {
		last++
		u.Revoked = revoked
		u.N, u.Event, u.Action = last, EventRef{main.Chain, main.Sequence}, main.Action
		if err := c.Undos().Put(u); err != nil {
			return err
		}
	}
	c.undos = nil
	return nil
}

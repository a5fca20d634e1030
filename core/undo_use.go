package core

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

const actionUndo Action = "undo"

// UndoView is an own action that can still be undone, in words.
type UndoView struct {
	Event  EventRef `json:"event"`  // the event that is undone
	Action Action   `json:"action"` // what was done: "organization.rename"
	Unit   Unit     `json:"unit"`   // where
	What   string   `json:"what"`   // what would be taken back: "Auto Join of Acme"
	Now    string   `json:"now"`    // how it is since the action: "off"
	Back   string   `json:"back"`   // how it is after the undo: "on"
	Done   Moment   `json:"done"`
	Until  Moment   `json:"until"` // from then on it can no longer be undone
	// Revoked counts the invitations that the action took along (I17): the undo does not bring them back.
	Revoked int `json:"stays_revoked,omitempty"`
	// NotYours says what others have decided since, where the actor was asked too: the undo leaves it as it is.
	NotYours []string `json:"not_yours,omitempty"`
}

// LastUndo tells what Undo would take back now: the latest own action of the table of U1 within five minutes. ok is
// false when there is none; what others have decided is said all the same. Whether it may be undone, Undo says: rights and records may have changed since.
func (a *Actor) LastUndo(ctx context.Context) (v UndoView, ok bool, err error) {
	err = a.read(ctx, func(r *reading) error {
		group, err := r.undoGroup(a.id, EventRef{})
		if err != nil {
			return err
		}
		if len(group) == 0 {
			v.NotYours, err = r.decidedByOthers(0)
			return err
		}
		if v, err = r.undoView(group); err != nil {
			return err
		}
		ok = true
		v.NotYours, err = r.decidedByOthers(v.Done)
		return err
	})
	return v, ok, err
}

// Undo takes back an own action of the last five minutes (U1), all records of it or none: the one of the event, or the
// latest when it is zero. It passes the checks of the opposite action as of now, and stands as "undo" with the sequence
// that it undoes in the chain of the unit, and where that is another one by now in the chain of the action too (AU14). It
// can itself not be undone.
//
// Errors: undo_expired when there is nothing, or no longer; undo_stale when somebody has touched the same fields since;
// lapsed for a request or invitation whose time is over; not_found, which says what is gone; and those of the opposite
// action, the denied ones of settings and decisions audited (AU8).
func (a *Actor) Undo(ctx context.Context, event EventRef) (UndoView, error) {
	var out UndoView
	try := attempt{action: actionUndo}
	err := a.read(ctx, func(r *reading) error {
		group, err := r.undoGroup(a.id, event)
		if err != nil || len(group) == 0 {
			return err
		}
		event = group[0].Event
		e, _, err := r.Events().Get(EventKey(event))
		_, settings := organizationSettings[group[0].Action]
		try.subjects, try.denied = e.Subjects, settings || group[0].Action == "request.reject"
		return err
	})
	if err != nil {
		return out, named(err, try)
	}
	err = a.do(ctx, try, func(c *change) error {
		group, err := c.undoGroup(a.id, event)
		if err != nil {
			return err
		}
		if len(group) == 0 {
			return nothingToUndo()
		}
		if out, err = c.undoView(group); err != nil {
			return err
		}
		return c.undoAll(group, try.subjects)
	})
	return out, err
}

// undoAll puts all records of an action back. The event stands in the chain that the unit of the main record belongs to
// now (AU4). Where the action stands in another one, because its project was moved since, or further records belong to
// another one, that chain has a linked event with its share (AU14).
func (c *change) undoAll(group []Undo, subjects []Ref) error {
	c.undoing = group[0].Event
	unit, err := c.undoUnit(group[len(group)-1]) // the main record was written down first
	if err != nil {
		return err
	}
	chain, err := c.chainOf(unit)
	if err != nil {
		return err
	}
	undoes := func(from Ref) Change {
		n := strconv.FormatUint(c.undoing.Sequence, 10)
		if from != c.undoing.Chain {
			n = c.undoing.Chain.String() + "#" + n
		}
		return Change{Field: "undoes", After: n}
	}
	c.event = &Event{Outcome: OutcomeDone, Action: actionUndo, Chain: chain, Subjects: subjects, Changes: []Change{undoes(chain)}}
	apart := &endings{}
	for _, u := range group {
		unit, err := c.undoUnit(u)
		if err != nil {
			return err
		}
		if err := c.elsewhere(apart, unit, func() error { return c.undoGone(u, c.undo(u)) }); err != nil {
			return err
		}
		if err := c.Undos().Delete(UndoKey{u.Account, u.N}); err != nil {
			return err
		}
	}
	told := chain == c.undoing.Chain
	for _, in := range apart.of {
		told = told || in.chain == c.undoing.Chain
		c.alsoIn(actionUndo, in.chain, append(in.units, subjects...), append([]Change{undoes(in.chain)}, in.changes...)...)
	}
	if !told {
		c.alsoIn(actionUndo, c.undoing.Chain, subjects, undoes(c.undoing.Chain))
	}
	return nil
}

// undoUnit is the unit of the record that is put back.
func (r *reading) undoUnit(u Undo) (Unit, error) {
	var v UndoView
	err := r.undoWords(&v, u)
	return v.Unit, err
}

// organizationSettings are the actions on settings: denied attempts at their undo stand in the log (AU8).
var organizationSettings = map[Action]bool{
	"settings.auto_join": true, "settings.deciders": true, "settings.pending_time": true, "settings.new_members": true,
	"settings.mfa_require": true, "settings.mfa_schedule": true, "settings.mfa_unschedule": true, "settings.mfa_off": true,
}

// NothingToUndo is the refusal of Undo where LastUndo finds nothing: undo_expired, with what others have decided.
func NothingToUndo(notYours ...string) *Error {
	e := nothingToUndo()
	e.Message = strings.Join(append([]string{e.Message}, notYours...), " ")
	return e
}

func nothingToUndo() *Error {
	return sentenceError(ReasonUndoExpired, "There is nothing of yours to undo.",
		"Settings, names, roles, billing, rejections, cancelled invitations and removed people can be undone, for five minutes.")
}

// undoGroup gives the records of one action that can still be undone, of the event, or of the latest when it is zero.
func (r *reading) undoGroup(account AccountID, event EventRef) ([]Undo, error) {
	var group []Undo
	err := each(r.Undos(), Scan{Prefix: Key{Num(account)}, Reverse: true}, func(u Undo) (bool, error) {
		if event == (EventRef{}) {
			event = u.Event
		}
		if u.Event == event && !u.Due().Passed(r.now) {
			group = append(group, u)
		}
		return u.Event == event || len(group) == 0, nil
	})
	return group, err
}

// undo puts one record back.
func (c *change) undo(u Undo) error {
	switch b, a := u.Before, u.After; {
	case b.Maintainer != nil:
		return c.undoMaintainer(*b.Maintainer, valueOf(a.Maintainer))
	case b.Organization != nil:
		return c.undoOrganization(*b.Organization, valueOf(a.Organization))
	case b.Billing != nil:
		return c.undoBilling(*b.Billing, valueOf(a.Billing))
	case b.Project != nil:
		return c.undoProjectName(*b.Project, valueOf(a.Project))
	case b.Bucket != nil:
		return c.undoBucket(*b.Bucket, valueOf(a.Bucket))
	case b.Membership != nil && a.Membership == nil:
		return c.undoRemoval(*b.Membership, u.Done)
	case b.Membership != nil:
		return c.undoRole(*b.Membership, *a.Membership)
	case b.Request != nil:
		return c.undoRejection(*b.Request, valueOf(a.Request))
	case b.Invitation != nil:
		return c.undoCancel(*b.Invitation, valueOf(a.Invitation))
	}
	return nothingToUndo()
}

// valueOf is the record behind a pointer. Nothing there is an empty record, which never equals the present one.
func valueOf[R any](p *R) (r R) {
	if p != nil {
		r = *p
	}
	return r
}

// undoStale refuses because somebody has touched the same since, and names who: the newest event behind the one that is
// undone that changed one of its fields of the record.
func (c *change) undoStale(ref Ref) error {
	who, err := c.lastChangedBy(ref)
	if err != nil {
		return err
	}
	undone, _, err := c.Events().Get(EventKey(c.undoing))
	if err != nil {
		return err
	}
	fields := map[string]bool{}
	for _, ch := range undone.Changes {
		fields[ch.Field] = true
	}
	later := Scan{Prefix: RefKey(c.undoing.Chain), After: Key{Num(c.undoing.Sequence)}, Limit: changesLooked}
	_, err = c.Events().Scan(later, func(e Event) (bool, error) {
		same := func(ch Change) bool { return fields[ch.Field] }
		if e.Outcome != OutcomeDone || !e.touches(ref) || !slices.ContainsFunc(e.Changes, same) {
			return true, nil
		}
		name, err := c.actorName(e)
		who = name
		return true, err
	})
	if err != nil {
		return err
	}
	return refuse(ReasonUndoStale, words{"who": who}).on("", ref)
}

// undoOvertaken is undo_stale where something else has happened than a change of the same field.
func undoOvertaken(message, next string) error { return sentenceError(ReasonUndoStale, message, next) }

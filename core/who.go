package core

import (
	"context"
	"fmt"
)

// Who is somebody whom a use case is about, as the actor named them: by number ([AccountID]) or by address ([Address]).
// A use case looks an address up itself, behind the right, so that an address that the actor may not know and one that
// no account has get the same answer (A10).
type Who interface {
	who() string // as it was given, for sentences
	refs() []Ref // what is known before it is looked up
}

// Address is somebody by e-mail, as typed.
type Address string

func (id AccountID) who() string { return id.String() }
func (id AccountID) refs() []Ref { return []Ref{id.Ref()} }
func (a Address) who() string    { return string(a) }
func (Address) refs() []Ref      { return nil }

// whoIs gives the account that is named, also a removed one by its number. For those who may know every account:
// everybody else goes by member or visible. Refused with not_found, invalid_email.
func (r *reading) whoIs(who Who) (Account, error) {
	if id, ok := who.(AccountID); ok {
		return r.account(id)
	}
	return r.accountOf(who.who())
}

// numberOf gives the number of who is named, for looking in a unit; zero where no account has the address, which is in
// no unit. Refused with invalid_email.
func (r *reading) numberOf(who Who) (AccountID, error) {
	if id, ok := who.(AccountID); ok {
		return id, nil
	}
	clean, err := cleanEmail(who.who())
	if err != nil {
		return 0, err
	}
	acc, _, err := r.accountByEmail(clean)
	return acc.ID, err
}

// notIn refuses who is not in the unit, whether or not there is such an account.
func notIn(who Who, unit Unit) *Error {
	e := refuse(ReasonNotFound, words{"kind": "account", "id": who.who()}).on("", firstRef(who.refs()))
	name := who.who()
	if _, number := who.(AccountID); number {
		name = "Account " + name
	}
	e.Message = fmt.Sprintf("%s is not in %s %d.", name, unit.Kind, unit.ID)
	e.Next = "Look at who is in it."
	return e
}

// memberOf gives the membership record of who is named, running or not. Refused with invalid_email; not_found, which
// says the same of an address that no account has.
func (r *reading) memberOf(unit Unit, who Who) (Membership, error) {
	id, err := r.numberOf(who)
	if err != nil {
		return Membership{}, err
	}
	m, ok, err := r.membership(unit, id)
	if err == nil && !ok {
		err = notIn(who, unit)
	}
	return m, err
}

// isMe reports whether the actor was named.
func (r *reading) isMe(who Who) bool {
	id, err := r.numberOf(who)
	return err == nil && id == r.me.ID
}

// isMe reports whether the actor was named, before the use case that asks begins.
func (a *Actor) isMe(ctx context.Context, who Who) (bool, error) {
	if id, ok := who.(AccountID); ok {
		return id == a.id, nil
	}
	own := false
	err := a.read(ctx, func(r *reading) error {
		own = r.isMe(who)
		return nil
	})
	return own, err
}

// ofOthers gives the number of somebody else, for their private data: Support may ask, everybody else gets the answer of
// an address that no account has (AC10, A10).
func (r *reading) ofOthers(who Who) (AccountID, error) {
	if r.me.Support {
		acc, err := r.whoIs(who)
		return acc.ID, err
	}
	word := who.who()
	if _, ok := who.(Address); ok {
		clean, err := cleanEmail(word)
		if err != nil {
			return 0, err
		}
		word = clean
	}
	return 0, refuse(ReasonNotFound, words{"kind": "account", "id": word}).on("", Ref{Kind: KindAccount})
}

package core

import (
	"context"
	"fmt"
)

// reading is one transaction that a use case reads in: the present moment and the acting account, fresh.
type reading struct {
	Tx
	house *House
	now   Moment
	me    Account // the acting account; zero for the system
	// onlyReads says that the actor may change nothing, see [Actor.OnlyReading].
	onlyReads bool
}

// read runs fn in a short snapshot as the actor.
func (a *Actor) read(ctx context.Context, fn func(*reading) error) error {
	if err := a.stands(); err != nil {
		return err
	}
	return a.house.store.View(ctx, func(tx Tx) error {
		now, err := a.house.present(tx)
		if err != nil {
			return err
		}
		r := &reading{Tx: tx, house: a.house, now: now, onlyReads: a.readsOnly()}
		me, err := r.account(a.id)
		if err != nil {
			return err
		}
		r.me = me
		return fn(r)
	})
}

// active refuses accounts that may not do anything but what belongs to their own sign-in (A9 step 3, when no unit is
// asked about).
func (r *reading) active() error {
	if r.me.State == AccountNotActivated {
		return refuse(ReasonInactiveAccount, nil)
	}
	if !r.me.Usable(r.now) {
		return r.expired()
	}
	return nil
}

func (r *reading) expired() *Error {
	f := Facts{Account: r.me}
	if own, err := r.maintainersOf(r.me.ID); err == nil && len(own) > 0 {
		f.MaintainerStanding = Ordinary
	}
	return f.expired()
}

// get reads a record that must be there: a missing one is not_found with its kind and number.
func get[K comparable, R any](t Table[K, R], key K, ref Ref) (R, error) {
	rec, ok, err := t.Get(key)
	if err != nil {
		return rec, err
	}
	if !ok {
		return rec, notFound(ref)
	}
	return rec, nil
}

func notFound(ref Ref) *Error {
	return refuse(ReasonNotFound, words{"kind": ref.Kind.String(), "id": fmt.Sprint(ref.ID)}).on("", ref)
}

func (r *reading) account(id AccountID) (Account, error) {
	return get(r.Accounts(), id, id.Ref())
}

func (r *reading) project(id ProjectID) (Project, error) {
	return get(r.Projects(), id, id.Ref())
}

func (r *reading) organization(id OrganizationID) (Organization, error) {
	return get(r.Organizations(), id, id.Ref())
}

func (r *reading) maintainer(id MaintainerID) (Maintainer, error) {
	return get(r.Maintainers(), id, id.Ref())
}

// membership gives the membership record of the pair, whether or not it is past its end.
func (r *reading) membership(unit Unit, account AccountID) (Membership, bool, error) {
	return r.Memberships().Get(MembershipKey{unit, account})
}

// accountByEmail finds the account of an address that is already cleaned (F3); ok is false when there is none.
func (r *reading) accountByEmail(email string) (Account, bool, error) {
	var found AccountID
	_, err := r.Accounts().ScanRows(Scan{Index: AccountsByEmail, Prefix: nil, After: Key{Text(Fold(email)), Num(uint64(0))}},
		func(row AccountRow) (bool, error) {
			if row.Email == email {
				found = row.ID
			}
			return false, nil
		})
	if err != nil || found == 0 {
		return Account{}, false, err
	}
	acc, err := r.account(found)
	return acc, err == nil, err
}

// each walks an index and stops when fn wants no more.
func each[K comparable, R any](t Table[K, R], s Scan, fn func(R) (bool, error)) error {
	_, err := t.Scan(s, fn)
	return err
}

// all collects the records of a part of an index that is known to be small.
func all[K comparable, R any](t Table[K, R], s Scan) ([]R, error) {
	var out []R
	err := each(t, s, func(rec R) (bool, error) {
		out = append(out, rec)
		return true, nil
	})
	return out, err
}

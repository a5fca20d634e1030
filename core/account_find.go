package core

import "context"

// accountOf finds the account of an address as typed, or answers not_found.
func (r *reading) accountOf(email string) (Account, error) {
	clean, err := cleanEmail(email)
	if err != nil {
		return Account{}, err
	}
	acc, ok, err := r.accountByEmail(clean)
	if err != nil || ok {
		return acc, err
	}
	return acc, refuse(ReasonNotFound, words{"kind": "account", "id": clean}).on("", Ref{Kind: KindAccount})
}

// atHome runs fn in a short snapshot at the local console, where nobody acts yet.
func (h *House) atHome(ctx context.Context, fn func(*reading) error) error {
	return h.store.View(ctx, func(tx Tx) error {
		now, err := h.present(tx)
		if err != nil {
			return err
		}
		return fn(&reading{Tx: tx, house: h, now: now})
	})
}

// AccountByEmail finds an account for the owner of the house file, who chooses whom to act as (AC2). Refused with
// invalid_email, not_found.
func (h *House) AccountByEmail(ctx context.Context, email string) (Account, error) {
	var out Account
	err := h.atHome(ctx, func(r *reading) error {
		acc, err := r.accountOf(email)
		out = acc
		return err
	})
	return out, err
}

// accountSource gives the stream of accounts in the order of a sort, by address or by name.
func (r *reading) accountSource(sort string) *stream[AccountRow] {
	s := &stream[AccountRow]{
		index: Scan{Index: AccountsByEmail}, scan: r.Tx.Accounts().ScanRows,
		key: func(a AccountRow) Key { return Key{Text(Fold(a.Email)), Num(a.ID)} },
	}
	if sort == "name" {
		s.index.Index = AccountsByName
		s.key = func(a AccountRow) Key { return Key{Text(Fold(a.Name)), Num(a.ID)} }
	}
	return s
}

// LocalAccounts lists the accounts that the owner of the house file may act as (AC2): those that are activated and
// not expired. Sorts: email, name; words of the filter are looked for in both. Total counts to 500, see Page.
func (h *House) LocalAccounts(ctx context.Context, q Query) (Page[Person], error) {
	var out Page[Person]
	err := h.atHome(ctx, func(r *reading) error {
		sort, err := q.sortOf("email", "name")
		if err != nil {
			return err
		}
		f, err := parseFilter(q.Filter)
		if err != nil {
			return err
		}
		w := window[AccountRow]{
			name: "local/" + sort, forms: []string{"tn"}, streams: []*stream[AccountRow]{r.accountSource(sort)},
			keep: func(a AccountRow) (bool, error) {
				return a.State == AccountActive && !a.Expires.Passed(r.now) && f.matchTexts(a.Email, a.Name), nil
			},
		}
		w.total, w.filter = w.walked(r, countedTo), f
		c, err := w.page(r, q)
		if err != nil {
			return err
		}
		out, err = paged(c, func(a AccountRow) (Person, error) {
			return Person{ID: a.ID, Email: a.Email, Name: a.Name, State: a.State, Support: a.Support}, nil
		})
		return err
	})
	return out, err
}

// Me gives the own account (AC1).
func (a *Actor) Me(ctx context.Context) (AccountView, error) { return a.Account(ctx, a.id) }

// Account gives the own account, or for Support any. Refused with not_found for other people's (AC10).
func (a *Actor) Account(ctx context.Context, id AccountID) (AccountView, error) {
	return a.accountView(ctx, func(r *reading) (Account, error) {
		if id == r.me.ID {
			return r.me, nil
		}
		if !r.me.Support {
			return Account{}, notFound(id.Ref())
		}
		return r.account(id)
	})
}

// FindAccount is Account by address. Refused with invalid_email, not_found.
func (a *Actor) FindAccount(ctx context.Context, email string) (AccountView, error) {
	return a.accountView(ctx, func(r *reading) (Account, error) {
		if r.isMe(Address(email)) {
			return r.me, nil
		}
		id, err := r.ofOthers(Address(email))
		if err != nil {
			return Account{}, err
		}
		return r.account(id)
	})
}

func (a *Actor) accountView(ctx context.Context, find func(*reading) (Account, error)) (AccountView, error) {
	var out AccountView
	err := a.read(ctx, func(r *reading) error {
		acc, err := find(r)
		if err != nil {
			return err
		}
		if acc.ID != r.me.ID {
			if err := r.active(); err != nil {
				return err
			}
		}
		out, err = r.viewAccount(acc)
		return err
	})
	return out, err
}

func (r *reading) viewAccount(acc Account) (AccountView, error) {
	v := AccountView{
		Person: r.personOf(acc, true), Version: acc.Version, Expires: acc.Expires, MailOff: acc.MailOff, Prefs: acc.Prefs,
		Created: acc.Created,
	}
	if acc.TOTP != nil {
		v.Enrolled = acc.TOTP.Enrolled
	}
	v.SecurityKeys, v.RecoveryCodes = acc.SecurityKeys, acc.recoveryLeft()
	if acc.Throttle.locked(r.now) {
		v.CodesLocked = acc.Throttle.Until
	}
	v.EnrolAgain, v.ReadOnly, v.Duties = acc.EnrolAgain, acc.ReadOnly, acc.Duties
	v.Enrolling = acc.Enrolling != nil && !acc.Enrolling.Started.Add(enrolTime).Passed(r.now)
	var err error
	if v.Units, err = r.Count(CountMemberships, acc.ID.Ref()); err != nil {
		return v, err
	}
	v.Keys, err = r.Count(CountKeys, acc.ID.Ref())
	return v, err
}

// Accounts lists the accounts of the house: Support only, forbidden for others. Sorts: email, name; words of the
// filter are looked for in both. Fields: email, name, state, support (on, off), mfa (on, off).
func (a *Actor) Accounts(ctx context.Context, q Query) (Page[AccountView], error) {
	return list(ctx, a, func(r *reading) (Page[AccountView], error) { return r.accounts(q) })
}

func (r *reading) accounts(q Query) (Page[AccountView], error) {
	var none Page[AccountView]
	if err := r.supportOnly(); err != nil {
		return none, err
	}
	sort, err := q.sortOf("email", "name")
	if err != nil {
		return none, err
	}
	f, err := parseFilter(q.Filter, listFields["accounts"]...)
	if err != nil {
		return none, err
	}
	w := window[AccountRow]{
		name: "accounts/" + sort, forms: []string{"tn"}, filter: f, streams: []*stream[AccountRow]{r.accountSource(sort)},
		total: r.counters(Ref{}, CountAccounts),
	}
	if !f.empty() {
		w.keep = func(a AccountRow) (bool, error) {
			return f.matchTexts(a.Email, a.Name) && f.matchFields(func(name string) string {
				switch name {
				case "email":
					return a.Email
				case "name":
					return a.Name
				case "support":
					return onOff(a.Support)
				case "mfa":
					return onOff(a.MFA)
				}
				return string(a.State)
			}), nil
		}
	}
	c, err := w.page(r, q)
	if err != nil {
		return none, err
	}
	return paged(c, func(row AccountRow) (AccountView, error) {
		acc, err := r.account(row.ID)
		if err != nil {
			return AccountView{}, err
		}
		return r.viewAccount(acc)
	})
}

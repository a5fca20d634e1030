package core

import "context"

// SetAccountExpiry renews an account, or lets it end earlier (AC13). By another Support account, or for a maintainer
// member by a fellow member; never by oneself: forbidden. Zero clears the date of an account that is no staff. An
// expired account is usable again. Refused with invalid_end, expiry_required; mfa_required for Support without (AC23);
// last_support, last_admin, last_member where the last one would end sooner (AC9).
func (a *Actor) SetAccountExpiry(ctx context.Context, who Who, expires Moment) (Account, error) {
	var out Account
	err := a.do(ctx, attempt{action: "account.expiry_set", subjects: who.refs()}, func(c *change) error {
		acc, err := c.renewable(who)
		if err != nil {
			return err
		}
		staff, err := c.isStaff(acc)
		if err != nil {
			return err
		}
		if expires == 0 && staff {
			return refuse(ReasonExpiryRequired, nil).field("expires")
		}
		if expires != 0 {
			if err := c.staffExpiry(expires); err != nil {
				return err
			}
		}
		if err := c.mayEndSooner(acc, expires); err != nil {
			return err
		}
		out = acc
		if expires == acc.Expires && acc.State != AccountExpired {
			return nil
		}
		out, err = c.renew(acc, expires)
		return err
	})
	return out, err
}

// renewable gives the account when the actor may set its expiry.
func (c *change) renewable(who Who) (Account, error) {
	acc, lookup := c.whoIs(who)
	ok := lookup == nil
	if e := AsError(lookup); !ok && e.Code == CodeInternal {
		return acc, lookup
	}
	fellow, err := false, error(nil)
	if ok && !acc.Support {
		if fellow, err = c.fellows(c.me.ID, acc.ID); err != nil {
			return acc, err
		}
	}
	switch {
	case ok && acc.ID == c.me.ID || !fellow && !c.me.Support:
		return acc, c.otherSupport(acc)
	case fellow:
		err = c.active()
	default:
		err = c.flagMay(AccountExpire)
	}
	if err != nil {
		return acc, err
	}
	if ok && acc.State == AccountRemoved {
		return acc, notFound(acc.ID.Ref())
	}
	return acc, lookup
}

// otherSupport refuses what another Support account does; the last one is renewed by the owner of the file (AC22).
func (r *reading) otherSupport(acc Account) error {
	who := "another Support account"
	alone, err := r.lastSupport(r.me.ID)
	if err != nil {
		return err
	}
	if alone && acc.ID == r.me.ID {
		who = "the owner of its file, once this account has expired (gatehouse account renew),"
	}
	return refuse(ReasonForbidden, words{"unit": "this house", "who": who})
}

// renew gives the account another expiry and wakes it up when it had expired.
func (c *change) renew(acc Account, expires Moment) (Account, error) {
	changes := []Change{{Field: "expires", Before: acc.Expires.String(), After: expires.String()}}
	acc.Expires, acc.Noticed = expires, 0
	before := acc.State
	if err := c.wake(&acc); err != nil {
		return acc, err
	}
	if acc.State != before {
		changes = append(changes, Change{Field: "state", Before: string(before), After: string(acc.State)})
	}
	acc.Version++
	c.happened("account.expiry_set", System, []Ref{acc.ID.Ref()}, "", changes...)
	if err := c.Accounts().Put(acc); err != nil || acc.State == before {
		return acc, err
	}
	return acc, c.reviewDecidersOf(acc.ID)
}

// wake takes an account out of the state expired; one that never redeemed its code still has to.
func (c *change) wake(acc *Account) error {
	if acc.State != AccountExpired {
		return nil
	}
	was, err := c.everActivated(*acc)
	if err != nil {
		return err
	}
	acc.State = AccountNotActivated
	if was {
		acc.State = AccountActive
	}
	return nil
}

// SetSupport sets or takes the Support flag of another account (AC14). Setting it needs an expiry, unless the account
// has one that is still ahead. Taking it ends the visits that rest on it (V6). Refused with forbidden, also about
// oneself; mfa_required (AC23); last_support, last_admin, last_member (AC9); expiry_required, invalid_end.
func (a *Actor) SetSupport(ctx context.Context, who Who, on bool, expires Moment) (Account, error) {
	action := Action("account.support_take")
	if on {
		action = "account.support_set"
	}
	var out Account
	err := a.do(ctx, attempt{action: action, subjects: who.refs()}, func(c *change) error {
		acc, err := c.flagMayOn(AccountSupport, who)
		if err != nil {
			return err
		}
		if err := c.mayFlag(acc, on); err != nil {
			return err
		}
		if on {
			out, err = c.setSupport(acc, expires)
		} else {
			out, err = c.takeSupport(acc)
		}
		return err
	})
	return out, err
}

// mayFlag refuses a change of the own flag, with the better reason where it is the last one.
func (c *change) mayFlag(acc Account, on bool) error {
	if !on && acc.Support {
		last, err := c.lastSupport(acc.ID)
		if err != nil {
			return err
		}
		if last {
			return refuse(ReasonLastSupport, words{"who": acc.label()})
		}
	}
	if acc.ID == c.me.ID {
		return refuse(ReasonForbidden, words{"unit": "your own account", "who": "another Support account"})
	}
	return nil
}

// lastSupport reports whether no other usable Support account remains.
func (r *reading) lastSupport(id AccountID) (bool, error) {
	last := true
	err := each(r.Accounts(), Scan{Index: SupportAccounts}, func(acc Account) (bool, error) {
		last = acc.ID == id || !acc.Acts(r.now)
		return last, nil
	})
	return last, err
}

func (c *change) setSupport(acc Account, expires Moment) (Account, error) {
	if expires == 0 && acc.Expires > c.now {
		expires = acc.Expires
	}
	if expires == 0 {
		return acc, refuse(ReasonExpiryRequired, nil).field("expires")
	}
	if expires != acc.Expires {
		if err := c.staffExpiry(expires); err != nil {
			return acc, err
		}
		if err := c.mayEndSooner(acc, expires); err != nil {
			return acc, err
		}
	}
	if acc.Support {
		if expires == acc.Expires && acc.State != AccountExpired {
			return acc, nil
		}
		return c.renew(acc, expires)
	}
	changes := []Change{{Field: "support", Before: "off", After: "on"}}
	if expires != acc.Expires {
		changes = append(changes, Change{Field: "expires", Before: acc.Expires.String(), After: expires.String()})
		acc.Noticed = 0
	}
	acc.Support, acc.Expires = true, expires
	if err := c.wake(&acc); err != nil {
		return acc, err
	}
	acc.Version++
	c.happened("account.support_set", System, []Ref{acc.ID.Ref()}, "", changes...)
	if err := c.Accounts().Put(acc); err != nil {
		return acc, err
	}
	if err := c.reviewDecidersOf(acc.ID); err != nil {
		return acc, err
	}
	return acc, c.uncounted(acc)
}

func (c *change) takeSupport(acc Account) (Account, error) {
	if !acc.Support {
		return acc, nil
	}
	acc.Support = false
	acc.Version++
	c.happened("account.support_take", System, []Ref{acc.ID.Ref()}, "", Change{Field: "support", Before: "on", After: "off"})
	if err := c.Accounts().Put(acc); err != nil {
		return acc, err
	}
	if err := c.staffLost(acc.ID); err != nil {
		return acc, err
	}
	if err := c.uncounted(acc); err != nil {
		return acc, err
	}
	return c.datedAsStaff(acc.ID)
}

// uncounted keeps the mark of the account's project memberships true: Support never counts toward user limits (P17).
func (c *change) uncounted(acc Account) error {
	memberships, err := all(c.Memberships(), Scan{Index: MembershipsOfAccount, Prefix: Key{Num(acc.ID)}})
	if err != nil {
		return err
	}
	for _, m := range memberships {
		if m.Unit.Kind != KindProject || m.Uncounted == acc.Support {
			continue
		}
		m.Uncounted = acc.Support
		m.Version++
		if err := c.Memberships().Put(m); err != nil {
			return err
		}
	}
	return nil
}

// datedAsStaff keeps the expiry of an account true after it became staff or stopped being it (AC13): staff without a
// date get 365 days, who is no staff any more loses it. Who is the last one of an organization gets no date (AC9): last_admin,
// last_member. An account that has expired stays so until somebody renews it.
func (c *change) datedAsStaff(id AccountID) (Account, error) {
	acc, err := c.account(id)
	if err != nil {
		return acc, err
	}
	staff, err := c.isStaff(acc)
	if err != nil {
		return acc, err
	}
	expires := acc.Expires
	switch {
	case acc.State == AccountExpired || acc.State == AccountRemoved:
	case staff && acc.Expires == 0:
		expires = c.now.Add(staffTime)
		if err := c.mayBeDated(acc); err != nil {
			return acc, err
		}
	case !staff:
		expires = 0
	}
	if expires == acc.Expires {
		return acc, nil
	}
	c.consequence(id.Ref(), "expires", acc.Expires.String(), expires.String())
	acc.Expires, acc.Noticed = expires, 0
	acc.Version++
	return acc, c.Accounts().Put(acc)
}

// isStaff reports whether the account is staff anywhere: Support, or an ordinary member of a maintainer.
func (r *reading) isStaff(acc Account) (bool, error) {
	if acc.Support {
		return true, nil
	}
	maintainers, err := r.maintainersOf(acc.ID)
	return len(maintainers) > 0, err
}

// maintainersOf lists the maintainers that the account is an ordinary member of.
func (r *reading) maintainersOf(id AccountID) ([]Unit, error) {
	var units []Unit
	err := each(r.Memberships(), Scan{Index: MembershipsOfAccount, Prefix: Key{Num(id)}}, func(m Membership) (bool, error) {
		if m.Unit.Kind == KindMaintainer && !m.Visitor() {
			units = append(units, m.Unit)
		}
		return m.Unit.Kind <= KindMaintainer, nil
	})
	return units, err
}

// fellows reports whether both are ordinary members of one maintainer.
func (r *reading) fellows(one, other AccountID) (bool, error) {
	units, err := r.maintainersOf(one)
	if err != nil {
		return false, err
	}
	for _, u := range units {
		standing, _, err := r.standing(u, other)
		if err != nil || standing == Ordinary {
			return err == nil, err
		}
	}
	return false, nil
}

// RenewSupport gives a Support account another 365 days when no usable one is left (AC22). It is for the owner of the
// house file at the local console; the event names the system. Refused with forbidden while somebody else could renew
// it, invalid_value for an account without the flag, inactive_account for one that still has to redeem its code.
func (h *House) RenewSupport(ctx context.Context, email string) (Account, error) {
	var out Account
	err := h.system(ctx, func(c *change) error {
		acc, err := c.accountOf(email)
		if err != nil {
			return err
		}
		last, err := c.lastSupport(0)
		if err != nil {
			return err
		}
		if !last {
			return refuse(ReasonForbidden, words{"unit": "a house with a usable Support account", "who": "Support"}).on("", acc.ID.Ref())
		}
		if !acc.Support {
			return invalidValue("account", "a Support account")
		}
		if err := c.wake(&acc); err != nil {
			return err
		}
		if acc.State == AccountNotActivated {
			return refuse(ReasonInactiveAccount, nil).on("", acc.ID.Ref())
		}
		if out, err = c.account(acc.ID); err != nil {
			return err
		}
		out, err = c.renew(out, c.now.Add(staffTime))
		return err
	})
	if err != nil {
		return Account{}, named(err, attempt{action: "account.expiry_set", subjects: []Ref{System}})
	}
	return out, nil
}

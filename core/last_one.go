package core

// mayStopActing refuses what would take the ability to act from the last one who has it (AC9): the last usable Support
// account, the last usable administrator of an organization, the last usable member of a maintainer. It is for what
// concerns the account as a whole; notLast is for one membership.
func (r *reading) mayStopActing(acc Account) error {
	if !acc.Acts(r.now) {
		return nil
	}
	if acc.Support {
		last, err := r.lastSupport(acc.ID)
		if err != nil {
			return err
		}
		if last {
			return refuse(ReasonLastSupport, words{"who": acc.label()})
		}
	}
	memberships, err := r.membershipsOf(acc.ID)
	if err != nil {
		return err
	}
	for _, m := range memberships {
		if err := r.othersAct(m, acc); err != nil {
			return err
		}
	}
	return nil
}

// lastOne refuses with last_member or last_admin. The next step is the reader's own where they may take it; else it is
// that of the last one, or, when that one cannot act, of Support, who hands the organization over (M19).
func (r *reading) lastOne(why Reason, m Membership, acc Account, name string) error {
	text := words{"who": acc.label(), "unit": name, "organization": name}
	if m.Unit.Kind != KindOrganization {
		return refuse(why, text)
	}
	nobody, err := r.nobodyRuns(OrganizationID(m.Unit.ID))
	if err != nil {
		return err
	}
	own, ok, err := r.membership(m.Unit, r.me.ID)
	switch {
	case err != nil:
		return err
	case nobody && r.me.Support:
		return refuseAs(why, variantNobodyOwn, text)
	case nobody:
		return refuseAs(why, variantNobody, text)
	case ok && own.Admin():
		return refuse(why, text)
	}
	return refuseAs(why, variantOther, text)
}

// othersAct refuses where nobody else who can act is in the unit of a membership.
func (r *reading) othersAct(m Membership, acc Account) error {
	switch {
	case m.Visitor():
		return nil
	case m.Unit.Kind != KindMaintainer:
		return r.notLast(m, acc)
	}
	last, err := r.nobodyElse(m.Unit, acc.ID, func(_ Membership, other Account) (bool, error) { return other.Acts(r.now), nil })
	if err != nil || !last {
		return err
	}
	return refuse(ReasonLastMember, words{"who": acc.label(), "unit": r.unitName(m.Unit)})
}

// mayBeDated refuses a first expiry for somebody who is the last one who can act in an organization (AC9): as staff they
// would stop being able to, at a date that nobody there has set.
func (r *reading) mayBeDated(acc Account) error {
	if !acc.Acts(r.now) {
		return nil
	}
	memberships, err := r.membershipsOf(acc.ID)
	if err != nil {
		return err
	}
	for _, m := range memberships {
		if m.Unit.Kind != KindOrganization {
			continue // nobody is in a maintainer without a date
		}
		if err := r.othersAct(m, acc); err != nil {
			return err
		}
	}
	return nil
}

// mayEndSooner is mayStopActing for another expiry of an account: a later one, or none, takes nothing.
func (r *reading) mayEndSooner(acc Account, expires Moment) error {
	if expires == 0 || acc.Expires != 0 && expires >= acc.Expires {
		return nil
	}
	return r.mayStopActing(acc)
}

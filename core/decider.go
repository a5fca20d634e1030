package core

import "slices"

// mayDecide reports whether the account could decide requests of the project now (R5): an active user who is not a
// visitor, not locked out by MFA, and not the requester; with full_role only those with a full role.
func (r *reading) mayDecide(p Project, acc Account, requester AccountID) (bool, error) {
	if acc.ID == requester {
		return false, nil
	}
	f, err := r.factsAbout(acc, p.ID.Ref())
	if err != nil {
		return false, err
	}
	return permits(ProjectDecide, f), nil
}

// activeUsers calls fn with every user of the project, direct members, visitors and role users, once each. Whether
// the account is usable is the caller's to look at.
func (r *reading) activeUsers(p Project, fn func(Account) (bool, error)) error {
	seen := map[AccountID]bool{}
	more := true
	visit := func(m Membership) (bool, error) {
		if seen[m.Account] || !m.Running(r.now) {
			return true, nil
		}
		seen[m.Account] = true
		acc, err := r.account(m.Account)
		if err != nil {
			return false, err
		}
		if !acc.Acts(r.now) {
			return true, nil
		}
		more, err = fn(acc)
		return more, err
	}
	if err := each(r.Memberships(), Scan{Prefix: RefKey(p.ID.Ref())}, visit); err != nil || !more {
		return err
	}
	granted, err := r.grantedRoles(p.ID)
	if err != nil || len(granted) == 0 {
		return err
	}
	return each(r.Memberships(), Scan{Prefix: RefKey(p.Organization.Ref())}, func(m Membership) (bool, error) {
		if m.Visitor() || !holdsAny(m.Roles, granted) {
			return true, nil
		}
		return visit(m)
	})
}

func (r *reading) grantedRoles(p ProjectID) (map[string]bool, error) {
	granted := map[string]bool{}
	err := each(r.Grants(), Scan{Prefix: Key{Num(p)}}, func(g Grant) (bool, error) {
		granted[g.RoleID] = true
		return true, nil
	})
	return granted, err
}

func holdsAny(roles []string, granted map[string]bool) bool {
	for _, id := range roles {
		if granted[id] {
			return true
		}
	}
	return false
}

// deciders gives the first people who may decide a request of the project, at most limit (zero: all), and whether
// there is any.
func (r *reading) deciders(p Project, requester AccountID, limit int) ([]Account, error) {
	var found []Account
	err := r.activeUsers(p, func(acc Account) (bool, error) {
		ok, err := r.mayDecide(p, acc, requester)
		if err != nil {
			return false, err
		}
		if ok {
			found = append(found, acc)
		}
		return limit == 0 || len(found) < limit, nil
	})
	return found, err
}

// reviewDeciders looks at the pending requests of a project after something that may have changed who can decide them.
// The administrators are told of each that has no decider any more (R20); one that has a decider again loses its mark, so
// that they are told of the next loss too. The mark is bookkeeping: the version stays, and what somebody has seen of the
// request is not stale.
func (c *change) reviewDeciders(id ProjectID) error {
	p, ok, err := c.Projects().Get(id)
	if err != nil || !ok || p.State != ProjectActive {
		return err
	}
	pending, err := all(c.Requests(), Scan{Index: PendingOfProject, Prefix: Key{Num(id)}})
	if err != nil || len(pending) == 0 {
		return err
	}
	return c.reviewRequests(p, pending)
}

// reviewRequests is reviewDeciders for some of the requests of a project.
func (c *change) reviewRequests(p Project, pending []Request) error {
	some, err := c.deciders(p, 0, 2) // at most one of two is the requester (R7)
	if err != nil {
		return err
	}
	for _, q := range pending {
		alone := !slices.ContainsFunc(some, func(acc Account) bool { return acc.ID != q.Requester })
		if !q.Pending(c.now) || !alone && !q.Undecidable {
			continue
		}
		nobody := false
		if alone {
			if nobody, err = c.nobodyRuns(p.Organization); err != nil {
				return err
			}
		}
		if q.Undecidable == alone && q.ForSupport == nobody {
			continue
		}
		q.Undecidable, q.ForSupport = alone, nobody
		if err := c.Requests().Put(q); err != nil {
			return err
		}
		if !alone {
			continue
		}
		if err := c.tellUndecidable(p, q); err != nil {
			return err
		}
	}
	return nil
}

// HelpWords says who helps with a request that nobody can decide, and was told of it (R20, M19); empty for any other.
func (r Request) HelpWords() string {
	switch {
	case !r.Undecidable:
		return ""
	case r.ForSupport:
		return "Nobody can decide it now, and no administrator of the organization can act. Support was told, who can hand the organization over."
	}
	return "Nobody can decide it now. The administrators of the organization were told; they can join and decide."
}

// tellUndecidable tells the administrators to join and decide; where none of them can act, Support, who hands the
// organization over (M19). Whoever it was told before, it is told anew when that changes: those before could do nothing.
func (c *change) tellUndecidable(p Project, q Request) error {
	facts := NoticeFacts{About: q.Requester, Name: p.Name}
	if q.ForSupport {
		return each(c.Accounts(), Scan{Index: SupportAccounts}, func(acc Account) (bool, error) {
			if acc.Acts(c.now) {
				to := facts
				to.How, to.In = howNobody, c.unitName(p.Organization.Ref())
				c.tell(acc.ID, NoticeUndecidable, to, q.ID.Ref(), p.Organization.Ref(), p.ID.Ref())
			}
			return true, nil
		})
	}
	return each(c.Memberships(), Scan{Prefix: RefKey(p.Organization.Ref())}, func(m Membership) (bool, error) {
		if m.Admin() {
			c.tell(m.Account, NoticeUndecidable, facts, q.ID.Ref(), p.ID.Ref())
		}
		return true, nil
	})
}

// reviewDecidersIn is reviewDeciders for all projects of an organization in which a request is pending.
func (c *change) reviewDecidersIn(id OrganizationID) error {
	pending, err := all(c.Requests(), Scan{Index: PendingOfOrganization, Prefix: Key{Num(id)}})
	if err != nil {
		return err
	}
	seen := map[ProjectID]bool{}
	for _, q := range pending {
		if seen[q.Project] {
			continue
		}
		seen[q.Project] = true
		if err := c.reviewDeciders(q.Project); err != nil {
			return err
		}
	}
	return nil
}

// reviewDecidersOf is reviewDeciders wherever the account may decide: after it was activated, locked out, let in again,
// or has expired. Visitors never decide (R6).
func (c *change) reviewDecidersOf(id AccountID) error {
	memberships, err := all(c.Memberships(), Scan{Index: MembershipsOfAccount, Prefix: Key{Num(id)}})
	if err != nil {
		return err
	}
	for _, m := range memberships {
		if m.Visitor() {
			continue
		}
		if err := c.reviewDecidersAround(m.Unit); err != nil {
			return err
		}
	}
	return nil
}

// reviewDecidersAround is reviewDeciders for what the members of a unit may decide.
func (c *change) reviewDecidersAround(unit Unit) error {
	switch unit.Kind {
	case KindProject:
		return c.reviewDeciders(ProjectID(unit.ID))
	case KindOrganization:
		return c.reviewDecidersIn(OrganizationID(unit.ID))
	default:
		return nil
	}
}

package core

// sweepAccount sends a notice before a staff account expires, 30, 7 and 1 days ahead, or expires it (AC13).
func (c *change) sweepAccount(id AccountID) (bool, error) {
	acc, ok, err := c.Accounts().Get(id)
	if err != nil || !ok || !acc.Due().Passed(c.now) {
		return false, err
	}
	switch {
	case acc.dutyEnd().Passed(c.now):
		return true, c.expireDuties(acc)
	case acc.noticeAt().Passed(c.now):
		return c.noticeExpiry(acc)
	}
	return true, c.expireAccount(acc)
}

// noticeExpiry tells the person and who may renew. It is bookkeeping: no event, and the version stays.
func (c *change) noticeExpiry(acc Account) (bool, error) {
	acc.Noticed++
	if err := c.Accounts().Put(acc); err != nil || c.tooLate(earliest(acc.noticeAt(), acc.Expires)) {
		return false, err
	}
	facts := NoticeFacts{About: acc.ID, At: acc.Expires}
	c.tell(acc.ID, NoticeAccountExpires, facts, acc.ID.Ref())
	facts.How = howMayRenew
	return true, c.renewers(acc, func(who AccountID) {
		c.tell(who, NoticeAccountExpires, facts, acc.ID.Ref())
	})
}

// renewers calls fn with everybody who may renew a staff account: the other Support accounts, and for a maintainer
// member the fellow members (AC13).
func (r *reading) renewers(acc Account, fn func(AccountID)) error {
	support, err := all(r.Accounts(), Scan{Index: SupportAccounts})
	if err != nil {
		return err
	}
	for _, s := range support {
		if s.ID != acc.ID && s.Usable(r.now) {
			fn(s.ID)
		}
	}
	own, err := all(r.Memberships(), Scan{Index: MembershipsOfAccount, Prefix: Key{Num(acc.ID)}})
	if err != nil {
		return err
	}
	for _, m := range own {
		if m.Unit.Kind != KindMaintainer || m.Visitor() {
			continue
		}
		err := each(r.Memberships(), Scan{Prefix: RefKey(m.Unit)}, func(fellow Membership) (bool, error) {
			if !fellow.Visitor() && fellow.Account != acc.ID {
				fn(fellow.Account)
			}
			return true, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// expireAccount ends what an expired account may not keep: its visits, its sessions, its pending requests (AC13), and the
// invitations that it sent (I17). Other
// memberships sleep. Each further chain gets one linked event with what ended there (AU14).
func (c *change) expireAccount(acc Account) error {
	c.happened("account.expire", System, []Ref{acc.ID.Ref()}, "expiry",
		Change{Field: "state", Before: string(acc.State), After: string(AccountExpired)})
	acc.State = AccountExpired
	acc.Version++
	if err := c.Accounts().Put(acc); err != nil {
		return err
	}
	ended := &endings{}
	if err := c.revoke(ended, sentBy(acc.ID), nil); err != nil {
		return err
	}
	memberships, err := all(c.Memberships(), Scan{Index: MembershipsOfAccount, Prefix: Key{Num(acc.ID)}})
	if err != nil {
		return err
	}
	for _, m := range memberships {
		if !m.Visitor() {
			continue
		}
		err := c.elsewhere(ended, m.Unit, func() error { return c.drop(m, 0, "account expired") })
		if err != nil {
			return err
		}
	}
	pending, err := all(c.Requests(), Scan{Index: PendingOfRequester, Prefix: Key{Num(acc.ID)}})
	if err != nil {
		return err
	}
	for _, q := range pending {
		err := c.elsewhere(ended, q.Project.Ref(), func() error { return c.settleRequest(q, RequestVoid) })
		if err != nil {
			return err
		}
	}
	ended.write(c, "account.expire", acc.ID)
	c.endSessions(acc.ID, SessionExpired)
	return c.reviewDecidersOf(acc.ID)
}

// endings collects the consequences of one change for the chains that they belong to.
type endings struct{ of []ending }

type ending struct {
	chain   Ref
	units   []Ref
	changes []Change
}

// elsewhere runs fn and moves the consequences that it adds to the main event over to the chain of the unit, unless that
// is the chain of the main event.
func (c *change) elsewhere(to *endings, unit Unit, fn func() error) error {
	chain, err := c.chainOf(unit)
	if err != nil {
		return err
	}
	before := len(c.event.Changes)
	if err := fn(); err != nil || chain == c.event.Chain {
		return err
	}
	moved := append([]Change(nil), c.event.Changes[before:]...)
	c.event.Changes = c.event.Changes[:before]
	for i, e := range to.of {
		if e.chain == chain {
			to.of[i].units = append(e.units, unit)
			to.of[i].changes = append(e.changes, moved...)
			return nil
		}
	}
	to.of = append(to.of, ending{chain, []Ref{unit}, moved})
	return nil
}

// write puts one linked event into each chain (AU14).
func (e *endings) write(c *change, action Action, account AccountID) {
	for _, in := range e.of {
		c.alsoIn(action, in.chain, append([]Ref{account.Ref()}, in.units...), in.changes...)
	}
}

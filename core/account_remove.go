package core

import "context"

// RemoveAccount removes an account for good: Support only, with a reason (AC8). It leaves every unit, deleted ones
// too; its visits end; its pending invitations and requests become void, those that it sent are revoked (I17); keys, MFA, codes and sessions go; name and address
// are wiped. Each chain that loses somebody has a linked event (AU14). The number stays, as "removed account 7" (AU13).
// Refused with forbidden, also about oneself; not_found; last_support, last_member, last_admin (AC9), which name the
// unit; reason_required.
func (a *Actor) RemoveAccount(ctx context.Context, who Who, reason string) error {
	return a.do(ctx, attempt{action: "account.remove", subjects: who.refs()}, func(c *change) error {
		acc, err := c.removable(who)
		if err != nil {
			return err
		}
		id := acc.ID
		reason, err := cleanReason(reason)
		if err != nil {
			return err
		}
		c.happened("account.remove", System, []Ref{id.Ref()}, reason,
			Change{Field: "state", Before: string(acc.State), After: string(AccountRemoved)}, Change{Field: "name"}, Change{Field: "email"})
		ended := &endings{}
		if err := c.revoke(ended, sentBy(id), gone); err != nil { // before the memberships go, so that each chain has one event
			return err
		}
		for _, part := range []func(*endings, Account) error{c.leaveAll, c.voidAll, c.dropAccess} {
			if err := part(ended, acc); err != nil {
				return err
			}
		}
		ended.write(c, "account.remove", id)
		c.endSessions(id, SessionRemoved)
		return c.Accounts().Put(Account{
			ID: id, Version: acc.Version + 1, State: AccountRemoved, Created: acc.Created, Activated: acc.Activated,
		})
	})
}

// removable gives the account when the actor may remove it, and it is nowhere the last one (AC9).
func (r *reading) removable(who Who) (Account, error) {
	acc, err := r.flagMayOn(AccountRemove, who)
	if err != nil {
		return acc, err
	}
	id := acc.ID
	if acc.Support && acc.Acts(r.now) {
		last, err := r.lastSupport(id)
		if err != nil {
			return acc, err
		}
		if last {
			return acc, refuse(ReasonLastSupport, words{"who": acc.label()})
		}
	}
	if id == r.me.ID {
		return acc, refuse(ReasonForbidden, words{"unit": "your own account", "who": "another Support account"})
	}
	memberships, err := r.membershipsOf(id)
	if err != nil {
		return acc, err
	}
	for _, m := range memberships {
		if m.Visitor() {
			continue
		}
		if err := r.notLast(m, acc); err != nil {
			return acc, err
		}
	}
	return acc, nil
}

func (r *reading) membershipsOf(id AccountID) ([]Membership, error) {
	return all(r.Memberships(), Scan{Index: MembershipsOfAccount, Prefix: Key{Num(id)}})
}

// leaveAll takes the account out of every unit. Visits end first, so that none is left to end with the maintainer that
// it rests on (V6).
func (c *change) leaveAll(gone *endings, acc Account) error {
	memberships, err := c.membershipsOf(acc.ID)
	if err != nil {
		return err
	}
	for _, visitors := range []bool{true, false} {
		for _, m := range memberships {
			if m.Visitor() != visitors {
				continue
			}
			err := c.elsewhere(gone, m.Unit, func() error {
				if !visitors {
					c.consequence(m.Unit, "member", acc.ID.Ref().String(), "")
				}
				return c.drop(m, c.me.ID, "account removed")
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// voidAll voids what the account had asked for, and was asked.
func (c *change) voidAll(gone *endings, acc Account) error {
	requests, err := all(c.Requests(), Scan{Index: PendingOfRequester, Prefix: Key{Num(acc.ID)}})
	if err != nil {
		return err
	}
	for _, q := range requests {
		err := c.elsewhere(gone, q.Project.Ref(), func() error { return c.settleRequest(q, RequestVoid) })
		if err != nil {
			return err
		}
	}
	invitations, err := all(c.Invitations(), Scan{Index: InvitationsOfAccount, Prefix: Key{Num(acc.ID)}})
	if err != nil {
		return err
	}
	for _, i := range invitations {
		err := c.elsewhere(gone, i.Unit, func() error { return c.settleInvitation(i, InvitationVoid) })
		if err != nil {
			return err
		}
	}
	return nil
}

// dropAccess takes away what lets the account in, what it has saved, and what waits to be mailed to it.
func (c *change) dropAccess(_ *endings, acc Account) error {
	mine := Key{Num(acc.ID)}
	if err := deleteAll(c.Keys(), Scan{Index: KeysOfAccount, Prefix: mine}, func(k PublicKey) string { return k.Fingerprint }); err != nil {
		return err
	}
	if err := deleteAll(c.Codes(), Scan{Index: CodesOfAccount, Prefix: mine}, func(k ActivationCode) string { return k.Hash }); err != nil {
		return err
	}
	err := deleteAll(c.SavedFilters(), Scan{Prefix: mine}, func(f SavedFilter) SavedFilterKey {
		return SavedFilterKey{f.Account, f.Screen, f.Name}
	})
	if err != nil {
		return err
	}
	if err := deleteAll(c.Mailings(), Scan{Prefix: Key{Text(acc.Email)}}, func(m Mailing) string { return m.Address }); err != nil {
		return err
	}
	return c.wipeNotices(acc)
}

// wipeNotices switches off what waits to be mailed to a removed account, and forgets the labels of its keys, which mostly
// are somebody's name at a machine.
func (c *change) wipeNotices(acc Account) error {
	told, err := all(c.Notifications(), Scan{Index: NotificationsOf, Prefix: Key{Num(acc.ID)}})
	if err != nil {
		return err
	}
	for _, n := range told {
		waits := n.Mail.State == MailQueued || n.Mail.State == MailFailed
		if !waits && (n.Event != NoticeKeyChanged || n.Facts.Text == "") {
			continue
		}
		if waits {
			n.Mail = Mail{State: MailOff, Cause: causeRemoved, Attempts: n.Mail.Attempts, Taken: n.Mail.Taken}
		}
		if n.Event == NoticeKeyChanged {
			n.Facts.Text, n.Body = "", ""
		}
		n.Version++
		if err := c.Notifications().Put(n); err != nil {
			return err
		}
	}
	return nil
}

// deleteAll deletes the records of a part of an index.
func deleteAll[K comparable, R any](t Table[K, R], s Scan, key func(R) K) error {
	records, err := all(t, s)
	if err != nil {
		return err
	}
	for _, rec := range records {
		if err := t.Delete(key(rec)); err != nil {
			return err
		}
	}
	return nil
}

// AccountImpact is what removing an account takes along, for the card before it.
type AccountImpact struct {
	Account     AccountID `json:"account"`
	Units       []OwnUnit `json:"units"` // those that it is in, visits included
	Deleted     int       `json:"deleted_projects,omitempty"`
	Requests    int       `json:"requests"` // pending ones that become void
	Invitations int       `json:"invitations"`
	Revoked     []Revoked `json:"revoked_invitations,omitempty"` // pending ones that it has sent (I17)
	Keys        int       `json:"keys"`
	MFA         bool      `json:"mfa"`
	Refusal     *Error    `json:"-"` // why it cannot be removed now (AC9)
}

// RevokedLines says which invitations of the account are revoked (I17).
func (i AccountImpact) RevokedLines() []string { return revokedLines(i.Revoked) }

// RemoveAccountImpact says what removing an account would take along. Support only, as RemoveAccount.
func (a *Actor) RemoveAccountImpact(ctx context.Context, who Who) (AccountImpact, error) {
	out := AccountImpact{Units: []OwnUnit{}}
	err := a.read(ctx, func(r *reading) error {
		acc, err := r.flagMayOn(AccountRemove, who)
		if err != nil {
			return err
		}
		id := acc.ID
		out.Account = id
		if _, err := r.removable(id); err != nil {
			if out.Refusal = AsError(err); out.Refusal.Code == CodeInternal {
				return err
			}
		}
		if out.Revoked, err = r.directory().revocations(sentBy(id), gone); err != nil {
			return err
		}
		units, err := r.ownUnits(acc)
		if err != nil {
			return err
		}
		out.Units = append(out.Units, units...)
		memberships, err := r.Count(CountMemberships, id.Ref())
		if err != nil {
			return err
		}
		out.Deleted, out.MFA = memberships-len(units), acc.MFA()
		if out.Requests, err = r.Count(CountPendingRequests, id.Ref()); err != nil {
			return err
		}
		if out.Invitations, err = r.Count(CountOpenInvitations, id.Ref()); err != nil {
			return err
		}
		out.Keys, err = r.Count(CountKeys, id.Ref())
		return err
	})
	return out, err
}

package core

import (
	"context"
	"fmt"
	"time"
)

// CheckInvariants looks at a whole house and reports, one sentence each with the rule behind it, what no use case could
// have made: the list of trust.md section 3 as far as it is about rules. That counters and index entries fit their rows
// is for Store.Check. It reads in slices, so run it on a house that nobody changes meanwhile: a change between two
// slices may look like a fault. Time counts as now. The error is one of the store; faults are no error.
func CheckInvariants(ctx context.Context, store Store, now Moment, report func(string)) error {
	c := &inspection{ctx: ctx, store: store, now: now, report: report, decisions: map[RequestID]decisionCount{}, moved: map[Ref]int{}}
	c.house = New(store, Options{Clock: func() time.Time { return now.Time() }, ReadOnly: true})
	for _, part := range []func() error{
		c.accounts, c.emails, c.codes, c.keys, c.savedFilters, c.maintainers, c.organizations, c.billings, c.projects, c.buckets, c.links,
		c.grants, c.memberships, c.chains, c.undos,
		c.visits, c.requests, c.invitations, c.tickets, c.comments, c.citations, c.notifications,
	} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// inspection is one run of the checker.
type inspection struct {
	ctx       context.Context
	store     Store
	now       Moment
	house     *House
	report    func(string)
	decisions map[RequestID]decisionCount
	moved     map[Ref]int // changes of state that stand in the events of something else (AU3)
}

// inspectSlice is how many records one View looks at.
const inspectSlice = 200

// inSlices walks a whole table by its primary key. What a record is compared with is read in the same View.
func inSlices[K comparable, R any](c *inspection, table func(Tx) Table[K, R], look func(*reading, Counters, R) error) error {
	var after Key
	for {
		var end End
		err := c.store.View(c.ctx, func(tx Tx) error {
			r := &reading{Tx: tx, house: c.house, now: c.now}
			last, err := tx.LastIDs()
			if err != nil {
				return err
			}
			var slice []R
			end, err = table(tx).Scan(Scan{After: after, Limit: inspectSlice}, func(rec R) (bool, error) {
				slice = append(slice, rec)
				return true, nil
			})
			for _, rec := range slice {
				if err == nil {
					err = look(r, last, rec)
				}
			}
			return err
		})
		if err != nil || end.Done || end.At == nil {
			return err
		}
		after = end.At
	}
}

// fault reports that something about a record is wrong.
func (c *inspection) fault(about fmt.Stringer, format string, args ...any) {
	c.report(about.String() + " " + fmt.Sprintf(format, args...) + ".")
}

// numbered checks that a number was given out (F9).
func (c *inspection) numbered(ref Ref, last Counters) {
	if ref.ID == 0 || ref.ID > last[ref.Kind] {
		c.fault(ref, "has a number above the last one given out, %d (F9)", last[ref.Kind])
	}
}

func (c *inspection) accounts() error {
	return inSlices(c, func(tx Tx) Table[AccountID, Account] { return tx.Accounts() }, func(r *reading, last Counters, a Account) error {
		c.numbered(a.ID.Ref(), last)
		if a.State == AccountRemoved && (a.Email != "" || a.Name != "" || a.TOTP != nil) {
			c.fault(a.ID.Ref(), "is removed, but not wiped (AC8)")
		}
		if a.hasClearSecret() {
			s, err := r.Settings()
			if err != nil {
				return err
			}
			if s.Sealed {
				c.fault(a.ID.Ref(), "keeps a secret in clear (trust.md requirement 12)")
			}
		}
		if a.State != AccountRemoved && a.Email == "" {
			c.fault(a.ID.Ref(), "has no e-mail address (H4)")
		}
		return c.held(r, a)
	})
}

// emails walks the accounts in the order of their addresses: the same twice stands side by side.
func (c *inspection) emails() error {
	var after Key
	var before AccountRow
	for {
		var end End
		err := c.store.View(c.ctx, func(tx Tx) (err error) {
			end, err = tx.Accounts().ScanRows(Scan{Index: AccountsByEmail, After: after, Limit: inspectSlice}, func(row AccountRow) (bool, error) {
				if before.ID != 0 && row.Email == before.Email {
					c.fault(row.ID.Ref(), "has the same e-mail address as %s (H4)", before.ID.Ref())
				}
				before = row
				return true, nil
			})
			return err
		})
		if err != nil || end.Done || end.At == nil {
			return err
		}
		after = end.At
	}
}

func (c *inspection) codes() error {
	return inSlices(c, Tx.Codes, func(r *reading, _ Counters, code ActivationCode) error {
		if _, ok, err := r.Accounts().Get(code.Account); err != nil || ok {
			return err
		}
		c.fault(code.Account.Ref(), "has an activation code, but is not there")
		return nil
	})
}

func (c *inspection) maintainers() error {
	return inSlices(c, Tx.Maintainers, func(r *reading, last Counters, m Maintainer) error {
		c.numbered(m.ID.Ref(), last)
		return c.peopled(r, m.ID.Ref(), m.State)
	})
}

func (c *inspection) organizations() error {
	return inSlices(c, func(tx Tx) Table[OrganizationID, Organization] { return tx.Organizations() },
		func(r *reading, last Counters, o Organization) error {
			c.numbered(o.ID.Ref(), last)
			m, ok, err := r.Maintainers().Get(o.Maintainer)
			if err != nil {
				return err
			}
			if !ok || o.State == UnitActive && m.State != UnitActive {
				c.fault(o.ID.Ref(), "belongs to %s, which is not there (H1, MT10)", o.Maintainer.Ref())
			}
			return c.peopled(r, o.ID.Ref(), o.State)
		})
}

// peopled checks that an active maintainer or organization has an ordinary, activated member (H7), and a deleted one no
// member at all (DR12).
func (c *inspection) peopled(r *reading, unit Unit, state UnitState) error {
	if state == UnitDeleted {
		return each(r.Memberships(), Scan{Prefix: RefKey(unit), Limit: 1}, func(m Membership) (bool, error) {
			c.fault(unit, "is deleted, but %s is still a member (DR12)", m.Account.Ref())
			return false, nil
		})
	}
	empty, err := r.lastOrdinary(unit, 0)
	if err == nil && empty {
		c.fault(unit, "has no ordinary, activated member (H7)")
	}
	return err
}

func (c *inspection) projects() error {
	return inSlices(c, func(tx Tx) Table[ProjectID, Project] { return tx.Projects() }, func(r *reading, last Counters, p Project) error {
		c.numbered(p.ID.Ref(), last)
		o, ok, err := r.Organizations().Get(p.Organization)
		switch {
		case err != nil:
			return err
		case !ok:
			c.fault(p.ID.Ref(), "belongs to %s, which is not there (H1)", p.Organization.Ref())
		case p.State == ProjectActive && o.State != UnitActive:
			c.fault(p.ID.Ref(), "is active in %s, which is deleted (DR12)", p.Organization.Ref())
		case p.State != ProjectPurged && p.Maintainer != o.Maintainer:
			c.fault(p.ID.Ref(), "keeps %s, but its organization belongs to %s (H1)", p.Maintainer.Ref(), o.Maintainer.Ref())
		}
		if (p.State == ProjectDeleted) != (p.Deleted != 0 && p.State != ProjectPurged) {
			c.fault(p.ID.Ref(), "is %s, which does not fit when it was deleted (DR1)", p.State)
		}
		return nil
	})
}

func (c *inspection) grants() error {
	return inSlices(c, Tx.Grants, func(r *reading, _ Counters, g Grant) error {
		p, ok, err := r.Projects().Get(g.Project)
		if err != nil {
			return err
		}
		_, role, err := r.Roles().Get(OrganizationRoleKey{g.Organization, g.RoleID})
		switch {
		case err != nil:
			return err
		case !ok || p.State == ProjectPurged || p.Organization != g.Organization:
			c.fault(g.Project.Ref(), "has a grant to %s of %s, but is not there (DR8, H13)", g.RoleID, g.Organization.Ref())
		case !role:
			c.fault(g.Project.Ref(), "has a grant to %s, a role that %s does not have (OR14)", g.RoleID, g.Organization.Ref())
		case !p.RoleSet.Has(g.Level) || g.Level == RoleShare:
			c.fault(g.Project.Ref(), "has a grant to %s at the level %s, which it has not (OR6)", g.RoleID, g.Level)
		}
		return nil
	})
}

func (c *inspection) notifications() error {
	return inSlices(c, Tx.Notifications, func(r *reading, last Counters, n Notification) error {
		c.numbered(n.ID.Ref(), last)
		if n.Recipient == 0 && (n.Address != "" || n.Contact != 0) {
			return nil
		}
		_, ok, err := r.Accounts().Get(n.Recipient)
		if err == nil && !ok {
			c.fault(n.ID.Ref(), "goes to %s, which is not there", n.Recipient.Ref())
		}
		return err
	})
}

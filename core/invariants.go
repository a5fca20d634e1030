package core

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// CheckInvariants looks at a whole house and reports, one sentence each with the rule behind it, what no use case could
// have made: the list of trust.md section 3 as far as it is about rules, and whatever the import of a dump demands of
// records (X6). That counters and index entries fit their rows is for Store.Check. It reads in slices, so run it on a
// house that nobody changes meanwhile: a change between two slices may look like a fault. Time counts as now. The error
// is one of the store; faults are no error.
func CheckInvariants(ctx context.Context, store Store, now Moment, report func(string)) error {
	c := newInspection(ctx, store, now, func(about fmt.Stringer, fault string) { report(about.String() + fault + ".") })
	c.log, c.byRules = newLogTally(), true
	var err error
	if c.records, err = recordsOf(ctx, store); err != nil {
		return err
	}
	if err := c.chains(); err != nil {
		return err
	}
	return c.all()
}

// tellSteps is how many records lie between two reports of progress.
const tellSteps = 2_000

// inspection is one run of the checker.
type inspection struct {
	ctx   context.Context
	store Store
	now   Moment
	house *House
	log   *logTally
	// byRules says that each record is judged by the rules too; an import has done that line by line.
	byRules bool
	// records is how many there are about; zero where it is not known.
	records int
	told    int                                    // records
	tell    func(about fmt.Stringer, fault string) // fault begins with a blank or a colon
}

func newInspection(ctx context.Context, store Store, now Moment, tell func(fmt.Stringer, string)) *inspection {
	c := &inspection{ctx: ctx, store: store, now: now, tell: tell}
	c.house = New(store, Options{Clock: func() time.Time { return now.Time() }, ReadOnly: true})
	return c
}

// all looks at the records of every kind but the events.
func (c *inspection) all() error {
	for i := range dumpKinds {
		if kind := &dumpKinds[i]; kind.name != "event" && (c.byRules || kind.between) {
			if err := kind.inspect(c); err != nil {
				return err
			}
		}
	}
	return c.emails()
}

// inspectSlice is how many records one View looks at.
const inspectSlice = 200

// inSlices walks a whole table by its primary key. What a record is compared with is read in the same View.
func inSlices[K comparable, R any](c *inspection, table func(Tx) Table[K, R], look func(*reading, Counters, *R) error) error {
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
			if c.told == 0 || c.told/tellSteps != (c.told+len(slice))/tellSteps {
				ProgressOf(c.ctx)("looking at the records", c.told, c.records)
			}
			c.told += len(slice)
			for i := range slice {
				if err == nil {
					err = look(r, last, &slice[i])
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

// inspectAll looks at all records of a table: at each by the rules, and at what holds between it and others.
func inspectAll[K comparable, R any](
	c *inspection, name string, table func(Tx) Table[K, R], key func(*R) Key, rule func(*recordRules, *R),
	between func(*inspection, *reading, *R) error,
) error {
	return inSlices(c, table, func(r *reading, last Counters, rec *R) error {
		if c.byRules {
			known := &houseLookup{reading: r, counters: last}
			rules := recordRules{known: known, now: c.now, wrong: func(format string, args ...any) {
				if known.err == nil {
					c.tell(recordName{name, key(rec)}, ": "+strings.TrimSuffix(fmt.Sprintf(format, args...), "."))
				}
			}}
			if rule(&rules, rec); known.err != nil {
				return known.err
			}
		}
		if between == nil {
			return nil
		}
		return between(c, r, rec)
	})
}

// recordName names a record by its kind and key: "account/7", "membership project/1 7".
type recordName struct {
	kind string
	key  Key
}

func (n recordName) String() string {
	key := n.key
	if len(key) == 1 && !key[0].IsText {
		return fmt.Sprintf("%s/%d", n.kind, key[0].Num)
	}
	var b strings.Builder
	b.WriteString(n.kind)
	if n.kind == "membership" || n.kind == "event" || n.kind == "head" {
		b.WriteString(" " + Ref{Kind: Kind(key[0].Num), ID: key[1].Num}.String()) //nolint:gosec // made by RefKey
		key = key[2:]
	}
	for _, part := range key {
		if part.IsText {
			b.WriteString(" " + part.Text)
		} else {
			b.WriteString(" " + strconv.FormatUint(part.Num, 10))
		}
	}
	return b.String()
}

// fault reports that something about a record is wrong.
func (c *inspection) fault(about fmt.Stringer, format string, args ...any) {
	c.tell(about, " "+fmt.Sprintf(format, args...))
}

// account checks that secrets are sealed, that removed accounts keep nothing, and that keys are counted rightly.
func (c *inspection) account(r *reading, a *Account) error {
	if a.hasClearSecret() {
		s, err := r.Settings()
		if err != nil {
			return err
		}
		if s.Sealed {
			c.fault(a.ID.Ref(), "keeps a secret in clear (trust.md requirement 12)")
		}
	}
	return c.held(r, a)
}

// emails walks the accounts in the order of their addresses: the same twice stands side by side.
func (c *inspection) emails() error {
	var after Key
	var before AccountRow
	seen, total := 0, 0
	for {
		var end End
		err := c.store.View(c.ctx, func(tx Tx) (err error) {
			if total, err = tx.Count(CountAccounts, Ref{}); err != nil {
				return err
			}
			end, err = tx.Accounts().ScanRows(Scan{Index: AccountsByEmail, After: after, Limit: inspectSlice}, func(row AccountRow) (bool, error) {
				if before.ID != 0 && row.Email == before.Email {
					c.fault(row.ID.Ref(), "has the same e-mail address as %s (H4)", before.ID.Ref())
				}
				before = row
				seen++
				return true, nil
			})
			return err
		})
		ProgressOf(c.ctx)("comparing the addresses", seen, max(total, seen))
		if err != nil || end.Done || end.At == nil {
			return err
		}
		after = end.At
	}
}

func (c *inspection) maintainer(r *reading, m *Maintainer) error {
	c.begun(m.ID.Ref())
	return c.peopled(r, m.ID.Ref(), m.State)
}

func (c *inspection) project(_ *reading, p *Project) error {
	c.begun(p.ID.Ref())
	return nil
}

func (c *inspection) organization(r *reading, o *Organization) error {
	c.begun(o.ID.Ref())
	if err := c.peopled(r, o.ID.Ref(), o.State); err != nil || o.State != UnitActive {
		return err
	}
	return c.administered(r, o.ID)
}

// administered checks that an ordinary, activated member of an active organization holds ADMIN (OR13). Whose account has
// expired since still counts: that takes no use case, and Support can hand the organization over (M19).
func (c *inspection) administered(r *reading, id OrganizationID) error {
	nobody, err := r.nobodyElse(id.Ref(), 0, func(m Membership, acc Account) (bool, error) {
		return m.Admin() && (acc.State == AccountActive || acc.State == AccountExpired), nil
	})
	if err == nil && nobody {
		c.fault(id.Ref(), "has no ordinary, activated member who holds ADMIN (OR13)")
	}
	return err
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

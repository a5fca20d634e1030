package core_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"pgregory.net/rapid"

	"gatehouse/core"
)

// begin is the moment at which every house of the tests starts: Monday, 2 March 2026, 10:00 UTC.
var begin = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// incident is the reason that staff give, unless a scenario says otherwise.
const incident = "INC-41: nightly load fails"

// testClock is the injected clock. It is safe for many goroutines.
type testClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// tester is a test, or a run of a test with random steps.
type tester interface {
	rapid.TB
	Cleanup(func())
}

// fixture is the house at the start of scenarios/open.md, with what tests do to it.
type fixture struct {
	*core.House
	t     tester
	clock *testClock

	people     map[string]core.AccountID // by the lower-case first name
	partnerOne core.MaintainerID
	acme       core.OrganizationID
	etl        core.ProjectID // "the project"

	sendersUnchecked bool // invitations, or the rights of their senders, were written past all rules
}

// newFixture opens the house at the start in memory. When the test ends, store, invariants and chains are checked.
func newFixture(t tester) *fixture {
	t.Helper()
	return newFixtureOver(t, openMemory(t), core.Options{})
}

// newFixtureOver builds the house at the start in an empty store. The clock of o is replaced by the test clock.
func newFixtureOver(t tester, store core.Store, o core.Options) *fixture {
	t.Helper()
	clock := &testClock{now: begin}
	o.Clock = clock.Now
	if o.RecoveryMemory == 0 {
		o.RecoveryMemory = 64
	}
	h := &fixture{House: core.New(store, o), t: t, clock: clock, people: map[string]core.AccountID{}}
	t.Cleanup(h.check)
	h.put(func(tx core.Tx) error { return tx.PutSettings(core.Settings{Created: core.At(begin)}) })
	for _, name := range []string{"sam", "sue"} {
		h.addAccount(name, name+"@support.test", func(a *core.Account) {
			a.Support, a.Expires, a.TOTP = true, h.in(300*core.Day), h.secret()
		})
	}
	for _, name := range []string{"lea", "max"} {
		h.addAccount(name, name+"@partner-one.test", func(a *core.Account) { a.Expires, a.TOTP = h.in(300*core.Day), h.secret() })
	}
	h.addAccount("ana", "ana@acme.test")
	h.addAccount("ben", "ben@acme.test")
	h.addAccount("pia", "pia@data.test")
	h.addAccount("otto", "otto@elsewhere.test")

	h.partnerOne = h.addMaintainer("Partner One", "lea", "max")
	h.acme = h.addOrganization(h.partnerOne, "Acme")
	h.addMember(h.acme.Ref(), "ana", core.RoleDefault, core.RoleAdmin)
	h.addMember(h.acme.Ref(), "ben", core.RoleDefault, core.RoleAdmin)
	h.etl = h.addProject(h.acme, "Nightly ETL")
	h.addUser(h.etl, "pia", core.RoleProjectAdmin)
	return h
}

func (h *fixture) secret() *core.TOTP {
	return &core.TOTP{Secret: []byte("01234567890123456789"), Enrolled: core.At(begin)}
}

// put writes records past all rules, to build a Given.
func (h *fixture) put(fn func(core.Tx) error) {
	h.t.Helper()
	if err := h.Store().Update(context.Background(), fn); err != nil {
		h.t.Fatalf("put: %v", err)
	}
}

// get reads past all rules, to look at a Then.
func (h *fixture) get(fn func(core.Tx) error) {
	h.t.Helper()
	if err := h.Store().View(context.Background(), fn); err != nil {
		h.t.Fatalf("get: %v", err)
	}
}

func (h *fixture) nextID(tx core.Tx, k core.Kind) uint64 {
	id, err := tx.NextID(k)
	if err != nil {
		h.t.Fatalf("next id: %v", err)
	}
	return id
}

// addAccount puts an activated account, named by its lower-case first name in the tests.
func (h *fixture) addAccount(name, email string, with ...func(*core.Account)) {
	h.t.Helper()
	h.put(func(tx core.Tx) error {
		id := core.AccountID(h.nextID(tx, core.KindAccount))
		a := core.Account{
			ID: id, Version: 1, Email: email, Name: strings.ToUpper(name[:1]) + name[1:], State: core.AccountActive,
			Confirmed: true, Created: h.now(),
		}
		for _, f := range with {
			f(&a)
		}
		h.people[name] = id
		return tx.Accounts().Put(a)
	})
}

func (h *fixture) addMaintainer(name string, members ...string) core.MaintainerID {
	h.t.Helper()
	var id core.MaintainerID
	h.put(func(tx core.Tx) error {
		id = core.MaintainerID(h.nextID(tx, core.KindMaintainer))
		return tx.Maintainers().Put(core.Maintainer{ID: id, Version: 1, Name: name, State: core.UnitActive, Created: h.now()})
	})
	for _, m := range members {
		h.addMember(id.Ref(), m)
	}
	return id
}

// addOrganization puts an organization with the settings of the start, without members.
func (h *fixture) addOrganization(m core.MaintainerID, name string, with ...func(*core.Organization)) core.OrganizationID {
	h.t.Helper()
	var id core.OrganizationID
	h.put(func(tx core.Tx) error {
		id = core.OrganizationID(h.nextID(tx, core.KindOrganization))
		o := core.Organization{
			ID: id, Version: 1, Maintainer: m, Name: name, State: core.UnitActive, AutoJoin: true, Deciders: core.DecidersAnyUser,
			PendingHours: 72, MFA: core.MFASetting{State: core.MFAOff}, NewMembers: core.NewMembersAdmin, Created: h.now(),
		}
		for _, f := range with {
			f(&o)
		}
		for _, r := range []string{core.RoleDefault, core.RoleAdmin} {
			if err := tx.Roles().Put(core.OrganizationRole{Organization: id, ID: r, Version: 1, Name: r, BuiltIn: true}); err != nil {
				return err
			}
		}
		return tx.Organizations().Put(o)
	})
	return id
}

// addProject puts a standard project from the template production, without users.
func (h *fixture) addProject(o core.OrganizationID, name string, with ...func(*core.Project)) core.ProjectID {
	h.t.Helper()
	var id core.ProjectID
	h.put(func(tx core.Tx) error {
		org, _, err := tx.Organizations().Get(o)
		if err != nil {
			return err
		}
		id = core.ProjectID(h.nextID(tx, core.KindProject))
		p := core.Project{
			ID: id, Version: 1, Organization: o, Maintainer: org.Maintainer, Name: name, Template: "production",
			RoleSet: core.RoleSetStandard, PriceLabel: "by contract", UserLimit: 10, State: core.ProjectActive, Created: h.now(),
		}
		for _, f := range with {
			f(&p)
		}
		if p.RoleSet == core.RoleSetProtected {
			p.Template = "protected"
		}
		return tx.Projects().Put(p)
	})
	return id
}

// addMember puts an ordinary member into a maintainer (no roles) or an organization.
func (h *fixture) addMember(unit core.Unit, name string, roles ...string) {
	h.t.Helper()
	h.put(func(tx core.Tx) error {
		acc, _, err := tx.Accounts().Get(h.id(name))
		if err == nil && unit.Kind == core.KindMaintainer && acc.Expires == 0 { // staff always has an end (AC13)
			acc.Expires = h.in(300 * core.Day)
			err = tx.Accounts().Put(acc)
		}
		if err != nil {
			return err
		}
		return tx.Memberships().Put(core.Membership{
			Unit: unit, Account: h.id(name), Version: 1, Since: h.now(), Origin: core.OriginAdded, Roles: roles,
		})
	})
}

// addUser puts an ordinary direct member into a project.
func (h *fixture) addUser(p core.ProjectID, name string, role core.Role, with ...func(*core.Membership)) {
	h.t.Helper()
	h.put(func(tx core.Tx) error {
		acc, _, err := tx.Accounts().Get(h.id(name))
		if err != nil {
			return err
		}
		m := core.Membership{
			Unit: p.Ref(), Account: acc.ID, Version: 1, Since: h.now(), Origin: core.OriginAdded, Role: role, Uncounted: acc.Support,
		}
		for _, f := range with {
			f(&m)
		}
		return tx.Memberships().Put(m)
	})
}

// addInvitation puts a pending invitation that lapses in seven days.
func (h *fixture) addInvitation(unit core.Unit, invitee, inviter string, with ...func(*core.Invitation)) core.InvitationID {
	h.t.Helper()
	h.sendersUnchecked = true
	var id core.InvitationID
	h.put(func(tx core.Tx) error {
		id = core.InvitationID(h.nextID(tx, core.KindInvitation))
		i := core.Invitation{
			ID: id, Version: 1, Unit: unit, Account: h.id(invitee), Inviter: h.id(inviter), Sent: h.now(),
			State: core.InvitationPending, Lapses: h.in(7 * core.Day),
		}
		if unit.Kind == core.KindProject {
			i.Role = core.RoleProjectAdmin
		}
		for _, f := range with {
			f(&i)
		}
		return tx.Invitations().Put(i)
	})
	return id
}

// addGrant opens a project to an organization role, which is put too when it is not there (OR4).
func (h *fixture) addGrant(p core.ProjectID, role string, level core.Role) {
	h.t.Helper()
	h.put(func(tx core.Tx) error {
		pr, _, err := tx.Projects().Get(p)
		if err != nil {
			return err
		}
		if _, ok, err := tx.Roles().Get(core.OrganizationRoleKey{Organization: pr.Organization, ID: role}); err != nil {
			return err
		} else if !ok {
			r := core.OrganizationRole{Organization: pr.Organization, ID: role, Version: 1, Name: strings.ToLower(strings.ReplaceAll(role, "_", " ")), Description: "A team"}
			if err := tx.Roles().Put(r); err != nil {
				return err
			}
		}
		return tx.Grants().Put(core.Grant{Project: p, Organization: pr.Organization, RoleID: role, Level: level, Version: 1})
	})
}

// editAccount changes an account past all rules.
func (h *fixture) editAccount(name string, fn func(*core.Account)) {
	h.t.Helper()
	h.put(func(tx core.Tx) error {
		a, _, err := tx.Accounts().Get(h.id(name))
		if err != nil {
			return err
		}
		fn(&a)
		a.Version++
		return tx.Accounts().Put(a)
	})
}

// setMFA switches the second factor of a person on or off, past all rules.
func (h *fixture) setMFA(name string, on bool) {
	h.t.Helper()
	h.editAccount(name, func(a *core.Account) {
		a.TOTP = nil
		if on {
			a.TOTP = h.secret()
		}
	})
}

// editOrganization changes an organization past all rules.
func (h *fixture) editOrganization(id core.OrganizationID, fn func(*core.Organization)) {
	h.t.Helper()
	h.put(func(tx core.Tx) error {
		o, _, err := tx.Organizations().Get(id)
		if err != nil {
			return err
		}
		fn(&o)
		o.Version++
		return tx.Organizations().Put(o)
	})
}

// autoJoin sets Auto Join of Acme, past all rules.
func (h *fixture) autoJoin(on bool) {
	h.t.Helper()
	h.editOrganization(h.acme, func(o *core.Organization) { o.AutoJoin = on })
}

// deciders sets Deciders of Acme, past all rules.
func (h *fixture) deciders(d core.Deciders) {
	h.t.Helper()
	h.editOrganization(h.acme, func(o *core.Organization) { o.Deciders = d })
}

// requireMFA sets Require MFA of Acme, past all rules.
func (h *fixture) requireMFA() {
	h.t.Helper()
	h.editOrganization(h.acme, func(o *core.Organization) { o.MFA = core.MFASetting{State: core.MFARequired} })
}

// editProject changes a project past all rules.
func (h *fixture) editProject(id core.ProjectID, fn func(*core.Project)) {
	h.t.Helper()
	h.put(func(tx core.Tx) error {
		p, _, err := tx.Projects().Get(id)
		if err != nil {
			return err
		}
		fn(&p)
		p.Version++
		return tx.Projects().Put(p)
	})
}

// dropMember takes a membership away past all rules.
func (h *fixture) dropMember(unit core.Unit, name string) {
	h.t.Helper()
	h.sendersUnchecked = true
	h.put(func(tx core.Tx) error {
		return tx.Memberships().Delete(core.MembershipKey{Unit: unit, Account: h.id(name)})
	})
}

func (h *fixture) id(name string) core.AccountID {
	h.t.Helper()
	id, ok := h.people[name]
	if !ok {
		h.t.Fatalf("nobody is called %q in this test", name)
	}
	return id
}

// as acts as the person.
func (h *fixture) as(name string) *core.Actor { h.t.Helper(); return h.As(h.id(name)) }

func (h *fixture) now() core.Moment { return h.Now() }

// in gives the moment d from now.
func (h *fixture) in(d time.Duration) core.Moment { return h.Now().Add(d) }

// pass moves the clock and runs the sweep, as "twenty minutes pass" says.
func (h *fixture) pass(d time.Duration) {
	h.t.Helper()
	h.clock.move(d)
	h.sweep()
}

// sweep runs the sweep and expects that no record fails.
func (h *fixture) sweep() core.SweepResult {
	h.t.Helper()
	res, err := h.Sweep(context.Background())
	if err != nil || res.Failed != 0 {
		h.t.Fatalf("sweep: %+v, %v", res, err)
	}
	return res
}

// entry is what staff give when they come in, by default: the incident, for 4h.
func entry(terms ...core.Term) core.Entry {
	e := core.Entry{Reason: incident, Term: core.Term{For: 4 * 60}}
	if len(terms) > 0 {
		e.Term = terms[0]
	}
	return e
}

// forHours and until are the two ways to say a term (R3).
func forHours(n int) core.Term          { return core.Term{For: core.Length(n * 60)} }
func until(m core.Moment) core.Term     { return core.Term{Until: m} }
func ptr[V any](v V) *V                 { return &v }
func entryP(t ...core.Term) *core.Entry { return ptr(entry(t...)) }

// must fails the test on an error and gives the value.
func must[V any](v V, err error) func(tester) V {
	return func(t tester) V {
		t.Helper()
		if err != nil {
			t.Fatalf("refused with %q: %v", core.ReasonOf(err), err)
		}
		return v
	}
}

// allowed expects that it happened.
func allowed(t tester, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("refused with %q: %v", core.ReasonOf(err), err)
	}
}

// refused expects the reason, and a whole sentence with it.
func refused(t tester, err error, want core.Reason) {
	t.Helper()
	if got := core.ReasonOf(err); got != want {
		t.Fatalf("want refused with %q, got %q: %v", want, got, err)
	}
	if text := err.Error(); text == "" || strings.ContainsAny(text, "{}") {
		t.Errorf("the sentence of %s is not whole: %q", want, text)
	}
}

// membership reads a membership record.
func (h *fixture) membership(unit core.Unit, name string) (m core.Membership, ok bool) {
	h.t.Helper()
	h.get(func(tx core.Tx) (err error) {
		m, ok, err = tx.Memberships().Get(core.MembershipKey{Unit: unit, Account: h.id(name)})
		return err
	})
	return m, ok
}

// user expects a membership in a project and gives it.
func (h *fixture) user(p core.ProjectID, name string) core.Membership {
	h.t.Helper()
	m, ok := h.membership(p.Ref(), name)
	if !ok {
		h.t.Fatalf("%s is no user of project %d", name, p)
	}
	return m
}

// noMember expects that there is no membership.
func (h *fixture) noMember(unit core.Unit, name string) {
	h.t.Helper()
	if m, ok := h.membership(unit, name); ok {
		h.t.Fatalf("%s is in %s: %+v", name, unit, m)
	}
}

// request reads a request.
func (h *fixture) request(id core.RequestID) (q core.Request) {
	h.t.Helper()
	h.get(func(tx core.Tx) error { return found(&q, id)(tx.Requests().Get(id)) })
	return q
}

// visit reads a visit.
func (h *fixture) visit(id core.VisitID) (v core.Visit) {
	h.t.Helper()
	h.get(func(tx core.Tx) error { return found(&v, id)(tx.Visits().Get(id)) })
	return v
}

// invitation reads an invitation.
func (h *fixture) invitation(id core.InvitationID) (i core.Invitation) {
	h.t.Helper()
	h.get(func(tx core.Tx) error { return found(&i, id)(tx.Invitations().Get(id)) })
	return i
}

// project reads a project.
func (h *fixture) project(id core.ProjectID) (p core.Project) {
	h.t.Helper()
	h.get(func(tx core.Tx) error { return found(&p, id)(tx.Projects().Get(id)) })
	return p
}

// account reads an account.
func (h *fixture) account(name string) (a core.Account) {
	h.t.Helper()
	h.get(func(tx core.Tx) error { return found(&a, h.id(name))(tx.Accounts().Get(h.id(name))) })
	return a
}

func found[K, R any](out *R, key K) func(R, bool, error) error {
	return func(rec R, ok bool, err error) error {
		if err == nil && !ok {
			err = fmt.Errorf("%T %v is not there", rec, key)
		}
		*out = rec
		return err
	}
}

// allOf reads the records of a part of an index.
func allOf[K comparable, R any](h *fixture, table func(core.Tx) core.Table[K, R], s core.Scan) (out []R) {
	h.t.Helper()
	h.get(func(tx core.Tx) error {
		_, err := table(tx).Scan(s, func(r R) (bool, error) {
			out = append(out, r)
			return true, nil
		})
		return err
	})
	return out
}

// requests lists all requests of a project.
func (h *fixture) requests(p core.ProjectID) []core.Request {
	h.t.Helper()
	return allOf(h, core.Tx.Requests, core.Scan{Index: core.RequestsOfProject, Prefix: core.Key{core.Num(p)}})
}

// inbox lists the notifications of a person, oldest first, in words.
func (h *fixture) inbox(name string) []core.Notification {
	h.t.Helper()
	return h.worded(core.Scan{Index: core.NotificationsOf, Prefix: core.Key{core.Num(h.id(name))}})
}

// worded lists notifications as their readers get them.
func (h *fixture) worded(s core.Scan) (out []core.Notification) {
	h.t.Helper()
	for _, n := range allOf(h, core.Tx.Notifications, s) {
		h.get(func(tx core.Tx) (err error) {
			n, err = core.WordedForTest(tx, n)
			return err
		})
		out = append(out, n)
	}
	return out
}

// told expects exactly one notification of the event in the person's inbox and gives it.
func (h *fixture) told(name string, event core.Notice) core.Notification {
	h.t.Helper()
	var hits []core.Notification
	for _, n := range h.inbox(name) {
		if n.Event == event {
			hits = append(hits, n)
		}
	}
	if len(hits) != 1 {
		h.t.Fatalf("%s has %d notifications %q, want one; inbox: %+v", name, len(hits), event, h.inbox(name))
	}
	return hits[0]
}

// notTold expects that the person was not told of the event.
func (h *fixture) notTold(name string, event core.Notice) {
	h.t.Helper()
	for _, n := range h.inbox(name) {
		if n.Event == event {
			h.t.Fatalf("%s was told %q: %q", name, event, n.Subject)
		}
	}
}

// chain lists the events of a chain, oldest first.
func (h *fixture) chain(of core.Ref) []core.Event {
	h.t.Helper()
	return allOf(h, core.Tx.Events, core.Scan{Prefix: core.RefKey(of)})
}

// lastEvent expects the newest event of a chain to be the action, and gives it.
func (h *fixture) lastEvent(of core.Ref, action core.Action) core.Event {
	h.t.Helper()
	events := h.chain(of)
	if len(events) == 0 || events[len(events)-1].Action != action {
		h.t.Fatalf("the newest event of %s is not %s: %+v", of, action, events)
	}
	return events[len(events)-1]
}

// countEvents counts the events of the house, all chains together.
func (h *fixture) countEvents() (n int) {
	h.t.Helper()
	h.get(func(tx core.Tx) (err error) {
		n, err = tx.Count(core.CountEvents, core.Ref{})
		return err
	})
	return n
}

// counter reads a counter that is kept with the rows.
func (h *fixture) counter(c core.Counter, scope core.Ref) (n int) {
	h.t.Helper()
	h.get(func(tx core.Tx) (err error) {
		n, err = tx.Count(c, scope)
		return err
	})
	return n
}

// check looks at indexes, counters, invariants and chains of the whole house.
func (h *fixture) check() {
	h.t.Helper()
	ctx := context.Background()
	if err := h.Store().Check(ctx, func(fault string) { h.t.Errorf("store: %s", fault) }); err != nil {
		h.t.Errorf("store check: %v", err)
	}
	checkInvariants(h)
	survivesDump(h)
	listsHoldTheReadable(h)
	invitationsAreSendable(h)
	heads := allOf(h, core.Tx.Heads, core.Scan{})
	for _, head := range heads {
		previous, sequence := core.FirstPrevious, uint64(0)
		for _, e := range h.chain(head.Chain) {
			sequence++
			if e.Sequence != sequence || e.Previous != previous || e.Hash != e.ComputeHash() {
				h.t.Errorf("chain %s is broken at event %d", head.Chain, sequence)
				break
			}
			previous = e.Hash
		}
		if head.Sequence != sequence || head.Hash != previous {
			h.t.Errorf("the head of chain %s does not fit its newest event", head.Chain)
		}
	}
}

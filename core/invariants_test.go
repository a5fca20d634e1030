package core_test

import (
	"strings"
	"testing"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// invariantFaults gives what the checker reports.
func invariantFaults(t testing.TB, h *fixture) []string {
	t.Helper()
	var faults []string
	if err := core.CheckInvariants(ctx, h.Store(), h.now(), func(fault string) { faults = append(faults, fault) }); err != nil {
		t.Fatal(err)
	}
	return faults
}

// edit changes one record past all rules.
func edit[K comparable, R any](table func(core.Tx) core.Table[K, R], key K, change func(*R)) func(core.Tx) error {
	return func(tx core.Tx) error {
		r, ok, err := table(tx).Get(key)
		if err != nil || !ok {
			return err
		}
		change(&r)
		return table(tx).Put(r)
	}
}

func put[K comparable, R any](table func(core.Tx) core.Table[K, R], rec R) func(core.Tx) error {
	return func(tx core.Tx) error { return table(tx).Put(rec) }
}

func accounts(tx core.Tx) core.Table[core.AccountID, core.Account] { return tx.Accounts() }
func organizations(tx core.Tx) core.Table[core.OrganizationID, core.Organization] {
	return tx.Organizations()
}
func projects(tx core.Tx) core.Table[core.ProjectID, core.Project] { return tx.Projects() }

// TestInvariantsSeeFaults plants every fault once and expects to see it reported (trust.md section 3): a check that
// has never been red proves nothing.
func TestInvariantsSeeFaults(t *testing.T) {
	suite.Sequential(t)
	// build makes a house in which all of it can be planted: a visit from a request, one joined, one request pending.
	h := newFixture(t)
	h.addAccount("rex", "rex@acme.test")
	sams := must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(t).Visit
	h.autoJoin(false)
	approved := must(h.as("lea").FileRequest(ctx, h.etl, entry()))(t).ID
	must(h.as("pia").ApproveRequest(ctx, approved, 0, core.Term{}))(t)
	leas := h.user(h.etl, "lea").Visit
	pending := must(h.as("max").FileRequest(ctx, h.etl, entry()))(t).ID
	extension := must(h.as("lea").ExtendVisit(ctx, leas, entry(forHours(20))))(t).ID
	invitation := h.addInvitation(h.etl.Ref(), "otto", "pia")
	h.addGrant(h.etl, "DEV", core.RoleReadOnly)
	key := func(unit core.Unit, name string) core.MembershipKey {
		return core.MembershipKey{Unit: unit, Account: h.id(name)}
	}
	drop := func(unit core.Unit, people ...string) func(core.Tx) error {
		return func(tx core.Tx) error {
			for _, name := range people {
				if err := tx.Memberships().Delete(key(unit, name)); err != nil {
					return err
				}
			}
			return nil
		}
	}
	member := func(unit core.Unit, name string, change func(*core.Membership)) func(core.Tx) error {
		return edit(core.Tx.Memberships, key(unit, name), change)
	}
	if faults := invariantFaults(t, h); len(faults) != 0 {
		t.Fatalf("the whole house has faults: %q", faults)
	}
	clean := export(t, h.House)

	for name, c := range map[string]struct {
		plant func(core.Tx) error
		says  string
	}{
		"organization without members":     {drop(h.acme.Ref(), "ana", "ben"), "organization/1 has no ordinary, activated member (H7)"},
		"maintainer without members":       {drop(h.partnerOne.Ref(), "lea", "max"), "maintainer/1 has no ordinary, activated member (H7)"},
		"member of a deleted organization": {edit(organizations, h.acme, func(o *core.Organization) { o.State = core.UnitDeleted }), "(DR12)"},
		"e-mail twice":                     {edit(accounts, h.id("rex"), func(a *core.Account) { a.Email = "ana@acme.test" }), "same e-mail"},
		"account not wiped":                {edit(accounts, h.id("otto"), func(a *core.Account) { a.State = core.AccountRemoved }), "AC8"},
		"account without e-mail":           {edit(accounts, h.id("otto"), func(a *core.Account) { a.Email = "" }), "e-mail address"},
		"code of nobody":                   {put(core.Tx.Codes, core.ActivationCode{Hash: strings.Repeat("0", 64), Version: 1, Account: 99, Issued: 1, Expires: 2}), "account/99"},
		"number above the counter":         {put(core.Tx.Maintainers, core.Maintainer{ID: 44, Version: 1, Name: "M", State: core.UnitDeleted}), "F9"},
		"maintainer of the project":        {edit(projects, h.etl, func(p *core.Project) { p.Maintainer = 7 }), "the maintainer is 7"},
		"project deleted at no time":       {edit(projects, h.etl, func(p *core.Project) { p.State = core.ProjectDeleted }), "DR1"},
		"user of a purged project":         {edit(projects, h.etl, func(p *core.Project) { p.State, p.Purged = core.ProjectPurged, 1 }), "DR8"},
		"grant of an unknown role": {func(tx core.Tx) error {
			return tx.Roles().Delete(core.OrganizationRoleKey{Organization: h.acme, ID: "DEV"})
		}, "OR14"},
		"grant of share":           {put(core.Tx.Grants, core.Grant{Project: h.etl, Organization: h.acme, RoleID: "DEV", Level: core.RoleShare, Version: 1}), "OR6"},
		"counted wrongly":          {member(h.etl.Ref(), "sam", func(m *core.Membership) { m.Uncounted = false }), "P17"},
		"role of another set":      {member(h.etl.Ref(), "pia", func(m *core.Membership) { m.Role = core.RoleReviewer }), "RO8"},
		"member without DEFAULT":   {member(h.acme.Ref(), "ben", func(m *core.Membership) { m.Roles = []string{core.RoleAdmin} }), "OR2"},
		"member with unknown role": {member(h.acme.Ref(), "ben", func(m *core.Membership) { m.Roles = append(m.Roles, "BOSS") }), "BOSS"},
		"role in a maintainer":     {member(h.partnerOne.Ref(), "max", func(m *core.Membership) { m.Role = core.RoleGuest }), "role does not belong here"},
		"end in an organization":   {member(h.acme.Ref(), "ben", func(m *core.Membership) { m.Until = h.in(core.Day) }), "TM1"},
		"visitor without visit":    {edit(core.Tx.Visits, sams, func(v *core.Visit) { v.State, v.Ended = core.VisitEnded, h.now() }), "without a running visit"},
		"visit without visitor":    {drop(h.etl.Ref(), "sam"), "does not fit the membership"},
		"another end":              {member(h.etl.Ref(), "sam", func(m *core.Membership) { m.Until++ }), "another end"},
		"another approver":         {member(h.etl.Ref(), "lea", func(m *core.Membership) { m.Approver = h.id("ana") }), "another approver"},
		"end longer than granted": {func(tx core.Tx) error {
			if err := edit(core.Tx.Visits, leas, func(v *core.Visit) { v.Ends++ })(tx); err != nil {
				return err
			}
			return member(h.etl.Ref(), "lea", func(m *core.Membership) { m.Until++ })(tx)
		}, "(R21)"},
		"approver not of the request":        {edit(core.Tx.Requests, approved, func(q *core.Request) { q.By = h.id("ana") }), "(H8)"},
		"joined, approved by another":        {edit(core.Tx.Visits, sams, func(v *core.Visit) { v.Approver = h.id("pia") }), "(V2)"},
		"visit without reason":               {edit(core.Tx.Visits, sams, func(v *core.Visit) { v.Reason = "" }), "(V1)"},
		"extension that granted another end": {edit(core.Tx.Visits, leas, func(v *core.Visit) { v.Extensions = []core.RequestID{extension} }), "(R23)"},
		"approval without event":             {edit(core.Tx.Requests, pending, func(q *core.Request) { q.State, q.Decided, q.By = core.RequestApproved, h.now(), h.id("pia") }), "0 approvals"},
		"event without approval":             {edit(core.Tx.Requests, approved, func(q *core.Request) { q.State = core.RequestVoid }), "1 approvals"},
		"rejection without event":            {edit(core.Tx.Requests, pending, func(q *core.Request) { q.State, q.Decided, q.By = core.RequestRejected, h.now(), h.id("pia") }), "0 rejections"},
		"visit ended without event": {func(tx core.Tx) error {
			if err := edit(core.Tx.Visits, sams, func(v *core.Visit) { v.State, v.Ended = core.VisitEnded, h.now() })(tx); err != nil {
				return err
			}
			return drop(h.etl.Ref(), "sam")(tx)
		}, "0 events about the end of it"},
		"request void without event":   {edit(core.Tx.Requests, pending, func(q *core.Request) { q.State, q.Decided = core.RequestVoid, h.now() }), "0 events about the end of it"},
		"approval without its visit":   {edit(core.Tx.Visits, leas, func(v *core.Visit) { v.Basis = 0 }), "does not rest on it"},
		"own approval":                 {edit(core.Tx.Requests, approved, func(q *core.Request) { q.By = q.Requester }), "R7"},
		"pending on a deleted project": {edit(projects, h.etl, func(p *core.Project) { p.State, p.Deleted = core.ProjectDeleted, h.now() }), "(R13)"},
		"pending of a user":            {put(core.Tx.Memberships, core.Membership{Unit: h.etl.Ref(), Account: h.id("max"), Version: 1, Since: 1, Origin: core.OriginAdded, Role: core.RoleGuest}), "(R8)"},
		"pending of a role user":       {put(core.Tx.Memberships, core.Membership{Unit: h.acme.Ref(), Account: h.id("max"), Version: 1, Since: 1, Origin: core.OriginAdded, Roles: []string{core.RoleDefault, "DEV"}}), "an organization role"},
		"pending twice":                {edit(core.Tx.Requests, extension, func(q *core.Request) { q.Extends, q.Requester = 0, h.id("max") }), "(R2)"},
		"extension of no visit":        {edit(core.Tx.Requests, extension, func(q *core.Request) { q.Extends = sams }), "(R23)"},
		"invitation of a member":       {put(core.Tx.Memberships, core.Membership{Unit: h.etl.Ref(), Account: h.id("otto"), Version: 1, Since: 1, Origin: core.OriginAdded, Role: core.RoleGuest}), "(M12)"},
		"invitation to a deleted unit": {edit(core.Tx.Invitations, invitation, func(i *core.Invitation) { i.Unit = core.ProjectID(77).Ref() }), "(I9)"},
		"notification to nobody":       {edit(core.Tx.Notifications, 1, func(n *core.Notification) { n.Recipient = 99 }), "account/99"},
		"event changed":                {edit(core.Tx.Events, core.EventKey{Chain: h.acme.Ref(), Sequence: 2}, func(e *core.Event) { e.Time++ }), "(AU12)"},
		"head of no event":             {put(core.Tx.Heads, core.Head{Chain: h.partnerOne.Ref(), Sequence: 3, Hash: core.FirstPrevious}), "(AU12)"},
	} {
		t.Run(name, func(t *testing.T) {
			// Each fault is planted into a copy of its own, which also shows that a dump carries the house over.
			copied := &fixture{House: imported(t, h, clean), t: t, clock: h.clock, people: h.people}
			copied.put(c.plant)
			faults := invariantFaults(t, copied)
			if !strings.Contains(strings.Join(faults, "\n"), c.says) {
				t.Errorf("want a fault with %q, got %q", c.says, faults)
			}
		})
	}
}

// TestInvariantsJudgeByTheClock checks that what is past its end is no member to the checker either, and opens no door
// (TM5).
func TestInvariantsJudgeByTheClock(t *testing.T) {
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(t)
	h.clock.move(5 * 60 * 60 * 1e9) // not swept
	if faults := invariantFaults(t, h); len(faults) != 0 {
		t.Errorf("a visit that is due is a fault: %q", faults)
	}
	_, err := h.as("sam").OpenContent(ctx, h.etl)
	refused(t, err, core.ReasonUseJoin)
}

package core_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// TestListsShow checks H12: who finds which units in the lists.
func TestListsShow(t *testing.T) {
	h := newFixture(t)
	h.addAccount("rex", "rex@acme.test")
	h.addMember(h.acme.Ref(), "rex", core.RoleDefault) // a plain member
	two := h.addMaintainer("Partner Two", "sue")
	beta := h.addOrganization(two, "Beta")
	h.addMember(beta.Ref(), "otto", core.RoleDefault, core.RoleAdmin)
	h.addProject(beta, "Beta one")
	h.addUser(h.addProject(h.acme, "Churn"), "rex", core.RoleGuest)
	gone := h.addOrganization(h.partnerOne, "Gone", func(o *core.Organization) { o.State = core.UnitDeleted })
	h.addUser(h.etl, "ben", core.RoleGuest) // by two roads, counted once
	h.addProject(gone, "Lost", func(p *core.Project) { p.State, p.Deleted = core.ProjectDeleted, h.now() })

	for _, c := range []struct{ who, maintainers, own, all, projects string }{
		{"sam", "Partner One, Partner Two", "", "Acme, Beta", "Beta one, Churn, Nightly ETL"},
		{"lea", "Partner One", "", "Acme", "Churn, Nightly ETL"},
		{"ana", "", "Acme", "Acme", "Churn, Nightly ETL"},
		{"ben", "", "Acme", "Acme", "Churn, Nightly ETL"},
		{"rex", "", "Acme", "Acme", "Churn"},
		{"pia", "", "", "", "Nightly ETL"},
		{"otto", "", "Beta", "Beta", "Beta one"},
	} {
		ms := must(h.as(c.who).Maintainers(ctx, core.Query{}))(t)
		own := must(h.as(c.who).Organizations(ctx, core.OrganizationQuery{}))(t)
		all := must(h.as(c.who).Organizations(ctx, core.OrganizationQuery{All: true}))(t)
		ps := must(h.as(c.who).Projects(ctx, core.ProjectQuery{}))(t)
		got := [4]string{
			names(ms.Items, func(m core.MaintainerView) string { return m.Name }), names(own.Items, organizationName),
			names(all.Items, organizationName), names(ps.Items, projectName),
		}
		if want := [4]string{c.maintainers, c.own, c.all, c.projects}; got != want {
			t.Errorf("%s sees %q, want %q", c.who, got, want)
		}
		for i, total := range []int{ms.Total, own.Total, all.Total, ps.Total} {
			if n := len(strings.Split(got[i], ", ")); got[i] == "" && total != 0 || got[i] != "" && n != total {
				t.Errorf("%s: the total of list %d is %d, but it shows %q", c.who, i, total, got[i])
			}
		}
	}
}

func organizationName(o core.OrganizationView) string { return o.Name }

func projectName(p core.ProjectView) string { return p.Name }

func names[R any](rows []R, name func(R) string) string {
	var out []string
	for _, r := range rows {
		out = append(out, name(r))
	}
	return strings.Join(out, ", ")
}

// TestOneUnit checks who may open which unit, and what a refusal gives away (H11, MT2, A10, S14).
func TestOneUnit(t *testing.T) {
	h := newFixture(t)
	h.addAccount("rex", "rex@acme.test")
	h.addMember(h.acme.Ref(), "rex", core.RoleDefault)
	o := must(h.as("rex").Organization(ctx, h.acme))(t)
	if o.Name != "Acme" || o.Maintainer.Name != "Partner One" || !o.AutoJoin || o.PendingHours != 72 || o.Projects != 1 || o.Members != 3 || o.Relation != core.RelationPlainMember {
		t.Errorf("the plain member sees %+v", o)
	}
	p := must(h.as("pia").Project(ctx, h.etl))(t)
	if p.Role != core.RoleProjectAdmin || p.Relation != core.RelationDirect || p.Users != 1 || p.Organization.Name != "Acme" || p.PriceLabel != "by contract" {
		t.Errorf("the user sees %+v", p)
	}
	if m := must(h.as("lea").Maintainer(ctx, h.partnerOne))(t); m.Members != 2 || m.Organizations != 1 || m.Relation != core.RelationMember {
		t.Errorf("the member sees %+v", m)
	}
	for who, err := range map[string]error{
		"otto": second(h.as("otto").Organization(ctx, h.acme)), "pia": second(h.as("pia").Organization(ctx, h.acme)),
		"otto's project": second(h.as("otto").Project(ctx, h.etl)), "ana": second(h.as("ana").Maintainer(ctx, h.partnerOne)),
	} {
		refused(t, err, core.ReasonForbidden)
		for _, name := range []string{"Acme", "Nightly", "Partner One"} {
			if strings.Contains(err.Error(), name) {
				t.Errorf("%s learns a name: %v", who, err)
			}
		}
	}
	refused(t, second(h.as("rex").Project(ctx, h.etl)), core.ReasonAdminRoleRequired)
	refused(t, second(h.as("sam").Project(ctx, 99)), core.ReasonNotFound)
	h.requireMFA()
	refused(t, second(h.as("rex").Organization(ctx, h.acme)), core.ReasonMFARequired)
	refused(t, second(h.as("rex").Projects(ctx, core.ProjectQuery{Organization: h.acme})), core.ReasonMFARequired)
}

func second[V any](_ V, err error) error { return err }

// TestDeletedProjectsListed checks DR4.
func TestDeletedProjectsListed(t *testing.T) {
	h := newFixture(t)
	must(h.as("ana").DeleteProject(ctx, h.etl, 0))(t)
	for _, who := range []string{"sam", "ana"} {
		page := must(h.as(who).Projects(ctx, core.ProjectQuery{Deleted: true}))(t)
		if len(page.Items) != 1 || page.Total != 1 {
			t.Fatalf("%s sees %+v", who, page)
		}
		p := page.Items[0]
		if p.Name != "Nightly ETL" || p.DeletedBy == nil || p.DeletedBy.Email != "ana@acme.test" || p.PurgeAt != h.in(60*core.Day) || p.State != core.ProjectDeleted {
			t.Errorf("%s sees %+v", who, p)
		}
		if byOrganization := must(h.as(who).Projects(ctx, core.ProjectQuery{Deleted: true, Organization: h.acme}))(t); len(byOrganization.Items) != 1 {
			t.Errorf("%s sees %d of the organization", who, len(byOrganization.Items))
		}
		refused(t, second(h.as(who).Project(ctx, h.etl)), core.ReasonNotFound)
	}
	for _, who := range []string{"lea", "pia", "otto"} {
		refused(t, second(h.as(who).Projects(ctx, core.ProjectQuery{Deleted: true})), core.ReasonForbidden)
		refused(t, second(h.as(who).Projects(ctx, core.ProjectQuery{Deleted: true, Organization: h.acme})), core.ReasonForbidden)
	}
	if page := must(h.as("ana").Projects(ctx, core.ProjectQuery{}))(t); len(page.Items) != 0 {
		t.Error("a deleted project stands in the list of active ones")
	}
}

// TestUserList checks the rows of the users of a project: R18, I7, OR4, OR8, V3, TM5, S31.
func TestUserList(t *testing.T) {
	h := newFixture(t)
	h.addAccount("new", "new@acme.test", func(a *core.Account) { a.State, a.Name = core.AccountNotActivated, "" })
	h.addAccount("rex", "rex@acme.test")
	h.addMember(h.acme.Ref(), "rex", core.RoleDefault, "DEV")
	h.addGrant(h.etl, "DEV", core.RoleReadOnly)
	must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(t)
	h.dropMember(h.acme.Ref(), "ben")
	h.addMember(h.acme.Ref(), "ben", core.RoleDefault, core.RoleAdmin, "DEV") // in by two roads, one row
	h.addUser(h.etl, "ben", core.RoleGuest, func(m *core.Membership) { m.Until = h.in(core.Day) })
	h.addInvitation(h.etl.Ref(), "new", "pia")
	h.autoJoin(false)
	must(h.as("lea").FileRequest(ctx, h.etl, entry()))(t)

	rows := func(who string) map[string]core.MemberView {
		page := must(h.as(who).Members(ctx, h.etl.Ref(), core.Query{}))(t)
		out := map[string]core.MemberView{}
		for _, m := range page.Items {
			out[m.Person.Email] = m
		}
		if len(out) != 6 || page.Total != 6 {
			t.Fatalf("%s sees %d rows of %d: %+v", who, len(out), page.Total, page.Items)
		}
		return out
	}
	got := rows("pia")
	lea, sam, ben, rex, invited, pia := got["lea@partner-one.test"], got["sam@support.test"], got["ben@acme.test"], got["rex@acme.test"], got["new@acme.test"], got["pia@data.test"]
	if lea.Kind != core.MemberRequester || lea.Request == 0 || lea.Reason != incident || lea.Closes != h.in(72*60*60*1e9) || lea.Asked != forHours(4) {
		t.Errorf("the requester is %+v", lea)
	}
	if sam.Kind != core.MemberVisitor || !sam.Person.Support || sam.Visit == 0 || sam.Approver == nil || sam.Closes != h.in(4*60*60*1e9) || sam.ClosesBy != "its end" || sam.External {
		t.Errorf("the visitor is %+v", sam)
	}
	if ben.Kind != core.MemberOrdinary || ben.External || ben.Until != h.in(core.Day) {
		t.Errorf("the temporary user is %+v", ben)
	}
	if rex.Kind != core.MemberRoleUser || rex.Role != core.RoleReadOnly {
		t.Errorf("the role user is %+v", rex)
	}
	if invited.Kind != core.MemberInvitee || invited.Person.Name != "" || invited.Person.State != core.AccountNotActivated || invited.Invitation == 0 || invited.Inviter == nil {
		t.Errorf("the invitee is %+v", invited)
	}
	if pia.Kind != core.MemberOrdinary || !pia.External {
		t.Errorf("the user from outside is %+v", pia)
	}
	// S31: a decider sees the MFA of the requester, an administrator of members and users, but not of who is only invited
	// or has only asked, a maintainer member of nobody, Support of all.
	for who, sees := range map[string][]string{
		"pia": {"lea@partner-one.test", "pia@data.test"},
		"ana": {"sam@support.test", "ben@acme.test", "rex@acme.test", "pia@data.test"},
		"max": {}, "sue": {"lea@partner-one.test", "sam@support.test", "ben@acme.test", "rex@acme.test", "new@acme.test", "pia@data.test"},
	} {
		for email, m := range rows(who) {
			if (m.Person.MFA != nil) != slices.Contains(sees, email) {
				t.Errorf("%s: the MFA state of %s is shown: %t", who, email, m.Person.MFA != nil)
			}
		}
	}
	// V3: the expiry of the account or of the project may close first. TM5: past its end it is due, swept or not.
	h.editProject(h.etl, func(p *core.Project) { p.Expires = h.in(60 * 60 * 1e9) })
	if m := rows("pia")["sam@support.test"]; m.ClosesBy != "project expiry" || m.Closes != h.in(60*60*1e9) {
		t.Errorf("closed %s by %s", m.Closes, m.ClosesBy)
	}
	h.editProject(h.etl, func(p *core.Project) { p.Expires = 0 })
	h.clock.move(5 * 60 * 60 * 1e9)
	if m := rows("pia")["sam@support.test"]; !m.Due {
		t.Error("the visit past its end is not due")
	}
	for filter, want := range map[string]string{
		"kind:visitor": "sam@support.test", "external:yes": "pia@data.test", "rex": "rex@acme.test", "=acme !role:guest kind:role": "rex@acme.test",
	} {
		page := must(h.as("pia").Members(ctx, h.etl.Ref(), core.Query{Filter: filter}))(t)
		if got := names(page.Items, func(m core.MemberView) string { return m.Person.Email }); got != want {
			t.Errorf("%q finds %s, want %s", filter, got, want)
		}
	}
}

// TestMemberLists checks who sees the members of organizations and maintainers (M16, I2, 6.4, MT2).
func TestMemberLists(t *testing.T) {
	h := newFixture(t)
	h.addAccount("rex", "rex@acme.test")
	h.addMember(h.acme.Ref(), "rex", core.RoleDefault)
	h.addInvitation(h.acme.Ref(), "otto", "ana")
	h.addInvitation(h.acme.Ref(), "pia", "ana", func(i *core.Invitation) { i.State = core.InvitationLapsed })
	h.addInvitation(h.acme.Ref(), "max", "ana", func(i *core.Invitation) { i.State, i.Ended = core.InvitationCancelled, h.now() })
	page := must(h.as("ana").Members(ctx, h.acme.Ref(), core.Query{}))(t)
	if got := names(page.Items, func(m core.MemberView) string { return m.Person.Email }); got != "ana@acme.test, ben@acme.test, rex@acme.test, otto@elsewhere.test, pia@data.test" {
		t.Errorf("the list is %s", got)
	}
	if page.Total != 5 || page.Items[0].Roles[1] != core.RoleAdmin {
		t.Errorf("the list is %+v", page)
	}
	refused(t, second(h.as("rex").Members(ctx, h.acme.Ref(), core.Query{})), core.ReasonAdminRoleRequired)
	refused(t, second(h.as("pia").Members(ctx, h.acme.Ref(), core.Query{})), core.ReasonForbidden)
	refused(t, second(h.as("ana").Members(ctx, h.partnerOne.Ref(), core.Query{})), core.ReasonForbidden)
	refused(t, second(h.as("ana").Members(ctx, h.id("ben").Ref(), core.Query{})), core.ReasonNotFound)
	fellows := must(h.as("lea").Members(ctx, h.partnerOne.Ref(), core.Query{}))(t)
	if len(fellows.Items) != 2 || fellows.Items[1].Person.MFA == nil || !*fellows.Items[1].Person.MFA {
		t.Errorf("the fellow members are %+v", fellows.Items)
	}
	small := allPages(t, 2, func(q core.Query) (core.Page[core.MemberView], error) {
		return h.as("ana").Members(ctx, h.acme.Ref(), q)
	}, core.Query{})
	if len(small) != 5 {
		t.Errorf("by two there are %d rows", len(small))
	}
}

// TestRequestLists checks who sees which requests, in every tab (R9, R11, R18, R25).
func TestRequestLists(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	first := must(h.as("sam").FileRequest(ctx, h.etl, entry()))(t)
	must(h.as("pia").RejectRequest(ctx, first.ID, 0, "Not today"))(t)
	second2 := must(h.as("sam").FileRequest(ctx, h.etl, entry()))(t)
	third := must(h.as("lea").FileRequest(ctx, h.etl, entry()))(t)
	ids := func(who string, q core.RequestQuery) []core.RequestID {
		page := must(h.as(who).Requests(ctx, q))(t)
		var out []core.RequestID
		for _, r := range page.Items {
			out = append(out, r.ID)
		}
		if page.Total != len(out) && q.State == "" {
			t.Errorf("%s %+v: %d rows, total %d", who, q, len(out), page.Total)
		}
		return out
	}
	for _, c := range []struct {
		who  string
		q    core.RequestQuery
		want []core.RequestID
	}{
		{"pia", core.RequestQuery{}, []core.RequestID{third.ID, second2.ID}},
		{"pia", core.RequestQuery{Query: core.Query{Sort: "filed"}}, []core.RequestID{second2.ID, third.ID}},
		{"pia", core.RequestQuery{Tab: core.TabDecided}, []core.RequestID{first.ID}},
		{"pia", core.RequestQuery{Tab: core.TabAll}, []core.RequestID{third.ID, second2.ID, first.ID}},
		{"pia", core.RequestQuery{Tab: core.TabMine}, nil},
		{"ana", core.RequestQuery{Organization: h.acme}, []core.RequestID{third.ID, second2.ID}},
		{"pia", core.RequestQuery{Organization: h.acme}, []core.RequestID{third.ID, second2.ID}},
		{"lea", core.RequestQuery{Tab: core.TabAll}, []core.RequestID{third.ID, second2.ID, first.ID}},
		{"lea", core.RequestQuery{Tab: core.TabMine}, []core.RequestID{third.ID}},
		{"sue", core.RequestQuery{Tab: core.TabAll, State: core.RequestRejected}, []core.RequestID{first.ID}},
		{"sue", core.RequestQuery{State: core.RequestRejected}, []core.RequestID{first.ID}},
		{"otto", core.RequestQuery{Tab: core.TabAll}, nil},
		{"pia", core.RequestQuery{Tab: core.TabAll, Query: core.Query{Filter: "who:lea"}}, []core.RequestID{third.ID}},
	} {
		if c.q.Filter != "" {
			page := must(h.as(c.who).Requests(ctx, c.q))(t)
			if len(page.Items) != 1 || page.Items[0].ID != c.want[0] {
				t.Errorf("%s %+v: %+v", c.who, c.q, page.Items)
			}
			continue
		}
		if got := ids(c.who, c.q); !slices.Equal(got, c.want) {
			t.Errorf("%s %+v: %v, want %v", c.who, c.q, got, c.want)
		}
	}
	refused(t, second(h.as("otto").Requests(ctx, core.RequestQuery{Project: h.etl})), core.ReasonForbidden)
	refused(t, second(h.as("otto").Requests(ctx, core.RequestQuery{Organization: h.acme})), core.ReasonForbidden)
	refused(t, second(h.as("otto").Request(ctx, third.ID)), core.ReasonNotFound)

	// R9: who is no longer staff keeps the own request in sight, and no other.
	h.dropMember(h.partnerOne.Ref(), "lea")
	refused(t, second(h.as("lea").Requests(ctx, core.RequestQuery{Project: h.etl})), core.ReasonForbidden)
	if got := ids("lea", core.RequestQuery{Tab: core.TabMine}); !slices.Equal(got, []core.RequestID{third.ID}) {
		t.Errorf("her own requests are %v", got)
	}
	must(h.as("lea").Request(ctx, third.ID))(t)
	refused(t, second(h.as("lea").Request(ctx, first.ID)), core.ReasonNotFound)
	// R25: after a purge administrators, maintainer members, Support and the requester still read it.
	must(h.as("sam").DeleteProject(ctx, h.etl, 0))(t)
	h.pass(61 * core.Day)
	for _, who := range []string{"ana", "max", "sue", "sam"} {
		must(h.as(who).Request(ctx, first.ID))(t)
		if got := ids(who, core.RequestQuery{Tab: core.TabDecided}); len(got) < 1 {
			t.Errorf("%s no longer lists the requests of the purged project", who)
		}
	}
	refused(t, second(h.as("pia").Request(ctx, first.ID)), core.ReasonNotFound)
}

// TestRequestPage checks what the page of a request says before a decision (A7, R5, S31).
func TestRequestPage(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	q := must(h.as("lea").FileRequest(ctx, h.etl, entry()))(t)
	v := must(h.as("pia").Request(ctx, q.ID))(t)
	if !v.MayDecide || v.GrantRole != core.RoleProjectAdmin || v.Users != 1 || v.UserLimit != 10 || v.ProjectName != "Nightly ETL" || v.OrganizationName != "Acme" {
		t.Errorf("the decider sees %+v", v)
	}
	if v.DecidersTotal != 1 || v.Deciders[0].Email != "pia@data.test" || v.Who.MFA == nil || !*v.Who.MFA {
		t.Errorf("the decider sees %+v", v)
	}
	v = must(h.as("ana").Request(ctx, q.ID))(t)
	if v.MayDecide || v.Who.MFA != nil {
		t.Errorf("the administrator outside sees %+v (R6)", v)
	}
	h.clock.move(73 * 60 * 60 * 1e9)
	if v = must(h.as("pia").Request(ctx, q.ID))(t); !v.Due || v.MayDecide {
		t.Errorf("past its lapse the request is %+v (TM5)", v)
	}
}

// TestVisitLists checks who sees which visits.
func TestVisitLists(t *testing.T) {
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(t)
	must(h.as("lea").JoinOrganization(ctx, h.acme, entry(forHours(1))))(t)
	must(h.as("sue").JoinProject(ctx, h.etl, ptr(entry(forHours(2)))))(t)
	must(h.as("sue").LeaveVisit(ctx, h.user(h.etl, "sue").Visit))(t)
	emails := func(who string, q core.VisitQuery) string {
		page := must(h.as(who).Visits(ctx, q))(t)
		if page.Total != len(page.Items) {
			t.Errorf("%s %+v: %d rows, total %d", who, q, len(page.Items), page.Total)
		}
		return names(page.Items, func(v core.VisitView) string { name, _, _ := strings.Cut(v.Who.Email, "@"); return name })
	}
	for _, c := range []struct {
		who, want string
		q         core.VisitQuery
	}{
		{"max", "lea, sam", core.VisitQuery{Active: true}},
		{"max", "sue, lea, sam", core.VisitQuery{}},
		{"pia", "sam", core.VisitQuery{Active: true}},
		{"pia", "sue, sam", core.VisitQuery{Unit: h.etl.Ref()}},
		{"ana", "lea, sam", core.VisitQuery{Active: true, Unit: h.acme.Ref(), Query: core.Query{Desc: true, Sort: "started"}}},
		{"max", "sue", core.VisitQuery{Past: true}},
		{"pia", "sue", core.VisitQuery{Past: true}},
		{"ana", "sue", core.VisitQuery{Past: true}},
		{"max", "lea, sam", core.VisitQuery{Active: true, Query: core.Query{Sort: "newest"}}},
		{"sue", "sue", core.VisitQuery{Mine: true}},
		{"sue", "", core.VisitQuery{Mine: true, Active: true}},
		{"otto", "", core.VisitQuery{}},
	} {
		if got := emails(c.who, c.q); got != c.want {
			t.Errorf("%s %+v: %s, want %s", c.who, c.q, got, c.want)
		}
	}
	refused(t, second(h.as("otto").Visits(ctx, core.VisitQuery{Unit: h.etl.Ref()})), core.ReasonForbidden)
	v := must(h.as("pia").Visit(ctx, h.user(h.etl, "sam").Visit))(t)
	if v.UnitName != "Nightly ETL" || v.ApprovedBy == nil || v.Closes != v.Ends || v.Mine {
		t.Errorf("the visit is %+v", v)
	}
	refused(t, second(h.as("otto").Visit(ctx, v.ID)), core.ReasonNotFound)
}

// TestManyOrganizations checks the lists of a maintainer member whose organizations are too many to be merged one by
// one: then everything is walked, and only what may be seen is kept (H12, AU7).
func TestManyOrganizations(t *testing.T) {
	suite.Sequential(t)
	h := newFixture(t)
	hidden := h.addOrganization(h.addMaintainer("Partner Two", "sue"), "Hidden")
	h.addMember(hidden.Ref(), "otto", core.RoleDefault, core.RoleAdmin)
	const many = 300
	for i := range many {
		o := h.addOrganization(h.partnerOne, fmt.Sprintf("Unit %03d", i), func(o *core.Organization) { o.AutoJoin = false })
		h.addMember(o.Ref(), "ben", core.RoleDefault, core.RoleAdmin)
		h.addProject(o, "Work")
		must(h.as("ben").SetPendingTime(ctx, o, 0, 48))(t)
	}
	h.autoJoin(false)
	for i := range many {
		must(h.as("sam").FileRequest(ctx, h.etl+core.ProjectID(i)+1, entry()))(t)
	}
	secret := h.addProject(hidden, "Secret")
	h.editOrganization(hidden, func(o *core.Organization) { o.AutoJoin = false })
	must(h.as("sue").FileRequest(ctx, secret, entry()))(t)

	requests := allPages(t, 90, func(q core.Query) (core.Page[core.RequestView], error) {
		return h.as("lea").Requests(ctx, core.RequestQuery{Query: q})
	}, core.Query{})
	if len(requests) != many || requests[0].OrganizationName != "Unit 299" {
		t.Errorf("Lea sees %d requests", len(requests))
	}
	events := allPages(t, 90, func(q core.Query) (core.Page[core.EventView], error) {
		return h.as("lea").Activity(ctx, core.ActivityQuery{Query: q})
	}, core.Query{})
	if len(events) != 2*many {
		t.Errorf("Lea reads %d events", len(events))
	}
	for _, e := range events {
		if e.Chain == hidden.Ref() {
			t.Fatal("Lea reads an event of another maintainer")
		}
	}
	if n := len(must(h.as("lea").Organizations(ctx, core.OrganizationQuery{All: true, Query: core.Query{Limit: 500}}))(t).Items); n != many+1 {
		t.Errorf("Lea sees %d organizations", n)
	}
	if heads := must(h.as("lea").Chains(ctx))(t); len(heads) != many {
		t.Errorf("Lea may check %d chains", len(heads))
	}
}

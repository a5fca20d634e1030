package core_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
)

var ctx = context.Background()

// writes runs a step and expects that it writes n events.
func (h *fixture) writes(n int, step func()) {
	h.t.Helper()
	before := h.countEvents()
	step()
	if got := h.countEvents() - before; got != n {
		h.t.Fatalf("%d events written, want %d", got, n)
	}
}

// file lets somebody file a request for the project, by default for 4h.
func (h *fixture) file(who string, terms ...core.Term) core.Request {
	h.t.Helper()
	q, err := h.as(who).FileRequest(ctx, h.etl, entry(terms...))
	if err != nil {
		h.t.Fatalf("%s files a request: %v", who, err)
	}
	return q
}

func (h *fixture) wantState(id core.RequestID, want core.RequestState) core.Request {
	h.t.Helper()
	q := h.request(id)
	if q.State != want {
		h.t.Fatalf("request %d is %s, want %s", id, q.State, want)
	}
	return q
}

// nothingPending expects that no request waits in the project.
func (h *fixture) nothingPending() {
	h.t.Helper()
	if n := h.counter(core.CountPendingRequests, h.etl.Ref()); n != 0 {
		h.t.Fatalf("%d requests wait, want none", n)
	}
}

func (h *fixture) visitor(name string) core.Visit {
	h.t.Helper()
	m := h.user(h.etl, name)
	if !m.Visitor() {
		h.t.Fatalf("%s is no visitor: %+v", name, m)
	}
	v := h.visit(m.Visit)
	if v.State != core.VisitActive || v.Ends != m.Until || v.Role != m.Role || v.Approver != m.Approver || v.Reason != m.Reason {
		h.t.Fatalf("visit %+v and membership %+v do not fit", v, m)
	}
	return v
}

func TestScenarioJOIN_O1(t *testing.T) {
	h := newFixture(t)
	h.writes(1, func() {
		_, err := h.as("sam").JoinProject(ctx, h.etl, entryP())
		allowed(t, err)
	})
	v := h.visitor("sam")
	if v.Role != core.RoleProjectAdmin || v.Approver != h.id("sam") || v.Reason != incident || v.Ends != h.in(4*time.Hour) || v.Basis != 0 {
		t.Errorf("visit: %+v", v)
	}
	if got := h.counter(core.CountUsers, h.etl.Ref()); got != 1 {
		t.Errorf("%d users count, want Pia only (V5, P17)", got)
	}
	n := h.told("pia", core.NoticeStaffJoined)
	if want := "sam@support.test entered Nightly ETL until 2026-03-02 14:00 UTC"; n.Subject != want || !strings.Contains(n.Body, incident) {
		t.Errorf("Pia is told %q, %q; want %q and the reason", n.Subject, n.Body, want)
	}
	if got := len(h.inbox("ana")) + len(h.inbox("sam")); got != 0 {
		t.Errorf("%d notifications to people who are not told", got)
	}
	e := h.lastEvent(h.acme.Ref(), "user.join")
	if e.Actor != h.id("sam") || e.Reason != incident || e.Outcome != core.OutcomeDone {
		t.Errorf("event: %+v", e)
	}
	for _, m := range must(listMembers(h, "pia", h.etl.Ref()))(t) {
		if m.Person.ID == h.id("sam") && (m.Kind != core.MemberVisitor || !m.Person.Support) {
			t.Errorf("Sam is listed as %+v, want a visitor with the Support badge", m)
		}
	}
}

func TestScenarioJOIN_O2(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	h.writes(1, func() { // the denied attempt (AU8)
		_, err := h.as("lea").JoinProject(ctx, h.etl, entryP())
		refused(t, err, core.ReasonAutoJoinDisabled)
	})
	h.writes(0, func() {
		_, err := h.as("lea").OpenContent(ctx, h.etl)
		refused(t, err, core.ReasonAutoJoinDisabled)
	})
	h.noMember(h.etl.Ref(), "lea")
	if e := h.lastEvent(h.acme.Ref(), "user.join"); e.Outcome != core.OutcomeDenied || e.Reason != string(core.ReasonAutoJoinDisabled) {
		t.Errorf("event: %+v", e)
	}
}

func TestScenarioJOIN_O3(t *testing.T) {
	for _, on := range []bool{true, false} {
		h := newFixture(t)
		h.autoJoin(on)
		h.writes(1, func() {
			_, err := h.as("ben").JoinProject(ctx, h.etl, nil)
			allowed(t, err)
		})
		m := h.user(h.etl, "ben")
		if m.Visitor() || m.Role != core.RoleProjectAdmin || m.Approver != h.id("ben") || m.Until != 0 || m.Inviter != 0 {
			t.Errorf("Auto Join %v: %+v", on, m)
		}
		if got := h.counter(core.CountUsers, h.etl.Ref()); got != 2 {
			t.Errorf("%d users count, want 2", got)
		}
		h.notTold("pia", core.NoticeStaffJoined)
	}
}

func TestScenarioJOIN_O4(t *testing.T) {
	h := newFixture(t)
	_, join := h.as("otto").JoinProject(ctx, h.etl, entryP())
	_, _, add := h.as("otto").AddMember(ctx, core.AddInput{Unit: h.etl.Ref(), Email: "otto@elsewhere.test"})
	_, content := h.as("otto").OpenContent(ctx, h.etl)
	for _, err := range []error{join, add, content} {
		refused(t, err, core.ReasonForbidden)
		if strings.Contains(err.Error(), "Nightly") {
			t.Errorf("the message names the project: %q (A10)", err)
		}
	}
	if got := h.counter(core.CountMembers, h.etl.Ref()); got != 1 {
		t.Errorf("%d members, want 1", got)
	}
}

func TestScenarioJOIN_O5(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	q := h.file("lea")
	_, _, err := h.as("ana").AddMember(ctx, core.AddInput{Unit: h.acme.Ref(), Email: "lea@partner-one.test"})
	allowed(t, err)
	h.writes(1, func() {
		_, err := h.as("lea").JoinProject(ctx, h.etl, nil)
		allowed(t, err)
	})
	if m := h.user(h.etl, "lea"); m.Visitor() || m.Until != 0 {
		t.Errorf("membership: %+v", m)
	}
	h.wantState(q.ID, core.RequestSuperseded)
	h.nothingPending()
	if n := h.told("pia", core.NoticeRequestFiled); n.Withdrawn == 0 {
		t.Error("the notice of a superseded request is not withdrawn (N6)")
	}
	if mine := must(myRequests(h, "lea"))(t); len(mine) != 1 || mine[0].State != core.RequestSuperseded {
		t.Errorf("own requests: %+v", mine)
	}
}

func TestScenarioREQ_O1(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	var q core.Request
	h.writes(1, func() { q = h.file("sam") })
	if q.Requester != h.id("sam") || q.Lapses != h.in(72*time.Hour) || h.wantState(q.ID, core.RequestPending) != q {
		t.Errorf("request: %+v", q)
	}
	if list := must(listRequests(h, "sam", h.etl))(t); len(list) != 1 || list[0].ID != q.ID {
		t.Errorf("Sam lists %+v", list)
	}
	_, err := h.as("sam").ApproveRequest(ctx, q.ID, q.Version, core.Term{})
	refused(t, err, core.ReasonForbidden)
	_, err = h.as("sam").RejectRequest(ctx, q.ID, q.Version, "")
	refused(t, err, core.ReasonForbidden)
	if h.request(q.ID) != q {
		t.Errorf("the request has changed: %+v", h.request(q.ID))
	}
}

func TestScenarioREQ_O2(t *testing.T) {
	h := newFixture(t)
	for _, who := range []string{"ben", "lea"} {
		_, err := h.as(who).FileRequest(ctx, h.etl, entry())
		refused(t, err, core.ReasonUseJoin)
		if !strings.Contains(strings.ToLower(err.Error()), "join") {
			t.Errorf("the message does not say to join: %q", err)
		}
	}
	if got := h.requests(h.etl); len(got) != 0 {
		t.Errorf("requests: %+v", got)
	}
}

func TestScenarioREQ_O3(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	_, err := h.as("otto").FileRequest(ctx, h.etl, entry())
	refused(t, err, core.ReasonForbidden)
	if mine := must(myRequests(h, "otto"))(t); len(mine) != 0 {
		t.Errorf("own requests: %+v", mine)
	}
}

func TestScenarioREQ_O4(t *testing.T) {
	h := newFixture(t)
	h.addUser(h.etl, "ana", core.RoleProjectAdmin)
	_, err := h.as("pia").FileRequest(ctx, h.etl, entry())
	refused(t, err, core.ReasonAlreadyMember)
	_, err = h.as("ana").JoinProject(ctx, h.etl, nil)
	refused(t, err, core.ReasonAlreadyMember)
	if got := h.requests(h.etl); len(got) != 0 {
		t.Errorf("requests: %+v", got)
	}
}

func TestScenarioREQ_O5(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	q := h.file("lea")
	allowed(t, h.as("lea").LeaveMaintainer(ctx, h.partnerOne))
	_, _, err := h.as("ana").AddMember(ctx, core.AddInput{Unit: h.acme.Ref(), Email: "lea@partner-one.test"})
	allowed(t, err)
	_, err = h.as("ana").SetAutoJoin(ctx, h.acme, 0, true)
	allowed(t, err)
	if list := must(listRequests(h, "lea", h.etl))(t); len(list) != 1 {
		t.Errorf("Lea lists %+v", list)
	}
	_, err = h.as("lea").ApproveRequest(ctx, q.ID, 0, core.Term{})
	refused(t, err, core.ReasonForbidden)
	_, err = h.as("lea").RejectRequest(ctx, q.ID, 0, "")
	refused(t, err, core.ReasonForbidden)
	h.wantState(q.ID, core.RequestPending)
}

func TestScenarioREQ_O6(t *testing.T) {
	for name, run := range map[string]struct {
		asked core.Term
		ends  time.Duration // after 10:00
	}{
		"a": {forHours(1), 80 * time.Minute},
		"b": {until(core.At(begin.Add(time.Hour))), time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			h.autoJoin(false)
			q := h.file("sam", run.asked)
			h.pass(20 * time.Minute)
			h.writes(1, func() {
				_, err := h.as("pia").ApproveRequest(ctx, q.ID, q.Version, core.Term{})
				allowed(t, err)
			})
			v := h.visitor("sam")
			if want := core.At(begin.Add(run.ends)); v.Ends != want || v.Approver != h.id("pia") || v.Reason != incident || v.Basis != q.ID {
				t.Errorf("visit: %+v, want the end %s", v, want)
			}
			h.nothingPending()
			got := h.wantState(q.ID, core.RequestApproved)
			if got.Asked != run.asked || got.Granted != v.Ends || got.By != h.id("pia") || got.Decided != h.now() || got.Visit != v.ID {
				t.Errorf("request: %+v", got)
			}
		})
	}
}

func TestScenarioREQ_O7(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	q := h.file("lea")
	h.writes(1, func() {
		_, err := h.as("pia").DeleteProject(ctx, h.etl, 0)
		allowed(t, err)
	})
	h.wantState(q.ID, core.RequestVoid)
	_, err := h.as("sam").RestoreProject(ctx, h.etl, 0)
	allowed(t, err)
	h.wantState(q.ID, core.RequestVoid)
	h.file("lea")
}

func TestScenarioREQ_O8(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	q := h.file("lea")
	if mine := must(myRequests(h, "lea"))(t); len(mine) != 1 || mine[0].Project != h.etl || mine[0].ProjectName != "Nightly ETL" {
		t.Errorf("own requests: %+v", mine)
	}
	h.writes(1, func() {
		_, err := h.as("lea").WithdrawRequest(ctx, q.ID, q.Version)
		allowed(t, err)
	})
	h.nothingPending()
	h.wantState(q.ID, core.RequestWithdrawn)
	if n := h.told("pia", core.NoticeRequestFiled); n.Withdrawn != h.now() || n.Unread() {
		t.Errorf("notice: %+v", n)
	}
	if got := len(h.inbox("pia")); got != 1 {
		t.Errorf("Pia has %d notifications, want the withdrawn one only (N5)", got)
	}
}

func TestScenarioROLE_O1(t *testing.T) {
	h := newFixture(t)
	h.addAccount("gus", "gus@data.test")
	h.addUser(h.etl, "gus", core.RoleGuest)
	h.addInvitation(h.etl.Ref(), "otto", "pia")
	_, err := seeProject(h, "gus", h.etl)
	allowed(t, err)
	users, err := listMembers(h, "gus", h.etl.Ref())
	allowed(t, err)
	invited := false
	for _, m := range users {
		invited = invited || (m.Kind == core.MemberInvitee && m.Person.ID == h.id("otto"))
	}
	if !invited {
		t.Errorf("the list of users does not show the invitation of Otto (I7): %+v", users)
	}
	h.writes(1, func() { allowed(t, h.as("gus").LeaveProject(ctx, h.etl)) })
	h.noMember(h.etl.Ref(), "gus")
}

func TestScenarioROLE_O2(t *testing.T) {
	h := newFixture(t)
	h.addAccount("rio", "rio@data.test")
	h.addUser(h.etl, "rio", core.RoleReadOnly)
	beta := h.addOrganization(h.partnerOne, "Beta")
	h.addMember(beta.Ref(), "ben", core.RoleDefault, core.RoleAdmin)
	before := h.project(h.etl)
	_, err := h.as("rio").RenameProject(ctx, h.etl, 0, "Mine")
	refused(t, err, core.ReasonRoleRestricted)
	_, err = h.as("rio").DeleteProject(ctx, h.etl, 0)
	refused(t, err, core.ReasonRoleRestricted)
	_, err = h.as("rio").MoveProject(ctx, h.etl, 0, beta)
	refused(t, err, core.ReasonRoleRestricted)
	if h.project(h.etl) != before {
		t.Errorf("the project has changed: %+v", h.project(h.etl))
	}
}

func TestScenarioROLE_O3(t *testing.T) {
	for _, d := range []core.Deciders{core.DecidersAnyUser, core.DecidersFullRole} {
		for _, approve := range []bool{false, true} {
			h := newFixture(t)
			h.autoJoin(false)
			h.deciders(d)
			h.addAccount("gus", "gus@data.test")
			h.addUser(h.etl, "gus", core.RoleGuest)
			q := h.file("sam")
			if list := must(listRequests(h, "gus", h.etl))(t); len(list) != 1 || list[0].MayDecide != (d == core.DecidersAnyUser) {
				t.Errorf("%s: Gus lists %+v", d, list)
			}
			var err error
			if approve {
				_, err = h.as("gus").ApproveRequest(ctx, q.ID, 0, core.Term{})
			} else {
				_, err = h.as("gus").RejectRequest(ctx, q.ID, 0, "")
			}
			if d == core.DecidersFullRole {
				refused(t, err, core.ReasonRoleRestricted)
				h.wantState(q.ID, core.RequestPending)
				continue
			}
			allowed(t, err)
			if got := h.request(q.ID); got.By != h.id("gus") {
				t.Errorf("decided by %d, want Gus", got.By)
			}
		}
	}
}

func TestScenarioROLE_O6(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	_, _, err := h.as("pia").AddMember(ctx, core.AddInput{Unit: h.etl.Ref(), Email: "nia@data.test"})
	allowed(t, err)
	h.people["nia"] = must(h.AccountByEmail(ctx, "nia@data.test"))(t).ID
	h.addInvitation(h.etl.Ref(), "otto", "pia")
	q := h.file("lea")
	h.writes(1, func() { // the denied decision (AU8)
		_, err = h.as("nia").ApproveRequest(ctx, q.ID, 0, core.Term{})
		refused(t, err, core.ReasonInactiveAccount)
		_, _, err = h.as("nia").AddMember(ctx, core.AddInput{Unit: h.etl.Ref(), Email: "new@data.test"})
		refused(t, err, core.ReasonInactiveAccount)
		_, err = h.as("nia").SetRole(ctx, h.etl, h.id("pia"), 0, core.RoleGuest)
		refused(t, err, core.ReasonInactiveAccount)
	})
	h.wantState(q.ID, core.RequestPending)
	if m := h.user(h.etl, "pia"); m.Role != core.RoleProjectAdmin {
		t.Errorf("Pia is %s", m.Role)
	}
}

func TestScenarioPROJ_O1(t *testing.T) {
	h := newFixture(t)
	if list := must(listProjects(h, "lea", h.acme))(t); len(list) != 1 {
		t.Errorf("Lea lists %+v", list)
	}
	h.writes(0, func() {
		_, err := h.as("lea").CreateProject(ctx, h.acme, "Mine", "")
		refused(t, err, core.ReasonOrgMembersOnly)
	})
	if list := must(listProjects(h, "lea", h.acme))(t); len(list) != 1 {
		t.Errorf("Lea lists %+v", list)
	}
}

func TestScenarioPROJ_O2(t *testing.T) {
	h := newFixture(t)
	for template, want := range map[string]struct {
		template string
		expires  core.Moment
		limit    int
	}{
		"":     {"production", 0, 10},
		"demo": {"demo", h.in(2 * core.Day), 3},
	} {
		var p core.Project
		h.writes(1, func() { p = must(h.as("ben").CreateProject(ctx, h.acme, "New "+template, template))(t) })
		if p.Template != want.template || p.Expires != want.expires || p.UserLimit != want.limit {
			t.Errorf("template %q: %+v", template, p)
		}
		m := h.user(p.ID, "ben")
		if m.Role != core.RoleProjectAdmin || m.Inviter != 0 || m.Approver != 0 || m.Origin != core.OriginCreated || m.Until != 0 {
			t.Errorf("membership: %+v", m)
		}
		if got := h.counter(core.CountMembers, p.ID.Ref()); got != 1 {
			t.Errorf("%d users, want 1", got)
		}
	}
}

func TestScenarioPROJ_O3(t *testing.T) {
	h := newFixture(t)
	list := must(h.as("ana").Templates(ctx))(t)
	if len(list) != 6 {
		t.Errorf("%d templates, want the six that are not hidden", len(list))
	}
	for _, x := range list {
		if x.ID == "poc15-guided" {
			t.Error("the hidden template is listed")
		}
	}
	if x := must(h.as("ana").Template(ctx, "demo"))(t); x.UserLimit != 3 {
		t.Errorf("demo: %+v", x)
	}
	_, err := h.as("ana").Template(ctx, "poc15-guided")
	refused(t, err, core.ReasonNotFound)
}

func TestScenarioPROJ_O4(t *testing.T) {
	h := newFixture(t)
	p := must(h.as("ana").CreateProject(ctx, h.acme, "Look", "demo"))(t)
	_, err := h.as("ana").DeleteProject(ctx, p.ID, p.Version)
	allowed(t, err)
	got := must(h.as("sam").RestoreProject(ctx, p.ID, 0))(t)
	if got.State != core.ProjectActive || got.Expires != 0 || got.Deleted != 0 {
		t.Errorf("restored: %+v", got)
	}
	_, err = h.as("sam").RestoreProject(ctx, h.etl, 0)
	refused(t, err, core.ReasonNotDeleted)
}

func TestScenarioPROJ_O5(t *testing.T) {
	h := newFixture(t)
	h.addUser(h.etl, "otto", core.RoleProjectAdmin, func(m *core.Membership) { m.Until = h.in(20 * time.Minute) })
	_, err := h.as("pia").DeleteProject(ctx, h.etl, 0)
	allowed(t, err)
	h.pass(20 * time.Minute)
	_, err = h.as("sam").RestoreProject(ctx, h.etl, 0)
	allowed(t, err)
	h.noMember(h.etl.Ref(), "otto")
	if got := h.counter(core.CountMembers, h.etl.Ref()); got != 1 {
		t.Errorf("%d users after the restore, want Pia only", got)
	}
	_, _, err = h.as("pia").AddMember(ctx, core.AddInput{Unit: h.etl.Ref(), Email: "otto@elsewhere.test"})
	allowed(t, err)
	if got := h.counter(core.CountMembers, h.etl.Ref()); got != 2 {
		t.Errorf("%d users, want 2", got)
	}
}

func TestScenarioPROJ_O6(t *testing.T) {
	h := newFixture(t)
	h.writes(1, func() {
		p := must(h.as("pia").RenameProject(ctx, h.etl, h.project(h.etl).Version, "Hourly ETL"))(t)
		if p.Name != "Hourly ETL" {
			t.Errorf("name: %q", p.Name)
		}
	})
	_, err := h.as("pia").SetProject(ctx, h.etl, 0, core.ProjectPatch{Expires: ptr(h.in(core.Day))})
	refused(t, err, core.ReasonForbidden)
}

func TestScenarioPROJ_O7(t *testing.T) {
	h := newFixture(t)
	h.editProject(h.etl, func(p *core.Project) { p.UserLimit = 2 })
	h.addUser(h.etl, "ana", core.RoleProjectAdmin)
	_, err := h.as("sam").JoinProject(ctx, h.etl, entryP())
	allowed(t, err)
	_, _, err = h.as("pia").AddMember(ctx, core.AddInput{Unit: h.etl.Ref(), Email: "otto@elsewhere.test"})
	allowed(t, err)
	if v := must(seeProject(h, "pia", h.etl))(t); v.Users != 3 || v.UserLimit != 2 || !v.Over || v.Visitors != 1 {
		t.Errorf("%d of %d, over %v, %d visitors", v.Users, v.UserLimit, v.Over, v.Visitors)
	}
	_, err = h.as("pia").OpenContent(ctx, h.etl)
	allowed(t, err)
	_, err = h.as("pia").SetProject(ctx, h.etl, 0, core.ProjectPatch{UserLimit: ptr(5)})
	refused(t, err, core.ReasonForbidden)
	_, err = h.as("sue").SetProject(ctx, h.etl, 0, core.ProjectPatch{UserLimit: ptr(5)})
	allowed(t, err)
	if v := must(seeProject(h, "pia", h.etl))(t); v.Users != 3 || v.UserLimit != 5 || v.Over {
		t.Errorf("%d of %d, over %v", v.Users, v.UserLimit, v.Over)
	}
}

func TestScenarioPROJ_O8(t *testing.T) {
	h := newFixture(t)
	end := h.in(core.Day)
	for _, who := range []string{"ben", "lea"} {
		_, err := h.as(who).DisableProject(ctx, h.etl, 0, "Broken disk", end)
		refused(t, err, core.ReasonForbidden)
	}
	h.writes(1, func() {
		_, err := h.as("sam").DisableProject(ctx, h.etl, 0, "Broken disk", end)
		allowed(t, err)
	})
	if v := must(seeProject(h, "pia", h.etl))(t); v.Disabled == nil || v.Disabled.Reason != "Broken disk" || v.Disabled.ExpectedEnd != end {
		t.Errorf("shown: %+v", v)
	}
	_, err := h.as("pia").OpenContent(ctx, h.etl)
	refused(t, err, core.ReasonProjectDisabled)
	if !strings.Contains(err.Error(), "Broken disk") {
		t.Errorf("the message lacks the reason: %q", err)
	}
	_, err = h.as("ben").EnableProject(ctx, h.etl, 0)
	refused(t, err, core.ReasonForbidden)
	h.writes(1, func() {
		_, err = h.as("sam").EnableProject(ctx, h.etl, 0)
		allowed(t, err)
	})
	_, err = h.as("pia").OpenContent(ctx, h.etl)
	allowed(t, err)
}

func TestScenarioOROLE_O1(t *testing.T) {
	h := newFixture(t)
	for _, who := range []string{"art", "bea", "cem"} {
		h.addAccount(who, who+"@acme.test")
	}
	h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)
	h.addMember(h.acme.Ref(), "art", core.RoleDefault, "DEV_TEAM")
	h.addMember(h.acme.Ref(), "bea", core.RoleDefault, "DEV_TEAM")
	h.addMember(h.acme.Ref(), "cem", core.RoleDefault)
	for _, who := range []string{"art", "bea"} {
		if role := must(h.as(who).OpenContent(ctx, h.etl))(t); role != core.RoleGuest {
			t.Errorf("%s is inside as %s, want guest", who, role)
		}
	}
	_, err := h.as("cem").OpenContent(ctx, h.etl)
	refused(t, err, core.ReasonAdminRoleRequired)
	_, err = h.as("ana").AssignRoles(ctx, h.acme, h.id("bea"), 0, nil, []string{"DEV_TEAM"})
	allowed(t, err)
	_, err = h.as("bea").OpenContent(ctx, h.etl)
	refused(t, err, core.ReasonAdminRoleRequired)
	_, err = h.as("art").OpenContent(ctx, h.etl)
	allowed(t, err)
}

func TestScenarioNOTE_O1(t *testing.T) {
	for _, d := range []core.Deciders{core.DecidersAnyUser, core.DecidersFullRole} {
		h := newFixture(t)
		h.autoJoin(false)
		h.deciders(d)
		for who, role := range map[string]core.Role{"gus": core.RoleGuest, "rio": core.RoleReadOnly} {
			h.addAccount(who, who+"@data.test")
			h.addUser(h.etl, who, role)
		}
		h.addInvitation(h.etl.Ref(), "otto", "pia")
		q := h.file("sam")
		for _, who := range []string{"pia", "gus", "rio"} {
			n := h.told(who, core.NoticeRequestFiled)
			if want := "sam@support.test asks to enter Nightly ETL for 4 h"; n.Subject != want || !strings.Contains(n.Body, incident) {
				t.Errorf("%s is told %q, %q; want %q and the reason", who, n.Subject, n.Body, want)
			}
			if want := d == core.DecidersAnyUser || who == "pia"; n.Decide != want {
				t.Errorf("%s: the notice to %s leads to the decision: %v, want %v", d, who, n.Decide, want)
			}
			if len(h.inbox(who)) != 1 {
				t.Errorf("%s has %d notifications, want one (N5)", who, len(h.inbox(who)))
			}
		}
		if got := len(h.inbox("otto")); got != 0 {
			t.Errorf("Otto has %d notifications", got)
		}
		if d == core.DecidersAnyUser {
			_, err := h.as("pia").ApproveRequest(ctx, q.ID, q.Version, core.Term{})
			allowed(t, err)
			if n := h.told("sam", core.NoticeRequestApproved); n.Subject != "You may enter Nightly ETL until 2026-03-02 14:00 UTC" {
				t.Errorf("Sam is told %q", n.Subject)
			}
			for _, m := range must(listMembers(h, "gus", h.etl.Ref()))(t) {
				if m.Person.ID == h.id("sam") && (m.Reason != incident || m.Approver == nil || m.Approver.ID != h.id("pia")) {
					t.Errorf("the user list shows %+v", m)
				}
			}
		} else {
			_, err := h.as("pia").RejectRequest(ctx, q.ID, q.Version, "Use the staging copy")
			allowed(t, err)
			n := h.told("sam", core.NoticeRequestRejected)
			if n.Subject != "pia@data.test rejected your request for Nightly ETL" || n.Body != "Use the staging copy" {
				t.Errorf("Sam is told %q, %q", n.Subject, n.Body)
			}
		}
		if got := len(h.inbox("sam")); got != 1 {
			t.Errorf("Sam has %d notifications, want one", got)
		}
		for _, who := range []string{"pia", "gus", "rio"} {
			n := h.told(who, core.NoticeRequestFiled)
			if n.Withdrawn != h.now() || n.WithdrawnNote != "decided by pia@data.test" || n.Unread() {
				t.Errorf("the notice to %s is not withdrawn: %+v", who, n)
			}
		}
	}
}

// The invitation of INV-O5 and INV-O8 is put as a record: its use case comes later, what the house makes of it is here.
func TestScenarioINV_O5(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	h.addInvitation(h.etl.Ref(), "lea", "pia")
	_, err := h.as("lea").FileRequest(ctx, h.etl, entry())
	refused(t, err, core.ReasonAlreadyInvited)
	if got := h.requests(h.etl); len(got) != 0 {
		t.Errorf("requests: %+v", got)
	}
}

func TestScenarioINV_O8(t *testing.T) {
	h := newFixture(t)
	end := h.in(20 * time.Minute)
	inv := h.addInvitation(h.etl.Ref(), "otto", "pia", func(i *core.Invitation) { i.Until, i.Lapses = end, end })
	h.writes(1, func() { h.pass(20 * time.Minute) })
	h.lastEvent(h.acme.Ref(), "invitation.lapse")
	if n := h.counter(core.CountOpenInvitations, h.id("otto").Ref()); n != 0 {
		t.Errorf("Otto has %d invitations", n)
	}
	h.noMember(h.etl.Ref(), "otto")
	if i := h.invitation(inv); i.State != core.InvitationLapsed || i.Ended != end {
		t.Errorf("invitation: %+v", i)
	}
	if n := h.counter(core.CountOpenInvitations, h.etl.Ref()); n != 1 {
		t.Errorf("the project lists %d open invitations, want the lapsed one (I2)", n)
	}
}

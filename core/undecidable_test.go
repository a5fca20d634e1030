package core_test

import (
	"testing"
	"time"

	"gatehouse/core"
)

// notices lists what a person was told of an event, oldest first.
func (h *fixture) notices(name string, event core.Notice) (out []core.Notification) {
	h.t.Helper()
	for _, n := range h.inbox(name) {
		if n.Event == event {
			out = append(out, n)
		}
	}
	return out
}

func TestEachRequestWithoutDeciderIsAnnounced(t *testing.T) { // R20, N5: one event, one notification, and these are two
	h := closedHouse(t)
	first, second := h.file("sam"), h.file("lea")
	allowed(t, h.as("pia").LeaveProject(ctx, h.etl))
	for _, who := range []string{"ana", "ben"} {
		got := h.notices(who, core.NoticeUndecidable)
		if len(got) != 2 || got[0].Subjects[0] != first.ID.Ref() || got[1].Subjects[0] != second.ID.Ref() {
			t.Errorf("%s is told %+v, want both requests", who, got)
		}
	}
}

func TestRequestLosesItsLastDeciderTwice(t *testing.T) { // R20
	h := closedHouse(t)
	q := h.file("sam")
	allowed(t, h.as("pia").LeaveProject(ctx, h.etl))
	must(h.as("ana").JoinProject(ctx, h.etl, nil))(t)
	if got := h.request(q.ID); got.Undecidable || got.Version != q.Version {
		t.Errorf("Ana can decide what she has seen: %+v", got)
	}
	allowed(t, h.as("ana").LeaveProject(ctx, h.etl))
	if !h.request(q.ID).Undecidable || len(h.notices("ben", core.NoticeUndecidable)) != 2 {
		t.Errorf("the second loss is not announced: %+v", h.inbox("ben"))
	}
}

func TestDeciderComesBackByMFA(t *testing.T) { // R20, S17
	h := closedHouse(t)
	h.setMFA("ana", true)
	h.setMFA("ben", true)
	q := h.file("sam")
	o := must(h.as("ana").RequireMFA(ctx, h.acme, 0, true))(t) // locks Pia out
	if !h.request(q.ID).Undecidable {
		t.Fatal("nobody can decide")
	}
	must(h.as("ana").MFAOff(ctx, h.acme, o.Version))(t)
	if h.request(q.ID).Undecidable {
		t.Error("Pia can decide again")
	}
}

func TestUserWhoAdministersIsToldOnceOfARequest(t *testing.T) { // N5: however many rows fit
	h := closedHouse(t)
	h.deciders(core.DecidersFullRole)
	h.addUser(h.etl, "ben", core.RoleGuest) // a user who may not decide, and an administrator
	allowed(t, h.as("pia").LeaveProject(ctx, h.etl))
	q := h.file("sam")
	var about []core.Notice
	for _, n := range h.inbox("ben") {
		if n.Subjects[0] == q.ID.Ref() {
			about = append(about, n.Event)
		}
	}
	if len(about) != 1 || about[0] != core.NoticeUndecidable {
		t.Errorf("Ben is told %q of one request, want one notification with the next step", about)
	}
}

// A length on a request for a moment is the same as the moment that it leads to (R21): the clock is that of now, and the
// moment asked stays the latest.
func TestGrantingALengthWhereAMomentWasAsked(t *testing.T) { // R21
	h := closedHouse(t)
	q := h.file("sam", until(h.in(core.Day)))
	h.clock.move(time.Hour)
	got := must(h.as("pia").ApproveRequest(ctx, q.ID, q.Version, forHours(2)))(t)
	if got.Granted != h.in(2*time.Hour) || h.visitor("sam").Ends != got.Granted {
		t.Errorf("granted %s", got.Granted)
	}
}

func TestDeniedDecisionStandsOnThePageOfTheProject(t *testing.T) { // AU7, AU8
	h := closedHouse(t)
	q := h.file("sam")
	refused(t, onlyErr(h.as("ana").ApproveRequest(ctx, q.ID, 0, core.Term{})), core.ReasonForbidden)
	page := must(h.as("pia").Activity(ctx, core.ActivityQuery{Unit: h.etl.Ref()}))(t)
	e := page.Items[0]
	if e.Action != "request.approve" || e.Outcome != core.OutcomeDenied || e.Actor != h.id("ana") {
		t.Errorf("the newest event of the project is %+v", e.Event)
	}
}

func TestVisitsThatLostTheirRelationStandInTheChainOfTheOrganization(t *testing.T) { // V6, AU4, AU14
	h := newFixture(t)
	must(h.as("sue").JoinProject(ctx, h.etl, entryP()))(t)
	sues := h.visitor("sue").ID
	must(h.as("lea").JoinProject(ctx, h.etl, entryP()))(t)
	leas := h.visitor("lea").ID
	for _, c := range []struct {
		action core.Action
		visit  core.VisitID
		main   core.Ref
		do     func() error
	}{
		{"account.support_take", sues, core.System, func() error { return onlyErr(h.as("sam").SetSupport(ctx, h.id("sue"), false, 0)) }},
		{"member.leave", leas, h.partnerOne.Ref(), func() error { return h.as("lea").LeaveMaintainer(ctx, h.partnerOne) }},
	} {
		allowed(t, c.do())
		main := h.lastEvent(c.main, c.action)
		linked := h.lastEvent(h.acme.Ref(), c.action)
		if linked.Linked == "" || len(linked.Changes) != 1 || *linked.Changes[0].Subject != c.visit.Ref() || linked.Changes[0].After != "ended" {
			t.Errorf("%s: the organization reads %+v", c.action, linked)
		}
		for _, ch := range main.Changes {
			if ch.Subject != nil && *ch.Subject == c.visit.Ref() {
				t.Errorf("%s: the end of the visit stands in two events", c.action)
			}
		}
	}
}

func TestDeciderComesBackByRenewal(t *testing.T) { // R20, AC13
	h := closedHouse(t)
	h.editAccount("pia", func(a *core.Account) { a.Expires = h.in(core.Day) })
	q := h.file("sam")
	h.pass(core.Day)
	if !h.request(q.ID).Undecidable {
		t.Fatal("nobody can decide")
	}
	must(h.as("sam").SetAccountExpiry(ctx, h.id("pia"), h.in(core.Day)))(t)
	if h.request(q.ID).Undecidable {
		t.Error("Pia can decide again")
	}
}

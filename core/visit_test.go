package core_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/core"
)

func TestWhoRevokesVisits(t *testing.T) { // 6.3, section 11, V4
	project := verdicts{
		"pia": "", "shay": "", "ana": "", "gus": core.ReasonRoleRestricted, "lea": core.ReasonForbidden, "sam": core.ReasonForbidden,
		"vic": core.ReasonVisitorRestricted, "otto": core.ReasonNotFound, "cem": core.ReasonNotFound,
	}
	project.each(t, func(h *fixture, a *core.Actor) error {
		return onlyErr(a.RevokeVisit(ctx, h.visitor("vic").ID, 0, ""))
	})
	organization := verdicts{
		"ana": "", "sam": "", "lea": core.ReasonForbidden, "pia": core.ReasonNotFound, "otto": core.ReasonNotFound,
		"cem": core.ReasonNotFound,
	}
	organization.each(t, func(h *fixture, a *core.Actor) error {
		m, _ := h.membership(h.acme.Ref(), "vic")
		return onlyErr(a.RevokeVisit(ctx, m.Visit, 0, ""))
	})
	maintainer := verdicts{"lea": "", "sam": "", "ana": core.ReasonNotFound, "otto": core.ReasonNotFound}
	maintainer.each(t, func(h *fixture, a *core.Actor) error {
		v := must(h.as("sue").JoinMaintainer(ctx, h.partnerOne, entry()))(t)
		return onlyErr(a.RevokeVisit(ctx, v.ID, 0, ""))
	})
}

func TestRevokingAVisit(t *testing.T) { // A6, section 11, F10
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, entryP()))(t)
	v := h.visitor("sam")
	refused(t, onlyErr(h.as("pia").RevokeVisit(ctx, v.ID, v.Version+1, "")), core.ReasonStale)
	refused(t, onlyErr(h.as("pia").RevokeVisit(ctx, v.ID, v.Version, strings.Repeat("x", 501))), core.ReasonInvalidText)
	h.writes(1, func() { must(h.as("pia").RevokeVisit(ctx, v.ID, v.Version, "Done here.\nThank you"))(t) })
	got := h.visit(v.ID)
	if got.State != core.VisitRevoked || got.By != h.id("pia") || got.Cause != "Done here.\nThank you" || got.Ended != h.now() {
		t.Errorf("visit: %+v", got)
	}
	h.noMember(h.etl.Ref(), "sam")
	n := h.told("sam", core.NoticeVisitRevoked)
	if n.Subject != "pia@data.test ended your visit to Nightly ETL" || n.Body != "Done here.\nThank you" {
		t.Errorf("Sam is told %q, %q", n.Subject, n.Body)
	}
	_, err := h.as("sam").LeaveVisit(ctx, v.ID)
	refused(t, err, core.ReasonAlreadyDecided)
	if want := "Visit 1 was revoked by pia@data.test at 2026-03-02 10:00 UTC."; core.AsError(err).Message != want {
		t.Errorf("message %q, want %q", core.AsError(err).Message, want)
	}
	_, err = h.as("sam").OpenContent(ctx, h.etl)
	refused(t, err, core.ReasonUseJoin)
}

func TestLeavingAVisit(t *testing.T) { // section 11, N5
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, entryP()))(t)
	v := h.visitor("sam")
	refused(t, onlyErr(h.as("pia").LeaveVisit(ctx, v.ID)), core.ReasonForbidden)
	refused(t, onlyErr(h.as("otto").LeaveVisit(ctx, v.ID)), core.ReasonNotFound)
	refused(t, onlyErr(h.as("otto").LeaveVisit(ctx, 99)), core.ReasonNotFound)
	h.writes(1, func() { must(h.as("sam").LeaveVisit(ctx, v.ID))(t) })
	if got := h.visit(v.ID); got.State != core.VisitLeft || got.By != h.id("sam") {
		t.Errorf("visit: %+v", got)
	}
	h.lastEvent(h.acme.Ref(), "visit.leave")
	if got := len(h.inbox("pia")); got != 2 {
		t.Errorf("Pia has %d notifications, want those of the join and of the early end (N7)", got)
	}
	must(h.as("sam").JoinProject(ctx, h.etl, entryP()))(t) // A5: staff come back while Auto Join is on
}

func TestVisitsRunOut(t *testing.T) { // F7, TM2, TM5, V9
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, entryP()))(t)
	must(h.as("lea").JoinOrganization(ctx, h.acme, entry(forHours(2))))(t)
	v := h.visitor("sam")
	h.pass(4*time.Hour - time.Second)
	h.noMember(h.acme.Ref(), "lea")
	must(h.as("sam").OpenContent(ctx, h.etl))(t)
	h.clock.move(time.Second) // over, and not swept yet
	refused(t, onlyErr(h.as("sam").OpenContent(ctx, h.etl)), core.ReasonUseJoin)
	refused(t, onlyErr(h.as("sam").LeaveVisit(ctx, v.ID)), core.ReasonLapsed)
	refused(t, onlyErr(h.as("pia").RevokeVisit(ctx, v.ID, 0, "")), core.ReasonLapsed)
	h.writes(1, func() { h.sweep() })
	got := h.visit(v.ID)
	if got.State != core.VisitEnded || got.By != 0 || got.Ended != h.now() || got.Reason != incident || got.Asked != forHours(4) {
		t.Errorf("visit: %+v", got)
	}
	if n := h.told("sam", core.NoticeVisitEnded); n.Subject != "Your visit to Nightly ETL has ended" {
		t.Errorf("Sam is told %q", n.Subject)
	}
	if n := h.told("lea", core.NoticeVisitEnded); n.Subject != "Your visit to Acme has ended" {
		t.Errorf("Lea is told %q", n.Subject)
	}
	if e := h.lastEvent(h.acme.Ref(), "visit.end"); e.ActorName != "system" || e.Reason != incident {
		t.Errorf("event: %+v (AU11)", e)
	}
}

func TestTurningAutoJoinOffLeavesVisits(t *testing.T) { // S6
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, entryP()))(t)
	h.autoJoin(false)
	must(h.as("sam").OpenContent(ctx, h.etl))(t)
	must(h.as("sam").ExtendVisit(ctx, h.visitor("sam").ID, entry(forHours(8))))(t)
}

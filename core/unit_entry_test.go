package core_test

import (
	"context"
	"testing"
	"time"

	"gatehouse/core"
)

// Section 6.2: who joins an organization, in both Auto Join settings, and a maintainer.
func TestJoinUnits(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		who                 string
		on, off, maintainer core.Reason
	}{
		{"ana", core.ReasonAlreadyMember, core.ReasonAlreadyMember, core.ReasonForbidden},
		{"sue", core.ReasonAlreadyMember, core.ReasonAlreadyMember, core.ReasonAlreadyMember}, // a visitor of both
		{"sam", "", core.ReasonAutoJoinDisabled, ""},
		{"lea", "", core.ReasonAutoJoinDisabled, core.ReasonAlreadyMember},
		{"ida", core.ReasonAlreadyInvited, core.ReasonAlreadyInvited, core.ReasonAlreadyInvited},
		{"pia", core.ReasonForbidden, core.ReasonForbidden, core.ReasonForbidden},
		{"otto", core.ReasonForbidden, core.ReasonForbidden, core.ReasonForbidden},
	} {
		for _, autoJoin := range []bool{true, false} {
			t.Run(c.who, func(t *testing.T) {
				h := newFixture(t)
				h.addAccount("ida", "ida@data.test")
				h.addInvitation(h.acme.Ref(), "ida", "ana")
				h.addInvitation(h.partnerOne.Ref(), "ida", "lea")
				must(h.as("sue").JoinOrganization(ctx, h.acme, entry()))(t)
				must(h.as("sue").JoinMaintainer(ctx, h.partnerOne, entry()))(t)
				h.autoJoin(autoJoin)
				want := c.off
				if autoJoin {
					want = c.on
				}
				_, err := h.as(c.who).JoinOrganization(ctx, h.acme, entry())
				expect(t, err, want)
				_, err = h.as(c.who).JoinMaintainer(ctx, h.partnerOne, entry())
				expect(t, err, c.maintainer)
			})
		}
	}
}

// expect is refused with a reason, or allowed without one.
func expect(t testing.TB, err error, want core.Reason) {
	t.Helper()
	if want == "" {
		allowed(t, err)
		return
	}
	refused(t, err, want)
}

// R4, V1, MT5: staff entries have a reason, an end within 14 days, and need MFA; nobody is told of a maintainer's.
func TestJoinTerms(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	sam := h.as("sam")
	for _, c := range []struct {
		entry core.Entry
		want  core.Reason
	}{
		{core.Entry{Term: forHours(4)}, core.ReasonReasonRequired},
		{core.Entry{Reason: "  ab "}, core.ReasonReasonRequired},
		{core.Entry{Reason: incident}, core.ReasonExpiryRequired},
		{core.Entry{Reason: incident, Term: core.Term{For: 60, Until: h.in(time.Hour)}}, core.ReasonExpiryRequired},
		{core.Entry{Reason: incident, Term: core.Term{For: 14}}, core.ReasonInvalidEnd},
		{core.Entry{Reason: incident, Term: until(h.in(14*core.Day + 1e9))}, core.ReasonInvalidEnd},
		{core.Entry{Reason: incident, Term: until(h.now())}, core.ReasonInvalidEnd},
	} {
		_, err := sam.JoinMaintainer(ctx, h.partnerOne, c.entry)
		refused(t, err, c.want)
		_, err = sam.JoinOrganization(ctx, h.acme, c.entry)
		refused(t, err, c.want)
	}
	v := must(sam.JoinMaintainer(ctx, h.partnerOne, entry(until(h.in(14*core.Day)))))(t)
	m, _ := h.membership(h.partnerOne.Ref(), "sam")
	if !m.Visitor() || m.Approver != 0 || m.Inviter != 0 || m.Until != h.in(14*core.Day) || v.Organization != 0 {
		t.Errorf("visit %+v, membership %+v", v, m)
	}
	h.lastEvent(h.partnerOne.Ref(), "member.join")
	if n := len(h.inbox("lea")); n != 0 {
		t.Errorf("Lea has %d notifications", n)
	}
	h.setMFA("sue", false)
	_, err := h.as("sue").JoinMaintainer(ctx, h.partnerOne, entry())
	refused(t, err, core.ReasonMFARequired)
}

// M10, V1: leaving; a visitor's visit ends as left, and staff may join again.
func TestLeaveUnits(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	v := must(h.as("sam").JoinOrganization(ctx, h.acme, entry()))(t)
	allowed(t, h.as("sam").LeaveOrganization(ctx, h.acme))
	if got := h.visit(v.ID); got.State != core.VisitLeft || got.By != h.id("sam") || got.Ended != h.now() {
		t.Errorf("visit: %+v", got)
	}
	h.lastEvent(h.acme.Ref(), "visit.leave")
	must(h.as("sam").JoinOrganization(ctx, h.acme, entry()))(t)

	allowed(t, h.as("ben").LeaveOrganization(ctx, h.acme))
	h.lastEvent(h.acme.Ref(), "member.leave")
	refused(t, h.as("ben").LeaveOrganization(ctx, h.acme), core.ReasonForbidden)
	allowed(t, h.as("max").LeaveMaintainer(ctx, h.partnerOne))
	refused(t, h.as("lea").LeaveMaintainer(ctx, h.partnerOne), core.ReasonLastMember) // MT7
	refused(t, h.as("otto").LeaveMaintainer(ctx, h.partnerOne), core.ReasonForbidden)
	if h.account("max").Expires != 0 {
		t.Error("no staff any more, but the account keeps an expiry (AC13)")
	}
	_, err := h.as("max").JoinOrganization(ctx, h.acme, entry())
	refused(t, err, core.ReasonForbidden)
}

// S17: leaving works for who is locked out by MFA.
func TestLockedOutMayLeave(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.requireMFA()
	allowed(t, h.as("ben").LeaveOrganization(ctx, h.acme))
	allowed(t, h.as("pia").LeaveProject(ctx, h.etl))
}

// TM5: a visit that is over but not swept does not stop the next one.
func TestJoinAfterOverdueVisit(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	old := must(h.as("sam").JoinOrganization(ctx, h.acme, entry(forHours(1))))(t)
	h.clock.move(time.Hour)
	v := must(h.as("sam").JoinOrganization(ctx, h.acme, entry()))(t)
	if v.ID == old.ID || h.visit(old.ID).State != core.VisitEnded {
		t.Errorf("old %+v, new %+v", h.visit(old.ID), v)
	}
	h.sweep()
	if m, ok := h.membership(h.acme.Ref(), "sam"); !ok || m.Visit != v.ID {
		t.Errorf("membership: %+v", m)
	}
}

package core_test

import (
	"testing"

	"gatehouse/core"
)

// OR11: what a removal takes and leaves, and taking the direct memberships along.
func TestRemovalFromOrganization(t *testing.T) {
	h := newFixture(t)
	churn := h.addProject(h.acme, "Churn")
	h.addGrant(churn, "DEV", core.RoleGuest)
	h.addAccount("art", "art@acme.test")
	h.addMember(h.acme.Ref(), "art", core.RoleDefault, "DEV")
	h.addUser(h.etl, "art", core.RoleGuest)
	side := h.addProject(h.acme, "Side")
	h.addUser(side, "art", core.RoleGuest)
	h.addUser(side, "ana", core.RoleGuest) // M3: ana may not remove anybody there
	ana := h.as("ana")
	i := must(ana.RemovalImpact(ctx, h.acme.Ref(), h.id("art")))(t)
	if len(i.RoleAccess) != 1 || i.RoleAccess[0].Project.Name != "Churn" || i.RoleAccess[0].Level != core.RoleGuest || i.RoleAccess[0].Ways() != "guest by DEV" {
		t.Errorf("role access: %+v", i.RoleAccess)
	}
	if len(i.Direct) != 2 || i.Direct[0].Project.Name != "Nightly ETL" || !i.Direct[0].MayEnd || i.Direct[1].MayEnd || i.Direct[1].Why == "" {
		t.Errorf("direct: %+v", i.Direct)
	}
	remove := func(projects ...core.ProjectID) error {
		return ana.RemoveMemberAndUses(ctx, h.acme, h.id("art"), 0, projects)
	}
	n := h.countEvents()
	refused(t, remove(h.etl, side), core.ReasonRoleRestricted)
	refused(t, remove(churn), core.ReasonNotFound)
	elsewhere := h.addProject(h.addOrganization(h.partnerOne, "Beta"), "Elsewhere")
	h.addMember(h.project(elsewhere).Organization.Ref(), "ana", core.RoleDefault, core.RoleAdmin)
	refused(t, remove(elsewhere), core.ReasonTargetNotInOrg)
	if h.countEvents() != n {
		t.Error("all or nothing")
	}
	h.user(h.etl, "art")
	allowed(t, remove(h.etl, h.etl))
	if h.countEvents() != n+2 {
		t.Errorf("%d events, want the member's and the linked one of the project", h.countEvents()-n)
	}
	e := h.lastEvent(h.acme.Ref(), "user.remove")
	if e.Linked == "" {
		t.Errorf("the event is %+v", e)
	}
	h.noMember(h.acme.Ref(), "art")
	h.noMember(h.etl.Ref(), "art")
	h.user(side, "art")
	h.told("art", core.NoticeMemberRemoved)
	h.told("art", core.NoticeUserRemoved)
	rows := must(h.as("ben").ProjectAccess(ctx, side, core.Query{Filter: "art"}))(t)
	if len(rows.Items) != 1 || !rows.Items[0].External {
		t.Errorf("the direct membership that stays shows as external: %+v", rows.Items)
	}
	refused(t, ana.RemoveMemberAndUses(ctx, h.acme, h.id("ana"), 0, []core.ProjectID{h.etl}), core.ReasonForbidden)
	must(ana.Undo(ctx, core.EventRef{}))(t)
	h.user(h.etl, "art")
	if _, ok := h.membership(h.acme.Ref(), "art"); !ok {
		t.Error("undo brings both back (U1)")
	}
}

// R20: a removal that leaves requests without a decider says so before.
func TestRemovalFromProject(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	q := must(h.as("sam").FileRequest(ctx, h.etl, entry()))(t)
	i := must(h.as("ana").RemovalImpact(ctx, h.etl.Ref(), h.id("pia")))(t)
	if !i.LastFull || len(i.Undecidable) != 1 || i.Undecidable[0] != q.ID || i.Stays != "" {
		t.Errorf("the impact is %+v", i)
	}
	h.addAccount("gus", "gus@data.test")
	h.addUser(h.etl, "gus", core.RoleGuest)
	if i := must(h.as("ana").RemovalImpact(ctx, h.etl.Ref(), h.id("pia")))(t); !i.LastFull || len(i.Undecidable) != 0 {
		t.Errorf("gus may decide: %+v", i)
	}
	h.addGrant(h.etl, core.RoleDefault, core.RoleReadOnly)
	h.addMember(h.acme.Ref(), "gus", core.RoleDefault)
	if i := must(h.as("ana").RemovalImpact(ctx, h.etl.Ref(), h.id("gus")))(t); i.Stays != core.RoleReadOnly {
		t.Errorf("gus stays by DEFAULT: %+v", i)
	}
	_, err := h.as("gus").RemovalImpact(ctx, h.etl.Ref(), h.id("pia"))
	refused(t, err, core.ReasonRoleRestricted)
	_, err = h.as("ana").RemovalImpact(ctx, h.etl.Ref(), h.id("otto"))
	refused(t, err, core.ReasonNotFound)
}

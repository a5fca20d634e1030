package core_test

import (
	"context"
	"testing"

	"gatehouse/core"
)

// MT2, MT9: members and Support change name and contact; the event holds no address (AU13).
func TestChangeMaintainer(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	m := must(h.as("lea").RenameMaintainer(ctx, h.partnerOne, 0, "Partner Won"))(t)
	e := h.lastEvent(h.partnerOne.Ref(), "maintainer.rename")
	if len(e.Changes) != 1 || e.Changes[0].Before != "Partner One" || e.Changes[0].After != "Partner Won" {
		t.Errorf("changes: %+v", e.Changes)
	}
	_, err := h.as("max").RenameMaintainer(ctx, h.partnerOne, m.Version-1, "Partner Two")
	refused(t, err, core.ReasonStale)
	_, err = h.as("ana").RenameMaintainer(ctx, h.partnerOne, 0, "Mine")
	refused(t, err, core.ReasonForbidden)
	_, err = h.as("lea").RenameMaintainer(ctx, 99, 0, "Mine")
	refused(t, err, core.ReasonNotFound)

	m = must(h.as("sam").SetMaintainerContact(ctx, h.partnerOne, m.Version, "Help@Partner-One.test"))(t)
	if m.Contact != "help@partner-one.test" {
		t.Errorf("contact %q", m.Contact)
	}
	if e := h.lastEvent(h.partnerOne.Ref(), "maintainer.contact_set"); e.Changes[0].After != "" {
		t.Errorf("the event holds the address: %+v", e.Changes)
	}
	n := h.countEvents()
	must(h.as("lea").SetMaintainerContact(ctx, h.partnerOne, 0, "help@partner-one.test"))(t)
	if h.countEvents() != n {
		t.Error("no change wrote an event (F11)")
	}
	_, err = h.as("lea").SetMaintainerContact(ctx, h.partnerOne, 0, "not an address")
	refused(t, err, core.ReasonInvalidEmail)
	if m = must(h.as("lea").SetMaintainerContact(ctx, h.partnerOne, 0, ""))(t); m.Contact != "" {
		t.Errorf("contact %q", m.Contact)
	}
}

// MT1, MT10, AC13: Support deletes an empty maintainer; memberships, visits and invitations end, and with them the
// date of the staff accounts.
func TestDeleteMaintainer(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	refused(t, h.as("lea").DeleteMaintainer(ctx, h.partnerOne, 0), core.ReasonForbidden)
	refused(t, h.as("sam").DeleteMaintainer(ctx, h.partnerOne, 0), core.ReasonNotEmpty)
	allowed(t, h.noProjects())
	allowed(t, h.as("ana").DeleteOrganization(ctx, h.acme, 0))
	v := must(h.as("sue").JoinMaintainer(ctx, h.partnerOne, entry()))(t)
	inv := h.addInvitation(h.partnerOne.Ref(), "otto", "lea")

	refused(t, h.as("sam").DeleteMaintainer(ctx, h.partnerOne, 9), core.ReasonStale)
	allowed(t, h.as("sam").DeleteMaintainer(ctx, h.partnerOne, 0))
	h.lastEvent(h.partnerOne.Ref(), "maintainer.delete")
	for _, name := range []string{"lea", "max", "sue"} {
		h.noMember(h.partnerOne.Ref(), name)
	}
	if got := h.visit(v.ID); got.State != core.VisitEnded {
		t.Errorf("visit: %+v", got)
	}
	if got := h.invitation(inv).State; got != core.InvitationVoid {
		t.Errorf("invitation: %s", got)
	}
	if h.account("lea").Expires != 0 || h.account("sue").Expires == 0 {
		t.Error("only who is staff keeps an expiry (AC13)")
	}
	refused(t, h.as("sam").DeleteMaintainer(ctx, h.partnerOne, 0), core.ReasonNotFound)
}

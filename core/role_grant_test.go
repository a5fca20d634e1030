package core_test

import (
	"testing"

	"gatehouse/core"
)

// OR4, OR5, OR6: levels by role set, several levels, the highest counts; F11.
func TestGrantRole(t *testing.T) {
	h := newFixture(t)
	h.addAccount("art", "art@acme.test")
	h.addMember(h.acme.Ref(), "art", core.RoleDefault)
	governed := must(h.as("ben").CreateProject(ctx, h.acme, "Governed", "protected"))(t)
	ana := h.as("ana")
	for _, c := range []struct {
		project core.ProjectID
		role    string
		level   core.Role
		want    core.Reason
	}{
		{h.etl, core.RoleDefault, core.RoleGuest, ""},
		{h.etl, core.RoleDefault, core.RoleReadOnly, ""},
		{h.etl, core.RoleDefault, core.RoleShare, core.ReasonInvalidRole},
		{h.etl, core.RoleDefault, core.RoleDeveloper, core.ReasonInvalidRole},
		{h.etl, core.RoleDefault, "", core.ReasonInvalidRole},
		{h.etl, "NOBODY", core.RoleGuest, core.ReasonInvalidRole},
		{governed.ID, core.RoleDefault, core.RoleReviewer, ""},
		{governed.ID, core.RoleDefault, core.RoleProjectAdmin, core.ReasonInvalidRole},
	} {
		_, err := ana.GrantRole(ctx, c.project, c.role, c.level)
		if c.want != "" {
			refused(t, err, c.want)
			continue
		}
		allowed(t, err)
		e := h.lastEvent(h.acme.Ref(), "grant.add")
		if e.Changes[0] != (core.Change{Field: "grant", After: c.role + " " + string(c.level)}) {
			t.Errorf("the event is %+v", e)
		}
	}
	n := h.countEvents()
	must(ana.GrantRole(ctx, h.etl, core.RoleDefault, core.RoleGuest))(t)
	allowed(t, ana.RevokeGrant(ctx, h.etl, core.RoleDefault, core.RoleProjectAdmin))
	if h.countEvents() != n {
		t.Error("no change wrote an event (F11)")
	}
	level := func() core.Role { t.Helper(); return must(h.as("art").OpenContent(ctx, h.etl))(t) }
	if got := level(); got != core.RoleGuest {
		t.Errorf("the highest counts, not %s (OR5)", got)
	}
	allowed(t, ana.RevokeGrant(ctx, h.etl, core.RoleDefault, core.RoleGuest))
	if got := level(); got != core.RoleReadOnly {
		t.Errorf("one level is left: %s", got)
	}
	allowed(t, ana.RevokeGrant(ctx, h.etl, core.RoleDefault, ""))
	_, err := h.as("art").OpenContent(ctx, h.etl)
	refused(t, err, core.ReasonAdminRoleRequired)
	h.lastEvent(h.acme.Ref(), "grant.remove")
	refused(t, ana.RevokeGrant(ctx, h.etl, core.RoleDefault, core.RoleShare), core.ReasonInvalidRole)
}

// R8, R20: a grant supersedes the requests of those it lets in, and gives and takes deciders.
func TestGrantAndRequests(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	h.dropMember(h.etl.Ref(), "pia")
	h.addMember(h.acme.Ref(), "lea", core.RoleDefault)
	h.addAccount("art", "art@acme.test")
	h.addMember(h.acme.Ref(), "art", core.RoleDefault, "DEV")
	h.put(func(tx core.Tx) error {
		return tx.Roles().Put(core.OrganizationRole{Organization: h.acme, ID: "DEV", Version: 1, Name: "dev", Description: "D"})
	})
	sam := must(h.as("sam").FileRequest(ctx, h.etl, entry()))(t)
	lea := must(h.as("lea").FileRequest(ctx, h.etl, entry()))(t)
	if !h.request(sam.ID).Undecidable {
		t.Fatal("nobody could decide at first")
	}
	must(h.as("ana").GrantRole(ctx, h.etl, "DEV", core.RoleGuest))(t)
	if h.request(sam.ID).Undecidable {
		t.Error("art may decide now (R5)")
	}
	if got := h.request(lea.ID).State; got != core.RequestPending {
		t.Errorf("lea does not come in by DEV: %s", got)
	}
	must(h.as("ana").GrantRole(ctx, h.etl, core.RoleDefault, core.RoleReadOnly))(t)
	if got := h.request(lea.ID).State; got != core.RequestSuperseded {
		t.Errorf("lea came in by DEFAULT, and her request is %s (R8)", got)
	}
	h.lastEvent(h.acme.Ref(), "grant.add")
	allowed(t, h.as("ana").RevokeGrant(ctx, h.etl, core.RoleDefault, ""))
	allowed(t, h.as("ana").RevokeGrant(ctx, h.etl, "DEV", ""))
	if !h.request(sam.ID).Undecidable {
		t.Error("nobody can decide any more (R20)")
	}
}

// DR9: Support empties a deleted project of grants and users, and may then purge it early; nobody else touches it.
func TestEmptyDeletedProject(t *testing.T) {
	h := newFixture(t)
	h.addGrant(h.etl, "DEV", core.RoleGuest)
	must(h.as("ana").DeleteProject(ctx, h.etl, 0))(t)
	for who, want := range map[string]core.Reason{"ana": core.ReasonNotFound, "lea": core.ReasonNotFound, "pia": core.ReasonNotFound} {
		refused(t, h.as(who).RevokeGrant(ctx, h.etl, "DEV", ""), want)
	}
	sam := h.as("sam")
	_, err := h.as("ana").AccessEntries(ctx, h.etl)
	refused(t, err, core.ReasonForbidden)
	if e := must(sam.AccessEntries(ctx, h.etl))(t); len(e) != 2 || e[0].Grant.RoleID != "DEV" || e[1].Person.Email != "pia@data.test" {
		t.Errorf("what is in the way: %+v", e)
	}
	_, err = sam.GrantRole(ctx, h.etl, "DEV", core.RoleReadOnly)
	refused(t, err, core.ReasonNotFound)
	_, err = sam.PurgeProject(ctx, h.etl)
	refused(t, err, core.ReasonHasAccessEntries)
	allowed(t, sam.RevokeGrant(ctx, h.etl, "DEV", core.RoleGuest))
	h.lastEvent(h.acme.Ref(), "grant.remove")
	_, err = sam.PurgeProject(ctx, h.etl)
	refused(t, err, core.ReasonHasAccessEntries)
	allowed(t, sam.RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0))
	must(sam.PurgeProject(ctx, h.etl))(t)
	_, err = sam.AccessEntries(ctx, h.etl)
	refused(t, err, core.ReasonNotFound)
}

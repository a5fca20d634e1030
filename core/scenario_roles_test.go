package core_test

import (
	"strings"
	"testing"

	"gatehouse/core"
)

func TestScenarioORG_O7(t *testing.T) {
	h := newFixture(t)
	for _, who := range []string{"sam", "lea"} {
		_, err := h.as(who).CombinedUsers(ctx, h.acme, core.Query{})
		refused(t, err, core.ReasonOrgMembersOnly)
	}
}

// The scenario with its Given through use cases: the role, who holds it, the grant.
func TestScenarioOROLE_O1_use_cases(t *testing.T) {
	h := newFixture(t)
	for _, who := range []string{"art", "bea", "cem"} {
		h.addAccount(who, who+"@acme.test")
		h.addMember(h.acme.Ref(), who, core.RoleDefault)
	}
	ana := h.as("ana")
	role := must(ana.CreateRole(ctx, h.acme, "dev team", "Builds the loads"))(t)
	for _, who := range []string{"art", "bea"} {
		must(ana.AssignRoles(ctx, h.acme, h.id(who), 0, []string{role.ID}, nil))(t)
	}
	must(ana.GrantRole(ctx, h.etl, role.ID, core.RoleGuest))(t)
	for _, who := range []string{"art", "bea"} {
		if level := must(h.as(who).OpenContent(ctx, h.etl))(t); level != core.RoleGuest {
			t.Errorf("%s is inside as %s, want guest", who, level)
		}
	}
	_, err := h.as("cem").OpenContent(ctx, h.etl)
	refused(t, err, core.ReasonAdminRoleRequired)
	must(ana.AssignRoles(ctx, h.acme, h.id("bea"), 0, nil, []string{role.ID}))(t)
	_, err = h.as("bea").OpenContent(ctx, h.etl)
	refused(t, err, core.ReasonAdminRoleRequired)
	must(h.as("art").OpenContent(ctx, h.etl))(t)
}

func TestScenarioOROLE_O2(t *testing.T) {
	h := newFixture(t)
	h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)
	ana := h.as("ana")
	_, err := ana.RemoveProject(ctx, h.etl, 0)
	refused(t, err, core.ReasonHasAccessEntries)
	if !strings.Contains(err.Error(), "DEV_TEAM") || strings.Contains(err.Error(), "pia") {
		t.Errorf("it names roles first: %v", err)
	}
	allowed(t, ana.RevokeGrant(ctx, h.etl, "DEV_TEAM", ""))
	_, err = ana.RemoveProject(ctx, h.etl, 0)
	refused(t, err, core.ReasonHasAccessEntries)
	if !strings.Contains(err.Error(), "pia@data.test") {
		t.Errorf("then people: %v", err)
	}
	allowed(t, ana.RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0))
	p := must(ana.RemoveProject(ctx, h.etl, 0))(t)
	if p.State != core.ProjectPurged || p.Purged != h.now() {
		t.Errorf("the project is %+v", p)
	}
	_, err = h.as("sam").RestoreProject(ctx, h.etl, 0)
	refused(t, err, core.ReasonNotFound)
}

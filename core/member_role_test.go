package core_test

import (
	"context"
	"slices"
	"testing"

	"gatehouse/core"
)

// RO3, RO5, RO7, RO8, RO10, RO11: who changes which role.
func TestSetRole(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		who, whom string
		role      core.Role
		want      core.Reason
	}{
		"a full role":                        {"pia", "gus", core.RoleReadOnly, ""},
		"an administrator from outside":      {"ben", "gus", core.RoleProjectAdmin, ""},
		"the own one downwards":              {"pia", "pia", core.RoleGuest, ""},
		"share by an administrator":          {"ben", "gus", core.RoleShare, ""},
		"share by admin not":                 {"pia", "gus", core.RoleShare, core.ReasonShareNeedsOrgMember},
		"share by share not":                 {"shay", "gus", core.RoleShare, core.ReasonShareNeedsOrgMember},
		"share taken away by admin (RO10)":   {"pia", "shay", core.RoleProjectAdmin, ""},
		"a limited role not":                 {"gus", "pia", core.RoleGuest, core.ReasonRoleRestricted},
		"a visitor not":                      {"sue", "gus", core.RoleReadOnly, core.ReasonVisitorRestricted},
		"the role of a visitor":              {"pia", "sue", core.RoleReadOnly, ""},
		"staff not":                          {"sam", "gus", core.RoleReadOnly, core.ReasonForbidden},
		"no user":                            {"pia", "otto", core.RoleReadOnly, core.ReasonNotFound},
		"unknown":                            {"pia", "gus", "chief", core.ReasonInvalidRole},
		"of the other set":                   {"pia", "gus", core.RoleProductionManager, core.ReasonInvalidRole},
		"none":                               {"pia", "gus", "", core.ReasonInvalidRole},
		"an administrator inside as a guest": {"ana", "gus", core.RoleReadOnly, core.ReasonRoleRestricted}, // M3
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			for _, n := range []string{"gus", "shay"} {
				h.addAccount(n, n+"@data.test")
			}
			h.addUser(h.etl, "gus", core.RoleGuest)
			h.addUser(h.etl, "shay", core.RoleShare)
			h.addUser(h.etl, "ana", core.RoleGuest)
			must(h.as("sue").JoinProject(ctx, h.etl, entryP()))(t)
			before, _ := h.membership(h.etl.Ref(), c.whom)
			m, err := h.as(c.who).SetRole(ctx, h.etl, h.id(c.whom), before.Version, c.role)
			if c.want != "" {
				refused(t, err, c.want)
				return
			}
			allowed(t, err)
			if m.Role != c.role || m.Version != before.Version+1 {
				t.Errorf("membership: %+v", m)
			}
			e := h.lastEvent(h.acme.Ref(), "user.role_set")
			if e.Changes[0] != (core.Change{Field: "role", Before: string(before.Role), After: string(c.role)}) {
				t.Errorf("changes: %+v", e.Changes)
			}
			if m.Visitor() && h.visit(m.Visit).Role != c.role {
				t.Errorf("the visit has the role %s", h.visit(m.Visit).Role)
			}
			if n := len(h.inbox(c.whom)); c.whom == "gus" && n != 1 { // of the visit that started
				t.Errorf("role changes tell nobody (N5): %d notifications", n)
			}
			_, err = h.as("ben").SetRole(ctx, h.etl, h.id(c.whom), before.Version, core.RoleGuest)
			refused(t, err, core.ReasonStale)
			n := h.countEvents()
			must(h.as("ben").SetRole(ctx, h.etl, h.id(c.whom), 0, c.role))(t)
			if h.countEvents() != n {
				t.Error("no change wrote an event (F11)")
			}
		})
	}
}

// RO1, RO3: a protected project has no share, so that word is an unknown role there.
func TestSetRoleProtected(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	p := h.addProject(h.acme, "Vault", func(p *core.Project) { p.RoleSet = core.RoleSetProtected })
	h.addUser(p, "pia", core.RoleProductionManager)
	h.addUser(p, "otto", core.RoleReviewer)
	_, err := h.as("pia").SetRole(ctx, p, h.id("otto"), 0, core.RoleShare)
	refused(t, err, core.ReasonInvalidRole)
	_, _, err = h.add("pia", core.AddInput{Unit: p.Ref(), Email: "ben@acme.test", Role: core.RoleShare})
	refused(t, err, core.ReasonInvalidRole)
	m, _, err := h.add("pia", core.AddInput{Unit: p.Ref(), Email: "ben@acme.test"})
	allowed(t, err)
	if m.Role != core.RoleDeveloper { // RO6
		t.Errorf("default role %s", m.Role)
	}
	must(h.as("pia").SetRole(ctx, p, h.id("otto"), 0, core.RoleDeveloper))(t)
}

// OR2, OR10, OR13: organization roles, all or nothing.
func TestAssignRoles(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		who, whom   string
		add, remove []string
		want        core.Reason
		roles       []string
	}{
		"add one":                   {"ana", "ben", []string{"DEV_TEAM"}, nil, "", []string{"ADMIN", "DEFAULT", "DEV_TEAM"}},
		"drop ADMIN":                {"ana", "ben", nil, []string{"ADMIN"}, "", []string{"DEFAULT"}},
		"both":                      {"ana", "ben", []string{"DEV_TEAM"}, []string{"ADMIN"}, "", []string{"DEFAULT", "DEV_TEAM"}},
		"the own ADMIN":             {"ana", "ana", nil, []string{"ADMIN"}, "", []string{"DEFAULT"}},
		"one of them is not known":  {"ana", "ben", []string{"DEV_TEAM", "OPS"}, nil, core.ReasonInvalidRole, nil},
		"one is not held":           {"ana", "ben", []string{"DEV_TEAM"}, []string{"OPS"}, core.ReasonInvalidRole, nil},
		"DEFAULT stays":             {"ana", "ben", nil, []string{"DEFAULT"}, core.ReasonRoleBuiltin, nil},
		"a visitor holds none (V1)": {"ana", "sue", []string{"DEV_TEAM"}, nil, core.ReasonTargetNotInOrg, nil},
		"no member":                 {"ana", "otto", []string{"DEV_TEAM"}, nil, core.ReasonNotFound, nil},
		"staff not":                 {"sam", "ben", []string{"DEV_TEAM"}, nil, core.ReasonOrgMembersOnly, nil},
		"maintainer members not":    {"lea", "ben", []string{"DEV_TEAM"}, nil, core.ReasonOrgMembersOnly, nil},
		"visitors not":              {"sue", "ben", []string{"DEV_TEAM"}, nil, core.ReasonVisitorRestricted, nil},
		"project users not":         {"pia", "ben", []string{"DEV_TEAM"}, nil, core.ReasonForbidden, nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)
			must(h.as("sue").JoinOrganization(ctx, h.acme, entry()))(t)
			before, _ := h.membership(h.acme.Ref(), c.whom)
			m, err := h.as(c.who).AssignRoles(ctx, h.acme, h.id(c.whom), before.Version, c.add, c.remove)
			if c.want != "" {
				refused(t, err, c.want)
				if after, _ := h.membership(h.acme.Ref(), c.whom); after.Version != before.Version {
					t.Errorf("something changed: %+v", after)
				}
				return
			}
			allowed(t, err)
			if !slices.Equal(m.Roles, c.roles) {
				t.Errorf("roles %v, want %v", m.Roles, c.roles)
			}
			h.lastEvent(h.acme.Ref(), "role.assign")
		})
	}
}

// OR4, F11: role access follows at once; assigning what is held writes nothing.
func TestAssignRolesOpensAtOnce(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)
	h.addMember(h.acme.Ref(), "otto", core.RoleDefault)
	_, err := h.as("otto").OpenContent(ctx, h.etl)
	refused(t, err, core.ReasonAdminRoleRequired)
	m := must(h.as("ana").AssignRoles(ctx, h.acme, h.id("otto"), 0, []string{"DEV_TEAM"}, nil))(t)
	must(h.as("otto").OpenContent(ctx, h.etl))(t)
	n := h.countEvents()
	must(h.as("ana").AssignRoles(ctx, h.acme, h.id("otto"), m.Version, []string{"DEV_TEAM"}, nil))(t)
	if h.countEvents() != n {
		t.Error("no change wrote an event (F11)")
	}
	must(h.as("ana").AssignRoles(ctx, h.acme, h.id("otto"), m.Version, nil, []string{"DEV_TEAM"}))(t)
	_, err = h.as("otto").OpenContent(ctx, h.etl)
	refused(t, err, core.ReasonAdminRoleRequired)
}

// A9: the right to give share is checked before the other person is looked at.
func TestGivingShareToNobody(t *testing.T) {
	h := newFixture(t)
	_, err := h.as("pia").SetRole(ctx, h.etl, h.id("otto"), 0, core.RoleShare)
	refused(t, err, core.ReasonShareNeedsOrgMember)
	_, err = h.as("ana").SetRole(ctx, h.etl, h.id("otto"), 0, core.RoleShare)
	refused(t, err, core.ReasonNotFound)
}

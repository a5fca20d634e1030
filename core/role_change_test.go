package core_test

import (
	"slices"
	"testing"

	"gatehouse/core"
)

// OR3: names, ids, and what is taken.
func TestCreateRole(t *testing.T) {
	h := newFixture(t)
	ana := h.as("ana")
	for _, c := range []struct {
		name, description, id string
		want                  core.Reason
	}{
		{"dev team", "Builds", "DEV_TEAM", ""},
		{"  on call  ", "Trimmed", "ON_CALL", ""},
		{"night- - shift", "One underscore for a run", "NIGHT_SHIFT", ""},
		{"Zweite Ebene 2", "Digits", "ZWEITE_EBENE_2", ""},
		{"dev-team", "The same id", "", core.ReasonRoleExists},
		{"DEV TEAM", "The same id", "", core.ReasonRoleExists},
		{"admin", "Built in", "", core.ReasonRoleExists},
		{"аdmin", "With a Cyrillic letter: it looks like ADMIN", "", core.ReasonRoleExists},
		{"Default", "Built in", "", core.ReasonRoleExists},
		{"2nd level", "A digit first", "", core.ReasonInvalidValue},
		{"-x", "A hyphen first", "", core.ReasonInvalidValue},
		{"dev_team 2", "No underscore in a name", "", core.ReasonInvalidValue},
		{"a,b", "No comma", "", core.ReasonInvalidValue},
		{"", "No name", "", core.ReasonInvalidValue},
		{"x" + string(slices.Repeat([]byte("y"), 50)), "51 characters", "", core.ReasonInvalidValue},
		{"x\x1b[2J", "Escapes", "", core.ReasonInvalidText},
		{"quiet", "", "", core.ReasonInvalidText},
		{"quiet", string(slices.Repeat([]byte("d"), 201)), "", core.ReasonInvalidText},
	} {
		n := h.countEvents()
		role, err := ana.CreateRole(ctx, h.acme, c.name, c.description)
		if c.want != "" {
			refused(t, err, c.want)
			if h.countEvents() != n {
				t.Errorf("%q: refused, and yet an event", c.name)
			}
			continue
		}
		allowed(t, err)
		if role.ID != c.id || role.BuiltIn || role.Version != 1 {
			t.Errorf("%q gives %+v", c.name, role)
		}
		e := h.lastEvent(h.acme.Ref(), "role.create")
		if e.Changes[0] != (core.Change{Field: "role", After: c.id}) {
			t.Errorf("the event is %+v", e)
		}
	}
}

// 6.4, OR7: who makes, deletes and grants roles.
func TestRoleRights(t *testing.T) {
	for who, c := range map[string]struct{ organization, project core.Reason }{
		"ana":  {"", ""},
		"sue":  {core.ReasonVisitorRestricted, core.ReasonForbidden},
		"rex":  {core.ReasonAdminRoleRequired, core.ReasonAdminRoleRequired},
		"lea":  {core.ReasonOrgMembersOnly, core.ReasonForbidden},
		"sam":  {core.ReasonOrgMembersOnly, core.ReasonForbidden},
		"pia":  {core.ReasonForbidden, ""},
		"gus":  {core.ReasonForbidden, core.ReasonRoleRestricted},
		"otto": {core.ReasonForbidden, core.ReasonForbidden},
	} {
		t.Run(who, func(t *testing.T) {
			h := newFixture(t)
			for _, n := range []string{"gus", "rex"} {
				h.addAccount(n, n+"@data.test")
			}
			h.addUser(h.etl, "gus", core.RoleGuest)
			h.addMember(h.acme.Ref(), "rex", core.RoleDefault)
			must(h.as("sue").JoinOrganization(ctx, h.acme, entry()))(t)
			must(h.as("ben").CreateRole(ctx, h.acme, "night", "Shift"))(t)
			check := func(err error, want core.Reason) {
				t.Helper()
				if want == "" {
					allowed(t, err)
				} else {
					refused(t, err, want)
				}
			}
			a := h.as(who)
			_, err := a.CreateRole(ctx, h.acme, "day", "Shift")
			check(err, c.organization)
			_, err = a.RoleImpact(ctx, h.acme, "NIGHT")
			check(err, c.organization)
			_, err = a.GrantRole(ctx, h.etl, "NIGHT", core.RoleGuest)
			check(err, c.project)
			check(a.RevokeGrant(ctx, h.etl, "NIGHT", ""), c.project)
			check(a.DeleteRole(ctx, h.acme, "NIGHT"), c.organization)
		})
	}
}

// OR14: deleting takes the role from members, open invitations and grants, and the impact says so before.
func TestDeleteRole(t *testing.T) {
	h := newFixture(t)
	ana := h.as("ana")
	for _, n := range []string{"art", "bea", "cem"} {
		h.addAccount(n, n+"@acme.test")
	}
	h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)
	h.addGrant(h.etl, "DEV_TEAM", core.RoleReadOnly)
	h.addGrant(h.etl, "OTHER", core.RoleReadOnly)
	h.addMember(h.acme.Ref(), "art", core.RoleDefault, "DEV_TEAM")
	h.addMember(h.acme.Ref(), "bea", core.RoleDefault, "DEV_TEAM", "OTHER")
	h.addMember(h.acme.Ref(), "cem", core.RoleDefault)
	pending := h.addInvitation(h.acme.Ref(), "otto", "ana", func(i *core.Invitation) { i.Roles = []string{core.RoleDefault, "DEV_TEAM"} })
	impact := must(ana.RoleImpact(ctx, h.acme, "DEV_TEAM"))(t)
	if impact.Members != 2 || impact.Invitations != 1 || impact.Grants != 2 || impact.Losing != 1 ||
		len(impact.Lost) != 1 || impact.Lost[0].Person.Email != "art@acme.test" || impact.Lost[0].Level != core.RoleGuest || len(impact.People) != 2 {
		t.Errorf("the impact is %+v", impact)
	}
	for role, want := range map[string]core.Reason{
		core.RoleAdmin: core.ReasonRoleBuiltin, core.RoleDefault: core.ReasonRoleBuiltin, "NOBODY": core.ReasonInvalidRole, "": core.ReasonInvalidRole,
	} {
		refused(t, ana.DeleteRole(ctx, h.acme, role), want)
	}
	n := h.countEvents()
	allowed(t, ana.DeleteRole(ctx, h.acme, "DEV_TEAM"))
	if h.countEvents() != n+1 {
		t.Errorf("%d events", h.countEvents()-n)
	}
	if e := h.lastEvent(h.acme.Ref(), "role.delete"); len(e.Changes) != 1+2+1+2 {
		t.Errorf("the event lists %+v", e.Changes)
	}
	for _, who := range []string{"art", "bea", "cem"} {
		if m, _ := h.membership(h.acme.Ref(), who); slices.Contains(m.Roles, "DEV_TEAM") || !slices.Contains(m.Roles, core.RoleDefault) {
			t.Errorf("%s holds %v", who, m.Roles)
		}
	}
	if got := h.invitation(pending).Roles; !slices.Equal(got, []string{core.RoleDefault}) {
		t.Errorf("the invitation names %v", got)
	}
	_, err := h.as("art").OpenContent(ctx, h.etl)
	refused(t, err, core.ReasonAdminRoleRequired)
	if level := must(h.as("bea").OpenContent(ctx, h.etl))(t); level != core.RoleReadOnly {
		t.Errorf("bea is inside as %s", level)
	}
	refused(t, ana.DeleteRole(ctx, h.acme, "DEV_TEAM"), core.ReasonInvalidRole)
}

// OR10: a change of roles is all or nothing.
func TestAssignRolesAllOrNothing(t *testing.T) {
	h := newFixture(t)
	h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)
	h.addAccount("art", "art@acme.test")
	h.addMember(h.acme.Ref(), "art", core.RoleDefault)
	for name, c := range map[string]struct {
		add, remove []string
		want        core.Reason
	}{
		"unknown beside a known one": {[]string{"DEV_TEAM", "NOBODY"}, nil, core.ReasonInvalidRole},
		"not held":                   {[]string{"DEV_TEAM"}, []string{core.RoleAdmin}, core.ReasonInvalidRole},
		"DEFAULT stays":              {[]string{"DEV_TEAM"}, []string{core.RoleDefault}, core.ReasonRoleBuiltin},
	} {
		_, err := h.as("ana").AssignRoles(ctx, h.acme, h.id("art"), 0, c.add, c.remove)
		refused(t, err, c.want)
		if m, _ := h.membership(h.acme.Ref(), "art"); !slices.Equal(m.Roles, []string{core.RoleDefault}) {
			t.Errorf("%s: art holds %v", name, m.Roles)
		}
	}
}

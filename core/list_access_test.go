package core_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gatehouse/core"
)

// many adds people with numbered names, all members of Acme with the roles.
func (h *fixture) many(n int, roles ...string) []string {
	h.t.Helper()
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("p%02d", i)
		h.addAccount(names[i], names[i]+"@acme.test")
		h.addMember(h.acme.Ref(), names[i], append([]string{core.RoleDefault}, roles...)...)
	}
	return names
}

func accessLine(r core.AccessRow) string {
	who := r.RoleID
	if r.Person != nil {
		who, _, _ = strings.Cut(r.Person.Email, "@")
	}
	line := string(r.Kind) + " " + who + " " + string(r.Level)
	if len(r.By) > 0 {
		line += " by " + strings.Join(r.By, "+")
	}
	if r.External {
		line += " external"
	}
	if r.Kind == core.MemberGrant {
		line += fmt.Sprintf(" %d", r.Holders)
	}
	return line
}

// OR5, OR8: who may enter a project, at which level, and why.
func TestProjectAccess(t *testing.T) {
	h := newFixture(t)
	h.addGrant(h.etl, "DEV", core.RoleGuest)
	h.addGrant(h.etl, "DEV", core.RoleReadOnly)
	h.addGrant(h.etl, "OPS", core.RoleProjectAdmin)
	h.many(2, "DEV")
	h.addAccount("bea", "bea@acme.test")
	h.addMember(h.acme.Ref(), "bea", core.RoleDefault, "DEV", "OPS")
	h.addUser(h.etl, "bea", core.RoleReadOnly) // inside at the highest of both
	must(h.as("sue").JoinProject(ctx, h.etl, entryP()))(t)
	h.addInvitation(h.etl.Ref(), "otto", "pia") // no access yet
	want := []string{
		"grant DEV guest 3", "grant DEV readOnly 3", "grant OPS admin 1",
		"visitor sue admin", "member pia admin external", "member bea admin by DEV+OPS",
		"role_user p00 guest by DEV", "role_user p01 guest by DEV",
	}
	for _, limit := range []int{1, 3, 50} {
		rows := allPages(t, limit, func(q core.Query) (core.Page[core.AccessRow], error) {
			return h.as("ana").ProjectAccess(ctx, h.etl, q)
		}, core.Query{})
		var got []string
		for _, r := range rows {
			got = append(got, accessLine(r))
		}
		if !slices.Equal(got, want) {
			t.Errorf("by %d the list is\n%s", limit, strings.Join(got, "\n"))
		}
	}
	page := must(h.as("ana").ProjectAccess(ctx, h.etl, core.Query{Filter: "external:yes"}))(t)
	if len(page.Items) != 1 || page.Items[0].Person.Email != "pia@data.test" || page.Total != 1 {
		t.Errorf("external people: %+v", page)
	}
	if page := must(h.as("ana").ProjectAccess(ctx, h.etl, core.Query{Filter: "role:admin by:ops"}))(t); len(page.Items) != 2 {
		t.Errorf("by OPS: %+v", page.Items)
	}
	if grants := must(h.as("pia").Grants(ctx, h.etl))(t); len(grants) != 3 || grants[0].RoleID != "DEV" || grants[0].Project.Name != "Nightly ETL" {
		t.Errorf("the grants are %+v", grants)
	}
	_, err := h.as("otto").ProjectAccess(ctx, h.etl, core.Query{})
	refused(t, err, core.ReasonForbidden)
}

// OR2, OR3: the list of roles with its counts.
func TestRoles(t *testing.T) {
	h := newFixture(t)
	h.addGrant(h.etl, "DEV", core.RoleGuest)
	h.addGrant(h.etl, "DEV", core.RoleReadOnly)
	h.many(3, "DEV")
	must(h.as("ana").CreateRole(ctx, h.acme, "alpha", "Stands behind the built-in ones"))(t)
	h.addInvitation(h.acme.Ref(), "otto", "ana", func(i *core.Invitation) { i.Roles = []string{core.RoleDefault, "DEV"} })
	page := must(h.as("lea").Roles(ctx, h.acme, core.Query{}))(t)
	var got []string
	for _, r := range page.Items {
		got = append(got, fmt.Sprintf("%s %d %d %d", r.ID, r.Members, r.Invitations, r.Grants))
	}
	if want := []string{"ADMIN 2 0 0", "DEFAULT 5 1 0", "ALPHA 0 0 0", "DEV 3 1 2"}; !slices.Equal(got, want) || page.Total != 4 {
		t.Errorf("the roles are %v (%d)", got, page.Total)
	}
	rows := allPages(t, 1, func(q core.Query) (core.Page[core.RoleView], error) { return h.as("ana").Roles(ctx, h.acme, q) }, core.Query{})
	if len(rows) != 4 {
		t.Errorf("by one there are %d", len(rows))
	}
	if page := must(h.as("ana").Roles(ctx, h.acme, core.Query{Filter: "built-in"}))(t); len(page.Items) != 1 {
		t.Errorf("filtered: %+v", page.Items)
	}
	for who, want := range map[string]core.Reason{"p00": core.ReasonAdminRoleRequired, "pia": core.ReasonForbidden, "otto": core.ReasonForbidden} {
		_, err := h.as(who).Roles(ctx, h.acme, core.Query{})
		refused(t, err, want)
	}
}

// OR8: an ordinary user of a project who is in the organization only as a visitor is no member of it, so the user is
// marked external in every list.
func TestExternalVisitorOfOrganization(t *testing.T) {
	h := newFixture(t)
	h.addUser(h.etl, "lea", core.RoleGuest)
	must(h.as("lea").JoinOrganization(ctx, h.acme, entry()))(t)
	for _, m := range must(h.as("ana").Members(ctx, h.etl.Ref(), core.Query{Filter: "lea"}))(t).Items {
		if !m.External {
			t.Errorf("in the list of users: %+v", m)
		}
	}
	for _, r := range must(h.as("ana").ProjectAccess(ctx, h.etl, core.Query{Filter: "lea"}))(t).Items {
		if !r.External {
			t.Errorf("in the list of access: %+v", r)
		}
	}
	page := must(h.as("ana").CombinedUsers(ctx, h.acme, core.Query{Filter: "lea"}))(t)
	if len(page.Items) != 1 || !page.Items[0].External {
		t.Errorf("in the combined list: %+v", page.Items)
	}
}

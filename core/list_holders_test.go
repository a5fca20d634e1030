package core_test

import (
	"strings"
	"testing"

	"gatehouse/core"
)

// The holders of a role are what the list of members says they are, by every way to write the filter, with those who are
// invited as such; and nobody else is read: the others here have no account at all (F4, F8).
func TestHoldersAreReadByRole(t *testing.T) {
	h := newFixture(t)
	for _, role := range []string{"dev team", "other"} {
		must(h.as("ana").CreateRole(ctx, h.acme, role, "Builds"))(t)
	}
	for _, n := range []string{"art", "bea", "cem"} {
		h.addAccount(n, n+"@acme.test")
	}
	h.addMember(h.acme.Ref(), "art", core.RoleDefault, "DEV_TEAM")
	h.addMember(h.acme.Ref(), "bea", core.RoleDefault, "DEV_TEAM", "OTHER")
	h.addMember(h.acme.Ref(), "cem", core.RoleDefault)
	h.addInvitation(h.acme.Ref(), "otto", "ana", func(i *core.Invitation) { i.Roles = []string{core.RoleDefault, "DEV_TEAM"} })
	members := func(filter string) string {
		t.Helper()
		var out []string
		q := core.Query{Filter: filter, Limit: 1}
		for {
			page := must(h.as("ana").Members(ctx, h.acme.Ref(), q))(t)
			for _, m := range page.Items {
				out = append(out, strings.ToLower(m.Person.Name))
			}
			if q.After = page.Next; q.After == "" {
				return strings.Join(out, " ")
			}
		}
	}
	all := members("")
	for filter, want := range map[string]string{
		"role:=DEV_TEAM": "art bea otto", "role:dev_team": "art bea otto", "role:=other": "bea", "role:=DEV_TEAM role:=OTHER": "bea",
		"role:=OTHER !role:=DEV_TEAM": "", "role:=DEFAULT": all, "role:=DEV_TEAM =art": "art", "kind:=member role:=DEV_TEAM": "art bea",
	} {
		if got := members(filter); got != want {
			t.Errorf("%s gives %q, want %q", filter, got, want)
		}
	}
	h.put(func(tx core.Tx) error {
		for n := range core.AccountID(50) {
			m := core.Membership{Unit: h.acme.Ref(), Account: 1000 + n, Version: 1, Origin: core.OriginAdded, Roles: []string{core.RoleDefault}}
			if err := tx.Memberships().Put(m); err != nil {
				return err
			}
		}
		return nil
	})
	if got := members("role:=DEV_TEAM"); got != "art bea otto" {
		t.Errorf("among many: %q", got)
	}
	h.put(func(tx core.Tx) error {
		for n := range core.AccountID(50) {
			if err := tx.Memberships().Delete(core.MembershipKey{Unit: h.acme.Ref(), Account: 1000 + n}); err != nil {
				return err
			}
		}
		return nil
	})
	if impact := must(h.as("ana").RoleImpact(ctx, h.acme, "DEV_TEAM"))(t); impact.Members != 2 {
		t.Errorf("the impact counts %d", impact.Members)
	}
}

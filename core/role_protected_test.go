package core_test

import (
	"testing"

	"gatehouse/core"
)

// RO1–RO11 in a protected project: what each of its roles may and may not (section 14).
func TestProtectedRoles(t *testing.T) {
	restricted := core.ReasonRoleRestricted
	for role, manage := range map[core.Role]core.Reason{
		core.RoleProductionManager: "",
		core.RoleDeveloper:         restricted,
		core.RoleReviewer:          restricted,
		core.RoleReadOnly:          restricted,
	} {
		t.Run(string(role), func(t *testing.T) {
			h := newFixture(t)
			p := must(h.as("ana").CreateProject(ctx, h.acme, "Governed", "protected"))(t)
			h.addAccount("rio", "rio@data.test")
			h.addUser(p.ID, "rio", role)
			h.autoJoin(false)
			q := must(h.as("sam").FileRequest(ctx, p.ID, entry()))(t)
			rio := h.as("rio")
			check := func(what string, err error, want core.Reason) {
				t.Helper()
				if got := core.ReasonOf(err); got != want {
					t.Errorf("%s: %q, want %q: %v", what, got, want, err)
				}
			}
			// RO4: all of them see and decide (with any_user), and open tickets.
			check("see", second(rio.Project(ctx, p.ID)), "")
			check("users", second(rio.Members(ctx, p.ID.Ref(), core.Query{})), "")
			check("access", second(rio.ProjectAccess(ctx, p.ID, core.Query{})), "")
			check("requests", second(rio.Requests(ctx, core.RequestQuery{Project: p.ID, Tab: core.TabAll})), "")
			check("ticket", second(rio.OpenTicket(ctx, p.ID, core.TicketInput{Subject: "Help", Body: "Please"})), "")
			check("content", second(rio.OpenContent(ctx, p.ID)), "")
			check("decide", second(rio.RejectRequest(ctx, q.ID, 0, "")), "")
			// RO5, RO7: the rest is for full roles.
			_, _, err := rio.Invite(ctx, core.InviteInput{Unit: p.ID.Ref(), Email: "ben@acme.test"})
			check("invite", err, manage)
			_, _, err = rio.AddMember(ctx, core.AddInput{Unit: p.ID.Ref(), Email: "otto@elsewhere.test"})
			check("add", err, manage)
			check("role", second(rio.SetRole(ctx, p.ID, h.id("ana"), 0, core.RoleReviewer)), manage)
			check("grant", second(rio.GrantRole(ctx, p.ID, core.RoleDefault, core.RoleReviewer)), manage)
			check("take a grant", rio.RevokeGrant(ctx, p.ID, core.RoleDefault, ""), manage)
			check("remove a user", rio.RemoveMember(ctx, p.ID.Ref(), h.id("ana"), 0), manage)
			check("rename", second(rio.RenameProject(ctx, p.ID, 0, "Other")), manage)
			check("delete", second(rio.DeleteProject(ctx, p.ID, 0)), manage)
		})
	}
}

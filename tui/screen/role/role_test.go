package role_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/app"
	"gatehouse/tui/driver"
	"gatehouse/tui/screen/organization"
	"gatehouse/tui/screen/project"
	"gatehouse/tui/screen/screentest"
)

var ctx = context.Background()

// house is the start house with a role, a grant, an external guest in two projects, and a visitor.
func house(t *testing.T) *screentest.House {
	t.Helper()
	store, err := storage.Open(ctx, "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h := screentest.New(t, store)
	h.Add("ana", h.Acme.Ref(), "rex", core.AddInput{Roles: []string{core.RoleDefault}})
	_, err = h.As("ana").CreateRole(ctx, h.Acme, "dev team", "Builds the loads")
	h.Must(err)
	_, err = h.As("ana").AssignRoles(ctx, h.Acme, h.As("rex").ID(), 0, []string{"DEV_TEAM"}, nil)
	h.Must(err)
	_, err = h.As("ana").GrantRole(ctx, h.ETL, "DEV_TEAM", core.RoleGuest)
	h.Must(err)
	second := h.Project("ana", "Churn model")
	h.Add("ana", h.ETL.Ref(), "gil", core.AddInput{Role: core.RoleGuest})
	h.Add("ana", second.Ref(), "gil", core.AddInput{Role: core.RoleReadOnly})
	e := screentest.Entry(screentest.Incident)
	_, err = h.As("sam").JoinProject(ctx, h.ETL, &e)
	h.Must(err)
	return h
}

func open(t *testing.T, h *screentest.House, who string, unit core.Unit, tab string) *driver.Driver {
	t.Helper()
	return h.Driver(t, slices.Concat(project.Kinds(), organization.Kinds()), who, app.Page{Kind: unit.Kind.String(), ID: fmt.Sprint(unit.ID), Tab: tab})
}

// TestFrames holds the three tabs to their looks at every size.
func TestFrames(t *testing.T) {
	h := house(t)
	open(t, h, "ana", h.Acme.Ref(), organization.TabRoles).GoldenSizes("roles")
	open(t, h, "ana", h.Acme.Ref(), organization.TabUsers).GoldenSizes("everybody")
	open(t, h, "ana", h.ETL.Ref(), project.TabAccess).GoldenSizes("access")
}

// TestRoles: a role is made, given from the menu, taken back, and deleted with its impact shown before (OR3, OR14).
func TestRoles(t *testing.T) {
	h := house(t)
	d := open(t, h, "ana", h.Acme.Ref(), organization.TabRoles).Resize(120, 40)
	d.ExpectLine("DEV_TEAM", "1", "1 grant", "Builds the loads").ExpectLine("ADMIN", "all projects")
	d.Press("a").Type("night shift").Expect("It is called NIGHT_SHIFT everywhere.").Press("tab").Type("Nights").Press("ctrl+s")
	d.ExpectLine("NIGHT_SHIFT", "nothing yet", "Nights")
	d.Press("g", "j", "j", "enter").Expect("Builds the loads", "Nightly ETL · guest", "rex@").Press("esc")
	d.Press("g", "e").Expect("ADMIN in Acme", "holds it; take it away").Press("esc")
	d.Press("g", "j", "e").Expect("Every member has DEFAULT")
	d.Press("g", "x").Expect("ADMIN is built in and stays")
	d.Press("G", "e", "enter").ExpectLine("NIGHT_SHIFT", "1")
	d.Press("g", "j", "j", "x").Expect("Delete the role DEV_TEAM of Acme?", "taken from 1 member, 1 grant", "Opens Nightly ETL at level guest", "There is no way back")
	d.Press("enter") // the focus is on Cancel
	d.ExpectLine("DEV_TEAM", "Builds the loads")
	d.Press("x", "shift+tab", "enter").Expect("Deleted DEV_TEAM.")
	if m, err := h.As("ana").Members(ctx, h.Acme.Ref(), core.Query{Filter: "rex"}); err != nil || slices.Contains(m.Items[0].Roles, "DEV_TEAM") {
		t.Errorf("rex holds %+v, %v", m.Items, err)
	}
}

// I17: what taking a role revokes is shown before; without it nothing is asked, for an undo brings all of it back.
func TestTakingShowsWhatItRevokes(t *testing.T) {
	h := house(t)
	_, err := h.As("ana").AssignRoles(ctx, h.Acme, h.As("rex").ID(), 0, []string{core.RoleAdmin}, nil)
	h.Must(err)
	i, _, err := h.As("rex").Invite(ctx, core.InviteInput{Unit: h.Acme.Ref(), Email: "late@acme.test"})
	h.Must(err)
	d := open(t, h, "ana", h.Acme.Ref(), organization.TabRoles).Resize(120, 40)
	d.Press("g", "e").Type("rex").Press("enter").Expect("Take ADMIN from rex", "late@acme.test", "[ Cancel ]")
	d.Press("enter") // the focus is on Cancel
	if got, err := h.As("ana").Invitation(ctx, i.ID); err != nil || got.State != core.InvitationPending {
		t.Fatalf("nothing was agreed to, and the invitation is %s, %v", got.State, err)
	}
	d.Press("e").Type("rex").Press("enter").Press("shift+tab", "enter").Expect("Took ADMIN from rex")
	if got, err := h.As("ana").Invitation(ctx, i.ID); err != nil || got.State != core.InvitationCancelled {
		t.Errorf("the invitation is %s, %v", got.State, err)
	}
}

// TestRolesForOthers: who may only look is told who can.
func TestRolesForOthers(t *testing.T) {
	h := house(t)
	d := open(t, h, "lea", h.Acme.Ref(), organization.TabRoles).Resize(120, 40)
	d.ExpectLine("DEV_TEAM", "1 grant")
	d.Press("a").Expect("Only administrators of Acme may do this")
	open(t, h, "lea", h.Acme.Ref(), organization.TabUsers).Resize(120, 40).Expect("Only administrators of Acme may do this")
}

// TestAccess: who may enter at which level and why; a grant is added and taken away (OR4, OR5, OR8).
func TestAccess(t *testing.T) {
	h := house(t)
	d := open(t, h, "ana", h.ETL.Ref(), project.TabAccess).Resize(120, 40)
	d.ExpectLine("DEV_TEAM", "1 person", "guest", "role").ExpectLine("gil@acme.test", "guest", "● external", "direct").
		ExpectLine("rex@", "guest", "through DEV_TEAM").ExpectLine("sam@support.test", "admin", "visitor", "visit as admin")
	d.Press("G", "x").Expect("comes in through DEV_TEAM")
	d.Press("g", "j", "x").Expect("Remove them under Users")
	d.Press("a").Expect("Open Nightly ETL to a role").Press("tab", "tab", "enter").ExpectLine("DEFAULT", "readOnly")
	d.Press("g", "j", "x").Expect("Close Nightly ETL to DEV_TEAM?").Press("shift+tab", "enter")
	d.Expect("DEV_TEAM no longer enters").ExpectLine("rex@", "readOnly", "through DEFAULT")
	d.Press("g", "enter").Expect("Role grant of DEFAULT").Press("esc")
	gil := open(t, h, "gil", h.ETL.Ref(), project.TabAccess).Resize(120, 40)
	gil.Press("a").Expect("Your role guest in Nightly ETL does not allow this")
}

// TestEverybody: everybody once with the projects, and a removal from several with a result for each (M14, M18).
func TestEverybody(t *testing.T) {
	h := house(t)
	d := open(t, h, "ana", h.Acme.Ref(), organization.TabUsers).Resize(120, 40)
	d.ExpectLine("gil@acme.test", "● external", "2", "Churn model readOnly, Nightly ETL gu").ExpectLine("sam@support.test", "visitor")
	d.ExpectLine("rex@", "user", "Nightly ETL guest")
	d.Press("/").Type("rex").Press("enter", "x").Expect("They come in through organization roles only").Press("esc")
	d.Press("/").Type("gil").Press("enter", "x").Expect("Choose from which", "Churn model", "Nightly ETL")
	d.Press("shift+tab", "enter").Expect("Remove from 2 projects?", "direct user as readOnly").Press("shift+tab", "enter")
	d.Expect("removed").Press("esc")
	for _, p := range []core.ProjectID{h.ETL} {
		page, err := h.As("ana").Members(ctx, p.Ref(), core.Query{Filter: "gil"})
		if err != nil || len(page.Items) != 0 {
			t.Errorf("gil is in %d: %+v, %v", p, page.Items, err)
		}
	}
}

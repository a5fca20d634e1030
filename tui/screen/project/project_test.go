package project_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/app"
	"gatehouse/tui/driver"
	"gatehouse/tui/screen/organization"
	"gatehouse/tui/screen/project"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/screentest"
)

// house is the start house with a store of its own.
func house(t *testing.T) *screentest.House {
	t.Helper()
	store, err := storage.Open(context.Background(), "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return screentest.New(t, store)
}

func open(t *testing.T, h *screentest.House, who string, p app.Page) *driver.Driver {
	t.Helper()
	return h.Driver(t, slices.Concat(project.Kinds(), organization.Kinds(), request.Kinds()), who, p)
}

var all = app.Page{Kind: "projects"}

func tab(id core.ProjectID, name string) app.Page {
	return app.Page{Kind: "project", ID: fmt.Sprint(id), Tab: name}
}

func record(t *testing.T, h *screentest.House, id core.ProjectID) core.ProjectView {
	t.Helper()
	p, err := h.As("sam").Project(context.Background(), id)
	h.Must(err)
	return p
}

// TestFrames holds the main screens to their looks at every size, with names that are hard to draw.
func TestFrames(t *testing.T) {
	h := house(t)
	h.Strange()
	open(t, h, "sam", all).GoldenSizes("projects")
	open(t, h, "pia", tab(h.ETL, project.TabSettings)).GoldenSizes("settings")
	open(t, h, "ana", tab(2, project.TabRequests)).GoldenSizes("requests")
}

// TestFilterByOrganization: plain words look at names of projects only, and the list says how to look at organizations.
func TestFilterByOrganization(t *testing.T) {
	h := house(t)
	open(t, h, "sam", all).Press("/").Type("=data co").Press("enter").
		Expect("Nothing matches =data co.", "Words look at the names of projects; org:data looks at their organizations.")
}

// TestScopes: who sees which projects, and an empty list says why (H12, H10).
func TestScopes(t *testing.T) {
	h := house(t)
	open(t, h, "sam", all).ExpectLine("Nightly ETL", "Acme", "never", "● active")
	open(t, h, "pia", all).ExpectLine("Nightly ETL", "1 person")
	open(t, h, "otto", all).Expect("You see no project", "3 organizations").Press("x", "e", "J", "L", "W").Expect("There is no row")
	open(t, h, "otto", tab(h.ETL, "")).Expect("You have no relation to project 1").ExpectNot("Nightly")
}

// TestJoin: J opens whichever way in is open: staff join with reason and end, or ask; administrators just join (6.1).
func TestJoin(t *testing.T) {
	h := house(t)
	d := open(t, h, "sam", all)
	d.Press("J").Expect("Join Nightly ETL", "You become a visitor of Nightly ETL (Acme) with the role admin").Type("x").Press("enter", "enter", "enter").
		Expect("Give a reason of 3 to 500 characters").Type("INC-41").Press("enter", "enter", "enter").Expect("You are inside Nightly ETL until 2026-11-21 16:00 UTC.")
	d.AwaitChange().ExpectLine("1 person, 1 vis").Press("J").Expect("already in Nightly ETL")
	d.Press("L").Expect("Your visit ends now").Press("left", "enter").Expect("You left Nightly ETL.")
	h.AutoJoin(false)
	d.AwaitChange().Press("J").Expect("Request access to Nightly ETL", "Auto Join is off in Acme, so a user of Nightly ETL decides").
		Type("INC-41").Press("enter", "enter", "enter").Expect("Request 1 waits until 2026-11-24 12:00 UTC.")
	d.AwaitChange().ExpectLine("1 ask").Press("J").Expect("Your request 1 waits until")
	a := open(t, h, "ana", all)
	a.Press("J").Expect("Join Nightly ETL?", "an ordinary user without an end", "nobody's approval").Press("J", "enter").Expect("You are now a user of Nightly ETL with the role admin.")
	if p := record(t, h, h.ETL); p.Users != 2 || p.Pending != 1 {
		t.Fatalf("%d users, %d requests; want 2 and 1", p.Users, p.Pending)
	}
	a.AwaitChange().Press("J").Expect("already in Nightly ETL").Press("W").Expect("You are inside as admin")
}

// TestCreate: administrators choose name and template, whose terms are shown; others hear why not (P1, P4).
func TestCreate(t *testing.T) {
	h := house(t)
	d := open(t, h, "ana", app.Page{Kind: "organization", ID: fmt.Sprint(h.Acme)})
	d.Press("a").Expect("New project in Acme").Type("Churn model").Press("tab").Expect("never expires").Press("right").
		Expect("expires after 2 days; 3 users; price none").Press("enter", "enter").Expect("Created Churn model. You are its only user.", "Acme ▸ Churn model ▸ Users", "1 / 3 users")
	d = open(t, h, "ana", all)
	d.Press("a").Expect("New project in").Press("enter").Expect("New project in Acme").Press("tab", "tab", "enter").Expect("Fill in name.")
	if p := record(t, h, 2); p.Template != "demo" || p.Expires != core.At(h.Clock.Now().Add(48*time.Hour)) {
		t.Fatalf("created %+v", p)
	}
	open(t, h, "lea", app.Page{Kind: "organization", ID: fmt.Sprint(h.Acme)}).Press("a").Expect("Only administrators of Acme may do this.")
	open(t, h, "otto", all).Press("a").Expect("You belong to no organization")
}

// TestDeleteAndRestore: the typed name deletes; the grace is listed for administrators and Support; Support restores;
// a purge needs an empty project (DR1–DR9).
func TestDeleteAndRestore(t *testing.T) {
	h := house(t)
	d := open(t, h, "ana", all)
	d.Press("x").Expect("Delete Nightly ETL?", "Take your data out first.", "Support can restore it for 60 days", "Type Nightly ETL to go on").Type("Nightly ETL").Press("enter", "left", "enter").
		Expect("Deleted Nightly ETL. Support can restore it until 2027-01-20 12:00 UTC.")
	d.Press("t").Expect("Projects ▸ deleted").ExpectLine("Nightly ETL", "in 60 d", "ana@acme.test")
	d.Press("R").Expect("You have no right to do this in Nightly ETL; Support can.").Press("esc").Expect("You see no project").ExpectNot("deleted:")
	open(t, h, "pia", all).Press("t").Expect("Support can").ExpectNot("restorable")
	s := open(t, h, "sam", all).Press("t", "x").Expect("Empty Nightly ETL before the purge?", "pia@data.test", "Take away").Press("esc")
	s.Press("R").Expect("Restore Nightly ETL").Press("ctrl+u").Type("30d").Expect("It is deleted 2026-12-21").Press("enter", "enter").Expect("Restored Nightly ETL.", "No project is deleted.")
	if p := record(t, h, h.ETL); p.State != core.ProjectActive || p.Users != 1 || p.Expires == 0 {
		t.Fatalf("restored %+v", p)
	}
}

// TestSettings: the name is for full roles, the rest for Support; everybody reads it, with who can (P10, P14).
func TestSettings(t *testing.T) {
	h := house(t)
	d := open(t, h, "pia", tab(h.ETL, project.TabSettings))
	d.Expect("Name             Nightly ETL   e to change", "production   read only").Press("j").Expect("You have no right to do this in Nightly ETL; Support can.")
	d.Press("g", "e").Press("ctrl+u").Type("Nightly").Press("enter", "enter").Expect("Nightly ETL is now called Nightly.", "Acme ▸ Nightly ▸ Settings")
	s := open(t, h, "sam", tab(h.ETL, project.TabSettings))
	s.Press("j", "e").Expect("Template of Nightly").Press("right").Expect("A quick look").Press("enter", "enter").Expect("Template of Nightly changed.")
	s.Press("j", "e").Press("ctrl+u").Type("never!").Press("enter").Expect("neither a length nor a moment").Press("shift+tab", "ctrl+u").Type("5d").Press("enter", "enter").
		Expect("Expiry of Nightly changed.", "2026-11-26 12:00 UTC (in 5 d) !")
	s.Press("j", "e").Press("ctrl+u").Type("fixed fee").Press("enter", "enter").Expect("fixed fee")
	s.Press("j", "e").Press("ctrl+u").Type("0").Press("enter", "enter").Expect("User limit must be 1 to 10000").Press("ctrl+u").Type("1").Press("enter", "enter").Expect("User limit of Nightly changed.")
	s.Press("j", "t").Expect("Disable Nightly").Type("Disk repair").Press("enter").Type("4h").Press("enter", "enter").Expect("Disabled Nightly.", "Disk repair", "Expected back: 2026-11-21 16:00 UTC")
	p := record(t, h, h.ETL)
	if p.Template != "demo" || p.PriceLabel != "fixed fee" || p.UserLimit != 1 || p.Disabled == nil {
		t.Fatalf("settings: %+v", p)
	}
	open(t, h, "lea", all).ExpectLine("Nightly", "! disabled").Press("J").Expect("Nightly is disabled by Support: Disk repair.")
	s.Press("t").Expect("Enable Nightly?").Press("enter").Expect("Enabled Nightly.", "It is open to its users.")
}

// TestRequests: the tab lists what waits and what was decided; deciding happens there too (R5, R25).
func TestRequests(t *testing.T) {
	h := house(t)
	h.AutoJoin(false)
	h.Request("sam", h.ETL, screentest.Incident)
	d := open(t, h, "pia", tab(h.ETL, project.TabRequests))
	d.Expect("Requests 1").ExpectLine("🐙 sam@support.test", "● waiting", "4 h").Press("A").Expect("Approve request 1?").Press("enter").
		Expect("Approved request 1").AwaitChange().ExpectLine("✓ approved", "4 h").Press("D").Expect("Request 1 is approved.")
	open(t, h, "ana", tab(h.ETL, project.TabRequests)).Press("A").Expect("Nothing is left to decide.")
	h.Request("lea", h.ETL, "Quarterly review")
	open(t, h, "ana", tab(h.ETL, project.TabRequests)).Press("A").Expect("You have no right to do this in Nightly ETL").Press("x").Expect("Only lea@partner-one.test can withdraw")
	open(t, h, "lea", tab(h.ETL, project.TabRequests)).Press("x").Expect("Withdraw request 2?")
}

// TestKeys presses every key on every page of the kind, for people of every relation; the driver checks every frame.
func TestKeys(t *testing.T) {
	h := house(t)
	h.Strange()
	pages := []app.Page{all, tab(h.ETL, ""), tab(2, project.TabRequests), tab(2, project.TabSettings), tab(2, project.TabActivity), {Kind: "project", ID: "99"}, {Kind: "project", ID: "x"}}
	for _, who := range []string{"ana", "pia", "sam", "otto"} {
		for _, p := range pages {
			d := open(t, h, who, p).Resize(60, 16)
			for _, k := range []string{"j", "k", "G", "g", "p", "w", "o", "esc", "space", "v", "\\", "A", "esc", "D", "esc", "E", "esc", "a", "esc", "e", "esc", "t", "esc", "x", "esc", "J", "esc", "L", "esc", "W", "esc", "R", "esc", "?", "esc", "Y", "esc", "tab", "enter"} {
				d.Press(k)
			}
		}
	}
}

package organization_test

import (
	"context"
	"slices"
	"strings"
	"testing"

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
	return h.Driver(t, slices.Concat(organization.Kinds(), project.Kinds(), request.Kinds()), who, p)
}

func settings(t *testing.T, h *screentest.House, who string) *driver.Driver {
	t.Helper()
	return open(t, h, who, app.Page{Kind: "organization", ID: "1", Tab: organization.TabSettings})
}

func acme(t *testing.T, h *screentest.House) core.OrganizationView {
	t.Helper()
	o, err := h.As("lea").Organization(context.Background(), h.Acme)
	h.Must(err)
	return o
}

// TestFrames holds the main screens to their looks at every size.
func TestFrames(t *testing.T) {
	h := house(t)
	h.Strange()
	open(t, h, "ana", app.Page{Kind: "organizations"}).GoldenSizes("organizations")
	settings(t, h, "ana").GoldenSizes("settings")
	settings(t, h, "lea").GoldenSizes("settings-staff")
	open(t, h, "ana", app.Page{Kind: "org", ID: "1"}).GoldenSizes("projects")
}

// TestOwnAndAll: the list opens on own organizations; staff switch to all that they may see (H10, H12).
func TestOwnAndAll(t *testing.T) {
	h := house(t)
	d := open(t, h, "sam", app.Page{Kind: "organizations"})
	d.Expect("You belong to no organization", "t all that you may see").ExpectNot("Acme")
	d.Press("t").Expect("Organizations ▸ all").ExpectLine("Acme", "Partner One", "● on")
	d.Press("t").ExpectNot("Acme").Press("t", "enter").Expect("Acme ▸ Projects", "Nightly ETL")
	open(t, h, "otto", app.Page{Kind: "organizations"}).Press("t").Expect("You belong to no organization")
	open(t, h, "otto", app.Page{Kind: "organization", ID: "1", Tab: "settings"}).Expect("You have no relation to organization 1").ExpectNot("Acme")
}

// TestAutoJoin: the page states the setting, the card names what goes on, the opening key confirms nothing (S3, S6, S7).
func TestAutoJoin(t *testing.T) {
	h := house(t)
	entry := screentest.Entry(screentest.Incident)
	_, err := h.As("sam").JoinProject(context.Background(), h.ETL, &entry)
	h.Must(err)
	d := settings(t, h, "ana")
	d.Expect("Support staff and members of Partner One may join Acme and its projects at once, with a reason")
	d.Press("t").Expect("Turn off Auto Join in Acme?", "1 visit running now keep", "🐙 sam@support.test · Nightly ETL · ends in 4 h")
	d.Press("t")
	if !acme(t, h).AutoJoin {
		t.Fatal("the opening key decided")
	}
	d.Press("enter").Expect("Auto Join is off in Acme.", "need the approval of a project user")
	if acme(t, h).AutoJoin {
		t.Fatal("Auto Join is still on")
	}
	h.Request("lea", h.ETL, "Quarterly review")
	d.AwaitChange().Press("t").Expect("Turn on Auto Join in Acme?", "1 request already waiting").Press("enter").Expect("[ ● on ]")
}

// TestSettingsOfOthers: what the reader may not change is shown, with who can (S2, S26).
func TestSettingsOfOthers(t *testing.T) {
	h := house(t)
	d := settings(t, h, "lea")
	d.Expect("read only", "Only administrators of Acme may do this. Ask ana@acme.test, ben@acme.test.", "Name             Acme   e to change")
	d.Press("t").Expect("! Only administrators of Acme may do this.")
	d.Press("e").Expect("Auto Join is a switch. Press t to change it.")
	d.Press("j", "j", "j", "j", "j", "e").Expect("Rename Acme").Press("ctrl+u").Type("Acme Two").Press("enter", "enter").
		Expect("Acme is now called Acme Two.", "Acme Two ▸ Settings")
	d.Press("x").Expect("You have no right to do this in Acme Two")
}

// TestStaleSetting: a card about a setting that somebody changed meanwhile closes and says so (F10, behaviour 3).
func TestStaleSetting(t *testing.T) {
	h := house(t)
	d := settings(t, h, "ana").Press("t").Expect("Turn off Auto Join in Acme?")
	_, err := h.As("ben").RenameOrganization(context.Background(), h.Acme, 0, "Acme Corp")
	h.Must(err)
	d.AwaitChange().ExpectNot("Turn off Auto Join").Expect("Acme Corp was changed while you were looking.")
}

// TestRequireMFA: the card lists who is locked out before anything happens, and needs a button that says so (S10–S12).
func TestRequireMFA(t *testing.T) {
	h := house(t)
	d := settings(t, h, "ana").Press("j")
	d.Expect("MFA is not required.").Press("t").Expect("It locks out 3 of 3 people", "ana@acme.test (you) · administrator",
		"pia@data.test · 1 project · nobody else can enter Nightly ETL !", "external", "[ Cancel ]", "Lock out 3 and require")
	d.Press("tab", "enter").Expect("Turn on your own MFA under Account first.").Press("esc") // S11
	if acme(t, h).MFA.State != core.MFAOff {
		t.Fatal("required without MFA of the actor")
	}
	h.EnrolMFA("ana")
	d.Press("t").Expect("It locks out 2 of 3 people").Press("enter").Expect("MFA is not required.")
	d.Press("t", "tab", "enter").Expect("MFA is now required for Acme and all its projects.", "[ ● required ]")
	if acme(t, h).MFA.State != core.MFARequired {
		t.Fatal("not required")
	}
	settings(t, h, "ben").Expect("Acme requires MFA and yours is off") // S14
	d.Press("t").Expect("Stop requiring MFA in Acme?").Press("enter").Expect("MFA is not required in Acme.")
	h.EnrolMFA("ben")
	h.EnrolMFA("pia")
	d.AwaitChange().Press("t").Expect("Everybody in Acme and its projects has MFA (3): nobody is locked out.").Press("enter").Expect("[ ● required ]")
}

// TestOtherSettings: Deciders, pending time, new members get (R5, R12, OR9).
func TestOtherSettings(t *testing.T) {
	h := house(t)
	d := settings(t, h, "ana").Press("j", "j")
	d.Press("t").Expect("Who decides requests in Acme?").Press("enter").Expect("[ full roles ]")
	d.Press("j", "e").Expect("Pending time of Acme").Press("ctrl+u").Type("90m").Press("enter").Expect("Give whole hours or days")
	d.Press("shift+tab").Press("ctrl+u").Type("2d").Expect("lapse after 48 h (2 d)").Press("enter", "enter").Expect("Requests in Acme now wait 48 h (2 d).")
	d.Press("j", "t").Expect("New members of Acme get DEFAULT?").Press("enter").Expect("[ DEFAULT ]")
	o := acme(t, h)
	if o.Deciders != core.DecidersFullRole || o.PendingHours != 48 || o.NewMembers != core.NewMembersDefault {
		t.Fatalf("settings: %+v", o)
	}
	d.Press("g", "Y").Expect("Copy as command", "gatehouse org set 1 --auto-join off", "gatehouse org leave 1").
		ExpectNot("org delete", "org join") // Y offers what would work: the organization has a project, and ana is inside
}

// TestMouse: a click chooses a setting, a second one changes it, the wheel moves (behaviour 15).
func TestMouse(t *testing.T) {
	h := house(t)
	d := settings(t, h, "ana").Resize(80, 24).Press("M")
	row := func(text string) int {
		for y, l := range strings.Split(d.Frame(), "\n") {
			if strings.Contains(l, text) {
				return y
			}
		}
		t.Fatalf("%s is not on the screen:\n%s", text, d.Frame())
		return 0
	}
	d.Click(5, row("Deciders")).Expect("3 of 7").ExpectNot("Who decides")
	d.Click(5, row("Deciders")).Expect("Who decides requests in Acme?").Press("esc")
	d.Wheel(true).Expect("4 of 7").Press("G").Expect("7 of 7", "number 1").Press("t").Expect("There is nothing to change here.")
}

// TestCreateAndDelete: members of the maintainer create; deleting needs an empty organization and its typed name (MT3,
// DR10–DR12).
func TestCreateAndDelete(t *testing.T) {
	h := house(t)
	d := open(t, h, "lea", app.Page{Kind: "organizations"})
	d.Press("a").Expect("New organization under").Press("enter").Expect("New organization under Partner One").
		Type("Bolt").Press("enter", "enter").Expect("Created Bolt. You are its administrator.", "Bolt ▸ Projects", "No project here")
	d = open(t, h, "lea", app.Page{Kind: "organization", ID: "2", Tab: organization.TabSettings})
	d.Press("x").Expect("Delete Bolt?", "There is no").Type("Bol").Press("enter").Expect("Type Bolt exactly").
		Type("t").Press("enter", "left", "enter").Expect("Deleted Bolt.", "Organizations")
	d.Press("t").ExpectLine("Acme", "Partner One").Press("x").Expect("You have no right to do this in Acme")
	open(t, h, "ana", app.Page{Kind: "organizations"}).Press("a").Expect("Organizations are created by members of a maintainer")
	open(t, h, "ana", app.Page{Kind: "organizations"}).Press("x").Expect("Acme still has 1 project. Delete or move them first.")
}

// TestJoinAndLeave: staff join with reason and end, and leave again (R4, V1, A5).
func TestJoinAndLeave(t *testing.T) {
	h := house(t)
	d := open(t, h, "sam", app.Page{Kind: "organization", ID: "1", Tab: organization.TabMembers})
	d.Expect("2 members").Press("J").Expect("Join Acme", "You become a visitor of Acme").Type("INC-41").Press("enter", "enter", "enter").
		Expect("You are inside Acme until 2026-11-21 16:00 UTC.").AwaitChange().ExpectLine("🐙 sam@support.test", "→ visitor", "INC-41")
	d.Press("J").Expect("You are already in Acme.")
	d.Press("L").Expect("Leave Acme?", "Your visit ends now", "[ Cancel ]").Press("left", "enter").Expect("You left Acme.")
	h.AutoJoin(false)
	d.AwaitChange().Press("J").Expect("Auto Join is off.")
}

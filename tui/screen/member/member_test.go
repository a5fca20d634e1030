package member_test

import (
	"context"
	"fmt"
	"regexp"
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

func open(t *testing.T, h *screentest.House, who string, unit core.Unit) *driver.Driver {
	t.Helper()
	p := app.Page{Kind: unit.Kind.String(), ID: fmt.Sprint(unit.ID)}
	if unit.Kind == core.KindOrganization {
		p.Tab = organization.TabMembers
	}
	return h.Driver(t, slices.Concat(project.Kinds(), organization.Kinds(), request.Kinds()), who, p)
}

func people(t *testing.T, h *screentest.House, unit core.Unit) []core.MemberView {
	t.Helper()
	page, err := h.As("ana").Members(context.Background(), unit, core.Query{})
	h.Must(err)
	return page.Items
}

// crowd fills Nightly ETL with a guest, a visitor and a request.
func crowd(t *testing.T, h *screentest.House) {
	t.Helper()
	h.Add("ana", h.ETL.Ref(), "gil", core.AddInput{Role: core.RoleGuest, Reason: "Student project"})
	e := screentest.Entry(screentest.Incident)
	_, err := h.As("sam").JoinProject(context.Background(), h.ETL, &e)
	h.Must(err)
	h.AutoJoin(false)
	h.Request("lea", h.ETL, "Quarterly review")
}

// TestFrames holds the lists to their looks at every size.
func TestFrames(t *testing.T) {
	h := house(t)
	crowd(t, h)
	open(t, h, "pia", h.ETL.Ref()).GoldenSizes("users")
	open(t, h, "ana", h.Acme.Ref()).GoldenSizes("members")
}

// TestUsers: every kind of row says what it is; MFA shows to whom may see it (R18, S31, OR8).
func TestUsers(t *testing.T) {
	h := house(t)
	crowd(t, h)
	d := open(t, h, "ana", h.ETL.Ref()).Resize(120, 40)
	d.Expect("Users 3", "Requests 1", "2 / 10 users  ·  1 request waiting  ·  1 visitor")
	d.ExpectLine("lea@partner-one.test", "● asks", " · ", "in 3 d", "4 h: Quart").ExpectLine("🐙 sam@support.test", "→ visitor", "in 4 h", "INC-41").
		ExpectLine("pia@data.test", "● external", "○ off", "never").ExpectLine("gil@acme.test", "guest", "Student pr")
	open(t, h, "pia", h.ETL.Ref()).ExpectLine("lea@partner-one.test", "● on").ExpectLine("🐙 sam@support.test", "·")
	d.Press("j", "enter").Expect("Closes", ", by its end", "Reason").Press("esc")
	d.Press("g", "enter").Expect("asks to enter Nightly ETL")
}

// TestDecide: requests in the user list are decided there (R18); what is no request says so.
func TestDecide(t *testing.T) {
	h := house(t)
	crowd(t, h)
	d := open(t, h, "pia", h.ETL.Ref())
	d.Press("A").Expect("Approve request 1?").Press("enter").Expect("Approved request 1").AwaitChange().ExpectNot("asks").ExpectLine("lea@partner-one.test", "→ visitor")
	d.Press("A").Expect("asks for nothing")
	open(t, h, "ana", h.ETL.Ref()).Press("A").Expect("asks for nothing")
}

var codeForm = regexp.MustCompile(`([A-Z0-9]{5}-){4,}[A-Z0-9]+`)

// TestAdd: an unknown address gets an account whose code is shown once; only esc closes that card (M4, AC19).
func TestAdd(t *testing.T) {
	h := house(t)
	d := open(t, h, "ana", h.Acme.Ref())
	d.Press("a").Expect("Add or invite to Acme", "DEFAULT+ADMIN").Type("not an address").Press("ctrl+s").Expect("is not an e-mail address")
	d.Press("ctrl+u").Type("new@acme.test").Press("tab", "tab", "right", "right").Expect("a plain member").Press("enter", "enter", "enter").Expect("Activation code for new@acme.test", "shown only now")
	code := codeForm.FindString(d.Frame())
	if code == "" {
		t.Fatalf("no code on the screen:\n%s", d.Frame())
	}
	d.Press("enter", "q", "space").Expect(code).Press("y")
	if d.Copied() != code {
		t.Fatalf("copied %q, want %q", d.Copied(), code)
	}
	d.Press("esc").ExpectNot(code).ExpectLine("new@acme.test", "DEFAULT")
	acc, err := h.Redeem(context.Background(), code, "New")
	h.Must(err)
	if acc.Email != "new@acme.test" {
		t.Fatalf("the code belongs to %s", acc.Email)
	}
	d.Press("a").Type("ben@acme.test").Press("ctrl+s").Expect("ben@acme.test is already in Acme.") // M11
}

// TestAddedByMail: where mail is on nobody is shown the code, and the toast says where it goes (AC19).
func TestAddedByMail(t *testing.T) {
	store, err := storage.Open(context.Background(), "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h := screentest.New(t, store)
	h.House = core.New(store, core.Options{Clock: h.Clock.Now, RecoveryMemory: 64, MailDelivery: true})
	open(t, h, "ana", h.Acme.Ref()).Press("a").Type("new@acme.test").Press("ctrl+s").
		Expect("Added new@acme.test to Acme. The activation code goes to them by mail.")
}

// TestAddToProject: role, reason and end; share is for administrators to give (A2, RO3, TM1).
func TestAddToProject(t *testing.T) {
	h := house(t)
	d := open(t, h, "pia", h.ETL.Ref())
	d.Press("a").Expect("Add or invite to Nightly ETL", "users, settings, deletion").Type("otto@elsewhere.test").Press("tab", "tab", "right").Expect("all content; no settings")
	d.Press("tab").Type("Review of the load").Press("tab").Type("soon").Press("tab").Expect("neither a length nor a moment").Press("shift+tab", "ctrl+u").
		Type("2d").Press("tab", "enter", "enter").Expect("Added otto@elsewhere.test to Nightly ETL.")
	for _, v := range people(t, h, h.ETL.Ref()) {
		if v.Person.Email == "otto@elsewhere.test" {
			if v.Role != core.RoleGuest || v.Reason != "Review of the load" || v.Until.Sub(h.Now()) != 2*core.Day {
				t.Fatalf("added as %+v", v)
			}
			return
		}
	}
	t.Fatal("otto is not in")
}

// TestRole: a role changes by its form; limited roles are refused with who can (RO5, RO7, OR13).
func TestRole(t *testing.T) {
	h := house(t)
	crowd(t, h)
	d := open(t, h, "pia", h.ETL.Ref()).Press("G").Expect("Nightly ETL")
	d.Press("/").Type("gil").Press("enter", "e").Expect("Role of gil@acme.test in Nightly ETL", "all content").Press("left", "enter", "enter").Expect("gil@acme.test has the role admin now.")
	h.Add("ana", h.ETL.Ref(), "rob", core.AddInput{Role: core.RoleReadOnly})
	open(t, h, "rob", h.ETL.Ref()).Press("G", "e").Expect("Your role readOnly in Nightly ETL does not allow this. Ask")
	o := open(t, h, "ana", h.Acme.Ref())
	o.Expect("2 members").Press("j", "e").Expect("Role of ben@acme.test in Acme", "An administrator").Press("space").Expect("A plain member").Press("enter", "enter").
		Expect("ben@acme.test has the roles DEFAULT now.", "only one administrator; two to four are advised") // M2
	o.Press("g", "e", "space", "enter", "enter").Expect("ana@acme.test is the last administrator of Acme.") // OR13
}

// TestRemove: members are removed by a card whose focus starts on Cancel, visits revoked with a note (A6, M9).
func TestRemove(t *testing.T) {
	h := house(t)
	crowd(t, h)
	d := open(t, h, "ana", h.ETL.Ref())
	d.Press("/").Type("gil").Press("enter", "x").Expect("Remove gil@acme.test from Nightly ETL?", "guest", "[ Cancel ]").Press("enter")
	if n := len(people(t, h, h.ETL.Ref())); n != 4 {
		t.Fatalf("%d rows after Cancel, want 4", n)
	}
	d.Press("x", "tab", "enter").Expect("Removed gil@acme.test from Nightly ETL.").Press("esc").ExpectLine("1 / 10 users")
	d.Press("/").Type("sam").Press("enter", "x").Expect("now?", "🐙 sam@support.test").Type("Thanks").Press("tab", "enter").Expect("Ended the visit of sam@support.test")
	d.Press("esc", "g", "x").Expect("is not in yet. Reject the request with D.")
	open(t, h, "lea", h.ETL.Ref()).Press("G", "x").Expect("You have no right to do this in Nightly ETL")
}

// TestRemoveEverywhere: removing a member offers to end the direct memberships too, each listed (OR11).
func TestRemoveEverywhere(t *testing.T) {
	h := house(t)
	h.Add("ana", h.ETL.Ref(), "ben", core.AddInput{Role: core.RoleGuest})
	d := open(t, h, "ana", h.Acme.Ref()).Press("j", "x")
	d.Expect("Remove ben@acme.test from Acme?", "Choose what ends too", "[ Cancel ]")
	d.Press("tab").Expect("Stays as guest, marked external.").Press("space").Expect("The membership as guest ends too.")
	d.Press("tab", "enter").Expect("Removed ben@acme.test from Acme and 1 project.")
	if n := len(people(t, h, h.ETL.Ref())); n != 1 {
		t.Fatalf("%d users of Nightly ETL, want 1", n)
	}
}

// TestBulkRemove: many at once, with what is left out and why, and a result for each (behaviour 6, M18).
func TestBulkRemove(t *testing.T) {
	h := house(t)
	crowd(t, h)
	d := open(t, h, "ana", h.ETL.Ref())
	d.Press("*", "x").Expect("Remove 3 people from Nightly ETL?", "3 will be removed, 1 left out", "the visit ends now", "left out: lea@partner-one.test is not in yet", "[ Cancel ]")
	d.Press("tab", "enter").Expect("3 removed").Press("enter")
	if rows := people(t, h, h.ETL.Ref()); len(rows) != 1 || rows[0].Kind != core.MemberRequester {
		t.Fatalf("left: %+v", rows)
	}
	d.AwaitChange().ExpectLine("lea@partner-one.test", "asks").ExpectNot("pia@")
}

// TestLimit: too many users are flagged, and nothing is blocked (P16).
func TestLimit(t *testing.T) {
	h := house(t)
	limit := 1
	_, err := h.As("sam").SetProject(context.Background(), h.ETL, 0, core.ProjectPatch{UserLimit: &limit})
	h.Must(err)
	h.Add("ana", h.ETL.Ref(), "gil", core.AddInput{})
	open(t, h, "pia", h.ETL.Ref()).Expect("2 / 1 ! users over the limit, nothing is blocked")
}

// TestWhyAndCommand: W explains anybody in the list; Y gives the verb (W3, behaviour 14).
func TestWhyAndCommand(t *testing.T) {
	h := house(t)
	crowd(t, h)
	d := open(t, h, "pia", h.ETL.Ref())
	d.Press("W").Expect("lea@partner-one.test and Nightly ETL", "waits").Press("esc")
	d.Press("Y").Expect("Copy as command", "gatehouse request approve 1", "gatehouse member add EMAIL --project 1", "gatehouse why lea@partner-one.test 1")
}

// TestTheLastOfManyIsToldBefore: the table counts each row as if those above it were done (access.md F9, H7).
func TestTheLastOfManyIsToldBefore(t *testing.T) {
	h := house(t)
	d := open(t, h, "sam", h.Acme.Ref())
	d.Press("*", "x").Expect("Remove 1 person from Acme?", "1 will be removed, 1 left out", "left out: ben@acme.test is the last member of Acme")
	d.Press("tab", "enter").Expect("1 removed").ExpectNot("failed")
}

// TestReasonAndApproverAtEveryWidth: they are shown at every width that shows the list (R18, R19).
func TestReasonAndApproverAtEveryWidth(t *testing.T) {
	h := house(t)
	crowd(t, h)
	d := open(t, h, "pia", h.ETL.Ref())
	for w := 60; w <= 200; w += 7 {
		d.Resize(w, 24).ExpectLine("WHO", "APPROVED BY", "REASON").ExpectLine("gil@acme", "ana@acme", "Student").ExpectLine("sam@supp", "self", "INC-41")
	}
}

// I17: a removal of several shows the invitations that go along, above the table.
func TestBulkRemoveShowsWhatItRevokes(t *testing.T) {
	h := house(t)
	crowd(t, h)
	h.Add("ana", h.ETL.Ref(), "pam", core.AddInput{Role: core.RoleProjectAdmin})
	_, _, err := h.As("pam").Invite(context.Background(), core.InviteInput{Unit: h.ETL.Ref(), Email: "late@data.test", Role: core.RoleGuest})
	h.Must(err)
	d := open(t, h, "ana", h.ETL.Ref()).Resize(120, 40)
	d.Press("*", "x").Expect("people from Nightly ETL?", "because pam@", "may send them no more: 1 pending invitation.", "late@data.test to Nightly ETL")
}

// TestLapsedInvitationsAreOver: an invitation that lapsed stays listed with the moment at which it did, as under
// Invitations; nothing about it is still due (I2).
func TestLapsedInvitationsAreOver(t *testing.T) {
	h := house(t)
	_, _, err := h.As("ana").Invite(context.Background(), core.InviteInput{Unit: h.Acme.Ref(), Email: "late@acme.test"})
	h.Must(err)
	h.Tick(30 * 24 * time.Hour)
	open(t, h, "ana", h.Acme.Ref()).ExpectLine("late@acme.test", "lapsed", "d ago").ExpectNot("due")
}

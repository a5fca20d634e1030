package invitation_test

import (
	"context"
	"fmt"
	"regexp"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/app"
	"gatehouse/tui/driver"
	"gatehouse/tui/screen"
	"gatehouse/tui/screen/screentest"
	"gatehouse/tui/screen/start"
)

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
	return h.Driver(t, screen.Kinds(start.Options{}), who, p)
}

func invite(t *testing.T, h *screentest.House, by, email string, unit core.Unit, with ...func(*core.InviteInput)) (core.Invitation, string) {
	t.Helper()
	in := core.InviteInput{Unit: unit, Email: email}
	for _, f := range with {
		f(&in)
	}
	i, code, err := h.As(by).Invite(context.Background(), in)
	h.Must(err)
	return i, code.Code
}

func state(t *testing.T, h *screentest.House, id core.InvitationID) core.InvitationState {
	t.Helper()
	v, err := h.As("sam").Invitation(context.Background(), id)
	h.Must(err)
	return v.State
}

func orgPage(h *screentest.House) app.Page {
	return app.Page{Kind: "organization", ID: fmt.Sprint(h.Acme), Tab: "invitations"}
}

func guest(in *core.InviteInput) { in.Role, in.Reason = core.RoleGuest, "Quarterly review" }

// filled has invitations of several kinds and ages to Acme and Nightly ETL.
func filled(t *testing.T, h *screentest.House) {
	t.Helper()
	invite(t, h, "ana", "early@corp.test", h.Acme.Ref(), func(in *core.InviteInput) { in.Lapses = 60 })
	h.Tick(2 * time.Hour)
	invite(t, h, "ana", "otto@elsewhere.test", h.Acme.Ref())
	invite(t, h, "ben", "plain@corp.test", h.Acme.Ref(), func(in *core.InviteInput) { in.Roles = []string{core.RoleDefault} })
	invite(t, h, "pia", "otto@elsewhere.test", h.ETL.Ref(), guest, func(in *core.InviteInput) { in.Until = h.Now().Add(20 * core.Day) })
}

// TestFrames holds the lists and the page to their looks at every size.
func TestFrames(t *testing.T) {
	h := house(t)
	filled(t, h)
	for name, d := range map[string]*driver.Driver{
		"organization": open(t, h, "ana", orgPage(h)),
		"own":          open(t, h, "otto", app.Page{Kind: "account", Tab: "invitations"}),
		"page":         open(t, h, "otto", app.Page{Kind: "invitation", ID: "4"}),
		"home":         open(t, h, "otto", app.Page{Kind: "home"}),
	} {
		d.GoldenSizes(name)
	}
}

var codeForm = regexp.MustCompile(`([A-Z0-9]{5}-){4,}[A-Z0-9]+`)

// TestInvite: from the tab of an organization; an unknown address gets a code that is shown once (I14, AC19).
func TestInvite(t *testing.T) {
	h := house(t)
	d := open(t, h, "ana", orgPage(h)).Expect("Nobody is invited here.", "a invite somebody")
	d.Press("a").Expect("Invite to Acme", "DEFAULT+ADMIN", "is in once they accept").Type("new@corp.test").Press("tab", "tab", "ctrl+u").
		Type("2h").Press("enter", "enter").Expect("Activation code for new@corp.test", "Invited new@corp.test to Acme.", "lapses with the invitation")
	code := codeForm.FindString(d.Frame())
	d.Press("enter", "q").Expect(code).Press("y")
	if code == "" || d.Copied() != code {
		t.Fatalf("copied %q, want %q", d.Copied(), code)
	}
	d.Press("esc").AwaitChange().ExpectLine("new@corp.test (not activated)", "ADMIN", "● pending", "in 2 h", "ana@acme.test")
	d.Press("a").Type("new@corp.test").Press("ctrl+s").Expect("new@corp.test is invited until").Press("ctrl+u").Type("otto@elsewhere.test").Press("ctrl+s").Expect("Invited otto@elsewhere.test to Acme.").AwaitChange().ExpectLine("otto@elsewhere.test", "● pending", "in 6 d")
}

// TestInviteWithRoles: further roles of the organization are switched on in the form (OR9).
func TestInviteWithRoles(t *testing.T) {
	h := house(t)
	_, err := h.As("ana").CreateRole(context.Background(), h.Acme, "dev team", "Works on the loads")
	h.Must(err)
	d := open(t, h, "ana", orgPage(h)).Press("a").Type("otto@elsewhere.test").Press("tab", "tab").Expect("DEV_TEAM", "Works on the loads").
		Press("space").Press("ctrl+s").Expect("Invited otto@elsewhere.test to Acme.")
	d.AwaitChange().ExpectLine("otto@elsewhere.test", "ADMIN, DEV_")
}

// TestInviteRefused: who may not invite reads who can (I1, M7).
func TestInviteRefused(t *testing.T) {
	h := house(t)
	invite(t, h, "ana", "otto@elsewhere.test", h.Acme.Ref())
	for _, key := range []string{"a", "x", "R"} {
		open(t, h, "sam", orgPage(h)).Press(key).Expect("You have no right to do this in Acme")
	}
}

// TestCancelAndResend: taking back asks first, with Cancel in focus; sending again gives a new time (I5, I13).
func TestCancelAndResend(t *testing.T) {
	h := house(t)
	i, old := invite(t, h, "ana", "new@corp.test", h.Acme.Ref())
	d := open(t, h, "ben", orgPage(h))
	d.Press("x").Expect("Take back invitation 1 to Acme?", "code stops working", "[ Cancel ]").Press("enter")
	if got := state(t, h, i.ID); got != core.InvitationPending {
		t.Fatalf("it is %s after Cancel", got)
	}
	d.Press("R").Expect("Send invitation 1 to Acme again", "replaces the old one").Press("ctrl+u").Type("30m").Press("ctrl+s").Expect("must lie between 1h and 30d").
		Press("ctrl+u").Type("1d").Press("ctrl+s").Expect("Activation code for new@corp.test").Press("esc").AwaitChange().ExpectLine("new@corp.test", "in 24 h")
	if _, err := h.Redeem(context.Background(), old, "New"); core.ReasonOf(err) != core.ReasonCodeInvalid {
		t.Fatalf("the old code: %v", err)
	}
	d.Press("x", "tab", "enter").Expect("Took back the invitation of new@corp.test.").AwaitChange().Expect("Nobody is invited here.")
	if got := state(t, h, i.ID); got != core.InvitationCancelled {
		t.Fatalf("it is %s", got)
	}
}

// TestLapsed: what lapsed stays listed, cannot be taken back, and is sent again (I8, I16).
func TestLapsed(t *testing.T) {
	h := house(t)
	filled(t, h)
	d := open(t, h, "ana", orgPage(h)).Press("G").ExpectLine("early@corp.test", "○ lapsed")
	d.Press("x").Expect("It has lapsed: there is nothing to take back.")
	d.Press("R").Expect("and is pending again").Press("ctrl+s").Expect("Activation code for early@corp.test").Press("esc").AwaitChange().ExpectLine("early@corp.test", "● pending")
	d.Press("*", "x").Expect("Take back 3 invitations?").Press("tab", "enter").Expect("3 taken back")
}

// TestHome: an invitation is on Home; A opens a card that says what it gives, enter accepts (I3, I6).
func TestHome(t *testing.T) {
	h := house(t)
	i, _ := invite(t, h, "pia", "otto@elsewhere.test", h.ETL.Ref(), guest)
	d := open(t, h, "otto", app.Page{Kind: "home"})
	d.Expect("Invitations to you").ExpectLine("pia@data.test", "Nightly ETL", "lapses in 7 d", "as guest: Quarterly review")
	d.Press("D").Expect("Decline the invitation to Nightly ETL?", "[ Cancel ]").Press("esc")
	d.Press("A").Expect("Accept the invitation to Nightly ETL?", "guest", "Quarterly review", "never", "pia@data.test is told").Press("A").Expect("Accept the invitation")
	d.Press("enter").Expect("You are in Nightly ETL now, as guest.").AwaitChange().ExpectNot("Invitations to you")
	if got := state(t, h, i.ID); got != core.InvitationAccepted {
		t.Fatalf("it is %s", got)
	}
}

// TestDecline: from the account; the inviter is told (I6).
func TestDecline(t *testing.T) {
	h := house(t)
	i, _ := invite(t, h, "ana", "otto@elsewhere.test", h.Acme.Ref())
	d := open(t, h, "otto", app.Page{Kind: "account", Tab: "invitations"})
	d.ExpectLine("Acme", "organization", "ADMIN", "ana@acme.test", "in 7 d").Press("D", "tab", "enter").Expect("You declined the invitation to Acme.").AwaitChange().Expect("No invitation waits for your answer.")
	if got := state(t, h, i.ID); got != core.InvitationDeclined {
		t.Fatalf("it is %s", got)
	}
	open(t, h, "ana", app.Page{Kind: "inbox"}).Expect("otto@elsewhere.test declined your invitation to Acme").Press("enter").Expect("ana@acme.test invited otto@elsewhere.test to Acme", "declined")
}

// TestPage: the page says what it is and why not; the deep link works; what is over has no name for outsiders (A10).
func TestPage(t *testing.T) {
	h := house(t)
	i, _ := invite(t, h, "pia", "otto@elsewhere.test", h.ETL.Ref(), guest)
	page := app.Page{Kind: "invitation", ID: fmt.Sprint(i.ID)}
	d := open(t, h, "otto", page).Expect("pia@data.test invites you to Nightly ETL", "guest", "Quarterly review", "Lapses")
	open(t, h, "pia", page).Expect("invites otto@elsewhere.test to Nightly ETL").Press("x").Expect("Take back invitation 1").Press("esc", "R").Expect("Send invitation 1").
		Press("esc", "enter").Expect("Nightly ETL", "Users")
	open(t, h, "max", page).Press("R").Expect("You have no right to do this in Nightly ETL")
	open(t, h, "otto", app.Page{Kind: "invitation", ID: "99"}).Expect("There is no invitation 99 that you may see.")
	h.Tick(7 * core.Day)
	d.Press("r").Expect("invited you to project 1", "lapsed").ExpectNot("Nightly ETL").Press("A").Expect("Invitation 1 lapsed at")
}

// TestMFA: where MFA is missing the page says so, and declining works (S19, S17).
func TestMFA(t *testing.T) {
	h := house(t)
	i, _ := invite(t, h, "ana", "otto@elsewhere.test", h.Acme.Ref())
	h.EnrolMFA("ana")
	_, err := h.As("ana").RequireMFA(context.Background(), h.Acme, 0, true)
	h.Must(err)
	d := open(t, h, "otto", app.Page{Kind: "invitation", ID: fmt.Sprint(i.ID)}).Expect("Acme requires MFA and yours is off")
	d.Press("A").Expect("Acme requires MFA and yours is off. Turn it on under Account.").Press("D").Expect("Decline the invitation to Acme?")
}

// TestUsers: in the lists of people an invitee is a row that opens, is taken back with x and sent again with R (I7).
func TestUsers(t *testing.T) {
	h := house(t)
	i, _ := invite(t, h, "pia", "new@corp.test", h.ETL.Ref(), guest)
	d := open(t, h, "pia", app.Page{Kind: "project", ID: fmt.Sprint(h.ETL)}).Press("G")
	d.ExpectLine("new@corp.test (not ac", "○ invited", "guest", "in 7 d", "Quarte")
	d.Press("enter").Expect("pia@data.test invites new@corp.test to Nightly ETL", "(not activated)").Press("esc", "G")
	d.Press("R").Expect("Send invitation 1 to Nightly ETL again").Press("esc").Press("g", "R").Expect("pia@data.test is not invited.").Press("G")
	d.Press("x").Expect("Take back invitation 1").Press("tab", "enter").Expect("Took back the invitation of new@corp.test.").AwaitChange().ExpectNot("○ invited")
	if got := state(t, h, i.ID); got != core.InvitationCancelled {
		t.Fatalf("it is %s", got)
	}
}

// TestAddOffersInvite: with a, people are added or invited, whichever is open (A2, I1).
func TestAddOffersInvite(t *testing.T) {
	h := house(t)
	d := open(t, h, "pia", app.Page{Kind: "project", ID: fmt.Sprint(h.ETL)})
	d.Press("a").Expect("Add or invite to Nightly ETL", "in at once", "  Add  ").Type("otto@elsewhere.test").Press("tab", "right").Expect("in when they accept", "  Invite  ")
	d.Press("ctrl+s").Expect("Invited otto@elsewhere.test to Nightly ETL.").AwaitChange().ExpectLine("otto@elsewhere.test", "○ invited")
	h.AutoJoin(true)
	members := app.Page{Kind: "organization", ID: fmt.Sprint(h.Acme), Tab: "members"}
	open(t, h, "lea", members).Press("a").Expect("Add to Acme").ExpectNot("Lapses") // staff add, and do not invite (M6, M7)
	h.AutoJoin(false)
	open(t, h, "lea", members).Press("a").Expect("Auto Join is off.")
}

// TestMaintainer: Support invites to maintainers too (MT4), and the card says what membership means there.
func TestMaintainer(t *testing.T) {
	h := house(t)
	d := open(t, h, "sam", app.Page{Kind: "maintainer", ID: fmt.Sprint(h.PartnerOne), Tab: "invitations"})
	d.Press("a").Expect("Invite to Partner One").Type("otto@elsewhere.test").Press("ctrl+s").Expect("Invited otto@elsewhere.test").AwaitChange().ExpectLine("otto@elsewhere.test", "● pending")
	open(t, h, "otto", app.Page{Kind: "home"}).ExpectLine("sam@support.test", "Partner One", "as member").Press("A").Expect("Members of a maintainer are staff").
		Press("enter").Expect("You are in Partner One now, as member.")
}

// TestCommands: Y gives the verbs of what is possible here.
func TestCommands(t *testing.T) {
	h := house(t)
	invite(t, h, "pia", "otto@elsewhere.test", h.ETL.Ref())
	d := open(t, h, "otto", app.Page{Kind: "invitation", ID: "1"})
	d.Press("enter").Expect("Accept first: nothing of Nightly ETL is open to you before.")
	d.Press("Y").Expect("gatehouse invitation accept 1", "gatehouse invitation decline 1")
	open(t, h, "pia", app.Page{Kind: "invitation", ID: "1"}).Press("Y").Expect("gatehouse invitation resend 1", "gatehouse invitation cancel 1")
}

// TestEveryKey: no key does harm on an empty list.
func TestEveryKey(t *testing.T) {
	h := house(t)
	for _, p := range []app.Page{orgPage(h), {Kind: "account", Tab: "invitations"}, {Kind: "invitation", ID: "99"}} {
		d := open(t, h, "ana", p)
		for _, k := range []string{"j", "k", "G", "g", "p", "w", "o", "esc", "space", "v", "\\", "A", "esc", "D", "esc", "a", "esc", "x", "esc", "R", "esc", "enter", "y", "esc", "Y", "esc", "?", "esc"} {
			d.Press(k)
		}
	}
}

package request_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/app"
	"gatehouse/tui/driver"
	"gatehouse/tui/keymap"
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

// waiting is a house in which Sam and Lea wait to enter Nightly ETL, whose only user is Pia.
func waiting(t *testing.T) (h *screentest.House, sam, lea core.RequestID) {
	t.Helper()
	h = house(t)
	h.AutoJoin(false)
	sam = h.Request("sam", h.ETL, screentest.Incident)
	h.Clock.Move(10 * time.Minute)
	lea = h.Request("lea", h.ETL, "Quarterly review")
	return h, sam, lea
}

func open(t *testing.T, h *screentest.House, who, tab string) *driver.Driver {
	t.Helper()
	return h.Driver(t, request.Kinds(), who, app.Page{Kind: "requests", Tab: tab})
}

func stateOf(t *testing.T, h *screentest.House, id core.RequestID) core.RequestView {
	t.Helper()
	q, err := h.As("sam").Request(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestApprove: two keys, the card repeats what will happen, and the opening key confirms nothing (R3, R21, A7).
func TestApprove(t *testing.T) {
	h, sam, _ := waiting(t)
	d := open(t, h, "pia", "")
	d.Expect("Waiting 2", "🐙 sam@support.test", "lea@partner-one.test", "10 min", "in 2 d")
	d.Press("j").Expect("asks to enter Nightly ETL for 4 h as admin", "Support staff", "MFA ● on", "not counted: 1 / 10", "pia@data.test")
	d.Press("A").Expect("Approve request 1?", "🐙 sam@support.test may enter Nightly ETL", "2026-11-21 16:10 UTC, 4 h from the approval", "admin, a visitor of", screentest.Incident)
	d.Press("A")
	if q := stateOf(t, h, sam); q.State != core.RequestPending {
		t.Fatalf("the opening key decided: %s", q.State)
	}
	d.Press("enter").Expect("Approved request 1: sam@support.test may enter Nightly ETL until 2026-11-21 16:10 UTC.")
	if q := stateOf(t, h, sam); q.State != core.RequestApproved || q.By != h.People["pia"] {
		t.Fatalf("not approved by pia: %+v", q.Request)
	}
	d.AwaitChange().Expect("Waiting 1", "Active visits 1").ExpectNot("INC-41")
	d.Press("tab").Expect("WHERE", "🐙 sam@support.test", "in 3 h 59 min", "approved by pia@data.test (request 1)")
}

// TestGrant: another time in the form asked; both are kept and shown (R21).
func TestGrant(t *testing.T) {
	h, sam, _ := waiting(t)
	until, err := h.As("sue").FileRequest(context.Background(), h.ETL, core.Entry{
		Reason: "Handover", Term: core.Term{Until: core.At(h.Clock.Now().Add(5 * time.Hour))},
	})
	h.Must(err)
	d := open(t, h, "pia", "")
	d.Expect("to 17:10").Press("E").Expect("Approve request 3 for another time", "Until", "never a later one")
	d.Press("ctrl+u").Type("23:00").Press("enter", "enter").Expect("The end must lie between")
	d.Press("ctrl+u").Type("2h").Press("enter").Expect("A moment was asked for")
	if q := stateOf(t, h, until.ID); q.State != core.RequestPending {
		t.Fatalf("decided: %+v", q.Request)
	}
	d.Press("esc", "esc").Press("G", "E").Expect("Approve request 1 for another time", "4h")
	d.Press("ctrl+u").Type("90m").Press("enter", "enter").Expect("Approved request 1", "until 2026-11-21 13:40 UTC")
	if q := stateOf(t, h, sam); q.Granted != core.At(h.Clock.Now().Add(90*time.Minute)) || q.Asked.For != 240 {
		t.Fatalf("asked %v, granted %v", q.Asked, q.Granted)
	}
	d.Press("tab", "tab").Expect("✓ approved", "for 4 h", "until 2026-11-21 13:40 UTC")
}

// TestReject: the focus starts at the note, and enter alone rejects nothing; the note reaches the requester (R22).
func TestReject(t *testing.T) {
	h, _, lea := waiting(t)
	d := open(t, h, "pia", "")
	d.Press("D").Expect("Reject request 2?", "lea@partner-one.test may not enter Nightly ETL", "Cancel").Press("ctrl+s").Expect("Reject request 2?").Press("enter", "D", "esc", "esc")
	if q := stateOf(t, h, lea); q.State != core.RequestPending {
		t.Fatal("enter on the opened card rejected")
	}
	d.Press("D").Type("Ask again in December.").Press("tab", "enter").Expect("Rejected request 2 of lea@partner-one.test")
	if q := stateOf(t, h, lea); q.State != core.RequestRejected || q.Note != "Ask again in December." {
		t.Fatalf("not rejected with the note: %+v", q.Request)
	}
	open(t, h, "lea", request.TabMine).Expect("✗ rejected by pia@data.test", "Ask again in December.")
}

// TestStale: who decides second is told what the first one did, and the row leaves by itself (F10, behaviour 3).
func TestStale(t *testing.T) {
	h, sam, lea := waiting(t)
	h.Add("pia", h.ETL.Ref(), "ben", core.AddInput{})
	ctx := context.Background()
	d := open(t, h, "pia", "")
	d.Press("A").Expect("Approve request 2?")
	_, err := h.As("ben").RejectRequest(ctx, lea, 0, "")
	h.Must(err)
	d.Press("enter").Expect("Request 2 was rejected by ben@acme.test", "Nothing is left to decide.", "Approve request 2?")
	d.AwaitChange().ExpectNot("Approve request 2?").Expect("Waiting 1", "Request 2 was rejected by ben@acme.test").Press("esc")
	d.Press("A").Expect("Approve request 1?")
	_, err = h.As("ben").ApproveRequest(ctx, sam, 0, core.Term{})
	h.Must(err)
	d.AwaitChange().ExpectNot("Approve request 1?").Expect("Request 1 was approved by ben@acme.test", "Nothing waits for a decision.")
}

// TestToldLive: without a card, the row that somebody else decided leaves, and a message says so.
func TestToldLive(t *testing.T) {
	h, _, lea := waiting(t)
	d := open(t, h, "pia", "")
	_, err := h.As("lea").WithdrawRequest(context.Background(), lea, 0)
	h.Must(err)
	d.AwaitChange().Expect("Waiting 1", "Request 2 was withdrawn by lea@partner-one.test").ExpectNot("Quarterly review")
}

// TestBulk: a table first, a result for each row, a retry for what failed (behaviour 6).
func TestBulk(t *testing.T) {
	h, sam, lea := waiting(t)
	sue := h.Request("sue", h.ETL, "Second pair of eyes")
	h.Add("pia", h.ETL.Ref(), "ben", core.AddInput{})
	d := open(t, h, "pia", "")
	d.Press("*", "A").Expect("Approve 3 requests?", "3 will be approved", "[ Approve 3 ]").ExpectLine("🐙 sam@support.test → Nightly ETL", "admin for 4 h: INC-41")
	_, err := h.As("ben").RejectRequest(context.Background(), lea, 0, "no")
	h.Must(err)
	d.Press("enter").Expect("2 approved, 1 failed").ExpectLine("lea@partner-one.test", "Request 2 was rejected by ben@acme.test")
	d.Press("tab", "enter").Expect("2 approved, 1 failed").Press("esc")
	for _, id := range []core.RequestID{sam, sue} {
		if q := stateOf(t, h, id); q.State != core.RequestApproved {
			t.Errorf("request %d is %s", id, q.State)
		}
	}
	d.AwaitChange().Expect("Nothing waits for a decision.")
}

// TestBulkReject: one note for all, then the table, whose focus is on Cancel.
func TestBulkReject(t *testing.T) {
	h, sam, lea := waiting(t)
	d := open(t, h, "pia", "")
	d.Press("space", "space", "D").Expect("Reject 2 requests: a note for all of them").Type("Not this week.").Press("tab", "enter")
	d.Expect("Reject 2 requests?", "Note: Not this week.", "[ Cancel ]").Press("tab", "enter").Expect("2 rejected").Press("enter")
	for _, id := range []core.RequestID{sam, lea} {
		if q := stateOf(t, h, id); q.State != core.RequestRejected || q.Note != "Not this week." {
			t.Errorf("request %d: %s %q", id, q.State, q.Note)
		}
	}
}

// TestGuards: what is not possible says why: administrators outside (R6), the requester (R7), staff without MFA (R14).
func TestGuards(t *testing.T) {
	h, _, _ := waiting(t)
	d := open(t, h, "ana", "")
	d.Expect("! You have no right to do this in Nightly ETL; pia@data.test can.")
	d.Press("A").Expect("You have no right to do this").ExpectNot("Approve request")
	d.Press("esc", "x").Expect("Only lea@partner-one.test can withdraw this request.")
	d = open(t, h, "sam", "")
	d.Press("G").Expect("x withdraw   W why").Press("A").Expect("This is your own request; somebody else decides it.")
	d = open(t, h, "pia", "")
	d.Press("x").Expect("Only lea@partner-one.test can withdraw this request.")
	_, err := h.As("ana").DeleteProject(context.Background(), h.ETL, 0)
	h.Must(err)
	d.AwaitChange().Press("esc").Expect("Nothing waits for a decision.")
}

// TestObstacles: what stands in the way of approving is said before core is asked, and rejecting goes on: no longer staff
// (R10), no MFA (R14), a disabled project (R13), nobody to decide (R20).
func TestObstacles(t *testing.T) {
	h, _, _ := waiting(t)
	ctx := context.Background()
	d := open(t, h, "pia", "")
	h.Must(h.As("max").RemoveMember(ctx, h.PartnerOne.Ref(), h.People["lea"], 0))
	d.AwaitChange().Expect("no longer staff for Acme").Press("A").Expect("lea@partner-one.test is no longer staff for Acme.", "Reject request 2.")
	d.Press("esc", "D").Expect("Reject request 2?").Press("esc")
	_, err := h.As("sue").SwitchOffMFAOf(ctx, h.People["sam"], "Lost the phone")
	h.Must(err)
	d.AwaitChange().Press("j").Expect("MFA ○ off").Press("A").Expect("sam@support.test has no MFA, which is needed here.").Press("esc")
	_, err = h.As("sue").DisableProject(ctx, h.ETL, 0, "Moved to other hardware", 0)
	h.Must(err)
	d.AwaitChange().Press("A").Expect("Nightly ETL is disabled by Support: Moved to other hardware.").Press("esc", "D").Expect("Reject request 1?").Press("esc")
	h.Must(h.As("ana").RemoveMember(ctx, h.ETL.Ref(), h.People["pia"], 0))
	open(t, h, "ana", "").Expect("nobody now: an administrator must join Nightly ETL and decide")
}

// TestWithdraw: the requester takes the own request back (R11).
func TestWithdraw(t *testing.T) {
	h, sam, _ := waiting(t)
	d := open(t, h, "sam", request.TabMine)
	d.Expect("● waiting").Press("x").Expect("Withdraw request 1?", "[ Cancel ]").Press("enter").Press("x", "tab", "enter").Expect("Withdrew request 1 for Nightly ETL.")
	if q := stateOf(t, h, sam); q.State != core.RequestWithdrawn {
		t.Fatalf("state %s", q.State)
	}
	d.AwaitChange().Expect("○ withdrawn by 🐙 sam@support.test").Press("x").Expect("Request 1 was withdrawn by sam@support.test").Press("esc")
	d.Press("L").Expect("No visit of yours runs by this request.").Press("esc")
	again := h.Request("sam", h.ETL, "Once more")
	_, err := h.As("pia").ApproveRequest(context.Background(), again, 0, core.Term{})
	h.Must(err)
	d.AwaitChange().Press("g", "E").Expect("Ask to stay longer in Nightly ETL").Press("esc").Press("L").Expect("Leave Nightly ETL?").Press("tab", "enter").Expect("You left Nightly ETL.")
}

// TestVisits: the visitor stays longer by a request (R23) or leaves; somebody else ends the visit with a note.
func TestVisits(t *testing.T) {
	h, sam, lea := waiting(t)
	ctx := context.Background()
	for _, id := range []core.RequestID{sam, lea} {
		_, err := h.As("pia").ApproveRequest(ctx, id, 0, core.Term{})
		h.Must(err)
	}
	d := open(t, h, "sam", request.TabVisits)
	d.Expect("Active visits 2").ExpectLine("▌", "🐙 sam@support.test", "in 4 h", "INC-41").Expect("E ask to stay longer")
	d.Press("x").Expect("This is your own visit. Leave it with L.").Press("esc")
	d.Press("E").Expect("Ask to stay longer in Nightly ETL", "2026-11-21 16:10 UTC").Press("enter", "ctrl+u").Type("6h").Press("enter", "enter").Expect("Filed request 3 to stay in Nightly ETL for 6 h.")
	pia := open(t, h, "pia", "")
	pia.Expect("🐙 sam@support.test asks to stay in Nightly ETL for 6 h as admin", "Inside until").Press("A").Expect("Now until", "may stay in Nightly ETL").Press("enter").Expect("until 2026-11-21 18:10 UTC")
	d.AwaitChange().Press("g").Press("j").Expect("Extended", "request 3").Press("L").Expect("Leave Nightly ETL?", "[ Cancel ]").Press("tab", "enter").Expect("You left Nightly ETL.")
	pia.Press("tab").AwaitChange().Press("x").Expect("End visit 2 now?", "lea@partner-one.test leaves Nightly ETL at once")
	pia.Type("Done, thank you.").Press("tab", "enter").Expect("Ended the visit of lea@partner-one.test to Nightly ETL.")
	v, err := h.As("lea").Visit(ctx, 2)
	h.Must(err)
	if v.State != core.VisitRevoked || v.Cause != "Done, thank you." {
		t.Fatalf("visit %+v", v.Visit)
	}
	pia.AwaitChange().Expect("Nobody visits now.")
}

// TestPastVisits: what is over stays in a list over all organizations, with who let them in, who ended it and how long it
// really was; nothing can be ended there again (V9).
func TestPastVisits(t *testing.T) {
	h, sam, _ := waiting(t)
	open(t, h, "pia", request.TabPast).Expect("No visit is over yet.")
	_, err := h.As("pia").ApproveRequest(context.Background(), sam, 0, core.Term{})
	h.Must(err)
	d := open(t, h, "pia", request.TabPast)
	d.Expect("No visit is over yet.")
	_, err = h.As("sam").LeaveVisit(context.Background(), 1)
	h.Must(err)
	d.AwaitChange().ExpectLine("▌", "🐙 sam@support.test", "Nightly ETL", "left", "pia@data.test", "INC-41")
	d.ExpectNot("end it now").Press("x").ExpectNot("End visit").Press("enter").Expect("Visit 1", "was inside")
	open(t, h, "otto", request.TabPast).Expect("No visit is over yet.")
	open(t, h, "pia", request.TabPast).GoldenSizes("past")
}

// TestBulkRevoke: own visits are left out of a table of revocations.
func TestBulkRevoke(t *testing.T) {
	h, sam, lea := waiting(t)
	for _, id := range []core.RequestID{sam, lea} {
		_, err := h.As("pia").ApproveRequest(context.Background(), id, 0, core.Term{})
		h.Must(err)
	}
	d := open(t, h, "pia", request.TabVisits)
	d.Press("*", "x").Expect("End 2 visits: a note for all of them").Press("tab", "enter").Expect("End 2 visits now?", "2 will be revoked").Press("tab", "enter").Expect("2 revoked")
	d = open(t, h, "sam", request.TabVisits)
	d.Expect("Nobody visits now.")
}

// TestPages: the page of a request and of a visit, and of one that must stay hidden (A10, R25).
func TestPages(t *testing.T) {
	h, sam, _ := waiting(t)
	d := h.Driver(t, request.Kinds(), "pia", request.Page(sam))
	d.Expect("Requests ▸ Request 1", "asks to enter Nightly ETL", "Who may decide", "Lapses").Press("A", "enter").Expect("Approved request 1").AwaitChange()
	d.Expect("✓ approved by pia@data.test", "Granted").ExpectNot("A approve")
	d.Press("A").ExpectNot("Approve request")
	if got := d.Press("y").Copied(); got != "1" {
		t.Errorf("copied %q", got)
	}
	d.Resize(60, 16).Press("G").Expect("Filed")
	v := h.Driver(t, request.Kinds(), "sam", request.VisitPage(1))
	v.Expect("🐙 sam@support.test is inside Nightly ETL as admin", "Closes", "by its end", "L leave").Press("L", "tab", "enter").Expect("You left Nightly ETL.").AwaitChange()
	v.Expect("was inside", "left, 2026-11-21").ExpectNot("L leave")
	h.Driver(t, request.Kinds(), "otto", request.Page(sam)).Expect("There is no request 1 that you may see.", "h back")
	h.Driver(t, request.Kinds(), "otto", app.Page{Kind: "request", ID: "nonsense"}).Expect("There is no request")
}

// TestLinks: tabs are reached by links as people write them.
func TestLinks(t *testing.T) {
	h, _, _ := waiting(t)
	for link, want := range map[string]string{
		"requests": request.TabWaiting, "requests/decided": request.TabDecided, "requests/-/mine": request.TabMine, "requests/visits": request.TabVisits, "requests/past": request.TabPast,
	} {
		page, err := app.ParsePage(link)
		h.Must(err)
		if d := h.Driver(t, request.Kinds(), "pia", page); d.Page().Tab != want || d.Page().ID != "" {
			t.Errorf("%s leads to %v", link, d.Page())
		}
	}
}

// TestCommands: Y gives the same as a verb.
func TestCommands(t *testing.T) {
	h, _, _ := waiting(t)
	d := open(t, h, "pia", "")
	d.Press("space", "space", "Y").Expect("gatehouse request approve 2 1", "gatehouse request reject 2 1").ExpectNot("withdraw").Press("enter")
	if got := d.Copied(); got != "gatehouse request approve 2 1" {
		t.Errorf("copied %q", got)
	}
	d.Press("\\", "Y").Expect("gatehouse request approve 1 --for 4h", "gatehouse why sam@support.test 1")
}

// TestWhy: every check in order, the deciding one marked, and who can take the next step (W1, W2).
func TestWhy(t *testing.T) {
	h, _, _ := waiting(t)
	d := open(t, h, "pia", "")
	d.Press("W").Expect("lea@partner-one.test and Nightly ETL", "waits with request 2", "Who can: pia@data.test", "✓ passed", "· not reached").ExpectLine("▌", "R2", "A request is pending.")
	_, err := h.As("pia").ApproveRequest(context.Background(), 2, 0, core.Term{})
	h.Must(err)
	d.AwaitChange().Expect("lea@partner-one.test is inside as admin until").Press("W").ExpectNot("The checks, in order")
	d = open(t, h, "sam", "")
	d.Press("W").Expect("You wait with request 1")
}

// TestReadOnly: a session that only reads explains itself and decides nothing; Why works.
func TestReadOnly(t *testing.T) {
	h, _, _ := waiting(t)
	d := open(t, h, "pia", "")
	d.Model().Session().ReadOnly = true
	for _, key := range []string{"A", "E", "D", "x"} {
		d.Press(key).Expect("This session only reads.").Press("esc")
	}
	d.Press("W").Expect("The checks, in order")
}

// TestFilterAndSort: words and fields of core's list, and its two orders.
func TestFilterAndSort(t *testing.T) {
	h, _, _ := waiting(t)
	d := open(t, h, "pia", "")
	d.Press("/").Type("who:sam").Press("enter").Expect("INC-41", "who:sam").ExpectNot("Quarterly")
	d.Press("enter").Press("h").Expect("who:sam").ExpectNot("Quarterly").Press("esc").Expect("Quarterly")
	d.Press("o", "enter").Expect("WAITING ↑").ExpectLine("▌", "INC-41").Press("O").ExpectLine("▌", "Quarterly")
	d.Press("w").Expect("ID", "2026-11-21 12:10 UTC")
}

// TestEmpty: no key does harm where there is nothing, in every tab and size.
func TestEmpty(t *testing.T) {
	h := house(t)
	keys := strings.Fields("A E D x W L J t a e z y Y space v * \\ w o esc O / esc j k g G ctrl+d ctrl+u enter h r P P p ? esc : esc l")
	for _, tab := range []string{request.TabWaiting, request.TabVisits, request.TabDecided, request.TabMine} {
		for _, size := range driver.Sizes {
			d := open(t, h, "otto", tab)
			d.Resize(size[0], size[1]).Press(keys...)
			if d.Quit() || d.Page().Tab != tab {
				t.Errorf("%s: at %v", tab, d.Page())
			}
			d.Expect("  tab")
		}
	}
	open(t, h, "otto", "").Press("A").Expect("There is no row here for: approve.")
}

// TestEveryKey: every key that can be typed, on a full list and on a page, at the smallest size: nothing is decided by
// one key, and no page is lost.
func TestEveryKey(t *testing.T) {
	h, sam, lea := waiting(t)
	v, err := h.As("max").FileRequest(context.Background(), h.ETL, screentest.Entry("To be let in"))
	h.Must(err)
	_, err = h.As("pia").ApproveRequest(context.Background(), v.ID, 0, core.Term{})
	h.Must(err)
	pages := []app.Page{request.Page(sam), request.VisitPage(1)}
	for _, tab := range []string{request.TabWaiting, request.TabVisits, request.TabDecided, request.TabMine} {
		pages = append(pages, app.Page{Kind: "requests", Tab: tab})
	}
	for _, p := range pages {
		for _, who := range []string{"pia", "sam", "max"} {
			d := h.Driver(t, request.Kinds(), who, p)
			d.Resize(60, 16)
			for key := '!'; key <= '~'; key++ {
				d.Press(string(key), "esc", "esc", "esc")
				if f := d.Frame(); strings.Contains(f, "failed inside") || strings.Contains(f, "This page failed") {
					t.Fatalf("%v: %c:\n%s", p, key, f)
				}
			}
		}
	}
	for _, id := range []core.RequestID{sam, lea} {
		if q := stateOf(t, h, id); q.State != core.RequestPending {
			t.Errorf("request %d is %s", id, q.State)
		}
	}
	if visit, err := h.As("max").Visit(context.Background(), 1); err != nil || visit.State != core.VisitActive {
		t.Errorf("visit: %+v, %v", visit.Visit, err)
	}
}

// TestASCII: without symbols every state is still said, and nothing but ASCII leaves where names are ASCII.
func TestASCII(t *testing.T) {
	h, _, _ := waiting(t)
	d := open(t, h, "pia", "")
	ascii := func(d *driver.Driver) *driver.Driver {
		return d.Press(":").Type("symbols").Press("enter")
	}
	ascii(d)
	for _, keys := range [][]string{{"j"}, {"A"}, {"esc", "D"}, {"esc", "W"}, {"esc", "*", "A"}, {"esc", "enter"}} {
		for i, r := range d.Press(keys...).Frame() {
			if r > '~' {
				t.Fatalf("%v: %q at %d:\n%s", keys, r, i, d.Frame())
			}
		}
	}
	ascii(open(t, h, "sam", "")).Expect("[S] sam@support.test")
}

// TestKeysAreUnique: no two actions of a page share a key.
func TestKeysAreUnique(t *testing.T) {
	h := house(t)
	for _, c := range app.Contexts(&app.Session{House: h.House, Actor: h.As("pia"), Now: h.Clock.Now}, request.Kinds()) {
		for _, clash := range keymap.Clashes(c) {
			t.Error(clash)
		}
	}
}

// TestFrames keeps the look at all sizes, with names that are hard to draw.
func TestFrames(t *testing.T) {
	h := house(t)
	h.Strange()
	h.Clock.Move(90 * time.Minute)
	sam := h.Request("sam", h.ETL, screentest.Incident)
	h.Request("lea", h.ETL, "Quarterly review of the nightly load, with a reason that is longer than any line of this list can ever be")
	d := open(t, h, "ana", "")
	d.Press("j", "j").GoldenSizes("waiting")
	_, err := h.As("pia").ApproveRequest(context.Background(), sam, 0, core.Term{})
	h.Must(err)
	_, err = h.As("ana").RejectRequest(context.Background(), 1, 0, "Please say which table.")
	h.Must(err)
	open(t, h, "pia", request.TabVisits).GoldenSizes("visits")
	open(t, h, "ana", request.TabDecided).GoldenSizes("decided")
	open(t, h, "sam", request.TabMine).GoldenSizes("mine")
	h.Driver(t, request.Kinds(), "ana", request.Page(4)).GoldenSizes("request")
	open(t, h, "ana", "").Press("j", "A").GoldenSizes("approve")
	open(t, h, "ana", "").Press("j", "D").GoldenSizes("reject")
	open(t, h, "ana", "").Press("W").GoldenSizes("why")
}

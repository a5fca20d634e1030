package core_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
)

// closedHouse is the start with Auto Join off.
func closedHouse(t *testing.T) *fixture {
	t.Helper()
	h := newFixture(t)
	h.autoJoin(false)
	return h
}

func TestWhoFilesRequests(t *testing.T) { // R1, R17
	want := verdicts{
		"sam": "", "lea": "", "ana": core.ReasonUseJoin, "pia": core.ReasonAlreadyMember, "gus": core.ReasonAlreadyMember,
		"vic": core.ReasonAlreadyMember, "cem": core.ReasonAdminRoleRequired, "otto": core.ReasonForbidden,
		"nia": core.ReasonInactiveAccount,
	}
	want.each(t, func(h *fixture, a *core.Actor) error {
		h.autoJoin(false)
		return onlyErr(a.FileRequest(ctx, h.etl, entry()))
	})
}

func TestWhoDecidesRequests(t *testing.T) { // R5, R6, V4, R17, A10
	for d, want := range map[core.Deciders]verdicts{
		core.DecidersAnyUser: {
			"pia": "", "shay": "", "gus": "", "vic": core.ReasonVisitorRestricted, "ana": core.ReasonForbidden,
			"sam": core.ReasonForbidden, "lea": core.ReasonForbidden, "cem": core.ReasonNotFound, "otto": core.ReasonNotFound,
			"nia": core.ReasonInactiveAccount,
		},
		core.DecidersFullRole: {"pia": "", "shay": "", "gus": core.ReasonRoleRestricted, "ana": core.ReasonForbidden},
	} {
		for name, decide := range map[string]func(*core.Actor, core.RequestID) error{
			"approve": func(a *core.Actor, id core.RequestID) error {
				return onlyErr(a.ApproveRequest(ctx, id, 0, core.Term{}))
			},
			"reject": func(a *core.Actor, id core.RequestID) error { return onlyErr(a.RejectRequest(ctx, id, 0, "")) },
		} {
			t.Run(string(d)+" "+name, func(t *testing.T) {
				want.each(t, func(h *fixture, a *core.Actor) error {
					h.autoJoin(false)
					h.deciders(d)
					q := h.file("max")
					return decide(a, q.ID)
				})
			})
		}
	}
}

func TestRequestOfAnotherThatOneMayNotSeeIsLikeNone(t *testing.T) { // A10
	h := closedHouse(t)
	q := h.file("sam")
	hidden := onlyErr(h.as("otto").ApproveRequest(ctx, q.ID, 0, core.Term{}))
	absent := onlyErr(h.as("otto").ApproveRequest(ctx, q.ID+1, 0, core.Term{}))
	refused(t, hidden, core.ReasonNotFound)
	refused(t, absent, core.ReasonNotFound)
	if a, b := hidden.Error(), absent.Error(); strings.Replace(a, q.ID.Ref().String(), "", 1) != a || len(a) != len(b) {
		t.Errorf("the sentences differ: %q, %q", a, b)
	}
	refused(t, onlyErr(h.as("otto").WithdrawRequest(ctx, q.ID, 0)), core.ReasonNotFound)
	refused(t, onlyErr(h.as("pia").WithdrawRequest(ctx, q.ID, 0)), core.ReasonForbidden)
}

func TestOnePendingRequest(t *testing.T) { // R2, R15, R16
	h := closedHouse(t)
	q := h.file("sam")
	_, err := h.as("sam").FileRequest(ctx, h.etl, entry())
	refused(t, err, core.ReasonAlreadyRequested)
	must(h.as("pia").RejectRequest(ctx, q.ID, q.Version, ""))(t)
	q = h.file("sam") // right after a rejection
	must(h.as("sam").WithdrawRequest(ctx, q.ID, q.Version))(t)
	h.file("sam")
	h.addInvitation(h.etl.Ref(), "lea", "pia")
	_, err = h.as("lea").FileRequest(ctx, h.etl, entry())
	refused(t, err, core.ReasonAlreadyInvited)
}

func TestWhenARequestLapses(t *testing.T) { // R12, R3, S27, R24
	for name, c := range map[string]struct {
		hours int
		asked core.Term
		after time.Duration
	}{
		"pending time":        {72, forHours(4), 72 * time.Hour},
		"until is first":      {72, until(core.At(begin.Add(20 * time.Minute))), 20 * time.Minute},
		"pending time before": {1, until(core.At(begin.Add(core.Day))), time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			h := closedHouse(t)
			h.editOrganization(h.acme, func(o *core.Organization) { o.PendingHours = c.hours })
			q := h.file("sam", c.asked)
			if q.Lapses != h.in(c.after) {
				t.Fatalf("lapses %s, want %s", q.Lapses, h.in(c.after))
			}
			h.editOrganization(h.acme, func(o *core.Organization) { o.PendingHours = 300 }) // fixed at filing
			h.clock.move(c.after)                                                           // due, and not swept yet
			for _, err := range []error{
				onlyErr(h.as("pia").ApproveRequest(ctx, q.ID, q.Version, core.Term{})),
				onlyErr(h.as("pia").RejectRequest(ctx, q.ID, q.Version, "")),
				onlyErr(h.as("sam").WithdrawRequest(ctx, q.ID, q.Version)),
			} {
				refused(t, err, core.ReasonLapsed)
			}
			h.writes(1, func() { h.sweep() })
			got := h.wantState(q.ID, core.RequestLapsed)
			if got.Decided != h.now() || got.By != 0 {
				t.Errorf("request: %+v", got)
			}
			if n := h.told("sam", core.NoticeRequestLapsed); n.Subject != "Your request for Nightly ETL lapsed" {
				t.Errorf("Sam is told %q", n.Subject)
			}
			if n := h.told("pia", core.NoticeRequestFiled); n.Withdrawn == 0 {
				t.Error("the notice is not withdrawn (N6)")
			}
			refused(t, onlyErr(h.as("pia").ApproveRequest(ctx, q.ID, 0, core.Term{})), core.ReasonLapsed)
			h.writes(0, func() { h.sweep() })
			h.file("sam") // R15
		})
	}
}

func TestDecidedOnceNamesWhoAndWhen(t *testing.T) { // F10, R24
	h := closedHouse(t)
	h.addUser(h.etl, "ana", core.RoleProjectAdmin)
	q := h.file("sam")
	must(h.as("ana").ApproveRequest(ctx, q.ID, q.Version, core.Term{}))(t)
	_, err := h.as("pia").RejectRequest(ctx, q.ID, q.Version, "")
	refused(t, err, core.ReasonAlreadyDecided)
	if want := "Request 1 was approved by ana@acme.test at 2026-03-02 10:00 UTC."; core.AsError(err).Message != want {
		t.Errorf("message %q, want %q", core.AsError(err).Message, want)
	}
	refused(t, onlyErr(h.as("sam").WithdrawRequest(ctx, q.ID, 0)), core.ReasonAlreadyDecided)
	q2 := h.file("lea")
	_, err = h.as("pia").ApproveRequest(ctx, q2.ID, q2.Version+1, core.Term{})
	refused(t, err, core.ReasonStale)
	h.wantState(q2.ID, core.RequestPending)
}

func TestGrantingAnotherEnd(t *testing.T) { // R21
	tomorrow := core.At(begin.Add(core.Day))
	at := func(d time.Duration) core.Term { return until(core.At(begin.Add(d))) }
	for name, c := range map[string]struct {
		asked, grant core.Term
		ends         time.Duration // after 10:00; zero: refused
		want         core.Reason
	}{
		"for, shorter":             {forHours(4), forHours(1), time.Hour, ""},
		"for, longer":              {forHours(4), forHours(48), 48 * time.Hour, ""},
		"for, 14 d":                {forHours(4), forHours(14 * 24), 14 * core.Day, ""},
		"for, 15 min":              {forHours(4), core.Term{For: 15}, 15 * time.Minute, ""},
		"for, 14 min":              {forHours(4), core.Term{For: 14}, 0, core.ReasonInvalidEnd},
		"for, over 14 d":           {forHours(4), forHours(14*24 + 1), 0, core.ReasonInvalidEnd},
		"for, as a moment":         {forHours(4), at(2 * time.Hour), 2 * time.Hour, ""},
		"until, earlier":           {until(tomorrow), at(time.Hour), time.Hour, ""},
		"until, the same":          {until(tomorrow), until(tomorrow), core.Day, ""},
		"until, later":             {until(tomorrow), at(core.Day + time.Second), 0, core.ReasonInvalidEnd},
		"until, too soon":          {until(tomorrow), at(14 * time.Minute), 0, core.ReasonInvalidEnd},
		"until, shorter as length": {until(tomorrow), forHours(1), time.Hour, ""},
		"until, longer as length":  {until(tomorrow), forHours(25), 0, core.ReasonInvalidEnd},
		"both":                     {forHours(4), core.Term{For: 60, Until: tomorrow}, 0, core.ReasonExpiryRequired},
	} {
		t.Run(name, func(t *testing.T) {
			h := closedHouse(t)
			q := h.file("sam", c.asked)
			got, err := h.as("pia").ApproveRequest(ctx, q.ID, q.Version, c.grant)
			if c.want != "" {
				refused(t, err, c.want)
				h.wantState(q.ID, core.RequestPending)
				return
			}
			allowed(t, err)
			want := core.At(begin.Add(c.ends))
			if v := h.visitor("sam"); v.Ends != want || got.Granted != want || got.Asked != c.asked || v.Asked != c.asked {
				t.Errorf("asked %+v, granted %s, visit %+v; want the end %s", got.Asked, got.Granted, v, want)
			}
		})
	}
}

func TestApprovingShortlyBeforeTheMomentAsked(t *testing.T) { // R3: until binds, approval starts no clock
	h := closedHouse(t)
	q := h.file("sam", until(h.in(time.Hour)))
	h.pass(50 * time.Minute)
	must(h.as("pia").ApproveRequest(ctx, q.ID, q.Version, core.Term{}))(t)
	if v := h.visitor("sam"); v.Ends != h.in(10*time.Minute) {
		t.Errorf("visit: %+v", v)
	}
}

func TestRequesterWithoutMFAOrStaffRelation(t *testing.T) { // R9, R10, R14, H5
	h := closedHouse(t)
	sam, lea := h.file("sam"), h.file("lea")
	h.setMFA("sam", false)
	refused(t, onlyErr(h.as("pia").ApproveRequest(ctx, sam.ID, 0, core.Term{})), core.ReasonMFARequired)
	h.dropMember(h.partnerOne.Ref(), "lea")
	refused(t, onlyErr(h.as("pia").ApproveRequest(ctx, lea.ID, 0, core.Term{})), core.ReasonNoLongerStaff)
	refused(t, onlyErr(h.as("lea").FileRequest(ctx, h.etl, entry())), core.ReasonForbidden)
	refused(t, onlyErr(listRequests(h, "lea", h.etl)), core.ReasonForbidden)
	if mine := must(myRequests(h, "lea"))(t); len(mine) != 1 {
		t.Errorf("own requests: %+v", mine)
	}
	h.wantState(sam.ID, core.RequestPending)
	must(h.as("pia").RejectRequest(ctx, sam.ID, 0, ""))(t)
	must(h.as("lea").WithdrawRequest(ctx, lea.ID, 0))(t)
	q := h.file("sue")
	h.editAccount("sue", func(a *core.Account) { a.Expires = h.now() }) // due, not swept yet
	refused(t, onlyErr(h.as("pia").ApproveRequest(ctx, q.ID, 0, core.Term{})), core.ReasonNoLongerStaff)
}

func TestNobodyDecidesTheOwnRequest(t *testing.T) { // R7
	h := closedHouse(t)
	q := h.file("lea")
	h.addUser(h.etl, "lea", core.RoleProjectAdmin) // past the rules: R8 would have settled the request
	refused(t, onlyErr(h.as("lea").ApproveRequest(ctx, q.ID, 0, core.Term{})), core.ReasonForbidden)
	refused(t, onlyErr(h.as("lea").RejectRequest(ctx, q.ID, 0, "")), core.ReasonForbidden)
	h.dropMember(h.etl.Ref(), "lea")
}

func TestRequestThatNobodyCanDecide(t *testing.T) { // R20
	h := closedHouse(t)
	h.deciders(core.DecidersFullRole)
	h.addAccount("gus", "gus@data.test")
	h.addUser(h.etl, "gus", core.RoleGuest)
	q := h.file("sam")
	if q.Undecidable {
		t.Fatalf("Pia can decide: %+v", q)
	}
	h.notTold("ana", core.NoticeUndecidable)
	allowed(t, h.as("pia").LeaveProject(ctx, h.etl)) // the last decider goes
	if got := h.request(q.ID); !got.Undecidable || got.State != core.RequestPending {
		t.Errorf("request: %+v", got)
	}
	for _, who := range []string{"ana", "ben"} {
		if n := h.told(who, core.NoticeUndecidable); n.Subject != "Nobody can decide: sam@support.test asks to enter Nightly ETL" {
			t.Errorf("%s is told %q", who, n.Subject)
		}
	}
	lea := h.file("lea") // filed all the same, and says so
	if !lea.Undecidable {
		t.Errorf("request: %+v", lea)
	}
	must(h.as("ana").JoinProject(ctx, h.etl, nil))(t)
	must(h.as("ana").ApproveRequest(ctx, lea.ID, lea.Version, core.Term{}))(t)
	h.visitor("lea")
	for _, n := range h.inbox("ben") {
		if n.Subjects[0] == lea.ID.Ref() && n.Withdrawn == 0 {
			t.Errorf("not withdrawn: %+v (N6)", n)
		}
	}
}

func TestReminders(t *testing.T) { // N6, SW1
	h := closedHouse(t)
	h.deciders(core.DecidersFullRole)
	h.addAccount("gus", "gus@data.test")
	h.addUser(h.etl, "gus", core.RoleGuest)
	q := h.file("sam")
	reminders := func(who string) (n int) {
		for _, x := range h.inbox(who) {
			if x.Event == core.NoticeReminder {
				n++
				if x.Subject != "Still waiting: sam@support.test asks to enter Nightly ETL" || !x.Decide {
					t.Errorf("reminder: %+v", x)
				}
			}
		}
		return n
	}
	h.writes(0, func() { h.pass(18*time.Hour - time.Second) })
	h.writes(1, func() { h.pass(time.Second) })
	h.lastEvent(h.acme.Ref(), "request.remind")
	if reminders("pia") != 1 || reminders("gus") != 0 || reminders("sam") != 0 {
		t.Errorf("reminders: %d %d %d", reminders("pia"), reminders("gus"), reminders("sam"))
	}
	h.addUser(h.etl, "ana", core.RoleProjectAdmin)
	h.writes(1, func() { h.pass(40 * time.Hour) }) // 1/2 and 3/4 are past: only the latest
	if reminders("pia") != 2 || reminders("ana") != 1 {
		t.Errorf("reminders: %d %d", reminders("pia"), reminders("ana"))
	}
	// What was seen before the reminders can still be decided: they change nothing that the decision rests on.
	must(h.as("ana").RejectRequest(ctx, q.ID, q.Version, ""))(t)
	for _, n := range h.inbox("pia") {
		if n.Withdrawn == 0 || n.Unread() {
			t.Errorf("not withdrawn: %+v", n)
		}
	}
	h.writes(0, func() { h.pass(core.Day) })
}

func TestExtendingAVisit(t *testing.T) { // R23, R12
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, entryP()))(t)
	v := h.visitor("sam")
	refused(t, onlyErr(h.as("sam").ExtendVisit(ctx, v.ID, entry(until(v.Ends)))), core.ReasonInvalidEnd)
	refused(t, onlyErr(h.as("sam").ExtendVisit(ctx, v.ID, core.Entry{Term: forHours(4)})), core.ReasonReasonRequired)
	refused(t, onlyErr(h.as("pia").ExtendVisit(ctx, v.ID, entry())), core.ReasonForbidden)
	refused(t, onlyErr(h.as("otto").ExtendVisit(ctx, v.ID, entry())), core.ReasonNotFound)
	var q core.Request
	h.writes(1, func() { q = must(h.as("sam").ExtendVisit(ctx, v.ID, entry(forHours(2))))(t) }) // Auto Join is on
	if q.Extends != v.ID || q.Lapses != v.Ends || q.State != core.RequestPending {
		t.Errorf("extension: %+v", q)
	}
	if n := h.told("pia", core.NoticeExtensionFiled); n.Subject != "sam@support.test asks to stay in Nightly ETL for 2 h" {
		t.Errorf("Pia is told %q", n.Subject)
	}
	refused(t, onlyErr(h.as("sam").ExtendVisit(ctx, v.ID, entry())), core.ReasonAlreadyRequested)
	refused(t, onlyErr(h.as("sam").ApproveRequest(ctx, q.ID, 0, core.Term{})), core.ReasonVisitorRestricted)
	refused(t, onlyErr(h.as("pia").ApproveRequest(ctx, q.ID, q.Version, core.Term{})), core.ReasonInvalidEnd) // 12:00 is not later

	h.pass(3 * time.Hour)
	h.writes(1, func() { must(h.as("pia").ApproveRequest(ctx, q.ID, q.Version, core.Term{}))(t) })
	got := h.visitor("sam")
	if got.ID != v.ID || got.Ends != h.in(2*time.Hour) || len(got.Extensions) != 1 || got.Extensions[0] != q.ID || got.Started != v.Started {
		t.Errorf("visit: %+v", got)
	}
	if n := h.told("sam", core.NoticeRequestApproved); n.Subject != "You may enter Nightly ETL until 2026-03-02 15:00 UTC" {
		t.Errorf("Sam is told %q", n.Subject)
	}

	next := must(h.as("sam").ExtendVisit(ctx, v.ID, entry()))(t)
	must(h.as("pia").RevokeVisit(ctx, v.ID, 0, ""))(t) // the visit ends early
	h.wantState(next.ID, core.RequestVoid)
	refused(t, onlyErr(h.as("sam").ExtendVisit(ctx, v.ID, entry())), core.ReasonAlreadyDecided)
}

func TestAnExtensionLapsesWithItsVisit(t *testing.T) { // R12, R23
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, entryP()))(t)
	v := h.visitor("sam")
	q := must(h.as("sam").ExtendVisit(ctx, v.ID, entry()))(t)
	h.clock.move(4 * time.Hour)
	refused(t, onlyErr(h.as("pia").ApproveRequest(ctx, q.ID, 0, core.Term{})), core.ReasonLapsed)
	refused(t, onlyErr(h.as("sam").ExtendVisit(ctx, v.ID, entry())), core.ReasonLapsed)
	h.writes(2, func() { h.sweep() })
	h.wantState(q.ID, core.RequestLapsed)
	h.told("sam", core.NoticeRequestLapsed)
	h.told("sam", core.NoticeVisitEnded)
	h.noMember(h.etl.Ref(), "sam")
}

func TestDeniedAttemptsAreAuditedOnceInTenMinutes(t *testing.T) { // AU8, AU11
	h := closedHouse(t)
	q := h.file("sam")
	tries := []func() error{
		func() error { return onlyErr(h.as("otto").FileRequest(ctx, h.etl, entry())) },
		func() error { return onlyErr(h.as("otto").JoinProject(ctx, h.etl, nil)) },
		func() error { return onlyErr(h.as("ana").ApproveRequest(ctx, q.ID, 0, core.Term{})) },
	}
	for _, try := range tries {
		h.writes(1, func() { refused(t, try(), core.ReasonForbidden) })
	}
	for range 3 {
		h.pass(time.Minute)
		h.writes(0, func() { refused(t, tries[0](), core.ReasonForbidden) })
	}
	h.writes(1, func() { h.pass(7 * time.Minute) })
	e := h.lastEvent(h.acme.Ref(), "request.file")
	if e.Count != 3 || e.Outcome != core.OutcomeDenied || e.Reason != string(core.ReasonForbidden) || e.Actor != h.id("otto") {
		t.Errorf("event: %+v", e)
	}
	h.writes(0, func() { h.pass(time.Hour) })
	if left := allOf(h, core.Tx.Attempts, core.Scan{}); len(left) != 0 {
		t.Errorf("attempts are left: %+v", left)
	}
	h.writes(1, func() { refused(t, tries[0](), core.ReasonForbidden) })
	h.writes(0, func() { refused(t, tries[0](), core.ReasonForbidden) })
	h.clock.move(10 * time.Minute)
	h.writes(2, func() { refused(t, tries[0](), core.ReasonForbidden) }) // the count that was not swept yet, and the new one
	h.writes(0, func() {                                                 // conflicts are no denied attempts
		refused(t, onlyErr(h.as("sam").FileRequest(ctx, h.etl, entry())), core.ReasonAlreadyRequested)
	})
}

// R20, M19: when the last administrators stop acting after they were told, Support is told then, has the request on Home,
// and an administrator who comes back is told again.
func TestUndecidableAfterTheLastAdministratorStops(t *testing.T) {
	h := closedHouse(t)
	h.deciders(core.DecidersFullRole)
	allowed(t, h.as("pia").LeaveProject(ctx, h.etl))
	q := h.file("lea")
	h.told("ana", core.NoticeUndecidable)
	h.notTold("sue", core.NoticeUndecidable)
	if !q.Undecidable || q.ForSupport || !strings.Contains(q.HelpWords(), "administrators of the organization were told") {
		t.Errorf("%+v %q", q, q.HelpWords())
	}
	for _, who := range []string{"ana", "ben"} {
		h.editAccount(who, func(a *core.Account) { a.Expires = h.in(time.Hour) })
	}
	h.pass(2 * time.Hour)
	n := h.told("sue", core.NoticeUndecidable)
	got := h.request(q.ID)
	if !got.ForSupport || !strings.Contains(n.Body, "Hand the organization over") || !strings.Contains(got.HelpWords(), "Support was told") {
		t.Errorf("%+v; Support is told %q", got, n.Body)
	}
	home := must(h.as("sam").Home(ctx))(t)
	if len(home.ForSupport) != 1 || home.ForSupport[0].ID != q.ID || home.More.ForSupport {
		t.Errorf("Home shows %+v", home.ForSupport)
	}
	if home := must(h.as("max").Home(ctx))(t); len(home.ForSupport) != 0 {
		t.Errorf("Home of a maintainer shows %+v", home.ForSupport)
	}
	before := len(h.inbox("ana"))
	must(h.as("sam").SetAccountExpiry(ctx, h.id("ana"), h.in(core.Day)))(t)
	if got := h.request(q.ID); got.ForSupport || !got.Undecidable {
		t.Errorf("%+v", got)
	}
	if inbox := h.inbox("ana"); len(inbox) <= before || !slices.ContainsFunc(inbox, func(n core.Notification) bool {
		return n.Event == core.NoticeUndecidable && n.Created == h.now()
	}) {
		t.Error("Ana, who can act again, was not told again")
	}
}

// R20, M19: where no administrator can act, Support is told that nobody can decide, and how that is mended; who the
// organization is handed over to is told what waits.
func TestUndecidableWhereNobodyRuns(t *testing.T) {
	h := closedHouse(t)
	h.deciders(core.DecidersFullRole)
	for _, who := range []string{"ana", "ben"} {
		h.editAccount(who, func(a *core.Account) { a.State, a.Expires = core.AccountExpired, h.now() })
	}
	allowed(t, h.as("pia").LeaveProject(ctx, h.etl))
	q := h.file("lea")
	n := h.told("sue", core.NoticeUndecidable)
	if !q.Undecidable || !strings.Contains(n.Body, "No administrator of Acme can act. Hand the organization over") {
		t.Errorf("%+v; Support is told %q", q, n.Body)
	}
	h.notTold("ana", core.NoticeUndecidable)
	_, _, err := h.as("sam").HandOver(ctx, h.acme, "otto@elsewhere.test", incident)
	allowed(t, err)
	h.told("otto", core.NoticeUndecidable)
	must(h.as("otto").JoinProject(ctx, h.etl, nil))(t)
	must(h.as("otto").ApproveRequest(ctx, q.ID, 0, core.Term{}))(t)
}

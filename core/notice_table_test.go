package core_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// noticeRow is one row of the table of section 21: what happens, and exactly who is told what.
type noticeRow struct {
	name  string
	given func(h *fixture)
	when  func(h *fixture)
	// want maps who is told, by first name or by address, to their subject lines; everybody else is told nothing.
	want map[string]string
}

// toldSince gives the subject lines of all notifications after one, by who is told.
func (h *fixture) toldSince(last core.NotificationID) map[string]string {
	h.t.Helper()
	names := map[core.AccountID]string{}
	for name, id := range h.people {
		names[id] = name
	}
	got := map[string]string{}
	for _, n := range h.worded(core.Scan{}) {
		if n.ID <= last {
			continue
		}
		who := n.Address
		if n.Recipient != 0 {
			who = names[n.Recipient]
			if who == "" {
				h.get(func(tx core.Tx) error {
					a, _, err := tx.Accounts().Get(n.Recipient)
					who, _, _ = strings.Cut(a.Email, "@")
					return err
				})
			}
		}
		if before := got[who]; before != "" {
			h.t.Errorf("%s is told twice (N5): %q and %q", who, before, n.Subject)
		}
		got[who] = n.Subject
	}
	return got
}

func (h *fixture) lastNotification() (last core.NotificationID) {
	for _, n := range allOf(h, core.Tx.Notifications, core.Scan{Reverse: true, Limit: 1}) {
		last = n.ID
	}
	return last
}

// TestNoticeTable drives every row of the table of section 21 (N1, N5, N6).
func TestNoticeTable(t *testing.T) {
	suite.Sequential(t)
	for _, row := range slices.Concat(entryNotices(), requestNotices(), unitNotices(), accountNotices(), ticketNotices(), visitNotices(), silentRows()) {
		t.Run(row.name, func(t *testing.T) {
			h := newFixture(t)
			if row.given != nil {
				row.given(h)
			}
			last := h.lastNotification()
			row.when(h)
			if got := h.toldSince(last); !maps.Equal(got, row.want) {
				t.Errorf("told:\n%s\nnot:\n%s", listed(got), listed(row.want))
			}
		})
	}
}

func listed(told map[string]string) string {
	var b strings.Builder
	for _, who := range slices.Sorted(maps.Keys(told)) {
		fmt.Fprintf(&b, "  %s: %s\n", who, told[who])
	}
	return b.String()
}

// several gives one subject line to several people.
func several(subject string, who ...string) map[string]string {
	m := map[string]string{}
	for _, w := range who {
		m[w] = subject
	}
	return m
}

func off(h *fixture) { h.autoJoin(false) }

func entryNotices() []noticeRow {
	added := func(unit func(h *fixture) core.Unit, email string) func(h *fixture) {
		return func(h *fixture) {
			who := "ana"
			if unit(h).Kind == core.KindMaintainer {
				who = "lea"
			}
			_, _, err := h.add(who, core.AddInput{Unit: unit(h), Email: email})
			allowed(h.t, err)
		}
	}
	org := func(h *fixture) core.Unit { return h.acme.Ref() }
	maintainer := func(h *fixture) core.Unit { return h.partnerOne.Ref() }
	project := func(h *fixture) core.Unit { return h.etl.Ref() }
	removed := func(who string, unit func(h *fixture) core.Unit, whom string) func(h *fixture) {
		return func(h *fixture) { allowed(h.t, h.as(who).RemoveMember(ctx, unit(h), h.id(whom), 0)) }
	}
	return []noticeRow{
		{"member added to organization", nil, added(org, "otto@elsewhere.test"), map[string]string{
			"otto": "You are now a member of Acme", "ben": "otto@elsewhere.test is now an administrator of Acme",
		}},
		{"member added to maintainer", nil, added(maintainer, "otto@elsewhere.test"), several("You are now a member of Partner One", "otto")},
		{"member removed from organization", nil, removed("ana", org, "ben"), several("You are no longer a member of Acme", "ben")},
		{"member removed from maintainer", nil, removed("lea", maintainer, "max"), several("You are no longer a member of Partner One", "max")},
		{"added without an account", nil, added(project, "new@acme.test"), several("ana@acme.test invites you to Nightly ETL: activate your account", "new")},
		{"direct add", nil, added(project, "otto@elsewhere.test"), several("You are now a user of Nightly ETL", "otto")},
		{
			"removed from project", func(h *fixture) { h.addUser(h.etl, "otto", core.RoleReadOnly) }, removed("pia", project, "otto"),
			several("You are no longer a user of Nightly ETL", "otto"),
		},
		{"temporary membership over", func(h *fixture) {
			h.addUser(h.etl, "otto", core.RoleReadOnly, func(m *core.Membership) { m.Until = h.in(time.Hour) })
		}, func(h *fixture) { h.pass(time.Hour) }, several("Your access to Nightly ETL has ended", "otto")},
		{
			"invitation sent", nil, func(h *fixture) { h.invited("ana", "otto@elsewhere.test") },
			several("ana@acme.test invites you to Nightly ETL", "otto"),
		},
		{
			"invitation without an account", nil, func(h *fixture) { h.invited("ana", "new@acme.test") },
			several("ana@acme.test invites you to Nightly ETL: activate your account", "new"),
		},
		{"invitation re-sent by another", func(h *fixture) { h.invited("ana", "otto@elsewhere.test") }, func(h *fixture) {
			_, _, err := h.as("ana").ResendInvitation(ctx, 1, 0, 0)
			allowed(h.t, err)
		}, several("ana@acme.test invites you to Nightly ETL", "otto")},
		{
			"invitation accepted", func(h *fixture) { h.invited("ana", "otto@elsewhere.test") },
			func(h *fixture) { must(h.as("otto").AcceptInvitation(ctx, 1, 0))(h.t) },
			several("otto@elsewhere.test accepted your invitation to Nightly ETL", "ana"),
		},
		{
			"invitation declined", func(h *fixture) { h.invited("ana", "otto@elsewhere.test") },
			func(h *fixture) { must(h.as("otto").DeclineInvitation(ctx, 1, 0))(h.t) },
			several("otto@elsewhere.test declined your invitation to Nightly ETL", "ana"),
		},
		{
			"staff joined a project", func(h *fixture) {
				h.addUser(h.etl, "otto", core.RoleReadOnly)
				must(h.as("lea").JoinProject(ctx, h.etl, ptr(entry())))(h.t)
			}, func(h *fixture) { must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(h.t) },
			several("sam@support.test entered Nightly ETL until 2026-03-02 14:00 UTC", "pia", "otto"),
		}, // not Lea: she visits
		{
			"staff joined an organization", nil, func(h *fixture) { must(h.as("lea").JoinOrganization(ctx, h.acme, entry()))(h.t) },
			several("lea@partner-one.test joined Acme until 2026-03-02 14:00 UTC", "ana", "ben"),
		},
		{
			"visit revoked", func(h *fixture) { h.visiting() },
			func(h *fixture) { must(h.as("pia").RevokeVisit(ctx, 1, 0, "Done"))(h.t) },
			several("pia@data.test ended your visit to Nightly ETL", "sam"),
		},
		{"visitor removed", func(h *fixture) { h.visiting() }, removed("pia", project, "sam"), several("pia@data.test ended your visit to Nightly ETL", "sam")},
		{"visit over by time", func(h *fixture) { h.visiting() }, func(h *fixture) { h.pass(4 * time.Hour) }, several("Your visit to Nightly ETL has ended", "sam")},
	}
}

func requestNotices() []noticeRow {
	asks := "sam@support.test asks to enter Nightly ETL"
	waiting := func(h *fixture) {
		off(h)
		h.file("sam")
	}
	return []noticeRow{
		{"request filed, to visitors and role users too", func(h *fixture) {
			must(h.as("lea").JoinProject(ctx, h.etl, ptr(entry())))(h.t)
			h.addUser(h.etl, "otto", core.RoleGuest)
			h.addMember(h.acme.Ref(), "max", core.RoleDefault)
			h.addGrant(h.etl, core.RoleDefault, "readOnly")
			off(h)
		}, func(h *fixture) { h.file("sam") }, several(asks+" for 4 h", "pia", "otto", "lea", "max", "ana", "ben")},
		{
			"request until a moment", off, func(h *fixture) { h.file("sam", until(h.in(6*time.Hour))) },
			several(asks+" until 2026-03-02 16:00 UTC", "pia"),
		},
		{
			"extension filed", func(h *fixture) { h.visiting() },
			func(h *fixture) { must(h.as("sam").ExtendVisit(ctx, 1, entry(forHours(6))))(h.t) },
			several("sam@support.test asks to stay in Nightly ETL for 6 h", "pia"),
		},
		{"reminder", waiting, func(h *fixture) { h.pass(42 * time.Hour) }, several("Still waiting: "+asks, "pia")},
		{
			"nobody can decide", func(h *fixture) { off(h); h.dropMember(h.etl.Ref(), "pia") }, func(h *fixture) { h.file("sam") },
			several("Nobody can decide: "+asks, "ana", "ben"),
		},
		{
			"request approved", waiting, func(h *fixture) { must(h.as("pia").ApproveRequest(ctx, 1, 0, core.Term{}))(h.t) },
			several("You may enter Nightly ETL until 2026-03-02 14:00 UTC", "sam"),
		},
		{
			"request rejected", waiting, func(h *fixture) { must(h.as("pia").RejectRequest(ctx, 1, 0, ""))(h.t) },
			several("pia@data.test rejected your request for Nightly ETL", "sam"),
		},
		{
			"rejection undone", func(h *fixture) { waiting(h); must(h.as("pia").RejectRequest(ctx, 1, 0, ""))(h.t) },
			func(h *fixture) { must(h.as("pia").Undo(ctx, core.EventRef{}))(h.t) },
			several("Your request for Nightly ETL is waiting again", "sam"),
		},
		{
			"request lapsed", func(h *fixture) { waiting(h); h.pass(70 * time.Hour) }, func(h *fixture) { h.pass(2 * time.Hour) },
			several("Your request for Nightly ETL lapsed", "sam"),
		},
	}
}

func unitNotices() []noticeRow {
	people := []string{"pia", "ana", "ben"}
	guest := func(h *fixture) { h.addUser(h.etl, "otto", core.RoleGuest) } // never told: no full role
	return []noticeRow{
		{"project expires", func(h *fixture) {
			guest(h)
			h.editProject(h.etl, func(p *core.Project) { p.Expires = h.in(8 * core.Day) })
		}, func(h *fixture) { h.pass(core.Day) }, several("Nightly ETL expires on 2026-03-10", people...)},
		{"project expired", func(h *fixture) {
			guest(h)
			h.editProject(h.etl, func(p *core.Project) { p.Expires, p.Noticed = h.in(core.Day), true })
		}, func(h *fixture) { h.pass(core.Day) }, several("Nightly ETL was deleted; Support can restore it until 2026-05-02", people...)},
		{
			"project deleted", guest, func(h *fixture) { must(h.as("pia").DeleteProject(ctx, h.etl, 0))(h.t) },
			several("Nightly ETL was deleted; Support can restore it until 2026-05-01", "ana", "ben"),
		},
		{
			"project restored", func(h *fixture) { guest(h); must(h.as("pia").DeleteProject(ctx, h.etl, 0))(h.t) },
			func(h *fixture) { must(h.as("sam").RestoreProject(ctx, h.etl, 0))(h.t) }, several("Nightly ETL was restored", people...),
		},
		{
			"project disabled", guest, func(h *fixture) { must(h.as("sam").DisableProject(ctx, h.etl, 0, "Disk is full", 0))(h.t) },
			several("Nightly ETL was disabled: Disk is full", people...),
		},
		{
			"project enabled", func(h *fixture) { guest(h); must(h.as("sam").DisableProject(ctx, h.etl, 0, "Disk is full", 0))(h.t) },
			func(h *fixture) { must(h.as("sam").EnableProject(ctx, h.etl, 0))(h.t) }, several("Nightly ETL was enabled again", people...),
		},
		{
			"MFA required", func(h *fixture) { h.setMFA("ana", true) }, func(h *fixture) { must(h.as("ana").RequireMFA(ctx, h.acme, 0, true))(h.t) },
			several("Acme now requires MFA: turn yours on", "ben", "pia"),
		},
		{
			"MFA scheduled", func(h *fixture) { h.setMFA("ana", true) }, func(h *fixture) { must(h.as("ana").ScheduleMFA(ctx, h.acme, 0, h.in(10*core.Day)))(h.t) },
			several("Acme requires MFA from 2026-03-12", "ben", "pia"),
		},
		{
			"MFA 7 days ahead", func(h *fixture) {
				h.setMFA("ana", true)
				must(h.as("ana").ScheduleMFA(ctx, h.acme, 0, h.in(10*core.Day)))(h.t)
			},
			func(h *fixture) { h.pass(3 * core.Day) }, several("Acme requires MFA from 2026-03-12", people...),
		},
		{
			"MFA cancelled", func(h *fixture) {
				h.setMFA("ana", true)
				must(h.as("ana").ScheduleMFA(ctx, h.acme, 0, h.in(10*core.Day)))(h.t)
			},
			func(h *fixture) { must(h.as("ana").MFAOff(ctx, h.acme, 0))(h.t) }, several("Acme does not require MFA on 2026-03-12", "ben", "pia"),
		},
	}
}

func accountNotices() []noticeRow {
	locked := func(h *fixture) {
		secret, _ := h.enrol("otto")
		for i := range 5 {
			_ = h.as("otto").CheckSecondFactor(ctx, h.wrong(secret, i))
		}
	}
	return []noticeRow{
		{
			"MFA switched off by Support", func(h *fixture) { h.enrol("ana"); h.addKey("ana", newKey(h.t)) },
			func(h *fixture) { allowed(h.t, second(h.as("sam").SwitchOffMFAOf(ctx, h.id("ana"), "Lost phone"))) },
			several("Support switched off your MFA", "ana"),
		},
		{
			"code issued by Support", nil, func(h *fixture) { must(h.as("sam").IssueCode(ctx, h.id("otto"), "Lost laptop"))(h.t) },
			several("Support issued a code for you", "otto"),
		},
		{"key added", nil, func(h *fixture) { h.addKey("otto", newKey(h.t)) }, several("A key was added to your account", "otto")},
		{
			"key removed", func(h *fixture) { h.addKey("otto", newKey(h.t)); h.addKey("otto", newKey(h.t)) },
			func(h *fixture) { allowed(h.t, h.as("otto").RemoveKey(ctx, h.keys("otto")[0].Fingerprint)) },
			several("A key was removed from your account", "otto"),
		},
		{"codes locked", nil, locked, several("Too many wrong codes: codes for your account are locked until 2026-03-02 10:05 UTC", "otto")},
		{
			"staff account expires", func(h *fixture) { h.editAccount("lea", func(a *core.Account) { a.Expires = h.in(31 * core.Day) }) },
			func(h *fixture) { h.pass(core.Day) }, several("lea@partner-one.test expires on 2026-04-02", "lea", "max", "sam", "sue"),
		},
	}
}

func ticketNotices() []noticeRow {
	title := "The nightly load fails"
	opened := func(h *fixture) {
		must(h.as("lea").SetMaintainerContact(ctx, h.partnerOne, 0, "help@partner-one.test"))(h.t)
		h.ticketOf("pia")
	}
	answered := func(h *fixture) { opened(h); h.comment("lea", 1, "We look into it.") }
	return []noticeRow{
		{
			"ticket opened", func(h *fixture) {
				must(h.as("lea").SetMaintainerContact(ctx, h.partnerOne, 0, "help@partner-one.test"))(h.t)
			},
			func(h *fixture) { h.ticketOf("pia") }, several("Ticket 1: "+title, "lea", "max", "help@partner-one.test"),
		},
		{"ticket commented", opened, func(h *fixture) { h.comment("lea", 1, "We look into it.") }, several("Ticket 1 answered: "+title, "pia")},
		{"ticket closed", answered, func(h *fixture) { must(h.as("max").CloseTicket(ctx, 1, 0))(h.t) }, several("Ticket 1 closed: "+title, "pia", "lea")},
		{
			"ticket reopened", func(h *fixture) { answered(h); must(h.as("max").CloseTicket(ctx, 1, 0))(h.t) },
			func(h *fixture) { must(h.as("pia").ReopenTicket(ctx, 1, 0))(h.t) }, several("Ticket 1 reopened: "+title, "lea"),
		},
		{
			"ticket passed on", opened, func(h *fixture) { must(h.as("lea").PassTicket(ctx, 1, 0))(h.t) },
			several("Ticket 1 passed on to you: "+title, "sam", "sue"),
		},
		{
			"ticket passed back", func(h *fixture) { opened(h); must(h.as("lea").PassTicket(ctx, 1, 0))(h.t) },
			func(h *fixture) { must(h.as("sam").PassTicket(ctx, 1, 0))(h.t) }, several("Ticket 1 passed on to you: "+title, "lea", "max"),
		},
	}
}

// silentRows are what nobody is told of (N5).
func silentRows() []noticeRow {
	waiting := func(h *fixture) { off(h); h.file("sam") }
	invited := func(h *fixture) { h.invited("ana", "otto@elsewhere.test") }
	secret := ""
	return []noticeRow{
		{"request withdrawn", waiting, func(h *fixture) { must(h.as("sam").WithdrawRequest(ctx, 1, 0))(h.t) }, nil},
		{"request superseded", waiting, func(h *fixture) {
			h.autoJoin(true)
			must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(h.t)
		}, several("sam@support.test entered Nightly ETL until 2026-03-02 14:00 UTC", "pia")},
		{
			"request void", waiting, func(h *fixture) { must(h.as("pia").DeleteProject(ctx, h.etl, 0))(h.t) },
			several("Nightly ETL was deleted; Support can restore it until 2026-05-01", "ana", "ben"),
		},
		{"invitation cancelled", invited, func(h *fixture) { must(h.as("ana").CancelInvitation(ctx, 1, 0))(h.t) }, nil},
		{
			"invitation lapsed (I17)", invited, func(h *fixture) { h.pass(8 * core.Day) },
			several("otto@elsewhere.test did not answer your invitation to Nightly ETL", "ana"),
		},
		{"leaving an organization", nil, func(h *fixture) { allowed(h.t, h.as("ben").LeaveOrganization(ctx, h.acme)) }, nil},
		{"leaving a visit", func(h *fixture) { h.visiting() }, func(h *fixture) { allowed(h.t, h.as("sam").LeaveProject(ctx, h.etl)) }, several("The visit of sam@support.test to Nightly ETL ended early", "pia")},
		{
			"role changed", func(h *fixture) { h.addUser(h.etl, "otto", core.RoleGuest) },
			func(h *fixture) { must(h.as("pia").SetRole(ctx, h.etl, h.id("otto"), 0, core.RoleReadOnly))(h.t) }, nil,
		},
		{"own MFA switched off", func(h *fixture) { secret, _ = h.enrol("otto") }, func(h *fixture) {
			h.clock.move(time.Minute)
			allowed(h.t, h.as("otto").SwitchOffMFA(ctx, codeAt(h.t, secret, h.clock.Now())))
		}, nil},
	}
}

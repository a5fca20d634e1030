package core_test

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// TestInbox checks order, read marks and N2: who stops using a project no longer sees its notices.
func TestInbox(t *testing.T) {
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(t)
	h.autoJoin(false)
	q := must(h.as("lea").FileRequest(ctx, h.etl, entry()))(t)
	page := must(h.as("pia").Inbox(ctx, core.Query{}))(t)
	if len(page.Items) != 2 || page.Total != 2 || page.Items[0].Event != core.NoticeRequestFiled || page.Items[1].Event != core.NoticeStaffJoined {
		t.Fatalf("Pia's inbox is %+v", page.Items)
	}
	if c := must(h.as("pia").Counts(ctx))(t); c.Inbox != 2 || c.Waiting != 1 {
		t.Errorf("Pia's counts are %+v", c)
	}
	allowed(t, h.as("pia").MarkRead(ctx, page.Items[1].ID))
	refused(t, h.as("otto").MarkRead(ctx, page.Items[0].ID), core.ReasonNotFound)
	if c := must(h.as("pia").Counts(ctx))(t); c.Inbox != 1 {
		t.Errorf("after reading one: %+v", c)
	}
	events := len(h.chain(h.acme.Ref())) + len(h.chain(core.System))
	allowed(t, h.as("pia").MarkAllRead(ctx))
	allowed(t, h.as("pia").MarkAllRead(ctx))
	if n := len(h.chain(h.acme.Ref())) + len(h.chain(core.System)); n != events {
		t.Error("read marks are bookkeeping and write no event (AU14)")
	}
	if c := must(h.as("pia").Counts(ctx))(t); c.Inbox != 0 {
		t.Errorf("after reading all: %+v", c)
	}
	if page := must(h.as("pia").Inbox(ctx, core.Query{Filter: "read:yes =lea"}))(t); len(page.Items) != 1 {
		t.Errorf("the filter finds %+v", page.Items)
	}
	// Sam is a visitor and was told of Lea's request; once out, the notice is gone, those about the own visit stay.
	if page := must(h.as("sam").Inbox(ctx, core.Query{}))(t); len(page.Items) != 1 || page.Items[0].Decide {
		t.Fatalf("Sam's inbox is %+v", page.Items)
	}
	must(h.as("pia").RevokeVisit(ctx, h.user(h.etl, "sam").Visit, 0, "Done"))(t)
	page = must(h.as("sam").Inbox(ctx, core.Query{}))(t)
	if len(page.Items) != 1 || page.Items[0].Event != core.NoticeVisitRevoked {
		t.Errorf("outside Sam's inbox is %+v", page.Items)
	}
	if c := must(h.as("sam").Counts(ctx))(t); c.Inbox != 1 {
		t.Errorf("outside Sam's counts are %+v", c)
	}
	// N6: a decision takes the notices back, and out of the counts.
	must(h.as("pia").RejectRequest(ctx, q.ID, 0, ""))(t)
	if c := must(h.as("pia").Counts(ctx))(t); c.Waiting != 0 || c.Inbox != 0 {
		t.Errorf("after the decision: %+v", c)
	}
}

// TestOutbox checks who reads it (N4).
func TestOutbox(t *testing.T) {
	h := newFixtureOver(t, openMemory(t), core.Options{MailDelivery: true})
	must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(t)
	page := must(h.as("sue").Outbox(ctx, core.Query{}))(t)
	if len(page.Items) != 1 || page.Total != 1 || page.Items[0].Mail.State != core.MailQueued || page.Items[0].Recipient != h.id("pia") {
		t.Errorf("the outbox is %+v", page)
	}
	refused(t, second(h.as("ana").Outbox(ctx, core.Query{})), core.ReasonForbidden)
	if n := must(h.MailsWaiting(ctx))(t); n != 1 {
		t.Errorf("%d mails wait", n)
	}
	mails, _, err := h.NextMails(ctx)
	allowed(t, err)
	allowed(t, h.MailSent(ctx, mails[0].IDs()))
	if n := must(h.MailsWaiting(ctx))(t); n != 0 {
		t.Errorf("%d mails wait after it was sent", n)
	}
}

// TestHome checks the blocks of the home screen.
func TestHome(t *testing.T) {
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(t)
	h.autoJoin(false)
	q := must(h.as("lea").FileRequest(ctx, h.etl, entry()))(t)
	h.addInvitation(h.acme.Ref(), "otto", "ana")
	h.editProject(h.etl, func(p *core.Project) { p.Expires = h.in(6 * core.Day) })
	v := must(h.as("pia").Home(ctx))(t)
	if v.WaitingTotal != 1 || v.Waiting[0].ID != q.ID || !v.Waiting[0].MayDecide || v.Projects != 1 || v.Organizations != 0 || v.Unread != 2 {
		t.Errorf("Pia's home is %+v", v)
	}
	if len(v.Visits) != 1 || v.Visits[0].Who.Email != "sam@support.test" || len(v.Expiring) != 1 || len(v.Activity) != 2 {
		t.Errorf("Pia's home is %+v", v)
	}
	v = must(h.as("lea").Home(ctx))(t)
	if len(v.Mine) != 1 || v.WaitingTotal != 0 || len(v.Visits) != 0 || v.Organizations != 1 || v.Projects != 1 {
		t.Errorf("Lea's home is %+v", v)
	}
	if v = must(h.as("sam").Home(ctx))(t); len(v.Visits) != 1 || !v.Visits[0].Mine {
		t.Errorf("Sam's home is %+v", v)
	}
	if v = must(h.as("otto").Home(ctx))(t); len(v.Invitations) != 1 || v.Projects != 0 || len(v.Expiring) != 0 || len(v.Activity) != 0 {
		t.Errorf("Otto's home is %+v", v)
	}
	// People without MFA where it is required: for administrators only, who have it (S13, S15).
	h.setMFA("ana", true)
	h.requireMFA()
	if v = must(h.as("ana").Home(ctx))(t); len(v.WithoutMFA) != 1 || v.WithoutMFA[0].People != 2 || v.WithoutMFA[0].Organization.Name != "Acme" {
		t.Errorf("Ana's home is %+v", v.WithoutMFA)
	}
	for _, who := range []string{"ben", "lea", "sam"} {
		if v = must(h.as(who).Home(ctx))(t); len(v.WithoutMFA) != 0 {
			t.Errorf("%s sees people without MFA", who)
		}
	}
	// A locked-out user decides nothing (S15).
	if c := must(h.as("pia").Counts(ctx))(t); c.Waiting != 0 {
		t.Errorf("locked out, Pia has %d to decide", c.Waiting)
	}
}

// TestHomeOfNotUsableAccounts checks that they see nothing (A9, step 3).
func TestHomeOfNotUsableAccounts(t *testing.T) {
	h := newFixture(t)
	h.editAccount("otto", func(a *core.Account) { a.State = core.AccountNotActivated })
	h.editAccount("sam", func(a *core.Account) { a.Expires = h.now() })
	refused(t, second(h.as("otto").Home(ctx)), core.ReasonInactiveAccount)
	refused(t, second(h.as("otto").Projects(ctx, core.ProjectQuery{})), core.ReasonInactiveAccount)
	refused(t, second(h.as("sam").Counts(ctx)), core.ReasonAccountExpired)
	refused(t, second(h.as("sam").Search(ctx, "etl", 0)), core.ReasonAccountExpired)
}

// TestSearch checks that a search finds units and people by name and number, within what may be seen (A10).
func TestSearch(t *testing.T) {
	h := newFixture(t)
	h.addProject(h.acme, "Daily ETL")
	h.addProject(h.acme, "Etlas")
	for _, c := range []struct{ who, text, want string }{
		{"ana", "etl", "Etlas, Daily ETL, Nightly ETL"},
		{"pia", "etl", "Nightly ETL"},
		{"otto", "etl", ""},
		{"ana", "project/1", "Nightly ETL"},
		{"otto", "project/1", ""},
		{"ana", "1", "Acme, Nightly ETL"},
		{"lea", "partner", "Partner One, lea@partner-one.test, max@partner-one.test"},
		{"ana", "partner", ""},
		{"ana", "ben", "ben@acme.test"},
		{"pia", "ben", ""},
		{"sam", "otto", "otto@elsewhere.test"},
		{"sam", "account/1", "sam@support.test"},
		{"ana", "account/1", ""},
		{"ana", "", ""},
		{"ana", "=etl nightly", "Nightly ETL"},
	} {
		hits := must(h.as(c.who).Search(ctx, c.text, 0))(t)
		if got := names(hits, func(h core.Hit) string { return h.Name }); got != c.want {
			t.Errorf("%s finds %q for %q, want %q", c.who, got, c.text, c.want)
		}
	}
	if hits := must(h.as("ana").Search(ctx, "etl", 2))(t); len(hits) != 2 || hits[0].Detail != "Acme" {
		t.Errorf("at most two: %+v", hits)
	}
}

// TestWhyActor checks who may ask why about whom, and that MFA is not given away (W3, S31, A10).
func TestWhyActor(t *testing.T) {
	h := newFixture(t)
	own := must(h.as("otto").Why(ctx, h.id("otto"), h.etl))(t)
	if own.Verdict != core.WhyRefused || own.Reason != core.ReasonForbidden {
		t.Errorf("the outsider is told %+v", own)
	}
	for _, s := range own.Steps {
		if strings.Contains(s.Sentence, "Nightly") {
			t.Errorf("the outsider learns the name: %q", s.Sentence)
		}
	}
	refused(t, second(h.as("otto").Why(ctx, h.id("pia"), h.etl)), core.ReasonForbidden)
	refused(t, second(h.as("pia").Why(ctx, core.AccountID(99), h.etl)), core.ReasonNotFound)
	h.autoJoin(false)
	h.setMFA("lea", false)
	shown := func(who string) bool {
		y := must(h.as(who).Why(ctx, h.id("lea"), h.etl))(t)
		return y.Reason == core.ReasonMFARequired
	}
	// Lea is staff and in nothing that Pia and Ana see: who she is, is not theirs to know (A10).
	refused(t, second(h.as("pia").Why(ctx, h.id("lea"), h.etl)), core.ReasonNotFound)
	refused(t, second(h.as("ana").Why(ctx, core.Address("lea@partner-one.test"), h.etl)), core.ReasonNotFound)
	for who, want := range map[string]bool{"lea": true, "sam": true, "max": true} {
		if shown(who) != want {
			t.Errorf("%s is told that MFA is missing: %t", who, !want)
		}
	}
	h.setMFA("ana", true)
	h.requireMFA()
	for who, want := range map[string]core.Reason{"ana": core.ReasonMFARequired, "sam": core.ReasonMFARequired, "max": ""} {
		if y := must(h.as(who).Why(ctx, h.id("pia"), h.etl))(t); y.Reason != want {
			t.Errorf("about a user %s is told %q, want %q (S31)", who, y.Reason, want)
		}
	}
	h.setMFA("pia", true)
	must(h.as("sue").FileRequest(ctx, h.etl, entry()))(t)
	y := must(h.as("sue").Why(ctx, h.id("sue"), h.etl))(t)
	if y.Verdict != core.WhyWaits || y.Until == 0 {
		t.Errorf("the requester is told %+v", y)
	}
	h.addUser(h.etl, "ben", core.RoleGuest, func(m *core.Membership) { m.Until = h.in(core.Day) })
	y = must(h.as("pia").Why(ctx, h.id("ben"), h.etl))(t)
	if y.Verdict != core.WhyInside || y.Until != h.in(core.Day) || y.Role != core.RoleGuest {
		t.Errorf("about a user: %+v", y)
	}
}

// TestPermissions checks that the keys of the interface are told by the function that also enforces.
func TestPermissions(t *testing.T) {
	h := newFixture(t)
	p := must(h.as("pia").Permissions(ctx, h.etl.Ref()))(t)
	if p[core.ProjectRename] != nil || p[core.ProjectAdminister] == nil || p[core.ProjectAdminister].Reason != core.ReasonForbidden || p[core.ProjectJoin] == nil {
		t.Errorf("the user may %+v", p)
	}
	for right, refusal := range p {
		if refusal != nil && (refusal.Message == "" || strings.ContainsAny(refusal.Message, "{}")) {
			t.Errorf("the refusal of %s is %q", right, refusal.Message)
		}
	}
	for _, unit := range []core.Unit{h.acme.Ref(), h.partnerOne.Ref()} {
		for right, refusal := range must(h.as("otto").Permissions(ctx, unit))(t) {
			if refusal == nil {
				t.Errorf("the outsider may %s", right)
			}
		}
	}
	if p := must(h.as("sam").Permissions(ctx, core.ProjectID(99).Ref()))(t); p[core.ProjectSee].Reason != core.ReasonNotFound {
		t.Errorf("a project that is not there: %+v", p)
	}
	refused(t, second(h.as("sam").Permissions(ctx, h.id("ana").Ref())), core.ReasonNotFound)
}

// Home leaves out that people come and go: who works by verbs over SSH would see nothing else. It stays in the log, and
// sign-ins that were denied stay on Home.
func TestHomeLeavesOutSessions(t *testing.T) {
	suite.Sequential(t)
	h := newFixture(t)
	must(h.as("pia").RenameProject(ctx, h.etl, 0, "Nightly loads"))(t)
	key := h.keyOf("pia")
	for range 40 {
		allowed(t, h.signInWith(key).SignOut(ctx, core.SessionDisconnected))
	}
	refused(t, h.Unrecognized(ctx, core.SigningIn{Fingerprint: fingerprintOf(t, newKey(t)), Origin: address}), core.ReasonUnknownKey)
	for who, want := range map[string][]core.Action{
		"pia": {"account.key_add", "project.rename"},
		"sam": {"session.sign_in", "account.key_add", "project.rename"},
	} {
		var got []core.Action
		for _, e := range must(h.as(who).Home(ctx))(t).Activity {
			got = append(got, core.Action(e.Action))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s sees %q, want %q", who, got, want)
		}
		log := must(h.as(who).Activity(ctx, core.ActivityQuery{Query: core.Query{Limit: 200}, Action: "session."}))(t)
		if len(log.Items) < 80 {
			t.Errorf("%s finds %d sessions in the log", who, len(log.Items))
		}
	}
	// A long walk through the sessions of others ends soon.
	for range 600 {
		allowed(t, h.signInWith(key).SignOut(ctx, core.SessionDisconnected))
	}
	if rows := must(h.as("sam").Home(ctx))(t).Activity; len(rows) != 0 {
		t.Errorf("it looks at too many: %+v", rows)
	}
}

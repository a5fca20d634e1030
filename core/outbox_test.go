package core_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// mailHouse is the start house with a delivery set up.
func mailHouse(t tester) *fixture {
	return newFixtureOver(t, openMemory(t), core.Options{MailDelivery: true})
}

// taken fetches the mails that are due now.
func (h *fixture) taken() []core.Outgoing {
	h.t.Helper()
	mails, _, err := h.NextMails(ctx)
	allowed(h.t, err)
	return mails
}

// deliver hands over all mails that are due, as if the server took each, and gives them.
func (h *fixture) deliver() (sent []core.Outgoing) {
	h.t.Helper()
	for {
		mails := h.taken()
		if len(mails) == 0 {
			return sent
		}
		for _, m := range mails {
			allowed(h.t, h.MailSent(ctx, m.IDs()))
		}
		sent = append(sent, mails...)
	}
}

func (h *fixture) notification(id core.NotificationID) (n core.Notification) {
	h.t.Helper()
	h.get(func(tx core.Tx) error { return found(&n, id)(tx.Notifications().Get(id)) })
	return n
}

// N4: queued, then sent; what was sent is not taken again.
func TestMailIsSentOnce(t *testing.T) {
	h := mailHouse(t)
	must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(t)
	mails := h.taken()
	if len(mails) != 1 || mails[0].Address != "pia@data.test" || mails[0].Digest() || len(mails[0].MessageID) != 32 {
		t.Fatalf("taken: %+v", mails)
	}
	if again := h.taken(); len(again) != 0 {
		t.Errorf("taken twice: %+v", again)
	}
	allowed(t, h.MailSent(ctx, mails[0].IDs()))
	id := mails[0].IDs()[0]
	if m := h.notification(id).Mail; m.State != core.MailSent || m.Attempts != 1 || m.Next != 0 {
		t.Errorf("settled as %+v", m)
	}
	allowed(t, h.MailFailed(ctx, mails[0].IDs(), "too late", false))
	if m := h.notification(id).Mail; m.State != core.MailSent {
		t.Errorf("settled twice: %+v", m)
	}
	h.pass(24 * time.Hour)
	for _, m := range h.deliver() {
		if slices.Contains(m.IDs(), id) {
			t.Errorf("sent again: %+v", m)
		}
	}
	refused(t, second(h.as("ana").Outbox(ctx, core.Query{})), core.ReasonForbidden)
}

// N4: tried again after 1, 5 and 30 minutes, 2 and 12 hours with one Message-ID, then left until Support retries.
func TestMailIsTriedAgain(t *testing.T) {
	h := mailHouse(t)
	must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(t)
	var id core.NotificationID
	message := ""
	for i, wait := range []time.Duration{0, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 12 * time.Hour} {
		if wait > 0 {
			h.clock.move(wait - time.Second)
			for _, m := range h.taken() {
				if slices.Contains(m.IDs(), id) {
					t.Fatalf("try %d a second early", i+1)
				}
				allowed(t, h.MailSent(ctx, m.IDs()))
			}
			h.clock.move(time.Second)
		}
		mails := h.taken()
		if len(mails) != 1 {
			t.Fatalf("try %d: %d mails", i+1, len(mails))
		}
		if message == "" {
			id, message = mails[0].IDs()[0], mails[0].MessageID
		}
		if mails[0].MessageID != message {
			t.Errorf("try %d has another Message-ID", i+1)
		}
		allowed(t, h.MailFailed(ctx, mails[0].IDs(), "451 4.7.1 \x1b[31mlater\r\nplease", false))
		if m := h.notification(id).Mail; m.State != core.MailFailed || m.Attempts != i+1 || m.Error != "451 4.7.1 ‹U+001B›[31mlater please" {
			t.Fatalf("try %d: %+v", i+1, m)
		}
	}
	if m := h.notification(id).Mail; m.Next != 0 {
		t.Errorf("it is tried a seventh time at %s", m.Next)
	}
	refused(t, h.as("ana").RetryMail(ctx, id), core.ReasonForbidden)
	events := h.countEvents()
	allowed(t, h.as("sue").RetryMail(ctx, id))
	if mails := h.taken(); len(mails) != 1 || mails[0].MessageID != message {
		t.Fatalf("retried: %+v", mails)
	}
	allowed(t, h.MailFailed(ctx, []core.NotificationID{id}, "no", false))
	if n := must(h.as("sue").RetryMails(ctx))(t); n != 1 {
		t.Errorf("retried %d", n)
	}
	h.deliver()
	refused(t, h.as("sue").RetryMail(ctx, id), core.ReasonAlreadyDecided)
	if h.countEvents() != events { // AU14
		t.Error("delivery wrote events")
	}
	if page := must(h.as("sue").Outbox(ctx, core.Query{Filter: "state:sent"}))(t); len(page.Items) == 0 || page.Items[0].To == "" || page.Items[0].Body != "" {
		t.Errorf("the sent ones: %+v", page)
	}
}

// A deliverer that dies leaves its mails to the next one: one crash, at most one double, and never for ever.
func TestMailAfterCrash(t *testing.T) {
	h := mailHouse(t)
	must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(t)
	first := h.taken()
	h.clock.move(5*time.Minute - time.Second)
	if again := h.taken(); len(again) != 0 {
		t.Fatalf("taken from a living deliverer: %+v", again)
	}
	h.clock.move(time.Second)
	again := h.taken()
	if len(again) != 1 || again[0].MessageID != first[0].MessageID {
		t.Fatalf("after the crash: %+v", again)
	}
	for range 10 {
		h.clock.move(5 * time.Minute)
		h.taken()
	}
	if m := h.notification(first[0].IDs()[0]).Mail; m.State != core.MailFailed || m.Next != 0 || m.Attempts != 6 {
		t.Errorf("a mail that breaks its deliverer is tried for ever: %+v", m)
	}
}

// N4, N6: mails that are not wanted any more are off, and the cause is kept.
func TestMailOff(t *testing.T) {
	h := mailHouse(t)
	h.autoJoin(false)
	h.addUser(h.etl, "ben", core.RoleReadOnly)
	h.addUser(h.etl, "otto", core.RoleReadOnly)
	q := must(h.as("sam").FileRequest(ctx, h.etl, entry()))(t)
	h.editAccount("ben", func(a *core.Account) { a.MailOff = true })
	h.dropMember(h.etl.Ref(), "otto")
	must(h.as("pia").RejectRequest(ctx, q.ID, 0, ""))(t)
	must(h.as("lea").FileRequest(ctx, h.etl, entry()))(t)
	for _, m := range h.deliver() {
		if m.Address == "ben@acme.test" || m.Address == "otto@elsewhere.test" {
			t.Errorf("sent to %s: %q", m.Address, m.Notices[0].Subject)
		}
	}
	for name, want := range map[string][]string{"ben": {"withdrawn", "mail off"}, "otto": {"withdrawn"}} {
		var causes []string
		for _, n := range h.inboxRecords(name) {
			causes = append(causes, n.Mail.Cause)
		}
		if !slices.Equal(causes, want) {
			t.Errorf("%s: the causes are %q, not %q", name, causes, want)
		}
	}
	if page := must(h.as("sue").Outbox(ctx, core.Query{Filter: "state:off cause:mail"}))(t); len(page.Items) == 0 {
		t.Error("the outbox does not find what is off")
	}
}

// inboxRecords are all notifications to somebody, visible or not.
func (h *fixture) inboxRecords(name string) []core.Notification {
	return allOf(h, func(tx core.Tx) core.Table[core.NotificationID, core.Notification] { return tx.Notifications() },
		core.Scan{Index: core.NotificationsOf, Prefix: core.Key{core.Num(h.id(name))}})
}

// Without a delivery every mail is off, and Support can send it once there is one.
func TestMailWithoutDelivery(t *testing.T) {
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(t)
	n := h.told("pia", core.NoticeStaffJoined)
	if n.Mail.State != core.MailOff || n.Mail.Cause != "no delivery set up" || len(h.taken()) != 0 {
		t.Fatalf("without a delivery: %+v", n.Mail)
	}
	refused(t, h.as("sue").RetryMail(ctx, n.ID), core.ReasonAlreadyDecided)
	h.House = core.New(h.Store(), core.Options{Clock: h.clock.Now, MailDelivery: true})
	allowed(t, h.as("sue").RetryMail(ctx, n.ID))
	if mails := h.deliver(); len(mails) != 1 {
		t.Errorf("sent late: %+v", mails)
	}
}

// trust-G3, N4: 1,000 requests by one person give each user who may decide at most 60 mails in any hour, and every one of the others is
// listed in a digest.
func TestMailQuota(t *testing.T) {
	suite.Sequential(t)
	h := mailHouse(t)
	h.autoJoin(false)
	projects := make([]core.ProjectID, max(300, rounds(1_000))) // 60 an hour, and one each 20 seconds
	for i := range projects {
		projects[i] = h.addProject(h.acme, fmt.Sprintf("Project %d", i))
		h.addUser(projects[i], "pia", core.RoleProjectAdmin)
		h.addUser(projects[i], "otto", core.RoleReadOnly)
	}
	type sent struct {
		at core.Moment
		n  int
	}
	got := map[string][]sent{}
	listed := map[string]map[core.NotificationID]int{}
	send := func() {
		for _, m := range h.deliver() {
			got[m.Address] = append(got[m.Address], sent{h.now(), len(m.Notices)})
			if listed[m.Address] == nil {
				listed[m.Address] = map[core.NotificationID]int{}
			}
			for _, id := range m.IDs() {
				listed[m.Address][id]++
			}
		}
	}
	for _, p := range projects {
		must(h.as("sam").FileRequest(ctx, p, entry()))(t)
		send()
		h.clock.move(20 * time.Second)
	}
	for range 30 {
		send()
		h.clock.move(5 * time.Minute)
	}
	for _, address := range []string{"pia@data.test", "otto@elsewhere.test"} {
		mails, digests := got[address], 0
		for i, m := range mails {
			if i >= 60 && m.at.Sub(mails[i-60].at) < time.Hour {
				t.Fatalf("%s: 61 mails within the hour before %s", address, m.at)
			}
			if m.n > 1 {
				digests++
			}
		}
		if len(listed[address]) != len(projects) {
			t.Errorf("%s: %d notifications went out", address, len(listed[address]))
		}
		for id, n := range listed[address] {
			if n != 1 {
				t.Errorf("%s: notification %d stands in %d mails", address, id, n)
			}
		}
		t.Logf("%s: %d notifications in %d mails, %d of them digests", address, len(listed[address]), len(mails), digests)
	}
}

// A digest that fails is tried again as a digest.
func TestMailDigestFails(t *testing.T) {
	h := mailHouse(t)
	for range 15 { // the join and the leaving are told, each
		must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(t)
		allowed(t, h.as("sam").LeaveProject(ctx, h.etl))
	}
	if mails := h.deliver(); len(mails) != 20 {
		t.Fatalf("%d mails at once", len(mails))
	}
	h.clock.move(time.Hour)
	mails := h.taken()
	if len(mails) != 1 || len(mails[0].Notices) != 10 {
		t.Fatalf("after an hour: %+v", mails)
	}
	allowed(t, h.MailFailed(ctx, mails[0].IDs(), "no", true))
	h.clock.move(time.Minute)
	again := h.taken()
	if len(again) != 1 || len(again[0].Notices) != 10 || again[0].MessageID != mails[0].MessageID {
		t.Fatalf("after a failure: %+v", again)
	}
}

// AC19, AC21: with mail nobody is shown a code; it is made when the mail is handed over, works once, and confirms the
// address. It is nowhere in the store.
func TestMailedCode(t *testing.T) {
	h := mailHouse(t)
	m, code, err := h.add("ana", core.AddInput{Unit: h.etl.Ref(), Email: "new@acme.test"})
	allowed(t, err)
	if code != "" {
		t.Fatalf("the inviter was shown %q", code)
	}
	h.people["new"] = m.Account
	codes := func() (all []core.ActivationCode) {
		return allOf(h, func(tx core.Tx) core.Table[string, core.ActivationCode] { return tx.Codes() }, core.Scan{})
	}
	if len(codes()) != 0 {
		t.Fatal("a code was made before the mail was handed over")
	}
	mails := h.taken()
	if len(mails) != 1 || mails[0].Address != "new@acme.test" || mails[0].Notices[0].Subject != "ana@acme.test invites you to Nightly ETL: activate your account" {
		t.Fatalf("mails: %+v", mails)
	}
	secret := mails[0].Notices[0].Activation
	if secret == "" || len(codes()) != 1 || !codes()[0].Mailed || mails[0].Notices[0].CodeExpires != h.in(7*core.Day) {
		t.Fatalf("the code %q, kept %+v", secret, codes())
	}
	for _, n := range allOf(h, func(tx core.Tx) core.Table[core.NotificationID, core.Notification] { return tx.Notifications() }, core.Scan{}) {
		if text := fmt.Sprintf("%+v", n); strings.Contains(text, secret) {
			t.Errorf("the code is kept: %s", text)
		}
	}
	// The mail did not arrive: the next try carries another one.
	allowed(t, h.MailFailed(ctx, mails[0].IDs(), "no", true))
	h.clock.move(time.Minute)
	mails = h.deliver()
	if got := mails[0].Notices[0].Activation; got == "" || got == secret {
		t.Errorf("the second try carries %q", got)
	}
	acc := must(h.Redeem(ctx, mails[0].Notices[0].Activation, "Newt"))(t)
	if !acc.Confirmed {
		t.Error("the address is not confirmed by a mailed code")
	}
	refused(t, second(h.Redeem(ctx, secret, "Newt")), core.ReasonCodeInvalid)
}

// A code is not made for who was activated meanwhile, and Support's accounts get theirs by mail too.
func TestMailedCodeOfAccount(t *testing.T) {
	h := mailHouse(t)
	acc, code, err := h.as("sam").CreateAccount(ctx, core.AccountInput{Email: "new@acme.test", Name: "Newt"})
	allowed(t, err)
	h.people["new"] = acc.ID
	n := h.told("new", core.NoticeActivate)
	if code != "" || n.Subject != "sam@support.test invites you to Gatehouse: activate your account" {
		t.Fatalf("code %q, told %+v", code, n)
	}
	h.editAccount("new", func(a *core.Account) { a.State = core.AccountActive })
	if mails := h.deliver(); len(mails) != 0 {
		t.Errorf("an active account was asked to activate itself: %+v", mails)
	}
	h.addAccount("off", "off@acme.test", func(a *core.Account) { a.State, a.MailOff = core.AccountNotActivated, true })
	_, code, err = h.add("ana", core.AddInput{Unit: h.etl.Ref(), Email: "off@acme.test"})
	allowed(t, err)
	if code == "" {
		t.Error("with mail off the code must be shown")
	}
	if acc := must(h.Redeem(ctx, code, ""))(t); !acc.Confirmed && acc.ID == 0 {
		t.Error("not redeemed")
	}
}

// Deliverers may be several: none takes what another one has.
func TestMailDeliverers(t *testing.T) {
	h := mailHouse(t)
	for range 8 {
		must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(t)
		allowed(t, h.as("sam").LeaveProject(ctx, h.etl))
	}
	done := make(chan []core.Outgoing)
	for range 4 {
		go func() {
			var all []core.Outgoing
			for {
				mails, _, err := h.NextMails(context.Background())
				if err != nil || len(mails) == 0 {
					done <- all
					return
				}
				all = append(all, mails...)
			}
		}()
	}
	seen := map[core.NotificationID]bool{}
	for range 4 {
		for _, m := range <-done {
			for _, id := range m.IDs() {
				if seen[id] {
					t.Errorf("notification %d was taken twice", id)
				}
				seen[id] = true
			}
		}
	}
	if len(seen) != 16 {
		t.Errorf("%d mails were taken", len(seen))
	}
}

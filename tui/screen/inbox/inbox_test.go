package inbox_test

import (
	"context"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/screen/screentest"
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

// N2: unread ones are marked and counted; opening reads, one goes on to what it is about.
func TestInbox(t *testing.T) {
	h := house(t)
	h.AutoJoin(false)
	h.Request("sam", h.ETL, screentest.Incident)
	h.Clock.Move(10 * time.Minute)
	h.Request("lea", h.ETL, "Quarterly review")
	d := h.Open(t, "pia", "inbox").ExpectLine("8 Inbox", "3").ExpectNot("Outbox")
	d.ExpectLine("▌", "●", "now", "lea@partner-one.test asks to enter Nightly ETL for 4 h").ExpectLine("●", "10 min ago", "sam@support.test asks")
	d.Press("enter").Expect("Request", "Quarterly review").Press("h").AwaitChange().ExpectLine("8 Inbox", "2")
	d.Press("e").Expect("Already read.").Press("j", "e").AwaitChange().ExpectLine("8 Inbox", "1").Press("Y").Expect("gatehouse inbox read")
	d.Press("esc", "E").Expect("All read.").AwaitChange().ExpectNot("●  ")
}

// A notice about what is over shows itself: there is nothing to go to.
func TestGone(t *testing.T) {
	h := house(t)
	ctx := context.Background()
	h.Must(h.As("ana").RemoveMember(ctx, h.ETL.Ref(), h.People["pia"], 0))
	h.Open(t, "pia", "inbox").ExpectLine("▌", "You are no longer a user of Nightly ETL").Press("enter").Expect("Subject", "Mail", "off")
	h.Open(t, "otto", "inbox").Expect("Nothing was sent to you yet.")
}

// N6: a decided request withdraws its notices and says who decided.
func TestWithdrawn(t *testing.T) {
	h := house(t)
	h.AutoJoin(false)
	id := h.Request("sam", h.ETL, screentest.Incident)
	_, err := h.As("pia").RejectRequest(context.Background(), id, 0, "Not tonight")
	h.Must(err)
	h.Open(t, "pia", "inbox").ExpectLine("sam@support.test asks to enter Nightly ETL", "decided by pia@data.test")
	h.Open(t, "sam", "inbox").ExpectLine("▌", "pia@data.test rejected your request for Nightly ETL").Press("enter").Expect("rejected", "Not tonight")
}

// N2: t shows only what is unread, and everything again.
func TestOnlyUnread(t *testing.T) {
	h := house(t)
	h.AutoJoin(false)
	h.Request("sam", h.ETL, screentest.Incident)
	h.Request("lea", h.ETL, "Quarterly review")
	d := h.Open(t, "pia", "inbox").Expect("lea@partner-one.test asks", "sam@support.test asks")
	d.Press("e").AwaitChange().Press("t").Expect("sam@support.test asks").ExpectNot("lea@partner-one.test asks").Press("Y").Expect("gatehouse inbox list --filter read:no")
	d.Press("esc", "t").Expect("lea@partner-one.test asks")
}

// N4: Support sees the outbox of everybody, by address, why mails fail and when they are tried again, and retries.
func TestOutbox(t *testing.T) {
	ctx := context.Background()
	store, err := storage.Open(ctx, "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h := screentest.New(t, store)
	d := h.Open(t, "sam", "inbox/-/outbox").Expect("No mail waits or failed.", "t shows those that were sent or are off")
	d.Press("e").Press("t", "t").ExpectLine("off", "ana@acme.test", "invites you")
	h.House = core.New(store, core.Options{Clock: h.Clock.Now, MailDelivery: true})
	h.AutoJoin(false)
	h.Request("sam", h.ETL, screentest.Incident)
	d = h.Open(t, "sam", "inbox").Press("tab").ExpectLine("▌", "● queued", "now", "pia@data.test", "sam@support.test asks")
	d.Press("e").Expect("This mail did not fail.").Press("enter").Expect("To", "pia@data.test", "queued").ExpectNot("INC-41").Press("esc")
	for i, wait := range []time.Duration{0, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 12 * time.Hour} {
		h.Clock.Move(wait)
		mails, _, err := h.NextMails(ctx)
		h.Must(err)
		h.Must(h.MailFailed(ctx, mails[0].IDs(), "552 5.2.2 mailbox full", false))
		if i == 0 {
			d.AwaitChange().ExpectLine("✗ failed 1", "in 1 min", "pia@data.test")
		}
	}
	d.AwaitChange().ExpectLine("✗ failed 6", "press e").Press("enter").Expect("552 5.2.2 mailbox full", "when Support tries it again").Press("esc")
	d.Press("Y").Expect("gatehouse outbox retry").Press("esc", "e").Expect("goes out again.").AwaitChange().ExpectLine("● queued")
	d.Press("E").Expect("Try all failed mails again?").Press("enter").Expect("0 mails go out again.")
}

func TestFrames(t *testing.T) {
	h := house(t)
	h.AutoJoin(false)
	h.Request("sam", h.ETL, screentest.Incident)
	h.Clock.Move(3 * time.Hour)
	h.Request("lea", h.ETL, "理由: 日本語 🐙 étude e\u0301")
	_, err := h.As("pia").RejectRequest(context.Background(), 1, 0, "")
	h.Must(err)
	h.Open(t, "pia", "inbox").GoldenSizes("inbox")
	h.Open(t, "sam", "inbox/-/outbox").GoldenSizes("outbox")
}

package activity_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/screen/screentest"
)

func house(t *testing.T) (*screentest.House, core.Store) {
	t.Helper()
	store, err := storage.Open(context.Background(), "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return screentest.New(t, store), store
}

// The log of a reader: newest first, exact times, who, what, about whom, why; the detail has every field (AU2).
func TestActivity(t *testing.T) {
	h, _ := house(t)
	h.Clock.Move(90 * time.Minute)
	h.AutoJoin(false)
	h.Request("sam", h.ETL, screentest.Incident)
	_, err := h.As("ana").JoinProject(context.Background(), h.ETL, nil)
	h.Must(err)
	d := h.Open(t, "ana", "activity")
	d.ExpectLine("▌", "2026-11-21 13:30:00", "ana@acme.test", "user.join", "Nightly ETL").ExpectLine("sam@support.test", "request.file", "Nightly ETL", "INC-41").
		ExpectLine("settings.auto_join", "Acme", "auto_join: on").Expect("chain organization/1", "not verified (V)")
	d.Press("j", "enter").Expect("organization/1 #", "Action", "request.file", "2026-11-21 13:30:00 UTC", "local", screentest.Incident, "Hash", "Previous").Press("esc")
	d.Press("/").Type("action:settings").Press("enter").Expect("settings.auto_join").ExpectNot("user.join")
	d.Press("Y").Expect("gatehouse activity verify --chain", "gatehouse activity checkpoint")
}

// The log is narrowed by who, what, unit and time, in a form or as words of the filter.
func TestNarrow(t *testing.T) {
	h, _ := house(t)
	h.Clock.Move(3 * core.Day)
	h.AutoJoin(false)
	h.Request("sam", h.ETL, screentest.Incident)
	d := h.Open(t, "ana", "activity").Expect("project.create").Press("f").Expect("Show only")
	d.Press("tab", "tab", "tab", "tab").Type("soon").Press("ctrl+s").Expect("since must be a day").Press("backspace", "backspace", "backspace", "backspace").
		Type("2d").Press("ctrl+s").Expect("/ since:2d").Expect("request.file", "settings.auto_join").ExpectNot("project.create")
	d.Press("f", "tab").Type("request").Press("ctrl+s").Expect("action:request since:2d").Expect("request.file").ExpectNot("settings.auto_join")
	d.Press("/").Type(" nightly").Press("enter").Expect("request.file").Press("f").Expect("request", "2d").Press("esc")
	d.Press("esc").Expect("settings.auto_join", "project.create")
	d.Press("/").Type("until:2026-11-22 about:nightly about:etl who:ana").Press("enter").Expect("project.create", "user.leave").ExpectNot("settings.auto_join", "member.add")
	d.Press("esc", "/").Type("since:x").Press("enter").Expect("since must be a day").Press("esc").Expect("project.create")
}

// AU8: a denied attempt stands out, with its reason.
func TestDenied(t *testing.T) {
	h, _ := house(t)
	h.AutoJoin(false)
	h.Clock.Move(time.Minute)
	entry := screentest.Entry(screentest.Incident)
	if _, err := h.As("lea").JoinProject(context.Background(), h.ETL, &entry); core.ReasonOf(err) != core.ReasonAutoJoinDisabled {
		t.Fatal(err)
	}
	h.Open(t, "ana", "activity").ExpectLine("▌", "lea@partner-one", "✗ user.join denied").Press("enter").Expect("denied", "auto_join_disabled")
}

// AU12: verifying reads every chain of the reader, and names the first broken event.
func TestVerify(t *testing.T) {
	h, store := house(t)
	ctx := context.Background()
	d := h.Open(t, "sam", "activity").Expect("in 3 chains")
	d.Press("V").Expect("The log is whole", "in 3 chains", "checkpoint (K)", "elsewhere").Press("esc").Expect("✓ verified")

	chain := h.Acme.Ref()
	h.Must(store.Update(ctx, func(tx core.Tx) error { return forge(tx, chain) }))
	h.Open(t, "sam", "activity").Press("V").Expect("The log was changed", "organization/1 is broken at event 3", "1 chain broken").Press("esc").Expect("✗ broken")
	d = h.Open(t, "ana", "organization/1/activity").Expect("Acme ▸ Activity").Press("V").Expect("The log was changed")
	if !strings.Contains(d.Frame(), "in 1 chain:") {
		t.Errorf("plural of one:\n%s", d.Frame())
	}
}

// AU12: a checkpoint is made with one key, shown, and copied as one line; the head of the page says when.
func TestCheckpoint(t *testing.T) {
	h, _ := house(t)
	d := h.Open(t, "ana", "activity").Expect("no checkpoint (K)").Press("K").Expect("Checkpoint of", "of 1 chain", "gatehouse-checkpoint")
	d.Press("y").Expect("Copied the checkpoint of 1 chain")
	if c := d.Copied(); !strings.HasPrefix(c, "gatehouse-checkpoint 2026-11-21T12:00:00Z organization/1#") || strings.Contains(c, "\n") {
		t.Errorf("copied %q", c)
	}
	d.Press("esc").Expect("checkpoint of 12:00:00").Press("Y").Expect("gatehouse activity checkpoint")
	h.Open(t, "otto", "activity").Press("K").Expect("Chains belong to")
}

// A project stands in the chain of its organization: its tab has the events, and no chain to verify.
func TestProjectTab(t *testing.T) {
	h, _ := house(t)
	d := h.Open(t, "pia", "project/1/activity").Expect("Acme ▸ Nightly ETL ▸ Activity", "user.add").ExpectNot("organization.create")
	d.Press("V").Expect("Chains belong to organizations and maintainers")
}

// Nobody is told what they may not read; a user without any chain still has the events about the own account (AU7).
func TestReaders(t *testing.T) {
	h, _ := house(t)
	h.Open(t, "otto", "activity").ExpectLine("▌", "account.activate", "otto@elsewhere").ExpectNot("Acme", "pia@data.test")
	h.Open(t, "otto", "organization/1/activity").Expect("You have no relation to organization 1").ExpectNot("Acme")
}

func TestFrames(t *testing.T) {
	h, _ := house(t)
	h.Strange()
	h.Clock.Move(25 * time.Hour)
	if _, err := h.As("otto").JoinProject(context.Background(), h.ETL, nil); err == nil {
		t.Fatal("otto is inside")
	}
	h.Open(t, "sam", "activity").GoldenSizes("activity")
	h.Open(t, "ana", "organization/1/activity").GoldenSizes("organization")
}

// forge changes the reason of the third event of a chain behind the back of the use cases.
func forge(tx core.Tx, chain core.Ref) error {
	e, _, err := tx.Events().Get(core.EventKey{Chain: chain, Sequence: 3})
	if err != nil {
		return err
	}
	e.Reason = "nothing to see"
	return tx.Events().Put(e)
}

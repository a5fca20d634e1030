package core_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"gatehouse/core"
)

// witness collects what a house tells.
type witness struct {
	mu   sync.Mutex
	uses []core.Use
}

func (w *witness) note(u core.Use) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.uses = append(w.uses, u)
}

// take gives what was told since the last time.
func (w *witness) take() []core.Use {
	w.mu.Lock()
	defer w.mu.Unlock()
	uses := w.uses
	w.uses = nil
	return uses
}

// A witness is told once of every change, with the words of its event, and of the reads that count; not of refused
// attempts, of what changes nothing, or of other reads. The store of the test runs every change twice.
func TestWitnessIsToldOfWhatSucceeded(t *testing.T) {
	w := &witness{}
	h := newFixtureOver(t, openMemory(t), core.Options{Witness: w.note})
	w.take()
	ctx := context.Background()
	ana, sam := h.as("ana").From("ssh 192.0.2.7"), h.as("sam")
	pia := h.people["pia"]
	for _, c := range []struct {
		name string
		do   func() error
		want []core.Use
	}{
		{"a change", func() error { _, err := ana.SetAutoJoin(ctx, h.acme, 0, false); return err }, []core.Use{{
			Action: "settings.auto_join", Actor: h.people["ana"], Origin: "ssh 192.0.2.7", Subjects: []core.Ref{h.acme.Ref()},
			Changes: []core.Change{{Field: "auto_join", Before: "on", After: "off"}},
		}}},
		{"no change", func() error { _, err := ana.SetAutoJoin(ctx, h.acme, 0, false); return err }, nil},
		{"a denied attempt", func() error { _, err := sam.SetAutoJoin(ctx, h.acme, 0, true); return denied(err) }, nil},
		{"one organization", func() error { _, err := ana.Organization(ctx, h.acme); return err }, []core.Use{{
			Action: core.UseSeeOrganization, Actor: h.people["ana"], Origin: "ssh 192.0.2.7", Subjects: []core.Ref{h.acme.Ref()},
		}}},
		{"a list", func() error { _, err := ana.Organizations(ctx, core.OrganizationQuery{}); return err }, nil},
		{"why", func() error { _, err := ana.Why(ctx, pia, h.etl); return err }, []core.Use{{
			Action: core.UseWhy, Actor: h.people["ana"], Origin: "ssh 192.0.2.7", Subjects: []core.Ref{pia.Ref(), h.etl.Ref()}, Verdict: string(core.WhyInside),
		}}},
		{"why of nobody", func() error { _, err := ana.Why(ctx, core.AccountID(999), h.etl); return denied(err) }, nil},
		{"verify", func() error { _, err := ana.VerifyChain(ctx, h.acme.Ref(), nil); return err }, []core.Use{{
			Action: core.UseVerify, Actor: h.people["ana"], Origin: "ssh 192.0.2.7", Subjects: []core.Ref{h.acme.Ref()}, Verdict: core.VerdictWhole,
		}}},
		{"verify what may not be read", func() error { _, err := ana.VerifyChain(ctx, core.System, nil); return denied(err) }, nil},
	} {
		if err := c.do(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		got := w.take()
		if len(got) != len(c.want) {
			t.Fatalf("%s: told %+v, want %+v", c.name, got, c.want)
		}
		for i, u := range got {
			want := c.want[i]
			if u.Action != want.Action || u.Actor != want.Actor || u.Origin != want.Origin || u.Verdict != want.Verdict ||
				!slices.Equal(u.Subjects, want.Subjects) || !slices.Equal(u.Changes, want.Changes) || u.Time != h.Now() {
				t.Errorf("%s: told %+v, want %+v", c.name, u, want)
			}
		}
	}
}

// What the sweep does is told as done by the system.
func TestWitnessIsToldOfTheSweep(t *testing.T) {
	w := &witness{}
	h := newFixtureOver(t, openMemory(t), core.Options{Witness: w.note})
	ctx := context.Background()
	if _, err := h.as("sam").JoinProject(ctx, h.etl, &core.Entry{Reason: incident, Term: core.Term{For: core.Minutes(time.Hour)}}); err != nil {
		t.Fatal(err)
	}
	w.take()
	h.clock.move(2 * time.Hour)
	if _, err := h.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	uses := w.take()
	if len(uses) != 1 || uses[0].Action != "visit.end" || uses[0].Actor != 0 || !slices.Contains(uses[0].Subjects, h.people["sam"].Ref()) {
		t.Errorf("told %+v, want the end of the visit by the system", uses)
	}
}

// denied turns a refusal into success.
func denied(err error) error {
	if code := core.AsError(err).Code; code == core.CodeDenied || code == core.CodeNotFound {
		return nil
	}
	return err
}

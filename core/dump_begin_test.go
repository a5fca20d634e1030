package core_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"gatehouse/core"
)

// withoutLog gives the dump as somebody makes it by hand: without events, and without what refers to them.
func withoutLog(dump []byte) []byte {
	lines := strings.Split(strings.TrimSuffix(string(dump), "\n"), "\n")
	lines = slices.DeleteFunc(lines[:len(lines)-1], func(l string) bool {
		return strings.HasPrefix(l, `{"kind":"event"`) || strings.HasPrefix(l, `{"kind":"head"`) || strings.HasPrefix(l, `{"kind":"undo"`)
	})
	return []byte(resealed(lines))
}

// TestLogBeginsWithTheImport takes a dump without events in, with records in every state: the log begins with the
// import, says what came in, is clean, and from then on is like any other (X3, X6, real-data F16).
func TestLogBeginsWithTheImport(t *testing.T) {
	h := filled(t)
	dump := withoutLog(export(t, h.House))
	check := core.New(openMemory(t), core.Options{Clock: h.clock.Now})
	if res := must(check.Import(ctx, bytes.NewReader(dump), true, nil))(t); !res.LogBegins {
		t.Error("the check does not say that the log begins with the import")
	}
	if empty := must(check.Empty(ctx))(t); !empty {
		t.Error("a check wrote something")
	}
	got := &fixture{House: imported(t, h, dump), t: t, clock: h.clock, people: h.people}
	events := allOf(got, core.Tx.Events, core.Scan{})
	if len(events) != 1 {
		t.Fatalf("%d events were written", len(events))
	}
	e := events[0]
	if e.Action != "house.import" || e.Chain != core.System || e.Sequence != 1 || e.ActorName != "system" || e.Time != h.now() {
		t.Errorf("the event is %+v", e)
	}
	if !slices.Contains(e.Changes, core.Change{Field: "organization", After: "1"}) {
		t.Errorf("the event does not say what came in: %+v", e.Changes)
	}
	allowed(t, got.Store().Check(ctx, func(fault string) { t.Errorf("store: %s", fault) }))
	if faults := invariantFaults(t, got); len(faults) > 0 {
		t.Errorf("what was imported is not clean: %q", faults)
	}
	survivesDump(got)

	// What is decided afterwards has its event, or is a fault.
	pending := allOf(got, core.Tx.Requests, core.Scan{})
	at := slices.IndexFunc(pending, func(q core.Request) bool { return q.Pending(h.now()) })
	h.clock.move(1_000_000_000)
	got.put(edit(core.Tx.Requests, pending[at].ID, func(q *core.Request) {
		q.State, q.Decided, q.By = core.RequestRejected, h.now(), h.id("pia")
	}))
	if faults := invariantFaults(t, got); !slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, "0 rejections") }) {
		t.Errorf("a decision without an event is not seen: %q", faults)
	}
}

// TestUnitHasItsCreation cuts the chain of a unit out of a log that begins with the house: check and import name it
// (AU6, X6, real-data F16).
func TestUnitHasItsCreation(t *testing.T) {
	h := core.New(openMemory(t), core.Options{})
	must(h.Init(ctx, core.InitInput{Email: "sam@support.test", Name: "Sam", Maintainer: "Partner One"}))(t)
	lines := strings.Split(strings.TrimSuffix(string(export(t, h)), "\n"), "\n")
	whole := resealed(lines[:len(lines)-1])
	cut := resealed(slices.DeleteFunc(lines[:len(lines)-1], func(l string) bool {
		return strings.Contains(l, `"chain":{"id":1,"kind":"maintainer"}`)
	}))
	if whole == cut {
		t.Fatal("nothing was cut out")
	}
	must(core.New(openMemory(t), core.Options{}).Import(ctx, strings.NewReader(whole), false, nil))(t)
	res, err := core.New(openMemory(t), core.Options{}).Import(ctx, strings.NewReader(cut), false, nil)
	refused(t, err, core.ReasonImportInvalid)
	if len(res.Faults) != 1 || !strings.Contains(res.Faults[0].Problem, "maintainer/1 has no event of its creation") || res.Faults[0].Line == 0 {
		t.Errorf("the faults are %+v", res.Faults)
	}
	allowed(t, h.Store().Update(ctx, func(tx core.Tx) error {
		return tx.Maintainers().Put(core.Maintainer{ID: 2, Version: 1, Name: "Past the log", State: core.UnitDeleted})
	}))
	var faults []string
	allowed(t, core.CheckInvariants(ctx, h.Store(), h.Now(), func(fault string) { faults = append(faults, fault) }))
	if !slices.ContainsFunc(faults, func(f string) bool { return strings.HasPrefix(f, "maintainer/2 has no event of its creation") }) {
		t.Errorf("check says %q", faults)
	}
}

package core_test

import (
	"os"
	"path/filepath"
	"testing"

	"gatehouse/core"
	"gatehouse/storage"
)

// reopened opens a file as a house with the clock of the fixture.
func reopened(t *testing.T, like *fixture, path string) *fixture {
	t.Helper()
	store, err := storage.Open(ctx, path, storage.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return &fixture{
		House: core.New(store, core.Options{Clock: like.clock.Now}), t: t, clock: like.clock, people: like.people,
		partnerOne: like.partnerOne, acme: like.acme, etl: like.etl,
	}
}

// TestBackupAndRestore is X5 and trust-A11: the event is in the copy, which equals the house; restoring writes an event
// and the mark that ends sessions, and codes that were issued since the backup are dead.
func TestBackupAndRestore(t *testing.T) {
	dir := t.TempDir()
	path, copied := filepath.Join(dir, "house.db"), filepath.Join(dir, "backup.db")
	store, err := storage.Open(ctx, path, storage.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h := newFixtureOver(t, store, core.Options{})
	_, early, err := h.add("ana", core.AddInput{Unit: h.acme.Ref(), Email: "early@acme.test"})
	allowed(t, err)
	refused(t, h.as("ana").Backup(ctx, copied, nil), core.ReasonForbidden)
	if _, err := os.Stat(copied); !os.IsNotExist(err) {
		t.Fatal("somebody who may not has made a copy")
	}
	allowed(t, h.as("sam").Backup(ctx, copied, nil))
	h.lastEvent(core.System, "house.backup")
	refused(t, h.Backup(ctx, copied, nil), core.ReasonInvalidValue)

	h.pass(core.Day)
	_, late, err := h.add("ana", core.AddInput{Unit: h.acme.Ref(), Email: "late@acme.test"})
	allowed(t, err)
	refused(t, storage.Restore(ctx, path, copied, path+".old", storage.Options{}, nil, func(core.Store) error { return nil }), core.ReasonHouseInUse)

	// A house elsewhere takes the place of the one that is open here.
	other := filepath.Join(dir, "restored.db")
	err = storage.Restore(ctx, other, copied, other+".old", storage.Options{NoSync: true}, nil, func(s core.Store) error {
		return core.New(s, core.Options{Clock: h.clock.Now}).MarkRestored(ctx)
	})
	allowed(t, err)
	r := reopened(t, h, other)
	if at, err := r.Restored(ctx); err != nil || at != h.now() {
		t.Errorf("restored at %s, %v", at, err)
	}
	if at, _ := h.Restored(ctx); at != 0 {
		t.Errorf("the house that was not restored says %s", at)
	}
	if e := r.lastEvent(core.System, "house.restore"); e.ActorName != "system" {
		t.Errorf("the event says %+v", e)
	}
	if e := r.chain(core.System); e[len(e)-2].Action != "house.backup" {
		t.Errorf("the backup is not in its own copy: %+v", e)
	}
	if faults := invariantFaults(t, r); len(faults) > 0 {
		t.Errorf("faults of the restored house: %q", faults)
	}
	// Codes: the one from before the backup works, the one from after is unknown.
	_, err = r.Activate(ctx, core.Redeeming{Code: late, Name: "Late"})
	refused(t, err, core.ReasonCodeInvalid)
	must(r.Activate(ctx, core.Redeeming{Code: early, Name: "Early"}))(t)
}

// TestBackupOfAHouseInMemory: it is written as a file that can be opened.
func TestBackupOfAHouseInMemory(t *testing.T) {
	h := filled(t)
	path := filepath.Join(t.TempDir(), "copy.db")
	allowed(t, h.Backup(ctx, path, nil))
	r := reopened(t, h, path)
	if faults := invariantFaults(t, r); len(faults) > 0 {
		t.Errorf("faults of the copy: %q", faults)
	}
	if err := r.Store().Check(ctx, func(fault string) { t.Error(fault) }); err != nil {
		t.Error(err)
	}
}

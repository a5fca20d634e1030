package demo_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"gatehouse/cmd/demo"
	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/storage"
)

// The heap of an import, of its check, and of the check of a house grows by a few bytes for each line at most: what is
// remembered of a record that later ones name, never the record, its rows or its counters (trust E6).
func TestImportInBoundedMemory(t *testing.T) {
	suite.Sequential(t)
	ctx := context.Background()
	at := time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)
	measure := func(scale int) (lines, imported, checked int) {
		filled, err := storage.Open(ctx, "bolt:"+filepath.Join(t.TempDir(), "filled.db"), storage.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		told, of := 0, 0
		size := demo.Size{Maintainers: 4, Organizations: 100 * scale, Projects: 1000 * scale, Accounts: 1000 * scale, Memberships: 3000 * scale}
		if _, err := demo.FillLarge(ctx, filled, at, size, func(done, total int) { told, of = done, total }); err != nil {
			t.Fatal(err)
		}
		if told > of {
			t.Errorf("%d of %d records are made", told, of)
		}
		dump, err := os.Create(filepath.Join(t.TempDir(), "dump.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = dump.Close() }()
		if err := core.New(filled, core.Options{Clock: func() time.Time { return at }}).Export(ctx, dump, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := dump.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if err := filled.Close(); err != nil {
			t.Fatal(err)
		}
		store, err := storage.Open(ctx, "bolt:"+filepath.Join(t.TempDir(), "house.db"), storage.Options{NoSync: true, LoadMemory: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = store.Close() }()
		most := highWater{every: 20}
		within := core.WithProgress(ctx, func(string, int, int) { most.look() })
		before := heap()
		result, err := core.New(store, core.Options{Clock: func() time.Time { return at }}).Import(within, dump, false, func(int, int) { most.look() })
		if err != nil {
			t.Fatal(err)
		}
		imported = most.bytes - before
		most.bytes = 0
		before = heap()
		fault := func(f string) { t.Error(f) }
		if err := store.Check(within, fault); err != nil {
			t.Fatal(err)
		}
		if err := core.CheckInvariants(within, store, core.At(at), fault); err != nil {
			t.Fatal(err)
		}
		return result.Lines, imported, most.bytes - before
	}

	few, importFew, checkFew := measure(2)
	many, importMany, checkMany := measure(5)
	more := many - few
	t.Logf("%d lines: %d and %d KiB; %d lines: %d and %d KiB", few, importFew>>10, checkFew>>10, many, importMany>>10, checkMany>>10)
	const perLine = 32
	if grown := importMany - importFew; grown > perLine*more+4<<20 {
		t.Errorf("the import of %d lines more takes %d bytes more", more, grown)
	}
	if grown := checkMany - checkFew; grown > perLine*more+4<<20 {
		t.Errorf("the check of %d lines more takes %d bytes more", more, grown)
	}
}

// highWater is the most that the heap held at one of the looks.
type highWater struct{ bytes, looks, every int }

func (h *highWater) look() {
	if h.looks++; h.looks%h.every == 0 {
		h.bytes = max(h.bytes, heap())
	}
}

// heap is what is in use on the heap.
func heap() int {
	runtime.GC()
	runtime.GC() // also what pools keep
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc) //nolint:gosec // far below
}

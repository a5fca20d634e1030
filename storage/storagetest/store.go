package storagetest

import (
	"context"
	"testing"

	"gatehouse/core"
	"gatehouse/storage/storagetest/tables"
)

// Store runs the contract of the typed layer against stores that open makes: each a new, empty one, which the
// contract closes.
func Store(t *testing.T, open func(t testing.TB) core.Store) {
	t.Helper()
	tables.Contract(t, open)
}

// Clean fails the test on every fault that the store finds in itself: records without their entries, entries without
// their record, counters that do not add up.
func Clean(t testing.TB, s core.Store) {
	t.Helper()
	faults, err := tables.Faults(context.Background(), s)
	if err != nil {
		t.Errorf("check: %v", err)
	}
	for _, f := range faults {
		t.Errorf("check: %s", f)
	}
}

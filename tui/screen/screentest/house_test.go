package screentest_test

import (
	"context"
	"testing"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/screen/screentest"
)

// TestHouse: the start house stands, and the strange one too, without a fault.
func TestHouse(t *testing.T) {
	store, err := storage.Open(context.Background(), "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h := screentest.New(t, store)
	h.Strange()
	if err := store.Check(context.Background(), func(fault string) { t.Error(fault) }); err != nil {
		t.Fatal(err)
	}
	p, err := h.As("ana").Project(context.Background(), h.ETL)
	if err != nil || p.Users != 1 {
		t.Fatalf("Nightly ETL: %+v, %v; want one user", p, err)
	}
	if _, err := h.As("otto").Project(context.Background(), h.ETL); core.ReasonOf(err) != core.ReasonForbidden {
		t.Fatalf("otto: %v, want forbidden", err)
	}
}

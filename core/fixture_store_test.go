package core_test

import (
	"context"
	"path/filepath"
	"testing"

	"gatehouse/core"
	"gatehouse/storage"
)

// openMemory opens an empty store in memory that runs every change twice, as an engine may.
func openMemory(t tester) core.Store {
	t.Helper()
	return openStore(t, "memory:", storage.Options{Rerun: true})
}

// openBolt opens an empty store in a file of the test.
func openBolt(t testing.TB) core.Store {
	t.Helper()
	return openStore(t, filepath.Join(t.TempDir(), "house.db"), storage.Options{NoSync: true})
}

func openStore(t tester, url string, o storage.Options) core.Store {
	t.Helper()
	store, err := storage.Open(context.Background(), url, o)
	if err != nil {
		t.Fatalf("open %s: %v", url, err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return store
}

// invitationsAreSendable checks that no invitation waits whose sender may send it no more (I17), whatever took the right.
// Every test of this package ends with it.
func invitationsAreSendable(h *fixture) {
	h.t.Helper()
	if h.sendersUnchecked {
		return
	}
	left, err := core.UnsendableForTest(context.Background(), h.House)
	if err != nil || len(left) > 0 {
		h.t.Errorf("the senders of the invitations %v may send them no more: %v", left, err)
	}
}

// checkInvariants runs the invariant checker over the whole house (trust.md section 3).
func checkInvariants(h *fixture) {
	h.t.Helper()
	err := core.CheckInvariants(context.Background(), h.Store(), h.Now(), func(fault string) { h.t.Errorf("invariant: %s", fault) })
	if err != nil {
		h.t.Errorf("invariants: %v", err)
	}
}

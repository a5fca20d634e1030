package storage_test

import (
	"context"
	"testing"

	"gatehouse/storage"
)

// open opens a house that is closed at the end of the test.
func open(t testing.TB, url string, opts storage.Options) *storage.Store {
	t.Helper()
	s, err := storage.Open(context.Background(), url, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

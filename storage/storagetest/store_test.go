package storagetest_test

import (
	"context"
	"path/filepath"
	"strconv"
	"testing"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/storage/storagetest"
)

func TestStoreInMemory(t *testing.T) {
	storagetest.Store(t, func(t testing.TB) core.Store {
		s, err := storage.Open(context.Background(), "memory:", storage.Options{Rerun: true})
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

func TestStoreInAFile(t *testing.T) {
	dir, files := t.TempDir(), 0
	storagetest.Store(t, func(t testing.TB) core.Store {
		files++
		// A sorter with next to no memory shows that spilled rows come back in order.
		options := storage.Options{NoSync: true, LoadMemory: 1}
		s, err := storage.Open(context.Background(), filepath.Join(dir, strconv.Itoa(files)), options)
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

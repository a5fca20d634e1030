package bolt_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/storage/bolt"
	"gatehouse/storage/kv"
	"gatehouse/storage/storagetest"
)

var nilContext = context.Background()

func put(t testing.TB, e kv.Engine, key, value string) {
	t.Helper()
	err := e.Update(nilContext, func(w kv.Writer) error { return w.Put([]byte(key), []byte(value)) })
	if err != nil {
		t.Fatalf("put %q: %v", key, err)
	}
}

func get(t testing.TB, e kv.Engine, key string) (value string, found bool) {
	t.Helper()
	err := e.View(nilContext, func(r kv.Reader) error {
		v, ok, err := r.Get([]byte(key))
		value, found = string(v), ok
		return err
	})
	if err != nil {
		t.Fatalf("get %q: %v", key, err)
	}
	return value, found
}

func open(t testing.TB, path string, opts bolt.Options) *bolt.Engine {
	t.Helper()
	e, err := bolt.Open(path, opts)
	if err != nil {
		t.Fatalf("open %s: %v", path, err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return e
}

func TestReopenKeepsWhatWasCommitted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house", "house.db")
	e := open(t, path, bolt.Options{})
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() { put(t, e, fmt.Sprintf("a%02d", i), "v") })
	}
	wg.Wait()
	put(t, e, "b", "")
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	e = open(t, path, bolt.Options{})
	for i := range 64 {
		if v, found := get(t, e, fmt.Sprintf("a%02d", i)); !found || v != "v" {
			t.Errorf("a%02d = %q, %v", i, v, found)
		}
	}
	if v, found := get(t, e, "b"); !found || v != "" {
		t.Errorf("an empty value came back as %q, %v", v, found)
	}
	n := 0
	err := e.Load(t.Context(), func(func(k, v []byte) error) error { n++; return nil }, nil)
	if !errors.Is(err, kv.ErrNotEmpty) || n != 0 {
		t.Errorf("load into a full store: %v, called %d times", err, n)
	}
}

func TestContract(t *testing.T) {
	storagetest.Engine(t, func(t testing.TB) kv.Engine {
		e, err := bolt.Open(filepath.Join(t.TempDir(), "house.db"), bolt.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		return e
	})
}

// check wants every saved key to be there and the file to be sound.
func check(t *testing.T, path string, saved []string) {
	t.Helper()
	e, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	for _, key := range saved {
		if value, found := get(t, e, key); !found || value != key {
			t.Errorf("%s was acknowledged and is lost", key)
		}
		if _, found := get(t, e, "a"+key); !found {
			t.Errorf("half of %s is lost", key)
		}
	}
	if err := e.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, PreLoadFreelist: true, Timeout: time.Second})
	if err != nil {
		t.Fatalf("bbolt open: %v", err)
	}
	defer func() { _ = db.Close() }()
	err = db.View(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			t.Errorf("bbolt check: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Errorf("view: %v", err)
	}
}

package memory_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"gatehouse/storage/kv"
	"gatehouse/storage/memory"
	"gatehouse/storage/storagetest"
)

// A fork is an engine like any other.
func TestContractOfForks(t *testing.T) {
	storagetest.Engine(t, func(testing.TB) kv.Engine { return memory.New(memory.Options{}).Fork(memory.Options{}) })
}

// What one of many forks writes is seen by none of the others, nor by the engine they come from, also when all of them
// write at once.
func TestForksShareNothing(t *testing.T) {
	ctx := context.Background()
	root := memory.New(memory.Options{})
	put := func(e *memory.Engine, key, value string) error {
		return e.Update(ctx, func(w kv.Writer) error { return w.Put([]byte(key), []byte(value)) })
	}
	for i := range 200 {
		if err := put(root, fmt.Sprintf("key %03d", i), "root"); err != nil {
			t.Fatal(err)
		}
	}
	forks := make([]*memory.Engine, 16)
	for i := range forks {
		forks[i] = root.Fork(memory.Options{})
	}
	var wg sync.WaitGroup
	for n, e := range forks {
		wg.Go(func() {
			for i := n; i < 200; i += 3 {
				if err := put(e, fmt.Sprintf("key %03d", i), fmt.Sprint("fork ", n)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Go(func() {
		for i := range 100 {
			if err := put(root, fmt.Sprintf("new %03d", i), "root"); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	for n, e := range forks {
		seen := 0
		err := e.View(ctx, func(r kv.Reader) error {
			return r.Scan(kv.Range{Prefix: []byte("k")}, func(_, value []byte) (bool, error) {
				if v := string(value); v != "root" && v != fmt.Sprint("fork ", n) {
					return false, fmt.Errorf("fork %d holds %q", n, v)
				}
				seen++
				return true, nil
			})
		})
		if err != nil || seen != 200 {
			t.Errorf("fork %d: %d keys, %v", n, seen, err)
		}
	}
}

// An engine with a limit refuses to grow above it, changes nothing then, and still lets go.
func TestLimit(t *testing.T) {
	ctx := context.Background()
	e := memory.New(memory.Options{Limit: 100})
	put := func(key string, n int) error {
		return e.Update(ctx, func(w kv.Writer) error { return w.Put([]byte(key), make([]byte, n)) })
	}
	if err := put("a", 60); err != nil {
		t.Fatal(err)
	}
	if err := put("b", 60); !errors.Is(err, kv.ErrFull) {
		t.Fatalf("got %v", err)
	}
	if size := e.Info().Size; size != 61 {
		t.Errorf("%d bytes after a refused write", size)
	}
	if err := e.Update(ctx, func(w kv.Writer) error { return w.Delete([]byte("a")) }); err != nil {
		t.Error(err)
	}
	if err := put("b", 60); err != nil {
		t.Error(err)
	}
}

package storagetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"gatehouse/storage/kv"
)

// heard is what a watcher was told so far.
type heard struct {
	keys map[string]bool
	all  bool
}

// take reads what lies in the slot now. A commit is announced before its
// Update returns, so there is nothing to wait for.
func (h *heard) take(c <-chan kv.Change) {
	for {
		select {
		case change, open := <-c:
			if !open {
				return
			}
			h.all = h.all || change.All
			for _, key := range change.Keys {
				h.keys[string(key)] = true
			}
		default:
			return
		}
	}
}

// watch tells about every commit, about nothing else, and ends with its context.
func watch(t testing.TB, open Open) {
	e := start(t, open)
	put(t, e, "before", "")
	ctx, cancel := context.WithCancel(context.Background())
	changes := e.Watch(ctx)
	h := heard{keys: map[string]bool{}}
	for i := range 3 {
		put(t, e, fmt.Sprint("k", i), "")
		h.take(changes)
		if !h.all && !h.keys[fmt.Sprint("k", i)] {
			t.Errorf("commit %d was not announced: %v", i, h)
		}
	}
	_ = update(e, func(w kv.Writer) error { return errors.Join(w.Put([]byte("failed"), nil), errGiveUp) })
	if err := update(e, func(w kv.Writer) error { return w.Delete([]byte("k0")) }); err != nil {
		t.Fatalf("delete: %v", err)
	}
	h.keys = map[string]bool{}
	h.take(changes)
	if !h.all && (!h.keys["k0"] || h.keys["failed"] || h.keys["before"]) {
		t.Errorf("after one deletion and a failed update: %v", h)
	}
	if err := update(e, func(w kv.Writer) error { _, _, err := w.Get([]byte("k1")); return err }); err != nil {
		t.Fatalf("update that writes nothing: %v", err)
	}
	select {
	case change := <-changes:
		t.Errorf("an update that wrote nothing was announced: %v", change)
	default:
	}
	cancel()
	for range changes { // ends because the channel is closed
	}
	if _, open := <-e.Watch(ctx); open {
		t.Errorf("a watch that has ended already tells something")
	}
}

// slowWatcher never keeps writers waiting, and misses no key.
func slowWatcher(t testing.TB, open Open) {
	e := start(t, open)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	slow, never := e.Watch(ctx), e.Watch(ctx)
	const each = 20
	together(workers, func(worker int) {
		for i := range each {
			key := fmt.Appendf(nil, "w%02d.%02d", worker, i)
			if err := update(e, func(w kv.Writer) error { return w.Put(key, nil) }); err != nil {
				t.Errorf("update: %v", err)
			}
		}
	})
	h := heard{keys: map[string]bool{}}
	h.take(slow)
	if len(h.keys) != workers*each && !h.all {
		t.Errorf("a slow watcher heard of %d keys of %d", len(h.keys), workers*each)
	}
	// More than a change can carry is cut to All, in one commit or in many.
	err := update(e, func(w kv.Writer) error {
		for i := range 20_000 {
			if err := w.Put(fmt.Appendf(nil, "x%06d", i), nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("large update: %v", err)
	}
	for _, c := range []<-chan kv.Change{slow, never} {
		h := heard{keys: map[string]bool{}}
		h.take(c)
		if !h.all {
			t.Errorf("20,000 keys came as %d", len(h.keys))
		}
	}
}

// load fills an empty engine, all or nothing.
func load(t testing.TB, open Open) {
	e := start(t, open)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	changes := e.Watch(ctx)
	const n = 25_000 // more than one batch
	fill := func(put func(key, value []byte) error, n int) error {
		var key, value []byte
		for i := range n {
			// The buffers are used again: put must copy.
			key, value = fmt.Appendf(key[:0], "%c%06d", 'a'+i*3/n, i), fmt.Appendf(value[:0], "%d", i)
			if err := put(key, value); err != nil {
				return err
			}
		}
		return nil
	}
	err := e.Load(ctx, func(put func(key, value []byte) error) error { return errors.Join(fill(put, n), errGiveUp) }, nil)
	wantError(t, "failed load", err, errGiveUp)
	err = e.Load(ctx, func(put func(key, value []byte) error) error {
		_ = fill(put, n)
		panic("half way")
	}, nil)
	var p *kv.PanicError
	if !errors.As(err, &p) {
		t.Errorf("a load that panicked answered %v", err)
	}
	err = e.Load(ctx, func(put func(key, value []byte) error) error { return errors.Join(fill(put, 10), put(nil, nil)) }, nil)
	wantError(t, "load of a bad key", err, kv.ErrKey)
	stopped, stop := context.WithCancel(context.Background())
	err = e.Load(stopped, func(put func(key, value []byte) error) error {
		err := fill(put, 10)
		stop()
		return errors.Join(err, fill(put, n))
	}, nil)
	wantError(t, "cancelled load", err, context.Canceled)
	for _, prefix := range []string{"a", "b", "c"} {
		wantRows(t, e, prefix)
	}
	select {
	case change := <-changes:
		t.Errorf("failed loads were announced: %v", change)
	default:
	}
	err = e.Load(ctx, func(put func(key, value []byte) error) error {
		return errors.Join(put([]byte("c999999"), []byte("first")), fill(put, n), put([]byte("a"), nil), put([]byte("c999999"), []byte("last")))
	}, nil)
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	h := heard{}
	h.take(changes)
	if !h.all {
		t.Errorf("the load was not announced")
	}
	if got := allRows(t, e, "a"); len(got) != (n+2)/3+1 || got[0] != "a=" || got[1] != "a000000=0" {
		t.Errorf("%d rows under a, the first %v", len(got), got[:min(2, len(got))])
	}
	if got := allRows(t, e, "c"); len(got) == 0 || got[len(got)-1] != "c999999=last" {
		t.Errorf("a key that was put twice is not the last one")
	}
	err = e.Load(ctx, func(func(_, _ []byte) error) error { t.Errorf("load into a full engine ran"); return nil }, nil)
	wantError(t, "load into a full engine", err, kv.ErrNotEmpty)
	// Writers and loads queue up like any two updates.
	put(t, e, "a0", "after")
	wantRows(t, e, "a0", append([]string{"a0=after"}, allRows(t, e, "a00")...)...)
}

// closing ends everything, more than once if asked.
func closing(t testing.TB, open Open) {
	e := start(t, open)
	put(t, e, "k", "")
	changes := e.Watch(context.Background())
	if err := e.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := e.Close(); err != nil {
		t.Errorf("close again: %v", err)
	}
	for range changes { // ends because the channel is closed
	}
	if _, open := <-e.Watch(context.Background()); open {
		t.Errorf("a closed engine tells something")
	}
	wantError(t, "view", view(e, func(kv.Reader) error { t.Errorf("the view ran"); return nil }), kv.ErrClosed)
	wantError(t, "update", update(e, func(kv.Writer) error { t.Errorf("the update ran"); return nil }), kv.ErrClosed)
	err := e.Load(context.Background(), func(func(_, _ []byte) error) error { t.Errorf("the load ran"); return nil }, nil)
	wantError(t, "load", err, kv.ErrClosed)
	if info := e.Info(); info.Engine == "" {
		t.Errorf("info of a closed engine: %+v", info)
	}
}

// closingUnderLoad answers every caller: saved, or closed.
func closingUnderLoad(t testing.TB, open Open) {
	e := start(t, open)
	var saved atomic.Int64
	var wg sync.WaitGroup
	for worker := range workers {
		wg.Go(func() {
			for i := 0; ; i++ {
				err := update(e, func(w kv.Writer) error { return w.Put(fmt.Appendf(nil, "k%02d.%d", worker, i), nil) })
				if errors.Is(err, kv.ErrClosed) {
					return
				}
				if err != nil {
					t.Errorf("update: %v", err)
					return
				}
				saved.Add(1)
				err = view(e, func(r kv.Reader) error { _, err := count(r, "k00.0"); return err })
				if err != nil && !errors.Is(err, kv.ErrClosed) {
					t.Errorf("view: %v", err)
					return
				}
			}
		})
	}
	for saved.Load() < workers && !t.Failed() {
		runtime.Gosched()
	}
	if err := e.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	wg.Wait()
}

package bolt

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/storage/kv"
)

func newEngine(t testing.TB, opts Options) *Engine {
	t.Helper()
	e, err := Open(filepath.Join(t.TempDir(), "house.db"), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

// queued starts updates while the writer is busy with a first one, so that all
// of them share its commit.
func queued(t *testing.T, e *Engine, fns ...func(kv.Writer) error) []error {
	t.Helper()
	inside, leave := make(chan struct{}), make(chan struct{})
	errs := make([]error, len(fns))
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = e.Update(context.Background(), func(w kv.Writer) error {
			close(inside)
			<-leave
			return w.Put([]byte("first"), nil)
		})
	})
	<-inside
	for i, fn := range fns {
		wg.Go(func() { errs[i] = e.Update(context.Background(), fn) })
		for len(e.queue) <= i {
			runtime.Gosched()
		}
	}
	close(leave)
	wg.Wait()
	return errs
}

func TestWritersShareACommit(t *testing.T) {
	e := newEngine(t, Options{})
	fns := make([]func(kv.Writer) error, 63)
	for i := range fns {
		fns[i] = func(w kv.Writer) error { return w.Put(fmt.Appendf(nil, "k%d", i), nil) }
	}
	for _, err := range queued(t, e, fns...) {
		if err != nil {
			t.Error(err)
		}
	}
	if info := e.Info(); info.Updates != 64 || info.Commits != 1 {
		t.Errorf("%d updates in %d commits, want 64 in 1", info.Updates, info.Commits)
	}
}

// Whoever fails in a shared commit fails alone; later ones see earlier ones.
func TestSharedCommitKeepsUpdatesApart(t *testing.T) {
	e := newEngine(t, Options{NoSync: true})
	wrong := errors.New("wrong")
	see := func(w kv.Writer, key string, want bool) error {
		_, found, err := w.Get([]byte(key))
		if err == nil && found != want {
			err = fmt.Errorf("%s is there: %v", key, found)
		}
		return err
	}
	errs := queued(t, e,
		func(w kv.Writer) error { return errors.Join(see(w, "first", true), w.Put([]byte("a"), nil)) },
		func(w kv.Writer) error {
			return errors.Join(see(w, "a", true), w.Put([]byte("b"), nil), w.Delete([]byte("a")), wrong)
		},
		func(w kv.Writer) error { _ = w.Put([]byte("c"), nil); panic("wrong") },
		func(w kv.Writer) error {
			return errors.Join(see(w, "a", true), see(w, "b", false), see(w, "c", false), w.Put([]byte("d"), nil))
		},
	)
	var p *kv.PanicError
	if errs[0] != nil || !errors.Is(errs[1], wrong) || !errors.As(errs[2], &p) || errs[3] != nil {
		t.Errorf("errors: %v", errs)
	}
	err := e.View(context.Background(), func(r kv.Reader) error {
		for key, want := range map[string]bool{"first": true, "a": true, "b": false, "c": false, "d": true} {
			if _, found, err := r.Get([]byte(key)); err != nil || found != want {
				t.Errorf("%s is there: %v, %v", key, found, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if info := e.Info(); info.Updates != 3 || info.Commits != 1 {
		t.Errorf("%d updates in %d commits, want 3 in 1", info.Updates, info.Commits)
	}
}

// trust-A5: after a failed sync nobody is told a lie, and nothing more is written.
func TestUnknownOutcomeStopsWriting(t *testing.T) {
	e := newEngine(t, Options{NoSync: true})
	write := func(w kv.Writer) error { return w.Put([]byte("k"), nil) }
	e.commit = func(tx *bbolt.Tx) error {
		return errors.Join(tx.Commit(), syscall.EIO) // it is on disk, and the disk says no
	}
	for i, err := range queued(t, e, write, write) {
		var unknown *kv.OutcomeUnknownError
		if !errors.As(err, &unknown) || !errors.Is(err, syscall.EIO) {
			t.Errorf("update %d: %v", i, err)
		}
	}
	err := e.Update(context.Background(), func(kv.Writer) error { t.Error("a later update ran"); return nil })
	if !errors.Is(err, kv.ErrNotWritable) || !errors.Is(err, kv.ErrStopped) || errors.Is(err, kv.ErrOutcomeUnknown) {
		t.Errorf("a later update: %v", err)
	}
	err = e.View(context.Background(), func(r kv.Reader) error { _, _, err := r.Get([]byte("k")); return err })
	if err != nil {
		t.Errorf("reading: %v", err)
	}
}

// A commit that panics inside bbolt is damage, for all who shared it.
func TestPanicInCommit(t *testing.T) {
	e := newEngine(t, Options{NoSync: true})
	e.commit = func(*bbolt.Tx) error { panic("assertion failed: page 7") }
	write := func(w kv.Writer) error { return w.Put([]byte("k"), nil) }
	for i, err := range append(queued(t, e, write, write), e.Update(context.Background(), write)) {
		if !errors.Is(err, kv.ErrDamaged) {
			t.Errorf("update %d: %v", i, err)
		}
	}
}

// A write that the disk refuses is tried afresh the next time.
func TestRefusedCommitIsNotTheEnd(t *testing.T) {
	e := newEngine(t, Options{NoSync: true})
	normal := e.commit
	e.commit = func(tx *bbolt.Tx) error {
		_ = tx.Rollback()
		return fmt.Errorf("file resize error: %w", syscall.ENOSPC)
	}
	write := func(w kv.Writer) error { return w.Put([]byte("k"), nil) }
	if err := e.Update(context.Background(), write); !errors.Is(err, kv.ErrNotWritable) || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("update: %v", err)
	}
	e.commit = normal
	if err := e.Update(context.Background(), write); err != nil {
		t.Errorf("later update: %v", err)
	}
}

// No view may be held for long (storage.md 1.5); Info counts those that were.
func TestLongViewsAreCounted(t *testing.T) {
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	e := newEngine(t, Options{NoSync: true, Now: func() time.Time { return now }})
	for _, held := range []time.Duration{time.Millisecond, time.Second, time.Second + 1} {
		err := e.View(context.Background(), func(kv.Reader) error { now = now.Add(held); return nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := e.Info().LongViews; n != 1 {
		t.Errorf("%d long views, want 1", n)
	}
}

// A panic in the caller's own function leaves a view usable and stays a panic.
func TestViewHandsOnPanics(t *testing.T) {
	e := newEngine(t, Options{NoSync: true})
	if err := e.Update(context.Background(), func(w kv.Writer) error { return w.Put([]byte("k"), nil) }); err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() {
			if v := recover(); v != "mine" {
				t.Errorf("recovered %v", v)
			}
		}()
		_ = e.View(context.Background(), func(r kv.Reader) error {
			return r.Scan(kv.Range{Prefix: []byte("k")}, func(_, _ []byte) (bool, error) { panic("mine") })
		})
	}()
	if n := e.db.Stats().OpenTxN; n != 0 {
		t.Errorf("%d transactions are still open", n)
	}
}

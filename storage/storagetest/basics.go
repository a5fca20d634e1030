package storagetest

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"gatehouse/storage/kv"
)

// values tells empty from absent and keeps large values and keys whole.
func values(t testing.TB, open Open) {
	e := start(t, open)
	large := bytes.Repeat([]byte("0123456789"), 20_000)
	longest := append([]byte("k"), bytes.Repeat([]byte("y"), kv.MaxKey-1)...)
	write := func(w kv.Writer) error {
		return errors.Join(
			w.Put([]byte("empty"), nil), w.Put([]byte("large"), large), w.Put(longest, []byte("long")),
			w.Delete([]byte("absent")),
		)
	}
	read := func(r kv.Reader) {
		for _, want := range []struct {
			key, value []byte
			found      bool
		}{
			{[]byte("empty"), []byte{}, true},
			{[]byte("large"), large, true},
			{longest, []byte("long"), true},
			{[]byte("absent"), nil, false},
			{[]byte("emp"), nil, false},
			{[]byte("empty2"), nil, false},
			{[]byte("zzz"), nil, false},
		} {
			value, found, err := r.Get(want.key)
			if err != nil || found != want.found || !bytes.Equal(value, want.value) {
				t.Errorf("get %.10q: %d bytes, %v, %v; want %d bytes, %v", want.key, len(value), found, err, len(want.value), want.found)
			}
		}
	}
	err := update(e, func(w kv.Writer) error {
		err := write(w)
		read(w)
		return err
	})
	if err != nil {
		t.Fatalf("update: %v", err)
	}
	if err := view(e, func(r kv.Reader) error { read(r); return nil }); err != nil {
		t.Fatalf("view: %v", err)
	}
	wantRows(t, e, "em", "empty=")
}

// misuse answers with the errors that the contract names.
func misuse(t testing.TB, open Open) {
	e := start(t, open)
	put(t, e, "a", "1")
	var leaked kv.Writer
	stop := func(_, _ []byte) (bool, error) { return false, nil }
	err := update(e, func(w kv.Writer) error {
		leaked = w
		wantError(t, "put without key", w.Put(nil, nil), kv.ErrKey)
		wantError(t, "put with a key too long", w.Put(make([]byte, kv.MaxKey+1), nil), kv.ErrKey)
		wantError(t, "put with a value too long", w.Put([]byte("b"), make([]byte, kv.MaxValue+1)), kv.ErrValue)
		wantError(t, "delete without key", w.Delete(nil), kv.ErrKey)
		wantError(t, "scan without prefix", w.Scan(kv.Range{}, stop), kv.ErrPrefix)
		return w.Scan(kv.Range{Prefix: []byte("a")}, func(_, _ []byte) (bool, error) {
			wantError(t, "put inside a scan", w.Put([]byte("b"), nil), kv.ErrScanning)
			wantError(t, "delete inside a scan", w.Delete([]byte("a")), kv.ErrScanning)
			if _, found, err := w.Get([]byte("a")); !found || err != nil {
				t.Errorf("get inside a scan: %v, %v", found, err)
			}
			return true, nil
		})
	})
	if err != nil {
		t.Errorf("update: %v", err)
	}
	wantError(t, "put after the end", leaked.Put([]byte("b"), nil), kv.ErrDone)
	_, _, err = leaked.Get([]byte("a"))
	wantError(t, "get after the end", err, kv.ErrDone)
	var reader kv.Reader
	err = view(e, func(r kv.Reader) error {
		reader = r
		wantError(t, "scan without prefix", r.Scan(kv.Range{}, stop), kv.ErrPrefix)
		wantError(t, "an error in a scan", r.Scan(kv.Range{Prefix: []byte("a")}, func(_, _ []byte) (bool, error) {
			return true, errGiveUp
		}), errGiveUp)
		return errGiveUp
	})
	wantError(t, "an error in a view", err, errGiveUp)
	_, _, err = reader.Get([]byte("a"))
	wantError(t, "get after a view", err, kv.ErrDone)
	wantError(t, "scan after a view", reader.Scan(kv.Range{Prefix: []byte("a")}, stop), kv.ErrDone)
	wantRows(t, e, "a", "a=1")
	wantRows(t, e, "b")
}

// failedUpdate leaves nothing behind, whichever way it fails, and the engine
// goes on.
func failedUpdate(t testing.TB, open Open) {
	e := start(t, open)
	put(t, e, "k1", "old")
	put(t, e, "k2", "old")
	write := func(w kv.Writer) error {
		return errors.Join(w.Put([]byte("k1"), []byte("new")), w.Delete([]byte("k2")), w.Put([]byte("k3"), nil))
	}
	err := update(e, func(w kv.Writer) error { return errors.Join(write(w), errGiveUp) })
	wantError(t, "failed update", err, errGiveUp)
	wantRows(t, e, "k", "k1=old", "k2=old")

	err = update(e, func(w kv.Writer) error {
		_ = write(w)
		panic("out of order")
	})
	var p *kv.PanicError
	if !errors.As(err, &p) || p.Value != "out of order" || !strings.Contains(string(p.Stack), "failedUpdate") {
		t.Errorf("an update that panicked answered %v", err)
	}
	wantRows(t, e, "k", "k1=old", "k2=old")

	// A function that ends its goroutine, as a failed test does, frees the writer.
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_ = update(e, func(w kv.Writer) error {
			_ = write(w)
			exit()
			return nil
		})
	}()
	<-gone
	wantRows(t, e, "k", "k1=old", "k2=old")
	put(t, e, "k4", "later")
	wantRows(t, e, "k", "k1=old", "k2=old", "k4=later")
}

// snapshot keeps showing a view what was there when it began.
func snapshot(t testing.TB, open Open) {
	e := start(t, open)
	put(t, e, "k1", "old")
	put(t, e, "k2", "old")
	err := view(e, func(r kv.Reader) error {
		done := make(chan error)
		go func() {
			done <- update(e, func(w kv.Writer) error {
				return errors.Join(w.Put([]byte("k1"), []byte("new")), w.Delete([]byte("k2")), w.Put([]byte("k3"), []byte("new")))
			})
		}()
		if err := <-done; err != nil {
			return err
		}
		found, err := rows(r, "k")
		if len(found) != 2 || found[0] != "k1=old" || found[1] != "k2=old" {
			t.Errorf("a view changed under its reader: %v", found)
		}
		if _, there, _ := r.Get([]byte("k3")); there {
			t.Errorf("a view sees a key that came later")
		}
		return err
	})
	if err != nil {
		t.Fatalf("view: %v", err)
	}
	wantRows(t, e, "k", "k1=new", "k3=new")
}

// cancelled calls do not run their function.
func cancelled(t testing.TB, open Open) {
	e := start(t, open)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	wantError(t, "view", e.View(ctx, func(kv.Reader) error { t.Errorf("the view ran"); return nil }), context.Canceled)
	wantError(t, "update", e.Update(ctx, func(kv.Writer) error { t.Errorf("the update ran"); return nil }), context.Canceled)
	wantError(t, "load", e.Load(ctx, func(func(_, _ []byte) error) error { t.Errorf("the load ran"); return nil }, nil), context.Canceled)

	// One that waits for the writer gives up while it waits.
	ctx, cancel = context.WithCancel(context.Background())
	inside, leave, first := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		started := false
		first <- update(e, func(w kv.Writer) error {
			if !started { // the function may run again
				started = true
				close(inside)
				<-leave
			}
			return w.Put([]byte("k1"), nil)
		})
	}()
	<-inside
	second := make(chan error)
	go func() {
		second <- e.Update(ctx, func(w kv.Writer) error { return w.Put([]byte("k2"), nil) })
	}()
	cancel()
	wantError(t, "waiting update", <-second, context.Canceled)
	close(leave)
	if err := <-first; err != nil {
		t.Errorf("update: %v", err)
	}
	wantRows(t, e, "k", "k1=")
}

package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"gatehouse/storage/bolt"
	"gatehouse/storage/kv"
)

func writeRows(t *testing.T, e *bolt.Engine, from, to int) {
	t.Helper()
	err := e.Update(nilContext, func(w kv.Writer) error {
		for i := from; i < to; i++ {
			if err := w.Put(fmt.Appendf(nil, "a%06d", i), make([]byte, 100)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func rowsIn(t *testing.T, path string) int {
	t.Helper()
	e := open(t, path, bolt.Options{ReadOnly: true})
	defer func() { _ = e.Close() }()
	n, err := readAll(e)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func mode(t *testing.T, path string) fs.FileMode {
	t.Helper()
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return st.Mode().Perm()
}

// trust-A11: a copy that is taken while others write is of one moment, whole, and for its owner only. Each update
// writes two rows that say the same, so a copy of two moments would show.
func TestHotCopies(t *testing.T) {
	copies, writes := 40, 2_000
	if testing.Short() {
		copies = 10
	}
	dir := t.TempDir()
	e := open(t, filepath.Join(dir, "house.db"), bolt.Options{NoSync: true})
	writeRows(t, e, 0, 500)
	stop := make(chan struct{})
	var writers sync.WaitGroup
	var wrote int
	writers.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				if i >= writes {
					wrote = i
					return
				}
			default:
			}
			err := e.Update(nilContext, func(w kv.Writer) error {
				n := fmt.Appendf(nil, "%d", i)
				return errors.Join(w.Put([]byte("x-first"), n), w.Put(fmt.Appendf(nil, "b%05d", i%3000), make([]byte, rand.IntN(900))),
					w.Put([]byte("y-last"), n))
			})
			if err != nil {
				t.Error(err)
				return
			}
		}
	})
	for i := range copies {
		path := filepath.Join(dir, fmt.Sprintf("copy%d", i))
		told := 0
		err := e.CopyTo(context.Background(), path, func(done, total int) {
			if done < told || done > total {
				t.Errorf("progress goes from %d to %d of %d", told, done, total)
			}
			told = done
		})
		if err != nil {
			t.Fatalf("copy %d: %v", i, err)
		}
		c := open(t, path, bolt.Options{ReadOnly: true})
		if _, err := readAll(c); err != nil { // opening has walked it
			t.Errorf("copy %d: %v", i, err)
		}
		err = c.View(nilContext, func(r kv.Reader) error {
			one, _, err1 := r.Get([]byte("x-first"))
			two, _, err2 := r.Get([]byte("y-last"))
			if !bytes.Equal(one, two) {
				t.Errorf("copy %d is of two moments: %s and %s", i, one, two)
			}
			return errors.Join(err1, err2)
		})
		if err != nil || told == 0 || mode(t, path) != 0o600 {
			t.Errorf("copy %d: %v, progress %d, mode %v", i, err, told, mode(t, path))
		}
		_ = c.Close()
		_ = os.Remove(path)
	}
	close(stop)
	writers.Wait()
	t.Logf("%d copies during %d writes", copies, wrote)
}

// TestCopyKeepsWhatStands: a copy replaces nothing, and one that fails leaves nothing behind.
func TestCopyKeepsWhatStands(t *testing.T) {
	dir := t.TempDir()
	e := open(t, filepath.Join(dir, "house.db"), bolt.Options{NoSync: true})
	writeRows(t, e, 0, 1000)
	there := filepath.Join(dir, "there")
	if err := os.WriteFile(there, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := e.CopyTo(nilContext, there, nil); !errors.Is(err, bolt.ErrThere) {
		t.Errorf("over a file: %v", err)
	}
	if got, _ := os.ReadFile(there); string(got) != "mine" {
		t.Errorf("the file is now %q", got)
	}
	if err := e.CopyTo(nilContext, filepath.Join(dir, "no", "folder"), nil); !errors.Is(err, kv.ErrNotWritable) {
		t.Errorf("into no folder: %v", err)
	}
	ctx, cancel := context.WithCancel(nilContext)
	cancel()
	if err := e.CopyTo(ctx, filepath.Join(dir, "cancelled"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("no longer wanted: %v", err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 3 { // the house, its note, and what was there
		t.Errorf("left are %v, %v", left, err)
	}
}

// TestCompact: the rows are the same, the file is smaller, and writing goes on.
func TestCompact(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house.db")
	e := open(t, path, bolt.Options{NoSync: true})
	for i := range 20 {
		writeRows(t, e, i*1000, (i+1)*1000)
	}
	err := e.Update(nilContext, func(w kv.Writer) error {
		for i := 1000; i < 20_000; i++ {
			if err := w.Delete(fmt.Appendf(nil, "a%06d", i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	before := e.Info().Size
	if err := e.Compact(nilContext, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	if after := e.Info().Size; after > before/3 {
		t.Errorf("%d bytes became %d", before, after)
	}
	writeRows(t, e, 1000, 1100)
	if n, err := readAll(e); n != 1100 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
	if err := e.Verify(nilContext); err != nil {
		t.Error(err)
	}
	if _, err := bolt.Open(path, bolt.Options{NoSync: true, LockWait: 1}); !errors.Is(err, kv.ErrInUse) {
		t.Errorf("a second process may open it: %v", err)
	}
	_ = e.Close()
	if mode(t, path) != 0o600 || rowsIn(t, path) != 1100 {
		t.Errorf("mode %v, %d rows", mode(t, path), rowsIn(t, path))
	}
}

// TestRestoreFile: the copy takes the place, the old file is kept, and nothing happens while somebody has it open, or
// for a copy that is damaged.
func TestRestoreFile(t *testing.T) {
	dir := t.TempDir()
	path, backup, kept := filepath.Join(dir, "house.db"), filepath.Join(dir, "backup"), filepath.Join(dir, "house.db.before-restore")
	e := open(t, path, bolt.Options{NoSync: true})
	writeRows(t, e, 0, 1000)
	if err := e.CopyTo(nilContext, backup, nil); err != nil {
		t.Fatal(err)
	}
	writeRows(t, e, 1000, 1500)
	quick := bolt.Options{LockWait: 1}
	none := func(string) error { return nil }
	if err := bolt.Restore(nilContext, path, backup, kept, quick, nil, none); !errors.Is(err, kv.ErrInUse) {
		t.Errorf("while it is open: %v", err)
	}
	_ = e.Close()
	content, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	noise := rand.New(rand.NewPCG(5, 6))
	for what, bad := range map[string][]byte{
		"cut": content[:len(content)/2], "empty": nil, "text": bytes.Repeat([]byte("no house "), 5000),
		"wiped pages": append(append(bytes.Clone(content[:3*pageSize]), make([]byte, 9*pageSize)...), content[12*pageSize:]...),
	} {
		broken := filepath.Join(dir, fmt.Sprintf("bad%d", noise.Uint32()))
		if err := os.WriteFile(broken, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := bolt.Restore(nilContext, path, broken, kept, quick, nil, none); !errors.Is(err, kv.ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
		_ = os.Remove(broken)
	}
	wrong := errors.New("no")
	if err := bolt.Restore(nilContext, path, backup, kept, quick, nil, func(string) error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("refused by the caller: %v", err)
	}
	if got := rowsIn(t, path); got != 1500 {
		t.Errorf("after refusals the house has %d rows", got)
	}
	if err := bolt.Restore(nilContext, path, backup, kept, quick, nil, none); err != nil {
		t.Fatal(err)
	}
	if now, old := rowsIn(t, path), rowsIn(t, kept); now != 1000 || old != 1500 || mode(t, path) != 0o600 || mode(t, kept) != 0o600 {
		t.Errorf("%d rows now, %d kept, modes %v and %v", now, old, mode(t, path), mode(t, kept))
	}
	if err := bolt.Restore(nilContext, filepath.Join(dir, "new", "house.db"), backup, kept, quick, nil, none); err != nil {
		t.Errorf("where there was none: %v", err)
	}
	left, _ := os.ReadDir(dir)
	if len(left) != 4 { // house, backup, kept, new
		t.Errorf("left are %v", left)
	}
}

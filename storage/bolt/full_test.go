//go:build linux

package bolt_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gatehouse/storage/bolt"
	"gatehouse/storage/kv"
)

// fillUp writes rows of 4 KiB until one is refused, and returns how many were
// saved.
func fillUp(t *testing.T, e kv.Engine, from int) (saved int, err error) {
	t.Helper()
	for i := from; i < from+20_000; i++ {
		err := e.Update(nilContext, func(w kv.Writer) error { return w.Put(fmt.Appendf(nil, "f%06d", i), make([]byte, 4096)) })
		if err != nil {
			return i, err
		}
	}
	t.Fatal("the disk does not get full")
	return 0, nil
}

// trust-A6: a full disk refuses writes with the free space, reading goes on,
// and the next write succeeds once there is room.
func TestFullDisk(t *testing.T) {
	dir := smallDisk(t)
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 512<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "house.db")
	e := open(t, path, bolt.Options{})
	put(t, e, "k", "v")
	saved := 0
	for range 200 { // memory and file stay as they are
		var err error
		saved, err = fillUp(t, e, saved)
		var full *kv.NotWritableError
		if !errors.As(err, &full) || !errors.Is(err, kv.ErrNotWritable) || !errors.Is(err, syscall.ENOSPC) || full.Free < 0 || full.Free > 1<<20 {
			t.Fatalf("a full disk answers %v", err)
		}
	}
	if v, _ := get(t, e, "k"); v != "v" {
		t.Errorf("reading stopped: k = %q", v)
	}
	if err := e.Load(nilContext, func(func(k, v []byte) error) error { return nil }, nil); !errors.Is(err, kv.ErrNotEmpty) {
		t.Errorf("load: %v", err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	put(t, e, "after", "v")
	more, _ := fillUp(t, e, saved)
	if more <= saved {
		t.Errorf("no room was won: %d and then %d rows", saved, more)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	e = open(t, path, bolt.Options{})
	for i := range more {
		if _, found := get(t, e, fmt.Sprintf("f%06d", i)); !found {
			t.Errorf("row %d was acknowledged and is lost", i)
		}
	}
	if _, found := get(t, e, fmt.Sprintf("f%06d", more)); found {
		t.Errorf("row %d was refused and is there", more)
	}
}

// A load that does not fit leaves the empty store and no half file.
func TestLoadOnFullDisk(t *testing.T) {
	dir := smallDisk(t)
	e := open(t, filepath.Join(dir, "house.db"), bolt.Options{})
	err := e.Load(nilContext, func(put func(k, v []byte) error) error {
		for i := range 50_000 {
			if err := put(fmt.Appendf(nil, "k%06d", i), make([]byte, 200)); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	if !errors.Is(err, kv.ErrNotWritable) || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("load: %v", err)
	}
	put(t, e, "k", "v")
	found, err := os.ReadDir(dir)
	if err != nil || len(found) != 2 {
		t.Errorf("left in the folder: %v, %v", found, err)
	}
	// No room to create a file at all.
	if err := os.WriteFile(filepath.Join(dir, "ballast"), make([]byte, 2<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if _, err := bolt.Open(filepath.Join(dir, "another.db"), bolt.Options{}); !errors.Is(err, kv.ErrNotWritable) {
		t.Errorf("create: %v", err)
	}
}

// trust-A6: `ulimit -f`.
func TestFileSizeLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house.db")
	_, lines, _ := child(t, "limit", path)
	var said []string
	for lines.Scan() {
		said = append(said, lines.Text())
	}
	want := "refused file too large,refused file too large,fine v"
	if got := strings.Join(said, ","); got != want {
		t.Errorf("the child says %q, want %q", got, want)
	}
}

// A cap on address space, smaller than what is usually reserved for the file.
func TestLittleAddressSpace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house.db")
	_, lines, _ := child(t, "cramped", path)
	if !lines.Scan() || lines.Text() != "loaded fine" {
		t.Errorf("the child says %q", lines.Text())
	}
	for lines.Scan() { // until it ends and frees the lock
	}
	if rows, err := readAll(open(t, path, bolt.Options{})); rows != childRows || err != nil {
		t.Errorf("%d rows, %v", rows, err)
	}
}

func childLimit(path string) {
	limit := syscall.Rlimit{Cur: 1 << 20, Max: 1 << 20}
	e, err := bolt.Open(path, bolt.Options{})
	if err == nil {
		err = e.Update(nilContext, func(w kv.Writer) error { return w.Put([]byte("k"), []byte("v")) })
	}
	if err != nil {
		fmt.Println(class(err), err)
		return
	}
	_ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)
	for range 2 {
		err := e.Update(nilContext, func(w kv.Writer) error {
			return errors.Join(w.Put([]byte("l1"), make([]byte, 10<<20)), w.Put([]byte("l2"), make([]byte, 10<<20)))
		})
		var refused *kv.NotWritableError
		_ = errors.As(err, &refused)
		fmt.Println(class(err), refused.Cause)
	}
	err = e.View(nilContext, func(r kv.Reader) error {
		v, _, err := r.Get([]byte("k"))
		fmt.Println(class(err), string(v))
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
}

// trust-A7: a file on a read-only disk can be read, and says why it cannot be
// written.
func TestReadOnlyDisk(t *testing.T) {
	dir := smallDisk(t)
	path := filepath.Join(dir, "house.db")
	e := open(t, path, bolt.Options{})
	put(t, e, "k", "v")
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		lacking(t, "to remount a tmpfs", err)
	}
	e = open(t, path, bolt.Options{})
	if v, _ := get(t, e, "k"); v != "v" || !e.Info().ReadOnly {
		t.Errorf("k = %q, %+v", v, e.Info())
	}
	err := e.Update(nilContext, func(w kv.Writer) error { return w.Put([]byte("k"), nil) })
	if !errors.Is(err, kv.ErrNotWritable) || !errors.Is(err, syscall.EROFS) {
		t.Errorf("update: %v", err)
	}
	if _, err := bolt.Open(filepath.Join(dir, "x", "new.db"), bolt.Options{}); !errors.Is(err, kv.ErrNotWritable) || !errors.Is(err, syscall.EROFS) {
		t.Errorf("create: %v", err)
	}
}

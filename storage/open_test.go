package storage_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/storage"
)

func putNorth(s *storage.Store) error {
	return s.Update(context.Background(), func(x core.Tx) error {
		return x.Maintainers().Put(core.Maintainer{ID: 1, Name: "North", State: core.UnitActive})
	})
}

func northIn(t *testing.T, s *storage.Store) {
	t.Helper()
	err := s.View(context.Background(), func(x core.Tx) error {
		if m, found, err := x.Maintainers().Get(1); err != nil || !found || m.Name != "North" {
			t.Errorf("got %+v, %v, %v", m, found, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// refusedFor fails unless opening gives the reason and names every word.
func refusedFor(t *testing.T, url string, opts storage.Options, reason core.Reason, words ...string) {
	t.Helper()
	s, err := storage.Open(context.Background(), url, opts)
	if err == nil {
		_ = s.Close()
	}
	var e *core.Error
	if !errors.As(err, &e) || e.Reason != reason {
		t.Fatalf("opening gives %v, want the reason %s", err, reason)
	}
	for _, w := range words {
		if !strings.Contains(e.Error(), w) {
			t.Errorf("%q does not say %q", e, w)
		}
	}
}

func TestKeepsRecordsInAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "house.db")
	s := open(t, "bolt:"+path, storage.Options{})
	if err := putNorth(s); err != nil {
		t.Fatal(err)
	}
	if info := s.Info(); info.Path != path || info.Engine != "bolt" {
		t.Errorf("info is %+v", info)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v, %v", info.Mode(), err)
	}
	northIn(t, open(t, path, storage.Options{ReadOnly: true}))
}

func TestSecondProcessIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house.db")
	since := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	s := open(t, path, storage.Options{Clock: func() time.Time { return since }})
	refusedFor(t, path, storage.Options{}, core.ReasonHouseInUse, path, "process "+strconv.Itoa(os.Getpid()), "2026-03-04T05:06:07Z")
	refusedFor(t, path, storage.Options{}, core.ReasonHouseInUse, "Close it there, then try again.")
	s.Announce("ssh -p 2222 localhost")
	refusedFor(t, path, storage.Options{}, core.ReasonHouseInUse,
		"process "+strconv.Itoa(os.Getpid())+" since 2026-03-04T05:06:07Z. Use ssh -p 2222 localhost, or close it there.")
}

func TestReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house.db")
	refusedFor(t, path, storage.Options{ReadOnly: true}, core.ReasonNotFound, path)
	s := open(t, path, storage.Options{})
	if err := errors.Join(putNorth(s), s.Close()); err != nil {
		t.Fatal(err)
	}
	s = open(t, path, storage.Options{ReadOnly: true})
	northIn(t, s)
	if err := putNorth(s); core.ReasonOf(err) != core.ReasonReadOnly {
		t.Errorf("writing gives %v", err)
	}
	err := s.Load(context.Background(), func(func(any) error) error { return nil }, nil)
	if core.ReasonOf(err) != core.ReasonReadOnly {
		t.Errorf("loading gives %v", err)
	}
}

// TestDamagedFile: message and reason, never a trace.
func TestDamagedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house.db")
	s := open(t, path, storage.Options{})
	if err := errors.Join(putNorth(s), s.Close()); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"cut": whole[:3*os.Getpagesize()], "empty": nil, "text": []byte("this is no house, but some text")} {
		damaged := filepath.Join(t.TempDir(), name)
		older, newer := damaged+".bak", damaged+".backup-2"
		for i, f := range []string{damaged, older, newer} {
			if err := os.WriteFile(f, content, 0o600); err != nil {
				t.Fatal(err)
			}
			at := time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC)
			if err := os.Chtimes(f, at, at); err != nil {
				t.Fatal(err)
			}
		}
		refusedFor(t, damaged, storage.Options{}, core.ReasonHouseDamaged, damaged+" is not a whole house: ", newer)
	}
}

func TestFolderThatCannotBeWritten(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write into every folder, so nothing is refused")
	}
	dir := filepath.Join(t.TempDir(), "locked")
	if err := os.Mkdir(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	refusedFor(t, filepath.Join(dir, "house.db"), storage.Options{}, core.ReasonNotWritable, dir, "permission denied")
}

// TestUpdateThatWritesNothing leaves an empty house empty: it can still be filled.
func TestUpdateThatWritesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house.db")
	s := open(t, path, storage.Options{})
	look := func(x core.Tx) error {
		_, err := x.Settings()
		return err
	}
	if err := s.Update(context.Background(), look); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	s = open(t, path, storage.Options{})
	err := s.Load(context.Background(), func(put func(any) error) error {
		return put(core.Maintainer{ID: 1, Name: "North", State: core.UnitActive})
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	northIn(t, s)
	_ = s.Close()
	northIn(t, open(t, path, storage.Options{}))
}

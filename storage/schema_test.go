package storage

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/core"
	"gatehouse/storage/bolt"
	"gatehouse/storage/kv"
)

// TestMigration: an older file is brought up to date in one transaction after a copy is kept, a newer one is refused.
func TestMigration(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "house.db")
	s, err := Open(ctx, path, Options{NoSync: true, schema: 1})
	if err != nil {
		t.Fatal(err)
	}
	put := func(name string) error {
		return s.Update(ctx, func(x core.Tx) error {
			return x.Maintainers().Put(core.Maintainer{ID: 1, Name: name, State: core.UnitActive})
		})
	}
	if err := put("North"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	broken := errors.New("the second step fails")
	seen := []byte{colMeta, 'x'}
	to2 := migration{2, func(w kv.Writer, _ func(done, total int)) error { return w.Put(seen, []byte("2")) }}
	_, err = Open(ctx, path, Options{NoSync: true, schema: 3, migrations: []migration{to2, {3, func(kv.Writer, func(done, total int)) error { return broken }}}})
	if !errors.Is(err, broken) {
		t.Fatalf("a migration that fails gives %v", err)
	}
	if _, err = Open(ctx, path, Options{NoSync: true, schema: 3, migrations: []migration{to2}}); err == nil {
		t.Fatal("a gap between migrations was not noticed")
	}
	if _, err = Open(ctx, path, Options{ReadOnly: true, schema: 3}); core.ReasonOf(err) != core.ReasonReadOnly {
		t.Fatalf("an older file for reading only gives %v", err)
	}

	to3 := migration{3, func(w kv.Writer, _ func(done, total int)) error {
		value, found, err := w.Get(seen)
		if err != nil {
			return err
		}
		if !found || string(value) != "2" {
			return errors.New("the step before has not run")
		}
		return w.Delete(seen)
	}}
	s, err = Open(ctx, path, Options{NoSync: true, schema: 3, migrations: []migration{to2, to3}})
	if err != nil {
		t.Fatal(err)
	}
	if err := put("South"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	copied := path + ".before-v3"
	kept, err := os.ReadFile(copied)
	if err != nil || !bytes.Equal(kept, before) {
		t.Errorf("the copy that was kept is not the file as it was: %v", err)
	}
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy has mode %v, %v", info.Mode(), err)
	}

	if again, _ := filepath.Glob(path + ".before-v3*"); len(again) != 1 {
		t.Errorf("three attempts on one file kept %v", again)
	}

	_, err = Open(ctx, path, Options{NoSync: true, schema: 2})
	if core.ReasonOf(err) != core.ReasonHouseNewer || !strings.Contains(err.Error(), path) {
		t.Fatalf("a newer file gives %v", err)
	}
	old, err := Open(ctx, copied, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = old.Close() }()
	err = old.View(ctx, func(x core.Tx) error {
		if m, found, err := x.Maintainers().Get(1); err != nil || !found || m.Name != "North" {
			t.Errorf("the copy holds %v, %v, %v", m, found, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestCopyOfAnotherHouse: a copy that is there already and is of other bytes is neither lost nor taken for ours.
func TestCopyOfAnotherHouse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house.db")
	for _, content := range []string{"one", "two", "two", "longer"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := keepCopy(path, path+".before-v2"); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{".before-v2": "one", ".before-v2-2": "two", ".before-v2-3": "longer"} {
		if got, err := os.ReadFile(path + name); err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v, want %q", name, got, err, want)
		}
	}
	if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 4 {
		t.Errorf("there are %v", files)
	}
}

// TestForeignFile: what holds keys but not our mark is not opened.
func TestForeignFile(t *testing.T) {
	ctx := context.Background()
	for name, rows := range map[string]map[string]string{
		"no mark":    {"\x14abc": "x"},
		"other mark": {string(metaFormat): "elsewhere"},
		"no schema":  {string(metaFormat): format},
	} {
		path := filepath.Join(t.TempDir(), "house.db")
		e, err := bolt.Open(path, bolt.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		err = e.Update(ctx, func(w kv.Writer) error {
			for k, v := range rows {
				if err := w.Put([]byte(k), []byte(v)); err != nil {
					return err
				}
			}
			return nil
		})
		if err := errors.Join(err, e.Close()); err != nil {
			t.Fatal(err)
		}
		backup := path + ".bak"
		if err := os.WriteFile(backup, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = Open(ctx, path, Options{NoSync: true})
		if core.ReasonOf(err) != core.ReasonHouseDamaged || !strings.Contains(err.Error(), backup) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

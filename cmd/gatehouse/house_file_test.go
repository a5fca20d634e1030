package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/cmd/demo"
	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/storage"
)

// run is one run of the program in this process, without a terminal.
func run(t *testing.T, args ...string) (code int, out, err string) {
	t.Helper()
	w := newWorld(t, "", 0)
	w.Clock = func() time.Time { return noon }
	code = w.Execute(context.Background(), args)
	return code, w.out.String(), w.err.String()
}

// trust-A8: a second process waits a second, then names who holds the file.
func TestHouseInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house.db")
	if err := makeStart(context.Background(), path, noon); err != nil {
		t.Fatal(err)
	}
	store, err := storage.Open(context.Background(), "bolt:"+path, storage.Options{Clock: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	began := time.Now()
	code, _, said := run(t, "project", "list", "--db", path, "--as", pia)
	t.Logf("the answer took %v, a second is promised", time.Since(began))
	want := fmt.Sprintf("is open in process %d since 2026-11-21T12:00:00Z", os.Getpid())
	if code != 6 || !strings.Contains(said, want) {
		t.Errorf("exit code %d, %q, want %q", code, said, want)
	}
}

// X2: one error in line 40,000 of a dump, and nothing is imported; the line is named.
func TestImportWithAnErrorFarDown(t *testing.T) {
	suite.Sequential(t)
	lines := bytes.SplitAfter(largeDump(t), []byte("\n"))
	const wrong = 40_000
	if len(lines) < wrong+1000 {
		t.Fatalf("the dump has %d lines only", len(lines))
	}
	lines[wrong-1] = bytes.Replace(lines[wrong-1], []byte(`"`), []byte(`'`), 1)
	dir := t.TempDir()
	dump, path := filepath.Join(dir, "dump.jsonl"), filepath.Join(dir, "house.db")
	if err := os.WriteFile(dump, bytes.Join(lines, nil), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, said := run(t, "import", dump, "--db", path, "--json")
	if code != 2 || !strings.Contains(said, `"reason":"import_invalid"`) || !strings.Contains(said, "40000") && !strings.Contains(said, "40,000") {
		t.Errorf("exit code %d, %s", code, said)
	}
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("a file was made: %v", err)
	}
	// Into an empty house that was there before: it stays as it was.
	store, err := storage.Open(context.Background(), "bolt:"+path, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if code, _, said := run(t, "import", dump, "--db", path); code != 2 {
		t.Errorf("exit code %d, %s", code, said)
	}
	if code, _, said := run(t, "init", sue, "--name", "Sue", "--db", path); code != 0 {
		t.Errorf("something was written: exit code %d, %s", code, said)
	}
}

// largeDump is the dump of a house with tens of thousands of records.
func largeDump(t *testing.T) []byte {
	t.Helper()
	ctx := context.Background()
	store, err := storage.Open(ctx, "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	size := demo.Size{Maintainers: 4, Organizations: 1000, Projects: 10_000, Accounts: 10_000, Memberships: 30_000}
	if _, err := demo.FillLarge(ctx, store, noon, size, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	var dump bytes.Buffer
	h := core.New(store, core.Options{Clock: func() time.Time { return noon }})
	if err := h.Export(ctx, &dump, nil); err != nil {
		t.Fatal(err)
	}
	return dump.Bytes()
}

// X3: what is imported is the same house. Its own dump differs by the event of that export, by the head of the chain
// that it stands in, and by the end mark that counts the lines.
func TestExportThenImportIsTheSameHouse(t *testing.T) {
	suite.Sequential(t)
	dir := t.TempDir()
	db, copied := filepath.Join(dir, "demo.db"), filepath.Join(dir, "copy.db")
	first, second := filepath.Join(dir, "first.jsonl"), filepath.Join(dir, "second.jsonl")
	for _, args := range [][]string{
		{"demo", "--seed", "11", "--save", db},
		{"export", first, "--db", db},
		{"import", first, "--db", copied},
		{"export", second, "--db", copied},
	} {
		if code, _, said := run(t, args...); code != 0 {
			t.Fatalf("%v: exit code %d, %s", args, code, said)
		}
	}
	gone, come := differences(t, first, second)
	if !slices.Equal(gone, []string{"end", "head"}) || !slices.Equal(come, []string{"end", "event", "head"}) {
		t.Errorf("gone: %v, come: %v", gone, come)
	}
	if code, out, said := run(t, "check", "--db", copied); code != 0 {
		t.Errorf("check: exit code %d, %s%s", code, out, said)
	}
}

// differences gives the kinds of the lines that only one of two dumps has, sorted.
func differences(t *testing.T, first, second string) (gone, come []string) {
	t.Helper()
	count := map[string]int{}
	for i, path := range []string{first, second} {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		dump, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
		for line := range strings.Lines(string(dump)) {
			count[line] += 1 - 2*i
		}
	}
	for line, n := range count {
		var record struct {
			Kind string `json:"kind"`
		}
		if n != 0 {
			if err := json.Unmarshal([]byte(line), &record); err != nil {
				t.Fatal(err)
			}
		}
		switch {
		case n > 0:
			gone = append(gone, record.Kind)
		case n < 0:
			come = append(come, record.Kind)
		}
	}
	slices.Sort(gone)
	slices.Sort(come)
	return gone, come
}

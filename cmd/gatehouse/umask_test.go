//go:build unix

package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gatehouse/core/suite"
)

// TestFilesArePrivate is trust-A12: with an umask that hides nothing, every file that the program makes is for its owner
// only, and so is every folder.
func TestFilesArePrivate(t *testing.T) {
	suite.Sequential(t)
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	house := filepath.Join(dir, "data", "gatehouse.db")
	run := func(want int, args ...string) string {
		t.Helper()
		w := newWorld(t, "", 0)
		w.Folders = Folders{Config: filepath.Join(dir, "config"), Data: filepath.Join(dir, "data"), State: filepath.Join(dir, "state")}
		if got := w.Execute(context.Background(), append(args, "--db", house)); got != want {
			t.Fatalf("%v: exit code %d, %s", args, got, &w.err)
		}
		return w.err.String()
	}
	run(0, "init", "sam@support.test", "--name", "Sam", "--maintainer", "North")
	run(0, "org", "create", "Acme", "--maintainer", "1")
	run(0, "backup", filepath.Join(dir, "backup.db"))
	run(0, "export", filepath.Join(dir, "house.jsonl"))
	run(0, "activity", "export", filepath.Join(dir, "log.jsonl"))
	run(0, "compact")
	run(0, "migrate", "--to", filepath.Join(dir, "moved", "house.db"))
	run(0, "restore", filepath.Join(dir, "backup.db"), "--yes")
	run(0, "demo", "--save", filepath.Join(dir, "demo.db"))
	seen := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has the mode %v", path, info.Mode().Perm())
		}
		seen[d.Name()] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"gatehouse.db", "gatehouse.db.key", "backup.db", "house.jsonl", "log.jsonl", "house.db", "house.db.key", "demo.db", "demo.db.key",
		"config.toml", "gatehouse.log",
	} {
		if !seen[name] {
			t.Errorf("there is no %s among %v", name, seen)
		}
	}
	// Start is refused when the key file is too open; a house file that is too open is closed.
	if err := os.Chmod(house, 0o644); err != nil {
		t.Fatal(err)
	}
	run(0, "org", "list")
	if info, err := os.Stat(house); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the house stays open to others: %v, %v", info.Mode(), err)
	}
	for _, mode := range []fs.FileMode{0o604, 0o640, 0o666} {
		if err := os.Chmod(keyPath(house), mode); err != nil {
			t.Fatal(err)
		}
		if told := run(6, "org", "list"); !strings.Contains(told, "can be read by others") {
			t.Errorf("%v: %s", mode, told)
		}
	}
}

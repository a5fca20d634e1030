package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/core/suite"
)

// wholeOrNothing are the verbs that make a file, or put one in the place of another. Each is run in a home with house.db, a
// demo, its dump.jsonl and its backup.db, and makes the file new, or mends house.db where there is no other.
var wholeOrNothing = []struct {
	args []string
	file string // what it makes; empty for the house that is there
	// mark ends a whole file that is no house.
	mark string
}{
	{args: []string{"init", "a@a.test", "--name", "A", "--db", "new.db"}, file: "new.db"},
	{args: []string{"import", "dump.jsonl", "--db", "new.db"}, file: "new.db"},
	{args: []string{"restore", "backup.db", "--yes", "--db", "new.db"}, file: "new.db"},
	{args: []string{"demo", "--seed", "5", "--save", "new.db"}, file: "new.db"},
	{args: []string{"migrate", "--to", "new.db"}, file: "new.db"},
	{args: []string{"backup", "new.db"}, file: "new.db"},
	{args: []string{"export", "new.jsonl"}, file: "new.jsonl", mark: `"}` + "\n"},
	{args: []string{"activity", "export", "new.jsonl", "--as", sam}, file: "new.jsonl", mark: "}\n"},
	{args: []string{"restore", "backup.db", "--yes"}},
	{args: []string{"compact"}},
}

// trust F11: whoever is killed while a file is made leaves nothing under its name, or all of it; what was there before
// stays whole; and the next one works, and takes away what was left.
func TestKilledWhileFilesAreMade(t *testing.T) {
	suite.Sequential(t)
	kills := 1
	if deep() {
		kills = 100
	}
	start := houseWithCopies(t)
	for _, v := range wholeOrNothing {
		t.Run(strings.Join(v.args[:1], " ")+" "+v.file, func(t *testing.T) {
			early := 0
			for n := range kills {
				home := t.TempDir()
				if err := os.CopyFS(home, os.DirFS(start)); err != nil {
					t.Fatal(err)
				}
				private(t, home)
				if killed(t, home, v.args, n) {
					early++
				}
				there := wholeFile(t, home, v.file, v.mark)
				code, said := at(t, home, v.args...)
				refused := there && v.file != "" && v.args[0] != "restore"
				if (code != 0) != refused {
					t.Errorf("kill %d: file %v, and then: exit code %d: %s", n, there, code, said)
				}
				if refused { // one that is refused cleans nothing; the next one that is not, does
					if code, said := at(t, home, "export", "other.jsonl"); code != 0 {
						t.Errorf("kill %d: exit code %d: %s", n, code, said)
					}
				}
				wholeFile(t, home, v.file, v.mark)
				leftFiles(t, home)
				if t.Failed() {
					return
				}
			}
			t.Logf("%d of %d were killed before their end", early, kills)
		})
	}
}

// at runs a verb with files of a home, in this process.
func at(t *testing.T, home string, args ...string) (code int, said string) {
	t.Helper()
	code, out, err := run(t, inHome(home, args)...)
	return code, out + err
}

// inHome gives the words of a verb with the files of a home.
func inHome(home string, args []string) []string {
	words := []string{}
	for _, word := range args {
		if strings.HasSuffix(word, ".db") || strings.HasSuffix(word, ".jsonl") {
			word = filepath.Join(home, word)
		}
		words = append(words, word)
	}
	if !slices.Contains(words, "--db") {
		words = append(words, "--db", filepath.Join(home, "house.db"))
	}
	return words
}

// private gives files of a copied home the mode that they have.
func private(t *testing.T, home string) {
	t.Helper()
	err := filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			err = os.Chmod(path, 0o600)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// killed runs a verb and kills it: at a random moment, or when it has changed something in its home so many times.
func killed(t *testing.T, home string, args []string, n int) (early bool) {
	t.Helper()
	before := folderState(home)
	cmd := child(t, home, args...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	kill := func() { _ = cmd.Process.Kill() }
	if n%3 == 0 {
		defer time.AfterFunc(rand.N(150*time.Millisecond), kill).Stop()
	}
	changes := 1 + rand.IntN(5)
	look := time.NewTicker(100 * time.Microsecond)
	defer look.Stop()
	for {
		select {
		case err := <-over:
			if err != nil && cmd.ProcessState.ExitCode() >= 0 {
				t.Fatalf("%v ends by itself: %v: %s", args, err, &said)
			}
			return err != nil
		case <-look.C:
		}
		if n%3 == 0 {
			continue
		}
		if now := folderState(home); now != before {
			before = now
			if changes--; changes == 0 {
				kill()
			}
		}
	}
}

// folderState is what stands in a folder, with its sizes.
func folderState(dir string) string {
	var all strings.Builder
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error { // files come and go meanwhile
		if err == nil {
			if info, err := d.Info(); err == nil {
				fmt.Fprintln(&all, path, info.Size(), info.ModTime())
			}
		}
		return nil
	})
	return all.String()
}

// wholeFile looks at the house that was there, and at the file that a verb makes: it is not there, or whole.
func wholeFile(t *testing.T, home, file, mark string) (there bool) {
	t.Helper()
	for _, name := range []string{"house.db", file} {
		if name == "" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(home, name))
		if os.IsNotExist(err) && name == file {
			continue
		}
		there = there || name == file
		if mark != "" && name == file {
			if !bytes.HasSuffix(text, []byte(mark)) {
				t.Errorf("%s has no end", name)
			}
			continue
		}
		if code, said := at(t, home, "check", "--db", name); code != 0 {
			t.Errorf("%s is not whole: %s", name, said)
		}
		if _, err := os.Stat(filepath.Join(home, name+".key")); err != nil && file != "new.db" {
			t.Errorf("%s has no key: %v", name, err)
		}
	}
	return there
}

// leftFiles looks for files that nobody needs.
func leftFiles(t *testing.T, home string) {
	t.Helper()
	entries, err := os.ReadDir(home)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") || strings.HasSuffix(e.Name(), ".lock") {
			t.Errorf("%s is left", e.Name())
		}
	}
}

// A house that nobody has begun is not there for others, and is gone with whoever looked at it.
func TestHouseThatNobodyBegins(t *testing.T) {
	w := newWorld(t, "", 0)
	home := t.TempDir()
	if err := w.Parse([]string{"paths", "--db", filepath.Join(home, "house.db")}); err != nil {
		t.Fatal(err)
	}
	if err := w.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.openHouse(t.Context()); err != nil {
		t.Fatal(err)
	}
	names, _ := filepath.Glob(filepath.Join(home, "house*"))
	if len(names) > 0 {
		t.Errorf("there is %v", names)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(home); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

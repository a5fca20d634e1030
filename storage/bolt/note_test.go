//go:build linux

package bolt_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/storage/bolt"
)

// noWait is an opener that does not wait for the holder.
var noWait = bolt.Options{LockWait: time.Millisecond}

// The holder says how it is reached, as long as it can be, and takes it back when it cannot any more.
func TestAnnounceTellsTheNextOpener(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house.db")
	since := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	now := since
	e := open(t, path, bolt.Options{Now: func() time.Time { return now }})
	now = now.Add(time.Hour)
	for _, said := range []string{"", "ssh -p 2222 localhost", "ssh -p 2223 192.0.2.7", ""} {
		e.Announce(said)
		busy := wantInUse(t, path, noWait)
		if busy.Reach != said || busy.PID != os.Getpid() || !busy.Since.Equal(since) {
			t.Errorf("announced %q, told %+v", said, busy)
		}
	}
	e.Announce("ssh -p 2222 localhost")
	if st, err := os.Stat(path + ".lock"); err != nil || st.Mode() != 0o600 {
		t.Errorf("the note has mode %v, %v", st.Mode(), err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	e.Announce("ssh -p 2222 localhost")
	if _, err := os.Lstat(path + ".lock"); !os.IsNotExist(err) {
		t.Errorf("a closed engine leaves a note: %v", err)
	}
	r := open(t, path, bolt.Options{ReadOnly: true})
	r.Announce("ssh -p 2222 localhost")
	if _, err := os.Lstat(path + ".lock"); !os.IsNotExist(err) {
		t.Errorf("a reader leaves a note: %v", err)
	}
}

// Whoever reads the note meanwhile finds a whole one.
func TestAnnounceWhileOthersLook(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house.db")
	e := open(t, path, bolt.Options{NoSync: true})
	e.Announce("0")
	var wg sync.WaitGroup
	for i := range 2 {
		wg.Go(func() {
			for n := range 50 {
				e.Announce(fmt.Sprint(i*100 + n))
			}
		})
	}
	for range 20 {
		if busy := wantInUse(t, path, noWait); busy.Reach == "" {
			t.Errorf("told %+v", busy)
		}
	}
	wg.Wait()
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".house.db.note-*"))
	if len(left) > 0 {
		t.Errorf("%v are left over", left)
	}
}

// The note is a file: what stands in it is believed only where it is harmless, and it stops nobody.
func TestNoteIsNotTrusted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house.db")
	open(t, path, bolt.Options{})
	mine := fmt.Sprintf(`"pid":%d,"since":"2030-01-02T03:04:05Z"`, os.Getpid())
	for name, c := range map[string]struct {
		note  string
		pid   int
		reach string
	}{
		"whole":            {"{" + mine + `,"reach":"ssh -p 2222 localhost"}`, os.Getpid(), "ssh -p 2222 localhost"},
		"of a program":     {"{" + mine + "}", os.Getpid(), ""},
		"escape sequence":  {"{" + mine + `,"reach":"ssh \u001b]0;x\u0007"}`, os.Getpid(), ""},
		"second line":      {"{" + mine + `,"reach":"ssh\nrm"}`, os.Getpid(), ""},
		"hidden direction": {"{" + mine + `,"reach":"ssh \u202egnp"}`, os.Getpid(), ""},
		"no text":          {"{" + mine + `,"reach":7}`, 0, ""},
		"long":             {"{" + mine + `,"reach":"` + strings.Repeat("x", 301) + `"}`, os.Getpid(), ""},
		"huge":             {"{" + mine + `,"reach":"ssh"}` + strings.Repeat(" ", 5000), 0, ""},
		"of the dead":      {`{"pid":-7,"since":"2030-01-02T03:04:05Z","reach":"ssh -p 2222 localhost"}`, 0, ""},
		"empty":            {"", 0, ""},
		"no JSON":          {"\x00\xff{", 0, ""},
	} {
		if err := os.WriteFile(path+".lock", []byte(c.note), 0o600); err != nil {
			t.Fatal(err)
		}
		if busy := wantInUse(t, path, noWait); busy.PID != c.pid || busy.Reach != c.reach {
			t.Errorf("%s: told %+v, want process %d and %q", name, busy, c.pid, c.reach)
		}
	}
	if err := os.Remove(path + ".lock"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path+".lock", 0o700); err != nil {
		t.Fatal(err)
	}
	if busy := wantInUse(t, path, noWait); busy.PID != 0 {
		t.Errorf("a folder: told %+v", busy)
	}
}

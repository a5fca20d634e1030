//go:build linux

package bolt_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/core/suite"
	"gatehouse/storage/bolt"
	"gatehouse/storage/kv"
)

const sector = 512

// generation writes a new number into every row, so that a mix shows.
func generation(t *testing.T, e kv.Engine, n int) {
	t.Helper()
	err := e.Update(nilContext, func(w kv.Writer) error {
		for i := range 300 {
			if err := w.Put(fmt.Appendf(nil, "%c%03d", "abc"[i%3], (i*n*37)%300), fmt.Appendf(nil, "%0*d", 100+n%7, n)); err != nil {
				return err
			}
		}
		return w.Put([]byte("generation"), fmt.Appendf(nil, "%d", n))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// state is everything that can be read from an engine.
func state(t *testing.T, e kv.Engine) string {
	t.Helper()
	var all strings.Builder
	err := e.View(nilContext, func(r kv.Reader) error {
		for _, first := range "abcg" {
			err := r.Scan(kv.Range{Prefix: []byte{byte(first)}}, func(key, value []byte) (bool, error) {
				fmt.Fprintf(&all, "%s=%s\n", key, value)
				return true, nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// trust-A4: the power goes in the middle of a commit. Any part of what was not
// yet synced may be on disk, in any order. The file opens by itself and shows
// the state before or after, never a mix.
func TestPowerCutImages(t *testing.T) {
	suite.Sequential(t)
	noise := rand.New(rand.NewPCG(9, 10))
	path := filepath.Join(t.TempDir(), "house.db")
	e := open(t, path, quick)
	for n := range 5 {
		generation(t, e, n+1)
	}
	before, old := state(t, e), image(t, e)
	generation(t, e, 6)
	after, young := state(t, e), image(t, e)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	old = append(old, make([]byte, max(0, len(young)-len(old)))...)
	seen := map[string]int{}
	for round := range 300 {
		cut := bytes.Clone(old)
		// bbolt syncs the data before it writes a meta page: either the meta
		// pages are old, or the data is whole.
		whole := round%2 == 0
		for at := 2 * pageSize; at < len(young); at += sector {
			if whole || noise.IntN(2) == 0 {
				copy(cut[at:at+sector], young[at:])
			}
		}
		for meta := 0; whole && meta < 2*pageSize; meta += pageSize {
			// A torn meta page has its first bytes new and the rest old.
			copy(cut[meta:meta+noise.IntN(120)], young[meta:])
		}
		torn := filepath.Join(t.TempDir(), "house.db")
		if err := errors.Join(os.WriteFile(torn, cut, 0o600), os.Truncate(torn, int64(len(cut))+1<<20)); err != nil {
			t.Fatal(err)
		}
		e, err := bolt.Open(torn, quick)
		if err != nil {
			t.Errorf("round %d, data whole %v: %v", round, whole, err)
			continue
		}
		switch got := state(t, e); {
		case got == before:
			seen["before"]++
		case got == after && whole:
			seen["after"]++
		default:
			t.Errorf("round %d, data whole %v: a mix", round, whole)
		}
		generation(t, e, 7) // and it goes on from there
		if err := errors.Join(e.Verify(nilContext), e.Close()); err != nil {
			t.Errorf("round %d: %v", round, err)
		}
	}
	if seen["before"] == 0 || seen["after"] == 0 {
		t.Errorf("saw %v, want both states", seen)
	}
}

// image is the file as far as it is in use.
func image(t *testing.T, e kv.Engine) []byte {
	t.Helper()
	content, err := os.ReadFile(e.Info().Path)
	if err != nil {
		t.Fatal(err)
	}
	return content[:e.Info().Size]
}

// trust-A2: the process is killed at its k-th system call of a kind while it
// creates or loads a file. Afterwards the file is not there, or sound; the
// loaded rows are all there or none.
func TestKilledWhileCreating(t *testing.T) {
	strace := tracer(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, kind := range []string{"pwrite64", "fdatasync,fsync", "linkat,renameat,unlinkat", "ftruncate"} {
		for k := 1; ; k += 1 + k/3 {
			path := filepath.Join(t.TempDir(), "sub", "house.db")
			cmd := exec.Command(strace, "-f", "-qq", "-o", os.DevNull,
				"-e", fmt.Sprintf("inject=%s:signal=SIGKILL:when=%d", kind, k), self)
			cmd.Env = append(os.Environ(), childMode+"=load", childPath+"="+path)
			out, _ := cmd.Output() // it is killed
			rows := -1
			if _, statErr := os.Stat(path); !errors.Is(statErr, fs.ErrNotExist) {
				e := open(t, path, bolt.Options{})
				var err error
				if rows, err = readAll(e); err != nil {
					t.Errorf("killed at %s %d: %v", kind, k, err)
				}
				if err := e.Close(); err != nil {
					t.Error(err)
				}
				check(t, path, nil)
			}
			loaded := strings.Contains(string(out), "loaded")
			if rows != -1 && rows != 0 && rows != childRows || loaded && rows != childRows {
				t.Errorf("killed at %s %d: %d rows, and the child says %q", kind, k, rows, out)
			}
			seen[fmt.Sprintf("rows=%d", rows)]++
			if strings.Contains(string(out), "end") { // no such call any more
				break
			}
			if k > 10_000 {
				t.Fatalf("%s: the child never ends", kind)
			}
		}
	}
	t.Logf("%v", seen)
	if len(seen) != 3 {
		t.Errorf("saw %v; want no file, an empty and a full one", seen)
	}
}

const childRows = 25_000

func childLoad(path string) {
	e, err := bolt.Open(path, bolt.Options{})
	if err == nil {
		err = e.Load(nilContext, func(put func(key, value []byte) error) error {
			for i := range childRows {
				if err := put(fmt.Appendf(nil, "k%06d", i), make([]byte, 50)); err != nil {
					return err
				}
			}
			return nil
		}, nil)
	}
	fmt.Println("loaded", class(err))
	if err == nil {
		_ = e.Close()
	}
	fmt.Println("end")
}

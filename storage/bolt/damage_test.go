package bolt_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"gatehouse/core/suite"
	"gatehouse/storage/bolt"
	"gatehouse/storage/kv"
)

const pageSize = 4096

var quick = bolt.Options{NoSync: true}

// sound makes a file with several collections, inner pages and free pages, and
// returns its content, cut after the last page in use, with the number of rows.
func sound(t *testing.T) (content []byte, rows int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "house.db")
	e := open(t, path, bolt.Options{NoSync: true})
	for batch := range 6 {
		err := e.Update(nilContext, func(w kv.Writer) error {
			for i := range 300 {
				first := "abc"[i%3]
				key := fmt.Appendf(nil, "%c%04d.%d", first, (i*7919)%1000, batch)
				if err := w.Put(key, bytes.Repeat([]byte{first}, 20+i%50)); err != nil {
					return err
				}
			}
			return w.Put([]byte("large"), make([]byte, 3*pageSize))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err := e.Update(nilContext, func(w kv.Writer) error {
		for i := range 200 {
			if err := w.Delete(fmt.Appendf(nil, "a%04d.1", i*3)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if rows, err = readAll(e); err != nil {
		t.Fatal(err)
	}
	used := e.Info().Size
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	content, err = os.ReadFile(path)
	if err != nil || int64(len(content)) < used || used < 60*pageSize {
		t.Fatalf("%d bytes, %d in use, %v", len(content), used, err)
	}
	return content[:used], rows
}

// readAll reads every byte of every row, both ways.
func readAll(e kv.Engine) (rows int, err error) {
	err = e.View(nilContext, func(r kv.Reader) error {
		sum := 0
		for first := range 256 {
			for _, reverse := range []bool{false, true} {
				in := kv.Range{Prefix: []byte{byte(first)}, Reverse: reverse}
				err := r.Scan(in, func(key, value []byte) (bool, error) {
					rows++
					for _, b := range value {
						sum += int(b)
					}
					return true, nil
				})
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	return rows / 2, err
}

// try opens a file with the content, reads and writes it, and says what came
// out. Whatever happens must be a typed error.
func try(t *testing.T, what string, content []byte, opts bolt.Options) (rows int, err error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "house.db")
	// With room to grow bbolt need not extend and sync the file.
	if err := errors.Join(os.WriteFile(path, content, 0o600), os.Truncate(path, int64(len(content))+1<<20)); err != nil {
		t.Fatal(err)
	}
	e, err := bolt.Open(path, opts)
	if err == nil {
		rows, err = readAll(e)
		wrote := e.Update(nilContext, func(w kv.Writer) error {
			for i := range 50 {
				if err := w.Put(fmt.Appendf(nil, "%c%04d.x", "abc"[i%3], i*20), make([]byte, 200)); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil {
			err = wrote
		} else if wrote != nil && !errors.Is(wrote, kv.ErrDamaged) {
			t.Errorf("%s: writing fails with %v", what, wrote)
		}
		_ = e.Close()
	}
	if err != nil {
		if !errors.Is(err, kv.ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
		if text := err.Error(); strings.Contains(text, "goroutine") || strings.Contains(text, "\n") || len(text) > 300+len(path) {
			t.Errorf("%s: not a message: %s", what, text)
		}
	}
	return rows, err
}

// trust-A9: a cut file is refused when it is opened.
func TestCutFile(t *testing.T) {
	content, rows := sound(t)
	cuts := []int{0, 1, 15, 16, 79, 80, 81, 1024, 4095, 4096, 4097, 2*pageSize - 1, 3 * pageSize, 4 * pageSize}
	for at := 5 * pageSize; at < len(content); at += 3*pageSize + 1777 {
		cuts = append(cuts, at, at/pageSize*pageSize)
	}
	cuts = append(cuts, len(content)-pageSize, len(content)-1)
	for _, at := range cuts {
		path := filepath.Join(t.TempDir(), "house.db")
		if err := os.WriteFile(path, content[:at], 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := bolt.Open(path, bolt.Options{NoSync: true})
		if err == nil {
			_ = e.Close()
		}
		if !errors.Is(err, kv.ErrDamaged) {
			t.Errorf("cut at %d of %d: %v", at, len(content), err)
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, content[:at]) {
			t.Errorf("cut at %d: opening changed the file", at)
		}
	}
	if got, err := try(t, "whole file", content, quick); got != rows || err != nil {
		t.Errorf("the whole file has %d rows, %v; want %d", got, err, rows)
	}
	if got, err := try(t, "longer file", append(bytes.Clone(content), make([]byte, 3*pageSize)...), quick); got != rows || err != nil {
		t.Errorf("a longer file has %d rows, %v; want %d", got, err, rows)
	}
}

// inUse says which pages bbolt would read, by its own account.
func inUse(t *testing.T, content []byte) map[int]bool {
	t.Helper()
	path := filepath.Join(t.TempDir(), "house.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, PreLoadFreelist: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	pages := map[int]bool{}
	err = db.View(func(tx *bbolt.Tx) error {
		for id := 2; id < len(content)/pageSize; id++ {
			info, err := tx.Page(id)
			if err != nil {
				return err
			}
			if info.Type != "free" {
				pages[id] = true
				id += info.OverflowCount // holds values, which have no checksum here
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// trust-A9: pages that were wiped or overwritten are noticed: when the file is
// opened, or, in a file too large for that, when they are read.
func TestWipedPages(t *testing.T) {
	suite.Sequential(t)
	content, rows := sound(t)
	used := inUse(t, content)
	noise := rand.New(rand.NewPCG(1, 2))
	for page := range len(content) / pageSize {
		for _, garbage := range []bool{false, true} {
			bad := bytes.Clone(content)
			part := bad[page*pageSize : (page+1)*pageSize]
			for i := range part {
				part[i] = 0
				if garbage {
					part[i] = byte(noise.Uint32())
				}
			}
			for _, opts := range []bolt.Options{quick, quick.WithoutWalk()}[:2-page%2] {
				what := fmt.Sprintf("page %d wiped, garbage %v", page, garbage)
				got, err := try(t, what, bad, opts)
				switch {
				case used[page] && err == nil:
					t.Errorf("%s: not noticed", what)
				case err == nil && page > 1 && got != rows:
					t.Errorf("%s: %d rows of %d, and no error", what, got, rows)
				}
			}
		}
	}
	// Both meta pages gone, or everything.
	for what, bad := range map[string][]byte{
		"no meta pages": append(make([]byte, 2*pageSize), content[2*pageSize:]...),
		"only zeroes":   make([]byte, len(content)),
		"text":          bytes.Repeat([]byte("this is no database\n"), 1000),
	} {
		if _, err := try(t, what, bad, quick); err == nil {
			t.Errorf("%s: opened", what)
		}
	}
}

// trust-A9: single bits flip, and pages take each other's places. Most flips
// hit data and pass here (the audit chain sees those); none may panic.
func TestFlippedBits(t *testing.T) {
	suite.Sequential(t)
	content, _ := sound(t)
	noise := rand.New(rand.NewPCG(3, 4))
	rounds := 300
	if testing.Short() {
		rounds = 50
	}
	noticed := 0
	for round := range rounds {
		bad := bytes.Clone(content)
		at := noise.IntN(len(bad))
		switch round % 4 {
		case 0:
			from := noise.IntN(len(bad) / pageSize)
			at = at / pageSize * pageSize
			copy(bad[at:at+pageSize], content[from*pageSize:])
		case 1:
			at = at/pageSize*pageSize + noise.IntN(64) // headers do the most harm
			fallthrough
		default:
			bad[at] ^= 1 << noise.IntN(8)
		}
		if _, err := try(t, fmt.Sprintf("round %d at %d", round, at), bad, quick); err != nil {
			noticed++
		}
	}
	t.Logf("%d of %d noticed by the engine", noticed, rounds)
}

// A bbolt file of another program, and things that are no files, are refused.
func TestForeignFiles(t *testing.T) {
	dir := t.TempDir()
	foreign := filepath.Join(dir, "foreign.db")
	db, err := bbolt.Open(foreign, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("users"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	unsynced := filepath.Join(dir, "unsynced.db")
	if db, err = bbolt.Open(unsynced, 0o600, &bbolt.Options{NoFreelistSync: true}); err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("u"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{foreign, unsynced, dir} {
		for range 2 { // the refusal frees the lock
			e, err := bolt.Open(path, bolt.Options{})
			if err == nil {
				_ = e.Close()
			}
			if !errors.Is(err, kv.ErrDamaged) {
				t.Errorf("%s: %v", filepath.Base(path), err)
			}
		}
	}
}

// trust-A10: the file is cut under the running engine: errors, and no hang. What
// lies before the cut is read; nothing is written any more, also where the write
// would need none of the pages that are gone.
func TestCutUnderneath(t *testing.T) {
	content, _ := sound(t)
	for _, left := range []func(used int64) int64{
		func(int64) int64 { return 0 },
		func(int64) int64 { return pageSize },
		func(int64) int64 { return 10 * pageSize },
		func(used int64) int64 { return used / 2 },
		func(used int64) int64 { return used - pageSize },
		func(used int64) int64 { return used - 1 },
	} {
		path := filepath.Join(t.TempDir(), "house.db")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		e := open(t, path, bolt.Options{NoSync: true})
		used := e.Info().Size
		size := left(used)
		if err := os.Truncate(path, size); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			// The last pages may be free ones, so all rows may be there.
			if _, err := readAll(e); !errors.Is(err, kv.ErrDamaged) && (err != nil || size <= 10*pageSize) {
				t.Errorf("cut from %d to %d: reading gives %v", used, size, err)
			}
			err := e.Update(nilContext, func(w kv.Writer) error {
				_, _, err := w.Get([]byte("c0001.1"))
				return errors.Join(err, w.Put([]byte("c0001.1"), nil))
			})
			if !errors.Is(err, kv.ErrDamaged) && !errors.Is(err, kv.ErrOutcomeUnknown) && !errors.Is(err, kv.ErrNotWritable) {
				t.Errorf("cut from %d to %d: writing gives %v", used, size, err)
			}
		}
	}
}

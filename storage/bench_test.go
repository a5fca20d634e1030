package storage_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/core"
	"gatehouse/storage"
)

// The benchmarks measure this package and bare bbolt side by side, in turns, over the same rows: on a copy of the
// same file. Only ratios say anything (design storage.md).

const (
	manyProjects = 1_000_000
	pageRows     = 50
)

var nameWords = [...]string{
	"Shop", "Portal", "Blog", "Intranet", "Landing", "Kasse", "Lager", "Archiv", "Forum", "Wiki", "Status", "Docs",
	"Events", "Karriere", "Presse", "Galerie", "Übersicht", "Magazin", "Service", "Labor",
}

func benchName(i int) string {
	return fmt.Sprintf("%s %s %d", nameWords[i*7919%len(nameWords)], nameWords[i/7%len(nameWords)], i%9973)
}

func benchProject(i int) core.Project {
	return core.Project{
		ID: core.ProjectID(i + 1), Version: 1, Organization: core.OrganizationID(i/10 + 1), Maintainer: core.MaintainerID(i%3 + 1),
		Name: benchName(i), Template: "standard", RoleSet: core.RoleSetStandard, UserLimit: 10, State: core.ProjectActive, Created: 1_700_000_000,
	}
}

// large is a house with a million projects, and the same file under bare bbolt.
type large struct {
	store *storage.Store
	raw   *bbolt.DB
}

var largeHouse = sync.OnceValues(func() (*large, error) {
	dir, err := os.MkdirTemp("", "gatehouse-bench-")
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "house.db")
	s, err := storage.Open(context.Background(), path, storage.Options{NoSync: true})
	if err != nil {
		return nil, err
	}
	err = s.Load(context.Background(), func(put func(any) error) error {
		for i := range manyProjects {
			if err := put(benchProject(i)); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	if err != nil {
		return nil, err
	}
	if err := copyTo(path, path+".raw"); err != nil {
		return nil, err
	}
	raw, err := bbolt.Open(path+".raw", 0o600, &bbolt.Options{ReadOnly: true})
	// The files are mapped and open from here on; nothing is left behind when the run ends.
	_ = os.RemoveAll(dir)
	return &large{s, raw}, err
})

func copyTo(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}

func openLarge(b *testing.B) *large {
	b.Helper()
	h, err := largeHouse()
	if err != nil {
		b.Fatal(err)
	}
	return h
}

// places gives where pages begin: keys of the index ProjectsByName, and the same as core.Key.
func places(n int) (raw [][]byte, keys []core.Key) {
	random := rand.New(rand.NewPCG(1, 2))
	for range n {
		p := benchProject(random.IntN(manyProjects))
		name := core.Fold(p.Name)
		raw = append(raw, binary.BigEndian.AppendUint64(append(append([]byte{byName}, name...), 0), uint64(p.ID)))
		keys = append(keys, core.Key{core.Text(name), core.Num(p.ID)})
	}
	return raw, keys
}

// byName is the collection of ProjectsByName, see keys.go.
const byName = 0x50

// sideBySide runs ours and raw in turns and reports the medians, their ratio, and our 99th percentile.
func sideBySide(b *testing.B, ours, raw func(i int) error) {
	b.Helper()
	var mine, theirs []time.Duration
	run := func(fn func(int) error, i int) time.Duration {
		began := time.Now()
		if err := fn(i); err != nil {
			b.Fatal(err)
		}
		return time.Since(began)
	}
	for i := range 2000 { // warm
		run(ours, i)
		run(raw, i)
	}
	runtime.GC()
	for i := 0; b.Loop(); i++ {
		mine = append(mine, run(ours, i))
		theirs = append(theirs, run(raw, i))
	}
	slices.Sort(mine)
	slices.Sort(theirs)
	median := func(d []time.Duration) float64 { return float64(d[len(d)/2].Nanoseconds()) }
	b.ReportMetric(median(mine)/1000, "µs/page")
	b.ReportMetric(median(theirs)/1000, "raw-µs/page")
	b.ReportMetric(median(mine)/median(theirs), "x-raw")
	b.ReportMetric(float64(mine[len(mine)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(0, "ns/op")
}

// rawPage walks a bare cursor over 50 rows and touches keys and values.
func rawPage(db *bbolt.DB, start []byte) error {
	return db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket([]byte{byName}).Cursor()
		sum, n := 0, 0
		for k, v := c.Seek(start); k != nil && n < pageRows; k, v = c.Next() {
			sum += int(k[len(k)-1]) + int(v[len(v)-1])
			n++
		}
		touched = sum
		return nil
	})
}

var touched int

const placesKept = 4096

// BenchmarkPageCovering reads 50 rows anywhere in a million projects; at most 5 times a raw cursor is asked for.
func BenchmarkPageCovering(b *testing.B) {
	h := openLarge(b)
	starts, keys := places(placesKept)
	var rows []core.ProjectRow
	sideBySide(b, func(i int) error {
		return h.store.View(context.Background(), func(x core.Tx) error {
			rows = rows[:0]
			_, err := x.Projects().ScanRows(core.Scan{Index: core.ProjectsByName, After: keys[i%placesKept]}, func(r core.ProjectRow) (bool, error) {
				rows = append(rows, r)
				return len(rows) < pageRows, nil
			})
			return err
		})
	}, func(i int) error { return rawPage(h.raw, starts[i%placesKept]) })
}

// BenchmarkPageJoined reads 50 records by name; at most 20 times a raw cursor is asked for.
func BenchmarkPageJoined(b *testing.B) {
	h := openLarge(b)
	starts, keys := places(placesKept)
	var rows []core.Project
	sideBySide(b, func(i int) error {
		return h.store.View(context.Background(), func(x core.Tx) error {
			rows = rows[:0]
			_, err := x.Projects().Scan(core.Scan{Index: core.ProjectsByName, After: keys[i%placesKept]}, func(p core.Project) (bool, error) {
				rows = append(rows, p)
				return len(rows) < pageRows, nil
			})
			return err
		})
	}, func(i int) error { return rawPage(h.raw, starts[i%placesKept]) })
}

// BenchmarkFilterAll looks at a million names for one that is not there, the longest way a filter can go, in slices
// as screens do: each in its own View, going on where the last one ended.
func BenchmarkFilterAll(b *testing.B) {
	h := openLarge(b)
	word := []byte("nowhere")
	match := func(text []byte) bool { return bytes.Contains(text, word) }
	var slowest time.Duration
	b.ReportAllocs()
	for b.Loop() {
		for at := (core.End{}); !at.Done; {
			began := time.Now()
			err := h.store.View(context.Background(), func(x core.Tx) (err error) {
				in := core.Scan{Index: core.ProjectsByName, After: at.At, Match: match, Limit: 50_000}
				at, err = x.Projects().ScanRows(in, func(core.ProjectRow) (bool, error) { return true, nil })
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
			slowest = max(slowest, time.Since(began))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/scan")
	b.ReportMetric(float64(slowest.Microseconds())/1000, "ms-longest-view")
}

// BenchmarkLoad fills a house and, with the very same rows in order, a bare bbolt file; at least half of the speed of
// the bare load is asked for.
func BenchmarkLoad(b *testing.B) {
	const projects, members = 150_000, 3
	var ours, raw time.Duration
	rows := 0
	for b.Loop() {
		path := filepath.Join(b.TempDir(), "house.db")
		s := open(b, path, storage.Options{})
		began := time.Now()
		err := s.Load(context.Background(), func(put func(any) error) error {
			for i := range projects {
				if err := put(benchProject(i)); err != nil {
					return err
				}
				for m := range members {
					account := core.AccountID((i*31+m*7)%projects + 1)
					err := put(core.Membership{
						Unit: core.ProjectID(i + 1).Ref(), Account: account, Version: 1, Since: 1_700_000_000,
						Origin: core.OriginAdded, Role: core.RoleProjectAdmin, Inviter: 1,
					})
					if err != nil {
						return err
					}
				}
			}
			return nil
		}, nil)
		if err != nil {
			b.Fatal(err)
		}
		ours += time.Since(began)
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		n, d := rawLoad(b, path)
		rows += n
		raw += d
	}
	b.ReportMetric(float64(rows)/ours.Seconds(), "rows/s")
	b.ReportMetric(float64(rows)/raw.Seconds(), "raw-rows/s")
	b.ReportMetric(raw.Seconds()/ours.Seconds(), "of-raw")
	b.ReportMetric(0, "ns/op")
}

// rawLoad writes the rows of a file to a new one: in order, 10,000 a transaction, pages 90 % full, one sync.
func rawLoad(b *testing.B, path string) (rows int, took time.Duration) {
	b.Helper()
	type row struct{ key, value []byte }
	var all []row
	from, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		b.Fatal(err)
	}
	err = from.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(_ []byte, bucket *bbolt.Bucket) error {
			return bucket.ForEach(func(k, v []byte) error {
				all = append(all, row{bytes.Clone(k), bytes.Clone(v)})
				return nil
			})
		})
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := from.Close(); err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	to, err := bbolt.Open(path+".raw", 0o600, &bbolt.Options{NoSync: true, FreelistType: bbolt.FreelistMapType, InitialMmapSize: 4 << 30})
	if err != nil {
		b.Fatal(err)
	}
	for part := range slices.Chunk(all, 10_000) {
		err := to.Update(func(tx *bbolt.Tx) error {
			for _, r := range part {
				bucket, err := tx.CreateBucketIfNotExists(r.key[:1])
				if err != nil {
					return err
				}
				bucket.FillPercent = 0.9
				if err := bucket.Put(r.key, r.value); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := to.Sync(); err != nil {
		b.Fatal(err)
	}
	took = time.Since(began)
	if err := to.Close(); err != nil {
		b.Fatal(err)
	}
	return len(all), took
}

// BenchmarkCheck verifies a million projects with their four index entries and counters.
func BenchmarkCheck(b *testing.B) {
	h := openLarge(b)
	long := h.store.Info().LongViews
	for b.Loop() {
		err := h.store.Check(context.Background(), func(fault string) { b.Error(fault) })
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/check")
	b.ReportMetric(manyProjects*float64(b.N)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(h.store.Info().LongViews-long), "views>1s")
	b.ReportMetric(0, "ns/op")
}

package bolt_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"go.etcd.io/bbolt"

	"gatehouse/storage/bolt"
	"gatehouse/storage/kv"
)

// The rows are those of storage.md section 1: 16 bytes of key, 158 of value.
const valueLength = 158

func benchKey(i int) []byte { return fmt.Appendf(nil, "k%015d", i*7919%1_000_003) }

func rawDB(b *testing.B, path string, noSync bool) *bbolt.DB {
	b.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType, InitialMmapSize: 4 << 30, NoSync: noSync})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return db
}

func rawPut(db *bbolt.DB, key, value []byte) error {
	return db.Update(func(tx *bbolt.Tx) error {
		bucket, err := tx.CreateBucketIfNotExists(key[:1])
		if err != nil {
			return err
		}
		return bucket.Put(key, value)
	})
}

// BenchmarkPut compares one synced put per transaction with bare bbolt.
// storage.md 8: alone at least 0.90 of bbolt, 64 writers at least 5 times one.
func BenchmarkPut(b *testing.B) {
	value := make([]byte, valueLength)
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("bbolt/writers=%d", writers), func(b *testing.B) {
			db := rawDB(b, filepath.Join(b.TempDir(), "raw.db"), false)
			spread(b, writers, func(i int) error { return rawPut(db, benchKey(i), value) })
		})
		b.Run(fmt.Sprintf("engine/writers=%d", writers), func(b *testing.B) {
			e := benchEngine(b, bolt.Options{})
			spread(b, writers, func(i int) error {
				return e.Update(nilContext, func(w kv.Writer) error { return w.Put(benchKey(i), value) })
			})
			info := e.Info()
			b.ReportMetric(float64(info.Updates)/float64(info.Commits), "updates/commit")
		})
	}
}

// BenchmarkPutUnsynced leaves the disk out: what remains is our own work.
func BenchmarkPutUnsynced(b *testing.B) {
	value := make([]byte, valueLength)
	b.Run("bbolt", func(b *testing.B) {
		db := rawDB(b, filepath.Join(b.TempDir(), "raw.db"), true)
		spread(b, 1, func(i int) error { return rawPut(db, benchKey(i), value) })
	})
	b.Run("engine", func(b *testing.B) {
		e := benchEngine(b, bolt.Options{NoSync: true})
		spread(b, 1, func(i int) error {
			return e.Update(nilContext, func(w kv.Writer) error { return w.Put(benchKey(i), value) })
		})
	})
}

// spread runs b.N calls in so many goroutines.
func spread(b *testing.B, writers int, fn func(i int) error) {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range writers {
		wg.Go(func() {
			for {
				i := int(next.Add(1))
				if i > b.N {
					return
				}
				if err := fn(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "puts/s")
}

func benchEngine(b *testing.B, opts bolt.Options) *bolt.Engine {
	b.Helper()
	e, err := bolt.Open(filepath.Join(b.TempDir(), "house.db"), opts)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = e.Close() })
	return e
}

const benchRows = 1_000_000

func sortedRows(put func(key, value []byte) error) error {
	value := make([]byte, valueLength)
	var key []byte
	for i := range benchRows {
		key = fmt.Appendf(key[:0], "k%015d", i)
		if err := put(key, value); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkLoad compares a bulk load with a bare sorted one; one operation is a
// million rows. storage.md 8: at least 0.5 of bbolt.
func BenchmarkLoad(b *testing.B) {
	rate := func(b *testing.B) {
		b.ReportMetric(float64(b.N)*benchRows/b.Elapsed().Seconds(), "rows/s")
	}
	b.Run("bbolt", func(b *testing.B) {
		for range b.N {
			db := rawDB(b, filepath.Join(b.TempDir(), "raw.db"), true)
			if err := rawLoad(db); err != nil {
				b.Fatal(err)
			}
		}
		rate(b)
	})
	b.Run("engine", func(b *testing.B) {
		for range b.N {
			if err := benchEngine(b, bolt.Options{}).Load(nilContext, sortedRows, nil); err != nil {
				b.Fatal(err)
			}
		}
		rate(b)
	})
}

func rawLoad(db *bbolt.DB) error {
	var tx *bbolt.Tx
	var bucket *bbolt.Bucket
	n := 0
	err := sortedRows(func(key, value []byte) (err error) {
		if n%10_000 == 0 {
			if tx != nil {
				if err := tx.Commit(); err != nil {
					return err
				}
			}
			if tx, err = db.Begin(true); err != nil {
				return err
			}
			if bucket, err = tx.CreateBucketIfNotExists(key[:1]); err != nil {
				return err
			}
			bucket.FillPercent = 0.9
		}
		n++
		return bucket.Put(key, value)
	})
	if err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return db.Sync()
}

// BenchmarkRead compares a page of 50 rows, a point read and a scan of a
// million keys with a bare cursor.
func BenchmarkRead(b *testing.B) {
	dir := b.TempDir()
	e, err := bolt.Open(filepath.Join(dir, "house.db"), bolt.Options{NoSync: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = e.Close() })
	if err := e.Load(nilContext, sortedRows, nil); err != nil {
		b.Fatal(err)
	}
	db := rawDB(b, filepath.Join(dir, "raw.db"), true)
	if err := rawLoad(db); err != nil {
		b.Fatal(err)
	}
	for _, limit := range []int{1, 50, benchRows} {
		b.Run(fmt.Sprintf("bbolt/rows=%d", limit), func(b *testing.B) {
			for i := range b.N {
				if n := rawPage(b, db, i, limit); n == 0 {
					b.Fatal("nothing read")
				}
			}
		})
		for _, reverse := range []bool{false, true} {
			b.Run(fmt.Sprintf("engine/rows=%d/reverse=%v", limit, reverse), func(b *testing.B) {
				b.ReportAllocs()
				for i := range b.N {
					if n := enginePage(b, e, i, limit, reverse); n == 0 {
						b.Fatal("nothing read")
					}
				}
			})
		}
	}
	b.Run("engine/get", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			_ = e.View(nilContext, func(r kv.Reader) error {
				_, found, err := r.Get(startOf(i, 1))
				if !found || err != nil {
					b.Fatal(found, err)
				}
				return nil
			})
		}
	})
}

// startOf spreads pages over the rows; a full scan starts at an end.
func startOf(i, limit int) []byte {
	if limit == benchRows {
		return nil
	}
	return fmt.Appendf(nil, "k%015d", 100+i*7919%(benchRows-200))
}

func rawPage(b *testing.B, db *bbolt.DB, i, limit int) (n int) {
	b.Helper()
	err := db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket([]byte("k")).Cursor()
		for k, _ := c.Seek(startOf(i, limit)); k != nil && n < limit; k, _ = c.Next() {
			n++
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func enginePage(b *testing.B, e kv.Engine, i, limit int, reverse bool) (n int) {
	b.Helper()
	err := e.View(nilContext, func(r kv.Reader) error {
		in := kv.Range{Prefix: []byte("k"), From: startOf(i, limit), Reverse: reverse}
		return r.Scan(in, func(_, _ []byte) (bool, error) {
			n++
			return n < limit, nil
		})
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// BenchmarkOpen opens and closes a small file and one of a million rows.
func BenchmarkOpen(b *testing.B) {
	for _, rows := range []int{1_000, 100_000, benchRows} {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "house.db")
			e, err := bolt.Open(path, bolt.Options{NoSync: true})
			if err != nil {
				b.Fatal(err)
			}
			err = e.Load(nilContext, func(put func(key, value []byte) error) error {
				for i := range rows {
					if err := put(fmt.Appendf(nil, "k%015d", i), make([]byte, valueLength)); err != nil {
						return err
					}
				}
				return nil
			}, nil)
			if err != nil {
				b.Fatal(err)
			}
			if err := e.Close(); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				e, err := bolt.Open(path, bolt.Options{})
				if err != nil {
					b.Fatal(err)
				}
				if err := e.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

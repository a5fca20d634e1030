package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/cmd/demo"
	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/storage/bolt"
	"gatehouse/storage/kv"
)

// imports measures import and bulk load beside a bare sorted load of the same rows.
func (r *rig) imports() error {
	size := demo.Size{Maintainers: 10, Organizations: 5000, Projects: 50_000, Accounts: 50_000, Memberships: 150_000}
	defer debug.SetGCPercent(debug.SetGCPercent(100)) // long work is collected as usual
	dump, err := r.dump(size)
	if err != nil {
		return err
	}
	defer func() { _ = dump.Close() }()
	engine, err := bolt.Open(filepath.Join(r.dir, "import.db"), bolt.Options{})
	if err != nil {
		return err
	}
	loads := &loadRecorder{Engine: engine}
	store, err := storage.Over(r.ctx, loads, storage.Options{})
	if err != nil {
		return err
	}
	began := time.Now()
	result, err := core.New(store, core.Options{}).Import(r.ctx, dump, false, nil)
	took := time.Since(began)
	if err != nil {
		return err
	}
	if err := store.Close(); err != nil {
		return err
	}
	written, err := r.rowsOf(filepath.Join(r.dir, "import.db"))
	if err != nil {
		return err
	}
	bare, err := r.bareLoad(written)
	if err != nil {
		return err
	}
	ratio := bare.Seconds() / took.Seconds()
	rows := len(written)
	r.add(fmt.Sprintf("import of %d lines", result.Lines), fmt.Sprintf("%.0f rows a second, %.2f of bare", float64(rows)/took.Seconds(), ratio),
		fmt.Sprintf("bare sorted load: %.0f rows a second", float64(rows)/bare.Seconds()), "≥ 0.5 of bare", ratio >= 0.5)
	ratio = bare.Seconds() / loads.took.Seconds()
	r.add("the load within it", fmt.Sprintf("%.0f rows a second, %.2f of bare", float64(rows)/loads.took.Seconds(), ratio), "", "≥ 0.5 of bare", ratio >= 0.5)
	return nil
}

// dump gives the export of a house of some size, as a file to be read from its start.
func (r *rig) dump(size demo.Size) (*os.File, error) {
	source, err := storage.Open(r.ctx, filepath.Join(r.dir, "source.db"), storage.Options{NoSync: true})
	if err != nil {
		return nil, err
	}
	defer func() { _ = source.Close() }()
	if _, err := demo.FillLarge(r.ctx, source, time.Now(), size, nil); err != nil {
		return nil, err
	}
	file, err := os.Create(filepath.Join(r.dir, "dump.jsonl"))
	if err != nil {
		return nil, err
	}
	if err := core.New(source, core.Options{}).Export(r.ctx, file, nil); err != nil {
		_ = file.Close()
		return nil, err
	}
	_, err = file.Seek(0, io.SeekStart)
	return file, err
}

// loadRecorder notes how long a load took.
type loadRecorder struct {
	kv.Engine
	took time.Duration
}

// Load implements kv.Engine.
func (l *loadRecorder) Load(
	ctx context.Context, rows func(put func(key, value []byte) error) error, look func(kv.Engine) error,
) error {
	began := time.Now()
	err := l.Engine.Load(ctx, rows, func(loaded kv.Engine) error {
		l.took = time.Since(began)
		return look(loaded)
	})
	return err
}

// rowsOf reads all rows of a house, in order.
func (r *rig) rowsOf(path string) ([]write, error) {
	engine, err := bolt.Open(path, bolt.Options{NoSync: true})
	if err != nil {
		return nil, err
	}
	defer func() { _ = engine.Close() }()
	var rows []write
	err = engine.View(r.ctx, func(tx kv.Reader) error {
		for first := range 256 {
			err := tx.Scan(kv.Range{Prefix: []byte{byte(first)}}, func(key, value []byte) (bool, error) {
				rows = append(rows, write{bytes.Clone(key), bytes.Clone(value)})
				return true, nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return rows, err
}

// bareLoad puts the rows, which come sorted, into a new bbolt file, ten thousand a transaction.
func (r *rig) bareLoad(rows []write) (time.Duration, error) {
	db, err := bbolt.Open(filepath.Join(r.dir, "bare.db"), 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType, InitialMmapSize: 4 << 30})
	if err != nil {
		return 0, err
	}
	defer func() { _ = db.Close() }()
	const batch = 10_000
	began := time.Now()
	for from := 0; from < len(rows); from += batch {
		err := db.Update(func(tx *bbolt.Tx) error {
			for _, w := range rows[from:min(from+batch, len(rows))] {
				b, err := tx.CreateBucketIfNotExists(w.key[:1])
				if err != nil {
					return err
				}
				b.FillPercent = 0.9
				if err := b.Put(w.key[1:], w.value); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	return time.Since(began), nil
}

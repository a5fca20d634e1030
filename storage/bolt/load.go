package bolt

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/storage/kv"
)

// loadRows is how many rows of a bulk load share a transaction.
const loadRows = 10_000

// Load implements kv.Engine. The rows go into a new file, which takes the place
// of the empty one when it is complete and on disk.
func (e *Engine) Load(
	ctx context.Context, rows func(put func(key, value []byte) error) error, look func(kv.Engine) error,
) error {
	return e.alone(ctx, func() error {
		if err := e.checkEmpty(ctx); err != nil {
			return err
		}
		if err := e.rebuild(ctx, rows, func(h handle) error { return e.showLoaded(h, look) }); err != nil {
			if cause := harmless(err); cause != nil {
				return &kv.NotWritableError{Path: e.path, Cause: cause, Free: freeBytes(filepath.Dir(e.path))}
			}
			if cause := refused(err); cause != nil {
				return &kv.NotWritableError{Path: e.path, Cause: cause, Free: freeBytes(filepath.Dir(e.path))}
			}
			return err
		}
		e.measure()
		e.updates.Add(1)
		e.commits.Add(1)
		e.hub.Publish(kv.Change{All: true})
		return nil
	})
}

// showLoaded lets look read a file that does not have its name yet.
func (e *Engine) showLoaded(h handle, look func(kv.Engine) error) error {
	if look == nil {
		return nil
	}
	loaded := &Engine{
		path: e.path, opts: e.opts, readOnly: true, brief: true, db: h.db, file: h.file,
		refusal: &kv.NotWritableError{Path: e.path, Cause: errReadOnly, Free: -1},
		commit:  (*bbolt.Tx).Commit, queue: make(chan *call, 1), lead: make(chan struct{}, 1), closing: make(chan struct{}),
	}
	defer func() { // the file stays open
		loaded.gate.Lock()
		loaded.db = nil
		loaded.gate.Unlock()
	}()
	return kv.Run(func() error { return look(loaded) })
}

func (e *Engine) checkEmpty(ctx context.Context) error {
	return e.View(ctx, func(r kv.Reader) error {
		for first := range 256 {
			empty := true
			err := r.Scan(kv.Range{Prefix: []byte{byte(first)}}, func(_, _ []byte) (bool, error) {
				empty = false
				return false, nil
			})
			if err != nil {
				return err
			}
			if !empty {
				return kv.ErrNotEmpty
			}
		}
		return nil
	})
}

// rebuild builds a new file, lets check look at it once it is on disk, and swaps it in.
func (e *Engine) rebuild(
	ctx context.Context, rows func(put func(key, value []byte) error) error, check func(handle) error,
) (err error) {
	temp, err := tempFile(e.at(), "load")
	if err != nil {
		return err
	}
	// The new file stays open, and with it locked, when it gets its name: there
	// is no moment at which another process could take it.
	var h handle
	defer func() {
		if err != nil {
			if h.db != nil {
				_ = h.db.Close()
			}
			_ = os.Remove(temp)
		}
	}()
	h.db, err = openBolt(temp, &bbolt.Options{
		NoSync: true, FreelistType: bbolt.FreelistMapType, Timeout: time.Second, InitialMmapSize: initialMap(e.at()),
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			h.file, err = os.OpenFile(name, flag, mode)
			return h.file, err
		},
	})
	if err != nil {
		return err
	}
	if err := fill(ctx, h.db, rows); err != nil {
		return err
	}
	if !e.opts.NoSync {
		if err := h.file.Sync(); err != nil {
			return err
		}
	}
	if err := check(h); err != nil {
		return err
	}
	h.db.NoSync = e.opts.NoSync
	return e.swap(temp, h)
}

// fill writes the rows in transactions of loadRows.
func fill(ctx context.Context, db *bbolt.DB, rows func(put func(key, value []byte) error) error) error {
	f := &filler{ctx: ctx, db: db}
	defer f.drop()
	if err := rows(f.put); err != nil {
		return err
	}
	return f.flush()
}

type filler struct {
	ctx     context.Context
	db      *bbolt.DB
	tx      *bbolt.Tx
	buckets [256]*bbolt.Bucket
	rows    int
	values  []byte // copies of values; used again after each commit
}

// valuesKept is how many bytes of values are asked for at once: an allocation for each row would cost a tenth of a load.
const valuesKept = 1 << 20

// keep copies a value for as long as the transaction lasts.
func (f *filler) keep(value []byte) []byte {
	if f.values == nil || cap(f.values)-len(f.values) < len(value) {
		f.values = make([]byte, 0, max(valuesKept, len(value)))
	}
	start := len(f.values)
	f.values = append(f.values, value...)
	return f.values[start:len(f.values):len(f.values)]
}

func (f *filler) put(key, value []byte) error {
	if err := kv.CheckRow(key, value); err != nil {
		return err
	}
	if f.tx == nil {
		if err := f.ctx.Err(); err != nil {
			return err
		}
		tx, err := f.db.Begin(true)
		if err != nil {
			return err
		}
		f.tx = tx
	}
	bucket := f.buckets[key[0]]
	if bucket == nil {
		var err error
		if bucket, err = f.tx.CreateBucketIfNotExists(key[:1]); err != nil {
			return err
		}
		bucket.FillPercent = denseFill
		f.buckets[key[0]] = bucket
	}
	// bbolt copies the key but keeps the value until the commit.
	if err := bucket.Put(key, f.keep(value)); err != nil {
		return err
	}
	if f.rows++; f.rows == loadRows {
		return f.flush()
	}
	return nil
}

func (f *filler) flush() error {
	if f.tx == nil {
		return nil
	}
	tx := f.tx
	f.tx, f.rows, f.buckets = nil, 0, [256]*bbolt.Bucket{}
	forget(tx)
	err := tx.Commit()
	f.values = f.values[:0]
	return err
}

func (f *filler) drop() {
	if f.tx != nil {
		_ = f.tx.Rollback()
	}
}

// swap gives the new file its name and makes it the engine's database.
func (e *Engine) swap(temp string, h handle) error {
	e.gate.Lock()
	defer e.gate.Unlock()
	if err := os.Rename(temp, e.at()); err != nil {
		return err
	}
	old := handle{db: e.db, file: e.file}
	e.db, e.file = h.db, h.file
	_ = closeDB(old.db, old.file, e.stuck.Load())
	if e.opts.NoSync {
		return nil
	}
	if err := SyncFolder(filepath.Dir(e.at())); err != nil {
		e.refusal = &kv.NotWritableError{Path: e.path, Cause: kv.ErrStopped, Free: -1}
		return &kv.OutcomeUnknownError{Path: e.path, Cause: err}
	}
	return nil
}

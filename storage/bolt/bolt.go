// Package bolt is the embedded engine: one bbolt file, held by one process.
//
// Keys are kept whole, in one bucket per first byte, so that a scan hands out
// the file's own bytes without copying. Concurrent updates share a commit, and
// with it one sync of the disk (group commit). The file appears under its name
// only when it is complete and on disk, has mode 0600, and is checked before
// bbolt touches it; whatever is wrong with it comes back as a typed error of
// package kv, never as a panic.
package bolt

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/storage/kv"
)

const (
	// longView is how long a view may be held before Info counts it.
	longView = time.Second
	// maxBatch is how many updates share one commit at most.
	maxBatch = 256
	// mapSize is the smallest address range reserved for the file: remapping a
	// growing file makes readers and the writer wait for each other.
	mapSize = 4 << 30
	// denseFill is the page fill for rows that arrive in key order.
	denseFill = 0.9
)

// errReadOnly is the cause of NotWritableError after Options.ReadOnly.
var errReadOnly = errors.New("it was opened for reading only")

// Options of an Engine. The zero Options are right for normal use.
type Options struct {
	// ReadOnly opens an existing file for reading only. Several processes can
	// do so at once, while none has it open for writing.
	ReadOnly bool
	// NoSync leaves out syncing the disk: for tests and throwaway houses, where
	// speed matters and a power cut does not.
	NoSync bool
	// LockWait is how long to wait for another process. Default one second.
	LockWait time.Duration
	// Dense lists first bytes of collections whose keys only grow (audit
	// events); their pages are filled to 90 instead of 50 percent.
	Dense []byte
	// Now is the clock for the note that names the holder and for measuring
	// views. Default time.Now.
	Now func() time.Time

	// Aside is where a new file stands until Publish gives it its name. nil: it
	// has it at once. A file that is there already is opened where it is.
	Aside *Aside

	walk int64 // how many bytes of a file are walked when it is opened; default verifyAtOpen
}

func (o Options) withDefaults() Options {
	if o.LockWait <= 0 {
		o.LockWait = time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.walk == 0 {
		o.walk = verifyAtOpen
	}
	return o
}

// Engine implements kv.Engine over one bbolt file.
type Engine struct {
	path     string
	aside    *Aside // where the file is until it has its name; nil for one that has; guarded by gate and lead
	opts     Options
	readOnly bool
	since    time.Time // when it was opened for writing, for the note
	dense    [256]bool
	brief    bool // its pages are looked at once, and let go of
	hub      kv.Hub

	// gate lets views in; Load and Close shut it to swap or drop the database.
	gate sync.RWMutex
	db   *bbolt.DB // nil when closed
	file *os.File  // the file that db holds; ours to close when db is stuck

	// begin guards the start of transactions: a bbolt that met a damaged meta
	// page keeps its locks, and whoever asks it next would wait for ever.
	begin sync.Mutex
	stuck atomic.Bool

	queue   chan *call
	lead    chan struct{} // holds one token for the one who writes
	closing chan struct{}
	once    sync.Once
	closed  error

	// Owned by whoever has the lead.
	held    *call // taken from the queue while a batch was open, to be served next
	refusal error // set when no write may happen any more
	commit  func(*bbolt.Tx) error

	updates, commits, longViews atomic.Uint64
	size, free                  atomic.Int64 // bytes in use by the file, and of those on free pages
}

var (
	_ kv.Engine   = (*Engine)(nil)
	_ kv.Verifier = (*Engine)(nil)
)

// Open opens the file at path, and creates it and its folder (0700) when there
// is none. A file that cannot be written is opened for reading; its Info says
// so. Errors: kv.InUseError after Options.LockWait, kv.DamagedError,
// kv.ExposedError, kv.NotWritableError when it cannot be created, and
// fs.ErrNotExist for a missing file with Options.ReadOnly.
func Open(path string, opts Options) (*Engine, error) {
	opts = opts.withDefaults()
	path, err := resolve(path)
	if err != nil {
		return nil, err
	}
	at, aside := path, (*Aside)(nil)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && !opts.ReadOnly {
		if aside = opts.Aside; aside != nil {
			at = aside.Path(asideHouse)
		}
		if err := create(at, path, opts); err != nil {
			return nil, err
		}
	}
	opened, err := open(at, opts)
	if err != nil {
		return nil, err
	}
	e := &Engine{
		path: path, aside: aside, opts: opts, readOnly: opened.refusal != nil,
		db: opened.db, file: opened.file, refusal: opened.refusal,
		commit:  (*bbolt.Tx).Commit,
		queue:   make(chan *call, maxBatch),
		lead:    make(chan struct{}, 1),
		closing: make(chan struct{}),
	}
	for _, first := range opts.Dense {
		e.dense[first] = true
	}
	if !e.readOnly {
		removeNote(at) // a stale one would name the wrong process
		e.since = opts.Now()
		leaveNote(at, e.since, "")
		sweepTemps(at)
	}
	e.measure()
	return e, nil
}

// at is where the file is. Called with the gate or the lead.
func (e *Engine) at() string {
	if e.aside != nil {
		return e.aside.Path(asideHouse)
	}
	return e.path
}

// Publish gives a file that was made aside its name, once it is on disk; it
// does nothing for one that has it. Errors: ErrThere when something stands there
// by now, kv.NotWritableError, and those of the file system.
func (e *Engine) Publish(ctx context.Context) error {
	return e.alone(ctx, func() error {
		e.gate.Lock()
		defer e.gate.Unlock()
		if e.aside == nil {
			return nil
		}
		if err := e.aside.Publish(asideHouse, e.path); err != nil {
			return notWritable(e.path, err)
		}
		removeNote(e.at())
		e.aside = nil
		leaveNote(e.path, e.since, "")
		return nil
	})
}

// resolve follows links, so that the file itself is renamed over and locked.
func resolve(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real, nil
	}
	return path, nil
}

// View implements kv.Engine.
func (e *Engine) View(ctx context.Context, fn func(kv.Reader) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	e.gate.RLock()
	defer e.gate.RUnlock()
	if e.db == nil {
		return kv.ErrClosed
	}
	defer faultsArePanics()()
	tx, err := e.beginTx(false)
	if err != nil {
		return err
	}
	began := e.opts.Now()
	r := &reader{tx: tx, path: e.path, brief: e.brief}
	defer func() {
		mine := r.inside
		r.tx = nil
		if v := recover(); v != nil {
			if !mine && !isFault(v) {
				e.endView(tx, began)
				panic(v) // the caller's own
			}
			err = e.damaged(v)
		}
		e.endView(tx, began)
	}()
	return fn(r)
}

func (e *Engine) endView(tx *bbolt.Tx, began time.Time) {
	if e.opts.Now().Sub(began) > longView {
		e.longViews.Add(1)
	}
	if e.brief && !e.stuck.Load() {
		forget(tx)
	}
	_ = e.rollback(tx)
}

// beginTx starts a bbolt transaction.
func (e *Engine) beginTx(writable bool) (tx *bbolt.Tx, err error) {
	if writable {
		return e.guardedBegin(true)
	}
	e.begin.Lock()
	defer e.begin.Unlock()
	return e.guardedBegin(false)
}

func (e *Engine) guardedBegin(writable bool) (tx *bbolt.Tx, err error) {
	if e.stuck.Load() {
		return nil, e.damaged("the file changed under the running program")
	}
	defer func() {
		if v := recover(); v != nil {
			e.stuck.Store(true)
			err = e.damaged(v)
		}
	}()
	return e.db.Begin(writable)
}

// rollback ends tx without writing.
func (e *Engine) rollback(tx *bbolt.Tx) (err error) {
	if e.stuck.Load() {
		return nil
	}
	defer func() {
		if v := recover(); v != nil {
			e.stuck.Store(true)
			err = e.damaged(v)
		}
	}()
	return tx.Rollback()
}

// Watch implements kv.Engine.
func (e *Engine) Watch(ctx context.Context) <-chan kv.Change { return e.hub.Watch(ctx) }

// Info implements kv.Engine. Size leaves out what the file system reserved
// behind the last page.
func (e *Engine) Info() kv.Info {
	info := kv.Info{
		Engine: "bolt", Path: e.path, ReadOnly: e.readOnly, Size: e.size.Load(),
		Updates: e.updates.Load(), Commits: e.commits.Load(), LongViews: e.longViews.Load(),
	}
	if info.Size > 0 {
		info.FreeShare = float64(e.free.Load()) / float64(info.Size)
	}
	return info
}

// measure notes the figures for Info, which then needs no transaction and can
// be asked at any time.
func (e *Engine) measure() {
	tx, err := e.beginTx(false)
	if err != nil {
		return
	}
	e.size.Store(tx.Size())
	_ = e.rollback(tx)
	stats := e.db.Stats()
	e.free.Store(int64(stats.FreePageN+stats.PendingPageN) * int64(e.db.Info().PageSize))
}

// Close implements kv.Engine.
func (e *Engine) Close() error {
	e.once.Do(func() {
		close(e.closing)
		e.lead <- struct{}{} // for ever
		e.gate.Lock()
		defer e.gate.Unlock()
		if !e.readOnly {
			removeNote(e.at())
		}
		e.closed = closeDB(e.db, e.file, e.stuck.Load())
		e.db = nil
		e.hub.Close()
	})
	return e.closed
}

// closeDB closes db, or only its file when db holds locks that nobody frees.
func closeDB(db *bbolt.DB, file *os.File, stuck bool) error {
	if stuck {
		return file.Close()
	}
	return db.Close()
}

// Package storage keeps the records of a house: typed tables with secondary indexes, covering rows, counters and due
// entries over any engine of package kv. [Open] gives a core.Store for a file or for memory.
//
// The layout of all keys is in keys.go, the form of values in codec.go. What each index and counter contains is said
// in package core and done in spec.go and spec_access.go.
package storage

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"gatehouse/core"
	"gatehouse/storage/bolt"
	"gatehouse/storage/kv"
	"gatehouse/storage/memory"
)

// Options of a Store. The zero Options are right for normal use.
type Options struct {
	// Clock tells the time for the note that names the holder of a file. Default time.Now.
	Clock func() time.Time
	// ReadOnly opens an existing house for reading only; every Update answers read_only.
	ReadOnly bool
	// NoSync leaves out syncing the disk, for throwaway houses and tests.
	NoSync bool
	// Rerun runs the function of every Update in memory twice, for tests: it must be pure.
	Rerun bool
	// Aside is where the file of a new house stands until Publish gives it its name; nil: it has it at once.
	Aside *bolt.Aside
	// LoadMemory is how many bytes of rows Load holds before it writes them to temporary files. Default 32 MiB.
	LoadMemory int

	// migrations and schema replace those of this package in tests.
	migrations []migration
	schema     uint64
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.LoadMemory <= 0 {
		o.LoadMemory = 32 << 20
	}
	if o.schema == 0 {
		o.migrations, o.schema = migrations, schema
	}
	return o
}

// Store implements core.Store. All methods may be called from several goroutines.
type Store struct {
	engine kv.Engine
	path   string // empty for memory
	opts   Options
	// unmarked is set while the house is empty and does not hold its format yet.
	unmarked atomic.Bool
	health   *health
}

var _ core.Store = (*Store)(nil)

// Open opens the house at url: "memory:" for a new empty one that is gone when it is closed, or the path of a file,
// with or without "bolt:" before it. A missing file is created, with mode 0600, and its folder with 0700; an older one
// is migrated after a copy is kept beside it.
//
// Errors are *core.Error: house_in_use after waiting one second, house_damaged, house_newer, not_writable when the
// file cannot be created, not_found for a missing file with ReadOnly, read_only for one that would need a migration.
// A file that cannot be written is opened all the same, and Update answers not_writable.
func Open(ctx context.Context, url string, opts Options) (*Store, error) {
	opts = opts.withDefaults()
	if url == "memory:" {
		return Over(ctx, memory.New(memory.Options{Now: opts.Clock, Rerun: opts.Rerun}), opts)
	}
	path := strings.TrimPrefix(url, "bolt:")
	engine, err := bolt.Open(path, bolt.Options{ReadOnly: opts.ReadOnly, NoSync: opts.NoSync, Dense: dense, Now: opts.Clock, Aside: opts.Aside})
	if err != nil {
		return nil, openFailure(path, err)
	}
	return Over(ctx, engine, opts)
}

// Over gives the house that an engine keeps. The store closes the engine, also when there is an error, which is one
// of house_damaged, house_newer, not_writable and read_only.
func Over(ctx context.Context, engine kv.Engine, opts Options) (*Store, error) {
	s := &Store{engine: engine, path: engine.Info().Path, opts: opts.withDefaults(), health: newHealth()}
	if err := s.prepare(ctx); err != nil {
		_ = engine.Close() // the first error tells more
		return nil, openFailure(s.path, err)
	}
	return s, nil
}

// View implements core.Store.
func (s *Store) View(ctx context.Context, fn func(core.Tx) error) error {
	return failure(s.path, s.engine.View(ctx, func(r kv.Reader) error { return fn(&tx{r: r}) }))
}

// Update implements core.Store. Inside the function of a Scan or of Due nothing can be written.
//
// Errors beside those of fn: read_only, not_writable (nothing was changed), outcome_unknown, house_damaged.
func (s *Store) Update(ctx context.Context, fn func(core.Tx) error) error {
	if s.opts.ReadOnly {
		return readOnly()
	}
	marking := s.unmarked.Load()
	wrote := false
	err := s.engine.Update(ctx, func(w kv.Writer) error {
		x := &tx{r: w, w: w}
		if err := fn(x); err != nil {
			return err
		}
		if wrote = x.wrote; wrote && marking {
			return mark(w, s.opts.schema)
		}
		return nil
	})
	if err == nil && wrote {
		s.unmarked.Store(false)
	}
	if err != nil || wrote { // what wrote nothing says nothing
		s.health.wrote(err)
	}
	return failure(s.path, err)
}

// Info says what the engine is and how it is doing.
func (s *Store) Info() kv.Info { return s.engine.Info() }

// announcer is an engine whose file can tell a second opener how to reach the first.
type announcer interface{ Announce(reach string) }

// publisher is an engine whose new file gets its name later.
type publisher interface {
	Publish(ctx context.Context) error
}

// Publish gives the file of a house that was made aside its name, once all of it is on disk. Errors: house_not_empty when
// another file stands there by now, not_writable.
func (s *Store) Publish(ctx context.Context) error {
	p, ok := s.engine.(publisher)
	if !ok {
		return nil
	}
	err := p.Publish(ctx)
	if errors.Is(err, bolt.ErrThere) {
		return &core.Error{
			Code: core.CodeConflict, Reason: core.ReasonHouseNotEmpty, Cause: err,
			Message: s.path + " is there by now: somebody else was quicker.", Next: "Look at it, or name a new file.",
		}
	}
	return failure(s.path, err)
}

// Announce says how others reach whoever has the house open, such as `ssh -p 2222 localhost`: house_in_use tells it to a
// second opener. A line of printable ASCII, at most 300 bytes; anything else, or empty, takes it back. A house in memory
// has no second opener.
func (s *Store) Announce(reach string) {
	if a, ok := s.engine.(announcer); ok {
		a.Announce(reach)
	}
}

// Close implements core.Store.
func (s *Store) Close() error { return failure(s.path, s.engine.Close()) }

// Package memory is the engine for tests and throwaway demo houses: an ordered
// copy-on-write tree. A view reads the tree as it was when the view began;
// updates run one after another.
package memory

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"gatehouse/storage/kv"
)

// longView is how long a view may be held before Info counts it.
const longView = time.Second

// Options of an Engine. The zero Options are right for a demo house.
type Options struct {
	// Rerun runs the function of every Update twice and throws the first run
	// away. Functions must be pure, and tests find out here when one is not.
	Rerun bool
	// Limit is how many bytes of keys and values an Update may grow the engine
	// to; then it answers kv.ErrFull. 0 is no limit.
	Limit int64
	// Now is the clock that measures views. Default time.Now.
	Now func() time.Time
}

// Engine implements kv.Engine in memory.
type Engine struct {
	opts   Options
	tree   atomic.Pointer[kv.Tree] // published trees never change; nil when closed
	writer chan struct{}           // holds one token for the one who writes
	views  sync.WaitGroup
	gate   sync.RWMutex // guards views.Add against Close
	hub    kv.Hub

	updates, longViews atomic.Uint64
}

var _ kv.Engine = (*Engine)(nil)

// New returns an empty engine.
func New(opts Options) *Engine {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	e := &Engine{opts: opts, writer: make(chan struct{}, 1)}
	e.tree.Store(&kv.Tree{})
	return e
}

// Fork returns an engine with the same content at once: the two share what
// neither of them changes, and nothing that one of them writes reaches the
// other. A closed engine gives an empty one.
func (e *Engine) Fork(opts Options) *Engine {
	fork := New(opts)
	if tree := e.tree.Load(); tree != nil {
		fork.tree.Store(tree.Copy())
	}
	return fork
}

// View implements kv.Engine.
func (e *Engine) View(ctx context.Context, fn func(kv.Reader) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	e.gate.RLock()
	tree := e.tree.Load()
	if tree == nil {
		e.gate.RUnlock()
		return kv.ErrClosed
	}
	e.views.Add(1)
	e.gate.RUnlock()
	began := e.opts.Now()
	r := &reader{tree: tree}
	defer func() {
		r.tree = nil
		if e.opts.Now().Sub(began) > longView {
			e.longViews.Add(1)
		}
		e.views.Done()
	}()
	return fn(r)
}

// Update implements kv.Engine.
func (e *Engine) Update(ctx context.Context, fn func(kv.Writer) error) error {
	if err := e.lock(ctx); err != nil {
		return err
	}
	defer e.unlock()
	tree := e.tree.Load()
	overlay, err := run(tree, fn)
	if err == nil && e.opts.Rerun {
		overlay, err = run(tree, fn)
	}
	if err != nil || overlay.Len() == 0 {
		return err
	}
	next := tree.Copy()
	_ = overlay.Writes(func(key, value []byte, deleted bool) error {
		if deleted {
			next.Delete(key)
		} else {
			next.Put(key, value)
		}
		return nil
	})
	if e.opts.Limit > 0 && next.Bytes() > e.opts.Limit && next.Bytes() > tree.Bytes() {
		return kv.ErrFull
	}
	e.publish(next)
	e.hub.Publish(kv.Change{Keys: overlay.Keys()})
	return nil
}

func run(tree *kv.Tree, fn func(kv.Writer) error) (*kv.Overlay, error) {
	overlay := kv.NewOverlay(&reader{tree: tree})
	defer overlay.Finish()
	return overlay, kv.Run(func() error { return fn(overlay) })
}

// Watch implements kv.Engine.
func (e *Engine) Watch(ctx context.Context) <-chan kv.Change { return e.hub.Watch(ctx) }

// Load implements kv.Engine.
func (e *Engine) Load(
	ctx context.Context, rows func(put func(key, value []byte) error) error, look func(kv.Engine) error,
) error {
	if err := e.lock(ctx); err != nil {
		return err
	}
	defer e.unlock()
	if e.tree.Load().Len() > 0 {
		return kv.ErrNotEmpty
	}
	next := &kv.Tree{}
	err := kv.Run(func() error {
		return rows(func(key, value []byte) error {
			if err := kv.CheckRow(key, value); err != nil {
				return err
			}
			next.Put(bytes.Clone(key), append([]byte{}, value...))
			return ctx.Err()
		})
	})
	if err == nil && look != nil {
		loaded := New(Options{Now: e.opts.Now})
		loaded.tree.Store(next.Copy())
		err = errors.Join(kv.Run(func() error { return look(loaded) }), loaded.Close())
	}
	if err != nil {
		return err
	}
	e.publish(next)
	e.hub.Publish(kv.Change{All: true})
	return nil
}

func (e *Engine) publish(next *kv.Tree) {
	e.tree.Store(next)
	e.updates.Add(1)
}

// lock waits for the right to write.
func (e *Engine) lock(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case e.writer <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if e.tree.Load() == nil {
		e.unlock()
		return kv.ErrClosed
	}
	return nil
}

func (e *Engine) unlock() { <-e.writer }

// Info implements kv.Engine. Size counts keys and values, not the tree around them.
func (e *Engine) Info() kv.Info {
	info := kv.Info{Engine: "memory", Updates: e.updates.Load(), Commits: e.updates.Load(), LongViews: e.longViews.Load()}
	if tree := e.tree.Load(); tree != nil {
		info.Size = tree.Bytes()
	}
	return info
}

// Close implements kv.Engine. The content is gone afterwards.
func (e *Engine) Close() error {
	e.writer <- struct{}{}
	defer e.unlock()
	e.gate.Lock()
	e.tree.Store(nil)
	e.gate.Unlock()
	e.views.Wait()
	e.hub.Close()
	return nil
}

// reader reads one tree.
type reader struct{ tree *kv.Tree }

// Get implements kv.Reader.
func (r *reader) Get(key []byte) ([]byte, bool, error) {
	if r.tree == nil {
		return nil, false, kv.ErrDone
	}
	value, found := r.tree.Get(key)
	return value, found, nil
}

// Scan implements kv.Reader.
func (r *reader) Scan(in kv.Range, fn func(key, value []byte) (bool, error)) error {
	if r.tree == nil {
		return kv.ErrDone
	}
	return r.tree.Scan(in, fn)
}

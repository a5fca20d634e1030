package bolt

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"

	"go.etcd.io/bbolt"

	"gatehouse/storage/kv"
)

// errAborted is what the writer hears when a function ended its goroutine.
var errAborted = errors.New("the function ended its goroutine")

// call is one update in the queue. The writer takes calls one after another and
// gives each its turn; the function runs in its caller's own goroutine, so that
// a panic, a failed test or a deep stack stays there.
type call struct {
	exclusive bool // wants no overlay, and nobody beside it
	state     atomic.Int32
	turn      chan turn
	ran       chan error // what the function returned
	done      chan error // what the commit returned
}

const (
	waiting int32 = iota
	taken         // by the writer: a turn will come
	given         // up by the caller
)

// turn lets a call run, or refuses it.
type turn struct {
	overlay *kv.Overlay
	base    *reader
	err     error
}

func newCall(exclusive bool) *call {
	return &call{exclusive: exclusive, turn: make(chan turn, 1), ran: make(chan error, 1), done: make(chan error, 1)}
}

// Update implements kv.Engine.
func (e *Engine) Update(ctx context.Context, fn func(kv.Writer) error) error {
	c := newCall(false)
	t, err := e.await(ctx, c)
	if err != nil {
		return err
	}
	if err := e.run(c, t, fn); err != nil {
		return err
	}
	return <-c.done
}

// alone runs fn in the caller's goroutine while the writer does nothing else.
func (e *Engine) alone(ctx context.Context, fn func() error) (err error) {
	c := newCall(true)
	if _, err := e.await(ctx, c); err != nil {
		return err
	}
	defer func() { c.ran <- nil }()
	return kv.Run(fn)
}

// await queues c and waits for its turn.
func (e *Engine) await(ctx context.Context, c *call) (turn, error) {
	if err := ctx.Err(); err != nil {
		return turn{}, err
	}
	select {
	case <-e.closing:
		return turn{}, kv.ErrClosed
	default:
	}
	select {
	case e.queue <- c:
	case <-ctx.Done():
		return turn{}, ctx.Err()
	case <-e.stopped:
		return turn{}, kv.ErrClosed
	}
	select {
	case t := <-c.turn:
		return t, t.err
	case <-ctx.Done():
		if c.state.CompareAndSwap(waiting, given) {
			return turn{}, ctx.Err()
		}
	case <-e.stopped:
		if c.state.CompareAndSwap(waiting, given) {
			return turn{}, kv.ErrClosed
		}
	}
	t := <-c.turn // the writer was quicker
	return t, t.err
}

// run calls fn with the overlay of its turn and tells the writer what came of it.
func (e *Engine) run(c *call, t turn, fn func(kv.Writer) error) (err error) {
	defer faultsArePanics()()
	err = errAborted // stays when fn ends the goroutine
	defer func() {
		if v := recover(); v != nil {
			err = e.damaged(v)
		}
		t.overlay.Finish()
		c.ran <- err
	}()
	err = kv.Run(func() error { return fn(t.overlay) })
	var p *kv.PanicError
	if errors.As(err, &p) && (t.base.inside || isFault(p.Value)) {
		t.base.inside = false
		err = e.damaged(p.Value)
	}
	return err
}

// writer serves the queue until the engine closes.
func (e *Engine) writer() {
	defer close(e.stopped)
	defer faultsArePanics()()
	for {
		c := e.held
		e.held = nil
		if c == nil {
			select {
			case <-e.closing:
				return
			case c = <-e.queue:
			}
		}
		switch {
		case e.refusal != nil:
			if c.state.CompareAndSwap(waiting, taken) {
				c.turn <- turn{err: e.refuse()}
			}
		case c.exclusive:
			if c.state.CompareAndSwap(waiting, taken) {
				c.turn <- turn{}
				<-c.ran
			}
		default:
			e.batch(c)
		}
	}
}

// next takes a further call for the open batch, nil when none is waiting.
func (e *Engine) next() *call {
	for range 2 {
		select {
		case c := <-e.queue:
			if c.exclusive {
				e.held = c
				return nil
			}
			return c
		default:
			// Those who were just answered are about to come back.
			runtime.Gosched()
		}
	}
	return nil
}

// batch runs c and whatever else is waiting, and commits all of it at once.
func (e *Engine) batch(c *call) {
	tx, err := e.beginTx(true)
	if err != nil {
		if c.state.CompareAndSwap(waiting, taken) {
			c.turn <- turn{err: err}
		}
		return
	}
	base := &reader{tx: tx}
	all := kv.NewOverlay(base)
	var ran []*call
	for n := 0; c != nil; c = e.next() {
		if c.state.CompareAndSwap(waiting, taken) {
			own := kv.NewOverlay(all)
			c.turn <- turn{overlay: own, base: base}
			if err := <-c.ran; err == nil {
				own.MoveTo(all)
				ran = append(ran, c)
			}
		}
		if n++; n == maxBatch {
			break
		}
	}
	base.tx = nil
	err = e.finish(tx, all)
	if err == nil && all.Len() > 0 {
		e.commits.Add(1)
		e.updates.Add(uint64(len(ran)))
		if e.hub.Watched() {
			e.hub.Publish(kv.Change{Keys: all.Keys()})
		}
	}
	for _, c := range ran {
		c.done <- err
	}
}

// finish commits the writes of a batch, or ends it when there are none.
func (e *Engine) finish(tx *bbolt.Tx, all *kv.Overlay) (err error) {
	if all.Len() == 0 {
		return e.rollback(tx)
	}
	before := tx.ID()
	defer func() {
		if v := recover(); v != nil {
			_ = e.rollback(tx)
			err = e.damaged(v)
			e.refusal = err
		}
	}()
	if err := e.apply(tx, all); err != nil {
		_ = e.rollback(tx)
		return err
	}
	if err := e.commit(tx); err != nil {
		_ = e.rollback(tx)
		return e.failed(err, before)
	}
	return nil
}

// apply puts the writes into the transaction, in key order.
func (e *Engine) apply(tx *bbolt.Tx, all *kv.Overlay) error {
	var bucket *bbolt.Bucket
	first := -1
	return all.Writes(func(key, value []byte, deleted bool) error {
		if int(key[0]) != first {
			var err error
			if bucket, err = tx.CreateBucketIfNotExists(key[:1]); err != nil {
				return err
			}
			if first = int(key[0]); e.dense[first] {
				bucket.FillPercent = denseFill
			}
		}
		if deleted {
			return bucket.Delete(key)
		}
		return bucket.Put(key, value)
	})
}

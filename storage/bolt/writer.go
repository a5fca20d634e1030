package bolt

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"

	"go.etcd.io/bbolt"

	"gatehouse/storage/kv"
)

// Group commit without a goroutine of its own. Every update puts a call into
// the queue and then tries to take the lead. Who has it opens a bbolt
// transaction, gives the waiting calls their turns one after another, its own
// among them, commits once for all, and hands the lead on. A writer that is
// alone so never waits for another goroutine, and sixty-four share one sync.
//
// A function always runs in its caller's own goroutine, so that a panic, a
// failed test or a deep stack stays there.

// errAborted is what the leader hears when a function ended its goroutine.
var errAborted = errors.New("the function ended its goroutine")

// call is one update, or one wish to have the engine alone.
type call struct {
	fn    func(kv.Writer) error // nil: wants no transaction, and nobody beside it
	state atomic.Int32
	turn  chan turn
	ran   chan bool  // the function returned, without an error?
	done  chan error // what the commit returned
}

const (
	waiting int32 = iota
	taken         // by a leader: its turn comes, or came
	given         // up by the caller
)

// turn lets a call run, or refuses it.
type turn struct {
	overlay *kv.Overlay
	base    *reader
	err     error
}

func newCall(fn func(kv.Writer) error) *call {
	return &call{fn: fn, turn: make(chan turn, 1), ran: make(chan bool, 1), done: make(chan error, 1)}
}

// take claims the call for a leader; false when its caller has given up.
func (c *call) take() bool { return c.state.CompareAndSwap(waiting, taken) }

// Update implements kv.Engine.
func (e *Engine) Update(ctx context.Context, fn func(kv.Writer) error) error {
	defer faultsArePanics()()
	c := newCall(fn)
	t, led, err := e.await(ctx, c)
	if err != nil {
		return err
	}
	if !led {
		e.run(c, t)
	}
	return <-c.done
}

// alone runs fn while nobody writes.
func (e *Engine) alone(ctx context.Context, fn func() error) (err error) {
	c := newCall(nil)
	_, led, err := e.await(ctx, c)
	if err != nil {
		return err
	}
	if led {
		defer func() { <-e.lead }()
	} else {
		defer func() { c.ran <- true }()
	}
	return kv.Run(fn)
}

// await queues c. It returns when another leader gives c its turn, or, with led
// set, when c has led: then an update is answered, and a call to be alone still
// has the lead.
func (e *Engine) await(ctx context.Context, c *call) (t turn, led bool, err error) {
	if err := ctx.Err(); err != nil {
		return turn{}, false, err
	}
	select {
	case <-e.closing:
		return turn{}, false, kv.ErrClosed
	default:
	}
	select {
	case e.queue <- c:
	case <-ctx.Done():
		return turn{}, false, ctx.Err()
	case <-e.closing:
		return turn{}, false, kv.ErrClosed
	}
	select {
	case t := <-c.turn:
		return t, false, t.err
	case e.lead <- struct{}{}:
		if c.state.Load() == waiting {
			err := e.serve(c)
			return turn{}, true, err
		}
		<-e.lead // the last leader has served c already
	case <-ctx.Done():
		if c.state.CompareAndSwap(waiting, given) {
			return turn{}, false, ctx.Err()
		}
	case <-e.closing:
		if c.state.CompareAndSwap(waiting, given) {
			return turn{}, false, kv.ErrClosed
		}
	}
	t = <-c.turn // a leader was quicker
	return t, false, t.err
}

// run calls the function of an update with the overlay of its turn and tells
// the leader what came of it. When it fails, it answers the caller too.
func (e *Engine) run(c *call, t turn) {
	err := errAborted // stays when the function ends the goroutine
	defer func() {
		t.overlay.Finish()
		if err != nil {
			c.done <- err
		}
		c.ran <- err == nil
	}()
	err = kv.Run(func() error { return c.fn(t.overlay) })
	var p *kv.PanicError
	if errors.As(err, &p) && (t.base.inside || isFault(p.Value)) {
		t.base.inside = false
		err = e.damaged(p.Value)
	}
}

// serve leads until own, which is in the queue, had its turn. A call to be
// alone keeps the lead then.
func (e *Engine) serve(own *call) (err error) {
	keep := false
	defer func() {
		if !keep {
			<-e.lead
		}
	}()
	for own.state.Load() == waiting {
		c := e.held
		e.held = nil
		if c == nil {
			c = <-e.queue // own is in it, so it does not run dry
		}
		switch {
		case e.refusal != nil:
			if refusal := e.refuse(); c != own {
				e.give(c, turn{err: refusal})
			} else if c.take() {
				return refusal
			}
		case c.fn != nil:
			if err := e.batch(c, own); err != nil {
				return err
			}
		case c == own:
			keep = c.take()
		default:
			if e.give(c, turn{}) {
				<-c.ran
			}
		}
	}
	return nil
}

// give hands a call its turn; false when its caller has given up.
func (e *Engine) give(c *call, t turn) bool {
	if !c.take() {
		return false
	}
	c.turn <- t
	return true
}

// next takes a further update for the open batch, nil when none is waiting.
func (e *Engine) next() *call {
	for range 2 {
		select {
		case c := <-e.queue:
			if c.fn == nil {
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

// batch runs c and whatever else is waiting, and commits all of it at once. The
// error is for own when no transaction could be had.
func (e *Engine) batch(c, own *call) error {
	tx, err := e.beginTx(true)
	if err != nil {
		if c != own {
			e.give(c, turn{err: err})
			return nil
		}
		c.take()
		return err
	}
	// Functions read from a transaction of their own: reading from the one that writes costs a look into its changed
	// pages at every step. Nobody else writes, so both see the same.
	snapshot, err := e.beginTx(false)
	if err != nil {
		_ = e.rollback(tx)
		if c != own {
			e.give(c, turn{err: err})
			return nil
		}
		c.take()
		return err
	}
	base := &reader{tx: snapshot, path: e.path}
	all := kv.NewOverlay(base)
	ran := make([]*call, 0, 8)
	// Deferred, because own may end the goroutine in its turn. The snapshot ends before the commit, which may have to
	// map the file anew and would wait for it.
	defer func() {
		base.tx = nil
		_ = e.rollback(snapshot)
		e.settle(tx, all, ran)
	}()
	for n := 0; c != nil; c = e.next() {
		t := turn{overlay: kv.NewOverlay(all), base: base}
		switch {
		case !c.take():
		case c == own:
			e.run(c, t)
		default:
			c.turn <- t
		}
		if c.state.Load() == taken && <-c.ran {
			t.overlay.MoveTo(all)
			ran = append(ran, c)
		}
		if n++; n == maxBatch {
			break
		}
	}
	return nil
}

// settle commits a batch and answers everybody in it.
func (e *Engine) settle(tx *bbolt.Tx, all *kv.Overlay, ran []*call) {
	err := e.finish(tx, all)
	if err == nil && all.Len() > 0 {
		e.measure()
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
	if err := e.whole(tx); err != nil {
		_ = e.rollback(tx)
		e.refusal = err
		return err
	}
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

// whole says whether the file still reaches as far as its pages do. Writing into
// one that was cut under the running program could succeed where the write needs
// none of the missing pages, and would fill the hole with zeros.
func (e *Engine) whole(tx *bbolt.Tx) error {
	info, err := e.file.Stat()
	if err != nil {
		return &kv.DamagedError{Path: e.path, Reason: "the file cannot be looked at", Cause: err}
	}
	if info.Size() < tx.Size() {
		return &kv.DamagedError{Path: e.path, Reason: fmt.Sprintf("the file was cut: it has %d of %d bytes", info.Size(), tx.Size())}
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

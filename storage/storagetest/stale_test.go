package storagetest_test

import (
	"bytes"
	"context"
	"errors"
	"runtime"

	"gatehouse/storage/kv"
	"gatehouse/storage/memory"
)

var errConflict = errors.New("conflict")

// stale is the optimistic engine that people write first: functions run at the
// same time on snapshots, and at commit the keys that were read must still have
// their values. It forgets that a scan also read the keys that were not there.
type stale struct {
	*memory.Engine
	validate bool
}

func newStale(validate bool) *stale {
	return &stale{Engine: memory.New(memory.Options{}), validate: validate}
}

// noted remembers what was read by key.
type noted struct {
	kv.Reader
	seen map[string][]byte // nil when absent
}

func (r noted) Get(key []byte) ([]byte, bool, error) {
	value, found, err := r.Reader.Get(key)
	r.seen[string(key)] = value
	return value, found, err
}

func (e *stale) Update(ctx context.Context, fn func(kv.Writer) error) error {
	for {
		var overlay *kv.Overlay
		var read noted
		err := e.View(ctx, func(r kv.Reader) error {
			read = noted{r, map[string][]byte{}}
			overlay = kv.NewOverlay(read)
			defer overlay.Finish()
			return kv.Run(func() error { return fn(overlay) })
		})
		if err != nil {
			return err
		}
		for range 20 {
			runtime.Gosched() // let others run on the same snapshot
		}
		err = e.Engine.Update(ctx, func(w kv.Writer) error {
			for key, was := range read.seen {
				now, found, err := w.Get([]byte(key))
				if e.validate && (err != nil || found != (was != nil) || !bytes.Equal(now, was)) {
					return errConflict
				}
			}
			return overlay.Writes(func(key, value []byte, deleted bool) error {
				if deleted {
					return w.Delete(key)
				}
				return w.Put(key, value)
			})
		})
		if !errors.Is(err, errConflict) {
			return err
		}
	}
}

package storage

import (
	"context"
	"errors"
	"sync"

	"gatehouse/storage/kv"
)

// health is what became of the last write.
type health struct {
	mu      sync.Mutex
	failing error // of the last write; nil when it was done, or none was tried
	stopped chan struct{}
	once    sync.Once
}

func newHealth() *health { return &health{stopped: make(chan struct{})} }

// wrote notes the outcome of a write, as the engine gave it. Errors of the function itself say nothing about the house.
func (h *health) wrote(err error) {
	var refused *kv.NotWritableError
	var broken *kv.DamagedError
	ends := errors.Is(err, kv.ErrOutcomeUnknown) || errors.Is(err, kv.ErrStopped) || errors.As(err, &broken)
	if err != nil && !ends && !errors.As(err, &refused) {
		return
	}
	h.mu.Lock()
	h.failing = err
	h.mu.Unlock()
	if ends {
		h.once.Do(func() { close(h.stopped) })
	}
}

// Failing gives why the last change could not be saved: not_writable, outcome_unknown, house_damaged. It is nil as soon
// as one was saved again, and before the first.
func (s *Store) Failing() error {
	s.health.mu.Lock()
	defer s.health.mu.Unlock()
	return failure(s.path, s.health.failing)
}

// Stopped is closed when the house takes no more changes until it is opened anew: nobody knows what the disk holds, or
// the file is damaged. A full disk does not stop it.
func (s *Store) Stopped() <-chan struct{} { return s.health.stopped }

// Recheck is Failing after another try, where one makes sense: a disk that was full may have room again, and nobody else
// may write for long.
func (s *Store) Recheck(ctx context.Context) error {
	err := s.Failing()
	select {
	case <-s.Stopped():
		return err
	default:
	}
	if err == nil || s.unmarked.Load() {
		return err
	}
	s.health.wrote(s.engine.Update(ctx, func(w kv.Writer) error { return mark(w, s.opts.schema) }))
	return s.Failing()
}

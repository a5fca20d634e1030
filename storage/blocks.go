package storage

import (
	"errors"
	"sync"
)

// block carries sorted rows from the one who merges to the one who stores.
type block struct {
	bytes []byte
	rows  []struct{ start, value, end uint32 }
}

var blocks = sync.Pool{New: func() any { return &block{bytes: make([]byte, 0, chunkSize)} }}

// free lets the block be filled again; nobody may use its rows any more.
func (b *block) free() {
	b.bytes, b.rows = b.bytes[:0], b.rows[:0]
	blocks.Put(b)
}

// blockWriter fills blocks and sends them off.
type blockWriter struct {
	to   chan<- *block
	stop <-chan struct{}
	b    *block
}

var errStopped = errors.New("stopped")

func (w *blockWriter) add(key, value []byte) error {
	if w.b == nil {
		w.b = blocks.Get().(*block)
	}
	b := w.b
	start := uint32(len(b.bytes))
	b.bytes = append(append(b.bytes, key...), value...)
	b.rows = append(b.rows, struct{ start, value, end uint32 }{start, start + uint32(len(key)), uint32(len(b.bytes))})
	if len(b.bytes) > chunkSize*3/4 {
		return w.flush()
	}
	return nil
}

func (w *blockWriter) flush() error {
	if w.b == nil {
		return nil
	}
	select {
	case w.to <- w.b:
		w.b = nil
		return nil
	case <-w.stop:
		return errStopped
	}
}

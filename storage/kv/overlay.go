package kv

import "bytes"

// Overlay is a Writer over a Reader: it keeps writes to itself, shows them to
// its own reads, and hands them out as one sorted list. An Overlay may lie over
// another one. It belongs to one goroutine at a time.
type Overlay struct {
	base     Reader
	writes   Tree // a nil value is a deletion
	scanning int
	done     bool
}

// NewOverlay starts an empty write set over base.
func NewOverlay(base Reader) *Overlay { return &Overlay{base: base} }

// Finish ends the transaction: every later read or write fails with ErrDone.
// The write list stays readable.
func (o *Overlay) Finish() { o.done = true }

// Len is the number of keys written or deleted.
func (o *Overlay) Len() int { return o.writes.Len() }

// Get implements Reader.
func (o *Overlay) Get(key []byte) ([]byte, bool, error) {
	if o.done {
		return nil, false, ErrDone
	}
	if value, found := o.writes.Get(key); found {
		return value, value != nil, nil
	}
	return o.base.Get(key)
}

// Put implements Writer.
func (o *Overlay) Put(key, value []byte) error {
	if err := o.writable(key); err != nil {
		return err
	}
	if len(value) > MaxValue {
		return ErrValue
	}
	row := make([]byte, len(key)+len(value))
	copy(row, key)
	copy(row[len(key):], value)
	o.writes.Put(row[:len(key):len(key)], row[len(key):])
	return nil
}

// Delete implements Writer.
func (o *Overlay) Delete(key []byte) error {
	if err := o.writable(key); err != nil {
		return err
	}
	o.writes.Put(bytes.Clone(key), nil)
	return nil
}

func (o *Overlay) writable(key []byte) error {
	switch {
	case o.done:
		return ErrDone
	case o.scanning > 0:
		return ErrScanning
	}
	return CheckKey(key)
}

// Scan implements Reader.
func (o *Overlay) Scan(r Range, fn func(key, value []byte) (bool, error)) error {
	if o.done {
		return ErrDone
	}
	if err := r.Check(); err != nil {
		return err
	}
	o.scanning++
	defer func() { o.scanning-- }()
	own := o.writes.walk(r)
	if own.node == nil {
		return o.base.Scan(r, fn)
	}
	m := merge{own: own, fn: fn, reverse: r.Reverse}
	if err := o.base.Scan(r, m.row); err != nil || m.stopped {
		return err
	}
	for own.node != nil && !m.stopped {
		if err := m.emitOwn(); err != nil {
			return err
		}
	}
	return nil
}

// merge mixes the rows of the base with those of an overlay, in order.
type merge struct {
	own     *walk
	fn      func(key, value []byte) (bool, error)
	reverse bool
	stopped bool
}

// row takes the next row of the base.
func (m *merge) row(key, value []byte) (bool, error) {
	for m.own.node != nil {
		c := bytes.Compare(m.own.node.key, key)
		if c == 0 {
			err := m.emitOwn()
			return !m.stopped, err
		}
		if (c > 0) != m.reverse {
			break
		}
		if err := m.emitOwn(); err != nil || m.stopped {
			return false, err
		}
	}
	more, err := m.fn(key, value)
	m.stopped = !more
	return more, err
}

// emitOwn hands out the overlay's next row unless it is a deletion.
func (m *merge) emitOwn() error {
	n := m.own.node
	m.own.next()
	if n.value == nil {
		return nil
	}
	more, err := m.fn(n.key, n.value)
	m.stopped = !more
	return err
}

// Writes calls fn for every write in key order until it fails. A deletion has
// deleted set and no value. The slices stay valid and must not be modified.
func (o *Overlay) Writes(fn func(key, value []byte, deleted bool) error) error {
	return o.writes.All(func(key, value []byte) error { return fn(key, value, value == nil) })
}

// MoveTo adds the writes to another overlay, over which o usually lies.
func (o *Overlay) MoveTo(to *Overlay) {
	_ = o.writes.All(func(key, value []byte) error {
		to.writes.Put(key, value)
		return nil
	})
}

// Keys lists the keys written or deleted, in order.
func (o *Overlay) Keys() [][]byte {
	keys := make([][]byte, 0, o.Len())
	_ = o.writes.All(func(key, _ []byte) error {
		keys = append(keys, key)
		return nil
	})
	return keys
}

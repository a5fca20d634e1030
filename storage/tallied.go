package storage

import (
	"encoding/binary"

	"gatehouse/core"
)

// counted is a counter with its scope, kept small.
type counted struct {
	id      uint64
	kind    core.Kind
	counter core.Counter
}

func (c counted) scope() core.Ref { return core.Ref{ID: c.id, Kind: c.kind} }

// counts adds up counters without holding them all: a large house has millions, which wait as rows of a sorter that adds up
// rows of one counter.
type counts struct {
	into   *sorter
	held   map[counted]int32
	recent [256]recentCount
	key    []byte
}

// countsHeld is how many counters are held at once.
const countsHeld = 1 << 14

// recentCount is a counter that is not in the map yet.
type recentCount struct {
	at counted
	n  int32
}

func newCounts(into *sorter) *counts {
	return &counts{into: into, held: map[counted]int32{}}
}

// add counts what a record says. Records of one unit mostly follow each other, so that the last counters are wanted again
// at once; a look into the map is saved.
func (c *counts) add(t *tally) error {
	for i := range t.list {
		scope := t.list[i].scope
		at := counted{scope.ID, scope.Kind, t.list[i].counter}
		slot := &c.recent[(at.id+uint64(at.kind)*31+uint64(at.counter))%uint64(len(c.recent))]
		if slot.at != at {
			c.settle(slot)
			slot.at = at
		}
		slot.n += int32(t.list[i].delta) //nolint:gosec // one record
	}
	if len(c.held) < countsHeld {
		return nil
	}
	return c.spill()
}

func (c *counts) settle(slot *recentCount) {
	if slot.n != 0 {
		c.held[slot.at] += slot.n
		slot.n = 0
	}
}

func (c *counts) spill() error {
	var number []byte
	for at, n := range c.held {
		c.key = appendCounter(c.key[:0], at.counter, at.scope())
		number = appendNumber(number[:0], uint64(int64(n)))
		if err := c.into.add(c.key, number); err != nil {
			return err
		}
	}
	clear(c.held)
	return nil
}

// finish hands over what is still held.
func (c *counts) finish() error {
	for i := range c.recent {
		c.settle(&c.recent[i])
	}
	return c.spill()
}

// addUp gives the sum of two numbers as rows keep them.
func addUp(a, b []byte) []byte {
	return appendNumber(nil, binary.BigEndian.Uint64(a)+binary.BigEndian.Uint64(b))
}

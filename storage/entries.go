package storage

import (
	"bytes"
	"errors"

	"gatehouse/core"
)

// entries collects what has to stand in the indexes and in the due collection for one record. It is used again for
// the next record after reset.
type entries struct {
	keys []byte // all keys, one behind the other
	list []entry
	row  bytes.Buffer // the covering row
	err  error
}

type entry struct {
	start, end int // of the key
	covers     bool
}

func (e *entries) reset() {
	e.keys, e.list, e.err = e.keys[:0], e.list[:0], nil
	e.row.Reset()
}

// add begins the entry of an index; the parts follow.
func (e *entries) add(i core.Index) *entries {
	l := &indexLayouts[i]
	e.begin(l.collection, l.covers)
	return e
}

func (e *entries) begin(collection byte, covers bool) {
	e.keys = append(e.keys, collection)
	e.list = append(e.list, entry{start: len(e.keys) - 1, end: len(e.keys), covers: covers})
}

func (e *entries) close() *entries {
	e.list[len(e.list)-1].end = len(e.keys)
	return e
}

func (e *entries) num(n uint64) *entries {
	e.keys = appendNumber(e.keys, n)
	return e.close()
}

func (e *entries) byte(b byte) *entries {
	e.keys = append(e.keys, b)
	return e.close()
}

func (e *entries) ref(r core.Ref) *entries { return e.byte(byte(r.Kind)).num(r.ID) }

func (e *entries) text(s string) *entries {
	if err := keyText(s); err != nil {
		e.err = err
	}
	e.keys = appendText(e.keys, s)
	return e.close()
}

// due begins the due entry of a record; its primary key follows. It reports whether there is one.
func (e *entries) due(at core.Moment, rank byte) bool {
	if at == 0 {
		return false
	}
	e.begin(colDue, false)
	e.num(uint64(at)).byte(rank)
	return true
}

// cover sets the row that the covering entries hold.
func (e *entries) cover(row any) {
	if err := encode(&e.row, row); err != nil {
		e.err = err
	}
}

func (e *entries) key(i int) []byte { return e.keys[e.list[i].start:e.list[i].end] }

// value is never nil.
func (e *entries) value(i int) []byte {
	if e.list[i].covers {
		return e.row.Bytes()
	}
	return none
}

var none = []byte{}

// find gives the position of a key, or -1.
func (e *entries) find(key []byte) int {
	for i := range e.list {
		if bytes.Equal(e.key(i), key) {
			return i
		}
	}
	return -1
}

// tally collects what one record adds to the counters.
type tally struct {
	list []contribution
	sign int
}

type contribution struct {
	counter core.Counter
	scope   core.Ref
	delta   int
}

// one counts the record once under each of the scopes.
func (t *tally) one(c core.Counter, scopes ...core.Ref) {
	for _, s := range scopes {
		t.list = append(t.list, contribution{c, s, t.sign})
	}
}

// everywhere is the scope of counters over the whole house.
var everywhere core.Ref

// settle adds up contributions to the same counter.
func (t *tally) settle() {
	n := 0
next:
	for _, c := range t.list {
		for i := range n {
			if t.list[i].counter == c.counter && t.list[i].scope == c.scope {
				t.list[i].delta += c.delta
				continue next
			}
		}
		t.list[n] = c
		n++
	}
	t.list = t.list[:n]
}

var errNegative = errors.New("a counter fell below zero")

package storage

import (
	"bytes"
	"errors"
	"fmt"

	"gatehouse/core"
)

// table implements core.Table within one transaction.
type table[K comparable, R any] struct {
	tx   *tx
	spec *spec[K, R]
}

var errNoKey = errors.New("the record has no key")

// Get implements core.Table.
func (t table[K, R]) Get(key K) (R, bool, error) {
	var record R
	if !t.spec.kept {
		found, err := t.load(key, &record)
		return record, found, err
	}
	k := t.kept()
	for i := range k.list {
		if k.list[i].key == key {
			return k.list[i].record, k.list[i].found, nil
		}
	}
	found, err := t.load(key, &record)
	if err == nil {
		k.add(key, record, found)
	}
	return record, found, err
}

// kept holds records that were asked for lately: rights are looked at several times in one transaction, and each look
// asks for the same few. A write forgets the record.
type kept[K comparable, R any] struct {
	list []keptRecord[K, R]
	next int // is replaced next, once the list is full
}

type keptRecord[K comparable, R any] struct {
	key    K
	record R
	found  bool
}

// keptRecords is how many records of one kind are kept.
const keptRecords = 8

func (t table[K, R]) kept() *kept[K, R] {
	slot := &t.tx.kept[t.spec.layout.collection-colAccounts]
	if *slot == nil {
		*slot = &kept[K, R]{}
	}
	return (*slot).(*kept[K, R])
}

func (k *kept[K, R]) add(key K, record R, found bool) {
	fresh := keptRecord[K, R]{key, record, found}
	if len(k.list) < keptRecords {
		k.list = append(k.list, fresh)
		return
	}
	k.list[k.next] = fresh
	k.next = (k.next + 1) % keptRecords
}

// forget drops what is kept of a record that is about to be written.
func (t table[K, R]) forget(key K) {
	if !t.spec.kept || t.tx.kept[t.spec.layout.collection-colAccounts] == nil {
		return
	}
	k := t.kept()
	for i := range k.list {
		if k.list[i].key == key {
			last := len(k.list) - 1
			k.list[i] = k.list[last]
			k.list = k.list[:last]
			k.next = 0
			return
		}
	}
}

func (t table[K, R]) load(key K, record *R) (bool, error) {
	x := t.tx
	var err error
	if x.key, err = t.spec.key(append(x.key[:0], t.spec.layout.collection), key); neverStored(err) {
		return false, nil // somebody asks for what cannot be stored
	} else if err != nil {
		return false, t.failed("reading", err)
	}
	value, found, err := x.r.Get(x.key)
	if err != nil || !found {
		return false, err
	}
	return true, t.decode(value, record)
}

func (t table[K, R]) decode(value []byte, record *R) error {
	if err := read(value, record, t.spec.byHand); err != nil {
		return &fault{what: fmt.Sprintf("a record of kind %s cannot be read", t.spec.name), cause: err}
	}
	return nil
}

func (t table[K, R]) failed(doing string, err error) error {
	return fmt.Errorf("%s a record of kind %s: %w", doing, t.spec.name, err)
}

// Put implements core.Table. What is there already, byte for byte, is not written again.
func (t table[K, R]) Put(record R) error {
	x, s := t.tx, t.spec
	key := s.keyOf(&record)
	var unset K
	if key == unset {
		return t.failed("writing", errNoKey)
	}
	old, found, err := t.begin(key)
	if err != nil {
		return err
	}
	x.value.Reset()
	if err := encode(&x.value, &record); err != nil {
		return t.failed("writing", err)
	}
	if found && bytes.Equal(old, x.value.Bytes()) {
		return nil
	}
	if found {
		if err := t.derive(old, &x.before, -1); err != nil {
			return err
		}
	}
	t.derived(&record, &x.after, 1)
	if err := x.w.Put(x.key, x.value.Bytes()); err != nil {
		return err
	}
	return t.finish()
}

// Delete implements core.Table. An absent record is no error.
func (t table[K, R]) Delete(key K) error {
	old, found, err := t.begin(key)
	if err != nil || !found {
		return err
	}
	if err := t.derive(old, &t.tx.before, -1); err != nil {
		return err
	}
	if err := t.tx.w.Delete(t.tx.key); err != nil {
		return err
	}
	return t.finish()
}

// begin makes ready for a write and gives what is stored under key.
func (t table[K, R]) begin(key K) ([]byte, bool, error) {
	x := t.tx
	if x.w == nil {
		return nil, false, t.failed("writing", errView)
	}
	t.forget(key)
	x.before.reset()
	x.after.reset()
	x.tally.list = x.tally.list[:0]
	var err error
	if x.key, err = t.spec.key(append(x.key[:0], t.spec.layout.collection), key); err != nil {
		return nil, false, t.failed("writing", err)
	}
	return x.w.Get(x.key)
}

// derive decodes a stored record and collects its entries and counts.
func (t table[K, R]) derive(value []byte, e *entries, sign int) error {
	var record R
	if err := t.decode(value, &record); err != nil {
		return err
	}
	t.derived(&record, e, sign)
	return nil
}

func (t table[K, R]) derived(record *R, e *entries, sign int) {
	if t.spec.entries != nil {
		t.spec.entries(record, e)
	}
	if t.spec.count != nil {
		t.tx.tally.sign = sign
		t.spec.count(record, &t.tx.tally)
	}
}

func (t table[K, R]) finish() error {
	t.tx.wrote = true
	if err := t.tx.diff(); err != nil {
		return t.failed("writing", err)
	}
	return t.tx.count()
}

// Scan implements core.Table.
func (t table[K, R]) Scan(s core.Scan, fn func(R) (bool, error)) (core.End, error) {
	x := t.tx
	var record, unset R
	if s.Index == core.Primary {
		return x.scan(&t.spec.layout, s, func(_, value []byte) (bool, error) {
			record = unset
			if err := t.decode(value, &record); err != nil {
				return false, err
			}
			return fn(record)
		})
	}
	l, err := layoutOf(s.Index, t.spec.layout.collection)
	if err != nil {
		return core.End{}, t.failed("listing", err)
	}
	buf := make([]byte, 0, 64)
	return x.scan(l, s, func(key, _ []byte) (bool, error) {
		buf, err = l.recordKey(buf[:0], key)
		if err != nil {
			return false, &fault{what: "an index holds a broken key", cause: err}
		}
		value, found, err := x.r.Get(buf)
		if err != nil {
			return false, err
		}
		if !found {
			return false, &fault{what: fmt.Sprintf("an index names a %s that is not there", t.spec.name)}
		}
		record = unset
		if err := t.decode(value, &record); err != nil {
			return false, err
		}
		return fn(record)
	})
}

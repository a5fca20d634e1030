package storage

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"gatehouse/core"
	"gatehouse/storage/kv"
)

const (
	// checkRecords is how many records with their entries are looked at in one View, checkKeys how many keys alone.
	checkRecords = 256
	checkKeys    = 8192
	// checkTries is how often counters are compared again because the house changed meanwhile.
	checkTries = 3
)

var errBusy = errors.New("the house kept changing while its counters were compared; check it while nobody works in it")

// Check implements core.Store: every record can be read and stands under its key, has its entries in the indexes and
// among what is due, and covering rows are as the record says; every entry has its record; counters equal what was
// counted; no number was given out twice; no collection is unknown. It reads in short Views, so that others go on
// working; what changes meanwhile is no fault. Memory does not grow with the house: what does not fit waits in a temporary
// file. Whoever core.WithProgress has named is told how far it is.
func (s *Store) Check(ctx context.Context, report func(fault string)) error {
	c := &checker{store: s, ctx: ctx, tell: report, began: s.engine.Info().Updates}
	err := c.run()
	c.end()
	c.flush()
	return failure(s.path, err)
}

type checker struct {
	store *Store
	ctx   context.Context
	tell  func(string)
	found []string // faults that are told once the View is over
	began uint64   // updates when the check began

	entries  entries
	tally    tally
	sums     *sorter // what the records count, by counter
	counts   *counts
	expected [256]int  // entries that the records call for, by collection
	suspect  [256]bool // collections with a fault
	highest  core.Counters
	done     int // of total, of what is told now
	total    int
	quiet    bool // counting again: entries were checked already
}

// tellNext tells how far the check is, now and then.
func (c *checker) tellNext(step string) {
	if c.done%tellEvery == 0 {
		core.ProgressOf(c.ctx)(step, c.done, max(c.total, c.done))
	}
	c.done++
}

func (c *checker) report(fault string) { c.found = append(c.found, fault) }

func (c *checker) flush() {
	for _, fault := range c.found {
		c.tell(fault)
	}
	c.found = c.found[:0]
}

func (c *checker) run() error {
	if err := c.collections(); err != nil {
		return err
	}
	for try := range checkTries {
		c.quiet = try > 0
		c.begin()
		c.highest = core.Counters{}
		began := c.store.engine.Info().Updates
		var err error
		if c.total, err = c.store.Records(c.ctx); err != nil {
			return err
		}
		c.done = 0
		for i := range tables {
			if err := c.table(&tables[i]); err != nil {
				return err
			}
		}
		if try == 0 {
			if err := c.indexes(); err != nil {
				return err
			}
		}
		faults, err := c.counters()
		if err != nil {
			return err
		}
		if len(faults) > 0 && c.store.engine.Info().Updates != began {
			continue
		}
		for _, f := range faults {
			c.report(f)
		}
		return c.numbers()
	}
	return errBusy
}

// pages calls fn for the keys of a collection, at most size of them in one View.
func (c *checker) pages(collection byte, size int, fn func(r kv.Reader, key, value []byte) error) error {
	var from []byte
	for done := false; !done; {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		err := c.store.engine.View(c.ctx, func(r kv.Reader) error {
			done = true
			seen := 0
			var last []byte
			err := r.Scan(kv.Range{Prefix: []byte{collection}, From: from}, func(key, value []byte) (bool, error) {
				if bytes.Equal(key, from) {
					return true, nil
				}
				if seen == size {
					done = false
					return false, nil
				}
				seen++
				last = key
				return true, fn(r, key, value)
			})
			if !done {
				from = bytes.Clone(last)
			}
			return err
		})
		c.flush()
		if err != nil {
			return err
		}
	}
	return nil
}

// collections looks for keys outside of every known collection, and for the mark of the house.
func (c *checker) collections() error {
	known := [256]bool{colMeta: true, colNumbers: true, colCounters: true, colDue: true}
	for i := range tables {
		known[tables[i].layout.collection] = true
	}
	for i := range indexLayouts {
		known[indexLayouts[i].collection] = i > 0
	}
	return c.store.engine.View(c.ctx, func(r kv.Reader) error {
		for first := range 256 {
			if known[first] {
				continue
			}
			err := r.Scan(kv.Range{Prefix: []byte{byte(first)}}, func(key, _ []byte) (bool, error) {
				c.report(fmt.Sprintf("The house holds something unknown: %s.", describe(key)))
				return false, nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// table reads all records of a table with their entries.
func (c *checker) table(t *anyTable) error {
	return c.pages(t.layout.collection, checkRecords, func(r kv.Reader, key, value []byte) error {
		c.tellNext("reading the records")
		own, err := t.derive(value, &c.entries, &c.tally)
		if err := c.counts.add(&c.tally); err != nil {
			return err
		}
		if t.kind != core.KindNone && len(key) == 9 {
			c.highest[t.kind] = max(c.highest[t.kind], binary.BigEndian.Uint64(key[1:]))
		}
		switch {
		case c.quiet:
			return nil
		case err != nil:
			c.report(fmt.Sprintf("The record %s cannot be read: %v.", describe(key), err))
			return nil
		case !bytes.Equal(own, key):
			c.report(fmt.Sprintf("The record under %s is that of %s.", describe(key), describe(own)))
		}
		return c.hasEntries(r, key)
	})
}

// hasEntries looks for the entries that were derived from the record under key.
func (c *checker) hasEntries(r kv.Reader, key []byte) error {
	for i := range c.entries.list {
		want := c.entries.key(i)
		c.expected[want[0]]++
		value, found, err := r.Get(want)
		switch {
		case err != nil:
			return err
		case !found:
			c.suspect[want[0]] = true
			c.report(fmt.Sprintf("The record %s has no entry %s.", describe(key), describeEntry(want)))
		case !bytes.Equal(value, c.entries.value(i)):
			c.report(fmt.Sprintf("The entry %s does not show the record %s as it is.", describeEntry(want), describe(key)))
		}
	}
	return nil
}

func describeEntry(key []byte) string {
	if item, ok := dueItem(key); ok && key[0] == colDue {
		return fmt.Sprintf("due at %s", item.At)
	}
	return describe(key)
}

// indexes looks for entries that no record calls for. Where as many are there as the records call for, and none of
// those was missing, there can be no other.
func (c *checker) indexes() error {
	c.done, c.total = 0, 0
	for _, n := range c.expected {
		c.total += n
	}
	for _, collection := range entryCollections() {
		there := 0
		err := c.pages(collection, checkKeys, func(kv.Reader, []byte, []byte) error {
			there++
			c.tellNext("counting the entries")
			return nil
		})
		if err != nil {
			return err
		}
		if there == c.expected[collection] && !c.suspect[collection] && c.store.engine.Info().Updates == c.began {
			continue
		}
		if err := c.pages(collection, checkRecords, c.hasRecord); err != nil {
			return err
		}
	}
	return nil
}

func entryCollections() []byte {
	list := []byte{colDue}
	for i := 1; i < len(indexLayouts); i++ {
		list = append(list, indexLayouts[i].collection)
	}
	return list
}

// hasRecord looks for the record of one entry, and whether that record calls for the entry.
func (c *checker) hasRecord(r kv.Reader, key, _ []byte) error {
	var record []byte
	if key[0] == colDue {
		var ok bool
		if record, ok = recordOfDue(nil, key); !ok {
			c.report(fmt.Sprintf("What is due has a broken entry: % x.", key))
			return nil
		}
	} else {
		l, _ := layoutAt(key[0])
		var err error
		if record, err = l.recordKey(nil, key); err != nil {
			c.report(fmt.Sprintf("The index %s has a broken entry: % x.", l.name, key))
			return nil
		}
	}
	value, found, err := r.Get(record)
	if err != nil {
		return err
	}
	if !found {
		c.report(fmt.Sprintf("The entry %s has no record %s.", describeEntry(key), describe(record)))
		return nil
	}
	t, _ := tableAt(record[0])
	// A record that cannot be read was reported with its table.
	if _, err := t.derive(value, &c.entries, &c.tally); err == nil && c.entries.find(key) < 0 {
		c.report(fmt.Sprintf("The entry %s is not called for by the record %s.", describeEntry(key), describe(record)))
	}
	return nil
}

// numbers looks for records with a number that was not given out yet.
func (c *checker) numbers() error {
	return c.store.View(c.ctx, func(x core.Tx) error {
		last, err := x.LastIDs()
		if err != nil {
			return err
		}
		for k, n := range c.highest {
			if n > last[k] {
				c.report(fmt.Sprintf("There is a %s %d, but the last number given out is %d.", k, n, last[k]))
			}
		}
		return nil
	})
}

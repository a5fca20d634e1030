package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"

	"gatehouse/core"
	"gatehouse/storage/kv"
)

// checkMemory is how many bytes of counters a check holds before it writes them to a temporary file.
const checkMemory = 4 << 20

// begin starts to count anew.
func (c *checker) begin() {
	c.end()
	c.sums = &sorter{budget: checkMemory, summed: colCounters, create: func() (*os.File, error) { return os.CreateTemp("", "gatehouse.check-*") }}
	c.counts = newCounts(c.sums)
}

// end lets go of what was counted.
func (c *checker) end() {
	if c.sums != nil {
		c.sums.close()
	}
}

// counters compares the counters with what was counted. Both stand in the order of their keys.
func (c *checker) counters() (faults []string, err error) {
	if err := c.counts.finish(); err != nil {
		return nil, err
	}
	has := storedCounters{checker: c}
	stored, err := has.next()
	if err != nil {
		return nil, err
	}
	beside := func(key []byte) error { // what is stored before the key was not counted
		for stored != nil && (key == nil || bytes.Compare(stored.key, key) < 0) {
			if fault := wrongCounter(stored.key, stored.value, 0); fault != "" {
				faults = append(faults, fault)
			}
			if stored, err = has.next(); err != nil {
				return err
			}
		}
		return nil
	}
	err = c.sums.each(func(key, value []byte) error {
		if err := beside(key); err != nil {
			return err
		}
		want, there := int64(binary.BigEndian.Uint64(value)), appendNumber(nil, 0)
		if stored != nil && bytes.Equal(stored.key, key) {
			there = stored.value
			if stored, err = has.next(); err != nil {
				return err
			}
		}
		if fault := wrongCounter(key, there, want); fault != "" {
			faults = append(faults, fault)
		}
		return nil
	})
	if err != nil {
		return faults, err
	}
	return faults, beside(nil)
}

// wrongCounter says what is wrong with a counter, or nothing.
func wrongCounter(key, value []byte, want int64) string {
	scope, ok := refAt(key[min(2, len(key)):])
	if !ok || len(key) != 11 || len(value) != 8 {
		return fmt.Sprintf("A counter cannot be read: % x.", key)
	}
	has := int64(binary.BigEndian.Uint64(value))
	if has == want {
		return ""
	}
	of := "the house"
	if !scope.IsZero() {
		of = scope.String()
	}
	return fmt.Sprintf("Counter %d of %s says %d, counted were %d.", core.Counter(key[1]), of, has, want)
}

// storedCounters reads the counters in order, some at a time.
type storedCounters struct {
	*checker
	page []storedCounter
	from []byte
	done bool
}

type storedCounter struct{ key, value []byte }

// next gives nil at the end.
func (s *storedCounters) next() (*storedCounter, error) {
	if len(s.page) == 0 && !s.done {
		if err := s.read(); err != nil {
			return nil, err
		}
	}
	if len(s.page) == 0 {
		return nil, nil //nolint:nilnil // said above
	}
	first := s.page[0]
	s.page = s.page[1:]
	return &first, nil
}

func (s *storedCounters) read() error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	return s.store.engine.View(s.ctx, func(r kv.Reader) error {
		s.done = true
		return r.Scan(kv.Range{Prefix: []byte{colCounters}, From: s.from}, func(key, value []byte) (bool, error) {
			if bytes.Equal(key, s.from) {
				return true, nil
			}
			if len(s.page) == checkKeys {
				s.from, s.done = s.page[checkKeys-1].key, false
				return false, nil
			}
			s.page = append(s.page, storedCounter{bytes.Clone(key), bytes.Clone(value)})
			return true, nil
		})
	})
}

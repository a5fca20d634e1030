package storage

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"os"
	"slices"
	"sync"

	"gatehouse/core"
	"gatehouse/storage/kv"
)

const (
	// chunkSize is how many bytes of rows are asked for at once.
	chunkSize = 256 << 10
	// rowCost is what a row costs in memory beside its bytes.
	rowCost = 24
	// runBuffer is read or written at once.
	runBuffer = 256 << 10
	// mergeBuffers is what all runs of a collection may take to be read.
	mergeBuffers = 8 << 20
)

// sorter brings rows into the order of their keys, holding no more than a budget of them in memory. Rows of each
// collection are kept apart: those that arrive in order, as records mostly do, cost no sorting.
type sorter struct {
	budget  int
	used    int
	columns [256]*column
	spare   [][]byte // chunks to be used again
	rows    int      // how many were added
	summed  byte     // the collection in which rows of one key are added up; zero is none

	// The temporary file: all runs, one behind the other.
	create func() (*os.File, error)
	file   *os.File
	out    *bufio.Writer
	offset int64
}

// column holds the rows of one collection.
type column struct {
	chunks   [][]byte
	rows     []rowAt
	unsorted bool
	runs     []run
	ready    chan struct{} // closed once rows are sorted
}

// rowAt says where a row lies. The first bytes of its key make most comparisons quick.
type rowAt struct {
	head          uint64
	chunk, offset uint32
	key           uint16
	value         uint32
}

// run is a sorted part of the temporary file.
type run struct {
	parts []segment
	last  []byte // its last key
}

type segment struct{ offset, length int64 }

// headOf gives the bytes behind the collection as a number that orders like them.
func headOf(key []byte) uint64 {
	var b [8]byte
	copy(b[:], key[1:])
	return binary.BigEndian.Uint64(b[:])
}

func (c *column) key(r *rowAt) []byte {
	return c.chunks[r.chunk][r.offset : r.offset+uint32(r.key)]
}

func (c *column) value(r *rowAt) []byte {
	start := r.offset + uint32(r.key)
	return c.chunks[r.chunk][start : start+r.value]
}

func (c *column) compare(a, b *rowAt) int {
	switch {
	case a.head < b.head:
		return -1
	case a.head > b.head:
		return 1
	}
	return bytes.Compare(c.key(a), c.key(b))
}

func (c *column) sort() {
	if c.unsorted {
		slices.SortFunc(c.rows, func(a, b rowAt) int { return c.compare(&a, &b) })
		c.unsorted = false
	}
}

// add takes a copy of a row.
func (s *sorter) add(key, value []byte) error {
	if err := kv.CheckKey(key); err != nil {
		return err
	}
	c := s.columns[key[0]]
	if c == nil {
		c = &column{}
		s.columns[key[0]] = c
	}
	need := len(key) + len(value)
	last := len(c.chunks) - 1
	if last < 0 || cap(c.chunks[last])-len(c.chunks[last]) < need {
		c.chunks = append(c.chunks, s.chunk(need))
		last++
	}
	r := rowAt{
		head: headOf(key), chunk: uint32(last), offset: uint32(len(c.chunks[last])),
		key: uint16(len(key)), value: uint32(len(value)),
	}
	c.chunks[last] = append(append(c.chunks[last], key...), value...)
	if n := len(c.rows); n > 0 && !c.unsorted && c.compare(&c.rows[n-1], &r) > 0 {
		c.unsorted = true
	}
	c.rows = append(c.rows, r)
	s.rows++
	s.used += rowCost
	if s.used > s.budget {
		return s.spill()
	}
	return nil
}

func (s *sorter) chunk(need int) []byte {
	if n := len(s.spare) - 1; n >= 0 && need <= chunkSize {
		c := s.spare[n]
		s.spare = s.spare[:n]
		s.used += cap(c)
		return c[:0]
	}
	c := make([]byte, 0, max(need, chunkSize))
	s.used += cap(c)
	return c
}

// spill writes the largest collections to the temporary file until half of the budget is free.
func (s *sorter) spill() error {
	for s.used > s.budget/2 {
		var largest *column
		for _, c := range s.columns {
			if c != nil && len(c.rows) > 0 && (largest == nil || len(c.chunks) > len(largest.chunks)) {
				largest = c
			}
		}
		if largest == nil {
			return nil
		}
		if err := s.write(largest); err != nil {
			return s.unwritable(err)
		}
	}
	return nil
}

// unwritable says why the temporary file cannot be written.
func (s *sorter) unwritable(err error) error {
	path := "the folder for temporary files"
	if s.file != nil {
		path = s.file.Name()
	}
	return &kv.NotWritableError{Path: path, Cause: err, Free: -1}
}

// write moves the rows of c to the temporary file.
func (s *sorter) write(c *column) error {
	if s.file == nil {
		var err error
		if s.file, err = s.create(); err != nil {
			return err
		}
		_ = os.Remove(s.file.Name()) // whoever is killed leaves nothing; where it cannot go while it is open, close removes it
		s.out = bufio.NewWriterSize(s.file, runBuffer)
	}
	c.sort()
	start := s.offset
	for i := range c.rows {
		r := &c.rows[i]
		var sizes [6]byte
		binary.BigEndian.PutUint16(sizes[:], r.key)
		binary.BigEndian.PutUint32(sizes[2:], r.value)
		if _, err := s.out.Write(sizes[:]); err != nil {
			return err
		}
		n, err := s.out.Write(c.chunks[r.chunk][r.offset : r.offset+uint32(r.key)+r.value])
		if err != nil {
			return err
		}
		s.offset += int64(len(sizes) + n)
	}
	written := segment{start, s.offset - start}
	last := bytes.Clone(c.key(&c.rows[len(c.rows)-1]))
	// Rows that go on where the last run ended make it longer: what arrives in order stays one run.
	if n := len(c.runs) - 1; n >= 0 && bytes.Compare(c.runs[n].last, c.key(&c.rows[0])) < 0 {
		c.runs[n].parts, c.runs[n].last = append(c.runs[n].parts, written), last
	} else {
		c.runs = append(c.runs, run{parts: []segment{written}, last: last})
	}
	s.used -= rowCost * len(c.rows)
	for _, chunk := range c.chunks {
		s.used -= cap(chunk)
		if cap(chunk) == chunkSize {
			s.spare = append(s.spare, chunk)
		}
	}
	c.rows, c.chunks = c.rows[:0], c.chunks[:0]
	return nil
}

// told gives each as the rows of an engine, telling whoever listens how far it is.
func (s *sorter) told(ctx context.Context) func(fn func(key, value []byte) error) error {
	return func(fn func(key, value []byte) error) error {
		done, tell := 0, core.ProgressOf(ctx)
		return s.each(func(key, value []byte) error {
			if done%tellEvery == 0 {
				tell("writing the rows", done, s.rows)
			}
			done++
			return fn(key, value)
		})
	}
}

// tellEvery is how many rows lie between two reports of progress.
const tellEvery = 4096

// each calls fn with all rows in the order of their keys. A key that occurs twice is a duplicateError, unless its rows are
// added up. Sorting,
// merging and reading back run ahead of fn in goroutines of their own.
func (s *sorter) each(fn func(key, value []byte) error) error {
	if s.out != nil {
		if err := s.out.Flush(); err != nil {
			return s.unwritable(err)
		}
	}
	for _, c := range s.columns {
		if c != nil {
			c.ready = make(chan struct{})
		}
	}
	stop, blocks := make(chan struct{}), make(chan *block, 4)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer close(stop)
	workers.Go(func() {
		for _, c := range s.columns {
			if c != nil {
				c.sort()
				close(c.ready)
			}
		}
	})
	var failed error // of the goroutine that closes blocks
	workers.Go(func() {
		defer close(blocks)
		w := blockWriter{to: blocks, stop: stop}
		for _, c := range s.columns {
			if c == nil {
				continue
			}
			<-c.ready
			if failed = s.merge(c, w.add); failed != nil {
				return
			}
		}
		failed = w.flush()
	})
	for b := range blocks {
		for i := range b.rows {
			r := &b.rows[i]
			if err := fn(b.bytes[r.start:r.value], b.bytes[r.value:r.end]); err != nil {
				return err
			}
		}
		b.free()
	}
	return failed
}

// sources opens the runs of one collection and its rows in memory.
func (s *sorter) sources(c *column) (merger, error) {
	m := merger{}
	sources := make([]*source, 0, len(c.runs)+1)
	buffer := min(runBuffer, mergeBuffers/max(len(c.runs), 1))
	for _, r := range c.runs {
		readers := make([]io.Reader, len(r.parts))
		for i, p := range r.parts {
			readers[i] = io.NewSectionReader(s.file, p.offset, p.length)
		}
		sources = append(sources, &source{in: bufio.NewReaderSize(io.MultiReader(readers...), buffer)})
	}
	sources = append(sources, &source{column: c})
	for _, src := range sources {
		more, err := src.next()
		if err != nil {
			return m, err
		}
		if more {
			m.insert(src)
		}
	}
	return m, nil
}

// merge gives out the rows of one collection.
func (s *sorter) merge(c *column, fn func(key, value []byte) error) error {
	m, err := s.sources(c)
	if err != nil {
		return err
	}
	var key, sum []byte
	for len(m.sources) > 0 {
		next := m.sources[0]
		twice := key != nil && bytes.Equal(key, next.key)
		switch {
		case twice && next.key[0] != s.summed:
			return &duplicateError{key: bytes.Clone(key)}
		case twice:
			sum = addUp(sum, next.value)
		case sum != nil:
			if err := fn(key, sum); err != nil {
				return err
			}
			fallthrough
		default:
			key, sum = append(key[:0], next.key...), nil
			if key[0] == s.summed {
				sum = bytes.Clone(next.value)
			} else if err := fn(next.key, next.value); err != nil {
				return err
			}
		}
		if err := m.advance(); err != nil {
			return err
		}
	}
	if sum == nil {
		return nil
	}
	return fn(key, sum)
}

// close removes the temporary file.
func (s *sorter) close() {
	if s.file == nil {
		return
	}
	_ = s.file.Close()
	_ = os.Remove(s.file.Name())
}

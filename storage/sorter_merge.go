package storage

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
)

// duplicateError says that two rows have the same key.
type duplicateError struct{ key []byte }

func (e *duplicateError) Error() string { return fmt.Sprintf("two rows have the key % x", e.key) }

// merger keeps the sources in the order of their next rows. There are few, so a list does.
type merger struct{ sources []*source }

func (m *merger) insert(src *source) {
	at, _ := slices.BinarySearchFunc(m.sources, src, func(a, b *source) int { return bytes.Compare(a.key, b.key) })
	m.sources = slices.Insert(m.sources, at, src)
}

// advance goes to the next row of the first source and moves that to where the row belongs.
func (m *merger) advance() error {
	first := m.sources[0]
	more, err := first.next()
	switch {
	case err != nil:
		return err
	case !more:
		m.sources = slices.Delete(m.sources, 0, 1)
	case len(m.sources) > 1 && bytes.Compare(first.key, m.sources[1].key) > 0:
		m.sources = slices.Delete(m.sources, 0, 1)
		m.insert(first)
	}
	return nil
}

// source gives sorted rows: those in memory or those of a run.
type source struct {
	column *column
	at     int
	in     *bufio.Reader
	buf    []byte

	key, value []byte // the next row
}

func (s *source) next() (bool, error) {
	if s.column != nil {
		if s.at == len(s.column.rows) {
			return false, nil
		}
		r := &s.column.rows[s.at]
		s.at++
		s.key, s.value = s.column.key(r), s.column.value(r)
		return true, nil
	}
	var sizes [6]byte
	if _, err := io.ReadFull(s.in, sizes[:]); err != nil {
		if err == io.EOF {
			return false, nil
		}
		return false, fmt.Errorf("reading a temporary file: %w", err)
	}
	key, value := int(binary.BigEndian.Uint16(sizes[:])), int(binary.BigEndian.Uint32(sizes[2:]))
	s.buf = slices.Grow(s.buf[:0], key+value)[:key+value]
	if _, err := io.ReadFull(s.in, s.buf); err != nil {
		return false, fmt.Errorf("reading a temporary file: %w", err)
	}
	s.key, s.value = s.buf[:key], s.buf[key:]
	return true, nil
}

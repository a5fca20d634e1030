package storage

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"gatehouse/core"
)

// Load implements core.Store. put takes records by value or by pointer, in any order; those that come in the order of
// their keys cost least. Rows beyond Options.LoadMemory wait in a temporary file beside the house. The last numbers
// given out are at least the highest numbers of the records.
//
// Errors beside those of rows: house_not_empty, read_only, not_writable, and import_invalid for two records with the
// same key. On any error nothing was written.
func (s *Store) Load(ctx context.Context, rows func(put func(record any) error) error) error {
	if s.opts.ReadOnly {
		return readOnly()
	}
	if !s.unmarked.Load() {
		return houseNotEmpty(nil)
	}
	l := &loader{counts: map[counted]int32{}, last: core.Counters{}}
	l.sorter = sorter{budget: s.opts.LoadMemory, create: s.temporary}
	defer l.sorter.close()
	err := rows(func(record any) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return l.put(record)
	})
	if err == nil {
		err = l.finish(s.opts.schema)
	}
	if err == nil {
		err = s.engine.Load(ctx, l.sorter.each)
	}
	var twice *duplicateError
	if errors.As(err, &twice) {
		return &core.Error{
			Code: core.CodeInvalid, Reason: core.ReasonImportInvalid, Cause: err,
			Message: "Nothing was imported. Two records have the same key.", Next: "Mend the file and import again.",
		}
	}
	if err != nil {
		return failure(s.path, err)
	}
	s.unmarked.Store(false)
	return nil
}

// temporary creates the file for rows that do not fit into memory. Its name is one that the engine sweeps away after
// a crash.
func (s *Store) temporary() (*os.File, error) {
	if s.path == "" {
		return os.CreateTemp("", "gatehouse.load-*")
	}
	return os.CreateTemp(filepath.Dir(s.path), "."+filepath.Base(s.path)+".load-*")
}

// loader turns records into rows.
type loader struct {
	sorter  sorter
	entries entries
	tally   tally
	key     []byte
	value   bytes.Buffer
	counts  map[counted]int32
	last    core.Counters
}

// counted is a counter with its scope, kept small: a large house has millions.
type counted struct {
	id      uint64
	kind    core.Kind
	counter core.Counter
}

func (c counted) scope() core.Ref { return core.Ref{ID: c.id, Kind: c.kind} }

// put takes one record.
func (l *loader) put(record any) error {
	switch r := record.(type) {
	case core.Counters:
		for k, n := range r {
			l.last[k] = max(l.last[k], n)
		}
		return nil
	case core.Settings:
		return l.settings(&r)
	case *core.Settings:
		return l.settings(r)
	}
	if taken, err := putHouse(l, record); taken {
		return err
	}
	if taken, err := putAccess(l, record); taken {
		return err
	}
	return fmt.Errorf("%T is not a record of a house", record)
}

// putHouse takes people, units and what belongs to them.
func putHouse(l *loader, record any) (bool, error) {
	switch r := record.(type) {
	case core.Account:
		return true, load(l, &accountSpec, &r)
	case *core.Account:
		return true, load(l, &accountSpec, r)
	case core.ActivationCode:
		return true, load(l, &codeSpec, &r)
	case *core.ActivationCode:
		return true, load(l, &codeSpec, r)
	case core.Maintainer:
		return true, load(l, &maintainerSpec, &r)
	case *core.Maintainer:
		return true, load(l, &maintainerSpec, r)
	case core.Organization:
		return true, load(l, &organizationSpec, &r)
	case *core.Organization:
		return true, load(l, &organizationSpec, r)
	case core.Project:
		return true, load(l, &projectSpec, &r)
	case *core.Project:
		return true, load(l, &projectSpec, r)
	case core.OrganizationRole:
		return true, load(l, &roleSpec, &r)
	case *core.OrganizationRole:
		return true, load(l, &roleSpec, r)
	}
	return false, nil
}

// putAccess takes who is in, who asks to be, and what was said about it.
func putAccess(l *loader, record any) (bool, error) {
	switch r := record.(type) {
	case core.Membership:
		return true, load(l, &membershipSpec, &r)
	case *core.Membership:
		return true, load(l, &membershipSpec, r)
	case core.Visit:
		return true, load(l, &visitSpec, &r)
	case *core.Visit:
		return true, load(l, &visitSpec, r)
	case core.Request:
		return true, load(l, &requestSpec, &r)
	case *core.Request:
		return true, load(l, &requestSpec, r)
	case core.Invitation:
		return true, load(l, &invitationSpec, &r)
	case *core.Invitation:
		return true, load(l, &invitationSpec, r)
	case core.Grant:
		return true, load(l, &grantSpec, &r)
	case *core.Grant:
		return true, load(l, &grantSpec, r)
	}
	return putRecord(l, record)
}

// putRecord takes what was told and written down.
func putRecord(l *loader, record any) (bool, error) {
	switch r := record.(type) {
	case core.Notification:
		return true, load(l, &notificationSpec, &r)
	case *core.Notification:
		return true, load(l, &notificationSpec, r)
	case core.Event:
		return true, load(l, &eventSpec, &r)
	case *core.Event:
		return true, load(l, &eventSpec, r)
	case core.Head:
		return true, load(l, &headSpec, &r)
	case *core.Head:
		return true, load(l, &headSpec, r)
	case core.Attempt:
		return true, load(l, &attemptSpec, &r)
	case *core.Attempt:
		return true, load(l, &attemptSpec, r)
	}
	return false, nil
}

// load adds the rows of one record.
func load[K comparable, R any](l *loader, s *spec[K, R], r *R) (err error) {
	var unset K
	key := s.keyOf(r)
	if key == unset {
		return fmt.Errorf("loading a record of kind %s: %w", s.name, errNoKey)
	}
	if l.key, err = s.key(append(l.key[:0], s.layout.collection), key); err != nil {
		return fmt.Errorf("loading a record of kind %s: %w", s.name, err)
	}
	if s.kind != core.KindNone {
		l.last[s.kind] = max(l.last[s.kind], binary.BigEndian.Uint64(l.key[1:]))
	}
	l.value.Reset()
	if err := encode(&l.value, r); err != nil {
		return fmt.Errorf("loading a record of kind %s: %w", s.name, err)
	}
	if err := l.sorter.add(l.key, l.value.Bytes()); err != nil {
		return err
	}
	if s.count != nil {
		l.tally.list, l.tally.sign = l.tally.list[:0], 1
		s.count(r, &l.tally)
		for _, c := range l.tally.list {
			l.counts[counted{c.scope.ID, c.scope.Kind, c.counter}]++
		}
	}
	if s.entries == nil {
		return nil
	}
	l.entries.reset()
	s.entries(r, &l.entries)
	if l.entries.err != nil {
		return fmt.Errorf("loading a record of kind %s: %w", s.name, l.entries.err)
	}
	for i := range l.entries.list {
		if err := l.sorter.add(l.entries.key(i), l.entries.value(i)); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) settings(s *core.Settings) error {
	l.value.Reset()
	if err := encode(&l.value, s); err != nil {
		return err
	}
	return l.sorter.add(metaSettings, l.value.Bytes())
}

// finish adds counters, last numbers and the mark of the house.
func (l *loader) finish(version uint64) error {
	var number []byte
	for c, n := range l.counts {
		l.key = appendCounter(l.key[:0], c.counter, c.scope())
		number = appendNumber(number[:0], uint64(n))
		if err := l.sorter.add(l.key, number); err != nil {
			return err
		}
	}
	l.counts = nil
	for k, n := range l.last {
		if n == 0 {
			continue
		}
		if err := l.sorter.add(numberKey(k), appendNumber(nil, n)); err != nil {
			return err
		}
	}
	if err := l.sorter.add(metaFormat, []byte(format)); err != nil {
		return err
	}
	return l.sorter.add(metaSchema, appendNumber(nil, version))
}

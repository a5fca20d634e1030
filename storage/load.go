package storage

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sync/atomic"

	"gatehouse/core"
	"gatehouse/storage/kv"
)

// Load implements core.Store. put takes records by value or by pointer, in any order; those that come in the order of
// their keys cost least. Rows beyond Options.LoadMemory wait in a temporary file beside the house. The last numbers
// given out are at least the highest numbers of the records.
//
// Errors beside those of rows and look: house_not_empty, read_only, not_writable, and import_invalid for two records
// with the same key. On any error nothing was written.
func (s *Store) Load(
	ctx context.Context, rows func(put func(record any) error) error, look func(core.Store) error,
) error {
	if s.opts.ReadOnly {
		return readOnly()
	}
	if !s.unmarked.Load() {
		return houseNotEmpty(nil)
	}
	l := newLoader(s.opts.LoadMemory, s.temporary)
	defer l.close()
	err := rows(func(record any) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return l.take(record)
	})
	if err = l.wait(err); err == nil {
		err = l.finish(s.opts.schema)
	}
	if err == nil {
		err = s.engine.Load(ctx, l.sorter.told(ctx), s.showLoaded(look))
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

// showLoaded gives look the house that was loaded, for reading.
func (s *Store) showLoaded(look func(core.Store) error) func(kv.Engine) error {
	if look == nil {
		return nil
	}
	return func(loaded kv.Engine) error {
		opts := s.opts
		opts.ReadOnly = true
		return look(&Store{engine: loaded, path: s.path, opts: opts})
	}
}

// temporary creates the file for rows that do not fit into memory. Its name is one that the engine sweeps away after
// a crash.
func (s *Store) temporary() (*os.File, error) {
	if s.path == "" {
		return os.CreateTemp("", "gatehouse.load-*")
	}
	if s.opts.Aside != nil {
		return os.CreateTemp(s.opts.Aside.Path(""), "load-*")
	}
	return os.CreateTemp(filepath.Dir(s.path), "."+filepath.Base(s.path)+".load-*")
}

// loader turns records into rows, in a goroutine of its own: whoever reads or makes the records goes on meanwhile.
type loader struct {
	sorter  sorter
	entries entries
	tally   tally
	key     []byte
	value   bytes.Buffer
	counts  *counts
	last    core.Counters

	batch   []any
	batches chan []any
	done    chan struct{}
	failed  atomic.Pointer[error] // set by the goroutine; it takes no more records then
}

// loadBatch is how many records are handed over at once.
const loadBatch = 256

func newLoader(memory int, temporary func() (*os.File, error)) *loader {
	l := &loader{
		sorter: sorter{budget: memory, create: temporary, summed: colCounters}, last: core.Counters{},
		batches: make(chan []any, 2), done: make(chan struct{}),
	}
	l.counts = newCounts(&l.sorter)
	go func() {
		defer close(l.done)
		for batch := range l.batches {
			if l.failed.Load() != nil {
				continue
			}
			if err := kv.Run(func() error { return l.putAll(batch) }); err != nil {
				l.failed.Store(&err)
			}
		}
	}()
	return l
}

// take hands a record over. An error may be that of an earlier record.
func (l *loader) take(record any) error {
	if err := l.failed.Load(); err != nil {
		return *err
	}
	if v := reflect.ValueOf(record); v.Kind() == reflect.Pointer && !v.IsNil() {
		record = v.Elem().Interface() // the caller may use it again for the next one
	}
	if l.batch = append(l.batch, record); len(l.batch) == loadBatch {
		l.batches <- l.batch
		l.batch = make([]any, 0, loadBatch)
	}
	return nil
}

// wait ends the goroutine and gives its error, or the one that it is given.
func (l *loader) wait(err error) error {
	if err == nil && len(l.batch) > 0 {
		l.batches <- l.batch
	}
	close(l.batches)
	<-l.done
	l.batches = nil
	if failed := l.failed.Load(); err == nil && failed != nil {
		return *failed
	}
	return err
}

// close removes temporary files, after the goroutine has ended also when the rows function panicked.
func (l *loader) close() {
	if l.batches != nil {
		close(l.batches)
		<-l.done
	}
	l.sorter.close()
}

func (l *loader) putAll(batch []any) error {
	for _, record := range batch {
		if err := l.put(record); err != nil {
			return err
		}
	}
	return nil
}

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
	case core.Account:
		return load(l, &accountSpec, &r)
	case core.ActivationCode:
		return load(l, &codeSpec, &r)
	case core.Maintainer:
		return load(l, &maintainerSpec, &r)
	case core.Organization:
		return load(l, &organizationSpec, &r)
	case core.Project:
		return load(l, &projectSpec, &r)
	case core.OrganizationRole:
		return load(l, &roleSpec, &r)
	}
	return l.putAccess(record)
}

// putAccess takes who is in, who asks to be, and what was said about it.
func (l *loader) putAccess(record any) error {
	switch r := record.(type) {
	case core.Membership:
		return load(l, &membershipSpec, &r)
	case core.Visit:
		return load(l, &visitSpec, &r)
	case core.Request:
		return load(l, &requestSpec, &r)
	case core.Invitation:
		return load(l, &invitationSpec, &r)
	case core.Grant:
		return load(l, &grantSpec, &r)
	case core.Notification:
		return load(l, &notificationSpec, &r)
	case core.Event:
		return load(l, &eventSpec, &r)
	case core.Head:
		return load(l, &headSpec, &r)
	case core.Attempt:
		return load(l, &attemptSpec, &r)
	}
	return l.putService(record)
}

// putService takes keys, billing, tickets, buckets, and what people and the outbox remember.
func (l *loader) putService(record any) error {
	switch r := record.(type) {
	case core.PublicKey:
		return load(l, &keySpec, &r)
	case core.Billing:
		return load(l, &billingSpec, &r)
	case core.Ticket:
		return load(l, &ticketSpec, &r)
	case core.Comment:
		return load(l, &commentSpec, &r)
	case core.Bucket:
		return load(l, &bucketSpec, &r)
	case core.Link:
		return load(l, &linkSpec, &r)
	case core.Undo:
		return load(l, &undoSpec, &r)
	case core.SavedFilter:
		return load(l, &savedFilterSpec, &r)
	case core.Mailing:
		return load(l, &mailingSpec, &r)
	}
	return fmt.Errorf("%T is not a record of a house", record)
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
		if err := l.counts.add(&l.tally); err != nil {
			return err
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
	if err := l.counts.finish(); err != nil {
		return err
	}
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

package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"gatehouse/core"
	"gatehouse/storage/bolt"
)

// compacter is an engine whose file can be written anew without free pages.
type compacter interface {
	Compact(ctx context.Context, progress bolt.Progress) error
}

// copier is an engine that can copy its own file.
type copier interface {
	CopyTo(ctx context.Context, path string, progress bolt.Progress) error
}

var _ core.Copier = (*Store)(nil)

// CopyTo implements core.Copier. A house in memory is written as a file too.
func (s *Store) CopyTo(ctx context.Context, path string, progress func(done, total int)) error {
	var err error
	if c, ok := s.engine.(copier); ok {
		err = c.CopyTo(ctx, path, progress)
	} else {
		err = bolt.Rebuild(ctx, s.engine, path, progress)
	}
	return s.copyFailure(path, err)
}

// MoveTo writes all records into a new file at path, row by row and without free pages. Errors are those of CopyTo.
func (s *Store) MoveTo(ctx context.Context, path string, progress func(done, total int)) error {
	return s.copyFailure(path, bolt.Rebuild(ctx, s.engine, path, progress))
}

func (s *Store) copyFailure(path string, err error) error {
	switch {
	case errors.Is(err, bolt.ErrThere):
		return &core.Error{
			Code: core.CodeInvalid, Reason: core.ReasonInvalidValue, Field: "FILE", Cause: err,
			Message: fmt.Sprintf("%s is there already.", path), Next: "Name a new file, or take that one away.",
		}
	default:
		return failure(s.path, err)
	}
}

// Compact writes the file anew without its free pages, while writers wait, and gives its size in bytes before and
// after. Errors: not_writable, house_damaged, outcome_unknown; a house in memory is refused with not_writable.
func (s *Store) Compact(ctx context.Context, progress func(done, total int)) (before, after int64, err error) {
	if s.opts.ReadOnly {
		return 0, 0, readOnly()
	}
	c, ok := s.engine.(compacter)
	if !ok {
		return 0, 0, notWritable("", "it has no file to compact", nil)
	}
	before = s.fileSize()
	if err := c.Compact(ctx, progress); err != nil {
		return before, before, failure(s.path, err)
	}
	return before, s.fileSize(), nil
}

func (s *Store) fileSize() int64 {
	st, err := os.Stat(s.path)
	if err != nil {
		return s.engine.Info().Size
	}
	return st.Size()
}

// Restore puts a copy of the file from in the place of the house at path, which nobody may have open, and keeps the
// replaced file under the name kept. The copy is walked, every record in it is checked against its indexes and counters,
// and mend, which gets it as a store, may look further and write into it, before it takes the place.
//
// Errors: house_in_use, house_damaged and house_newer about from, not_writable, not_found for from, and those of mend.
// After an error the house at path is as it was. progress is told of the copying.
func Restore(
	ctx context.Context, path, from, kept string, opts Options, progress func(done, total int), mend func(core.Store) error,
) error {
	err := bolt.Restore(ctx, path, from, kept, bolt.Options{Now: opts.Clock}, progress, func(temp string) error {
		return mendCopy(ctx, temp, from, opts, mend)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return openFailure(from, err)
	}
	return failure(path, err)
}

func mendCopy(ctx context.Context, temp, from string, opts Options, mend func(core.Store) error) (err error) {
	s, err := Open(ctx, temp, opts)
	if err != nil {
		return renamed(err, temp, from)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	first := ""
	if err := s.Check(ctx, func(fault string) {
		if first == "" {
			first = fault
		}
	}); err != nil {
		return renamed(err, temp, from)
	}
	if first != "" {
		return houseDamaged(from, first, nil)
	}
	return mend(s)
}

// renamed says the name of the file that was copied in the place of its copy, which nobody knows.
func renamed(err error, temp, from string) error {
	var known *core.Error
	if !errors.As(err, &known) {
		return err
	}
	e := *known
	e.Message, e.Next = strings.ReplaceAll(e.Message, temp, from), strings.ReplaceAll(e.Next, temp, from)
	return &e
}

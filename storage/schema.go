package storage

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"gatehouse/core"
	"gatehouse/storage/bolt"
	"gatehouse/storage/kv"
)

const (
	// format is the mark of every house.
	format = "gatehouse"
	// schema is the version of layout and values that this program writes.
	schema uint64 = 3
)

// migration brings a house from the schema before to this one. It must be pure, as the function of an Update.
type migration struct {
	to  uint64
	run func(w kv.Writer, tell func(done, total int)) error // tell: how many steps are done
}

// migrations in rising order, one for each schema above 1.
var migrations = []migration{
	// 2 has more tables. There is nothing to change; an older program must not open a house that uses them.
	{to: 2, run: func(kv.Writer, func(done, total int)) error { return nil }},
	// 3 knows more of accounts, visits and notices than an older program would keep.
	{to: 3, run: toSchema3},
}

// prepare looks at the format and schema of the house and migrates an older one.
func (s *Store) prepare(ctx context.Context) error {
	found, marked, err := s.schemaOf(ctx)
	switch {
	case err != nil:
		return err
	case !marked:
		s.unmarked.Store(true)
		return nil
	case found > s.opts.schema:
		return houseNewer(s.path)
	case found < s.opts.schema:
		return s.migrate(ctx, found)
	}
	return nil
}

// schemaOf reads the schema. A house without any key is not marked yet.
func (s *Store) schemaOf(ctx context.Context) (version uint64, marked bool, err error) {
	err = s.engine.View(ctx, func(r kv.Reader) error {
		name, found, err := r.Get(metaFormat)
		if err != nil {
			return err
		}
		if !found {
			return emptyOrForeign(r)
		}
		if string(name) != format {
			return &fault{what: fmt.Sprintf("it says that it is %q", name)}
		}
		value, found, err := r.Get(metaSchema)
		if err != nil {
			return err
		}
		if !found || len(value) != 8 {
			return &fault{what: "it does not say which version wrote it"}
		}
		version, marked = binary.BigEndian.Uint64(value), true
		return nil
	})
	return version, marked, err
}

func emptyOrForeign(r kv.Reader) error {
	for first := range 256 {
		err := r.Scan(kv.Range{Prefix: []byte{byte(first)}}, func(_, _ []byte) (bool, error) {
			return false, &fault{what: "it holds records but not the mark of a house"}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// mark writes format and schema.
func mark(w kv.Writer, version uint64) error {
	if err := w.Put(metaFormat, []byte(format)); err != nil {
		return err
	}
	return w.Put(metaSchema, appendNumber(nil, version))
}

// migrate keeps a copy of the file and brings the house up to date in one transaction.
func (s *Store) migrate(ctx context.Context, from uint64) error {
	if s.opts.ReadOnly {
		e := readOnly()
		e.Message = fmt.Sprintf("%s was written by an older version and has to be brought up to date first.", called(s.path))
		e.Next = "Start it without --read-only once."
		return e
	}
	if s.path != "" {
		if err := keepCopy(s.path, fmt.Sprintf("%s.before-v%d", s.path, s.opts.schema)); err != nil {
			return notWritable(s.path, "no copy could be kept beside it before bringing it up to date", err)
		}
	}
	return s.engine.Update(ctx, func(w kv.Writer) error {
		at := from
		tell := func(done, total int) { core.ProgressOf(ctx)("bringing the house up to date", done, total) }
		for _, m := range s.opts.migrations {
			if m.to <= at {
				continue
			}
			if m.to != at+1 {
				break
			}
			if err := m.run(w, tell); err != nil {
				return fmt.Errorf("bringing the house to schema %d: %w", m.to, err)
			}
			at = m.to
		}
		if at != s.opts.schema {
			return fmt.Errorf("no way leads from schema %d to %d", at, s.opts.schema)
		}
		return mark(w, at)
	})
}

// keepCopy copies the file, which nobody writes meanwhile, and gives the copy its name once it is on disk. A copy of
// other bytes that has this name already stays, and a number makes the name ours; one of the same bytes, from an
// attempt that failed, will do.
func keepCopy(path, to string) error {
	name := to
	for n := 2; ; n++ {
		same, err := sameBytes(path, name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return copyFile(path, name)
		case err != nil:
			return err
		case same:
			return nil
		}
		name = fmt.Sprintf("%s-%d", to, n)
	}
}

func sameBytes(a, b string) (bool, error) {
	right, err := os.Open(b)
	if err != nil {
		return false, err
	}
	defer func() { _ = right.Close() }()
	left, err := os.Open(a)
	if err != nil {
		return false, err
	}
	defer func() { _ = left.Close() }()
	one, two := make([]byte, 1<<20), make([]byte, 1<<20)
	for {
		n, err1 := io.ReadFull(left, one)
		m, err2 := io.ReadFull(right, two)
		ended1, ended2 := isEnd(err1), isEnd(err2)
		switch {
		case err1 != nil && !ended1:
			return false, err1
		case err2 != nil && !ended2:
			return false, err2
		case !bytes.Equal(one[:n], two[:m]) || ended1 != ended2:
			return false, nil
		case ended1:
			return true, nil
		}
	}
}

func isEnd(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

func copyFile(path, to string) (err error) {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	aside, err := bolt.NewAside(to)
	if err != nil {
		return err
	}
	defer func() { _ = aside.Close() }()
	out, err := os.OpenFile(aside.Path("copy"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Close()); err != nil {
		return err
	}
	return aside.Publish("copy", to)
}

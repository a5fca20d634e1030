package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/storage/kv"
)

// ErrThere says that a file stands where a new one was to be written.
var ErrThere = errors.New("there is a file of this name already")

// Progress is told how many bytes are done, and about how many there are.
type Progress func(done, total int)

func (p Progress) tell(done, total int64) {
	if p != nil {
		p(int(done), int(total))
	}
}

// CopyTo writes the file as of one moment to path, while others read and write.
// The copy has mode 0600, is walked like [Engine.Verify] does, and gets its
// name when it is on disk; a file that stands there is never replaced.
//
// Errors: ErrThere, kv.NotWritableError, and kv.DamagedError with the path of
// the house when it is the source that is damaged.
func (e *Engine) CopyTo(ctx context.Context, path string, progress Progress) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	return place(path, "backup", func(f *os.File) error {
		if err := e.copyInto(ctx, f, progress); err != nil {
			return err
		}
		return verifyCopy(ctx, f, e.path)
	})
}

// place makes a new file at path: written under another name, complete and on
// disk before it has its own.
func place(path, purpose string, write func(f *os.File) error) (err error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = ErrThere
		}
		return err
	}
	dir := filepath.Dir(path)
	defer func() {
		if cause := cannot(err); cause != nil {
			err = &kv.NotWritableError{Path: path, Cause: cause, Free: freeBytes(dir)}
		}
	}()
	temp, err := tempFile(path, purpose)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp) }()
	f, err := os.OpenFile(temp, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	if err := write(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := giveName(temp, path); err != nil {
		return err
	}
	return SyncFolder(dir)
}

// cannot gives why a file could not be written: also a missing folder, when it
// is a new file that was asked for.
func cannot(err error) error {
	if cause := refused(err); cause != nil {
		return cause
	}
	var path *fs.PathError
	if errors.As(err, &path) && errors.Is(err, fs.ErrNotExist) {
		return path.Err
	}
	return nil
}

// giveName is publish for a name that nobody may have taken meanwhile.
func giveName(temp, path string) error {
	err := os.Link(temp, path)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		return ErrThere
	default:
		return os.Rename(temp, path) // a file system without links
	}
}

// copyInto writes what a reader sees to f.
func (e *Engine) copyInto(ctx context.Context, f *os.File, progress Progress) (err error) {
	e.gate.RLock()
	defer e.gate.RUnlock()
	if e.db == nil {
		return kv.ErrClosed
	}
	defer faultsArePanics()()
	tx, err := e.beginTx(false)
	if err != nil {
		return err
	}
	defer func() {
		if v := recover(); v != nil {
			err = e.damaged(v)
		}
		_ = e.rollback(tx)
	}()
	to := &copying{ctx: ctx, to: f, total: tx.Size(), progress: progress}
	_, err = tx.WriteTo(to)
	if to.err != nil {
		return to.err // bbolt hands on its text only
	}
	return err
}

// copying counts what is written, and stops when it is no longer wanted.
type copying struct {
	ctx         context.Context
	to          io.Writer
	done, total int64
	progress    Progress
	err         error
}

func (c *copying) Write(b []byte) (int, error) {
	if c.err = c.ctx.Err(); c.err != nil {
		return 0, c.err
	}
	n, err := c.to.Write(b)
	c.done, c.err = c.done+int64(n), err
	c.progress.tell(c.done, max(c.total, c.done))
	return n, err
}

// verifyCopy walks a file that was just written. What is wrong in it was wrong
// in the house.
func verifyCopy(ctx context.Context, f *os.File, of string) error {
	return verifyFile(ctx, f, of)
}

func verifyFile(ctx context.Context, f *os.File, path string) error {
	st, err := f.Stat()
	if err != nil {
		return err
	}
	m, found := newestMeta(f, uint64(st.Size()))
	if !found {
		return &kv.DamagedError{Path: path, Reason: noMeta}
	}
	if !m.sensible() || m.pages > 1<<40 || uint64(st.Size()) < m.pages*m.pageSize {
		return &kv.DamagedError{Path: path, Reason: "it is cut, or its first pages point outside of it"}
	}
	return walkFile(ctx, f, m, path)
}

// Compact writes the rows into a new file without free pages, walks it, and
// puts it in the place of the old one. Writers wait meanwhile. Errors are those
// of Update; after one of them the old file stands as it was, unless it is
// kv.OutcomeUnknownError.
func (e *Engine) Compact(ctx context.Context, progress Progress) error {
	return e.alone(ctx, func() error {
		if e.refusal != nil {
			return e.refuse()
		}
		total := e.size.Load() - e.free.Load()
		err := e.rebuild(ctx, func(put func(key, value []byte) error) error {
			return e.View(ctx, func(r kv.Reader) error { return allRows(r, total, progress, put) })
		}, func(h handle) error { return verifyFile(ctx, h.file, e.path) })
		if err == nil {
			e.measure()
			return nil
		}
		for _, cause := range []error{harmless(err), refused(err)} {
			if cause != nil {
				return &kv.NotWritableError{Path: e.path, Cause: cause, Free: freeBytes(filepath.Dir(e.path))}
			}
		}
		return err
	})
}

// allRows hands over every row in order. The total is in bytes, and a guess.
func allRows(r kv.Reader, total int64, progress Progress, put func(key, value []byte) error) error {
	done, told := int64(0), int64(0)
	for first := range 256 {
		err := r.Scan(kv.Range{Prefix: []byte{byte(first)}}, func(key, value []byte) (bool, error) {
			done += int64(len(key) + len(value))
			if done-told > 1<<20 {
				told = done
				progress.tell(done, max(total, done))
			}
			return true, put(key, value)
		})
		if err != nil {
			return err
		}
	}
	progress.tell(max(total, done), max(total, done))
	return nil
}

// Rebuild writes all rows of another engine into a new file at path, walks it,
// and gives it its name: nothing that stands there is replaced. Errors as of
// CopyTo.
func Rebuild(ctx context.Context, from kv.Engine, path string, progress Progress) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	return place(path, "backup", func(f *os.File) error {
		db, err := openBolt(f.Name(), &bbolt.Options{NoSync: true, FreelistType: bbolt.FreelistMapType, Timeout: time.Second})
		if err != nil {
			return err
		}
		err = fill(ctx, db, func(put func(key, value []byte) error) error {
			return from.View(ctx, func(r kv.Reader) error { return allRows(r, from.Info().Size, progress, put) })
		})
		if err = errors.Join(err, db.Close()); err != nil {
			return err
		}
		return verifyFile(ctx, f, path)
	})
}

// Restore puts a copy of from in the place of the file at path, which nobody
// may have open, and keeps the replaced file under the name kept. What is put
// there is checked, not what it was copied from: the bytes are walked after
// they were copied, and mend may look at them and write into them. Until the
// very end the old file stands untouched; there is no moment without a file.
//
// Errors: kv.InUseError, kv.DamagedError with the path of from,
// kv.NotWritableError, fs.ErrNotExist for from, and those of mend.
func Restore(ctx context.Context, path, from, kept string, opts Options, mend func(temp string) error) error {
	opts = opts.withDefaults()
	path, err := resolve(path)
	if err != nil {
		return err
	}
	free, err := holdFile(path, opts)
	if err != nil {
		return err
	}
	defer free()
	temp, err := copyFor(ctx, path, from)
	if err != nil {
		return err
	}
	defer func() {
		left, _ := filepath.Glob(temp + "*") // with its note, and the copy that a migration keeps
		for _, name := range left {
			_ = os.Remove(name)
		}
	}()
	if err := mend(temp); err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := replace(temp, path, kept); err != nil {
		if cause := cannot(err); cause != nil {
			return &kv.NotWritableError{Path: path, Cause: cause, Free: freeBytes(dir)}
		}
		return err
	}
	return SyncFolder(dir)
}

// holdFile locks the file at path without reading it: it may be damaged.
func holdFile(path string, opts Options) (free func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return func() {}, nil
	case err != nil:
		if cause := refused(err); cause != nil {
			return nil, &kv.NotWritableError{Path: path, Cause: cause, Free: -1}
		}
		return nil, err
	}
	if err := lock(f, true, time.Now().Add(opts.LockWait)); err != nil {
		_ = f.Close()
		return nil, openError(path, err)
	}
	return func() { _ = f.Close() }, nil
}

// copyFor copies from to a file beside path and walks the copy.
func copyFor(ctx context.Context, path, from string) (temp string, err error) {
	in, err := os.Open(from)
	if err != nil {
		return "", err
	}
	defer func() { _ = in.Close() }()
	if st, err := in.Stat(); err != nil || !st.Mode().IsRegular() {
		return "", errors.Join(err, &kv.DamagedError{Path: from, Reason: "it is not a regular file"})
	}
	dir := filepath.Dir(path)
	defer func() {
		if cause := cannot(err); cause != nil {
			err = &kv.NotWritableError{Path: path, Cause: cause, Free: freeBytes(dir)}
		}
		if err != nil && temp != "" {
			_ = os.Remove(temp)
		}
	}()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	if temp, err = tempFile(path, "restore"); err != nil {
		return "", err
	}
	out, err := os.OpenFile(temp, os.O_RDWR, 0)
	if err != nil {
		return temp, err
	}
	defer func() { _ = out.Close() }()
	if _, err = io.Copy(&copying{ctx: ctx, to: out}, in); err != nil {
		return temp, err
	}
	if err = out.Sync(); err != nil {
		return temp, err
	}
	return temp, verifyFile(ctx, out, from)
}

// replace gives temp the name path, and what stood there the name kept.
func replace(temp, path, kept string) error {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return os.Rename(temp, path)
	}
	err := os.Link(path, kept)
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s: %w", kept, ErrThere)
	case err != nil: // a file system without links: for a moment there is no file
		if err := os.Rename(path, kept); err != nil {
			return err
		}
	}
	return os.Rename(temp, path)
}

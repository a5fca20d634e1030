package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
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
	writing, walking := halves(progress)
	return place(path, func(f *os.File) error {
		if err := e.copyInto(ctx, f, writing); err != nil {
			return err
		}
		return verifyFile(ctx, f, e.path, walking) // what is wrong in it was wrong in the house
	})
}

// place makes a new file at path: written aside, complete and on disk before it
// has its name.
func place(path string, write func(f *os.File) error) (err error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = ErrThere
		}
		return err
	}
	defer func() {
		if cause := cannot(err); cause != nil {
			err = &kv.NotWritableError{Path: path, Cause: cause, Free: freeBytes(filepath.Dir(path))}
		}
	}()
	aside, err := NewAside(path)
	if err != nil {
		return err
	}
	defer func() { _ = aside.Close() }()
	f, err := os.OpenFile(aside.Path(asideHouse), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	if err := write(f); err != nil {
		return err
	}
	return aside.Publish(asideHouse, path)
}

// asideHouse is the name of a house file in a folder of Aside.
const asideHouse = "house"

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

// halves gives one progress for writing a file and one for walking it afterwards,
// which go on from each other.
func halves(whole Progress) (writing, walking Progress) {
	if whole == nil {
		return nil, nil
	}
	size := int64(1)
	writing = func(done, total int) {
		size = max(int64(total), 1)
		whole.tell(int64(done), 2*size)
	}
	walking = func(done, total int) {
		whole.tell(size+int64(float64(size)*float64(done)/float64(max(total, 1))), 2*size)
	}
	return writing, walking
}

// verifyFile walks a file that was just written.
func verifyFile(ctx context.Context, f *os.File, path string, progress Progress) error {
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
	return walkFile(ctx, f, m, path, progress)
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
		writing, walking := halves(progress)
		err := e.rebuild(ctx, func(put func(key, value []byte) error) error {
			return e.View(ctx, func(r kv.Reader) error { return allRows(r, total, writing, put) })
		}, func(h handle) error { return verifyFile(ctx, h.file, e.path, walking) })
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
	writing, walking := halves(progress)
	return place(path, func(f *os.File) error {
		db, err := openBolt(f.Name(), &bbolt.Options{NoSync: true, FreelistType: bbolt.FreelistMapType, Timeout: time.Second})
		if err != nil {
			return err
		}
		err = fill(ctx, db, func(put func(key, value []byte) error) error {
			return from.View(ctx, func(r kv.Reader) error { return allRows(r, from.Info().Size, writing, put) })
		})
		if err = errors.Join(err, db.Close()); err != nil {
			return err
		}
		return verifyFile(ctx, f, path, walking)
	})
}

// Restore puts a copy of from in the place of the file at path, which nobody
// may have open, and keeps the replaced file under the name kept. What is put
// there is checked, not what it was copied from: the bytes are walked after
// they were copied, and mend may look at them and write into them. Until the
// very end the old file stands untouched; there is no moment without a file.
// progress is told of the copying.
//
// Errors: kv.InUseError, kv.DamagedError with the path of from,
// kv.NotWritableError, fs.ErrNotExist for from, and those of mend.
func Restore(
	ctx context.Context, path, from, kept string, opts Options, progress Progress, mend func(temp string) error,
) error {
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
	dropTwins(path)
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return notWritable(path, err)
	}
	aside, err := NewAside(path)
	if err != nil {
		return notWritable(path, err)
	}
	defer func() { _ = aside.Close() }() // with its note, and the copy that a migration keeps
	temp := aside.Path(asideHouse)
	if err := copyFor(ctx, temp, path, from, progress); err != nil {
		return err
	}
	if err := mend(temp); err != nil {
		return err
	}
	if err := replace(temp, path, kept); err != nil {
		return notWritable(path, err)
	}
	return SyncFolder(dir)
}

// notWritable gives the error of a file that could not be written its type.
func notWritable(path string, err error) error {
	if cause := cannot(err); cause != nil {
		return &kv.NotWritableError{Path: path, Cause: cause, Free: freeBytes(filepath.Dir(path))}
	}
	return err
}

// dropTwins removes second names of the file at path: a restore that was killed
// has given it one, under which the old house would have stayed.
func dropTwins(path string) {
	mine, err := os.Stat(path)
	if err != nil {
		return
	}
	entries, _ := os.ReadDir(filepath.Dir(path)) // a folder that cannot be listed has none that could go
	for _, e := range entries {
		if e.Name() == filepath.Base(path) || !strings.HasPrefix(e.Name(), filepath.Base(path)+KeptMark) {
			continue
		}
		twin := filepath.Join(filepath.Dir(path), e.Name())
		if there, err := os.Lstat(twin); err == nil && os.SameFile(mine, there) {
			_ = os.Remove(twin)
		}
	}
}

// KeptMark stands between the name of a house and the date in the name of the
// one that a restore has replaced.
const KeptMark = ".before-restore-"

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

// copyFor copies from to temp and walks the copy, which is for path.
func copyFor(ctx context.Context, temp, path, from string, progress Progress) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	st, err := in.Stat()
	if err != nil || !st.Mode().IsRegular() {
		return errors.Join(err, &kv.DamagedError{Path: from, Reason: "it is not a regular file"})
	}
	out, err := os.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return notWritable(path, err)
	}
	defer func() { _ = out.Close() }()
	writing, walking := halves(progress)
	if _, err = io.Copy(&copying{ctx: ctx, to: out, total: st.Size(), progress: writing}, in); err != nil {
		return notWritable(path, err)
	}
	if err = out.Sync(); err != nil {
		return notWritable(path, err)
	}
	return verifyFile(ctx, out, from, walking)
}

// replace gives temp the name path, and what stood there the name kept.
func replace(temp, path, kept string) error {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return giveName(temp, path)
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

package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"gatehouse/storage/kv"
)

// handle is an opened file.
type handle struct {
	db      *bbolt.DB
	file    *os.File
	refusal error // why it is open for reading only
}

// open opens an existing file, for reading only when it cannot be written.
func open(path string, opts Options) (handle, error) {
	deadline := time.Now().Add(opts.LockWait)
	if opts.ReadOnly {
		h, err := openMode(path, opts, true, deadline)
		h.refusal = &kv.NotWritableError{Path: path, Cause: errReadOnly, Free: -1}
		return h, err
	}
	h, err := openMode(path, opts, false, deadline)
	if !errors.Is(err, kv.ErrNotWritable) {
		return h, err
	}
	refusal := err
	if h, err = openMode(path, opts, true, deadline); err != nil {
		return h, err
	}
	h.refusal = refusal
	return h, nil
}

// openMode opens the file with bbolt. The file is locked and checked before
// bbolt sees it: bbolt reads its free list at once, trusting every byte.
func openMode(path string, opts Options, readOnly bool, deadline time.Time) (h handle, err error) {
	defer faultsArePanics()()
	defer func() {
		if v := recover(); v != nil {
			err = damaged(path, v)
		}
		if err != nil {
			abandon(h)
		}
	}()
	settings := &bbolt.Options{
		ReadOnly: readOnly, NoSync: opts.NoSync, FreelistType: bbolt.FreelistMapType,
		Timeout: time.Until(deadline), InitialMmapSize: initialMap(path),
		OpenFile: func(string, int, os.FileMode) (*os.File, error) {
			h.file, err = acquire(path, opts, readOnly, deadline)
			return h.file, err
		},
	}
	settings.Timeout = max(settings.Timeout, time.Millisecond)
	h.db, err = openBolt(path, settings)
	if err == nil {
		err = checkBuckets(h.db, path)
	}
	return h, openError(path, err)
}

// abandon closes what a failed opening leaves. A bbolt that panicked while it
// opened is no handle yet: closing the file is what frees the lock.
func abandon(h handle) {
	if h.db != nil {
		_ = h.db.Close()
	} else if h.file != nil {
		_ = h.file.Close()
	}
}

// openBolt opens a file. Where address space is capped, it lives with remapping.
func openBolt(path string, settings *bbolt.Options) (*bbolt.DB, error) {
	db, err := bbolt.Open(path, 0o600, settings)
	if errors.Is(err, syscall.ENOMEM) && settings.InitialMmapSize > 0 {
		settings.InitialMmapSize = 0
		return bbolt.Open(path, 0o600, settings)
	}
	return db, err
}

// openError gives bbolt's own errors their type.
func openError(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, berrors.ErrTimeout):
		return inUse(path)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return &kv.DamagedError{Path: path, Reason: err.Error(), Cause: err}
	default:
		return err
	}
}

// initialMap is the address range to reserve: mapping more than the file costs
// nothing on 64-bit Unix, elsewhere it may grow the file.
func initialMap(path string) int {
	if strconv.IntSize < 64 || runtime.GOOS == "windows" {
		return 0
	}
	size := int64(mapSize)
	if st, err := os.Stat(path); err == nil {
		size = max(size, 2*st.Size())
	}
	return int(size)
}

// acquire opens and locks the file and checks what can be checked cheaply.
func acquire(path string, opts Options, readOnly bool, deadline time.Time) (*os.File, error) {
	for {
		f, err := openFile(path, readOnly)
		if err != nil {
			return nil, err
		}
		if err := lock(f, !readOnly, deadline); err != nil {
			_ = f.Close()
			if errors.Is(err, berrors.ErrTimeout) {
				return nil, inUse(path)
			}
			return nil, err
		}
		if !current(f, path) {
			_ = f.Close() // somebody loaded a new file while we waited
			continue
		}
		err = checkMode(f, path)
		if err == nil {
			err = checkFile(f, path, opts.walk)
		}
		if err != nil {
			_ = f.Close()
			return nil, err
		}
		return f, nil
	}
}

func openFile(path string, readOnly bool) (*os.File, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, &kv.DamagedError{Path: path, Reason: "it is not a regular file"}
	}
	if readOnly {
		return os.Open(path)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if cause := refused(err); cause != nil {
		return nil, &kv.NotWritableError{Path: path, Cause: cause, Free: freeBytes(filepath.Dir(path))}
	}
	return f, err
}

// refused returns the reason when an error says that this file or folder must
// not or cannot be written.
func refused(err error) error {
	var no syscall.Errno
	if errors.As(err, &no) {
		for _, r := range room {
			if no == r {
				return no
			}
		}
	}
	return nil
}

// current says whether f is still the file at path.
func current(f *os.File, path string) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(mine, there)
}

// checkMode takes the right to read away from everybody but the owner.
func checkMode(f *os.File, path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	st, err := f.Stat()
	if err != nil {
		return err
	}
	if st.Mode().Perm()&0o077 == 0 {
		return nil
	}
	if err := f.Chmod(0o600); err != nil {
		return &kv.ExposedError{Path: path, Mode: uint32(st.Mode().Perm())}
	}
	return nil
}

// create makes a new file at a path, for the name path: complete and synced
// under another name first. When another process is quicker, its file stays.
func create(at, path string, opts Options) error {
	dir := filepath.Dir(at)
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		err = createIn(dir, at, opts)
	}
	if cause := refused(err); cause != nil {
		return &kv.NotWritableError{Path: path, Cause: cause, Free: freeBytes(dir)}
	}
	return err
}

func createIn(dir, path string, opts Options) error {
	temp, err := tempFile(path, "new")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp) }()
	db, err := bbolt.Open(temp, 0o600, &bbolt.Options{NoSync: opts.NoSync, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	if err := publish(temp, path); err != nil {
		return err
	}
	return SyncFolder(dir)
}

// publish gives temp its name without replacing a file that is there by now.
func publish(temp, path string) error {
	err := os.Link(temp, path)
	switch {
	case err == nil, errors.Is(err, fs.ErrExist), errors.Is(err, fs.ErrNotExist):
		return nil // ErrNotExist: the quicker process swept temp away
	default:
		return os.Rename(temp, path) // a file system without links
	}
}

// tempFile creates an empty file with mode 0600 beside path.
func tempFile(path, purpose string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), fmt.Sprintf(".%s.%s-*", filepath.Base(path), purpose))
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// sweepTemps removes what a crash left half made. Only the holder of the lock
// calls it, so nobody is loading; a creator that loses its file takes ours.
func sweepTemps(path string) {
	for _, purpose := range []string{"new", "load", "note", "restore"} {
		found, _ := filepath.Glob(filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%s-*", filepath.Base(path), purpose)))
		for _, name := range found {
			_ = os.Remove(name)
		}
	}
}

// SyncFolder makes the names in a folder durable: call it after creating or renaming a file there. Errors: those of the
// file system.
func SyncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	return d.Sync()
}

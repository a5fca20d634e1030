package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"

	berrors "go.etcd.io/bbolt/errors"

	"gatehouse/storage/kv"
)

// faultsArePanics makes a memory fault in this goroutine a panic that can be
// recovered, and returns the undo. The file is mapped into memory, so reading
// a page that the disk cannot deliver, or beyond a cut end, is such a fault.
func faultsArePanics() (undo func()) {
	old := debug.SetPanicOnFault(true)
	return func() { debug.SetPanicOnFault(old) }
}

// isFault says whether a recovered value is a fault in mapped memory.
func isFault(v any) bool {
	err, ok := v.(runtime.Error)
	if !ok {
		return false
	}
	_, ok = err.(interface{ Addr() uintptr })
	return ok
}

// damaged turns what bbolt panicked with into an error.
func (e *Engine) damaged(v any) error { return damaged(e.path, v) }

func damaged(path string, v any) error {
	if isFault(v) {
		return &kv.DamagedError{Path: path, Reason: "a page lies beyond the end of the file or cannot be read", Cause: v.(error)}
	}
	return &kv.DamagedError{Path: path, Reason: "a page holds what it should not", Cause: fmt.Errorf("%v", v)}
}

// room lists the errors after which a write can be tried again.
var room = []syscall.Errno{
	syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG, syscall.EROFS, syscall.EACCES, syscall.EPERM,
}

// failed sorts a commit error: either nothing was written and the next write
// may succeed, or nobody knows and no further write may happen. before is the
// number of the transaction that failed.
func (e *Engine) failed(err error, before int) error {
	if cause := harmless(err); cause != nil && e.unchanged(before) {
		return &kv.NotWritableError{Path: e.path, Cause: cause, Free: freeBytes(filepath.Dir(e.path))}
	}
	e.refusal = &kv.NotWritableError{Path: e.path, Cause: kv.ErrStopped, Free: -1}
	return &kv.OutcomeUnknownError{Path: e.path, Cause: err}
}

// harmless returns the cause when the error came from a write that was refused
// as a whole. Errors of a sync are never harmless: a second sync may succeed
// without the data.
func harmless(err error) error {
	if errors.Is(err, berrors.ErrMaxSizeReached) || errors.Is(err, berrors.ErrKeyTooLarge) || errors.Is(err, berrors.ErrValueTooLarge) {
		return err
	}
	var write *fs.PathError
	for _, no := range room {
		if errors.As(err, &write) && errors.Is(write.Err, no) {
			return no
		}
		// bbolt hands on the text only when the file cannot grow.
		if text := err.Error(); strings.HasPrefix(text, "file resize error:") && strings.HasSuffix(text, no.Error()) {
			return no
		}
	}
	return nil
}

// unchanged says whether readers still see the state before transaction number id.
func (e *Engine) unchanged(id int) bool {
	tx, err := e.beginTx(false)
	if err != nil {
		return false
	}
	now := tx.ID()
	return e.rollback(tx) == nil && now < id
}

// refuse returns the standing refusal with fresh figures.
func (e *Engine) refuse() error {
	var full *kv.NotWritableError
	if errors.As(e.refusal, &full) {
		return &kv.NotWritableError{Path: e.path, Cause: full.Cause, Free: freeBytes(filepath.Dir(e.path))}
	}
	return e.refusal
}

package kv

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// Reasons that need no detail. The detailed errors below answer to their
// reason with errors.Is.
var (
	// ErrClosed means that the engine was closed.
	ErrClosed = errors.New("the store is closed")
	// ErrDone means that a Reader or Writer was used after its function returned.
	ErrDone = errors.New("the transaction is over")
	// ErrScanning means that a Scan callback tried to write.
	ErrScanning = errors.New("no writes while a scan runs")
	// ErrKey means that a key is empty or longer than MaxKey bytes.
	ErrKey = errors.New("a key has between 1 and 32768 bytes")
	// ErrValue means that a value is longer than MaxValue bytes.
	ErrValue = errors.New("a value has at most 16 MiB")
	// ErrPrefix means that a Range has no prefix.
	ErrPrefix = errors.New("a scan needs a prefix of at least one byte")
	// ErrNotEmpty means that Load met an engine with keys in it.
	ErrNotEmpty = errors.New("the store is not empty")
	// ErrFull means that a write would grow the store above its limit; nothing was changed.
	ErrFull = errors.New("the store is as large as it may get")
	// ErrInUse is the reason of InUseError.
	ErrInUse = errors.New("the store is in use")
	// ErrDamaged is the reason of DamagedError.
	ErrDamaged = errors.New("the store is damaged")
	// ErrNotWritable is the reason of NotWritableError.
	ErrNotWritable = errors.New("the store cannot be written")
	// ErrOutcomeUnknown is the reason of OutcomeUnknownError.
	ErrOutcomeUnknown = errors.New("nobody can say whether the change was saved")
	// ErrExposed is the reason of ExposedError.
	ErrExposed = errors.New("others may read the store")
	// ErrStopped is the cause inside NotWritableError for every write after an
	// OutcomeUnknownError: the disk may not hold what memory shows.
	ErrStopped = errors.New("an earlier write failed and its outcome is unknown; close and open again")
)

// InUseError says that another process has the file. Is(ErrInUse).
type InUseError struct {
	Path  string
	PID   int       // 0 when the holder left no note
	Since time.Time // zero when the holder left no note
	// Reach is how to come to the holder instead, in the holder's own words:
	// printable ASCII, and not to be trusted more than the file it came from.
	// Empty when the holder said nothing.
	Reach string
}

func (e *InUseError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("%s is in use by another process", e.Path)
	}
	return fmt.Sprintf("%s is in use by process %d since %s", e.Path, e.PID, e.Since.UTC().Format(time.RFC3339))
}

// Is reports whether target is ErrInUse.
func (e *InUseError) Is(target error) bool { return target == ErrInUse }

// DamagedError says that the file is cut, altered, or not one of ours. Is(ErrDamaged).
type DamagedError struct {
	Path   string
	Reason string // what was found, in plain words
	Cause  error  // may be nil
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("%s is damaged or not a Gatehouse file: %s", e.Path, e.Reason)
}

// Is reports whether target is ErrDamaged.
func (e *DamagedError) Is(target error) bool { return target == ErrDamaged }

// Unwrap returns the cause.
func (e *DamagedError) Unwrap() error { return e.Cause }

// NotWritableError says that a write was refused and nothing was changed: disk
// full, file too large, read-only. Reading goes on, and the next write is tried
// afresh. Is(ErrNotWritable).
type NotWritableError struct {
	Path  string
	Cause error
	Free  int64 // free bytes on the disk, -1 when unknown
}

func (e *NotWritableError) Error() string {
	if e.Free < 0 {
		return fmt.Sprintf("cannot write %s: %v", e.Path, e.Cause)
	}
	return fmt.Sprintf("cannot write %s: %v (%d bytes free)", e.Path, e.Cause, e.Free)
}

// Is reports whether target is ErrNotWritable.
func (e *NotWritableError) Is(target error) bool { return target == ErrNotWritable }

// Unwrap returns the cause.
func (e *NotWritableError) Unwrap() error { return e.Cause }

// OutcomeUnknownError says that a commit failed at a point where the change may
// or may not be on disk. The engine takes no more writes. Is(ErrOutcomeUnknown).
type OutcomeUnknownError struct {
	Path  string
	Cause error
}

func (e *OutcomeUnknownError) Error() string {
	return fmt.Sprintf("writing %s failed, and nobody can say whether the change was saved: %v", e.Path, e.Cause)
}

// Is reports whether target is ErrOutcomeUnknown.
func (e *OutcomeUnknownError) Is(target error) bool { return target == ErrOutcomeUnknown }

// Unwrap returns the cause.
func (e *OutcomeUnknownError) Unwrap() error { return e.Cause }

// ExposedError says that group or others may read or write the file and that we
// could not take that right away. Is(ErrExposed).
type ExposedError struct {
	Path string
	Mode uint32 // permission bits found
}

func (e *ExposedError) Error() string {
	return fmt.Sprintf("%s has mode %04o, others may read it, and only its owner can change that: chmod 600 %s", e.Path, e.Mode, e.Path)
}

// Is reports whether target is ErrExposed.
func (e *ExposedError) Is(target error) bool { return target == ErrExposed }

// PanicError is a panic in the function given to Update or Load.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic in a transaction: %v", e.Value) }

// Unwrap returns the value when it was an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Run calls fn and turns a panic in it into a PanicError.
func Run(fn func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return fn()
}

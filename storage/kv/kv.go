// Package kv is the contract between the typed storage layer and its engines.
//
// An engine keeps ordered byte keys and knows nothing about what they mean.
// The first byte of a key is its collection; an engine may keep each
// collection apart, so a scan always stays inside one of them.
//
// Three things that every engine needs are written once, here: the write
// Overlay (read your own writes, one sorted write list at commit), the ordered
// Tree under it, and the Hub that tells watchers what was committed.
//
// Rules for callers, the same for every engine:
//
//   - A View lives for one page of a list or one slice of a long job. A view
//     that is held open keeps bbolt from reusing pages, and the file grows
//     exponentially (design storage.md 1.5).
//   - Never open a view or an update inside another one: with bbolt this can
//     deadlock when the file is remapped.
//   - Bytes handed out by Get and Scan are valid only until the function that
//     got the Reader returns. They must not be changed. Decode or copy.
//   - The function given to Update may run more than once, so it must be pure:
//     no input or output, no clock, no random numbers, nothing counted outside.
package kv

import (
	"bytes"
	"context"
)

// The longest key and value in bytes that every engine takes.
const (
	MaxKey   = 32768
	MaxValue = 16 << 20
)

// Engine is an ordered key/value store with serializable transactions. All
// methods may be called from several goroutines.
type Engine interface {
	// View runs fn on a consistent snapshot of committed data and returns fn's
	// error. ctx is looked at before fn starts; fn itself decides how long it
	// runs. Errors of its own: ErrClosed, DamagedError.
	View(ctx context.Context, fn func(Reader) error) error

	// Update runs fn and commits what it wrote, all of it or nothing. The
	// result is as if all updates ran one after another. When fn returns an
	// error nothing is written and that error is returned. A panic in fn comes
	// back as PanicError. When ctx ends before fn has started, fn does not run;
	// once fn has run, Update waits for the outcome. Errors of its own:
	// ErrClosed, DamagedError, NotWritableError (nothing was written),
	// OutcomeUnknownError (nobody can say; the engine takes no more writes).
	Update(ctx context.Context, fn func(Writer) error) error

	// Watch tells about commits from now on. The channel holds one Change at
	// most: when the receiver is slow, changes are merged in place, so the
	// writer never waits. The channel is closed when ctx ends or the engine is
	// closed. A commit is announced before its Update returns.
	Watch(ctx context.Context) <-chan Change

	// Load fills an empty engine in bulk, all or nothing. rows calls put for
	// every row; rows in key order load fastest; a key put twice keeps its last
	// value. put copies what it is given. look, when given, gets an engine that
	// reads what was loaded, before anybody else can see it; when it fails
	// nothing was written. Writers wait meanwhile. Errors of its own:
	// NotEmptyError, and those of Update.
	Load(ctx context.Context, rows func(put func(key, value []byte) error) error, look func(Engine) error) error

	// Info says what the engine is and how it is doing. It is cheap.
	Info() Info

	// Close waits for running views and updates and frees the engine. Every
	// later call answers ErrClosed. Closing twice is fine.
	Close() error
}

// Verifier is an engine whose file can be walked from end to end: for checks,
// before anything in it is believed.
type Verifier interface {
	// Verify returns a DamagedError with the first fault in the file's
	// structure. Writers wait meanwhile, views go on.
	Verify(ctx context.Context) error
}

// Reader reads one snapshot. It belongs to one goroutine and is dead once the
// function that got it has returned.
type Reader interface {
	// Get returns the value under key. An empty value is found and has length
	// 0; an absent one is not found.
	Get(key []byte) (value []byte, found bool, err error)

	// Scan calls fn for the keys of r in order until fn answers false, fails,
	// or no key is left. It returns fn's error. fn may read from the same
	// Reader, but a write from inside fn fails with ErrScanning.
	Scan(r Range, fn func(key, value []byte) (more bool, err error)) error
}

// Writer is a Reader that sees its own writes.
type Writer interface {
	Reader
	// Put sets the value under key; both are copied. A key of 0 or more than
	// MaxKey bytes is refused with ErrKey, a value of more than MaxValue bytes
	// with ErrValue.
	Put(key, value []byte) error
	// Delete removes key; an absent key is no error.
	Delete(key []byte) error
}

// Range says which keys a Scan visits, and in which direction.
type Range struct {
	// Prefix is what every key starts with; at least one byte (the collection).
	Prefix []byte
	// From is a whole key. A forward scan starts at the first key that is not
	// below it, a reverse scan at the last key that is not above it. Empty
	// means from the end that the direction starts at. It need not exist, nor
	// lie inside Prefix.
	From []byte
	// Reverse scans from high to low keys.
	Reverse bool
}

// Check returns ErrPrefix for a range without a prefix.
func (r Range) Check() error {
	if len(r.Prefix) == 0 {
		return ErrPrefix
	}
	return nil
}

// Start is the key at which a scan begins. Forward: the first key at or after
// key. Reverse: the last key before it, or at it when inclusive; with bounded
// false there is no such key and the scan starts at the very last one. From
// there on, the scan goes on for as long as keys have the prefix.
func (r Range) Start() (key []byte, inclusive, bounded bool) {
	if !r.Reverse {
		if bytes.Compare(r.From, r.Prefix) > 0 {
			return r.From, true, true
		}
		return r.Prefix, true, true
	}
	end := prefixEnd(r.Prefix)
	if len(r.From) > 0 && (end == nil || bytes.Compare(r.From, end) < 0) {
		return r.From, true, true
	}
	return end, false, end != nil
}

// prefixEnd is the first key above all keys with the prefix, nil if none is.
func prefixEnd(prefix []byte) []byte {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xff {
			end := bytes.Clone(prefix[:i+1])
			end[i]++
			return end
		}
	}
	return nil
}

// CheckKey returns ErrKey for a key that no engine takes.
func CheckKey(key []byte) error {
	if len(key) == 0 || len(key) > MaxKey {
		return ErrKey
	}
	return nil
}

// CheckRow returns ErrKey or ErrValue for a row that no engine takes.
func CheckRow(key, value []byte) error {
	if len(value) > MaxValue {
		return ErrValue
	}
	return CheckKey(key)
}

// Change tells what was committed since the last Change of the same watcher.
type Change struct {
	// Keys that were put or deleted. One commit's keys are in order; the keys
	// of merged commits follow each other and may repeat. Do not modify.
	Keys [][]byte
	// All is set when the list was cut (or after Load): anything may have changed.
	All bool
}

// Info describes an engine.
type Info struct {
	Engine    string  // "bolt", "memory"
	Path      string  // the file, empty for memory
	ReadOnly  bool    // opened for reading only, by wish or because the file cannot be written
	Size      int64   // bytes: of the file, or of keys and values in memory
	FreeShare float64 // share of the file's pages that are free, 0 to 1
	Updates   uint64  // updates that were committed since the engine was opened
	Commits   uint64  // commits that carried them; fewer when updates shared one
	LongViews uint64  // views that were held for more than one second
}

package bolt

import (
	"bytes"

	"go.etcd.io/bbolt"

	"gatehouse/storage/kv"
)

// reader reads one bbolt transaction.
type reader struct {
	tx          *bbolt.Tx // nil when the transaction is over
	path        string
	collections []collection
	// inside is true while bbolt runs, so that a panic can be told from one of
	// the caller's function.
	inside bool
	// brief is set for a file that is looked at once; touched counts its rows.
	brief   bool
	touched int
}

// briefRows is how many rows of a file that is looked at once lie between two
// times of letting go of its pages. Each row may map several.
const briefRows = 256

// touch notes that a row is looked at.
func (r *reader) touch() {
	if r.touched++; r.brief && r.touched%briefRows == 0 {
		forget(r.tx)
	}
}

// collection is an opened bucket with a cursor for point reads.
type collection struct {
	first  byte
	bucket *bbolt.Bucket // nil when there is none
	cursor *bbolt.Cursor
}

// open returns the collection of a key. A transaction touches few, so a list
// is quicker than a map.
func (r *reader) open(first byte) collection {
	for _, c := range r.collections {
		if c.first == first {
			return c
		}
	}
	c := collection{first: first, bucket: r.tx.Bucket([]byte{first})}
	if c.bucket != nil {
		c.cursor = c.bucket.Cursor()
	}
	r.collections = append(r.collections, c)
	return c
}

// Get implements kv.Reader.
func (r *reader) Get(key []byte) ([]byte, bool, error) {
	if r.tx == nil {
		return nil, false, kv.ErrDone
	}
	if err := kv.CheckKey(key); err != nil {
		return nil, false, err
	}
	r.inside = true
	c := r.open(key[0])
	if c.bucket == nil {
		r.inside = false
		return nil, false, nil
	}
	r.touch()
	k, v := c.cursor.Seek(key)
	found := bytes.Equal(k, key)
	r.inside = false
	if !found {
		return nil, false, nil
	}
	if len(v) > kv.MaxValue {
		return nil, false, r.tooLong()
	}
	return v, true, nil
}

// tooLong is the answer to a length that no row has: reading on would touch
// gigabytes.
func (r *reader) tooLong() error {
	return &kv.DamagedError{Path: r.path, Reason: "a row is longer than any that was written"}
}

// Scan implements kv.Reader.
func (r *reader) Scan(in kv.Range, fn func(key, value []byte) (bool, error)) error {
	if r.tx == nil {
		return kv.ErrDone
	}
	if err := in.Check(); err != nil {
		return err
	}
	r.inside = true
	c := r.open(in.Prefix[0])
	if c.bucket == nil {
		r.inside = false
		return nil
	}
	cursor := c.bucket.Cursor()
	k, v := first(cursor, in)
	whole := len(in.Prefix) == 1 // the bucket: no need to touch the keys
	for k != nil && (whole || bytes.HasPrefix(k, in.Prefix)) {
		r.inside = false
		if len(v) > kv.MaxValue {
			return r.tooLong()
		}
		more, err := fn(k, v)
		if err != nil || !more {
			return err
		}
		r.inside = true
		r.touch()
		if in.Reverse {
			k, v = cursor.Prev()
		} else {
			k, v = cursor.Next()
		}
	}
	r.inside = false
	return nil
}

// first moves the cursor to where the scan starts.
func first(cursor *bbolt.Cursor, in kv.Range) (key, value []byte) {
	start, inclusive, bounded := in.Start()
	if !bounded {
		return cursor.Last()
	}
	key, value = cursor.Seek(start)
	switch {
	case !in.Reverse, inclusive && bytes.Equal(key, start):
		return key, value
	case key == nil:
		return cursor.Last()
	default:
		return cursor.Prev()
	}
}

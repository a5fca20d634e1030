package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"gatehouse/storage/kv"
)

const (
	// verifyAtOpen is the size in bytes up to which a file's structure is
	// walked whenever it is opened. bbolt trusts every number in a page: a wrong
	// one can send it into endless recursion or make it allocate gigabytes,
	// which nobody can recover from. A larger file is walked by Verify only.
	verifyAtOpen = 16 << 20
	// maxDepth is far more than any tree of this file format has levels.
	maxDepth = 64
	// element is the length of a row's entry at the start of a page.
	element = 16
	// tellPages is how many pages lie between two reports of progress.
	tellPages = 4096
	// bucketHeader is the length of what stands before a bucket's inline page.
	bucketHeader = 16
)

// Verify implements kv.Verifier: every page is reached once,
// lies inside the file, is of the right kind, and has its keys in order. It
// reads the file past bbolt and cannot be harmed by what it finds. Writers wait
// meanwhile (about two seconds for five GiB). kv.DamagedError names the first
// fault found.
func (e *Engine) Verify(ctx context.Context) error {
	return e.alone(ctx, func() error {
		st, err := e.file.Stat()
		if err != nil {
			return err
		}
		m, found := newestMeta(e.file, uint64(st.Size()))
		if !found {
			return &kv.DamagedError{Path: e.path, Reason: noMeta}
		}
		return walkFile(ctx, e.file, m, e.path, nil)
	})
}

func walkFile(ctx context.Context, f io.ReaderAt, m meta, path string, progress Progress) error {
	w := &walker{ctx: ctx, file: f, meta: m, tell: progress, seen: make([]uint64, m.pages/64+1)}
	err := w.freelist()
	if err == nil {
		err = w.page(m.root, nil, nil, 0, w.buckets)
	}
	var fault *fault
	if errors.As(err, &fault) {
		return &kv.DamagedError{Path: path, Reason: fault.text}
	}
	return err
}

// fault is what a walk found.
type fault struct{ text string }

func (f *fault) Error() string { return f.text }

func faultf(format string, args ...any) error { return &fault{fmt.Sprintf(format, args...)} }

// walker goes through the pages of a file.
type walker struct {
	ctx     context.Context
	file    io.ReaderAt
	meta    meta
	tell    Progress
	pages   uint64           // that were claimed
	seen    []uint64         // a bit for each page
	buffers [maxDepth][]byte // one page of each level; parents keep theirs while children are walked
}

// claim marks the pages of one block as used.
func (w *walker) claim(id, overflow uint64) error {
	if w.pages += overflow + 1; w.pages%tellPages <= overflow {
		w.tell.tell(int64(min(w.pages, w.meta.pages)), int64(w.meta.pages))
	}
	for p := id; p <= id+overflow; p++ {
		if w.seen[p/64]&(1<<(p%64)) != 0 {
			return faultf("page %d is used twice", p)
		}
		w.seen[p/64] |= 1 << (p % 64)
	}
	return nil
}

// freelist claims the list of free pages and what stands in it; checkFreelist
// has looked at it.
func (w *walker) freelist() error {
	if err := checkFreelist(w.file, w.meta, w.claim); err != nil {
		return faultf("its list of free pages is broken: %v", err)
	}
	return nil
}

// read loads a page with its overflow into the buffer of its level.
func (w *walker) read(id uint64, depth int) (page []byte, err error) {
	if id < 2 || id >= w.meta.pages {
		return nil, faultf("page %d does not exist", id)
	}
	if depth == maxDepth {
		return nil, faultf("page %d lies too deep", id)
	}
	at, one := int64(id*w.meta.pageSize), w.meta.pageSize
	if w.buffers[depth] == nil {
		w.buffers[depth] = make([]byte, one)
	}
	page = w.buffers[depth][:one]
	if _, err := w.file.ReadAt(page, at); err != nil {
		return nil, faultf("page %d cannot be read: %v", id, err)
	}
	_, _, overflow, err := header(page, w.meta, id)
	if err != nil {
		return nil, faultf("page %d: %v", id, err)
	}
	if err := w.claim(id, uint64(overflow)); err != nil {
		return nil, err
	}
	if overflow > 0 {
		size := (uint64(overflow) + 1) * one
		if uint64(cap(page)) < size {
			page = append(make([]byte, 0, size), page...)
			w.buffers[depth] = page
		}
		page = page[:size]
		if _, err := w.file.ReadAt(page[one:], at+int64(one)); err != nil {
			return nil, faultf("page %d cannot be read: %v", id, err)
		}
	}
	return page, w.ctx.Err()
}

// page walks the tree under a page, whose keys must lie in [low, high), and
// hands the entries of its leaves to row.
func (w *walker) page(id uint64, low, high []byte, depth int, row func(flags uint32, key, value []byte, depth int) error) error {
	page, err := w.read(id, depth)
	if err != nil {
		return err
	}
	switch flags := binary.NativeEndian.Uint16(page[8:]); flags {
	case leafPage:
		return leaf(page, id, low, high, func(flags uint32, key, value []byte) error { return row(flags, key, value, depth) })
	case branchPage:
		return w.branch(page, id, low, high, func(child uint64, low, high []byte) error {
			return w.page(child, low, high, depth+1, row)
		})
	default:
		return faultf("page %d has the unknown kind %d", id, flags)
	}
}

func (w *walker) branch(page []byte, id uint64, low, high []byte, child func(id uint64, low, high []byte) error) error {
	order, n := binary.NativeEndian, int(binary.NativeEndian.Uint16(page[10:]))
	if n == 0 {
		return faultf("page %d has no children", id)
	}
	key := func(i int) ([]byte, error) {
		at := pageHeader + i*element
		if at+element > len(page) {
			return nil, faultf("page %d has too many entries", id)
		}
		return part(page, id, uint64(at)+uint64(order.Uint32(page[at:])), uint64(order.Uint32(page[at+4:])))
	}
	this, err := key(0)
	if err != nil {
		return err
	}
	for i := range n {
		next := high
		if i+1 < n {
			if next, err = key(i + 1); err != nil {
				return err
			}
		}
		if !between(this, low, next) {
			return faultf("page %d has its keys in the wrong order", id)
		}
		if err := child(order.Uint64(page[pageHeader+i*element+8:]), this, next); err != nil {
			return err
		}
		low, this = this, next
	}
	return nil
}

// leaf checks the entries of a leaf page and hands each to row.
func leaf(page []byte, id uint64, low, high []byte, row func(flags uint32, key, value []byte) error) error {
	order, n := binary.NativeEndian, int(binary.NativeEndian.Uint16(page[10:]))
	for i := range n {
		at := pageHeader + i*element
		if at+element > len(page) {
			return faultf("page %d has too many entries", id)
		}
		keyAt, keyLen := uint64(at)+uint64(order.Uint32(page[at+4:])), uint64(order.Uint32(page[at+8:]))
		key, err := part(page, id, keyAt, keyLen)
		if err != nil {
			return err
		}
		value, err := part(page, id, keyAt+keyLen, uint64(order.Uint32(page[at+12:])))
		if err != nil {
			return err
		}
		if !between(key, low, high) || i > 0 && bytes.Equal(key, low) {
			return faultf("page %d has its keys in the wrong order", id)
		}
		if err := row(order.Uint32(page[at:]), key, value); err != nil {
			return err
		}
		low = key
	}
	return nil
}

// part cuts length bytes at an offset out of a page.
func part(page []byte, id, at, length uint64) ([]byte, error) {
	if at > uint64(len(page)) || length > uint64(len(page))-at {
		return nil, faultf("page %d has an entry that lies outside of it", id)
	}
	return page[at : at+length], nil
}

// between says whether low <= key < high, where nil is no bound.
func between(key, low, high []byte) bool {
	return bytes.Compare(low, key) <= 0 && (high == nil || bytes.Compare(key, high) < 0)
}

// buckets takes an entry of the root: a collection, kept in pages of its own or,
// when it is small, in a page inside the entry.
func (w *walker) buckets(flags uint32, key, value []byte, depth int) error {
	if flags != 1 || len(key) != 1 {
		return faultf("it is a bbolt file of another program")
	}
	if len(value) < bucketHeader {
		return faultf("collection %#x is cut", key)
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		return w.page(root, nil, nil, depth+1, rows)
	}
	inline := value[bucketHeader:]
	if len(inline) < pageHeader || binary.NativeEndian.Uint16(inline[8:]) != leafPage {
		return faultf("collection %#x is cut", key)
	}
	return leaf(inline, 0, nil, nil, func(flags uint32, key, value []byte) error { return rows(flags, key, value, depth) })
}

// rows takes an entry of a collection.
func rows(flags uint32, key, value []byte, _ int) error {
	if flags != 0 || kv.CheckKey(key) != nil || len(value) > kv.MaxValue {
		return faultf("the row %.40q is not one of ours", key)
	}
	return nil
}

package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"

	"go.etcd.io/bbolt"

	"gatehouse/storage/kv"
)

// What bbolt writes (its file format 2), as far as it is checked here. Numbers
// are in the byte order of the machine.
//
//	page:  id u64, flags u16, count u16, overflow u32, then its content
//	meta:  magic u32, version u32, page size u32, flags u32, root page u64,
//	       root sequence u64, free list page u64, pages in use u64,
//	       transaction u64, checksum u64 (FNV-1a of all before it)
const (
	pageHeader = 16
	metaLength = 64
	metaMagic  = 0xED0CDAED
	metaFormat = 2

	branchPage = 0x01
	leafPage   = 0x02
	freePage   = 0x10
	manyFree   = 0xFFFF // the count is the first number of the content instead
)

// noMeta is the fault of a file that is none of bbolt's.
const noMeta = "its first pages are not those of a bbolt file"

// meta is what one of the two meta pages says.
type meta struct {
	pageSize, root, freelist, pages, tx uint64
}

// sensible says whether the pages that m names can be there.
func (m meta) sensible() bool {
	return m.root >= 2 && m.root < m.pages && m.freelist >= 2 && m.freelist < m.pages && m.root != m.freelist
}

// checkFile looks at the meta pages, the file's length, the root page and the
// free list. Of a large file it reads no data pages, so that its cost does not
// grow with the data; a small one is walked as a whole.
func checkFile(f *os.File, path string, walk int64) error {
	st, err := f.Stat()
	if err != nil {
		return err
	}
	bad := func(format string, args ...any) error {
		return &kv.DamagedError{Path: path, Reason: fmt.Sprintf(format, args...)}
	}
	if st.Size() == 0 {
		return bad("it is empty")
	}
	m, found := newestMeta(f, uint64(st.Size()))
	if !found {
		return bad(noMeta)
	}
	if need := m.pages * m.pageSize; m.pages > 1<<40 || uint64(st.Size()) < need {
		return bad("it is cut: %d of at least %d bytes are there", st.Size(), need)
	}
	if !m.sensible() {
		return bad("its first pages point outside of it")
	}
	if int64(m.pages*m.pageSize) <= walk {
		return walkFile(context.Background(), f, m, path, nil)
	}
	if flags, _, _, err := pageAt(f, m, m.root); err != nil || flags != branchPage && flags != leafPage {
		return bad("its root page is not one")
	}
	if err := checkFreelist(f, m, func(uint64, uint64) error { return nil }); err != nil {
		return bad("its list of free pages is broken: %v", err)
	}
	return nil
}

// newestMeta finds the valid meta page with the highest transaction.
func newestMeta(f io.ReaderAt, size uint64) (newest meta, found bool) {
	first, ok := metaAt(f, 0)
	if ok {
		newest, found = first, true
	}
	for at := uint64(1024); at <= 1<<16 && at < size; at <<= 1 {
		if ok && at != first.pageSize {
			continue
		}
		if m, ok := metaAt(f, int64(at)); ok && m.pageSize == at && (!found || m.tx > newest.tx) {
			newest, found = m, true
		}
	}
	return newest, found
}

func metaAt(f io.ReaderAt, at int64) (m meta, ok bool) {
	var page [pageHeader + metaLength]byte
	if _, err := f.ReadAt(page[:], at); err != nil {
		return m, false
	}
	order, b := binary.NativeEndian, page[pageHeader:]
	sum := fnv.New64a()
	_, _ = sum.Write(b[:56])
	if order.Uint32(b) != metaMagic || order.Uint32(b[4:]) != metaFormat || order.Uint64(b[56:]) != sum.Sum64() {
		return m, false
	}
	m = meta{
		pageSize: uint64(order.Uint32(b[8:])), root: order.Uint64(b[16:]), freelist: order.Uint64(b[32:]),
		pages: order.Uint64(b[40:]), tx: order.Uint64(b[48:]),
	}
	return m, m.pageSize >= 1024 && m.pageSize <= 1<<16 && m.pageSize&(m.pageSize-1) == 0
}

// pageAt reads a page's header.
func pageAt(f io.ReaderAt, m meta, id uint64) (flags uint16, count uint16, overflow uint32, err error) {
	var h [pageHeader]byte
	if _, err := f.ReadAt(h[:], int64(id*m.pageSize)); err != nil {
		return 0, 0, 0, err
	}
	return header(h[:], m, id)
}

// header takes a page's header apart.
func header(h []byte, m meta, id uint64) (flags uint16, count uint16, overflow uint32, err error) {
	order := binary.NativeEndian
	overflow = order.Uint32(h[12:])
	if order.Uint64(h[:]) != id {
		return 0, 0, 0, errors.New("a page has the wrong number")
	}
	if uint64(overflow) >= m.pages-id {
		return 0, 0, 0, errors.New("a page is longer than the file")
	}
	return order.Uint16(h[8:]), order.Uint16(h[10:]), overflow, nil
}

// checkFreelist wants page numbers in rising order, none of them in use by the
// meta page: bbolt would write over what they name. It claims the list's own
// pages and every free one.
func checkFreelist(f io.ReaderAt, m meta, claim func(id, overflow uint64) error) error {
	flags, count, overflow, err := pageAt(f, m, m.freelist)
	if err != nil {
		return err
	}
	if flags != freePage {
		return errors.New("another page is in its place")
	}
	if err := claim(m.freelist, uint64(overflow)); err != nil {
		return err
	}
	list := make([]byte, (uint64(overflow)+1)*m.pageSize-pageHeader)
	if _, err := f.ReadAt(list, int64(m.freelist*m.pageSize)+pageHeader); err != nil {
		return err
	}
	order, n := binary.NativeEndian, uint64(count)
	if count == manyFree {
		n, list = order.Uint64(list), list[8:]
	}
	if n > uint64(len(list))/8 {
		return errors.New("it is longer than its pages")
	}
	last := uint64(1)
	for i := range n {
		id := order.Uint64(list[8*i:])
		if id <= last || id >= m.pages || id == m.root || id == m.freelist {
			return errors.New("it names a page twice or one in use")
		}
		if err := claim(id, 0); err != nil {
			return err
		}
		last = id
	}
	return nil
}

// checkBuckets refuses a bbolt file of some other program: ours has nothing but
// buckets named by one byte.
func checkBuckets(db *bbolt.DB, path string) error {
	return db.View(func(tx *bbolt.Tx) error {
		cursor := tx.Cursor()
		for name, value := cursor.First(); name != nil; name, value = cursor.Next() {
			if len(name) != 1 || value != nil {
				return &kv.DamagedError{Path: path, Reason: "it is a bbolt file of another program"}
			}
		}
		return nil
	})
}

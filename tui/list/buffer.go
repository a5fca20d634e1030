package list

// entry is a row of the buffer with its drawn line.
type entry[R any] struct {
	row   R
	id    string
	line  string
	drawn uint64 // generation of line; 0 = not drawn
}

// cut is a page border inside the buffer: rows from start on came with these cursors around them.
type cut struct {
	start      int
	prev, next string
}

// buffer is the bounded part of the collection that is in memory.
type buffer[R any] struct {
	rows           []entry[R]
	cuts           []cut
	atStart, atEnd bool
	base           int // position of rows[0] in the collection; below zero: unknown
	total          int // below zero: unknown
}

func (b *buffer[R]) prev() string {
	if len(b.cuts) == 0 {
		return ""
	}
	return b.cuts[0].prev
}

func (b *buffer[R]) next() string {
	if len(b.cuts) == 0 {
		return ""
	}
	return b.cuts[len(b.cuts)-1].next
}

// find returns the index of an id, or -1. near is where it is looked for first.
func (b *buffer[R]) find(id string, near int) int {
	if near >= 0 && near < len(b.rows) && b.rows[near].id == id {
		return near
	}
	for i := range b.rows {
		if b.rows[i].id == id {
			return i
		}
	}
	return -1
}

func (b *buffer[R]) append(p Page[R], id func(R) string) {
	if len(p.Rows) == 0 && len(b.cuts) > 0 {
		b.cuts[len(b.cuts)-1].next = p.Next
	} else {
		b.cuts = append(b.cuts, cut{len(b.rows), p.Prev, p.Next})
	}
	for _, r := range p.Rows {
		b.rows = append(b.rows, entry[R]{row: r, id: id(r)})
	}
	b.atEnd = p.Done || p.Next == ""
	b.learn(p.Total)
}

func (b *buffer[R]) prepend(p Page[R], id func(R) string) {
	n := len(p.Rows)
	if n == 0 && len(b.cuts) > 0 {
		b.cuts[0].prev = p.Prev
	} else {
		for i := range b.cuts {
			b.cuts[i].start += n
		}
		b.cuts = append([]cut{{0, p.Prev, p.Next}}, b.cuts...)
	}
	rows := make([]entry[R], 0, n+len(b.rows))
	for _, r := range p.Rows {
		rows = append(rows, entry[R]{row: r, id: id(r)})
	}
	b.rows = append(rows, b.rows...)
	b.atStart = p.Done || p.Prev == ""
	if b.base >= 0 {
		b.base = max(b.base-n, 0)
	}
	if b.atStart {
		b.base = 0
	}
	b.learn(p.Total)
}

func (b *buffer[R]) learn(total int) {
	b.total = total
	if total < 0 && b.atEnd && b.base >= 0 {
		b.total = b.base + len(b.rows)
	}
	if b.total >= 0 && b.atEnd && b.base < 0 {
		b.base = max(b.total-len(b.rows), 0)
	}
}

// trimFront drops whole pages from the front while more than limit rows are kept and the row at keep stays.
// It returns how many rows went.
func (b *buffer[R]) trimFront(limit, keep int) int {
	gone := 0
	for len(b.cuts) > 1 && len(b.rows)-gone > limit && b.cuts[1].start <= keep && b.cuts[1].prev != "" {
		gone = b.cuts[1].start
		b.cuts = b.cuts[1:]
	}
	if gone == 0 {
		return 0
	}
	b.rows = append([]entry[R](nil), b.rows[gone:]...)
	b.cuts = append([]cut(nil), b.cuts...)
	for i := range b.cuts {
		b.cuts[i].start -= gone
	}
	b.atStart = false
	if b.base >= 0 {
		b.base += gone
	}
	return gone
}

// trimBack drops whole pages from the back while more than limit rows are kept and the row at keep stays.
func (b *buffer[R]) trimBack(limit, keep int) {
	n := len(b.rows)
	for len(b.cuts) > 1 && n > limit && b.cuts[len(b.cuts)-1].start > keep && b.cuts[len(b.cuts)-2].next != "" {
		n = b.cuts[len(b.cuts)-1].start
		b.cuts = b.cuts[:len(b.cuts)-1]
	}
	if n < len(b.rows) {
		b.rows = append([]entry[R](nil), b.rows[:n]...)
		b.atEnd = false
	}
}

package core

import (
	"slices"
	"time"
)

// This file is the window engine: every list of the program is a merge of ordered streams, cut to one page. A stream
// is a part of an index, or a few rows in memory. Cost follows the page: a stream is read in small pieces, as far as
// the page needs, and a filter stops after a bounded amount of work with a partial page that says where to go on.

// Work bounds of one page. A page that needs more is partial, see Page.
const (
	pageWork   = 50_000               // in units of one index key looked at
	rowCost    = 4                    // units for a row that had to be decoded
	pageTime   = 8 * time.Millisecond // by the clock of the house; whichever is reached first
	pieceKeys  = 8_192                // index keys looked at between two looks at the clock
	minPiece   = 64
	maxStreams = 256
)

// stream is one ordered source of rows. Its keys are the sort keys of the list behind lead.
type stream[T any] struct {
	// lead are the parts that all keys of the stream begin with; streams with different leads stand one behind the other.
	lead Key
	// index says what scan walks; After, Reverse, Match and Limit are filled in by the window.
	index Scan
	scan  func(Scan, func(T) (bool, error)) (End, error)
	key   func(T) Key // without lead
	texts bool        // the index has the text that words are about
	// stop, when set, ends the stream at the first row that it holds for: no later row in that direction can be wanted.
	stop func(row T, reverse bool) bool
}

// window is one list: streams, what to keep of them, and the order.
type window[T any] struct {
	name    string   // of list and sort, for cursors
	forms   []string // the forms of the sort keys, lead included: "tn", see hasForm
	newest  bool     // the natural order is from the highest key down
	streams []*stream[T]
	filter  filter
	// keep says whether a row belongs to the page: visibility, fields of the filter, and words where the index has no
	// text. nil keeps all.
	keep func(T) (bool, error)
	// total counts the list without the filter; nil where that cannot be told, see totalOf.
	total total
	// looked is how many rows may be looked at for a page, where that is less than what every page may cost; 0 otherwise.
	looked int
}

// cut is a page before names are put to its rows.
type cut[T any] struct {
	rows       []T
	next, prev string
	total      int
}

// feed is a stream while a page is read.
type feed[T any] struct {
	*stream[T]
	buf  []T
	keys []Key // of buf, with lead
	at   Key   // how far it has been looked at, with lead; nil before the first piece
	done bool
}

// page reads one page.
func (w window[T]) page(r *reading, q Query) (cut[T], error) {
	limit, err := q.limit()
	if err != nil {
		return cut[T]{}, err
	}
	p := pager[T]{window: w, limit: limit, reverse: (q.Desc != w.newest) != q.Back, work: pageWork, began: r.house.clock(), clock: r.house.clock}
	if w.looked > 0 {
		p.work = w.looked * rowCost
	}
	if q.After != "" {
		if p.after, err = decodeCursor(w.name, q.After, w.forms); err != nil {
			return cut[T]{}, err
		}
	}
	if err := p.run(); err != nil {
		return cut[T]{}, err
	}
	c := p.cut(q.Back)
	c.total, err = w.totalOf(q, c)
	return c, err
}

// pager reads one page of a window.
type pager[T any] struct {
	window[T]
	limit   int
	reverse bool
	after   Key
	feeds   []*feed[T] // those whose leads are behind the present one
	group   []*feed[T] // those with the present lead: only they are read
	work    int
	began   time.Time
	clock   func() time.Time

	rows []T
	keys []Key
	more bool // there is, or may be, something behind
	stay Key  // how far the search came when the page is partial; nil otherwise
}

func (p *pager[T]) run() error {
	for _, s := range p.streams {
		f := &feed[T]{stream: s}
		p.place(f)
		p.feeds = append(p.feeds, f)
	}
	slices.SortStableFunc(p.feeds, func(a, b *feed[T]) int {
		if p.reverse {
			a, b = b, a
		}
		return compareKeys(a.lead, b.lead)
	})
	for {
		first, err := p.fill()
		if err != nil {
			return err
		}
		if first == nil {
			return nil
		}
		if !p.take(first) {
			return nil
		}
	}
}

// place puts a feed behind the cursor.
func (p *pager[T]) place(f *feed[T]) {
	if p.after == nil {
		return
	}
	n := min(len(f.lead), len(p.after))
	switch c := compareKeys(p.after[:n], f.lead[:n]); {
	case c == 0:
		f.at = p.after
	case (c > 0) != p.reverse:
		f.done = true
	}
}

// fill makes sure that every feed has a row at hand or is done, and gives the feed with the first row. It gives nil
// when nothing is left, or when the work of one page is used up; then stay says how far all feeds came.
func (p *pager[T]) fill() (*feed[T], error) {
	for {
		hungry := p.hungriest()
		if hungry == nil {
			if f := p.first(nil); f != nil || !p.nextGroup() {
				return f, nil
			}
			continue
		}
		if p.spent() && hungry.at != nil && p.progressed(hungry) {
			f := p.first(hungry.at)
			if f == nil {
				p.more, p.stay = true, hungry.at
			}
			return f, nil
		}
		if err := p.refill(hungry); err != nil {
			return nil, err
		}
	}
}

// nextGroup goes on with the streams of the next lead.
func (p *pager[T]) nextGroup() bool {
	if len(p.feeds) == 0 {
		return false
	}
	n := 1
	for n < len(p.feeds) && compareKeys(p.feeds[n].lead, p.feeds[0].lead) == 0 {
		n++
	}
	p.group, p.feeds = p.feeds[:n], p.feeds[n:]
	return true
}

// progressed reports whether a feed was read at all for this page.
func (p *pager[T]) progressed(f *feed[T]) bool {
	return p.after == nil || compareKeys(f.at, p.after) != 0
}

func (p *pager[T]) spent() bool { return p.work <= 0 || p.clock().Sub(p.began) > pageTime }

// hungriest gives the feed without a row at hand that has come the least far, or nil.
func (p *pager[T]) hungriest() *feed[T] {
	var hungry *feed[T]
	for _, f := range p.group {
		if f.done || len(f.buf) > 0 {
			continue
		}
		if hungry == nil || hungry.at != nil && (f.at == nil || p.before(f.at, hungry.at)) {
			hungry = f
		}
	}
	return hungry
}

// first gives the feed whose row comes first, not behind bound.
func (p *pager[T]) first(bound Key) *feed[T] {
	var first *feed[T]
	for _, f := range p.group {
		if len(f.buf) > 0 && (first == nil || p.before(f.keys[0], first.keys[0])) {
			first = f
		}
	}
	if first != nil && bound != nil && p.before(bound, first.keys[0]) {
		return nil
	}
	return first
}

func (p *pager[T]) before(a, b Key) bool {
	c := compareKeys(a, b)
	if p.reverse {
		return c > 0
	}
	return c < 0
}

// take moves the first row of a feed to the page, unless the row before was the same. It reports whether the page
// wants more.
func (p *pager[T]) take(f *feed[T]) bool {
	row, key := f.buf[0], f.keys[0]
	f.buf, f.keys = f.buf[1:], f.keys[1:]
	if n := len(p.keys); n > 0 && compareKeys(p.keys[n-1], key) == 0 {
		return true
	}
	if len(p.rows) == p.limit {
		p.more = true
		return false
	}
	p.rows, p.keys = append(p.rows, row), append(p.keys, key)
	return true
}

// refill reads the next piece of a feed.
func (p *pager[T]) refill(f *feed[T]) error {
	want := p.limit - len(p.rows) + 1
	if n := len(p.group); n > 1 {
		want = max(4, 2*want/n)
	}
	s := p.piece(f, want)
	stopped := false
	end, err := f.scan(s, func(row T) (bool, error) {
		p.work -= rowCost
		if f.stop != nil && f.stop(row, s.Reverse) {
			stopped = true
			return false, nil
		}
		if p.keep != nil {
			ok, err := p.keep(row)
			if err != nil || !ok {
				return err == nil, err
			}
		}
		f.buf = append(f.buf, row)
		f.keys = append(f.keys, slices.Concat(f.lead, f.key(row)))
		return len(f.buf) < want, nil
	})
	if err != nil {
		return err
	}
	f.done = end.Done || stopped || end.At == nil
	if end.At != nil {
		f.at = slices.Concat(f.lead, end.At)
	}
	return nil
}

// piece is the scan that reads on where the feed stands, for want rows more. Its limit bounds the work.
func (p *pager[T]) piece(f *feed[T], want int) Scan {
	s := f.index
	s.Reverse = p.reverse
	s.Limit = max(minPiece, pieceKeys/len(p.group))
	if f.at != nil && len(f.at) > len(f.lead) {
		s.After = f.at[len(f.lead):]
	}
	if f.texts && len(p.filter.words) > 0 {
		s.Match = func(text []byte) bool {
			p.work--
			return p.filter.matchBytes(text)
		}
	} else {
		s.Limit = max(minPiece, s.Limit/rowCost)
	}
	if s.Match == nil && p.keep == nil {
		s.Limit = want
	}
	if p.looked > 0 {
		s.Limit = max(1, min(s.Limit, p.work/rowCost/len(p.group)))
	}
	return s
}

// cut turns what was read into a page with its cursors.
func (p *pager[T]) cut(back bool) cut[T] {
	c := cut[T]{rows: p.rows}
	n := len(p.keys)
	onward, backward := "", ""
	switch {
	case p.stay != nil && n < p.limit:
		onward = encodeCursor(p.name, p.stay)
	case p.more:
		onward = encodeCursor(p.name, p.keys[n-1])
	}
	switch {
	case p.after == nil:
	case n > 0:
		backward = encodeCursor(p.name, p.keys[0])
	default:
		backward = encodeCursor(p.name, beside(p.after, !p.reverse))
	}
	if back {
		slices.Reverse(c.rows)
		c.next, c.prev = backward, onward
		return c
	}
	c.next, c.prev = onward, backward
	return c
}

// rowsOf makes a stream of a few rows in memory.
func rowsOf[T any](rows []T, key func(T) Key, text func(T) string) *stream[T] {
	slices.SortFunc(rows, func(a, b T) int { return compareKeys(key(a), key(b)) })
	s := &stream[T]{key: key, texts: text != nil}
	s.scan = func(sc Scan, fn func(T) (bool, error)) (End, error) {
		var end End
		seen := 0
		for i := range rows {
			row := rows[i]
			if sc.Reverse {
				row = rows[len(rows)-1-i]
			}
			k := key(row)
			if c := compareKeys(k, sc.After); sc.After != nil && (c == 0 || (c > 0) == sc.Reverse) {
				continue
			}
			if seen == sc.Limit && seen > 0 {
				return end, nil
			}
			seen++
			end.At = k
			if sc.Match != nil && !sc.Match([]byte(Fold(text(row)))) {
				continue
			}
			more, err := fn(row)
			if err != nil {
				return end, err
			}
			if !more {
				end.Done = i == len(rows)-1
				return end, nil
			}
		}
		end.Done = true
		return end, nil
	}
	return s
}

// count walks a list as far as limit rows and gives how many it holds, and whether that is all of them. It is for
// totals of lists without a counter.
func (w window[T]) count(r *reading, limit int) (int, bool, error) {
	p := pager[T]{window: w, limit: limit, reverse: w.newest, work: pageWork, began: r.house.clock(), clock: r.house.clock}
	if err := p.run(); err != nil {
		return 0, false, err
	}
	return len(p.rows), !p.more, nil
}

// onlyRows leaves out the rows of a stream that do not fit.
func onlyRows[T any](s *stream[T], fits func(T) bool) *stream[T] {
	scan := s.scan
	s.scan = func(sc Scan, fn func(T) (bool, error)) (End, error) {
		return scan(sc, func(row T) (bool, error) {
			if !fits(row) {
				return true, nil
			}
			return fn(row)
		})
	}
	return s
}

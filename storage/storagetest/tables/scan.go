package tables

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gatehouse/core"
)

type entry[R any] struct {
	key    core.Key
	record R
}

// entries gives what an index holds, in order.
func (m *model[K, R]) entries(in index[R]) []entry[R] {
	var list []entry[R]
	for _, r := range m.records {
		for _, k := range in.keys(r) {
			list = append(list, entry[R]{k, r})
		}
	}
	slices.SortFunc(list, func(a, b entry[R]) int { return compareKeys(a.key, b.key) })
	return list
}

// scan carries out a plan on the store and on the model.
func (m *model[K, R]) scan(x core.Tx, in index[R], p plan) error {
	all := m.entries(in)
	s := p.scan(in.index)
	if len(all) > 0 {
		p.place(&s, all[p.pick%len(all)].key, all[p.after%len(all)].key)
	}
	rows := p.rows && in.covers
	want, wantEnd := m.walk(all, s, p.stop)
	var got []any
	take := func(found any) (more bool) {
		got = append(got, found)
		return len(got) != p.stop
	}
	var end core.End
	var err error
	if rows {
		for i := range want {
			want[i] = m.row(want[i].(R))
		}
		end, err = m.rows(x, s, func(row any) (bool, error) { return take(row), nil })
	} else {
		end, err = m.table(x).Scan(s, func(r R) (bool, error) { return take(r), nil })
	}
	if err != nil {
		return fmt.Errorf("%s index %d, scan %+v: %w", m.name, in.index, s, err)
	}
	if !reflect.DeepEqual(got, want) {
		return fmt.Errorf("%s index %d, scan %+v, stop %d:\n got %+v\nwant %+v", m.name, in.index, s, p.stop, got, want)
	}
	if end.Done != wantEnd.Done || compareKeys(end.At, wantEnd.At) != 0 || (end.At == nil) != (wantEnd.At == nil) {
		return fmt.Errorf("%s index %d, scan %+v, stop %d: end is %+v, want %+v", m.name, in.index, s, p.stop, end, wantEnd)
	}
	return nil
}

// whole compares every index from end to end.
func (m *model[K, R]) whole(x core.Tx) error {
	err := m.scan(x, m.byKey(), plan{})
	for _, in := range m.indexes {
		for _, rows := range []bool{false, true} {
			if err == nil {
				err = m.scan(x, in, plan{rows: rows})
			}
		}
	}
	return err
}

// byKey is the order of the primary key as an index.
func (m *model[K, R]) byKey() index[R] {
	return index[R]{core.Primary, 0, false, func(r R) []core.Key { return []core.Key{m.primary(r)} }}
}

func (p plan) scan(i core.Index) core.Scan {
	return core.Scan{Index: i, Reverse: p.reverse, Limit: p.limit}
}

// place sets prefix, place to go on from and match, after the keys of two entries.
func (p plan) place(s *core.Scan, pick, after core.Key) {
	s.Prefix = pick[:min(p.prefix, len(pick)-1)] // never the whole key
	if p.goOn {
		s.After = after[len(s.Prefix):]
		if p.seek > 0 {
			s.After = s.After[:min(p.seek, len(s.After))]
		}
	}
	text := slices.IndexFunc(pick[len(s.Prefix):], func(q core.Part) bool { return q.IsText })
	if text >= 0 && p.matches {
		s.Match = func(b []byte) bool { return strings.Contains(string(b), p.match) }
	}
}

// walk is what a scan has to do.
func (m *model[K, R]) walk(all []entry[R], s core.Scan, stop int) (found []any, end core.End) {
	if s.Reverse {
		all = slices.Clone(all)
		slices.Reverse(all)
	}
	var part []entry[R]
	for _, e := range all {
		if len(e.key) < len(s.Prefix) || compareKeys(e.key[:len(s.Prefix)], s.Prefix) != 0 {
			continue
		}
		rest := e.key[len(s.Prefix):]
		// A part of a place stands before all entries that begin with it; a whole one is left out itself.
		if c := compareKeys(rest, s.After); len(s.After) > 0 && (s.Reverse && c >= 0 || !s.Reverse && c <= 0) {
			continue
		}
		part = append(part, e)
	}
	end.Done = true
	for i, e := range part {
		rest := e.key[len(s.Prefix):]
		end = core.End{At: rest, Done: i == len(part)-1}
		text := slices.IndexFunc(rest, func(q core.Part) bool { return q.IsText })
		stopped := i+1 == s.Limit
		if s.Match == nil || s.Match([]byte(rest[text].Text)) {
			found = append(found, e.record)
			stopped = stopped || len(found) == stop
		}
		if stopped {
			return found, end
		}
	}
	return found, end
}

// rowScanner is a table with covering rows.
type rowScanner[Row any] interface {
	ScanRows(s core.Scan, fn func(Row) (bool, error)) (core.End, error)
}

func rowsOf[Row any](table func(core.Tx) rowScanner[Row]) func(core.Tx, core.Scan, func(any) (bool, error)) (core.End, error) {
	return func(x core.Tx, s core.Scan, fn func(any) (bool, error)) (core.End, error) {
		return table(x).ScanRows(s, func(r Row) (bool, error) { return fn(r) })
	}
}

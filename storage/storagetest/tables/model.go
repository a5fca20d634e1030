package tables

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"pgregory.net/rapid"

	"gatehouse/core"
)

// errGiveUp makes a drawn update fail after its writes.
var errGiveUp = errors.New("given up")

// counting adds one to a counter under each scope, when the condition holds.
type counting func(condition bool, c core.Counter, scopes ...core.Ref)

// index says what an index holds of a record.
type index[R any] struct {
	index  core.Index
	prefix int // how many parts screens keep fixed
	covers bool
	keys   func(R) []core.Key
}

// model is one table as a plain map.
type model[K comparable, R any] struct {
	name    string
	table   func(core.Tx) core.Table[K, R]
	key     func(R) K
	primary func(R) core.Key
	draw    func(*rapid.T) R
	indexes []index[R]
	counts  func(R, counting)
	// due, with its rank (SW2) and the item without its moment.
	rank int
	due  func(R) core.Moment
	item func(R) core.DueItem
	// rows and row, where there are covering rows.
	rows func(core.Tx, core.Scan, func(any) (bool, error)) (core.End, error)
	row  func(R) any

	records map[K]R
}

// modelled is a model of any table.
type modelled interface {
	step(t *rapid.T) step
	save() (restore func())
	look(t *rapid.T) look
	whole(x core.Tx) error
	count(add counting)
	dues() []dueEntry
	all() []any
}

// step is one write: to the store, and to the model.
type step struct {
	name string
	do   func(core.Tx) error
	note func()
}

// look is one comparison of store and model.
type look func(core.Tx) error

type dueEntry struct {
	item    core.DueItem
	rank    int
	primary core.Key
}

type world struct{ tables []modelled }

func (w *world) save() (restore func()) {
	var all []func()
	for _, t := range w.tables {
		all = append(all, t.save())
	}
	return func() {
		for _, r := range all {
			r()
		}
	}
}

func (m *model[K, R]) save() func() {
	kept := maps.Clone(m.records)
	return func() { m.records = maps.Clone(kept) }
}

func (m *model[K, R]) all() []any {
	var list []any
	for _, r := range m.records {
		list = append(list, r)
	}
	return list
}

func (m *model[K, R]) step(t *rapid.T) step {
	r := m.draw(t)
	if rapid.IntRange(0, 3).Draw(t, "delete") == 0 {
		k := m.key(r)
		return step{
			name: fmt.Sprintf("delete %s %v", m.name, k),
			do:   func(x core.Tx) error { return m.table(x).Delete(k) },
			note: func() { delete(m.records, k) },
		}
	}
	return step{
		name: fmt.Sprintf("put %s %+v", m.name, r),
		do:   func(x core.Tx) error { return m.table(x).Put(r) },
		note: func() {
			if m.records == nil {
				m.records = map[K]R{}
			}
			m.records[m.key(r)] = r
		},
	}
}

func (m *model[K, R]) count(add counting) {
	if m.counts == nil {
		return
	}
	for _, r := range m.records {
		m.counts(r, add)
	}
}

func (m *model[K, R]) dues() []dueEntry {
	if m.due == nil {
		return nil
	}
	var list []dueEntry
	for _, r := range m.records {
		if at := m.due(r); at != 0 {
			item := m.item(r)
			item.At = at
			list = append(list, dueEntry{item, m.rank, m.primary(r)})
		}
	}
	return list
}

func (a dueEntry) compare(b dueEntry) int {
	return cmp.Or(cmp.Compare(a.item.At, b.item.At), cmp.Compare(a.rank, b.rank), compareKeys(a.primary, b.primary))
}

// compareKeys orders keys as package core says: numbers by value, texts by their bytes.
func compareKeys(a, b core.Key) int {
	return slices.CompareFunc(a, b, func(p, q core.Part) int {
		return cmp.Or(cmp.Compare(p.Num, q.Num), cmp.Compare(p.Text, q.Text))
	})
}

// look draws a Get or a Scan.
func (m *model[K, R]) look(t *rapid.T) look {
	if rapid.IntRange(0, 4).Draw(t, "get") == 0 {
		k := m.key(m.draw(t))
		return func(x core.Tx) error {
			got, found, err := m.table(x).Get(k)
			want, there := m.records[k]
			if err != nil {
				return err
			}
			if found != there || !reflect.DeepEqual(got, want) {
				return fmt.Errorf("%s %v: got %+v, %v, want %+v, %v", m.name, k, got, found, want, there)
			}
			return nil
		}
	}
	in := m.byKey()
	if i := rapid.IntRange(-1, len(m.indexes)-1).Draw(t, "index"); i >= 0 {
		in = m.indexes[i]
	}
	p := drawPlan(t, in.prefix)
	return func(x core.Tx) error { return m.scan(x, in, p) }
}

// plan is how to scan, before it is known what is there.
type plan struct {
	pick, after   int // which entries give the prefix and the place to go on from
	prefix        int
	goOn          bool
	seek          int // when above zero: only so many parts of the place
	reverse       bool
	limit, stop   int
	match         string
	rows, matches bool
}

func drawPlan(t *rapid.T, prefix int) plan {
	p := plan{
		pick: rapid.IntRange(0, 50).Draw(t, "pick"), after: rapid.IntRange(0, 50).Draw(t, "after"), prefix: prefix,
		goOn: rapid.Bool().Draw(t, "go on"), reverse: rapid.Bool().Draw(t, "reverse"), limit: rapid.IntRange(0, 4).Draw(t, "limit"),
		stop: rapid.IntRange(0, 4).Draw(t, "stop"), rows: rapid.Bool().Draw(t, "rows"), matches: rapid.Bool().Draw(t, "matches"),
		match: rapid.SampledFrom([]string{"", "a", "acme", "z"}).Draw(t, "match"),
	}
	if rapid.IntRange(0, 3).Draw(t, "other prefix") == 0 {
		p.prefix = rapid.IntRange(0, 2).Draw(t, "prefix")
	}
	if rapid.IntRange(0, 3).Draw(t, "seek") == 0 {
		p.seek = 1
	}
	return p
}

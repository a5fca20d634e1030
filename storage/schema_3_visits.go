package storage

import (
	"bytes"
	"slices"

	"gatehouse/core"
	"gatehouse/storage/kv"
)

// endedWhenDue fills the index of all visits of an organization, and mends records of what ended by time: the moment at
// which a late sweep wrote the end stood there as the moment of the end (V10).
func endedWhenDue(w kv.Writer) error {
	err := mend(w, colVisits, &visitSpec, func(v *core.Visit) {
		if v.State == core.VisitEnded && v.Cause == "time" && v.Ended > v.Ends {
			v.Ended = v.Ends
		}
	}, fresh{indexes: []core.Index{core.VisitsOfOrganization, core.ActiveVisitsByID}})
	if err != nil {
		return err
	}
	err = mend(w, colRequests, &requestSpec, func(r *core.Request) {
		if r.State == core.RequestLapsed && r.Decided > r.Lapses {
			r.Decided = r.Lapses
		}
	}, fresh{})
	if err != nil {
		return err
	}
	return mend(w, colInvitations, &invitationSpec, func(i *core.Invitation) {
		if i.State == core.InvitationLapsed && i.Ended > i.Lapses {
			i.Ended = i.Lapses
		}
	}, fresh{})
}

// purgedProjects fills the indexes and the counter of purged projects (section 13).
func purgedProjects(w kv.Writer) error {
	return mend(w, colProjects, &projectSpec, func(*core.Project) {}, fresh{
		indexes:  []core.Index{core.PurgedProjects, core.PurgedProjectsOfOrganization},
		counters: []core.Counter{core.CountPurgedProjects},
	})
}

// fresh are the indexes and counters of a table that a step brings.
type fresh struct {
	indexes  []core.Index
	counters []core.Counter
}

// mendSlice is how many records a step looks at before it writes.
const mendSlice = 1_000

// mend walks all records of a table, changes what change changes, and writes the entries and counters that are new. change
// must not touch what any other entry or counter is made from.
func mend[K comparable, R any](w kv.Writer, collection byte, s *spec[K, R], change func(*R), news fresh) error {
	var from []byte
	counts := map[contribution]uint64{}
	for {
		type row struct{ key, value []byte }
		var slice []row
		err := w.Scan(kv.Range{Prefix: []byte{collection}, From: from}, func(key, value []byte) (bool, error) {
			if !bytes.Equal(key, from) {
				slice = append(slice, row{bytes.Clone(key), bytes.Clone(value)})
			}
			return len(slice) < mendSlice, nil
		})
		if err != nil {
			return err
		}
		if len(slice) == 0 {
			return putCounts(w, counts)
		}
		for _, x := range slice {
			if err := mendOne(w, s, x.key, x.value, change, news, counts); err != nil {
				return err
			}
		}
		from = slice[len(slice)-1].key
	}
}

// putCounts writes counters that were not there before.
func putCounts(w kv.Writer, counts map[contribution]uint64) error {
	for c, n := range counts {
		if err := w.Put(appendCounter(nil, c.counter, c.scope), appendNumber(nil, n)); err != nil {
			return err
		}
	}
	return nil
}

func mendOne[K comparable, R any](
	w kv.Writer, s *spec[K, R], key, value []byte, change func(*R), news fresh, counts map[contribution]uint64,
) error {
	var record R
	if err := read(value, &record, s.byHand); err != nil {
		return err
	}
	change(&record)
	var b bytes.Buffer
	if err := encode(&b, &record); err != nil {
		return err
	}
	if !bytes.Equal(b.Bytes(), value) {
		if err := w.Put(key, b.Bytes()); err != nil {
			return err
		}
	}
	var e entries
	s.entries(&record, &e)
	for i := range e.list {
		for _, index := range news.indexes {
			if e.key(i)[0] != indexLayouts[index].collection {
				continue
			}
			if err := w.Put(e.key(i), e.value(i)); err != nil {
				return err
			}
		}
	}
	t := tally{sign: 1}
	s.count(&record, &t)
	for _, c := range t.list {
		if slices.Contains(news.counters, c.counter) {
			counts[c]++
		}
	}
	return e.err
}

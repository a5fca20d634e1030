package storage

import (
	"bytes"
	"fmt"
	"slices"

	"gatehouse/core"
	"gatehouse/storage/kv"
)

func init() {
	schema3 = append(schema3,
		fillIndexes(colInvitations, core.InvitationsOfSender), // I17
		fillIndexes(colNotifications, core.NoticesAbout),      // those about invitations were not in it
	)
}

// fillRecords is how many records one slice of fillIndexes reads: what it writes is kept in memory meanwhile.
const fillRecords = 4096

// fillIndexes gives a step of a migration that writes the entries of indexes that are new, or hold more than before, for
// all records of a collection. What is there already stays.
func fillIndexes(collection byte, indexes ...core.Index) func(w kv.Writer) error {
	return func(w kv.Writer) error {
		t, ok := tableAt(collection)
		if !ok {
			return fmt.Errorf("there is no collection %x", collection)
		}
		f := filling{table: t}
		for _, i := range indexes {
			f.into = append(f.into, indexLayouts[i].collection)
		}
		for done := false; !done; {
			var err error
			if done, err = f.slice(w); err != nil {
				return err
			}
		}
		return nil
	}
}

// filling is a walk over the records of a table.
type filling struct {
	table   *anyTable
	into    []byte // the collections of the indexes
	from    []byte // the record that the last slice ended with
	entries entries
	tally   tally
}

// slice reads some records and then writes their entries: nothing may be written while a scan runs.
func (f *filling) slice(w kv.Writer) (done bool, err error) {
	type row struct{ key, value []byte }
	var rows []row
	read, last := 0, f.from
	err = w.Scan(kv.Range{Prefix: []byte{f.table.layout.collection}, From: f.from}, func(key, value []byte) (bool, error) {
		if bytes.Equal(key, f.from) {
			return true, nil
		}
		if _, err := f.table.derive(value, &f.entries, &f.tally); err != nil {
			return false, &fault{what: "a record of " + f.table.layout.name + " cannot be read", cause: err}
		}
		for i := range f.entries.list {
			if k := f.entries.key(i); slices.Contains(f.into, k[0]) {
				rows = append(rows, row{bytes.Clone(k), bytes.Clone(f.entries.value(i))})
			}
		}
		read++
		last = bytes.Clone(key)
		return read < fillRecords, nil
	})
	if err != nil {
		return false, err
	}
	for _, r := range rows {
		if err := w.Put(r.key, r.value); err != nil {
			return false, err
		}
	}
	f.from = last
	return read < fillRecords, nil
}

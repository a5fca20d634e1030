package storage

import (
	"context"

	"gatehouse/core"
	"gatehouse/storage/kv"
)

// Records counts all records of the house, for those who tell how far they are. It reads in short Views.
func (s *Store) Records(ctx context.Context) (int, error) {
	n, tell := 0, core.ProgressOf(ctx)
	c := &checker{store: s, ctx: ctx}
	for i := range tables {
		err := c.pages(tables[i].layout.collection, checkKeys, func(kv.Reader, []byte, []byte) error {
			if n++; n%tellRecords == 0 {
				tell("counting the records", n, 0)
			}
			return nil
		})
		if err != nil {
			return n, failure(s.path, err)
		}
	}
	return n, nil
}

// tellRecords is how many records lie between two reports of progress.
const tellRecords = 50_000

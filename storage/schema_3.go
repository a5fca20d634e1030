package storage

import (
	"fmt"

	"gatehouse/storage/kv"
)

// schema3 are the steps that bring a house of schema 2 to schema 3. Each stands beside what it is for, and is pure.
var schema3 = []func(w kv.Writer) error{
	endedWhenDue,
	purgedProjects,
}

func toSchema3(w kv.Writer, tell func(done, total int)) error {
	for i, step := range schema3 {
		tell(i, len(schema3))
		if err := step(w); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	return nil
}

package storage

import (
	"os"
	"testing"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// Counters are not all held at once, however many there are, and come out added up, in order, once each.
func TestCountsAreBounded(t *testing.T) {
	suite.Sequential(t)
	s := &sorter{budget: 1 << 20, summed: colCounters, create: func() (*os.File, error) { return os.CreateTemp(t.TempDir(), "*") }}
	defer s.close()
	c := newCounts(s)
	const scopes, rounds = 3 * countsHeld, 3
	most, used := 0, 0
	for range rounds {
		for id := range uint64(scopes) {
			l := tally{sign: 1}
			l.one(core.CountMembers, core.ProjectID(id+1).Ref())
			if err := c.add(&l); err != nil {
				t.Fatal(err)
			}
			most, used = max(most, len(c.held)), max(used, s.used)
		}
	}
	if err := c.finish(); err != nil {
		t.Fatal(err)
	}
	if most > countsHeld || used > s.budget+chunkSize {
		t.Errorf("%d counters and %d bytes of rows are held", most, used)
	}
	n := uint64(0)
	err := s.each(func(key, value []byte) error {
		n++
		scope, ok := refAt(key[2:])
		if sum := value[len(value)-1]; !ok || scope.ID != n || sum != rounds {
			t.Fatalf("counter %d is of %s and says %d", n, scope, sum)
		}
		return nil
	})
	if err != nil || n != scopes {
		t.Errorf("%d counters, %v", n, err)
	}
}

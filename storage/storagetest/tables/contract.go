// Package tables is the contract of the typed layer: random transactions over every table are compared with plain
// maps, with indexes, covering rows, counters and what is due worked out a second time.
package tables

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"gatehouse/core"
)

// Open gives a new, empty store. Whoever opens it also closes it.
type Open func(t testing.TB) core.Store

// Contract runs all of it.
func Contract(t *testing.T, open Open) {
	t.Helper()
	t.Run("model", func(t *testing.T) { compare(t, open) })
	t.Run("order of what is due", func(t *testing.T) { dueOrder(t, open) })
	t.Run("load is the same as put", func(t *testing.T) { loads(t, open) })
	t.Run("load twice", func(t *testing.T) { loadTwice(t, open) })
	t.Run("numbers", func(t *testing.T) { numbers(t, open) })
	t.Run("views do not write", func(t *testing.T) { viewsRead(t, open) })
	t.Run("misuse", func(t *testing.T) { misuse(t, open) })
	t.Run("watch", func(t *testing.T) { watch(t, open) })
}

// Faults gives what Check finds.
func Faults(ctx context.Context, s core.Store) ([]string, error) {
	var found []string
	err := s.Check(ctx, func(fault string) { found = append(found, fault) })
	return found, err
}

func compare(t *testing.T, open Open) {
	rapid.Check(t, func(rt *rapid.T) {
		s, w := open(t), newWorld()
		defer func() { _ = s.Close() }()
		for range rapid.IntRange(1, 6).Draw(rt, "transactions") {
			transaction(rt, s, w)
		}
		clean(rt, s)
	})
}

func clean(rt *rapid.T, s core.Store) {
	// The records were put under numbers that were never given out; that is all there is to find.
	err := s.Update(context.Background(), func(x core.Tx) error { return raiseNumbers(x, 4) })
	if err != nil {
		rt.Fatal(err)
	}
	faults, err := Faults(context.Background(), s)
	if err != nil || len(faults) > 0 {
		rt.Fatalf("check: %v %q", err, faults)
	}
}

func raiseNumbers(x core.Tx, to uint64) error {
	for k := core.KindAccount; k <= core.KindNotification; k++ {
		for n := uint64(0); n < to; {
			var err error
			if n, err = x.NextID(k); err != nil {
				return err
			}
		}
	}
	return nil
}

// transaction draws one update and compares, inside it and in a view afterwards.
func transaction(rt *rapid.T, s core.Store, w *world) {
	var steps []step
	for range rapid.IntRange(1, 12).Draw(rt, "steps") {
		steps = append(steps, rapid.SampledFrom(w.tables).Draw(rt, "table").step(rt))
	}
	fail := rapid.IntRange(0, 4).Draw(rt, "fail") == 0
	inside, after := draw(rt, w), draw(rt, w)
	// Some of the steps happen in a savepoint, and some of those are taken back.
	from := rapid.IntRange(0, len(steps)).Draw(rt, "savepoint from")
	to := rapid.IntRange(from, len(steps)).Draw(rt, "savepoint to")
	back := rapid.Bool().Draw(rt, "taken back")
	restore := w.save()
	err := s.Update(context.Background(), func(x core.Tx) error {
		restore() // it may run more than once
		err := run(x, steps[:from])
		if err == nil {
			err = savepoint(x, w, steps[from:to], inside, back)
		}
		if err == nil {
			err = run(x, steps[to:])
		}
		if err == nil {
			err = lookAt(x, inside)
		}
		if err == nil && fail {
			return errGiveUp
		}
		return err
	})
	switch {
	case fail && errors.Is(err, errGiveUp):
		restore()
	case err != nil:
		rt.Fatal(err)
	}
	if err = s.View(context.Background(), func(x core.Tx) error { return lookAt(x, after) }); err != nil {
		rt.Fatalf("after %d steps, failed %v: %v", len(steps), fail, err)
	}
}

// savepoint runs steps within one, looks at what it sees, and takes it back or leaves it.
func savepoint(x core.Tx, w *world, steps []step, looks []look, back bool) error {
	earlier := w.save()
	err := x.Savepoint(func(x core.Tx) error {
		err := run(x, steps)
		if err == nil {
			err = lookAt(x, looks)
		}
		if err == nil && back {
			return errGiveUp
		}
		return err
	})
	if back && errors.Is(err, errGiveUp) {
		earlier()
		return nil
	}
	return err
}

func lookAt(x core.Tx, looks []look) error {
	for _, l := range looks {
		if err := l(x); err != nil {
			return err
		}
	}
	return nil
}

// run does the steps in the store and in the model.
func run(x core.Tx, steps []step) error {
	for _, st := range steps {
		st.note()
		if err := st.do(x); err != nil {
			return fmt.Errorf("%s: %w", st.name, err)
		}
	}
	return nil
}

// draw draws some looks, and adds all counters and what is due.
func draw(rt *rapid.T, w *world) []look {
	looks := []look{w.counters, w.due(core.Moment(rapid.Int64Range(990, 1070).Draw(rt, "until")*86400), rapid.IntRange(0, 5).Draw(rt, "first"))}
	for _, t := range w.tables {
		looks = append(looks, t.whole)
	}
	for range rapid.IntRange(1, 10).Draw(rt, "looks") {
		looks = append(looks, rapid.SampledFrom(w.tables).Draw(rt, "table").look(rt))
	}
	return looks
}

type counterAt struct {
	counter core.Counter
	scope   core.Ref
}

// counters compares every counter under every scope that could have one.
func (w *world) counters(x core.Tx) error {
	want := map[counterAt]int{}
	for _, t := range w.tables {
		t.count(func(condition bool, c core.Counter, scopes ...core.Ref) {
			for _, s := range scopes {
				if condition {
					want[counterAt{c, s}]++
				}
			}
		})
	}
	scopes := []core.Ref{{}, core.System}
	for _, k := range []core.Kind{core.KindAccount, core.KindMaintainer, core.KindOrganization, core.KindProject, core.KindBucket} {
		for id := range uint64(6) {
			scopes = append(scopes, core.Ref{Kind: k, ID: id})
		}
	}
	for c := core.CountAccounts; c <= core.CountPurgedProjects; c++ {
		for _, s := range scopes {
			got, err := x.Count(c, s)
			if err != nil {
				return err
			}
			if want := want[counterAt{c, s}]; got != want {
				return fmt.Errorf("counter %d of %v is %d, want %d", c, s, got, want)
			}
			delete(want, counterAt{c, s})
		}
	}
	for at, n := range maps.All(want) {
		return fmt.Errorf("counter %v should be %d and was not asked for", at, n)
	}
	return nil
}

// due compares what is due until a moment, all of it or the first few.
func (w *world) due(until core.Moment, first int) look {
	return func(x core.Tx) error {
		var all []dueEntry
		for _, t := range w.tables {
			all = append(all, t.dues()...)
		}
		slices.SortFunc(all, dueEntry.compare)
		var want, got []core.DueItem
		for _, d := range all {
			if d.item.At <= until && (first == 0 || len(want) < first) {
				want = append(want, d.item)
			}
		}
		err := x.Due(until, func(d core.DueItem) (bool, error) {
			got = append(got, d)
			return len(got) != first, nil
		})
		if err != nil {
			return err
		}
		if !slices.Equal(got, want) {
			return fmt.Errorf("due until %v, first %d:\n got %v\nwant %v", until, first, got, want)
		}
		return nil
	}
}

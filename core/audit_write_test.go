package core_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// fullLog is a store in which no event can be written, as long as it is full.
type fullLog struct {
	core.Store
	full bool
}

var errFull = errors.New("the log is full")

func (s *fullLog) Update(ctx context.Context, fn func(core.Tx) error) error {
	return s.Store.Update(ctx, func(tx core.Tx) error {
		if s.full {
			tx = fullTx{tx}
		}
		return fn(tx)
	})
}

type fullTx struct{ core.Tx }

func (t fullTx) Events() core.Table[core.EventKey, core.Event] { return fullEvents{t.Tx.Events()} }

type fullEvents struct {
	core.Table[core.EventKey, core.Event]
}

func (fullEvents) Put(core.Event) error { return errFull }

// records gives every record of the house as text, by table: what a change would change.
func (h *fixture) records() map[string][]string {
	h.t.Helper()
	out := map[string][]string{}
	h.get(func(tx core.Tx) error {
		return eachRecord(tx, func(table string, rec reflect.Value) {
			out[table] = append(out[table], fmt.Sprintf("%+v", plainly(rec)))
		})
	})
	return out
}

// plainly follows the pointers of a record, so that it can be compared as text.
func plainly(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return plainly(v.Elem())
	case reflect.Struct:
		fields := make([]any, v.NumField())
		for i := range fields {
			if v.Type().Field(i).IsExported() {
				fields[i] = plainly(v.Field(i))
			}
		}
		return fields
	case reflect.Slice:
		items := make([]any, v.Len())
		for i := range items {
			items[i] = plainly(v.Index(i))
		}
		return items
	default:
		return v.Interface()
	}
}

// eachRecord walks over all records of all tables of a transaction.
func eachRecord(tx core.Tx, fn func(table string, rec reflect.Value)) error {
	t := reflect.TypeFor[core.Tx]()
	for i := range t.NumMethod() {
		m := t.Method(i)
		if m.Type.NumIn() != 0 || m.Type.NumOut() != 1 {
			continue
		}
		scan, ok := m.Type.Out(0).MethodByName("Scan")
		if !ok {
			continue
		}
		each := reflect.MakeFunc(scan.Type.In(1), func(in []reflect.Value) []reflect.Value {
			fn(m.Name, in[0])
			return []reflect.Value{reflect.ValueOf(true), reflect.Zero(reflect.TypeFor[error]())}
		})
		table := reflect.ValueOf(tx).MethodByName(m.Name).Call(nil)[0]
		res := table.MethodByName("Scan").Call([]reflect.Value{reflect.ValueOf(core.Scan{}), each})
		if err, _ := res[1].Interface().(error); err != nil {
			return err
		}
	}
	return nil
}

// TestTrustF3_NoEventNoChange: when the audit write fails, no use case changes anything, and none says that it did.
// Every use case that writes an event is tried again and again: 1,000 changes together (trust-F3).
func TestTrustF3_NoEventNoChange(t *testing.T) {
	suite.Sequential(t)
	rounds, tries := 14, 0
	if testing.Short() {
		rounds = 1
	}
	for _, part := range []map[string]useCase{accountUseCases, unitUseCases, entryUseCases, serviceUseCases, houseUseCases} {
		for name, u := range part {
			t.Run(name, func(t *testing.T) {
				store := &fullLog{Store: openMemory(t)}
				h := newFixtureOver(t, store, core.Options{})
				try := u.given(h)
				store.full = true
				defer func() { store.full = false }()
				before := h.records()
				for range rounds {
					tries++
					// The sweep goes on with the next record when one fails (TM7), and says how many did. A session that is
					// too old ends even so, and there is nothing left to do then (AC5).
					if err := try(); err == nil && name != "House.Sweep" && name != "House.ReviewSessions" {
						t.Fatal("it says that it was done")
					}
				}
				for table, now := range h.records() {
					if !slices.Equal(now, before[table]) {
						t.Errorf("%s changed without an event:\nbefore %s\nafter  %s", table, before[table], now)
					}
				}
			})
		}
	}
	if want := 60 * rounds; tries < want {
		t.Errorf("only %d tries, want %d", tries, want)
	}
	t.Logf("%d tries", tries)
}

// TestTrustF4_RefusedAttemptsCollapse: refused attempts without end leave two events each ten minutes, the first and
// one that counts the others, and next to no room in the file (AU8, trust-F4).
func TestTrustF4_RefusedAttemptsCollapse(t *testing.T) {
	suite.Sequential(t)
	attempts := rounds(100_000)
	h := newFixtureOver(t, openBolt(t), core.Options{})
	before, size := h.countEvents(), h.dumped()
	const windows = 10
	for i := range attempts {
		if i%(attempts/windows) == 0 && i > 0 {
			h.pass(core.Day)
		}
		if err := onlyErr(h.as("otto").JoinProject(ctx, h.etl, entryP())); core.ReasonOf(err) != core.ReasonForbidden {
			t.Fatalf("attempt %d: %v", i, err)
		}
	}
	h.pass(core.Day)
	events, counted := 0, 0
	for _, e := range h.chain(h.acme.Ref()) {
		if e.Outcome == core.OutcomeDenied {
			events++
			counted += max(1, e.Count)
		}
	}
	if counted != attempts || events != 2*windows {
		t.Errorf("%d events count %d attempts, want %d for %d", events, counted, 2*windows, attempts)
	}
	if n := h.countEvents() - before; n > 3*windows {
		t.Errorf("%d events were written", n)
	}
	if grown := h.dumped() - size; grown > 1<<20 {
		t.Errorf("%d attempts take %d bytes", attempts, grown)
	} else {
		t.Logf("%d attempts take %d bytes in %d events", attempts, grown, events)
	}
}

// dumped is how many bytes all records of the house take as text.
func (h *fixture) dumped() (n int) {
	h.t.Helper()
	for _, recs := range h.records() {
		n += len(strings.Join(recs, "\n"))
	}
	return n
}

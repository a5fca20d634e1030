package storage

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"testing"

	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/storage/kv"
	"gatehouse/storage/memory"
)

// filled gives a small house with something in most collections, and its engine.
func filled(t *testing.T) (*Store, kv.Engine) {
	t.Helper()
	e := memory.New(memory.Options{})
	s, err := Over(context.Background(), e, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	project := core.ProjectID(2).Ref()
	err = s.Load(context.Background(), func(put func(any) error) error {
		var errs []error
		for i := range uint64(600) { // more than one slice of a check
			errs = append(errs, put(core.Project{
				ID: core.ProjectID(i + 1), Organization: 1, Maintainer: 1, Name: "Shop", State: core.ProjectActive, Expires: 9e8,
			}))
		}
		return errors.Join(append(errs,
			put(core.Account{ID: 1, Name: "Ana", Email: "ana@acme.test", State: core.AccountActive}),
			put(core.Organization{ID: 1, Maintainer: 1, Name: "Acme", State: core.UnitActive}),
			put(core.Membership{Unit: project, Account: 1, Until: 9e8}),
			put(core.Attempt{Key: "1 join", First: 9e8}),
		)...)
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s, e
}

func faultsOf(t *testing.T, s *Store) []string {
	t.Helper()
	var found []string
	if err := s.Check(context.Background(), func(f string) { found = append(found, f) }); err != nil {
		t.Fatal(err)
	}
	return found
}

// TestCheckFindsFaults plants one fault at a time under the store.
func TestCheckFindsFaults(t *testing.T) {
	suite.Sequential(t)
	key := func(collection byte, hexParts string) []byte {
		b, err := hex.DecodeString(hexParts)
		if err != nil {
			t.Fatal(err)
		}
		return append([]byte{collection}, b...)
	}
	const id2, id999 = "0000000000000002", "00000000000003e7"
	shop := hex.EncodeToString([]byte("shop")) + "00"
	byName := indexLayouts[core.ProjectsByName].collection
	for what, plant := range map[string]struct {
		do   func(w kv.Writer) error
		want string
	}{
		"index entry gone": {func(w kv.Writer) error { return w.Delete(key(byName, shop+id2)) }, `The record projects 2 has no entry ProjectsByName "shop" 2.`},
		"index entry of no record": {
			func(w kv.Writer) error { return w.Put(key(byName, shop+id999), nil) },
			`The entry ProjectsByName "shop" 999 has no record projects 999.`,
		},
		"index entry of another name": {
			func(w kv.Writer) error { return w.Put(key(byName, "6100"+id2), nil) },
			`The entry ProjectsByName "a" 2 is not called for by the record projects 2.`,
		},
		"one entry for another": {
			func(w kv.Writer) error {
				return errors.Join(w.Delete(key(byName, shop+id2)), w.Put(key(byName, shop+id999), nil))
			},
			`The entry ProjectsByName "shop" 999 has no record projects 999.`,
		},
		"broken index key": {func(w kv.Writer) error { return w.Put(key(byName, "61"), nil) }, "The index ProjectsByName has a broken entry: 50 61."},
		"old covering row": {
			func(w kv.Writer) error { return w.Put(key(byName, shop+id2), []byte{valueVersion, 0xa0}) },
			`The entry ProjectsByName "shop" 2 does not show the record projects 2 as it is.`,
		},
		"due entry gone": {
			func(w kv.Writer) error {
				return w.Delete(key(colDue, "0000000035a4e900"+"06"+"04"+id2+"0000000000000001"))
			},
			"The record memberships 4 2 1 has no entry due at 1998-07-09T16:00:00Z.",
		},
		"due entry of no record": {
			func(w kv.Writer) error { return w.Put(key(colDue, "0000000000000007"+"02"+id999), nil) },
			"The entry due at 1970-01-01T00:00:07Z has no record projects 999.",
		},
		"broken due entry": {func(w kv.Writer) error { return w.Put(key(colDue, "0000000000000007"+"63"+id2), nil) }, "What is due has a broken entry"},
		"counter off by one": {
			func(w kv.Writer) error {
				return w.Put(key(colCounters, "0400"+"0000000000000000"), appendNumber(nil, 601))
			},
			"Counter 4 of the house says 601, counted were 600.",
		},
		"counter gone": {
			func(w kv.Writer) error { return w.Delete(key(colCounters, "0804"+id2)) },
			"Counter 8 of project/2 says 0, counted were 1.",
		},
		"counter of nothing": {
			func(w kv.Writer) error { return w.Put(key(colCounters, "0804"+id999), appendNumber(nil, 1)) },
			"Counter 8 of project/999 says 1, counted were 0.",
		},
		"broken counter": {func(w kv.Writer) error { return w.Put(key(colCounters, "08"), nil) }, "A counter cannot be read: 03 08."},
		"record gone":    {func(w kv.Writer) error { return w.Delete(key(colProjects, id2)) }, "Counter 4 of the house says 600, counted were 599."},
		"record that cannot be read": {
			func(w kv.Writer) error { return w.Put(key(colProjects, id2), []byte{valueVersion, 0xff}) },
			"The record projects 2 cannot be read",
		},
		"record of another": {
			func(w kv.Writer) error {
				value, _, err := w.Get(key(colProjects, "0000000000000003"))
				return errors.Join(err, w.Put(key(colProjects, id2), value))
			},
			"The record under projects 2 is that of projects 3.",
		},
		"number not given out": {
			func(w kv.Writer) error { return w.Put(key(colNumbers, "04"), appendNumber(nil, 599)) },
			"There is a project 600, but the last number given out is 599.",
		},
		"unknown collection": {func(w kv.Writer) error { return w.Put([]byte{0xee, 1}, nil) }, "The house holds something unknown: the key ee 01."},
	} {
		t.Run(what, func(t *testing.T) {
			s, e := filled(t)
			if faults := faultsOf(t, s); len(faults) > 0 {
				t.Fatalf("before: %q", faults)
			}
			if err := e.Update(context.Background(), plant.do); err != nil {
				t.Fatal(err)
			}
			faults := faultsOf(t, s)
			for _, f := range faults {
				if strings.Contains(f, plant.want) {
					return
				}
			}
			t.Errorf("found %q, want %q", faults, plant.want)
		})
	}
}

// TestCheckWhileOthersWrite: what changes during a check is no fault.
func TestCheckWhileOthersWrite(t *testing.T) {
	s, _ := filled(t)
	stop := make(chan struct{})
	var writers sync.WaitGroup
	writers.Go(func() {
		for i := uint64(0); ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			err := s.Update(context.Background(), func(x core.Tx) error {
				p := core.Project{ID: core.ProjectID(i%600 + 1), Organization: core.OrganizationID(i % 3), Maintainer: 1, Name: "Name", State: core.ProjectActive}
				return x.Projects().Put(p)
			})
			if err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range 20 {
		err := s.Check(context.Background(), func(f string) { t.Errorf("found %s", f) })
		if err != nil && !errors.Is(err, errBusy) {
			t.Error(err)
		}
	}
	close(stop)
	writers.Wait()
	if faults := faultsOf(t, s); len(faults) > 0 {
		t.Errorf("afterwards: %q", faults)
	}
}

func TestCheckEnds(t *testing.T) {
	s, _ := filled(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Check(ctx, func(string) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("a check that was called off gives %v", err)
	}
}

// TestDamagedRecords: a reader of a broken house gets house_damaged, not a trace.
func TestDamagedRecords(t *testing.T) {
	s, e := filled(t)
	byName := indexLayouts[core.ProjectsByName].collection
	err := e.Update(context.Background(), func(w kv.Writer) error {
		return errors.Join(
			w.Put([]byte{colProjects, 0, 0, 0, 0, 0, 0, 0, 2}, []byte("x")),
			w.Put(append([]byte{byName}, "a\x00\x00\x00\x00\x00\x00\x00\x00\xff"...), nil),
			w.Put([]byte{colDue, 0}, nil),
			w.Put(numberKey(core.KindProject), []byte("short")),
			w.Put(metaSettings, []byte("x")),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, fn := range map[string]func(x core.Tx) error{
		"record":     func(x core.Tx) error { _, _, err := x.Projects().Get(2); return err },
		"replaced":   func(x core.Tx) error { return x.Projects().Put(core.Project{ID: 2}) },
		"deleted":    func(x core.Tx) error { return x.Projects().Delete(2) },
		"number":     func(x core.Tx) error { _, err := x.NextID(core.KindProject); return err },
		"numbers":    func(x core.Tx) error { _, err := x.LastIDs(); return err },
		"settings":   func(x core.Tx) error { _, err := x.Settings(); return err },
		"due":        func(x core.Tx) error { return x.Due(1, func(core.DueItem) (bool, error) { return true, nil }) },
		"index":      func(x core.Tx) error { return list(x.Projects(), core.ProjectsByName) },
		"records":    func(x core.Tx) error { return list(x.Projects(), core.Primary) },
		"index rows": func(x core.Tx) error { return listRows(x) },
	} {
		if err := s.Update(context.Background(), fn); core.ReasonOf(err) != core.ReasonHouseDamaged {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func list(t core.Projects, i core.Index) error {
	_, err := t.Scan(core.Scan{Index: i}, func(core.Project) (bool, error) { return true, nil })
	return err
}

func listRows(x core.Tx) error {
	_, err := x.Projects().ScanRows(core.Scan{Index: core.ProjectsByName}, func(core.ProjectRow) (bool, error) { return true, nil })
	return err
}

package tables

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gatehouse/core"
)

// loads compares a store that was loaded with one that the same records were put into.
func loads(t *testing.T, open Open) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld()
		for range rapid.IntRange(0, 40).Draw(rt, "records") {
			rapid.SampledFrom(w.tables).Draw(rt, "table").step(rt).note()
		}
		var records []any
		for _, m := range w.tables {
			records = append(records, m.all()...)
		}
		records = append(records, core.Counters{core.KindAccount: 7, core.KindTemplate: 2}, core.Settings{Created: 5, Demo: true})
		records = rapid.Permutation(records).Draw(rt, "order")
		looks := draw(rt, w)
		s := open(t)
		defer func() { _ = s.Close() }()
		err := s.Load(context.Background(), func(put func(any) error) error {
			for _, r := range records {
				if err := put(r); err != nil {
					return err
				}
			}
			return nil
		}, nil)
		if err != nil {
			rt.Fatal(err)
		}
		if err := s.View(context.Background(), func(x core.Tx) error { return loaded(x, looks) }); err != nil {
			rt.Fatal(err)
		}
		faults, err := Faults(context.Background(), s)
		if err != nil || len(faults) > 0 {
			rt.Fatalf("check: %v %q", err, faults)
		}
	})
}

// loaded compares what loads gave to the store.
func loaded(x core.Tx, looks []look) error {
	for _, l := range looks {
		if err := l(x); err != nil {
			return err
		}
	}
	last, err := x.LastIDs()
	if err != nil {
		return err
	}
	if last[core.KindAccount] != 7 || last[core.KindTemplate] != 2 {
		return fmt.Errorf("last numbers are %v", last)
	}
	settings, err := x.Settings()
	if err == nil && settings != (core.Settings{Created: 5, Demo: true}) {
		return fmt.Errorf("settings are %v", settings)
	}
	return err
}

// dueOrder: SW2, one record of each kind due at the same moment, put in the opposite order.
func dueOrder(t *testing.T, open Open) {
	s := open(t)
	defer func() { _ = s.Close() }()
	const day, due = 86400, core.Moment(1000 * 86400)
	project := core.ProjectID(2).Ref()
	update(t, s, func(x core.Tx) error {
		return first(
			x.Undos().Put(core.Undo{Account: 2, N: 1, Done: due - 300}),
			x.Undos().Put(core.Undo{Account: 1, N: 2, Done: due - 300}),
			x.Attempts().Put(core.Attempt{Key: "1 join", First: due - 600}),
			x.Organizations().Put(core.Organization{ID: 1, State: core.UnitActive, MFA: core.MFASetting{State: core.MFAScheduled, At: due, Noticed: 2}}),
			x.Memberships().Put(core.Membership{Unit: project, Account: 2, Until: due}),
			x.Memberships().Put(core.Membership{Unit: project, Account: 1, Until: due}),
			x.Invitations().Put(core.Invitation{ID: 1, Unit: project, State: core.InvitationPending, Lapses: due}),
			x.Requests().Put(core.Request{ID: 1, State: core.RequestPending, Lapses: due, Reminded: 3}),
			x.Visits().Put(core.Visit{ID: 1, Unit: project, State: core.VisitActive, Ends: due}),
			x.Projects().Put(core.Project{ID: 2, State: core.ProjectDeleted, Deleted: due - 60*day}),
			x.Projects().Put(core.Project{ID: 1, State: core.ProjectActive, Expires: due, Noticed: true}),
			x.Accounts().Put(core.Account{ID: 1, State: core.AccountActive, Expires: due, Noticed: 3}),
			x.Accounts().Put(core.Account{ID: 2, State: core.AccountActive, Expires: due + 1, Noticed: 3}),
			x.Accounts().Put(core.Account{ID: 9, State: core.AccountActive, Expires: due - 1, Noticed: 3}),
		)
	})
	want := []core.DueItem{
		{At: due - 1, Ref: core.AccountID(9).Ref()},
		{At: due, Ref: core.AccountID(1).Ref()},
		{At: due, Ref: core.ProjectID(1).Ref()},
		{At: due, Ref: project},
		{At: due, Ref: core.VisitID(1).Ref()},
		{At: due, Ref: core.RequestID(1).Ref()},
		{At: due, Ref: core.InvitationID(1).Ref()},
		{At: due, Ref: project, Account: 1},
		{At: due, Ref: project, Account: 2},
		{At: due, Ref: core.OrganizationID(1).Ref()},
		{At: due, Key: "1 join"},
		{At: due, Account: 1, N: 2},
		{At: due, Account: 2, N: 1},
	}
	var got []core.DueItem
	err := s.View(context.Background(), func(x core.Tx) error {
		return x.Due(due, func(d core.DueItem) (bool, error) {
			got = append(got, d)
			return true, nil
		})
	})
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("due:\n got %v, %v\nwant %v", got, err, want)
	}
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func update(t *testing.T, s core.Store, fn func(core.Tx) error) {
	t.Helper()
	if err := s.Update(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func loadOne(s core.Store, record any) error {
	return s.Load(context.Background(), func(put func(any) error) error { return put(record) }, nil)
}

// loadTwice: X2, import needs an empty house, and a file that says something twice is refused as a whole.
func loadTwice(t *testing.T, open Open) {
	s := open(t)
	defer func() { _ = s.Close() }()
	twice := s.Load(context.Background(), func(put func(any) error) error {
		if err := put(core.Maintainer{ID: 1, Name: "North"}); err != nil {
			return err
		}
		return put(core.Maintainer{ID: 1, Name: "South"})
	}, nil)
	if core.ReasonOf(twice) != core.ReasonImportInvalid {
		t.Fatalf("two records with one key: %v", twice)
	}
	if err := loadOne(s, struct{}{}); err == nil {
		t.Fatal("something that is no record was loaded")
	}
	if err := loadOne(s, core.Maintainer{Name: "nobody"}); err == nil {
		t.Fatal("a record without a number was loaded")
	}
	if err := loadOne(s, &core.Maintainer{ID: 3, Name: "North", State: core.UnitActive}); err != nil {
		t.Fatal(err)
	}
	if err := loadOne(s, core.Maintainer{ID: 4}); core.ReasonOf(err) != core.ReasonHouseNotEmpty {
		t.Fatalf("loading a second time: %v", err)
	}
	update(t, s, func(x core.Tx) error {
		// F9: the next number lies above all that were loaded.
		if n, err := x.NextID(core.KindMaintainer); err != nil || n != 4 {
			t.Fatalf("next number is %d, %v", n, err)
		}
		return nil
	})
}

// numbers: F9.
func numbers(t *testing.T, open Open) {
	s := open(t)
	defer func() { _ = s.Close() }()
	next := func(k core.Kind, want uint64) {
		t.Helper()
		var got uint64
		update(t, s, func(x core.Tx) (err error) {
			got, err = x.NextID(k)
			return err
		})
		if got != want {
			t.Fatalf("next %v is %d, want %d", k, got, want)
		}
	}
	next(core.KindProject, 1)
	next(core.KindProject, 2)
	next(core.KindAccount, 1)
	_ = s.Update(context.Background(), func(x core.Tx) error {
		if _, err := x.NextID(core.KindProject); err != nil {
			t.Fatal(err)
		}
		return errGiveUp
	})
	next(core.KindProject, 3)
	update(t, s, func(x core.Tx) error { return x.PutSettings(core.Settings{Created: 9, Clock: 3600}) })
	err := s.View(context.Background(), func(x core.Tx) error {
		last, err := x.LastIDs()
		if err == nil && (len(last) != 2 || last[core.KindProject] != 3 || last[core.KindAccount] != 1) {
			t.Fatalf("last numbers are %v", last)
		}
		if set, err := x.Settings(); err != nil || set != (core.Settings{Created: 9, Clock: 3600}) {
			t.Fatalf("settings are %v, %v", set, err)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func viewsRead(t *testing.T, open Open) {
	s := open(t)
	defer func() { _ = s.Close() }()
	for what, fn := range map[string]func(core.Tx) error{
		"put":      func(x core.Tx) error { return x.Maintainers().Put(core.Maintainer{ID: 1}) },
		"delete":   func(x core.Tx) error { return x.Maintainers().Delete(1) },
		"next":     func(x core.Tx) error { _, err := x.NextID(core.KindProject); return err },
		"settings": func(x core.Tx) error { return x.PutSettings(core.Settings{}) },
	} {
		if err := s.View(context.Background(), fn); err == nil {
			t.Errorf("%s in a View has no error", what)
		}
	}
}

// misuse: keys with the wrong parts are errors, never a scan of something else.
func misuse(t *testing.T, open Open) {
	s := open(t)
	defer func() { _ = s.Close() }()
	all := func(core.Project) (bool, error) { return true, nil }
	for what, scan := range map[string]core.Scan{
		"index of another table": {Index: core.AccountsByName},
		"unknown index":          {Index: 255},
		"text for a number":      {Index: core.ProjectsOfOrganization, Prefix: core.Key{core.Text("3")}},
		"number for a text":      {Index: core.ProjectsByName, After: core.Key{core.Num(core.ProjectID(3))}},
		"too many parts":         {Prefix: core.Key{core.Num(core.ProjectID(3)), core.Num(core.ProjectID(3))}},
		"match without a text":   {Match: func([]byte) bool { return true }},
	} {
		err := s.View(context.Background(), func(x core.Tx) error {
			_, err := x.Projects().Scan(scan, all)
			return err
		})
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
	// A text that cannot be stored is there as little as one that was not: people ask for anything.
	err := s.View(context.Background(), func(x core.Tx) error {
		_, err := x.Projects().Scan(core.Scan{Index: core.ProjectsByName, Prefix: core.Key{core.Text("a\x00b")}}, func(core.Project) (bool, error) {
			t.Error("byte 0 in a text: something was found")
			return true, nil
		})
		if _, found, getErr := x.Codes().Get("a\x00"); found || getErr != nil {
			t.Errorf("byte 0 in a key: %v, %v", found, getErr)
		}
		return err
	})
	if err != nil {
		t.Errorf("byte 0 in a text: %v", err)
	}
	for what, fn := range map[string]func(core.Tx) error{
		"rows of an index without": func(x core.Tx) error {
			_, err := x.Projects().ScanRows(core.Scan{Index: core.ProjectIDsOfOrganization}, func(core.ProjectRow) (bool, error) { return true, nil })
			return err
		},
		"record without a number": func(x core.Tx) error { return x.Projects().Put(core.Project{}) },
		"byte 0 in a key":         func(x core.Tx) error { return x.Codes().Put(core.ActivationCode{Hash: "a\x00"}) },
	} {
		if err := s.Update(context.Background(), fn); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

func watch(t *testing.T, open Open) {
	s := open(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	changes := s.Watch(ctx)
	update(t, s, func(x core.Tx) error {
		if err := x.Projects().Put(core.Project{ID: 3, Organization: 2, State: core.ProjectActive}); err != nil {
			return err
		}
		return x.Memberships().Put(core.Membership{Unit: core.ProjectID(3).Ref(), Account: 9})
	})
	if c := next(t, changes); c.All || !slices.Equal(c.Refs, []core.Ref{core.AccountID(9).Ref(), core.ProjectID(3).Ref()}) {
		t.Fatalf("changed: %+v", c)
	}
	update(t, s, func(x core.Tx) error {
		return x.Events().Put(core.Event{Chain: core.OrganizationID(2).Ref(), Sequence: 1, Time: 1})
	})
	if c := next(t, changes); c.All || !slices.Equal(c.Refs, []core.Ref{core.OrganizationID(2).Ref()}) {
		t.Fatalf("changed: %+v", c)
	}
	update(t, s, func(x core.Tx) error {
		for i := range core.VisitID(100) {
			if err := x.Visits().Put(core.Visit{ID: i + 1, Unit: core.ProjectID(3).Ref(), State: core.VisitLeft}); err != nil {
				return err
			}
		}
		return nil
	})
	if c := next(t, changes); !c.All {
		t.Fatalf("a hundred changes are told as %+v", c)
	}
	update(t, s, func(x core.Tx) error { return x.PutSettings(core.Settings{Clock: 60}) })
	if c := next(t, changes); !c.All {
		t.Fatalf("a moved clock is told as %+v", c)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case _, more := <-changes:
		if more {
			t.Fatal("a change after the end")
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the channel stays open")
	}
}

func next(t *testing.T, changes <-chan core.Changed) core.Changed {
	t.Helper()
	select {
	case c := <-changes:
		return c
	case <-time.After(10 * time.Second):
		t.Fatal("no change was told")
		return core.Changed{}
	}
}

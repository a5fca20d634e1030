package demo_test

import (
	"context"
	"testing"
	"time"

	"gatehouse/cmd/demo"
	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/storage"
)

var now = time.Date(2026, 6, 15, 9, 30, 0, 0, time.UTC)

func open(t *testing.T) core.Store {
	t.Helper()
	store, err := storage.Open(context.Background(), "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// view reads the store at the end of a fill.
func view(t *testing.T, store core.Store, fn func(core.Tx) error) {
	t.Helper()
	if err := store.View(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, tx core.Tx, c core.Counter) int {
	t.Helper()
	n, err := tx.Count(c, core.Ref{})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestFillMakesABelievableHouse(t *testing.T) {
	suite.Sequential(t)
	ctx := context.Background()
	store := open(t)
	cast, err := demo.Fill(ctx, store, now, 1)
	if err != nil {
		t.Fatal(err)
	}
	house := core.New(store, core.Options{Clock: func() time.Time { return now }})
	requests := map[core.RequestState]int{}
	soon, expiring, deleted := 0, 0, 0
	view(t, store, func(tx core.Tx) error {
		for c, least := range map[core.Counter]int{
			core.CountMaintainers: 3, core.CountOrganizations: 12, core.CountProjects: 60, core.CountAccounts: 140,
			core.CountPendingRequests: 4, core.CountActiveVisits: 4,
		} {
			if n := count(t, tx, c); n < least {
				t.Errorf("counter %d is %d, want %d or more", c, n, least)
			}
		}
		if _, err := tx.Requests().Scan(core.Scan{}, func(q core.Request) (bool, error) {
			requests[q.State]++
			return true, nil
		}); err != nil {
			return err
		}
		if _, err := tx.Visits().Scan(core.Scan{Index: core.ActiveVisits}, func(v core.Visit) (bool, error) {
			if v.Ends.Sub(core.At(now)) < time.Hour {
				soon++
			}
			return true, nil
		}); err != nil {
			return err
		}
		_, err := tx.Projects().Scan(core.Scan{}, func(p core.Project) (bool, error) {
			switch {
			case p.State == core.ProjectDeleted:
				deleted++
			case p.Expires != 0 && p.Expires.Sub(core.At(now)) < 7*core.Day:
				expiring++
			}
			return true, nil
		})
		return err
	})
	for _, s := range []core.RequestState{core.RequestPending, core.RequestApproved, core.RequestRejected, core.RequestWithdrawn, core.RequestLapsed} {
		if requests[s] == 0 {
			t.Errorf("no request is %s: %v", s, requests)
		}
	}
	if soon == 0 || expiring == 0 || deleted == 0 {
		t.Errorf("%d visits end within the hour, %d projects expire within 7 days, %d are deleted; want some of each", soon, expiring, deleted)
	}
	home, err := house.As(cast[0].ID).Home(ctx)
	if err != nil || home.WaitingTotal == 0 {
		t.Errorf("%s has %d requests to decide (%v), want some", cast[0].Email, home.WaitingTotal, err)
	}
	lacking := 0
	for _, part := range cast {
		if _, err := house.As(part.ID).Me(ctx); err != nil {
			t.Errorf("%s: %v", part.Email, err)
		}
	}
	view(t, store, func(tx core.Tx) error {
		_, err := tx.Organizations().Scan(core.Scan{}, func(o core.Organization) (bool, error) {
			if o.RequiresMFA() {
				lacking++
			}
			return true, nil
		})
		return err
	})
	if lacking == 0 {
		t.Error("no organization requires MFA")
	}
	verify(t, store)
}

// verify: no fault in the tables, no rule broken, no chain broken.
func verify(t *testing.T, store core.Store) {
	t.Helper()
	report := func(fault string) { t.Error(fault) }
	if err := store.Check(context.Background(), report); err != nil {
		t.Fatal(err)
	}
	if err := core.CheckInvariants(context.Background(), store, core.At(now), report); err != nil {
		t.Fatal(err)
	}
}

// TestFillIsTheSameForTheSameSeed: two houses of one seed hold the same names.
func TestFillIsTheSameForTheSameSeed(t *testing.T) {
	suite.Sequential(t)
	var names [2][]string
	for i := range names {
		store := open(t)
		if _, err := demo.Fill(context.Background(), store, now, 7); err != nil {
			t.Fatal(err)
		}
		view(t, store, func(tx core.Tx) error {
			_, err := tx.Accounts().Scan(core.Scan{}, func(a core.Account) (bool, error) {
				names[i] = append(names[i], a.Email)
				return true, nil
			})
			return err
		})
	}
	for i, email := range names[0] {
		if names[1][i] != email {
			t.Fatalf("person %d is %s in one house and %s in the other", i, email, names[1][i])
		}
	}
}

func TestFillLarge(t *testing.T) {
	suite.Sequential(t)
	store := open(t)
	size := demo.Size{Maintainers: 4, Organizations: 100, Projects: 1000, Accounts: 1000, Memberships: 3000}
	cast, err := demo.FillLarge(context.Background(), store, now, size, nil)
	if err != nil {
		t.Fatal(err)
	}
	view(t, store, func(tx core.Tx) error {
		for c, want := range map[core.Counter]int{
			core.CountMaintainers: size.Maintainers, core.CountOrganizations: size.Organizations,
			core.CountProjects: size.Projects, core.CountAccounts: size.Accounts,
		} {
			if n := count(t, tx, c); n != want {
				t.Errorf("counter %d is %d, want %d", c, n, want)
			}
		}
		memberships := 0
		_, err := tx.Memberships().Scan(core.Scan{}, func(core.Membership) (bool, error) {
			memberships++
			return true, nil
		})
		if memberships != size.Memberships {
			t.Errorf("%d memberships, want %d", memberships, size.Memberships)
		}
		return err
	})
	house := core.New(store, core.Options{Clock: func() time.Time { return now }})
	for _, part := range cast {
		if _, err := house.As(part.ID).Projects(context.Background(), core.ProjectQuery{}); err != nil {
			t.Errorf("%s (%s): %v", part.Email, part.Who, err)
		}
	}
	verify(t, store)
}

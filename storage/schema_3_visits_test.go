package storage

import (
	"context"
	"testing"

	"gatehouse/core"
	"gatehouse/storage/kv"
)

// V10, F3: a house of schema 2 gets the index of all visits of an organization, and what ended by time has ended when it
// was due, however late the sweep came.
func TestSchema3MendsEndsAndFillsTheIndex(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, "memory:", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	const many = 2*mendSlice + 7
	project := core.ProjectID(1).Ref()
	err = s.Update(ctx, func(x core.Tx) error {
		for i := core.VisitID(1); i <= many; i++ {
			v := core.Visit{
				ID: i, Version: 1, Unit: project, Account: 1, State: core.VisitEnded, Started: 100, Ends: 200, Ended: 900, Cause: "time",
				Organization: 3,
			}
			if i == 2 {
				v.State, v.Ended, v.Cause, v.By = core.VisitRevoked, 150, "time to go", 7
			}
			if err := x.Visits().Put(v); err != nil {
				return err
			}
		}
		if err := x.Requests().Put(core.Request{ID: 1, Version: 1, State: core.RequestLapsed, Lapses: 300, Decided: 900}); err != nil {
			return err
		}
		if err := x.Projects().Put(core.Project{ID: 1, Version: 1, Organization: 3, State: core.ProjectPurged, Purged: 500}); err != nil {
			return err
		}
		for _, k := range []core.Kind{core.KindProject, core.KindVisit, core.KindRequest, core.KindInvitation} {
			for range many {
				if _, err := x.NextID(k); err != nil {
					return err
				}
			}
		}
		return x.Invitations().Put(core.Invitation{ID: 1, Version: 1, State: core.InvitationLapsed, Lapses: 400, Ended: 900})
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.engine.Update(ctx, func(w kv.Writer) error { // as schema 2 has it
		var keys [][]byte
		for _, prefix := range [][]byte{
			{indexLayouts[core.VisitsOfOrganization].collection},
			{indexLayouts[core.PurgedProjects].collection},
			{indexLayouts[core.PurgedProjectsOfOrganization].collection},
			{colCounters, byte(core.CountPurgedProjects)},
		} {
			if err := w.Scan(kv.Range{Prefix: prefix}, func(key, _ []byte) (bool, error) {
				keys = append(keys, append([]byte(nil), key...))
				return true, nil
			}); err != nil {
				return err
			}
		}
		for _, k := range keys {
			if err := w.Delete(k); err != nil {
				return err
			}
		}
		return toSchema3(w, func(int, int) {})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(ctx, func(fault string) { t.Error(fault) }); err != nil {
		t.Fatal(err)
	}
	err = s.View(ctx, func(x core.Tx) error {
		n := 0
		_, err := x.Visits().Scan(core.Scan{Index: core.VisitsOfOrganization, Prefix: core.Key{core.Num(core.OrganizationID(3))}}, func(v core.Visit) (bool, error) {
			n++
			if want := map[bool]core.Moment{true: 150, false: 200}[v.ID == 2]; v.Ended != want {
				t.Errorf("visit %d ended at %d, want %d", v.ID, v.Ended, want)
			}
			return n < many, nil
		})
		if err != nil || n != many {
			t.Errorf("%d visits of the organization: %v", n, err)
		}
		if n, err := x.Count(core.CountPurgedProjects, core.OrganizationID(3).Ref()); n != 1 || err != nil {
			t.Errorf("%d purged projects: %v", n, err)
		}
		q, _, _ := x.Requests().Get(1)
		i, _, _ := x.Invitations().Get(1)
		if q.Decided != 300 || i.Ended != 400 {
			t.Errorf("request %d, invitation %d", q.Decided, i.Ended)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

package storage_test

import (
	"context"
	"testing"

	"gatehouse/core"
	"gatehouse/storage"
)

func open(t testing.TB, url string, opts storage.Options) *storage.Store {
	t.Helper()
	s, err := storage.Open(context.Background(), url, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestSmoke(t *testing.T) {
	for _, url := range []string{"memory:", t.TempDir() + "/house.db"} {
		s := open(t, url, storage.Options{Rerun: true})
		ctx := context.Background()
		err := s.Update(ctx, func(tx core.Tx) error {
			id, err := tx.NextID(core.KindProject)
			if err != nil {
				return err
			}
			return tx.Projects().Put(core.Project{ID: core.ProjectID(id), Organization: 3, Maintainer: 2, Name: "Shop", State: core.ProjectActive, Expires: 99999999})
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.View(ctx, func(tx core.Tx) error {
			p, ok, err := tx.Projects().Get(1)
			t.Log(p, ok, err)
			end, err := tx.Projects().ScanRows(core.Scan{Index: core.ProjectsOfOrganization, Prefix: core.Key{core.Num(core.OrganizationID(3))}}, func(r core.ProjectRow) (bool, error) {
				t.Log(r)
				return true, nil
			})
			t.Log(end, err)
			end, err = tx.Projects().Scan(core.Scan{Index: core.ProjectsByName, Match: func(b []byte) bool { return string(b) == "shop" }}, func(r core.Project) (bool, error) {
				t.Log(r)
				return true, nil
			})
			t.Log(end, err)
			n, err := tx.Count(core.CountProjects, core.OrganizationID(3).Ref())
			t.Log(n, err)
			return tx.Due(1<<40, func(d core.DueItem) (bool, error) { t.Log(d); return true, nil })
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

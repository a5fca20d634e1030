package core_test

import (
	"fmt"
	"testing"

	"gatehouse/core"
)

// wide opens a house in a file with many projects of one organization, and the people of the start around them. It is
// loaded in one go.
func wide(b *testing.B, projects int) *fixture {
	b.Helper()
	small := newFixture(b)
	h := &fixture{t: b, clock: small.clock, people: small.people, partnerOne: small.partnerOne, acme: small.acme, etl: small.etl}
	h.House = core.New(openBolt(b), core.Options{Clock: small.clock.Now})
	err := h.Store().Load(ctx, func(put func(any) error) error {
		for i := range projects {
			id := core.ProjectID(i + 1)
			if err := put(core.Project{
				ID: id, Version: 1, Organization: h.acme, Maintainer: h.partnerOne, Name: fmt.Sprintf("%s %07d", []string{"Nightly", "Churn", "Import"}[i%3], i),
				Template: "production", RoleSet: core.RoleSetStandard, UserLimit: 10, State: core.ProjectActive,
			}); err != nil {
				return err
			}
		}
		for _, rec := range rest(small) {
			if err := put(rec); err != nil {
				return err
			}
		}
		return put(core.Counters{core.KindProject: uint64(projects), core.KindAccount: 20, core.KindMaintainer: 1, core.KindOrganization: 1})
	}, nil)
	if err != nil {
		b.Fatal(err)
	}
	return h
}

// rest gives everything of a house but its projects and their users.
func rest(h *fixture) []any {
	var out []any
	for _, a := range allOf(h, func(tx core.Tx) core.Table[core.AccountID, core.Account] { return tx.Accounts() }, core.Scan{}) {
		out = append(out, a)
	}
	for _, m := range allOf(h, core.Tx.Maintainers, core.Scan{}) {
		out = append(out, m)
	}
	for _, o := range allOf(h, organizations, core.Scan{}) {
		out = append(out, o)
	}
	for _, r := range allOf(h, core.Tx.Roles, core.Scan{}) {
		out = append(out, r)
	}
	for _, m := range allOf(h, core.Tx.Memberships, core.Scan{}) {
		out = append(out, m)
	}
	return out
}

// BenchmarkProjects measures one page of 50 projects of a large house: at the start, in the middle, filtered.
func BenchmarkProjects(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		h := wide(b, n)
		for _, c := range []struct {
			name, who string
			q         core.Query
		}{
			{"first", "sam", core.Query{}},
			{"first as maintainer", "lea", core.Query{}},
			{"last", "sam", core.Query{Back: true}},
			{"filter common", "sam", core.Query{Filter: "night"}},
			{"filter rare", "sam", core.Query{Filter: "=0999"}},
			{"filter none", "sam", core.Query{Filter: "zzz"}},
			{"expires", "lea", core.Query{Sort: "expires"}},
		} {
			b.Run(fmt.Sprintf("%d/%s", n, c.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := h.as(c.who).Projects(ctx, core.ProjectQuery{Query: c.q}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(fmt.Sprintf("%d/home", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := h.as("lea").Home(ctx); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

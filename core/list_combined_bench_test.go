package core_test

import (
	"fmt"
	"testing"

	"gatehouse/core"
)

// busy opens a house in a file in which one organization has many projects with five users each, of a tenth as many
// people.
func busy(b *testing.B, projects int) *fixture {
	b.Helper()
	small := newFixture(b)
	h := &fixture{t: b, clock: small.clock, people: small.people, partnerOne: small.partnerOne, acme: small.acme, etl: small.etl}
	h.House = core.New(openBolt(b), core.Options{Clock: small.clock.Now})
	const first = 100 // the first account behind those of the start
	people := projects / 2
	err := h.Store().Load(ctx, func(put func(any) error) error {
		for i := range people {
			id := core.AccountID(first + i)
			if err := put(core.Account{ID: id, Version: 1, Email: fmt.Sprintf("p%06d@acme.test", i), State: core.AccountActive, Confirmed: true}); err != nil {
				return err
			}
		}
		for i := range projects {
			p := core.Project{
				ID: core.ProjectID(i + 1), Version: 1, Organization: h.acme, Maintainer: h.partnerOne, Name: fmt.Sprintf("Load %07d", i),
				Template: "production", RoleSet: core.RoleSetStandard, UserLimit: 10, State: core.ProjectActive,
			}
			if err := put(p); err != nil {
				return err
			}
			for k := range 5 {
				m := core.Membership{
					Unit: p.ID.Ref(), Account: core.AccountID(first + (i*7+k*people/5)%people), Version: 1, Since: h.now(), Origin: core.OriginAdded, Role: core.RoleGuest,
				}
				if err := put(m); err != nil {
					return err
				}
			}
		}
		for _, rec := range rest(small) {
			if m, ok := rec.(core.Membership); ok && m.Unit.Kind == core.KindProject {
				continue
			}
			if err := put(rec); err != nil {
				return err
			}
		}
		return put(core.Counters{core.KindProject: uint64(projects), core.KindAccount: uint64(first + people), core.KindMaintainer: 1, core.KindOrganization: 1})
	}, nil)
	if err != nil {
		b.Fatal(err)
	}
	return h
}

// BenchmarkCombined measures one page of 50 people of the combined list of a large organization (M14).
func BenchmarkCombined(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000} {
		h := busy(b, n)
		first, err := h.as("ana").CombinedUsers(ctx, h.acme, core.Query{})
		if err != nil || len(first.Items) != 50 {
			b.Fatal(len(first.Items), err)
		}
		for name, q := range map[string]core.Query{"first": {}, "second": {After: first.Next}, "filter none": {Filter: "zzz"}} {
			b.Run(fmt.Sprintf("%d projects/%s", n, name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := h.as("ana").CombinedUsers(ctx, h.acme, q); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

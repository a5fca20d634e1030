package core_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gatehouse/core"
)

func combinedLine(u core.CombinedUser) string {
	name, _, _ := strings.Cut(u.Person.Email, "@")
	var in []string
	for _, p := range u.Projects {
		in = append(in, p.Project.Name+" "+p.Ways())
	}
	mark := ""
	if u.External {
		mark = " external"
	} else if u.Visitor {
		mark = " visitor"
	}
	return name + mark + ": " + strings.Join(in, ", ")
}

// M14: everybody once, with the projects; members who use none are left out; deleted projects do not count.
func TestCombinedUsers(t *testing.T) {
	h := newFixture(t)
	churn := h.addProject(h.acme, "Churn")
	old := h.addProject(h.acme, "Old")
	other := h.addProject(h.addOrganization(h.partnerOne, "Beta"), "Elsewhere")
	h.addMember(h.project(other).Organization.Ref(), "ben", core.RoleDefault, core.RoleAdmin)
	h.addUser(churn, "pia", core.RoleGuest)
	h.addUser(other, "otto", core.RoleGuest)
	h.addUser(old, "otto", core.RoleGuest)
	must(h.as("ana").DeleteProject(ctx, old, 0))(t)
	h.addGrant(churn, "DEV", core.RoleReadOnly)
	h.addGrant(h.etl, "DEV", core.RoleGuest)
	h.many(1, "DEV")
	h.addUser(churn, "p00", core.RoleGuest)
	h.addAccount("idle", "idle@acme.test")
	h.addMember(h.acme.Ref(), "idle", core.RoleDefault)
	must(h.as("sue").JoinProject(ctx, churn, entryP()))(t)
	want := []string{
		"sue visitor: Churn admin", "pia external: Churn guest, Nightly ETL admin", "p00: Churn guest, readOnly by DEV, Nightly ETL guest by DEV",
	}
	for _, limit := range []int{1, 2, 50} {
		rows := allPages(t, limit, func(q core.Query) (core.Page[core.CombinedUser], error) {
			return h.as("ana").CombinedUsers(ctx, h.acme, q)
		}, core.Query{})
		var got []string
		for _, u := range rows {
			got = append(got, combinedLine(u))
		}
		if !slices.Equal(got, want) {
			t.Errorf("by %d the list is\n%s", limit, strings.Join(got, "\n"))
		}
	}
	for filter, n := range map[string]int{"project:churn": 3, "external:yes": 1, "pia": 1, "role:admin": 2, "nobody": 0} {
		if page := must(h.as("ana").CombinedUsers(ctx, h.acme, core.Query{Filter: filter}))(t); len(page.Items) != n || page.Total != n {
			t.Errorf("%s: %d of %d", filter, len(page.Items), page.Total)
		}
	}
	back := must(h.as("ana").CombinedUsers(ctx, h.acme, core.Query{Desc: true, Limit: 2}))(t)
	if len(back.Items) != 2 || back.Items[0].Person.Email != "p00@acme.test" {
		t.Errorf("from the end: %+v", back.Items)
	}
	uses := must(h.as("ana").UserProjects(ctx, h.acme, h.id("pia")))(t)
	if len(uses) != 2 || uses[0].Project.Name != "Churn" || !uses[0].MayEnd {
		t.Errorf("the uses are %+v", uses)
	}
}

// The merge against a plain walk, over random houses, both ways and by every page size.
func TestCombinedUsersAgainstPlain(t *testing.T) {
	for seed := range uint64(20) {
		h := newFixture(t)
		random := rand.New(rand.NewPCG(seed, 1))
		names := h.many(20)
		projects := []core.ProjectID{h.etl}
		for i := range 8 {
			projects = append(projects, h.addProject(h.acme, fmt.Sprintf("P%d", i)))
		}
		plain := map[string]bool{"pia@data.test": true}
		for _, p := range projects {
			for _, n := range names {
				if random.IntN(6) == 0 {
					h.addUser(p, n, core.RoleGuest)
					plain[n+"@acme.test"] = true
				}
			}
		}
		want := make([]string, 0, len(plain))
		for email := range plain {
			want = append(want, email)
		}
		slices.SortFunc(want, func(a, b string) int {
			x, _, _ := strings.Cut(a, "@")
			y, _, _ := strings.Cut(b, "@")
			return int(h.id(x)) - int(h.id(y))
		})
		for _, desc := range []bool{false, true} {
			rows := allPages(t, 1+random.IntN(7), func(q core.Query) (core.Page[core.CombinedUser], error) {
				return h.as("ana").CombinedUsers(ctx, h.acme, q)
			}, core.Query{Desc: desc})
			got := make([]string, 0, len(rows))
			for _, u := range rows {
				got = append(got, u.Person.Email)
			}
			if desc {
				slices.Reverse(got)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("seed %d, desc %v: %v, want %v", seed, desc, got, want)
			}
		}
	}
}

package core_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// mixed puts projects with the names of a small alphabet into organizations of two maintainers, and people who see
// them by different roads.
func mixed(t testing.TB, names ...string) *fixture {
	t.Helper()
	h := newFixture(t)
	h.addAccount("zoe", "zoe@mixed.test")
	two := h.addMaintainer("Partner Two", "zoe")
	own := h.addOrganization(two, "Own")
	h.addMember(own.Ref(), "zoe", core.RoleDefault, core.RoleAdmin)
	other := h.addOrganization(h.partnerOne, "Other")
	h.addMember(other.Ref(), "zoe", core.RoleDefault, core.RoleAdmin)
	h.addMember(other.Ref(), "ben", core.RoleDefault, core.RoleAdmin)
	for i, name := range names {
		switch i % 4 {
		case 0:
			h.addProject(own, name)
		case 1:
			h.addProject(other, name, func(p *core.Project) { p.Expires = h.in(time.Duration(1+i%5) * core.Day) })
		case 2:
			p := h.addProject(h.acme, name)
			h.addUser(p, "zoe", core.RoleGuest)
		default:
			h.addProject(h.acme, name) // not seen by Zoe
		}
	}
	return h
}

// allPages reads a list page by page from the start, and checks Next and Prev on the way.
func allPages[R any](t testing.TB, limit int, list func(core.Query) (core.Page[R], error), q core.Query) []R {
	t.Helper()
	q.Limit = limit
	var rows []R
	for n := 0; ; n++ {
		page := must(list(q))(t)
		if len(page.Items) > limit {
			t.Fatalf("a page of %d has %d rows", limit, len(page.Items))
		}
		if (page.Prev == "") != (q.After == "") {
			t.Fatalf("page %d: prev is %q", n, page.Prev)
		}
		rows = append(rows, page.Items...)
		if page.Next == "" {
			return rows
		}
		if q.After = page.Next; n > 10_000 {
			t.Fatal("the list never ends")
		}
	}
}

// allPagesBack reads the same list from its end.
func allPagesBack[R any](t testing.TB, limit int, list func(core.Query) (core.Page[R], error), q core.Query) []R {
	t.Helper()
	q.Limit, q.Back = limit, true
	var rows []R
	for n := 0; ; n++ {
		page := must(list(q))(t)
		rows = append(slices.Clone(page.Items), rows...)
		if page.Prev == "" {
			return rows
		}
		if q.After = page.Prev; n > 10_000 {
			t.Fatal("the list never ends")
		}
	}
}

// TestPagesAgree checks that every way through a merged list gives the same rows: any page size, forward and back,
// either direction, with a filter or without (H12).
func TestPagesAgree(t *testing.T) {
	suite.Sequential(t)
	rapid.Check(t, func(rt *rapid.T) {
		names := rapid.SliceOfN(rapid.StringOfN(rapid.RuneFrom([]rune("abAB é")), 1, 4, -1), 0, 40).Draw(rt, "names")
		for i, n := range names {
			names[i] = "p" + strings.TrimSpace(n)
		}
		h := mixed(t, names...)
		limit := rapid.IntRange(1, 7).Draw(rt, "limit")
		q := core.Query{
			Filter: rapid.SampledFrom([]string{"", "a", "=pa", "!b", "org:own", "!org:own a"}).Draw(rt, "filter"),
			Sort:   rapid.SampledFrom([]string{"", "name", "expires"}).Draw(rt, "sort"),
			Desc:   rapid.Bool().Draw(rt, "desc"),
		}
		list := func(q core.Query) (core.Page[core.ProjectView], error) {
			return h.as("zoe").Projects(ctx, core.ProjectQuery{Query: q})
		}
		want := visibleTo(h, names, q)
		if got := named(allPages(t, limit, list, q)); !slices.Equal(got, want) {
			rt.Fatalf("%+v by %d:\n got %q\nwant %q", q, limit, got, want)
		}
		if got := named(allPagesBack(t, limit, list, q)); !slices.Equal(got, want) {
			rt.Fatalf("%+v back by %d:\n got %q\nwant %q", q, limit, got, want)
		}
		if page := must(list(core.Query{}))(t); page.Total != len(visibleTo(h, names, core.Query{})) {
			rt.Fatalf("the total is %d", page.Total)
		}
	})
}

func named(rows []core.ProjectView) []string {
	var out []string
	for _, p := range rows {
		out = append(out, fmt.Sprintf("%d %s", p.ID, p.Name))
	}
	return out
}

// visibleTo is the plain answer: all projects, kept and sorted in memory.
func visibleTo(h *fixture, names []string, q core.Query) []string {
	type row struct {
		id      core.ProjectID
		name    string
		expires core.Moment
	}
	var rows []row
	for i, name := range names {
		if i%4 == 3 {
			continue
		}
		folded, own := core.Fold(name), i%4 == 0
		for _, word := range strings.Fields(q.Filter) {
			ok := false
			switch word {
			case "a":
				ok = strings.Contains(folded, "a")
			case "=pa":
				ok = strings.Contains(folded, "pa")
			case "!b":
				ok = !strings.Contains(folded, "b")
			case "org:own":
				ok = own
			case "!org:own":
				ok = !own
			}
			if !ok {
				folded = "\x00"
			}
		}
		if folded == "\x00" {
			continue
		}
		id := h.etl + core.ProjectID(i) + 1
		rows = append(rows, row{id, name, h.project(id).Expires})
	}
	slices.SortFunc(rows, func(a, b row) int {
		if q.Sort == "expires" && a.expires != b.expires {
			if a.expires == 0 || b.expires == 0 {
				return cmp.Compare(b.expires, a.expires)
			}
			return cmp.Compare(a.expires, b.expires)
		}
		if q.Sort == "expires" && a.expires != 0 {
			return cmp.Compare(a.id, b.id)
		}
		return cmp.Or(cmp.Compare(core.Fold(a.name), core.Fold(b.name)), cmp.Compare(a.id, b.id))
	})
	if q.Desc {
		slices.Reverse(rows)
	}
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprintf("%d %s", r.id, r.name))
	}
	return out
}

// TestCursorsSurviveChanges checks that a page goes on by key: rows that come and go in between neither repeat nor
// vanish.
func TestCursorsSurviveChanges(t *testing.T) {
	h := mixed(t, "pb", "pc", "pd", "px", "pe", "pf")
	list := func(q core.Query) core.Page[core.ProjectView] {
		return must(h.as("zoe").Projects(ctx, core.ProjectQuery{Query: q}))(t)
	}
	first := list(core.Query{Limit: 2})
	h.editProject(first.Items[1].ID, func(p *core.Project) { p.State, p.Deleted = core.ProjectDeleted, h.now() })
	h.addUser(h.addProject(h.acme, "pa"), "zoe", core.RoleGuest)
	second := list(core.Query{Limit: 2, After: first.Next})
	if len(second.Items) != 2 || second.Items[0].Name != "pd" || second.Items[1].Name != "pe" {
		t.Errorf("the second page is %q", named(second.Items))
	}
	back := list(core.Query{Limit: 2, After: second.Prev, Back: true})
	if len(back.Items) != 2 || back.Items[0].Name != "pa" || back.Items[1].Name != "pb" {
		t.Errorf("the page before is %q", named(back.Items))
	}
}

// TestEmptyPageLeadsBack checks that from a page whose rows are gone the way leads back to the last row.
func TestEmptyPageLeadsBack(t *testing.T) {
	h := mixed(t, "pb", "pc", "pd")
	list := func(q core.Query) core.Page[core.ProjectView] {
		return must(h.as("zoe").Projects(ctx, core.ProjectQuery{Query: q}))(t)
	}
	two := list(core.Query{Limit: 2})
	last := list(core.Query{Limit: 2, After: two.Next})
	h.editProject(last.Items[0].ID, func(p *core.Project) { p.State, p.Deleted = core.ProjectDeleted, h.now() })
	empty := list(core.Query{Limit: 2, After: two.Next})
	if len(empty.Items) != 0 || empty.Prev == "" {
		t.Fatalf("the page is %+v", empty)
	}
	if back := list(core.Query{Limit: 2, After: empty.Prev, Back: true}); len(back.Items) != 2 || back.Items[1].Name != "pc" {
		t.Errorf("the way back leads to %q", named(back.Items))
	}
}

// TestPartialPagesKeepTheOrder searches two sources at once, of which one has all its hits at the very end: rows of
// the other must not overtake them, and none may be lost (H12).
func TestPartialPagesKeepTheOrder(t *testing.T) {
	suite.Sequential(t)
	h := mixed(t)
	h.addMember(h.partnerOne.Ref(), "zoe")
	var want []string
	h.put(func(tx core.Tx) error {
		for i := range 24_000 {
			p := core.Project{
				ID: core.ProjectID(h.nextID(tx, core.KindProject)), Version: 1, Organization: 2, Maintainer: 2, Name: fmt.Sprintf("n %06d", i),
				Template: "production", RoleSet: core.RoleSetStandard, UserLimit: 10, State: core.ProjectActive,
			}
			switch {
			case i >= 23_990 && i%2 == 0, i%3_000 == 1:
				p.Name += " zebra"
			}
			if i%3_000 == 1 {
				p.Organization, p.Maintainer = h.acme, h.partnerOne
			}
			if strings.HasSuffix(p.Name, "zebra") {
				want = append(want, p.Name)
			}
			if err := tx.Projects().Put(p); err != nil {
				return err
			}
		}
		return nil
	})
	want = want[len(want)-13:] // the change runs twice in the memory store of the tests
	rows := allPages(t, 3, func(q core.Query) (core.Page[core.ProjectView], error) {
		return h.as("zoe").Projects(ctx, core.ProjectQuery{Query: q})
	}, core.Query{Filter: "=zebra"})
	if got := names(rows, projectName); got != strings.Join(want, ", ") {
		t.Errorf("got %s\nwant %s", got, strings.Join(want, ", "))
	}
}

// TestBadQueries checks that what is no cursor, sort or limit of a list is invalid_value.
func TestBadQueries(t *testing.T) {
	h := mixed(t, "pa", "pb", "pc", "pd", "pe")
	good := must(h.as("zoe").Projects(ctx, core.ProjectQuery{Query: core.Query{Limit: 1}}))(t).Next
	for name, q := range map[string]core.Query{
		"nonsense":     {After: "!"},
		"short":        {After: "AQ"},
		"cut":          {After: good[:len(good)-4]},
		"other sort":   {After: good, Sort: "expires"},
		"unknown sort": {Sort: "colour"},
		"limit":        {Limit: 501},
		"below zero":   {Limit: -1},
		"long filter":  {Filter: strings.Repeat("a", 501)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.as("zoe").Projects(ctx, core.ProjectQuery{Query: q})
			refused(t, err, core.ReasonInvalidValue)
		})
	}
	_, err := h.as("zoe").Organizations(ctx, core.OrganizationQuery{Query: core.Query{After: good}})
	refused(t, err, core.ReasonInvalidValue)
	if strings.ContainsAny(good, "+/=&?% ") {
		t.Errorf("the cursor %q is not safe in a URL", good)
	}
}

// TestFilterStopsAndGoesOn checks that a filter that finds little stops after a bounded amount of work, with a partial
// page that says where to go on (Page).
func TestFilterStopsAndGoesOn(t *testing.T) {
	suite.Sequential(t)
	h := newFixture(t)
	const many = 60_000
	h.put(func(tx core.Tx) error {
		for i := range many {
			id := h.nextID(tx, core.KindProject)
			name := fmt.Sprintf("row %06d", i)
			if i == many-1 {
				name = "zebra"
			}
			err := tx.Projects().Put(core.Project{
				ID: core.ProjectID(id), Version: 1, Organization: h.acme, Maintainer: h.partnerOne, Name: name, Template: "production",
				RoleSet: core.RoleSetStandard, UserLimit: 10, State: core.ProjectActive,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	q := core.ProjectQuery{Query: core.Query{Filter: "=zebra"}}
	pages := 0
	for {
		page := must(h.as("sam").Projects(ctx, q))(t)
		pages++
		if page.Total != core.Uncounted { // nobody knows how many match
			t.Fatalf("the total is %d", page.Total)
		}
		if len(page.Items) == 1 {
			break
		}
		if page.Next == "" {
			t.Fatal("the search ended without the row")
		}
		q.After = page.Next
	}
	if pages < 2 || pages > 3 {
		t.Errorf("the search took %d pages", pages)
	}
}

// TestFilterWords checks what words mean: fuzzy, as they stand, not, and fields.
func TestFilterWords(t *testing.T) {
	h := newFixture(t)
	h.addProject(h.acme, "Churn model")
	h.addProject(h.acme, "STRASSE", func(p *core.Project) { p.Template = "demo" })
	h.addProject(h.acme, "Old import", func(p *core.Project) {
		p.Disabled = &core.Disabled{Reason: "Broken disk", Since: h.now(), By: h.id("sam")}
	})
	for filter, want := range map[string]string{
		"":                    "Churn model, Nightly ETL, Old import, STRASSE",
		"ntl":                 "Nightly ETL",
		"NIGHT etl":           "Nightly ETL",
		"=ntl":                "",
		"=etl":                "Nightly ETL",
		"straße":              "STRASSE",
		"!o":                  "Nightly ETL, STRASSE",
		"!ntl":                "Churn model, Nightly ETL, Old import, STRASSE",
		"!o !straße":          "Nightly ETL",
		"m !=old":             "Churn model",
		"state:disabled":      "Old import",
		"!state:disabled o":   "Churn model",
		"template:demo":       "STRASSE",
		"org:acme template:p": "Churn model, Nightly ETL, Old import",
		"org:nobody":          "",
		"organization:own":    "",
		"organization:acme t": "Nightly ETL, Old import, STRASSE",
		"temp:demo":           "STRASSE",
		"!stat:disabled o":    "Churn model",
		"te:demo":             "",
		"colour:red":          "",
		"=":                   "Churn model, Nightly ETL, Old import, STRASSE",
	} {
		var got []string
		for _, p := range must(h.as("ana").Projects(ctx, core.ProjectQuery{Query: core.Query{Filter: filter}}))(t).Items {
			got = append(got, p.Name)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%q finds %q, want %q", filter, got, want)
		}
	}
}

// FuzzCursor throws cursors at a list: it answers with rows or invalid_value, never otherwise.
func FuzzCursor(f *testing.F) {
	h := mixed(f, "pa", "pb", "pc", "pd", "pe")
	f.Add(must(h.as("zoe").Projects(ctx, core.ProjectQuery{Query: core.Query{Limit: 1}}))(f).Next)
	f.Add(must(h.as("sam").Activity(ctx, core.ActivityQuery{Query: core.Query{Limit: 1}}))(f).Next)
	zoe := h.as("zoe")
	f.Fuzz(func(t *testing.T, after string) {
		for _, back := range []bool{false, true} {
			q := core.Query{After: after, Back: back}
			_, err := zoe.Projects(ctx, core.ProjectQuery{Query: q})
			_, err2 := zoe.Activity(ctx, core.ActivityQuery{Query: q})
			for _, err := range []error{err, err2} {
				if err != nil && core.ReasonOf(err) != core.ReasonInvalidValue {
					t.Fatalf("%q: %v", after, err)
				}
			}
		}
	})
}

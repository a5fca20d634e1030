package core_test

import (
	"testing"

	"gatehouse/core"
)

// TestLookAlikeSiblingsAreMarked: in a list, names that can be taken for one another are marked, others are not
// (trust.md requirement 7, C3); projects are siblings within their organization only.
func TestLookAlikeSiblingsAreMarked(t *testing.T) {
	h := newFixture(t)
	beta := h.addOrganization(h.partnerOne, "Beta")
	h.addMember(beta.Ref(), "ben", core.RoleDefault, core.RoleAdmin)
	other := h.addOrganization(h.partnerOne, "Аcme") // with a Cyrillic А
	h.addMember(other.Ref(), "ben", core.RoleDefault, core.RoleAdmin)
	twin := h.addProject(h.acme, "Nightly ЕTL") // with a Cyrillic Е
	h.addProject(beta, "Nightly ETL")

	for _, o := range must(h.as("sam").Organizations(ctx, core.OrganizationQuery{All: true}))(t).Items {
		if want := o.ID == h.acme || o.ID == other; o.Alike != want {
			t.Errorf("organization %d %q: alike is %v", o.ID, o.Name, o.Alike)
		}
	}
	for _, p := range must(h.as("sam").Projects(ctx, core.ProjectQuery{}))(t).Items {
		if want := p.ID == h.etl || p.ID == twin; p.Alike != want {
			t.Errorf("project %d %q: alike is %v", p.ID, p.Name, p.Alike)
		}
	}
}

// TestLookAlikesStandOut: maintainers, roles and buckets that can be taken for one another are marked too (trust-C3).
func TestLookAlikesStandOut(t *testing.T) {
	h := newFixture(t)
	h.addMaintainer("Partner Оne", "max") // with a Cyrillic О
	h.addMaintainer("Partner Two", "max")
	for _, m := range must(h.as("sam").Maintainers(ctx, core.Query{}))(t).Items {
		if want := m.Name != "Partner Two"; m.Alike != want {
			t.Errorf("maintainer %d %q: alike is %v", m.ID, m.Name, m.Alike)
		}
	}
	h.put(func(tx core.Tx) error {
		for id, name := range map[string]string{"OPS": "ops", "ОPS": "оps", "DEV": "dev"} { // the second with a Cyrillic о
			if err := tx.Roles().Put(core.OrganizationRole{Organization: h.acme, ID: id, Version: 1, Name: name, Description: "A team"}); err != nil {
				return err
			}
		}
		return nil
	})
	for _, r := range must(h.as("ana").Roles(ctx, h.acme, core.Query{}))(t).Items {
		if want := r.ID == "OPS" || r.ID == "ОPS"; r.Alike != want {
			t.Errorf("role %s %q: alike is %v", r.ID, r.Name, r.Alike)
		}
	}
	for _, name := range []string{"raw data", "raw dаta", "cooked"} { // the second with a Cyrillic а
		must(h.as("pia").CreateBucket(ctx, h.etl, core.BucketInput{Name: name}))(t)
	}
	for _, b := range must(h.as("pia").Buckets(ctx, core.BucketQuery{Project: h.etl}))(t).Items {
		if want := b.Name != "cooked"; b.Alike != want {
			t.Errorf("bucket %d %q: alike is %v", b.ID, b.Name, b.Alike)
		}
	}
}

// TestLookAlikesAreMarkedWhereOneDecides: requests to projects that can be taken for one another (trust-C3).
func TestLookAlikesAreMarkedWhereOneDecides(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	twin := h.addProject(h.acme, "Nightly ЕTL") // with a Cyrillic Е
	h.addUser(twin, "pia", core.RoleProjectAdmin)
	reports := h.addProject(h.acme, "Reports")
	h.addUser(reports, "pia", core.RoleProjectAdmin)
	ask := func(who string, p core.ProjectID) core.RequestID {
		return must(h.as(who).FileRequest(ctx, p, entry()))(t).ID
	}
	one, again, alone := ask("sam", h.etl), ask("lea", h.etl), ask("sam", reports)
	alike := func(want bool) {
		t.Helper()
		for _, q := range must(h.as("pia").Requests(ctx, core.RequestQuery{}))(t).Items {
			if q.Alike && q.Project == reports || q.Alike != want && q.Project == h.etl {
				t.Errorf("request %d for %q: alike is %v", q.ID, q.ProjectName, q.Alike)
			}
		}
		for _, q := range must(h.as("pia").Home(ctx))(t).Waiting {
			if q.Alike != want && q.Project == h.etl {
				t.Errorf("on Home, request %d for %q: alike is %v", q.ID, q.ProjectName, q.Alike)
			}
		}
	}
	alike(false) // the same project twice is no look-alike
	for _, id := range []core.RequestID{one, again} {
		if !must(h.as("pia").Request(ctx, id))(t).Alike {
			t.Errorf("the page of request %d does not warn", id)
		}
	}
	if must(h.as("pia").Request(ctx, alone))(t).Alike {
		t.Error("the page of a request for another name warns")
	}
	ask("sam", twin)
	alike(true)
}

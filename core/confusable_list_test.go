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

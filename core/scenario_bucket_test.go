package core_test

import (
	"slices"
	"testing"

	"gatehouse/core"
)

func TestScenarioSHARE_O1_ShareUsesAllFourTypes(t *testing.T) { // SB2, SB4, SB7
	h := newBucketHouse(t)
	for _, in := range []core.ShareInput{toMembers, toProjects, toUsers("quin@people.test"), toSelected(h.reports)} {
		h.writes(1, func() {
			if b := h.share("shay", in); b.Share == nil || b.Share.Type != in.Type {
				t.Fatalf("shared as %+v, want %s", b.Share, in.Type)
			}
		})
	}
	if b := must(h.as("shay").UnshareBucket(ctx, h.raw.ID, 0))(t); b.Share != nil {
		t.Errorf("still shared: %+v", b.Share)
	}
}

func TestScenarioSHARE_O2_OrganizationAgainstProjectMembers(t *testing.T) { // SB4, SB6
	h := newBucketHouse(t)
	h.share("shay", toMembers)
	if names := must(h.catalog("quin", h.reports))(t); len(names) != 0 {
		t.Errorf("Quin finds %q", names)
	}
	refused(t, onlyErr(h.as("quin").LinkBucket(ctx, h.raw.ID, h.reports, "")), core.ReasonForbidden)
	h.share("shay", toProjects)
	if names := must(h.catalog("quin", h.reports))(t); !slices.Equal(names, []string{"Raw loads"}) {
		t.Errorf("Quin finds %q", names)
	}
	allowed(t, onlyErr(h.as("quin").LinkBucket(ctx, h.raw.ID, h.reports, "")))
}

func TestScenarioSHARE_O3_TargetOutsideTheOrganization(t *testing.T) { // SB5, SB6
	h := newBucketHouse(t)
	beta := h.addOrganization(h.partnerOne, "Beta")
	h.addMember(beta.Ref(), "otto", core.RoleDefault, core.RoleAdmin)
	foreign := h.addProject(beta, "Foreign")
	refused(t, onlyErr(h.as("ana").ShareBucket(ctx, h.raw.ID, 0, toSelected(foreign))), core.ReasonTargetNotInOrg)
	allowed(t, onlyErr(h.as("ana").ShareBucket(ctx, h.raw.ID, 0, toSelected(h.reports))))
	refused(t, onlyErr(h.as("cleo").LinkBucket(ctx, h.raw.ID, h.churn, "")), core.ReasonForbidden)
}

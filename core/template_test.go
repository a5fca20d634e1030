package core

import (
	"slices"
	"testing"
	"time"
)

func TestTemplatesP4(t *testing.T) {
	want := []Template{
		{ID: "production", PriceLabel: "by contract", UserLimit: 10, RoleSet: RoleSetStandard},
		{ID: "demo", Lifetime: 48 * time.Hour, UserLimit: 3, RoleSet: RoleSetStandard},
		{ID: "poc15", Lifetime: 360 * time.Hour, UserLimit: 5, RoleSet: RoleSetStandard},
		{ID: "poc30", Lifetime: 720 * time.Hour, UserLimit: 5, RoleSet: RoleSetStandard},
		{ID: "poc6months", Lifetime: 183 * 24 * time.Hour, PriceLabel: "fixed fee", UserLimit: 5, RoleSet: RoleSetStandard},
		{ID: "poc15-guided", Lifetime: 360 * time.Hour, UserLimit: 5, RoleSet: RoleSetStandard, Hidden: true},
		{ID: "protected", PriceLabel: "by contract", UserLimit: 10, RoleSet: RoleSetProtected},
	}
	got := slices.Clone(shipped)
	for i := range got {
		if got[i].Name == "" || got[i].Description == "" {
			t.Errorf("%s has no name or description", got[i].ID)
		}
		got[i].Name, got[i].Description = "", ""
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if templateDefault != "production" {
		t.Errorf("without a choice it is %q (P2)", templateDefault)
	}
}

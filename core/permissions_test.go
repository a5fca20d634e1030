package core_test

import (
	"context"
	"testing"

	"gatehouse/core"
)

// In a read-only house nothing but reading is left; what is refused anyway keeps its own reason.
func TestPermissionsReadOnly(t *testing.T) {
	h := newFixture(t)
	house := core.New(h.Store(), core.Options{Clock: h.clock.Now, ReadOnly: true})
	for name, as := range map[string]func(core.AccountID) *core.Actor{
		"house that only reads": house.As,
		"actor that only reads": func(id core.AccountID) *core.Actor { return h.House.As(id).OnlyReading() },
	} {
		t.Run(name, func(t *testing.T) { testPermissionsReadOnly(t, h, as) })
	}
}

func testPermissionsReadOnly(t *testing.T, h *fixture, as func(core.AccountID) *core.Actor) {
	t.Helper()
	ctx := context.Background()
	for who, want := range map[string]map[core.Right]core.Reason{
		"ana": {
			core.OrganizationSee: "", core.OrganizationSeeMembers: "", core.OrganizationSettings: core.ReasonReadOnly,
			core.OrganizationRename: core.ReasonReadOnly, core.OrganizationLeave: core.ReasonReadOnly,
		},
		"otto": {core.OrganizationSee: core.ReasonForbidden, core.OrganizationRename: core.ReasonForbidden},
	} {
		p := must(as(h.id(who)).Permissions(ctx, h.acme.Ref()))(t)
		for right, reason := range want {
			got := core.Reason("")
			if p[right] != nil {
				got = p[right].Reason
			}
			if got != reason {
				t.Errorf("%s, %s: %q, want %q", who, right, got, reason)
			}
		}
	}
}

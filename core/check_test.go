package core_test

import (
	"context"
	"testing"

	"gatehouse/core"
)

// Only Support looks at the whole house.
func TestCheck(t *testing.T) {
	h := newFixture(t)
	report := func(fault string) { t.Errorf("found %s", fault) }
	if err := h.as("sam").Check(context.Background(), report); err != nil {
		t.Error(err)
	}
	for _, who := range []string{"lea", "ana", "otto"} {
		if err := h.as(who).Check(context.Background(), report); core.ReasonOf(err) != core.ReasonForbidden {
			t.Errorf("%s: %v", who, err)
		}
	}
}

// An actor that only reads changes nothing, in a house that changes otherwise.
func TestOnlyReading(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	before := h.heads()
	ana := h.as("ana").OnlyReading()
	if _, err := ana.RenameOrganization(ctx, h.acme, 0, "Other"); core.ReasonOf(err) != core.ReasonReadOnly {
		t.Errorf("renamed: %v", err)
	}
	if _, err := ana.RenewRecoveryCodes(ctx); core.ReasonOf(err) != core.ReasonReadOnly {
		t.Errorf("new codes: %v", err)
	}
	if _, err := ana.Home(ctx); err != nil {
		t.Errorf("not even read: %v", err)
	}
	if main := h.mainEvents(before); len(main) > 0 {
		t.Errorf("wrote %+v", main)
	}
}

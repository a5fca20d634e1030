package core_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
)

// B1, B5, 6.4: who sees and who changes; each view of staff stands in the log, visitors included.
func TestBillingRights(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.addMember(h.acme.Ref(), "otto", core.RoleDefault)
	must(h.as("sue").JoinOrganization(ctx, h.acme, entry(forHours(2))))(t)
	views := func() (n int) {
		for _, e := range h.chain(h.acme.Ref()) {
			if e.Action == "billing.view" {
				n++
			}
		}
		return n
	}
	for who, want := range map[string]struct {
		view, edit core.Reason
		audited    bool
	}{
		"ana": {"", "", false}, "sam": {"", core.ReasonOrgMembersOnly, true}, "lea": {"", core.ReasonOrgMembersOnly, true}, "max": {"", core.ReasonOrgMembersOnly, true},
		"sue": {"", core.ReasonVisitorRestricted, true}, "otto": {core.ReasonAdminRoleRequired, core.ReasonAdminRoleRequired, false},
		"pia": {core.ReasonForbidden, core.ReasonForbidden, false},
	} {
		n := views()
		v, err := h.as(who).Billing(ctx, h.acme)
		if core.ReasonOf(err) != want.view || v.Audited != want.audited || (views() > n) != want.audited {
			t.Errorf("%s sees: %v, audited %v, %d events", who, err, v.Audited, views()-n)
		}
		if _, err = h.as(who).SetBilling(ctx, h.acme, 0, core.BillingPatch{City: ptr("Zug")}); core.ReasonOf(err) != want.edit {
			t.Errorf("%s edits: %v, want %q", who, err, want.edit)
		}
	}
}

// B4: every field with its bounds.
func TestBillingFields(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.addMember(h.acme.Ref(), "otto", core.RoleDefault)
	long := func(n int) *string { return ptr(strings.Repeat("ä", n)) }
	for name, c := range map[string]struct {
		patch core.BillingPatch
		want  core.Reason
		field string
	}{
		"legal name":         {core.BillingPatch{LegalName: long(200)}, "", ""},
		"long legal name":    {core.BillingPatch{LegalName: long(201)}, core.ReasonInvalidText, "legal_name"},
		"two lines":          {core.BillingPatch{Address1: ptr("a\nb")}, core.ReasonInvalidText, "address1"},
		"long address":       {core.BillingPatch{Address2: long(201)}, core.ReasonInvalidText, "address2"},
		"long city":          {core.BillingPatch{City: long(101)}, core.ReasonInvalidText, "city"},
		"long postal code":   {core.BillingPatch{PostalCode: long(21)}, core.ReasonInvalidText, "postal_code"},
		"country":            {core.BillingPatch{Country: ptr(" ch ")}, "", ""},
		"country by name":    {core.BillingPatch{Country: ptr("Switzerland")}, core.ReasonInvalidValue, "country"},
		"no country":         {core.BillingPatch{Country: ptr("XX")}, core.ReasonInvalidValue, "country"},
		"reserved country":   {core.BillingPatch{Country: ptr("EU")}, core.ReasonInvalidValue, "country"},
		"former country":     {core.BillingPatch{Country: ptr("SU")}, core.ReasonInvalidValue, "country"},
		"tax id":             {core.BillingPatch{TaxID: ptr("CHE-123.456.789 MWST/1")}, "", ""},
		"tax id with a star": {core.BillingPatch{TaxID: ptr("12*34")}, core.ReasonInvalidValue, "tax_id"},
		"long tax id":        {core.BillingPatch{TaxID: ptr(strings.Repeat("1", 41))}, core.ReasonInvalidText, "tax_id"},
		"e-mail":             {core.BillingPatch{Email: ptr("Billing@Acme.test")}, "", ""},
		"no e-mail":          {core.BillingPatch{Email: ptr("billing")}, core.ReasonInvalidEmail, "email"},
		"long order":         {core.BillingPatch{OrderReference: long(61)}, core.ReasonInvalidText, "order_reference"},
		"contact":            {core.BillingPatch{Contact: ptr("otto@elsewhere.test")}, "", ""},
		"contact, user only": {core.BillingPatch{Contact: ptr("pia@data.test")}, core.ReasonTargetNotInOrg, "contact"},
		"contact, unknown":   {core.BillingPatch{Contact: ptr("who@nowhere.test")}, core.ReasonTargetNotInOrg, "contact"},
		"card number":        {core.BillingPatch{PaymentLabel: ptr("4111111111111111")}, core.ReasonInvalidValue, "payment_label"},
		"12 digits":          {core.BillingPatch{PaymentLabel: ptr("no 123456789012")}, core.ReasonInvalidValue, "payment_label"},
		"grouped card":       {core.BillingPatch{PaymentLabel: ptr("4111 1111-1111 1111")}, core.ReasonInvalidValue, "payment_label"},
		"11 digits":          {core.BillingPatch{PaymentLabel: ptr("no 12345678901")}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.as("ana").SetBilling(ctx, h.acme, 0, c.patch)
			if core.ReasonOf(err) != c.want || (err != nil && core.AsError(err).Field != c.field) {
				t.Errorf("%v (field %q), want %q in %q", err, core.AsError(err).Field, c.want, c.field)
			}
		})
	}
	v := must(h.as("ana").Billing(ctx, h.acme))(t)
	if v.Country != "CH" || v.Email != "billing@acme.test" || v.Who == nil || v.Who.Email != "otto@elsewhere.test" || v.Gone {
		t.Errorf("billing: %+v", v)
	}
	h.dropMember(h.acme.Ref(), "otto")
	if v = must(h.as("ana").Billing(ctx, h.acme))(t); !v.Gone {
		t.Errorf("the contact left: %+v", v)
	}
}

// AU13, F10, F11: one event with the fields, without what is about people; no change writes nothing; an old version is
// refused; an empty text clears.
func TestBillingEvents(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	ana := h.as("ana")
	v := must(ana.SetBilling(ctx, h.acme, 0, core.BillingPatch{City: ptr("Zug"), Email: ptr("bill@acme.test"), Contact: ptr("ben@acme.test")}))(t)
	e := h.lastEvent(h.acme.Ref(), "billing.change")
	if len(e.Changes) != 3 || e.Changes[0] != (core.Change{Field: "city", After: "Zug"}) ||
		e.Changes[1] != (core.Change{Field: "email"}) || e.Changes[2] != (core.Change{Field: "contact"}) {
		t.Errorf("changes: %+v", e.Changes)
	}
	n := h.countEvents()
	must(ana.SetBilling(ctx, h.acme, v.Version, core.BillingPatch{City: ptr(" Zug ")}))(t)
	if h.countEvents() != n {
		t.Error("no change wrote an event (F11)")
	}
	cleared := must(ana.SetBilling(ctx, h.acme, v.Version, core.BillingPatch{City: ptr(""), Contact: ptr("")}))(t)
	if cleared.City != "" || cleared.Contact != 0 || cleared.Email != "bill@acme.test" {
		t.Errorf("cleared: %+v", cleared)
	}
	_, err := ana.SetBilling(ctx, h.acme, v.Version, core.BillingPatch{City: ptr("Bern")})
	refused(t, err, core.ReasonStale)
	h.clock.move(time.Second)
	must(h.as("ben").SetBilling(ctx, h.acme, 0, core.BillingPatch{LegalName: ptr("Acme Inc.")}))(t)
	h.undone(t, "ana", h.acme.Ref()) // other fields than Ben's
	if v = must(ana.Billing(ctx, h.acme))(t); v.City != "Zug" || v.Who.Email != "ben@acme.test" || v.LegalName != "Acme Inc." {
		t.Errorf("after the undo: %+v", v)
	}
}

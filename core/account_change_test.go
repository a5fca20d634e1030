package core_test

import (
	"context"
	"testing"

	"gatehouse/core"
)

// AC1, F11, AU13: renaming oneself writes one event without the names; no change writes none.
func TestRenameAccount(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	acc := must(h.as("pia").RenameAccount(ctx, "  Pia Data "))(t)
	if acc.Name != "Pia Data" {
		t.Errorf("name %q", acc.Name)
	}
	e := h.lastEvent(core.System, "account.rename")
	if len(e.Changes) != 1 || e.Changes[0].Before != "" || e.Changes[0].After != "" {
		t.Errorf("the event holds the name (AU13): %+v", e.Changes)
	}
	n := h.countEvents()
	again := must(h.as("pia").RenameAccount(ctx, "Pia Data"))(t)
	if h.countEvents() != n || again.Version != acc.Version {
		t.Error("no change wrote something (F11)")
	}
	_, err := h.as("pia").RenameAccount(ctx, "\u202e")
	refused(t, err, core.ReasonInvalidText)
}

// AU14: preferences are bookkeeping, without an event.
func TestSetPreferences(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	n := h.countEvents()
	acc := must(h.as("pia").SetPreferences(ctx, core.PreferencesPatch{Theme: ptr("mono"), Mouse: ptr("off"), MailOff: ptr(true)}))(t)
	if acc.Prefs != (core.Preferences{Theme: "mono", Mouse: "off"}) || !acc.MailOff {
		t.Errorf("account: %+v", acc)
	}
	acc = must(h.as("pia").SetPreferences(ctx, core.PreferencesPatch{Theme: ptr("")}))(t)
	if acc.Prefs != (core.Preferences{Mouse: "off"}) || !acc.MailOff {
		t.Errorf("account: %+v", acc)
	}
	if h.countEvents() != n {
		t.Error("preferences stand in the log")
	}
	for _, theme := range []string{"dark", "light", "contrast", "mono", ""} { // the names that the interface knows
		must(h.as("pia").SetPreferences(ctx, core.PreferencesPatch{Theme: ptr(theme)}))(t)
	}
	for _, p := range []core.PreferencesPatch{{Theme: ptr("pink")}, {Theme: ptr("Dark")}, {Glyphs: ptr("emoji")}, {Mouse: ptr("yes")}} {
		_, err := h.as("pia").SetPreferences(ctx, p)
		refused(t, err, core.ReasonInvalidValue)
	}
}

// AC10: other people's accounts are not_found, except for Support.
func TestAccountOfOthers(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	v := must(h.as("pia").Me(ctx))(t)
	if v.Email != "pia@data.test" || v.Units != 1 || v.MFA == nil || *v.MFA {
		t.Errorf("own view: %+v", v)
	}
	for _, who := range []string{"ana", "lea", "otto"} {
		_, err := h.as(who).Account(ctx, h.id("pia"))
		refused(t, err, core.ReasonNotFound)
		_, err = h.as(who).FindAccount(ctx, "pia@data.test")
		refused(t, err, core.ReasonNotFound)
		_, err = h.as(who).FindAccount(ctx, "nobody@data.test")
		refused(t, err, core.ReasonNotFound)
		_, err = h.as(who).Accounts(ctx, core.Query{})
		refused(t, err, core.ReasonForbidden)
	}
	if got := must(h.as("sam").FindAccount(ctx, "PIA@data.test"))(t).ID; got != h.id("pia") {
		t.Errorf("found account %d", got)
	}
	_, err := h.as("sam").Account(ctx, 999)
	refused(t, err, core.ReasonNotFound)
}

// Lists of accounts: order, filter, pages forth and back; the chooser holds who may be acted as (AC2).
func TestAccountLists(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.newPerson("nia", "nia@data.test")
	h.editAccount("otto", func(a *core.Account) { a.Expires = h.now() })

	first := must(h.as("sam").Accounts(ctx, core.Query{Limit: 4}))(t)
	if first.Total != 9 || len(first.Items) != 4 || first.Items[0].Email != "ana@acme.test" || first.Next == "" {
		t.Errorf("first page: %+v", first)
	}
	second := must(h.as("sam").Accounts(ctx, core.Query{Limit: 4, After: first.Next}))(t)
	back := must(h.as("sam").Accounts(ctx, core.Query{Limit: 4, After: second.Prev, Back: true}))(t)
	if len(back.Items) != 4 || back.Items[0].ID != first.Items[0].ID {
		t.Errorf("page back: %+v", back)
	}
	got := must(h.as("sam").Accounts(ctx, core.Query{Filter: "support:on mfa:on"}))(t)
	if len(got.Items) != 2 {
		t.Errorf("Support accounts: %+v", got.Items)
	}

	byName := must(h.as("sam").Accounts(ctx, core.Query{Sort: "name", Filter: "!state:active"}))(t)
	if len(byName.Items) != 1 || byName.Items[0].ID != h.id("nia") {
		t.Errorf("not active: %+v", byName.Items)
	}
	_, err := h.as("sam").Accounts(ctx, core.Query{Sort: "age"})
	refused(t, err, core.ReasonInvalidValue)

	local := must(h.LocalAccounts(ctx, core.Query{}))(t)
	if len(local.Items) != 7 {
		t.Errorf("%d people to choose from, want all but Nia and Otto", len(local.Items))
	}
	if got := must(h.LocalAccounts(ctx, core.Query{Filter: "lea"}))(t); len(got.Items) != 1 || got.Items[0].ID != h.id("lea") {
		t.Errorf("filtered: %+v", got.Items)
	}
	if acc := must(h.AccountByEmail(ctx, "lea@partner-one.test"))(t); acc.ID != h.id("lea") {
		t.Errorf("account %d", acc.ID)
	}
	_, err = h.AccountByEmail(ctx, "nobody@data.test")
	refused(t, err, core.ReasonNotFound)
}

// AC1, S22: own units, and what switching MFA off would lock.
func TestUnitsAndMFAOffImpact(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	must(h.as("lea").JoinProject(ctx, h.etl, entryP()))(t)
	beta := h.addOrganization(h.partnerOne, "Beta", func(o *core.Organization) { o.MFA = core.MFASetting{State: core.MFARequired} })
	h.addMember(beta.Ref(), "lea", core.RoleDefault)
	h.addMember(beta.Ref(), "ben", core.RoleDefault, core.RoleAdmin)

	page := must(h.as("lea").Units(ctx, core.Query{}))(t)
	if len(page.Items) != 3 || page.Items[0].Unit != h.partnerOne.Ref() || page.Items[1].Unit != beta.Ref() || page.Items[2].Unit != h.etl.Ref() {
		t.Fatalf("units: %+v", page.Items)
	}
	for _, u := range page.Items {
		if u.Locked {
			t.Errorf("%s is locked though Lea has MFA", u.Name)
		}
	}
	if u := page.Items[2]; u.OrganizationName != "Acme" || u.Role != core.RoleProjectAdmin || u.Visit == 0 {
		t.Errorf("project: %+v", u)
	}
	// The organization requires MFA; the visit needs it always (6.1); the maintainer stays open.
	impact := must(h.as("lea").MFAOffImpact(ctx))(t)
	if len(impact) != 2 || impact[0].Unit != beta.Ref() || impact[1].Unit != h.etl.Ref() {
		t.Errorf("impact: %+v", impact)
	}
	if got := must(h.as("pia").MFAOffImpact(ctx))(t); len(got) != 0 {
		t.Errorf("impact without MFA: %+v", got)
	}
}

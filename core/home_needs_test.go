package core_test

import (
	"fmt"
	"testing"

	"gatehouse/core"
)

// needs gives what Home says that a person has to see to.
func (h *fixture) needs(who string) core.HomeNeeds {
	h.t.Helper()
	v, err := h.as(who).Home(ctx)
	allowed(h.t, err)
	return v.HomeNeeds
}

func TestHomeSaysWhatIsLocked(t *testing.T) { // S17, ST5
	h := newFixture(t)
	must(h.as("lea").SetMaintainerContact(ctx, h.partnerOne, 0, "help@partner-one.test"))(t)
	if n := h.needs("pia"); n.LockedTotal != 0 || len(n.Scheduled) != 0 {
		t.Errorf("before: %+v", n)
	}
	h.requireMFA()
	n := h.needs("pia")
	if n.LockedTotal != 1 || n.Locked[0].Name != "Nightly ETL" || n.Locked[0].OrganizationName != "Acme" ||
		n.Locked[0].Next != "Turn it on under Account, or write to help@partner-one.test." {
		t.Errorf("locked: %+v", n)
	}
	if n := h.needs("ana"); n.LockedTotal != 1 || n.Locked[0].Unit != h.acme.Ref() {
		t.Errorf("locked administrator: %+v", n)
	}
	h.setMFA("pia", true)
	if n := h.needs("pia"); n.LockedTotal != 0 {
		t.Errorf("with MFA: %+v", n)
	}
}

func TestHomeSaysWhenMFAComes(t *testing.T) { // S28
	h := newFixture(t)
	at := h.in(9 * core.Day)
	h.editOrganization(h.acme, func(o *core.Organization) { o.MFA = core.MFASetting{State: core.MFAScheduled, At: at, By: h.id("ana")} })
	for _, who := range []string{"pia", "ana"} {
		if n := h.needs(who); len(n.Scheduled) != 1 || n.Scheduled[0].From != at || n.Scheduled[0].Organization.Name != "Acme" {
			t.Errorf("%s: %+v", who, n)
		}
	}
	if n := h.needs("lea"); len(n.Scheduled) != 0 {
		t.Errorf("with MFA: %+v", n)
	}
}

func TestHomeSaysWhenTheAccountExpires(t *testing.T) { // AC13
	h := newFixture(t)
	if n := h.needs("sam"); n.Expires != 0 {
		t.Errorf("long before: %+v", n)
	}
	h.pass(275 * core.Day)
	if n := h.needs("sam"); n.Expires == 0 || n.Renew != "Support" {
		t.Errorf("Support: %+v", n)
	}
	if n := h.needs("lea"); n.Expires == 0 || n.Renew != "Support or a fellow member" {
		t.Errorf("maintainer member: %+v", n)
	}
	if n := h.needs("ana"); n.Expires != 0 {
		t.Errorf("no staff: %+v", n)
	}
}

func TestHomeSaysWhatNobodyCanDecide(t *testing.T) { // R20
	h := newFixture(t)
	h.autoJoin(false)
	h.dropMember(h.etl.Ref(), "pia")
	q := h.file("sam")
	if n := h.needs("ana"); len(n.Stuck) != 1 || n.Stuck[0].ID != q.ID {
		t.Errorf("administrator: %+v", n)
	}
	if n := h.needs("lea"); len(n.Stuck) != 0 {
		t.Errorf("staff: %+v", n)
	}
	must(h.as("ana").JoinProject(ctx, h.etl, nil))(t)
	for _, who := range []string{"ana", "ben"} {
		if n := h.needs(who); len(n.Stuck) != 0 {
			t.Errorf("%s, once it can be decided: %+v", who, n)
		}
	}
}

// A block that happens to be full does not say that there are more (B7).
func TestHomeSaysOnlyWhatIsMore(t *testing.T) {
	h := newFixture(t)
	for n := range 6 {
		h.addProject(h.acme, fmt.Sprintf("Ends %d", n), func(p *core.Project) { p.Expires = h.in(core.Day) })
		v := must(h.as("ana").Home(ctx))(t)
		if len(v.Expiring) != min(n+1, core.HomeRows) || v.More.Expiring != (n+1 > core.HomeRows) {
			t.Errorf("of %d it shows %d, more: %v", n+1, len(v.Expiring), v.More.Expiring)
		}
	}
	for n := range 6 {
		who := fmt.Sprintf("guest%d", n)
		h.addAccount(who, who+"@partner-one.test", func(a *core.Account) { a.Expires, a.TOTP = h.in(300*core.Day), h.secret() })
		h.addMember(h.partnerOne.Ref(), who)
		must(h.as(who).JoinProject(ctx, h.etl, entryP()))(t)
		v := must(h.as("pia").Home(ctx))(t)
		if len(v.Visits) != min(n+1, core.HomeRows) || v.More.Visits != (n+1 > core.HomeRows) {
			t.Errorf("of %d visits it shows %d, more: %v", n+1, len(v.Visits), v.More.Visits)
		}
	}
}

package core_test

import (
	"context"
	"testing"
	"time"

	"gatehouse/core"
)

// AC13: who renews whom, and within which bounds.
func TestSetAccountExpiry(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		who, whom string
		days      time.Duration // from now; 0 means none, -1 now
		want      core.Reason
	}{
		"another Support account":              {"sam", "sue", 100, ""},
		"never oneself":                        {"sam", "sam", 100, core.ReasonForbidden},
		"Support renews a maintainer member":   {"sam", "lea", 365, ""},
		"a fellow member":                      {"max", "lea", 365, ""},
		"a member never oneself":               {"lea", "lea", 100, core.ReasonForbidden},
		"a member not a Support account":       {"lea", "sam", 100, core.ReasonForbidden},
		"an administrator not":                 {"ana", "lea", 100, core.ReasonForbidden},
		"an outsider not":                      {"otto", "pia", 100, core.ReasonForbidden},
		"more than 365 days":                   {"sam", "sue", 366, core.ReasonInvalidEnd},
		"now":                                  {"sam", "sue", -1, core.ReasonInvalidEnd},
		"staff always have one":                {"sam", "sue", 0, core.ReasonExpiryRequired},
		"maintainer members always have one":   {"max", "lea", 0, core.ReasonExpiryRequired},
		"Support dates an account of no staff": {"sam", "pia", 30, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			var m core.Moment
			switch {
			case c.days > 0:
				m = h.in(c.days * core.Day)
			case c.days < 0:
				m = h.now()
			}
			h.editAccount(c.whom, func(a *core.Account) { a.Noticed = 2 })
			acc, err := h.as(c.who).SetAccountExpiry(ctx, h.id(c.whom), m)
			if c.want != "" {
				refused(t, err, c.want)
				return
			}
			allowed(t, err)
			if acc.Expires != m || acc.Noticed != 0 {
				t.Errorf("account: %+v", acc)
			}
			h.lastEvent(core.System, "account.expiry_set")
		})
	}
}

// AC10: for those who may not, an unknown account and another one answer alike.
func TestSetAccountExpiryTellsNothing(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	_, err := h.as("otto").SetAccountExpiry(ctx, core.AccountID(999), h.in(core.Day))
	refused(t, err, core.ReasonForbidden)
	_, err = h.as("sam").SetAccountExpiry(ctx, core.AccountID(999), h.in(core.Day))
	refused(t, err, core.ReasonNotFound)
}

// AC13: renewing wakes an expired account; one that never redeemed its code still has to.
func TestRenewExpired(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.editAccount("max", func(a *core.Account) { a.State, a.Expires = core.AccountExpired, h.now() })
	acc := must(h.as("lea").SetAccountExpiry(ctx, h.id("max"), h.in(core.Day)))(t)
	if acc.State != core.AccountActive {
		t.Errorf("state %s", acc.State)
	}
	h.newPerson("nia", "nia@data.test")
	h.editAccount("nia", func(a *core.Account) { a.State, a.Expires = core.AccountExpired, h.now() })
	acc = must(h.as("sam").SetAccountExpiry(ctx, h.id("nia"), h.in(core.Day)))(t)
	if acc.State != core.AccountNotActivated {
		t.Errorf("an account that never redeemed its code is %s", acc.State)
	}
}

// AC14: the flag is set with an expiry and taken by another Support account.
func TestSetSupport(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	_, err := h.as("ana").SetSupport(ctx, h.id("otto"), true, h.in(core.Day))
	refused(t, err, core.ReasonForbidden)
	_, err = h.as("sam").SetSupport(ctx, h.id("sam"), false, 0)
	refused(t, err, core.ReasonForbidden)
	_, err = h.as("sam").SetSupport(ctx, h.id("otto"), true, 0)
	refused(t, err, core.ReasonExpiryRequired)
	_, err = h.as("sam").SetSupport(ctx, h.id("otto"), true, h.in(366*core.Day))
	refused(t, err, core.ReasonInvalidEnd)

	acc := must(h.as("sam").SetSupport(ctx, h.id("otto"), true, h.in(365*core.Day)))(t)
	if !acc.Support || acc.Expires != h.in(365*core.Day) {
		t.Errorf("account: %+v", acc)
	}
	h.lastEvent(core.System, "account.support_set")
	n := h.countEvents()
	must(h.as("sam").SetSupport(ctx, h.id("otto"), true, 0))(t)
	if h.countEvents() != n {
		t.Error("no change wrote an event (F11)")
	}

	// A maintainer member has a date already; taking the flag again leaves it, because she is still staff.
	must(h.as("sam").SetSupport(ctx, h.id("lea"), true, 0))(t)
	if lea := must(h.as("sam").SetSupport(ctx, h.id("lea"), false, 0))(t); lea.Support || lea.Expires == 0 {
		t.Errorf("account: %+v", lea)
	}
	h.lastEvent(core.System, "account.support_take")
	acc = must(h.as("sam").SetSupport(ctx, h.id("otto"), false, 0))(t)
	if acc.Support || acc.Expires != 0 {
		t.Errorf("no staff any more, but the expiry stays (AC13): %+v", acc)
	}
}

// F11: taking a flag that is not set, and setting another date with a flag that is set.
func TestSetSupportAgain(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	n := h.countEvents()
	must(h.as("sam").SetSupport(ctx, h.id("otto"), false, 0))(t)
	if h.countEvents() != n {
		t.Error("no change wrote an event")
	}
	acc := must(h.as("sam").SetSupport(ctx, h.id("sue"), true, h.in(core.Day)))(t)
	if acc.Expires != h.in(core.Day) {
		t.Errorf("account: %+v", acc)
	}
	h.lastEvent(core.System, "account.expiry_set")
	_, err := h.as("sam").SetSupport(ctx, core.AccountID(999), true, h.in(core.Day))
	refused(t, err, core.ReasonNotFound)
}

// AC14: the last usable Support account keeps the flag.
func TestLastSupport(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.editAccount("sue", func(a *core.Account) { a.Expires = h.now() })
	_, err := h.as("sam").SetSupport(ctx, h.id("sam"), false, 0)
	refused(t, err, core.ReasonLastSupport)
}

// P17, V6: taking the flag ends the visits that rest on it and makes the ordinary memberships count.
func TestFlagTakenEndsVisits(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	reports := h.addProject(h.acme, "Reports")
	h.addUser(reports, "sue", core.RoleGuest)
	must(h.as("sue").JoinProject(ctx, h.etl, entryP()))(t)
	must(h.as("sue").JoinOrganization(ctx, h.acme, entry()))(t)
	visit := h.user(h.etl, "sue").Visit
	if n := h.counter(core.CountUsers, reports.Ref()); n != 0 {
		t.Fatalf("a Support account counts: %d", n)
	}

	must(h.as("sam").SetSupport(ctx, h.id("sue"), false, 0))(t)
	h.noMember(h.etl.Ref(), "sue")
	h.noMember(h.acme.Ref(), "sue")
	if v := h.visit(visit); v.State != core.VisitEnded || v.By != 0 {
		t.Errorf("visit: %+v", v)
	}
	if m := h.user(reports, "sue"); m.Uncounted {
		t.Error("the membership that stays does not count")
	}
	if n := h.counter(core.CountUsers, reports.Ref()); n != 1 {
		t.Errorf("%d users count, want one", n)
	}
	must(h.as("sam").SetSupport(ctx, h.id("sue"), true, h.in(core.Day)))(t)
	if n := h.counter(core.CountUsers, reports.Ref()); n != 0 {
		t.Errorf("a Support account counts again: %d", n)
	}
}

// V6: a visit of somebody who is a maintainer member besides does not rest on the flag.
func TestFlagTakenLeavesMaintainerVisits(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	must(h.as("sam").SetSupport(ctx, h.id("lea"), true, 0))(t)
	must(h.as("lea").JoinProject(ctx, h.etl, entryP()))(t)
	must(h.as("sam").SetSupport(ctx, h.id("lea"), false, 0))(t)
	h.user(h.etl, "lea")
}

// AC22: the owner of the house file renews a Support account when no usable one is left.
func TestRenewSupport(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	_, err := h.RenewSupport(ctx, "sam@support.test")
	refused(t, err, core.ReasonForbidden)
	for _, name := range []string{"sam", "sue"} {
		h.editAccount(name, func(a *core.Account) { a.State, a.Expires = core.AccountExpired, h.now() })
	}
	_, _, err = h.as("sam").CreateAccount(ctx, core.AccountInput{Email: "new@support.test"})
	refused(t, err, core.ReasonAccountExpired)
	_, err = h.RenewSupport(ctx, "ana@acme.test")
	refused(t, err, core.ReasonInvalidValue)
	_, err = h.RenewSupport(ctx, "nobody@support.test")
	refused(t, err, core.ReasonNotFound)
	acc := must(h.RenewSupport(ctx, "sam@support.test"))(t)
	if acc.State != core.AccountActive || acc.Expires != h.in(365*core.Day) {
		t.Errorf("account: %+v", acc)
	}
	if e := h.lastEvent(core.System, "account.expiry_set"); e.ActorName != "system" {
		t.Errorf("the actor is %q, want the system", e.ActorName)
	}
	must(h.as("sam").Accounts(ctx, core.Query{}))(t)
}

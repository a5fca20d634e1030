package core_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"gatehouse/core"
)

// ACC-O1, AU13, AU14: an account is removed everywhere.
func TestScenarioACC_O1_AccountRemovedEverywhere(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.addAccount("uma", "uma@partner-one.test", func(a *core.Account) { a.Expires = h.in(100 * core.Day) })
	h.addMember(h.partnerOne.Ref(), "uma")
	h.addMember(h.acme.Ref(), "uma", core.RoleDefault, core.RoleAdmin)
	h.addUser(h.etl, "uma", core.RoleProjectAdmin)
	reports := h.addProject(h.acme, "Reports")
	other := h.addOrganization(h.partnerOne, "Beta")
	h.addMember(other.Ref(), "ben", core.RoleDefault, core.RoleAdmin)
	toProject, toOrganization := h.addInvitation(reports.Ref(), "uma", "ana"), h.addInvitation(other.Ref(), "uma", "ben")
	h.enrol("uma")
	h.addKey("uma", newKey(t))
	h.addKey("uma", hardwareKey(t))
	code := must(h.as("sam").IssueCode(ctx, h.id("uma"), "lost the keys"))(t)
	uma, before := h.id("uma"), h.as("uma")

	impact := must(h.as("sam").RemoveAccountImpact(ctx, uma))(t)
	if len(impact.Units) != 3 || impact.Invitations != 2 || impact.Keys != 2 || !impact.MFA || impact.Refusal != nil {
		t.Errorf("impact: %+v", impact)
	}
	allowed(t, h.as("sam").RemoveAccount(ctx, uma, "Left the company"))

	for _, unit := range []core.Unit{h.partnerOne.Ref(), h.acme.Ref(), h.etl.Ref()} {
		h.noMember(unit, "uma")
		if got := must(h.as("sam").Members(ctx, unit, core.Query{Filter: "uma"}))(t); len(got.Items) != 0 {
			t.Errorf("the list of %s shows %+v", unit, got.Items)
		}
	}
	if got := must(h.as("sam").Accounts(ctx, core.Query{Filter: "uma"}))(t); len(got.Items) != 0 {
		t.Errorf("the list of accounts shows %+v", got.Items)
	}
	for _, id := range []core.InvitationID{toProject, toOrganization} {
		if s := h.invitation(id).State; s != core.InvitationVoid {
			t.Errorf("invitation %d is %s", id, s)
		}
	}
	acc := h.account("uma")
	if acc.State != core.AccountRemoved || acc.Email != "" || acc.Name != "" || acc.MFA() || acc.Recovery != nil || acc.Enrolling != nil ||
		acc.Throttle != nil || acc.Expires != 0 || acc.SecurityKeys != 0 {
		t.Errorf("account: %+v", acc)
	}
	if keys := allOf(h, core.Tx.Keys, core.Scan{Index: core.KeysOfAccount, Prefix: core.Key{core.Num(uma)}}); len(keys) != 0 {
		t.Errorf("keys: %+v", keys)
	}
	_, err := h.Redeem(ctx, code, "Uma")
	refused(t, err, core.ReasonCodeInvalid)
	if e := core.AsError(second(before.Home(ctx))); e == nil || e.Message != "This account was removed." || e.Next == "" {
		t.Errorf("the account is told %v", e)
	}
	main := h.lastEvent(core.System, "account.remove")
	if main.Reason != "Left the company" {
		t.Errorf("event: %+v", main)
	}
	for _, chain := range []core.Ref{h.partnerOne.Ref(), h.acme.Ref(), other.Ref()} {
		e := h.lastEvent(chain, "account.remove")
		if !strings.HasPrefix(e.Linked, "system#") || e.Subjects[0] != uma.Ref() || len(e.Changes) == 0 {
			t.Errorf("%s: %+v", chain, e)
		}
	}
	page := must(h.as("sam").Activity(ctx, core.ActivityQuery{Unit: h.acme.Ref()}))(t)
	if !strings.Contains(page.Items[0].About, "removed account "+uma.String()) {
		t.Errorf("about %q", page.Items[0].About)
	}
	refused(t, h.as("sam").RemoveAccount(ctx, uma, "Left the company"), core.ReasonNotFound)
	acc2, _, err := h.as("sam").CreateAccount(ctx, core.AccountInput{Email: "uma@partner-one.test"})
	if err != nil || acc2.ID == uma { // H4: the address is free
		t.Errorf("a new account for the address: %+v, %v", acc2, err)
	}
}

// AC8: visits end and requests become void with the account, in deleted projects too; notices are withdrawn.
func TestRemoveAccountEndsVisitsAndRequests(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	must(h.as("lea").JoinOrganization(ctx, h.acme, entry()))(t)
	m := must(h.as("lea").JoinProject(ctx, h.etl, entryP()))(t)
	gone := h.addProject(h.acme, "Gone")
	h.addUser(gone, "lea", core.RoleGuest)
	h.editProject(gone, func(p *core.Project) { p.State, p.Deleted = core.ProjectDeleted, h.now() })
	h.autoJoin(false)
	reports := h.addProject(h.acme, "Reports")
	h.addUser(reports, "pia", core.RoleProjectAdmin)
	q := must(h.as("lea").FileRequest(ctx, reports, entry()))(t)
	extension := must(h.as("lea").ExtendVisit(ctx, m.Visit, entry(forHours(8))))(t)

	allowed(t, h.as("sam").RemoveAccount(ctx, h.id("lea"), "Left the company"))
	if v := h.visit(m.Visit); v.State != core.VisitEnded || v.By != h.id("sam") || v.Cause != "account removed" {
		t.Errorf("visit: %+v", v)
	}
	for _, id := range []core.RequestID{q.ID, extension.ID} {
		if s := h.request(id).State; s != core.RequestVoid {
			t.Errorf("request %d is %s", id, s)
		}
	}
	for _, unit := range []core.Unit{h.acme.Ref(), h.etl.Ref(), gone.Ref(), h.partnerOne.Ref()} {
		h.noMember(unit, "lea")
	}
	h.lastEvent(h.acme.Ref(), "account.remove")
	for _, n := range h.inbox("pia") {
		if n.Event == core.NoticeRequestFiled && n.Withdrawn == 0 {
			t.Errorf("the notice %q still leads to a decision", n.Subject)
		}
	}
}

// AC9: the last one stays, and the sentence names account and unit.
func TestRemoveAccountRefused(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		given  func(*fixture)
		by, of string
		reason string
		want   core.Reason
		says   []string
	}{
		"not Support":         {nil, "ana", "pia", "left", core.ReasonForbidden, nil},
		"oneself":             {nil, "sam", "sam", "left", core.ReasonForbidden, []string{"another Support account"}},
		"without a reason":    {nil, "sam", "pia", "", core.ReasonReasonRequired, nil},
		"a reason of one dot": {nil, "sam", "pia", "...", core.ReasonReasonRequired, nil},
		"the last member of a maintainer": {
			func(h *fixture) { h.dropMember(h.partnerOne.Ref(), "max") }, "sam", "lea", "left", core.ReasonLastMember,
			[]string{"lea@partner-one.test", "Partner One"},
		},
		"the last administrator": {
			func(h *fixture) {
				h.editMember(h.acme.Ref(), "ben", func(m *core.Membership) { m.Roles = []string{core.RoleDefault} })
			}, "sam", "ana", "left", core.ReasonLastAdmin, []string{"ana@acme.test", "Acme"},
		},
		"the last Support": {
			func(h *fixture) { h.editAccount("sue", func(a *core.Account) { a.Expires = h.now() }) }, "sam", "sam", "left", core.ReasonLastSupport,
			[]string{"sam@support.test"},
		},
		"last comes before the reason": {
			func(h *fixture) { h.dropMember(h.partnerOne.Ref(), "max") }, "sam", "lea", "", core.ReasonLastMember, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			if c.given != nil {
				c.given(h)
			}
			err := h.as(c.by).RemoveAccount(ctx, h.id(c.of), c.reason)
			refused(t, err, c.want)
			for _, s := range c.says {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("%v does not name %s", err, s)
				}
			}
			if c.by != c.of && c.want != core.ReasonReasonRequired && c.want != core.ReasonForbidden {
				impact := must(h.as(c.by).RemoveAccountImpact(ctx, h.id(c.of)))(t)
				if impact.Refusal == nil || impact.Refusal.Reason != c.want {
					t.Errorf("the card would not say %s: %+v", c.want, impact)
				}
			}
			if h.account(c.of).State != core.AccountActive {
				t.Error("the account is gone")
			}
			if c.says != nil {
				h.editAccount("sue", func(a *core.Account) { a.Expires = h.in(core.Day) })
			}
			if _, ok := h.membership(h.partnerOne.Ref(), "max"); !ok {
				h.addMember(h.partnerOne.Ref(), "max")
			}
		})
	}
	h := newFixture(t)
	refused(t, h.as("sam").RemoveAccount(ctx, core.AccountID(999), "left"), core.ReasonNotFound)
}

// editMember changes a membership past all rules.
func (h *fixture) editMember(unit core.Unit, name string, fn func(*core.Membership)) {
	h.t.Helper()
	m, _ := h.membership(unit, name)
	h.put(func(tx core.Tx) error {
		fn(&m)
		return tx.Memberships().Put(m)
	})
}

// trust-B2: two Support accounts remove the two last members at once: one stays.
func TestRemoveAccountRace(t *testing.T) {
	ctx := context.Background()
	for range 30 {
		h := newFixture(t)
		errs := make([]error, 2)
		var wg sync.WaitGroup
		wg.Go(func() { errs[0] = h.as("sam").RemoveAccount(ctx, h.id("lea"), "left") })
		wg.Go(func() { errs[1] = h.as("sue").RemoveAccount(ctx, h.id("max"), "left") })
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("both or none: %v, %v", errs[0], errs[1])
		}
	}
}

// AC7: Support takes codes and security keys away; who has no key left gets a new code, and who has one does not.
func TestSwitchOffMFAOfTakesKeys(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.addKey("pia", hardwareKey(t))
	h.addKey("ben", hardwareKey(t))
	h.addKey("ben", newKey(t))
	h.enrol("ben")
	code := must(h.as("sam").SwitchOffMFAOf(ctx, h.id("pia"), "lost the token"))(t)
	if code == "" || h.account("pia").MFA() || len(h.keys("pia")) != 0 {
		t.Errorf("code %q, keys %+v", code, h.keys("pia"))
	}
	must(h.Activate(ctx, core.Redeeming{Code: code, Key: newKey(t), Origin: "ssh 192.0.2.7"}))(t)
	if got := h.keys("pia"); len(got) != 1 || got[0].Security {
		t.Errorf("keys: %+v", got)
	}
	if code := must(h.as("sam").SwitchOffMFAOf(ctx, h.id("ben"), "lost the token"))(t); code != "" {
		t.Error("a code for who still has a key")
	}
	if acc := h.account("ben"); acc.MFA() || acc.Recovery != nil || len(h.keys("ben")) != 1 {
		t.Errorf("account: %+v", acc)
	}
	h.told("ben", core.NoticeMFASwitchedOff)
}

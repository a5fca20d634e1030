package core_test

import (
	"context"
	"testing"
	"time"

	"gatehouse/core"
)

// settingsOf tries every setting of an organization.
func settingsOf(h *fixture, who string) map[string]error {
	ctx := context.Background()
	a := h.as(who)
	out := map[string]error{}
	_, out["auto join"] = a.SetAutoJoin(ctx, h.acme, 0, false)
	_, out["deciders"] = a.SetDeciders(ctx, h.acme, 0, core.DecidersFullRole)
	_, out["pending time"] = a.SetPendingTime(ctx, h.acme, 0, 24)
	_, out["new members"] = a.SetNewMembers(ctx, h.acme, 0, core.NewMembersDefault)
	_, out["require MFA"] = a.RequireMFA(ctx, h.acme, 0, true)
	_, out["MFA off"] = a.MFAOff(ctx, h.acme, 0)
	return out
}

// S2, S9, S25, 6.4: only administrators change settings, and every denied attempt stands in the log (AU8).
func TestWhoChangesSettings(t *testing.T) {
	for who, want := range map[string]core.Reason{
		"ana": "", "sam": core.ReasonOrgMembersOnly, "lea": core.ReasonOrgMembersOnly, "sue": core.ReasonVisitorRestricted,
		"paul": core.ReasonAdminRoleRequired, "pia": core.ReasonForbidden, "otto": core.ReasonForbidden,
	} {
		t.Run(who, func(t *testing.T) {
			h := newFixture(t)
			h.setMFA("ana", true)
			h.addAccount("paul", "paul@acme.test")
			h.addMember(h.acme.Ref(), "paul", core.RoleDefault)
			must(h.as("sue").JoinOrganization(context.Background(), h.acme, entry()))(t)
			before := len(h.chain(h.acme.Ref()))
			for name, err := range settingsOf(h, who) {
				if want == "" {
					allowed(t, err)
				} else {
					refused(t, err, want)
				}
				if err != nil && core.AsError(err).Op == "" {
					t.Errorf("%s: the error names no use case", name)
				}
			}
			if got := len(h.chain(h.acme.Ref())) - before; got != 6 {
				t.Errorf("%d events for six attempts", got)
			}
			if who == "otto" {
				e := h.lastEvent(h.acme.Ref(), "settings.mfa_off")
				if e.Outcome != core.OutcomeDenied || e.Reason != "forbidden" {
					t.Errorf("event: %+v", e)
				}
			}
		})
	}
}

// AU10, F11, F10: each setting has an action of its own, no change writes nothing, an old version is refused.
func TestSettingsOneByOne(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	ana := h.as("ana")
	for _, c := range []struct {
		action core.Action
		change core.Change
		set    func(version uint64) (core.Organization, error)
	}{
		{"settings.auto_join", core.Change{Field: "auto_join", Before: "on", After: "off"}, func(v uint64) (core.Organization, error) {
			return ana.SetAutoJoin(ctx, h.acme, v, false)
		}},
		{"settings.deciders", core.Change{Field: "deciders", Before: "any_user", After: "full_role"}, func(v uint64) (core.Organization, error) {
			return ana.SetDeciders(ctx, h.acme, v, core.DecidersFullRole)
		}},
		{"settings.pending_time", core.Change{Field: "pending_hours", Before: "72", After: "336"}, func(v uint64) (core.Organization, error) {
			return ana.SetPendingTime(ctx, h.acme, v, 336)
		}},
		{"settings.new_members", core.Change{Field: "new_members", Before: "DEFAULT+ADMIN", After: "DEFAULT"}, func(v uint64) (core.Organization, error) {
			return ana.SetNewMembers(ctx, h.acme, v, core.NewMembersDefault)
		}},
	} {
		t.Run(string(c.action), func(t *testing.T) {
			version := must(ana.Organization(ctx, h.acme))(t).Version
			o := must(c.set(version))(t)
			if e := h.lastEvent(h.acme.Ref(), c.action); len(e.Changes) != 1 || e.Changes[0] != c.change {
				t.Errorf("changes: %+v", e.Changes)
			}
			n := h.countEvents()
			if again := must(c.set(o.Version))(t); again.Version != o.Version || h.countEvents() != n {
				t.Error("no change wrote something (F11)")
			}
			_, err := c.set(version)
			refused(t, err, core.ReasonStale)
		})
	}
}

// Section 2.2: what settings may be.
func TestSettingsBounds(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	for hours, want := range map[int]core.Reason{
		0: core.ReasonInvalidValue, 1: "", 336: "", 337: core.ReasonInvalidValue, -1: core.ReasonInvalidValue,
	} {
		_, err := h.as("ana").SetPendingTime(ctx, h.acme, 0, hours)
		if got := core.ReasonOf(err); got != want {
			t.Errorf("%d hours: %q, want %q", hours, got, want)
		}
	}
	_, err := h.as("ana").SetDeciders(ctx, h.acme, 0, "everybody")
	refused(t, err, core.ReasonInvalidValue)
	_, err = h.as("ana").SetNewMembers(ctx, h.acme, 0, "ADMIN")
	refused(t, err, core.ReasonInvalidValue)
}

// S5, S6: turning Auto Join on settles no request; turning it off leaves running visits until their end.
func TestAutoJoinLeavesWhatRuns(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, entryP()))(t)
	must(h.as("sue").JoinOrganization(ctx, h.acme, entry(forHours(2))))(t)
	impact := must(h.as("ana").AutoJoinImpact(ctx, h.acme))(t)
	if impact.Total != 2 || len(impact.Visits) != 2 || impact.Visits[0].Who.Email != "sam@support.test" || impact.Visits[0].UnitName != "Nightly ETL" {
		t.Errorf("impact: %+v", impact)
	}
	_, err := h.as("otto").AutoJoinImpact(ctx, h.acme)
	refused(t, err, core.ReasonForbidden)

	must(h.as("ana").SetAutoJoin(ctx, h.acme, 0, false))(t)
	h.user(h.etl, "sam")
	q := must(h.as("lea").FileRequest(ctx, h.etl, entry()))(t)
	must(h.as("ana").SetAutoJoin(ctx, h.acme, 0, true))(t)
	if got := h.request(q.ID).State; got != core.RequestPending {
		t.Errorf("the request is %s", got)
	}
	h.pass(2 * time.Hour)
	if impact := must(h.as("ana").AutoJoinImpact(ctx, h.acme))(t); impact.Total != 1 {
		t.Errorf("impact after two hours: %+v", impact)
	}
}

// S27, R20: Deciders is read at the decision, so a request may lose its last decider to it.
func TestDecidersLosesDecider(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.autoJoin(false)
	h.dropMember(h.etl.Ref(), "pia")
	h.addUser(h.etl, "otto", core.RoleGuest)
	must(h.as("sam").FileRequest(ctx, h.etl, entry()))(t)
	h.notTold("ben", core.NoticeUndecidable)
	must(h.as("ana").SetDeciders(ctx, h.acme, 0, core.DecidersFullRole))(t)
	h.told("ben", core.NoticeUndecidable)
}

package core_test

import (
	"context"
	"testing"
	"time"

	"gatehouse/core"
)

// S10: who counts for the plain switch.
func TestWhoCountsForRequireMFA(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		given func(*fixture)
		want  core.Reason
	}{
		"everybody has it":          {func(*fixture) {}, ""},
		"an administrator":          {func(h *fixture) { h.setMFA("ben", false) }, core.ReasonMembersWithoutMFA},
		"a project user":            {func(h *fixture) { h.setMFA("pia", false) }, core.ReasonMembersWithoutMFA},
		"oneself":                   {func(h *fixture) { h.setMFA("ana", false) }, core.ReasonMembersWithoutMFA},
		"a user of another project": {func(h *fixture) { h.addUser(h.addProject(h.acme, "Reports"), "otto", core.RoleGuest) }, core.ReasonMembersWithoutMFA},
		"a visitor": {func(h *fixture) {
			must(h.as("sam").JoinProject(ctx, h.etl, entryP()))(h.t)
			h.setMFA("sam", false)
		}, core.ReasonMembersWithoutMFA},
		"somebody who is not activated": {func(h *fixture) {
			h.newPerson("nia", "nia@data.test")
			h.addUser(h.etl, "nia", core.RoleGuest)
		}, core.ReasonMembersWithoutMFA},
		"a plain member": {func(h *fixture) { h.addMember(h.acme.Ref(), "otto", core.RoleDefault) }, core.ReasonMembersWithoutMFA},
		"an invitee does not (S21)": {func(h *fixture) {
			h.addInvitation(h.etl.Ref(), "otto", "pia")
			h.addInvitation(h.acme.Ref(), "otto", "ana")
		}, ""},
		"a requester does not (S21)": {func(h *fixture) {
			h.autoJoin(false)
			must(h.as("sam").FileRequest(ctx, h.etl, entry()))(h.t)
			h.setMFA("sam", false)
		}, ""},
		"a user of a deleted project does not": {func(h *fixture) {
			h.setMFA("pia", false)
			allowed(h.t, h.noProjects())
		}, ""},
		"who is past the end does not (TM5)": {func(h *fixture) {
			h.addUser(h.etl, "otto", core.RoleGuest, func(m *core.Membership) { m.Until = h.now() })
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			for _, who := range []string{"ana", "ben", "pia"} {
				h.setMFA(who, true)
			}
			c.given(h)
			_, err := h.as("ana").RequireMFA(ctx, h.acme, 0, false)
			if c.want == "" {
				allowed(t, err)
			} else {
				refused(t, err, c.want)
			}
			h.sweep()
		})
	}
}

// S11: with confirmation the actor needs MFA.
func TestForceNeedsOwnMFA(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	_, err := h.as("ana").RequireMFA(ctx, h.acme, 0, true)
	refused(t, err, core.ReasonMFASetupRequired)
	if e := h.lastEvent(h.acme.Ref(), "settings.mfa_require"); e.Outcome != core.OutcomeDenied {
		t.Errorf("the denied attempt is not in the log (AU8): %+v", e)
	}
	h.setMFA("ana", true)
	o := must(h.as("ana").RequireMFA(ctx, h.acme, 0, true))(t)
	n := h.countEvents()
	must(h.as("ana").RequireMFA(ctx, h.acme, o.Version, false))(t) // required already (F11)
	if h.countEvents() != n {
		t.Error("no change wrote an event")
	}
	h.told("ben", core.NoticeMFARequired)
	h.told("pia", core.NoticeMFARequired)
	h.notTold("otto", core.NoticeMFARequired)
}

// S17, S20: who was locked out enters again at once after enrolling; switching it off asks nothing else.
func TestLockOpensWithMFA(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.setMFA("ana", true)
	must(h.as("ana").RequireMFA(ctx, h.acme, 0, true))(t)
	ben := h.as("ben")
	_, err := ben.MFAOff(ctx, h.acme, 0)
	refused(t, err, core.ReasonMFARequired)
	e := must(ben.EnrolMFA(ctx))(t)
	must(ben.ConfirmMFA(ctx, codeAt(t, e.Secret, h.clock.Now())))(t)
	o := must(ben.MFAOff(ctx, h.acme, 0))(t)
	if o.MFA != (core.MFASetting{State: core.MFAOff}) {
		t.Errorf("setting: %+v", o.MFA)
	}
	h.lastEvent(h.acme.Ref(), "settings.mfa_off")
	must(h.as("pia").OpenContent(ctx, h.etl))(t)
}

// S12, S13: the list: administrators first, oneself marked, closed projects flagged, others apart; each view is in the
// log (AU5).
func TestMFAImpact(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.setMFA("ana", true)
	h.addAccount("cem", "cem@acme.test")
	h.addMember(h.acme.Ref(), "cem", core.RoleDefault, "DEV_TEAM")
	reports := h.addProject(h.acme, "Reports")
	h.addUser(reports, "ana", core.RoleGuest)
	h.addGrant(reports, "DEV_TEAM", core.RoleReadOnly)
	h.addAccount("ida", "ida@data.test")
	h.addInvitation(h.etl.Ref(), "ida", "pia")
	h.addInvitation(h.acme.Ref(), "otto", "ana")
	h.setMFA("max", false)

	got := must(h.as("ana").MFAImpact(ctx, h.acme))(t)
	h.lastEvent(h.acme.Ref(), "settings.mfa_list_view")
	var who []string
	for _, row := range got.People {
		who = append(who, row.Person.Email)
	}
	if len(who) != 3 || who[0] != "ben@acme.test" || who[1] != "cem@acme.test" || who[2] != "pia@data.test" {
		t.Fatalf("people: %v", who)
	}
	ben, cem, pia := got.People[0], got.People[1], got.People[2]
	if !ben.Admin || !ben.Organization || ben.Self || ben.External || len(ben.Projects) != 0 {
		t.Errorf("Ben: %+v", ben)
	}
	if cem.Admin || !cem.Organization || len(cem.Projects) != 1 || cem.Projects[0].Role != core.RoleReadOnly || cem.Projects[0].Closed {
		t.Errorf("Cem enters by a role: %+v", cem)
	}
	if pia.Organization || !pia.External || len(pia.Projects) != 1 || !pia.Projects[0].Closed || pia.Projects[0].Name != "Nightly ETL" {
		t.Errorf("Pia is the last who can enter: %+v", pia)
	}
	if got.Covered != 4 || got.Closed != 1 {
		t.Errorf("%d covered, %d closed", got.Covered, got.Closed)
	}
	kinds := map[string]core.MemberKind{}
	for _, row := range got.Apart {
		kinds[row.Person.Email] = row.Kind
	}
	if len(kinds) != 3 || kinds["ida@data.test"] != core.MemberInvitee || kinds["otto@elsewhere.test"] != core.MemberInvitee ||
		kinds["max@partner-one.test"] != core.MemberStaff {
		t.Errorf("apart: %+v", got.Apart)
	}

	h.setMFA("ana", false)
	if got = must(h.as("ana").MFAImpact(ctx, h.acme))(t); !got.People[0].Self || got.Closed != 2 {
		t.Errorf("oneself: %+v, %d closed", got.People[0], got.Closed)
	}
	for who, want := range map[string]core.Reason{
		"sam": core.ReasonOrgMembersOnly, "lea": core.ReasonOrgMembersOnly, "cem": core.ReasonAdminRoleRequired, "otto": core.ReasonForbidden,
	} {
		_, err := h.as(who).MFAImpact(ctx, h.acme)
		refused(t, err, want)
	}
}

// S19, M13: nobody without MFA is added where it is required.
func TestAddingWhereMFAIsRequired(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.setMFA("ana", true)
	h.setMFA("pia", true)
	h.requireMFA()
	before := h.counter(core.CountAccounts, core.Ref{})
	for _, in := range []core.AddInput{
		{Unit: h.acme.Ref(), Email: "otto@elsewhere.test"},
		{Unit: h.acme.Ref(), Email: "somebody@new.test"},
		{Unit: h.etl.Ref(), Email: "otto@elsewhere.test"},
		{Unit: h.etl.Ref(), Email: "somebody@new.test", Until: h.in(time.Hour)},
	} {
		_, _, err := h.as("ana").AddMember(ctx, in)
		refused(t, err, core.ReasonMFARequired)
	}
	if n := h.counter(core.CountAccounts, core.Ref{}); n != before {
		t.Errorf("%d accounts, want %d: a refused add made one", n, before)
	}
	h.setMFA("otto", true)
	_, _, err := h.as("ana").AddMember(ctx, core.AddInput{Unit: h.etl.Ref(), Email: "otto@elsewhere.test"})
	allowed(t, err)
}

// S13, S21: requesters without MFA stand apart, with the project that they asked for; R20: who is locked out decides
// no more, and the administrators hear of it.
func TestRequestersApart(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.setMFA("ana", true)
	h.autoJoin(false)
	must(h.as("sam").FileRequest(ctx, h.etl, entry()))(t)
	h.setMFA("sam", false)
	got := must(h.as("ana").MFAImpact(ctx, h.acme))(t)
	if len(got.Apart) != 2 { // as a requester and as staff
		t.Fatalf("apart: %+v", got.Apart)
	}
	for _, row := range got.Apart {
		if row.Person.ID != h.id("sam") || (row.Kind == core.MemberRequester) != (len(row.Projects) == 1) {
			t.Errorf("apart: %+v", row)
		}
	}
	h.notTold("ben", core.NoticeUndecidable)
	must(h.as("ana").RequireMFA(ctx, h.acme, 0, true))(t)
	h.told("ben", core.NoticeUndecidable)
}

// S28: switching off drops a date too, with the action for it.
func TestMFAOffDropsDate(t *testing.T) {
	h := newFixture(t)
	h.editOrganization(h.acme, func(o *core.Organization) {
		o.MFA = core.MFASetting{State: core.MFAScheduled, At: h.in(10 * core.Day), By: h.id("ben")}
	})
	o := must(h.as("ana").MFAOff(context.Background(), h.acme, 1+1))(t)
	if o.MFA != (core.MFASetting{State: core.MFAOff}) {
		t.Errorf("setting: %+v", o.MFA)
	}
	h.lastEvent(h.acme.Ref(), "settings.mfa_unschedule")
	n := h.countEvents()
	must(h.as("ana").MFAOff(context.Background(), h.acme, 0))(t)
	if h.countEvents() != n {
		t.Error("no change wrote an event (F11)")
	}
}

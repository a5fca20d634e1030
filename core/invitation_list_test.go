package core_test

import (
	"context"
	"testing"

	"gatehouse/core"
)

// The table of section 9: what ends a pending invitation as a consequence, at every place where it may happen. A lapsed
// one stays lapsed, and others stay pending.
func TestWhatEndsInvitations(t *testing.T) {
	ctx := context.Background()
	const superseded, void = core.InvitationSuperseded, core.InvitationVoid
	project := func(h *fixture) core.Unit { return h.etl.Ref() }
	acme := func(h *fixture) core.Unit { return h.acme.Ref() }
	partner := func(h *fixture) core.Unit { return h.partnerOne.Ref() }
	for name, c := range map[string]struct {
		unit    func(*fixture) core.Unit
		invitee string
		happens func(*fixture)
		want    core.InvitationState
		by      string
	}{
		"added to the project": {project, "otto", func(h *fixture) {
			allowed(h.t, dropTwo(h.add("ana", core.AddInput{Unit: h.etl.Ref(), Email: otto})))
		}, superseded, "ana"},
		"added to Acme": {acme, "otto", func(h *fixture) {
			allowed(h.t, dropTwo(h.add("ana", core.AddInput{Unit: h.acme.Ref(), Email: otto})))
		}, superseded, "ana"},
		"added to Partner One": {partner, "otto", func(h *fixture) {
			allowed(h.t, dropTwo(h.add("lea", core.AddInput{Unit: h.partnerOne.Ref(), Email: otto})))
		}, superseded, "lea"},
		"staff joined the project": {project, "sam", func(h *fixture) { must(h.as("sam").JoinProject(ctx, h.etl, entryP()))(h.t) }, superseded, "sam"},
		"administrator joined":     {project, "ben", func(h *fixture) { must(h.as("ben").JoinProject(ctx, h.etl, nil))(h.t) }, superseded, "ben"},
		"staff joined Acme":        {acme, "lea", func(h *fixture) { must(h.as("lea").JoinOrganization(ctx, h.acme, entry()))(h.t) }, superseded, "lea"},
		"Support joined Partner":   {partner, "sam", func(h *fixture) { must(h.as("sam").JoinMaintainer(ctx, h.partnerOne, entry()))(h.t) }, superseded, "sam"},
		"project deleted":          {project, "otto", (*fixture).deleteProject, void, "sam"},
		"project expired": {project, "otto", func(h *fixture) {
			must(h.as("sam").SetProject(ctx, h.etl, 0, core.ProjectPatch{Expires: ptr(h.in(core.Day))}))(h.t)
			h.pass(core.Day)
		}, void, ""},
		"project deleted and purged": {project, "otto", func(h *fixture) { h.deleteProject(); h.pass(61 * core.Day) }, void, "sam"},
		"project deleted, restored":  {project, "otto", func(h *fixture) { h.deleteProject(); must(h.as("sam").RestoreProject(ctx, h.etl, 0))(h.t) }, void, "sam"},
		"organization deleted": {acme, "otto", func(h *fixture) {
			h.deleteProject()
			allowed(h.t, h.as("sam").DeleteOrganization(ctx, h.acme, 0))
		}, void, "sam"},
		"maintainer deleted": {partner, "otto", func(h *fixture) {
			h.deleteProject()
			allowed(h.t, h.as("sam").DeleteOrganization(ctx, h.acme, 0))
			allowed(h.t, h.as("sam").DeleteMaintainer(ctx, h.partnerOne, 0))
		}, void, "sam"},
		"its time came":             {project, "otto", func(h *fixture) { h.pass(7 * core.Day) }, core.InvitationLapsed, ""},
		"project disabled: nothing": {project, "otto", (*fixture).disable, core.InvitationPending, ""},
		"inviter left (I17)": {project, "otto", func(h *fixture) {
			allowed(h.t, h.as("pia").LeaveProject(ctx, h.etl))
		}, core.InvitationCancelled, "pia"},
		"added elsewhere: nothing (H3)": {project, "otto", func(h *fixture) {
			allowed(h.t, dropTwo(h.add("ana", core.AddInput{Unit: h.acme.Ref(), Email: otto})))
		}, core.InvitationPending, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			inviter := map[core.Kind]string{core.KindProject: "pia", core.KindOrganization: "ana", core.KindMaintainer: "lea"}[c.unit(h).Kind]
			i, _, err := h.invite(inviter, core.InviteInput{Unit: c.unit(h), Email: h.account(c.invitee).Email, Lapses: 7 * 24 * 60})
			allowed(t, err)
			c.happens(h)
			got := h.invitation(i.ID)
			if got.State != c.want || (got.Ended != 0) != (c.want != core.InvitationPending) {
				t.Errorf("it is %+v, want %s", got, c.want)
			}
			if want := map[bool]core.AccountID{true: h.people[c.by]}[c.by != ""]; got.By != want {
				t.Errorf("ended by %d, want %d", got.By, want)
			}
			own := must(h.as("otto").Invitations(ctx, core.InvitationQuery{}))(t)
			if want := c.want == core.InvitationPending; (len(own.Items) == 1) != want || (own.Total == 1) != want {
				t.Errorf("own invitations: %+v", own)
			}
		})
	}
}

// I9: a lapsed invitation of a unit that is deleted stays lapsed.
func TestLapsedStaysLapsed(t *testing.T) {
	h := newFixture(t)
	i := h.invited("pia", otto)
	h.pass(7 * core.Day)
	h.deleteProject()
	if got := h.invitation(i.ID).State; got != core.InvitationLapsed {
		t.Errorf("it is %s", got)
	}
}

// I2, 6.3, 6.4, A10: who lists the invitations of a unit, and who reads one.
func TestSeeingInvitations(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.cast()
	h.addAccount("olga", "olga@else.test")
	ids := map[core.Unit]core.InvitationID{}
	for _, unit := range []core.Unit{h.etl.Ref(), h.acme.Ref(), h.partnerOne.Ref()} {
		ids[unit] = h.addInvitation(unit, "otto", "ana", rolesFor(unit))
	}
	const ar = core.ReasonAdminRoleRequired
	for who, want := range map[string]struct{ project, organization, maintainer core.Reason }{
		"pia": {"", forbidden, forbidden}, "gus": {"", forbidden, forbidden}, "rita": {"", ar, forbidden},
		"vera": {"", "", ""}, "ana": {"", "", forbidden}, "paul": {ar, ar, forbidden}, "lea": {"", "", ""}, "sam": {"", "", ""},
		"olga": {forbidden, forbidden, forbidden}, "otto": {forbidden, forbidden, forbidden},
	} {
		for unit, want := range map[core.Unit]core.Reason{h.etl.Ref(): want.project, h.acme.Ref(): want.organization, h.partnerOne.Ref(): want.maintainer} {
			t.Run(who+" "+unit.Kind.String(), func(t *testing.T) {
				page, err := h.as(who).Invitations(ctx, core.InvitationQuery{Unit: unit})
				expect(t, err, want)
				if want == "" && (len(page.Items) != 1 || page.Total != 1 || page.Items[0].ID != ids[unit]) {
					t.Errorf("listed %+v", page)
				}
				v, err := h.as(who).Invitation(ctx, ids[unit])
				if want != "" && who != "otto" {
					refused(t, err, notFound)
					return
				}
				allowed(t, err)
				if v.UnitName == "" || v.Who.Email != otto || v.InvitedBy.Email != "ana@acme.test" || v.Mine != (who == "otto") {
					t.Errorf("read %+v", v)
				}
			})
		}
	}
}

// A10: once it is over, an invitee who has no relation to the unit reads no name any more.
func TestEndedInvitationNamesNothing(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	i := h.invited("pia", otto)
	must(h.as("otto").DeclineInvitation(ctx, i.ID, 0))(t)
	v := must(h.as("otto").Invitation(ctx, i.ID))(t)
	if v.UnitName != "" || v.OrganizationName != "" || v.State != core.InvitationDeclined || v.EndedBy.Email != otto {
		t.Errorf("read %+v", v)
	}
	if v.MayNotAccept == nil || v.MayNotAccept.Reason != core.ReasonAlreadyDecided || v.MayNotDecline == nil {
		t.Errorf("may accept: %v", v.MayNotAccept)
	}
}

// The page of an invitation says what the reader may do, by the checks that also enforce.
func TestInvitationSaysWhatMayBeDone(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.cast()
	i := h.invited("pia", otto)
	for who, want := range map[string]struct{ accept, decline, cancel, resend core.Reason }{
		"otto": {"", "", forbidden, forbidden},
		"pia":  {forbidden, forbidden, "", ""},
		"gus":  {forbidden, forbidden, core.ReasonRoleRestricted, core.ReasonRoleRestricted},
		"sam":  {forbidden, forbidden, forbidden, forbidden},
		"vera": {forbidden, forbidden, core.ReasonVisitorRestricted, core.ReasonVisitorRestricted},
	} {
		v := must(h.as(who).Invitation(ctx, i.ID))(t)
		for what, c := range map[string]struct {
			got  *core.Error
			want core.Reason
		}{"accept": {v.MayNotAccept, want.accept}, "decline": {v.MayNotDecline, want.decline}, "cancel": {v.MayNotCancel, want.cancel}, "resend": {v.MayNotResend, want.resend}} {
			if (c.got == nil) != (c.want == "") || c.got != nil && c.got.Reason != c.want {
				t.Errorf("%s, %s: %v, want %q", who, what, c.got, c.want)
			}
		}
	}
	h.clock.move(7 * core.Day)
	v := must(h.as("pia").Invitation(ctx, i.ID))(t)
	if !v.Due || v.MayNotCancel == nil || v.MayNotCancel.Reason != core.ReasonLapsed || v.MayNotResend != nil {
		t.Errorf("due: %+v", v)
	}
}

// Lists are windows with filters; the palette finds an invitation by its number, for those who may see it.
func TestFindingInvitations(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	for _, email := range []string{otto, "a@new.test", "b@new.test"} {
		h.invited("pia", email)
	}
	h.invited("ana", "c@new.test")
	for filter, want := range map[string]int{"": 4, "new.test": 3, "who:otto": 1, "inviter:ana": 1, "role:admin": 4, "state:lapsed": 0, "=a@new": 1} {
		page := must(h.as("pia").Invitations(ctx, core.InvitationQuery{Unit: h.etl.Ref(), Query: core.Query{Filter: filter}}))(t)
		if len(page.Items) != want || page.Total != want {
			t.Errorf("%q: %d of %d, want %d", filter, len(page.Items), page.Total, want)
		}
	}
	first := must(h.as("pia").Invitations(ctx, core.InvitationQuery{Unit: h.etl.Ref(), Query: core.Query{Limit: 3}}))(t)
	rest := must(h.as("pia").Invitations(ctx, core.InvitationQuery{Unit: h.etl.Ref(), Query: core.Query{Limit: 3, After: first.Next}}))(t)
	if len(first.Items) != 3 || len(rest.Items) != 1 || first.Items[0].ID != 4 || rest.Items[0].ID != 1 {
		t.Errorf("pages: %+v %+v", first, rest)
	}
	for who, want := range map[string]bool{"pia": true, "otto": true, "lea": true, "olga": false} {
		h.addAccount("olga", who+"-olga@else.test")
		found := false
		for _, text := range []string{"1", "invitation/1"} {
			for _, hit := range must(h.as(who).Search(ctx, text, 0))(t) {
				found = found || hit.Ref == core.InvitationID(1).Ref() && hit.Detail == "otto@elsewhere.test to Nightly ETL"
			}
		}
		if found != want {
			t.Errorf("%s finds it: %v", who, found)
		}
	}
	_, err := h.as("pia").Invitations(ctx, core.InvitationQuery{Unit: core.RequestID(1).Ref()})
	refused(t, err, notFound)
	_, err = h.as("pia").Invitations(ctx, core.InvitationQuery{Unit: h.etl.Ref(), Query: core.Query{Sort: "colour"}})
	refused(t, err, core.ReasonInvalidValue)
}

// W2: the explainer names the invitation that may be accepted.
func TestWhyNamesTheInvitation(t *testing.T) {
	h := newFixture(t)
	h.invited("pia", otto)
	y := must(h.as("otto").Why(context.Background(), h.id("otto"), h.etl))(t)
	if y.Verdict != core.WhyMayAccept || y.Sentence != "may accept invitation 1 until 2026-03-09 10:00 UTC" || y.Next != "Accept invitation 1." {
		t.Errorf("why: %+v", y)
	}
}

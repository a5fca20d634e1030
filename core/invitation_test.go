package core_test

import (
	"context"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/core/suite"
)

const otto = "otto@elsewhere.test"

// invite invites as who and gives what Invite gives.
func (h *fixture) invite(who string, in core.InviteInput) (core.Invitation, string, error) {
	h.t.Helper()
	if in.Email == "" {
		in.Email = otto
	}
	i, code, err := h.as(who).Invite(context.Background(), in)
	return i, code.Code, err
}

// invited invites to the project and expects that it works.
func (h *fixture) invited(who, email string) core.Invitation {
	h.t.Helper()
	i, _, err := h.invite(who, core.InviteInput{Unit: h.etl.Ref(), Email: email})
	allowed(h.t, err)
	return i
}

// cast puts everybody beside the people of the start who matters to section 6: paul is a plain member of Acme, gus a
// guest and rita a role user of the project, vera a visitor of the project, vic one of Acme and val one of Partner One,
// nia is not activated and a user.
func (h *fixture) cast() {
	h.t.Helper()
	for _, name := range []string{"paul", "gus", "rita"} {
		h.addAccount(name, name+"@data.test")
	}
	for _, name := range []string{"vera", "vic", "val"} {
		h.addAccount(name, name+"@support.test", func(a *core.Account) {
			a.Support, a.Expires, a.TOTP = true, h.in(300*core.Day), h.secret()
		})
	}
	h.addAccount("nia", "nia@new.test", func(a *core.Account) { a.State = core.AccountNotActivated })
	h.addMember(h.acme.Ref(), "paul", core.RoleDefault)
	h.addMember(h.acme.Ref(), "rita", core.RoleDefault, "DEV_TEAM")
	h.addUser(h.etl, "gus", core.RoleGuest)
	h.addUser(h.etl, "nia", core.RoleProjectAdmin)
	h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)
	ctx := context.Background()
	must(h.as("vera").JoinProject(ctx, h.etl, entryP()))(h.t)
	must(h.as("vic").JoinOrganization(ctx, h.acme, entry()))(h.t)
	must(h.as("val").JoinMaintainer(ctx, h.partnerOne, entry()))(h.t)
}

// I1, M7, M8, MT4, 6.3, 6.4: who invites, re-sends and cancels, in both settings of Auto Join.
func TestInvitingRights(t *testing.T) {
	const (
		rr = core.ReasonRoleRestricted
		vr = core.ReasonVisitorRestricted
		ar = core.ReasonAdminRoleRequired
		in = core.ReasonInactiveAccount
	)
	for who, want := range map[string]struct{ project, organization, maintainer core.Reason }{
		"pia":  {"", forbidden, forbidden},
		"gus":  {rr, forbidden, forbidden},
		"rita": {rr, ar, forbidden},
		"vera": {vr, forbidden, ""}, // Support invites to maintainers (MT4)
		"vic":  {forbidden, vr, ""},
		"val":  {forbidden, forbidden, ""},
		"ana":  {"", "", forbidden},
		"paul": {ar, ar, forbidden},
		"lea":  {forbidden, forbidden, ""},
		"sam":  {forbidden, forbidden, ""},
		"nia":  {in, forbidden, forbidden},
	} {
		for _, autoJoin := range []bool{true, false} {
			h := newFixture(t)
			h.cast()
			h.autoJoin(autoJoin)
			for unit, want := range map[core.Unit]core.Reason{
				h.etl.Ref(): want.project, h.acme.Ref(): want.organization, h.partnerOne.Ref(): want.maintainer,
			} {
				t.Run(who+" to "+unit.Kind.String(), func(t *testing.T) {
					events := h.countEvents()
					i, _, err := h.invite(who, core.InviteInput{Unit: unit})
					expect(t, err, want)
					if want != "" {
						if h.countEvents() != events || h.counter(core.CountOpenInvitations, unit) != 0 {
							t.Error("a refused invitation has left something behind")
						}
						id := h.addInvitation(unit, "otto", "max", rolesFor(unit)) // Max knows of it; he tries nothing
						i = h.invitation(id)
					}
					ctx := context.Background()
					_, _, err = h.as(who).ResendInvitation(ctx, i.ID, 0, 0)
					expect(t, err, hiddenAs(who, want))
					_, err = h.as(who).CancelInvitation(ctx, i.ID, 0)
					expect(t, err, hiddenAs(who, want))
				})
			}
		}
	}
}

// hiddenAs is what a refusal becomes for those who may not even see the invitation (A10).
func hiddenAs(who string, want core.Reason) core.Reason {
	staff := map[string]bool{"sam": true, "vera": true, "vic": true, "val": true, "lea": true}[who]
	if want == core.ReasonForbidden && !staff || want == core.ReasonAdminRoleRequired {
		return core.ReasonNotFound
	}
	return want
}

func rolesFor(unit core.Unit) func(*core.Invitation) {
	return func(i *core.Invitation) {
		if unit.Kind == core.KindOrganization {
			i.Roles = []string{core.RoleAdmin, core.RoleDefault}
		}
	}
}

// A9: the form is judged field by field, then the other person (I4, I12, RO3, RO8, OR9).
func TestInvitingForm(t *testing.T) {
	suite.Sequential(t)
	project := func(h *fixture) core.Unit { return h.etl.Ref() }
	acme := func(h *fixture) core.Unit { return h.acme.Ref() }
	partner := func(h *fixture) core.Unit { return h.partnerOne.Ref() }
	const bad = "not an address"
	for name, c := range map[string]struct {
		who    string
		unit   func(*fixture) core.Unit
		with   func(*fixture, *core.InviteInput)
		want   core.Reason
		fields string
	}{
		"address before role":          {"pia", project, func(_ *fixture, in *core.InviteInput) { in.Email, in.Role = bad, "chief" }, core.ReasonInvalidEmail, "email"},
		"role before reason":           {"pia", project, func(_ *fixture, in *core.InviteInput) { in.Role, in.Reason = "chief", "x" }, core.ReasonInvalidRole, "role"},
		"role of the other set":        {"pia", project, func(_ *fixture, in *core.InviteInput) { in.Role = core.RoleProductionManager }, core.ReasonInvalidRole, "role"},
		"share, no administrator":      {"pia", project, func(_ *fixture, in *core.InviteInput) { in.Role, in.Email = core.RoleShare, bad }, core.ReasonShareNeedsOrgMember, ""},
		"share, administrator":         {"ana", project, func(_ *fixture, in *core.InviteInput) { in.Role = core.RoleShare }, "", ""},
		"reason too short":             {"pia", project, func(h *fixture, in *core.InviteInput) { in.Reason, in.Until = "x", h.in(1) }, core.ReasonReasonRequired, "reason"},
		"end too early":                {"pia", project, func(h *fixture, in *core.InviteInput) { in.Until = h.in(14 * time.Minute) }, core.ReasonInvalidEnd, "until"},
		"end in fifteen minutes":       {"pia", project, func(h *fixture, in *core.InviteInput) { in.Until = h.in(15 * time.Minute) }, "", ""},
		"lapse too early":              {"pia", project, func(_ *fixture, in *core.InviteInput) { in.Lapses = 59 }, core.ReasonInvalidEnd, "lapses"},
		"lapse too late":               {"pia", project, func(_ *fixture, in *core.InviteInput) { in.Lapses = 30*24*60 + 1 }, core.ReasonInvalidEnd, "lapses"},
		"lapse in an hour":             {"pia", project, func(_ *fixture, in *core.InviteInput) { in.Lapses = 60 }, "", ""},
		"lapse in thirty days":         {"pia", project, func(_ *fixture, in *core.InviteInput) { in.Lapses = 30 * 24 * 60 }, "", ""},
		"form before the person":       {"pia", project, func(_ *fixture, in *core.InviteInput) { in.Email, in.Lapses = "pia@data.test", 1 }, core.ReasonInvalidEnd, "lapses"},
		"self, inside":                 {"pia", project, func(_ *fixture, in *core.InviteInput) { in.Email = "PIA@data.test" }, core.ReasonCannotInviteSelf, "email"},
		"self, outside":                {"ben", project, func(_ *fixture, in *core.InviteInput) { in.Email = "ben@acme.test" }, core.ReasonCannotInviteSelf, "email"},
		"member":                       {"ben", project, func(_ *fixture, in *core.InviteInput) { in.Email = "pia@data.test" }, core.ReasonAlreadyMember, "email"},
		"visitor (V7)":                 {"pia", project, func(_ *fixture, in *core.InviteInput) { in.Email = "vera@support.test" }, core.ReasonAlreadyMember, "email"},
		"administrator is no user":     {"pia", project, func(_ *fixture, in *core.InviteInput) { in.Email = "ben@acme.test" }, "", ""},
		"role user is no member":       {"pia", project, func(_ *fixture, in *core.InviteInput) { in.Email = "rita@data.test" }, "", ""},
		"staff (S4)":                   {"pia", project, func(_ *fixture, in *core.InviteInput) { in.Email = "sam@support.test" }, "", ""},
		"unknown role of Acme":         {"ana", acme, func(_ *fixture, in *core.InviteInput) { in.Roles = []string{"ADMIN", "OPS"} }, core.ReasonInvalidRole, "roles"},
		"known role of Acme":           {"ana", acme, func(_ *fixture, in *core.InviteInput) { in.Roles = []string{"DEV_TEAM"} }, "", ""},
		"project role in Acme":         {"ana", acme, func(_ *fixture, in *core.InviteInput) { in.Role = core.RoleGuest }, core.ReasonInvalidRole, "role"},
		"reason in Acme (I12)":         {"ana", acme, func(_ *fixture, in *core.InviteInput) { in.Reason = incident }, core.ReasonInvalidValue, "reason"},
		"end in Acme (I12)":            {"ana", acme, func(h *fixture, in *core.InviteInput) { in.Until = h.in(core.Day) }, core.ReasonInvalidValue, "until"},
		"member of Acme (M11)":         {"ana", acme, func(_ *fixture, in *core.InviteInput) { in.Email = "ben@acme.test" }, core.ReasonAlreadyMember, "email"},
		"self in Acme":                 {"ana", acme, func(_ *fixture, in *core.InviteInput) { in.Email = "ana@acme.test" }, core.ReasonCannotInviteSelf, "email"},
		"roles in a maintainer (I12)":  {"lea", partner, func(_ *fixture, in *core.InviteInput) { in.Roles = []string{"ADMIN"} }, core.ReasonInvalidRole, "roles"},
		"Support itself, maintainer":   {"sam", partner, func(_ *fixture, in *core.InviteInput) { in.Email = "sam@support.test" }, core.ReasonCannotInviteSelf, "email"},
		"no unit":                      {"ana", func(*fixture) core.Unit { return core.RequestID(1).Ref() }, func(*fixture, *core.InviteInput) {}, notFound, ""},
		"project that is not there":    {"ana", func(*fixture) core.Unit { return core.ProjectID(99).Ref() }, func(*fixture, *core.InviteInput) {}, notFound, ""},
		"unknown address":              {"ana", acme, func(_ *fixture, in *core.InviteInput) { in.Email = "someone@new.test" }, "", ""},
		"not activated user (I4)":      {"pia", project, func(_ *fixture, in *core.InviteInput) { in.Email = "nia@new.test" }, core.ReasonAlreadyMember, "email"},
		"without MFA where required":   {"ana", acme, func(h *fixture, _ *core.InviteInput) { h.requireMFA(); h.setMFA("ana", true) }, "", ""},
		"disabled project (P14)":       {"pia", project, func(h *fixture, _ *core.InviteInput) { h.disable() }, core.ReasonProjectDisabled, ""},
		"share comes before disabled":  {"pia", project, func(h *fixture, in *core.InviteInput) { h.disable(); in.Role = core.RoleShare }, core.ReasonShareNeedsOrgMember, ""},
		"deleted project (H1)":         {"pia", project, func(h *fixture, _ *core.InviteInput) { h.deleteProject() }, notFound, ""},
		"staff that waits (I4)":        {"pia", project, func(h *fixture, in *core.InviteInput) { h.waits("sam"); in.Email = "sam@support.test" }, core.ReasonAlreadyRequested, "email"},
		"invited already (M11)":        {"ana", acme, func(h *fixture, _ *core.InviteInput) { h.addInvitation(h.acme.Ref(), "otto", "ben") }, core.ReasonAlreadyInvited, "email"},
		"invited to the other unit":    {"ana", acme, func(h *fixture, _ *core.InviteInput) { h.addInvitation(h.etl.Ref(), "otto", "ben") }, "", ""},
		"reason with a control (F1)":   {"pia", project, func(_ *fixture, in *core.InviteInput) { in.Reason = "bad \x1b[31m" }, core.ReasonInvalidText, "reason"},
		"address before share (RO3 7)": {"gus", project, func(_ *fixture, in *core.InviteInput) { in.Role = core.RoleShare }, core.ReasonRoleRestricted, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			h.cast()
			in := core.InviteInput{Unit: c.unit(h), Email: otto}
			c.with(h, &in)
			before := h.countEvents()
			i, _, err := h.invite(c.who, in)
			expect(t, err, c.want)
			if c.want != "" {
				if got := core.AsError(err).Field; got != c.fields {
					t.Errorf("field %q, want %q", got, c.fields)
				}
				if h.countEvents() != before {
					t.Error("a refused invitation wrote an event")
				}
				return
			}
			if i.State != core.InvitationPending || i.Inviter != h.id(c.who) || i.Version != 1 || i.Sent != h.now() {
				t.Errorf("invitation: %+v", i)
			}
		})
	}
}

func (h *fixture) disable() {
	h.t.Helper()
	_, err := h.as("sam").DisableProject(context.Background(), h.etl, 0, incident, 0)
	allowed(h.t, err)
}

func (h *fixture) deleteProject() {
	h.t.Helper()
	_, err := h.as("sam").DeleteProject(context.Background(), h.etl, 0)
	allowed(h.t, err)
}

// waits turns Auto Join off and files a request.
func (h *fixture) waits(who string) core.Request {
	h.t.Helper()
	h.autoJoin(false)
	return h.file(who)
}

// Section 2.2: an invitation lapses after seven days unless told, and never behind the end of the membership (TM3).
func TestInvitationLapse(t *testing.T) {
	h := newFixture(t)
	for i, c := range []struct {
		lapses core.Length
		until  time.Duration
		want   time.Duration
	}{
		{0, 0, 7 * core.Day},
		{60, 0, time.Hour},
		{30 * 24 * 60, 0, 30 * core.Day},
		{0, 20 * time.Minute, 20 * time.Minute},
		{60, 20 * time.Minute, 20 * time.Minute},
		{0, 8 * core.Day, 7 * core.Day},
		{14 * 24 * 60, 8 * core.Day, 8 * core.Day},
	} {
		in := core.InviteInput{Unit: h.etl.Ref(), Email: string(rune('a'+i)) + "@new.test", Lapses: c.lapses}
		if c.until != 0 {
			in.Until = h.in(c.until)
		}
		got, code, err := h.invite("pia", in)
		allowed(t, err)
		if got.Lapses != h.in(c.want) || got.Until != in.Until {
			t.Errorf("%d: lapses at %s, want %s", i, got.Lapses, h.in(c.want))
		}
		if c := h.codes(got.Account); len(c) != 1 || c[0].Expires != got.Lapses || c[0].Invitation != got.ID || code == "" {
			t.Errorf("%d: the code does not live as long as the invitation: %+v", i, c)
		}
	}
}

// codes lists the activation codes of an account.
func (h *fixture) codes(id core.AccountID) []core.ActivationCode {
	h.t.Helper()
	return allOf(h, core.Tx.Codes, core.Scan{Index: core.CodesOfAccount, Prefix: core.Key{core.Num(id)}})
}

// I14, section 21: an unknown address gets an account that is not activated, and is told to activate it; its event says
// no address (AU13).
func TestInvitingSomebodyNew(t *testing.T) {
	h := newFixture(t)
	i, code, err := h.invite("pia", core.InviteInput{Unit: h.etl.Ref(), Email: "New@Corp.test", Reason: "Quarterly review"})
	allowed(t, err)
	h.people["new"] = i.Account
	acc := h.account("new")
	if acc.Email != "new@corp.test" || acc.State != core.AccountNotActivated || acc.Confirmed || code == "" {
		t.Errorf("account %+v, code %q", acc, code)
	}
	n := h.told("new", core.NoticeActivate)
	if want := "pia@data.test invites you to Nightly ETL: activate your account"; n.Subject != want || n.Subjects[0] != i.ID.Ref() {
		t.Errorf("told %q about %v", n.Subject, n.Subjects)
	}
	if want := "Reason: Quarterly review\nRole: admin.\nThe invitation lapses at 2026-03-09 10:00 UTC."; n.Body != want {
		t.Errorf("body %q, want %q", n.Body, want)
	}
	h.notTold("new", core.NoticeInvitationSent)
	e := h.lastEvent(h.acme.Ref(), "invitation.create")
	if len(e.Subjects) != 3 || e.Subjects[0] != h.etl.Ref() || e.Subjects[1] != i.ID.Ref() || e.Subjects[2] != acc.ID.Ref() {
		t.Errorf("subjects %v", e.Subjects)
	}
	if linked := h.lastEvent(core.System, "account.create"); linked.Linked == "" {
		t.Error("the new account has no linked event (AU14)")
	}
}

// I6, section 21: who has an account is told, and sees the invitation with everything that matters.
func TestInviteeIsTold(t *testing.T) {
	h := newFixture(t)
	i := h.invited("pia", otto)
	if n := h.told("otto", core.NoticeInvitationSent); n.Subject != "pia@data.test invites you to Nightly ETL" || n.Subjects[0] != i.ID.Ref() {
		t.Errorf("told %+v", n)
	}
	own := must(h.as("otto").Invitations(context.Background(), core.InvitationQuery{}))(t)
	if own.Total != 1 || len(own.Items) != 1 {
		t.Fatalf("own invitations: %+v", own)
	}
	v := own.Items[0]
	if v.UnitName != "Nightly ETL" || v.OrganizationName != "Acme" || v.Role != core.RoleProjectAdmin || v.InvitedBy.Email != "pia@data.test" || !v.Mine {
		t.Errorf("own invitation: %+v", v)
	}
	h.notTold("pia", core.NoticeInvitationSent)
}

// I3, H8, H9, OR9: accepting passes everything on, and the inviter is told.
func TestAcceptPassesOn(t *testing.T) {
	ctx := context.Background()
	t.Run("organization", func(t *testing.T) {
		for setting, want := range map[core.NewMembers]string{core.NewMembersAdmin: "ADMIN, DEFAULT", core.NewMembersDefault: "DEFAULT"} {
			h := newFixture(t)
			h.editOrganization(h.acme, func(o *core.Organization) { o.NewMembers = setting })
			i, _, err := h.invite("ana", core.InviteInput{Unit: h.acme.Ref()})
			allowed(t, err)
			// "new members get" counts at sending (OR9).
			h.editOrganization(h.acme, func(o *core.Organization) { o.NewMembers = core.NewMembersAdmin })
			m := must(h.as("otto").AcceptInvitation(ctx, i.ID, i.Version))(t)
			if got := joined(m.Roles); got != want || m.Inviter != h.id("ana") || m.Approver != 0 || m.Origin != core.OriginInvited {
				t.Errorf("%s: %+v", setting, m)
			}
			e := h.lastEvent(h.acme.Ref(), "invitation.accept")
			if e.Actor != h.id("otto") {
				t.Errorf("event: %+v", e)
			}
		}
	})
	t.Run("maintainer", func(t *testing.T) {
		h := newFixture(t)
		i, _, err := h.invite("lea", core.InviteInput{Unit: h.partnerOne.Ref()})
		allowed(t, err)
		must(h.as("otto").AcceptInvitation(ctx, i.ID, 0))(t)
		if acc := h.account("otto"); acc.Expires != h.in(365*core.Day) { // AC13
			t.Errorf("the new staff account expires at %s", acc.Expires)
		}
		if n := h.told("lea", core.NoticeInvitationAnswers); n.Subject != "otto@elsewhere.test accepted your invitation to Partner One" {
			t.Errorf("told %q", n.Subject)
		}
		h.lastEvent(h.partnerOne.Ref(), "invitation.accept")
	})
	t.Run("staff become ordinary members", func(t *testing.T) { // S4, 6.1
		h := newFixture(t)
		q := h.waits("lea")
		id := h.addInvitation(h.etl.Ref(), "lea", "pia")
		must(h.as("lea").AcceptInvitation(ctx, id, 0))(t)
		if m := h.user(h.etl, "lea"); m.Visitor() || m.Until != 0 {
			t.Errorf("Lea is in as %+v", m)
		}
		if got := h.request(q.ID).State; got != core.RequestSuperseded { // R8
			t.Errorf("her request is %s", got)
		}
	})
	t.Run("role access settles requests elsewhere", func(t *testing.T) { // R8
		h := newFixture(t)
		h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)
		q := h.waits("lea")
		i, _, err := h.invite("ana", core.InviteInput{Unit: h.acme.Ref(), Email: "lea@partner-one.test", Roles: []string{"DEV_TEAM"}})
		allowed(t, err)
		must(h.as("lea").AcceptInvitation(ctx, i.ID, 0))(t)
		if got := h.request(q.ID).State; got != core.RequestSuperseded {
			t.Errorf("her request is %s", got)
		}
	})
	t.Run("a role that is gone is left out", func(t *testing.T) { // OR14
		h := newFixture(t)
		h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)
		i, _, err := h.invite("ana", core.InviteInput{Unit: h.acme.Ref(), Roles: []string{"DEV_TEAM"}})
		allowed(t, err)
		h.put(func(tx core.Tx) error {
			if err := tx.Grants().Delete(core.GrantKey{Project: h.etl, RoleID: "DEV_TEAM", Level: core.RoleGuest}); err != nil {
				return err
			}
			return tx.Roles().Delete(core.OrganizationRoleKey{Organization: h.acme, ID: "DEV_TEAM"})
		})
		if m := must(h.as("otto").AcceptInvitation(ctx, i.ID, 0))(t); joined(m.Roles) != "DEFAULT" {
			t.Errorf("roles %v", m.Roles)
		}
	})
}

func joined(roles []string) string {
	out := ""
	for i, r := range roles {
		if i > 0 {
			out += ", "
		}
		out += r
	}
	return out
}

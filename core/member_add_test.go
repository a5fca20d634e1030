package core_test

import (
	"context"
	"testing"
	"time"

	"gatehouse/core"
)

// add adds somebody directly, as who.
func (h *fixture) add(who string, in core.AddInput) (core.Membership, string, error) {
	h.t.Helper()
	m, code, err := h.as(who).AddMember(context.Background(), in)
	return m, code.Code, err
}

// M4–M6, 6.4: who adds to an organization, in both Auto Join settings.
func TestAddToOrganization(t *testing.T) {
	const someone, otto = "someone@new.test", "otto@elsewhere.test"
	for _, c := range []struct {
		who, whom string
		on, off   core.Reason
	}{
		{"ana", someone, "", ""},
		{"ana", otto, "", ""},
		{"ana", "sam@support.test", "", ""},     // S4
		{"ana", "lea@partner-one.test", "", ""}, // S4
		{"ana", "ana@acme.test", core.ReasonAlreadyMember, core.ReasonAlreadyMember},
		{"ana", "ben@acme.test", core.ReasonAlreadyMember, core.ReasonAlreadyMember}, // M11
		{"sam", otto, "", core.ReasonAutoJoinDisabled},
		{"lea", otto, "", core.ReasonAutoJoinDisabled},
		{"sam", "sam@support.test", core.ReasonUseJoin, core.ReasonAutoJoinDisabled},
		{"lea", "lea@partner-one.test", core.ReasonUseJoin, core.ReasonAutoJoinDisabled},
		{"sam", "sue@support.test", core.ReasonUseJoin, core.ReasonAutoJoinDisabled},
		{"lea", "max@partner-one.test", core.ReasonUseJoin, core.ReasonAutoJoinDisabled},
		{"lea", "sam@support.test", core.ReasonUseJoin, core.ReasonAutoJoinDisabled},
		{"paul", otto, core.ReasonAdminRoleRequired, core.ReasonAdminRoleRequired},
		{"pia", otto, core.ReasonForbidden, core.ReasonForbidden},
		{"otto", otto, core.ReasonForbidden, core.ReasonForbidden},
	} {
		for autoJoin, want := range map[bool]core.Reason{true: c.on, false: c.off} {
			t.Run(c.who+" adds "+c.whom, func(t *testing.T) {
				h := newFixture(t)
				h.autoJoin(autoJoin)
				h.addAccount("paul", "paul@acme.test")
				h.addMember(h.acme.Ref(), "paul", core.RoleDefault)
				in := core.AddInput{Unit: h.acme.Ref(), Email: c.whom}
				staff := c.who == "sam" || c.who == "lea"
				if staff && want == "" { // M5: what is refused for whom it is about needs no reason first
					in.Reason = incident
				}
				m, code, err := h.add(c.who, in)
				if want != "" {
					refused(t, err, want)
					return
				}
				allowed(t, err)
				if m.Admin() == staff || m.Visitor() || m.Origin != core.OriginAdded || m.Inviter != 0 || m.Approver != 0 { // H9
					t.Errorf("membership: %+v", m)
				}
				if (code != "") != (c.whom == someone) {
					t.Errorf("code %q", code)
				}
				h.lastEvent(h.acme.Ref(), "member.add")
			})
		}
	}
}

// OR9: roles of a direct add.
func TestAddRoles(t *testing.T) {
	for name, c := range map[string]struct {
		setting core.NewMembers
		roles   []string
		want    string
		reason  core.Reason
	}{
		"none, DEFAULT+ADMIN":      {core.NewMembersAdmin, nil, "ADMIN, DEFAULT", ""},
		"none, DEFAULT":            {core.NewMembersDefault, nil, "DEFAULT", ""},
		"DEFAULT always":           {core.NewMembersAdmin, []string{"DEV_TEAM"}, "DEFAULT, DEV_TEAM", ""},
		"named twice":              {core.NewMembersDefault, []string{"ADMIN", "ADMIN", "DEFAULT"}, "ADMIN, DEFAULT", ""},
		"one of them is not known": {core.NewMembersAdmin, []string{"ADMIN", "OPS"}, "", core.ReasonInvalidRole},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)
			h.editOrganization(h.acme, func(o *core.Organization) { o.NewMembers = c.setting })
			m, _, err := h.add("ana", core.AddInput{Unit: h.acme.Ref(), Email: "otto@elsewhere.test", Roles: c.roles})
			if c.reason != "" {
				refused(t, err, c.reason)
				h.noMember(h.acme.Ref(), "otto")
				return
			}
			allowed(t, err)
			if e := h.lastEvent(h.acme.Ref(), "member.add"); e.Changes[0].After != c.want || len(m.Roles) == 0 {
				t.Errorf("roles %v, event %+v", m.Roles, e.Changes)
			}
		})
	}
}

// MT4, AC13: direct add to a maintainer makes staff, with a date.
func TestAddToMaintainer(t *testing.T) {
	h := newFixture(t)
	unit := h.partnerOne.Ref()
	_, _, err := h.add("ana", core.AddInput{Unit: unit, Email: "otto@elsewhere.test"})
	refused(t, err, core.ReasonForbidden)
	_, _, err = h.add("sam", core.AddInput{Unit: unit, Email: "sam@support.test"})
	refused(t, err, core.ReasonUseJoin)
	_, _, err = h.add("lea", core.AddInput{Unit: unit, Email: "lea@partner-one.test"})
	refused(t, err, core.ReasonAlreadyMember)
	_, _, err = h.add("lea", core.AddInput{Unit: unit, Email: "otto@elsewhere.test", Roles: []string{"ADMIN"}})
	refused(t, err, core.ReasonInvalidRole)

	must(h.as("sue").JoinMaintainer(context.Background(), h.partnerOne, entry()))(t)
	_, _, err = h.add("lea", core.AddInput{Unit: unit, Email: "sue@support.test"})
	refused(t, err, core.ReasonAlreadyMember) // V7

	_, _, err = h.add("lea", core.AddInput{Unit: unit, Email: "otto@elsewhere.test"})
	allowed(t, err)
	if got := h.account("otto").Expires; got != h.in(365*core.Day) {
		t.Errorf("a staff account without the date of AC13: %s", got)
	}
	if got := h.told("otto", core.NoticeMemberAdded).Subject; got != "You are now a member of Partner One" {
		t.Errorf("Otto was told %q", got)
	}
	allowed(t, h.as("otto").LeaveMaintainer(context.Background(), h.partnerOne))
	if got := h.account("otto").Expires; got != 0 {
		t.Errorf("no staff any more, but expires %s", got)
	}
}

// A2, RO3, RO6, RO8, I15: direct add to a project.
func TestAddToProject(t *testing.T) {
	const otto = "otto@elsewhere.test"
	for name, c := range map[string]struct {
		who  string
		in   core.AddInput
		want core.Reason
		role core.Role
	}{
		"a full role":                  {"pia", core.AddInput{Email: otto}, "", core.RoleProjectAdmin},
		"an administrator":             {"ben", core.AddInput{Email: otto, Role: core.RoleGuest}, "", core.RoleGuest},
		"an administrator gives share": {"ben", core.AddInput{Email: otto, Role: core.RoleShare}, "", core.RoleShare},
		"an administrator themself":    {"ben", core.AddInput{Email: "ben@acme.test"}, "", core.RoleProjectAdmin},
		"a user themself":              {"pia", core.AddInput{Email: "pia@data.test"}, core.ReasonCannotInviteSelf, ""},
		"a staff account":              {"pia", core.AddInput{Email: "lea@partner-one.test"}, "", core.RoleProjectAdmin},
		"staff not (A2)":               {"sam", core.AddInput{Email: otto}, core.ReasonForbidden, ""},
		"staff themself (A2)":          {"lea", core.AddInput{Email: "lea@partner-one.test"}, core.ReasonForbidden, ""},
		"outsider":                     {"otto", core.AddInput{Email: otto}, core.ReasonForbidden, ""},
		"a limited role (RO5)":         {"gus", core.AddInput{Email: otto}, core.ReasonRoleRestricted, ""},
		"a visitor (V4)":               {"sue", core.AddInput{Email: otto}, core.ReasonVisitorRestricted, ""},
		"address first":                {"pia", core.AddInput{Email: "x", Role: "chief"}, core.ReasonInvalidEmail, ""},
		"unknown role":                 {"pia", core.AddInput{Email: otto, Role: "chief", Reason: "x"}, core.ReasonInvalidRole, ""},
		"role of the other set":        {"pia", core.AddInput{Email: otto, Role: core.RoleDeveloper}, core.ReasonInvalidRole, ""},
		"reason too short":             {"pia", core.AddInput{Email: otto, Reason: "x", Until: 1}, core.ReasonReasonRequired, ""},
		"end too near":                 {"pia", core.AddInput{Email: otto, Until: core.At(begin.Add(14 * time.Minute))}, core.ReasonInvalidEnd, ""},
		"end in 15 minutes":            {"pia", core.AddInput{Email: otto, Until: core.At(begin.Add(15 * time.Minute))}, "", core.RoleProjectAdmin},
		"inside already":               {"ben", core.AddInput{Email: "pia@data.test"}, core.ReasonAlreadyMember, ""},
		"a visitor already (V7)":       {"pia", core.AddInput{Email: "sue@support.test"}, core.ReasonAlreadyMember, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			h.addAccount("gus", "gus@data.test")
			h.addUser(h.etl, "gus", core.RoleGuest)
			must(h.as("sue").JoinProject(context.Background(), h.etl, entryP()))(t)
			c.in.Unit = h.etl.Ref()
			m, _, err := h.add(c.who, c.in)
			if c.want != "" {
				refused(t, err, c.want)
				return
			}
			allowed(t, err)
			if m.Role != c.role || m.Approver != h.id(c.who) || m.Inviter != 0 || m.Until != c.in.Until || m.Visitor() { // H8
				t.Errorf("membership: %+v", m)
			}
			h.lastEvent(h.acme.Ref(), "user.add")
		})
	}
}

// P14: nobody is added to a disabled project.
func TestAddToDisabledProject(t *testing.T) {
	h := newFixture(t)
	must(h.as("sam").DisableProject(context.Background(), h.etl, 0, "invoice open", 0))(t)
	_, _, err := h.add("pia", core.AddInput{Unit: h.etl.Ref(), Email: "otto@elsewhere.test"})
	refused(t, err, core.ReasonProjectDisabled)
}

// M4, AC19, section 21: an unknown address becomes an account that is not activated; code and notification follow.
func TestAddUnknownAddress(t *testing.T) {
	h := newFixture(t)
	m, code, err := h.add("pia", core.AddInput{Unit: h.etl.Ref(), Email: "Nia@Data.test", Reason: "on call"})
	allowed(t, err)
	h.people["nia"] = m.Account
	acc := h.account("nia")
	if acc.State != core.AccountNotActivated || acc.Email != "nia@data.test" || acc.Confirmed || code == "" {
		t.Errorf("account %+v, code %q", acc, code)
	}
	if got := h.told("nia", core.NoticeActivate).Subject; got != "pia@data.test invites you to Nightly ETL: activate your account" {
		t.Errorf("Nia was told %q", got)
	}
	h.notTold("nia", core.NoticeUserAdded)
	main := h.lastEvent(h.acme.Ref(), "user.add")
	if e := h.lastEvent(core.System, "account.create"); e.Linked == "" || main.Reason != "on call" {
		t.Errorf("linked %+v, main %+v", e, main)
	}
	_, err = h.as("nia").OpenContent(context.Background(), h.etl)
	refused(t, err, core.ReasonInactiveAccount)
	must(h.Redeem(context.Background(), code, "Nia"))(t)
	must(h.as("nia").OpenContent(context.Background(), h.etl))(t)
}

// I10, R8, M12: an add supersedes the person's own invitation and request, nobody else's.
func TestAddSupersedes(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.autoJoin(false)
	q := must(h.as("lea").FileRequest(ctx, h.etl, entry()))(t)
	other := must(h.as("sam").FileRequest(ctx, h.etl, entry()))(t)
	mine := h.addInvitation(h.acme.Ref(), "lea", "ana")
	theirs := h.addInvitation(h.acme.Ref(), "otto", "ana")

	_, _, err := h.add("pia", core.AddInput{Unit: h.etl.Ref(), Email: "lea@partner-one.test"})
	allowed(t, err)
	if a, b := h.request(q.ID).State, h.request(other.ID).State; a != core.RequestSuperseded || b != core.RequestPending {
		t.Errorf("requests: %s, %s", a, b)
	}
	_, _, err = h.add("ana", core.AddInput{Unit: h.acme.Ref(), Email: "lea@partner-one.test"})
	allowed(t, err)
	if a, b := h.invitation(mine).State, h.invitation(theirs).State; a != core.InvitationSuperseded || b != core.InvitationPending {
		t.Errorf("invitations: %s, %s", a, b)
	}
}

// TM2, TM5: somebody whose membership is over, but not swept, can be added again.
func TestAddAfterOverdueEnd(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	_, _, err := h.add("pia", core.AddInput{Unit: h.etl.Ref(), Email: "otto@elsewhere.test", Until: h.in(15 * time.Minute)})
	allowed(t, err)
	must(h.as("sam").JoinProject(ctx, h.etl, entryP(forHours(1))))(t)
	visit := h.user(h.etl, "sam").Visit
	h.clock.move(time.Hour)
	for _, email := range []string{"otto@elsewhere.test", "sam@support.test"} {
		m, _, err := h.add("pia", core.AddInput{Unit: h.etl.Ref(), Email: email})
		allowed(t, err)
		if m.Until != 0 || m.Visitor() {
			t.Errorf("membership: %+v", m)
		}
	}
	if v := h.visit(visit); v.State != core.VisitEnded {
		t.Errorf("visit: %+v", v)
	}
	h.sweep()
	h.user(h.etl, "sam")
	h.user(h.etl, "otto")
}

// I12: organization and maintainer memberships have no reason, no end and no project role.
func TestAddFieldsThatDoNotBelong(t *testing.T) {
	h := newFixture(t)
	for unit, who := range map[core.Unit]string{h.acme.Ref(): "ana", h.partnerOne.Ref(): "sam"} {
		for want, in := range map[core.Reason]core.AddInput{
			core.ReasonInvalidRole:  {Role: core.RoleGuest},
			core.ReasonInvalidValue: {Reason: "on call"},
		} {
			in.Unit, in.Email = unit, "otto@elsewhere.test"
			_, _, err := h.add(who, in)
			refused(t, err, want)
		}
		_, _, err := h.add(who, core.AddInput{Unit: unit, Email: "otto@elsewhere.test", Until: h.in(time.Hour)})
		refused(t, err, core.ReasonInvalidValue)
	}
	_, _, err := h.add("sam", core.AddInput{Unit: core.VisitID(1).Ref(), Email: "otto@elsewhere.test"})
	refused(t, err, core.ReasonNotFound)
}

// R8: an organization role that opens a project supersedes the pending request for it.
func TestRoleSupersedesRequest(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.autoJoin(false)
	h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)
	q := must(h.as("lea").FileRequest(ctx, h.etl, entry()))(t)
	_, _, err := h.add("ana", core.AddInput{Unit: h.acme.Ref(), Email: "lea@partner-one.test", Roles: []string{core.RoleDefault}})
	allowed(t, err)
	if got := h.request(q.ID).State; got != core.RequestPending {
		t.Fatalf("the request is %s before the role", got)
	}
	must(h.as("ana").AssignRoles(ctx, h.acme, h.id("lea"), 0, []string{"DEV_TEAM"}, nil))(t)
	if got := h.request(q.ID).State; got != core.RequestSuperseded {
		t.Errorf("the request is %s", got)
	}
}

package core_test

import (
	"context"
	"testing"

	"gatehouse/core"
)

// M9, MT4, 6.3: who removes whom.
func TestRemoveMember(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		who, whom string
		unit      func(*fixture) core.Unit
		want      core.Reason
	}{
		"an administrator another":                {"ana", "ben", acmeOf, ""},
		"Support, with Auto Join off too":         {"sam", "ben", acmeOf, ""},
		"a maintainer member not (M9)":            {"lea", "ben", acmeOf, core.ReasonForbidden},
		"a plain member not":                      {"paul", "ben", acmeOf, core.ReasonAdminRoleRequired},
		"a project user not":                      {"pia", "ben", acmeOf, core.ReasonForbidden},
		"who is not in it":                        {"ana", "otto", acmeOf, core.ReasonNotFound},
		"a member of the maintainer (MT4)":        {"lea", "max", partnerOf, ""},
		"Support from the maintainer (MT4)":       {"sam", "max", partnerOf, ""},
		"an outsider not from the maintainer":     {"ana", "max", partnerOf, core.ReasonForbidden},
		"a full role from the project":            {"pia", "gus", etlOf, ""},
		"an administrator from the project":       {"ben", "pia", etlOf, ""}, // a project may lose its last full role
		"a limited role not (RO5)":                {"gus", "pia", etlOf, core.ReasonRoleRestricted},
		"a visitor not (V4)":                      {"sue", "gus", etlOf, core.ReasonVisitorRestricted},
		"staff not from the project":              {"lea", "gus", etlOf, core.ReasonForbidden},
		"a visit, by a full role":                 {"pia", "sue", etlOf, ""},
		"a visit to the organization, by Support": {"sam", "max", acmeOf, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			h.addAccount("paul", "paul@acme.test")
			h.addMember(h.acme.Ref(), "paul", core.RoleDefault)
			h.addAccount("gus", "gus@data.test")
			h.addUser(h.etl, "gus", core.RoleGuest)
			must(h.as("sue").JoinProject(ctx, h.etl, entryP()))(t)
			must(h.as("max").JoinOrganization(ctx, h.acme, entry()))(t)
			h.autoJoin(false)
			unit := c.unit(h)
			m, _ := h.membership(unit, c.whom)
			err := h.as(c.who).RemoveMember(ctx, unit, h.id(c.whom), m.Version)
			expect(t, err, c.want)
			if c.want != "" {
				return
			}
			h.noMember(unit, c.whom)
			switch {
			case m.Visitor():
				if v := h.visit(m.Visit); v.State != core.VisitRevoked || v.By != h.id(c.who) {
					t.Errorf("visit: %+v", v)
				}
				h.told(c.whom, core.NoticeVisitRevoked)
			case unit.Kind == core.KindProject:
				h.lastEvent(h.acme.Ref(), "user.remove")
				h.told(c.whom, core.NoticeUserRemoved)
			default:
				h.lastEvent(unit, "member.remove")
				h.told(c.whom, core.NoticeMemberRemoved)
			}
		})
	}
}

func acmeOf(h *fixture) core.Unit    { return h.acme.Ref() }
func partnerOf(h *fixture) core.Unit { return h.partnerOne.Ref() }
func etlOf(h *fixture) core.Unit     { return h.etl.Ref() }

// F10: a membership that was changed meanwhile is not removed.
func TestRemoveStale(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	m, _ := h.membership(h.acme.Ref(), "ben")
	must(h.as("ana").AssignRoles(ctx, h.acme, h.id("ben"), 0, nil, []string{core.RoleAdmin}))(t)
	err := h.as("ana").RemoveMember(ctx, h.acme.Ref(), h.id("ben"), m.Version)
	refused(t, err, core.ReasonStale)
	if want := "The membership of ben@acme.test was changed by ana@acme.test while you were looking."; core.AsError(err).Message != want {
		t.Errorf("the sentence is %q, want %q", core.AsError(err).Message, want)
	}
}

// M10: removing oneself is leaving, with its action and without a notification (N5).
func TestRemoveOneself(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	allowed(t, h.as("ben").RemoveMember(ctx, h.acme.Ref(), h.id("ben"), 0))
	h.lastEvent(h.acme.Ref(), "member.leave")
	h.notTold("ben", core.NoticeMemberRemoved)
	allowed(t, h.as("max").RemoveMember(ctx, h.partnerOne.Ref(), h.id("max"), 0))
	allowed(t, h.as("pia").RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0)) // H7: a project may lose its last user
	h.lastEvent(h.acme.Ref(), "user.leave")
	refused(t, h.as("otto").RemoveMember(ctx, core.Ref{}, h.id("otto"), 0), core.ReasonNotFound)
}

// H7, OR13: the last ordinary, activated member stays, and the last administrator.
func TestLastMemberAndAdmin(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		given func(*fixture)
		want  core.Reason
	}{
		"another administrator":         {func(h *fixture) { h.addMember(h.acme.Ref(), "otto", core.RoleAdmin, core.RoleDefault) }, ""},
		"a plain member besides":        {func(h *fixture) { h.addMember(h.acme.Ref(), "otto", core.RoleDefault) }, core.ReasonLastAdmin},
		"nobody besides":                {func(*fixture) {}, core.ReasonLastMember},
		"a visitor does not count (V5)": {func(h *fixture) { must(h.as("sam").JoinOrganization(ctx, h.acme, entry()))(h.t) }, core.ReasonLastMember},
		"who is not activated does not count": {func(h *fixture) {
			h.newPerson("nia", "nia@acme.test")
			h.addMember(h.acme.Ref(), "nia", core.RoleAdmin, core.RoleDefault)
		}, core.ReasonLastMember},
		"who is expired does not keep ADMIN": {expiredAdmin, core.ReasonLastAdmin},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			h.dropMember(h.acme.Ref(), "ben")
			c.given(h)
			for way, do := range map[string]func() error{
				"leave":  func() error { return h.as("ana").LeaveOrganization(ctx, h.acme) },
				"remove": func() error { return h.as("sue").RemoveMember(ctx, h.acme.Ref(), h.id("ana"), 0) },
			} {
				if c.want == "" {
					if way == "leave" {
						allowed(t, do())
					}
					continue
				}
				refused(t, do(), c.want)
			}
			if c.want != "" {
				_, err := h.as("ana").AssignRoles(ctx, h.acme, h.id("ana"), 0, nil, []string{core.RoleAdmin})
				refused(t, err, c.want)
			}
		})
	}
}

// H7: an account that expired before anybody redeemed its code was never activated, and does not keep a unit alive.
func TestLastMemberBesideOneNeverActivated(t *testing.T) {
	h := newFixture(t)
	m, _, err := h.as("lea").AddMember(ctx, core.AddInput{Unit: h.partnerOne.Ref(), Email: "new@partner-one.test"})
	allowed(t, err)
	allowed(t, h.as("max").LeaveMaintainer(ctx, h.partnerOne))
	refused(t, h.as("lea").LeaveMaintainer(ctx, h.partnerOne), core.ReasonLastMember)
	must(h.as("sam").SetAccountExpiry(ctx, m.Account, h.in(core.Day)))(t)
	h.pass(core.Day)
	refused(t, h.as("lea").LeaveMaintainer(ctx, h.partnerOne), core.ReasonLastMember)
}

func expiredAdmin(h *fixture) {
	h.addMember(h.acme.Ref(), "otto", core.RoleAdmin, core.RoleDefault)
	h.editAccount("otto", func(a *core.Account) { a.State, a.Expires = core.AccountExpired, h.now() })
}

// V6: who leaves the maintainer loses the visits that rest on it; with the Support flag they stay.
func TestLeavingMaintainerEndsVisits(t *testing.T) {
	ctx := context.Background()
	for _, support := range []bool{false, true} {
		h := newFixture(t)
		h.editAccount("lea", func(a *core.Account) { a.Support = support })
		must(h.as("lea").JoinProject(ctx, h.etl, entryP()))(t)
		must(h.as("lea").JoinOrganization(ctx, h.acme, entry()))(t)
		visit := h.user(h.etl, "lea").Visit
		allowed(t, h.as("max").RemoveMember(ctx, h.partnerOne.Ref(), h.id("lea"), 0))
		want := core.VisitEnded
		if support {
			want = core.VisitActive
		}
		if got := h.visit(visit).State; got != want {
			t.Errorf("Support %v: the visit is %s, want %s", support, got, want)
		}
		if _, in := h.membership(h.acme.Ref(), "lea"); in != support {
			t.Errorf("Support %v: inside the organization: %v", support, in)
		}
	}
}

// OR11: removing a member takes role access at once; direct memberships stay.
func TestRemovalTakesRoleAccess(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	reports := h.addProject(h.acme, "Reports")
	h.addGrant(reports, "DEV_TEAM", core.RoleGuest)
	h.addMember(h.acme.Ref(), "pia", core.RoleDefault, "DEV_TEAM")
	if role := must(h.as("pia").OpenContent(ctx, reports))(t); role != core.RoleGuest {
		t.Errorf("role %s", role)
	}
	allowed(t, h.as("ana").RemoveMember(ctx, h.acme.Ref(), h.id("pia"), 0))
	_, err := h.as("pia").OpenContent(ctx, reports)
	refused(t, err, core.ReasonForbidden)
	must(h.as("pia").OpenContent(ctx, h.etl))(t)
}

// DR9: Support empties a deleted project; nobody else may.
func TestRemoveFromDeletedProject(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	allowed(t, h.noProjects())
	refused(t, h.as("ana").RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0), core.ReasonNotFound)
	allowed(t, h.as("sam").RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0))
	h.noMember(h.etl.Ref(), "pia")
}

// R20: removing the last decider announces the request.
func TestRemovingLastDecider(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.autoJoin(false)
	must(h.as("sam").FileRequest(ctx, h.etl, entry()))(t)
	allowed(t, h.as("ana").RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0))
	h.told("ben", core.NoticeUndecidable)
}

// DR9: Support empties a deleted project of itself too; nobody else gets to it.
func TestSupportLeavesADeletedProject(t *testing.T) {
	h := newFixture(t)
	h.addUser(h.etl, "sam", core.RoleGuest)
	must(h.as("pia").DeleteProject(ctx, h.etl, 0))(t)
	refused(t, h.as("pia").RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0), core.ReasonNotFound)
	allowed(t, h.as("sam").RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0))
	allowed(t, h.as("sam").RemoveMember(ctx, h.etl.Ref(), h.id("sam"), 0))
	must(h.as("sam").PurgeProject(ctx, h.etl))(t)
}

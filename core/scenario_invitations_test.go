package core_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
)

func TestScenarioINV_O1_SupportDoesNotInvite(t *testing.T) {
	h := newFixture(t)
	must(h.as("sam").Invitations(context.Background(), core.InvitationQuery{Unit: h.etl.Ref()}))(t)
	refused(t, dropTwo(h.invite("sam", core.InviteInput{Unit: h.etl.Ref()})), forbidden)
	if n := h.counter(core.CountOpenInvitations, h.etl.Ref()); n != 0 {
		t.Errorf("%d invitations", n)
	}
}

func TestScenarioINV_O2_AdministratorInvitesFromOutside(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.autoJoin(false)
	i := h.invited("ben", otto)
	v := must(h.as("ben").Invitation(ctx, i.ID))(t)
	if v.Who.Email != otto || v.InvitedBy.Email != "ben@acme.test" || v.Role != core.RoleProjectAdmin || v.Reason != "" || v.Until != 0 ||
		v.Lapses != h.in(7*core.Day) {
		t.Errorf("the invitation shows %+v", v)
	}
	must(h.as("ben").CancelInvitation(ctx, i.ID, i.Version))(t)
	if page := must(h.as("ben").Invitations(ctx, core.InvitationQuery{Unit: h.etl.Ref()}))(t); len(page.Items) != 0 {
		t.Errorf("pending: %+v", page)
	}
	h.noMember(h.etl.Ref(), "otto")
}

func TestScenarioINV_O3_InviteeAccepts(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.addUser(h.etl, "ana", core.RoleProjectAdmin)
	h.invited("ana", otto)
	own := must(h.as("otto").Invitations(ctx, core.InvitationQuery{}))(t)
	must(h.as("otto").AcceptInvitation(ctx, own.Items[0].ID, own.Items[0].Version))(t)
	m := h.user(h.etl, "otto")
	if m.Visitor() || m.Inviter != h.id("ana") || m.Approver != 0 {
		t.Errorf("membership: %+v", m)
	}
	if own := must(h.as("otto").Invitations(ctx, core.InvitationQuery{}))(t); len(own.Items) != 0 {
		t.Errorf("own invitations: %+v", own)
	}
	if n := h.told("ana", core.NoticeInvitationAnswers); n.Subject != "otto@elsewhere.test accepted your invitation to Nightly ETL" {
		t.Errorf("Ana was told %q", n.Subject)
	}
}

func TestScenarioINV_O4_InvitingTwiceInvitingOneself(t *testing.T) {
	h := newFixture(t)
	h.invited("pia", otto)
	refused(t, dropTwo(h.invite("pia", core.InviteInput{Unit: h.etl.Ref()})), core.ReasonAlreadyInvited)
	refused(t, dropTwo(h.invite("ben", core.InviteInput{Unit: h.etl.Ref(), Email: "ben@acme.test"})), core.ReasonCannotInviteSelf)
	if n := h.counter(core.CountOpenInvitations, h.etl.Ref()); n != 1 {
		t.Errorf("%d invitations, want one", n)
	}
}

func TestScenarioINV_O6_CreatorWhoLeftCannotCancel(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.addUser(h.etl, "ana", core.RoleProjectAdmin)
	i := h.invited("ana", otto)
	allowed(t, h.as("ana").LeaveProject(ctx, h.etl))
	allowed(t, h.as("ana").LeaveOrganization(ctx, h.acme))
	refused(t, drop(h.as("ana").CancelInvitation(ctx, i.ID, i.Version)), forbidden)
	if got := h.invitation(i.ID); got.State != core.InvitationCancelled { // with the right of who sent it (I17)
		t.Errorf("the invitation is %s", got.State)
	}
}

func TestScenarioINV_O7_RoleReasonAndEndPassOn(t *testing.T) {
	h := newFixture(t)
	h.addUser(h.etl, "ana", core.RoleProjectAdmin)
	eleven := h.in(time.Hour)
	i, _, err := h.invite("ana", core.InviteInput{Unit: h.etl.Ref(), Role: core.RoleReadOnly, Reason: "Quarterly review", Until: eleven})
	allowed(t, err)
	h.pass(10 * time.Minute)
	must(h.as("otto").AcceptInvitation(context.Background(), i.ID, i.Version))(t)
	if m := h.user(h.etl, "otto"); m.Role != core.RoleReadOnly || m.Reason != "Quarterly review" || m.Until != eleven {
		t.Errorf("membership: %+v", m)
	}
	h.pass(50 * time.Minute)
	h.noMember(h.etl.Ref(), "otto")
}

func TestScenarioROLE_O4_AdminCannotHandOutShareByInvitation(t *testing.T) {
	h := newFixture(t)
	refused(t, dropTwo(h.invite("pia", core.InviteInput{Unit: h.etl.Ref(), Role: core.RoleShare})), core.ReasonShareNeedsOrgMember)
	refused(t, dropTwo(h.add("pia", core.AddInput{Unit: h.etl.Ref(), Email: otto, Role: core.RoleShare})), core.ReasonShareNeedsOrgMember)
	if n := h.counter(core.CountOpenInvitations, h.etl.Ref()); n != 0 {
		t.Errorf("%d invitations", n)
	}
	h.noMember(h.etl.Ref(), "otto")
}

func TestScenarioROLE_O5_ProtectedProjectAndInvalidRoles(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	first := must(h.as("ana").CreateProject(ctx, h.acme, "Ledger", "protected"))(t)
	second := must(h.as("ben").CreateProject(ctx, h.acme, "Reports", "production"))(t)
	if m := h.user(first.ID, "ana"); m.Role != core.RoleProductionManager {
		t.Errorf("Ana is %s", m.Role)
	}
	for _, c := range []struct {
		who     string
		project core.ProjectID
		role    core.Role
		allowed string
	}{
		{"ana", first.ID, core.RoleProjectAdmin, "productionManager, developer, reviewer, readOnly"},
		{"ben", second.ID, "chief", "share, admin, guest, readOnly"},
	} {
		err := dropTwo(h.invite(c.who, core.InviteInput{Unit: c.project.Ref(), Role: c.role}))
		refused(t, err, core.ReasonInvalidRole)
		if !strings.Contains(err.Error(), c.allowed) {
			t.Errorf("the message does not name the roles: %q", err)
		}
	}
}

func TestScenarioROLE_O6_NotActivatedUser(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.autoJoin(false)
	nia, _, err := h.add("pia", core.AddInput{Unit: h.etl.Ref(), Email: "nia@new.test"})
	allowed(t, err)
	h.people["nia"] = nia.Account
	q := must(h.as("lea").FileRequest(ctx, h.etl, entry()))(t)
	i := h.invited("pia", otto)
	const inactive = core.ReasonInactiveAccount
	refused(t, dropTwo(h.invite("nia", core.InviteInput{Unit: h.etl.Ref(), Email: "somebody@new.test"})), inactive)
	refused(t, drop(h.as("nia").ApproveRequest(ctx, q.ID, 0, core.Term{})), inactive)
	refused(t, drop(h.as("nia").CancelInvitation(ctx, i.ID, 0)), inactive)
	refused(t, dropTwo(h.add("nia", core.AddInput{Unit: h.etl.Ref(), Email: "somebody@new.test"})), inactive)
	refused(t, drop(h.as("nia").SetRole(ctx, h.etl, h.id("pia"), 0, core.RoleGuest)), inactive)
	if h.invitation(i.ID).Version != i.Version || h.request(q.ID).State != core.RequestPending {
		t.Error("something has changed")
	}
}

func TestScenarioORG_O4_WhoDoesNotInviteToAnOrganization(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	unit := h.acme.Ref()
	must(h.as("sam").Invitations(ctx, core.InvitationQuery{Unit: unit}))(t)
	refused(t, dropTwo(h.invite("sam", core.InviteInput{Unit: unit, Email: "unknown@new.test"})), forbidden)
	refused(t, drop(h.as("otto").Invitations(ctx, core.InvitationQuery{Unit: unit})), forbidden)
	refused(t, dropTwo(h.invite("otto", core.InviteInput{Unit: unit, Email: "unknown@new.test"})), forbidden)
	refused(t, drop(h.as("otto").JoinOrganization(ctx, h.acme, entry())), forbidden)
	refused(t, dropTwo(h.add("otto", core.AddInput{Unit: unit, Email: "unknown@new.test"})), forbidden)
}

func TestScenarioORG_O5_InviteAndAcceptAutoJoinOff(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.autoJoin(false)
	i, _, err := h.invite("ana", core.InviteInput{Unit: h.acme.Ref()})
	allowed(t, err)
	must(h.as("otto").AcceptInvitation(ctx, i.ID, i.Version))(t)
	m, _ := h.membership(h.acme.Ref(), "otto")
	if !m.Admin() || joined(m.Roles) != "ADMIN, DEFAULT" || m.Inviter != h.id("ana") || m.Approver != 0 {
		t.Errorf("membership: %+v", m)
	}
	if page := must(h.as("ana").Invitations(ctx, core.InvitationQuery{Unit: h.acme.Ref()}))(t); len(page.Items) != 0 {
		t.Errorf("pending: %+v", page)
	}
}

func TestScenarioSET_O7_InvitingWithoutMFAWorksAcceptingDoesNot(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.requireMFA()
	h.setMFA("ana", true)
	h.setMFA("pia", true)
	i := h.invited("ana", otto)
	refused(t, drop(h.as("otto").AcceptInvitation(ctx, i.ID, i.Version)), needsMFA)
	if got := h.invitation(i.ID).State; got != core.InvitationPending {
		t.Errorf("the invitation is %s", got)
	}
	h.noMember(h.etl.Ref(), "otto")
	h.setMFA("otto", true)
	must(h.as("otto").AcceptInvitation(ctx, i.ID, i.Version))(t)
}

func TestScenarioMAINT_O3_LastMemberHereSupportMayInvite(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.addAccount("tom", "tom@partner-two.test", func(a *core.Account) { a.Expires = h.in(300 * core.Day) })
	two := h.addMaintainer("Partner Two", "tom")
	i, _, err := h.invite("sam", core.InviteInput{Unit: two.Ref()})
	allowed(t, err)
	must(h.as("sam").CancelInvitation(ctx, i.ID, i.Version))(t)
	refused(t, h.as("sam").RemoveMember(ctx, two.Ref(), h.id("tom"), 0), core.ReasonLastMember)
}

package core_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/core"
)

// unsendable lists the pending invitations whose sender could not send them now, by what the house itself says of the
// sender (I17). A lock for want of MFA and a disabled project take no right from anybody.
func (h *fixture) unsendable() (faults []string) {
	h.t.Helper()
	for _, i := range allOf(h, core.Tx.Invitations, core.Scan{}) {
		if !i.Pending(h.now()) {
			continue
		}
		rights := []core.Right{map[core.Kind]core.Right{
			core.KindMaintainer: core.MaintainerManage, core.KindOrganization: core.OrganizationInvite, core.KindProject: core.ProjectInvite,
		}[i.Unit.Kind]}
		if i.Role == core.RoleShare {
			rights = append(rights, core.ProjectGiveShare)
		}
		sender := i.Inviter
		if i.Resender != 0 {
			sender = i.Resender
		}
		may, err := h.As(sender).Permissions(ctx, i.Unit)
		allowed(h.t, err)
		for _, right := range rights {
			switch e := may[right]; {
			case e == nil, e.Reason == core.ReasonMFARequired, e.Reason == core.ReasonProjectDisabled:
			default:
				faults = append(faults, "invitation "+i.ID.Ref().String()+" is pending, but its sender "+sender.Ref().String()+" may not: "+e.Message)
			}
		}
	}
	return faults
}

// losses are the ways in which a sender loses the right to send, each with the invitations that live on it.
func losses() map[string]struct {
	sent func(h *fixture) core.Invitation
	lose func(h *fixture)
} {
	type row = struct {
		sent func(h *fixture) core.Invitation
		lose func(h *fixture)
	}
	by := func(who string, unit func(h *fixture) core.Unit, with ...func(h *fixture)) func(h *fixture) core.Invitation {
		return func(h *fixture) core.Invitation {
			for _, f := range with {
				f(h)
			}
			i, _, err := h.invite(who, core.InviteInput{Unit: unit(h), Email: "new@corp.test"})
			allowed(h.t, err)
			h.people["new"] = i.Account
			return i
		}
	}
	acme := func(h *fixture) core.Unit { return h.acme.Ref() }
	etl := func(h *fixture) core.Unit { return h.etl.Ref() }
	one := func(h *fixture) core.Unit { return h.partnerOne.Ref() }
	admin := func(h *fixture) { h.addAccount("gus", "gus@data.test"); h.addUser(h.etl, "gus", core.RoleProjectAdmin) }
	removed := func(who string, unit func(h *fixture) core.Unit, whom string) func(h *fixture) {
		return func(h *fixture) { allowed(h.t, h.as(who).RemoveMember(ctx, unit(h), h.id(whom), 0)) }
	}
	return map[string]row{
		"removed from the organization": {by("ana", acme), removed("ben", acme, "ana")},
		"removed, and a project of it":  {by("ana", etl), removed("ben", acme, "ana")},
		"removed by Support":            {by("ana", acme), removed("sam", acme, "ana")},
		"left the organization":         {by("ana", acme), func(h *fixture) { allowed(h.t, h.as("ana").LeaveOrganization(ctx, h.acme)) }},
		"ADMIN taken":                   {by("ana", acme), func(h *fixture) { h.demote("ana") }},
		"ADMIN taken, a project":        {by("ana", etl), func(h *fixture) { h.demote("ana") }},
		"removed from the project":      {by("gus", etl, admin), removed("pia", etl, "gus")},
		"left the project":              {by("gus", etl, admin), func(h *fixture) { allowed(h.t, h.as("gus").LeaveProject(ctx, h.etl)) }},
		"role lowered":                  {by("gus", etl, admin), func(h *fixture) { must(h.as("pia").SetRole(ctx, h.etl, h.id("gus"), 0, core.RoleGuest))(h.t) }},
		"an administrator inside with a low role": {by("ana", etl), func(h *fixture) {
			h.put1(h.add("pia", core.AddInput{Unit: h.etl.Ref(), Email: "ana@acme.test", Role: core.RoleReadOnly}))
		}},
		"membership over by time": {by("gus", etl, func(h *fixture) {
			h.addAccount("gus", "gus@data.test")
			h.addUser(h.etl, "gus", core.RoleProjectAdmin, func(m *core.Membership) { m.Until = h.in(time.Hour) })
		}), func(h *fixture) { h.pass(time.Hour) }},
		"removed from the maintainer": {by("max", one), removed("lea", one, "max")},
		"left the maintainer":         {by("max", one), func(h *fixture) { allowed(h.t, h.as("max").LeaveMaintainer(ctx, h.partnerOne)) }},
		"Support flag taken":          {by("sue", one), func(h *fixture) { must(h.as("sam").SetSupport(ctx, h.id("sue"), false, 0))(h.t) }},
		"account removed":             {by("ana", acme), func(h *fixture) { allowed(h.t, h.as("sam").RemoveAccount(ctx, h.id("ana"), "GDPR erasure")) }},
		"account expired": {by("max", one), func(h *fixture) {
			h.editAccount("max", func(a *core.Account) { a.Expires = h.in(time.Hour) })
			h.pass(time.Hour)
		}},
		"grant taken":  {by("cyd", etl, granted), func(h *fixture) { allowed(h.t, h.as("ana").RevokeGrant(ctx, h.etl, "DEV_TEAM", "")) }},
		"role deleted": {by("cyd", etl, granted), func(h *fixture) { allowed(h.t, h.as("ana").DeleteRole(ctx, h.acme, "DEV_TEAM")) }},
		"role taken": {by("cyd", etl, granted), func(h *fixture) {
			must(h.as("ana").AssignRoles(ctx, h.acme, h.id("cyd"), 0, nil, []string{"DEV_TEAM"}))(h.t)
		}},
		"project moved": {by("ana", etl), func(h *fixture) {
			must(h.as("sam").MoveProject(ctx, h.etl, 0, h.beta()))(h.t)
		}},
		"re-sent by somebody who is then removed": {
			func(h *fixture) core.Invitation {
				i := by("ana", acme)(h)
				got, _, err := h.as("ben").ResendInvitation(ctx, i.ID, 0, 0)
				allowed(h.t, err)
				return got
			},
			removed("ana", acme, "ben"),
		},
	}
}

// granted makes Cyd a plain member of Acme whose role opens Nightly ETL with a full role.
func granted(h *fixture) {
	h.addAccount("cyd", "cyd@acme.test")
	h.addMember(h.acme.Ref(), "cyd", core.RoleDefault, "DEV_TEAM")
	h.addGrant(h.etl, "DEV_TEAM", core.RoleProjectAdmin)
}

func (h *fixture) demote(who string) {
	h.t.Helper()
	must(h.as("ben").AssignRoles(ctx, h.acme, h.id(who), 0, nil, []string{core.RoleAdmin}))(h.t)
}

func (h *fixture) put1(_ core.Membership, _ string, err error) { h.t.Helper(); allowed(h.t, err) }

// I17: whatever takes the right of the sender revokes what they have sent, in the same transaction and in its event; the
// code is dead, and the notice withdrawn.
func TestInvitationsLiveOnTheirSender(t *testing.T) {
	for name, row := range losses() {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			i := row.sent(h)
			row.lose(h)
			got := h.invitation(i.ID)
			if got.State != core.InvitationCancelled || got.Ended != h.now() {
				t.Fatalf("it is %+v", got)
			}
			for _, n := range h.inboxRecords("new") {
				if n.Unread() {
					t.Errorf("its notice still waits: %+v", n)
				}
			}
			told := 0
			for _, e := range allOf(h, core.Tx.Events, core.Scan{}) {
				for _, ch := range e.Changes {
					if ch.Subject != nil && *ch.Subject == i.ID.Ref() && ch.After == string(core.InvitationCancelled) {
						told++
					}
				}
			}
			if told != 1 {
				t.Errorf("%d events tell of it (AU3)", told)
			}
			if faults := h.unsendable(); len(faults) > 0 {
				t.Error(faults)
			}
			h.check()
		})
	}
}

// I17: an invitation that another one has sent again lives on their right, not on that of who sent it first.
func TestResentInvitationSurvivesItsFirstSender(t *testing.T) {
	h := newFixture(t)
	i := h.invitedTo(h.acme.Ref(), "ana")
	_, _, err := h.as("ben").ResendInvitation(ctx, i.ID, 0, 0)
	allowed(t, err)
	allowed(t, h.as("ben").RemoveMember(ctx, h.acme.Ref(), h.id("ana"), 0))
	if got := h.invitation(i.ID); got.State != core.InvitationPending {
		t.Errorf("it is %s", got.State)
	}
	must(h.as("otto").AcceptInvitation(ctx, i.ID, 0))(t)
}

func (h *fixture) invitedTo(unit core.Unit, by string) core.Invitation {
	h.t.Helper()
	i, _, err := h.invite(by, core.InviteInput{Unit: unit})
	allowed(h.t, err)
	return i
}

// I17, TM5: accepting checks the right of the sender, also while the sweep has not come yet.
func TestAcceptingChecksTheSender(t *testing.T) {
	h := newFixture(t)
	i := h.invitedTo(h.acme.Ref(), "ana")
	h.editAccount("ana", func(a *core.Account) { a.Expires = h.in(time.Minute) })
	h.clock.move(time.Minute)
	err := onlyErr(h.as("otto").AcceptInvitation(ctx, i.ID, 0))
	refused(t, err, core.ReasonAlreadyDecided)
	if says := core.AsError(err).Message; !strings.Contains(says, "ana@acme.test may no longer invite to Acme") {
		t.Errorf("it says %q", says)
	}
	must(h.as("otto").DeclineInvitation(ctx, i.ID, 0))(t)
}

// I17: the cards list what will be revoked, and the deed revokes exactly that.
func TestCardsListWhatIsRevoked(t *testing.T) {
	h := newFixture(t)
	one, two := h.invitedTo(h.acme.Ref(), "ana"), h.invitedTo(h.etl.Ref(), "ana")
	stays := h.invitedTo(h.partnerOne.Ref(), "lea")
	impact := must(h.as("ben").RemovalImpact(ctx, h.acme.Ref(), h.id("ana")))(t)
	if len(impact.Revoked) != 2 || impact.Revoked[0].Invitation != one.ID || impact.Revoked[1].Invitation != two.ID {
		t.Fatalf("the card lists %+v", impact.Revoked)
	}
	if lines := strings.Join(impact.Lines(), "\n"); !strings.Contains(lines, "invitation 1 of otto@elsewhere.test to Acme") {
		t.Errorf("the card says %s", lines)
	}
	if got := must(h.as("ben").DemotionImpact(ctx, h.acme.Ref(), h.id("ana")))(t); len(got) != 2 {
		t.Errorf("the card of the roles lists %+v", got)
	}
	if got := must(h.as("sam").RemoveAccountImpact(ctx, h.id("ana")))(t); len(got.Revoked) != 2 {
		t.Errorf("the card of the account lists %+v", got.Revoked)
	}
	allowed(t, h.as("ben").RemoveMember(ctx, h.acme.Ref(), h.id("ana"), 0))
	for _, i := range []core.Invitation{one, two} {
		if got := h.invitation(i.ID).State; got != core.InvitationCancelled {
			t.Errorf("invitation %d is %s", i.ID, got)
		}
	}
	if got := h.invitation(stays.ID).State; got != core.InvitationPending {
		t.Errorf("the invitation of somebody else is %s", got)
	}
	// The undo gives the membership back, not the invitations.
	h.undone(t, "ben", h.acme.Ref())
	if got := h.invitation(one.ID).State; got != core.InvitationCancelled {
		t.Errorf("after the undo invitation 1 is %s", got)
	}
}

// I17: who sent it is told when nobody answers; every end withdraws the notice and switches its unsent mail off.
func TestEveryEndWithdrawsTheNotice(t *testing.T) {
	for name, end := range map[string]func(h *fixture, i core.Invitation){
		"accepted":  func(h *fixture, i core.Invitation) { must(h.as("otto").AcceptInvitation(ctx, i.ID, 0))(h.t) },
		"declined":  func(h *fixture, i core.Invitation) { must(h.as("otto").DeclineInvitation(ctx, i.ID, 0))(h.t) },
		"cancelled": func(h *fixture, i core.Invitation) { must(h.as("ben").CancelInvitation(ctx, i.ID, 0))(h.t) },
		"lapsed":    func(h *fixture, _ core.Invitation) { h.pass(7 * core.Day) },
		"superseded": func(h *fixture, _ core.Invitation) {
			h.put1(h.add("ana", core.AddInput{Unit: h.etl.Ref(), Email: otto}))
		},
		"void": func(h *fixture, _ core.Invitation) { h.deleteProject() },
		"revoked": func(h *fixture, _ core.Invitation) {
			allowed(h.t, h.as("ana").RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0))
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := mailHouse(t)
			i := h.invited("pia", otto)
			end(h, i)
			if n := h.told("otto", core.NoticeInvitationSent); n.Withdrawn == 0 || n.Mail.State != core.MailOff {
				t.Errorf("the notice: %+v", n)
			}
			for _, m := range h.deliver() {
				for _, n := range m.Notices {
					if n.Event == core.NoticeInvitationSent {
						t.Errorf("a mail went out all the same: %q", n.Subject)
					}
				}
			}
			if name == "lapsed" {
				if n := h.told("pia", core.NoticeInvitationLapsed); n.Subject != "otto@elsewhere.test did not answer your invitation to Nightly ETL" {
					t.Errorf("told %q", n.Subject)
				}
			}
		})
	}
}

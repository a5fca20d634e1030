package core

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestAccessRules holds what the tables of section 6 leave to the text around them.
func TestAccessRules(t *testing.T) {
	gone := func(f *Facts) { f.Exists = false }
	deleted := func(f *Facts) { f.Exists, f.Deleted = false, true }
	disabled := func(f *Facts) { f.Disabled = &Disabled{Reason: "Migration of the cluster"} }
	fullRole := func(f *Facts) { f.Deciders = DecidersFullRole }
	guestAdmin := both(direct(RoleGuest), administrator)
	for _, c := range []struct {
		name  string
		facts Facts
		right Right
		want  string
	}{
		{"A9: a missing unit is not_found for everybody", atProject(both(supportFlag, gone)), ProjectSee, "not_found"},
		{"A9: the missing unit comes before the relation", atProject(gone), ProjectJoin, "not_found"},
		{"A9: the relation comes before the account", atProject(func(f *Facts) { f.Activated = false }), ProjectJoin, "forbidden"},
		{"A9: the account comes before the MFA lock", atProject(both(direct(RoleGuest), mfaMissing, func(f *Facts) { f.Activated = false })), ProjectSee, "inactive_account"},
		{"A9, S18: the lock comes before the right", atOrganization(both(supportFlag, mfaMissing)), OrganizationCreateProject, "mfa_required"},
		{"A9: the lock comes before already_member", atProject(both(direct(RoleGuest), mfaMissing)), ProjectJoin, "mfa_required"},
		{"A9: pending comes before the right", atProject(both(supportFlag, requested)), ProjectRequest, "already_requested"},
		{"A9: the right comes before the state", atProject(both(supportFlag, autoJoinOff, disabled)), ProjectJoin, "auto_join_disabled"},
		{"A8: an administrator who is staff joins as administrator", atProject(both(administrator, maintainerMember, autoJoinOff)), ProjectJoin, "yes"},
		{"A8: a plain member who is staff counts as staff", atProject(both(plainMember, maintainerMember)), ProjectJoin, "yes"},
		{"A8: a plain member who is invited counts as invitee", atProject(both(plainMember, invited)), ProjectContent, "already_invited"},
		{"A8: staff who are invited accept before they open", atProject(both(maintainerMember, invited)), ProjectContent, "already_invited"},
		{"A4: an invitation takes no sight from staff", atProject(both(maintainerMember, invited)), ProjectSee, "yes"},
		{"A8: the flag holds for a limited member", atProject(both(direct(RoleGuest), supportFlag)), ProjectDelete, "yes"},
		{"A8: the flag holds for a visitor", atProject(visitorIn), ProjectAdminister, "yes"},
		{"A8: the flag holds for an administrator", atProject(both(administrator, supportFlag)), ProjectAdminister, "yes"},
		{"A8: the flag holds for an invitee", atProject(both(supportFlag, invited)), ProjectSee, "yes"},
		{"A8, V4: the flag needs no visit, so no MFA for it", atProject(both(visitorIn, mfaOff)), ProjectAdminister, "yes"},
		{"A8: the flag gives nothing that Support may not do", atProject(both(direct(RoleGuest), supportFlag)), ProjectInvite, "role_restricted"},
		{"A8: the flag holds for a plain member", atOrganization(both(plainMember, supportFlag)), OrganizationRemoveMember, "yes"},
		{"A8: the flag decides no request", atProject(both(administrator, supportFlag)), ProjectDecide, "forbidden"},
		{"M3: a limited role holds an administrator back", atProject(guestAdmin), ProjectRename, "role_restricted"},
		{"M3: for OR12 too", atProject(guestAdmin), ProjectRemoveForGood, "role_restricted"},
		{"M3: a full role does not", atProject(both(direct(RoleProjectAdmin), administrator)), ProjectRename, "yes"},
		{"M3: role access never lowers an administrator", atProject(both(administrator, roleUser(RoleReadOnly))), ProjectRename, "yes"},
		{"R5: an administrator with role access is a user and decides", atProject(both(administrator, roleUser(RoleGuest))), ProjectDecide, "yes"},
		{"R5: with full_role by the level", atProject(both(administrator, roleUser(RoleGuest), fullRole)), ProjectDecide, "role_restricted"},
		{"R6: an administrator without it does not", atProject(administrator), ProjectDecide, "forbidden"},
		{"R5: full_role and a guest", atProject(both(direct(RoleGuest), fullRole)), ProjectApprove, "role_restricted"},
		{"R5: full_role and a guest, rejecting", atProject(both(direct(RoleGuest), fullRole)), ProjectDecide, "role_restricted"},
		{"R5: full_role and an admin", atProject(both(direct(RoleProjectAdmin), fullRole)), ProjectApprove, "yes"},
		{"R5: full_role and a role user", atProject(both(roleUser(RoleReadOnly), fullRole)), ProjectDecide, "role_restricted"},
		{"OR5: the higher of membership and grant counts", atProject(both(direct(RoleGuest), roleUser(RoleProjectAdmin))), ProjectRename, "yes"},
		{"OR5: also when the membership is the higher", atProject(both(direct(RoleProjectAdmin), roleUser(RoleGuest))), ProjectRename, "yes"},
		{"V4: role access does not make a visitor ordinary", atProject(both(visitorIn, roleUser(RoleProjectAdmin))), ProjectInvite, "visitor_restricted"},
		{"RO3: an admin who is administrator gives share", atProject(both(direct(RoleProjectAdmin), administrator)), ProjectGiveShare, "yes"},
		{"RO3: a guest who is administrator does not", atProject(guestAdmin), ProjectGiveShare, "role_restricted"},
		{"OR12: a full role who is administrator", atProject(both(direct(RoleProjectAdmin), administrator)), ProjectRemoveForGood, "yes"},
		{"R23: only visitors ask to stay", atProject(direct(RoleGuest)), ProjectExtend, "forbidden"},
		{"R23: also with Auto Join off", atProject(both(visitorIn, autoJoinOff)), ProjectExtend, "yes"},
		{"R9: somebody who is no longer staff withdraws", atProject(requested), ProjectWithdraw, "yes"},
		{"R9: and nothing else", atProject(requested), ProjectSee, "forbidden"},
		{"S16: Support without MFA deletes the organization", atOrganization(both(supportFlag, mfaMissing)), OrganizationDelete, "yes"},
		{"S16: Support without MFA lists its projects", atOrganization(both(supportFlag, mfaMissing)), OrganizationListProjects, "yes"},
		{"S16: Support without MFA does not see it", atOrganization(both(supportFlag, mfaMissing)), OrganizationSee, "mfa_required"},
		{"S16: Support without MFA deletes a project", atProject(both(supportFlag, mfaMissing)), ProjectDelete, "yes"},
		{"S16: other staff do not", atOrganization(both(maintainerMember, mfaMissing)), OrganizationListProjects, "mfa_required"},
		{"S14: a locked-out administrator does not", atOrganization(both(administrator, mfaMissing)), OrganizationDelete, "mfa_required"},
		{"S17: a locked-out user leaves", atProject(both(direct(RoleGuest), mfaMissing)), ProjectLeave, "yes"},
		{"S17: a locked-out member leaves", atOrganization(both(plainMember, mfaMissing)), OrganizationLeave, "yes"},
		{"S17: a locked-out invitee declines", atOrganization(both(invited, mfaMissing)), OrganizationDecline, "yes"},
		{"S19: and does not accept", atOrganization(both(invited, mfaMissing)), OrganizationAccept, "mfa_required"},
		{"S17: a locked-out requester withdraws", atProject(both(supportFlag, requested, mfaMissing)), ProjectWithdraw, "yes"},
		{"DR1: a deleted project is not there", atProject(both(direct(RoleProjectAdmin), deleted)), ProjectSee, "not_found"},
		{"DR1: nor for Support", atProject(both(supportFlag, deleted)), ProjectAdminister, "not_found"},
		{"DR6: Support restores", atProject(both(supportFlag, deleted)), ProjectRestore, "yes"},
		{"DR6: a user does not", atProject(both(direct(RoleProjectAdmin), deleted)), ProjectRestore, "forbidden"},
		{"DR6: a limited user does not", atProject(both(direct(RoleGuest), deleted)), ProjectRestore, "forbidden"},
		{"DR6: an administrator does not", atProject(both(administrator, deleted)), ProjectPurge, "forbidden"},
		{"DR6: a plain member does not", atProject(both(plainMember, deleted)), ProjectRestore, "forbidden"},
		{"DR6: an outsider does not", atProject(deleted), ProjectPurge, "forbidden"},
		{"DR6: an unknown one is not there", atProject(both(supportFlag, gone)), ProjectRestore, "not_found"},
		{"DR9: Support empties a deleted project", atProject(both(supportFlag, deleted)), ProjectEmpty, "yes"},
		{"DR4: an administrator lists the deleted ones", atOrganization(administrator), ProjectListDeleted, "yes"},
		{"DR4: Support does", atOrganization(supportFlag), ProjectListDeleted, "yes"},
		{"DR4: a maintainer member does not", atOrganization(maintainerMember), ProjectListDeleted, "forbidden"},
		{"DR4: a visitor of the maintainer does not", atOrganization(both(maintainerMember, func(f *Facts) { f.OrganizationStanding = Visiting })), ProjectListDeleted, "forbidden"},
		{"DR4: an outsider does not", atOrganization(nobody), ProjectListDeleted, "forbidden"},
		{"ST4: an administrator asks for a restore", atProject(both(administrator, deleted)), ProjectTicketRestore, "yes"},
		{"ST4: a former user of a deleted project does not see it", atProject(both(direct(RoleGuest), deleted)), ProjectTicketRestore, "not_found"},
		{"H11: an invitee does not see the organization", atOrganization(invited), OrganizationSee, "forbidden"},
		{"H14: a limited role moves nothing", atProject(both(direct(RoleReadOnly), maintainerMember)), ProjectMove, "role_restricted"},
		{"H14: a maintainer member moves with Auto Join on", atProject(maintainerMember), ProjectMove, "yes"},
		{"H14: but not with Auto Join off", atProject(both(maintainerMember, autoJoinOff)), ProjectMove, "forbidden"},
		{"H14: unless also administrator", atProject(both(maintainerMember, administrator, autoJoinOff)), ProjectMove, "yes"},
		{"H14: or an ordinary full-role user", atProject(both(maintainerMember, direct(RoleProjectAdmin), autoJoinOff)), ProjectMove, "yes"},
		{"H14: a full-role user alone does not", atProject(direct(RoleProjectAdmin)), ProjectMove, "forbidden"},
		{"H14: nor does a visitor with Auto Join off", atProject(both(visitorIn, autoJoinOff)), ProjectMove, "forbidden"},
		{"H14: everybody else is forbidden, a plain member too", atProject(plainMember), ProjectMove, "forbidden"},
		{"I6: nobody accepts what is not theirs", atProject(direct(RoleGuest)), ProjectDecline, "forbidden"},
		{"I16: who is inside accepts nothing more", atProject(both(direct(RoleGuest), invited)), ProjectAccept, "already_member"},
		{"an unknown right is refused", atProject(direct(RoleShare)), Right("project.fly"), "forbidden"},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, c.right, c.facts, c.want) })
	}
}

// TestAccessDisabledP14 walks the two lists of P14.
func TestAccessDisabledP14(t *testing.T) {
	who := map[Right]func(*Facts){
		ProjectJoin: administrator, ProjectRequest: both(supportFlag, autoJoinOff), ProjectExtend: visitorIn,
		ProjectAccept: invited, ProjectDecline: invited, ProjectWithdraw: both(supportFlag, requested),
		ProjectAdminister: supportFlag,
	}
	refused := []Right{ProjectContent, ProjectJoin, ProjectRequest, ProjectExtend, ProjectApprove, ProjectInvite, ProjectAccept, ProjectAdd}
	works := []Right{
		ProjectSee, ProjectActivity, ProjectLeave, ProjectManageUsers, ProjectDecide, ProjectWithdraw, ProjectDecline, ProjectCancel,
		ProjectDelete, ProjectRename, ProjectAdminister, ProjectTicket,
	}
	try := func(right Right, want string) {
		change := who[right]
		if change == nil {
			change = direct(RoleProjectAdmin)
		}
		t.Run(string(right), func(t *testing.T) {
			ask(t, right, atProject(change), "yes")
			ask(t, right, atProject(both(change, func(f *Facts) { f.Disabled = &Disabled{Reason: "Migration"} })), want)
		})
	}
	for _, right := range refused {
		try(right, "project_disabled")
	}
	for _, right := range works {
		try(right, "yes")
	}
}

// TestAccessCountsAs checks what a verdict says about the account (A8, OR5, V1), also when it refuses.
func TestAccessCountsAs(t *testing.T) {
	for _, c := range []struct {
		name     string
		facts    Facts
		relation Relation
		role     Role
		visitor  bool
	}{
		{"direct member", atProject(both(direct(RoleGuest), administrator)), RelationDirect, RoleGuest, false},
		{"visitor", atProject(visitorIn), RelationDirect, RoleProjectAdmin, true},
		{"the higher role (OR5)", atProject(both(direct(RoleGuest), roleUser(RoleProjectAdmin))), RelationDirect, RoleProjectAdmin, false},
		{"administrator", atProject(administrator), RelationAdministrator, "", false},
		{"administrator with role access", atProject(both(administrator, roleUser(RoleGuest))), RelationAdministrator, RoleGuest, false},
		{"role user", atProject(roleUser(RoleReviewer)), RelationRoleUser, RoleReviewer, false},
		{"staff with an invitation", atProject(both(maintainerMember, invited)), RelationStaff, "", false},
		{"invitee", atProject(invited), RelationInvitee, "", false},
		{"plain member", atProject(plainMember), RelationPlainMember, "", false},
		{"no longer staff", atProject(requested), RelationRequester, "", false},
		{"outsider", atProject(nobody), RelationOutsider, "", false},
		{"organization visitor at the organization", atOrganization(organizationVisitor), RelationMember, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, right := range []Right{ProjectSee, ProjectJoin, ProjectWithdraw} {
				v := Access(right, c.facts)
				if v.Relation != c.relation || v.Role != c.role || v.Visitor != c.visitor {
					t.Errorf("%s: counts as %q, %q, visitor %v", right, v.Relation, v.Role, v.Visitor)
				}
			}
		})
	}
}

// TestAccessSentences reads some refusals as a person would.
func TestAccessSentences(t *testing.T) {
	for _, c := range []struct {
		right Right
		facts Facts
		want  string
	}{
		{ProjectJoin, atProject(nobody), "You have no relation to project 3. Ask one of its people for an invitation."},
		{ProjectJoin, atProject(requested), "You have no relation to project 3. Ask one of its people for an invitation."},
		{ProjectSee, atProject(func(f *Facts) { f.Exists = false }), "There is no project 3 that you may see. Check the number."},
		{ProjectInvite, atProject(supportFlag), "You have no right to do this in Nightly ETL; pia@example.test can."},
		{ProjectAdminister, atProject(direct(RoleShare)), "You have no right to do this in Nightly ETL; Support can."},
		{ProjectRename, atProject(direct(RoleGuest)), "Your role guest in Nightly ETL does not allow this. Ask pia@example.test."},
		{ProjectJoin, atProject(both(supportFlag, autoJoinOff)), "Auto Join is off in Acme. Request access; a user of Nightly ETL decides."},
		{OrganizationJoin, atOrganization(both(supportFlag, autoJoinOff)), "Auto Join is off. Ask ana@example.test, ben@example.test to invite or add."},
		{OrganizationAdd, atOrganization(both(supportFlag, autoJoinOff)), "Auto Join is off. Ask ana@example.test, ben@example.test to invite or add."},
		{OrganizationSettings, atOrganization(supportFlag), "Only administrators of Acme may do this. Ask ana@example.test, ben@example.test."},
		{ProjectJoin, atProject(both(supportFlag, mfaMissing)), "Acme requires MFA and yours is off. Turn it on under Account."},
		{ProjectJoin, atProject(both(supportFlag, mfaOff)), "Staff enter with MFA only. Turn yours on under Account."},
		{ProjectRequest, atProject(supportFlag), "You may join Nightly ETL at once. Join it; staff give a reason and an end."},
		{ProjectRequest, atProject(both(supportFlag, requested)), "Your request 41 waits until 2027-01-15 08:00 UTC. Withdraw it to ask anew."},
		{
			ProjectContent, atProject(both(direct(RoleGuest), func(f *Facts) { f.Disabled = &Disabled{Reason: "Migration", ExpectedEnd: 1_800_000_000} })),
			"Nightly ETL is disabled by Support: Migration. Expected back 2027-01-15 08:00 UTC. Ask Support.",
		},
		{
			ProjectContent, atProject(both(direct(RoleGuest), func(f *Facts) { f.Disabled = &Disabled{Reason: "Migration"} })),
			"Nightly ETL is disabled by Support: Migration. Expected back not known. Ask Support.",
		},
	} {
		if got := Access(c.right, c.facts).Err.Error(); got != c.want {
			t.Errorf("%s: %q, want %q", c.right, got, c.want)
		}
	}
}

// TestAccessAsksForNamesLate: lists ask about many accounts, so permits and yes must not look for names.
func TestAccessAsksForNamesLate(t *testing.T) {
	f := atProject(both(direct(RoleGuest), func(f *Facts) {
		f.FullRoleUsers = func() []string { t.Error("names were asked for"); return nil }
	}))
	permits(ProjectRename, f)
	Access(ProjectSee, f)
}

var everyRight = []Right{
	ProjectJoin, ProjectRequest, ProjectExtend, ProjectContent, ProjectAccept, ProjectDecline, ProjectWithdraw, ProjectSee, ProjectActivity,
	ProjectInvite, ProjectCancel, ProjectAdd, ProjectManageUsers, ProjectGiveShare, ProjectGrantRoles, ProjectDecide, ProjectApprove,
	ProjectRename, ProjectDelete, ProjectRemoveForGood, ProjectMove, ProjectAdminister, ProjectRestore, ProjectPurge, ProjectEmpty,
	ProjectListDeleted, ProjectTicket, ProjectTicketRestore, ProjectLeave,
	OrganizationJoin, OrganizationAccept, OrganizationDecline, OrganizationSee, OrganizationSeeMembers, OrganizationListProjects,
	OrganizationCombined, OrganizationMFAList, OrganizationInvite, OrganizationAdd, OrganizationRemoveMember, OrganizationLeave,
	OrganizationRename, OrganizationSettings, OrganizationRoles, OrganizationBillingView, OrganizationBillingEdit,
	OrganizationCreateProject, OrganizationDelete,
	MaintainerJoin, MaintainerAccept, MaintainerDecline, MaintainerSee, MaintainerManage, MaintainerDelete, MaintainerCreateOrganization,
	MaintainerLeave,
}

// drawFacts gives any facts that fit together about the unit that the right is about.
func drawFacts(t *rapid.T, right Right) Facts {
	flag := func(name string) bool { return rapid.Bool().Draw(t, name) }
	f := somebody()
	switch unit, _, _ := strings.Cut(string(right), "."); unit {
	case "project":
		f = atProject(nobody)
	case "organization":
		f = atOrganization(nobody)
	default:
		f = atMaintainer(nobody)
	}
	f.Account.Support, f.MFA, f.MFARequired, f.AutoJoin = flag("support"), flag("mfa"), flag("required"), flag("auto join")
	f.Activated = rapid.IntRange(0, 9).Draw(t, "activated") > 0
	f.Expired = rapid.IntRange(0, 9).Draw(t, "expired") == 0
	f.Exists = rapid.IntRange(0, 9).Draw(t, "exists") > 0
	f.MaintainerStanding = rapid.SampledFrom([]Standing{NoStanding, Ordinary, Visiting}).Draw(t, "maintainer")
	f.Invited = flag("invited")
	if f.Unit.Kind == KindMaintainer {
		return f
	}
	f.OrganizationStanding = rapid.SampledFrom([]Standing{NoStanding, Ordinary, Visiting}).Draw(t, "organization")
	f.Admin = f.OrganizationStanding == Ordinary && flag("admin")
	if f.Unit.Kind == KindOrganization {
		return f
	}
	f.Deleted = !f.Exists && flag("deleted")
	f.Deciders = rapid.SampledFrom([]Deciders{DecidersAnyUser, DecidersFullRole}).Draw(t, "deciders")
	f.RoleSet = rapid.SampledFrom([]RoleSet{RoleSetStandard, RoleSetProtected}).Draw(t, "roles")
	f.Direct = rapid.SampledFrom([]Standing{NoStanding, Ordinary, Visiting}).Draw(t, "direct")
	if f.Direct != NoStanding {
		f.DirectRole = rapid.SampledFrom(f.RoleSet.Roles()).Draw(t, "role")
	}
	if f.OrganizationStanding == Ordinary && flag("role access") {
		f.RoleAccess = rapid.SampledFrom(f.RoleSet.Roles()).Draw(t, "level")
	}
	f.Requested = flag("requested")
	if rapid.IntRange(0, 4).Draw(t, "disabled") == 0 {
		f.Disabled = &Disabled{Reason: "Migration"}
	}
	return f
}

// TestAccessProperties holds for any facts and any right.
func TestAccessProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		right := rapid.SampledFrom(everyRight).Draw(t, "right")
		f := drawFacts(t, right)
		v := Access(right, f)
		if fault := verdictFault(right, f, v); fault != "" {
			t.Fatalf("%s: %s", answer(v), fault)
		}
		without := func(what string, change func(*Facts)) {
			less := f
			change(&less)
			if got := Access(right, less); got.Allowed && !v.Allowed {
				t.Fatalf("%s allows more: %s was %s", what, right, answer(v))
			}
		}
		without("MFA off (S15)", mfaOff)
		without("not activated (I11)", func(f *Facts) { f.Activated = false })
		without("expired (AC13)", func(f *Facts) { f.Expired = true })
		without("a disabled project (P14)", func(f *Facts) { f.Disabled = &Disabled{Reason: "Migration"} })
		without("requiring MFA (S14)", func(f *Facts) { f.MFARequired = true })
		if right != ProjectRequest { // asking is what Auto Join off is for (R1)
			without("Auto Join off (S3)", autoJoinOff)
		}
		more := f
		more.Account.Support = true
		staffOnly := right == ProjectJoin || right == OrganizationJoin || right == MaintainerJoin || right == ProjectExtend
		if got := Access(right, more); v.Allowed && !got.Allowed && !staffOnly && got.Reason != ReasonMFARequired {
			t.Fatalf("the flag takes %s away (A8): %s", right, answer(got))
		}
	})
}

package core_test

import (
	"context"
	"io"
	"reflect"
	"strings"
	"testing"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// lockedCall is a use case on Acme or the project, as somebody without MFA tries it where MFA is required.
type lockedCall struct {
	name string // of the method
	call func(a *core.Actor) error
	// open says who may all the same, or is refused for another reason (S16, S17); everybody else gets mfa_required.
	open map[string]core.Reason
}

func onlyError[V any](_ V, err error) error { return err }

// lockHouse is a house in which MFA is required and nearly nobody has it.
type lockHouse struct {
	*fixture
	visit      core.VisitID
	invitation core.InvitationID
	waiting    core.RequestID
	bucket     core.BucketID
	ticket     core.TicketID
}

func newLockHouse(t *testing.T) *lockHouse {
	ctx := context.Background()
	h := &lockHouse{fixture: newFixture(t)}
	h.visit = must(h.as("max").JoinProject(ctx, h.etl, entryP()))(t).Visit
	h.invitation = h.addInvitation(h.etl.Ref(), "otto", "pia")
	h.bucket = must(h.as("pia").CreateBucket(ctx, h.etl, core.BucketInput{Name: "raw"}))(t).ID
	h.ticket = must(h.as("pia").OpenTicket(ctx, h.etl, core.TicketInput{Subject: "help", Body: "me"}))(t).ID
	h.autoJoin(false)
	h.waiting = must(h.as("sue").FileRequest(ctx, h.etl, entry()))(t).ID
	must(h.as("ana").CreateRole(ctx, h.acme, "dev team", "People who build"))(t)
	h.requireMFA()
	for _, who := range []string{"lea", "sam"} {
		h.setMFA(who, false)
	}
	return h
}

// organizationCalls are tried by an administrator, a maintainer member and Support (S14).
func (h *lockHouse) organizationCalls() []lockedCall {
	ctx := context.Background()
	acme, unit := h.acme, h.acme.Ref()
	ben := h.id("ben")
	staff := func(ana core.Reason) map[string]core.Reason { return map[string]core.Reason{"ana": ana} }
	return []lockedCall{
		{"Organization", func(a *core.Actor) error { return onlyError(a.Organization(ctx, acme)) }, nil},
		{"Members", func(a *core.Actor) error { return onlyError(a.Members(ctx, unit, core.Query{})) }, nil},
		{"Invitations", func(a *core.Actor) error { return onlyError(a.Invitations(ctx, core.InvitationQuery{Unit: unit})) }, nil},
		{"CombinedUsers", func(a *core.Actor) error { return onlyError(a.CombinedUsers(ctx, acme, core.Query{})) }, nil},
		{"UserProjects", func(a *core.Actor) error { return onlyError(a.UserProjects(ctx, acme, ben)) }, nil},
		{"Roles", func(a *core.Actor) error { return onlyError(a.Roles(ctx, acme, core.Query{})) }, nil},
		{"RoleImpact", func(a *core.Actor) error { return onlyError(a.RoleImpact(ctx, acme, "DEV_TEAM")) }, nil},
		{"Activity", func(a *core.Actor) error { return onlyError(a.Activity(ctx, core.ActivityQuery{Unit: unit})) }, nil},
		{"ExportActivity", func(a *core.Actor) error { return a.ExportActivity(ctx, unit, io.Discard) }, nil},
		{"VerifyChain", func(a *core.Actor) error { return onlyError(a.VerifyChain(ctx, unit, nil)) }, nil},
		{"RenameOrganization", func(a *core.Actor) error { return onlyError(a.RenameOrganization(ctx, acme, 0, "Other")) }, nil},
		{"SetAutoJoin", func(a *core.Actor) error { return onlyError(a.SetAutoJoin(ctx, acme, 0, true)) }, nil},
		{"SetDeciders", func(a *core.Actor) error { return onlyError(a.SetDeciders(ctx, acme, 0, core.DecidersFullRole)) }, nil},
		{"SetPendingTime", func(a *core.Actor) error { return onlyError(a.SetPendingTime(ctx, acme, 0, 5)) }, nil},
		{"SetNewMembers", func(a *core.Actor) error { return onlyError(a.SetNewMembers(ctx, acme, 0, core.NewMembersDefault)) }, nil},
		{"RequireMFA", func(a *core.Actor) error { return onlyError(a.RequireMFA(ctx, acme, 0, true)) }, nil},
		{"ScheduleMFA", func(a *core.Actor) error { return onlyError(a.ScheduleMFA(ctx, acme, 0, h.in(9*core.Day))) }, nil},
		{"MFAOff", func(a *core.Actor) error { return onlyError(a.MFAOff(ctx, acme, 0)) }, nil},
		{"MFAImpact", func(a *core.Actor) error { return onlyError(a.MFAImpact(ctx, acme)) }, nil},
		{"ExportMFAList", func(a *core.Actor) error { return a.ExportMFAList(ctx, acme, core.FormatCSV, io.Discard) }, nil},
		{"AutoJoinImpact", func(a *core.Actor) error { return onlyError(a.AutoJoinImpact(ctx, acme)) }, nil},
		{"Billing", func(a *core.Actor) error { return onlyError(a.Billing(ctx, acme)) }, nil},
		{"SetBilling", func(a *core.Actor) error {
			return onlyError(a.SetBilling(ctx, acme, 0, core.BillingPatch{City: ptr("Zug")}))
		}, nil},
		{"AddMember", func(a *core.Actor) error {
			_, _, err := a.AddMember(ctx, core.AddInput{Unit: unit, Email: "new@acme.test"})
			return err
		}, nil},
		{"Invite", func(a *core.Actor) error {
			_, _, err := a.Invite(ctx, core.InviteInput{Unit: unit, Email: "new@acme.test"})
			return err
		}, nil},
		{"DemotionImpact", func(a *core.Actor) error { return onlyError(a.DemotionImpact(ctx, unit, ben)) }, nil},
		{"RemovalImpact", func(a *core.Actor) error { return onlyError(a.RemovalImpact(ctx, unit, ben)) }, nil},
		{"RemoveMember", func(a *core.Actor) error { return a.RemoveMember(ctx, unit, ben, 0) }, nil},
		{"RemoveMemberAndUses", func(a *core.Actor) error { return a.RemoveMemberAndUses(ctx, acme, ben, 0, nil) }, nil},
		{"AssignRoles", func(a *core.Actor) error {
			return onlyError(a.AssignRoles(ctx, acme, ben, 0, []string{"DEV_TEAM"}, nil))
		}, nil},
		{"CreateRole", func(a *core.Actor) error { return onlyError(a.CreateRole(ctx, acme, "ops", "People who run")) }, nil},
		{"DeleteRole", func(a *core.Actor) error { return a.DeleteRole(ctx, acme, "DEV_TEAM") }, nil},
		{"CreateProject", func(a *core.Actor) error { return onlyError(a.CreateProject(ctx, acme, "New", "")) }, nil},
		{"JoinOrganization", func(a *core.Actor) error { return onlyError(a.JoinOrganization(ctx, acme, entry())) }, nil},
		{"MoveOrganization", func(a *core.Actor) error { return onlyError(a.MoveOrganization(ctx, acme, 0, h.partnerOne)) }, staff(core.ReasonMFARequired)},
		{"OrganizationMoveImpact", func(a *core.Actor) error { return onlyError(a.OrganizationMoveImpact(ctx, acme, h.partnerOne)) }, nil},
		{"Projects", func(a *core.Actor) error { return onlyError(a.Projects(ctx, core.ProjectQuery{Organization: acme})) }, map[string]core.Reason{"sam": ""}},
		{"DeleteOrganization", func(a *core.Actor) error { return a.DeleteOrganization(ctx, acme, 0) }, map[string]core.Reason{"sam": core.ReasonNotEmpty}},
		{"LeaveOrganization", func(a *core.Actor) error { return a.LeaveOrganization(ctx, acme) }, map[string]core.Reason{
			"ana": "", "lea": core.ReasonForbidden, "sam": core.ReasonForbidden, // S17: who is in it may leave
		}},
	}
}

// projectCalls are tried by a full-role user, an administrator, a maintainer member and Support (S15).
func (h *lockHouse) projectCalls() []lockedCall {
	ctx := context.Background()
	etl, unit := h.etl, h.etl.Ref()
	pia := h.id("pia")
	// By its own number a record is hidden from who may not see it (A10); an own ticket stays readable (ST3, ST5).
	hidden := func(who ...string) map[string]core.Reason {
		open := map[string]core.Reason{}
		for _, name := range who {
			open[name] = core.ReasonNotFound
		}
		return open
	}
	own := map[string]core.Reason{"pia": ""}
	return []lockedCall{
		{"Project", func(a *core.Actor) error { return onlyError(a.Project(ctx, etl)) }, nil},
		{"Members", func(a *core.Actor) error { return onlyError(a.Members(ctx, unit, core.Query{})) }, nil},
		{"Invitations", func(a *core.Actor) error { return onlyError(a.Invitations(ctx, core.InvitationQuery{Unit: unit})) }, nil},
		{"ProjectAccess", func(a *core.Actor) error { return onlyError(a.ProjectAccess(ctx, etl, core.Query{})) }, nil},
		{"Grants", func(a *core.Actor) error { return onlyError(a.Grants(ctx, etl)) }, nil},
		{"Activity", func(a *core.Actor) error { return onlyError(a.Activity(ctx, core.ActivityQuery{Unit: unit})) }, nil},
		{"Requests", func(a *core.Actor) error { return onlyError(a.Requests(ctx, core.RequestQuery{Project: etl})) }, nil},
		{"Visits", func(a *core.Actor) error { return onlyError(a.Visits(ctx, core.VisitQuery{Unit: unit})) }, nil},
		{"OpenContent", func(a *core.Actor) error { return onlyError(a.OpenContent(ctx, etl)) }, nil},
		{"RenameProject", func(a *core.Actor) error { return onlyError(a.RenameProject(ctx, etl, 0, "Other")) }, nil},
		{"SetRole", func(a *core.Actor) error { return onlyError(a.SetRole(ctx, etl, pia, 0, core.RoleGuest)) }, nil},
		{"AddMember", func(a *core.Actor) error {
			_, _, err := a.AddMember(ctx, core.AddInput{Unit: unit, Email: "new@acme.test"})
			return err
		}, nil},
		{"Invite", func(a *core.Actor) error {
			_, _, err := a.Invite(ctx, core.InviteInput{Unit: unit, Email: "new@acme.test"})
			return err
		}, nil},
		{"CancelInvitation", func(a *core.Actor) error { return onlyError(a.CancelInvitation(ctx, h.invitation, 0)) }, nil},
		{"ResendInvitation", func(a *core.Actor) error {
			_, _, err := a.ResendInvitation(ctx, h.invitation, 0, 0)
			return err
		}, nil},
		{"RemoveMember", func(a *core.Actor) error { return a.RemoveMember(ctx, unit, h.id("max"), 0) }, nil},
		{"RevokeVisit", func(a *core.Actor) error { return onlyError(a.RevokeVisit(ctx, h.visit, 0, "")) }, nil},
		{"GrantRole", func(a *core.Actor) error { return onlyError(a.GrantRole(ctx, etl, "DEV_TEAM", core.RoleGuest)) }, nil},
		{"RevokeGrant", func(a *core.Actor) error { return a.RevokeGrant(ctx, etl, "DEV_TEAM", "") }, nil},
		{"ApproveRequest", func(a *core.Actor) error { return onlyError(a.ApproveRequest(ctx, h.waiting, 0, core.Term{})) }, nil},
		{"RejectRequest", func(a *core.Actor) error { return onlyError(a.RejectRequest(ctx, h.waiting, 0, "")) }, nil},
		{"Buckets", func(a *core.Actor) error { return onlyError(a.Buckets(ctx, core.BucketQuery{Project: etl})) }, nil},
		{"Catalog", func(a *core.Actor) error { return onlyError(a.Catalog(ctx, core.CatalogQuery{Project: etl})) }, nil},
		{"CreateBucket", func(a *core.Actor) error { return onlyError(a.CreateBucket(ctx, etl, core.BucketInput{Name: "new"})) }, nil},
		{"OpenTicket", func(a *core.Actor) error {
			return onlyError(a.OpenTicket(ctx, etl, core.TicketInput{Subject: "help", Body: "me"}))
		}, nil},
		{"DeleteProjectImpact", func(a *core.Actor) error { return onlyError(a.DeleteProjectImpact(ctx, etl)) }, map[string]core.Reason{"sam": ""}},
		{"RemoveProject", func(a *core.Actor) error { return onlyError(a.RemoveProject(ctx, etl, 0)) }, nil},
		{"MoveProject", func(a *core.Actor) error { return onlyError(a.MoveProject(ctx, etl, 0, h.acme)) }, nil},
		{"JoinProject", func(a *core.Actor) error { return onlyError(a.JoinProject(ctx, etl, entryP())) }, nil},
		{"FileRequest", func(a *core.Actor) error { return onlyError(a.FileRequest(ctx, etl, entry())) }, nil},
		{"SetProject", func(a *core.Actor) error {
			return onlyError(a.SetProject(ctx, etl, 0, core.ProjectPatch{UserLimit: ptr(5)}))
		}, nil},
		{"DisableProject", func(a *core.Actor) error { return onlyError(a.DisableProject(ctx, etl, 0, "maintenance", 0)) }, nil},
		{"EnableProject", func(a *core.Actor) error { return onlyError(a.EnableProject(ctx, etl, 0)) }, nil},
		{"DeleteProject", func(a *core.Actor) error { return onlyError(a.DeleteProject(ctx, etl, 0)) }, map[string]core.Reason{"sam": ""}},
		{"LeaveProject", func(a *core.Actor) error { return a.LeaveProject(ctx, etl) }, map[string]core.Reason{
			"pia": "", "ana": core.ReasonForbidden, "lea": core.ReasonForbidden, "sam": core.ReasonForbidden,
		}},
		{"Bucket", func(a *core.Actor) error { return onlyError(a.Bucket(ctx, h.bucket)) }, hidden("lea", "sam")},
		{"BucketLinks", func(a *core.Actor) error { return onlyError(a.BucketLinks(ctx, h.bucket, core.Query{})) }, hidden("lea", "sam")},
		{"SetBucket", func(a *core.Actor) error {
			return onlyError(a.SetBucket(ctx, h.bucket, 0, core.BucketPatch{Name: ptr("other")}))
		}, hidden("lea", "sam")},
		{"DeleteBucket", func(a *core.Actor) error { return a.DeleteBucket(ctx, h.bucket, 0) }, hidden("lea", "sam")},
		{"ShareBucket", func(a *core.Actor) error {
			return onlyError(a.ShareBucket(ctx, h.bucket, 0, core.ShareInput{Type: core.ShareProjectMembers}))
		}, hidden("lea", "sam")},
		{"LinkBucket", func(a *core.Actor) error { return onlyError(a.LinkBucket(ctx, h.bucket, etl, "")) }, nil},
		{"Ticket", func(a *core.Actor) error { return onlyError(a.Ticket(ctx, h.ticket)) }, own},
		{"CommentTicket", func(a *core.Actor) error { return onlyError(a.CommentTicket(ctx, h.ticket, "text")) }, own},
		{"CloseTicket", func(a *core.Actor) error { return onlyError(a.CloseTicket(ctx, h.ticket, 0)) }, own},
		{"Request", func(a *core.Actor) error { return onlyError(a.Request(ctx, h.waiting)) }, hidden("pia", "ana", "lea", "sam")},
		{"Visit", func(a *core.Actor) error { return onlyError(a.Visit(ctx, h.visit)) }, hidden("pia", "ana", "lea", "sam")},
		{"Invitation", func(a *core.Actor) error { return onlyError(a.Invitation(ctx, h.invitation)) }, hidden("pia", "ana", "lea", "sam")},
	}
}

// S14–S19: where MFA is required, everything is closed to who has none, whatever the relation, but for S16 and S17.
func TestMFALocksEveryUseCase(t *testing.T) {
	suite.Sequential(t)
	for _, part := range []struct {
		calls func(*lockHouse) []lockedCall
		who   []string
	}{
		{(*lockHouse).organizationCalls, []string{"ana", "lea", "sam"}},
		{(*lockHouse).projectCalls, []string{"pia", "ana", "lea", "sam"}},
	} {
		for i, c := range part.calls(newLockHouse(t)) {
			for _, who := range part.who {
				want, excepted := c.open[who]
				if !excepted {
					want = core.ReasonMFARequired
				}
				h := newLockHouse(t)
				err := part.calls(h)[i].call(h.as(who))
				if got := core.ReasonOf(err); got != want {
					t.Errorf("%s by %s: %v (%s), want %q", c.name, who, err, got, want)
				}
			}
		}
	}
}

// notLocked are the use cases that the lock of an organization has nothing to do with, or that other tests hold to it.
var notLocked = map[string]string{
	"own account":                     "Account AddKey CheckSecondFactor ConfirmMFA EnrolMFA From House ID Session OnlyReading Rehearsing Noting Foresee Rehearse Sessions RevokeSession Keys Me MFAOffImpact RecoveryCodes RemoveKey RemoveKeyImpact RenameAccount RenewRecoveryCodes SetPreferences SwitchOffMFA Units SavedFilters SaveFilter DeleteSavedFilter Inbox MarkAllRead MarkRead Home Counts Surroundings",
	"lists and finds of what is open": "Accounts Chains FindAccount Maintainers Organizations Permissions Search Template Templates Tickets Why",
	"maintainers, which lock nobody":  "CreateMaintainer CreateOrganization DeleteMaintainer JoinMaintainer LeaveMaintainer Maintainer RenameMaintainer SetMaintainerContact",
	"the house, by Support":           "Check ConfirmAddress CreateAccount Export IssueCode Outbox Backup Checkpoint VerifyCheckpoint RemoveAccount RemoveAccountImpact RetryMail RetryMails SetAccountExpiry SetSupport SetReadOnly ReadOnlyImpact SetDuty TakeSupportImpact SwitchOffMFAOf HandOver AccessEntries PurgeProject RestoreProject",
	"S17, S19: invitees, requesters":  "AcceptInvitation DeclineInvitation WithdrawRequest LeaveVisit ExtendVisit Invitation Request Visit",
	"by the number of a record of the project, which is hidden (A10)": "Bucket BucketLinks ChangeSharing CloseTicket CommentTicket Comments DeleteBucket ForceUnlink LinkBucket MoveImpact PassTicket RemoveProjectImpact ReopenTicket SetBucket ShareBucket SharingImpact Ticket UnlinkBucket UnshareBucket",
	"the checks of what is undone":                                    "LastUndo Undo",
}

// A use case that nobody has thought of here may be a hole in the lock.
func TestEveryUseCaseIsLockedOrExcused(t *testing.T) {
	known := map[string]bool{}
	for _, names := range notLocked {
		for name := range strings.FieldsSeq(names) {
			known[name] = true
		}
	}
	h := newLockHouse(t)
	for _, c := range append(h.organizationCalls(), h.projectCalls()...) {
		known[c.name] = true
	}
	for m := range reflect.TypeFor[*core.Actor]().Methods() {
		if !known[m.Name] {
			t.Errorf("%s is neither tried without MFA nor excused", m.Name)
		}
	}
}

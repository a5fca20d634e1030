package core_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// onlyOnes makes Sam the only Support account, Lea the only member of Partner One and Ana the only administrator of Acme
// who can act: the others have expired.
func onlyOnes(h *fixture) {
	for _, who := range []string{"sue", "max", "ben"} {
		h.editAccount(who, func(a *core.Account) { a.State, a.Expires = core.AccountExpired, h.now() })
	}
	h.setMFA("ana", true)
	h.editOrganization(h.acme, func(o *core.Organization) { o.MFA = core.MFASetting{State: core.MFARequired} })
}

// ending is a use case that could take the ability to act from somebody.
type ending struct {
	use, name string // the use case, and what it does here
	// by is who would have the right to it, and want what they are refused with where it is about the last one.
	by   string
	want core.Reason
	try  func(h *fixture, a *core.Actor) error
}

func endings() []ending {
	soon := func(h *fixture) core.Moment { return h.in(core.Day) }
	return []ending{
		{"SetAccountExpiry", "Support expires sooner", "sam", core.ReasonForbidden, func(h *fixture, a *core.Actor) error {
			return onlyErr(a.SetAccountExpiry(ctx, h.id("sam"), soon(h)))
		}},
		{"SetSupport", "Support gives its flag away", "sam", core.ReasonLastSupport, func(h *fixture, a *core.Actor) error {
			return onlyErr(a.SetSupport(ctx, h.id("sam"), false, 0))
		}},
		{"RemoveAccount", "Support removes itself", "sam", core.ReasonLastSupport, func(h *fixture, a *core.Actor) error {
			return a.RemoveAccount(ctx, h.id("sam"), incident)
		}},
		{"SetAccountExpiry", "a member of a maintainer expires sooner", "sam", core.ReasonLastMember, func(h *fixture, a *core.Actor) error {
			return onlyErr(a.SetAccountExpiry(ctx, h.id("lea"), soon(h)))
		}},
		{"SetSupport", "a member of a maintainer becomes Support and expires sooner", "sam", core.ReasonLastMember, func(h *fixture, a *core.Actor) error {
			return onlyErr(a.SetSupport(ctx, h.id("lea"), true, soon(h)))
		}},
		{"RemoveAccount", "the account of a member of a maintainer is removed", "sam", "", func(h *fixture, a *core.Actor) error {
			return a.RemoveAccount(ctx, h.id("max"), incident)
		}},
		{"SetAccountExpiry", "an administrator expires", "sam", core.ReasonLastAdmin, func(h *fixture, a *core.Actor) error {
			return onlyErr(a.SetAccountExpiry(ctx, h.id("ana"), soon(h)))
		}},
		{"SetSupport", "an administrator becomes Support and expires", "sam", core.ReasonLastAdmin, func(h *fixture, a *core.Actor) error {
			return onlyErr(a.SetSupport(ctx, h.id("ana"), true, soon(h)))
		}},
		{"RemoveAccount", "the account of an administrator is removed", "sam", core.ReasonLastAdmin, func(h *fixture, a *core.Actor) error {
			return a.RemoveAccount(ctx, h.id("ana"), incident)
		}},
		{"RemoveMember", "an administrator is removed", "sam", core.ReasonLastAdmin, func(h *fixture, a *core.Actor) error {
			return a.RemoveMember(ctx, h.acme.Ref(), h.id("ana"), 0)
		}},
		{"RemoveMemberAndUses", "an administrator is removed with their uses", "ana", core.ReasonLastAdmin, func(h *fixture, a *core.Actor) error {
			return a.RemoveMemberAndUses(ctx, h.acme, h.id("ana"), 0, nil)
		}},
		{"LeaveOrganization", "an administrator leaves", "ana", core.ReasonLastAdmin, func(h *fixture, a *core.Actor) error {
			return a.LeaveOrganization(ctx, h.acme)
		}},
		{"AssignRoles", "ADMIN is taken", "ana", core.ReasonLastAdmin, func(h *fixture, a *core.Actor) error {
			return onlyErr(a.AssignRoles(ctx, h.acme, h.id("ana"), 0, nil, []string{core.RoleAdmin}))
		}},
		{"SetReadOnly", "an administrator is kept to reading", "sam", core.ReasonLastAdmin, func(h *fixture, a *core.Actor) error {
			return onlyErr(a.SetReadOnly(ctx, h.id("ana"), true, "An auditor"))
		}},
		{"SetReadOnly", "a member of a maintainer is kept to reading", "sam", core.ReasonLastMember, func(h *fixture, a *core.Actor) error {
			return onlyErr(a.SetReadOnly(ctx, h.id("lea"), true, "An auditor"))
		}},
		{"AddMember", "an administrator becomes a member of a maintainer, and gets a date", "sam", core.ReasonLastAdmin, func(h *fixture, a *core.Actor) error {
			_, _, err := a.AddMember(ctx, core.AddInput{Unit: h.partnerOne.Ref(), Email: "ana@acme.test"})
			return err
		}},
		{"AcceptInvitation", "the same by an invitation", "ana", core.ReasonLastAdmin, func(h *fixture, a *core.Actor) error {
			i, _, err := h.as("lea").Invite(ctx, core.InviteInput{Unit: h.partnerOne.Ref(), Email: "ana@acme.test"})
			allowed(h.t, err)
			return onlyErr(a.AcceptInvitation(ctx, i.ID, 0))
		}},
		{"LeaveMaintainer", "a member of a maintainer leaves", "lea", core.ReasonLastMember, func(h *fixture, a *core.Actor) error { return a.LeaveMaintainer(ctx, h.partnerOne) }},
		{"SwitchOffMFAOf", "Support switches the MFA of an administrator off", "sam", "", func(h *fixture, a *core.Actor) error {
			return onlyErr(a.SwitchOffMFAOf(ctx, h.id("ana"), incident))
		}},
		{"DeleteRole", "ADMIN is deleted", "ana", core.ReasonRoleBuiltin, func(h *fixture, a *core.Actor) error {
			return a.DeleteRole(ctx, h.acme, core.RoleAdmin)
		}},
		{"SwitchOffMFA", "an administrator switches MFA off", "ana", core.ReasonLastEnrolledAdmin, func(_ *fixture, a *core.Actor) error {
			return a.SwitchOffMFA(ctx, "123456")
		}},
	}
}

// AC9, H7, OR13, MT7, AC14, S29: whatever somebody does, somebody who can act is left in every place, and whoever may do
// it is told why it is refused.
func TestTheLastOneWhoCanActStays(t *testing.T) {
	suite.Sequential(t)
	for _, e := range endings() {
		for _, who := range []string{"sam", "lea", "ana", "pia"} {
			t.Run(e.name+" by "+who, func(t *testing.T) {
				h := newFixture(t)
				onlyOnes(h)
				if got := core.ReasonOf(e.try(h, h.as(who))); who == e.by && got != e.want {
					t.Errorf("refused with %q, not %q", got, e.want)
				}
				h.clock.move(2 * core.Day)
				if left := h.unable(); left != "" {
					t.Errorf("nobody can act any more in %s", left)
				}
			})
		}
	}
}

// unable names the places in which nobody can act.
func (h *fixture) unable() string {
	h.t.Helper()
	able := map[string]bool{"Support": false, "Partner One": false, "Acme": false}
	for who := range h.people {
		var a core.Account
		h.get(func(tx core.Tx) (err error) {
			a, _, err = tx.Accounts().Get(h.id(who))
			return err
		})
		if !a.Acts(h.now()) {
			continue
		}
		if a.Support {
			able["Support"] = true
		}
		for _, m := range allOf(h, core.Tx.Memberships, core.Scan{}) {
			switch {
			case m.Account != a.ID:
			case m.Unit == h.partnerOne.Ref() && !m.Visitor():
				able["Partner One"] = true
			case m.Unit == h.acme.Ref() && m.Admin():
				able["Acme"] = true
			}
		}
	}
	var names []string
	for name, some := range able {
		if !some {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// losesNobody are the use cases that take the ability to act from nobody as a whole, with the reason.
var losesNobody = map[string]string{
	"projects, which have administrators above them (OR13)":                "ApproveRequest CreateProject DeleteProject DisableProject EnableProject ExtendVisit FileRequest GrantRole JoinProject LeaveProject MoveProject PurgeProject RejectRequest RemoveProject RenameProject RestoreProject RevokeGrant SetProject SetRole WithdrawRequest",
	"visits, which are no membership":                                      "JoinMaintainer JoinOrganization LeaveVisit RevokeVisit",
	"buckets and tickets":                                                  "ChangeSharing CloseTicket CommentTicket CreateBucket DeleteBucket ForceUnlink LinkBucket OpenTicket PassTicket ReopenTicket SetBucket ShareBucket UnlinkBucket UnshareBucket",
	"the place is new, or empty when it goes":                              "CreateAccount CreateMaintainer CreateOrganization CreateRole DeleteMaintainer DeleteOrganization",
	"who keeps the organization, not who runs it":                          "MoveOrganization",
	"gives, and takes nothing":                                             "AddKey CancelInvitation ConfirmAddress ConfirmMFA DeclineInvitation EnrolMFA HandOver Invite IssueCode RenewRecoveryCodes ResendInvitation SetDuty",
	"a lock, which the one who sets it passes (S29)":                       "MFAOff RequireMFA ScheduleMFA",
	"the checks of the opposite action":                                    "Undo",
	"a key: Support issues a code, and MFA goes only as SwitchOffMFA says": "RemoveKey",
	"names and settings":                                                   "RenameAccount RenameMaintainer RenameOrganization SetAutoJoin SetBilling SetDeciders SetMaintainerContact SetNewMembers SetPendingTime SetPreferences",
	"reading, own bookkeeping, sessions and mail":                          "Backup Billing CheckSecondFactor DeleteSavedFilter Export ExportActivity ExportMFAList MFAImpact MarkAllRead MarkRead RetryMail RetryMails RevokeSession SaveFilter",
}

// AC9: every use case of an actor is tried about the last one above, or says why it takes nothing from anybody.
func TestEveryUseCaseIsTriedAboutTheLastOne(t *testing.T) {
	known := map[string]bool{}
	for _, e := range endings() {
		known[e.use] = true
	}
	for _, names := range losesNobody {
		for name := range strings.FieldsSeq(names) {
			if known[name] {
				t.Errorf("%s is excused, and tried or excused elsewhere", name)
			}
			known[name] = true
		}
	}
	for m := range reflect.TypeFor[*core.Actor]().Methods() {
		if name := "Actor." + m.Name; !known[m.Name] && !readUseCases[name] && !slices.Contains(noReads, name) {
			t.Errorf("%s is neither tried about the last one who can act nor excused", m.Name)
		}
	}
}

// AC9, AC13: a staff account that is the last one is still renewed, and ends as it must when others are there.
func TestTheLastOneIsRenewed(t *testing.T) {
	h := newFixture(t)
	onlyOnes(h)
	must(h.as("sam").SetAccountExpiry(ctx, h.id("lea"), h.in(360*core.Day)))(t)
	must(h.as("sam").SetAccountExpiry(ctx, h.id("ben"), h.in(30*core.Day)))(t)
	must(h.as("sam").SetAccountExpiry(ctx, h.id("ana"), h.in(time.Hour)))(t)
	if fmt.Sprint(h.unable()) != "" {
		t.Error(h.unable())
	}
}

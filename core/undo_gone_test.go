package core_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// undoRow is an action that can be undone (U1), in the house of undoWorld.
type undoRow struct {
	action core.Action
	who    string
	do     func(h *undoWorld) error
	// look reads what the action changes: after an undo it is what it was before the action.
	look func(h *undoWorld) string
}

// undoWorld is a house in which every undoable action can be done, with a second maintainer and a second organization.
type undoWorld struct {
	*fixture
	partnerTwo core.MaintainerID
	beta       core.OrganizationID
	bucket     core.BucketID
	request    core.RequestID
	invitation map[core.Kind]core.InvitationID
}

func newUndoWorld(t *testing.T) *undoWorld {
	h := &undoWorld{fixture: newFixture(t), invitation: map[core.Kind]core.InvitationID{}}
	h.partnerTwo = h.addMaintainer("Partner Two", "lea", "max")
	h.beta = h.addOrganization(h.partnerOne, "Beta")
	h.addMember(h.beta.Ref(), "ben", core.RoleDefault, core.RoleAdmin)
	for _, name := range []string{"ana", "ben", "pia", "otto"} {
		h.setMFA(name, true)
	}
	h.addAccount("kim", "kim@data.test")
	h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)
	h.addMember(h.acme.Ref(), "otto", core.RoleDefault, "DEV_TEAM")
	h.addUser(h.etl, "otto", core.RoleGuest)
	h.addUser(h.etl, "ana", core.RoleProjectAdmin)
	h.bucket = must(h.as("pia").CreateBucket(ctx, h.etl, core.BucketInput{Name: "raw"}))(t).ID
	h.autoJoin(false)
	h.request = must(h.as("sam").FileRequest(ctx, h.etl, entry()))(t).ID
	h.autoJoin(true)
	for who, in := range map[string]core.InviteInput{
		"lea": {Unit: h.partnerOne.Ref(), Email: "kim@data.test"},
		"ana": {Unit: h.acme.Ref(), Email: "kim@data.test", Roles: []string{"DEV_TEAM"}},
		"pia": {Unit: h.etl.Ref(), Email: "kim@data.test"},
	} {
		i, _, err := h.as(who).Invite(ctx, in)
		allowed(t, err)
		h.invitation[in.Unit.Kind] = i.ID
	}
	return h
}

// record gives a stored record as text.
func record[K comparable, R any](h *undoWorld, table func(core.Tx) core.Table[K, R], key K) (r R) {
	h.get(func(tx core.Tx) error { return found(&r, key)(table(tx).Get(key)) })
	return r
}

func (h *undoWorld) held(unit core.Unit, name string) string {
	m, ok := h.membership(unit, name)
	return fmt.Sprint(ok, m.Role, m.Roles, m.Until, m.Since, m.Reason)
}

func (h *undoWorld) setting() string {
	o := record(h, organizations, h.acme)
	return fmt.Sprint(o.Name, o.AutoJoin, o.Deciders, o.PendingHours, o.NewMembers, o.MFA.State, o.MFA.At)
}

func billingCity(h *undoWorld) (city string) {
	for _, b := range allOf(h.fixture, core.Tx.Billings, core.Scan{}) {
		city += b.City
	}
	return city
}

// undoIsTried fails when a use case keeps an undo that is in no row of undoRows.
func undoIsTried(h *fixture) {
	h.t.Helper()
	for _, u := range allOf(h, core.Tx.Undos, core.Scan{}) {
		if !slices.ContainsFunc(undoRows, func(row undoRow) bool { return row.action == u.Action }) {
			h.t.Errorf("%s can be undone: put it into undoRows, with what it changes", u.Action)
		}
	}
}

// err2 is the error of a use case that gives something too.
func err2[V any](_ V, err error) error { return err }

// undoRows are all undoable actions: TestEveryUseCaseIsAudited fails for one that is missing here.
var undoRows = slices.Concat(undoUnitRows, undoPeopleRows)

var undoUnitRows = []undoRow{
	{
		"maintainer.rename", "lea", func(h *undoWorld) error { return err2(h.as("lea").RenameMaintainer(ctx, h.partnerOne, 0, "Partner 1")) },
		func(h *undoWorld) string { return record(h, core.Tx.Maintainers, h.partnerOne).Name },
	},
	{"maintainer.contact_set", "lea", func(h *undoWorld) error {
		return err2(h.as("lea").SetMaintainerContact(ctx, h.partnerOne, 0, "help@partner-one.test"))
	}, func(h *undoWorld) string { return record(h, core.Tx.Maintainers, h.partnerOne).Contact }},
	setting("organization.rename", func(a *core.Actor, h *undoWorld) error { return err2(a.RenameOrganization(ctx, h.acme, 0, "Acme Two")) }),
	setting("settings.auto_join", func(a *core.Actor, h *undoWorld) error { return err2(a.SetAutoJoin(ctx, h.acme, 0, false)) }),
	setting("settings.deciders", func(a *core.Actor, h *undoWorld) error {
		return err2(a.SetDeciders(ctx, h.acme, 0, core.DecidersFullRole))
	}),
	setting("settings.pending_time", func(a *core.Actor, h *undoWorld) error { return err2(a.SetPendingTime(ctx, h.acme, 0, 10)) }),
	setting("settings.new_members", func(a *core.Actor, h *undoWorld) error {
		return err2(a.SetNewMembers(ctx, h.acme, 0, core.NewMembersDefault))
	}),
	setting("settings.mfa_require", func(a *core.Actor, h *undoWorld) error { return err2(a.RequireMFA(ctx, h.acme, 0, true)) }),
	setting("settings.mfa_schedule", func(a *core.Actor, h *undoWorld) error {
		return err2(a.ScheduleMFA(ctx, h.acme, 0, h.in(10*core.Day)))
	}),
	setting("settings.mfa_unschedule", func(a *core.Actor, h *undoWorld) error {
		h.editOrganization(h.acme, func(o *core.Organization) {
			o.MFA = core.MFASetting{State: core.MFAScheduled, At: h.in(10 * core.Day), By: h.id("ana")}
		})
		return err2(a.MFAOff(ctx, h.acme, 0))
	}),
	setting("settings.mfa_off", func(a *core.Actor, h *undoWorld) error {
		h.editOrganization(h.acme, func(o *core.Organization) { o.MFA = core.MFASetting{State: core.MFARequired} })
		return err2(a.MFAOff(ctx, h.acme, 0))
	}),
	{
		"billing.change", "ana", func(h *undoWorld) error {
			return err2(h.as("ana").SetBilling(ctx, h.acme, 0, core.BillingPatch{City: ptr("Zug")}))
		},
		func(h *undoWorld) string { return billingCity(h) },
	},
	{
		"project.rename", "pia", func(h *undoWorld) error { return err2(h.as("pia").RenameProject(ctx, h.etl, 0, "Daily ETL")) },
		func(h *undoWorld) string { return h.project(h.etl).Name },
	},
	{"bucket.change", "pia", func(h *undoWorld) error {
		return err2(h.as("pia").SetBucket(ctx, h.bucket, 0, core.BucketPatch{Name: ptr("cooked")}))
	}, func(h *undoWorld) string { return record(h, core.Tx.Buckets, h.bucket).Name }},
}

func setting(action core.Action, do func(*core.Actor, *undoWorld) error) undoRow {
	return undoRow{action, "ana", func(h *undoWorld) error { return do(h.as("ana"), h) }, (*undoWorld).setting}
}

var undoPeopleRows = []undoRow{
	{"user.role_set", "ana", func(h *undoWorld) error {
		return err2(h.as("ana").SetRole(ctx, h.etl, h.id("otto"), 0, core.RoleReadOnly))
	}, func(h *undoWorld) string { return h.held(h.etl.Ref(), "otto") }},
	{"role.assign", "ana", func(h *undoWorld) error {
		return err2(h.as("ana").AssignRoles(ctx, h.acme, h.id("otto"), 0, nil, []string{"DEV_TEAM"}))
	}, func(h *undoWorld) string { return h.held(h.acme.Ref(), "otto") }},
	{
		"user.remove", "ana", func(h *undoWorld) error { return h.as("ana").RemoveMember(ctx, h.etl.Ref(), h.id("otto"), 0) },
		func(h *undoWorld) string { return h.held(h.etl.Ref(), "otto") },
	},
	{
		"member.remove", "ana", func(h *undoWorld) error { return h.as("ana").RemoveMember(ctx, h.acme.Ref(), h.id("otto"), 0) },
		func(h *undoWorld) string { return h.held(h.acme.Ref(), "otto") },
	},
	{"member.remove", "ana", func(h *undoWorld) error {
		return h.as("ana").RemoveMemberAndUses(ctx, h.acme, h.id("otto"), 0, []core.ProjectID{h.etl})
	}, func(h *undoWorld) string { return h.held(h.acme.Ref(), "otto") + h.held(h.etl.Ref(), "otto") }},
	{
		"member.remove", "lea", func(h *undoWorld) error { return h.as("lea").RemoveMember(ctx, h.partnerOne.Ref(), h.id("max"), 0) },
		func(h *undoWorld) string { return h.held(h.partnerOne.Ref(), "max") },
	},
	{
		"request.reject", "pia", func(h *undoWorld) error { return err2(h.as("pia").RejectRequest(ctx, h.request, 0, "not now")) },
		func(h *undoWorld) string { return string(h.fixture.request(h.request).State) },
	},
	cancelled(core.KindMaintainer, "lea"), cancelled(core.KindOrganization, "ana"), cancelled(core.KindProject, "pia"),
}

// cancelled is the cancelling of the invitation to the unit of a kind.
func cancelled(kind core.Kind, who string) undoRow {
	return undoRow{
		"invitation.cancel", who,
		func(h *undoWorld) error { return err2(h.as(who).CancelInvitation(ctx, h.invitation[kind], 0)) },
		func(h *undoWorld) string {
			i := h.fixture.invitation(h.invitation[kind])
			return fmt.Sprint(i.State, i.Lapses)
		},
	}
}

// undoMeanwhile is what happens between an action and its undo to what the undo refers to. An error means that the rules
// did not let it happen in this house: then there is nothing to look at.
var undoMeanwhile = map[string]func(h *undoWorld) error{
	"nothing":         func(*undoWorld) error { return nil },
	"project deleted": func(h *undoWorld) error { return err2(h.as("sam").DeleteProject(ctx, h.etl, 0)) },
	"project deleted and restored": func(h *undoWorld) error {
		if _, err := h.as("sam").DeleteProject(ctx, h.etl, 0); err != nil {
			return err
		}
		return err2(h.as("sam").RestoreProject(ctx, h.etl, 0))
	},
	"project purged": func(h *undoWorld) error {
		if _, err := h.as("sam").DeleteProject(ctx, h.etl, 0); err != nil {
			return err
		}
		h.editProject(h.etl, func(p *core.Project) { p.Deleted -= core.Moment(60 * core.Day / time.Second) })
		h.sweep()
		return nil
	},
	"project expired": func(h *undoWorld) error {
		h.editProject(h.etl, func(p *core.Project) { p.Expires = h.in(time.Minute) })
		h.pass(time.Minute)
		return nil
	},
	"project moved":    func(h *undoWorld) error { return err2(h.as("sam").MoveProject(ctx, h.etl, 0, h.beta)) },
	"project disabled": func(h *undoWorld) error { return err2(h.as("sam").DisableProject(ctx, h.etl, 0, "maintenance", 0)) },
	"project moved and deleted": func(h *undoWorld) error {
		if _, err := h.as("sam").MoveProject(ctx, h.etl, 0, h.beta); err != nil {
			return err
		}
		return err2(h.as("sam").DeleteProject(ctx, h.etl, 0))
	},
	"project moved and organization deleted": func(h *undoWorld) error {
		if _, err := h.as("sam").MoveProject(ctx, h.etl, 0, h.beta); err != nil {
			return err
		}
		return h.as("sam").DeleteOrganization(ctx, h.acme, 0)
	},
	"organization deleted": func(h *undoWorld) error {
		if _, err := h.as("sam").DeleteProject(ctx, h.etl, 0); err != nil {
			return err
		}
		return h.as("sam").DeleteOrganization(ctx, h.acme, 0)
	},
	"organization moved": func(h *undoWorld) error { return err2(h.as("sam").MoveOrganization(ctx, h.acme, 0, h.partnerTwo)) },
	"maintainer deleted": func(h *undoWorld) error {
		for _, o := range []core.OrganizationID{h.acme, h.beta} {
			if _, err := h.as("sam").MoveOrganization(ctx, o, 0, h.partnerTwo); err != nil {
				return err
			}
		}
		return h.as("sam").DeleteMaintainer(ctx, h.partnerOne, 0)
	},
	"role deleted": func(h *undoWorld) error { return h.as("ben").DeleteRole(ctx, h.acme, "DEV_TEAM") },
	"role created anew": func(h *undoWorld) error {
		if err := h.as("ben").DeleteRole(ctx, h.acme, "DEV_TEAM"); err != nil {
			return err
		}
		return err2(h.as("ben").CreateRole(ctx, h.acme, "dev team", "Something else"))
	},
	"bucket deleted":        func(h *undoWorld) error { return h.as("ana").DeleteBucket(ctx, h.bucket, 0) },
	"member removed":        func(h *undoWorld) error { return h.as("sue").RemoveAccount(ctx, h.id("otto"), incident) },
	"requester removed":     func(h *undoWorld) error { return h.as("sue").RemoveAccount(ctx, h.id("sam"), incident) },
	"invitee removed":       func(h *undoWorld) error { return h.as("sue").RemoveAccount(ctx, h.id("kim"), incident) },
	"colleague removed":     func(h *undoWorld) error { return h.as("sue").RemoveAccount(ctx, h.id("max"), incident) },
	"colleague expired":     func(h *undoWorld) error { return h.expire("max") },
	"requester expired":     func(h *undoWorld) error { return h.expire("sam") },
	"Ana's account removed": func(h *undoWorld) error { return h.as("sue").RemoveAccount(ctx, h.id("ana"), incident) },
	"Ana removed":           func(h *undoWorld) error { return h.as("ben").RemoveMember(ctx, h.acme.Ref(), h.id("ana"), 0) },
	"Pia removed":           func(h *undoWorld) error { return h.as("ana").RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0) },
	"MFA required": func(h *undoWorld) error {
		h.requireMFA()
		return nil
	},
	"six minutes": func(h *undoWorld) error {
		h.pass(6 * time.Minute)
		return nil
	},
}

func (h *undoWorld) expire(name string) error {
	h.editAccount(name, func(a *core.Account) { a.Expires = h.in(time.Minute) })
	h.pass(time.Minute)
	return nil
}

// all gives everything of the house that an undo could change, apart from the log.
func (h *undoWorld) all() string {
	text, err := json.Marshal([]any{
		allOf(h.fixture, accounts, core.Scan{}), allOf(h.fixture, core.Tx.Maintainers, core.Scan{}),
		allOf(h.fixture, organizations, core.Scan{}), allOf(h.fixture, projects, core.Scan{}),
		allOf(h.fixture, core.Tx.Memberships, core.Scan{}), allOf(h.fixture, core.Tx.Invitations, core.Scan{}),
		allOf(h.fixture, core.Tx.Requests, core.Scan{}), allOf(h.fixture, core.Tx.Visits, core.Scan{}),
		allOf(h.fixture, core.Tx.Buckets, core.Scan{}), allOf(h.fixture, core.Tx.Billings, core.Scan{}),
		allOf(h.fixture, core.Tx.Notifications, core.Scan{}), allOf(h.fixture, core.Tx.Undos, core.Scan{}),
	})
	allowed(h.t, err)
	return string(text)
}

// TestUndoWhenSomethingIsGone does every undoable action, lets each thing that its undo refers to be deleted, moved,
// purged or ended in between, and undoes it: either all is as it was, or it is refused whole, with a sentence that says
// why. When a house closes, its invariants, indexes and chains are checked (U1, AU4, AU14, OR14).
func TestUndoWhenSomethingIsGone(t *testing.T) {
	suite.Sequential(t)
	happened := map[string]bool{}
	names := slices.Sorted(maps.Keys(undoMeanwhile))
	for n, row := range undoRows {
		for k, then := range names {
			if (n+k)%4 != 0 && os.Getenv("GATEHOUSE_DEEP") == "" {
				continue // each action with some, and each of what happens with some actions
			}
			t.Run(fmt.Sprintf("%d %s, %s", n, row.action, then), func(t *testing.T) { row.undoAfter(t, then, happened) })
		}
	}
	for then := range undoMeanwhile {
		if !happened[then] {
			t.Errorf("%s never happened", then)
		}
	}
}

// undoAfter does the action in a house of its own, lets something happen, and undoes it.
func (row undoRow) undoAfter(t *testing.T, then string, happened map[string]bool) {
	h := newUndoWorld(t)
	before := row.look(h)
	allowed(t, row.do(h))
	undos := allOf(h.fixture, core.Tx.Undos, core.Scan{})
	last := slices.IndexFunc(undos, func(u core.Undo) bool { return u.Action == row.action && u.Account == h.id(row.who) })
	if last < 0 {
		t.Fatalf("%s keeps no undo of %s", row.who, row.action)
	}
	if err := undoMeanwhile[then](h); err != nil {
		t.Logf("%s is refused here: %v", then, err) // each must happen after some action, see happened
		return
	}
	happened[then] = true
	state, done := h.all(), len(h.mainEvents(nil))
	_, err := h.as(row.who).Undo(ctx, undos[last].Event)
	if err == nil {
		// Where the row or what happened has set MFA past the rules, it is not as the house began.
		own := row.action == "settings.mfa_unschedule" || row.action == "settings.mfa_off" || then == "MFA required"
		if after := row.look(h); after != before && !own {
			t.Errorf("undone, it is %s, and was %s", after, before)
		}
		if main := h.mainEvents(nil); len(main) != done+1 {
			t.Errorf("%d events of the undo", len(main)-done)
		}
		return
	}
	e := core.AsError(err)
	bare := e.Reason == core.ReasonNotFound && !strings.Contains(e.Message, "since")
	if bare || e.Code == core.CodeInternal || then == "nothing" {
		t.Errorf("refused with %s: %v", e.Reason, err)
	}
	if after := h.all(); after != state {
		t.Errorf("refused, and something has changed:\n%s\n%s", state, after)
	}
}

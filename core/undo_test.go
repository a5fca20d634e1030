package core_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
)

// undone takes back the latest own action and gives its event.
func (h *fixture) undone(t *testing.T, who string, chain core.Ref) core.Event {
	t.Helper()
	must(h.as(who).Undo(context.Background(), core.EventRef{}))(t)
	return h.lastEvent(chain, "undo")
}

// U1: every setting goes back to its old value, with one event that names what it undoes; it can itself not be undone.
func TestUndoSettings(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		do   func(*core.Actor, *fixture) error
		want string
		back string
	}{
		"rename": {func(a *core.Actor, h *fixture) error {
			_, err := a.RenameOrganization(ctx, h.acme, 0, "Acme Two")
			return err
		}, "The name of organization 1", "Acme"},
		"auto join": {func(a *core.Actor, h *fixture) error {
			_, err := a.SetAutoJoin(ctx, h.acme, 0, false)
			return err
		}, "Auto Join of Acme", "on"},
		"deciders": {func(a *core.Actor, h *fixture) error {
			_, err := a.SetDeciders(ctx, h.acme, 0, core.DecidersFullRole)
			return err
		}, "Deciders of Acme", "any_user"},
		"pending time": {func(a *core.Actor, h *fixture) error {
			_, err := a.SetPendingTime(ctx, h.acme, 0, 10)
			return err
		}, "The pending time of Acme", "3d"},
		"new members": {func(a *core.Actor, h *fixture) error {
			_, err := a.SetNewMembers(ctx, h.acme, 0, core.NewMembersDefault)
			return err
		}, "New members get of Acme", "DEFAULT+ADMIN"},
		"mfa required": {func(a *core.Actor, h *fixture) error {
			_, err := a.RequireMFA(ctx, h.acme, 0, true)
			return err
		}, "Require MFA of Acme", "not required"},
		"mfa date": {func(a *core.Actor, h *fixture) error {
			_, err := a.ScheduleMFA(ctx, h.acme, 0, h.in(10*core.Day))
			return err
		}, "Require MFA of Acme", "not required"},
		"billing": {func(a *core.Actor, h *fixture) error {
			_, err := a.SetBilling(ctx, h.acme, 0, core.BillingPatch{City: ptr("Zug")})
			return err
		}, "The billing of Acme", "as it was: city"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			h.setMFA("ana", true)
			ana := h.as("ana")
			before := must(ana.Organization(ctx, h.acme))(t)
			allowed(t, c.do(ana, h))
			done := h.chain(h.acme.Ref())
			main := done[len(done)-1]
			v, ok, err := ana.LastUndo(ctx)
			allowed(t, err)
			if !ok || v.What != c.want || v.Back != c.back || v.Until != h.in(5*time.Minute) || v.Event.Sequence != main.Sequence {
				t.Errorf("would undo: %+v, %v", v, ok)
			}
			e := h.undone(t, "ana", h.acme.Ref())
			if len(e.Changes) < 2 || e.Changes[0].Field != "undoes" || e.Changes[0].After != itoa(main.Sequence) {
				t.Errorf("event: %+v", e)
			}
			after := must(ana.Organization(ctx, h.acme))(t)
			after.Version = before.Version
			if after != before {
				t.Errorf("after the undo %+v, before %+v", after, before)
			}
			_, err = ana.Undo(ctx, core.EventRef{})
			refused(t, err, core.ReasonUndoExpired)
		})
	}
}

// U1: contact and names of maintainer and project.
func TestUndoNames(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	must(h.as("lea").SetMaintainerContact(ctx, h.partnerOne, 0, "help@partner-one.test"))(t)
	must(h.as("lea").RenameMaintainer(ctx, h.partnerOne, 0, "Partner 1"))(t)
	h.undone(t, "lea", h.partnerOne.Ref())
	m := must(h.as("lea").Maintainer(ctx, h.partnerOne))(t)
	if m.Name != "Partner One" || m.Contact != "help@partner-one.test" {
		t.Errorf("maintainer: %+v", m)
	}
	e := h.undone(t, "lea", h.partnerOne.Ref())
	if m = must(h.as("lea").Maintainer(ctx, h.partnerOne))(t); m.Contact != "" {
		t.Errorf("maintainer: %+v", m)
	}
	for _, ch := range e.Changes {
		if ch.Field == "contact" && ch.Before+ch.After != "" {
			t.Errorf("the event holds the address (AU13): %+v", ch)
		}
	}
	must(h.as("pia").RenameProject(ctx, h.etl, 0, "Daily ETL"))(t)
	h.undone(t, "pia", h.acme.Ref())
	if p := h.project(h.etl); p.Name != "Nightly ETL" {
		t.Errorf("project: %+v", p)
	}
}

// U1: five minutes, and not over what somebody else has done to the same field; other fields may have changed.
func TestUndoExpiredAndStale(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	ana, ben := h.as("ana"), h.as("ben")
	_, err := ana.Undo(ctx, core.EventRef{})
	refused(t, err, core.ReasonUndoExpired)

	must(ana.SetPendingTime(ctx, h.acme, 0, 10))(t)
	must(ben.SetDeciders(ctx, h.acme, 0, core.DecidersFullRole))(t)
	must(ben.RenameOrganization(ctx, h.acme, 0, "Acme Ltd"))(t)
	h.undone(t, "ana", h.acme.Ref())
	if o := must(ana.Organization(ctx, h.acme))(t); o.PendingHours != 72 || o.Name != "Acme Ltd" {
		t.Errorf("organization: %+v", o)
	}

	must(ana.SetPendingTime(ctx, h.acme, 0, 10))(t)
	must(ben.SetPendingTime(ctx, h.acme, 0, 20))(t)
	must(h.as("lea").RenameOrganization(ctx, h.acme, 0, "Acme Group"))(t)
	n := h.countEvents()
	_, err = ana.Undo(ctx, core.EventRef{})
	refused(t, err, core.ReasonUndoStale)
	if got := core.AsError(err).Message; !strings.HasPrefix(got, "ben@acme.test has changed it since") {
		t.Errorf("names the wrong one: %s", got)
	}
	if h.countEvents() != n {
		t.Error("a refused undo wrote an event")
	}
	must(ben.SetPendingTime(ctx, h.acme, 0, 10))(t) // as Ana has left it: nothing is lost
	h.undone(t, "ana", h.acme.Ref())

	must(ana.SetPendingTime(ctx, h.acme, 0, 11))(t)
	h.clock.move(5 * time.Minute)
	_, err = ana.Undo(ctx, core.EventRef{})
	refused(t, err, core.ReasonUndoExpired)
	if _, ok, err := ana.LastUndo(ctx); ok || err != nil {
		t.Errorf("something to undo after five minutes: %v", err)
	}
	h.sweep()
	if left := allOf(h, func(tx core.Tx) core.Table[core.UndoKey, core.Undo] { return tx.Undos() }, core.Scan{}); len(left) != 0 {
		t.Errorf("%d records are left after the sweep", len(left))
	}
}

// U1: the checks of the opposite action as of now.
func TestUndoChecksAsOfNow(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		given func(h *fixture)
		who   string
		then  func(h *fixture)
		want  core.Reason
	}{
		"the right is gone": {
			func(h *fixture) { must(h.as("ana").SetPendingTime(ctx, h.acme, 0, 9))(h.t) }, "ana",
			func(h *fixture) {
				must(h.as("ben").AssignRoles(ctx, h.acme, h.id("ana"), 0, nil, []string{"ADMIN"}))(h.t)
			},
			core.ReasonAdminRoleRequired,
		},
		"locked out by now": {
			func(h *fixture) { must(h.as("ana").SetPendingTime(ctx, h.acme, 0, 9))(h.t) }, "ana",
			func(h *fixture) { h.requireMFA() }, core.ReasonMFARequired,
		},
		"requiring again would lock somebody out": {
			func(h *fixture) {
				h.setMFA("ana", true)
				must(h.as("ana").RequireMFA(ctx, h.acme, 0, true))(h.t)
				must(h.as("ana").MFAOff(ctx, h.acme, 0))(h.t)
			}, "ana", func(*fixture) {}, core.ReasonMembersWithoutMFA,
		},
		"own ADMIN given away": {
			func(h *fixture) {
				must(h.as("ana").AssignRoles(ctx, h.acme, h.id("ana"), 0, nil, []string{"ADMIN"}))(h.t)
			}, "ana",
			func(*fixture) {}, core.ReasonAdminRoleRequired,
		},
		"removed where MFA is required now": {
			func(h *fixture) { allowed(h.t, h.as("ana").RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0)) }, "ana",
			func(h *fixture) {
				h.setMFA("ana", true)
				h.requireMFA()
			}, core.ReasonMFARequired,
		},
		"removed and added again": {
			func(h *fixture) { allowed(h.t, h.as("ana").RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0)) }, "ana",
			func(h *fixture) {
				_, _, err := h.as("ben").AddMember(ctx, core.AddInput{Unit: h.etl.Ref(), Email: "pia@data.test"})
				allowed(h.t, err)
			}, core.ReasonAlreadyMember,
		},
		"removed from a project that is disabled now": {
			func(h *fixture) { allowed(h.t, h.as("ana").RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0)) }, "ana",
			func(h *fixture) {
				must(h.as("sam").DisableProject(ctx, h.etl, 0, "maintenance", 0))(h.t)
			}, core.ReasonProjectDisabled,
		},
		"removed from a project that is deleted now": {
			func(h *fixture) { allowed(h.t, h.as("ana").RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0)) }, "ana",
			func(h *fixture) { must(h.as("ben").DeleteProject(ctx, h.etl, 0))(h.t) }, core.ReasonNotFound,
		},
		"a role that was changed since": {
			func(h *fixture) { must(h.as("ana").SetRole(ctx, h.etl, h.id("pia"), 0, core.RoleGuest))(h.t) }, "ana",
			func(h *fixture) { must(h.as("ben").SetRole(ctx, h.etl, h.id("pia"), 0, core.RoleReadOnly))(h.t) }, core.ReasonUndoStale,
		},
		"a role of somebody who is gone": {
			func(h *fixture) { must(h.as("ana").SetRole(ctx, h.etl, h.id("pia"), 0, core.RoleGuest))(h.t) }, "ana",
			func(h *fixture) { allowed(h.t, h.as("ben").RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0)) }, core.ReasonUndoStale,
		},
		"Support removed a member and Auto Join went off": {
			func(h *fixture) { allowed(h.t, h.as("sam").RemoveMember(ctx, h.acme.Ref(), h.id("ben"), 0)) }, "sam",
			func(h *fixture) { h.autoJoin(false) }, core.ReasonAutoJoinDisabled,
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			c.given(h)
			c.then(h)
			_, err := h.as(c.who).Undo(ctx, core.EventRef{})
			refused(t, err, c.want)
		})
	}
}

// U1: roles and removals come back as they were; a denied undo of a setting stands in the log (AU8).
func TestUndoPeople(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	ana := h.as("ana")
	before := h.user(h.etl, "pia")
	must(ana.SetRole(ctx, h.etl, h.id("pia"), 0, core.RoleGuest))(t)
	h.undone(t, "ana", h.acme.Ref())
	if m := h.user(h.etl, "pia"); m.Role != before.Role {
		t.Errorf("role: %+v", m)
	}

	h.editMembership(h.etl.Ref(), "pia", func(m *core.Membership) { m.Until, m.Reason = h.in(time.Hour), "helps out" })
	before = h.user(h.etl, "pia")
	allowed(t, ana.RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0))
	h.noMember(h.etl.Ref(), "pia")
	h.undone(t, "ana", h.acme.Ref())
	m := h.user(h.etl, "pia")
	if before.Version++; m.Version != before.Version || m.Until != before.Until || m.Reason != before.Reason || m.Since != before.Since {
		t.Errorf("came back as %+v, was %+v", m, before)
	}
	h.told("pia", core.NoticeUserAdded)

	must(ana.AssignRoles(ctx, h.acme, h.id("ben"), 0, nil, []string{"ADMIN"}))(t)
	h.undone(t, "ana", h.acme.Ref())
	ben, _ := h.membership(h.acme.Ref(), "ben")
	if !ben.Admin() {
		t.Errorf("roles: %+v", ben)
	}
	allowed(t, ana.RemoveMember(ctx, h.acme.Ref(), h.id("ben"), 0))
	h.undone(t, "ana", h.acme.Ref())
	if m, ok := h.membership(h.acme.Ref(), "ben"); !ok || !m.Admin() {
		t.Errorf("came back as %+v", m)
	}

	must(ana.SetAutoJoin(ctx, h.acme, 0, false))(t)
	must(h.as("ben").AssignRoles(ctx, h.acme, h.id("ana"), 0, nil, []string{"ADMIN"}))(t)
	_, err := ana.Undo(ctx, core.EventRef{})
	refused(t, err, core.ReasonAdminRoleRequired)
	if e := h.lastEvent(h.acme.Ref(), "undo"); e.Outcome != core.OutcomeDenied {
		t.Errorf("the denied undo is not in the log: %+v", e)
	}
}

// U1: a past end stays past.
func TestUndoRemovalPastItsEnd(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.editMembership(h.etl.Ref(), "pia", func(m *core.Membership) { m.Until = h.in(time.Minute) })
	allowed(t, h.as("ana").RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0))
	h.clock.move(time.Minute)
	_, err := h.as("ana").Undo(ctx, core.EventRef{})
	refused(t, err, core.ReasonUndoExpired)
}

// Section 10, U1: a rejection that is undone waits again until its old lapse; the requester is told, the notice of the
// rejection does not count any more, and a second decision leaves the new notice alone (N6).
func TestUndoRejection(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.autoJoin(false)
	q := must(h.as("sam").FileRequest(ctx, h.etl, entry()))(t)
	must(h.as("pia").RejectRequest(ctx, q.ID, 0, "not now"))(t)
	rejected := h.told("sam", core.NoticeRequestRejected)
	h.undone(t, "pia", h.acme.Ref())
	again := h.request(q.ID)
	if again.State != core.RequestPending || again.Lapses != q.Lapses || again.Note != "" || again.By != 0 {
		t.Errorf("request: %+v", again)
	}
	if n := h.told("sam", core.NoticeRejectionUndone); n.Withdrawn != 0 {
		t.Errorf("notice: %+v", n)
	}
	if n := h.told("sam", core.NoticeRequestRejected); n.ID != rejected.ID || n.Withdrawn == 0 {
		t.Errorf("the notice of the rejection still counts: %+v", n)
	}
	h.pass(q.Lapses.Sub(q.Filed) / 4)
	h.told("pia", core.NoticeReminder)
	must(h.as("pia").ApproveRequest(ctx, q.ID, 0, core.Term{}))(t)
	if n := h.told("sam", core.NoticeRejectionUndone); n.Withdrawn != 0 {
		t.Errorf("the second decision took the notice back: %+v", n)
	}
}

// U1, section 10: when a rejection stays.
func TestUndoRejectionRefused(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		then func(h *fixture)
		want core.Reason
	}{
		"filed anew": {func(h *fixture) { must(h.as("sam").FileRequest(ctx, h.etl, entry()))(h.t) }, core.ReasonUndoStale},
		"came in":    {func(h *fixture) { h.addUser(h.etl, "sam", core.RoleGuest) }, core.ReasonUndoStale},
		"lapsed":     {func(h *fixture) { h.editRequest(1, func(q *core.Request) { q.Lapses = h.now() }) }, core.ReasonLapsed},
		"no decider now": {func(h *fixture) {
			h.editMembership(h.etl.Ref(), "pia", func(m *core.Membership) { m.Role = core.RoleGuest })
			h.deciders(core.DecidersFullRole)
		}, core.ReasonRoleRestricted},
		"project is gone":     {func(h *fixture) { must(h.as("ana").DeleteProject(ctx, h.etl, 0))(h.t) }, core.ReasonNotFound},
		"still, Auto Join on": {func(h *fixture) { h.autoJoin(true) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			h.autoJoin(false)
			q := must(h.as("sam").FileRequest(ctx, h.etl, entry()))(t)
			must(h.as("pia").RejectRequest(ctx, q.ID, 0, ""))(t)
			c.then(h)
			_, err := h.as("pia").Undo(ctx, core.EventRef{})
			if c.want == "" {
				allowed(t, err)
			} else {
				refused(t, err, c.want)
			}
		})
	}
}

// U1: an approval and leaving have no undo; what is older than them has one still.
func TestUndoLeavesOthersAlone(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.autoJoin(false)
	q := must(h.as("sam").FileRequest(ctx, h.etl, entry()))(t)
	must(h.as("pia").RenameProject(ctx, h.etl, 0, "Daily ETL"))(t)
	must(h.as("pia").ApproveRequest(ctx, q.ID, 0, core.Term{}))(t)
	v, ok, err := h.as("pia").LastUndo(ctx)
	allowed(t, err)
	if !ok || v.Action != "project.rename" {
		t.Errorf("would undo %+v", v)
	}
	if _, ok, _ := h.as("ana").LastUndo(ctx); ok {
		t.Error("Ana could undo what Pia did")
	}
	_, err = h.as("ana").Undo(ctx, v.Event)
	refused(t, err, core.ReasonUndoExpired)
}

// editMembership changes a membership past all rules.
func (h *fixture) editMembership(unit core.Unit, name string, fn func(*core.Membership)) {
	h.t.Helper()
	key := core.MembershipKey{Unit: unit, Account: h.id(name)}
	h.put(edit(core.Tx.Memberships, key, fn))
}

// editRequest changes a request past all rules.
func (h *fixture) editRequest(id core.RequestID, fn func(*core.Request)) {
	h.t.Helper()
	h.put(edit(core.Tx.Requests, id, fn))
}

func itoa(n uint64) string { return strconv.FormatUint(n, 10) }

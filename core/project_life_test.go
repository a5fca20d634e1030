package core_test

import (
	"fmt"
	"testing"
	"time"

	"gatehouse/core"
)

func TestDeletingAProject(t *testing.T) { // DR1, DR7, R13, I9, V8
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, entryP()))(t)
	v := h.visitor("sam")
	ext := must(h.as("sam").ExtendVisit(ctx, v.ID, entry(forHours(8))))(t)
	h.autoJoin(false)
	q := h.file("lea")
	inv := h.addInvitation(h.etl.Ref(), "otto", "pia")
	lapsed := h.addInvitation(h.etl.Ref(), "max", "pia", func(i *core.Invitation) { i.State = core.InvitationLapsed })
	h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)

	var p core.Project
	h.writes(1, func() { p = must(h.as("pia").DeleteProject(ctx, h.etl, h.project(h.etl).Version))(t) })
	if p.State != core.ProjectDeleted || p.Deleted != h.now() || p.DeletedBy != h.id("pia") || p.PurgeAt() != h.in(60*core.Day) {
		t.Errorf("project: %+v", p)
	}
	h.wantState(q.ID, core.RequestVoid)
	h.wantState(ext.ID, core.RequestVoid)
	if got := h.invitation(inv).State; got != core.InvitationVoid {
		t.Errorf("invitation: %s", got)
	}
	if got := h.invitation(lapsed).State; got != core.InvitationLapsed {
		t.Errorf("lapsed invitation: %s", got)
	}
	for _, who := range []string{"ana", "ben"} {
		want := "Nightly ETL was deleted; Support can restore it until 2026-05-01"
		if n := h.told(who, core.NoticeProjectDeleted); n.Subject != want {
			t.Errorf("%s is told %q, want %q", who, n.Subject, want)
		}
	}
	h.notTold("pia", core.NoticeProjectDeleted) // own action (N5)
	h.notTold("sam", core.NoticeProjectDeleted)
	for _, err := range []error{
		onlyErr(h.as("pia").OpenContent(ctx, h.etl)), onlyErr(h.as("pia").RenameProject(ctx, h.etl, 0, "x")),
		onlyErr(h.as("pia").DeleteProject(ctx, h.etl, 0)), h.as("pia").LeaveProject(ctx, h.etl),
		onlyErr(h.as("ben").JoinProject(ctx, h.etl, nil)), onlyErr(h.as("lea").FileRequest(ctx, h.etl, entry())),
	} {
		refused(t, err, core.ReasonNotFound)
	}
	h.pass(time.Hour)
	got := must(h.as("sam").RestoreProject(ctx, h.etl, h.in(30*core.Day)))(t)
	if got.State != core.ProjectActive || got.Expires != h.in(30*core.Day) || got.Deleted != 0 || got.DeletedBy != 0 {
		t.Errorf("restored: %+v", got)
	}
	h.told("pia", core.NoticeProjectRestored)
	h.visitor("sam") // its end has not come yet
	h.pass(3 * time.Hour)
	h.noMember(h.etl.Ref(), "sam")
}

func onlyErr[V any](_ V, err error) error { return err }

func TestPurgeAfterSixtyDays(t *testing.T) { // DR1, DR8, DR13, TM2
	h := newFixture(t)
	h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)
	must(h.as("lea").JoinProject(ctx, h.etl, entryP()))(t)
	must(h.as("pia").DeleteProject(ctx, h.etl, 0))(t)
	h.pass(60*core.Day - time.Second)
	if got := h.project(h.etl).State; got != core.ProjectDeleted {
		t.Fatalf("a second too early it is %s", got)
	}
	h.pass(time.Second)
	p := h.project(h.etl)
	if p.State != core.ProjectPurged || p.Purged != h.now() || p.Name != "Nightly ETL" {
		t.Errorf("project: %+v", p)
	}
	if e := h.lastEvent(h.acme.Ref(), "project.purge"); e.ActorName != "system" || e.Actor != 0 {
		t.Errorf("event: %+v (AU11)", e)
	}
	h.noMember(h.etl.Ref(), "pia")
	if got := allOf(h, core.Tx.Grants, core.Scan{Prefix: core.Key{core.Num(h.etl)}}); len(got) != 0 {
		t.Errorf("grants are left: %+v", got)
	}
	_, err := h.as("sam").RestoreProject(ctx, h.etl, 0)
	refused(t, err, core.ReasonNotFound)
	_, err = h.as("sam").PurgeProject(ctx, h.etl)
	refused(t, err, core.ReasonNotFound)
}

func TestEarlyPurge(t *testing.T) { // DR6, DR9
	h := newFixture(t)
	_, err := h.as("sam").PurgeProject(ctx, h.etl)
	refused(t, err, core.ReasonNotDeleted)
	h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)
	h.addGrant(h.etl, "DEV_TEAM", core.RoleReadOnly)
	must(h.as("lea").JoinProject(ctx, h.etl, entryP()))(t)
	v := h.visitor("lea")
	must(h.as("pia").DeleteProject(ctx, h.etl, 0))(t)
	for _, who := range []string{"ana", "pia", "lea", "otto"} {
		_, err := h.as(who).PurgeProject(ctx, h.etl)
		refused(t, err, core.ReasonForbidden)
		_, err = h.as(who).RestoreProject(ctx, h.etl, 0)
		refused(t, err, core.ReasonForbidden)
	}
	blocked := func(by string) {
		t.Helper()
		_, err := h.as("sam").PurgeProject(ctx, h.etl)
		refused(t, err, core.ReasonHasAccessEntries)
		if want := "Nightly ETL is still open to " + by + "."; core.AsError(err).Message != want {
			t.Errorf("message %q, want %q", core.AsError(err).Message, want)
		}
	}
	blocked("DEV_TEAM")
	h.put(func(tx core.Tx) error {
		for _, level := range []core.Role{core.RoleGuest, core.RoleReadOnly} {
			if err := tx.Grants().Delete(core.GrantKey{Project: h.etl, RoleID: "DEV_TEAM", Level: level}); err != nil {
				return err
			}
		}
		return nil
	})
	blocked("lea@partner-one.test, pia@data.test")
	must(h.as("sam").RevokeVisit(ctx, v.ID, 0, ""))(t) // Support may empty a deleted project
	blocked("pia@data.test")
	allowed(t, h.as("sam").RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0))
	h.writes(1, func() { must(h.as("sam").PurgeProject(ctx, h.etl))(t) })
	_, err = h.as("sam").PurgeProject(ctx, h.etl)
	refused(t, err, core.ReasonNotFound)
}

func TestEarlyPurgeLooksAtEverybody(t *testing.T) { // DR9, TM5: behind many who are past their end, one is not
	h := newFixture(t)
	h.dropMember(h.etl.Ref(), "pia")
	for i := range 60 {
		name := fmt.Sprintf("u%d", i)
		h.addAccount(name, name+"@data.test")
		h.addUser(h.etl, name, core.RoleGuest, func(m *core.Membership) { m.Until = h.in(time.Hour) })
	}
	h.addAccount("zoe", "zoe@data.test")
	h.addUser(h.etl, "zoe", core.RoleGuest)
	must(h.as("ana").DeleteProject(ctx, h.etl, 0))(t)
	h.clock.move(time.Hour) // no sweep
	_, err := h.as("sam").PurgeProject(ctx, h.etl)
	refused(t, err, core.ReasonHasAccessEntries)
	if want := "Nightly ETL is still open to zoe@data.test."; core.AsError(err).Message != want {
		t.Errorf("message %q, want %q", core.AsError(err).Message, want)
	}
}

func TestRestoreNeedsTheOrganization(t *testing.T) { // DR13
	h := newFixture(t)
	must(h.as("pia").DeleteProject(ctx, h.etl, 0))(t)
	allowed(t, h.as("ana").DeleteOrganization(ctx, h.acme, 0))
	_, err := h.as("sam").RestoreProject(ctx, h.etl, 0)
	refused(t, err, core.ReasonOrganizationDeleted)
	h.pass(60 * core.Day)
	if got := h.project(h.etl).State; got != core.ProjectPurged {
		t.Errorf("project: %s", got)
	}
}

func TestExpiryOfProjects(t *testing.T) { // P11, P12, R13
	h := newFixture(t)
	must(h.as("sam").SetProject(ctx, h.etl, 0, core.ProjectPatch{Expires: ptr(h.in(10 * core.Day))}))(t)
	h.pass(3*core.Day - time.Second)
	h.notTold("pia", core.NoticeProjectExpires)
	h.writes(0, func() { h.pass(time.Second) })
	for _, who := range []string{"pia", "ana", "ben"} {
		if n := h.told(who, core.NoticeProjectExpires); n.Subject != "Nightly ETL expires on 2026-03-12" {
			t.Errorf("%s is told %q", who, n.Subject)
		}
	}
	h.pass(core.Day)
	h.told("pia", core.NoticeProjectExpires) // once

	must(h.as("sam").SetProject(ctx, h.etl, 0, core.ProjectPatch{Expires: ptr(h.in(3 * core.Day))}))(t)
	h.sweep()
	if got := len(h.inbox("pia")); got != 2 {
		t.Errorf("Pia has %d notices, want a new one for the new date", got)
	}
	h.writes(1, func() { h.pass(3 * core.Day) })
	p := h.project(h.etl)
	if p.State != core.ProjectDeleted || p.DeletedBy != 0 || p.Deleted != h.now() {
		t.Errorf("project: %+v", p)
	}
	h.lastEvent(h.acme.Ref(), "project.expire")
	h.told("pia", core.NoticeProjectDeleted)

	must(h.as("sam").RestoreProject(ctx, h.etl, h.in(-time.Hour)))(t) // a past moment: the next sweep deletes (P11)
	h.sweep()
	if got := h.project(h.etl).State; got != core.ProjectDeleted {
		t.Errorf("project: %s", got)
	}
}

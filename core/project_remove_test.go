package core_test

import (
	"strings"
	"testing"

	"gatehouse/core"
)

// OR12: what keeps a project from being removed for good, in its order, and what happens when it is.
func TestRemoveProject(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	h.addUser(h.etl, "ana", core.RoleProjectAdmin)
	inv := h.addInvitation(h.etl.Ref(), "otto", "ana")
	q := must(h.as("sam").FileRequest(ctx, h.etl, entry()))(t)
	sue := must(h.as("sue").FileRequest(ctx, h.etl, entry()))(t)
	must(h.as("pia").ApproveRequest(ctx, sue.ID, 0, core.Term{}))(t)
	must(h.as("pia").OpenTicket(ctx, h.etl, core.TicketInput{Subject: "Help", Body: "Please"}))(t)
	h.addGrant(h.etl, "DEV", core.RoleGuest)
	h.addGrant(h.etl, "DEV", core.RoleReadOnly)
	ana := h.as("ana")
	bucket := core.Bucket{Version: 1, Project: h.etl, Organization: h.acme, Name: "loads", Owner: h.id("pia"), Created: h.now()}
	h.put(func(tx core.Tx) error {
		bucket.ID = core.BucketID(h.nextID(tx, core.KindBucket))
		return tx.Buckets().Put(bucket)
	})
	steps := []struct {
		name  string
		want  core.Reason
		says  string
		clear func() error
	}{
		{"a role", core.ReasonHasAccessEntries, "open to DEV.", func() error { return ana.RevokeGrant(ctx, h.etl, "DEV", "") }},
		{"people, not oneself", core.ReasonHasAccessEntries, "open to sue@support.test, pia@data.test.", func() error { return ana.RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0) }},
		{"a visitor", core.ReasonHasAccessEntries, "open to sue@support.test.", func() error { return ana.RemoveMember(ctx, h.etl.Ref(), h.id("sue"), 0) }},
		{"a bucket", core.ReasonHasBuckets, "1 bucket", func() error {
			return h.Store().Update(ctx, func(tx core.Tx) error { return tx.Buckets().Delete(bucket.ID) })
		}},
	}
	for _, s := range steps {
		_, err := ana.RemoveProject(ctx, h.etl, 0)
		refused(t, err, s.want)
		if !strings.Contains(err.Error(), s.says) {
			t.Errorf("%s: %v", s.name, err)
		}
		if i := must(ana.RemoveProjectImpact(ctx, h.etl))(t); i.Refused == nil || i.Refused.Reason != s.want {
			t.Errorf("%s: the impact is %+v", s.name, i)
		}
		allowed(t, s.clear())
	}
	impact := must(ana.RemoveProjectImpact(ctx, h.etl))(t)
	if impact.Refused != nil || impact.Requests != 1 || impact.Invitations != 1 || impact.Tickets != 1 || impact.Users != 1 {
		t.Errorf("the impact is %+v", impact)
	}
	n := h.countEvents()
	must(ana.RemoveProject(ctx, h.etl, 0))(t)
	if h.countEvents() != n+1 {
		t.Errorf("%d events", h.countEvents()-n)
	}
	h.lastEvent(h.acme.Ref(), "project.remove")
	h.noMember(h.etl.Ref(), "ana")
	if got := h.request(q.ID).State; got != core.RequestVoid {
		t.Errorf("the request is %s", got)
	}
	if got := h.invitation(inv).State; got != core.InvitationVoid {
		t.Errorf("the invitation is %s", got)
	}
	if tickets := allOf(h, core.Tx.Tickets, core.Scan{}); tickets[0].State != core.TicketClosed {
		t.Errorf("the ticket is %+v", tickets[0])
	}
	if p := must(ana.Project(ctx, h.etl))(t); p.State != core.ProjectPurged || p.Purged != h.now() || p.Users != 0 {
		t.Errorf("what remains: %+v (section 13)", p)
	}
	_, err := ana.OpenContent(ctx, h.etl)
	refused(t, err, core.ReasonNotFound)
	refused(t, onlyErr(h.as("otto").Project(ctx, h.etl)), core.ReasonNotFound)
}

// 6.3: who removes for good.
func TestRemoveProjectRights(t *testing.T) {
	for who, want := range map[string]core.Reason{
		"pia": core.ReasonOrgMembersOnly, "lea": core.ReasonOrgMembersOnly, "sam": core.ReasonOrgMembersOnly, "otto": core.ReasonForbidden,
		"gus": core.ReasonRoleRestricted,
	} {
		h := newFixture(t)
		h.addAccount("gus", "gus@data.test")
		h.addUser(h.etl, "gus", core.RoleGuest)
		_, err := h.as(who).RemoveProject(ctx, h.etl, 0)
		refused(t, err, want)
		_, err = h.as(who).RemoveProjectImpact(ctx, h.etl)
		refused(t, err, want)
	}
}

// DR14: the counts of the delete card.
func TestDeleteProjectImpact(t *testing.T) {
	h := newFixture(t)
	must(h.as("sue").JoinProject(ctx, h.etl, entryP()))(t)
	h.addGrant(h.etl, "DEV", core.RoleGuest)
	i := must(h.as("pia").DeleteProjectImpact(ctx, h.etl))(t)
	if i.Users != 1 || i.Visits != 1 || i.Grants != 1 || i.Until != h.in(core.Grace) {
		t.Errorf("the impact is %+v", i)
	}
	_, err := h.as("lea").DeleteProjectImpact(ctx, h.etl)
	refused(t, err, core.ReasonForbidden)
}

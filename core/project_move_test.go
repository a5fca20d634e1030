package core_test

import (
	"strings"
	"testing"

	"gatehouse/core"
)

// twoHouses adds Beta under the same maintainer and Gamma under another one.
func twoHouses(h *fixture) (beta, gamma core.OrganizationID, partnerTwo core.MaintainerID) {
	h.t.Helper()
	h.addAccount("tom", "tom@partner-two.test", func(a *core.Account) { a.Expires, a.TOTP = h.in(300*core.Day), h.secret() })
	partnerTwo = h.addMaintainer("Partner Two", "tom")
	beta = h.addOrganization(h.partnerOne, "Beta")
	h.addMember(beta.Ref(), "ben", core.RoleDefault, core.RoleAdmin)
	gamma = h.addOrganization(partnerTwo, "Gamma")
	h.addMember(gamma.Ref(), "ben", core.RoleDefault, core.RoleAdmin)
	return beta, gamma, partnerTwo
}

// H14: who may move, on both sides.
func TestMoveProjectRights(t *testing.T) {
	both := func(h *fixture, two core.MaintainerID) { h.addMember(two.Ref(), "lea") }
	off := func(h *fixture, _ core.MaintainerID) { h.autoJoin(false) }
	for name, c := range map[string]struct {
		who     string
		given   []func(*fixture, core.MaintainerID)
		foreign bool // to Gamma, of the other maintainer
		want    core.Reason
	}{
		"maintainer member, same maintainer":        {who: "lea"},
		"maintainer member of the source only":      {who: "lea", foreign: true, want: core.ReasonForbidden},
		"maintainer member of both":                 {who: "lea", given: []func(*fixture, core.MaintainerID){both}, foreign: true},
		"maintainer member of the target only":      {who: "tom", foreign: true, want: core.ReasonForbidden},
		"Support":                                   {who: "sam", foreign: true},
		"an administrator is no staff":              {who: "ana", want: core.ReasonForbidden},
		"a full-role user is no staff":              {who: "pia", want: core.ReasonForbidden},
		"an outsider":                               {who: "otto", want: core.ReasonForbidden},
		"Auto Join off: staff outside":              {who: "lea", given: []func(*fixture, core.MaintainerID){off}, want: core.ReasonForbidden},
		"Auto Join off: Support outside":            {who: "sam", given: []func(*fixture, core.MaintainerID){off}, want: core.ReasonForbidden},
		"Auto Join off: staff who is administrator": {who: "lea", given: []func(*fixture, core.MaintainerID){off, memberOf("lea", core.RoleAdmin)}},
		"Auto Join off: staff with a full role":     {who: "lea", given: []func(*fixture, core.MaintainerID){off, userOf("lea", core.RoleProjectAdmin)}},
		"staff with a limited role":                 {who: "lea", given: []func(*fixture, core.MaintainerID){userOf("lea", core.RoleGuest)}, want: core.ReasonRoleRestricted},
		"staff without MFA where it is required":    {who: "lea", given: []func(*fixture, core.MaintainerID){func(h *fixture, _ core.MaintainerID) { h.requireMFA(); h.setMFA("lea", false) }}, want: core.ReasonMFARequired},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			beta, gamma, two := twoHouses(h)
			to := beta
			if c.foreign {
				to = gamma
			}
			for _, g := range c.given {
				g(h, two)
			}
			before := h.project(h.etl)
			_, ierr := h.as(c.who).MoveImpact(ctx, h.etl, to)
			p, err := h.as(c.who).MoveProject(ctx, h.etl, before.Version, to)
			if c.want != "" {
				refused(t, err, c.want)
				refused(t, ierr, c.want)
				return
			}
			allowed(t, ierr)
			allowed(t, err)
			if p.Organization != to || p.Version != before.Version+1 {
				t.Errorf("the project is %+v", p)
			}
			n := h.countEvents()
			if c.who == "sam" { // F11, where the right is still there
				must(h.as("sam").MoveProject(ctx, h.etl, 0, to))(t)
				if h.countEvents() != n {
					t.Error("no change wrote an event")
				}
			}
		})
	}
}

func memberOf(who string, roles ...string) func(*fixture, core.MaintainerID) {
	return func(h *fixture, _ core.MaintainerID) {
		h.addMember(h.acme.Ref(), who, append(roles, core.RoleDefault)...)
	}
}

func userOf(who string, role core.Role) func(*fixture, core.MaintainerID) {
	return func(h *fixture, _ core.MaintainerID) { h.addUser(h.etl, who, role) }
}

// H13, V6: what stays, what follows, what ends, and the two linked events.
func TestMoveProject(t *testing.T) {
	h := newFixture(t)
	_, gamma, two := twoHouses(h)
	h.autoJoin(false)
	h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)
	h.addAccount("art", "art@acme.test")
	h.addMember(h.acme.Ref(), "art", core.RoleDefault, "DEV_TEAM")
	inv := h.addInvitation(h.etl.Ref(), "otto", "pia")
	q := must(h.as("sue").FileRequest(ctx, h.etl, entry()))(t)
	wait := must(h.as("max").FileRequest(ctx, h.etl, entry()))(t)
	must(h.as("pia").ApproveRequest(ctx, q.ID, 0, core.Term{}))(t)
	lq := must(h.as("lea").FileRequest(ctx, h.etl, entry()))(t)
	must(h.as("pia").ApproveRequest(ctx, lq.ID, 0, core.Term{}))(t)
	ticket := must(h.as("pia").OpenTicket(ctx, h.etl, core.TicketInput{Subject: "Help", Body: "Please"}))(t)
	h.autoJoin(true)

	impact := must(h.as("sam").MoveImpact(ctx, h.etl, gamma))(t)
	if len(impact.Grants) != 1 || impact.RoleUsers != 1 || len(impact.Visits) != 1 || impact.Visits[0].Who.Email != "lea@partner-one.test" ||
		impact.Users != 1 || impact.Requests != 1 || impact.Invitations != 1 || impact.Tickets != 1 || impact.Refused != nil || impact.To.Name != "Gamma" {
		t.Errorf("the impact is %+v", impact)
	}
	must(h.as("sam").MoveProject(ctx, h.etl, 0, gamma))(t)

	p := h.project(h.etl)
	if p.Organization != gamma || p.Maintainer != two {
		t.Errorf("the project is %+v", p)
	}
	h.user(h.etl, "pia")
	h.user(h.etl, "sue") // Support is staff everywhere
	h.noMember(h.etl.Ref(), "lea")
	_, err := h.as("art").OpenContent(ctx, h.etl)
	refused(t, err, core.ReasonForbidden)
	if got := h.invitation(inv).State; got != core.InvitationPending {
		t.Errorf("the invitation is %s", got)
	}
	for _, r := range h.requests(h.etl) {
		if r.Organization != gamma {
			t.Errorf("request %d stands under %d", r.ID, r.Organization)
		}
	}
	if got := h.request(wait.ID).State; got != core.RequestPending {
		t.Errorf("the pending request is %s", got)
	}
	for _, v := range allOf(h, core.Tx.Visits, core.Scan{Index: core.VisitsOfUnit, Prefix: core.RefKey(h.etl.Ref())}) {
		if v.Organization != gamma || (v.Account == h.id("lea")) != (v.State == core.VisitEnded) {
			t.Errorf("the visit is %+v", v)
		}
	}
	moved := allOf(h, core.Tx.Tickets, core.Scan{})
	if len(moved) != 1 || moved[0].ID != ticket.ID || moved[0].Organization != gamma || moved[0].Maintainer != two || moved[0].State != core.TicketOpen {
		t.Errorf("the tickets are %+v", moved)
	}
	out := h.lastEvent(h.acme.Ref(), "project.move_out")
	in := h.lastEvent(gamma.Ref(), "project.move_in")
	if in.Linked == "" || !strings.Contains(in.Linked, out.Chain.String()) {
		t.Errorf("the events are not linked: %+v", in)
	}
	// R24, R10: the request of somebody who is no staff there can only be rejected.
	_, err = h.as("pia").ApproveRequest(ctx, wait.ID, 0, core.Term{})
	refused(t, err, core.ReasonNoLongerStaff)
	must(h.as("pia").RejectRequest(ctx, wait.ID, 0, ""))(t)
	_, err = h.as("sam").MoveProject(ctx, h.etl, p.Version-1, h.acme)
	refused(t, err, core.ReasonStale)
}

// SB15: shared or linked buckets keep a project where it is.
func TestMoveProjectWithSharedBucket(t *testing.T) {
	h := newFixture(t)
	beta, _, _ := twoHouses(h)
	b := core.Bucket{ID: 1, Version: 1, Project: h.etl, Organization: h.acme, Name: "loads", Owner: h.id("pia"), Created: h.now()}
	h.put(func(tx core.Tx) error {
		b.ID = core.BucketID(h.nextID(tx, core.KindBucket))
		return tx.Buckets().Put(b)
	})
	share := func(s *core.Sharing) {
		h.put(func(tx core.Tx) error { b.Share = s; return tx.Buckets().Put(b) })
	}
	share(&core.Sharing{Type: core.ShareProjectMembers, By: h.id("pia"), At: h.now()})
	_, err := h.as("lea").MoveProject(ctx, h.etl, 0, beta)
	refused(t, err, core.ReasonHasLinks)
	if i := must(h.as("lea").MoveImpact(ctx, h.etl, beta))(t); i.Refused == nil || i.Refused.Reason != core.ReasonHasLinks {
		t.Errorf("the impact is %+v", i)
	}
	share(nil)
	must(h.as("lea").MoveProject(ctx, h.etl, 0, beta))(t)
	h.get(func(tx core.Tx) error {
		got, _, err := tx.Buckets().Get(b.ID)
		if got.Organization != beta {
			t.Errorf("the bucket is %+v", got)
		}
		return err
	})
}

// H15, V6: an organization goes to another maintainer with its projects and tickets; visits of the old staff end.
func TestMoveOrganization(t *testing.T) {
	for who, want := range map[string]core.Reason{
		"sam": "", "max": "", "lea": core.ReasonForbidden, "tom": core.ReasonForbidden, "ana": core.ReasonForbidden,
		"rex": core.ReasonAdminRoleRequired, "otto": core.ReasonForbidden, "amy": "",
	} {
		t.Run(who, func(t *testing.T) {
			h := newFixture(t)
			_, _, two := twoHouses(h)
			h.addAccount("rex", "rex@acme.test")
			h.addMember(h.acme.Ref(), "rex", core.RoleDefault)
			h.addAccount("amy", "amy@acme.test", func(a *core.Account) { a.Expires, a.TOTP = h.in(300*core.Day), h.secret() })
			h.addMember(h.acme.Ref(), "amy", core.RoleDefault, core.RoleAdmin) // an administrator who is staff of both
			for _, n := range []string{"max", "amy"} {
				h.addMember(two.Ref(), n)
			}
			h.addMember(h.partnerOne.Ref(), "amy")
			must(h.as("lea").JoinProject(ctx, h.etl, entryP()))(t)
			must(h.as("lea").JoinOrganization(ctx, h.acme, entry()))(t)
			must(h.as("max").JoinProject(ctx, h.etl, entryP()))(t)
			must(h.as("pia").OpenTicket(ctx, h.etl, core.TicketInput{Subject: "Help", Body: "Please"}))(t)
			gone := h.addProject(h.acme, "Old")
			must(h.as("ana").DeleteProject(ctx, gone, 0))(t)
			impact, ierr := h.as(who).OrganizationMoveImpact(ctx, h.acme, two)
			o, err := h.as(who).MoveOrganization(ctx, h.acme, 0, two)
			if want != "" {
				refused(t, err, want)
				refused(t, ierr, want)
				return
			}
			allowed(t, ierr)
			allowed(t, err)
			if impact.Ending != 2 || len(impact.Visits) != 2 || impact.Projects != 1 || impact.Tickets != 1 || impact.To.Name != "Partner Two" {
				t.Errorf("the impact is %+v", impact)
			}
			if o.Maintainer != two || h.project(h.etl).Maintainer != two || h.project(gone).Maintainer != two {
				t.Errorf("the organization is %+v", o)
			}
			h.noMember(h.etl.Ref(), "lea")
			h.noMember(h.acme.Ref(), "lea")
			h.user(h.etl, "max")
			if tickets := allOf(h, core.Tx.Tickets, core.Scan{Index: core.TicketsOfMaintainer, Prefix: core.Key{core.Num(two)}}); len(tickets) != 1 {
				t.Errorf("the tickets of the new maintainer are %+v", tickets)
			}
			h.lastEvent(h.acme.Ref(), "organization.maintainer_set")
			h.lastEvent(h.partnerOne.Ref(), "maintainer.organization_out")
			if e := h.lastEvent(two.Ref(), "maintainer.organization_in"); e.Linked == "" {
				t.Errorf("the event is not linked: %+v", e)
			}
			n := h.countEvents()
			must(h.as("sam").MoveOrganization(ctx, h.acme, 0, two))(t)
			if h.countEvents() != n {
				t.Error("no change wrote an event (F11)")
			}
			_, err = h.as("sam").MoveOrganization(ctx, h.acme, 1, h.partnerOne)
			refused(t, err, core.ReasonStale)
			_, err = h.as("sam").MoveOrganization(ctx, h.acme, 0, 99)
			refused(t, err, core.ReasonNotFound)
		})
	}
}

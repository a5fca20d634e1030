package core_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// U1, OR11: somebody removed from the organization and from projects in one action comes back to all of them, with one
// event; all or nothing.
func TestUndoRemovalOfSeveral(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	h.addUser(h.etl, "ben", core.RoleGuest)
	reports := h.addProject(h.acme, "Reports")
	h.addUser(reports, "ben", core.RoleReadOnly)
	allowed(t, h.as("ana").RemoveMemberAndUses(ctx, h.acme, h.id("ben"), 0, []core.ProjectID{h.etl, reports}))
	h.noMember(h.etl.Ref(), "ben")
	v, ok, err := h.as("ana").LastUndo(ctx)
	allowed(t, err)
	if !ok || v.Action != "member.remove" {
		t.Errorf("would undo %+v", v)
	}
	n := h.countEvents()
	h.undone(t, "ana", h.acme.Ref())
	if h.countEvents() != n+1 {
		t.Errorf("%d events", h.countEvents()-n)
	}
	if m := h.user(h.etl, "ben"); m.Role != core.RoleGuest {
		t.Errorf("came back as %+v", m)
	}
	if m := h.user(reports, "ben"); m.Role != core.RoleReadOnly {
		t.Errorf("came back as %+v", m)
	}
	if m, ok := h.membership(h.acme.Ref(), "ben"); !ok || !m.Admin() {
		t.Errorf("came back as %+v", m)
	}

	allowed(t, h.as("ana").RemoveMemberAndUses(ctx, h.acme, h.id("ben"), 0, []core.ProjectID{h.etl, reports}))
	must(h.as("ana").DeleteProject(ctx, reports, 0))(t)
	_, err = h.as("ana").Undo(ctx, core.EventRef{})
	refused(t, err, core.ReasonNotFound)
	h.noMember(h.acme.Ref(), "ben")
	h.noMember(h.etl.Ref(), "ben")
}

// U1: a cancelled invitation is pending again with its lapse and its code; not when the person is inside or was invited
// anew.
func TestUndoCancel(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	i, code, err := h.as("pia").Invite(ctx, core.InviteInput{Unit: h.etl.Ref(), Email: "new@data.test"})
	allowed(t, err)
	must(h.as("pia").CancelInvitation(ctx, i.ID, 0))(t)
	_, err = h.Redeem(ctx, code.Code, "Nia")
	refused(t, err, core.ReasonCodeInvalid)
	h.undone(t, "pia", h.acme.Ref())
	if again := h.invitation(i.ID); again.State != core.InvitationPending || again.Lapses != i.Lapses || again.Ended != 0 {
		t.Errorf("invitation: %+v", again)
	}
	acc := must(h.Redeem(ctx, code.Code, "Nia"))(t)
	must(h.As(acc.ID).AcceptInvitation(ctx, i.ID, 0))(t)

	o, _, err := h.as("pia").Invite(ctx, core.InviteInput{Unit: h.etl.Ref(), Email: "otto@elsewhere.test"})
	allowed(t, err)
	must(h.as("pia").CancelInvitation(ctx, o.ID, 0))(t)
	_, _, err = h.as("ana").Invite(ctx, core.InviteInput{Unit: h.etl.Ref(), Email: "otto@elsewhere.test"})
	allowed(t, err)
	_, err = h.as("pia").Undo(ctx, core.EventRef{})
	refused(t, err, core.ReasonAlreadyInvited)
}

// U1: the name of a bucket, unless it is taken now.
func TestUndoBucketName(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	pia := h.as("pia")
	b := must(pia.CreateBucket(ctx, h.etl, core.BucketInput{Name: "raw"}))(t)
	must(pia.SetBucket(ctx, b.ID, 0, core.BucketPatch{Name: ptr("cooked"), Description: ptr("as it is")}))(t)
	h.undone(t, "pia", h.acme.Ref())
	if v := must(pia.Bucket(ctx, b.ID))(t); v.Name != "raw" || v.Description != "as it is" {
		t.Errorf("bucket: %+v", v)
	}
	must(pia.SetBucket(ctx, b.ID, 0, core.BucketPatch{Name: ptr("cooked")}))(t)
	must(h.as("ana").CreateBucket(ctx, h.etl, core.BucketInput{Name: "Raw"}))(t)
	_, err := pia.Undo(ctx, core.EventRef{})
	refused(t, err, core.ReasonNameTaken)
}

// Trust section 3: whatever people do and undo, in whatever order, no invariant breaks. What is refused is part of it;
// the fixture looks at the house at the end of each run.
func TestUndoKeepsInvariants(t *testing.T) {
	suite.Sequential(t)
	ctx := context.Background()
	rapid.Check(t, func(rt *rapid.T) {
		h := newFixture(rt)
		h.setMFA("ana", true)
		h.addGrant(h.etl, "DEV_TEAM", core.RoleGuest)
		people := []string{"ana", "ben", "pia", "sam", "lea", "otto"}
		person := func(what string) string { return rapid.SampledFrom(people).Draw(rt, what) }
		requests := 0
		steps := rapid.IntRange(5, 40).Draw(rt, "steps")
		for range steps {
			a, other := h.as(person("actor")), h.id(person("other"))
			q := core.RequestID(rapid.IntRange(1, max(requests, 1)).Draw(rt, "request"))
			switch rapid.IntRange(0, 15).Draw(rt, "step") {
			case 0:
				if _, err := a.FileRequest(ctx, h.etl, entry()); err == nil {
					requests++
				}
			case 1:
				_, _ = a.RejectRequest(ctx, q, 0, "")
			case 2:
				_, _ = a.ApproveRequest(ctx, q, 0, core.Term{})
			case 3:
				_, _ = a.SetAutoJoin(ctx, h.acme, 0, rapid.Bool().Draw(rt, "on"))
			case 4:
				_, _ = a.SetRole(ctx, h.etl, other, 0, rapid.SampledFrom([]core.Role{core.RoleGuest, core.RoleReadOnly, core.RoleProjectAdmin}).Draw(rt, "role"))
			case 5:
				_ = a.RemoveMember(ctx, h.etl.Ref(), other, 0)
			case 6:
				_ = a.RemoveMember(ctx, h.acme.Ref(), other, 0)
			case 7:
				_, _, _ = a.AddMember(ctx, core.AddInput{Unit: h.etl.Ref(), Email: must(h.As(other).Me(ctx))(rt).Email})
			case 8:
				_, _ = a.AssignRoles(ctx, h.acme, other, 0, []string{"DEV_TEAM"}, nil)
			case 9:
				_, _ = a.RequireMFA(ctx, h.acme, 0, true)
			case 10:
				_, _ = a.MFAOff(ctx, h.acme, 0)
			case 11:
				_, _ = a.DeleteProject(ctx, h.etl, 0)
			case 12:
				h.pass(time.Duration(rapid.IntRange(1, 3*60).Draw(rt, "minutes")) * time.Minute)
			case 13:
				_ = a.RemoveMember(ctx, h.partnerOne.Ref(), other, 0)
			default:
				_, _ = a.Undo(ctx, core.EventRef{})
			}
		}
	})
}

// AU4, AU14: whatever of a project is undone after it was moved stands in the chain of its organization of now, and the
// chain in which the action stands has a linked event.
func TestUndoAfterAMoveStandsInBothChains(t *testing.T) {
	for name, act := range map[string]func(h *fixture) string{
		"rename": func(h *fixture) string {
			must(h.as("pia").RenameProject(ctx, h.etl, 0, "Daily ETL"))(h.t)
			return "pia"
		},
		"role": func(h *fixture) string {
			h.addUser(h.etl, "otto", core.RoleGuest)
			must(h.as("pia").SetRole(ctx, h.etl, h.id("otto"), 0, core.RoleReadOnly))(h.t)
			return "pia"
		},
		"removal": func(h *fixture) string {
			h.addUser(h.etl, "otto", core.RoleGuest)
			allowed(h.t, h.as("pia").RemoveMember(ctx, h.etl.Ref(), h.id("otto"), 0))
			return "pia"
		},
		"rejection": func(h *fixture) string {
			h.autoJoin(false)
			q := must(h.as("sam").FileRequest(ctx, h.etl, entry()))(h.t)
			must(h.as("pia").RejectRequest(ctx, q.ID, 0, ""))(h.t)
			h.autoJoin(true)
			return "pia"
		},
		"invitation": func(h *fixture) string {
			i, _, err := h.as("pia").Invite(ctx, core.InviteInput{Unit: h.etl.Ref(), Email: "otto@elsewhere.test"})
			allowed(h.t, err)
			must(h.as("pia").CancelInvitation(ctx, i.ID, 0))(h.t)
			return "pia"
		},
		"bucket": func(h *fixture) string {
			b := must(h.as("pia").CreateBucket(ctx, h.etl, core.BucketInput{Name: "raw"}))(h.t)
			must(h.as("pia").SetBucket(ctx, b.ID, 0, core.BucketPatch{Name: ptr("cooked")}))(h.t)
			return "pia"
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			beta := h.addOrganization(h.partnerOne, "Beta")
			h.addMember(beta.Ref(), "ben", core.RoleDefault, core.RoleAdmin)
			who := act(h)
			events := h.chain(h.acme.Ref())
			done := events[len(events)-1]
			must(h.as("sam").MoveProject(ctx, h.etl, 0, beta))(t)
			must(h.as(who).Undo(ctx, core.EventRef{}))(t)
			main := h.lastEvent(beta.Ref(), "undo")
			if want := h.acme.Ref().String() + "#" + itoa(done.Sequence); main.Changes[0].After != want || len(main.Changes) < 2 {
				t.Errorf("the event of Beta: %+v, want that it undoes %s", main.Changes, want)
			}
			linked := h.lastEvent(h.acme.Ref(), "undo")
			if want := beta.Ref().String() + "#" + itoa(main.Sequence); linked.Linked != want || linked.Changes[0].After != itoa(done.Sequence) {
				t.Errorf("the event of Acme: %+v, want it linked to %s", linked, want)
			}
		})
	}
}

// AU14: of a removal from an organization and its projects each chain gets its own share, when a project was moved since.
func TestUndoOfSeveralAfterAMove(t *testing.T) {
	h := newFixture(t)
	beta := h.addOrganization(h.partnerOne, "Beta")
	h.addMember(beta.Ref(), "ana", core.RoleDefault, core.RoleAdmin)
	h.addUser(h.etl, "ben", core.RoleGuest)
	allowed(t, h.as("ana").RemoveMemberAndUses(ctx, h.acme, h.id("ben"), 0, []core.ProjectID{h.etl}))
	must(h.as("sam").MoveProject(ctx, h.etl, 0, beta))(t)
	must(h.as("ana").Undo(ctx, core.EventRef{}))(t)
	h.user(h.etl, "ben")
	main, other := h.lastEvent(h.acme.Ref(), "undo"), h.lastEvent(beta.Ref(), "undo")
	if main.Linked != "" || other.Linked == "" {
		t.Errorf("main %+v, linked %+v", main, other)
	}
	about := func(e core.Event) bool {
		for _, ch := range e.Changes {
			if ch.Subject != nil && *ch.Subject == h.etl.Ref() {
				return true
			}
		}
		return false
	}
	if about(main) || !about(other) {
		t.Errorf("the share of the project: Acme %+v, Beta %+v", main.Changes, other.Changes)
	}
}

// OR14, U1, rules.md part 1 no. 2: what is undone gives nobody a role that was deleted since, created anew or not.
func TestUndoGivesNoDeletedRole(t *testing.T) {
	for _, anew := range []bool{false, true} {
		h := newFixture(t)
		must(h.as("ana").CreateRole(ctx, h.acme, "dev team", "Develops"))(t)
		i, _, err := h.as("ana").Invite(ctx, core.InviteInput{Unit: h.acme.Ref(), Email: "otto@elsewhere.test", Roles: []string{"DEV_TEAM"}})
		allowed(t, err)
		must(h.as("ana").CancelInvitation(ctx, i.ID, 0))(t)
		allowed(t, h.as("ben").DeleteRole(ctx, h.acme, "DEV_TEAM"))
		if anew {
			must(h.as("ben").CreateRole(ctx, h.acme, "dev team", "Something else"))(t)
		}
		h.undone(t, "ana", h.acme.Ref())
		if got := h.invitation(i.ID).Roles; len(got) != 1 || got[0] != core.RoleDefault {
			t.Errorf("created anew %v: the invitation gives %v", anew, got)
		}

		h = newFixture(t)
		must(h.as("ana").CreateRole(ctx, h.acme, "dev team", "Develops"))(t)
		must(h.as("ana").AssignRoles(ctx, h.acme, h.id("ben"), 0, []string{"DEV_TEAM"}, nil))(t)
		allowed(t, h.as("ana").RemoveMember(ctx, h.acme.Ref(), h.id("ben"), 0))
		allowed(t, h.as("ana").DeleteRole(ctx, h.acme, "DEV_TEAM"))
		want := core.ReasonInvalidRole
		if anew {
			must(h.as("ana").CreateRole(ctx, h.acme, "dev team", "Something else"))(t)
			want = core.ReasonUndoStale
		}
		_, err = h.as("ana").Undo(ctx, core.EventRef{})
		refused(t, err, want)
	}
}

package core_test

import (
	"testing"
	"time"

	"gatehouse/core"
)

// Issue C, access.md F5, trust.md: a mail whose matter is over, or that nobody wants any more, is not sent.
func TestOvertakenMailIsNotSent(t *testing.T) {
	add := func(h *fixture) { h.put1(h.add("ana", core.AddInput{Unit: h.etl.Ref(), Email: otto})) }
	remove := func(h *fixture) { allowed(h.t, h.as("ana").RemoveMember(ctx, h.etl.Ref(), h.id("otto"), 0)) }
	invite := func(h *fixture) { h.invited("pia", otto) }
	disable := func(h *fixture) { h.disable() }
	for name, c := range map[string]struct {
		what   core.Notice
		to     string
		do     func(h *fixture)
		undone func(h *fixture)
	}{
		"invited, cancelled":    {core.NoticeInvitationSent, "otto", invite, func(h *fixture) { must(h.as("pia").CancelInvitation(ctx, 1, 0))(h.t) }},
		"invited, lapsed":       {core.NoticeInvitationSent, "otto", invite, func(h *fixture) { h.clock.move(8 * core.Day) }},
		"invited, unit gone":    {core.NoticeInvitationSent, "otto", invite, func(h *fixture) { h.deleteProject() }},
		"invited, account gone": {core.NoticeInvitationSent, "otto", invite, func(h *fixture) { allowed(h.t, h.as("sam").RemoveAccount(ctx, h.id("otto"), "GDPR erasure")) }},
		"invited, mail off":     {core.NoticeInvitationSent, "otto", invite, func(h *fixture) { h.editAccount("otto", func(a *core.Account) { a.MailOff = true }) }},
		"added, removed":        {core.NoticeUserAdded, "otto", add, remove},
		"removed, undone": {core.NoticeUserRemoved, "otto", func(h *fixture) { add(h); h.deliver(); remove(h) }, func(h *fixture) {
			must(h.as("ana").Undo(ctx, core.EventRef{}))(h.t)
		}},
		"disabled, enabled": {core.NoticeProjectDisabled, "pia", disable, func(h *fixture) { must(h.as("sam").EnableProject(ctx, h.etl, 0))(h.t) }},
		"deleted, restored": {core.NoticeProjectDeleted, "pia", func(h *fixture) { h.deleteProject() }, func(h *fixture) {
			must(h.as("sam").RestoreProject(ctx, h.etl, 0))(h.t)
		}},
		"rejected, undone": {core.NoticeRequestRejected, "sam", func(h *fixture) {
			q := h.waits("sam")
			must(h.as("pia").RejectRequest(ctx, q.ID, 0, ""))(h.t)
		}, func(h *fixture) { must(h.as("pia").Undo(ctx, core.EventRef{}))(h.t) }},
		"approved, revoked": {core.NoticeRequestApproved, "sam", func(h *fixture) {
			q := h.waits("sam")
			must(h.as("pia").ApproveRequest(ctx, q.ID, 0, core.Term{}))(h.t)
		}, func(h *fixture) { allowed(h.t, h.as("pia").RemoveMember(ctx, h.etl.Ref(), h.id("sam"), 0)) }},
		"no longer seen": {core.NoticeStaffJoined, "pia", func(h *fixture) { must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(h.t) }, func(h *fixture) {
			allowed(h.t, h.as("ana").RemoveMember(ctx, h.etl.Ref(), h.id("pia"), 0))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			h := mailHouse(t)
			c.do(h)
			who := h.id(c.to)
			c.undone(h)
			for _, m := range h.deliver() {
				for _, n := range m.Notices {
					if n.Event == c.what && n.Recipient == who {
						t.Errorf("a mail went out: %q", n.Subject)
					}
				}
			}
		})
	}
}

// trust.md: what is withdrawn while a deliverer has it is not due again after a failure, and a code that has lapsed is not
// put into a mail that is tried late.
func TestWithdrawnWhileUnderWay(t *testing.T) {
	h := mailHouse(t)
	i := h.invited("pia", otto)
	mails := h.taken()
	if len(mails) != 1 {
		t.Fatalf("taken: %+v", mails)
	}
	must(h.as("pia").CancelInvitation(ctx, i.ID, 0))(t)
	allowed(t, h.MailFailed(ctx, mails[0].IDs(), "busy", false))
	h.clock.move(time.Hour)
	if again := h.taken(); len(again) != 0 {
		t.Errorf("due again: %+v", again)
	}
}

// AC19: a mail that is late carries no code that works no more: here that of an invitation which was sent again with
// another lapse before the first mail went out.
func TestLateMailCarriesNoCode(t *testing.T) {
	h := mailHouse(t)
	i, _, err := h.as("pia").Invite(ctx, core.InviteInput{Unit: h.etl.Ref(), Email: "new@data.test", Lapses: 60})
	allowed(t, err)
	h.clock.move(30 * time.Minute)
	_, _, err = h.as("pia").ResendInvitation(ctx, i.ID, 0, 7*24*60)
	allowed(t, err)
	h.clock.move(time.Hour)
	codes := 0
	for _, m := range h.deliver() {
		for _, n := range m.Notices {
			if n.Activation == "" {
				continue
			}
			codes++
			if n.CodeExpires.Passed(h.now()) {
				t.Errorf("a code that expired at %s goes to %s", n.CodeExpires, m.Address)
			}
		}
	}
	if codes != 1 {
		t.Errorf("%d codes go out", codes)
	}
}

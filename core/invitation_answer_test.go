package core_test

import (
	"context"
	"testing"
	"time"

	"gatehouse/core"
)

// I16: what is no longer pending can be neither accepted nor declined nor cancelled. It is a pure question.
func TestInvitationClosed(t *testing.T) {
	for _, c := range []struct {
		state core.InvitationState
		now   core.Moment
		want  core.Reason
	}{
		{core.InvitationPending, 99, ""},
		{core.InvitationPending, 100, core.ReasonLapsed}, // F7: at 100 it is over, swept or not (TM5)
		{core.InvitationLapsed, 50, core.ReasonLapsed},
		{core.InvitationLapsed, 100, core.ReasonLapsed},
		{core.InvitationAccepted, 50, core.ReasonAlreadyDecided},
		{core.InvitationDeclined, 100, core.ReasonAlreadyDecided},
		{core.InvitationCancelled, 100, core.ReasonAlreadyDecided},
		{core.InvitationSuperseded, 50, core.ReasonAlreadyDecided},
		{core.InvitationVoid, 50, core.ReasonAlreadyDecided},
	} {
		if got := (core.Invitation{State: c.state, Lapses: 100}).Closed(c.now); got != c.want {
			t.Errorf("%s at %d: %q, want %q", c.state, c.now, got, c.want)
		}
	}
}

// I16, F10: the same through the use cases, in every state; the sentence says who and when.
func TestAnsweringWhatIsOver(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		end    func(h *fixture, i core.Invitation)
		want   core.Reason
		says   string
		resend core.Reason
	}{
		"accepted": {
			func(h *fixture, i core.Invitation) { must(h.as("otto").AcceptInvitation(ctx, i.ID, 0))(h.t) },
			core.ReasonAlreadyDecided, "Invitation 1 was accepted by otto@elsewhere.test at 2026-03-02 10:00 UTC.", core.ReasonAlreadyDecided,
		},
		"declined": {
			func(h *fixture, i core.Invitation) { must(h.as("otto").DeclineInvitation(ctx, i.ID, 0))(h.t) },
			core.ReasonAlreadyDecided, "Invitation 1 was declined by otto@elsewhere.test at 2026-03-02 10:00 UTC.", core.ReasonAlreadyDecided,
		},
		"cancelled": {
			func(h *fixture, i core.Invitation) { must(h.as("ben").CancelInvitation(ctx, i.ID, 0))(h.t) },
			core.ReasonAlreadyDecided, "Invitation 1 was cancelled by ben@acme.test at 2026-03-02 10:00 UTC.", core.ReasonAlreadyDecided,
		},
		"superseded": {func(h *fixture, _ core.Invitation) {
			_, _, err := h.add("ana", core.AddInput{Unit: h.etl.Ref(), Email: otto})
			allowed(h.t, err)
		}, core.ReasonAlreadyDecided, "Invitation 1 was superseded by ana@acme.test at 2026-03-02 10:00 UTC.", core.ReasonAlreadyDecided},
		"void": {func(h *fixture, _ core.Invitation) {
			h.deleteProject()
			must(h.as("sam").RestoreProject(ctx, h.etl, 0))(h.t)
		}, core.ReasonAlreadyDecided, "Invitation 1 was made void by sam@support.test at 2026-03-02 10:00 UTC.", core.ReasonAlreadyDecided},
		"lapsed": {
			func(h *fixture, _ core.Invitation) { h.pass(7 * core.Day) },
			core.ReasonLapsed, "Invitation 1 lapsed at 2026-03-09 10:00 UTC.", "",
		},
		"due": {
			func(h *fixture, _ core.Invitation) { h.clock.move(7 * core.Day) },
			core.ReasonLapsed, "Invitation 1 lapsed at 2026-03-09 10:00 UTC.", "",
		},
		"unit gone": {func(h *fixture, _ core.Invitation) { h.deleteProject() }, notFound, "There is no project 1 that you may see.", notFound},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			i := h.invited("pia", otto)
			c.end(h, i)
			before := h.invitation(i.ID)
			_, accept := h.as("otto").AcceptInvitation(ctx, i.ID, 0)
			_, decline := h.as("otto").DeclineInvitation(ctx, i.ID, i.Version) // the old version does not matter (F10)
			_, cancel := h.as("pia").CancelInvitation(ctx, i.ID, i.Version)
			for what, err := range map[string]error{"accept": accept, "decline": decline} {
				refused(t, err, c.want)
				if got := core.AsError(err).Message; got != c.says {
					t.Errorf("%s: %q, want %q", what, got, c.says)
				}
			}
			refused(t, cancel, c.want)
			if got := h.invitation(i.ID); got.State != before.State || got.Version != before.Version {
				t.Errorf("it has changed from %+v to %+v", before, got)
			}
			_, _, err := h.as("pia").ResendInvitation(ctx, i.ID, 0, 0)
			expect(t, err, c.resend)
		})
	}
}

// A9: who answers, and what refuses first.
func TestAnswerRights(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		given           func(*fixture)
		who             string
		accept, decline core.Reason
	}{
		"the invitee":                    {nil, "otto", "", ""},
		"the inviter":                    {nil, "pia", forbidden, forbidden},
		"another user":                   {nil, "gus", forbidden, forbidden},
		"Support":                        {nil, "sam", forbidden, forbidden},
		"an outsider (A10)":              {func(h *fixture) { h.addAccount("olga", "olga@else.test") }, "olga", notFound, notFound},
		"the inviter who left":           {func(h *fixture) { h.dropMember(h.etl.Ref(), "pia") }, "pia", forbidden, forbidden},
		"not activated (I11)":            {func(h *fixture) { h.editAccount("otto", notActivated) }, "otto", core.ReasonInactiveAccount, core.ReasonInactiveAccount},
		"expired":                        {func(h *fixture) { h.editAccount("otto", expired) }, "otto", core.ReasonAccountExpired, core.ReasonAccountExpired},
		"MFA required (S19, S17)":        {(*fixture).requireMFA, "otto", core.ReasonMFARequired, ""},
		"disabled (P14)":                 {(*fixture).disable, "otto", core.ReasonProjectDisabled, ""},
		"MFA comes before disabled (A9)": {func(h *fixture) { h.requireMFA(); h.disable() }, "otto", core.ReasonMFARequired, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFixture(t)
			h.addAccount("gus", "gus@data.test")
			h.addUser(h.etl, "gus", core.RoleGuest)
			i := h.invited("pia", otto)
			if c.given != nil {
				c.given(h)
			}
			events := h.countEvents()
			_, err := h.as(c.who).AcceptInvitation(ctx, i.ID, 0)
			expect(t, err, c.accept)
			if c.accept == "" {
				return
			}
			if h.countEvents() != events || h.invitation(i.ID).State != core.InvitationPending {
				t.Error("a refused answer has changed something")
			}
			_, err = h.as(c.who).DeclineInvitation(ctx, i.ID, 0)
			expect(t, err, c.decline)
			if c.decline == "" {
				h.noMember(h.etl.Ref(), "otto")
			}
		})
	}
}

func notActivated(a *core.Account) { a.State = core.AccountNotActivated }
func expired(a *core.Account)      { a.Expires = core.At(begin) }

// Section 21: the inviter is told of the answer, the invitee of nothing; declining is for good.
func TestDecline(t *testing.T) {
	ctx := context.Background()
	h := newFixture(t)
	i := h.invited("pia", otto)
	refused(t, drop(h.as("otto").DeclineInvitation(ctx, i.ID, 7)), core.ReasonStale)
	i = must(h.as("otto").DeclineInvitation(ctx, i.ID, i.Version))(t)
	if i.State != core.InvitationDeclined || i.By != h.id("otto") || i.Ended != h.now() {
		t.Errorf("declined: %+v", i)
	}
	if n := h.told("pia", core.NoticeInvitationAnswers); n.Subject != "otto@elsewhere.test declined your invitation to Nightly ETL" {
		t.Errorf("told %q", n.Subject)
	}
	h.lastEvent(h.acme.Ref(), "invitation.decline")
	h.invited("pia", otto) // may be invited anew
}

func drop[V any](_ V, err error) error { return err }

// I5, M17: cancelling is judged now, is not the invitee's, and tells nobody; the code rests until an undo.
func TestCancel(t *testing.T) {
	ctx := context.Background()
	t.Run("the invitee declines", func(t *testing.T) {
		h := newFixture(t)
		i, _, err := h.invite("lea", core.InviteInput{Unit: h.partnerOne.Ref(), Email: "sam@support.test"})
		allowed(t, err)
		refused(t, drop(h.as("sam").CancelInvitation(ctx, i.ID, 0)), forbidden)
		_, _, err = h.as("sam").ResendInvitation(ctx, i.ID, 0, 0)
		refused(t, err, core.ReasonCannotInviteSelf)
		must(h.as("sue").CancelInvitation(ctx, i.ID, 0))(t) // MT4
	})
	t.Run("while disabled", func(t *testing.T) { // P14
		h := newFixture(t)
		i := h.invited("pia", otto)
		h.disable()
		_, _, err := h.as("pia").ResendInvitation(ctx, i.ID, 0, 0)
		refused(t, err, core.ReasonProjectDisabled)
		must(h.as("pia").CancelInvitation(ctx, i.ID, i.Version))(t)
	})
	t.Run("the code rests", func(t *testing.T) {
		h := newFixture(t)
		i, code, err := h.invite("pia", core.InviteInput{Unit: h.etl.Ref(), Email: "new@corp.test"})
		allowed(t, err)
		h.people["new"] = i.Account
		notices := len(h.inbox("new"))
		refused(t, drop(h.as("pia").CancelInvitation(ctx, i.ID, 9)), core.ReasonStale)
		done := must(h.as("pia").CancelInvitation(ctx, i.ID, i.Version))(t)
		if done.State != core.InvitationCancelled || done.By != h.id("pia") || done.Lapses != i.Lapses {
			t.Errorf("cancelled: %+v", done)
		}
		h.lastEvent(h.acme.Ref(), "invitation.cancel")
		if len(h.inbox("new")) != notices {
			t.Error("the invitee was told (N5)")
		}
		refused(t, drop(h.Redeem(ctx, code, "New")), core.ReasonCodeInvalid)
		undos := allOf(h, core.Tx.Undos, core.Scan{Prefix: core.Key{core.Num(h.id("pia"))}})
		if len(undos) != 1 || undos[0].Before.Invitation == nil || undos[0].Before.Invitation.State != core.InvitationPending {
			t.Fatalf("it cannot be undone (U1): %+v", undos)
		}
		h.put(func(tx core.Tx) error { return tx.Invitations().Put(i) }) // as an undo does
		must(h.Redeem(ctx, code, "New"))(t)
	})
}

// I13: re-sending gives a new lapse and a new code; the old code is dead; a lapsed one is pending again.
func TestResend(t *testing.T) {
	ctx := context.Background()
	t.Run("pending", func(t *testing.T) {
		h := newFixture(t)
		i, old, err := h.invite("pia", core.InviteInput{Unit: h.etl.Ref(), Email: "new@corp.test"})
		allowed(t, err)
		h.people["new"] = i.Account
		h.clock.move(core.Day)
		refused(t, dropTwo(h.as("ana").ResendInvitation(ctx, i.ID, 9, 0)), core.ReasonStale)
		refused(t, dropTwo(h.as("ana").ResendInvitation(ctx, i.ID, 0, 59)), core.ReasonInvalidEnd)
		got, code, err := h.as("ana").ResendInvitation(ctx, i.ID, i.Version, 48*60)
		allowed(t, err)
		if got.Lapses != h.in(2*core.Day) || got.Inviter != h.id("pia") || got.Sent != h.now() || got.Version != i.Version+1 {
			t.Errorf("sent again: %+v", got)
		}
		if codes := h.codes(i.Account); len(codes) != 1 || codes[0].Expires != got.Lapses {
			t.Errorf("codes: %+v", codes)
		}
		refused(t, drop(h.Redeem(ctx, old, "New")), core.ReasonCodeInvalid)
		must(h.Redeem(ctx, code.Code, "New"))(t)
		if n := h.inbox("new"); len(n) != 2 || n[1].Event != core.NoticeActivate || n[1].Subject != n[0].Subject {
			t.Errorf("told: %+v", n)
		}
		e := h.chain(h.acme.Ref())
		if last := e[len(e)-1]; last.Action != "invitation.resend" || last.Actor != h.id("ana") {
			t.Errorf("event: %+v", last)
		}
	})
	t.Run("lapsed", func(t *testing.T) {
		h := newFixture(t)
		i, old, err := h.invite("pia", core.InviteInput{Unit: h.etl.Ref(), Email: "new@corp.test"})
		allowed(t, err)
		h.pass(7 * core.Day)
		refused(t, drop(h.Redeem(ctx, old, "New")), core.ReasonCodeInvalid)
		got, code, err := h.as("pia").ResendInvitation(ctx, i.ID, 0, 0)
		allowed(t, err)
		if got.State != core.InvitationPending || got.Ended != 0 || got.Lapses != h.in(7*core.Day) {
			t.Errorf("sent again: %+v", got)
		}
		h.people["new"] = must(h.Redeem(ctx, code.Code, "New"))(t).ID
		must(h.as("new").AcceptInvitation(ctx, i.ID, 0))(t)
	})
	t.Run("an end that has passed", func(t *testing.T) {
		h := newFixture(t)
		i, _, err := h.invite("pia", core.InviteInput{Unit: h.etl.Ref(), Until: h.in(time.Hour)})
		allowed(t, err)
		h.clock.move(30 * time.Minute)
		got, _, err := h.as("pia").ResendInvitation(ctx, i.ID, 0, 0)
		allowed(t, err)
		if got.Lapses != i.Until { // never behind the end
			t.Errorf("lapses at %s", got.Lapses)
		}
		h.pass(time.Hour)
		refused(t, dropTwo(h.as("pia").ResendInvitation(ctx, i.ID, 0, 0)), core.ReasonInvalidEnd)
	})
	t.Run("share needs an administrator again", func(t *testing.T) { // RO3: otherwise an admin gives out share
		h := newFixture(t)
		i, _, err := h.invite("ana", core.InviteInput{Unit: h.etl.Ref(), Role: core.RoleShare})
		allowed(t, err)
		refused(t, dropTwo(h.as("pia").ResendInvitation(ctx, i.ID, 0, 0)), core.ReasonShareNeedsOrgMember)
		must(h.as("pia").CancelInvitation(ctx, i.ID, 0))(t)
	})
	t.Run("who came in meanwhile", func(t *testing.T) {
		h := newFixture(t)
		i := h.invited("pia", otto)
		h.pass(7 * core.Day)
		_, _, err := h.add("pia", core.AddInput{Unit: h.etl.Ref(), Email: otto})
		allowed(t, err)
		if got := h.invitation(i.ID).State; got != core.InvitationLapsed {
			t.Errorf("the lapsed invitation is %s", got)
		}
		refused(t, dropTwo(h.as("pia").ResendInvitation(ctx, i.ID, 0, 0)), core.ReasonAlreadyMember)
	})
	t.Run("a request meanwhile", func(t *testing.T) {
		h := newFixture(t)
		i := h.invited("pia", "sam@support.test")
		h.pass(7 * core.Day)
		h.waits("sam")
		refused(t, dropTwo(h.as("pia").ResendInvitation(ctx, i.ID, 0, 0)), core.ReasonAlreadyRequested)
	})
}

func dropTwo[V, W any](_ V, _ W, err error) error { return err }

// Section 9: a lapsed invitation is superseded by a new one, swept or not; a pending one refuses it.
func TestInvitedAnew(t *testing.T) {
	for _, swept := range []bool{true, false} {
		h := newFixture(t)
		first := h.invited("pia", otto)
		refused(t, dropTwo(h.invite("ana", core.InviteInput{Unit: h.etl.Ref()})), core.ReasonAlreadyInvited)
		h.clock.move(7 * core.Day)
		if swept {
			h.sweep()
		}
		second := h.invited("ana", otto)
		if got := h.invitation(first.ID); got.State != core.InvitationSuperseded || got.By != h.id("ana") {
			t.Errorf("swept %v: the first is %+v", swept, got)
		}
		h.sweep()
		page := must(h.as("pia").Invitations(context.Background(), core.InvitationQuery{Unit: h.etl.Ref()}))(t)
		if len(page.Items) != 1 || page.Items[0].ID != second.ID || page.Total != 1 {
			t.Errorf("listed: %+v", page)
		}
	}
}

// Trust-E6: accepting, declining, cancelling and lapsing at the same moment has one winner, and who is in fits it.
func TestAnswersRace(t *testing.T) {
	h := newFixture(t)
	for round := range rounds(200) {
		i := h.invited("pia", otto)
		accept := func() error { return drop(h.as("otto").AcceptInvitation(ctx, i.ID, i.Version)) }
		decline := func() error { return drop(h.as("otto").DeclineInvitation(ctx, i.ID, i.Version)) }
		cancel := func() error { return drop(h.as("ana").CancelInvitation(ctx, i.ID, i.Version)) }
		all := []func() error{accept, decline, cancel, accept, cancel, decline}
		won := -1
		for k, err := range atOnce(append(all[round%3:], all[:round%3]...)...) {
			switch core.ReasonOf(err) {
			case "":
				if won >= 0 {
					t.Fatalf("round %d: two answers won", round)
				}
				won = k
			case core.ReasonAlreadyDecided:
			default:
				t.Fatalf("round %d: %v", round, err)
			}
		}
		got := h.invitation(i.ID).State
		_, in := h.membership(h.etl.Ref(), "otto")
		if won < 0 || in != (got == core.InvitationAccepted) {
			t.Fatalf("round %d: it is %s, inside: %v", round, got, in)
		}
		if in {
			allowed(t, h.as("pia").RemoveMember(ctx, h.etl.Ref(), h.id("otto"), 0))
		}
	}
}

package core_test

import (
	"os"
	"sync"
	"testing"
	"time"

	"gatehouse/core"
)

// rounds is how often something that costs time is tried: n times with GATEHOUSE_DEEP, a twentieth of it usually (the
// race detector makes a round five to ten times as dear), a few with -short.
func rounds(n int) int {
	switch {
	case os.Getenv("GATEHOUSE_DEEP") != "":
		return n
	case testing.Short():
		return max(1, n/100)
	}
	return max(1, n/20)
}

// untilTried repeats random runs, five times at most, until each kind of action came out in every way that it can: chance
// leaves out a rare one of a single round. missing gives those that did not.
func untilTried(t *testing.T, run func(), missing func() []string) {
	t.Helper()
	for range 5 {
		if run(); t.Failed() || len(missing()) == 0 {
			return
		}
	}
	t.Errorf("always or never allowed: %v: the test tries too little, or a rule is broken", missing())
}

// atOnce runs all ways at the same moment and gives their errors.
func atOnce(ways ...func() error) []error {
	errs := make([]error, len(ways))
	var start, wait sync.WaitGroup
	start.Add(1)
	for i, way := range ways {
		wait.Go(func() {
			start.Wait()
			errs[i] = way()
		})
	}
	start.Done()
	wait.Wait()
	return errs
}

// H7, AC9, trust-B2: two last members who remove each other, leave, or have their accounts removed at the same time
// leave one behind.
func TestLastMembersRace(t *testing.T) {
	h := newFixture(t)
	for round := range rounds(1000) {
		org := h.addOrganization(h.partnerOne, "Twins", func(o *core.Organization) { o.AutoJoin = round%2 == 0 })
		h.addMember(org.Ref(), "ana", core.RoleDefault, core.RoleAdmin)
		h.addMember(org.Ref(), "ben", core.RoleDefault, core.RoleAdmin)
		all := []func() error{
			func() error { return h.as("ana").RemoveMember(ctx, org.Ref(), h.id("ben"), 0) },
			func() error { return h.as("ben").RemoveMember(ctx, org.Ref(), h.id("ana"), 0) },
			func() error { return h.as("ana").LeaveOrganization(ctx, org) },
			func() error { return h.as("ben").LeaveOrganization(ctx, org) },
			func() error { return h.as("sam").RemoveMember(ctx, org.Ref(), h.id("ana"), 0) },
			func() error { return h.as("sam").RemoveMember(ctx, org.Ref(), h.id("ben"), 0) },
		}
		turned := append(all[round%len(all):], all[:round%len(all)]...)
		errs := atOnce(turned...)
		if n := h.counter(core.CountMembers, org.Ref()); n != 1 {
			t.Fatalf("round %d: %d members are left: %v", round, n, errs)
		}
	}
}

// S11, S19, trust-B4: whoever accepts, joins or is approved while MFA becomes required either was inside before and is
// locked, or is refused: nobody without MFA gets in after the switch.
func TestForcedMFARace(t *testing.T) {
	h := newFixture(t)
	h.setMFA("ana", true)
	h.setMFA("pia", true)
	h.setMFA("ben", false)
	h.setMFA("otto", false)
	var last uint64
	for round := range rounds(1000) {
		h.editOrganization(h.acme, func(o *core.Organization) { o.MFA = core.MFASetting{State: core.MFAOff} })
		inv := h.addInvitation(h.etl.Ref(), "otto", "pia")
		atOnce(
			func() error { return onlyErr(h.as("ana").RequireMFA(ctx, h.acme, 0, true)) },
			func() error { return onlyErr(h.as("otto").AcceptInvitation(ctx, inv, 0)) },
			func() error { return onlyErr(h.as("ben").JoinProject(ctx, h.etl, nil)) },
			func() error {
				_, _, err := h.as("pia").AddMember(ctx, core.AddInput{Unit: h.etl.Ref(), Email: "otto@elsewhere.test"})
				return err
			},
		)
		switched := false
		for _, e := range allOf(h, core.Tx.Events, core.Scan{Prefix: core.RefKey(h.acme.Ref()), After: core.Key{core.Num(last)}}) {
			last = e.Sequence
			switched = switched || e.Action == "settings.mfa_require"
			if switched && (e.Action == "user.join" || e.Action == "user.add" || e.Action == "invitation.accept") && e.Outcome == core.OutcomeDone {
				t.Fatalf("round %d: %s after MFA was required", round, e.Action)
			}
		}
		for _, who := range []string{"otto", "ben"} {
			_, err := h.as(who).OpenContent(ctx, h.etl)
			if core.ReasonOf(err) != core.ReasonMFARequired && core.ReasonOf(err) != core.ReasonForbidden {
				t.Fatalf("round %d: %s opens the content: %v", round, who, err)
			}
			if _, in := h.membership(h.etl.Ref(), who); in {
				h.dropMember(h.etl.Ref(), who)
			}
		}
		h.put(func(tx core.Tx) error {
			i, _, err := tx.Invitations().Get(inv)
			if err == nil && i.State == core.InvitationPending {
				i.State, i.Ended = core.InvitationCancelled, h.now()
				err = tx.Invitations().Put(i)
			}
			return err
		})
	}
}

// F10, trust-B6: terms that change between the look and the decision are not decided on.
func TestDecisionOnChangedTerms(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	for round := range rounds(500) {
		seen := h.file("sam")
		h.put(func(tx core.Tx) error {
			q, _, err := tx.Requests().Get(seen.ID)
			if err != nil {
				return err
			}
			q.Asked, q.Version = forHours(9), q.Version+1
			return tx.Requests().Put(q)
		})
		_, err := h.as("pia").ApproveRequest(ctx, seen.ID, seen.Version, core.Term{})
		refused(t, err, core.ReasonStale)
		if got := h.request(seen.ID); got.State != core.RequestPending {
			t.Fatalf("round %d: the request is %s", round, got.State)
		}
		allowed(t, onlyErr(h.as("sam").WithdrawRequest(ctx, seen.ID, 0)))
	}
}

// TM5, R24, SW1, trust-B7: at the very second of the lapse a decision, a join and the sweep meet: the rule decides and
// not who came first.
func TestDecisionsAtTheEdge(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	for round := range rounds(1000) {
		lapses := h.in(time.Hour)
		q := must(h.as("sam").FileRequest(ctx, h.etl, entry(until(lapses))))(t)
		early := round%2 == 0
		if early {
			h.clock.move(time.Hour - time.Second)
		} else {
			h.clock.move(time.Hour)
		}
		errs := atOnce(
			func() error { return onlyErr(h.as("pia").ApproveRequest(ctx, q.ID, 0, core.Term{})) },
			func() error { return onlyErr(h.Sweep(ctx)) },
			func() error { return onlyErr(h.as("sam").OpenContent(ctx, h.etl)) },
		)
		got := h.request(q.ID).State
		switch {
		case early && (errs[0] != nil || got != core.RequestApproved):
			t.Fatalf("round %d: a second before the lapse: %v, %s", round, errs[0], got)
		case !early && (core.ReasonOf(errs[0]) != core.ReasonLapsed || core.ReasonOf(errs[2]) != core.ReasonAutoJoinDisabled):
			t.Fatalf("round %d: at the lapse: %v, %v, %s", round, errs[0], errs[2], got)
		}
		h.pass(time.Second)
		h.noMember(h.etl.Ref(), "sam")
	}
}

package core_test

import (
	"regexp"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/core/suite"
)

var digits = regexp.MustCompile(`[0-9]+|[a-z]+@data.test`)

// sameAnswer expects that two tries are refused alike: reason, code, sentence and next step, numbers apart (A10).
func sameAnswer(t *testing.T, there, absent error) {
	t.Helper()
	a, b := core.AsError(there), core.AsError(absent)
	if there == nil || absent == nil {
		t.Fatalf("not refused: %v, %v", there, absent)
	}
	plain := func(s string) string { return digits.ReplaceAllString(s, "n") }
	if a.Reason != b.Reason || a.Code != b.Code || plain(a.Message) != plain(b.Message) || plain(a.Next) != plain(b.Next) {
		t.Errorf("what is there answers %s %q %q, what is not %s %q %q", a.Reason, a.Message, a.Next, b.Reason, b.Message, b.Next)
	}
}

// TestTrustE7_HiddenIsAbsent: to whom a record is hidden, it answers as one that is not there; a code answers the same
// whether it is unknown, used or lapsed (A10, AC18, trust-E7). The time that the answers take is told, not judged.
func TestTrustE7_HiddenIsAbsent(t *testing.T) {
	suite.Sequential(t)
	h := newFixture(t)
	bucket := h.bucketOf(false)
	ticket := h.ticketOf("pia").ID
	visit := h.visiting()
	h.autoJoin(false)
	must(h.as("lea").FileRequest(ctx, h.etl, entry()))(t)
	request := h.requests(h.etl)[0].ID
	invited := h.addInvitation(h.etl.Ref(), "max", "pia")
	const nobody = 7_000
	otto := h.as("otto")
	pair := func(try func(id uint64) error, there uint64) func() (error, error) {
		return func() (error, error) { return try(there), try(nobody) }
	}
	rounds := 200
	if testing.Short() {
		rounds = 10
	}
	for name, ask := range map[string]func() (error, error){
		"request": pair(func(id uint64) error { return onlyErr(otto.Request(ctx, core.RequestID(id))) }, uint64(request)),
		"request to approve": pair(func(id uint64) error {
			return onlyErr(otto.ApproveRequest(ctx, core.RequestID(id), 0, core.Term{}))
		}, uint64(request)),
		"request to withdraw": pair(func(id uint64) error { return onlyErr(otto.WithdrawRequest(ctx, core.RequestID(id), 0)) }, uint64(request)),
		"visit":               pair(func(id uint64) error { return onlyErr(otto.Visit(ctx, core.VisitID(id))) }, uint64(visit)),
		"ticket":              pair(func(id uint64) error { return onlyErr(otto.Ticket(ctx, core.TicketID(id))) }, uint64(ticket)),
		"ticket to answer":    pair(func(id uint64) error { return onlyErr(otto.CommentTicket(ctx, core.TicketID(id), "Yes")) }, uint64(ticket)),
		"bucket":              pair(func(id uint64) error { return onlyErr(otto.Bucket(ctx, core.BucketID(id))) }, uint64(bucket)),
		"bucket to delete":    pair(func(id uint64) error { return otto.DeleteBucket(ctx, core.BucketID(id), 0) }, uint64(bucket)),
		"invitation":          pair(func(id uint64) error { return onlyErr(otto.Invitation(ctx, core.InvitationID(id))) }, uint64(invited)),
		"invitation to accept": pair(func(id uint64) error {
			return onlyErr(otto.AcceptInvitation(ctx, core.InvitationID(id), 0))
		}, uint64(invited)),
		"account": pair(func(id uint64) error { return onlyErr(otto.Account(ctx, core.AccountID(id))) }, uint64(h.id("pia"))),
		"account by address": func() (error, error) {
			return onlyErr(otto.FindAccount(ctx, "pia@data.test")), onlyErr(otto.FindAccount(ctx, "nobody@data.test"))
		},
		"keys of an account": pair(func(id uint64) error { return onlyErr(otto.Keys(ctx, core.AccountID(id))) }, uint64(h.id("pia"))),
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			for range rounds {
				there, absent := ask()
				sameAnswer(t, there, absent)
				if t.Failed() {
					return
				}
			}
			t.Logf("%v a pair", time.Since(began)/time.Duration(rounds))
		})
	}
	t.Run("code", func(t *testing.T) {
		h := newFixture(t)
		used := h.newcomer()
		must(h.Redeem(ctx, used, "Nia"))(t)
		_, lapsed, err := h.as("pia").AddMember(ctx, core.AddInput{Unit: h.etl.Ref(), Email: "noa@data.test"})
		allowed(t, err)
		h.clock.move(60 * core.Day)
		unknown := onlyErr(h.Redeem(ctx, "ABCDE-FGHIJ-KLMNO-PQRST-UVWXY-Z", "Nia"))
		for range rounds {
			sameAnswer(t, onlyErr(h.Redeem(ctx, used, "Nia")), unknown)
			sameAnswer(t, onlyErr(h.Redeem(ctx, lapsed.Code, "Noa")), unknown)
			sameAnswer(t, onlyErr(h.Redeem(ctx, "nothing of the kind", "Noa")), unknown)
		}
	})
}

package core_test

import (
	"testing"

	"gatehouse/core"
)

// What Surroundings says of a record is what reading the record answers, for everybody and every kind of page; the
// numbers are those of Counts.
func TestSurroundings(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	q := must(h.as("sam").FileRequest(ctx, h.etl, entry()))(t)
	b := must(h.as("pia").CreateBucket(ctx, h.etl, core.BucketInput{Name: "raw"}))(t)
	tk := must(h.as("pia").OpenTicket(ctx, h.etl, core.TicketInput{Subject: "It fails", Body: "Since Monday."}))(t)
	inv, _, err := h.as("ana").Invite(ctx, core.InviteInput{Unit: h.acme.Ref(), Email: "otto@elsewhere.test"})
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"sam", "lea", "ana", "pia", "otto"} {
		a := h.as(who)
		for _, c := range []struct {
			of   core.Ref
			read error
		}{
			{h.etl.Ref(), second(a.Project(ctx, h.etl))},
			{h.acme.Ref(), second(a.Organization(ctx, h.acme))},
			{h.partnerOne.Ref(), second(a.Maintainer(ctx, h.partnerOne))},
			{q.ID.Ref(), second(a.Request(ctx, q.ID))},
			{b.ID.Ref(), second(a.Bucket(ctx, b.ID))},
			{tk.ID.Ref(), second(a.Ticket(ctx, tk.ID))},
			{inv.ID.Ref(), second(a.Invitation(ctx, inv.ID))},
			{core.ProjectID(999).Ref(), second(a.Project(ctx, 999))},
			{core.RequestID(999).Ref(), second(a.Request(ctx, 999))},
			{core.Ref{}, nil},
		} {
			got, err := a.Surroundings(ctx, c.of)
			if err != nil {
				t.Fatalf("%s, %s: %v", who, c.of, err)
			}
			want := core.ReasonOf(c.read)
			if got.Refused == nil && want != "" || got.Refused != nil && got.Refused.Reason != want {
				t.Errorf("%s, %s: %v, want %v", who, c.of, got.Refused, c.read)
			}
			if n := must(a.Counts(ctx))(t); n != got.Counts {
				t.Errorf("%s: %+v, want %+v", who, got.Counts, n)
			}
		}
	}
	if s := must(h.as("sam").Surroundings(ctx, core.Ref{}))(t); !s.MFA {
		t.Error("sam has MFA")
	}
	if s := must(h.as("ana").Surroundings(ctx, core.Ref{}))(t); s.MFA {
		t.Error("ana has no MFA")
	}
}

package home_test

import (
	"context"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/tui/screen/screentest"
)

var background = context.Background()

// TestTickets: who has to answer, and who was answered, sees it at once, and replies from here.
func TestTickets(t *testing.T) {
	h := house(t)
	_, err := h.As("pia").OpenTicket(background, h.ETL, core.TicketInput{Subject: "It fails", Body: "Since Monday.", Priority: core.PriorityHigh})
	h.Must(err)
	open(t, h, "sam").ExpectNot("Tickets that wait")
	l := open(t, h, "lea").Expect("1 waits for you", "Tickets that wait for you 1").ExpectLine("▌", "● open, high !", "Nightly ETL", "It fails")
	l.Press("Y").Expect("gatehouse ticket reply 1").Press("c").Expect("Reply to ticket 1").Type("Try again").Press("ctrl+s").AwaitChange().Expect("Nothing needs you now.")
	p := open(t, h, "pia").ExpectLine("▌", "✓ answered", "It fails").Press("enter")
	if page := p.Page(); page.Kind != "ticket" || page.ID != "1" {
		t.Errorf("enter opens %s", page)
	}
	_, err = h.As("lea").PassTicket(background, 1, 0)
	h.Must(err)
	_, err = h.As("pia").CommentTicket(background, 1, "Still the same")
	h.Must(err)
	open(t, h, "sam").ExpectLine("● open", "It fails")
	open(t, h, "ana").ExpectNot("Tickets that wait")
}

// TestNobodyRuns: Support sees what waits until an organization is handed over, and enter leads to where that is done (M19).
func TestNobodyRuns(t *testing.T) {
	h := house(t)
	h.AutoJoin(false)
	h.Must(h.As("pia").LeaveProject(background, h.ETL))
	h.Request("lea", h.ETL, screentest.Incident)
	open(t, h, "sam").ExpectNot("nobody runs the organization")
	for _, who := range []string{"ana", "ben"} {
		_, err := h.As("sam").SetAccountExpiry(background, h.As(who).ID(), h.Now().Add(time.Hour))
		h.Must(err)
	}
	h.Tick(2 * time.Hour)
	d := open(t, h, "sam").Expect("Nobody can decide these, and nobody runs the organization: hand it over").ExpectLine("Acme", "Nightly ETL", "lea@partner-one.test")
	d.Press("enter")
	if p := d.Page(); p.Kind != "organization" || p.Tab != "members" {
		t.Errorf("enter opens %s", p)
	}
}

// TestNeeds: what locks, what will lock, and what nobody can decide stands on top, with the way out (S17, S28, R20).
func TestNeeds(t *testing.T) {
	h := house(t)
	_, err := h.As("lea").SetMaintainerContact(background, h.PartnerOne, 0, "help@partner-one.test")
	h.Must(err)
	h.AutoJoin(false)
	h.Must(h.As("pia").LeaveProject(background, h.ETL))
	h.Request("sam", h.ETL, screentest.Incident)
	open(t, h, "ana").Expect("Nobody can decide these: join, then decide").ExpectLine("▌", "sam@support.test", "Nightly ETL").Press("J").Expect("Join Nightly ETL?").
		Press("enter").Expect("You are now a user of Nightly ETL").AwaitChange().Expect("Waiting for your decision 1").ExpectNot("Nobody can decide")
	h.EnrolMFA("ana")
	_, err = h.As("ana").RequireMFA(background, h.Acme, 0, true)
	h.Must(err)
	d := open(t, h, "ben").Expect("Locked to you").ExpectLine("▌", "Acme", "✗ locked", "Turn it on under").Press("enter")
	if p := d.Page(); p.Kind != "account" || p.Tab != "mfa" {
		t.Errorf("enter opens %s", p)
	}
	h.Tick(290 * 24 * time.Hour) // Sue's account has ten days left
	open(t, h, "sue").Expect("Your account").ExpectLine("expires", "in 9 d", "ask Support to renew it")
}

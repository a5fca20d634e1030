package ticket_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/app"
	"gatehouse/tui/driver"
	"gatehouse/tui/screen/maintainer"
	"gatehouse/tui/screen/project"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/screentest"
	"gatehouse/tui/screen/ticket"
)

func house(t *testing.T) *screentest.House {
	t.Helper()
	store, err := storage.Open(context.Background(), "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return screentest.New(t, store)
}

func kinds() []*app.Kind {
	return slices.Concat(ticket.Kinds(), project.Kinds(), request.Kinds(), maintainer.Kinds())
}

func open(t *testing.T, h *screentest.House, who string, p app.Page) *driver.Driver {
	t.Helper()
	return h.Driver(t, kinds(), who, p)
}

var (
	ctx  = context.Background()
	rail = app.Page{Kind: "tickets"}
)

// write lets Pia open a ticket about her project.
func write(h *screentest.House, subject string) core.TicketID {
	t, err := h.As("pia").OpenTicket(ctx, h.ETL, core.TicketInput{Subject: subject, Body: "It fails every night.\nSince Monday."})
	h.Must(err)
	return t.ID
}

func reply(h *screentest.House, who string, id core.TicketID, text string) {
	_, err := h.As(who).CommentTicket(ctx, id, text)
	h.Must(err)
}

// record is the first ticket as it is kept.
func record(h *screentest.House) core.TicketView {
	v, err := h.As("sam").Ticket(ctx, 1)
	h.Must(err)
	return v
}

// filled has tickets in every state, one of them cited by a visit.
func filled(t *testing.T) *screentest.House {
	h := house(t)
	first := write(h, "The nightly load fails")
	reply(h, "lea", first, "Which load, and since when?")
	reply(h, "pia", first, "Loads of all kinds, in all languages: 日本語 🐙 e\u0301\n\nAnd with a second paragraph that is long enough to be wrapped at every width that a terminal may have.")
	reply(h, "lea", first, "We look at it.")
	second := write(h, "May we have more users? "+strings.Repeat("Please. ", 10))
	_, err := h.As("lea").PassTicket(ctx, second, 0)
	h.Must(err)
	third := write(h, "Solved already")
	_, err = h.As("pia").CloseTicket(ctx, third, 0)
	h.Must(err)
	write(h, "نعناع is not shown")
	e := screentest.Entry("")
	e.Ticket = first
	_, err = h.As("sam").JoinProject(ctx, h.ETL, &e)
	h.Must(err)
	return h
}

// TestFrames holds the main screens to their looks at every size, with texts that are hard to draw.
func TestFrames(t *testing.T) {
	h := filled(t)
	open(t, h, "lea", app.Page{Kind: "tickets", Tab: ticket.TabAll}).GoldenSizes("all")
	open(t, h, "pia", ticket.Page(1)).GoldenSizes("thread")
	open(t, h, "pia", rail).Press("a").GoldenSizes("form")
}

// TestTabs: everybody finds what they come for first; an empty list says what to press.
func TestTabs(t *testing.T) {
	h := filled(t)
	open(t, h, "pia", rail).Expect("Tickets ▸ Mine", "The nightly load fails", "Solved already").ExpectNot("To answer")
	open(t, h, "lea", rail).Expect("Tickets ▸ To answer", "To answer 1", "نعناع").ExpectNot("Solved already").Press("tab").Expect("You have opened no ticket.").
		Press("tab").Expect("Solved already").Press("w").Expect("ANSWERS")
	open(t, h, "sam", rail).Expect("To answer 1", "May we have more users").Press("x", "t", "m", "c")
	open(t, h, "otto", rail).Expect("You have opened no ticket.", "a ask for help").Press("x", "t", "m", "c", "enter", "y").Expect("Mine").
		Press("a").Expect("New ticket", "Number or name of a project that you use").Type("1").Press("ctrl+s").Expect("Fill in subject")
	open(t, h, "lea", app.Page{Kind: "maintainer", ID: fmt.Sprint(h.PartnerOne), Tab: "tickets"}).Expect("Tickets 3", "Solved already", "Nightly ETL")
}

// TestOpening: a user of one project writes, the maintainer answers, each sees it live (ST1, ST7).
func TestOpening(t *testing.T) {
	h := house(t)
	d := open(t, h, "pia", rail)
	l := open(t, h, "lea", rail).Expect("No ticket waits for your answer.")
	d.Press("a").Expect("New ticket", "Nightly ETL", "of Acme", "question").Press("tab").Type("It fails").Press("tab").
		Type("First line").Press("enter").Type("second line").Press("tab", "tab", "right", "ctrl+s").Expect("Opened ticket 1.", "Tickets ▸ Ticket 1", "First line", "second line", "waits for an answer of Partner One")
	if v := record(h); v.Priority != core.PriorityHigh || v.Kind != core.TicketQuestion || v.Body != "First line\nsecond line" {
		t.Errorf("ticket: %+v", v.Ticket)
	}
	l.AwaitChange().ExpectLine("It fails", "! high").Press("c").Expect("Reply to ticket 1", "The ticket is").Type("Try again").Press("ctrl+s").
		AwaitChange().Expect("No ticket waits for your answer.")
	d.AwaitChange().Expect("✓ answered", "lea@partner-one.test answers", "Try again").Press("c").Expect("Partner One answers").Type("Thanks").Press("ctrl+s").
		Expect("Wrote on ticket 1.").AwaitChange().Expect("● open", "Thanks")
	d.Press("x").Expect("Close ticket 1?", "[ Close ]").Press("x").Press("enter").Expect("Closed ticket 1.", "○ closed", "t reopen").
		Press("c").Expect("Ticket 1 is closed. Reopen it first.").Press("t").Expect("Reopen ticket 1?").Press("enter").Expect("Reopened ticket 1.", "● open")
	d.Press("Y").Expect("gatehouse ticket reply 1 --body BODY")
}

// TestPassing: to Support and back; whose desk it is not with hears who can (ST8).
func TestPassing(t *testing.T) {
	h := house(t)
	write(h, "It fails")
	open(t, h, "pia", ticket.Page(1)).ExpectNot("pass on").Press("m").ExpectNot("Pass ticket")
	open(t, h, "sam", ticket.Page(1)).Press("m").Expect("You have no right to do this in Nightly ETL; a member of Partner One can.")
	l := open(t, h, "lea", ticket.Page(1)).Press("m").Expect("Pass ticket 1 on to Support?", "All Support accounts").Press("enter").Expect("Passed on ticket 1.", "waits for an answer of Support")
	l.Press("m").Expect("Support can.")
	open(t, h, "sam", ticket.Page(1)).Expect("waits for your answer").Press("m").Expect("Pass ticket 1 on to Partner One?").Press("enter").Expect("Passed on ticket 1.")
	if v := record(h); v.With != core.WithMaintainer {
		t.Errorf("with %s", v.With)
	}
	open(t, h, "otto", ticket.Page(1)).Expect("There is no ticket 1 that you may see.").ExpectNot("It fails")
}

// TestCardsOfOthers: what was changed meanwhile closes the card and says so; a reply keeps what was typed.
func TestCardsOfOthers(t *testing.T) {
	h := house(t)
	id := write(h, "It fails")
	d := open(t, h, "lea", ticket.Page(id)).Press("x").Expect("Close ticket 1?")
	reply(h, "pia", id, "One more thing")
	d.AwaitChange().Expect("Ticket 1 was changed while you were looking.").Press("esc", "c").Type("My answer")
	reply(h, "pia", id, "And another")
	d.AwaitChange().Expect("Reply to ticket 1", "My answer")
	_, err := h.As("pia").CloseTicket(ctx, id, 0)
	h.Must(err)
	d.AwaitChange().Expect("Ticket 1 is closed. Reopen it first.")
}

// TestCiting: who comes in may choose a ticket in place of a reason; it shows on visit, request and ticket (ST9).
func TestCiting(t *testing.T) {
	h := house(t)
	write(h, "It fails")
	d := open(t, h, "sam", app.Page{Kind: "project", ID: fmt.Sprint(h.ETL)})
	d.Press("J").Expect("Join Nightly ETL", "Ticket", "none").Press("tab").Expect("Fill in reason, or choose a ticket.").Press("right").Press("ctrl+s").
		Expect("You are inside Nightly ETL until")
	open(t, h, "pia", ticket.Page(1)).Expect("Cited by", "visit 1 of 🐙 sam@support.test, inside until").Press("v").Expect("Ticket 1: It fails").ExpectLine("Ticket", "1 It fails")
	h.AutoJoin(false)
	d = open(t, h, "lea", app.Page{Kind: "project", ID: fmt.Sprint(h.ETL)})
	d.Press("J").Expect("Request access to Nightly ETL").Press("tab", "right", "ctrl+s").Expect("Request 1 waits")
	open(t, h, "pia", app.Page{Kind: "request", ID: "1"}).ExpectLine("Ticket", "1 It fails")
}

// TestOffers: a project over its limit offers the ticket that asks for more, a deleted one the ticket that asks for it.
func TestOffers(t *testing.T) {
	h := house(t)
	_, err := h.As("sam").SetProject(ctx, h.ETL, 0, core.ProjectPatch{UserLimit: new(int)})
	if core.ReasonOf(err) != core.ReasonInvalidValue {
		t.Fatalf("a limit of 0: %v", err)
	}
	one := 1
	_, err = h.As("sam").SetProject(ctx, h.ETL, 0, core.ProjectPatch{UserLimit: &one})
	h.Must(err)
	h.Add("ana", h.ETL.Ref(), "gus", core.AddInput{})
	open(t, h, "pia", app.Page{Kind: "project", ID: fmt.Sprint(h.ETL)}).Expect("over the limit", "i asks for more").Press("i").
		Expect("New ticket about Nightly ETL", "limit increase", "Raise the user limit of Nightly ETL", "2 users, and a limit of 1").Press("ctrl+s").Expect("Opened ticket 1.")
	if v := record(h); v.Kind != core.TicketLimitIncrease {
		t.Errorf("kind %s", v.Kind)
	}
	_, err = h.As("ana").DeleteProject(ctx, h.ETL, 0)
	h.Must(err)
	open(t, h, "ana", app.Page{Kind: "projects"}).Press("t", "a").Expect("New ticket about Nightly ETL", "Support can restore Nightly ETL until", "Restore Nightly ETL").
		Press("ctrl+s").Expect("Opened ticket 2.", "restore", "(deleted)")
	open(t, h, "sam", app.Page{Kind: "projects"}).Press("t", "a").Expect("You can restore it yourself: R.")
}

// reporting starts the interface as somebody who may open tickets with errors.
func reporting(t *testing.T, h *screentest.House, who string, p app.Page) *driver.Driver {
	t.Helper()
	c, cancel := context.WithCancel(ctx)
	t.Cleanup(cancel)
	s := &app.Session{
		House: h.House, Actor: h.As(who), Person: h.Emails[who], Changes: h.Watch(c), Report: ticket.Report,
		Counts: func(ctx context.Context, a *core.Actor, _ app.Page) (app.Counts, error) {
			n, err := a.Counts(ctx)
			return app.Counts{Reports: n.OpensTickets}, err
		},
	}
	return driver.New(t, driver.Options{Session: s, Kinds: kinds(), Page: p, Clock: h.Clock})
}

// TestErrorsOfferATicket is ST2: toasts, pages and cards that show an error lead to a ticket that is filled in.
func TestErrorsOfferATicket(t *testing.T) {
	h := house(t)
	h.Add("ana", h.ETL.Ref(), "gus", core.AddInput{Role: core.RoleGuest})
	d := reporting(t, h, "gus", app.Page{Kind: "project", ID: fmt.Sprint(h.ETL)})
	d.ExpectNot("ctrl+t").Press("a").Expect("does not allow this", "ctrl+t ticket with this error").Press("ctrl+t").
		Expect("New ticket about Nightly ETL", "Your role guest in Nightly ETL does not allow this", "role_restricted", "project.add").Press("ctrl+s").Expect("Opened ticket 1.")
	v := record(h)
	if v.Kind != core.TicketError || !strings.Contains(v.Body, "Reason: role_restricted\nOperation: project.add\nAbout: project/1\nPage: project/1/users") {
		t.Errorf("ticket: %+v", v.Ticket)
	}

	gone := reporting(t, h, "gus", app.Page{Kind: "request", ID: "99"})
	gone.Expect("There is no request 99", "ctrl+t").Press("ctrl+t").Expect("New ticket", "Project", "There is no request 99 that you may see")

	form := reporting(t, h, "gus", ticket.Page(1)).Press("c").Expect("Reply to ticket 1").ExpectNot("ctrl+t")
	form.Paste(strings.Repeat("x", 9)).Paste("\u202e").Press("ctrl+s").Expect("direction control", "ctrl+t ticket with this error").Press("ctrl+t").
		Expect("New ticket about Nightly ETL", "invalid_text").Press("esc").Expect("Reply to ticket 1", "xxxxxxxxx")

	// What the reader does next without anybody's help offers none.
	d.Press("esc").Press("6", "enter").Expect("Ticket 1").Press("x", "enter").Expect("Closed ticket 1.").
		Press("c").Expect("Ticket 1 is closed. Reopen it first.").ExpectNot("ctrl+t").Press("ctrl+t").ExpectNot("New ticket")

	reporting(t, h, "otto", app.Page{Kind: "request", ID: "99"}).Expect("There is no request 99").ExpectNot("ctrl+t").Press("ctrl+t").ExpectNot("New ticket")
}

package core_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// question is what people write into a ticket, unless a test says otherwise.
func question() core.TicketInput {
	return core.TicketInput{Subject: "The nightly load fails", Body: "Since Monday.\nWhat can we do?"}
}

// ticketOf lets somebody open a ticket about the project.
func (h *fixture) ticketOf(who string) core.Ticket {
	h.t.Helper()
	t, err := h.as(who).OpenTicket(ctx, h.etl, question())
	allowed(h.t, err)
	return t
}

func (h *fixture) ticket(id core.TicketID) (t core.Ticket) {
	h.t.Helper()
	h.get(func(tx core.Tx) error { return found(&t, id)(tx.Tickets().Get(id)) })
	return t
}

func (h *fixture) comment(who string, id core.TicketID, text string) core.Comment {
	h.t.Helper()
	c, err := h.as(who).CommentTicket(ctx, id, text)
	allowed(h.t, err)
	return c
}

func TestWhoOpensTickets(t *testing.T) { // 6.3, ST1
	verdicts{
		"pia": "", "shay": "", "gus": "", "vic": "", "ana": core.ReasonForbidden, "lea": core.ReasonForbidden,
		"sam": core.ReasonForbidden, "cem": core.ReasonAdminRoleRequired, "otto": core.ReasonForbidden, "nia": core.ReasonInactiveAccount,
	}.each(t, func(h *fixture, a *core.Actor) error {
		_, err := a.OpenTicket(ctx, h.etl, question())
		return err
	})
}

func TestWhoAsksForARestore(t *testing.T) { // 6.3, ST4
	restore := func(h *fixture, a *core.Actor) error {
		in := question()
		in.Kind = core.TicketRestore
		_, err := a.OpenTicket(ctx, h.etl, in)
		return err
	}
	verdicts{
		"ana": "", "pia": core.ReasonNotFound, "gus": core.ReasonNotFound, "lea": core.ReasonNotFound, "sam": core.ReasonNotFound,
		"cem": core.ReasonNotFound, "otto": core.ReasonNotFound,
	}.each(t, func(h *fixture, a *core.Actor) error {
		must(h.as("pia").DeleteProject(ctx, h.etl, 0))(t)
		return restore(h, a)
	})
	verdicts{"ana": core.ReasonNotDeleted, "pia": core.ReasonNotDeleted, "lea": core.ReasonForbidden}.each(t, restore)
}

func TestOpeningATicket(t *testing.T) { // ST1, section 21, AU9, AU13
	h := newFixture(t)
	m := must(h.as("sam").Maintainer(ctx, h.partnerOne))(t)
	must(h.as("lea").SetMaintainerContact(ctx, h.partnerOne, m.Version, "help@partner-one.test"))(t)
	var got core.Ticket
	h.writes(1, func() {
		got = must(h.as("pia").OpenTicket(ctx, h.etl, core.TicketInput{Subject: "  Secret subject ", Body: "Secret body\nof lines"}))(t)
	})
	if got.Kind != core.TicketQuestion || got.Priority != core.PriorityNormal || got.State != core.TicketOpen || got.With != core.WithMaintainer ||
		got.Subject != "Secret subject" || got.Author != h.id("pia") || got.Organization != h.acme || got.Maintainer != h.partnerOne ||
		got.Opened != h.now() || got.Changed != h.now() {
		t.Errorf("ticket: %+v", got)
	}
	e := h.lastEvent(h.acme.Ref(), "ticket.open")
	if e.Reason != "" || len(e.Subjects) != 2 || e.Subjects[0] != h.etl.Ref() || e.Subjects[1] != got.ID.Ref() {
		t.Errorf("event: %+v", e)
	}
	for _, ch := range e.Changes {
		if strings.Contains(ch.After+ch.Before, "Secret") {
			t.Errorf("the event repeats what was written: %+v", ch)
		}
	}
	for _, who := range []string{"lea", "max"} {
		n := h.told(who, core.NoticeTicketOpened)
		if n.Subject != "Ticket 1: Secret subject" || !strings.Contains(n.Body, "Secret body\nof lines") || n.Subjects[0] != got.ID.Ref() {
			t.Errorf("%s is told %q, %q, %v", who, n.Subject, n.Body, n.Subjects)
		}
	}
	for _, who := range []string{"pia", "ana", "sam"} {
		h.notTold(who, core.NoticeTicketOpened)
	}
	if mails := h.mailed("help@partner-one.test"); len(mails) != 1 || mails[0].Subject != "Ticket 1: Secret subject" || mails[0].Recipient != 0 {
		t.Errorf("the contact address gets %+v", mails)
	}
}

// mailed lists what goes to an address without an account.
func (h *fixture) mailed(address string) (out []core.Notification) {
	h.t.Helper()
	for _, n := range h.worded(core.Scan{}) {
		if n.Address == address {
			out = append(out, n)
		}
	}
	return out
}

func TestTheContactIsTheAddressOfAMember(t *testing.T) { // N5
	h := newFixture(t)
	must(h.as("lea").SetMaintainerContact(ctx, h.partnerOne, 0, "max@partner-one.test"))(t)
	h.ticketOf("pia")
	h.told("max", core.NoticeTicketOpened)
	if mails := h.mailed("max@partner-one.test"); len(mails) != 0 {
		t.Errorf("told twice: %+v", mails)
	}
}

func TestInputOfTickets(t *testing.T) { // section 2.2, A9
	h := newFixture(t)
	for _, c := range []struct {
		name  string
		in    core.TicketInput
		want  core.Reason
		field string
	}{
		{"kind", core.TicketInput{Kind: "praise", Priority: "huge", Subject: "x"}, core.ReasonInvalidValue, "kind"},
		{"priority", core.TicketInput{Priority: "huge", Subject: "x"}, core.ReasonInvalidValue, "priority"},
		{"subject too short", core.TicketInput{Subject: "ab", Body: "x"}, core.ReasonInvalidText, "subject"},
		{"subject too long", core.TicketInput{Subject: strings.Repeat("é", 121), Body: "x"}, core.ReasonInvalidText, "subject"},
		{"subject of two lines", core.TicketInput{Subject: "abc\ndef", Body: "x"}, core.ReasonInvalidText, "subject"},
		{"no body", core.TicketInput{Subject: "abc", Body: " \n "}, core.ReasonInvalidText, "body"},
		{"body too long", core.TicketInput{Subject: "abc", Body: strings.Repeat("é", 10_001)}, core.ReasonInvalidText, "body"},
		{"escape in the body", core.TicketInput{Subject: "abc", Body: "a\x1b[31m"}, core.ReasonInvalidText, "body"},
	} {
		_, err := h.as("pia").OpenTicket(ctx, h.etl, c.in)
		if e := core.AsError(err); e == nil || e.Reason != c.want || e.Field != c.field {
			t.Errorf("%s: %+v", c.name, e)
		}
	}
	longest := core.TicketInput{
		Kind: core.TicketLimitIncrease, Priority: core.PriorityHigh, Subject: strings.Repeat("é", 120), Body: strings.Repeat("é", 10_000),
	}
	ticket := must(h.as("pia").OpenTicket(ctx, h.etl, longest))(t)
	if n := h.told("lea", core.NoticeTicketOpened); len([]rune(n.Body)) > 700 {
		t.Errorf("the notification repeats %d characters", len([]rune(n.Body)))
	}
	for _, text := range []string{"", strings.Repeat("x", 10_001), "a\x07"} {
		_, err := h.as("pia").CommentTicket(ctx, ticket.ID, text)
		refused(t, err, core.ReasonInvalidText)
	}
}

func TestStatesOfATicket(t *testing.T) { // ST7, F11, section 21
	h := newFixture(t)
	h.addUser(h.etl, "ben", core.RoleGuest)
	id := h.ticketOf("pia").ID
	step := func(want core.TicketState, action core.Action, do func() error) {
		t.Helper()
		h.pass(time.Minute)
		h.writes(1, func() { allowed(t, do()) })
		got := h.ticket(id)
		if got.State != want || got.Changed != h.now() {
			t.Fatalf("after %s: %+v, want %s", action, got, want)
		}
		h.lastEvent(h.acme.Ref(), action)
	}
	say := func(who string) func() error {
		return func() error { return onlyErr(h.as(who).CommentTicket(ctx, id, who+" says")) }
	}
	step(core.TicketAnswered, "ticket.comment", say("lea"))
	h.told("pia", core.NoticeTicketChanged)
	h.notTold("lea", core.NoticeTicketChanged)
	h.notTold("max", core.NoticeTicketChanged) // no commenter
	step(core.TicketAnswered, "ticket.comment", say("sam"))
	step(core.TicketOpen, "ticket.comment", say("ben"))
	step(core.TicketAnswered, "ticket.comment", say("lea"))
	step(core.TicketOpen, "ticket.comment", say("ana")) // an administrator from outside asks along
	step(core.TicketClosed, "ticket.close", func() error { return onlyErr(h.as("pia").CloseTicket(ctx, id, h.ticket(id).Version)) })
	h.writes(0, func() { must(h.as("lea").CloseTicket(ctx, id, 0))(t) })
	refused(t, say("pia")(), core.ReasonTicketClosed)
	refused(t, say("lea")(), core.ReasonTicketClosed)
	refused(t, onlyErr(h.as("lea").PassTicket(ctx, id, 0)), core.ReasonTicketClosed)
	refused(t, onlyErr(h.as("ben").ReopenTicket(ctx, id, 0)), core.ReasonRoleRestricted)
	step(core.TicketOpen, "ticket.reopen", func() error { return onlyErr(h.as("lea").ReopenTicket(ctx, id, 0)) })
	h.writes(0, func() { must(h.as("pia").ReopenTicket(ctx, id, 0))(t) })

	var lines []string
	for _, n := range h.inbox("ben") {
		if n.Event == core.NoticeTicketChanged {
			lines = append(lines, n.Subject)
		}
	}
	want := []string{
		"Ticket 1 answered: The nightly load fails", "Ticket 1 answered: The nightly load fails",
		"Ticket 1 closed: The nightly load fails", "Ticket 1 reopened: The nightly load fails",
	}
	if strings.Join(lines, "|") != strings.Join(want, "|") {
		t.Errorf("Ben, a commenter, is told %q", lines)
	}
}

func TestStaffWhoAsk(t *testing.T) { // ST7: who has opened it asks, whatever else they are
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, entryP()))(t)
	id := h.ticketOf("sam").ID
	if c := h.comment("sam", id, "One more thing"); c.Staff || h.ticket(id).State != core.TicketOpen {
		t.Errorf("the author answered: %+v, %+v", c, h.ticket(id))
	}
	if c := h.comment("sue", id, "Here you go"); !c.Staff || h.ticket(id).State != core.TicketAnswered {
		t.Errorf("a colleague did not answer: %+v, %+v", c, h.ticket(id))
	}
}

func TestPassingTickets(t *testing.T) { // ST8
	h := newFixture(t)
	first := h.ticketOf("pia")
	for _, who := range []string{"pia", "ana", "sam"} {
		refused(t, onlyErr(h.as(who).PassTicket(ctx, first.ID, 0)), core.ReasonForbidden)
	}
	refused(t, onlyErr(h.as("otto").PassTicket(ctx, first.ID, 0)), core.ReasonNotFound)
	refused(t, onlyErr(h.as("lea").PassTicket(ctx, first.ID, first.Version+1)), core.ReasonStale)
	passed := must(h.as("lea").PassTicket(ctx, first.ID, first.Version))(t)
	if passed.With != core.WithSupport || passed.Version != first.Version+1 {
		t.Errorf("passed: %+v", passed)
	}
	for _, who := range []string{"sam", "sue"} {
		if n := h.told(who, core.NoticeTicketPassed); n.Subject != "Ticket 1 passed on to you: The nightly load fails" {
			t.Errorf("%s is told %q", who, n.Subject)
		}
	}
	h.notTold("max", core.NoticeTicketPassed)
	refused(t, onlyErr(h.as("lea").PassTicket(ctx, first.ID, 0)), core.ReasonForbidden)
	back := must(h.as("sam").PassTicket(ctx, first.ID, passed.Version))(t)
	if back.With != core.WithMaintainer {
		t.Errorf("passed back: %+v", back)
	}
	h.told("lea", core.NoticeTicketPassed)
	h.told("max", core.NoticeTicketPassed)
}

func TestFormerReadersAreNotTold(t *testing.T) { // ST7, N2
	h := newFixture(t)
	h.addUser(h.etl, "otto", core.RoleGuest)
	id := h.ticketOf("pia").ID
	h.comment("otto", id, "Me too")
	h.comment("lea", id, "We look")
	h.told("otto", core.NoticeTicketChanged)
	h.dropMember(h.etl.Ref(), "otto")
	h.comment("lea", id, "It is mended")
	h.told("otto", core.NoticeTicketChanged) // the one from before
	if page := must(h.as("otto").Inbox(ctx, core.Query{}))(t); len(page.Items) != 0 {
		t.Errorf("Otto still reads %+v", page.Items)
	}
	refused(t, onlyErr(h.as("otto").Ticket(ctx, id)), core.ReasonNotFound)
	h.dropMember(h.etl.Ref(), "pia")
	h.comment("max", id, "Bye")
	if v := must(h.as("pia").Ticket(ctx, id))(t); v.Comments != 4 {
		t.Errorf("the author reads %+v", v)
	}
}

func TestTicketsOfProjectsThatGo(t *testing.T) { // DR7, DR8
	h := newFixture(t)
	id := h.ticketOf("pia").ID
	must(h.as("pia").DeleteProject(ctx, h.etl, 0))(t)
	if got := h.ticket(id); got.State != core.TicketOpen {
		t.Errorf("deletion closes it: %+v", got)
	}
	h.comment("pia", id, "Can we have it back?")
	h.comment("ana", id, "Please")
	h.pass(61 * core.Day) // the purge was due a day ago (V10)
	got := h.ticket(id)
	if got.State != core.TicketClosed || got.Changed != h.now().Add(-core.Day) {
		t.Errorf("after the purge: %+v", got)
	}
	e := h.lastEvent(h.acme.Ref(), "project.purge")
	if !strings.Contains(changesText(e), "ticket/1 state open closed") {
		t.Errorf("the event does not list it: %s", changesText(e))
	}
	for _, who := range []string{"pia", "ana", "lea", "sam"} {
		must(h.as(who).Ticket(ctx, id))(t)
		refused(t, onlyErr(h.as(who).CommentTicket(ctx, id, "Hello")), core.ReasonTicketClosed)
	}
	refused(t, onlyErr(h.as("pia").ReopenTicket(ctx, id, 0)), core.ReasonNotFound)
}

func changesText(e core.Event) string {
	var b strings.Builder
	for _, c := range e.Changes {
		if c.Subject != nil {
			b.WriteString(c.Subject.String() + " ")
		}
		b.WriteString(c.Field + " " + c.Before + " " + c.After + "\n")
	}
	return b.String()
}

// TestCommentsAreCounted: whatever people write, the number of comments is that of the comments, and they are numbered
// without a gap. The rest is for CheckInvariants, at the end of the run.
func TestCommentsAreCounted(t *testing.T) {
	suite.Sequential(t)
	rapid.Check(t, func(rt *rapid.T) {
		h := newFixture(rt)
		var ids []core.TicketID
		wrote := map[core.TicketID]int{}
		who := rapid.SampledFrom([]string{"pia", "ana", "lea", "sam", "otto"})
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			if len(ids) == 0 || rapid.IntRange(0, 4).Draw(rt, "open") == 0 {
				ids = append(ids, h.ticketOf("pia").ID)
				continue
			}
			id, a := rapid.SampledFrom(ids).Draw(rt, "ticket"), h.as(who.Draw(rt, "who"))
			switch rapid.IntRange(0, 5).Draw(rt, "step") {
			case 0:
				_, _ = a.CloseTicket(ctx, id, 0)
			case 1:
				_, _ = a.ReopenTicket(ctx, id, 0)
			case 2:
				_, _ = a.PassTicket(ctx, id, 0)
			default:
				if _, err := a.CommentTicket(ctx, id, "text"); err == nil {
					wrote[id]++
				}
			}
		}
		for _, id := range ids {
			page := must(h.as("pia").Comments(ctx, id, core.Query{Limit: 100}))(h.t)
			if got := h.ticket(id).Comments; got != wrote[id] || page.Total != wrote[id] || len(page.Items) != wrote[id] {
				rt.Fatalf("ticket %d: counts %d, total %d, %d rows, wrote %d", id, got, page.Total, len(page.Items), wrote[id])
			}
		}
	})
}

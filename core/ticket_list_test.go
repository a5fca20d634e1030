package core_test

import (
	"strings"
	"testing"

	"gatehouse/core"
)

// subjectsOf lists what a page of tickets is about.
func subjectsOf(page core.Page[core.TicketView]) string {
	var out []string
	for _, v := range page.Items {
		out = append(out, v.Subject)
	}
	return strings.Join(out, " ")
}

// ticketHouse has tickets of three projects: one of Pia with an answer, one of Gus that is closed, one of Gus that is
// passed on to Support, and one in an organization of another maintainer.
func ticketHouse(t *testing.T) *fixture {
	t.Helper()
	h := crowd(t)
	other := h.addMaintainer("Partner Two", "otto")
	globex := h.addOrganization(other, "Globex")
	h.addMember(globex.Ref(), "shay", core.RoleDefault, core.RoleAdmin)
	crm := h.addProject(globex, "CRM")
	h.addUser(crm, "shay", core.RoleProjectAdmin)
	open := func(who string, p core.ProjectID, subject string, kind core.TicketKind) core.TicketID {
		in := core.TicketInput{Kind: kind, Subject: subject, Body: "text"}
		return must(h.as(who).OpenTicket(ctx, p, in))(t).ID
	}
	h.comment("lea", open("pia", h.etl, "answered", core.TicketError), "Look here")
	must(h.as("gus").CloseTicket(ctx, open("gus", h.etl, "closed", core.TicketQuestion), 0))(t)
	must(h.as("lea").PassTicket(ctx, open("gus", h.etl, "passed", core.TicketLimitIncrease), 0))(t)
	open("gus", h.etl, "waiting", core.TicketQuestion)
	open("shay", crm, "elsewhere", core.TicketQuestion)
	return h
}

func TestListsOfTickets(t *testing.T) { // ST3, ST7, ST8
	h := ticketHouse(t)
	for _, c := range []struct {
		who   string
		tab   core.TicketTab
		want  string
		total int
	}{
		{"pia", core.TicketsMine, "answered", 1},
		{"pia", "", "answered", 1},
		{"pia", core.TicketsAnswer, "", 0},
		{"pia", core.TicketsAll, "waiting passed closed answered", 4},
		{"gus", core.TicketsMine, "waiting passed closed", 3},
		{"shay", core.TicketsAll, "elsewhere waiting passed closed answered", 5},
		{"ana", core.TicketsMine, "", 0},
		{"ana", core.TicketsAll, "waiting passed closed answered", 4},
		{"lea", core.TicketsAnswer, "waiting", 1},
		{"lea", core.TicketsAll, "waiting passed closed answered", 4},
		{"otto", core.TicketsAnswer, "elsewhere", 1},
		{"otto", core.TicketsAll, "elsewhere", 1},
		{"sam", core.TicketsAnswer, "passed", 1},
		{"sam", core.TicketsAll, "elsewhere waiting passed closed answered", 5},
		{"vic", core.TicketsAll, "elsewhere waiting passed closed answered", 5},
		{"cem", core.TicketsAll, "", 0},
	} {
		page := must(h.as(c.who).Tickets(ctx, core.TicketQuery{Tab: c.tab}))(t)
		if got := subjectsOf(page); got != c.want || page.Total != c.total {
			t.Errorf("%s, %s: %q of %d, want %q of %d", c.who, c.tab, got, page.Total, c.want, c.total)
		}
	}
	h.requireMFA()
	if got := subjectsOf(must(h.as("gus").Tickets(ctx, core.TicketQuery{Tab: core.TicketsAll}))(t)); got != "waiting passed closed" {
		t.Errorf("locked out, Gus sees %q, want the own ones", got)
	}
}

func TestTicketsOfUnits(t *testing.T) {
	h := ticketHouse(t)
	const all = "waiting passed closed answered"
	project, organization, maintainer := core.TicketQuery{Project: h.etl}, core.TicketQuery{Organization: h.acme}, core.TicketQuery{Maintainer: h.partnerOne}
	for _, c := range []struct {
		who  string
		q    core.TicketQuery
		want string
		err  core.Reason
	}{
		{"gus", project, all, ""},
		{"ana", project, all, ""},
		{"lea", project, all, ""},
		{"cem", project, "", core.ReasonAdminRoleRequired},
		{"otto", project, "", core.ReasonForbidden},
		{"ana", organization, all, ""},
		{"cem", organization, "", core.ReasonAdminRoleRequired},
		{"lea", maintainer, all, ""},
		{"sam", maintainer, all, ""},
		{"ana", maintainer, "", core.ReasonForbidden},
		{"lea", core.TicketQuery{Project: h.etl, State: core.TicketClosed}, "closed", ""},
	} {
		page, err := h.as(c.who).Tickets(ctx, c.q)
		if got := subjectsOf(page); got != c.want || core.ReasonOf(err) != c.err {
			t.Errorf("%s, %+v: %q, %v; want %q, %q", c.who, c.q, got, err, c.want, c.err)
		}
	}
}

func TestFilterAndOrderOfTickets(t *testing.T) {
	h := ticketHouse(t)
	for filter, want := range map[string]string{
		"state:open":                  "elsewhere waiting passed",
		"state:answered":              "answered",
		"with:support":                "passed",
		"kind:limit":                  "passed",
		"who:gus":                     "waiting passed closed",
		"org:globex":                  "elsewhere",
		"project:etl !state:closed":   "waiting passed answered",
		"=wait":                       "waiting",
		"id:3":                        "passed",
		"nothing-of-the-kind":         "",
		"subject:answered priority:n": "answered",
	} {
		page := must(h.as("sam").Tickets(ctx, core.TicketQuery{Tab: core.TicketsAll, Query: core.Query{Filter: filter}}))(t)
		if got := subjectsOf(page); got != want {
			t.Errorf("%s: %q, want %q", filter, got, want)
		}
	}
	oldest := core.TicketQuery{Tab: core.TicketsAll, Query: core.Query{Sort: "opened", Limit: 2}}
	first := must(h.as("sam").Tickets(ctx, oldest))(t)
	oldest.After = first.Next
	second := must(h.as("sam").Tickets(ctx, oldest))(t)
	if subjectsOf(first) != "answered closed" || subjectsOf(second) != "passed waiting" {
		t.Errorf("pages %q, %q", subjectsOf(first), subjectsOf(second))
	}
	_, err := h.as("sam").Tickets(ctx, core.TicketQuery{Query: core.Query{Sort: "mood"}})
	refused(t, err, core.ReasonInvalidValue)
}

func TestTicketsThatWait(t *testing.T) { // rail and home: whose word is next
	h := ticketHouse(t)
	for who, want := range map[string]string{
		"lea": "waiting", "sam": "passed", "vic": "passed", "otto": "elsewhere", "pia": "answered", "gus": "", "ana": "", "cem": "",
	} {
		home := must(h.as(who).Home(ctx))(t)
		var got []string
		for _, v := range home.Tickets {
			got = append(got, v.Subject)
		}
		counts := must(h.as(who).Counts(ctx))(t)
		if strings.Join(got, " ") != want || home.TicketsTotal != len(got) || counts.Tickets != len(got) {
			t.Errorf("%s: %q, total %d, count %d, want %q", who, got, home.TicketsTotal, counts.Tickets, want)
		}
	}
}

func TestPageOfATicket(t *testing.T) {
	h := ticketHouse(t)
	v := must(h.as("gus").Ticket(ctx, 1))(t)
	if v.ProjectName != "Nightly ETL" || v.OrganizationName != "Acme" || v.MaintainerName != "Partner One" || v.Who.Email != "pia@data.test" || v.Mine {
		t.Errorf("page: %+v", v)
	}
	if core.ReasonOf(v.Permissions[core.TicketClose]) != core.ReasonRoleRestricted || v.Permissions[core.TicketComment] != nil {
		t.Errorf("permissions: %+v", v.Permissions)
	}
	page := must(h.as("pia").Comments(ctx, 1, core.Query{}))(t)
	if len(page.Items) != 1 || page.Items[0].Who.Email != "lea@partner-one.test" || !page.Items[0].Staff || page.Total != 1 {
		t.Errorf("comments: %+v", page)
	}
	for _, text := range []string{"who:lea", "look"} {
		if got := must(h.as("pia").Comments(ctx, 1, core.Query{Filter: text, Sort: "newest"}))(t); len(got.Items) != 1 {
			t.Errorf("%s finds %d", text, len(got.Items))
		}
	}
	for _, who := range []string{"otto", "cem"} {
		refused(t, onlyErr(h.as(who).Ticket(ctx, 1)), core.ReasonNotFound)
		refused(t, onlyErr(h.as(who).Comments(ctx, 1, core.Query{})), core.ReasonNotFound)
		refused(t, onlyErr(h.as(who).Visits(ctx, core.VisitQuery{Ticket: 1})), core.ReasonNotFound)
	}
	hidden, absent := onlyErr(h.as("otto").Ticket(ctx, 1)), onlyErr(h.as("otto").Ticket(ctx, 99))
	if strings.ReplaceAll(absent.Error(), "99", "1") != hidden.Error() {
		t.Errorf("hidden says %q, absent %q", hidden, absent)
	}
	h.requireMFA()
	refused(t, onlyErr(h.as("gus").Ticket(ctx, 1)), core.ReasonMFARequired)
	must(h.as("gus").Ticket(ctx, 3))(t) // the own one
}

// citing is an entry that cites a ticket instead of a reason.
func citing(id core.TicketID) core.Entry {
	e := entry()
	e.Reason, e.Ticket = "", id
	return e
}

func TestJoiningForATicket(t *testing.T) { // ST9
	h := newFixture(t)
	id := h.ticketOf("pia").ID
	e := citing(id)
	must(h.as("sam").JoinProject(ctx, h.etl, &e))(t)
	v := h.visitor("sam")
	if v.Ticket != id || v.Reason != "Ticket 1: The nightly load fails" || e.Reason != "" {
		t.Errorf("visit: %+v, entry %+v", v, e)
	}
	own := citing(id)
	own.Reason = "Looking at the log"
	must(h.as("lea").JoinProject(ctx, h.etl, &own))(t)
	if v := h.visitor("lea"); v.Ticket != id || v.Reason != "Looking at the log" {
		t.Errorf("visit: %+v", v)
	}
	page := must(h.as("pia").Visits(ctx, core.VisitQuery{Ticket: id}))(t)
	if len(page.Items) != 2 || page.Total != 2 || page.Items[0].Who.Email != "lea@partner-one.test" || page.Items[0].TicketSubject == "" {
		t.Errorf("visits that cite it: %+v", page)
	}
	if got := must(h.as("pia").Ticket(ctx, id))(t); got.Visits != 2 {
		t.Errorf("counts %d visits", got.Visits)
	}
}

func TestAskingForATicket(t *testing.T) { // ST9, R23
	h := newFixture(t)
	id := h.ticketOf("pia").ID
	h.autoJoin(false)
	q := must(h.as("sam").FileRequest(ctx, h.etl, citing(id)))(t)
	if q.Ticket != id || q.Reason != "Ticket 1: The nightly load fails" {
		t.Errorf("request: %+v", q)
	}
	if row := must(h.as("pia").Request(ctx, q.ID))(t); row.TicketSubject != "The nightly load fails" {
		t.Errorf("row: %+v", row)
	}
	must(h.as("pia").ApproveRequest(ctx, q.ID, q.Version, core.Term{}))(t)
	v := h.visitor("sam")
	if v.Ticket != id {
		t.Errorf("visit: %+v", v)
	}
	second := h.ticketOf("pia").ID
	x := must(h.as("sam").ExtendVisit(ctx, v.ID, core.Entry{Ticket: second, Term: forHours(9)}))(t)
	must(h.as("pia").ApproveRequest(ctx, x.ID, x.Version, core.Term{}))(t)
	if got := h.visit(v.ID); x.Ticket != second || got.Ticket != id {
		t.Errorf("the visit keeps the ticket that it began with: %+v, %+v", x, got)
	}
}

func TestExtendingForATicket(t *testing.T) { // ST9: a visit that began without one
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, entryP()))(t)
	id := h.ticketOf("pia").ID
	x := must(h.as("sam").ExtendVisit(ctx, h.visitor("sam").ID, core.Entry{Ticket: id, Term: forHours(9)}))(t)
	must(h.as("pia").ApproveRequest(ctx, x.ID, x.Version, core.Term{}))(t)
	if got := h.visit(h.visitor("sam").ID); got.Ticket != id {
		t.Errorf("visit: %+v", got)
	}
}

func TestTicketsThatCannotBeCited(t *testing.T) { // ST9
	h := newFixture(t)
	shut, other := h.ticketOf("pia").ID, h.addProject(h.acme, "Other")
	must(h.as("pia").CloseTicket(ctx, shut, 0))(t)
	h.addUser(other, "pia", core.RoleProjectAdmin)
	elsewhere := must(h.as("pia").OpenTicket(ctx, other, question()))(t).ID
	join := func(id core.TicketID) error {
		e := citing(id)
		return onlyErr(h.as("sam").JoinProject(ctx, h.etl, &e))
	}
	refused(t, join(shut), core.ReasonTicketClosed)
	refused(t, join(elsewhere), core.ReasonNotFound)
	refused(t, join(99), core.ReasonNotFound)
	refused(t, onlyErr(h.as("sam").JoinOrganization(ctx, h.acme, citing(elsewhere))), core.ReasonNotFound)
	h.autoJoin(false)
	refused(t, onlyErr(h.as("sam").FileRequest(ctx, h.etl, citing(shut))), core.ReasonTicketClosed)
	refused(t, onlyErr(h.as("sam").FileRequest(ctx, h.etl, citing(elsewhere))), core.ReasonNotFound)
}

func TestTicketsAreFoundByNumber(t *testing.T) {
	h := ticketHouse(t)
	found := func(who, text string) bool {
		for _, hit := range must(h.as(who).Search(ctx, text, 20))(t) {
			if hit.Ref == core.TicketID(1).Ref() && hit.Detail == "answered" {
				return true
			}
		}
		return false
	}
	for _, text := range []string{"1", "ticket/1"} {
		if !found("pia", text) || !found("sam", text) {
			t.Errorf("%q does not find the ticket", text)
		}
		if found("otto", text) {
			t.Errorf("%q shows the ticket to somebody who may not read it", text)
		}
	}
}

package core_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// visitNotices are the rows of N7: who else is told when a visit begins, is extended or ends early.
func visitNotices() []noticeRow {
	const early = "The visit of sam@support.test to Nightly ETL ended early"
	twoUsers := func(h *fixture) { h.addUser(h.etl, "otto", core.RoleReadOnly) }
	waiting := func(h *fixture) {
		twoUsers(h)
		off(h)
		h.file("sam")
	}
	visiting := func(h *fixture) {
		twoUsers(h)
		h.visiting()
	}
	return []noticeRow{
		{"visit begun by approval", waiting, func(h *fixture) {
			must(h.as("pia").ApproveRequest(ctx, 1, 0, core.Term{}))(h.t)
		}, map[string]string{
			"sam": "You may enter Nightly ETL until 2026-03-02 14:00 UTC", "otto": "sam@support.test entered Nightly ETL until 2026-03-02 14:00 UTC",
		}},
		{"visit extended", func(h *fixture) {
			visiting(h)
			must(h.as("sam").ExtendVisit(ctx, 1, core.Entry{Reason: entry().Reason, Term: core.Term{For: 360}}))(h.t)
		}, func(h *fixture) {
			must(h.as("pia").ApproveRequest(ctx, 1, 0, core.Term{}))(h.t)
		}, map[string]string{
			"sam": "You may enter Nightly ETL until 2026-03-02 16:00 UTC", "otto": "sam@support.test stays in Nightly ETL until 2026-03-02 16:00 UTC",
		}},
		{"visit revoked, others", visiting, func(h *fixture) {
			must(h.as("pia").RevokeVisit(ctx, 1, 0, "Done"))(h.t)
		}, map[string]string{
			"sam": "pia@data.test ended your visit to Nightly ETL", "otto": early,
		}},
		{"visit left early", visiting, func(h *fixture) { allowed(h.t, h.as("sam").LeaveProject(ctx, h.etl)) }, several(early, "pia", "otto")},
	}
}

// pages read what stands behind a link, by the kind of record.
var pages = map[core.Kind]func(a *core.Actor, id uint64) error{
	core.KindAccount:      func(a *core.Actor, id uint64) error { return onlyErr(a.Account(ctx, core.AccountID(id))) },
	core.KindRequest:      func(a *core.Actor, id uint64) error { return onlyErr(a.Request(ctx, core.RequestID(id))) },
	core.KindVisit:        func(a *core.Actor, id uint64) error { return onlyErr(a.Visit(ctx, core.VisitID(id))) },
	core.KindInvitation:   func(a *core.Actor, id uint64) error { return onlyErr(a.Invitation(ctx, core.InvitationID(id))) },
	core.KindTicket:       func(a *core.Actor, id uint64) error { return onlyErr(a.Ticket(ctx, core.TicketID(id))) },
	core.KindProject:      func(a *core.Actor, id uint64) error { return onlyErr(a.Project(ctx, core.ProjectID(id))) },
	core.KindOrganization: func(a *core.Actor, id uint64) error { return onlyErr(a.Organization(ctx, core.OrganizationID(id))) },
	core.KindMaintainer:   func(a *core.Actor, id uint64) error { return onlyErr(a.Maintainer(ctx, core.MaintainerID(id))) },
}

// leading opens the page of every notice in the mails that are due, and counts the pages by kind.
func (h *fixture) leading(t tester, led map[core.Kind]int) {
	t.Helper()
	for _, m := range h.deliver() {
		for _, n := range m.Notices {
			if n.Leads.IsZero() {
				led[0]++
				continue
			}
			led[n.Leads.Kind]++
			if err := pages[n.Leads.Kind](h.As(n.Recipient), n.Leads.ID); err != nil {
				t.Errorf("the mail %q to %s leads to %s: %v", n.Subject, m.Address, n.Leads, err)
			}
		}
	}
}

// N7: every notice, to every recipient: the page that its mail leads to opens at that moment.
func TestMailsLeadToPagesThatOpen(t *testing.T) {
	suite.Sequential(t)
	led := map[core.Kind]int{}
	for _, row := range slices.Concat(entryNotices(), requestNotices(), unitNotices(), accountNotices(), ticketNotices(), visitNotices()) {
		t.Run(row.name, func(t *testing.T) {
			h := mailHouse(t)
			if row.given != nil {
				row.given(h)
			}
			h.deliver()
			row.when(h)
			h.leading(t, led)
		})
	}
	t.Logf("led to %v", led)
	for _, kind := range []core.Kind{core.KindAccount, core.KindRequest, core.KindVisit, core.KindInvitation, core.KindTicket, core.KindProject, core.KindOrganization} {
		if led[kind] == 0 {
			t.Errorf("no mail leads to a %s", kind)
		}
	}
}

// The same over random houses, where mails wait while the world goes on.
func TestMailsOfRandomHousesLeadToPagesThatOpen(t *testing.T) {
	suite.Sequential(t)
	led := map[core.Kind]int{}
	rapid.Check(t, func(t *rapid.T) {
		p := newWorldPlay(t)
		p.tried, p.allowed = map[string]int{}, map[string]int{}
		p.h.SetMailDelivery(true)
		var actions []func(*rapid.T)
		for _, s := range append(p.peopleSteps(), p.projectSteps()...) {
			for range s.weight {
				actions = append(actions, s.do)
			}
		}
		for range 3 {
			for range 6 {
				p.play(t, actions)
			}
			p.h.leading(t, led)
		}
		p.staffComeIn(t)
		p.h.leading(t, led)
	})
	t.Logf("led to %v", led)
}

// N7: security notices go before everything else, to the same reader and to others, whatever waits longer.
func TestUrgentMailGoesFirst(t *testing.T) {
	h := mailHouse(t)
	h.addUser(h.etl, "otto", core.RoleReadOnly)
	for range 3 {
		must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(t)
		allowed(t, h.as("sam").LeaveProject(ctx, h.etl))
	}
	h.clock.move(time.Minute)
	h.addKey("otto", newKey(t))
	var order []string
	for _, m := range h.deliver() {
		name, _, _ := strings.Cut(m.Address, "@")
		order = append(order, name+": "+string(m.Notices[0].Event))
	}
	if len(order) < 7 || order[0] != "otto: "+string(core.NoticeKeyChanged) {
		t.Errorf("in this order:\n%s", strings.Join(order, "\n"))
	}
}

// A page that is refused to somebody who is invited names the invitation (access.md F6): the next step is theirs.
func TestRefusedPageNamesTheInvitation(t *testing.T) {
	h := newFixture(t)
	project := h.invited("pia", "otto@elsewhere.test")
	organization, _, err := h.as("ana").Invite(ctx, core.InviteInput{Unit: h.acme.Ref(), Email: "otto@elsewhere.test"})
	allowed(t, err)
	otto := h.as("otto")
	for page, c := range map[core.InvitationID]error{
		project.ID:      onlyErr(otto.Buckets(ctx, core.BucketQuery{Project: h.etl})),
		organization.ID: onlyErr(otto.Members(ctx, h.acme.Ref(), core.Query{})),
	} {
		e := core.AsError(c)
		if e.Code == "" || !strings.Contains(e.Next, fmt.Sprintf("invitation/%d", page)) {
			t.Errorf("refused with %s: %s %s", e.Reason, e.Message, e.Next)
		}
		allowed(t, onlyErr(otto.Invitation(ctx, page)))
	}
}

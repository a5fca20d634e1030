package core_test

import (
	"testing"
	"time"

	"gatehouse/core"
)

// Section 13, B6: of a purged project number, name, organization and dates remain, for administrators, maintainer members
// and Support (R25), on its page and in the list of deleted ones; its history stays readable with the chain (AU6).
func TestPurgedProjectsCanBeLookedAt(t *testing.T) {
	h := newFixture(t)
	deleted := h.in(time.Hour)
	h.clock.move(time.Hour)
	must(h.as("pia").DeleteProject(ctx, h.etl, 0))(t)
	grace := h.addProject(h.acme, "In grace", func(p *core.Project) { p.State, p.Deleted = core.ProjectDeleted, h.in(59*core.Day) })
	h.pass(core.Grace + 5*time.Hour) // the sweep comes late
	for _, who := range []string{"ana", "lea", "sam"} {
		p := must(h.as(who).Project(ctx, h.etl))(t)
		want := core.ProjectView{
			ID: h.etl, Version: p.Version, Name: "Nightly ETL", Organization: core.Named{ID: uint64(h.acme), Name: "Acme"}, Maintainer: p.Maintainer,
			Template: "production", State: core.ProjectPurged, Created: core.At(begin), Deleted: deleted, Purged: deleted.Add(core.Grace),
			DeletedBy: p.DeletedBy,
		}
		if p.DeletedBy == nil || p.DeletedBy.ID != h.id("pia") || p.Purged != want.Purged || p.Deleted != want.Deleted || p.Name != want.Name || p.State != want.State || p.Users != 0 {
			t.Errorf("%s sees %+v, want %+v", who, p, want)
		}
		events := must(h.as(who).Activity(ctx, core.ActivityQuery{Unit: h.etl.Ref()}))(t)
		if len(events.Items) == 0 || events.Items[0].Action != "project.purge" {
			t.Errorf("%s reads %+v", who, events.Items)
		}
	}
	for _, who := range []string{"pia", "otto"} {
		refused(t, onlyErr(h.as(who).Project(ctx, h.etl)), core.ReasonNotFound)
		refused(t, onlyErr(h.as(who).Activity(ctx, core.ActivityQuery{Unit: h.etl.Ref()})), core.ReasonNotFound)
	}
	for who, q := range map[string]core.ProjectQuery{"sam": {Deleted: true}, "ana": {Deleted: true, Organization: h.acme}} {
		p := must(h.as(who).Projects(ctx, q))(t)
		if p.Total != 2 || len(p.Items) != 2 || p.Items[0].ID != grace || p.Items[1].ID != h.etl || p.Items[1].Purged != deleted.Add(core.Grace) {
			t.Errorf("%s lists %d: %+v", who, p.Total, p.Items)
		}
		q.Limit = 1
		first := must(h.as(who).Projects(ctx, q))(t)
		q.After = first.Next
		second := must(h.as(who).Projects(ctx, q))(t)
		if len(second.Items) != 1 || second.Items[0].ID != h.etl || second.Next != "" {
			t.Errorf("%s, second page: %+v", who, second)
		}
		q.After, q.Filter = "", "state:purged"
		if p := must(h.as(who).Projects(ctx, q))(t); len(p.Items) != 1 || p.Items[0].ID != h.etl {
			t.Errorf("%s, purged ones: %+v", who, p.Items)
		}
	}
}

// F3, V9: the list of an organization has its visits, running and over, those of its projects too, with who ended them and
// how long they really were; a filter by state finds them.
func TestVisitsOfAnOrganization(t *testing.T) {
	h := newFixture(t)
	must(h.as("sam").JoinProject(ctx, h.etl, entryP()))(t)
	must(h.as("lea").JoinOrganization(ctx, h.acme, entry()))(t)
	must(h.as("sue").JoinProject(ctx, h.etl, entryP()))(t)
	h.pass(90 * time.Minute)
	must(h.as("pia").RevokeVisit(ctx, h.visitor("sam").ID, 0, "Done here"))(t)
	must(h.as("sue").LeaveVisit(ctx, h.visitor("sue").ID))(t)
	page := must(h.as("ana").Visits(ctx, core.VisitQuery{Unit: h.acme.Ref()}))(t)
	if len(page.Items) != 3 {
		t.Fatalf("%d visits", len(page.Items))
	}
	for _, v := range page.Items {
		switch v.Account {
		case h.id("sam"):
			if v.EndedBy == nil || v.EndedBy.ID != h.id("pia") || v.Lasted != 90 || v.Note() != "Done here" || v.Because() != "" {
				t.Errorf("revoked: %+v", v)
			}
		case h.id("sue"):
			if v.EndedBy == nil || v.EndedBy.ID != h.id("sue") || v.Note() != "" {
				t.Errorf("left: %+v", v)
			}
		default:
			if v.State != core.VisitActive || v.EndedBy != nil {
				t.Errorf("running: %+v", v)
			}
		}
	}
	left := must(h.as("ana").Visits(ctx, core.VisitQuery{Query: core.Query{Filter: "state:left"}, Unit: h.acme.Ref()}))(t)
	if len(left.Items) != 1 || left.Items[0].Account != h.id("sue") {
		t.Errorf("left: %+v", left.Items)
	}
	h.pass(3 * time.Hour)
	over := must(h.as("ana").Visits(ctx, core.VisitQuery{Query: core.Query{Filter: "state:ended"}, Unit: h.acme.Ref()}))(t)
	if len(over.Items) != 1 || over.Items[0].Because() != "time" || over.Items[0].Note() != "" || over.Items[0].EndedBy != nil {
		t.Errorf("ended: %+v", over.Items)
	}
}

// F13, S14, S15, S31: who is locked out by Require MFA is shown so, in the lists of people to whom may see their MFA, and in
// the list of projects to the person.
func TestLockedOutIsShown(t *testing.T) {
	h := newFixture(t)
	h.setMFA("ana", true)
	h.addInvitation(h.etl.Ref(), "otto", "pia")
	h.requireMFA()
	for _, unit := range []core.Unit{h.etl.Ref(), h.acme.Ref()} {
		for _, m := range must(h.as("ana").Members(ctx, unit, core.Query{}))(t).Items {
			if want := m.Kind == core.MemberOrdinary && m.Person.ID != h.id("ana"); m.Locked != want {
				t.Errorf("%s in %s: locked %v, want %v", m.Person.Email, unit, m.Locked, want)
			}
		}
	}
	for who, want := range map[string]bool{"ana": false, "ben": true, "pia": true, "sam": false} {
		if got := must(h.as(who).Projects(ctx, core.ProjectQuery{}))(t).Items[0].Locked; got != want {
			t.Errorf("%s: the project is locked %v, want %v", who, got, want)
		}
	}
}

// F16, ST8: a ticket that is passed on waits for whoever it is with then, answered or not.
func TestPassedTicketAwaitsItsDesk(t *testing.T) {
	h := newFixture(t)
	id := h.ticketOf("pia").ID
	h.comment("lea", id, "We look at it")
	must(h.as("lea").PassTicket(ctx, id, 0))(t)
	if v := must(h.as("sam").Ticket(ctx, id))(t); !v.Awaits || v.State != core.TicketOpen {
		t.Errorf("Support sees %s, awaits %v", v.State, v.Awaits)
	}
	h.comment("sam", id, "Not ours")
	must(h.as("sam").PassTicket(ctx, id, 0))(t)
	if v := must(h.as("lea").Ticket(ctx, id))(t); !v.Awaits {
		t.Errorf("the maintainer sees %s", v.State)
	}
}

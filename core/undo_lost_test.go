package core_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/core"
)

// U1, access.md "Decided": after a lost race, the undo says that the decision which won is none of the person's.
func TestUndoLeavesWhatOthersDecided(t *testing.T) {
	h := newFixture(t)
	h.autoJoin(false)
	h.addUser(h.etl, "ben", core.RoleProjectAdmin)
	q := h.file("sam")
	h.clock.move(time.Second)
	must(h.as("ben").ApproveRequest(ctx, q.ID, 0, core.Term{}))(t)
	refused(t, onlyErr(h.as("pia").RejectRequest(ctx, q.ID, 0, "")), core.ReasonAlreadyDecided)
	v, ok, err := h.as("pia").LastUndo(ctx)
	allowed(t, err)
	if ok || len(v.NotYours) != 1 || !strings.Contains(v.NotYours[0], "Request 1 was approved by ben@acme.test") {
		t.Errorf("nothing is to be undone: %v, %q", ok, v.NotYours)
	}
	if e := core.NothingToUndo(v.NotYours...); !strings.Contains(e.Message, "not yours") {
		t.Errorf("the refusal says %q", e.Message)
	}
	must(h.as("pia").RenameProject(ctx, h.etl, 0, "Nightly Load"))(t)
	v, ok, err = h.as("pia").LastUndo(ctx)
	allowed(t, err)
	if !ok || len(v.NotYours) != 0 {
		t.Errorf("what was decided before the own change: %q", v.NotYours)
	}
	if v, _, _ = h.as("ben").LastUndo(ctx); len(v.NotYours) != 0 {
		t.Errorf("the own decision is called that of others: %q", v.NotYours)
	}
}

// Rules part 2, F5 (S15, ST2): who is locked out of every project is not offered a ticket, which could only be refused.
func TestTicketsAreOfferedOnlyWhereTheyCanBeOpened(t *testing.T) {
	h := newFixture(t)
	offered := func() bool { return must(h.as("pia").Surroundings(ctx, core.Ref{}))(t).OpensTickets }
	if !offered() {
		t.Error("a user is not offered a ticket")
	}
	h.requireMFA()
	if offered() {
		t.Error("somebody who is locked out is offered a ticket")
	}
	refused(t, onlyErr(h.as("pia").OpenTicket(ctx, h.etl, question())), core.ReasonMFARequired)
	beta := h.addOrganization(h.partnerOne, "Beta")
	h.addMember(beta.Ref(), "ben", core.RoleDefault, core.RoleAdmin)
	h.addUser(h.addProject(beta, "Reports"), "pia", core.RoleReadOnly)
	if !offered() {
		t.Error("another project is open, and no ticket is offered")
	}
}

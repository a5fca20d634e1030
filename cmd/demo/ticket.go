package demo

import (
	"time"

	"gatehouse/core"
)

// oldTickets are those of the weeks before: solved ones, and one that the maintainer has answered.
func (b *builder) oldTickets() {
	solved := b.ticket(b.decider("Turbine health"), "Turbine health", core.TicketInput{
		Kind: core.TicketError, Priority: core.PriorityHigh, Subject: "Alarms are late since the update",
		Body: "Since the update alarms arrive up to twenty minutes late.\nWe need them within a minute.",
	})
	b.wait(6 * time.Hour)
	b.comment(b.maintainerOf("Turbine health"), solved, "We see it too: the queue is too small. It will be larger tonight.")
	b.wait(core.Day)
	b.comment(b.decider("Turbine health"), solved, "Alarms are on time again, thank you.")
	b.closeTicket(b.decider("Turbine health"), solved)

	copied := b.ticket(Ben, "Churn model", core.TicketInput{
		Kind: core.TicketQuestion, Priority: core.PriorityLow, Subject: "Can a model be copied to another project?",
		Body: "We would like to try the churn model on the data of another team.\nIs there a way that keeps its history?",
	})
	b.wait(4 * time.Hour)
	b.comment(b.maintainerOf("Churn model"), copied, "There is: share the bucket with the other project, and link it there.\nThe history stays in yours.")
}

// tickets are what waits today: for the maintainer, for Support, and what visits and a request cite.
func (b *builder) tickets() {
	nightly := b.ticket(Pia, "Nightly ETL", core.TicketInput{
		Kind: core.TicketError, Priority: core.PriorityHigh, Subject: "Nightly load stops at 02:00",
		Body: "The load stops at 02:00 with this message:\n\n  out of disk space on worker 3\n\nIt worked until Friday. Nobody here may look at the workers.",
	})
	b.do("visit for a ticket", func() error {
		_, err := b.as("max.keller@partner-one.test").JoinProject(b.ctx, b.project("Nightly ETL"), &core.Entry{Ticket: nightly, Term: lengthOf(9 * time.Hour)})
		return err
	})
	b.comment("max.keller@partner-one.test", nightly, "I am inside and look at worker 3.")
	b.comment(Pia, nightly, "Worker 2 shows the same now.")

	over := b.ticket(b.decider("Recipe lab"), "Recipe lab", core.TicketInput{
		Kind: core.TicketLimitIncrease, Subject: "Raise the user limit of Recipe lab", Body: "Two students join us for the summer. Please raise the limit to 6.",
	})
	b.passTicket(b.maintainerOf("Recipe lab"), over)

	grid := b.ticket(b.decider("Grid forecast"), "Grid forecast", core.TicketInput{
		Kind: core.TicketQuestion, Subject: "Forecast is empty for Sunday", Body: "The forecast has no values for Sunday. Is that the change of the clocks?",
	})
	b.do("request for a ticket", func() error {
		_, err := b.as(ravi).FileRequest(b.ctx, b.project("Grid forecast"), core.Entry{Ticket: grid, Term: lengthOf(4 * time.Hour)})
		return err
	})
	b.do("ticket for a deleted project", func() error {
		_, err := b.as(b.firstAdmin("Gillespie Press")).OpenTicket(b.ctx, b.project("Print runs"), core.TicketInput{
			Kind: core.TicketRestore, Subject: "Restore Print runs", Body: "It was deleted by mistake. Please bring it back.",
		})
		return err
	})
}

// ticket opens a ticket and gives its number.
func (b *builder) ticket(by, project string, in core.TicketInput) core.TicketID {
	var id core.TicketID
	b.do(by+" opens a ticket about "+project, func() error {
		t, err := b.as(by).OpenTicket(b.ctx, b.project(project), in)
		id = t.ID
		return err
	})
	return id
}

func (b *builder) comment(by string, id core.TicketID, text string) {
	b.do(by+" comments", func() error {
		_, err := b.as(by).CommentTicket(b.ctx, id, text)
		return err
	})
}

func (b *builder) closeTicket(by string, id core.TicketID) {
	b.do(by+" closes a ticket", func() error {
		_, err := b.as(by).CloseTicket(b.ctx, id, 0)
		return err
	})
}

func (b *builder) passTicket(by string, id core.TicketID) {
	b.do(by+" passes a ticket on", func() error {
		_, err := b.as(by).PassTicket(b.ctx, id, 0)
		return err
	})
}

// maintainerOf gives a member of the maintainer that looks after a project.
func (b *builder) maintainerOf(project string) string {
	var m core.Unit
	b.do("maintainer of "+project, func() error {
		p, err := b.as(Sam).Project(b.ctx, b.project(project))
		m = core.MaintainerID(p.Maintainer.ID).Ref()
		return err
	})
	if b.err != nil {
		return ""
	}
	return b.find(m, func(v core.MemberView) bool {
		return v.Kind == core.MemberOrdinary && v.Person.MFA != nil && *v.Person.MFA
	})
}

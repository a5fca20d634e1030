package entry

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gatehouse/core"
	"gatehouse/tui/form"
)

// ticketsOffered is how many tickets the form offers, the newest ones.
const ticketsOffered = 20

// Tickets gives the open tickets of a project that somebody may come in for. Without the right to read them there are
// none, and nothing is offered.
func Tickets(ctx context.Context, actor *core.Actor, project core.ProjectID) []core.TicketView {
	page, err := actor.Tickets(ctx, core.TicketQuery{Project: project, Query: core.Query{Filter: "!state:closed", Limit: ticketsOffered}})
	if err != nil {
		return nil
	}
	return page.Items
}

// ticketField offers the tickets; the first choice is none.
func (a Ask) ticketField() []*form.Field {
	if len(a.Tickets) == 0 {
		return nil
	}
	f := &form.Field{
		Name: FieldTicket, Label: "Ticket", Kind: form.Choice, Options: []form.Option{{Label: "none"}},
		Help: "← → choose the ticket that it is about. It may stand for the reason.",
	}
	for _, t := range a.Tickets {
		f.Options = append(f.Options, form.Option{Value: strconv.FormatUint(uint64(t.ID), 10), Label: fmt.Sprintf("%d %s", t.ID, t.Subject)})
	}
	return []*form.Field{f}
}

func ticketOf(v form.Values) core.TicketID {
	n, err := strconv.ParseUint(v[FieldTicket], 10, 64)
	if err != nil {
		return 0 // none
	}
	return core.TicketID(n)
}

// checkReason wants a reason where no ticket stands for it.
func (a Ask) checkReason(v string, all form.Values) string {
	if strings.TrimSpace(v) == "" && ticketOf(all) == 0 && len(a.Tickets) > 0 {
		return "Fill in reason, or choose a ticket."
	}
	return ""
}

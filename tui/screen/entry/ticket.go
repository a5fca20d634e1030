package entry

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gatehouse/core"
	"gatehouse/tui/form"
	"gatehouse/tui/screen/rows"
)

// ticketsOffered is how many tickets the form offers, the newest ones; it says so where there are more.
const ticketsOffered = 500

// Tickets are the open tickets of a project that somebody may come in for. More says that older ones are left out.
type Tickets struct {
	Open []core.TicketView
	More bool
}

// OpenTickets reads them. Without the right to read them there are none, and nothing is offered.
func OpenTickets(ctx context.Context, actor *core.Actor, project core.ProjectID) Tickets {
	var t Tickets
	var err error
	t.Open, t.More, err = rows.First(ctx, "!state:closed", ticketsOffered, func(ctx context.Context, q core.Query) (core.Page[core.TicketView], error) {
		return actor.Tickets(ctx, core.TicketQuery{Project: project, Query: q})
	})
	if err != nil {
		return Tickets{}
	}
	return t
}

// ticketField offers the tickets; the first choice is none.
func (a Ask) ticketField() []*form.Field {
	if len(a.Tickets.Open) == 0 {
		return nil
	}
	f := &form.Field{
		Name: FieldTicket, Label: "Ticket", Kind: form.Choice, Options: []form.Option{{Label: "none"}},
		Help: "The ticket that it is about may stand for the reason.",
	}
	if a.Tickets.More {
		f.Help += fmt.Sprintf(" These are the newest %d; name an older one in the reason.", len(a.Tickets.Open))
	}
	for _, t := range a.Tickets.Open {
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
	if strings.TrimSpace(v) == "" && ticketOf(all) == 0 && len(a.Tickets.Open) > 0 {
		return "Fill in reason, or choose a ticket."
	}
	return ""
}

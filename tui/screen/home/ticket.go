package home

import (
	"fmt"
	"time"

	"gatehouse/core"
	"gatehouse/tui/screen/ticket"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// ticketRow is a ticket whose next word is the reader's: to answer, or an own one that was answered.
func ticketRow(t core.TicketView) row {
	return row{
		key: fmt.Sprintf("ticket/%d", t.ID), block: blockTickets, page: ticket.Page(t.ID), ticket: t.ID,
		project: core.Named{ID: uint64(t.Project), Name: t.ProjectName},
		cells: func(look *theme.Look, now time.Time) [4]theme.Span {
			state := ticket.State(look, t)
			if t.Awaits && t.Priority == core.PriorityHigh {
				state = theme.Span{Role: theme.Warning, Text: state.Text + ", high " + look.Glyphs.Warn}
			}
			return [4]theme.Span{state, {Text: t.ProjectName}, {Text: text.Ago(t.Changed.Time(), now)}, {Text: t.Subject}}
		},
	}
}

func (r row) aboutTicket() bool { return r.ticket != 0 }

// waits is how much waits for the account: decisions, invitations, tickets.
func waits(v core.HomeView) int { return v.WaitingTotal + len(v.Invitations) + v.TicketsTotal }

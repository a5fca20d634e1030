package ticket

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/theme"
)

// writable guards what changes something: a session that only reads is refused, as core does too.
func writable(e *app.Env) error { return request.Writable(e) }

// desk is what the cards need, captured when they are asked for: they are built beside the interface.
type desk struct {
	ctx   context.Context
	actor *core.Actor
}

func deskOf(e *app.Env) desk { return desk{ctx: e.Ctx(), actor: e.Session.Actor} }

// ticket reads a ticket and opens the card that is made of it; what stands in the way is told instead.
func (k desk) ticket(id core.TicketID, right core.TicketRight, make func(core.TicketView) card.Card) tea.Cmd {
	read := func() (core.TicketView, error) { return k.actor.Ticket(k.ctx, id) }
	return unit.OpenRecord(read, func(t core.TicketView) error { return refusal(t, right) }, make)
}

// still closes a card when the ticket changed meanwhile, or it can no longer be done (behaviour 3).
func (k desk) still(t core.TicketView, right core.TicketRight) func(context.Context) error {
	return func(ctx context.Context) error {
		now, err := k.actor.Ticket(ctx, t.ID)
		switch {
		case err != nil:
			return err
		case now.Version != t.Version:
			return &core.Error{
				Code: core.CodeConflict, Reason: core.ReasonStale, Subject: t.ID.Ref(),
				Message: fmt.Sprintf("Ticket %d was changed while you were looking.", t.ID), Next: "Look at it again, then decide.",
			}
		}
		return refusal(now, right)
	}
}

// textField asks for a long text.
func textField(label, help string) *form.Field {
	return &form.Field{Name: "text", Label: label, Kind: form.Note, Height: 6, Limit: core.LongTextMax, Required: true, Help: help}
}

// Reply asks for a comment. Others may write meanwhile: what was typed stays, and goes below theirs.
func Reply(e *app.Env, id core.TicketID) tea.Cmd {
	k := deskOf(e)
	return k.ticket(id, core.TicketComment, func(t core.TicketView) card.Card {
		answers := t.Permissions[core.TicketPass] == nil && !t.Mine
		help := t.Who.Label() + " and who wrote on it are told."
		if t.Mine {
			help = "Who wrote on it is told; " + with(t) + " answers."
		}
		if answers {
			help += " The ticket is answered then."
		}
		return &form.Form{
			Heading: fmt.Sprintf("Reply to ticket %d", t.ID), Intro: []string{t.Subject}, Button: "Send",
			Fields: []*form.Field{textField("Text", help)},
			StillThere: func(ctx context.Context) error {
				now, err := k.actor.Ticket(ctx, id)
				if err != nil {
					return err
				}
				return refusal(now, core.TicketComment)
			},
			Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
				c, err := k.actor.CommentTicket(ctx, id, v.Text("text"))
				if err != nil {
					return nil, err
				}
				said := fmt.Sprintf("Wrote on ticket %d.", id)
				if c.Staff {
					said = fmt.Sprintf("Answered ticket %d.", id)
				}
				return app.Toast{Role: theme.Success, Text: said}, nil
			},
		}
	})
}

// Close asks whether to close a ticket.
func Close(e *app.Env, id core.TicketID) tea.Cmd {
	k := deskOf(e)
	return k.ticket(id, core.TicketClose, func(t core.TicketView) card.Card {
		body := "Nobody can write on it then. " + t.Who.Label() + " and who wrote on it are told. It can be reopened."
		return k.confirm(t, core.TicketClose, fmt.Sprintf("Close ticket %d?", t.ID), body, "Close", "Closed",
			(*core.Actor).CloseTicket)
	})
}

// Reopen asks whether to take a closed ticket up again.
func Reopen(e *app.Env, id core.TicketID) tea.Cmd {
	k := deskOf(e)
	return k.ticket(id, core.TicketReopen, func(t core.TicketView) card.Card {
		body := "It is open again, and waits for an answer of " + with(t) + "."
		return k.confirm(t, core.TicketReopen, fmt.Sprintf("Reopen ticket %d?", t.ID), body, "Reopen", "Reopened",
			(*core.Actor).ReopenTicket)
	})
}

// Pass asks whether to hand a ticket over to the other desk (ST8).
func Pass(e *app.Env, id core.TicketID) tea.Cmd {
	k := deskOf(e)
	return k.ticket(id, core.TicketPass, func(t core.TicketView) card.Card {
		to, told := "Support", "All Support accounts are told."
		if t.With == core.WithSupport {
			to, told = t.MaintainerName, "Its members are told."
		}
		return k.confirm(t, core.TicketPass, fmt.Sprintf("Pass ticket %d on to %s?", t.ID, to),
			to+" answers it then, until it is passed back. "+told, "Pass on", "Passed on", (*core.Actor).PassTicket)
	})
}

func (k desk) confirm(
	t core.TicketView, right core.TicketRight, heading, body, button, did string,
	do func(*core.Actor, context.Context, core.TicketID, uint64) (core.Ticket, error),
) card.Card {
	return &card.Confirm{
		Heading: heading, Danger: keymap.Heavy, Targets: []string{t.Subject}, Body: []string{body}, StillThere: k.still(t, right),
		Facts: [][2]string{{"Project", t.ProjectName + " (" + t.OrganizationName + ")"}, {"State", string(t.State) + ", with " + with(t)}},
		Buttons: []card.Button{{Label: button, Run: func(ctx context.Context) (tea.Msg, error) {
			if _, err := do(k.actor, ctx, t.ID, t.Version); err != nil {
				return nil, err
			}
			return unit.Done{Text: fmt.Sprintf("%s ticket %d.", did, t.ID)}, nil
		}}},
	}
}

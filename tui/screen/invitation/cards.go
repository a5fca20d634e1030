package invitation

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/problem"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/theme"
)

// The names of fields, as core names them in errors.
const fieldLapses = "lapses"

// Why the reader may not do something about an invitation, as core said when it was read.
func mayAccept(v core.InvitationView) error  { return refusal(v.MayNotAccept) }
func mayDecline(v core.InvitationView) error { return refusal(v.MayNotDecline) }
func mayCancel(v core.InvitationView) error  { return refusal(v.MayNotCancel) }
func mayResend(v core.InvitationView) error  { return refusal(v.MayNotResend) }

func refusal(e *core.Error) error {
	if e == nil {
		return nil
	}
	return e
}

// open reads one invitation and opens the card that is made of it; what stands in the way is told instead.
func open(d unit.Desk, id core.InvitationID, stop func(core.InvitationView) error, make func(core.InvitationView) card.Card) tea.Cmd {
	read := func() (core.InvitationView, error) { return d.Actor.Invitation(d.Ctx, id) }
	return unit.OpenRecord(read, stop, make)
}

// still closes a card about an invitation that changed meanwhile, and says so (behaviour 3).
func still(d unit.Desk, v core.InvitationView, stop func(core.InvitationView) error) func(context.Context) error {
	return func(ctx context.Context) error {
		now, err := d.Actor.Invitation(ctx, v.ID)
		if err != nil {
			return err
		}
		if err := stop(now); err != nil {
			return err
		}
		if now.Version != v.Version {
			return &core.Error{
				Code: core.CodeConflict, Reason: core.ReasonStale,
				Message: fmt.Sprintf("Invitation %d was changed while you were looking.", v.ID), Next: "Look at it again, then decide.",
			}
		}
		return nil
	}
}

func done(text string) tea.Msg { return app.Toast{Role: theme.Success, Text: text} }

// Accept asks whether to accept an own invitation, and says what it gives (I3).
func Accept(e *app.Env, id core.InvitationID) tea.Cmd {
	d := unit.DeskOf(e)
	return open(d, id, mayAccept, func(v core.InvitationView) card.Card {
		c := &card.Confirm{
			Heading: "Accept the invitation to " + UnitName(v) + "?", Danger: keymap.Heavy,
			Facts: facts(v, d), StillThere: still(d, v, mayAccept),
			Body: []string{"You are in at once, as an ordinary member. " + by(v.InvitedBy) + " is told."},
		}
		if v.Unit.Kind == core.KindMaintainer {
			c.Body = append(c.Body, "Members of a maintainer are staff: they enter organizations with MFA, a reason and an end, and their account expires after a year unless it is renewed.")
		}
		c.Buttons = []card.Button{{Label: "Accept", Run: func(ctx context.Context) (tea.Msg, error) {
			if _, err := d.Actor.AcceptInvitation(ctx, v.ID, v.Version); err != nil {
				return nil, err
			}
			return done("You are in " + UnitName(v) + " now, as " + As(v) + "."), nil
		}}}
		return c
	})
}

// facts are what accepting gives, for a card.
func facts(v core.InvitationView, d unit.Desk) [][2]string {
	out := [][2]string{}
	add := func(label, value string) {
		if value != "" {
			out = append(out, [2]string{label, value})
		}
	}
	add("Organization", v.OrganizationName)
	add("As", As(v))
	add("Ends", membershipEnds(v, d.Now()))
	add("Reason", v.Reason)
	add("Invited by", by(v.InvitedBy))
	return out
}

// Decline asks whether to decline an own invitation.
func Decline(e *app.Env, id core.InvitationID) tea.Cmd {
	d := unit.DeskOf(e)
	return open(d, id, mayDecline, func(v core.InvitationView) card.Card {
		return &card.Confirm{
			Heading: "Decline the invitation to " + UnitName(v) + "?", Danger: keymap.Destructive,
			Facts: facts(v, d), StillThere: still(d, v, mayDecline),
			Body: []string{by(v.InvitedBy) + " is told. It cannot be taken back; coming in later needs another invitation."},
			Buttons: []card.Button{{Label: "Decline", Run: func(ctx context.Context) (tea.Msg, error) {
				if _, err := d.Actor.DeclineInvitation(ctx, v.ID, v.Version); err != nil {
					return nil, err
				}
				return done("You declined the invitation to " + UnitName(v) + "."), nil
			}}},
		}
	})
}

// Cancel asks whether to take invitations back; many go together.
func Cancel(e *app.Env, ids ...core.InvitationID) tea.Cmd {
	d := unit.DeskOf(e)
	if len(ids) != 1 {
		return func() tea.Msg { return cancelMany(d, ids) }
	}
	return open(d, ids[0], mayCancel, func(v core.InvitationView) card.Card {
		body := v.Who.Label() + " can no longer accept, and is not told."
		if v.Who.State == core.AccountNotActivated {
			body += " Their activation code stops working."
		}
		return &card.Confirm{
			Heading: fmt.Sprintf("Take back invitation %d to %s?", v.ID, UnitName(v)), Danger: keymap.Destructive,
			Targets: []string{cell.PersonName(d.Look, v.Who)}, Facts: [][2]string{{"As", As(v)}, {"Lapses", cell.Exact(v.Lapses, d.Now())}},
			Body: []string{body, "z undoes this for five minutes."}, StillThere: still(d, v, mayCancel),
			Buttons: []card.Button{{Label: "Take back", Run: func(ctx context.Context) (tea.Msg, error) {
				if _, err := d.Actor.CancelInvitation(ctx, v.ID, v.Version); err != nil {
					return nil, err
				}
				return done("Took back the invitation of " + v.Who.Label() + "."), nil
			}}},
		}
	})
}

// cancelMany looks at every invitation, and opens the table of what will happen to each.
func cancelMany(d unit.Desk, ids []core.InvitationID) tea.Msg {
	versions := map[core.InvitationID]uint64{}
	b := &card.Bulk{
		Heading: "Take back " + card.Counted + "?", Noun: "invitation", Nouns: "invitations",
		Danger: keymap.Destructive, Verb: "Take back", Done: "taken back",
		Body: []string{"They can no longer be accepted. Nobody is told."},
	}
	for _, id := range ids {
		row := card.BulkRow{ID: number(uint64(id)), Label: "invitation " + number(uint64(id))}
		v, err := d.Actor.Invitation(d.Ctx, id)
		if err == nil {
			versions[id] = v.Version
			row.Label, row.Note = cell.Person(d.Look, v.Who).Text, "as "+As(v)
			err = mayCancel(v)
		}
		if err != nil {
			row.Skip = problem.From(err).Text()
		}
		b.Rows = append(b.Rows, row)
	}
	b.Still = func(ctx context.Context, id string) error {
		v, err := d.Actor.Invitation(ctx, parse(id))
		if err != nil {
			return err
		}
		return mayCancel(v)
	}
	b.Does(d.Actor, func(ctx context.Context, a *core.Actor, id string) error {
		n := parse(id)
		_, err := a.CancelInvitation(ctx, n, versions[n])
		return err
	})
	return card.Open{Card: b}
}

// Resend asks how long an invitation shall wait from now on, and sends it again (I13). A code for somebody who is not
// activated is shown this once.
func Resend(e *app.Env, id core.InvitationID) tea.Cmd {
	d := unit.DeskOf(e)
	return open(d, id, mayResend, func(v core.InvitationView) card.Card {
		intro := v.Who.Label() + " is told again."
		if v.Who.State == core.AccountNotActivated {
			intro = v.Who.Label() + " is told again. A new activation code, where you may give one, replaces the old one."
		}
		if v.State == core.InvitationLapsed || v.Due {
			intro = "It lapsed " + ago(v.Lapses, d.Now()) + ", and is pending again. " + intro
		}
		return &form.Form{
			Heading: fmt.Sprintf("Send invitation %d to %s again", v.ID, UnitName(v)), Button: "Send again", Intro: []string{intro},
			Fields: []*form.Field{LapsesField()}, StillThere: still(d, v, mayResend),
			Send: func(ctx context.Context, vs form.Values) (tea.Msg, error) {
				wait, err := Lapses(vs)
				if err != nil {
					return nil, err
				}
				i, code, err := d.Actor.ResendInvitation(ctx, v.ID, v.Version, wait)
				if err != nil {
					return nil, err
				}
				return Sent(v.Who, "Sent the invitation to "+UnitName(v)+" to "+v.Who.Label()+" again.", i, code, d), nil
			},
		}
	})
}

// Sent is the answer of a form that sent an invitation: a toast, or the card with the code, shown this once, or with the
// reason why there is none to see (AC19).
func Sent(who core.Person, text string, i core.Invitation, code core.GivenCode, d unit.Desk) tea.Msg {
	if c := unit.CodeGiven(who.Email, code, text, "with the invitation, "+cell.Exact(i.Lapses, d.Now())); c != nil {
		return card.Open{Card: c}
	}
	if code.Mailed {
		text += " The activation code goes to them by mail."
	}
	return done(text)
}

// LapsesField asks how long an invitation waits.
func LapsesField() *form.Field {
	return &form.Field{
		Name: fieldLapses, Label: "Lapses", Value: "7d", Limit: 10,
		Help: "After how long, 1h to 30d; never after the end of the membership.",
		Check: func(v string, all form.Values) string {
			if _, err := Lapses(form.Values{fieldLapses: v}); err != nil {
				return core.AsError(err).Message
			}
			return ""
		},
	}
}

// Lapses reads what LapsesField holds; nothing is the usual time.
func Lapses(v form.Values) (core.Length, error) {
	s := strings.TrimSpace(v[fieldLapses])
	if s == "" {
		return 0, nil
	}
	l, err := core.ParseLength(s)
	if err != nil || l == 0 {
		return 0, &core.Error{
			Code: core.CodeInvalid, Reason: core.ReasonInvalidValue, Field: fieldLapses,
			Message: fmt.Sprintf("%q is not a length.", s), Next: "Write 12h, 7d or 2w.",
		}
	}
	return l, nil
}

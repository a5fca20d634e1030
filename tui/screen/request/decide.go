package request

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/problem"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/entry"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// desk is what the cards need, captured when they are asked for: they are built beside the interface.
type desk struct {
	ctx   context.Context
	actor *core.Actor
	look  *theme.Look
	now   func() time.Time
}

func deskOf(e *app.Env) desk {
	return desk{ctx: e.Ctx(), actor: e.Session.Actor, look: e.Look(), now: e.Session.Now}
}

// request loads one request that can still be decided and opens the card that is made of it; what stands in the way is
// told instead.
func (d desk) request(id core.RequestID, stop func(core.RequestView) error, make func(core.RequestView) card.Card) tea.Cmd {
	return unit.OpenRecord(func() (core.RequestView, error) { return d.actor.Request(d.ctx, id) }, stop, make)
}

// waits closes a card about a request that somebody else decided meanwhile, and says so (behaviour 3).
func (d desk) waits(q core.RequestView) func(context.Context) error {
	return func(ctx context.Context) error {
		now, err := d.actor.Request(ctx, q.ID)
		switch {
		case err != nil:
			return err
		case now.Version != q.Version && now.State == core.RequestPending:
			return &core.Error{
				Code: core.CodeConflict, Reason: core.ReasonStale,
				Message: fmt.Sprintf("Request %d was changed while you were looking.", q.ID), Next: "Look at it again, then decide.",
			}
		}
		return settled(now)
	}
}

// Approve asks whether people may come in as they asked: one card, or a table for several requests.
func Approve(e *app.Env, ids ...core.RequestID) tea.Cmd {
	d := deskOf(e)
	if len(ids) != 1 {
		return d.bulkApprove(ids)
	}
	return d.request(ids[0], mayApprove(d.actor.ID()), func(q core.RequestView) card.Card {
		now := d.now()
		c := &card.Confirm{
			Heading: fmt.Sprintf("Approve request %d?", q.ID), Danger: keymap.Heavy,
			Targets: []string{badged(d.look, q.Who).Text + " may " + verb(q) + " " + q.ProjectName},
			Facts: [][2]string{
				{"Until", untilWords(q, now)},
				{"As", string(q.GrantRole) + ", a visitor of " + q.ProjectName + " (" + q.OrganizationName + ")"},
				{"Reason", q.Reason},
				{"Limit", "not counted: " + cell.Users(d.look, q.Users, q.UserLimit).Text + " users"},
			},
			StillThere: d.waits(q), About: q.ID.Ref(),
		}
		if q.Alike {
			c.Facts = append([][2]string{{"Careful", lookAlike(q)}}, c.Facts...)
		}
		if q.Extends != 0 {
			c.Facts = append([][2]string{{"Now until", cell.Exact(q.VisitEnds, now)}}, c.Facts...)
		}
		if q.WhoExpires != 0 && q.WhoExpires < q.Asked.End(core.At(now)) {
			c.Facts = append(c.Facts, [2]string{"Ends earlier", "the account expires " + cell.Exact(q.WhoExpires, now)})
		}
		c.Body = []string{q.Who.Label() + " is told at once. Users with a full role can end the visit at any time."}
		c.Buttons = []card.Button{{Label: "Approve", Run: func(ctx context.Context) (tea.Msg, error) {
			done, err := d.actor.ApproveRequest(ctx, q.ID, q.Version, core.Term{})
			if err != nil {
				return nil, err
			}
			return approved(q, done), nil
		}}}
		return c
	})
}

func approved(q core.RequestView, done core.Request) app.Toast {
	return app.Toast{Role: theme.Success, Text: fmt.Sprintf("Approved request %d: %s may %s %s until %s.",
		q.ID, q.Who.Label(), verb(q), q.ProjectName, text.Exact(done.Granted.Time()))}
}

// Grant asks for another time than was asked for, in the form in which it was asked (R21).
func Grant(e *app.Env, id core.RequestID) tea.Cmd {
	d := deskOf(e)
	return d.request(id, mayApprove(d.actor.ID()), func(q core.RequestView) card.Card {
		a := entry.Ask{
			Heading: fmt.Sprintf("Approve request %d for another time", q.ID), Button: "Approve", NoReason: true,
			Intro: []string{
				badged(d.look, q.Who).Text + " asks to " + verb(q) + " " + brieflyNamed(q.ProjectName) + " " + asked(q.Asked) + ": " + briefly(q.Reason),
				"Both times are kept and shown.",
			},
			OnlyFor: q.Asked.Until == 0, OnlyUntil: q.Asked.Until != 0, Starts: "from the approval", Now: d.now,
			Send: func(ctx context.Context, en core.Entry) (string, error) {
				done, err := d.actor.ApproveRequest(ctx, q.ID, q.Version, en.Term)
				if err != nil {
					return "", err
				}
				return approved(q, done).Text, nil
			},
		}
		if a.OnlyFor {
			a.End = q.Asked.For.String()
		} else {
			a.End = q.Asked.Until.Time().Format("2006-01-02T15:04")
			a.Intro[1] = "An earlier moment than asked, never a later one. Both are kept and shown."
		}
		f := a.Form()
		f.StillThere, f.About = d.waits(q), q.ID.Ref()
		return f
	})
}

// Reject asks for a note that the requester reads, which may stay empty (R22). The focus starts on Cancel.
func Reject(e *app.Env, ids ...core.RequestID) tea.Cmd {
	d := deskOf(e)
	if len(ids) != 1 {
		return card.Show(noteForm(fmt.Sprintf("Reject %d requests: a note for all of them", len(ids)), "Every requester reads it.",
			"Go on", func(_ context.Context, note string) (tea.Msg, error) { return d.bulkReject(ids, note), nil }))
	}
	return d.request(ids[0], mayDecide(d.actor.ID()), func(q core.RequestView) card.Card {
		f := noteForm(fmt.Sprintf("Reject request %d?", q.ID), q.Who.Label()+" reads it.", "Reject",
			func(ctx context.Context, note string) (tea.Msg, error) {
				_, err := d.actor.RejectRequest(ctx, q.ID, q.Version, note)
				if err != nil {
					return nil, err
				}
				return app.Toast{Role: theme.Success, Text: fmt.Sprintf("Rejected request %d of %s for %s.", q.ID, q.Who.Label(), q.ProjectName)}, nil
			})
		f.Danger = keymap.Destructive
		f.Intro = []string{
			badged(d.look, q.Who).Text + " may not " + verb(q) + " " + brieflyNamed(q.ProjectName) + ", asked " + asked(q.Asked) + ": " + briefly(q.Reason),
			q.Who.Label() + " is told at once and may ask again.",
		}
		f.StillThere, f.About = d.waits(q), q.ID.Ref()
		return f
	})
}

// briefly and brieflyNamed keep what people wrote from pushing the rest out of a card; the page has all of it.
func briefly(s string) string      { return text.Cut(text.Clean(s), 80) }
func brieflyNamed(s string) string { return text.Cut(text.Clean(s), 40) }

const fieldNote = "note"

// noteForm asks for a note (F5), which may stay empty.
func noteForm(heading, help, button string, send func(ctx context.Context, note string) (tea.Msg, error)) *form.Form {
	return &form.Form{
		Heading: heading, Button: button,
		Fields: []*form.Field{{Name: fieldNote, Label: "Note", Kind: form.Note, Limit: core.NoteMax, Help: help + " May stay empty."}},
		Send:   func(ctx context.Context, v form.Values) (tea.Msg, error) { return send(ctx, v.Text(fieldNote)) },
	}
}

// Withdraw asks whether to take own requests back.
func Withdraw(e *app.Env, ids ...core.RequestID) tea.Cmd {
	d := deskOf(e)
	if len(ids) != 1 {
		return d.bulkWithdraw(ids)
	}
	return d.request(ids[0], mayWithdraw(d.actor.ID()), func(q core.RequestView) card.Card {
		return &card.Confirm{
			Heading: fmt.Sprintf("Withdraw request %d?", q.ID), Danger: keymap.Destructive,
			Targets: []string{"Your request to " + verb(q) + " " + q.ProjectName + " " + asked(q.Asked)},
			Body:    []string{"Nobody can decide it then. You may ask anew at any time."}, StillThere: d.waits(q),
			Buttons: []card.Button{{Label: "Withdraw", Run: func(ctx context.Context) (tea.Msg, error) {
				_, err := d.actor.WithdrawRequest(ctx, q.ID, q.Version)
				if err != nil {
					return nil, err
				}
				return app.Toast{Role: theme.Success, Text: fmt.Sprintf("Withdrew request %d for %s.", q.ID, q.ProjectName)}, nil
			}}},
		}
	})
}

// bulk looks at every request, and opens the table of what will happen to each.
func (d desk) bulk(ids []core.RequestID, b *card.Bulk, stop func(core.RequestView) error, note func(core.RequestView) string,
	do func(ctx context.Context, a *core.Actor, id core.RequestID, version uint64) error,
) tea.Msg {
	versions := map[core.RequestID]uint64{}
	for _, id := range ids {
		row := card.BulkRow{ID: number(uint64(id)), Label: "request " + number(uint64(id))}
		q, err := d.actor.Request(d.ctx, id)
		if err == nil {
			versions[id] = q.Version
			row.Label = badged(d.look, q.Who).Text + " " + d.look.Glyphs.Right + " " + cell.Name(d.look, q.ProjectName, uint64(q.Project), q.Alike).Text
			row.Note = note(q)
			err = stop(q)
		}
		if err != nil {
			row.Skip = problem.From(err).Text()
		}
		b.Rows = append(b.Rows, row)
	}
	b.Still = func(ctx context.Context, id string) error {
		q, err := d.actor.Request(ctx, core.RequestID(parse(id)))
		if err != nil {
			return err
		}
		return stop(q)
	}
	b.Noun, b.Nouns = "request", "requests"
	b.Does(d.actor, func(ctx context.Context, a *core.Actor, id string) error {
		rid := core.RequestID(parse(id))
		return do(ctx, a, rid, versions[rid])
	})
	return card.Open{Card: b}
}

func (d desk) bulkApprove(ids []core.RequestID) tea.Cmd {
	return func() tea.Msg {
		b := &card.Bulk{
			Heading: "Approve " + card.Counted + "?", Danger: keymap.Heavy, Verb: "Approve", Done: "approved",
			Body: []string{"Everybody is let in as asked; lengths count from the approval."},
		}
		return d.bulk(ids, b, mayApprove(d.actor.ID()), func(q core.RequestView) string {
			return string(q.GrantRole) + " " + asked(q.Asked) + ": " + q.Reason
		}, func(ctx context.Context, a *core.Actor, id core.RequestID, version uint64) error {
			_, err := a.ApproveRequest(ctx, id, version, core.Term{})
			return err
		})
	}
}

func (d desk) bulkReject(ids []core.RequestID, note string) tea.Msg {
	b := &card.Bulk{Heading: "Reject " + card.Counted + "?", Danger: keymap.Destructive, Verb: "Reject", Done: "rejected"}
	if note != "" {
		b.Body = []string{"Note: " + note}
	}
	return d.bulk(ids, b, mayDecide(d.actor.ID()), func(q core.RequestView) string {
		return "asked " + asked(q.Asked) + ": " + q.Reason
	}, func(ctx context.Context, a *core.Actor, id core.RequestID, version uint64) error {
		_, err := a.RejectRequest(ctx, id, version, note)
		return err
	})
}

func (d desk) bulkWithdraw(ids []core.RequestID) tea.Cmd {
	return func() tea.Msg {
		b := &card.Bulk{Heading: "Withdraw " + card.Counted + "?", Danger: keymap.Destructive, Verb: "Withdraw", Done: "withdrawn"}
		return d.bulk(ids, b, mayWithdraw(d.actor.ID()), func(q core.RequestView) string {
			return "asked " + asked(q.Asked)
		}, func(ctx context.Context, a *core.Actor, id core.RequestID, version uint64) error {
			_, err := a.WithdrawRequest(ctx, id, version)
			return err
		})
	}
}

package request

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/problem"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/entry"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// stay is a visit with why the reader may not end it, nil where they may.
type stay struct {
	core.VisitView
	refused error
}

// loadStay reads a visit and the right to revoke it (section 11). Own visits are left, not revoked.
func loadStay(ctx context.Context, actor *core.Actor, id core.VisitID) (stay, error) {
	v, err := actor.Visit(ctx, id)
	if err != nil || v.Mine || v.State != core.VisitActive {
		return stay{VisitView: v}, err
	}
	rights, err := actor.Permissions(ctx, v.Unit)
	if err != nil {
		return stay{}, err
	}
	right := core.ProjectManageUsers
	switch v.Unit.Kind {
	case core.KindMaintainer:
		right = core.MaintainerManage
	case core.KindOrganization:
		right = core.OrganizationRemoveMember
	default:
	}
	return stay{v, refusal(rights[right])}, nil
}

// over says how a visit ended, in the words of core (section 3).
func over(v core.VisitView) error {
	switch {
	case v.Due:
		return &core.Error{
			Code: core.CodeConflict, Reason: core.ReasonLapsed, Message: fmt.Sprintf("Visit %d ended at %s.", v.ID, text.Exact(v.Ends.Time())),
			Next: "Nothing is left to end.",
		}
	case v.State != core.VisitActive:
		return &core.Error{
			Code: core.CodeConflict, Reason: core.ReasonAlreadyDecided,
			Message: fmt.Sprintf("Visit %d is over: %s at %s.", v.ID, v.State, text.Exact(v.Ended.Time())), Next: "Nothing is left to end.",
		}
	}
	return nil
}

func mayRevoke(s stay) error {
	if err := over(s.VisitView); err != nil {
		return err
	}
	if s.Mine {
		return keymap.Disabled("This is your own visit. Leave it with L.")
	}
	return s.refused
}

func mayLeave(s stay) error {
	if !s.Mine {
		return keymap.Disabled("Only " + s.Who.Label() + " can leave this visit. Revoke it with x.")
	}
	return over(s.VisitView)
}

func mayExtend(s stay) error {
	switch {
	case !s.Mine:
		return keymap.Disabled("Only " + s.Who.Label() + " can ask to stay longer.")
	case s.Unit.Kind != core.KindProject:
		return keymap.Disabled("Only visits to projects can be extended. Join again when this one is over.")
	}
	return over(s.VisitView)
}

// visit loads one visit that still runs and opens the card that is made of it.
func (d desk) visit(id core.VisitID, stop func(stay) error, make func(stay) card.Card) tea.Cmd {
	return func() tea.Msg {
		s, err := loadStay(d.ctx, d.actor, id)
		if err == nil {
			err = stop(s)
		}
		if err != nil {
			return app.Failed{Err: err}
		}
		return card.Open{Card: make(s)}
	}
}

func (d desk) runs(id core.VisitID) func(context.Context) error {
	return func(ctx context.Context) error {
		v, err := d.actor.Visit(ctx, id)
		if err != nil {
			return err
		}
		return over(v)
	}
}

// Revoke asks for a note that the visitor reads, which may stay empty; the visit ends at once (A6). The focus starts on
// Cancel.
func Revoke(e *app.Env, ids ...core.VisitID) tea.Cmd {
	d := deskOf(e)
	if len(ids) != 1 {
		return card.Show(noteForm(fmt.Sprintf("End %d visits: a note for all of them", len(ids)), "Every visitor reads it.", "Go on",
			func(_ context.Context, note string) (tea.Msg, error) { return d.bulkRevoke(ids, note), nil }))
	}
	return d.visit(ids[0], mayRevoke, func(s stay) card.Card {
		f := noteForm(fmt.Sprintf("End visit %d now?", s.ID), s.Who.Label()+" reads it.", "Revoke",
			func(ctx context.Context, note string) (tea.Msg, error) {
				_, err := d.actor.RevokeVisit(ctx, s.ID, s.Version, note)
				if err != nil {
					return nil, err
				}
				return app.Toast{Role: theme.Success, Text: fmt.Sprintf("Ended the visit of %s to %s.", s.Who.Label(), s.UnitName)}, nil
			})
		f.Danger = keymap.Destructive
		f.Intro = []string{
			badged(d.look, s.Who).Text + " leaves " + brieflyNamed(s.UnitName) + " at once, instead of " + cell.Exact(s.Closes, d.now()) + ".",
			"Came for: " + cell.Stop(briefly(s.Reason)) + " Their work stays; coming back needs another entry.",
		}
		f.StillThere = d.runs(s.ID)
		return f
	})
}

// Leave asks whether to end own visits (A5).
func Leave(e *app.Env, ids ...core.VisitID) tea.Cmd {
	d := deskOf(e)
	if len(ids) != 1 {
		return func() tea.Msg {
			b := &card.Bulk{Heading: "Leave " + card.Counted + "?", Danger: keymap.Destructive, Verb: "Leave", Done: "left"}
			return d.bulkVisits(ids, b, mayLeave, func(ctx context.Context, a *core.Actor, id core.VisitID, _ uint64) error {
				_, err := a.LeaveVisit(ctx, id)
				return err
			})
		}
	}
	return d.visit(ids[0], mayLeave, func(s stay) card.Card {
		return &card.Confirm{
			Heading: "Leave " + s.UnitName + "?", Danger: keymap.Destructive,
			Targets: []string{"Your visit to " + s.UnitName + ", open until " + cell.Exact(s.Closes, d.now())},
			Body:    []string{"It ends at once. Coming back needs another entry: a join, or a request that somebody approves."}, StillThere: d.runs(s.ID),
			Buttons: []card.Button{{Label: "Leave", Run: func(ctx context.Context) (tea.Msg, error) {
				if _, err := d.actor.LeaveVisit(ctx, s.ID); err != nil {
					return nil, err
				}
				return app.Toast{Role: theme.Success, Text: "You left " + s.UnitName + "."}, nil
			}}},
		}
	})
}

// Extend asks to stay longer on an own project visit: it files a request that somebody must approve (R23).
func Extend(e *app.Env, id core.VisitID) tea.Cmd {
	d := deskOf(e)
	return d.visit(id, mayExtend, func(s stay) card.Card {
		f := entry.Ask{
			Heading: "Ask to stay longer in " + s.UnitName, Button: "Ask", Reason: s.Reason, Starts: "from the approval", Now: d.now,
			Tickets: entry.OpenTickets(d.ctx, d.actor, core.ProjectID(s.Unit.ID)),
			Intro: []string{
				"Your visit ends " + cell.Exact(s.Ends, d.now()) + ". A user of " + s.UnitName + " decides; until then the end stays as it is.",
			},
			Send: func(ctx context.Context, en core.Entry) (string, error) {
				q, err := d.actor.ExtendVisit(ctx, s.ID, en)
				if err != nil {
					return "", err
				}
				done := fmt.Sprintf("Filed request %d to stay in %s %s.", q.ID, s.UnitName, asked(q.Asked))
				if help := q.HelpWords(); help != "" {
					done += " " + help
				}
				return done, nil
			},
		}.Form()
		f.StillThere = d.runs(s.ID)
		return f
	})
}

func (d desk) bulkRevoke(ids []core.VisitID, note string) tea.Msg {
	b := &card.Bulk{Heading: "End " + card.Counted + " now?", Danger: keymap.Destructive, Verb: "Revoke", Done: "revoked"}
	if note != "" {
		b.Body = []string{"Note: " + note}
	}
	return d.bulkVisits(ids, b, mayRevoke, func(ctx context.Context, a *core.Actor, id core.VisitID, version uint64) error {
		_, err := a.RevokeVisit(ctx, id, version, note)
		return err
	})
}

// bulkVisits looks at every visit, and opens the table of what will happen to each.
func (d desk) bulkVisits(ids []core.VisitID, b *card.Bulk, stop func(stay) error, do func(ctx context.Context, a *core.Actor, id core.VisitID, version uint64) error) tea.Msg {
	versions := map[core.VisitID]uint64{}
	for _, id := range ids {
		row := card.BulkRow{ID: number(uint64(id)), Label: "visit " + number(uint64(id))}
		s, err := loadStay(d.ctx, d.actor, id)
		if err == nil {
			versions[id] = s.Version
			row.Label = badged(d.look, s.Who).Text + " in " + s.UnitName
			row.Note = "open until " + cell.Exact(s.Closes, d.now())
			err = stop(s)
		}
		if err != nil {
			row.Skip = problem.From(err).Text()
		}
		b.Rows = append(b.Rows, row)
	}
	b.Still = func(ctx context.Context, id string) error {
		s, err := loadStay(ctx, d.actor, core.VisitID(parse(id)))
		if err != nil {
			return err
		}
		return stop(s)
	}
	b.Noun, b.Nouns = "visit", "visits"
	b.Does(d.actor, func(ctx context.Context, a *core.Actor, id string) error {
		vid := core.VisitID(parse(id))
		return do(ctx, a, vid, versions[vid])
	})
	return card.Open{Card: b}
}

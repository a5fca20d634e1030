package unit

import (
	"context"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/cell"
)

// Purge asks whether a deleted project goes for good before its date. While somebody may still enter it, it offers to
// take that away first (DR9).
func Purge(e *app.Env, p core.ProjectView) tea.Cmd {
	d := DeskOf(e)
	return func() tea.Msg {
		entries, err := d.Actor.AccessEntries(d.Ctx, p.ID)
		switch {
		case err != nil:
			return app.Failed{Err: err}
		case len(entries) > 0:
			return card.Open{Card: d.emptying(p, entries)}
		}
		return card.Open{Card: d.purging(p)}
	}
}

func (d Desk) purging(p core.ProjectView) card.Card {
	return &card.Confirm{
		Heading: "Purge " + p.Name + "?", Danger: keymap.Destructive, Type: p.Name,
		Facts: [][2]string{
			{"Project", p.Name + " (" + p.Organization.Name + ")"},
			{"Deleted", cell.Exact(p.Deleted, d.Now())},
			{"Purged by itself", cell.Exact(p.PurgeAt, d.Now())},
		},
		Body: []string{"It goes for good, and nobody can restore it. Its activity stays."},
		Buttons: []card.Button{{Label: "Purge", Run: func(ctx context.Context) (tea.Msg, error) {
			_, err := d.Actor.PurgeProject(ctx, p.ID)
			return Done{Text: "Purged " + p.Name + "."}, err
		}}},
	}
}

// emptying is the table of what is taken away from a deleted project, roles first, then people.
func (d Desk) emptying(p core.ProjectView, entries []core.AccessEntry) card.Card {
	b := &card.Bulk{
		Heading: "Empty " + p.Name + " before the purge?", Danger: keymap.Destructive, Verb: "Take away", Done: "taken away",
		Body: []string{
			p.Name + " is still open to these. A restore would not bring them back.",
			"Then purge it with the same key.",
		},
	}
	for i, x := range entries {
		row := card.BulkRow{ID: strconv.Itoa(i), Note: string(x.Role)}
		switch {
		case x.Grant != nil:
			row.Label = x.Grant.RoleID
			row.Note = "role, at level " + row.Note
		case x.Visitor:
			row.Label, row.Note = cell.PersonName(d.Look, *x.Person), "the visit ends now"
		default:
			row.Label = cell.PersonName(d.Look, *x.Person)
		}
		b.Rows = append(b.Rows, row)
	}
	b.Does(d.Actor, func(ctx context.Context, a *core.Actor, id string) error {
		i, err := strconv.Atoi(id)
		if err != nil {
			return err
		}
		if x := entries[i]; x.Person != nil {
			return a.RemoveMember(ctx, p.ID.Ref(), x.Person.ID, x.Version)
		}
		return a.RevokeGrant(ctx, p.ID, entries[i].Grant.RoleID, entries[i].Grant.Level)
	})
	return b
}

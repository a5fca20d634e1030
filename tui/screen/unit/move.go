package unit

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/rows"
)

// Then is an answer of a card that leads to the next card, see [Take].
type Then struct{ Next tea.Cmd }

// MayMove says why the actor cannot move the unit: a project to another organization (H14), an organization to another
// maintainer (H15).
func (h *Head) MayMove() error {
	if h.Ref.Kind == core.KindOrganization {
		return h.May(core.OrganizationMove)
	}
	return h.May(core.ProjectMove)
}

// MayRemove says why the actor cannot remove the project for good; that it must be empty the card says (OR12).
func (h *Head) MayRemove() error { return h.May(core.ProjectRemoveForGood) }

// targetsShown is how many targets a menu has at once; others are found by typing.
const targetsShown = 100

// Move asks where to, and then shows what moving does.
func Move(e *app.Env, ref core.Unit) tea.Cmd {
	d := DeskOf(e)
	return d.Open(ref, (*Head).MayMove, func(h *Head) (card.Card, error) {
		what, targets := "Move "+h.Name()+" to", d.organizations
		if ref.Kind == core.KindOrganization {
			what, targets = "Give "+h.Name()+" to", d.maintainers
		}
		find := func(ctx context.Context, text string) (card.Found, error) { return targets(ctx, e, h, text) }
		found, err := find(d.Ctx, "")
		switch {
		case err != nil:
			return nil, err
		case len(found.Items) == 0:
			return nil, keymap.Disabled("There is no other one that you may see.")
		}
		m := &card.Menu{Heading: what, Items: found.Items, More: found.More, StillThere: d.Still(ref, 0, (*Head).MayMove)}
		if found.More {
			m.Find = find
		}
		return m, nil
	})
}

// MoveCommand is the equivalent command line of Move.
func MoveCommand(ref core.Unit) string {
	to := "ORGANIZATION"
	if ref.Kind == core.KindOrganization {
		to = "MAINTAINER"
	}
	return fmt.Sprintf("gatehouse %s move %d --to %s", noun(ref), ref.ID, to)
}

// target is an item of the menu of targets: disabled where the actor may not move there.
func (d Desk) target(ctx context.Context, e *app.Env, from, to core.Unit, name, note string, right core.Right) (card.Item, error) {
	it := card.Item{Label: name, Note: note, Answer: Then{confirmMove(e, from, to)}}
	may, err := d.Actor.Permissions(ctx, to)
	if err != nil {
		return it, err
	}
	if refused := may[right]; refused != nil {
		it.Disabled = refused.Error()
	}
	return it, nil
}

func (d Desk) organizations(ctx context.Context, e *app.Env, h *Head, text string) (card.Found, error) {
	var found card.Found
	orgs, more, err := rows.First(ctx, rows.Words(text), targetsShown, func(ctx context.Context, q core.Query) (core.Page[core.OrganizationView], error) {
		return d.Actor.Organizations(ctx, core.OrganizationQuery{Query: q, All: true})
	})
	found.More = more
	for _, o := range orgs {
		if uint64(o.ID) == h.Project.Organization.ID {
			continue
		}
		it, err := d.target(ctx, e, h.Ref, o.ID.Ref(), o.Name, o.Maintainer.Name, core.OrganizationReceive)
		if err != nil {
			return found, err
		}
		found.Items = append(found.Items, it)
	}
	return found, err
}

func (d Desk) maintainers(ctx context.Context, e *app.Env, h *Head, text string) (card.Found, error) {
	var found card.Found
	maintainers, more, err := rows.First(ctx, rows.Words(text), targetsShown, d.Actor.Maintainers)
	found.More = more
	for _, m := range maintainers {
		if uint64(m.ID) == h.Organization.Maintainer.ID {
			continue
		}
		it, err := d.target(ctx, e, h.Ref, m.ID.Ref(), m.Name, Count(m.Organizations, "organization"), core.MaintainerCreateOrganization)
		if err != nil {
			return found, err
		}
		found.Items = append(found.Items, it)
	}
	return found, err
}

// confirmMove shows what moving does, and asks.
func confirmMove(e *app.Env, ref, to core.Unit) tea.Cmd {
	d := DeskOf(e)
	return d.Open(ref, (*Head).MayMove, func(h *Head) (card.Card, error) {
		version, name := h.version(), h.Name()
		c := &card.Confirm{Danger: keymap.Destructive, StillThere: d.Still(ref, version, (*Head).MayMove)}
		if ref.Kind == core.KindOrganization {
			impact, err := d.Actor.OrganizationMoveImpact(d.Ctx, core.OrganizationID(ref.ID), core.MaintainerID(to.ID))
			if err != nil {
				return nil, err
			}
			c.Heading, c.Body = "Give "+name+" to "+impact.To.Name+"?", impact.Lines()
			c.Buttons = []card.Button{{Label: "Give", Run: func(ctx context.Context) (tea.Msg, error) {
				_, err := d.Actor.MoveOrganization(ctx, core.OrganizationID(ref.ID), version, core.MaintainerID(to.ID))
				return Done{Text: name + " belongs to " + impact.To.Name + " now."}, err
			}}}
			return c, nil
		}
		impact, err := d.Actor.MoveImpact(d.Ctx, core.ProjectID(ref.ID), core.OrganizationID(to.ID))
		if err != nil {
			return nil, err
		}
		if impact.Refused != nil {
			return nil, impact.Refused
		}
		c.Heading, c.Body = "Move "+name+" to "+impact.To.Name+"?", impact.Lines()
		c.Buttons = []card.Button{{Label: "Move", Run: func(ctx context.Context) (tea.Msg, error) {
			_, err := d.Actor.MoveProject(ctx, core.ProjectID(ref.ID), version, core.OrganizationID(to.ID))
			return Done{Text: name + " is in " + impact.To.Name + " now."}, err
		}}}
		return c, nil
	})
}

// Remove shows what removing an empty project for good does, or what must go first, and asks for its name (OR12). back
// leaves the page, for the page of the project itself.
func Remove(e *app.Env, ref core.Unit, back bool) tea.Cmd {
	d := DeskOf(e)
	return d.Open(ref, (*Head).MayRemove, func(h *Head) (card.Card, error) {
		version, name := h.version(), h.Name()
		impact, err := d.Actor.RemoveProjectImpact(d.Ctx, core.ProjectID(ref.ID))
		if err != nil {
			return nil, err
		}
		if impact.Refused != nil {
			return nil, impact.Refused
		}
		return &card.Confirm{
			Heading: "Remove " + name + " for good?", Danger: keymap.Destructive, Type: name, Body: impact.RemovalLines(),
			StillThere: d.Still(ref, version, (*Head).MayRemove),
			Buttons: []card.Button{{Label: "Remove", Run: func(ctx context.Context) (tea.Msg, error) {
				_, err := d.Actor.RemoveProject(ctx, core.ProjectID(ref.ID), version)
				return Done{Text: "Removed " + name + " for good.", Back: back}, err
			}}},
		}, nil
	})
}

// RemoveCommand is the equivalent command line of Remove.
func RemoveCommand(ref core.Unit) string { return fmt.Sprintf("gatehouse project remove %d", ref.ID) }

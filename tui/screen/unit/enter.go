package unit

import (
	"cmp"
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/entry"
	"gatehouse/tui/text"
)

// Enter opens whichever way in is open to the actor: joining at once (a plain question for administrators, reason and
// end for staff), or for a project with Auto Join off a request.
func Enter(e *app.Env, ref core.Unit) tea.Cmd {
	d := DeskOf(e)
	return d.Open(ref, (*Head).MayEnter, func(h *Head) (card.Card, error) {
		switch {
		case ref.Kind != core.KindProject:
			return d.joinUnit(h), nil
		case h.May(core.ProjectJoin) != nil:
			return d.request(h), nil
		case h.Project.Relation == core.RelationAdministrator:
			return d.joinOrdinary(h), nil
		}
		return d.joinProject(h), nil
	})
}

// EnterCommand is the equivalent command line of Enter.
func EnterCommand(h *Head) string {
	switch h.Ref.Kind {
	case core.KindMaintainer:
		return fmt.Sprintf("gatehouse maintainer join %d --reason REASON --for 4h", h.Ref.ID)
	case core.KindOrganization:
		return fmt.Sprintf("gatehouse org join %d --reason REASON --for 4h", h.Ref.ID)
	default:
	}
	switch {
	case h.May(core.ProjectJoin) != nil:
		return fmt.Sprintf("gatehouse request create %d --reason REASON --for 4h", h.Ref.ID)
	case h.Project.Relation == core.RelationAdministrator:
		return fmt.Sprintf("gatehouse project join %d", h.Ref.ID)
	}
	return fmt.Sprintf("gatehouse project join %d --reason REASON --for 4h", h.Ref.ID)
}

// joinOrdinary asks an administrator, who becomes an ordinary user (A7).
func (d Desk) joinOrdinary(h *Head) card.Card {
	id, name := h.Project.ID, h.Name()
	return &card.Confirm{
		Heading: "Join " + name + "?", Danger: keymap.Heavy,
		Facts: [][2]string{
			{"Project", name + " (" + h.Project.Organization.Name + ")"},
			{"As", string(h.Project.RoleSet.Default()) + ", an ordinary user without an end"},
			{"Limit", cell.Users(d.Look, h.Project.Users, h.Project.UserLimit).Text + " users now; you count"},
		},
		Body:       []string{"As an administrator you need nobody's approval. It stands in the activity."},
		StillThere: d.Still(h.Ref, 0, (*Head).MayEnter),
		Buttons: []card.Button{{Label: "Join", Run: func(ctx context.Context) (tea.Msg, error) {
			m, err := d.Actor.JoinProject(ctx, id, nil)
			return Done{Text: fmt.Sprintf("You are now a user of %s with the role %s.", name, m.Role)}, err
		}}},
	}
}

// joinProject asks staff for reason and end (R4, V2).
func (d Desk) joinProject(h *Head) card.Card {
	id, name := h.Project.ID, h.Name()
	f := entry.Ask{
		Heading: "Join " + name, Button: "Join", Starts: "from now", Now: d.Now, Tickets: entry.OpenTickets(d.Ctx, d.Actor, id),
		Intro: []string{
			"You become a visitor of " + name + " (" + h.Project.Organization.Name + ") with the role " +
				string(h.Project.RoleSet.Default()) + ", at once. Its users are told.",
		},
		Send: func(ctx context.Context, en core.Entry) (string, error) {
			m, err := d.Actor.JoinProject(ctx, id, &en)
			return "You are inside " + name + " until " + text.Exact(m.Until.Time()) + ".", err
		},
	}.Form()
	f.StillThere = d.Still(h.Ref, 0, func(h *Head) error { return h.May(core.ProjectJoin) })
	return f
}

// request asks staff for reason and end; a user of the project decides (R3).
func (d Desk) request(h *Head) card.Card {
	id, name := h.Project.ID, h.Name()
	f := entry.Ask{
		Heading: "Request access to " + name, Button: "Request", Starts: "from the approval", Now: d.Now,
		Tickets: entry.OpenTickets(d.Ctx, d.Actor, id),
		Intro: []string{
			"Auto Join is off in " + h.Project.Organization.Name + ", so a user of " + name + " decides. They are told at once.",
			"A length counts from the approval; a moment stays that moment.",
		},
		Send: func(ctx context.Context, en core.Entry) (string, error) {
			q, err := d.Actor.FileRequest(ctx, id, en)
			return fmt.Sprintf("Request %d waits until %s. %s", q.ID, text.Exact(q.Lapses.Time()), whoDecides(q)), err
		},
	}.Form()
	f.StillThere = d.Still(h.Ref, 0, func(h *Head) error { return h.May(core.ProjectRequest) })
	return f
}

// whoDecides says how a request goes on, also when nobody can decide it yet (R20).
func whoDecides(q core.Request) string {
	return cmp.Or(q.HelpWords(), "W says who can decide it.")
}

// joinUnit asks staff for reason and end of a visit to an organization or a maintainer (V1).
func (d Desk) joinUnit(h *Head) card.Card {
	ref, name := h.Ref, h.Name()
	who := "Its administrators are told. The visit opens no project by itself."
	if ref.Kind == core.KindMaintainer {
		who = "It opens none of its organizations by itself."
	}
	f := entry.Ask{
		Heading: "Join " + name, Button: "Join", Starts: "from now", Now: d.Now,
		Intro: []string{"You become a visitor of " + name + ", at once. " + who},
		Send: func(ctx context.Context, en core.Entry) (string, error) {
			var v core.Visit
			var err error
			if ref.Kind == core.KindMaintainer {
				v, err = d.Actor.JoinMaintainer(ctx, core.MaintainerID(ref.ID), en)
			} else {
				v, err = d.Actor.JoinOrganization(ctx, core.OrganizationID(ref.ID), en)
			}
			return "You are inside " + name + " until " + text.Exact(v.Ends.Time()) + ".", err
		},
	}.Form()
	f.StillThere = d.Still(ref, 0, (*Head).MayEnter)
	return f
}

// Leave asks whether the actor wants to be out of a unit (A5, M10).
func Leave(e *app.Env, ref core.Unit) tea.Cmd {
	d := DeskOf(e)
	return d.Open(ref, (*Head).MayLeave, func(h *Head) (card.Card, error) {
		name := h.Name()
		taken, _ := d.Actor.Foresee(func(a *core.Actor) error { return leave(d.Ctx, a, ref) }) // what is refused says so when it is done
		c := &card.Confirm{
			Heading: "Leave " + name + "?", Danger: keymap.Destructive, Body: append(leaving(h), taken.Lines()...),
			StillThere: d.Still(ref, 0, (*Head).MayLeave),
		}
		c.Buttons = []card.Button{{Label: "Leave", Run: func(ctx context.Context) (tea.Msg, error) {
			return Done{Text: "You left " + name + "."}, leave(ctx, d.Actor, ref)
		}}}
		return c, nil
	})
}

func leave(ctx context.Context, a *core.Actor, ref core.Unit) error {
	switch ref.Kind {
	case core.KindMaintainer:
		return a.LeaveMaintainer(ctx, core.MaintainerID(ref.ID))
	case core.KindOrganization:
		return a.LeaveOrganization(ctx, core.OrganizationID(ref.ID))
	default:
		return a.LeaveProject(ctx, core.ProjectID(ref.ID))
	}
}

// leaving says what leaving does.
func leaving(h *Head) []string {
	now := "You lose access at once, also in other sessions that are open. Your work stays."
	switch h.Ref.Kind {
	case core.KindMaintainer:
		return []string{now, "Visits that you have as its member end too. Coming back needs one of its members, or Support."}
	case core.KindOrganization:
		if r := h.Organization.Relation; r != core.RelationAdministrator && r != core.RelationPlainMember {
			return []string{"Your visit ends now instead of at its end. While Auto Join is on you may join again."}
		}
		return []string{now, "Your organization roles go with it, direct memberships in projects stay.", "Coming back needs an administrator who adds or invites you."}
	default:
	}
	if h.Project.Visitor {
		return []string{"Your visit ends now instead of at its end."}
	}
	return []string{now, "Coming back needs an invitation, somebody who adds you, or being an administrator."}
}

// LeaveCommand is the equivalent command line of Leave.
func LeaveCommand(ref core.Unit) string {
	return fmt.Sprintf("gatehouse %s leave %d", noun(ref), ref.ID)
}

// noun is how the command line calls a kind of unit.
func noun(ref core.Unit) string {
	if ref.Kind == core.KindOrganization {
		return "org"
	}
	return ref.Kind.String()
}

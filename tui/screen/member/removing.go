package member

import (
	"context"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
)

// removeOne shows what removing somebody takes and leaves. Out of an organization it offers to end direct memberships
// in its projects too, each on its own (OR11).
func (s *Screen) removeOne(v core.MemberView) tea.Cmd {
	d, ref, right := unit.DeskOf(s.env), s.head.Ref, s.removeRight()
	may := func(h *unit.Head) error { return h.May(right) }
	return d.Open(ref, may, func(h *unit.Head) (card.Card, error) {
		impact, err := d.Actor.RemovalImpact(d.Ctx, ref, v.Person.ID)
		if err != nil {
			return nil, err
		}
		still := d.Still(ref, 0, may)
		if ending(impact) > 0 {
			return removeWithUses(d, h, v, impact, still), nil
		}
		name, label := h.Name(), v.Person.Label()
		c := &card.Confirm{
			Heading: "Remove " + label + " from " + name + "?", Danger: keymap.Destructive,
			Targets: []string{cell.PersonName(d.Look, v.Person)},
			Facts:   [][2]string{{"Role", cell.Role(v.Role, v.Roles)}, {"Since", cell.Exact(v.Since, d.Now())}},
			Body:    impact.Lines(), StillThere: still,
		}
		if ref.Kind == core.KindMaintainer {
			c.Facts = c.Facts[1:]
			c.Body = append(c.Body, "Visits that rest on this membership end too.")
		}
		c.Buttons = []card.Button{{Label: "Remove", Run: func(ctx context.Context) (tea.Msg, error) {
			return unit.Done{Text: "Removed " + label + " from " + name + "."}, d.Actor.RemoveMember(ctx, ref, v.Person.ID, v.Version)
		}}}
		return c, nil
	})
}

// ending counts the direct memberships that the actor may end too.
func ending(i core.RemovalImpact) int {
	n := 0
	for _, u := range i.Direct {
		if u.MayEnd {
			n++
		}
	}
	return n
}

// removeWithUses asks which direct memberships end with that of the organization.
func removeWithUses(d unit.Desk, h *unit.Head, v core.MemberView, impact core.RemovalImpact, still func(context.Context) error) card.Card {
	name, label := h.Name(), v.Person.Label()
	rest := impact
	rest.Direct, rest.Revoked = nil, nil // each says below whether it stays, and what goes with it
	f := &form.Form{
		Heading: "Remove " + label + " from " + name + "?", Button: "Remove", Danger: keymap.Destructive, StillThere: still,
		Intro: append(rest.Lines(), "Choose what ends too:"),
	}
	field := func(u core.DirectUse) string { return "project " + strconv.FormatUint(u.Project.ID, 10) }
	for _, u := range impact.Direct {
		if !u.MayEnd {
			f.Intro = append(f.Intro, u.Project.Name+" stays: "+u.Why)
			continue
		}
		f.Fields = append(f.Fields, &form.Field{
			Name: field(u), Label: text.Cut(u.Project.Name, 30), Kind: form.Toggle, Value: "off",
			Describe: func(on string, _ form.Values) string {
				if on == "on" {
					return "The membership as " + string(u.Direct) + " ends too."
				}
				return "Stays as " + string(u.Direct) + ", marked external."
			},
		})
	}
	ended := func(vs form.Values) []core.ProjectID {
		var too []core.ProjectID
		for _, u := range impact.Direct {
			if u.MayEnd && vs.On(field(u)) {
				too = append(too, core.ProjectID(u.Project.ID))
			}
		}
		return too
	}
	f.Consequence = func(vs form.Values) []string { return impact.RevokedLines(ended(vs)...) }
	f.Send = func(ctx context.Context, vs form.Values) (tea.Msg, error) {
		too := ended(vs)
		said := "Removed " + label + " from " + name
		if len(too) > 0 {
			said += " and " + unit.Count(len(too), "project")
		}
		return unit.Done{Text: said + "."}, d.Actor.RemoveMemberAndUses(ctx, core.OrganizationID(h.Ref.ID), v.Person.ID, v.Version, too)
	}
	return f
}

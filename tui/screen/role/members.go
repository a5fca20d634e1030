package role

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/card"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/rows"
	"gatehouse/tui/screen/unit"
)

// membersShown is how many members the menu of a role has at once; others are found by typing.
const membersShown = 200

// members offers the members: those who hold the role first, to take it away, then the others, to give it.
func (s *Roles) members() tea.Cmd {
	v, ok := s.target()
	if !ok {
		return nil
	}
	d, ref := unit.DeskOf(s.env), s.head.Ref
	return d.Open(ref, mayManage, func(h *unit.Head) (card.Card, error) {
		find := func(ctx context.Context, text string) (card.Found, error) {
			return findMembers(ctx, d, ref, v.ID, text)
		}
		found, err := find(d.Ctx, "")
		if err != nil {
			return nil, err
		}
		return &card.Menu{
			Heading: v.ID + " in " + h.Name() + ": choose whom to give it to, or take it from", Gives: true,
			Items: found.Items, More: found.More, Find: find, StillThere: d.Still(ref, 0, mayManage),
		}, nil
	})
}

// findMembers asks for the members with some words in name or address: first those who hold the role, then the others.
func findMembers(ctx context.Context, d unit.Desk, ref core.Unit, role, text string) (card.Found, error) {
	var found card.Found
	words := " " + rows.Words(text)
	for _, by := range []string{"role:=", "!role:="} {
		left := membersShown - len(found.Items)
		if left <= 0 {
			found.More = true
			break
		}
		members, more, err := rows.First(ctx, "kind:=member "+by+role+words, left, func(ctx context.Context, q core.Query) (core.Page[core.MemberView], error) {
			return d.Actor.Members(ctx, ref, q)
		})
		if err != nil {
			return found, err
		}
		for _, m := range members {
			held := slices.Contains(m.Roles, role)
			it := card.Item{
				Label: cell.PersonName(d.Look, m.Person), Note: "give it", Answer: give{role, m.Person.ID, m.Person.Label(), m.Version, held},
			}
			if held {
				it.Note = "holds it; take it away"
			}
			found.Items = append(found.Items, it)
		}
		found.More = found.More || more
	}
	return found, nil
}

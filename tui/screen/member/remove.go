package member

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/invitation"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/unit"
)

// whyNoRole says why a row has no role of its own to change.
func whyNoRole(v core.MemberView) error {
	switch {
	case v.Kind == core.MemberRequester:
		return keymap.Disabled(v.Person.Label() + " is not in yet.")
	case v.Kind == core.MemberInvitee:
		return keymap.Disabled(v.Person.Label() + " is not in yet; the invitation names the role.")
	case v.Kind == core.MemberRoleUser:
		return keymap.Disabled(v.Person.Label() + " enters through an organization role, whose grant says the level.")
	case v.Kind == core.MemberVisitor && v.Unit.Kind != core.KindProject:
		return keymap.Disabled("Visitors have no organization roles.")
	}
	return nil
}

// whyNotRemoved says why a row cannot be removed, apart from the right.
func whyNotRemoved(v core.MemberView) error {
	switch v.Kind {
	case core.MemberRequester:
		return keymap.Disabled(v.Person.Label() + " is not in yet. Reject the request with D.")
	case core.MemberRoleUser:
		return keymap.Disabled(v.Person.Label() + " enters through an organization role. Change the roles on the page of the organization.")
	case core.MemberOrdinary, core.MemberVisitor, core.MemberInvitee:
	default:
	}
	return nil
}

// mayRemove allows it when the actor may do it to at least one target; oneself is leaving.
func (s *Screen) mayRemove() error {
	var first error
	for _, v := range s.List.Targets() {
		err := s.mayRemoveOne(v)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

func (s *Screen) mayRemoveOne(v core.MemberView) error {
	if err := whyNotRemoved(v); err != nil {
		return err
	}
	if v.Kind == core.MemberInvitee {
		return s.mayCancel(v)
	}
	if v.Person.ID == s.env.Session.Actor.ID() {
		return keymap.Disabled("This is you. Leave with L.")
	}
	return s.head.May(s.removeRight())
}

// askRemove opens the card that fits the target: a visit is revoked with a note, a member removed; many go together.
func (s *Screen) askRemove() tea.Cmd {
	targets := s.List.Targets()
	if len(targets) != 1 {
		return card.Show(s.removeMany(targets))
	}
	v := targets[0]
	switch v.Kind {
	case core.MemberVisitor:
		return request.Revoke(s.env, v.Visit)
	case core.MemberInvitee:
		return invitation.Cancel(s.env, v.Invitation)
	default:
	}
	return s.removeOne(v)
}

// removeMany is the table for several people: members are removed, visits revoked without a note.
func (s *Screen) removeMany(targets []core.MemberView) card.Card {
	d, ref, name, right := unit.DeskOf(s.env), s.head.Ref, s.head.Name(), s.removeRight()
	byID := map[string]core.MemberView{}
	b := &card.Bulk{
		Heading: "Remove " + card.Counted + " from " + name + "?", Noun: "person", Nouns: "people",
		Danger: keymap.Destructive, Verb: "Remove", Done: "removed",
		Body:       []string{"They lose access at once and are told. Their work stays."},
		StillThere: d.Still(ref, 0, func(h *unit.Head) error { return h.May(right) }),
	}
	for _, v := range targets {
		row := card.BulkRow{ID: rowID(v), Label: cell.Person(d.Look, v.Person).Text, Note: cell.Role(v.Role, v.Roles)}
		switch v.Kind {
		case core.MemberVisitor:
			row.Note = "the visit ends now"
		case core.MemberInvitee:
			row.Note = "the invitation is taken back"
		default:
		}
		if err := s.mayRemoveOne(v); err != nil {
			row.Skip = err.Error()
		}
		byID[row.ID] = v
		b.Rows = append(b.Rows, row)
	}
	b.Does(d.Actor, func(ctx context.Context, a *core.Actor, id string) error {
		v := byID[id]
		if v.Kind == core.MemberInvitee {
			_, err := a.CancelInvitation(ctx, v.Invitation, v.Version)
			return err
		}
		return a.RemoveMember(ctx, ref, v.Person.ID, v.Version)
	})
	return b
}

func (s *Screen) removeCommand() string {
	v, ok := s.target()
	switch {
	case !ok || whyNotRemoved(v) != nil:
		return ""
	case v.Kind == core.MemberVisitor:
		return fmt.Sprintf("gatehouse visit revoke %d", v.Visit)
	case v.Kind == core.MemberInvitee:
		return fmt.Sprintf("gatehouse invitation cancel %d", v.Invitation)
	case v.Person.Email == "":
		return ""
	}
	return "gatehouse member remove " + v.Person.Email + " " + s.flag()
}

package member

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/invitation"
)

// invitee is the one target, when it is an invitation.
func (s *Screen) invitee() (core.MemberView, bool) {
	v, ok := s.target()
	return v, ok && v.Kind == core.MemberInvitee
}

func (s *Screen) mayResend() error {
	if err := s.head.May(invitation.InviteRight(s.head.Ref)); err != nil {
		return err
	}
	if v, ok := s.target(); ok && v.Kind != core.MemberInvitee {
		return keymap.Disabled(v.Person.Label() + " is not invited. Choose a row that is.")
	}
	return nil
}

func (s *Screen) resend() tea.Cmd {
	v, ok := s.invitee()
	if !ok {
		return nil
	}
	return invitation.Resend(s.env, v.Invitation)
}

func (s *Screen) resendCommand() string {
	v, ok := s.invitee()
	if !ok {
		return ""
	}
	return fmt.Sprintf("gatehouse invitation resend %d", v.Invitation)
}

// mayCancel says why the invitation of a row cannot be taken back.
func (s *Screen) mayCancel(v core.MemberView) error {
	if v.Due {
		return keymap.Disabled("The invitation of " + v.Person.Label() + " has lapsed: there is nothing to take back. R sends it again.")
	}
	return s.head.May(invitation.CancelRight(s.head.Ref))
}

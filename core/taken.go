package core

import "context"

// Taken is what a deed took along beside what it is about: the pending invitations that their senders could send no more
// (I17). It is gathered where they are revoked, so that the card before a deed, the answer after it and the event name the
// same ones, whatever the deed is.
type Taken struct {
	Revoked []Revoked `json:"revoked_invitations,omitempty"`
}

// Lines says what was taken along, the first of it by name; nothing gives none.
func (t Taken) Lines() []string { return revokedLines(t.Revoked) }

// Noting gives the same actor, whose deeds add to t what they took along.
func (a *Actor) Noting(t *Taken) *Actor {
	b := *a
	b.taken = t
	return &b
}

// Foresee tells what a deed would take along now, by doing it without writing it. Refused as the deed is.
func (a *Actor) Foresee(deed func(a *Actor) error) (Taken, error) {
	var t Taken
	err := deed(a.Rehearsing().Noting(&t))
	return t, err
}

// revokeInvitation revokes an invitation whose sender may send it no more (I17), and notes it for the answer.
func (c *change) revokeInvitation(i Invitation) error {
	v, err := c.directory().revoked(i) // before names are wiped
	if err != nil {
		return err
	}
	c.taken.Revoked = append(c.taken.Revoked, v)
	return c.settleInvitation(i, InvitationCancelled)
}

// ReadOnlyImpact tells what keeping an account to reading would take along. It changes nothing. Refused as SetReadOnly.
func (a *Actor) ReadOnlyImpact(ctx context.Context, who Who) (Taken, error) {
	return a.Foresee(func(a *Actor) error {
		_, err := a.SetReadOnly(ctx, who, true, "to be given")
		return err
	})
}

// TakeSupportImpact tells what taking the Support flag would take along. It changes nothing. Refused as SetSupport.
func (a *Actor) TakeSupportImpact(ctx context.Context, who Who) (Taken, error) {
	return a.Foresee(func(a *Actor) error {
		_, err := a.SetSupport(ctx, who, false, 0)
		return err
	})
}

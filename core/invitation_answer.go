package core

import "context"

// AcceptInvitation lets the invitee in at once as an ordinary member, staff too, with the role or roles, reason, end and
// inviter of the invitation (I3, H8). An own pending request is superseded (R8). The inviter is told.
//
// Errors: not_found for an invitation that the actor may not see, and when the unit is gone; forbidden for somebody
// else's; inactive_account, account_expired; mfa_required where MFA is required (S19); project_disabled (P14); lapsed,
// already_decided (I16, also where who sent it may send it no more, I17), stale.
func (a *Actor) AcceptInvitation(ctx context.Context, id InvitationID, version uint64) (Membership, error) {
	var out Membership
	err := a.answer(ctx, "invitation.accept", acceptRights, id, version, func(c *change, f Facts, i Invitation, chain Ref) error {
		if err := c.senderMayNot(i, f); err != nil {
			return err
		}
		roles, err := c.rolesLeft(i)
		if err != nil {
			return err
		}
		m := Membership{
			Unit: i.Unit, Account: i.Account, Origin: OriginInvited, Role: i.Role, Roles: roles, Until: i.Until, Reason: i.Reason,
			Inviter: i.Inviter,
		}
		c.happened("invitation.accept", chain, []Ref{i.Unit, i.ID.Ref(), i.Account.Ref()}, i.Reason,
			append([]Change{invitationMoved(i, InvitationAccepted)}, membershipGiven(m)...)...)
		if i, err = c.endInvitation(i, InvitationAccepted); err != nil {
			return err
		}
		if err := c.clearOverdue(i.Unit, i.Account); err != nil {
			return err
		}
		if out, err = c.enter(m, c.me); err != nil {
			return err
		}
		c.tellAnswered(i, howAccepted, f.UnitName)
		switch i.Unit.Kind {
		case KindMaintainer:
			_, err = c.datedAsStaff(i.Account)
		case KindOrganization:
			if err = c.openedByRoles(out); err == nil {
				err = c.tellNewAdministrator(out, howInvited, i.Inviter)
			}
		default:
		}
		return err
	})
	return out, err
}

// DeclineInvitation refuses an own invitation for good. It is open to those locked out by MFA too (S17), and while the
// project is disabled. The inviter is told.
//
// Errors: those of AcceptInvitation as far as they apply.
func (a *Actor) DeclineInvitation(ctx context.Context, id InvitationID, version uint64) (Invitation, error) {
	var out Invitation
	err := a.answer(ctx, "invitation.decline", declineRights, id, version, func(c *change, f Facts, i Invitation, chain Ref) error {
		c.happened("invitation.decline", chain, []Ref{i.Unit, i.ID.Ref(), i.Account.Ref()}, "", invitationMoved(i, InvitationDeclined))
		var err error
		if out, err = c.endInvitation(i, InvitationDeclined); err != nil {
			return err
		}
		c.tellAnswered(i, howDeclined, f.UnitName)
		return nil
	})
	return out, err
}

// CancelInvitation takes an invitation back (I5): whoever may invite at this moment, also while the project is disabled,
// but never the invitee, who declines, not even Support (M17). Nobody is told (N5). It can be undone (U1): the code
// rests meanwhile and works again then.
//
// Errors: not_found for an invitation that the actor may not see; those of the right to invite; forbidden for the
// invitee; lapsed, already_decided (I16), stale.
func (a *Actor) CancelInvitation(ctx context.Context, id InvitationID, version uint64) (Invitation, error) {
	var out Invitation
	err := a.do(ctx, attempt{action: "invitation.cancel", subjects: []Ref{id.Ref()}}, func(c *change) error {
		i, err := c.seenInvitation(id)
		if err != nil {
			return err
		}
		if err := c.mayCancel(i); err != nil {
			return err
		}
		if err := c.closed(i); err != nil {
			return err
		}
		if err := c.unchanged(id.Ref(), "Invitation "+id.Ref().number(), i.Version, version); err != nil {
			return err
		}
		chain, err := c.chainOf(i.Unit)
		if err != nil {
			return err
		}
		c.happened("invitation.cancel", chain, []Ref{i.Unit, i.ID.Ref(), i.Account.Ref()}, "", invitationMoved(i, InvitationCancelled))
		if out, err = c.endInvitation(i, InvitationCancelled); err != nil {
			return err
		}
		after := out
		c.undoable(UndoState{Invitation: &i}, UndoState{Invitation: &after})
		return nil
	})
	return out, err
}

func (r *reading) mayCancel(i Invitation) error {
	f, err := r.may(cancelRights[i.Unit.Kind], i.Unit)
	if err != nil {
		return err
	}
	if i.Account == r.me.ID {
		return refuse(ReasonForbidden, words{"unit": f.unitName(), "who": "others who may invite"})
	}
	return nil
}

// The rights of the invitee, by kind of unit.
var (
	acceptRights = map[Kind]Right{
		KindMaintainer: MaintainerAccept, KindOrganization: OrganizationAccept, KindProject: ProjectAccept,
	}
	declineRights = map[Kind]Right{
		KindMaintainer: MaintainerDecline, KindOrganization: OrganizationDecline, KindProject: ProjectDecline,
	}
)

// answer runs an answer of the invitee: whether the invitation is the actor's and may be answered now, whether it still
// waits, then the answer itself (A9).
func (a *Actor) answer(
	ctx context.Context, action Action, rights map[Kind]Right, id InvitationID, version uint64,
	fn func(c *change, f Facts, i Invitation, chain Ref) error,
) error {
	return a.do(ctx, attempt{action: action, subjects: []Ref{id.Ref()}}, func(c *change) error {
		i, err := c.seenInvitation(id)
		if err != nil {
			return err
		}
		f, err := c.mayAnswer(rights[i.Unit.Kind], i)
		if err != nil {
			return err
		}
		if err := c.closed(i); err != nil {
			return err
		}
		if err := c.unchanged(id.Ref(), "Invitation "+id.Ref().number(), i.Version, version); err != nil {
			return err
		}
		chain, err := c.chainOf(i.Unit)
		if err != nil {
			return err
		}
		return fn(c, f, i, chain)
	})
}

// mayAnswer asks the access function about the invitee and the unit. An invitation that is over counts as one here, so
// that its end answers, and not that the person has become an outsider or a member (I16).
func (r *reading) mayAnswer(right Right, i Invitation) (Facts, error) {
	f, err := r.facts(i.Unit)
	if err != nil {
		return f, err
	}
	if i.Account != r.me.ID {
		if _, err := r.may(seeRight(i.Unit), i.Unit); err != nil {
			return f, err
		}
		return f, refuse(ReasonForbidden, words{"unit": f.unitName(), "who": "the person who is invited"})
	}
	f.Invited = true
	v := Access(right, f)
	if v.Allowed || (v.Reason == ReasonAlreadyMember && i.Closed(r.now) != "") {
		return f, nil
	}
	return f, v.Err.on(string(right), i.Unit)
}

// closed refuses with lapsed or already_decided, naming who and when, what can no longer be answered or cancelled (I16).
func (r *reading) closed(i Invitation) error {
	text := words{"request or invitation": "Invitation", "id": i.ID.Ref().number(), "state": string(i.State), "time": moment(i.Ended)}
	switch i.Closed(r.now) {
	case "":
		return nil
	case ReasonLapsed:
		return invitationLapsed(i)
	default:
	}
	who, err := r.label(i.By)
	if err != nil {
		return err
	}
	text["who"] = who
	if i.State == InvitationVoid {
		text["state"] = "made void"
	}
	return refuse(ReasonAlreadyDecided, text)
}

// seenInvitation reads an invitation; one that the actor may not see is not_found, like one that is not there (A10). The
// invitee and the inviter know of it anyway: to them the right answers (I5).
func (r *reading) seenInvitation(id InvitationID) (Invitation, error) {
	i, err := get(r.Invitations(), id, id.Ref())
	if err != nil || i.Account == r.me.ID || i.Inviter == r.me.ID || i.Resender == r.me.ID {
		return i, err
	}
	return i, r.hide(id.Ref(), seeRight(i.Unit), i.Unit)
}

func invitationMoved(i Invitation, to InvitationState) Change {
	return Change{Field: "state", Before: string(i.State), After: string(to)}
}

// endInvitation moves an invitation out of pending by an event of its own. Its notice is withdrawn (I17).
func (c *change) endInvitation(i Invitation, state InvitationState) (Invitation, error) {
	i.State, i.Ended, i.By = state, c.now, c.me.ID
	i.Version++
	if err := c.Invitations().Put(i); err != nil {
		return i, err
	}
	return i, c.withdrawNotices(i.ID.Ref(), string(state), c.me.ID)
}

func (c *change) tellAnswered(i Invitation, answer, unitName string) {
	c.tell(i.Inviter, NoticeInvitationAnswers, NoticeFacts{Name: unitName, How: answer}, i.ID.Ref(), i.Unit)
}

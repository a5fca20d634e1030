package core

import (
	"context"
	"slices"
)

// How long an invitation waits (section 2.2).
const (
	lapsesUsual = Length(7 * 24 * 60)
	lapsesMin   = Length(60)
	lapsesMax   = Length(30 * 24 * 60)
)

// InviteInput says who is invited to a unit, and as what.
type InviteInput struct {
	Unit  Unit
	Email string // F3; an unknown address becomes an account that is not activated (M4, I14)
	// Role is the project role; empty means the default (RO6). Projects only.
	Role Role
	// Roles are organization roles; none means what "new members get" says now, DEFAULT is always included (OR9).
	// Organizations only.
	Roles []string
	// Reason is F4 or empty; Until is the end of the later membership, 15 minutes or more ahead, or none. Projects only
	// (I12).
	Reason string
	Until  Moment
	// Lapses is how long the invitation waits: 1 hour to 30 days, 7 days when zero; never longer than Until.
	Lapses Length
}

// Invite asks somebody into a unit (section 9). Nothing is open to them until they accept (I7). For an account that is
// not activated it also says how an activation code that works as long as the invitation reaches them (AC19).
//
// Refused as section 6 says (I1: full-role users and administrators, administrators, members of the maintainer and
// Support), with project_disabled (P14), share_needs_org_member (RO3), invalid_email, invalid_role (RO8, OR9),
// reason_required, invalid_text, invalid_end, invalid_value (I12), cannot_invite_self, already_member (visitors too,
// V7), already_invited (M11), already_requested (I4).
func (a *Actor) Invite(ctx context.Context, in InviteInput) (Invitation, GivenCode, error) {
	var out Invitation
	var code GivenCode
	err := a.do(ctx, attempt{action: "invitation.create", subjects: []Ref{in.Unit}}, func(c *change) error {
		f, err := c.mayInvite(in.Unit, in.Role)
		if err != nil {
			return err
		}
		i, acc, err := c.cleanInvitation(f, in)
		if err != nil {
			return err
		}
		if err := c.mayBeInvited(f, acc, 0); err != nil {
			return err
		}
		out, code, err = c.invite(i, acc, f.UnitName)
		return err
	})
	if err != nil {
		return Invitation{}, GivenCode{}, err
	}
	return out, code, nil
}

// inviteRights are the rights of table I1, by kind of unit.
var inviteRights = map[Kind]Right{
	KindMaintainer: MaintainerManage, KindOrganization: OrganizationInvite, KindProject: ProjectInvite,
}

// cancelRights are those to cancel: judged like inviting, but not stopped by a disabled project (I5, P14).
var cancelRights = map[Kind]Right{
	KindMaintainer: MaintainerManage, KindOrganization: OrganizationInvite, KindProject: ProjectCancel,
}

// mayInvite asks whether the actor may invite to the unit, and give the role share where that is asked (I1, RO3).
func (r *reading) mayInvite(unit Unit, role Role) (Facts, error) {
	right, ok := inviteRights[unit.Kind]
	if !ok {
		return Facts{}, notFound(unit)
	}
	f, err := r.facts(unit)
	if err != nil {
		return f, err
	}
	if role == RoleShare && f.RoleSet.Has(RoleShare) {
		if _, err := r.may(ProjectGiveShare, unit); err != nil {
			return f, err
		}
	}
	return r.may(right, unit)
}

// cleanInvitation checks the form, field by field (A9), and finds the account of the address; a new one has no number.
func (c *change) cleanInvitation(f Facts, in InviteInput) (Invitation, Account, error) {
	i := Invitation{Version: 1, Unit: in.Unit, Inviter: c.me.ID, Sent: c.now, State: InvitationPending}
	email, err := cleanEmail(in.Email)
	if err != nil {
		return i, Account{}, err
	}
	var m Membership // what it will become
	err = c.cleanMembership(&m, f, AddInput{Unit: in.Unit, Role: in.Role, Roles: in.Roles, Reason: in.Reason, Until: in.Until})
	if err != nil {
		return i, Account{}, err
	}
	i.Role, i.Roles, i.Reason, i.Until = m.Role, m.Roles, m.Reason, m.Until
	if i.Lapses, err = c.lapsesAfter(in.Lapses, i.Until); err != nil {
		return i, Account{}, err
	}
	acc, known, err := c.accountByEmail(email)
	if !known {
		acc = Account{Email: email, State: AccountNotActivated}
	}
	return i, acc, err
}

// lapsesAfter gives the moment at which an invitation lapses that is sent now: after the length, 7 days when zero, and
// never behind the end of the membership (TM3).
func (r *reading) lapsesAfter(wait Length, until Moment) (Moment, error) {
	if wait == 0 {
		wait = lapsesUsual
	}
	if wait < lapsesMin || wait > lapsesMax {
		return 0, refuse(ReasonInvalidEnd, words{"earliest": lapsesMin.String(), "latest": lapsesMax.String()}).field("lapses")
	}
	return earliest(r.now.Add(wait.Duration()), until), nil
}

// mayBeInvited checks the other person (I4): oneself, a member, somebody invited or waiting for a decision already.
// sent is the invitation that would be sent again, or none.
func (r *reading) mayBeInvited(f Facts, acc Account, sent InvitationID) error {
	if acc.ID == 0 {
		return nil
	}
	standing, _, err := r.standing(f.Unit, acc.ID)
	if err != nil {
		return err
	}
	if acc.ID == r.me.ID {
		variant := ""
		if standing == NoStanding {
			variant = "join"
		}
		return refuseAs(ReasonCannotInviteSelf, variant, nil).field("email")
	}
	if standing != NoStanding { // V7: visitors too
		return refuse(ReasonAlreadyMember, words{"who": acc.label(), "unit": f.UnitName}).field("email")
	}
	other, err := r.pendingInvitation(f.Unit, acc.ID)
	if err != nil {
		return err
	}
	if other != nil && other.ID != sent {
		return refuseAs(ReasonAlreadyInvited, variantOther, words{
			"who": acc.label(), "id": other.ID.Ref().number(), "lapses": moment(other.Lapses),
		}).field("email")
	}
	if f.Unit.Kind != KindProject {
		return nil
	}
	q, err := r.pendingRequest(ProjectID(f.Unit.ID), acc.ID)
	if err != nil || q == nil {
		return err
	}
	return refuseAs(ReasonAlreadyRequested, variantOther, words{"who": acc.label(), "id": q.ID.Ref().number()}).field("email")
}

// invite stores a new invitation, with an account if need be, and tells the invitee. One that lapsed is superseded.
func (c *change) invite(i Invitation, acc Account, unitName string) (Invitation, GivenCode, error) {
	chain, err := c.chainOf(i.Unit)
	if err != nil {
		return i, GivenCode{}, err
	}
	fresh := acc.ID == 0
	if fresh {
		if acc, err = c.newAccount(acc); err != nil {
			return i, GivenCode{}, err
		}
		c.alsoIn("account.create", System, []Ref{acc.ID.Ref()})
	}
	id, err := c.NextID(KindInvitation)
	if err != nil {
		return i, GivenCode{}, err
	}
	i.ID, i.Account = InvitationID(id), acc.ID
	c.happened("invitation.create", chain, []Ref{i.Unit, i.ID.Ref(), acc.ID.Ref()}, i.Reason, invitationGiven(i)...)
	if !fresh {
		if err := c.supersedeLapsed(i.Unit, acc.ID); err != nil {
			return i, GivenCode{}, err
		}
	}
	if err := c.Invitations().Put(i); err != nil {
		return i, GivenCode{}, err
	}
	code, err := c.tellInvited(i, acc, unitName, fresh)
	return i, code, err
}

func invitationGiven(i Invitation) []Change {
	return append(membershipGiven(Membership{Role: i.Role, Roles: i.Roles, Until: i.Until}), Change{Field: "lapses", After: i.Lapses.String()})
}

// supersedeLapsed settles what lapsed and is replaced by a new invitation (section 9), swept or not.
func (c *change) supersedeLapsed(unit Unit, account AccountID) error {
	var old []Invitation
	err := each(c.Invitations(), Scan{Index: OpenOfUnit, Prefix: RefKey(unit)}, func(i Invitation) (bool, error) {
		if i.Account == account {
			old = append(old, i)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, i := range old {
		i.State = InvitationLapsed // swept or not (TM5); the new one replaces it
		if err := c.settleInvitation(i, InvitationSuperseded); err != nil {
			return err
		}
	}
	return nil
}

// tellInvited tells the invitee; one who is not activated is told to, and gets a code that lives as long as the
// invitation (I14), which replaces the one before (I13), unless it is neither shown nor mailed (AC19).
func (c *change) tellInvited(i Invitation, acc Account, unitName string, fresh bool) (GivenCode, error) {
	inviter, err := c.account(i.Inviter)
	if err != nil {
		return GivenCode{}, err
	}
	if inviter.State == AccountRemoved { // sent again by somebody else
		inviter = c.me
	}
	facts := NoticeFacts{By: inviter.ID, Name: unitName, Text: i.Reason, Lapses: i.Lapses, At: i.Until}
	facts.Role = Membership{Unit: i.Unit, Role: i.Role, Roles: i.Roles}.heldAs()
	if acc.State != AccountNotActivated {
		c.tell(acc.ID, NoticeInvitationSent, facts, i.ID.Ref(), i.Unit)
		return GivenCode{}, nil
	}
	old, err := c.codesOf(i)
	if err != nil {
		return GivenCode{}, err
	}
	code, send, err := c.giveCode(acc, fresh, ActivationCode{Invitation: i.ID, Expires: i.Lapses})
	if err != nil {
		return GivenCode{}, err
	}
	if code.Withheld == "" {
		if err := c.dropCodes(old); err != nil {
			return GivenCode{}, err
		}
	}
	c.tellCode(acc.ID, NoticeActivate, facts, send, i.ID.Ref(), i.Unit)
	return code, nil
}

// tellInvitedAgain tells the invitee of an invitation that is pending again by an undo. The codes that were shown work again;
// where they go by mail, the mail carries another one.
func (c *change) tellInvitedAgain(i Invitation, unitName string) error {
	acc, err := c.account(i.Account)
	if err != nil {
		return err
	}
	facts := NoticeFacts{By: i.Inviter, Name: unitName, Text: i.Reason, Lapses: i.Lapses}
	if acc.State != AccountNotActivated {
		c.tell(acc.ID, NoticeInvitationSent, facts, i.ID.Ref(), i.Unit)
		return nil
	}
	var send *CodeToSend
	if c.mails(acc) {
		send = &CodeToSend{Invitation: i.ID, Expires: i.Lapses}
	}
	c.tellCode(acc.ID, NoticeActivate, facts, send, i.ID.Ref(), i.Unit)
	return nil
}

// ResendInvitation sends a pending or lapsed invitation again (I13): with a new lapse, counted from now as in
// InviteInput.Lapses, and for an account that is not activated with a new code; the earlier one no longer works, unless the
// actor may not be shown one (AC19). A lapsed one is pending again, and lives on the right of the actor from now on (I17).
// Inviter, role and end stay; organization roles that are gone by now are left out (OR14).
//
// Refused as inviting is, with not_found for an invitation that the actor may not see, already_decided, stale, and
// invalid_end when the end of the membership has passed.
func (a *Actor) ResendInvitation(ctx context.Context, id InvitationID, version uint64, lapses Length) (Invitation, GivenCode, error) {
	var out Invitation
	var code GivenCode
	err := a.do(ctx, attempt{action: "invitation.resend", subjects: []Ref{id.Ref()}}, func(c *change) error {
		i, err := c.seenInvitation(id)
		if err != nil {
			return err
		}
		f, err := c.mayInvite(i.Unit, i.Role)
		if err != nil {
			return err
		}
		if i.Closed(c.now) == ReasonAlreadyDecided {
			return c.closed(i)
		}
		if err := c.unchanged(id.Ref(), "Invitation "+id.Ref().number(), i.Version, version); err != nil {
			return err
		}
		out, code, err = c.resend(f, i, lapses)
		return err
	})
	if err != nil {
		return Invitation{}, GivenCode{}, err
	}
	return out, code, nil
}

func (c *change) resend(f Facts, i Invitation, lapses Length) (Invitation, GivenCode, error) {
	was := i
	var err error
	if i.Lapses, err = c.lapsesAfter(lapses, i.Until); err != nil {
		return i, GivenCode{}, err
	}
	if i.Until.Passed(c.now) {
		return i, GivenCode{}, checkEnd("until", i.Until, c.now.Add(LengthMin.Duration()), 0)
	}
	acc, err := c.account(i.Account)
	if err != nil {
		return i, GivenCode{}, err
	}
	if acc.State == AccountRemoved {
		return i, GivenCode{}, notFound(acc.ID.Ref())
	}
	if err := c.mayBeInvited(f, acc, i.ID); err != nil {
		return i, GivenCode{}, err
	}
	if i.Roles, err = c.rolesLeft(i); err != nil {
		return i, GivenCode{}, err
	}
	i.State, i.Sent, i.Ended, i.By, i.Resender = InvitationPending, c.now, 0, 0, 0
	if c.me.ID != i.Inviter {
		i.Resender = c.me.ID
	}
	i.Version++
	chain, err := c.chainOf(i.Unit)
	if err != nil {
		return i, GivenCode{}, err
	}
	changes := []Change{{Field: "lapses", Before: was.Lapses.String(), After: i.Lapses.String()}}
	if was.State != i.State {
		changes = append(changes, Change{Field: "state", Before: string(was.State), After: string(i.State)})
	}
	if !slices.Equal(was.Roles, i.Roles) {
		changes = append(changes, Change{Field: "roles", Before: joinRoles(was.Roles), After: joinRoles(i.Roles)})
	}
	c.happened("invitation.resend", chain, []Ref{i.Unit, i.ID.Ref(), i.Account.Ref()}, i.Reason, changes...)
	if err := c.Invitations().Put(i); err != nil {
		return i, GivenCode{}, err
	}
	code, err := c.tellInvited(i, acc, f.UnitName, false)
	return i, code, err
}

// rolesLeft gives the organization roles of an invitation that are still there: a role may be deleted while it waits
// for a re-send or an answer (OR14).
func (r *reading) rolesLeft(i Invitation) ([]string, error) {
	var left []string
	for _, id := range i.Roles {
		_, ok, err := r.Roles().Get(OrganizationRoleKey{Organization: OrganizationID(i.Unit.ID), ID: id})
		if err != nil {
			return nil, err
		}
		if ok || id == RoleDefault || id == RoleAdmin {
			left = append(left, id)
		}
	}
	return left, nil
}

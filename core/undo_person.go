package core

import "slices"

// This file undoes what was done to people: roles, removals, rejected requests, cancelled invitations.

// undoRole gives the old project role, or the old organization roles, back.
func (c *change) undoRole(before, after Membership) error {
	unit, ref := before.Unit, before.Account.Ref()
	right := ProjectManageUsers
	if unit.Kind == KindOrganization {
		right = OrganizationRoles
	}
	if _, err := c.may(right, unit); err != nil {
		return err
	}
	m, ok, err := c.membership(unit, before.Account)
	if err != nil {
		return err
	}
	same := ok && m.Since == after.Since && m.Visit == after.Visit && m.Role == after.Role && slices.Equal(m.Roles, after.Roles)
	if !same {
		return c.undoStale(ref)
	}
	if unit.Kind == KindProject {
		_, err = c.changeRole(ProjectID(unit.ID), before.Account, 0, before.Role)
		return err
	}
	if err := c.rolesStay(unit, without(before.Roles, after.Roles)); err != nil {
		return err
	}
	_, err = c.changeRoles(OrganizationID(unit.ID), before.Account, 0, without(before.Roles, after.Roles), without(after.Roles, before.Roles))
	return err
}

// without gives what of the one list is not in the other.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

// returnRights are what undoing a removal needs: the opposite of a removal is a direct add.
var returnRights = map[Kind]Right{KindMaintainer: MaintainerManage, KindOrganization: OrganizationAdd, KindProject: ProjectAdd}

// undoRemoval puts a removed membership back as it was: roles, reason, end. It passes the checks of a direct add. done is
// when it was removed. Invitations that were revoked with it stay so (I17): their codes are dead, and who is back can
// invite anew.
func (c *change) undoRemoval(m Membership, done Moment) error {
	f, err := c.may(returnRights[m.Unit.Kind], m.Unit)
	if err != nil {
		return err
	}
	if m.Role == RoleShare {
		if _, err := c.may(ProjectGiveShare, m.Unit); err != nil {
			return err
		}
	}
	if err := c.rolesStay(m.Unit, m.Roles); err != nil {
		return err
	}
	acc, err := c.account(m.Account)
	if err != nil {
		return err
	}
	if acc.State == AccountRemoved {
		return notFound(acc.ID.Ref())
	}
	if !m.Running(c.now) {
		return sentenceError(ReasonUndoExpired, "The membership of "+acc.label()+" would have ended at "+moment(m.Until)+".", "Add the person again.")
	}
	if err := c.mayComeIn(f, acc); err != nil {
		return err
	}
	if err := c.noCodeSince(acc.ID, 0, done); err != nil {
		return err
	}
	if err := c.clearOverdue(m.Unit, m.Account); err != nil {
		return err
	}
	changes := membershipGiven(m)
	for i := range changes {
		unit := m.Unit
		changes[i].Subject = &unit
	}
	c.event.Changes = append(c.event.Changes, changes...)
	return c.comeBack(m, acc, f.UnitName)
}

// comeBack stores a membership that was gone, with what follows from it.
func (c *change) comeBack(m Membership, acc Account, unitName string) error {
	m.Version++
	m.Uncounted = m.Unit.Kind == KindProject && acc.Support
	if err := c.Memberships().Put(m); err != nil {
		return err
	}
	if err := c.supersede(m.Unit, m.Account, Ref{}); err != nil {
		return err
	}
	event := NoticeMemberAdded
	if m.Unit.Kind == KindProject {
		event = NoticeUserAdded
	}
	c.tell(acc.ID, event, NoticeFacts{Name: unitName, How: howUndone}, m.Unit)
	switch m.Unit.Kind {
	case KindMaintainer:
		_, err := c.datedAsStaff(acc.ID)
		return err
	case KindOrganization:
		if err := c.openedByRoles(m); err != nil {
			return err
		}
		if err := c.tellNewAdministrator(m, howUndone, c.me.ID); err != nil {
			return err
		}
	default:
	}
	if err := c.revokeSentBy(m.Account); err != nil {
		return err
	}
	return c.reviewDecidersAround(m.Unit)
}

// undoRejection lets a request wait again until its old lapse (section 10).
func (c *change) undoRejection(before, after Request) error {
	if _, err := c.may(ProjectDecide, before.Project.Ref()); err != nil {
		return err
	}
	q, err := get(c.Requests(), before.ID, before.ID.Ref())
	switch {
	case err != nil:
		return err
	case q.State != RequestRejected || q.Decided != after.Decided || q.By != c.me.ID:
		return c.undoStale(q.ID.Ref())
	case q.Lapses.Passed(c.now):
		return requestLapsed(q, c.me.ID)
	}
	if err := c.mayWaitAgain(q); err != nil {
		return err
	}
	c.event.Changes = append(c.event.Changes, Change{Field: "state", Before: string(q.State), After: string(RequestPending)})
	q.State, q.Decided, q.By, q.Note, q.Undecidable, q.ForSupport = RequestPending, 0, 0, "", false, false
	q.Version++
	if err := c.Requests().Put(q); err != nil {
		return err
	}
	if err := c.withdrawRejection(q); err != nil {
		return err
	}
	name := c.unitName(q.Project.Ref())
	c.tell(q.Requester, NoticeRejectionUndone, NoticeFacts{Name: name, Lapses: q.Lapses}, q.ID.Ref(), q.Project.Ref())
	return c.reviewDeciders(q.Project)
}

// mayWaitAgain refuses where the requester has found another way since, or may not wait any more.
func (c *change) mayWaitAgain(q Request) error {
	acc, err := c.account(q.Requester)
	if err != nil {
		return err
	}
	if err := c.notFiledAnew(q, acc); err != nil {
		return err
	}
	f, err := c.factsAbout(acc, q.Project.Ref())
	if err != nil {
		return err
	}
	inside := f.Direct != NoStanding || f.RoleAccess != ""
	switch {
	case !acc.Usable(c.now):
		return undoOvertaken("The account of "+acc.label()+" has ended.", "There is nobody to let in.")
	case f.Invited:
		return undoOvertaken(acc.label()+" has been invited to "+f.ProjectName+".", "Nothing to decide.")
	case q.Extends != 0:
		return c.stillVisits(q, acc, f.ProjectName)
	case inside:
		return undoOvertaken(acc.label()+" is in "+f.ProjectName+" now.", "Nothing to decide.")
	}
	return nil
}

// notFiledAnew refuses where the requester has filed another request since.
func (c *change) notFiledAnew(q Request, acc Account) error {
	later := Scan{Index: RequestsOfRequester, Prefix: Key{Num(q.Requester)}, After: Key{Num(q.ID)}}
	return each(c.Requests(), later, func(other Request) (bool, error) {
		if other.Project != q.Project {
			return true, nil
		}
		return false, undoOvertaken(acc.label()+" has filed anew: request "+other.ID.Ref().number()+".", "Decide that one.")
	})
}

// stillVisits refuses where the visit that was to be extended is over.
func (c *change) stillVisits(q Request, acc Account, project string) error {
	v, err := get(c.Visits(), q.Extends, q.Extends.Ref())
	if err == nil && (v.State != VisitActive || v.Ends.Passed(c.now)) {
		return undoOvertaken("The visit of "+acc.label()+" to "+project+" is over.", "There is nothing to extend.")
	}
	return err
}

// withdrawRejection takes back what told the requester of the rejection: it does not hold any more.
func (c *change) withdrawRejection(q Request) error {
	told, err := all(c.Notifications(), Scan{Index: NoticesAbout, Prefix: RefKey(q.ID.Ref())})
	if err != nil {
		return err
	}
	for _, n := range told {
		if n.Event != NoticeRequestRejected {
			continue
		}
		if err := c.withdraw(n, "undone", c.me.ID); err != nil {
			return err
		}
	}
	return nil
}

// undoCancel makes a cancelled invitation pending again, with the same lapse; its code works again (U1), and the invitee is
// told anew, for the first notice was withdrawn. It stays cancelled when who sent it may send it no more (I17), and when
// somebody was given a code of the invitee meanwhile, who would get the invitation with it (AC19).
func (c *change) undoCancel(before, after Invitation) error {
	f, err := c.mayInvite(before.Unit, before.Role)
	if err != nil {
		return err
	}
	i, err := get(c.Invitations(), before.ID, before.ID.Ref())
	switch {
	case err != nil:
		return err
	case i.State != InvitationCancelled || i.Ended != after.Ended:
		return c.undoStale(i.ID.Ref())
	case i.Lapses.Passed(c.now):
		return invitationLapsed(i)
	}
	if err := c.mayBeInvitedAgain(i, f.UnitName); err != nil {
		return err
	}
	if sends, err := c.stillSends(i, nil); err != nil {
		return err
	} else if !sends {
		return undoOvertaken("Who sent invitation "+i.ID.Ref().number()+" may no longer invite to "+f.UnitName+".", "Invite the person anew.")
	}
	if err := c.noCodeSince(i.Account, i.ID, i.Ended); err != nil {
		return err
	}
	c.event.Changes = append(c.event.Changes, Change{Field: "state", Before: string(i.State), After: string(InvitationPending)})
	i.State, i.Ended, i.By = InvitationPending, 0, 0
	if err := c.dropDeletedRoles(&i); err != nil {
		return err
	}
	i.Version++
	if err := c.Invitations().Put(i); err != nil {
		return err
	}
	return c.tellInvitedAgain(i, f.UnitName)
}

// dropDeletedRoles takes the roles from an invitation that were deleted since it was cancelled, as their deletion would
// have done (OR14).
func (c *change) dropDeletedRoles(i *Invitation) error {
	if i.Unit.Kind != KindOrganization {
		return nil
	}
	deleted, err := c.rolesDeletedSince(i.Unit)
	if err != nil || len(deleted) == 0 {
		return err
	}
	before := joinRoles(i.Roles)
	i.Roles = slices.DeleteFunc(slices.Clone(i.Roles), func(role string) bool { return deleted[role] })
	if after := joinRoles(i.Roles); after != before {
		c.event.Changes = append(c.event.Changes, Change{Field: "roles", Before: before, After: after})
	}
	return nil
}

// rolesStay refuses with invalid_role where one of the roles was deleted since the action that is undone, and with
// undo_stale where it was created anew: it may open other projects now (OR14).
func (c *change) rolesStay(unit Unit, roles []string) error {
	if unit.Kind != KindOrganization {
		return nil
	}
	deleted, err := c.rolesDeletedSince(unit)
	if err != nil {
		return err
	}
	for _, role := range roles {
		if err := c.roleExists(OrganizationID(unit.ID), role); err != nil {
			return err
		}
		if deleted[role] {
			return undoOvertaken("The role "+role+" was deleted and created anew since.", "Give the roles by hand.")
		}
	}
	return nil
}

// rolesDeletedSince gives the roles of an organization that were deleted since the action that is undone, by its chain.
func (c *change) rolesDeletedSince(organization Unit) (map[string]bool, error) {
	deleted := map[string]bool{}
	if c.undoing.Chain != organization {
		return deleted, nil
	}
	s := Scan{Prefix: RefKey(organization), After: Key{Num(c.undoing.Sequence)}}
	return deleted, each(c.Events(), s, func(e Event) (bool, error) {
		if e.Action == "role.delete" && e.Outcome == OutcomeDone {
			for _, ch := range e.Changes {
				if ch.Field == "role" && ch.Subject == nil {
					deleted[ch.Before] = true
				}
			}
		}
		return true, nil
	})
}

// mayBeInvitedAgain refuses where the invitee has come in, was invited anew, or has asked to enter since (I4).
func (c *change) mayBeInvitedAgain(i Invitation, unitName string) error {
	acc, err := c.account(i.Account)
	if err != nil {
		return err
	}
	f, err := c.factsAbout(acc, i.Unit)
	standing := f.Direct
	switch i.Unit.Kind {
	case KindMaintainer:
		standing = f.MaintainerStanding
	case KindOrganization:
		standing = f.OrganizationStanding
	default:
	}
	switch {
	case err != nil:
		return err
	case acc.State == AccountRemoved:
		return notFound(acc.ID.Ref())
	case standing != NoStanding:
		return refuse(ReasonAlreadyMember, words{"who": acc.label(), "unit": unitName})
	case f.Invited:
		return refuse(ReasonAlreadyInvited, words{
			"who": acc.label(), "lapses": moment(f.InvitationLapses), "id": f.Invitation.Ref().number(),
		})
	case f.Requested:
		return refuse(ReasonAlreadyRequested, words{"who": acc.label(), "id": f.Request.Ref().number()})
	}
	return nil
}

package core

// factsAbout gathers what the access function needs to know about an account and a unit, inside this transaction.
// A unit that is not there gives facts with Exists false; that is no error.
func (r *reading) factsAbout(who Account, unit Unit) (Facts, error) {
	f := Facts{
		Account: who, Unit: unit, MFA: who.MFA(), Duties: who.dutiesAt(r.now),
		Activated: who.State != AccountNotActivated,
		Expired:   who.State == AccountExpired || who.State == AccountRemoved || who.Expires.Passed(r.now),
	}
	var err error
	switch unit.Kind {
	case KindMaintainer:
		err = r.maintainerFacts(&f, MaintainerID(unit.ID))
	case KindOrganization:
		err = r.organizationFacts(&f, OrganizationID(unit.ID))
		f.UnitName = f.OrganizationName
	case KindProject:
		err = r.projectFacts(&f, ProjectID(unit.ID))
	default:
		return f, refuse(ReasonNotFound, words{"kind": unit.Kind.String(), "id": ""})
	}
	f.Can = r.otherCan(&f)
	if err == nil && !f.inside() { // nobody who is in a unit is invited to it (section 9)
		err = r.invitationFact(&f)
	}
	return f, err
}

// inside reports whether the account is an ordinary member of the unit itself.
func (f *Facts) inside() bool {
	switch f.Unit.Kind {
	case KindMaintainer:
		return f.MaintainerStanding == Ordinary
	case KindOrganization:
		return f.OrganizationStanding == Ordinary
	default:
		return f.Direct == Ordinary
	}
}

// facts is factsAbout for the acting account.
func (r *reading) facts(unit Unit) (Facts, error) { return r.factsAbout(r.me, unit) }

// may asks the access function about the acting account and answers with the refusal, if any.
func (r *reading) may(right Right, unit Unit) (Facts, error) {
	f, err := r.facts(unit)
	if err != nil {
		return f, err
	}
	if permits(right, f) {
		return f, nil
	}
	return f, Access(right, f).Err.on(string(right), unit)
}

func (r *reading) standing(unit Unit, account AccountID) (Standing, Membership, error) {
	m, ok, err := r.membership(unit, account)
	if err != nil || !ok || !m.Running(r.now) {
		return NoStanding, m, err
	}
	if m.Visitor() {
		return Visiting, m, nil
	}
	return Ordinary, m, nil
}

func (r *reading) maintainerFacts(f *Facts, id MaintainerID) error {
	m, ok, err := r.Maintainers().Get(id)
	if err != nil || !ok {
		return err
	}
	f.Exists = m.State == UnitActive
	f.UnitName = m.Name
	f.MaintainerStanding, _, err = r.standing(id.Ref(), f.Account.ID)
	return err
}

func (r *reading) organizationFacts(f *Facts, id OrganizationID) error {
	o, ok, err := r.Organizations().Get(id)
	if err != nil || !ok {
		return err
	}
	f.Exists = o.State == UnitActive
	f.OrganizationName, f.organization = o.Name, id
	f.AutoJoin, f.MFARequired, f.Deciders = o.AutoJoin, o.RequiresMFA(), o.Deciders
	f.Administrators = func() []string { return r.administratorNames(o.ID, o.RequiresMFA()) }
	f.Contact = func() string { return r.contactOf(o.Maintainer) }
	f.NobodyRuns = func() bool {
		nobody, err := r.nobodyRuns(id)
		return err == nil && nobody
	}
	if f.MaintainerStanding, _, err = r.standing(o.Maintainer.Ref(), f.Account.ID); err != nil {
		return err
	}
	var m Membership
	f.OrganizationStanding, m, err = r.standing(id.Ref(), f.Account.ID)
	f.Admin = f.OrganizationStanding == Ordinary && m.Admin()
	return err
}

func (r *reading) projectFacts(f *Facts, id ProjectID) error {
	p, ok, err := r.Projects().Get(id)
	if err != nil || !ok {
		return err
	}
	if err := r.organizationFacts(f, p.Organization); err != nil {
		return err
	}
	f.UnitName, f.ProjectName = p.Name, p.Name
	f.Deleted = p.State == ProjectDeleted
	f.ProjectPurged = p.State == ProjectPurged
	f.Exists = f.Exists && p.State == ProjectActive
	f.RoleSet, f.Disabled = p.RoleSet, p.Disabled
	f.FullRoleUsers = func() []string { return r.fullRoleNames(id, f.MFARequired) }
	var m Membership
	if f.Direct, m, err = r.standing(id.Ref(), f.Account.ID); err != nil {
		return err
	}
	f.DirectRole = m.Role
	if f.Until = m.Until; f.Direct == NoStanding {
		f.DirectRole, f.Until = "", 0
	}
	if f.Openings, err = r.openings(p, f.Account.ID); err != nil {
		return err
	}
	if len(f.Openings) > 0 {
		f.RoleAccess = f.Openings[0].Level
	}
	q, err := r.pendingRequest(id, f.Account.ID)
	if q != nil {
		f.Requested, f.Request, f.RequestLapses = true, q.ID, q.Lapses
	}
	return err
}

// contactOf gives the contact address of a maintainer, for a sentence; empty when there is none.
func (r *reading) contactOf(id MaintainerID) string {
	m, _, err := r.Maintainers().Get(id)
	if err != nil {
		return ""
	}
	return m.Contact
}

// openings gives the organization roles of the account that open the project, the highest level first (OR4, OR5).
func (r *reading) openings(p Project, account AccountID) ([]Opening, error) {
	standing, m, err := r.standing(p.Organization.Ref(), account)
	if err != nil || standing != Ordinary || len(m.Roles) == 0 {
		return nil, err
	}
	var found []Opening
	err = each(r.Grants(), Scan{Prefix: Key{Num(p.ID)}}, func(g Grant) (bool, error) {
		if hasRole(m.Roles, g.RoleID) {
			found = append(found, Opening{g.RoleID, g.Level})
		}
		return true, nil
	})
	highestFirst(p.RoleSet, found)
	return found, err
}

// roleAccess gives the highest level that the organization roles of the account open in the project (OR4, OR5).
func (r *reading) roleAccess(p Project, account AccountID) (Role, error) {
	found, err := r.openings(p, account)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0].Level, nil
}

// pendingRequest gives the pending request of the account to enter the project, extensions included, or nil (R2). Either
// side may have thousands, of a busy support engineer or in a much wanted project, so it looks where fewer wait.
func (r *reading) pendingRequest(p ProjectID, account AccountID) (*Request, error) {
	ofAccount, err := r.Count(CountPendingRequests, account.Ref())
	if err != nil || ofAccount == 0 {
		return nil, err
	}
	ofProject, err := r.Count(CountPendingRequests, p.Ref())
	if err != nil || ofProject == 0 {
		return nil, err
	}
	where := Scan{Index: PendingOfProject, Prefix: Key{Num(p)}}
	if ofAccount < ofProject {
		where = Scan{Index: PendingOfRequester, Prefix: Key{Num(account)}}
	}
	var found *Request
	err = each(r.Requests(), where, func(q Request) (bool, error) {
		if q.Project == p && q.Requester == account && q.Pending(r.now) {
			found = &q
		}
		return found == nil, nil
	})
	return found, err
}

func (r *reading) invitationFact(f *Facts) error {
	inv, err := r.pendingInvitation(f.Unit, f.Account.ID)
	if inv != nil {
		f.Invited, f.Invitation, f.InvitationLapses = true, inv.ID, inv.Lapses
	}
	return err
}

// pendingInvitation gives the pending invitation of the account to the unit, or nil.
func (r *reading) pendingInvitation(unit Unit, account AccountID) (*Invitation, error) {
	var found *Invitation
	err := each(r.Invitations(), Scan{Index: InvitationsOfAccount, Prefix: Key{Num(account)}}, func(i Invitation) (bool, error) {
		if i.Unit == unit && i.Pending(r.now) {
			found = &i
		}
		return found == nil, nil
	})
	return found, err
}

// namesScanned is how many memberships are looked at to name people in a sentence.
const namesScanned = 50

func (r *reading) administratorNames(id OrganizationID, locked bool) []string {
	return r.memberNames(id.Ref(), locked, func(m Membership) bool { return m.Admin() })
}

func (r *reading) fullRoleNames(id ProjectID, locked bool) []string {
	return r.memberNames(id.Ref(), locked, func(m Membership) bool { return !m.Visitor() && m.Role.Full() })
}

// otherCan answers for the sentences of these facts who else has a right. Each person is looked up once.
func (r *reading) otherCan(f *Facts) func(string, Right) bool {
	unit, organization := f.Unit, f.organization
	known := map[string]Facts{}
	return func(email string, right Right) bool {
		on := unit
		if unit.Kind == KindProject && tableOf(right) == KindOrganization {
			on = organization.Ref()
		}
		key := on.String() + " " + email
		of, seen := known[key]
		if !seen {
			acc, ok, err := r.accountByEmail(email)
			if err != nil || !ok {
				return false
			}
			if of, err = r.factsAbout(acc, on); err != nil {
				return false
			}
			known[key] = of
		}
		return permits(right, of)
	}
}

// memberNames names members of a unit who can act now: a sentence that sends somebody to a person is of use only when
// that person is activated, not expired, and has MFA where those without are locked out.
func (r *reading) memberNames(unit Unit, locked bool, want func(Membership) bool) []string {
	var names []string
	_, err := r.Memberships().Scan(Scan{Prefix: RefKey(unit), Limit: namesScanned}, func(m Membership) (bool, error) {
		if want(m) && m.Running(r.now) {
			acc, err := r.account(m.Account)
			if err != nil {
				return false, err
			}
			if acc.Acts(r.now) && (acc.MFA() || !locked) {
				names = append(names, acc.Email)
			}
		}
		return true, nil
	})
	if err != nil {
		return nil
	}
	return names
}

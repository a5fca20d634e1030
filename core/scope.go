package core

import "slices"

// scope is what an account may see of the house, gathered from its memberships: the sources that its lists are
// merged from (H12). The sources do not overlap: a project is either in a maintainer or an administered organization
// of the scope, or in used.
type scope struct {
	all         bool                        // Support
	maintainers map[MaintainerID]Standing   // own ones
	member      map[OrganizationID]Standing // organizations it belongs to
	// administered are the organizations whose projects are all visible: administrators and visitors (6.4).
	administered map[OrganizationID]bool
	roles        map[ProjectID]Role     // own effective role, of direct membership and role access (OR5)
	direct       map[ProjectID]Standing // projects that it has a membership in
	used         []ProjectRow           // active projects used that no other source of the scope holds
	invited      map[Unit]bool
	own          []OrganizationRow // active organizations that it belongs to
}

// scope gathers the scope of the acting account. Its cost follows the memberships of the account.
func (r *reading) scope() (*scope, error) {
	s := &scope{
		all: r.me.Support, maintainers: map[MaintainerID]Standing{}, member: map[OrganizationID]Standing{},
		administered: map[OrganizationID]bool{}, roles: map[ProjectID]Role{}, direct: map[ProjectID]Standing{}, invited: map[Unit]bool{},
	}
	memberships, err := all(r.Memberships(), Scan{Index: MembershipsOfAccount, Prefix: Key{Num(r.me.ID)}})
	if err != nil {
		return nil, err
	}
	var projects []ProjectID
	for _, m := range memberships {
		if !m.Running(r.now) {
			continue
		}
		switch m.Unit.Kind {
		case KindMaintainer:
			s.maintainers[MaintainerID(m.Unit.ID)] = standingOf(m)
		case KindOrganization:
			opened, err := s.addOrganization(r, m)
			if err != nil {
				return nil, err
			}
			projects = append(projects, opened...)
		case KindProject:
			id := ProjectID(m.Unit.ID)
			s.roles[id], s.direct[id] = m.Role, standingOf(m)
			projects = append(projects, id)
		default:
		}
	}
	if err := s.addUsed(r, projects); err != nil {
		return nil, err
	}
	return s, s.addInvitations(r)
}

func standingOf(m Membership) Standing {
	if m.Visitor() {
		return Visiting
	}
	return Ordinary
}

// addOrganization takes in a membership of an organization and gives the projects that its roles open (OR4).
func (s *scope) addOrganization(r *reading, m Membership) ([]ProjectID, error) {
	id := OrganizationID(m.Unit.ID)
	o, ok, err := r.Organizations().Get(id)
	if err != nil || !ok || o.State != UnitActive {
		return nil, err
	}
	s.own = append(s.own, o.Row())
	s.member[id] = standingOf(m)
	if m.Admin() || m.Visitor() {
		s.administered[id] = true
	}
	var opened []ProjectID
	for _, role := range m.Roles {
		err := each(r.Grants(), Scan{Index: GrantsOfRole, Prefix: Key{Num(id), Text(role)}}, func(g Grant) (bool, error) {
			opened = append(opened, g.Project)
			return true, nil
		})
		if err != nil {
			return nil, err
		}
	}
	return opened, nil
}

// addUsed fills in the effective roles, and the projects that stand in no other source.
func (s *scope) addUsed(r *reading, ids []ProjectID) error {
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		p, ok, err := r.Projects().Get(id)
		if err != nil {
			return err
		}
		if !ok || p.State != ProjectActive {
			continue
		}
		access, err := r.roleAccess(p, r.me.ID)
		if err != nil {
			return err
		}
		s.roles[id] = p.RoleSet.Higher(s.roles[id], access)
		if !s.holds(p.Organization, p.Maintainer) {
			s.used = append(s.used, p.Row())
		}
	}
	return nil
}

func (s *scope) addInvitations(r *reading) error {
	return each(r.Invitations(), Scan{Index: InvitationsOfAccount, Prefix: Key{Num(r.me.ID)}}, func(i Invitation) (bool, error) {
		if i.Pending(r.now) {
			s.invited[i.Unit] = true
		}
		return true, nil
	})
}

// holds reports whether all projects of the organization are in the scope, by the organization or its maintainer.
func (s *scope) holds(o OrganizationID, m MaintainerID) bool {
	return s.all || s.administered[o] || s.maintainers[m] == Ordinary
}

// sees reports whether an active project is in the scope (H12).
func (s *scope) sees(row ProjectRow) bool {
	if s.holds(row.Organization, row.Maintainer) {
		return true
	}
	_, used := s.roles[row.ID]
	return used
}

// relation gives what the account counts as toward a project, in the order of A8.
func (s *scope) relation(row ProjectRow) Relation {
	_, inside := s.roles[row.ID]
	switch {
	case s.direct[row.ID] != NoStanding:
		return RelationDirect
	case s.member[row.Organization] == Ordinary && s.administered[row.Organization]:
		return RelationAdministrator
	case inside:
		return RelationRoleUser
	case s.all || s.maintainers[row.Maintainer] == Ordinary:
		return RelationStaff
	case s.invited[row.ID.Ref()]:
		return RelationInvitee
	}
	return RelationPlainMember
}

// organizationRelation is relation for an organization.
func (s *scope) organizationRelation(row OrganizationRow) Relation {
	switch standing := s.member[row.ID]; {
	case standing == Ordinary && s.administered[row.ID]:
		return RelationAdministrator
	case standing == Ordinary:
		return RelationPlainMember
	case standing == Visiting:
		return RelationMember
	case s.all || s.maintainers[row.Maintainer] == Ordinary:
		return RelationStaff
	case s.invited[row.ID.Ref()]:
		return RelationInvitee
	}
	return RelationOutsider
}

// maintainerOrganizations gives the organizations of the own maintainers that counter has something for. ok is false
// when they are too many to be read as streams of their own.
func (s *scope) maintainerOrganizations(r *reading, counter Counter) (ids []OrganizationID, ok bool, err error) {
	looked := 0
	for id, standing := range s.maintainers {
		if standing != Ordinary {
			continue
		}
		end, err := r.Organizations().ScanRows(Scan{Index: OrganizationsOfMaintainer, Prefix: Key{Num(id)}, Limit: pieceKeys},
			func(row OrganizationRow) (bool, error) {
				looked++
				n, err := r.Count(counter, row.ID.Ref())
				if n > 0 {
					ids = append(ids, row.ID)
				}
				return looked < pieceKeys && len(ids) < maxStreams, err
			})
		if err != nil {
			return nil, false, err
		}
		if !end.Done {
			return nil, false, nil
		}
	}
	return ids, true, nil
}

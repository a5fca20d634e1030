package core

import (
	"cmp"
	"slices"
)

// MemberStaff is the kind of a row about staff who are not inside (S13).
const MemberStaff MemberKind = "staff"

// lackingMFA is who has no MFA among those whom Require MFA covers: members of the organization and users of its
// projects that are not deleted, visitors, role users and not activated accounts too (S10).
type lackingMFA struct {
	r        *reading
	rows     map[AccountID]*MFAImpactRow
	accounts map[AccountID]Account // everybody covered
	members  []Membership          // of the organization
	inside   map[AccountID]bool    // ordinary members of the organization
	projects []ProjectID           // those looked at
	closed   int                   // projects that nobody could enter any more
}

func (r *reading) withoutMFA(o Organization) (*lackingMFA, error) {
	l := &lackingMFA{r: r, rows: map[AccountID]*MFAImpactRow{}, accounts: map[AccountID]Account{}, inside: map[AccountID]bool{}}
	err := each(r.Memberships(), Scan{Prefix: RefKey(o.ID.Ref())}, func(m Membership) (bool, error) {
		if m.Running(r.now) {
			l.members = append(l.members, m)
			l.inside[m.Account] = !m.Visitor()
		}
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	for _, m := range l.members {
		row, _, err := l.cover(m)
		if err != nil {
			return nil, err
		}
		if row != nil {
			row.Organization, row.Admin, row.External = true, m.Admin(), false
		}
	}
	var projects []Project
	err = each(r.Projects(), Scan{Index: ProjectIDsOfOrganization, Prefix: Key{Num(o.ID)}}, func(p Project) (bool, error) {
		if p.State == ProjectActive {
			projects = append(projects, p)
		}
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	for _, p := range projects {
		l.projects = append(l.projects, p.ID)
		if err := l.project(p); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// cover counts a person in, and gives the row of those without MFA.
func (l *lackingMFA) cover(m Membership) (*MFAImpactRow, Account, error) {
	acc, ok := l.accounts[m.Account]
	if !ok {
		var err error
		if acc, err = l.r.account(m.Account); err != nil {
			return nil, acc, err
		}
		l.accounts[m.Account] = acc
	}
	if acc.MFA() {
		return nil, acc, nil
	}
	row, ok := l.rows[acc.ID]
	if !ok {
		row = &MFAImpactRow{Person: l.r.personOf(acc, true), Self: acc.ID == l.r.me.ID, Kind: MemberOrdinary}
		if m.Visitor() {
			row.Kind = MemberVisitor
		}
		row.External = m.Unit.Kind == KindProject && !m.Visitor() && !l.inside[acc.ID] // OR8
		l.rows[acc.ID] = row
	}
	return row, acc, nil
}

// userOf is somebody who uses a project, and as what.
type userOf struct {
	member Membership
	role   Role
}

// project looks at the users of one project.
func (l *lackingMFA) project(p Project) error {
	users, err := l.usersOf(p)
	if err != nil {
		return err
	}
	open := false // somebody can still enter
	var lost []*MFAImpactRow
	for _, u := range users {
		row, acc, err := l.cover(u.member)
		if err != nil {
			return err
		}
		if row == nil {
			open = open || acc.Usable(l.r.now)
			continue
		}
		row.Projects = append(row.Projects, MFAProject{Named: Named{uint64(p.ID), p.Name}, Role: u.role})
		lost = append(lost, row)
	}
	if open || len(lost) == 0 {
		return nil
	}
	l.closed++
	for _, row := range lost {
		row.Projects[len(row.Projects)-1].Closed = true
	}
	return nil
}

// usersOf lists direct members, and who comes in through a role.
func (l *lackingMFA) usersOf(p Project) ([]userOf, error) {
	var users []userOf
	direct := map[AccountID]bool{}
	err := each(l.r.Memberships(), Scan{Prefix: RefKey(p.ID.Ref())}, func(m Membership) (bool, error) {
		if m.Running(l.r.now) {
			direct[m.Account] = true
			users = append(users, userOf{m, m.Role})
		}
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	levels, err := l.r.grantLevels(p)
	if err != nil || len(levels) == 0 {
		return users, err
	}
	for _, m := range l.members {
		if role := levelOf(p.RoleSet, m, levels); role != "" && !direct[m.Account] {
			users = append(users, userOf{m, role})
		}
	}
	return users, nil
}

// grantLevels gives the highest level of each role that opens the project (OR4).
func (r *reading) grantLevels(p Project) (map[string]Role, error) {
	levels := map[string]Role{}
	err := each(r.Grants(), Scan{Prefix: Key{Num(p.ID)}}, func(g Grant) (bool, error) {
		levels[g.RoleID] = p.RoleSet.Higher(levels[g.RoleID], g.Level)
		return true, nil
	})
	return levels, err
}

func levelOf(set RoleSet, m Membership, levels map[string]Role) Role {
	var level Role
	if m.Visitor() {
		return level
	}
	for _, role := range m.Roles {
		level = set.Higher(level, levels[role])
	}
	return level
}

// sorted lists the rows: administrators first, then members, then the rest, each by address (S12).
func (l *lackingMFA) sorted() []MFAImpactRow {
	rows := make([]MFAImpactRow, 0, len(l.rows))
	for _, row := range l.rows {
		rows = append(rows, *row)
	}
	sortImpact(rows)
	return rows
}

func sortImpact(rows []MFAImpactRow) {
	rank := func(r MFAImpactRow) int {
		switch {
		case r.Admin:
			return 0
		case r.Organization:
			return 1
		}
		return 2
	}
	slices.SortFunc(rows, func(a, b MFAImpactRow) int {
		return cmp.Or(
			cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Person.Email, b.Person.Email),
			cmp.Compare(a.Person.ID, b.Person.ID),
		)
	})
}

// names lists the people for a sentence.
func (l *lackingMFA) names() []string {
	var names []string
	for _, row := range l.sorted() {
		names = append(names, row.Person.Label())
	}
	return names
}

// apartWithoutMFA lists who has no MFA but does not count: invitees, requesters, and staff who are not inside (S13,
// S21). Each person stands there once per kind, and not when the list of the covered has it.
func (r *reading) apartWithoutMFA(o Organization, l *lackingMFA) ([]MFAImpactRow, error) {
	type key struct {
		account AccountID
		kind    MemberKind
	}
	found := map[key]*MFAImpactRow{}
	add := func(id AccountID, kind MemberKind) (*MFAImpactRow, error) {
		if _, inside := l.accounts[id]; inside {
			return nil, nil
		}
		acc, err := r.account(id)
		if err != nil || acc.MFA() || acc.State == AccountRemoved {
			return nil, err
		}
		row, ok := found[key{id, kind}]
		if !ok {
			row = &MFAImpactRow{Person: r.personOf(acc, true), Self: id == r.me.ID, Kind: kind}
			found[key{id, kind}] = row
		}
		return row, nil
	}
	if err := r.inviteesApart(o, l, add); err != nil {
		return nil, err
	}
	if err := r.requestersApart(o, add); err != nil {
		return nil, err
	}
	if err := r.staffApart(o, add); err != nil {
		return nil, err
	}
	rows := make([]MFAImpactRow, 0, len(found))
	for _, row := range found {
		rows = append(rows, *row)
	}
	sortImpact(rows)
	return rows, nil
}

type addApart func(AccountID, MemberKind) (*MFAImpactRow, error)

func (r *reading) inviteesApart(o Organization, l *lackingMFA, add addApart) error {
	units := []Unit{o.ID.Ref()}
	for _, p := range l.projects {
		units = append(units, p.Ref())
	}
	for _, unit := range units {
		err := each(r.Invitations(), Scan{Index: OpenOfUnit, Prefix: RefKey(unit)}, func(i Invitation) (bool, error) {
			if !i.Pending(r.now) {
				return true, nil
			}
			row, err := add(i.Account, MemberInvitee)
			if err != nil || row == nil {
				return err == nil, err
			}
			if unit.Kind == KindOrganization {
				row.Organization = true
				return true, nil
			}
			return true, r.lose(row, ProjectID(unit.ID), i.Role)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// lose adds a project to a row.
func (r *reading) lose(row *MFAImpactRow, id ProjectID, role Role) error {
	p, err := r.project(id)
	row.Projects = append(row.Projects, MFAProject{Named: Named{uint64(id), p.Name}, Role: role})
	return err
}

func (r *reading) requestersApart(o Organization, add addApart) error {
	return each(r.Requests(), Scan{Index: PendingOfOrganization, Prefix: Key{Num(o.ID)}}, func(q Request) (bool, error) {
		if !q.Pending(r.now) {
			return true, nil
		}
		row, err := add(q.Requester, MemberRequester)
		if err != nil || row == nil {
			return err == nil, err
		}
		return true, r.lose(row, q.Project, "")
	})
}

func (r *reading) staffApart(o Organization, add addApart) error {
	err := each(r.Memberships(), Scan{Prefix: RefKey(o.Maintainer.Ref())}, func(m Membership) (bool, error) {
		if m.Visitor() || !m.Running(r.now) {
			return true, nil
		}
		_, err := add(m.Account, MemberStaff)
		return true, err
	})
	if err != nil {
		return err
	}
	return each(r.Accounts(), Scan{Index: SupportAccounts}, func(acc Account) (bool, error) {
		_, err := add(acc.ID, MemberStaff)
		return true, err
	})
}

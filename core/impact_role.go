package core

import (
	"context"
	"slices"
)

// impactNamed is how many people or units an impact names; its counts are exact.
const impactNamed = 20

// RoleImpact is what deleting a role takes away (OR14).
type RoleImpact struct {
	Role        OrganizationRole `json:"role"`
	Members     int              `json:"members"`
	People      []Person         `json:"people"` // the first of them
	Invitations int              `json:"invitations"`
	Grants      int              `json:"grants"`
	Projects    []GrantView      `json:"projects"` // the first grants
	// Losing is how many members lose their last way into a project, and Ways how many such ways there are; Lost names the
	// first.
	Losing int          `json:"losing"`
	Ways   int          `json:"ways"`
	Lost   []LostAccess `json:"lost"`
	// Revoked are pending invitations of people who may send them no more without the role (I17).
	Revoked []Revoked `json:"revoked_invitations,omitempty"`
}

// LostAccess is a project that a person can no longer enter.
type LostAccess struct {
	Person  Person `json:"account"`
	Project Named  `json:"project"`
	Level   Role   `json:"level"`
}

// RoleImpact counts and names what deleting a role would take: from whom, from how many open invitations, and which
// projects it closes to whom. It changes nothing. It walks all members of the organization.
//
// Errors: those of DeleteRole.
func (a *Actor) RoleImpact(ctx context.Context, id OrganizationID, role string) (RoleImpact, error) {
	role = foldRole(role)
	out := RoleImpact{People: []Person{}, Projects: []GrantView{}, Lost: []LostAccess{}}
	err := a.read(ctx, func(r *reading) error {
		f, err := r.may(OrganizationRoles, id.Ref())
		if err != nil {
			return err
		}
		if err := r.ownRole(id, role); err != nil {
			return err
		}
		if out.Role, _, err = r.Tx.Roles().Get(OrganizationRoleKey{id, role}); err != nil {
			return err
		}
		invited, err := r.invitedAs(id, role)
		if err != nil {
			return err
		}
		out.Invitations = len(invited)
		d := r.directory()
		grants, err := all(r.Grants(), Scan{Index: GrantsOfRole, Prefix: Key{Num(id), Text(role)}})
		if err != nil {
			return err
		}
		out.Grants = len(grants)
		if out.Projects, err = d.grantViews(Scan{Index: GrantsOfRole, Prefix: Key{Num(id), Text(role)}}, impactNamed); err != nil {
			return err
		}
		if out.Revoked, err = d.revokedWithRole(id, role, grants); err != nil {
			return err
		}
		holders, err := r.holders(id, role)
		if err != nil {
			return err
		}
		out.Members = len(holders)
		return d.roleLosers(&out, holders, grants, f.Admin)
	})
	return out, err
}

// roleLosers fills in the people of the impact, and who of them loses the last way into a project.
func (d *directory) roleLosers(out *RoleImpact, holders []Membership, grants []Grant, seeMFA bool) error {
	for _, m := range holders {
		p, err := d.person(m.Account, seeMFA)
		if err != nil {
			return err
		}
		if len(out.People) < impactNamed {
			out.People = append(out.People, p)
		}
		lost, err := d.closedTo(m, grants, out.Role.ID)
		if err != nil {
			return err
		}
		if len(lost) > 0 {
			out.Losing++
			out.Ways += len(lost)
		}
		for _, l := range lost[:min(len(lost), impactNamed-len(out.Lost))] {
			l.Person = p
			out.Lost = append(out.Lost, l)
		}
	}
	return nil
}

// closedTo gives the active projects of some grants that a member can no longer enter without the role.
func (d *directory) closedTo(m Membership, grants []Grant, role string) ([]LostAccess, error) {
	rest := rolesWithout(m.Roles, role)
	var lost []LostAccess
	for _, g := range grants {
		p, err := d.projectOf(g.Project)
		if err != nil {
			return nil, err
		}
		if p.State != ProjectActive || slices.ContainsFunc(lost, func(l LostAccess) bool { return l.Project.ID == uint64(p.ID) }) {
			continue
		}
		direct, _, err := d.standing(p.ID.Ref(), m.Account)
		if err != nil {
			return nil, err
		}
		levels, err := d.grantLevels(p)
		if err != nil {
			return nil, err
		}
		if direct != NoStanding || levelOf(p.RoleSet, Membership{Roles: rest}, levels) != "" {
			continue
		}
		lost = append(lost, LostAccess{Project: Named{uint64(p.ID), p.Name}, Level: levels[role]})
	}
	return lost, nil
}

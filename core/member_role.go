package core

import (
	"context"
	"slices"
)

// SetRole changes the role of a direct member of a project, visitors too: full-role users and administrators, also
// their own downwards (RO7, RO11). The role share is given by administrators only (RO3) and taken away by all of them
// (RO10). Refused as 6.3 says, and with share_needs_org_member; not_found for who is no direct member; stale;
// invalid_role (RO8).
func (a *Actor) SetRole(ctx context.Context, id ProjectID, who Who, version uint64, role Role) (Membership, error) {
	var out Membership
	try := attempt{action: "user.role_set", subjects: append([]Ref{id.Ref()}, who.refs()...)}
	err := a.do(ctx, try, func(c *change) (err error) {
		out, err = c.changeRole(id, who, version, role)
		return err
	})
	return out, err
}

func (c *change) changeRole(id ProjectID, who Who, version uint64, role Role) (Membership, error) {
	f, err := c.may(ProjectManageUsers, id.Ref())
	if err != nil {
		return Membership{}, err
	}
	account, err := c.numberOf(who)
	if err != nil {
		return Membership{}, err
	}
	held, _, err := c.membership(id.Ref(), account)
	if err != nil {
		return held, err
	}
	if role == RoleShare && held.Role != RoleShare && f.RoleSet.Has(RoleShare) {
		if _, err := c.may(ProjectGiveShare, id.Ref()); err != nil {
			return held, err
		}
	}
	m, acc, err := c.member(id.Ref(), who)
	if err != nil {
		return m, err
	}
	if err := c.unchanged(m.Account.Ref(), "The membership of "+acc.label(), m.Version, version); err != nil {
		return m, err
	}
	if role == "" {
		return m, refuse(ReasonInvalidRole, words{"role": "Nothing", "allowed": roleNames(f.RoleSet)}).field("role")
	}
	if _, err := cleanRole(f.RoleSet, role); err != nil {
		return m, err
	}
	return c.setRole(m, role)
}

// member gives a running membership and its account, or not_found.
func (r *reading) member(unit Unit, who Who) (Membership, Account, error) {
	m, err := r.memberOf(unit, who)
	if err != nil {
		return m, Account{}, err
	}
	if !m.Running(r.now) {
		return m, Account{}, notIn(who, unit)
	}
	acc, err := r.account(m.Account)
	return m, acc, err
}

// setRole writes the role into the membership, and into the visit behind it. Requests that nobody can decide any more
// are announced (R20).
func (c *change) setRole(m Membership, role Role) (Membership, error) {
	if m.Role == role {
		return m, nil
	}
	id := ProjectID(m.Unit.ID)
	p, err := c.project(id)
	if err != nil {
		return m, err
	}
	c.happened("user.role_set", p.Organization.Ref(), []Ref{m.Unit, m.Account.Ref()}, "",
		Change{Field: "role", Before: string(m.Role), After: string(role)})
	before := m
	m.Role = role
	m.Version++
	c.undoable(UndoState{Membership: &before}, UndoState{Membership: &m})
	if err := c.Memberships().Put(m); err != nil {
		return m, err
	}
	if m.Visitor() {
		v, err := c.visitOf(m)
		if err != nil {
			return m, err
		}
		v.Role = role
		v.Version++
		if err := c.Visits().Put(v); err != nil {
			return m, err
		}
	}
	if err := c.revokeSentBy(m.Account); err != nil {
		return m, err
	}
	return m, c.reviewDeciders(id)
}

// AssignRoles gives organization roles to a member and takes others away, all or nothing (OR10). DEFAULT stays
// (OR2). Administrators only. Role access follows at once (OR4). Refused as 6.4 says, and with not_found for who is no
// member, target_not_in_org for visitors (V1); stale; last_member, last_admin (OR13); role_builtin; invalid_role for a
// role to add that is unknown, or one to take away that is not held.
func (a *Actor) AssignRoles(
	ctx context.Context, id OrganizationID, who Who, version uint64, add, remove []string,
) (Membership, error) {
	var out Membership
	try := attempt{action: "role.assign", subjects: append([]Ref{id.Ref()}, who.refs()...)}
	err := a.do(ctx, try, func(c *change) (err error) {
		out, err = c.changeRoles(id, who, version, add, remove)
		return err
	})
	return out, err
}

func (c *change) changeRoles(id OrganizationID, who Who, version uint64, add, remove []string) (Membership, error) {
	add, remove = foldRoles(add), foldRoles(remove)
	f, err := c.may(OrganizationRoles, id.Ref())
	if err != nil {
		return Membership{}, err
	}
	m, acc, err := c.member(id.Ref(), who)
	if err != nil {
		return m, err
	}
	if m.Visitor() {
		return m, refuse(ReasonTargetNotInOrg, words{"target": acc.label(), "organization": f.OrganizationName})
	}
	if err := c.unchanged(m.Account.Ref(), "The membership of "+acc.label(), m.Version, version); err != nil {
		return m, err
	}
	if slices.Contains(remove, RoleAdmin) && m.Admin() && !slices.Contains(add, RoleAdmin) {
		if err := c.notLast(m, acc); err != nil {
			return m, err
		}
	}
	roles, err := c.assigned(id, m.Roles, add, remove)
	if err != nil {
		return m, err
	}
	return c.assignRoles(m, roles)
}

// assigned works out the roles after a change, or refuses all of it (OR10).
func (c *change) assigned(id OrganizationID, held, add, remove []string) ([]string, error) {
	for _, role := range add {
		if err := c.roleExists(id, role); err != nil {
			return nil, err
		}
	}
	roles := slices.Clone(held)
	for _, role := range remove {
		if role == RoleDefault {
			return nil, refuse(ReasonRoleBuiltin, words{"role": RoleDefault}).field("roles")
		}
		if !slices.Contains(held, role) {
			return nil, refuse(ReasonInvalidRole, words{"role": nameOr(role, "Nothing"), "allowed": "the roles held: " + joinRoles(held)}).field("roles")
		}
		roles = slices.DeleteFunc(roles, func(r string) bool { return r == role })
	}
	return sortedRoles(append(roles, add...)), nil
}

func (c *change) assignRoles(m Membership, roles []string) (Membership, error) {
	held, before := m, sortedRoles(m.Roles)
	if slices.Equal(before, roles) {
		return m, nil
	}
	c.happened("role.assign", m.Unit, []Ref{m.Unit, m.Account.Ref()}, "",
		Change{Field: "roles", Before: joinRoles(before), After: joinRoles(roles)})
	m.Roles = roles
	m.Version++
	c.undoable(UndoState{Membership: &held}, UndoState{Membership: &m})
	if err := c.Memberships().Put(m); err != nil {
		return m, err
	}
	if err := c.openedByRoles(m); err != nil {
		return m, err
	}
	if err := c.revokeSentBy(m.Account); err != nil {
		return m, err
	}
	if m.Admin() && !held.Admin() {
		if err := c.tellNewAdministrator(m, "", c.me.ID); err != nil {
			return m, err
		}
	}
	return m, c.reviewDecidersIn(OrganizationID(m.Unit.ID))
}

package core

import (
	"context"
	"slices"
	"strings"
)

// Key gives what the grant is found by.
func (g Grant) Key() GrantKey { return GrantKey{g.Project, g.RoleID, g.Level} }

// String writes the grant as events and lists do: "DEV_TEAM guest".
func (g Grant) String() string { return g.RoleID + " " + string(g.Level) }

// GrantLevels lists the levels that a role grant may have in the set, highest first: all roles but share (OR6).
func (s RoleSet) GrantLevels() []Role {
	return slices.DeleteFunc(s.Roles(), func(l Role) bool { return l == RoleShare })
}

// GrantRole opens the project to all holders of an organization role at a level, without a join step (OR4). A role may
// hold several levels; the highest counts (OR5). Pending requests of people who come in by it are superseded (R8).
// Full-role users and administrators may (OR7).
//
// Errors: those of 6.3; invalid_role for a role that the organization does not have, and for a level that is not one
// of the project, or is share (OR6).
func (a *Actor) GrantRole(ctx context.Context, id ProjectID, role string, level Role) (Grant, error) {
	role = foldRole(role)
	var out Grant
	err := a.do(ctx, attempt{action: "grant.add", subjects: []Ref{id.Ref()}}, func(c *change) error {
		if _, err := c.may(ProjectGrantRoles, id.Ref()); err != nil {
			return err
		}
		p, err := c.project(id)
		if err != nil {
			return err
		}
		if err := c.roleExists(p.Organization, role); err != nil {
			return err
		}
		if err := checkLevel(p.RoleSet, level); err != nil {
			return err
		}
		out = Grant{Project: id, Organization: p.Organization, RoleID: role, Level: level, Version: 1}
		held, ok, err := c.Grants().Get(out.Key())
		if err != nil || ok {
			out = held
			return err
		}
		c.happened("grant.add", p.Organization.Ref(), []Ref{id.Ref()}, "", Change{Field: "grant", After: out.String()})
		if err := c.Grants().Put(out); err != nil {
			return err
		}
		if err := c.openedByGrant(p); err != nil {
			return err
		}
		return c.reviewDeciders(id)
	})
	return out, err
}

// checkLevel refuses levels that no grant of the set may have (OR6).
func checkLevel(set RoleSet, level Role) error {
	if set.Has(level) && level != RoleShare {
		return nil
	}
	names := make([]string, 0, len(roleLevels[set]))
	for _, l := range set.GrantLevels() {
		names = append(names, string(l))
	}
	return refuse(ReasonInvalidRole, words{"role": nameOr(string(level), "Nothing"), "allowed": strings.Join(names, ", ")}).field("level")
}

// openedByGrant supersedes the pending requests of people whom the roles of the organization now let in (R8).
// Extensions stay: they belong to a visit.
func (c *change) openedByGrant(p Project) error {
	pending, err := all(c.Requests(), Scan{Index: PendingOfProject, Prefix: Key{Num(p.ID)}})
	if err != nil {
		return err
	}
	for _, q := range pending {
		if q.Extends != 0 {
			continue
		}
		level, err := c.roleAccess(p, q.Requester)
		if err != nil {
			return err
		}
		if level == "" {
			continue
		}
		if err := c.settleRequest(q, RequestSuperseded); err != nil {
			return err
		}
	}
	return nil
}

// RevokeGrant takes the access of an organization role to the project away, at one level, or at all of them when level
// is empty. It works at once (OR4). Full-role users and administrators may (OR7), and Support from a deleted project
// (DR9). Where the role has no such access, nothing changes (F11).
//
// Errors: those of 6.3; invalid_role for a role or a level that does not exist there.
func (a *Actor) RevokeGrant(ctx context.Context, id ProjectID, role string, level Role) error {
	role = foldRole(role)
	return a.do(ctx, attempt{action: "grant.remove", subjects: []Ref{id.Ref()}}, func(c *change) error {
		p, ok, err := c.Projects().Get(id)
		if err != nil {
			return err
		}
		right := ProjectGrantRoles
		if ok && p.State == ProjectDeleted && c.me.Support {
			right = ProjectEmpty
		}
		if _, err := c.may(right, id.Ref()); err != nil {
			return err
		}
		if err := c.roleExists(p.Organization, role); err != nil {
			return err
		}
		if level != "" {
			if err := checkLevel(p.RoleSet, level); err != nil {
				return err
			}
		}
		return c.revokeGrants(p, role, level)
	})
}

// revokeGrants ends the grants of a role on a project, those of one level or all, and what rests on them.
func (c *change) revokeGrants(p Project, role string, level Role) error {
	grants, err := all(c.Grants(), Scan{Prefix: Key{Num(p.ID), Text(role)}})
	if err != nil {
		return err
	}
	for _, g := range grants {
		if level != "" && g.Level != level {
			continue
		}
		c.happened("grant.remove", p.Organization.Ref(), []Ref{p.ID.Ref()}, "", Change{Field: "grant", Before: g.String()})
		if err := c.Grants().Delete(g.Key()); err != nil {
			return err
		}
	}
	if c.event == nil {
		return nil
	}
	if err := c.revokeSentTo(p.ID.Ref()); err != nil {
		return err
	}
	return c.reviewDeciders(p.ID)
}

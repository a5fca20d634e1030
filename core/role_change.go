package core

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CreateRole makes an organization role of one's own (OR3). Its id comes from the name: "dev team" gives DEV_TEAM.
// Administrators only.
//
// Errors: those of 6.4; invalid_text, invalid_value for name and description; role_exists when the id is taken, or can
// be taken for one that is there.
func (a *Actor) CreateRole(ctx context.Context, id OrganizationID, name, description string) (OrganizationRole, error) {
	var out OrganizationRole
	err := a.do(ctx, attempt{action: "role.create", subjects: []Ref{id.Ref()}}, func(c *change) error {
		if _, err := c.may(OrganizationRoles, id.Ref()); err != nil {
			return err
		}
		name, role, err := cleanRoleName(name)
		if err != nil {
			return err
		}
		description, err := cleanLine("description", description, 1, RoleDescriptionMax)
		if err != nil {
			return err
		}
		if err := c.roleFree(id, role); err != nil {
			return err
		}
		out = OrganizationRole{Organization: id, ID: role, Version: 1, Name: name, Description: description}
		c.happened("role.create", id.Ref(), []Ref{id.Ref()}, "", Change{Field: "role", After: role})
		return c.Roles().Put(out)
	})
	return out, err
}

// RoleID gives the id that a role of the name would have: "dev team" gives DEV_TEAM (OR3). Refused with invalid_text,
// invalid_value.
func RoleID(name string) (string, error) {
	_, id, err := cleanRoleName(name)
	return id, err
}

// cleanRoleName checks the name of a role and gives its id: in capitals, with each run of blanks or hyphens one
// underscore (OR3).
func cleanRoleName(name string) (clean, id string, err error) {
	const field = "name"
	clean, err = cleanText(field, name, false)
	if err != nil {
		return "", "", err
	}
	bad := invalidValue(field, "1 to 50 letters, digits, blanks or hyphens, beginning with a letter")
	first, _ := utf8.DecodeRuneInString(clean)
	if n := utf8.RuneCountInString(clean); n < 1 || n > RoleNameMax || !unicode.IsLetter(first) {
		return "", "", bad
	}
	var b strings.Builder
	gap := false
	for _, r := range clean {
		switch {
		case r == ' ' || r == '-':
			if !gap {
				b.WriteByte('_')
			}
			gap = true
			continue
		case !letterOrDigit(r):
			return "", "", bad
		}
		gap = false
		b.WriteRune(unicode.ToUpper(r))
	}
	return clean, b.String(), nil
}

// foldRole gives the id that somebody means who types a role: its id in any case, or its name, "dev team" for DEV_TEAM
// (OR3). What is no name of a role stays as it is, and is found nowhere.
func foldRole(typed string) string {
	_, id, err := cleanRoleName(strings.ReplaceAll(typed, "_", " "))
	if err != nil {
		return typed
	}
	return id
}

func foldRoles(typed []string) []string {
	ids := make([]string, len(typed))
	for i, role := range typed {
		ids[i] = foldRole(role)
	}
	return ids
}

// roleFree refuses an id that the organization has, or that looks like one: nobody is to take one role for another.
func (r *reading) roleFree(id OrganizationID, role string) error {
	taken := ""
	err := each(r.Roles(), Scan{Prefix: Key{Num(id)}}, func(known OrganizationRole) (bool, error) {
		if LooksLike(known.ID, role) {
			taken = known.ID
		}
		return taken == "", nil
	})
	if err != nil || taken == "" {
		return err
	}
	return refuse(ReasonRoleExists, words{"role": taken}).field("name")
}

// DeleteRole takes a role away for good, and with it from members, open invitations and grants (OR14); RoleImpact
// counts them before. Role access ends at once (OR4). Administrators only.
//
// Errors: those of 6.4; role_builtin for DEFAULT and ADMIN; invalid_role for an unknown one.
func (a *Actor) DeleteRole(ctx context.Context, id OrganizationID, role string) error {
	role = foldRole(role)
	return a.do(ctx, attempt{action: "role.delete", subjects: []Ref{id.Ref()}}, func(c *change) error {
		if _, err := c.may(OrganizationRoles, id.Ref()); err != nil {
			return err
		}
		if err := c.ownRole(id, role); err != nil {
			return err
		}
		c.happened("role.delete", id.Ref(), []Ref{id.Ref()}, "", Change{Field: "role", Before: role})
		opened, err := all(c.Grants(), Scan{Index: GrantsOfRole, Prefix: Key{Num(id), Text(role)}})
		if err != nil {
			return err
		}
		for _, take := range []func(OrganizationID, string) error{c.takeFromMembers, c.takeFromInvitations, c.takeFromGrants} {
			if err := take(id, role); err != nil {
				return err
			}
		}
		if err := c.Roles().Delete(OrganizationRoleKey{Organization: id, ID: role}); err != nil {
			return err
		}
		for _, g := range opened {
			if err := c.revokeSentTo(g.Project.Ref()); err != nil {
				return err
			}
		}
		return c.reviewDecidersIn(id)
	})
}

// ownRole refuses roles that are built in, and unknown ones.
func (r *reading) ownRole(id OrganizationID, role string) error {
	if role == RoleDefault || role == RoleAdmin {
		return refuse(ReasonRoleBuiltin, words{"role": role})
	}
	return r.roleExists(id, role)
}

func (c *change) takeFromMembers(id OrganizationID, role string) error {
	holders, err := c.holders(id, role)
	if err != nil {
		return err
	}
	for _, m := range holders {
		before := joinRoles(m.Roles)
		m.Roles = rolesWithout(m.Roles, role)
		m.Version++
		c.consequence(m.Account.Ref(), "roles", before, joinRoles(m.Roles))
		if err := c.Memberships().Put(m); err != nil {
			return err
		}
	}
	return nil
}

// holders gives the memberships of an organization that hold a role, which is not DEFAULT. The cost follows the holders.
func (r *reading) holders(id OrganizationID, role string) ([]Membership, error) {
	return all(r.Memberships(), holdersScan(id, role))
}

func holdersScan(id OrganizationID, role string) Scan {
	return Scan{Index: HoldersOfRole, Prefix: append(RefKey(id.Ref()), Text(role))}
}

func (c *change) takeFromInvitations(id OrganizationID, role string) error {
	named, err := c.invitedAs(id, role)
	if err != nil {
		return err
	}
	for _, i := range named {
		before := joinRoles(i.Roles)
		i.Roles = rolesWithout(i.Roles, role)
		i.Version++
		c.consequence(i.ID.Ref(), "roles", before, joinRoles(i.Roles))
		if err := c.Invitations().Put(i); err != nil {
			return err
		}
	}
	return nil
}

// invitedAs gives the open invitations that name a role: pending ones, and lapsed ones, which can be sent again (I13).
func (r *reading) invitedAs(id OrganizationID, role string) ([]Invitation, error) {
	var found []Invitation
	err := each(r.Invitations(), Scan{Index: OpenOfUnit, Prefix: RefKey(id.Ref())}, func(i Invitation) (bool, error) {
		if hasRole(i.Roles, role) {
			found = append(found, i)
		}
		return true, nil
	})
	return found, err
}

func (c *change) takeFromGrants(id OrganizationID, role string) error {
	grants, err := all(c.Grants(), Scan{Index: GrantsOfRole, Prefix: Key{Num(id), Text(role)}})
	if err != nil {
		return err
	}
	for _, g := range grants {
		if err := c.endGrant(g); err != nil {
			return err
		}
	}
	return nil
}

// endGrant takes one grant away as a consequence.
func (c *change) endGrant(g Grant) error {
	c.consequence(g.Project.Ref(), "grant", g.String(), "")
	return c.Grants().Delete(g.Key())
}

// rolesWithout gives the roles with one left out; the list that came is not changed.
func rolesWithout(roles []string, role string) []string {
	return slices.DeleteFunc(slices.Clone(roles), func(r string) bool { return r == role })
}

package core

import (
	"context"
	"strconv"
)

// pendingHoursDefault is the pending time of a new organization (section 2.2).
const pendingHoursDefault = 72

// CreateOrganization makes an organization inside a maintainer: its members and Support (MT3). The actor is its first
// member, with DEFAULT and ADMIN (H6). Refused with name_required, invalid_text.
func (a *Actor) CreateOrganization(ctx context.Context, maintainer MaintainerID, name string) (Organization, error) {
	var out Organization
	err := a.do(ctx, attempt{action: "organization.create", subjects: []Ref{maintainer.Ref()}}, func(c *change) error {
		if _, err := c.may(MaintainerCreateOrganization, maintainer.Ref()); err != nil {
			return err
		}
		clean, err := cleanName("name", name)
		if err != nil {
			return err
		}
		id, err := c.NextID(KindOrganization)
		if err != nil {
			return err
		}
		out = Organization{
			ID: OrganizationID(id), Version: 1, Maintainer: maintainer, Name: clean, State: UnitActive, AutoJoin: true,
			Deciders: DecidersAnyUser, PendingHours: pendingHoursDefault, MFA: MFASetting{State: MFAOff},
			NewMembers: NewMembersAdmin, Created: c.now,
		}
		if err := c.Organizations().Put(out); err != nil {
			return err
		}
		if err := c.builtInRoles(out.ID); err != nil {
			return err
		}
		_, err = c.enter(Membership{
			Unit: out.ID.Ref(), Account: c.me.ID, Origin: OriginCreated, Roles: []string{RoleAdmin, RoleDefault},
		}, c.me)
		c.happened("organization.create", out.ID.Ref(), []Ref{out.ID.Ref(), c.me.ID.Ref()}, "", Change{Field: "name", After: out.Name})
		c.alsoIn("maintainer.organization_in", maintainer.Ref(), []Ref{out.ID.Ref(), maintainer.Ref()})
		return err
	})
	return out, err
}

// builtInRoles gives an organization its two built-in roles (OR2).
func (c *change) builtInRoles(id OrganizationID) error {
	for _, r := range []OrganizationRole{
		{Organization: id, ID: RoleDefault, Version: 1, Name: RoleDefault, Description: "Every member", BuiltIn: true},
		{Organization: id, ID: RoleAdmin, Version: 1, Name: RoleAdmin, Description: "Administrators", BuiltIn: true},
	} {
		if err := c.Roles().Put(r); err != nil {
			return err
		}
	}
	return nil
}

// RenameOrganization changes the name: administrators, maintainer members and Support (S26). Refused with stale,
// name_required, invalid_text.
func (a *Actor) RenameOrganization(ctx context.Context, id OrganizationID, version uint64, name string) (Organization, error) {
	return a.editOrganization(ctx, id, version, renameOrganization(name))
}

func renameOrganization(name string) organizationEdit {
	return organizationEdit{
		right: OrganizationRename, action: "organization.rename",
		edit: func(_ *change, o *Organization) (Change, error) {
			clean, err := cleanName("name", name)
			ch := Change{Field: "name", Before: o.Name, After: clean}
			o.Name = clean
			return ch, err
		},
	}
}

// organizationEdit is a change of one field of an organization: which right it needs and how it stands in the log.
type organizationEdit struct {
	right  Right
	action Action
	denied bool // a denied attempt stands in the log (AU8)
	// edit changes the field and gives the change, with equal sides for none (F11).
	edit func(*change, *Organization) (Change, error)
	// actionFor gives the action where it depends on what was there before.
	actionFor func(before Organization) Action
	// then does what follows from the edit, after it was stored.
	then func(*change, Organization) error
}

// editOrganization changes one field of an organization.
func (a *Actor) editOrganization(ctx context.Context, id OrganizationID, version uint64, e organizationEdit) (Organization, error) {
	var out Organization
	try := attempt{action: e.action, subjects: []Ref{id.Ref()}, denied: e.denied}
	err := a.do(ctx, try, func(c *change) (err error) {
		out, err = c.editOrganization(id, version, e)
		return err
	})
	return out, err
}

func (c *change) editOrganization(id OrganizationID, version uint64, e organizationEdit) (Organization, error) {
	if _, err := c.may(e.right, id.Ref()); err != nil {
		return Organization{}, err
	}
	o, err := c.organization(id)
	if err != nil {
		return o, err
	}
	if err := c.unchanged(id.Ref(), o.Name, o.Version, version); err != nil {
		return o, err
	}
	before := o
	ch, err := e.edit(c, &o)
	if err != nil || ch.Before == ch.After {
		return before, err
	}
	action := e.action
	if e.actionFor != nil {
		action = e.actionFor(before)
	}
	o.Version++
	c.happened(action, id.Ref(), []Ref{id.Ref()}, "", ch)
	c.undoable(UndoState{Organization: &before}, UndoState{Organization: &o})
	if err := c.Organizations().Put(o); err != nil || e.then == nil {
		return o, err
	}
	return o, e.then(c, o)
}

// DeleteOrganization ends an organization for good: administrators, and Support also without MFA (DR10, DR11, S16).
// Its memberships, visits, roles, role grants and invitations end (DR12); projects in their grace are purged on their
// date (DR13). Refused with stale, not_empty while active projects are in it.
func (a *Actor) DeleteOrganization(ctx context.Context, id OrganizationID, version uint64) error {
	return a.do(ctx, attempt{action: "organization.delete", subjects: []Ref{id.Ref()}}, func(c *change) error {
		if _, err := c.may(OrganizationDelete, id.Ref()); err != nil {
			return err
		}
		o, err := c.organization(id)
		if err != nil {
			return err
		}
		if err := c.unchanged(id.Ref(), o.Name, o.Version, version); err != nil {
			return err
		}
		n, err := c.Count(CountProjects, id.Ref())
		if err != nil {
			return err
		}
		if n > 0 {
			return refuse(ReasonNotEmpty, words{"unit": o.Name, "n": strconv.Itoa(n), "kind": plural(n, "project")})
		}
		o.State = UnitDeleted
		o.Version++
		c.happened("organization.delete", id.Ref(), []Ref{id.Ref()}, "", Change{Field: "state", Before: string(UnitActive), After: string(UnitDeleted)})
		c.alsoIn("maintainer.organization_out", o.Maintainer.Ref(), []Ref{id.Ref(), o.Maintainer.Ref()})
		if err := c.Organizations().Put(o); err != nil {
			return err
		}
		if err := c.vacate(id.Ref()); err != nil {
			return err
		}
		return c.endRoles(id)
	})
}

// endRoles takes the roles of a deleted organization away, and the grants that rest on them.
func (c *change) endRoles(id OrganizationID) error {
	deleted, err := all(c.Projects(), Scan{Index: ProjectIDsOfOrganization, Prefix: Key{Num(id)}})
	if err != nil {
		return err
	}
	for _, p := range deleted {
		if err := c.endGrants(p.ID); err != nil {
			return err
		}
	}
	roles, err := all(c.Roles(), Scan{Prefix: Key{Num(id)}})
	if err != nil {
		return err
	}
	for _, r := range roles {
		if err := c.Roles().Delete(OrganizationRoleKey{Organization: id, ID: r.ID}); err != nil {
			return err
		}
	}
	return nil
}

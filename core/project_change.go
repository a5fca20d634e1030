package core

import "context"

// CreateProject makes a project in the organization from a template; an empty template means production (P2). The actor
// becomes its only user, with the creator's role (H6, P8).
//
// Errors: org_members_only, admin_role_required, visitor_restricted, forbidden by 6.4; mfa_required; name_required,
// invalid_text; not_found for a template that is unknown or hidden (P7).
func (a *Actor) CreateProject(ctx context.Context, org OrganizationID, name, template string) (Project, error) {
	var out Project
	err := a.do(ctx, attempt{action: "project.create", subjects: []Ref{org.Ref()}}, func(c *change) error {
		if _, err := c.may(OrganizationCreateProject, org.Ref()); err != nil {
			return err
		}
		o, err := c.organization(org)
		if err != nil {
			return err
		}
		name, err := cleanName("name", name)
		if err != nil {
			return err
		}
		if template == "" {
			template = templateDefault
		}
		t, err := c.template(template)
		if err != nil {
			return err
		}
		id, err := c.NextID(KindProject)
		if err != nil {
			return err
		}
		p := Project{
			ID: ProjectID(id), Version: 1, Organization: org, Maintainer: o.Maintainer, Name: name, Template: t.ID, RoleSet: t.RoleSet,
			PriceLabel: t.PriceLabel, UserLimit: t.UserLimit, State: ProjectActive, Created: c.now,
		}
		if t.Lifetime != 0 {
			p.Expires = c.now.Add(t.Lifetime) // P5
		}
		if err := c.Projects().Put(p); err != nil {
			return err
		}
		c.happened("project.create", org.Ref(), []Ref{p.ID.Ref()}, "",
			Change{Field: "name", After: p.Name}, Change{Field: "template", After: p.Template})
		m := Membership{Unit: p.ID.Ref(), Account: c.me.ID, Origin: OriginCreated, Role: p.RoleSet.Creator()}
		_, err = c.enter(m, c.me)
		out = p
		return err
	})
	return out, err
}

// RenameProject gives the project another name (P10). Full-role users and administrators may.
//
// Errors: those of 6.3; stale; name_required, invalid_text.
func (a *Actor) RenameProject(ctx context.Context, id ProjectID, version uint64, name string) (Project, error) {
	return a.changeProject(ctx, "project.rename", id, version, ProjectRename, renameProject(name))
}

func renameProject(name string) func(*change, *Project) error {
	return func(c *change, p *Project) error {
		name, err := cleanName("name", name)
		if err != nil || name == p.Name {
			return err
		}
		before := *p
		c.happened("project.rename", p.Organization.Ref(), []Ref{p.ID.Ref()}, "", Change{Field: "name", Before: p.Name, After: name})
		p.Name = name
		after := *p
		c.undoable(UndoState{Project: &before}, UndoState{Project: &after})
		return nil
	}
}

// changeProject runs a change of the record of an active project: right, version, then the change itself, which says
// with happened that there is something to write (F11).
func (a *Actor) changeProject(
	ctx context.Context, action Action, id ProjectID, version uint64, right Right, fn func(*change, *Project) error,
) (Project, error) {
	var out Project
	err := a.do(ctx, attempt{action: action, subjects: []Ref{id.Ref()}}, func(c *change) (err error) {
		out, err = c.changeProject(id, version, right, fn)
		return err
	})
	return out, err
}

func (c *change) changeProject(id ProjectID, version uint64, right Right, fn func(*change, *Project) error) (Project, error) {
	if _, err := c.may(right, id.Ref()); err != nil {
		return Project{}, err
	}
	p, err := c.project(id)
	if err != nil {
		return p, err
	}
	if err := c.unchanged(id.Ref(), p.Name, p.Version, version); err != nil {
		return p, err
	}
	before := p
	if err := fn(c, &p); err != nil || c.event == nil {
		return before, err
	}
	p.Version++
	return p, c.Projects().Put(p)
}

package core

import "context"

// DeleteProject marks the project for 60 days, after which the sweep purges it (DR1). Its invitations and requests
// become void; memberships, grants and visits stay (DR7, V8). Full-role users, administrators and Support may (DR2).
//
// Errors: those of 6.3; stale.
func (a *Actor) DeleteProject(ctx context.Context, id ProjectID, version uint64) (Project, error) {
	return a.changeProject(ctx, "project.delete", id, version, ProjectDelete, func(c *change, p *Project) error {
		c.happened("project.delete", p.Organization.Ref(), []Ref{id.Ref()}, "")
		return c.markDeleted(p, c.me.ID)
	})
}

// markDeleted puts the project into its grace and settles what is pending in it (DR7, R13, I9). The caller writes the
// record and has said what happened.
func (c *change) markDeleted(p *Project, by AccountID) error {
	p.State, p.Deleted, p.DeletedBy = ProjectDeleted, c.now, by
	if err := c.voidPending(p.ID); err != nil {
		return err
	}
	return c.tellProjectPeople(*p, NoticeProjectDeleted, NoticeFacts{At: p.PurgeAt()})
}

// voidPending voids the pending requests, extensions too, and invitations of a project (R13, I9).
func (c *change) voidPending(id ProjectID) error {
	requests, err := all(c.Requests(), Scan{Index: PendingOfProject, Prefix: Key{Num(id)}})
	if err != nil {
		return err
	}
	for _, q := range requests {
		if err := c.settleRequest(q, RequestVoid); err != nil {
			return err
		}
	}
	return c.voidInvitations(id.Ref())
}

// RestoreProject brings a deleted project back, with another expiry or without one (DR5). Support may. Memberships and
// visits that ended meanwhile are gone (TM2); the others are active again (V8).
//
// Errors: not_found for a purged project; forbidden for everybody but Support (DR6); not_deleted; organization_deleted
// (DR13).
func (a *Actor) RestoreProject(ctx context.Context, id ProjectID, expires Moment) (Project, error) {
	return a.changeProject(ctx, "project.restore", id, 0, ProjectRestore, func(c *change, p *Project) error {
		if err := c.checkMeant("expires", expires); err != nil {
			return err
		}
		if p.State != ProjectDeleted {
			return refuse(ReasonNotDeleted, words{"project": p.Name})
		}
		o, err := c.organization(p.Organization)
		if err != nil {
			return err
		}
		if o.State != UnitActive {
			return refuse(ReasonOrganizationDeleted, words{"project": p.Name})
		}
		c.happened("project.restore", p.Organization.Ref(), []Ref{id.Ref()}, "", momentChange("expires", p.Expires, expires)...)
		p.State, p.Deleted, p.DeletedBy = ProjectActive, 0, 0
		p.expire(expires, c.now)
		return c.tellProjectPeople(*p, NoticeProjectRestored, NoticeFacts{})
	})
}

// momentChange is the change of a moment for an event, or nothing when it is the same.
func momentChange(field string, before, after Moment) []Change {
	if before == after {
		return nil
	}
	return []Change{{Field: field, Before: before.String(), After: after.String()}}
}

// PurgeProject takes a deleted project away before its date (DR9). Support may, and only when nobody uses it and no
// role opens it any more.
//
// Errors: not_found for a purged project; forbidden for everybody but Support (DR6); not_deleted; has_access_entries,
// naming roles first, then people.
func (a *Actor) PurgeProject(ctx context.Context, id ProjectID) (Project, error) {
	return a.changeProject(ctx, "project.purge", id, 0, ProjectPurge, func(c *change, p *Project) error {
		if p.State != ProjectDeleted {
			return refuse(ReasonNotDeleted, words{"project": p.Name})
		}
		if err := c.noAccessEntries(*p); err != nil {
			return err
		}
		c.happened("project.purge", p.Organization.Ref(), []Ref{id.Ref()}, "")
		return c.purge(p)
	})
}

// noAccessEntries refuses with has_access_entries while a role grant or a membership is left in the project, visitors
// counted: roles are named first, then people (DR9).
func (r *reading) noAccessEntries(p Project) error {
	names, err := r.rolesNamed(p.ID)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		if names, err = r.membersNamed(p.ID.Ref(), 0); err != nil || len(names) == 0 {
			return err
		}
	}
	return refuse(ReasonHasAccessEntries, words{"project": p.Name, "roles, else people": people(names)})
}

// membersNamed gives the addresses of everybody but one account who is in the unit. Unlike memberNames it leaves nobody out and fails
// when it cannot read: something rests on there being none.
func (r *reading) membersNamed(unit Unit, but AccountID) ([]string, error) {
	var names []string
	err := each(r.Memberships(), Scan{Prefix: RefKey(unit)}, func(m Membership) (bool, error) {
		if m.Account == but || !m.Running(r.now) {
			return true, nil
		}
		name, err := r.label(m.Account)
		names = append(names, name)
		return true, err
	})
	return names, err
}

// purge takes the memberships and grants of a deleted project for good; history stays (DR8). The caller writes the
// record and has said what happened.
func (c *change) purge(p *Project) error {
	p.State, p.Purged = ProjectPurged, c.now
	if err := c.closeTicketsOf(p.ID); err != nil {
		return err
	}
	if err := c.endGrants(p.ID); err != nil {
		return err
	}
	if err := c.purgeBuckets(p.ID); err != nil {
		return err
	}
	members, err := all(c.Memberships(), Scan{Prefix: RefKey(p.ID.Ref())})
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.Visitor() {
			v, err := c.visitOf(m)
			if err != nil {
				return err
			}
			if _, err := c.endVisit(v, VisitEnded, 0, "project purged"); err != nil {
				return err
			}
			continue
		}
		c.consequence(m.Account.Ref(), "role", string(m.Role), "")
		if err := c.Memberships().Delete(m.Key()); err != nil {
			return err
		}
	}
	return nil
}

// endGrants takes the role grants of a project away.
func (c *change) endGrants(id ProjectID) error {
	grants, err := all(c.Grants(), Scan{Prefix: Key{Num(id)}})
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

// tellProjectPeople tells the full-role users of the project and the administrators of its organization.
func (c *change) tellProjectPeople(p Project, event Notice, facts NoticeFacts) error {
	facts.Name = p.Name
	granted, err := c.fullGrants(p.ID)
	if err != nil {
		return err
	}
	err = each(c.Memberships(), Scan{Prefix: RefKey(p.ID.Ref())}, func(m Membership) (bool, error) {
		if !m.Visitor() && m.Running(c.now) && m.Role.Full() {
			c.tell(m.Account, event, facts, p.ID.Ref())
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	return each(c.Memberships(), Scan{Prefix: RefKey(p.Organization.Ref())}, func(m Membership) (bool, error) {
		if m.Admin() || (!m.Visitor() && holdsAny(m.Roles, granted)) {
			c.tell(m.Account, event, facts, p.ID.Ref())
		}
		return true, nil
	})
}

// fullGrants gives the organization roles that open the project at the level of a full role.
func (r *reading) fullGrants(id ProjectID) (map[string]bool, error) {
	full := map[string]bool{}
	err := each(r.Grants(), Scan{Prefix: Key{Num(id)}}, func(g Grant) (bool, error) {
		if g.Level.Full() {
			full[g.RoleID] = true
		}
		return true, nil
	})
	return full, err
}

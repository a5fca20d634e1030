package core

import "context"

// RemoveProject takes an empty project away for good, at once and without a way back (OR12): nobody is in it besides
// the actor, visitors counted, no role opens it, and no bucket or link is left. Pending invitations and requests
// become void, open tickets are closed. Administrators only.
//
// Errors: those of 6.3: org_members_only and others; stale; has_access_entries, naming roles first, then people;
// has_buckets.
func (a *Actor) RemoveProject(ctx context.Context, id ProjectID, version uint64) (Project, error) {
	return a.changeProject(ctx, "project.remove", id, version, ProjectRemoveForGood, func(c *change, p *Project) error {
		if err := c.empty(*p); err != nil {
			return err
		}
		c.happened("project.remove", p.Organization.Ref(), []Ref{id.Ref()}, "")
		if err := c.voidPending(id); err != nil {
			return err
		}
		if err := c.closeTicketsOf(id); err != nil {
			return err
		}
		return c.purge(p)
	})
}

// empty refuses a project that is not empty in the sense of OR12.
func (r *reading) empty(p Project) error {
	names, err := r.rolesNamed(p.ID)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		if names, err = r.membersNamed(p.ID.Ref(), r.me.ID); err != nil {
			return err
		}
	}
	if len(names) > 0 {
		return refuse(ReasonHasAccessEntries, words{"project": p.Name, "roles, else people": people(names)})
	}
	return r.noBuckets(p)
}

// rolesNamed gives the organization roles that open a project, each once.
func (r *reading) rolesNamed(id ProjectID) ([]string, error) {
	var names []string
	err := each(r.Grants(), Scan{Prefix: Key{Num(id)}}, func(g Grant) (bool, error) {
		if n := len(names); n == 0 || names[n-1] != g.RoleID { // a role may have several levels
			names = append(names, g.RoleID)
		}
		return true, nil
	})
	return names, err
}

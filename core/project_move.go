package core

import "context"

// MoveProject takes the project to another organization (H13). Direct memberships, invitations, requests, tickets,
// template and expiry stay. Role grants end, because roles belong to the organization; visits of people who are no
// staff there end too (V6). MoveImpact lists both before. It needs the staff relation to both organizations, and with
// Auto Join off in the source besides an administrator of it or an ordinary full-role user (H14).
//
// The full-role users and the administrators of both are told.
//
// Errors: those of H14: forbidden, role_restricted; mfa_required on either side, also without own MFA (AC23); stale; has_links (SB15).
func (a *Actor) MoveProject(ctx context.Context, id ProjectID, version uint64, to OrganizationID) (Project, error) {
	var out Project
	err := a.do(ctx, attempt{action: "project.move_out", subjects: []Ref{id.Ref(), to.Ref()}}, func(c *change) error {
		p, o, err := c.mayMoveProject(id, to)
		if err != nil {
			return err
		}
		if err := c.unchanged(id.Ref(), p.Name, p.Version, version); err != nil {
			return err
		}
		out = p
		if p.Organization == to {
			return nil
		}
		if err := c.bucketsMayMove(p); err != nil {
			return err
		}
		from := p.Organization.Ref()
		moved := Change{Field: "organization", Before: from.String(), After: to.Ref().String()}
		c.happened("project.move_out", from, []Ref{id.Ref(), from, to.Ref()}, "", moved)
		c.alsoIn("project.move_in", to.Ref(), []Ref{id.Ref(), from, to.Ref()}, moved)
		if err := c.tellMoved(p, o); err != nil {
			return err
		}
		if err := c.endGrants(id); err != nil {
			return err
		}
		if err := c.endForeignVisits(p, o); err != nil {
			return err
		}
		p.Organization, p.Maintainer = o.ID, o.Maintainer
		p.Version++
		out = p
		if err := c.Projects().Put(p); err != nil {
			return err
		}
		if err := c.carryAlong(p); err != nil {
			return err
		}
		if err := c.revokeSentTo(id.Ref()); err != nil {
			return err
		}
		return c.reviewDeciders(id)
	})
	return out, err
}

// tellMoved tells the full-role users of the project and the administrators on both sides, for whom it is given away or
// come: staff moved it. The project is as it was before.
func (c *change) tellMoved(p Project, to Organization) error {
	from, err := c.organization(p.Organization)
	if err != nil {
		return err
	}
	facts := NoticeFacts{Name: p.Name, In: to.Name, Title: from.Name}
	if err := c.tellProjectPeople(p, NoticeProjectMoved, facts); err != nil {
		return err
	}
	return c.tellAdministrators(to.ID, NoticeProjectMoved, facts, p.ID.Ref())
}

// mayMoveProject checks both sides of H14 and gives what they are about.
func (r *reading) mayMoveProject(id ProjectID, to OrganizationID) (Project, Organization, error) {
	if _, err := r.may(ProjectMove, id.Ref()); err != nil {
		return Project{}, Organization{}, err
	}
	if _, err := r.may(OrganizationReceive, to.Ref()); err != nil {
		return Project{}, Organization{}, err
	}
	p, err := r.project(id)
	if err != nil {
		return p, Organization{}, err
	}
	o, err := r.organization(to)
	return p, o, err
}

// foreignVisitors gives the visitors of a project that are no staff for another organization.
func (r *reading) foreignVisitors(p Project, to Organization) ([]Membership, error) {
	members, err := all(r.Memberships(), Scan{Prefix: RefKey(p.ID.Ref())})
	if err != nil {
		return nil, err
	}
	var foreign []Membership
	for _, m := range members {
		if !m.Visitor() {
			continue
		}
		staff, err := r.staffOf(m.Account, to)
		if err != nil {
			return nil, err
		}
		if !staff {
			foreign = append(foreign, m)
		}
	}
	return foreign, nil
}

// staffOf reports whether the account is staff for the organization as it is given.
func (r *reading) staffOf(id AccountID, o Organization) (bool, error) {
	acc, err := r.account(id)
	if err != nil || acc.Support {
		return acc.Support, err
	}
	standing, _, err := r.standing(o.Maintainer.Ref(), id)
	return standing == Ordinary, err
}

// endForeignVisits ends the visits whose staff relation does not reach into the new organization (V6).
func (c *change) endForeignVisits(p Project, to Organization) error {
	foreign, err := c.foreignVisitors(p, to)
	if err != nil {
		return err
	}
	for _, m := range foreign {
		if err := c.drop(m, 0, "no longer staff"); err != nil {
			return err
		}
	}
	return nil
}

// carryAlong writes the new organization into the records of a moved project that keep it: requests, visits, tickets
// and buckets, the ended ones too. That is bookkeeping: their versions stay, and what somebody has seen is not stale.
func (c *change) carryAlong(p Project) error {
	requests, err := all(c.Requests(), Scan{Index: RequestsOfProject, Prefix: Key{Num(p.ID)}})
	if err != nil {
		return err
	}
	for _, q := range requests {
		q.Organization = p.Organization
		if err := c.Requests().Put(q); err != nil {
			return err
		}
	}
	visits, err := all(c.Visits(), Scan{Index: VisitsOfUnit, Prefix: RefKey(p.ID.Ref())})
	if err != nil {
		return err
	}
	for _, v := range visits {
		v.Organization = p.Organization
		if err := c.Visits().Put(v); err != nil {
			return err
		}
	}
	tickets, err := all(c.Tickets(), Scan{Index: TicketsOfProject, Prefix: Key{Num(p.ID)}})
	if err != nil {
		return err
	}
	for _, t := range tickets {
		t.Organization, t.Maintainer = p.Organization, p.Maintainer
		if err := c.Tickets().Put(t); err != nil {
			return err
		}
	}
	return c.moveBuckets(p.ID, p.Organization)
}

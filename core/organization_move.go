package core

import "context"

// MoveOrganization gives the organization to another maintainer (H15): by Support, or by a member of both. Visits of
// people who are no staff for it any more end (V6), its tickets go to the new maintainer, and its
// administrators are told.
//
// Errors: forbidden for everybody else, on either side; mfa_required, also without own MFA (AC23); not_found for an unknown maintainer; stale.
func (a *Actor) MoveOrganization(ctx context.Context, id OrganizationID, version uint64, to MaintainerID) (Organization, error) {
	var out Organization
	err := a.do(ctx, attempt{action: "organization.maintainer_set", subjects: []Ref{id.Ref(), to.Ref()}}, func(c *change) error {
		o, err := c.mayMoveOrganization(id, to)
		if err != nil {
			return err
		}
		if err := c.unchanged(id.Ref(), o.Name, o.Version, version); err != nil {
			return err
		}
		out = o
		if o.Maintainer == to {
			return nil
		}
		m, err := c.maintainer(to)
		if err != nil {
			return err
		}
		from := o.Maintainer.Ref()
		moved := Change{Field: "maintainer", Before: from.String(), After: to.Ref().String()}
		c.happened("organization.maintainer_set", id.Ref(), []Ref{id.Ref(), from, to.Ref()}, "", moved)
		c.alsoIn("maintainer.organization_out", from, []Ref{id.Ref(), from}, moved)
		c.alsoIn("maintainer.organization_in", to.Ref(), []Ref{id.Ref(), to.Ref()}, moved)
		if err := c.tellAdministrators(id, NoticeOrganizationMoved, NoticeFacts{Name: o.Name, In: m.Name}); err != nil {
			return err
		}
		o.Maintainer = to
		o.Version++
		out = o
		if err := c.Organizations().Put(o); err != nil {
			return err
		}
		if err := c.handOver(o); err != nil {
			return err
		}
		lost, err := c.visitsWithoutStaff(o)
		if err != nil {
			return err
		}
		for _, m := range lost {
			if err := c.drop(m, 0, "no longer staff"); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// mayMoveOrganization checks both sides of H15.
func (r *reading) mayMoveOrganization(id OrganizationID, to MaintainerID) (Organization, error) {
	if _, err := r.may(OrganizationMove, id.Ref()); err != nil {
		return Organization{}, err
	}
	if _, err := r.may(MaintainerCreateOrganization, to.Ref()); err != nil {
		return Organization{}, err
	}
	return r.organization(id)
}

// handOver writes the new maintainer of an organization into the records that keep it: its projects, deleted ones too,
// and its tickets. That is bookkeeping: their versions stay.
func (c *change) handOver(o Organization) error {
	projects, err := all(c.Projects(), Scan{Index: ProjectIDsOfOrganization, Prefix: Key{Num(o.ID)}})
	if err != nil {
		return err
	}
	for _, p := range projects {
		p.Maintainer = o.Maintainer
		if err := c.Projects().Put(p); err != nil {
			return err
		}
	}
	tickets, err := all(c.Tickets(), Scan{Index: TicketsOfOrganization, Prefix: Key{Num(o.ID)}})
	if err != nil {
		return err
	}
	for _, t := range tickets {
		t.Maintainer = o.Maintainer
		if err := c.Tickets().Put(t); err != nil {
			return err
		}
	}
	return nil
}

// visitsWithoutStaff gives the running visits to an organization and its projects whose visitors are no staff for it
// as it is given (V6).
func (r *reading) visitsWithoutStaff(o Organization) ([]Membership, error) {
	visits, err := all(r.Visits(), Scan{Index: ActiveVisitsOfOrganization, Prefix: Key{Num(o.ID)}})
	if err != nil {
		return nil, err
	}
	var lost []Membership
	for _, v := range visits {
		staff, err := r.staffOf(v.Account, o)
		if err != nil {
			return nil, err
		}
		if staff {
			continue
		}
		m, ok, err := r.membership(v.Unit, v.Account)
		if err != nil {
			return nil, err
		}
		if ok && m.Visit == v.ID {
			lost = append(lost, m)
		}
	}
	return lost, nil
}

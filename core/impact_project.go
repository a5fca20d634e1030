package core

import "context"

// ProjectImpact is what hangs on a project: what deleting or removing it takes or voids.
type ProjectImpact struct {
	Project     Named  `json:"project"`
	Users       int    `json:"users"` // ordinary direct members
	Visits      int    `json:"visits"`
	Grants      int    `json:"grants"`
	Requests    int    `json:"requests"`    // pending: become void
	Invitations int    `json:"invitations"` // pending: become void
	Buckets     int    `json:"buckets"`
	Links       int    `json:"links"`
	Tickets     int    `json:"tickets"`              // open
	Until       Moment `json:"until,omitzero"`       // can be restored until then (DR1)
	Refused     *Error `json:"refused,omitempty"`    // why it would be refused now
	Shared      int    `json:"shared_out,omitempty"` // links of other projects to its buckets
}

// DeleteProjectImpact says what deleting a project would do (DR1, DR7, DR14): who loses it, what becomes void, and how
// long it can be restored. It changes nothing. Errors: those of DeleteProject that are about the actor.
func (a *Actor) DeleteProjectImpact(ctx context.Context, id ProjectID) (ProjectImpact, error) {
	var out ProjectImpact
	err := a.read(ctx, func(r *reading) error {
		if _, err := r.may(ProjectDelete, id.Ref()); err != nil {
			return err
		}
		var err error
		out, err = r.projectImpact(id)
		out.Until = r.now.Add(Grace)
		return err
	})
	return out, err
}

// RemoveProjectImpact says what removing a project for good would do, and in Refused why it cannot be done yet (OR12).
// It changes nothing. Errors: those of RemoveProject that are about the actor.
func (a *Actor) RemoveProjectImpact(ctx context.Context, id ProjectID) (ProjectImpact, error) {
	var out ProjectImpact
	err := a.read(ctx, func(r *reading) error {
		if _, err := r.may(ProjectRemoveForGood, id.Ref()); err != nil {
			return err
		}
		p, err := r.project(id)
		if err != nil {
			return err
		}
		if out, err = r.projectImpact(id); err != nil {
			return err
		}
		out.Refused, err = refusal(r.empty(p))
		return err
	})
	return out, err
}

// refusal takes a conflict apart from a failure.
func refusal(err error) (*Error, error) {
	if err == nil {
		return nil, nil
	}
	if e := AsError(err); e.Code == CodeConflict {
		return e, nil
	}
	return nil, err
}

func (r *reading) projectImpact(id ProjectID) (ProjectImpact, error) {
	p, err := r.project(id)
	out := ProjectImpact{Project: Named{uint64(id), p.Name}}
	if err != nil {
		return out, err
	}
	err = r.directory().counts(id.Ref(), map[Counter]*int{
		CountMembers: &out.Users, CountVisitors: &out.Visits, CountPendingRequests: &out.Requests, CountBuckets: &out.Buckets,
		CountLinks: &out.Links, CountOpenTickets: &out.Tickets,
	})
	if err != nil {
		return out, err
	}
	grants, err := all(r.Grants(), Scan{Prefix: Key{Num(id)}})
	if err != nil {
		return out, err
	}
	out.Grants = len(grants)
	err = each(r.Buckets(), Scan{Index: BucketsOfProject, Prefix: Key{Num(id)}}, func(b Bucket) (bool, error) {
		n, err := r.Count(CountLinks, b.ID.Ref())
		out.Shared += n
		return true, err
	})
	if err != nil {
		return out, err
	}
	return out, each(r.Invitations(), Scan{Index: OpenOfUnit, Prefix: RefKey(id.Ref())}, func(i Invitation) (bool, error) {
		if i.Pending(r.now) {
			out.Invitations++
		}
		return true, nil
	})
}

// MoveImpact is what moving a project to another organization takes along and ends (H13).
type MoveImpact struct {
	Project     Named       `json:"project"`
	From        Named       `json:"from"`
	To          Named       `json:"to"`
	Grants      []GrantView `json:"grants"`       // end: roles belong to the organization
	RoleUsers   int         `json:"role_users"`   // lose access with the grants; counted up to 1 000
	Visits      []VisitView `json:"visits"`       // end: no staff there (V6)
	Users       int         `json:"users"`        // stay
	Requests    int         `json:"requests"`     // stay pending
	Invitations int         `json:"invitations"`  // stay pending, but for those that are revoked
	Tickets     int         `json:"open_tickets"` // go along
	// Revoked are pending invitations of people who have no right to it in the new organization (I17).
	Revoked []Revoked `json:"revoked_invitations,omitempty"`
	// Locked are the users without MFA, where the new organization requires it; named only where the actor may know (S31).
	Locked  int    `json:"locked,omitempty"`
	Refused *Error `json:"refused,omitempty"` // why it would be refused now (SB15)
}

// MoveImpact says what moving a project would do. It changes nothing. Errors: those of MoveProject that are about the
// actor.
func (a *Actor) MoveImpact(ctx context.Context, id ProjectID, to OrganizationID) (MoveImpact, error) {
	out := MoveImpact{Visits: []VisitView{}}
	err := a.read(ctx, func(r *reading) error {
		p, o, err := r.mayMoveProject(id, to)
		if err != nil {
			return err
		}
		from, err := r.organization(p.Organization)
		if err != nil {
			return err
		}
		all, err := r.projectImpact(id)
		if err != nil {
			return err
		}
		out.Project, out.From, out.To = all.Project, Named{uint64(from.ID), from.Name}, Named{uint64(to), o.Name}
		out.Users, out.Requests, out.Invitations, out.Tickets = all.Users, all.Requests, all.Invitations, all.Tickets
		d := r.directory()
		if out.Grants, err = d.grantViews(Scan{Prefix: Key{Num(id)}}, 0); err != nil {
			return err
		}
		if err := d.moveLosers(&out, p, o); err != nil {
			return err
		}
		if out.Revoked, err = d.revocations(openTo(id.Ref()), r.movedTo(to)); err != nil {
			return err
		}
		out.Invitations -= len(out.Revoked)
		out.Refused, err = refusal(r.bucketsMayMove(p))
		return err
	})
	return out, err
}

// moveLosers fills in who can no longer enter after a move.
func (d *directory) moveLosers(out *MoveImpact, p Project, to Organization) error {
	foreign, err := d.foreignVisitors(p, to)
	if err != nil {
		return err
	}
	for _, m := range foreign {
		v, err := d.visitOf(m)
		if err != nil {
			return err
		}
		row, err := d.visitRow(v)
		if err != nil {
			return err
		}
		out.Visits = append(out.Visits, row)
	}
	if len(out.Grants) > 0 {
		l := &memberList{directory: d, unit: p.ID.Ref(), project: p}
		if l.granted, err = d.grantedRoles(p.ID); err != nil {
			return err
		}
		if out.RoleUsers, _, err = (window[memberRow]{streams: []*stream[memberRow]{l.roleUsers()}}).count(d.reading, roleUsersCounted); err != nil {
			return err
		}
	}
	if !to.RequiresMFA() {
		return nil
	}
	return each(d.Memberships(), Scan{Prefix: RefKey(p.ID.Ref())}, func(m Membership) (bool, error) {
		acc, err := d.accountOf(m.Account)
		if err == nil && !m.Visitor() && !acc.MFA() {
			out.Locked++
		}
		return true, err
	})
}

// OrganizationMoveImpact is what giving an organization to another maintainer changes (H15).
type OrganizationMoveImpact struct {
	Organization Named       `json:"organization"`
	From         Named       `json:"from"`
	To           Named       `json:"to"`
	Projects     int         `json:"projects"`
	Tickets      int         `json:"open_tickets"` // go to the new maintainer
	Visits       []VisitView `json:"visits"`       // the first that end (V6)
	Ending       int         `json:"ending"`       // how many visits end
}

// OrganizationMoveImpact says what giving an organization to another maintainer would do. It changes nothing. Errors:
// those of MoveOrganization that are about the actor.
func (a *Actor) OrganizationMoveImpact(ctx context.Context, id OrganizationID, to MaintainerID) (OrganizationMoveImpact, error) {
	out := OrganizationMoveImpact{Visits: []VisitView{}}
	err := a.read(ctx, func(r *reading) error {
		o, err := r.mayMoveOrganization(id, to)
		if err != nil {
			return err
		}
		d := r.directory()
		from, err := d.maintainerOf(o.Maintainer)
		if err != nil {
			return err
		}
		m, err := d.maintainerOf(to)
		if err != nil {
			return err
		}
		out.Organization, out.From, out.To = Named{uint64(id), o.Name}, Named{uint64(o.Maintainer), from.Name}, Named{uint64(to), m.Name}
		if err := d.counts(id.Ref(), map[Counter]*int{CountProjects: &out.Projects, CountOpenTickets: &out.Tickets}); err != nil {
			return err
		}
		o.Maintainer = to
		lost, err := r.visitsWithoutStaff(o)
		if err != nil {
			return err
		}
		out.Ending = len(lost)
		for _, m := range lost[:min(len(lost), impactNamed)] {
			v, err := r.visitOf(m)
			if err != nil {
				return err
			}
			row, err := d.visitRow(v)
			if err != nil {
				return err
			}
			out.Visits = append(out.Visits, row)
		}
		return nil
	})
	return out, err
}

package core

import "context"

// OrganizationQuery asks for organizations.
type OrganizationQuery struct {
	Query
	// Maintainer, when set, asks for the organizations of one maintainer: for its members and Support.
	Maintainer MaintainerID
	// All asks for everything that the actor may see, not just what the actor belongs to (H12).
	All bool
}

// Organizations lists organizations by name: own ones; with All also those of own maintainers, and for Support all of
// the house (H12). Fields of the filter: name, maintainer, auto_join (on, off), mfa (off, scheduled, required).
// Errors: forbidden for the maintainer of others (MT2).
func (a *Actor) Organizations(ctx context.Context, q OrganizationQuery) (Page[OrganizationView], error) {
	page, err := list(ctx, a, func(r *reading) (Page[OrganizationView], error) { return r.organizations(q) })
	markAlike(page.Items, func(o OrganizationView) string { return o.Name }, func(OrganizationView) bool { return true },
		func(o *OrganizationView) { o.Alike = true })
	return page, err
}

func organizationKey(o OrganizationRow) Key { return Key{Text(Fold(o.Name)), Num(o.ID)} }

func organizationText(o OrganizationRow) string { return o.Name }

func (r *reading) organizations(q OrganizationQuery) (Page[OrganizationView], error) {
	var none Page[OrganizationView]
	sort, err := q.sortOf("name")
	if err != nil {
		return none, err
	}
	f, err := parseFilter(q.Filter, listFields["organizations"]...)
	if err != nil {
		return none, err
	}
	s, err := r.scope()
	if err != nil {
		return none, err
	}
	streams, total, err := r.organizationStreams(q, s)
	if err != nil {
		return none, err
	}
	w := window[OrganizationRow]{name: "organizations/" + sort, forms: []string{"tn"}, filter: f, streams: streams, total: exactly(total)}
	d := r.directory()
	if len(f.fields) > 0 {
		w.keep = func(o OrganizationRow) (bool, error) { return d.organizationMatches(f, o) }
	}
	c, err := w.page(r, q.Query)
	if err != nil {
		return none, err
	}
	return paged(c, func(o OrganizationRow) (OrganizationView, error) {
		v := OrganizationView{
			ID: o.ID, Name: o.Name, State: UnitActive, AutoJoin: o.AutoJoin, MFA: MFASetting{State: o.MFA},
			Relation: s.organizationRelation(o),
		}
		return v, d.fillOrganization(&v, o.Maintainer)
	})
}

// organizationStreams gives the sources of a list of organizations and how many rows they have together.
func (r *reading) organizationStreams(q OrganizationQuery, s *scope) ([]*stream[OrganizationRow], int, error) {
	index := func(sc Scan) *stream[OrganizationRow] {
		return &stream[OrganizationRow]{index: sc, scan: r.Tx.Organizations().ScanRows, key: organizationKey, texts: true}
	}
	switch {
	case q.Maintainer != 0:
		if _, err := r.may(MaintainerSee, q.Maintainer.Ref()); err != nil {
			return nil, 0, err
		}
		n, err := r.Count(CountOrganizations, q.Maintainer.Ref())
		return []*stream[OrganizationRow]{index(Scan{Index: OrganizationsOfMaintainer, Prefix: Key{Num(q.Maintainer)}})}, n, err
	case !q.All:
		return []*stream[OrganizationRow]{rowsOf(s.own, organizationKey, organizationText)}, len(s.own), nil
	case s.all:
		n, err := r.Count(CountOrganizations, Ref{})
		return []*stream[OrganizationRow]{index(Scan{Index: OrganizationsByName})}, n, err
	}
	var streams []*stream[OrganizationRow]
	var outside []OrganizationRow
	total := 0
	for id, standing := range s.maintainers {
		if standing != Ordinary {
			continue
		}
		n, err := r.Count(CountOrganizations, id.Ref())
		if err != nil {
			return nil, 0, err
		}
		total += n
		streams = append(streams, index(Scan{Index: OrganizationsOfMaintainer, Prefix: Key{Num(id)}}))
	}
	for _, o := range s.own {
		if s.maintainers[o.Maintainer] != Ordinary {
			outside = append(outside, o)
		}
	}
	return append(streams, rowsOf(outside, organizationKey, organizationText)), total + len(outside), nil
}

func (d *directory) organizationMatches(f filter, o OrganizationRow) (bool, error) {
	m, err := d.maintainerOf(o.Maintainer)
	if err != nil {
		return false, err
	}
	return f.matchFields(func(name string) string {
		switch name {
		case "maintainer":
			return m.Name
		case "auto_join":
			return onOff(o.AutoJoin)
		case "mfa":
			return string(o.MFA)
		}
		return o.Name
	}), nil
}

func (d *directory) fillOrganization(v *OrganizationView, m MaintainerID) error {
	maintainer, err := d.maintainerOf(m)
	if err != nil {
		return err
	}
	v.Maintainer = Named{uint64(m), maintainer.Name}
	return d.counts(v.ID.Ref(), map[Counter]*int{
		CountProjects: &v.Projects, CountMembers: &v.Members, CountVisitors: &v.Visitors, CountPendingRequests: &v.Pending,
	})
}

// Organization gives one organization with its setting states (H11). Errors: not_found, forbidden, mfa_required (S14).
func (a *Actor) Organization(ctx context.Context, id OrganizationID) (OrganizationView, error) {
	var out OrganizationView
	err := a.read(ctx, func(r *reading) error {
		relation, err := r.see(OrganizationSee, id.Ref())
		if err != nil {
			return err
		}
		o, err := r.organization(id)
		if err != nil {
			return err
		}
		out = OrganizationView{
			ID: o.ID, Version: o.Version, Name: o.Name, State: o.State, AutoJoin: o.AutoJoin, Deciders: o.Deciders,
			PendingHours: o.PendingHours, MFA: o.MFA, NewMembers: o.NewMembers, Relation: relation, Created: o.Created,
		}
		if err := r.directory().fillOrganization(&out, o.Maintainer); err != nil {
			return err
		}
		if out.Listed, err = r.projectsListed(id); err != nil {
			return err
		}
		if f, err := r.facts(id.Ref()); err != nil || !permits(OrganizationSeeMembers, f) {
			return err
		}
		out.Invitations, err = r.Count(CountOpenInvitations, id.Ref())
		return err
	})
	if err == nil {
		a.witnessed(UseSeeOrganization, "", id.Ref())
	}
	return out, err
}

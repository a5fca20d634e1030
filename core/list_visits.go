package core

import "context"

// VisitQuery asks for visits. Without a unit: all that the actor may see.
type VisitQuery struct {
	Query
	Active bool // running ones only
	Past   bool // those that are over only
	Mine   bool // own ones only
	Unit   Unit
	Ticket TicketID // those that cite it (ST9)
}

// Visits lists visits. Running ones of the whole house come soonest end first, all others newest first; sort: started
// (oldest first), for running ones newest too. Of an organization: visits to it and to its projects, running and over.
// Fields of the filter: unit (also project, where), org, who, state, reason, id; words are looked for in unit,
// organization, person and reason.
//
// Total comes from a counter for running visits of a unit, of one's own, and for Support of the house; else it counts to
// 500, see Page. Errors: those of seeing the unit or the ticket.
func (a *Actor) Visits(ctx context.Context, q VisitQuery) (Page[VisitView], error) {
	return list(ctx, a, func(r *reading) (Page[VisitView], error) { return r.visits(q) })
}

func visitKey(v Visit) Key { return Key{Num(v.ID)} }

func visitEndKey(v Visit) Key { return Key{Num(v.Ends), Num(v.ID)} }

func (r *reading) visits(q VisitQuery) (Page[VisitView], error) {
	var none Page[VisitView]
	f, err := parseFilter(q.Filter, listFields["visits"]...)
	if err != nil {
		return none, err
	}
	d := r.directory()
	w, err := d.visitWindow(q)
	if err != nil {
		return none, err
	}
	visible := func(v Visit) (bool, error) {
		if q.Active && v.State != VisitActive || q.Past && v.State == VisitActive || q.Mine && v.Account != r.me.ID || !v.within(q.Unit) {
			return false, nil
		}
		return d.seesVisit(v)
	}
	w.keep = visible
	w.total, w.filter = r.visitTotal(q, w), f
	if !f.empty() {
		w.keep = func(v Visit) (bool, error) {
			if ok, err := visible(v); err != nil || !ok {
				return false, err
			}
			return d.visitMatches(f, v)
		}
	}
	c, err := w.page(r, q.Query)
	if err != nil {
		return none, err
	}
	return paged(c, d.visitRow)
}

// visitTotal reads a counter where there is one for just what is listed. Support without MFA does not see all (S15).
func (r *reading) visitTotal(q VisitQuery, w window[Visit]) total {
	switch {
	case !q.Active, q.Ticket != 0, q.Mine && !q.Unit.IsZero():
	case q.Mine:
		return r.counters(r.me.ID.Ref(), CountActiveVisits)
	case !q.Unit.IsZero():
		return r.counters(q.Unit, CountActiveVisits)
	case r.me.Support && r.me.MFA():
		return r.counters(Ref{}, CountActiveVisits)
	}
	return w.walked(r, countedTo)
}

// within reports whether a visit is to a unit, or to a project of it; the zero unit holds all.
func (v Visit) within(unit Unit) bool {
	return unit.IsZero() || v.Unit == unit || unit.Kind == KindOrganization && v.Organization.Ref() == unit
}

// visitWindow chooses where the visits come from.
func (d *directory) visitWindow(q VisitQuery) (window[Visit], error) {
	w := window[Visit]{forms: []string{"n"}}
	add := func(i Index, prefix Key) {
		w.streams = append(w.streams, &stream[Visit]{index: Scan{Index: i, Prefix: prefix}, scan: d.Visits().Scan, key: visitKey})
	}
	sorts := []string{"newest", "started"}
	switch {
	case q.Ticket != 0:
		if _, _, err := d.mayTicket(TicketRead, q.Ticket); err != nil {
			return w, err
		}
		add(VisitsOfTicket, Key{Num(q.Ticket)})
	case q.Mine:
		add(VisitsOfAccount, Key{Num(d.me.ID)})
	case !q.Unit.IsZero():
		if _, err := d.may(seeRight(q.Unit), q.Unit); err != nil {
			return w, err
		}
		switch {
		case q.Unit.Kind != KindOrganization:
			add(VisitsOfUnit, RefKey(q.Unit))
		case q.Active:
			add(ActiveVisitsOfOrganization, Key{Num(q.Unit.ID)})
		default:
			add(VisitsOfOrganization, Key{Num(q.Unit.ID)})
		}
	case q.Active:
		sorts = []string{"ends", "started", "newest"}
		add(ActiveVisitsByID, nil)
	default:
		if err := d.visitsInScope(add); err != nil {
			return w, err
		}
	}
	sort, err := q.sortOf(sorts...)
	if sort == "ends" {
		w.name, w.forms = "visits/ends", []string{"nn"}
		w.streams = []*stream[Visit]{{index: Scan{Index: ActiveVisits}, scan: d.Visits().Scan, key: visitEndKey}}
		return w, err
	}
	w.name, w.newest = "visits/"+sort, sort == "newest"
	return w, err
}

// visitsInScope adds the streams that hold every visit that the actor may read, running and over (V9): of Support all;
// else those of its units, and own ones. Where its organizations are too many to merge, all are walked.
func (d *directory) visitsInScope(add func(Index, Key)) error {
	if d.me.Support {
		add(Primary, nil)
		return nil
	}
	s, err := d.scope()
	if err != nil {
		return err
	}
	var organizations []OrganizationID
	for id, standing := range s.maintainers {
		if standing != Ordinary {
			continue
		}
		end, err := d.Organizations().ScanRows(Scan{Index: OrganizationsOfMaintainer, Prefix: Key{Num(id)}, Limit: maxStreams},
			func(row OrganizationRow) (bool, error) {
				organizations = append(organizations, row.ID)
				return len(organizations) <= maxStreams, nil
			})
		if err != nil {
			return err
		}
		if !end.Done {
			add(Primary, nil)
			return nil
		}
	}
	for _, o := range s.own {
		if s.administered[o.ID] && s.maintainers[o.Maintainer] != Ordinary {
			organizations = append(organizations, o.ID)
		}
	}
	if len(s.maintainers)+len(organizations)+len(s.used) >= maxStreams {
		add(Primary, nil)
		return nil
	}
	for id := range s.maintainers {
		add(VisitsOfUnit, RefKey(id.Ref()))
	}
	for _, id := range organizations {
		add(VisitsOfOrganization, Key{Num(id)})
	}
	for _, p := range s.used {
		add(VisitsOfUnit, RefKey(p.ID.Ref()))
	}
	add(VisitsOfAccount, Key{Num(d.me.ID)})
	return nil
}

// seeRight is the right to see the people of a unit.
func seeRight(unit Unit) Right {
	switch unit.Kind {
	case KindMaintainer:
		return MaintainerSee
	case KindOrganization:
		return OrganizationSeeMembers
	default:
		return ProjectSee
	}
}

// seesVisit reports whether the actor may read a visit: the visitor, whoever may see the people of the unit, and once
// the project is gone those of the organization.
func (d *directory) seesVisit(v Visit) (bool, error) {
	if v.Account == d.me.ID {
		return true, nil
	}
	if ok, err := d.permitted(seeRight(v.Unit), v.Unit); err != nil || ok || v.Unit.Kind != KindProject {
		return ok, err
	}
	p, err := d.projectOf(ProjectID(v.Unit.ID))
	if err != nil || p.State == ProjectActive {
		return false, err
	}
	return d.permitted(OrganizationSeeMembers, v.Organization.Ref())
}

func (d *directory) visitMatches(f filter, v Visit) (bool, error) {
	row, err := d.visitRow(v)
	if err != nil {
		return false, err
	}
	if !f.matchTexts(row.UnitName, row.OrganizationName, row.Who.Email, row.Who.Name, v.Reason) {
		return false, nil
	}
	return f.matchFields(func(name string) string {
		switch name {
		case "unit", "project", "where":
			return row.UnitName
		case "org":
			return row.OrganizationName
		case "who":
			return row.Who.names()
		case "state":
			return string(v.State)
		case "reason":
			return v.Reason
		}
		return idText(v.ID)
	}), nil
}

func (d *directory) visitRow(v Visit) (VisitView, error) {
	out := VisitView{Visit: v, Mine: v.Account == d.me.ID}
	var err error
	if out.UnitName, err = d.unitName(v.Unit); err != nil {
		return out, err
	}
	if out.TicketSubject, err = d.ticketSubject(v.Ticket); err != nil {
		return out, err
	}
	if v.Organization != 0 && v.Unit.Kind == KindProject {
		o, err := d.organizationOf(v.Organization)
		if err != nil {
			return out, err
		}
		out.OrganizationName = o.Name
	}
	if out.Who, err = d.person(v.Account, false); err != nil {
		return out, err
	}
	if out.ApprovedBy, err = d.maybe(v.Approver); err != nil {
		return out, err
	}
	if v.State != VisitActive {
		out.Lasted = Minutes(v.Ended.Sub(v.Started))
		out.EndedBy, err = d.maybe(v.By)
		return out, err
	}
	acc, err := d.accountOf(v.Account)
	if err != nil {
		return out, err
	}
	var p Project
	if v.Unit.Kind == KindProject {
		if p, err = d.projectOf(ProjectID(v.Unit.ID)); err != nil {
			return out, err
		}
	}
	out.Closes, out.ClosesBy = closes(v.Ends, acc, p)
	out.Due = v.Ends.Passed(d.now)
	return out, nil
}

// Visit gives one visit. Errors: not_found for whoever may not read it (A10).
func (a *Actor) Visit(ctx context.Context, id VisitID) (VisitView, error) {
	var out VisitView
	err := a.read(ctx, func(r *reading) error {
		if err := r.active(); err != nil {
			return err
		}
		v, err := get(r.Visits(), id, id.Ref())
		if err != nil {
			return err
		}
		d := r.directory()
		ok, err := d.seesVisit(v)
		if err != nil {
			return err
		}
		if !ok {
			return notFound(id.Ref())
		}
		out, err = d.visitRow(v)
		return err
	})
	return out, err
}

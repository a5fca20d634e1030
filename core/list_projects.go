package core

import (
	"context"
	"strconv"
)

// ProjectQuery asks for projects. Without organization and maintainer: everything that the actor may see (H12).
type ProjectQuery struct {
	Query
	Organization OrganizationID
	Maintainer   MaintainerID
	// User asks for the projects that the person with this address uses, with the person's role in them.
	User string
	// Deleted asks for the projects in their grace, newest first (DR4), and behind them for those that were purged.
	Deleted bool
}

// Projects lists projects: those used, those of organizations administered or maintained; Support all (H12). Sorts:
// name; expires (those that expire come first). Fields of the filter: name, org, maintainer, template, state (active,
// disabled, deleted, purged), id. A plain member asking for an organization gets the own projects in it (6.4).
//
// Errors: forbidden, admin_role_required, mfa_required (S14) for an organization; forbidden for the maintainer of
// others, and for deleted projects to everybody but Support and administrators (DR4).
func (a *Actor) Projects(ctx context.Context, q ProjectQuery) (Page[ProjectView], error) {
	page, err := list(ctx, a, func(r *reading) (Page[ProjectView], error) { return r.projects(q) })
	markAlike(page.Items, func(p ProjectView) string { return p.Name }, func(p ProjectView) uint64 { return p.Organization.ID },
		func(p *ProjectView) { p.Alike = true })
	return page, err
}

func projectKey(p ProjectRow) Key { return Key{Text(Fold(p.Name)), Num(p.ID)} }

func projectText(p ProjectRow) string { return p.Name }

func projectExpiryKey(p ProjectRow) Key { return Key{Num(p.Expires), Num(p.ID)} }

// projectSource is where a list of projects comes from: an index part for everything under one unit, or a few rows.
type projectSource struct {
	streams []*stream[ProjectRow] // by name
	sees    func(ProjectRow) bool // the same set as a predicate; nil for all
	total   int
}

func (r *reading) projects(q ProjectQuery) (Page[ProjectView], error) {
	var none Page[ProjectView]
	f, err := parseFilter(q.Filter, listFields["projects"]...)
	if err != nil {
		return none, err
	}
	s, err := r.scope()
	if err != nil {
		return none, err
	}
	d := r.directory()
	var w window[ProjectRow]
	var total int
	switch {
	case q.User != "":
		if w, s, err = r.projectsOfUser(q); err == nil {
			total, err = w.total()
		}
	case q.Deleted:
		w, total, err = r.deletedProjects(q, s)
	default:
		w, total, err = r.activeProjects(q, s)
	}
	if err != nil {
		return none, err
	}
	w.filter, w.total = f, exactly(total)
	if total < 0 {
		w.total = w.walked(r, countedTo)
	}
	d.filterProjects(&w, f)
	c, err := w.page(r, q.Query)
	if err != nil {
		return none, err
	}
	return paged(c, func(p ProjectRow) (ProjectView, error) { return d.projectRow(p, s) })
}

// filterProjects adds what the filter asks of the rows themselves.
func (d *directory) filterProjects(w *window[ProjectRow], f filter) {
	visible := w.keep
	texts := w.forms[0] == "tn" // names are in the index; other orders look at the rows
	if len(f.fields) == 0 && (texts || f.empty()) {
		return
	}
	w.keep = func(p ProjectRow) (bool, error) {
		if visible != nil {
			if ok, err := visible(p); err != nil || !ok {
				return false, err
			}
		}
		if !texts && !f.matchTexts(p.Name) {
			return false, nil
		}
		return d.projectMatches(f, p)
	}
}

// activeProjects makes the list of projects that are not deleted.
func (r *reading) activeProjects(q ProjectQuery, s *scope) (window[ProjectRow], int, error) {
	var w window[ProjectRow]
	sort, err := q.sortOf("name", "expires")
	if err != nil {
		return w, 0, err
	}
	w.name = "projects/" + sort
	src, err := r.projectSource(q, s)
	if err != nil {
		return w, 0, err
	}
	if sort == "name" {
		w.forms, w.streams = []string{"tn"}, src.streams
		return w, src.total, nil
	}
	// First those that expire, soonest first, from the one index that has them in this order; then the others by name.
	w.forms = []string{"nnn", "ntn"}
	w.streams = []*stream[ProjectRow]{{
		lead: Key{{Num: 0}}, index: Scan{Index: ProjectsByExpiry}, scan: r.Tx.Projects().ScanRows, key: projectExpiryKey,
	}}
	for _, byName := range src.streams {
		named := *byName
		named.lead, named.texts = Key{{Num: 1}}, false
		w.streams = append(w.streams, onlyRows(&named, func(p ProjectRow) bool { return p.Expires == 0 }))
	}
	if src.sees != nil {
		w.keep = func(p ProjectRow) (bool, error) { return src.sees(p), nil }
	}
	return w, src.total, nil
}

func (r *reading) projectIndex(sc Scan) *stream[ProjectRow] {
	return &stream[ProjectRow]{index: sc, scan: r.Tx.Projects().ScanRows, key: projectKey, texts: true}
}

func (r *reading) projectSource(q ProjectQuery, s *scope) (projectSource, error) {
	switch {
	case q.Organization != 0:
		return r.projectsOfOrganization(q, s)
	case q.Maintainer != 0:
		if _, err := r.may(MaintainerSee, q.Maintainer.Ref()); err != nil {
			return projectSource{}, err
		}
		n, err := r.Count(CountProjects, q.Maintainer.Ref())
		return projectSource{
			streams: []*stream[ProjectRow]{r.projectIndex(Scan{Index: ProjectsOfMaintainer, Prefix: Key{Num(q.Maintainer)}})},
			sees:    func(p ProjectRow) bool { return p.Maintainer == q.Maintainer }, total: n,
		}, err
	case s.all:
		n, err := r.Count(CountProjects, Ref{})
		return projectSource{streams: []*stream[ProjectRow]{r.projectIndex(Scan{Index: ProjectsByName})}, total: n}, err
	}
	return r.projectsInScope(s)
}

// projectsInScope merges own maintainers, administered organizations outside of them, and used projects outside of
// both: the sources do not overlap, so their counters add up.
func (r *reading) projectsInScope(s *scope) (projectSource, error) {
	src := projectSource{sees: s.sees, total: len(s.used)}
	add := func(index Index, unit Ref) error {
		n, err := r.Count(CountProjects, unit)
		src.total += n
		src.streams = append(src.streams, r.projectIndex(Scan{Index: index, Prefix: Key{Num(MaintainerID(unit.ID))}}))
		return err
	}
	for id, standing := range s.maintainers {
		if standing != Ordinary {
			continue
		}
		if err := add(ProjectsOfMaintainer, id.Ref()); err != nil {
			return src, err
		}
	}
	for _, o := range s.own {
		if !s.administered[o.ID] || s.maintainers[o.Maintainer] == Ordinary {
			continue
		}
		if err := add(ProjectsOfOrganization, o.ID.Ref()); err != nil {
			return src, err
		}
	}
	src.streams = append(src.streams, rowsOf(s.used, projectKey, projectText))
	return src, nil
}

func (r *reading) projectsOfOrganization(q ProjectQuery, s *scope) (projectSource, error) {
	id := q.Organization
	_, err := r.may(OrganizationListProjects, id.Ref())
	if err == nil {
		n, err := r.Count(CountProjects, id.Ref())
		return projectSource{
			streams: []*stream[ProjectRow]{r.projectIndex(Scan{Index: ProjectsOfOrganization, Prefix: Key{Num(id)}})},
			sees:    func(p ProjectRow) bool { return p.Organization == id }, total: n,
		}, err
	}
	var own []ProjectRow
	for _, p := range s.used {
		if p.Organization == id {
			own = append(own, p)
		}
	}
	switch why := ReasonOf(err); {
	case why == ReasonAdminRoleRequired, why == ReasonForbidden && len(own) > 0:
		return projectSource{
			streams: []*stream[ProjectRow]{rowsOf(own, projectKey, projectText)},
			sees:    func(p ProjectRow) bool { return p.Organization == id && s.sees(p) }, total: len(own),
		}, nil
	}
	return projectSource{}, err
}

func (d *directory) projectMatches(f filter, p ProjectRow) (bool, error) {
	o, err := d.organizationOf(p.Organization)
	if err != nil {
		return false, err
	}
	m, err := d.maintainerOf(p.Maintainer)
	if err != nil {
		return false, err
	}
	return f.matchFields(func(name string) string {
		switch name {
		case "org":
			return o.Name
		case "maintainer":
			return m.Name
		case "template":
			return p.Template
		case "state":
			return projectState(p)
		case "id":
			return strconv.FormatUint(uint64(p.ID), 10)
		}
		return p.Name
	}), nil
}

func projectState(p ProjectRow) string {
	if p.Disabled && p.State == ProjectActive {
		return "disabled"
	}
	return string(p.State)
}

// projectRow gives a row of a list.
func (d *directory) projectRow(p ProjectRow, s *scope) (ProjectView, error) {
	v := ProjectView{
		ID: p.ID, Name: p.Name, Template: p.Template, State: p.State, Expires: p.Expires, UserLimit: p.UserLimit,
		IsDisabled: p.Disabled, Deleted: p.Deleted, Purged: p.Purged,
		Relation: s.relation(p), Role: s.roles[p.ID], Visitor: s.direct[p.ID] == Visiting,
	}
	if err := d.fillProject(&v, p.Organization, p.Maintainer); err != nil {
		return v, err
	}
	if p.State == ProjectActive {
		o, err := d.organizationOf(p.Organization)
		if err != nil {
			return v, err
		}
		v.Locked = o.RequiresMFA() && !d.me.MFA() // S15: whatever the relation is
		return v, d.fillGrants(&v)
	}
	full, err := d.project(p.ID)
	if err != nil {
		return v, err
	}
	v.PurgeAt = full.PurgeAt()
	v.DeletedBy, err = d.maybe(full.DeletedBy)
	return v, err
}

// grantsListed is how many grants a row of a list has; it says where there are more.
const grantsListed = 4

func (d *directory) fillGrants(v *ProjectView) error {
	_, err := d.Grants().Scan(Scan{Prefix: Key{Num(v.ID)}, Limit: grantsListed + 1}, func(g Grant) (bool, error) {
		if v.MoreGrants = len(v.Grants) == grantsListed; v.MoreGrants {
			return false, nil
		}
		v.Grants = append(v.Grants, GrantLevel{g.RoleID, g.Level})
		return true, nil
	})
	return err
}

func (d *directory) fillProject(v *ProjectView, o OrganizationID, m MaintainerID) error {
	organization, err := d.organizationOf(o)
	if err != nil {
		return err
	}
	maintainer, err := d.maintainerOf(m)
	if err != nil {
		return err
	}
	v.Organization, v.Maintainer = Named{uint64(o), organization.Name}, Named{uint64(m), maintainer.Name}
	err = d.counts(v.ID.Ref(), map[Counter]*int{
		CountUsers: &v.Users, CountVisitors: &v.Visitors, CountPendingRequests: &v.Pending,
	})
	v.Over = v.Users > v.UserLimit
	return err
}

// Project gives one project. Errors: not_found, forbidden, admin_role_required, mfa_required (S15). A deleted project
// cannot be opened (DR1); lists show it. Of a purged one the little is given that remains (section 13).
func (a *Actor) Project(ctx context.Context, id ProjectID) (ProjectView, error) {
	var out ProjectView
	err := a.read(ctx, func(r *reading) error {
		if p, ok, err := r.Projects().Get(id); err != nil || ok && p.State == ProjectPurged {
			if err == nil {
				out, err = r.purgedProject(p)
			}
			return err
		}
		f, err := r.facts(id.Ref())
		if err != nil {
			return err
		}
		verdict := Access(ProjectSee, f)
		if !verdict.Allowed {
			return verdict.Err
		}
		p, err := r.project(id)
		if err != nil {
			return err
		}
		out = ProjectView{
			ID: p.ID, Version: p.Version, Name: p.Name, Template: p.Template, RoleSet: p.RoleSet, State: p.State, Expires: p.Expires,
			PriceLabel: p.PriceLabel, UserLimit: p.UserLimit, IsDisabled: p.Disabled != nil, Disabled: p.Disabled, Created: p.Created,
			Role: verdict.Role, Visitor: verdict.Visitor, Relation: verdict.Relation,
		}
		if out.Tickets, err = r.Count(CountOpenTickets, id.Ref()); err != nil {
			return err
		}
		if out.RoleUsers, err = r.countRoleUsersOf(id); err != nil {
			return err
		}
		return r.directory().fillProject(&out, p.Organization, p.Maintainer)
	})
	return out, err
}

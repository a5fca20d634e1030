package core

// This file lists and shows projects that are not active any more: in their grace (DR4), or purged (section 13).

func projectDeletedKey(p ProjectRow) Key { return Key{Num(p.Deleted), Num(p.ID)} }

func projectPurgedKey(p ProjectRow) Key { return Key{Num(p.Purged), Num(p.ID)} }

// addGone adds the projects in their grace and the purged ones to a list, of one organization or of all, and counts them.
func (r *reading) addGone(w *window[ProjectRow], prefix Key, scope Ref, grace, purged Index) (int, error) {
	add := func(lead uint64, index Index, key func(ProjectRow) Key) {
		w.streams = append(w.streams, &stream[ProjectRow]{
			lead: Key{{Num: lead}}, index: Scan{Index: index, Prefix: prefix}, scan: r.Tx.Projects().ScanRows, key: key,
		})
	}
	add(1, grace, projectDeletedKey) // the higher lead comes first: the list is read from its end
	add(0, purged, projectPurgedKey)
	n, err := r.Count(CountDeletedProjects, scope)
	if err != nil {
		return 0, err
	}
	more, err := r.Count(CountPurgedProjects, scope)
	return n + more, err
}

// deletedProjects makes the list of projects in their grace (DR4), and of those that were purged, of which number, name,
// organization and dates remain (section 13): Support all, administrators those of their own organizations, nobody else.
func (r *reading) deletedProjects(q ProjectQuery, s *scope) (window[ProjectRow], int, error) {
	w := window[ProjectRow]{name: "deleted", forms: []string{"nnn"}, newest: true}
	if _, err := q.sortOf("deleted"); err != nil {
		return w, 0, err
	}
	refused := r.supportOr(DutyRestore, "the deleted projects")
	if q.Organization == 0 && refused == nil {
		n, err := r.addGone(&w, nil, Ref{}, DeletedProjects, PurgedProjects)
		if q.Maintainer != 0 {
			n, w.keep = Uncounted, func(p ProjectRow) (bool, error) { return p.Maintainer == q.Maintainer, nil }
		}
		return w, n, err
	}
	if refused != nil && refused.Reason == ReasonForbidden {
		refused = refuse(ReasonForbidden, words{"unit": "the deleted projects", "who": "administrators of their organizations and Support"}).on("project.list", Ref{})
	}
	total := 0
	for _, id := range s.organizationsOf(q) {
		err := r.mayListDeleted(id)
		if err != nil && q.Organization != 0 {
			return w, 0, err
		}
		if err != nil {
			continue
		}
		n, err := r.addGone(&w, Key{Num(id)}, id.Ref(), DeletedProjectsOfOrganization, PurgedProjectsOfOrganization)
		if err != nil {
			return w, 0, err
		}
		total += n
	}
	if len(w.streams) == 0 {
		return w, 0, refused
	}
	return w, total, nil
}

// organizationsOf gives the organization that is asked for, or the own ones.
func (s *scope) organizationsOf(q ProjectQuery) (ids []OrganizationID) {
	if q.Organization != 0 {
		return []OrganizationID{q.Organization}
	}
	for _, o := range s.own {
		if q.Maintainer == 0 || o.Maintainer == q.Maintainer {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// mayListDeleted asks the access function about the deleted projects of an organization: the facts are those of the
// organization, the right stands among those of projects.
func (r *reading) mayListDeleted(id OrganizationID) error {
	f, err := r.facts(id.Ref())
	if err != nil {
		return err
	}
	if v := Access(ProjectListDeleted, f); !v.Allowed {
		return v.Err
	}
	return nil
}

// purgedProject gives what remains of a purged project: number, name, organization and dates (section 13). It is read by
// who reads its requests (R25): administrators, maintainer members and Support. Errors: those of the organization, and
// not_found for everybody else.
func (r *reading) purgedProject(p Project) (ProjectView, error) {
	v := ProjectView{
		ID: p.ID, Version: p.Version, Name: p.Name, Template: p.Template, State: p.State, Created: p.Created, Expires: p.Expires,
		Deleted: p.Deleted, Purged: p.Purged,
	}
	if err := r.active(); err != nil {
		return v, err
	}
	if !r.me.Support {
		if err := r.hide(p.ID.Ref(), OrganizationSeeMembers, p.Organization.Ref()); err != nil {
			return ProjectView{}, err
		}
		if _, err := r.may(OrganizationSeeMembers, p.Organization.Ref()); err != nil {
			return ProjectView{}, err
		}
	}
	d := r.directory()
	if err := d.fillProject(&v, p.Organization, p.Maintainer); err != nil {
		return v, err
	}
	var err error
	v.DeletedBy, err = d.maybe(p.DeletedBy)
	return v, err
}

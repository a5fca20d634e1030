package core

// projectsOfUser makes the list of the projects that somebody uses, directly or through a role, as far as the actor may
// see their users. The scope is that of the person, so that rows have the person's role. An address without an account
// uses no project, and neither does one whose projects the actor may not see (A10). Its cost follows the memberships of
// the person.
func (r *reading) projectsOfUser(q ProjectQuery) (window[ProjectRow], *scope, error) {
	w := window[ProjectRow]{name: "projects/user", forms: []string{"tn"}}
	s := &scope{}
	if _, err := q.sortOf("name"); err != nil {
		return w, s, err
	}
	email, err := cleanEmail(q.User)
	if err != nil {
		return w, s, err
	}
	var rows []ProjectRow
	acc, ok, err := r.accountByEmail(email)
	if err != nil {
		return w, s, err
	}
	if ok {
		person := *r
		person.me = acc
		if s, err = person.scope(); err != nil {
			return w, s, err
		}
		d := r.directory()
		for id := range s.roles {
			p, err := d.projectOf(id)
			if err != nil {
				return w, s, err
			}
			if q.Organization != 0 && p.Organization != q.Organization || q.Maintainer != 0 && p.Maintainer != q.Maintainer {
				continue
			}
			if may, err := d.permitted(ProjectSee, id.Ref()); err != nil || !may {
				if err != nil {
					return w, s, err
				}
				continue
			}
			rows = append(rows, p.Row())
		}
	}
	w.total = exactly(len(rows))
	w.streams = []*stream[ProjectRow]{rowsOf(rows, projectKey, projectText)}
	return w, s, nil
}

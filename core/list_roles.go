package core

import "context"

// Bounds of what the list of roles counts: beyond them a number is a lower bound.
const (
	holdersCounted = 5_000
	grantsCounted  = 1_000
)

// RoleView is an organization role with what hangs on it. Members and Grants are lower bounds where AtLeast says so.
type RoleView struct {
	OrganizationRole
	Members     int  `json:"members"`
	Invitations int  `json:"invitations"`
	Grants      int  `json:"grants"` // projects and levels that it opens
	AtLeast     bool `json:"at_least,omitempty"`
	// Alike marks a role that can be taken for another one of the list.
	Alike bool `json:"looks_alike,omitempty"`
}

// Roles lists the roles of an organization by id, the built-in ones first (OR2, OR3). Holders are counted by one walk
// over at most 5 000 memberships for all roles of the page, grants up to 1 000 for each role. Fields of the filter:
// name, description, id. Errors: those of seeing the members (6.4).
func (a *Actor) Roles(ctx context.Context, id OrganizationID, q Query) (Page[RoleView], error) {
	page, err := list(ctx, a, func(r *reading) (Page[RoleView], error) {
		var none Page[RoleView]
		if _, err := r.may(OrganizationSeeMembers, id.Ref()); err != nil {
			return none, err
		}
		if _, err := q.sortOf("id"); err != nil {
			return none, err
		}
		f, err := parseFilter(q.Filter, listFields["roles"]...)
		if err != nil {
			return none, err
		}
		if err := r.wholeRoles(f, id, "id", "name"); err != nil {
			return none, err
		}
		w := window[OrganizationRole]{name: "roles", forms: []string{"nt"}, filter: f, streams: r.roleStreams(id)}
		w.total = w.walked(r, grantsCounted)
		if !f.empty() {
			w.keep = func(role OrganizationRole) (bool, error) { return roleMatches(f, role), nil }
		}
		c, err := w.page(r, q)
		if err != nil {
			return none, err
		}
		count, err := r.roleCounts(id)
		if err != nil {
			return none, err
		}
		return paged(c, func(role OrganizationRole) (RoleView, error) { return count.view(r, role) })
	})
	markAlike(page.Items, func(v RoleView) string { return v.Name }, func(RoleView) bool { return true }, func(v *RoleView) { v.Alike = true })
	return page, err
}

// Ranks of the rows of the list of roles.
const (
	rankBuiltIn uint64 = iota
	rankOwn
)

func (r *reading) roleStreams(id OrganizationID) []*stream[OrganizationRole] {
	part := func(rank uint64, builtIn bool) *stream[OrganizationRole] {
		return onlyRows(&stream[OrganizationRole]{
			lead: Key{{Num: rank}}, index: Scan{Prefix: Key{Num(id)}}, scan: r.Tx.Roles().Scan,
			key: func(role OrganizationRole) Key { return Key{Text(role.ID)} },
		}, func(role OrganizationRole) bool { return role.BuiltIn == builtIn })
	}
	return []*stream[OrganizationRole]{part(rankBuiltIn, true), part(rankOwn, false)}
}

func roleMatches(f filter, role OrganizationRole) bool {
	return f.matchTexts(role.ID, role.Name, role.Description) && f.matchFields(func(name string) string {
		switch name {
		case "description":
			return role.Description
		case "id":
			return role.ID
		}
		return role.Name
	})
}

// roleCounts is how often each role is held and named in invitations.
type roleCounts struct {
	members, invitations map[string]int
	all                  int  // ordinary members: all of them hold DEFAULT
	partial              bool // there are more members than were looked at
}

func (r *reading) roleCounts(id OrganizationID) (*roleCounts, error) {
	n := &roleCounts{members: map[string]int{}, invitations: map[string]int{}}
	end, err := r.Memberships().Scan(Scan{Prefix: RefKey(id.Ref()), Limit: holdersCounted}, func(m Membership) (bool, error) {
		for _, role := range m.Roles {
			n.members[role]++
		}
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	n.partial = !end.Done
	_, err = r.Invitations().Scan(Scan{Index: OpenOfUnit, Prefix: RefKey(id.Ref()), Limit: holdersCounted}, func(i Invitation) (bool, error) {
		for _, role := range i.Roles {
			n.invitations[role]++
		}
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	n.all, err = r.Count(CountMembers, id.Ref())
	return n, err
}

func (n *roleCounts) view(r *reading, role OrganizationRole) (RoleView, error) {
	v := RoleView{OrganizationRole: role, Members: n.members[role.ID], Invitations: n.invitations[role.ID], AtLeast: n.partial}
	if role.ID == RoleDefault {
		v.Members, v.AtLeast = n.all, false
	}
	s := Scan{Index: GrantsOfRole, Prefix: Key{Num(role.Organization), Text(role.ID)}, Limit: grantsCounted}
	end, err := r.Grants().Scan(s, func(Grant) (bool, error) {
		v.Grants++
		return true, nil
	})
	v.AtLeast = v.AtLeast || !end.Done
	return v, err
}

// GrantView is a role grant with the name of its project (OR4).
type GrantView struct {
	Project Named  `json:"project"`
	RoleID  string `json:"role"`
	Level   Role   `json:"level"`
}

// Grants lists the role grants of a project by role, each with its level (OR4). It is a short list: a role for a level
// at most once. Errors: those of seeing the project.
func (a *Actor) Grants(ctx context.Context, id ProjectID) ([]GrantView, error) {
	var out []GrantView
	err := a.read(ctx, func(r *reading) error {
		if _, err := r.may(ProjectSee, id.Ref()); err != nil {
			return err
		}
		p, err := r.project(id)
		if err != nil {
			return err
		}
		out, err = r.directory().grantViews(Scan{Prefix: Key{Num(p.ID)}}, 0)
		return err
	})
	return out, err
}

// grantViews puts names to the grants of a part of an index, at most limit (zero: all).
func (d *directory) grantViews(s Scan, limit int) ([]GrantView, error) {
	s.Limit = limit
	grants, err := all(d.Grants(), s)
	if err != nil {
		return nil, err
	}
	views := make([]GrantView, 0, len(grants))
	for _, g := range grants {
		p, err := d.projectOf(g.Project)
		if err != nil {
			return nil, err
		}
		views = append(views, GrantView{Project: Named{uint64(p.ID), p.Name}, RoleID: g.RoleID, Level: g.Level})
	}
	return views, nil
}

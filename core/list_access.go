package core

import (
	"context"
)

// AccessRow is one line of the answer to who may enter a project, at which level, and why: a role grant, or a person
// who is inside.
type AccessRow struct {
	// Kind is MemberGrant for a grant, else member, visitor or role_user.
	Kind MemberKind `json:"kind"`
	// Level is the level of the grant, or the effective role of the person: the highest of direct membership and role
	// access (OR5).
	Level Role `json:"level"`
	// RoleID and Holders are of a grant: the organization role, and how many hold it; AtLeast when there may be more.
	RoleID  string `json:"role_id,omitempty"`
	Holders int    `json:"holders,omitempty"`
	AtLeast bool   `json:"at_least,omitempty"`

	Person *Person `json:"account,omitempty"`
	// Direct is the role of the direct membership or visit, empty for role users. By are the organization roles that
	// open the project to the person.
	Direct   Role     `json:"direct,omitempty"`
	By       []string `json:"by,omitempty"`
	Version  uint64   `json:"version,omitempty"` // of the direct membership
	Since    Moment   `json:"since,omitzero"`
	Until    Moment   `json:"until,omitzero"`
	Visit    VisitID  `json:"visit,omitempty"`
	External bool     `json:"external,omitempty"` // a direct member who is not in the organization (OR8)
	Admin    bool     `json:"admin,omitempty"`    // administrator of the organization
	Locked   bool     `json:"locked,omitempty"`   // has no MFA where it is required; shown where S31 allows it
}

// MemberGrant is the kind of an access row about a role grant.
const MemberGrant MemberKind = "grant"

// rankGrant puts the grants in front of the people.
const rankGrant uint64 = 0

type accessRow struct {
	memberRow
	grant Grant
}

func (a accessRow) key() Key {
	if a.kind == MemberGrant {
		return Key{Text(a.grant.RoleID), Text(string(a.grant.Level))}
	}
	return a.memberRow.key()
}

// ProjectAccess lists who may enter a project at which level and why: first its role grants, then direct members and
// visitors, then role users, each person once (OR4, OR5, OR8). Fields of the filter: name, email, kind, role, by,
// external (yes, no). Total counts to 1 000 role users, see Page. Cost follows the page, but the holders of
// roles are looked for among the members of the organization. Errors: those of seeing the project.
func (a *Actor) ProjectAccess(ctx context.Context, id ProjectID, q Query) (Page[AccessRow], error) {
	return list(ctx, a, func(r *reading) (Page[AccessRow], error) {
		var none Page[AccessRow]
		l, err := r.memberList(id.Ref())
		if err != nil {
			return none, err
		}
		if _, err := q.sortOf("kind"); err != nil {
			return none, err
		}
		f, err := parseFilter(q.Filter, listFields["access"]...)
		if err != nil {
			return none, err
		}
		if err := r.wholeRoles(f, l.project.Organization, "role", "by"); err != nil {
			return none, err
		}
		x := &accessList{memberList: l}
		if err := x.prepare(); err != nil {
			return none, err
		}
		w := window[accessRow]{name: "access", forms: []string{"ntt", "nn"}, filter: f, streams: x.streams(), total: x.total()}
		if !f.empty() {
			w.keep = func(row accessRow) (bool, error) { return x.matches(f, row) }
		}
		c, err := w.page(r, q)
		if err != nil {
			return none, err
		}
		return paged(c, x.view)
	})
}

type accessList struct {
	*memberList
	levels map[string]Role // by organization role
	grants []Grant
	count  *roleCounts
	locks  bool // the organization requires MFA
}

func (x *accessList) prepare() error {
	var err error
	if x.grants, err = all(x.Grants(), Scan{Prefix: Key{Num(x.project.ID)}}); err != nil {
		return err
	}
	if x.levels, err = x.grantLevels(x.project); err != nil {
		return err
	}
	o, err := x.organizationOf(x.project.Organization)
	x.locks = o.RequiresMFA()
	if err != nil || len(x.grants) == 0 {
		return err
	}
	x.count, err = x.roleCounts(x.project.Organization)
	return err
}

func (x *accessList) streams() []*stream[accessRow] {
	grants := make([]accessRow, 0, len(x.grants))
	for _, g := range x.grants {
		grants = append(grants, accessRow{memberRow: memberRow{kind: MemberGrant}, grant: g})
	}
	first := rowsOf(grants, accessRow.key, nil)
	first.lead = Key{{Num: rankGrant}}
	streams := []*stream[accessRow]{first}
	for _, s := range x.memberList.streams() {
		if rank := s.lead[0].Num; rank != rankMember && rank != rankRoleUser {
			continue
		}
		people := s
		streams = append(streams, &stream[accessRow]{
			lead: people.lead, index: people.index, key: accessRow.key,
			scan: func(s Scan, fn func(accessRow) (bool, error)) (End, error) {
				return people.scan(s, func(m memberRow) (bool, error) { return fn(accessRow{memberRow: m}) })
			},
		})
	}
	return streams
}

func (x *accessList) total() total {
	t := plus(exactly(len(x.grants)), x.counters(x.unit, CountMembers, CountVisitors))
	if len(x.granted) == 0 {
		return t
	}
	return plus(t, x.countRoleUsers())
}

func (x *accessList) matches(f filter, row accessRow) (bool, error) {
	v, err := x.view(row)
	if err != nil {
		return false, err
	}
	var email, name string
	texts := []string{v.RoleID}
	if v.Person != nil {
		email, name = v.Person.Email, v.Person.Name
		texts = []string{email, name}
	}
	return f.matchTexts(texts...) && f.matchFields(func(field string) string {
		switch field {
		case "email":
			return email
		case "kind":
			return string(v.Kind)
		case "role":
			return string(v.Level)
		case "by":
			return several(append(v.By, v.RoleID)...)
		case "external":
			return yesNo(v.External)
		}
		return name
	}), nil
}

func (x *accessList) view(row accessRow) (AccessRow, error) {
	if row.kind == MemberGrant {
		v := AccessRow{Kind: MemberGrant, Level: row.grant.Level, RoleID: row.grant.RoleID, Holders: x.count.members[row.grant.RoleID], AtLeast: x.count.partial}
		if row.grant.RoleID == RoleDefault {
			v.Holders, v.AtLeast = x.count.all, false
		}
		return v, nil
	}
	m := row.membership
	v := AccessRow{Kind: row.kind, Since: m.Since}
	p, err := x.person(row.account, x.seeMFA)
	if err != nil {
		return v, err
	}
	v.Person = &p
	v.Locked = x.locks && p.MFA != nil && !*p.MFA
	inside := m
	if row.kind != MemberRoleUser {
		v.Direct, v.Version, v.Until, v.Visit, v.Level = m.Role, m.Version, m.Until, m.Visit, m.Role
		var there bool
		if inside, there, err = x.membership(x.project.Organization.Ref(), row.account); err != nil {
			return v, err
		}
		v.External = (!there || inside.Visitor()) && row.kind == MemberOrdinary
	}
	v.Admin = inside.Admin()
	for _, id := range inside.Roles {
		if level, ok := x.levels[id]; ok && !inside.Visitor() {
			v.By = append(v.By, id)
			v.Level = x.project.RoleSet.Higher(v.Level, level)
		}
	}
	return v, nil
}

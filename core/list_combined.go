package core

import (
	"cmp"
	"container/heap"
	"context"
	"slices"
	"strings"
)

// Bounds of the combined list: how far its total is counted, and how far sources are read ahead.
const (
	peopleCounted   = 500
	membersAtATime  = 4 // read ahead in one project
	heldAtATime     = 64
	combinedSources = "combined"
)

// ProjectUse is one project that somebody uses, at which level and why.
type ProjectUse struct {
	Project Named     `json:"project"`
	Level   Role      `json:"level"`            // the highest of all ways in (OR5)
	Direct  Role      `json:"direct,omitempty"` // of the direct membership or visit; empty for role access alone
	By      []Opening `json:"by,omitempty"`     // the organization roles that open it, the highest level first
	Visitor bool      `json:"visitor,omitempty"`
	Until   Moment    `json:"until,omitzero"`
	Version uint64    `json:"version,omitempty"` // of the direct membership
}

// CombinedUser is one person of the combined list, with the projects (M14).
type CombinedUser struct {
	Person Person `json:"account"`
	// External: uses a project directly without belonging to the organization (OR8); Visitor: only by visits.
	External bool `json:"external,omitempty"`
	Visitor  bool `json:"visitor,omitempty"`
	// Projects are all, by name; Total counts them.
	Projects []ProjectUse `json:"projects"`
	Total    int          `json:"total"`
}

// CombinedUsers lists every user of every project of an organization once, with the projects, and leaves out members
// who use no project (M14). People stand in the order of their numbers. Fields of the filter: name, email, project,
// role, external (yes, no). Total counts to 500 people, see Page.
//
// It merges the user lists of the projects, which are ordered by account: a page costs one look into each project of
// the organization, and then follows the page. Errors: those of 6.4: org_members_only for staff (ORG-O7).
func (a *Actor) CombinedUsers(ctx context.Context, id OrganizationID, q Query) (Page[CombinedUser], error) {
	return list(ctx, a, func(r *reading) (Page[CombinedUser], error) {
		var none Page[CombinedUser]
		f, err := r.may(OrganizationCombined, id.Ref())
		if err != nil {
			return none, err
		}
		if _, err := q.sortOf("id"); err != nil {
			return none, err
		}
		by, err := parseFilter(q.Filter, listFields["combined"]...)
		if err != nil {
			return none, err
		}
		if err := r.wholeRoles(by, id, "role"); err != nil {
			return none, err
		}
		l := &combined{directory: r.directory(), organization: id, seeMFA: f.Admin}
		if err := l.prepare(); err != nil {
			return none, err
		}
		w := window[combinedRow]{name: combinedSources, forms: []string{"n"}, filter: by, streams: []*stream[combinedRow]{l.stream()}}
		w.total = window[combinedRow]{streams: []*stream[combinedRow]{l.stream()}}.walked(r, peopleCounted)
		if !by.empty() {
			w.keep = func(row combinedRow) (bool, error) { return l.matches(by, row) }
		}
		c, err := w.page(r, q)
		if err != nil {
			return none, err
		}
		return paged(c, l.view)
	})
}

// combinedRow is one person before names are put to it.
type combinedRow struct {
	account AccountID
	direct  []Membership // in projects, running
	member  Membership   // of the organization, when its roles open a project; else empty
}

// combined knows the projects of an organization and what its roles open.
type combined struct {
	*directory
	organization OrganizationID
	seeMFA       bool
	projects     map[ProjectID]ProjectRow // active ones
	opened       map[string][]Grant       // by role, in active projects
}

func (l *combined) prepare() error {
	l.projects, l.opened = map[ProjectID]ProjectRow{}, map[string][]Grant{}
	_, err := l.Tx.Projects().ScanRows(Scan{Index: ProjectsOfOrganization, Prefix: Key{Num(l.organization)}}, func(p ProjectRow) (bool, error) {
		l.projects[p.ID] = p
		return true, nil
	})
	if err != nil {
		return err
	}
	roles, err := all(l.Roles(), Scan{Prefix: Key{Num(l.organization)}})
	if err != nil {
		return err
	}
	for _, role := range roles {
		s := Scan{Index: GrantsOfRole, Prefix: Key{Num(l.organization), Text(role.ID)}}
		_, err := l.Tx.Grants().Scan(s, func(g Grant) (bool, error) {
			if _, active := l.projects[g.Project]; active {
				l.opened[role.ID] = append(l.opened[role.ID], g)
			}
			return true, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// source is one ordered list of memberships that the merge reads from: of a project, or of the organization.
type source struct {
	unit    Unit
	holders bool // only those whose roles open a project
	buf     []Membership
	at      Key
	done    bool
	ahead   int
}

// merge goes through sources in the order of the accounts.
type merge struct {
	*combined
	reverse bool
	heap    []*source
}

func (m *merge) Len() int { return len(m.heap) }

func (m *merge) Less(i, j int) bool {
	c := cmp.Compare(m.heap[i].buf[0].Account, m.heap[j].buf[0].Account)
	if m.reverse {
		return c > 0
	}
	return c < 0
}

func (m *merge) Swap(i, j int) { m.heap[i], m.heap[j] = m.heap[j], m.heap[i] }

// Push is for package heap.
func (m *merge) Push(x any) {
	if s, ok := x.(*source); ok {
		m.heap = append(m.heap, s)
	}
}

// Pop is for package heap.
func (m *merge) Pop() any {
	last := m.heap[len(m.heap)-1]
	m.heap = m.heap[:len(m.heap)-1]
	return last
}

// mergeFrom starts a merge behind an account.
func (l *combined) mergeFrom(after Key, reverse bool) (*merge, error) {
	m := &merge{combined: l, reverse: reverse}
	add := func(s *source) error {
		s.at = after
		if err := m.refill(s); err != nil || len(s.buf) == 0 {
			return err
		}
		m.heap = append(m.heap, s)
		return nil
	}
	for id := range l.projects {
		if err := add(&source{unit: id.Ref(), ahead: 1}); err != nil {
			return nil, err
		}
	}
	if len(l.opened) > 0 {
		if err := add(&source{unit: l.organization.Ref(), holders: true, ahead: heldAtATime}); err != nil {
			return nil, err
		}
	}
	heap.Init(m)
	return m, nil
}

// refill reads on in a source until it has something that counts, or is done.
func (m *merge) refill(s *source) error {
	for len(s.buf) == 0 && !s.done {
		end, err := m.Memberships().Scan(Scan{Prefix: RefKey(s.unit), After: s.at, Reverse: m.reverse, Limit: s.ahead},
			func(found Membership) (bool, error) {
				if found.Running(m.now) && (!s.holders || m.opens(found)) {
					s.buf = append(s.buf, found)
				}
				return true, nil
			})
		if err != nil {
			return err
		}
		s.done, s.ahead = end.Done, max(s.ahead, membersAtATime)
		if end.At != nil {
			s.at = end.At
		}
	}
	return nil
}

// opens reports whether the roles of a member open a project of the organization.
func (l *combined) opens(m Membership) bool {
	return !m.Visitor() && slices.ContainsFunc(m.Roles, func(role string) bool { return len(l.opened[role]) > 0 })
}

// next gives the next person with everything they are in; ok is false at the end.
func (m *merge) next() (row combinedRow, ok bool, err error) {
	for len(m.heap) > 0 && (!ok || m.heap[0].buf[0].Account == row.account) {
		s := m.heap[0]
		found := s.buf[0]
		row.account, ok = found.Account, true
		if s.holders {
			row.member = found
		} else {
			row.direct = append(row.direct, found)
		}
		s.buf = s.buf[1:]
		if err := m.refill(s); err != nil {
			return row, false, err
		}
		if len(s.buf) == 0 {
			heap.Pop(m)
			continue
		}
		heap.Fix(m, 0)
	}
	return row, ok, nil
}

// stream is the combined list for the window engine. It goes on with the merge of the piece before.
func (l *combined) stream() *stream[combinedRow] {
	var running *merge
	var at Key
	s := &stream[combinedRow]{key: func(row combinedRow) Key { return Key{Num(row.account)} }}
	s.scan = func(sc Scan, fn func(combinedRow) (bool, error)) (End, error) {
		if running == nil || running.reverse != sc.Reverse || compareKeys(at, sc.After) != 0 {
			var err error
			if running, err = l.mergeFrom(sc.After, sc.Reverse); err != nil {
				return End{}, err
			}
		}
		var end End
		for n := 0; sc.Limit == 0 || n < sc.Limit; n++ {
			row, ok, err := running.next()
			if err != nil {
				return end, err
			}
			if !ok {
				end.Done = true
				return end, nil
			}
			at = s.key(row)
			end.At = at
			more, err := fn(row)
			if err != nil {
				return end, err
			}
			if !more {
				break
			}
		}
		end.Done = running.Len() == 0
		return end, nil
	}
	return s
}

// uses gives the projects of a person by name.
func (l *combined) uses(row combinedRow) ([]ProjectUse, error) {
	found := map[ProjectID]*ProjectUse{}
	for _, m := range row.direct {
		id := ProjectID(m.Unit.ID)
		found[id] = &ProjectUse{
			Project: Named{uint64(id), l.projects[id].Name}, Level: m.Role, Direct: m.Role, Visitor: m.Visitor(), Until: m.Until, Version: m.Version,
		}
	}
	if row.member.Account == 0 {
		// Role access of somebody whose membership the merge has not met: none.
		return sortedUses(found), nil
	}
	for _, role := range row.member.Roles {
		for _, g := range l.opened[role] {
			u := found[g.Project]
			if u == nil {
				u = &ProjectUse{Project: Named{uint64(g.Project), l.projects[g.Project].Name}}
				found[g.Project] = u
			}
			p, err := l.projectOf(g.Project)
			if err != nil {
				return nil, err
			}
			u.openedBy(p.RoleSet, Opening{role, g.Level})
		}
	}
	return sortedUses(found), nil
}

func sortedUses(found map[ProjectID]*ProjectUse) []ProjectUse {
	uses := make([]ProjectUse, 0, len(found))
	for _, u := range found {
		uses = append(uses, *u)
	}
	slices.SortFunc(uses, func(a, b ProjectUse) int {
		return cmp.Or(strings.Compare(Fold(a.Project.Name), Fold(b.Project.Name)), cmp.Compare(a.Project.ID, b.Project.ID))
	})
	return uses
}

func (l *combined) matches(f filter, row combinedRow) (bool, error) {
	acc, err := l.accountOf(row.account)
	if err != nil || !f.matchTexts(acc.Email, acc.Name) || len(f.fields) == 0 {
		return err == nil && f.matchTexts(acc.Email, acc.Name), err
	}
	uses, err := l.uses(row)
	if err != nil {
		return false, err
	}
	external, _, err := l.from(row)
	if err != nil {
		return false, err
	}
	return f.matchFields(func(name string) string {
		var texts []string
		switch name {
		case "email":
			return acc.Email
		case "external":
			return yesNo(external)
		case "project":
			for _, u := range uses {
				texts = append(texts, u.Project.Name)
			}
		case "role":
			for _, u := range uses {
				texts = append(texts, string(u.Level))
			}
		default:
			return acc.Name
		}
		return several(texts...)
	}), nil
}

// from says whether a person is external (OR8), or only a visitor.
func (l *combined) from(row combinedRow) (external, visitor bool, err error) {
	ordinary := slices.ContainsFunc(row.direct, func(m Membership) bool { return !m.Visitor() })
	if row.member.Account != 0 {
		return false, false, nil
	}
	standing, _, err := l.standing(l.organization.Ref(), row.account)
	return ordinary && standing != Ordinary, !ordinary, err
}

func (l *combined) view(row combinedRow) (CombinedUser, error) {
	var v CombinedUser
	var err error
	if v.Person, err = l.person(row.account, l.seeMFA); err != nil {
		return v, err
	}
	if v.External, v.Visitor, err = l.from(row); err != nil {
		return v, err
	}
	if v.Projects, err = l.uses(row); err != nil {
		return v, err
	}
	v.Total = len(v.Projects)
	return v, nil
}

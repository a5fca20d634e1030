package core

import (
	"context"
	"strconv"
)

// Ranks of the rows of a member list: what waits for somebody stands first.
const (
	rankRequester uint64 = iota + 1
	rankMember
	rankRoleUser
	rankInvitee
)

// memberRow is a row of a member list before names are put to it: one of membership, invitation and request.
type memberRow struct {
	kind       MemberKind
	account    AccountID
	membership Membership
	level      Role // role access of a role user
	invitation Invitation
	request    Request
	order      Key // where the list is read in another order than kind, see inOrder
}

func (m memberRow) key() Key {
	if m.order != nil {
		return m.order
	}
	switch m.kind {
	case MemberInvitee:
		return Key{Num(m.invitation.ID)}
	case MemberRequester:
		return Key{Num(m.request.ID)}
	default:
		return Key{Num(m.account)}
	}
}

// Members lists the people of a unit (M16). Of a maintainer or organization: members and visitors, then pending and
// lapsed invitations (I2, I7). Of a project: pending requests (R18), direct members and visitors, role users (OR4),
// invitations. Within a kind in the order of the account, request or invitation numbers; a list of at most 5 000 rows can
// be sorted by name, email and since as well. Fields of the filter: name,
// email, kind, role, origin, external (yes, no), mfa (on, off, where the reader may see it).
//
// Total counts to 1 000 role users, see Page. Errors: those of seeing
// the unit: not_found, forbidden, admin_role_required, mfa_required. The holders of one role (role:=TEAM) are read from an
// index.
func (a *Actor) Members(ctx context.Context, unit Unit, q Query) (Page[MemberView], error) {
	return list(ctx, a, func(r *reading) (Page[MemberView], error) { return r.members(unit, q) })
}

// memberList knows about the unit what every row of its list needs.
type memberList struct {
	*directory
	unit    Unit
	project Project // zero for others
	seeMFA  bool    // S31: administrators, members of the maintainer, Support
	decides bool    // sees the MFA state of requesters
	granted map[string]bool
	holding string // the role of the organization that all members asked for hold; empty for all members
	// needsMFA says that the organization of the unit requires it: who has none is locked out (S14, S15).
	needsMFA bool
}

func (r *reading) members(unit Unit, q Query) (Page[MemberView], error) {
	var none Page[MemberView]
	l, err := r.memberList(unit)
	if err != nil {
		return none, err
	}
	sort, err := q.sortOf(MemberSorts()...)
	if err != nil {
		return none, err
	}
	f, err := parseFilter(q.Filter, listFields["members"]...)
	if err != nil {
		return none, err
	}
	organization, err := r.roleOrganization(unit)
	if err != nil {
		return none, err
	}
	if err := r.wholeRoles(f, organization, "role"); err != nil {
		return none, err
	}
	if l.holding, err = r.heldRole(f, unit); err != nil {
		return none, err
	}
	w := window[memberRow]{name: "members/" + unit.Kind.String(), forms: []string{"nn"}, filter: f, streams: l.streams(), total: l.total()}
	if !f.empty() {
		w.keep = func(m memberRow) (bool, error) { return l.matches(f, m) }
	}
	if sort != sortKind {
		if w, err = l.inOrder(w, sort); err != nil {
			return none, err
		}
	}
	c, err := w.page(r, q)
	if err != nil {
		return none, err
	}
	return paged(c, l.view)
}

// memberList asks whether the actor may see the people of the unit, and gathers what their rows need.
func (r *reading) memberList(unit Unit) (*memberList, error) {
	l := &memberList{directory: r.directory(), unit: unit}
	if _, ok := unitRights[unit.Kind]; !ok {
		return nil, notFound(unit)
	}
	f, err := r.may(seeRight(unit), unit)
	if err != nil {
		return nil, err
	}
	l.known[unit] = f
	if unit.Kind == KindMaintainer {
		l.seeMFA = f.MaintainerStanding == Ordinary
		return l, nil
	}
	l.seeMFA = f.Admin
	org := OrganizationID(unit.ID)
	if unit.Kind == KindProject {
		p, err := l.projectOf(ProjectID(unit.ID))
		if err != nil {
			return nil, err
		}
		org = p.Organization
	}
	o, err := l.organizationOf(org)
	if err != nil {
		return nil, err
	}
	l.needsMFA = o.RequiresMFA()
	if unit.Kind != KindProject {
		return l, nil
	}
	l.decides = permits(ProjectDecide, f)
	if l.project, err = l.projectOf(ProjectID(unit.ID)); err != nil {
		return nil, err
	}
	l.granted, err = r.grantedRoles(l.project.ID)
	return l, err
}

func (l *memberList) streams() []*stream[memberRow] {
	streams := []*stream[memberRow]{
		memberStream(rankMember, l.membersScan(), l.Memberships(), func(m Membership) memberRow {
			kind := MemberOrdinary
			if m.Visitor() {
				kind = MemberVisitor
			}
			return memberRow{kind: kind, account: m.Account, membership: m}
		}),
		memberStream(rankInvitee, Scan{Index: OpenOfUnit, Prefix: RefKey(l.unit)}, l.Invitations(), func(i Invitation) memberRow {
			return memberRow{kind: MemberInvitee, account: i.Account, invitation: i}
		}),
	}
	if l.unit.Kind != KindProject {
		return streams
	}
	streams = append(streams, memberStream(rankRequester, Scan{Index: PendingOfProject, Prefix: Key{Num(l.project.ID)}}, l.Requests(),
		func(q Request) memberRow { return memberRow{kind: MemberRequester, account: q.Requester, request: q} }))
	if len(l.granted) > 0 {
		streams = append(streams, l.roleUsers())
	}
	return streams
}

// membersScan walks the members of the unit, or those of them who hold one role.
func (l *memberList) membersScan() Scan {
	if l.holding != "" {
		return holdersScan(OrganizationID(l.unit.ID), l.holding)
	}
	return Scan{Prefix: RefKey(l.unit)}
}

func memberStream[K comparable, R any](rank uint64, s Scan, t Table[K, R], row func(R) memberRow) *stream[memberRow] {
	return &stream[memberRow]{
		lead: Key{{Num: rank}}, index: s, key: memberRow.key,
		scan: func(s Scan, fn func(memberRow) (bool, error)) (End, error) {
			return t.Scan(s, func(rec R) (bool, error) { return fn(row(rec)) })
		},
	}
}

// roleUsers are the members of the organization whose roles open the project, and who are not in it themselves.
func (l *memberList) roleUsers() *stream[memberRow] {
	return &stream[memberRow]{
		lead: Key{{Num: rankRoleUser}}, index: Scan{Prefix: RefKey(l.project.Organization.Ref())}, key: memberRow.key,
		scan: func(s Scan, fn func(memberRow) (bool, error)) (End, error) {
			return l.Memberships().Scan(s, func(m Membership) (bool, error) {
				row, ok, err := l.roleUser(m)
				if err != nil || !ok {
					return err == nil, err
				}
				return fn(row)
			})
		},
	}
}

func (l *memberList) roleUser(m Membership) (memberRow, bool, error) {
	row := memberRow{kind: MemberRoleUser, account: m.Account, membership: m}
	if m.Visitor() || !holdsAny(m.Roles, l.granted) {
		return row, false, nil
	}
	_, direct, err := l.membership(l.unit, m.Account)
	if err != nil || direct {
		return row, false, err
	}
	row.level, err = l.roleAccess(l.project, m.Account)
	return row, err == nil && row.level != "", err
}

// roleUsersCounted is how far role users are counted for a total.
const roleUsersCounted = 1_000

func (l *memberList) total() total {
	counters := []Counter{CountMembers, CountVisitors, CountOpenInvitations}
	if l.unit.Kind == KindProject {
		counters = append(counters, CountPendingRequests)
	}
	if len(l.granted) == 0 {
		return l.counters(l.unit, counters...)
	}
	return plus(l.counters(l.unit, counters...), l.countRoleUsers())
}

func (l *memberList) countRoleUsers() total {
	return window[memberRow]{streams: []*stream[memberRow]{l.roleUsers()}}.walked(l.reading, roleUsersCounted)
}

func (l *memberList) matches(f filter, m memberRow) (bool, error) {
	acc, err := l.accountOf(m.account)
	if err != nil {
		return false, err
	}
	if !f.matchTexts(acc.Email, acc.Name) {
		return false, nil
	}
	if len(f.fields) == 0 {
		return true, nil
	}
	v, err := l.view(m)
	if err != nil {
		return false, err
	}
	return f.matchFields(func(name string) string {
		switch name {
		case "email":
			return acc.Email
		case "kind":
			return string(v.Kind)
		case "role":
			return several(append([]string{string(v.Role)}, v.Roles...)...)
		case "origin":
			return string(v.Origin)
		case "external":
			return yesNo(v.External)
		case "mfa":
			if v.Person.MFA == nil {
				return ""
			}
			return onOff(*v.Person.MFA)
		}
		return acc.Name
	}), nil
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func (l *memberList) view(m memberRow) (MemberView, error) {
	v := MemberView{Kind: m.kind, Unit: l.unit}
	seeMFA, err := l.seesMFA(m)
	if err != nil {
		return v, err
	}
	if v.Person, err = l.person(m.account, seeMFA); err != nil {
		return v, err
	}
	v.Locked = l.needsMFA && v.Person.MFA != nil && !*v.Person.MFA && m.kind != MemberInvitee && m.kind != MemberRequester
	switch m.kind {
	case MemberInvitee:
		return l.invitee(v, m.invitation)
	case MemberRequester:
		q := m.request
		v.Version, v.Since, v.Reason, v.Request, v.Asked = q.Version, q.Filed, q.Reason, q.ID, q.Asked
		v.Closes, v.ClosesBy, v.Due = q.Lapses, "its lapse", q.Lapses.Passed(l.now)
		v.Role = l.project.RoleSet.Default()
		return v, nil
	case MemberRoleUser:
		v.Role, v.Roles, v.Since, v.Origin = m.level, m.membership.Roles, m.membership.Since, m.membership.Origin
		v.By, err = l.openings(l.project, m.account)
		return v, err
	default:
		return l.member(v, m.membership)
	}
}

// seesMFA reports whether the reader may see the MFA state of the person of a row (S31): of members and users whoever
// sees those of the unit, of a requester besides who may decide. Of somebody who is only invited or has only asked
// nobody else does, whom an administrator may know from the organization apart.
func (l *memberList) seesMFA(m memberRow) (bool, error) {
	switch m.kind {
	case MemberInvitee, MemberRequester:
		if m.kind == MemberRequester && l.decides {
			return true, nil
		}
		return l.seesMFAOf(l.known[l.unit], m.account)
	default:
		return l.seeMFA, nil
	}
}

func (l *memberList) invitee(v MemberView, i Invitation) (MemberView, error) {
	v.Version, v.Role, v.Roles, v.Since, v.Until, v.Reason = i.Version, i.Role, i.Roles, i.Sent, i.Until, i.Reason
	v.Invitation, v.Closes, v.ClosesBy, v.Due = i.ID, i.Lapses, "its lapse", i.Lapses.Passed(l.now)
	var err error
	v.Inviter, err = l.maybe(i.Inviter)
	return v, err
}

// member fills in a row of a membership. Whoever is in a project without belonging to its organization is marked
// external, unless the mark of a visitor says it (OR8).
func (l *memberList) member(v MemberView, m Membership) (MemberView, error) {
	v.Version, v.Role, v.Roles, v.Since, v.Origin = m.Version, m.Role, m.Roles, m.Since, m.Origin
	v.Until, v.Due, v.Reason, v.Visit = m.Until, m.Until.Passed(l.now), m.Reason, m.Visit
	v.AddedByStaff = m.AddedByStaff()
	acc, err := l.accountOf(m.Account)
	if err != nil {
		return v, err
	}
	if m.Until != 0 {
		v.Closes, v.ClosesBy = closes(m.Until, acc, l.project)
	}
	if v.Inviter, err = l.maybe(m.Inviter); err != nil {
		return v, err
	}
	if v.Approver, err = l.maybe(m.Approver); err != nil {
		return v, err
	}
	if m.Visitor() {
		visit, err := l.visitOf(m)
		v.Asked = visit.Asked
		return v, err
	}
	if l.unit.Kind == KindProject {
		standing, inside, err := l.standing(l.project.Organization.Ref(), m.Account)
		v.External = standing != Ordinary // who only visits the organization is no member of it
		if err != nil || v.External || !holdsAny(inside.Roles, l.granted) {
			return v, err
		}
		v.By, err = l.openings(l.project, m.Account)
		return v, err
	}
	return v, nil
}

// idText writes a number for filters.
func idText[N ~uint64](id N) string { return strconv.FormatUint(uint64(id), 10) }

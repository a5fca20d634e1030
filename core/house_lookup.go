package core

// houseLookup finds in the house what a record refers to. The first error of the store is kept; what was not found
// because of it is no fault.
type houseLookup struct {
	*reading
	counters Counters
	err      error
}

// found reads one record.
func found[K comparable, R any](l *houseLookup, t Table[K, R], key K) (R, bool) {
	rec, ok, err := t.Get(key)
	if err != nil && l.err == nil {
		l.err = err
	}
	return rec, ok
}

func (l *houseLookup) last(kind Kind) uint64 { return l.counters[kind] }

func (l *houseLookup) account(id AccountID) (accountFact, bool) {
	a, ok := found(l, l.Accounts(), id)
	return factOfAccount(&a), ok
}

func (l *houseLookup) maintainer(id MaintainerID) (UnitState, bool) {
	m, ok := found(l, l.Maintainers(), id)
	return m.State, ok
}

func (l *houseLookup) organization(id OrganizationID) (organizationFact, bool) {
	o, ok := found(l, l.Organizations(), id)
	return organizationFact{o.Maintainer, o.State}, ok
}

func (l *houseLookup) project(id ProjectID) (projectFact, bool) {
	p, ok := found(l, l.Projects(), id)
	return projectFact{p.Organization, p.RoleSet, p.State}, ok
}

func (l *houseLookup) role(key OrganizationRoleKey) bool {
	_, ok := found(l, l.Roles(), key)
	return ok
}

func (l *houseLookup) request(id RequestID) bool {
	_, ok := found(l, l.Requests(), id)
	return ok
}

func (l *houseLookup) visit(id VisitID) (Unit, bool) {
	v, ok := found(l, l.Visits(), id)
	return v.Unit, ok
}

func (l *houseLookup) invitation(id InvitationID) bool {
	_, ok := found(l, l.Invitations(), id)
	return ok
}

func (l *houseLookup) ticket(id TicketID) (ProjectID, bool) {
	t, ok := found(l, l.Tickets(), id)
	return t.Project, ok
}

func (l *houseLookup) bucket(id BucketID) (bucketFact, bool) {
	b, ok := found(l, l.Buckets(), id)
	return factOfBucket(&b), ok
}

func (l *houseLookup) event(key EventKey) bool {
	_, ok := found(l, l.Events(), key)
	return ok
}

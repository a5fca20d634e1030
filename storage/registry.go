package storage

import "gatehouse/core"

// anyTable is what a check needs to know of a table, whatever its records are.
type anyTable struct {
	layout layout
	kind   core.Kind
	// derive reads a stored record and gives its key, its entries and its counts. The key is whole; it and the entries
	// are valid until the next call.
	derive func(value []byte, e *entries, t *tally) (key []byte, err error)
}

// tables lists all tables.
var tables = []anyTable{
	tableOf(&accountSpec), tableOf(&codeSpec), tableOf(&maintainerSpec), tableOf(&organizationSpec),
	tableOf(&projectSpec), tableOf(&membershipSpec), tableOf(&visitSpec), tableOf(&requestSpec),
	tableOf(&invitationSpec), tableOf(&roleSpec), tableOf(&grantSpec), tableOf(&notificationSpec),
	tableOf(&eventSpec), tableOf(&headSpec), tableOf(&attemptSpec),
	tableOf(&keySpec), tableOf(&billingSpec), tableOf(&ticketSpec), tableOf(&commentSpec), tableOf(&bucketSpec),
	tableOf(&linkSpec), tableOf(&undoSpec), tableOf(&savedFilterSpec), tableOf(&mailingSpec),
}

func tableOf[K comparable, R any](s *spec[K, R]) anyTable {
	return anyTable{layout: s.layout, kind: s.kind, derive: func(value []byte, e *entries, t *tally) ([]byte, error) {
		var record R
		e.reset()
		t.list, t.sign = t.list[:0], 1
		if err := read(value, &record, s.byHand); err != nil {
			return nil, err
		}
		if s.entries != nil {
			s.entries(&record, e)
		}
		if s.count != nil {
			s.count(&record, t)
		}
		return s.key([]byte{s.layout.collection}, s.keyOf(&record))
	}}
}

func tableAt(collection byte) (*anyTable, bool) {
	for i := range tables {
		if tables[i].layout.collection == collection {
			return &tables[i], true
		}
	}
	return nil, false
}

// dueTables gives the collection of the records of each rank.
var dueTables = [...]byte{
	rankAccount: colAccounts, rankProject: colProjects, rankVisit: colVisits, rankRequest: colRequests,
	rankInvitation: colInvitations, rankMembership: colMemberships, rankOrganization: colOrganizations,
	rankAttempt: colAttempts, rankUndo: colUndos,
}

// recordOfDue gives the primary key of the record that a due entry leads to.
func recordOfDue(b, key []byte) ([]byte, bool) {
	if _, ok := dueItem(key); !ok {
		return b, false
	}
	return append(append(b, dueTables[key[9]]), key[10:]...), true
}

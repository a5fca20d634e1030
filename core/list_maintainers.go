package core

import "context"

// Maintainers lists the maintainers that the actor belongs to; Support sees all (H12). Ordered by name. Fields of the
// filter: name, contact.
func (a *Actor) Maintainers(ctx context.Context, q Query) (Page[MaintainerView], error) {
	page, err := list(ctx, a, func(r *reading) (Page[MaintainerView], error) { return r.maintainers(q) })
	markAlike(page.Items, func(m MaintainerView) string { return m.Name }, func(MaintainerView) bool { return true },
		func(m *MaintainerView) { m.Alike = true })
	return page, err
}

func maintainerKey(m Maintainer) Key { return Key{Text(Fold(m.Name)), Num(m.ID)} }

func (r *reading) maintainers(q Query) (Page[MaintainerView], error) {
	var none Page[MaintainerView]
	sort, err := q.sortOf("name")
	if err != nil {
		return none, err
	}
	f, err := parseFilter(q.Filter, listFields["maintainers"]...)
	if err != nil {
		return none, err
	}
	s, err := r.scope()
	if err != nil {
		return none, err
	}
	w := window[Maintainer]{name: "maintainers/" + sort, forms: []string{"tn"}, filter: f}
	if s.all {
		w.streams = []*stream[Maintainer]{{
			index: Scan{Index: MaintainersByName}, scan: r.Tx.Maintainers().Scan, key: maintainerKey, texts: true,
		}}
		w.total = r.counters(Ref{}, CountMaintainers)
	} else {
		var own []Maintainer
		for id := range s.maintainers {
			m, ok, err := r.Tx.Maintainers().Get(id)
			if err != nil {
				return none, err
			}
			if ok && m.State == UnitActive {
				own = append(own, m)
			}
		}
		w.total = exactly(len(own))
		w.streams = []*stream[Maintainer]{rowsOf(own, maintainerKey, func(m Maintainer) string { return m.Name })}
	}
	if len(f.fields) > 0 {
		w.keep = func(m Maintainer) (bool, error) {
			return f.matchFields(func(name string) string {
				if name == "contact" {
					return m.Contact
				}
				return m.Name
			}), nil
		}
	}
	c, err := w.page(r, q)
	if err != nil {
		return none, err
	}
	return paged(c, func(m Maintainer) (MaintainerView, error) { return r.maintainerView(m, s.maintainerRelation(m.ID)) })
}

func (s *scope) maintainerRelation(id MaintainerID) Relation {
	switch {
	case s.maintainers[id] != NoStanding:
		return RelationMember
	case s.all:
		return RelationStaff
	}
	return RelationOutsider
}

func (r *reading) maintainerView(m Maintainer, relation Relation) (MaintainerView, error) {
	v := MaintainerView{
		ID: m.ID, Version: m.Version, Name: m.Name, State: m.State, Contact: m.Contact, Created: m.Created, Relation: relation,
	}
	err := r.counts(m.ID.Ref(), map[Counter]*int{
		CountOrganizations: &v.Organizations, CountMembers: &v.Members, CountVisitors: &v.Visitors,
	})
	return v, err
}

// counts reads several counters of one scope.
func (r *reading) counts(of Ref, into map[Counter]*int) error {
	for c, n := range into {
		count, err := r.Count(c, of)
		if err != nil {
			return err
		}
		*n = count
	}
	return nil
}

// Maintainer gives one maintainer. Errors: not_found; forbidden for everybody but its members and Support (MT2).
func (a *Actor) Maintainer(ctx context.Context, id MaintainerID) (MaintainerView, error) {
	var out MaintainerView
	err := a.read(ctx, func(r *reading) error {
		relation, err := r.see(MaintainerSee, id.Ref())
		if err != nil {
			return err
		}
		m, err := r.maintainer(id)
		if err != nil {
			return err
		}
		if out, err = r.maintainerView(m, relation); err != nil {
			return err
		}
		if out.Tickets, err = r.Count(CountOpenTickets, id.Ref()); err != nil {
			return err
		}
		out.Invitations, err = r.Count(CountOpenInvitations, id.Ref())
		return err
	})
	return out, err
}

// see asks the access function and gives what the acting account counts as.
func (r *reading) see(right Right, unit Unit) (Relation, error) {
	f, err := r.facts(unit)
	if err != nil {
		return "", err
	}
	v := Access(right, f)
	if !v.Allowed {
		return "", v.Err
	}
	return v.Relation, nil
}

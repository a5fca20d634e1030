package core

import "context"

// directory resolves what a page of rows refers to within one transaction, each record once.
type directory struct {
	*reading
	accounts      map[AccountID]Account
	organizations map[OrganizationID]Organization
	projects      map[ProjectID]Project
	maintainers   map[MaintainerID]Maintainer
	known         map[Unit]Facts
}

func (r *reading) directory() *directory {
	return &directory{
		reading: r, accounts: map[AccountID]Account{}, organizations: map[OrganizationID]Organization{},
		projects: map[ProjectID]Project{}, maintainers: map[MaintainerID]Maintainer{}, known: map[Unit]Facts{},
	}
}

// cached reads a record once. A missing one is remembered as the zero record.
func cached[K comparable, R any](seen map[K]R, t Table[K, R], key K) (R, error) {
	if rec, ok := seen[key]; ok {
		return rec, nil
	}
	rec, _, err := t.Get(key)
	if err == nil {
		seen[key] = rec
	}
	return rec, err
}

func (d *directory) accountOf(id AccountID) (Account, error) {
	acc, err := cached(d.accounts, d.Accounts(), id)
	acc.ID = id
	return acc, err
}

func (d *directory) organizationOf(id OrganizationID) (Organization, error) {
	return cached(d.organizations, d.Organizations(), id)
}

func (d *directory) projectOf(id ProjectID) (Project, error) {
	return cached(d.projects, d.Projects(), id)
}

func (d *directory) maintainerOf(id MaintainerID) (Maintainer, error) {
	return cached(d.maintainers, d.Maintainers(), id)
}

// factsOf gives the facts about the acting account and a unit, gathered once.
func (d *directory) factsOf(unit Unit) (Facts, error) {
	if f, ok := d.known[unit]; ok {
		return f, nil
	}
	f, err := d.facts(unit)
	if err == nil {
		d.known[unit] = f
	}
	return f, err
}

// permitted asks the access function about the acting account, with the facts gathered once per unit.
func (d *directory) permitted(right Right, unit Unit) (bool, error) {
	f, err := d.factsOf(unit)
	return err == nil && permits(right, f), err
}

// person gives an account as others see it. seeMFA says whether the reader may see its MFA state (S31); everybody sees
// the own one, and Support all.
func (d *directory) person(id AccountID, seeMFA bool) (Person, error) {
	acc, err := d.accountOf(id)
	if err != nil {
		return Person{}, err
	}
	return d.personOf(acc, seeMFA), nil
}

func (r *reading) personOf(acc Account, seeMFA bool) Person {
	p := Person{ID: acc.ID, Email: acc.Email, Name: acc.Name, State: acc.State, Support: acc.Support, Unconfirmed: !acc.Confirmed && acc.State != AccountRemoved, OnlyReads: acc.ReadOnly != nil}
	if seeMFA || r.me.Support || acc.ID == r.me.ID {
		on := acc.MFA()
		p.MFA = &on
	}
	return p
}

// maybe gives a person, or nil for none.
func (d *directory) maybe(id AccountID) (*Person, error) {
	if id == 0 {
		return nil, nil
	}
	p, err := d.person(id, false)
	return &p, err
}

// label is how a person is named in a line: the address, or "removed account 7" (AU13).
func (d *directory) label(id AccountID) (string, error) {
	p, err := d.person(id, false)
	return p.Label(), err
}

// unitName gives the present name of a unit, also of a deleted one; empty when there is none.
func (d *directory) unitName(unit Unit) (string, error) {
	switch unit.Kind {
	case KindMaintainer:
		m, err := d.maintainerOf(MaintainerID(unit.ID))
		return m.Name, err
	case KindOrganization:
		o, err := d.organizationOf(OrganizationID(unit.ID))
		return o.Name, err
	case KindProject:
		p, err := d.projectOf(ProjectID(unit.ID))
		return p.Name, err
	default:
		return "", nil
	}
}

// closes gives the moment that closes an access first, and which rule set it (V3): its own end, the expiry of the
// account, the expiry of the project.
func closes(until Moment, acc Account, p Project) (Moment, string) {
	first := earliest(until, acc.Expires, p.Expires)
	if first == 0 {
		return 0, ""
	}
	if first == until {
		return first, "its end"
	}
	if first == acc.Expires {
		return first, "account expiry"
	}
	return first, "project expiry"
}

// list reads one page of a list as the actor, in a short snapshot.
func list[T any](ctx context.Context, a *Actor, fn func(*reading) (Page[T], error)) (Page[T], error) {
	var out Page[T]
	err := a.read(ctx, func(r *reading) error {
		if err := r.active(); err != nil {
			return err
		}
		page, err := fn(r)
		out = page
		return err
	})
	if err != nil {
		return Page[T]{}, err
	}
	if out.Items == nil {
		out.Items = []T{}
	}
	return out, nil
}

// paged puts names to the rows of a page.
func paged[T, V any](c cut[T], view func(T) (V, error)) (Page[V], error) {
	page := Page[V]{Items: make([]V, 0, len(c.rows)), Total: c.total, Next: c.next, Prev: c.prev}
	for _, row := range c.rows {
		v, err := view(row)
		if err != nil {
			return Page[V]{}, err
		}
		page.Items = append(page.Items, v)
	}
	return page, nil
}

package core

import (
	"context"
	"slices"
)

// Units lists the units that the actor belongs to by a membership of its own: maintainers, organizations, projects,
// each by name (AC1). The words of the filter are about the name.
func (a *Actor) Units(ctx context.Context, q Query) (Page[OwnUnit], error) {
	return list(ctx, a, func(r *reading) (Page[OwnUnit], error) {
		var none Page[OwnUnit]
		sort, err := q.sortOf("unit")
		if err != nil {
			return none, err
		}
		f, err := parseFilter(q.Filter)
		if err != nil {
			return none, err
		}
		units, err := r.ownUnits(r.me)
		if err != nil {
			return none, err
		}
		key := func(u OwnUnit) Key { return Key{Num(u.Unit.Kind), Text(Fold(u.Name)), Num(u.Unit.ID)} }
		w := window[OwnUnit]{
			total: exactly(len(units)),
			name:  "units/" + sort, forms: []string{"ktn"}, filter: f,
			streams: []*stream[OwnUnit]{rowsOf(units, key, func(u OwnUnit) string { return u.Name })},
		}
		c, err := w.page(r, q)
		if err != nil {
			return none, err
		}
		return paged(c, func(u OwnUnit) (OwnUnit, error) { return u, nil })
	})
}

// MFAOffImpact lists what would lock if the actor switched the own one-time codes off: organizations and projects that
// require MFA, and running visits (S22). Nothing locks while a security key stays; what is locked already is left out.
func (a *Actor) MFAOffImpact(ctx context.Context) ([]OwnUnit, error) {
	out := []OwnUnit{}
	err := a.read(ctx, func(r *reading) error {
		if err := r.active(); err != nil {
			return err
		}
		without := r.me
		without.TOTP = nil
		locked, err := r.lockedWithout(without)
		out = append(out, locked...)
		return err
	})
	return out, err
}

// lockedWithout gives the units that lock when the own account becomes without, which has less of a second factor.
func (r *reading) lockedWithout(without Account) ([]OwnUnit, error) {
	if !r.me.MFA() || without.MFA() {
		return nil, nil
	}
	units, err := r.ownUnits(without)
	return slices.DeleteFunc(units, func(u OwnUnit) bool { return !u.Locked }), err
}

// useRights are what somebody uses a unit for: they say whether the MFA lock keeps the person out (S14, S15, 6.1).
var useRights = map[Kind]Right{KindMaintainer: MaintainerSee, KindOrganization: OrganizationSeeMembers, KindProject: ProjectContent}

// ownUnits gives the units that an account is in now, with those locked that the MFA lock closes to it (S17).
func (r *reading) ownUnits(acc Account) ([]OwnUnit, error) {
	memberships, err := all(r.Memberships(), Scan{Index: MembershipsOfAccount, Prefix: Key{Num(acc.ID)}})
	if err != nil {
		return nil, err
	}
	var units []OwnUnit
	for _, m := range memberships {
		f, err := r.factsAbout(acc, m.Unit)
		if err != nil {
			return nil, err
		}
		if !f.Exists || !m.Running(r.now) {
			continue
		}
		u := OwnUnit{
			Unit: m.Unit, Name: f.UnitName, Role: m.Role, Roles: m.Roles, Since: m.Since, Until: m.Until, Visit: m.Visit,
			Locked: Access(useRights[m.Unit.Kind], f).Reason == ReasonMFARequired,
		}
		if m.Unit.Kind == KindProject {
			u.OrganizationName = f.OrganizationName
		}
		units = append(units, u)
	}
	return units, nil
}

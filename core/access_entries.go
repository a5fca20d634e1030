package core

import "context"

// AccessEntry is what keeps a deleted project from an early purge (DR9): a role grant, or a person who is in it.
type AccessEntry struct {
	Grant  *GrantView `json:"grant,omitempty"`
	Person *Person    `json:"account,omitempty"`
	Role   Role       `json:"role,omitempty"`
	// Version is that of the person's membership.
	Version uint64 `json:"version,omitempty"`
	Visitor bool   `json:"visitor,omitempty"`
}

// AccessEntries lists what Support has to take away from a deleted project before it can be purged early, roles first,
// then people (DR9): with RevokeGrant and RemoveMember. It works for active projects too. Errors: forbidden for everybody
// but Support; not_found for a purged project.
func (a *Actor) AccessEntries(ctx context.Context, id ProjectID) ([]AccessEntry, error) {
	out := []AccessEntry{}
	err := a.read(ctx, func(r *reading) error {
		if _, err := r.may(ProjectEmpty, id.Ref()); err != nil {
			return err
		}
		d := r.directory()
		grants, err := d.grantViews(Scan{Prefix: Key{Num(id)}}, 0)
		if err != nil {
			return err
		}
		for _, g := range grants {
			out = append(out, AccessEntry{Grant: &g, Role: g.Level})
		}
		return each(r.Memberships(), Scan{Prefix: RefKey(id.Ref())}, func(m Membership) (bool, error) {
			p, err := d.person(m.Account, false)
			if m.Running(r.now) {
				out = append(out, AccessEntry{Person: &p, Role: m.Role, Version: m.Version, Visitor: m.Visitor()})
			}
			return true, err
		})
	})
	return out, err
}

package core

import (
	"context"
	"slices"
	"strings"
)

// RemovalImpact is what removing somebody from a unit takes away and leaves.
type RemovalImpact struct {
	Person Person `json:"account"`
	// Of an organization: the projects that only its roles open to the person (OR11), and the direct memberships in its
	// projects, which stay and show as external unless they are ended too.
	RoleAccess []ProjectUse `json:"role_access,omitempty"`
	Direct     []DirectUse  `json:"direct,omitempty"`
	// Stays is, of a project, the level that organization roles leave the person (OR5); empty when they are out.
	Stays Role `json:"stays,omitempty"`
	// Admin: an administrator goes, who may open every project. Last: it is the last full-role user of the project.
	Admin    bool `json:"admin,omitempty"`
	LastFull bool `json:"last_full_role,omitempty"`
	// Undecidable are the pending requests that nobody could decide any more (R20).
	Undecidable []RequestID `json:"undecidable,omitempty"`
	// Taken are the invitations that the person sent and may send no more (I17), without those that hang on Direct; WithUses
	// are all of them, for a removal that ends Direct too.
	Taken
	WithUses []Revoked `json:"revoked_with_projects,omitempty"`
	// Requests are own pending requests of the person in the project; they stay (R9).
	Visitor bool `json:"visitor,omitempty"` // a visit is revoked
}

// RevokedLines says which invitations go with the removal (I17), and with the memberships in projects that end too.
func (i RemovalImpact) RevokedLines(ended ...ProjectID) []string {
	return revokedLines(i.revokedBy(ended))
}

// revokedBy are the invitations that go with a removal that ends the membership in some projects too (OR11).
func (i RemovalImpact) revokedBy(ended []ProjectID) []Revoked {
	if len(ended) == 0 {
		return i.Revoked
	}
	alone := map[InvitationID]bool{}
	for _, v := range i.Revoked {
		alone[v.Invitation] = true
	}
	return slices.DeleteFunc(slices.Clone(i.WithUses), func(v Revoked) bool {
		return !alone[v.Invitation] && (v.Unit.Kind != KindProject || !slices.Contains(ended, ProjectID(v.Unit.ID)))
	})
}

// DirectUse is a direct membership in a project, and whether the actor may end it.
type DirectUse struct {
	ProjectUse
	MayEnd bool   `json:"may_end"`
	Why    string `json:"why,omitempty"` // why not
}

// RemovalImpact says what removing somebody from an organization or a project would take and leave. It changes nothing.
// Its cost follows the memberships and roles of the person.
//
// Errors: those of RemoveMember that are about the actor; not_found for who is not in the unit.
func (a *Actor) RemovalImpact(ctx context.Context, unit Unit, who Who) (RemovalImpact, error) {
	var out RemovalImpact
	err := a.read(ctx, func(r *reading) error {
		if _, ok := unitRights[unit.Kind]; !ok {
			return notFound(unit)
		}
		f, err := r.may(revokeRight(unit), unit)
		if err != nil {
			return err
		}
		m, err := r.memberOf(unit, who)
		if err != nil {
			return err
		}
		d := r.directory()
		if out.Person, err = d.person(m.Account, f.Admin); err != nil {
			return err
		}
		out.Visitor, out.Admin = m.Visitor(), m.Admin()
		if !m.Visitor() {
			if out.Revoked, err = d.revocations(sentBy(m.Account), r.outOf(unit)); err != nil {
				return err
			}
		}
		switch unit.Kind {
		case KindOrganization:
			if err := d.leavesOrganization(&out, OrganizationID(unit.ID), m); err != nil || len(out.Direct) == 0 {
				return err
			}
			out.WithUses, err = d.revocations(sentBy(m.Account), r.outOfAll(unit, out.Direct))
			return err
		case KindProject:
			return d.leavesProject(&out, ProjectID(unit.ID), m)
		default:
			return nil
		}
	})
	return out, err
}

// UserProjects lists the direct memberships of somebody in the active projects of an organization, by name, and
// whether the actor may end each (M18). Errors: those of the combined list; not_found for who uses none of them.
func (a *Actor) UserProjects(ctx context.Context, id OrganizationID, account AccountID) ([]DirectUse, error) {
	var out []DirectUse
	err := a.read(ctx, func(r *reading) error {
		if _, err := r.may(OrganizationCombined, id.Ref()); err != nil {
			return err
		}
		var err error
		out, err = r.directory().directUses(id, account)
		return err
	})
	return out, err
}

// directUses gives the direct memberships, visits too, of an account in the active projects of an organization.
func (d *directory) directUses(id OrganizationID, account AccountID) ([]DirectUse, error) {
	memberships, err := all(d.Memberships(), Scan{Index: MembershipsOfAccount, Prefix: Key{Num(account), Num(KindProject)}})
	if err != nil {
		return nil, err
	}
	uses := []DirectUse{}
	for _, m := range memberships {
		p, err := d.projectOf(ProjectID(m.Unit.ID))
		if err != nil {
			return nil, err
		}
		if p.Organization != id || p.State != ProjectActive || !m.Running(d.now) {
			continue
		}
		u := DirectUse{MayEnd: true, ProjectUse: ProjectUse{
			Project: Named{uint64(p.ID), p.Name}, Level: m.Role, Direct: m.Role, Visitor: m.Visitor(), Until: m.Until, Version: m.Version,
		}}
		if _, err := d.may(ProjectManageUsers, m.Unit); err != nil {
			u.MayEnd, u.Why = false, AsError(err).Message
		}
		uses = append(uses, u)
	}
	slices.SortFunc(uses, func(a, b DirectUse) int { return strings.Compare(Fold(a.Project.Name), Fold(b.Project.Name)) })
	return uses, nil
}

func (d *directory) leavesOrganization(out *RemovalImpact, id OrganizationID, m Membership) error {
	uses, err := d.directUses(id, m.Account)
	if err != nil {
		return err
	}
	inside := map[uint64]bool{}
	for _, u := range uses {
		inside[u.Project.ID] = true
		if !u.Visitor {
			out.Direct = append(out.Direct, u)
		}
	}
	found := map[ProjectID]*ProjectUse{}
	for _, role := range m.Roles {
		err := each(d.Grants(), Scan{Index: GrantsOfRole, Prefix: Key{Num(id), Text(role)}}, func(g Grant) (bool, error) {
			p, err := d.projectOf(g.Project)
			if err != nil || p.State != ProjectActive || inside[uint64(p.ID)] {
				return err == nil, err
			}
			u := found[p.ID]
			if u == nil {
				u = &ProjectUse{Project: Named{uint64(p.ID), p.Name}}
				found[p.ID] = u
			}
			u.openedBy(p.RoleSet, Opening{role, g.Level})
			return true, nil
		})
		if err != nil {
			return err
		}
	}
	out.RoleAccess = sortedUses(found)
	for _, u := range out.RoleAccess {
		if err := d.leavesUndecided(out, ProjectID(u.Project.ID), m.Account); err != nil {
			return err
		}
	}
	return nil
}

func (d *directory) leavesProject(out *RemovalImpact, id ProjectID, m Membership) error {
	p, err := d.projectOf(id)
	if err != nil {
		return err
	}
	if out.Stays, err = d.roleAccess(p, m.Account); err != nil || m.Visitor() {
		return err
	}
	if m.Role.Full() && !out.Stays.Full() {
		out.LastFull, err = d.nobodyElse(m.Unit, m.Account, func(other Membership, acc Account) (bool, error) {
			return other.Role.Full() && acc.Acts(d.now), nil
		})
		if err != nil {
			return err
		}
	}
	if out.Stays != "" {
		return nil
	}
	return d.leavesUndecided(out, id, m.Account)
}

// leavesUndecided adds the pending requests of a project that nobody but the account may decide.
func (d *directory) leavesUndecided(out *RemovalImpact, id ProjectID, account AccountID) error {
	p, err := d.projectOf(id)
	if err != nil {
		return err
	}
	n, err := d.Count(CountPendingRequests, id.Ref())
	if err != nil || n == 0 {
		return err
	}
	some, err := d.deciders(p, account, 2) // but for the account; at most one of two is a requester (R7)
	if err != nil {
		return err
	}
	return each(d.Requests(), Scan{Index: PendingOfProject, Prefix: Key{Num(id)}}, func(q Request) (bool, error) {
		other := slices.ContainsFunc(some, func(acc Account) bool { return acc.ID != q.Requester })
		if q.Pending(d.now) && !q.Undecidable && !other {
			out.Undecidable = append(out.Undecidable, q.ID)
		}
		return len(out.Undecidable) < impactNamed, nil
	})
}

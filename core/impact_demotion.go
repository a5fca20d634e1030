package core

import "context"

// DemotionImpact gives the pending invitations that somebody sent and could send no more (I17): of a project as a user with
// a limited role, of an organization without ADMIN. It changes nothing; its cost follows the invitations that the person
// has sent.
//
// Errors: those of SetRole and AssignRoles that are about the actor; not_found for a maintainer, which has no roles.
func (a *Actor) DemotionImpact(ctx context.Context, unit Unit, account AccountID) ([]Revoked, error) {
	var out []Revoked
	err := a.read(ctx, func(r *reading) error {
		right, ok := map[Kind]Right{KindOrganization: OrganizationRoles, KindProject: ProjectManageUsers}[unit.Kind]
		if !ok {
			return notFound(unit)
		}
		if _, err := r.may(right, unit); err != nil {
			return err
		}
		var err error
		out, err = r.directory().revocations(sentBy(account), r.demotedIn(unit))
		return err
	})
	return out, err
}

// demotedIn is the loss of ADMIN in an organization, or of the full role of a direct member of a project.
func (r *reading) demotedIn(unit Unit) losing {
	return func(i Invitation, f *Facts) error {
		of := i.Unit
		if unit.Kind == KindOrganization && of.Kind == KindProject {
			p, err := r.project(ProjectID(of.ID))
			if err != nil {
				return err
			}
			of = p.Organization.Ref()
		}
		switch {
		case of != unit:
		case unit.Kind == KindOrganization:
			f.Admin = false
		case f.Direct == Ordinary:
			f.DirectRole = RoleReadOnly
		}
		return nil
	}
}

// RevokedLines says which invitations a loss of rights takes along (I17), the first of them by name.
func RevokedLines(list []Revoked) []string { return revokedLines(list) }

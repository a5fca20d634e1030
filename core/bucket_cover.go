package core

import "slices"

// candidate is somebody in a project, as the sharing of a bucket looks at them (SB4).
type candidate struct {
	account      AccountID
	project      ProjectID
	organization OrganizationID // of the project
	uses         bool           // the project: as a direct member, a visitor or a role user
	member       bool           // of the organization: ordinary, plain ones too
}

// covered reports whether the sharing of a bucket lets somebody list and link it in a project (SB4). It is pure, and
// the one place that knows: the catalog lists what it covers, linking is refused for what it does not (SB6), and the
// sharer is judged like everybody else.
func covered(b Bucket, who candidate) bool {
	if b.Share == nil || b.Organization != who.organization {
		return false
	}
	switch b.Share.Type {
	case ShareProjectMembers:
		return who.uses
	case ShareOrganizationMembers:
		return who.member
	case ShareSelectedProjects:
		return who.uses && slices.Contains(b.Share.Projects, who.project)
	case ShareSelectedUsers:
		return who.uses && slices.Contains(b.Share.Users, who.account)
	default:
		return false
	}
}

// ofProjects reports whether a sharing of the type is about projects, and not about the person in them.
func (t SharingType) ofProjects() bool { return t == ShareProjectMembers || t == ShareSelectedProjects }

// candidate makes the acting account a candidate in the project that the facts are about.
func (f Facts) candidate(p Project) candidate {
	return candidate{
		account: f.Account.ID, project: p.ID, organization: p.Organization,
		uses: f.Direct != NoStanding || f.RoleAccess != "", member: f.OrganizationStanding == Ordinary,
	}
}

// linkCovered reports whether the sharing of a bucket still covers a link (SB7, SB16): the place where it stands, or,
// where people are named, the person who linked it. A link that it does not cover stays readable and is flagged.
func (r *reading) linkCovered(b Bucket, l Link) (bool, error) {
	if b.Share == nil {
		return false, nil
	}
	who := candidate{account: l.By, project: l.Project, organization: l.Organization, uses: true}
	if b.Share.Type.ofProjects() {
		return covered(b, who), nil
	}
	standing, _, err := r.standing(l.Organization.Ref(), l.By)
	if err != nil {
		return false, err
	}
	who.member = standing == Ordinary
	if b.Share.Type == ShareSelectedUsers {
		p, _, err := r.Projects().Get(l.Project)
		if err != nil {
			return false, err
		}
		if who.uses, err = r.usesProject(p, l.By); err != nil {
			return false, err
		}
	}
	return covered(b, who), nil
}

// usesProject reports whether the account is a user of the project: a direct member, a visitor or a role user.
func (r *reading) usesProject(p Project, account AccountID) (bool, error) {
	standing, _, err := r.standing(p.ID.Ref(), account)
	if err != nil || standing != NoStanding {
		return err == nil, err
	}
	level, err := r.roleAccess(p, account)
	return level != "", err
}

// belongsToProject reports whether the account uses the project or is an administrator of its organization: who may
// own its buckets, and whether an owner has left.
func (r *reading) belongsToProject(p Project, account AccountID) (bool, error) {
	uses, err := r.usesProject(p, account)
	if err != nil || uses {
		return uses, err
	}
	standing, m, err := r.standing(p.Organization.Ref(), account)
	return standing == Ordinary && m.Admin(), err
}

// usesOrganization reports whether the account uses at least one active project of the organization (SB5).
func (r *reading) usesOrganization(id OrganizationID, account AccountID) (bool, error) {
	found := false
	in := func(p ProjectID) error {
		project, ok, err := r.Projects().Get(p)
		found = found || ok && project.State == ProjectActive && project.Organization == id
		return err
	}
	own, err := all(r.Memberships(), Scan{Index: MembershipsOfAccount, Prefix: Key{Num(account), Num(KindProject)}})
	if err != nil {
		return false, err
	}
	for _, m := range own {
		if found {
			break
		}
		if m.Running(r.now) {
			if err := in(ProjectID(m.Unit.ID)); err != nil {
				return false, err
			}
		}
	}
	standing, m, err := r.standing(id.Ref(), account)
	if err != nil || found || standing != Ordinary {
		return found, err
	}
	for _, role := range m.Roles {
		err := each(r.Grants(), Scan{Index: GrantsOfRole, Prefix: Key{Num(id), Text(role)}}, func(g Grant) (bool, error) {
			err := in(g.Project)
			return !found, err
		})
		if err != nil {
			return false, err
		}
	}
	return found, nil
}

package core

// The rights around buckets (section 14, SB2, RO2). Seeing buckets and links of a project is opening its content
// (ProjectContent, A3).
const (
	ProjectBuckets      Right = "project.buckets"       // create, change, delete buckets (RO2)
	ProjectCatalog      Right = "project.catalog"       // see the catalog of shared buckets
	ProjectLinkBuckets  Right = "project.link_buckets"  // link and unlink in this project (RO2)
	ProjectShareBuckets Right = "project.share_buckets" // share, change and stop sharing, force unlink (SB2)
	// OrganizationBuckets is the list of all buckets of an organization (M1).
	OrganizationBuckets Right = "organization.buckets"
)

// bucketRoles says which roles have a right on buckets inside (section 14, RO2). Visitors act by their role (V4); they
// never share, which table 6.3 says.
var bucketRoles = map[Right]map[Role]bool{
	ProjectBuckets: {
		RoleShare: true, RoleProjectAdmin: true, RoleGuest: true, RoleProductionManager: true, RoleDeveloper: true,
	},
	ProjectLinkBuckets: {RoleShare: true, RoleProjectAdmin: true, RoleGuest: true, RoleProductionManager: true},
	ProjectCatalog: {
		RoleShare: true, RoleProjectAdmin: true, RoleGuest: true, RoleProductionManager: true, RoleDeveloper: true, RoleReviewer: true,
	},
}

// projectBucketWork is check 7 for what is done inside the content: whoever may not open it is told so (A3). Inside
// the role decides. Administrators who are no direct member do the work of RO2 from outside, but link nothing: a link
// belongs to the users of a project (RO2, SB14).
func (w *walk) projectBucketWork() finding {
	if open := w.projectContent(); open.reason != "" {
		return open
	}
	mayByRole := bucketRoles[w.right][w.v.Role]
	switch {
	case w.v.Relation == RelationAdministrator && (w.right != ProjectLinkBuckets || mayByRole):
		return passed("An administrator may do this.") // role access never lowers them (M3)
	case w.v.Relation == RelationAdministrator && w.v.Role == "":
		return failed(ReasonForbidden, "An administrator who does not use the project links nothing.")
	case mayByRole:
		return passed("The role " + string(w.v.Role) + " may do this.")
	}
	return failed(ReasonRoleRestricted, "The role "+string(w.v.Role)+" may not do this.")
}

// sharesInside reports whether somebody inside with a full role shares buckets (SB2): by the role share or
// productionManager, or as an administrator.
func (w *walk) sharesInside() bool {
	return w.f.Admin || w.v.Role == RoleShare || w.v.Role == RoleProductionManager
}

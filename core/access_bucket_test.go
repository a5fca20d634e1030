package core

import "testing"

// TestAccessRightsOnBuckets is section 14, RO2, SB2 and A3, for every role of both role sets and everybody else.
func TestAccessRightsOnBuckets(t *testing.T) {
	standard := func(r Role) func(*Facts) { return direct(r) }
	governed := func(r Role) func(*Facts) { return both(protected, direct(r)) }
	visiting := func(r Role) func(*Facts) {
		return both(maintainerMember, func(f *Facts) { f.Direct, f.DirectRole = Visiting, r })
	}
	people := []struct {
		name                       string
		who                        func(*Facts)
		see, work, catalog, link   string
		share                      string
		seeOff, workOff, linkedOff string // with Auto Join off, where that is another answer
	}{
		{name: "share", who: standard(RoleShare), see: "yes", work: "yes", catalog: "yes", link: "yes", share: "yes"},
		{name: "admin", who: standard(RoleProjectAdmin), see: "yes", work: "yes", catalog: "yes", link: "yes", share: "rr"},
		{name: "guest", who: standard(RoleGuest), see: "yes", work: "yes", catalog: "yes", link: "yes", share: "rr"},
		{name: "readOnly", who: standard(RoleReadOnly), see: "yes", work: "rr", catalog: "rr", link: "rr", share: "rr"},
		{name: "productionManager", who: governed(RoleProductionManager), see: "yes", work: "yes", catalog: "yes", link: "yes", share: "yes"},
		{name: "developer", who: governed(RoleDeveloper), see: "yes", work: "yes", catalog: "yes", link: "rr", share: "rr"},
		{name: "reviewer", who: governed(RoleReviewer), see: "yes", work: "rr", catalog: "yes", link: "rr", share: "rr"},
		{name: "protected readOnly", who: governed(RoleReadOnly), see: "yes", work: "rr", catalog: "rr", link: "rr", share: "rr"},

		{name: "role user at admin", who: roleUser(RoleProjectAdmin), see: "yes", work: "yes", catalog: "yes", link: "yes", share: "rr"},
		{name: "role user at readOnly", who: roleUser(RoleReadOnly), see: "yes", work: "rr", catalog: "rr", link: "rr", share: "rr"},
		{
			name: "role user at productionManager", who: both(protected, roleUser(RoleProductionManager)),
			see: "yes", work: "yes", catalog: "yes", link: "yes", share: "yes",
		},
		{name: "visitor as admin (V4)", who: visiting(RoleProjectAdmin), see: "yes", work: "yes", catalog: "yes", link: "yes", share: "vr"},
		{
			name: "visitor as developer (V4)", who: both(protected, visiting(RoleDeveloper)),
			see: "yes", work: "yes", catalog: "yes", link: "rr", share: "vr",
		},

		{name: "administrator outside", who: administrator, see: "yes", work: "yes", catalog: "yes", link: "fb", share: "yes"},
		{
			name: "administrator with role access at guest", who: both(administrator, roleUser(RoleGuest)),
			see: "yes", work: "yes", catalog: "yes", link: "yes", share: "yes",
		},
		{
			name: "administrator with role access at readOnly (M3)", who: both(administrator, roleUser(RoleReadOnly)),
			see: "yes", work: "yes", catalog: "yes", link: "rr", share: "yes",
		},
		{
			name: "administrator inside with a full role", who: both(administrator, direct(RoleProjectAdmin)),
			see: "yes", work: "yes", catalog: "yes", link: "yes", share: "yes",
		},
		{
			name: "administrator inside with a limited role (M3)", who: both(administrator, direct(RoleReadOnly)),
			see: "yes", work: "rr", catalog: "rr", link: "rr", share: "rr",
		},

		{name: "plain member", who: plainMember, see: "ar", work: "ar", catalog: "ar", link: "ar", share: "fb"},
		{
			name: "maintainer member", who: maintainerMember, see: "use_join", work: "use_join", catalog: "use_join", link: "use_join",
			share: "fb", seeOff: "ajd",
		},
		{
			name: "Support", who: supportFlag, see: "use_join", work: "use_join", catalog: "use_join", link: "use_join",
			share: "fb", seeOff: "ajd",
		},
		{
			name: "organization visitor", who: organizationVisitor, see: "use_join", work: "use_join", catalog: "use_join",
			link: "use_join", share: "fb", seeOff: "ajd",
		},
		{
			name: "invitee", who: invited, see: "already_invited", work: "already_invited", catalog: "already_invited",
			link: "already_invited", share: "fb",
		},
		{name: "requester no longer staff", who: requested, see: "fb", work: "fb", catalog: "fb", link: "fb", share: "fb"},
		{name: "outsider", who: nobody, see: "fb", work: "fb", catalog: "fb", link: "fb", share: "fb"},
	}
	long := func(s string) string {
		if l, ok := short[s]; ok {
			return l
		}
		return s
	}
	related := func(name string) bool { return name != "outsider" && name != "requester no longer staff" }
	for _, p := range people {
		for right, want := range map[Right]string{
			ProjectContent: p.see, ProjectBuckets: p.work, ProjectCatalog: p.catalog, ProjectLinkBuckets: p.link, ProjectShareBuckets: p.share,
		} {
			off, locked, disabled := want, "mfa_required", want
			if p.seeOff != "" && right != ProjectShareBuckets {
				off = p.seeOff
			}
			if want == "yes" {
				disabled = "project_disabled" // P14
			}
			if !related(p.name) {
				locked = "fb"
			}
			name := "19/" + string(right) + "/" + p.name
			t.Run(name+"/Auto Join on", func(t *testing.T) { ask(t, right, atProject(p.who), long(want)) })
			t.Run(name+"/Auto Join off", func(t *testing.T) { ask(t, right, atProject(both(p.who, autoJoinOff)), long(off)) })
			t.Run(name+"/locked out (S15)", func(t *testing.T) { ask(t, right, atProject(both(p.who, mfaMissing)), long(locked)) })
			t.Run(name+"/disabled (P14)", func(t *testing.T) {
				ask(t, right, atProject(both(p.who, func(f *Facts) { f.Disabled = &Disabled{Reason: "Migration of the cluster"} })), long(disabled))
			})
			t.Run(name+"/deleted (DR1)", func(t *testing.T) {
				ask(t, right, atProject(both(p.who, func(f *Facts) { f.Exists, f.Deleted = false, true })), "not_found")
			})
		}
	}
	for name, want := range map[string]struct {
		who  func(*Facts)
		want string
	}{
		"administrator": {administrator, "yes"}, "plain member": {plainMember, "admin_role_required"},
		"visitor": {organizationVisitor, "visitor_restricted"}, "maintainer member": {maintainerMember, "org_members_only"},
		"Support": {supportFlag, "org_members_only"}, "invitee": {invited, "forbidden"}, "outsider": {nobody, "forbidden"},
	} {
		t.Run("M1/organization.buckets/"+name, func(t *testing.T) { ask(t, OrganizationBuckets, atOrganization(want.who), want.want) })
	}
}

// TestBucketVisitorNeedsMFA: what a visitor does with buckets is the use of a visit (R4).
func TestBucketVisitorNeedsMFA(t *testing.T) {
	for _, right := range []Right{ProjectContent, ProjectBuckets, ProjectCatalog, ProjectLinkBuckets, ProjectShareBuckets} {
		ask(t, right, atProject(both(visitorIn, mfaOff)), "mfa_required")
		ask(t, right, atProject(both(direct(RoleShare), mfaOff)), "yes")
	}
}

// TestCovered is table SB4, cell by cell: who lists and links a bucket that is shared in each way.
func TestCovered(t *testing.T) {
	const org, other, b, c, quin, rea = OrganizationID(1), OrganizationID(2), ProjectID(2), ProjectID(3), AccountID(7), AccountID(8)
	user := candidate{account: quin, project: b, organization: org, uses: true}
	with := func(change func(*candidate)) candidate { x := user; change(&x); return x }
	member := with(func(x *candidate) { x.member = true })
	bystander := with(func(x *candidate) { x.member, x.uses = true, false }) // an administrator who does not use the project
	foreign := with(func(x *candidate) { x.member, x.organization = true, other })
	elsewhere := with(func(x *candidate) { x.project = c })
	sharer := with(func(x *candidate) { x.account = rea })
	for _, row := range []struct {
		name                                                      string
		share                                                     *Sharing
		user, member, bystander, foreign, elsewhere, sharer, none bool
	}{
		{name: "not shared"},
		{name: "project_members", share: &Sharing{Type: ShareProjectMembers, By: rea}, user: true, member: true, elsewhere: true, sharer: true},
		{name: "organization_members", share: &Sharing{Type: ShareOrganizationMembers, By: rea}, member: true, bystander: true},
		{
			name: "selected_projects", share: &Sharing{Type: ShareSelectedProjects, Projects: []ProjectID{b}, By: rea},
			user: true, member: true, sharer: true,
		},
		{
			name: "selected_users", share: &Sharing{Type: ShareSelectedUsers, Users: []AccountID{quin}, By: rea},
			user: true, member: true, elsewhere: true,
		},
		{name: "a type that is not known", share: &Sharing{Type: "everybody", By: rea}},
	} {
		bucket := Bucket{Organization: org, Project: 1, Share: row.share}
		for who, x := range map[string]struct {
			candidate candidate
			want      bool
		}{
			"user": {user, row.user}, "member": {member, row.member}, "member who does not use the project": {bystander, row.bystander},
			"in another organization": {foreign, row.foreign}, "user of another project": {elsewhere, row.elsewhere},
			"the sharer, who is in the project (SB6)": {sharer, row.sharer}, "nobody": {candidate{organization: org}, row.none},
		} {
			if got := covered(bucket, x.candidate); got != x.want {
				t.Errorf("%s, %s: covered is %v", row.name, who, got)
			}
		}
	}
}

package core

import (
	"strings"
	"testing"
)

// The tables in this file are written down from sections 6.1 to 6.4, cell by cell, not from the code.

func direct(role Role) func(*Facts) {
	return func(f *Facts) { f.Direct, f.DirectRole = Ordinary, role }
}

func visitorIn(f *Facts) {
	f.Account.Support = true
	f.Direct, f.DirectRole = Visiting, RoleProjectAdmin
}

func administrator(f *Facts) { f.OrganizationStanding, f.Admin = Ordinary, true }

func plainMember(f *Facts) { f.OrganizationStanding = Ordinary }

func roleUser(level Role) func(*Facts) {
	return func(f *Facts) { f.OrganizationStanding, f.RoleAccess = Ordinary, level }
}

func supportFlag(f *Facts) { f.Account.Support = true }

func maintainerMember(f *Facts) { f.MaintainerStanding = Ordinary }

func organizationVisitor(f *Facts) { f.Account.Support, f.OrganizationStanding = true, Visiting }

func invited(f *Facts) { f.Invited = true }

func requested(f *Facts) { f.Requested = true }

func nobody(*Facts) {}

func both(changes ...func(*Facts)) func(*Facts) {
	return func(f *Facts) {
		for _, c := range changes {
			c(f)
		}
	}
}

// entering is one actor of 6.1 with the answers to one right: Auto Join on, off, MFA missing.
type entering struct {
	right            Right
	on, off, missing string
}

func TestAccessMatrixProject(t *testing.T) {
	lock := "mfa_required"
	same := func(right Right, answer, missing string) entering { return entering{right, answer, answer, missing} }
	inside := []entering{
		same(ProjectJoin, "already_member", lock), same(ProjectRequest, "already_member", lock), same(ProjectContent, "yes", lock),
		same(ProjectLeave, "yes", "yes"),
	}
	staffEntry := []entering{
		{ProjectJoin, "yes", "auto_join_disabled", lock},
		{ProjectRequest, "use_join", "yes", lock},
		{ProjectContent, "use_join", "auto_join_disabled", lock},
	}
	everything := func(answer string) []entering {
		var rows []entering
		for _, right := range []Right{ProjectJoin, ProjectRequest, ProjectContent, ProjectExtend, ProjectAccept, ProjectDecline, ProjectWithdraw, ProjectSee} {
			rows = append(rows, same(right, answer, answer))
		}
		return rows
	}
	actors := []struct {
		name string
		who  func(*Facts)
		rows []entering
	}{
		{"ordinary direct member", direct(RoleProjectAdmin), inside},
		{"visitor in the project", visitorIn, append([]entering{same(ProjectExtend, "yes", lock)}, inside...)},
		{"visitor who has asked to stay (R23)", both(visitorIn, requested), []entering{same(ProjectExtend, "already_requested", lock)}},
		{"administrator, not a direct member", administrator, []entering{
			same(ProjectJoin, "yes", lock), same(ProjectRequest, "use_join", lock), same(ProjectContent, "yes", lock),
		}},
		{"administrator with role access", both(administrator, roleUser(RoleReadOnly)), []entering{
			same(ProjectJoin, "yes", lock), same(ProjectRequest, "use_join", lock), same(ProjectContent, "yes", lock),
		}},
		{"administrator with own pending request", both(administrator, requested), []entering{
			same(ProjectJoin, "yes", lock), same(ProjectRequest, "already_requested", lock), same(ProjectWithdraw, "yes", "yes"),
		}},
		{"administrator with own pending invitation", both(administrator, invited), []entering{
			same(ProjectJoin, "yes", lock), same(ProjectRequest, "already_invited", lock), same(ProjectDecline, "yes", "yes"),
			same(ProjectAccept, "yes", lock),
		}},
		{"role user", roleUser(RoleGuest), []entering{
			same(ProjectJoin, "already_member", lock), same(ProjectRequest, "already_member", lock), same(ProjectContent, "yes", lock),
		}},
		{"invitee without other relation", invited, []entering{
			same(ProjectAccept, "yes", lock), same(ProjectDecline, "yes", "yes"),
			same(ProjectJoin, "already_invited", lock), same(ProjectRequest, "already_invited", lock), same(ProjectContent, "already_invited", lock),
		}},
		{"Support, nothing pending", supportFlag, staffEntry},
		{"maintainer member, nothing pending", maintainerMember, staffEntry},
		{"Support with pending invitation", both(supportFlag, invited), []entering{
			same(ProjectAccept, "yes", lock), same(ProjectDecline, "yes", "yes"),
			{ProjectJoin, "yes", "auto_join_disabled", lock},
			same(ProjectRequest, "already_invited", lock),
		}},
		{"maintainer member with pending invitation", both(maintainerMember, invited), []entering{
			same(ProjectAccept, "yes", lock), same(ProjectDecline, "yes", "yes"),
			{ProjectJoin, "yes", "auto_join_disabled", lock},
			same(ProjectRequest, "already_invited", lock),
		}},
		{"Support with pending request", both(supportFlag, requested), []entering{
			{ProjectJoin, "yes", "auto_join_disabled", lock}, same(ProjectRequest, "already_requested", lock), same(ProjectWithdraw, "yes", "yes"),
		}},
		{"maintainer member with pending request", both(maintainerMember, requested), []entering{
			{ProjectJoin, "yes", "auto_join_disabled", lock}, same(ProjectRequest, "already_requested", lock), same(ProjectWithdraw, "yes", "yes"),
		}},
		{"organization visitor, not in the project", organizationVisitor, staffEntry},
		{"plain member", plainMember, []entering{
			same(ProjectJoin, "admin_role_required", lock), same(ProjectRequest, "admin_role_required", lock), same(ProjectContent, "admin_role_required", lock),
		}},
		{"requester who is no longer staff", requested, []entering{
			same(ProjectJoin, "forbidden", "forbidden"), same(ProjectRequest, "forbidden", "forbidden"),
			same(ProjectContent, "forbidden", "forbidden"), same(ProjectSee, "forbidden", "forbidden"), same(ProjectWithdraw, "yes", "yes"),
		}},
		{"outsider", nobody, everything("forbidden")},
		{"not activated direct member", both(direct(RoleProjectAdmin), func(f *Facts) { f.Activated = false }), everything("inactive_account")},
		{"not activated invitee", both(invited, func(f *Facts) { f.Activated = false }), everything("inactive_account")},
		{"expired Support", both(supportFlag, func(f *Facts) { f.Expired = true }), everything("account_expired")},
	}
	for _, a := range actors {
		for _, row := range a.rows {
			name := "6.1/" + a.name + "/" + string(row.right)
			t.Run(name+"/Auto Join on", func(t *testing.T) { ask(t, row.right, atProject(a.who), row.on) })
			t.Run(name+"/Auto Join off", func(t *testing.T) { ask(t, row.right, atProject(both(a.who, autoJoinOff)), row.off) })
			t.Run(name+"/MFA missing, Auto Join on", func(t *testing.T) { ask(t, row.right, atProject(both(a.who, mfaMissing)), row.missing) })
			t.Run(name+"/MFA missing, Auto Join off", func(t *testing.T) {
				ask(t, row.right, atProject(both(a.who, mfaMissing, autoJoinOff)), row.missing)
			})
			t.Run(name+"/MFA required and on", func(t *testing.T) {
				ask(t, row.right, atProject(both(a.who, func(f *Facts) { f.MFARequired = true })), row.on)
			})
		}
	}
}

func autoJoinOff(f *Facts) { f.AutoJoin = false }

func mfaMissing(f *Facts) { f.MFA, f.MFARequired = false, true }

func mfaOff(f *Facts) { f.MFA = false }

// TestAccessMatrixOwnMFA is the other half of "MFA missing" in 6.1: staff entries and the use of a visit need MFA
// where the organization does not require it (R4); nobody else does.
func TestAccessMatrixOwnMFA(t *testing.T) {
	for _, c := range []struct {
		name  string
		who   func(*Facts)
		right Right
		want  string
	}{
		{"direct member opens", direct(RoleReadOnly), ProjectContent, "yes"},
		{"visitor opens", visitorIn, ProjectContent, "mfa_required"},
		{"visitor asks to stay", visitorIn, ProjectExtend, "mfa_required"},
		{"visitor joins", visitorIn, ProjectJoin, "mfa_required"},
		{"visitor requests", visitorIn, ProjectRequest, "mfa_required"},
		{"visitor leaves", visitorIn, ProjectLeave, "yes"},
		{"administrator joins", administrator, ProjectJoin, "yes"},
		{"administrator with the Support flag joins as such (R4)", both(administrator, supportFlag), ProjectJoin, "yes"},
		{"staff join", supportFlag, ProjectJoin, "mfa_required"},
		{"staff join, Auto Join off (SET-O6)", both(supportFlag, autoJoinOff), ProjectJoin, "mfa_required"},
		{"staff request", both(maintainerMember, autoJoinOff), ProjectRequest, "mfa_required"},
		{"staff see management data", maintainerMember, ProjectSee, "yes"},
		{"staff with invitation join", both(maintainerMember, invited), ProjectJoin, "mfa_required"},
		{"staff with invitation request", both(maintainerMember, invited), ProjectRequest, "mfa_required"},
		{"staff with invitation accept", both(maintainerMember, invited), ProjectAccept, "yes"},
		{"staff with request withdraw", both(maintainerMember, requested), ProjectWithdraw, "yes"},
		{"invitee accepts", invited, ProjectAccept, "yes"},
		{"invitee joins", invited, ProjectJoin, "already_invited"},
	} {
		t.Run("6.1/R4/"+c.name, func(t *testing.T) { ask(t, c.right, atProject(both(c.who, mfaOff)), c.want) })
	}
}

func TestAccessMatrixOrganizationAndMaintainer(t *testing.T) {
	for _, c := range []struct {
		name    string
		who     func(*Facts)
		on, off string
		missing string // the organization requires MFA and it is off
		ownOff  string // it does not, and it is off
	}{
		{"administrator", administrator, "already_member", "already_member", "mfa_required", "already_member"},
		{"plain member", plainMember, "already_member", "already_member", "mfa_required", "already_member"},
		{"visitor", organizationVisitor, "already_member", "already_member", "mfa_required", "mfa_required"},
		{"Support", supportFlag, "yes", "auto_join_disabled", "mfa_required", "mfa_required"},
		{"maintainer member", maintainerMember, "yes", "auto_join_disabled", "mfa_required", "mfa_required"},
		{"Support with invitation (ORG-O3)", both(supportFlag, invited), "yes", "auto_join_disabled", "mfa_required", "mfa_required"},
		{"invitee without other relation", invited, "already_invited", "already_invited", "mfa_required", "already_invited"},
		{"project user or outsider", nobody, "forbidden", "forbidden", "forbidden", "forbidden"},
	} {
		name := "6.2/organization/" + c.name
		t.Run(name+"/Auto Join on", func(t *testing.T) { ask(t, OrganizationJoin, atOrganization(c.who), c.on) })
		t.Run(name+"/Auto Join off", func(t *testing.T) { ask(t, OrganizationJoin, atOrganization(both(c.who, autoJoinOff)), c.off) })
		t.Run(name+"/MFA missing", func(t *testing.T) { ask(t, OrganizationJoin, atOrganization(both(c.who, mfaMissing)), c.missing) })
		t.Run(name+"/own MFA off", func(t *testing.T) { ask(t, OrganizationJoin, atOrganization(both(c.who, mfaOff)), c.ownOff) })
	}
	for _, c := range []struct {
		name    string
		who     func(*Facts)
		want    string
		missing string
	}{
		{"member", maintainerMember, "already_member", "already_member"},
		{"member with the Support flag", both(maintainerMember, supportFlag), "already_member", "already_member"},
		{"visitor", both(supportFlag, func(f *Facts) { f.MaintainerStanding = Visiting }), "already_member", "mfa_required"},
		{"Support", supportFlag, "yes", "mfa_required"},
		{"Support with invitation", both(supportFlag, invited), "yes", "mfa_required"},
		{"invitee without other relation", invited, "already_invited", "already_invited"},
		{"others", nobody, "forbidden", "forbidden"},
	} {
		name := "6.2/maintainer/" + c.name
		t.Run(name, func(t *testing.T) { ask(t, MaintainerJoin, atMaintainer(c.who), c.want) })
		t.Run(name+"/MFA off", func(t *testing.T) { ask(t, MaintainerJoin, atMaintainer(both(c.who, mfaOff)), c.missing) })
	}
}

// short are the abbreviations of 6.3 and 6.4.
var short = map[string]string{
	"yes": "yes", "fb": "forbidden", "rr": "role_restricted", "vr": "visitor_restricted", "ar": "admin_role_required",
	"om": "org_members_only", "share": "share_needs_org_member", "ajd": "auto_join_disabled",
}

// readTable reads lines of "right | cell | cell …" under the given columns.
func readTable(t *testing.T, columns []string, table string, fn func(right Right, column, want string)) {
	t.Helper()
	for line := range strings.Lines(strings.TrimSpace(table)) {
		cells := strings.Split(line, "|")
		if len(cells) != len(columns)+1 {
			t.Fatalf("%d cells in %q", len(cells), line)
		}
		for i, column := range columns {
			want, ok := short[strings.TrimSpace(cells[i+1])]
			if !ok {
				t.Fatalf("unknown cell in %q", line)
			}
			fn(Right(strings.TrimSpace(cells[0])), column, want)
		}
	}
}

func TestAccessRightsOnProject(t *testing.T) {
	people := map[string]func(*Facts){
		"share": direct(RoleShare), "admin": direct(RoleProjectAdmin),
		"guest": direct(RoleGuest), "readOnly": direct(RoleReadOnly),
		"productionManager": both(protected, direct(RoleProductionManager)),
		"developer":         both(protected, direct(RoleDeveloper)),
		"reviewer":          both(protected, direct(RoleReviewer)),
		"visitor":           both(maintainerMember, func(f *Facts) { f.Direct, f.DirectRole = Visiting, RoleProjectAdmin }),
		"administrator":     administrator, "maintainer member": maintainerMember, "Support": supportFlag,
		"organization visitor of the maintainer": both(maintainerMember, func(f *Facts) { f.OrganizationStanding = Visiting }),
		"plain member":                           plainMember, "invitee": invited, "outsider": nobody, "requester no longer staff": requested,
		"role user at admin": roleUser(RoleProjectAdmin), "role user at guest": roleUser(RoleGuest),
	}
	// The columns of 6.3, and whom each stands for.
	columns := []string{"full", "limited", "visitor", "administrator", "maintainer", "support"}
	stands := map[string][]string{
		"full": {"share", "admin", "productionManager", "role user at admin"}, "limited": {"guest", "readOnly", "developer", "reviewer", "role user at guest"},
		"visitor": {"visitor"}, "administrator": {"administrator"}, "support": {"Support"},
		"maintainer": {"maintainer member", "organization visitor of the maintainer"},
	}
	const table = `
project.see            | yes   | yes | yes | yes | yes | yes
project.activity       | yes   | rr  | yes | yes | yes | yes
project.invite         | yes   | rr  | vr  | yes | fb  | fb
project.cancel         | yes   | rr  | vr  | yes | fb  | fb
project.add            | yes   | rr  | vr  | yes | fb  | fb
project.manage_users   | yes   | rr  | vr  | yes | fb  | fb
project.give_share     | share | rr  | vr  | yes | fb  | fb
project.grant_roles    | yes   | rr  | vr  | yes | fb  | fb
project.decide         | yes   | yes | vr  | fb  | fb  | fb
project.approve        | yes   | yes | vr  | fb  | fb  | fb
project.rename         | yes   | rr  | vr  | yes | fb  | fb
project.delete         | yes   | rr  | vr  | yes | fb  | yes
project.remove         | om    | rr  | vr  | yes | om  | om
project.administer     | fb    | fb  | fb  | fb  | fb  | yes
project.restore        | fb    | fb  | fb  | fb  | fb  | yes
project.purge          | fb    | fb  | fb  | fb  | fb  | yes
project.list_deleted   | fb    | fb  | fb  | yes | fb  | yes
project.ticket         | yes   | yes | yes | fb  | fb  | fb
project.ticket_restore | yes   | yes | yes | yes | fb  | fb
`
	readTable(t, columns, table, func(right Right, column, want string) {
		for _, who := range stands[column] {
			for _, setting := range []struct {
				name   string
				change func(*Facts)
			}{{"Auto Join on", nobody}, {"Auto Join off (A4)", autoJoinOff}} {
				t.Run("6.3/"+string(right)+"/"+who+"/"+setting.name, func(t *testing.T) {
					ask(t, right, atProject(both(people[who], setting.change)), want)
				})
			}
			t.Run("6.3/"+string(right)+"/"+who+"/locked out (S15)", func(t *testing.T) {
				locked := "mfa_required"
				if right == ProjectDelete && column == "support" {
					locked = "yes" // S16
				}
				ask(t, right, atProject(both(people[who], mfaMissing)), locked)
			})
		}
		for who, want := range map[string]string{
			"plain member": "admin_role_required", "invitee": "forbidden", "outsider": "forbidden", "requester no longer staff": "forbidden",
		} {
			t.Run("6.3/"+string(right)+"/"+who, func(t *testing.T) { ask(t, right, atProject(people[who]), want) })
		}
	})
	for who, want := range map[string]string{
		"share": "yes", "guest": "yes", "visitor": "yes", "administrator": "forbidden", "maintainer member": "forbidden", "Support": "forbidden",
		"role user at admin": "forbidden", "plain member": "admin_role_required", "outsider": "forbidden",
	} {
		t.Run("6.3/leave/"+who, func(t *testing.T) { ask(t, ProjectLeave, atProject(people[who]), want) })
	}
}

func protected(f *Facts) { f.RoleSet = RoleSetProtected }

func TestAccessRightsOnOrganization(t *testing.T) {
	people := map[string]func(*Facts){
		"administrator": administrator, "plain": plainMember, "maintainer": maintainerMember, "support": supportFlag,
		"maintainer visiting": both(maintainerMember, func(f *Facts) { f.OrganizationStanding = Visiting }),
		"Support visiting":    organizationVisitor,
	}
	// "Visitor" stands here twice: where 6.4 says "staff", each has the own column.
	columns := []string{"administrator", "maintainer visiting", "Support visiting", "plain", "maintainer", "support"}
	const table = `
organization.see            | yes | yes | yes | yes | yes | yes
organization.see_members    | yes | yes | yes | ar  | yes | yes
organization.list_projects  | yes | yes | yes | ar  | yes | yes
organization.combined_users | yes | yes | yes | ar  | om  | om
organization.mfa_list       | yes | vr  | vr  | ar  | om  | om
organization.invite         | yes | vr  | vr  | ar  | fb  | fb
organization.add            | yes | yes | yes | ar  | yes | yes
organization.remove_member  | yes | fb  | yes | ar  | fb  | yes
organization.leave          | yes | yes | yes | yes | fb  | fb
organization.rename         | yes | yes | yes | ar  | yes | yes
organization.settings       | yes | vr  | vr  | ar  | om  | om
organization.roles          | yes | vr  | vr  | ar  | om  | om
organization.billing_view   | yes | yes | yes | ar  | yes | yes
organization.billing_edit   | yes | vr  | vr  | ar  | om  | om
organization.create_project | yes | vr  | vr  | ar  | om  | om
organization.delete         | yes | fb  | yes | ar  | fb  | yes
`
	readTable(t, columns, table, func(right Right, who, want string) {
		name := "6.4/" + string(right) + "/" + who
		t.Run(name+"/Auto Join on", func(t *testing.T) { ask(t, right, atOrganization(people[who]), want) })
		t.Run(name+"/Auto Join off", func(t *testing.T) {
			off := want
			if right == OrganizationAdd && who != "administrator" && who != "plain" {
				off = "auto_join_disabled" // M5
			}
			ask(t, right, atOrganization(both(people[who], autoJoinOff)), off)
		})
		t.Run(name+"/locked out (S14, S16, S17)", func(t *testing.T) {
			locked := "mfa_required"
			support := who == "support" || who == "Support visiting"
			switch {
			case right == OrganizationLeave:
				locked = want
			case support && (right == OrganizationDelete || right == OrganizationListProjects):
				locked = "yes"
			}
			ask(t, right, atOrganization(both(people[who], mfaMissing)), locked)
		})
		for other, change := range map[string]func(*Facts){"invitee": invited, "project user or outsider": nobody} {
			t.Run("6.4/"+string(right)+"/"+other, func(t *testing.T) { ask(t, right, atOrganization(change), "forbidden") })
		}
	})
}

func TestAccessRightsOnMaintainer(t *testing.T) {
	people := map[string]func(*Facts){
		"member": maintainerMember, "support": supportFlag, "visitor": both(supportFlag, func(f *Facts) { f.MaintainerStanding = Visiting }),
		"invitee": invited, "outsider": nobody,
	}
	const table = `
maintainer.see                 | yes | yes | yes | fb | fb
maintainer.manage              | yes | yes | yes | fb | fb
maintainer.delete              | fb  | yes | yes | fb | fb
maintainer.create_organization | yes | yes | yes | fb | fb
maintainer.leave               | yes | fb  | yes | fb | fb
`
	readTable(t, []string{"member", "support", "visitor", "invitee", "outsider"}, table, func(right Right, who, want string) {
		t.Run("17/"+string(right)+"/"+who, func(t *testing.T) { ask(t, right, atMaintainer(people[who]), want) })
	})
	for _, right := range []Right{MaintainerAccept, MaintainerDecline} {
		t.Run("MT6/"+string(right), func(t *testing.T) { ask(t, right, atMaintainer(invited), "yes") })
		t.Run("MT6/"+string(right)+"/not invited", func(t *testing.T) { ask(t, right, atMaintainer(supportFlag), "forbidden") })
	}
}

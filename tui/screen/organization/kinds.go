// Package organization shows organizations: own ones or all that the reader can see, and the page of one with its
// projects, members, settings and activity.
package organization

import (
	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/screen/bucket"
	"gatehouse/tui/screen/invitation"
	"gatehouse/tui/screen/member"
	"gatehouse/tui/screen/project"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/role"
	"gatehouse/tui/screen/unit"
)

// The tabs of the page of an organization.
const (
	TabProjects    = "projects"
	TabMembers     = "members"
	TabUsers       = "users"
	TabRoles       = "roles"
	TabInvitations = "invitations"
	TabVisits      = "visits"
	TabSettings    = "settings"
	TabBilling     = "billing"
	TabBuckets     = "buckets"
	TabActivity    = "activity"
)

// Kinds are the pages: organizations (the tab "all" starts with all of them), organization/3 with its tabs, and org/3,
// which is the same.
func Kinds() []*app.Kind {
	return []*app.Kind{
		{
			Name: "organizations", Title: "Organizations", Rail: 3,
			Make: func(e *app.Env, _ app.Page) app.Screen { return NewList(e, 0) },
		},
		page("organization"), page("org"),
	}
}

func page(name string) *app.Kind {
	return &app.Kind{
		Name: name, Title: "Organization", Parent: func(app.Page) app.Page { return app.Page{Kind: "organizations"} },
		Tabs: func(*app.Session, app.Page) []app.Tab {
			return []app.Tab{
				{ID: TabProjects, Title: "Projects"},
				{ID: TabMembers, Title: "Members"},
				{ID: TabUsers, Title: "Users"},
				{ID: TabRoles, Title: "Roles"},
				{ID: TabInvitations, Title: "Invitations"},
				{ID: TabVisits, Title: "Visits"},
				{ID: TabSettings, Title: "Settings"},
				{ID: TabBilling, Title: "Billing"},
				{ID: TabBuckets, Title: "Buckets"},
				{ID: TabActivity, Title: "Activity"},
			}
		},
		Make: func(e *app.Env, p app.Page) app.Screen {
			ref := core.OrganizationID(unit.ID(p)).Ref()
			switch p.Tab {
			case TabMembers:
				return member.New(e, ref)
			case TabInvitations:
				return invitation.NewTab(e, ref, member.Invite)
			case TabVisits:
				return request.NewVisits(e, ref)
			case TabUsers:
				return role.NewEverybody(e, ref)
			case TabRoles:
				return role.NewTab(e, ref)
			case TabSettings:
				return newSettings(e, ref)
			case TabBilling:
				return newBilling(e, ref)
			case TabBuckets:
				return bucket.NewTab(e, ref)
			case TabActivity:
				return unit.NewActivity(e, ref)
			}
			return project.NewList(e, ref)
		},
	}
}

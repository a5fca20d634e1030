// Package project shows projects: all that the reader can see, those of one organization or maintainer, those that are
// deleted and can be restored; and the page of one project with its users, requests, settings and activity.
package project

import (
	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/screen/bucket"
	"gatehouse/tui/screen/member"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/role"
	"gatehouse/tui/screen/ticket"
	"gatehouse/tui/screen/unit"
)

// The tabs of the page of a project.
const (
	TabUsers    = "users"
	TabRequests = "requests"
	TabVisits   = "visits"
	TabAccess   = "access"
	TabBuckets  = "buckets"
	TabTickets  = "tickets"
	TabSettings = "settings"
	TabActivity = "activity"
)

// Kinds are the pages: projects (the tab "deleted" opens those in their grace), project/7 with its tabs.
func Kinds() []*app.Kind {
	return []*app.Kind{
		{
			Name: "projects", Title: "Projects", Rail: 4,
			Make: func(e *app.Env, _ app.Page) app.Screen { return NewList(e, core.Unit{}) },
		},
		{
			Name: "project", Title: "Project", Parent: func(app.Page) app.Page { return app.Page{Kind: "projects"} },
			Tabs: func(*app.Session, app.Page) []app.Tab {
				return []app.Tab{
					{ID: TabUsers, Title: "Users"},
					{ID: TabRequests, Title: "Requests"},
					{ID: TabVisits, Title: "Visits"},
					{ID: TabAccess, Title: "Access"},
					{ID: TabBuckets, Title: "Buckets"},
					{ID: TabTickets, Title: "Tickets"},
					{ID: TabSettings, Title: "Settings"},
					{ID: TabActivity, Title: "Activity"},
				}
			},
			Make: func(e *app.Env, p app.Page) app.Screen {
				ref := core.ProjectID(unit.ID(p)).Ref()
				switch p.Tab {
				case TabRequests:
					return newRequests(e, ref)
				case TabVisits:
					return request.NewVisits(e, ref)
				case TabAccess:
					return role.NewAccess(e, ref)
				case TabBuckets:
					return bucket.NewTab(e, ref)
				case TabTickets:
					return ticket.NewTab(e, ref)
				case TabSettings:
					return newSettings(e, ref)
				case TabActivity:
					return unit.NewActivity(e, ref)
				}
				return member.New(e, ref)
			},
		},
	}
}

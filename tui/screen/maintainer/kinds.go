// Package maintainer shows the maintainers that somebody may see, and the page of one: its organizations, members,
// settings (name and contact) and activity (sections 5 and 17).
package maintainer

import (
	"strconv"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/screen/invitation"
	"gatehouse/tui/screen/member"
	"gatehouse/tui/screen/organization"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/ticket"
	"gatehouse/tui/screen/unit"
)

// The tabs of the page of a maintainer.
const (
	TabOrganizations = "organizations"
	TabMembers       = "members"
	TabInvitations   = "invitations"
	TabVisits        = "visits"
	TabTickets       = "tickets"
	TabSettings      = "settings"
	TabActivity      = "activity"
)

// Kinds are the pages: maintainers in the rail, and maintainer/1 with its tabs.
func Kinds() []*app.Kind {
	return []*app.Kind{
		{
			Name: "maintainers", Title: "Maintainers", Rail: 5,
			Make: func(e *app.Env, _ app.Page) app.Screen { return newList(e) },
		},
		{
			Name: "maintainer", Title: "Maintainer",
			Tabs: func(*app.Session, app.Page) []app.Tab {
				return []app.Tab{
					{ID: TabOrganizations, Title: "Organizations"},
					{ID: TabMembers, Title: "Members"},
					{ID: TabInvitations, Title: "Invitations"},
					{ID: TabVisits, Title: "Visits"},
					{ID: TabTickets, Title: "Tickets"},
					{ID: TabSettings, Title: "Settings"},
					{ID: TabActivity, Title: "Activity"},
				}
			},
			Parent: func(app.Page) app.Page { return app.Page{Kind: "maintainers"} },
			Make: func(e *app.Env, p app.Page) app.Screen {
				id := core.MaintainerID(unit.ID(p))
				ref := id.Ref()
				switch p.Tab {
				case TabMembers:
					return member.New(e, ref)
				case TabInvitations:
					return invitation.NewTab(e, ref, member.Invite)
				case TabVisits:
					return request.NewVisits(e, ref)
				case TabTickets:
					return ticket.NewTab(e, ref)
				case TabSettings:
					return newSettings(e, ref)
				case TabActivity:
					return unit.NewActivity(e, ref)
				}
				return organization.NewList(e, id)
			},
		},
	}
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

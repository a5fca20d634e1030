// Package request is the heart of the interface: every support-access request and visit that somebody can see, across
// projects and organizations, and the decisions about them (sections 10 and 11; interface.md, "Requests: the heart").
//
// The cards are exported for other screens that show the same rows: [Approve], [Grant], [Reject], [Withdraw] for
// requests, [Revoke], [Leave], [Extend] for visits. They take ids, look at the record beside the interface, and open
// what fits: a card for one, a table for many. Nothing is decided by the key that opens them.
package request

import (
	"strconv"

	"gatehouse/core"
	"gatehouse/tui/app"
)

// The tabs of the page requests.
const (
	TabWaiting = "waiting"
	TabVisits  = "visits"
	TabDecided = "decided"
	TabPast    = "past"
	TabMine    = "mine"
)

// Kinds are the pages: requests with its tabs, request/41, visit/7.
func Kinds() []*app.Kind {
	return []*app.Kind{
		{
			Name: "requests", Title: "Requests", Rail: 2,
			Tabs: func(*app.Session, app.Page) []app.Tab {
				return []app.Tab{
					{ID: TabWaiting, Title: "Waiting"},
					{ID: TabVisits, Title: "Active visits"},
					{ID: TabDecided, Title: "Decided"},
					{ID: TabPast, Title: "Past visits"},
					{ID: TabMine, Title: "Mine"},
				}
			},
			Make: func(e *app.Env, p app.Page) app.Screen {
				switch p.Tab {
				case TabVisits:
					return newVisits(e)
				case TabDecided:
					return newRequests(e, core.TabDecided)
				case TabPast:
					return newPastVisits(e)
				case TabMine:
					return newRequests(e, core.TabMine)
				}
				return newRequests(e, core.TabWaiting)
			},
		},
		{
			Name: "request", Title: "Request",
			Parent: func(app.Page) app.Page { return app.Page{Kind: "requests"} },
			Make:   func(e *app.Env, _ app.Page) app.Screen { return newRequestPage(e) },
		},
		{
			Name: "visit", Title: "Visit",
			Parent: func(app.Page) app.Page { return app.Page{Kind: "requests", Tab: TabVisits} },
			Make:   func(e *app.Env, _ app.Page) app.Screen { return newVisitPage(e) },
		},
	}
}

// Page is the page of one request.
func Page(id core.RequestID) app.Page { return app.Page{Kind: "request", ID: number(uint64(id))} }

// VisitPage is the page of one visit.
func VisitPage(id core.VisitID) app.Page { return app.Page{Kind: "visit", ID: number(uint64(id))} }

// UnitPage is the page of a unit.
func UnitPage(u core.Unit) app.Page {
	return app.Page{Kind: u.Kind.String(), ID: number(u.ID)}
}

func number(id uint64) string { return strconv.FormatUint(id, 10) }

// parse reads an id out of a page or row; anything else is 0, which no record has.
func parse(s string) uint64 {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Package ticket shows support tickets: those that somebody opened, those that they answer, all that they may read; the
// page of one with its thread; and the forms to open, answer, pass on, close and reopen them (section 20).
//
// [Open] is for other screens: it asks for a ticket about a project, filled in as the moment wants it. [Report] makes
// one out of an error (ST2).
package ticket

import (
	"strconv"

	"gatehouse/core"
	"gatehouse/tui/app"
)

// The tabs of the page tickets.
const (
	TabMine   = "mine"
	TabAnswer = "answer"
	TabAll    = "all"
)

// Kinds are the pages: tickets with its tabs, ticket/4.
func Kinds() []*app.Kind {
	return []*app.Kind{
		{
			Name: "tickets", Title: "Tickets", Rail: 6, Tabs: tabs,
			Make: func(e *app.Env, p app.Page) app.Screen {
				switch p.Tab {
				case TabAnswer:
					return newList(e, core.TicketsAnswer, core.Unit{})
				case TabAll:
					return newList(e, core.TicketsAll, core.Unit{})
				}
				return newList(e, core.TicketsMine, core.Unit{})
			},
		},
		{
			Name: "ticket", Title: "Ticket",
			Parent: func(app.Page) app.Page { return app.Page{Kind: "tickets"} },
			Make:   func(e *app.Env, _ app.Page) app.Screen { return newPage(e) },
		},
	}
}

// tabs puts first what somebody comes for: staff to answer, everybody else to see what became of their own.
func tabs(s *app.Session, _ app.Page) []app.Tab {
	mine, all := app.Tab{ID: TabMine, Title: "Mine"}, app.Tab{ID: TabAll, Title: "All"}
	if s.Staff {
		return []app.Tab{{ID: TabAnswer, Title: "To answer"}, mine, all}
	}
	return []app.Tab{mine, all}
}

// NewTab makes the tab of the page of a project or maintainer.
func NewTab(e *app.Env, ref core.Unit) app.Screen { return newList(e, core.TicketsAll, ref) }

// Page is the page of one ticket.
func Page(id core.TicketID) app.Page { return app.Page{Kind: "ticket", ID: number(uint64(id))} }

func number(id uint64) string { return strconv.FormatUint(id, 10) }

// parse reads an id out of a page or row; anything else is 0, which no record has.
func parse(s string) core.TicketID {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0
	}
	return core.TicketID(n)
}

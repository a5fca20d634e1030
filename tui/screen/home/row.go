package home

import (
	"fmt"
	"strconv"
	"time"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/invitation"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/ticket"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// row is one line that can be opened.
type row struct {
	key   string
	block string
	page  app.Page
	// cells are who or what, where, when, and the rest.
	cells func(look *theme.Look, now time.Time) [4]theme.Span
	// What the actions need; nil and zero where it does not fit. who is zero for the acting account itself.
	request    *core.RequestView
	visit      *core.VisitView
	invitation core.InvitationID
	ticket     core.TicketID
	join       core.Unit // what to join before it can be decided
	who        core.Person
	project    core.Named
}

func (r row) decidable() bool  { return r.request != nil && r.block == blockWaiting }
func (r row) invited() bool    { return r.invitation != 0 }
func (r row) ownRequest() bool { return r.request != nil && r.block == blockMine }
func (r row) ownVisit() bool   { return r.visit != nil && r.visit.Mine }

// The blocks, by their headings.
const (
	blockWaiting  = "Waiting for your decision"
	blockInvited  = "Invitations to you"
	blockTickets  = "Tickets that wait for you"
	blockMine     = "Your requests"
	blockVisits   = "Visits"
	blockExpiring = "Projects that end within a week"
	blockMFA      = "MFA is required, and missing"
	blockActivity = "Latest activity"
)

func rowsOf(v core.HomeView) []row {
	rows := needRows(v.HomeNeeds)
	for i := range v.Waiting {
		rows = append(rows, waitingRow(&v.Waiting[i]))
	}
	for i := range v.Stuck {
		rows = append(rows, stuckRow(&v.Stuck[i]))
	}
	for i := range v.ForSupport {
		rows = append(rows, idleRow(&v.ForSupport[i]))
	}
	for _, i := range v.Invitations {
		rows = append(rows, invitedRow(i))
	}
	for _, t := range v.Tickets {
		rows = append(rows, ticketRow(t))
	}
	for i := range v.Mine {
		rows = append(rows, mineRow(&v.Mine[i]))
	}
	for i := range v.Visits {
		rows = append(rows, visitRow(&v.Visits[i]))
	}
	for _, p := range v.Expiring {
		rows = append(rows, row{
			key: fmt.Sprintf("expiring/%d", p.ID), block: blockExpiring, page: request.UnitPage(p.ID.Ref()),
			project: core.Named{ID: uint64(p.ID), Name: p.Name},
			cells: func(look *theme.Look, now time.Time) [4]theme.Span {
				return [4]theme.Span{{Text: p.Name}, {Text: p.Organization.Name}, cell.Expires(look, p.Expires, now), {Role: theme.Faint, Text: "then it is deleted"}}
			},
		})
	}
	for _, m := range v.WithoutMFA {
		page := request.UnitPage(core.OrganizationID(m.Organization.ID).Ref())
		page.Tab = "members"
		rows = append(rows, row{
			key: "mfa/" + strconv.FormatUint(m.Organization.ID, 10), block: blockMFA, page: page,
			cells: func(look *theme.Look, _ time.Time) [4]theme.Span {
				people := "1 person"
				if m.People != 1 {
					people = fmt.Sprintf("%d people", m.People)
				}
				return [4]theme.Span{{Text: m.Organization.Name}, {Role: theme.Warning, Text: people + " without " + look.Glyphs.Warn}, {Text: "locked out"}, {Role: theme.Faint, Text: "until they turn MFA on"}}
			},
		})
	}
	for _, e := range v.Activity {
		rows = append(rows, activityRow(e))
	}
	return rows
}

func waitingRow(q *core.RequestView) row {
	return row{
		key: fmt.Sprintf("waiting/%d", q.ID), block: blockWaiting, page: request.Page(q.ID), request: q,
		who: q.Who, project: core.Named{ID: uint64(q.Project), Name: q.ProjectName},
		cells: func(look *theme.Look, now time.Time) [4]theme.Span {
			return [4]theme.Span{person(look, q.Who), cell.Name(look, q.ProjectName, uint64(q.Project), q.Alike), length(q.Asked, now), {Text: q.Reason}}
		},
	}
}

func invitedRow(v core.InvitationView) row {
	r := row{key: fmt.Sprintf("invited/%d", v.ID), block: blockInvited, page: invitation.Page(v.ID), invitation: v.ID}
	if v.Unit.Kind == core.KindProject {
		r.project = core.Named{ID: v.Unit.ID, Name: v.UnitName}
	}
	r.cells = func(look *theme.Look, now time.Time) [4]theme.Span {
		lapses := cell.Ends(v.Lapses, now)
		lapses.Text = "lapses " + lapses.Text
		by := theme.Span{}
		if v.InvitedBy != nil {
			by = person(look, *v.InvitedBy)
		}
		as := "as " + invitation.As(v)
		if v.Reason != "" {
			as += ": " + v.Reason
		}
		return [4]theme.Span{by, {Text: invitation.UnitName(v)}, lapses, {Text: as}}
	}
	return r
}

func mineRow(q *core.RequestView) row {
	return row{
		key: fmt.Sprintf("mine/%d", q.ID), block: blockMine, page: request.Page(q.ID), request: q,
		project: core.Named{ID: uint64(q.Project), Name: q.ProjectName},
		cells: func(look *theme.Look, now time.Time) [4]theme.Span {
			lapses := cell.Ends(q.Lapses, now)
			lapses.Text = "lapses " + lapses.Text
			return [4]theme.Span{cell.RequestState(look, *q), {Text: q.ProjectName}, lapses, {Text: q.Reason}}
		},
	}
}

func visitRow(v *core.VisitView) row {
	r := row{key: fmt.Sprintf("visit/%d", v.ID), block: blockVisits, page: request.VisitPage(v.ID), visit: v}
	if !v.Mine {
		r.who = v.Who
	}
	if v.Unit.Kind == core.KindProject {
		r.project = core.Named{ID: v.Unit.ID, Name: v.UnitName}
	}
	r.cells = func(look *theme.Look, now time.Time) [4]theme.Span {
		who := person(look, v.Who)
		if v.Mine {
			who = theme.Span{Role: theme.Success, Text: look.Glyphs.On + " you"}
		}
		closes := cell.Ends(v.Closes, now)
		if v.Due {
			closes = theme.Span{Role: theme.Warning, Text: "due"}
		} else {
			if long := "ends " + closes.Text; text.Width(long) <= 14 { // the column; the heading says enough
				closes.Text = long
			}
		}
		return [4]theme.Span{who, {Text: v.UnitName}, closes, {Text: v.Reason}}
	}
	return r
}

func activityRow(e core.EventView) row {
	return row{
		key: fmt.Sprintf("event/%d/%d/%d", e.Chain.Kind, e.Chain.ID, e.Sequence), block: blockActivity, page: eventPage(e),
		cells: func(_ *theme.Look, now time.Time) [4]theme.Span {
			return [4]theme.Span{{Text: e.Who}, cell.What(e), {Role: theme.Faint, Text: text.Ago(e.Time.Time(), now)}, {Text: cell.About(e)}}
		},
	}
}

// eventPage is where an event leads: to the request or visit that it is about, else to its unit, else to the activity.
func eventPage(e core.EventView) app.Page {
	var unit core.Ref
	for _, s := range e.Subjects {
		switch s.Kind {
		case core.KindRequest:
			return request.Page(core.RequestID(s.ID))
		case core.KindVisit:
			return request.VisitPage(core.VisitID(s.ID))
		case core.KindTicket:
			return ticket.Page(core.TicketID(s.ID))
		case core.KindInvitation:
			return invitation.Page(core.InvitationID(s.ID))
		case core.KindProject, core.KindOrganization, core.KindMaintainer:
			if unit.IsZero() {
				unit = s
			}
		default:
		}
	}
	if unit.IsZero() {
		return app.Page{Kind: "activity"}
	}
	return request.UnitPage(unit)
}

func person(look *theme.Look, p core.Person) theme.Span {
	p.Unconfirmed = false // the page of the row says so; here it would push the address out
	return cell.Person(look, p)
}

// length writes what somebody asks for.
func length(t core.Term, now time.Time) theme.Span {
	if t.Until != 0 {
		return theme.Span{Text: "ends " + cell.Ends(t.Until, now).Text}
	}
	return theme.Span{Text: "for " + cell.Term(t)}
}

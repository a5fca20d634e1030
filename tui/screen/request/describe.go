package request

import (
	"fmt"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/problem"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// describeRequest says what is to know about a request. page is what its page adds to the row, nil while it is read.
func describeRequest(b *brief, row core.RequestView, page *core.RequestView) {
	q := row
	if page != nil {
		q = *page
	}
	if q.State == core.RequestPending {
		describePending(b, q, page != nil)
		return
	}
	b.head(q.Who, "asked to "+verb(q), q.ProjectName, " "+asked(q.Asked))
	state := cell.RequestState(b.look, q)
	if q.DecidedBy != nil {
		state.Text += " by " + badged(b.look, *q.DecidedBy).Text
	}
	state.Text += ", " + cell.Exact(q.Decided, b.now)
	b.gap()
	b.field("State", state)
	if q.Granted != 0 {
		b.text("Granted", "until "+cell.Exact(q.Granted, b.now))
	}
	b.text("Asked", asked(q.Asked))
	b.text("Note", q.Note)
	b.text("Reason", q.Reason)
	b.text("Ticket", cited(q.Ticket, q.TicketSubject))
	b.text("Organization", q.OrganizationName)
	b.text("Filed", cell.Exact(q.Filed, b.now))
	b.keys("enter", "open", "W", "why", "y", "copy id")
}

func describePending(b *brief, q core.RequestView, whole bool) {
	as := ""
	if q.GrantRole != "" {
		as = " as " + string(q.GrantRole)
	}
	b.head(q.Who, "asks to "+verb(q), q.ProjectName, " "+asked(q.Asked)+as)
	b.gap()
	b.field("Careful", theme.Span{Role: theme.Warning, Text: lookAlike(q)})
	b.field("Also open", theme.Span{Role: theme.Info, Text: alsoOpen(b.company)})
	b.text("Reason", q.Reason)
	if !b.narrow() {
		b.text("Ticket", cited(q.Ticket, q.TicketSubject))
	}
	b.text("Who", requester(b, q, whole))
	if q.VisitEnds != 0 {
		b.text("Inside until", cell.Exact(q.VisitEnds, b.now))
	}
	if whole && !q.Due {
		b.text("If approved", consequence(b, q))
		b.text("Who may decide", people(q))
	}
	b.text("Lapses", cell.Exact(q.Lapses, b.now))
	b.text("Organization", q.OrganizationName)
	if !b.short {
		b.text("Filed", cell.Exact(q.Filed, b.now))
	}
	err := mayDecide(b.me)(q)
	switch {
	case q.Requester == b.me:
		b.keys("x", "withdraw", "W", "why", "enter", "open", "y", "copy id")
	case err != nil && whole:
		b.gap()
		b.refuse(problem.From(err).Text())
	case q.MayDecide:
		b.keys("A", "approve", "E", "approve for another time", "D", "reject", "W", "why", "y", "copy id")
	}
}

// alsoOpen says who else looks at the request now; empty for nobody.
func alsoOpen(c core.Company) string {
	if c.Nobody() {
		return ""
	}
	return "by " + app.CompanyWords(c)
}

// cited names the ticket that somebody comes in for (ST9); who may not read it gets the number.
func cited(id core.TicketID, subject string) string {
	switch {
	case id == 0:
		return ""
	case subject == "":
		return number(uint64(id))
	}
	return number(uint64(id)) + " " + subject
}

// requester says who asks: by what relation, with what MFA, until when the account works.
func requester(b *brief, q core.RequestView, whole bool) string {
	relation := ""
	switch {
	case q.NoLongerStaff:
		relation = "no longer staff for " + q.OrganizationName
	case q.Who.Support:
		relation = "Support staff"
	case whole && q.Maintainer.Name != "":
		relation = "member of " + q.Maintainer.Name
	}
	mfa := ""
	if q.Who.MFA != nil {
		mfa = "MFA " + cell.MFA(b.look, q.Who.MFA).Text
	}
	expires := ""
	if q.WhoExpires != 0 {
		expires = "account expires " + q.WhoExpires.Time().Format("2006-01-02")
	}
	address := ""
	if q.Who.Unconfirmed {
		address = "address not confirmed"
	}
	if b.narrow() {
		address = ""
	}
	return b.dots(q.Who.Name, relation, mfa, address, expires)
}

// consequence says what an approval does (R3, P17).
func consequence(b *brief, q core.RequestView) string {
	end := q.Asked.End(core.At(b.now))
	from := ""
	if q.Asked.Until == 0 {
		from = " (" + cell.Term(q.Asked) + " from approval)"
	}
	s := "a visitor"
	if q.Extends != 0 {
		s = "stays"
	}
	if b.narrow() {
		return s + " until " + moment(b, end) + from
	}
	return b.dots(s+" until "+moment(b, end)+from, fmt.Sprintf("not counted: %d / %d", q.Users, q.UserLimit))
}

// moment writes a moment as short as it stays exact: the clock alone for today.
func moment(b *brief, m core.Moment) string {
	at := m.Time().In(b.now.Location())
	if y, d := at.Year(), at.YearDay(); y == b.now.Year() && d == b.now.YearDay() {
		return at.Format("15:04 MST") + " today"
	}
	return text.Exact(m.Time())
}

// describeVisit says what is to know about a visit.
func describeVisit(b *brief, row core.VisitView, page *stay) {
	v := row
	if page != nil {
		v = page.VisitView
	}
	does, as := "is inside", ""
	if v.State != core.VisitActive {
		does = "was inside"
	}
	if v.Role != "" {
		as = " as " + string(v.Role)
	}
	b.head(v.Who, does, v.UnitName, as)
	b.gap()
	b.text("Reason", v.Reason)
	b.text("Ticket", cited(v.Ticket, v.TicketSubject))
	if v.State == core.VisitActive {
		closes := cell.Exact(v.Closes, b.now)
		if v.ClosesBy != "" {
			closes += ", by " + v.ClosesBy
		}
		b.field("Closes", theme.Span{Text: closes})
	} else {
		describeEnd(b, v)
	}
	b.text("Entered", entered(b, v))
	b.text("Asked", asked(v.Asked))
	b.text("Granted", "until "+grantedEnd(b, v))
	if n := len(v.Extensions); n > 0 {
		b.text("Extended", fmt.Sprintf("%d times, last by request %d", n, v.Extensions[n-1]))
	}
	b.text("Organization", v.OrganizationName)
	switch {
	case v.State != core.VisitActive:
		b.keys("enter", "open", "y", "copy id")
	case v.Mine:
		b.keys("E", "ask to stay longer", "L", "leave", "W", "why", "y", "copy id")
	case page != nil && page.refused != nil:
		b.gap()
		b.refuse(problem.From(page.refused).Text())
	case page != nil:
		b.keys("x", "end it now", "W", "why", "y", "copy id")
	}
}

// grantedEnd is the end that was granted. How far it is matters only while the visit runs.
func grantedEnd(b *brief, v core.VisitView) string {
	if v.State != core.VisitActive {
		return text.Exact(v.Ends.Time())
	}
	return cell.Exact(v.Ends, b.now)
}

// describeEnd says of a visit that is over how and when it ended, who ended it and why, and how long it really was (V9).
func describeEnd(b *brief, v core.VisitView) {
	how := string(v.State)
	switch {
	case v.State == core.VisitRevoked && v.EndedBy != nil:
		how += " by " + badged(b.look, *v.EndedBy).Text
	case v.State == core.VisitEnded && v.EndedBy != nil:
		how += " by " + badged(b.look, *v.EndedBy).Text + ": " + v.Because()
	case v.State == core.VisitEnded:
		how += ": " + v.Because()
	}
	b.field("Over", theme.Span{Text: how + ", " + cell.Exact(v.Ended, b.now)})
	b.text("Note", v.Note())
	b.text("Lasted", lasted(v)+", of "+text.Length(v.Ends.Sub(v.Started))+" granted")
}

// entered says how a visitor came in.
func entered(b *brief, v core.VisitView) string {
	s := cell.Exact(v.Started, b.now)
	switch {
	case v.Basis == 0:
		return s + ", joined"
	case v.ApprovedBy != nil:
		return s + ", approved by " + badged(b.look, *v.ApprovedBy).Text + fmt.Sprintf(" (request %d)", v.Basis)
	}
	return s + fmt.Sprintf(", by request %d", v.Basis)
}

package home

import (
	"fmt"
	"time"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// The blocks of what the account itself has to see to.
const (
	blockLocked = "Locked to you: MFA is required, and yours is off"
	blockDates  = "MFA will be required, and yours is off"
	blockSelf   = "Your account"
	blockStuck  = "Nobody can decide these: join, then decide"
	blockIdle   = "Nobody can decide these, and nobody runs the organization: hand it over"
)

// mfaPage is where MFA is turned on.
var mfaPage = app.Page{Kind: "account", Tab: "mfa"}

// needRows are the rows of what only the account itself can mend; they stand first.
func needRows(n core.HomeNeeds) []row {
	var rows []row
	for _, l := range n.Locked {
		rows = append(rows, row{
			key: "locked/" + l.Unit.String(), block: blockLocked, page: mfaPage,
			cells: func(look *theme.Look, _ time.Time) [4]theme.Span {
				where := l.OrganizationName
				if where == "" {
					where = l.Unit.Kind.String()
				}
				return [4]theme.Span{{Text: l.Name}, {Text: where}, {Role: theme.Danger, Text: look.Glyphs.Failed + " locked"}, {Text: l.Next}}
			},
		})
	}
	for _, d := range n.Scheduled {
		rows = append(rows, row{
			key: fmt.Sprintf("mfa-date/%d", d.Organization.ID), block: blockDates, page: mfaPage,
			cells: func(_ *theme.Look, now time.Time) [4]theme.Span {
				return [4]theme.Span{
					{Text: d.Organization.Name},
					{Text: text.Exact(d.From.Time())},
					{Role: theme.Warning, Text: text.Ago(d.From.Time(), now)},
					{Text: "turn MFA on under Account (9)"},
				}
			},
		})
	}
	if n.EnrolAgain {
		rows = append(rows, row{
			key: "enrol-again", block: blockSelf, page: mfaPage,
			cells: func(*theme.Look, time.Time) [4]theme.Span {
				return [4]theme.Span{{Text: "MFA"}, {Text: "was on before the import"}, {Role: theme.Warning, Text: "off"}, {Text: "enrol it again under Account (9)"}}
			},
		})
	}
	if n.Expires != 0 {
		rows = append(rows, row{
			key: "expires", block: blockSelf, page: app.Page{Kind: "account"},
			cells: func(look *theme.Look, now time.Time) [4]theme.Span {
				return [4]theme.Span{{Text: "expires"}, {Text: text.Exact(n.Expires.Time())}, cell.Expires(look, n.Expires, now), {Text: "ask " + n.Renew + " to renew it"}}
			},
		})
	}
	return rows
}

// stuckRow is a request that nobody can decide until an administrator joins (R20).
func stuckRow(q *core.RequestView) row {
	return row{
		key: fmt.Sprintf("stuck/%d", q.ID), block: blockStuck, page: request.Page(q.ID), join: q.Project.Ref(),
		who: q.Who, project: core.Named{ID: uint64(q.Project), Name: q.ProjectName},
		cells: func(look *theme.Look, now time.Time) [4]theme.Span {
			lapses := cell.Ends(q.Lapses, now)
			lapses.Text = "lapses " + lapses.Text
			return [4]theme.Span{person(look, q.Who), {Text: q.ProjectName}, lapses, {Text: q.Reason}}
		},
	}
}

// idleRow is a request that nobody can decide until Support hands its organization over (M19).
func idleRow(q *core.RequestView) row {
	page := request.UnitPage(q.Organization.Ref())
	page.Tab = "members"
	return row{
		key: fmt.Sprintf("idle/%d", q.ID), block: blockIdle, page: page,
		who: q.Who, project: core.Named{ID: uint64(q.Project), Name: q.ProjectName},
		cells: func(look *theme.Look, now time.Time) [4]theme.Span {
			lapses := cell.Ends(q.Lapses, now)
			lapses.Text = "lapses " + lapses.Text
			return [4]theme.Span{{Text: q.OrganizationName}, {Text: q.ProjectName}, lapses, person(look, q.Who)}
		},
	}
}

func (r row) joinable() bool { return !r.join.IsZero() }

// Package invitation shows invitations: those of a unit, the own ones, and the page of one; and the cards to accept,
// decline, cancel and re-send them (section 9). Inviting itself stands beside adding, in package member.
//
// [Accept], [Decline], [Cancel] and [Resend] are for other screens too: they take ids, look at the invitation beside the
// interface, and open the card that fits; what stands in the way is told instead.
package invitation

import (
	"strconv"

	"gatehouse/core"
	"gatehouse/tui/app"
)

// Kinds are the pages: invitation/4.
func Kinds() []*app.Kind {
	return []*app.Kind{{
		Name: "invitation", Title: "Invitation",
		Parent: func(app.Page) app.Page { return app.Page{Kind: "account", Tab: "invitations"} },
		Make:   func(e *app.Env, _ app.Page) app.Screen { return newPage(e) },
	}}
}

// Page is the page of one invitation.
func Page(id core.InvitationID) app.Page { return app.Page{Kind: "invitation", ID: number(uint64(id))} }

func number(id uint64) string { return strconv.FormatUint(id, 10) }

// parse reads an id out of a page or row; anything else is 0, which no record has.
func parse(s string) core.InvitationID {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0
	}
	return core.InvitationID(n)
}

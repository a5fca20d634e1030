package screen

import (
	"slices"

	"gatehouse/tui/app"
	"gatehouse/tui/screen/account"
	"gatehouse/tui/screen/activity"
	"gatehouse/tui/screen/bucket"
	"gatehouse/tui/screen/home"
	"gatehouse/tui/screen/inbox"
	"gatehouse/tui/screen/invitation"
	"gatehouse/tui/screen/maintainer"
	"gatehouse/tui/screen/organization"
	"gatehouse/tui/screen/project"
	"gatehouse/tui/screen/request"
	"gatehouse/tui/screen/start"
	"gatehouse/tui/screen/ticket"
)

// Kinds are all pages of the interface.
func Kinds(o start.Options) []*app.Kind {
	return slices.Concat(
		account.Kinds(),
		activity.Kinds(),
		bucket.Kinds(),
		home.Kinds(),
		inbox.Kinds(),
		invitation.Kinds(),
		maintainer.Kinds(),
		organization.Kinds(),
		project.Kinds(),
		request.Kinds(),
		start.Kinds(o),
		ticket.Kinds(),
	)
}

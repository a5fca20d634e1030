package home

import (
	"fmt"

	"gatehouse/tui/screen/request"
)

// termsCommand is the command line of granting another end, or of asking to stay longer.
func termsCommand(r row) string {
	switch {
	case r.ownVisit():
		return fmt.Sprintf("gatehouse visit extend %d --for 4h --reason REASON", r.visit.ID)
	case r.decidable():
		return request.GrantCommand(*r.request)
	}
	return ""
}

// endCommand is the command line of withdrawing an own request, or of ending the visit of somebody else.
func endCommand(r row) string {
	switch {
	case r.ownRequest():
		return fmt.Sprintf("gatehouse request withdraw %d", r.request.ID)
	case r.visit != nil && !r.visit.Mine:
		return fmt.Sprintf("gatehouse visit revoke %d", r.visit.ID)
	}
	return ""
}

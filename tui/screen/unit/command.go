package unit

import (
	"fmt"

	"gatehouse/core"
	"gatehouse/tui/keymap"
)

// Offer makes actions offer their command line only while they are allowed, so that Y copies what would work.
func Offer(actions []*keymap.Action) []*keymap.Action {
	for _, a := range actions {
		command, guard := a.Command, a.Guard
		if command == nil || guard == nil {
			continue
		}
		a.Command = func() string {
			if guard() != nil {
				return ""
			}
			return command()
		}
	}
	return actions
}

// Flag names a unit on the command line: "--project 7".
func Flag(ref core.Unit) string {
	kind := ref.Kind.String()
	if ref.Kind == core.KindOrganization {
		kind = "org"
	}
	return fmt.Sprintf("--%s %d", kind, ref.ID)
}

package unit

import "gatehouse/tui/keymap"

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

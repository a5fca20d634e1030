package theme

// Choose picks the theme of a session from what is known about it: the wish of its owner (a theme name, or "" for
// none), whether NO_COLOR is set to anything but the empty string, and whether the terminal said that its background
// is light. NO_COLOR wins over everything; without an answer from the terminal the background counts as dark.
func Choose(wish, noColor string, lightBackground bool) string {
	switch {
	case noColor != "":
		return Mono
	case wish != "" && wish != "auto":
		return wish
	case lightBackground:
		return Light
	}
	return Dark
}

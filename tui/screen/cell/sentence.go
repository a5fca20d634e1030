package cell

import "strings"

// Stop ends what somebody wrote as a sentence, where it does not end as one already.
func Stop(s string) string {
	s = strings.TrimRight(s, " ")
	if s == "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "\u2026") {
		return s
	}
	return s + "."
}

package text

import "github.com/charmbracelet/x/ansi"

// CutMiddle shortens s to w cells and keeps both ends, for names that differ at the end as often as at the front.
func CutMiddle(s string, w int) string {
	n := Width(s)
	if n <= w || w < 5 {
		return Cut(s, w)
	}
	head := w / 2
	tail := w - head - 1
	return ansi.Truncate(s, head, "") + Ellipsis + ansi.TruncateLeft(s, n-tail, "")
}

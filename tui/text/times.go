package text

import (
	"fmt"
	"time"
)

// Ago writes a moment as seen from now: "now", "12 min ago", "3 h ago", "5 d ago", "in 2 d". The zero moment is "never".
// For lists; details and Activity use Exact.
func Ago(at, now time.Time) string {
	if at.IsZero() {
		return "never"
	}
	switch d := at.Sub(now); {
	case d > 0:
		return "in " + Length(d)
	case d > -time.Minute:
		return "now"
	default:
		return Length(-d) + " ago"
	}
}

// Length writes a duration in its largest fitting unit: "45 s", "12 min", "4 h", "2 d". It rounds down, so nothing is
// promised longer than it is.
func Length(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		h, m := int(d.Hours()), int(d.Minutes())%60
		if m > 0 && h < 4 {
			return fmt.Sprintf("%d h %d min", h, m)
		}
		return fmt.Sprintf("%d h", h)
	}
	return fmt.Sprintf("%d d", int(d.Hours()/24))
}

// Exact writes a moment to the minute with its zone: "2026-11-21 18:05 UTC".
func Exact(at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	return at.Format("2006-01-02 15:04 MST")
}

package core

import (
	"fmt"
	"time"
)

// Moment is a point in time in whole seconds since 1970-01-01 UTC (F7). Zero means none.
type Moment int64

// At turns a time into a Moment, dropping parts of a second.
func At(t time.Time) Moment {
	if t.IsZero() {
		return 0
	}
	return Moment(t.Unix())
}

// Time gives the moment as a time in UTC; the zero Moment gives the zero time.
func (m Moment) Time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.Unix(int64(m), 0).UTC()
}

// Add moves the moment by d, which counts in whole seconds.
func (m Moment) Add(d time.Duration) Moment { return m + Moment(d/time.Second) }

// Sub gives the length from o to m.
func (m Moment) Sub(o Moment) time.Duration { return time.Duration(m-o) * time.Second }

// IsZero reports whether there is no moment.
func (m Moment) IsZero() bool { return m == 0 }

// Passed reports whether m is set and over at now. What ends at 11:00:00 is over at 11:00:00 (F7).
func (m Moment) Passed(now Moment) bool { return m != 0 && m <= now }

// String writes RFC 3339 in UTC, or nothing for none.
func (m Moment) String() string {
	if m == 0 {
		return ""
	}
	return m.Time().Format(time.RFC3339)
}

// MarshalText writes RFC 3339 in UTC.
func (m Moment) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads RFC 3339; the empty text is none. The two texts that Go and Unix write for "none" are refused.
func (m *Moment) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*m = 0
		return nil
	}
	t, err := time.Parse(time.RFC3339, string(b))
	if err != nil || At(t) == 0 {
		return fmt.Errorf("%q is not a moment in RFC 3339", b)
	}
	*m = At(t)
	return nil
}

// Day is the 24 hours that every rule counts as a day (F7).
const Day = 24 * time.Hour

// earliest gives the earlier of the moments that are set, or none.
func earliest(ms ...Moment) Moment {
	var first Moment
	for _, m := range ms {
		if m != 0 && (first == 0 || m < first) {
			first = m
		}
	}
	return first
}

// Length is a length of time in whole minutes, as visits are asked for (F8). Zero means none.
type Length int64

// Minutes turns a duration into a Length, dropping parts of a minute.
func Minutes(d time.Duration) Length { return Length(d / time.Minute) }

// Duration gives the length as a duration.
func (l Length) Duration() time.Duration { return time.Duration(l) * time.Minute }

// String writes the length as people type it: 90m, 4h, 2d (F8).
func (l Length) String() string {
	switch {
	case l == 0:
		return "0m"
	case l%(24*60) == 0:
		return fmt.Sprintf("%dd", l/(24*60))
	case l%60 == 0:
		return fmt.Sprintf("%dh", l/60)
	}
	return fmt.Sprintf("%dm", int64(l))
}

// MarshalText writes the length as String does.
func (l Length) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

package core

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The words that pages and sentences add to a moment, and every form in which one is written, are read again (F7).
func TestParseMoment(t *testing.T) {
	good := map[string]string{
		"2026-12-01":                     "2026-12-01T00:00:00Z",
		"2026-12-01T18:00":               "2026-12-01T18:00:00Z",
		"2026-12-01 18:00":               "2026-12-01T18:00:00Z",
		"2026-12-01T18:00Z":              "2026-12-01T18:00:00Z",
		"2026-12-01t18:00z":              "2026-12-01T18:00:00Z",
		"2026-12-01T18:00+02:00":         "2026-12-01T16:00:00Z",
		"2026-12-01T18:00:30":            "2026-12-01T18:00:30Z",
		"2026-12-01T18:00:00Z":           "2026-12-01T18:00:00Z",
		"2026-12-01T18:00:00.9Z":         "2026-12-01T18:00:00Z",
		"2026-12-01T18:00:00+02:00":      "2026-12-01T16:00:00Z",
		"2026-12-01 18:00:00 +02:00":     "2026-12-01T16:00:00Z",
		"2026-12-01 18:00 UTC":           "2026-12-01T18:00:00Z",
		"2026-12-01 18:00:00 UTC":        "2026-12-01T18:00:00Z",
		" 2026-12-01 18:00 UTC (in 3 h)": "2026-12-01T18:00:00Z",
		"9999-12-31T23:59:59Z":           "9999-12-31T23:59:59Z",
	}
	for s, want := range good {
		if got, err := ParseMoment(s); err != nil || got.String() != want {
			t.Errorf("%q: %v, %v; want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", " ", "tomorrow", "2026-13-01", "2026-02-30", "01.12.2026", "2026-12-01 18", "18:00", "9999-12-31T23:59:59-01:00", "2026-12-01 18:00 CET", "0"} {
		if got, err := ParseMoment(s); err == nil {
			t.Errorf("%q was read as %v", s, got)
		}
	}
}

// No text is read as the zero Moment or the zero Length, which mean none: what programs write for a time that was not set
// is long past instead.
func TestNothingIsReadAsNone(t *testing.T) {
	for _, s := range []string{
		"0001-01-01", "0001-01-01T00:00:00Z", "0001-01-01 00:00:00 UTC", "0000-01-01", "1970-01-01", "1970-01-01T00:00:00Z",
		"1970-01-01T01:00:00+01:00", "1969-12-31T23:59:59Z", "1900-01-01",
	} {
		if got, err := ParseMoment(s); err != nil || got <= 0 || got > 1 {
			t.Errorf("%q: %d, %v; want the first second", s, got, err)
		}
	}
	for _, s := range []string{"0m", "0h", "0d", "0w", "0d0h", "00m", "0 min"} {
		if got, err := ParseLength(s); err == nil {
			t.Errorf("%q was read as %v", s, got)
		}
	}
	var m Moment
	for _, s := range []string{"0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z"} {
		if m.UnmarshalText([]byte(s)) == nil {
			t.Errorf("%q was read as none", s)
		}
	}
	layouts := append([]string{time.RFC1123, time.Kitchen, time.ANSIC}, momentLayouts...)
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-62135596800, 253402300799).Draw(t, "second"), 0).UTC()
		s := at.Format(rapid.SampledFrom(layouts).Draw(t, "layout"))
		if got, err := ParseMoment(s); err == nil && got == 0 {
			t.Fatalf("%q is none", s)
		}
		s = rapid.StringMatching(`[0-9]{1,3}[mhdw]([0-9]{1,3}[mhdw])?`).Draw(t, "length")
		if got, err := ParseLength(s); err == nil && got <= 0 {
			t.Fatalf("%q is %d", s, got)
		}
	})
}

func TestParseLength(t *testing.T) {
	good := map[string]time.Duration{
		"15m": 15 * time.Minute, "4h": 4 * time.Hour, "2d": 48 * time.Hour, "1w": 168 * time.Hour, "1d12h": 36 * time.Hour,
		"90m": 90 * time.Minute, "4 h": 4 * time.Hour, "12 min": 12 * time.Minute, "1 h 30 min": 90 * time.Minute, " 4h": 4 * time.Hour,
	}
	for s, want := range good {
		if got, err := ParseLength(s); err != nil || got.Duration() != want {
			t.Errorf("%q: %v, %v; want %v", s, got.Duration(), err, want)
		}
	}
	for _, s := range []string{"", "4", "h", "4x", "4h5", "-4h", "1.5h", "４h", "99999999999999999999h", "2147483648w", "m4", "4 ", "4 hm"} {
		if got, err := ParseLength(s); err == nil {
			t.Errorf("%q was read as %v", s, got)
		}
	}
	if _, err := ParseLength(strings.Repeat("2000000000w", 100_000)); err == nil {
		t.Error("a length that runs over was read")
	}
	for _, l := range []Length{1, 90, 240, 2880, 10080, 0} {
		var again Length
		if err := again.UnmarshalText([]byte(l.String())); err != nil || again != l {
			t.Errorf("%s: %v, %v", l, again, err)
		}
	}
}

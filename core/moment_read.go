package core

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// momentLayouts are the forms in which people and programs write moments; each in which this program prints one is
// among them. Without a zone it is UTC (F7), and a date alone is its first second.
var momentLayouts = func() []string {
	layouts := []string{time.DateOnly}
	for _, clock := range []string{"15:04", time.TimeOnly} {
		for _, zone := range []string{"", "Z07:00", " Z07:00", " UTC"} {
			for _, between := range []string{"T", " "} {
				layouts = append(layouts, time.DateOnly+between+clock+zone)
			}
		}
	}
	return layouts
}()

// ParseMoment reads a moment that somebody typed or pasted: 2026-12-01, 2026-12-01T18:00, 2026-12-01 18:00:30 UTC, RFC
// 3339, with what stands in brackets behind it as pages have it. It never gives the zero Moment, which means none: what
// lies before 1970, as the text that programs write for a time that was not set, is the first second after it began, and
// so in the past for every rule.
func ParseMoment(s string) (Moment, error) {
	text, _, _ := strings.Cut(s, " (")
	text = strings.ToUpper(strings.TrimSpace(text))
	for _, layout := range momentLayouts {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if t.UTC().Year() > 9999 { // RFC 3339 could not write it
			break
		}
		return Moment(max(t.Unix(), 1)), nil
	}
	return 0, fmt.Errorf("%q is not a moment such as 2026-12-01 or 2026-12-01T18:00", s)
}

// checkMeant refuses the moment that ParseMoment makes of a text that means no time at all, where an end may lie in the
// past. Refused with invalid_end.
func (c *change) checkMeant(field string, at Moment) error {
	if at != 0 && at < Moment(Day/time.Second) {
		return refuseAs(ReasonInvalidEnd, "open", words{"earliest": moment(c.now)}).field(field)
	}
	return nil
}

// lengthUnits are the units of a length in minutes, each with the words that it may have.
var lengthUnits = map[string]int64{
	"m": 1, "min": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60,
}

// ParseLength reads a length such as 15m, 4h, 2d, 1w, 1d12h or, as pages have it, "4 h 30 min". It never gives zero, which
// means none, and does not check the bounds of F8.
func ParseLength(s string) (Length, error) {
	var total int64
	for rest := strings.TrimSpace(s); rest != ""; {
		digits := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if digits < 1 {
			return 0, notLength(s)
		}
		n, err := strconv.ParseInt(rest[:digits], 10, 32)
		rest = strings.TrimLeft(rest[digits:], " ")
		letters := strings.IndexFunc(rest, func(r rune) bool { return r < 'a' || r > 'z' })
		if letters < 0 {
			letters = len(rest)
		}
		unit, known := lengthUnits[rest[:letters]]
		if err != nil || !known {
			return 0, notLength(s)
		}
		total += n * unit
		if total > math.MaxInt32*7*24*60 { // many parts cannot run over
			return 0, notLength(s)
		}
		rest = strings.TrimLeft(rest[letters:], " ")
	}
	if total == 0 {
		return 0, notLength(s)
	}
	return Length(total), nil
}

func notLength(s string) error {
	return fmt.Errorf("%q is not a length such as 90m, 4h or 2d", s)
}

// UnmarshalText reads what MarshalText writes.
func (l *Length) UnmarshalText(b []byte) error {
	if string(b) == Length(0).String() {
		*l = 0
		return nil
	}
	n, err := ParseLength(string(b))
	*l = n
	return err
}

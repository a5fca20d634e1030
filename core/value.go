package core

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// textMax is how many bytes of a text are looked at, more than the longest text that is allowed can have: what is
// longer is refused unread.
const textMax = 1 << 18

// The bounds of what staff may ask for (F8).
const (
	LengthMin = Length(15)
	LengthMax = Length(14 * 24 * 60)
)

// cleanText is F1: it gives the text in NFC and trimmed, or says what is wrong and where. Positions count code points
// of the text as given, from 1. With lines, line breaks may stand in it.
func cleanText(field, s string, lines bool) (string, error) {
	if len(s) > textMax {
		return "", badText(field, "far too long")
	}
	if !utf8.ValidString(s) {
		return "", badText(field, "not valid UTF-8, "+invalidAt(s))
	}
	if lines {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	at := 0
	for _, r := range s {
		at++
		switch {
		case r == '\n' && lines:
		case unicode.Is(unicode.Cc, r):
			return "", badText(field, fmt.Sprintf("control character %s at position %d", codePoint(r), at))
		case bidi(r):
			return "", badText(field, fmt.Sprintf("direction control %s at position %d", codePoint(r), at))
		case unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			return "", badText(field, fmt.Sprintf("line break %s at position %d", codePoint(r), at))
		}
	}
	s = strings.TrimFunc(norm.NFC.String(s), func(r rune) bool { return unicode.Is(unicode.Zs, r) || r == '\n' })
	if s != "" && !anythingVisible(s) {
		return "", badText(field, "nothing in it can be seen")
	}
	return s, nil
}

func invalidAt(s string) string {
	at := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		at++
		if r == utf8.RuneError && n == 1 {
			return fmt.Sprintf("‹0x%02X› at position %d", s[i], at)
		}
		i += n
	}
	return ""
}

// anythingVisible reports whether a text holds more than blanks and characters without a picture.
func anythingVisible(s string) bool {
	for _, r := range s {
		if !unicode.IsSpace(r) && !Hidden(r) {
			return true
		}
	}
	return false
}

func badText(field, what string) error {
	return refuse(ReasonInvalidText, words{"field": fieldWord(field), "what is wrong, where": what}).field(field)
}

// fieldWord is the field as a sentence begins with it.
func fieldWord(field string) string {
	r, n := utf8.DecodeRuneInString(field)
	return string(unicode.ToUpper(r)) + strings.ReplaceAll(field[n:], "_", " ")
}

// cleanName is F2: 1 to 100 characters after trimming. Refused with name_required or invalid_text.
func cleanName(field, s string) (string, error) {
	if len(s) > textMax {
		return "", refuse(ReasonNameRequired, nil).field(field)
	}
	s, err := cleanText(field, s, false)
	if err != nil {
		return "", err
	}
	if n := utf8.RuneCountInString(s); n < 1 || n > NameMax {
		return "", refuse(ReasonNameRequired, nil).field(field)
	}
	return s, nil
}

// cleanReason is F4: one line of 3 to 500 characters with a letter or digit. Refused with reason_required or
// invalid_text.
func cleanReason(s string) (string, error) {
	const field = "reason"
	if len(s) > textMax {
		return "", refuse(ReasonReasonRequired, nil).field(field)
	}
	s, err := cleanText(field, s, false)
	if err != nil {
		return "", err
	}
	n := utf8.RuneCountInString(s)
	if n < ReasonMin || n > ReasonMax || !strings.ContainsFunc(s, letterOrDigit) {
		return "", refuse(ReasonReasonRequired, nil).field(field)
	}
	return s, nil
}

func letterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// cleanNote is F5: 0 to 500 characters, lines. Refused with invalid_text.
func cleanNote(field, s string) (string, error) { return cleanLines(field, s, 0, NoteMax) }

// cleanLongText is F6: 1 to 10 000 characters, lines. Refused with invalid_text.
func cleanLongText(field, s string) (string, error) { return cleanLines(field, s, 1, LongTextMax) }

func cleanLines(field, s string, least, most int) (string, error) {
	s, err := cleanText(field, s, true)
	if err != nil {
		return "", err
	}
	return s, checkCount(field, s, least, most)
}

// cleanLine is one line of text with least to most characters. Refused with invalid_text.
func cleanLine(field, s string, least, most int) (string, error) {
	s, err := cleanText(field, s, false)
	if err != nil {
		return "", err
	}
	return s, checkCount(field, s, least, most)
}

func checkCount(field, s string, least, most int) error {
	n := utf8.RuneCountInString(s)
	if n >= least && n <= most {
		return nil
	}
	return badText(field, fmt.Sprintf("%d characters, but %d to %d are allowed", n, least, most))
}

// cleanEmail is F3: the address in lower case. Refused with invalid_email.
func cleanEmail(s string) (string, error) {
	given := s
	if len(s) > textMax {
		return "", badEmail(given)
	}
	s = strings.Trim(s, " ")
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return "", badEmail(given)
		}
	}
	s = strings.ToLower(s) // after the check for ASCII: other letters fold into it
	local, domain, ok := strings.Cut(s, "@")
	if !ok || len(s) > EmailMax || !localPart(local) || !domainPart(domain) {
		return "", badEmail(given)
	}
	return s, nil
}

// shownMax is how much of a wrong input a sentence repeats.
const shownMax = 80

func badEmail(s string) error {
	variant := ""
	if strings.TrimSpace(s) == "" {
		variant = "empty"
	}
	e := refuseAs(ReasonInvalidEmail, variant, words{"text": atMost(s, shownMax)}).field("email")
	switch at, end := strings.LastIndexByte(s, '<'), strings.LastIndexByte(s, '>'); {
	case at >= 0 && end > at:
		if clean, err := cleanEmail(s[at+1 : end]); err == nil {
			e.Next = "Give the address alone: " + clean + "."
		}
	case strings.IndexFunc(s, func(r rune) bool { return r > '~' }) > strings.IndexByte(s, '@') && strings.Contains(s, "@"):
		e.Next = "Write the domain in its ASCII form, which begins with xn--; a registrar or a browser shows it."
	}
	return e
}

// atMost gives the first n characters of a text that may be of any length and no text at all, and a mark where
// something was left out.
func atMost(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i] + "…"
		}
		n--
	}
	return s
}

func localPart(s string) bool {
	if len(s) < 1 || len(s) > 64 {
		return false
	}
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" || strings.Trim(atom, lowerAndDigits+"!#$%&'*+/=?^_{}~-") != "" {
			return false
		}
	}
	return true
}

const lowerAndDigits = "abcdefghijklmnopqrstuvwxyz0123456789"

func domainPart(s string) bool {
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' || strings.Trim(label, lowerAndDigits+"-") != "" {
			return false
		}
	}
	return len(labels) >= 2
}

// checkLength is F8: 15 minutes to 14 days. Nothing asked is expiry_required, anything else invalid_end.
func checkLength(l Length) error {
	switch {
	case l == 0:
		return refuse(ReasonExpiryRequired, nil).field("for")
	case l < LengthMin || l > LengthMax:
		return refuse(ReasonInvalidEnd, words{"earliest": LengthMin.String(), "latest": LengthMax.String()}).field("for")
	}
	return nil
}

// checkTerm checks what staff ask for (R3, R4, F8) with a clock that would start at start: exactly one of a length and
// a moment, and an end from earliest to latest, both included. It gives the end.
func checkTerm(t Term, start, earliest, latest Moment) (Moment, error) {
	field := "until"
	switch {
	case (t.For == 0) == (t.Until == 0):
		return 0, refuse(ReasonExpiryRequired, nil).field("for")
	case t.For != 0:
		field = "for"
		if err := checkLength(t.For); err != nil {
			return 0, err
		}
	}
	end := t.End(start)
	return end, checkEnd(field, end, earliest, latest)
}

// checkEntryTerm is checkTerm for a staff join or a request that starts now: 15 minutes to 14 days ahead (F8, R4).
func checkEntryTerm(t Term, now Moment) (Moment, error) {
	return checkTerm(t, now, now.Add(LengthMin.Duration()), now.Add(LengthMax.Duration()))
}

// checkEnd checks a moment against its bounds, both included; no latest means none. Refused with expiry_required
// where there is no moment, else with invalid_end.
func checkEnd(field string, end, earliest, latest Moment) error {
	switch {
	case end == 0:
		return refuse(ReasonExpiryRequired, nil).field(field)
	case latest == 0 && end < earliest:
		return refuseAs(ReasonInvalidEnd, "open", words{"earliest": moment(earliest)}).field(field)
	case end < earliest || (latest != 0 && end > latest):
		return refuse(ReasonInvalidEnd, words{"earliest": moment(earliest), "latest": moment(latest)}).field(field)
	}
	return nil
}

// checkPendingHours checks the pending time of an organization: 1 hour to 14 days (section 2.2). Refused with
// invalid_value.
func checkPendingHours(field string, hours int) error {
	if hours < 1 || hours > 14*24 {
		return refuse(ReasonInvalidValue, words{"field": fieldWord(field), "allowed": "1 hour to 14 days, in whole hours"}).field(field)
	}
	return nil
}

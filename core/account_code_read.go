package core

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// plainCode gives the letters and digits of a code as people type and paste it: hyphens and every kind of blank fall out,
// other forms of letters and digits become the usual ones, and case is ignored.
func plainCode(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKC.String(s) {
		if !unicode.IsSpace(r) && !unicode.Is(unicode.Pd, r) && !Hidden(r) && r != '−' {
			b.WriteRune(unicode.ToUpper(r))
		}
	}
	return b.String()
}

// oneTimeCode gives the six digits of a one-time code, or nothing where there is something else.
func oneTimeCode(s string) string {
	if len(s) > codeTextMax {
		return ""
	}
	s = plainCode(s)
	if len(s) != totpDigits || strings.Trim(s, "0123456789") != "" {
		return ""
	}
	return s
}

// noCode refuses what cannot be any code without counting it as a try: nobody guesses with it. It is nil while codes are
// locked, which is then what is said.
func noCode(acc Account, now Moment) *Error {
	if acc.Throttle.locked(now) {
		return nil
	}
	return sentenceError(ReasonSecondFactorWrong, "That is not a code. It does not count as a try.",
		"Enter the 6 digits of your authenticator, or one of your recovery codes.").field("code")
}

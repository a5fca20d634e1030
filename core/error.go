package core

import (
	"errors"
	"strings"
)

// Code is the class of an error. Exit codes of the command line derive from it.
type Code string

// The codes.
const (
	CodeInvalid     Code = "invalid"
	CodeNotFound    Code = "not_found"
	CodeDenied      Code = "denied"
	CodeConflict    Code = "conflict"
	CodeUnavailable Code = "unavailable"
	CodeInternal    Code = "internal"
)

// Error is every error that a use case answers with.
type Error struct {
	Code   Code
	Reason Reason
	// Op is the use case: "request.approve".
	Op string
	// Subject is what it was done to.
	Subject Ref
	// Message says what is wrong, Next what to do about it; both are whole sentences, safe to show.
	Message string
	Next    string
	// Field names the input field that is wrong, in the words of section 2.2, or is empty.
	Field string
	// Cause is for logs only.
	Cause error
}

// Error gives message and next step.
func (e *Error) Error() string {
	if e.Next == "" {
		return e.Message
	}
	return e.Message + " " + e.Next
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is makes errors.Is compare reasons: errors.Is(err, &Error{Reason: ReasonStale}).
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Reason == e.Reason && t.Message == ""
}

// ReasonOf gives the reason of an error of this package, or nothing.
func ReasonOf(err error) Reason {
	var e *Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return ""
}

// AsError gives err as an *Error. Errors from elsewhere become internal; nil stays nil.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Code: CodeInternal, Reason: ReasonInternal, Message: "Something went wrong inside Gatehouse.", Next: "Try again; the log has the details.", Cause: err}
}

// Causes gives the whole chain of an error, of which Error shows only the top. It is for logs only: people are shown
// nothing of what is below. Parts that say the same as the one above them are left out; nil gives nothing.
func Causes(err error) string {
	var chain []string
	for ; err != nil; err = errors.Unwrap(err) {
		if said := err.Error(); len(chain) == 0 || chain[len(chain)-1] != said {
			chain = append(chain, said)
		}
	}
	return strings.Join(chain, ": ")
}

// words fill the braces of a sentence.
type words map[string]string

// refuse makes the error of a reason from the table of section 3. The sentence is the one without a variant.
func refuse(r Reason, w words) *Error { return refuseAs(r, "", w) }

// refuseAs makes the error of a reason in one of its variants, such as "own" and "other".
func refuseAs(r Reason, variant string, w words) *Error {
	if r == ReasonNotFound && variant == "" {
		variant = namedBy(w["id"])
	}
	s := sentenceOf(r, variant)
	return &Error{Code: codeOf(r), Reason: r, Message: s.message.fill(w), Next: s.next.fill(w)}
}

// namedBy is the variant of not_found for how somebody named what is not there: by number, by address, or by another word.
func namedBy(id string) string {
	switch {
	case strings.Contains(id, "@"):
		return "address"
	case strings.Trim(id, "0123456789") != "":
		return "word"
	}
	return ""
}

// on adds the use case and the record that the error is about.
func (e *Error) on(op string, subject Ref) *Error {
	e.Op, e.Subject = op, subject
	return e
}

// field adds the input field that is wrong.
func (e *Error) field(name string) *Error {
	e.Field = name
	return e
}

// wordMax is how many characters a sentence repeats of one word at most: more than any text has that is shown in one.
const wordMax = 600

// template is a sentence with {names} in it.
type template string

// fill puts the words into the braces in one pass, so that braces in somebody's text stay what they are. The words
// pass the gate for text that leaves (Visible). A brace without a word shows its name: a gap, never a wrong sentence.
func (t template) fill(w words) string {
	var b strings.Builder
	rest := string(t)
	for {
		before, after, ok := strings.Cut(rest, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, tail, _ := strings.Cut(after, "}")
		if value := w[name]; value != "" {
			name = Visible(atMost(value, wordMax))
		}
		b.WriteString(name)
		rest = tail
	}
}

type sentence struct{ message, next template }

type sentenceKey struct {
	reason  Reason
	variant string
}

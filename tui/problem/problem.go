// Package problem turns errors into what a screen shows: a sentence, a next step, and whether it is a refusal. Errors
// of core bring their own words; anything else is called internal, and its text stays in the log.
package problem

import (
	"context"
	"errors"

	"gatehouse/core"
	"gatehouse/tui/keymap"
)

// Problem is an error in words for people.
type Problem struct {
	// Message says what is wrong, Next what to do; both are whole sentences and may be empty.
	Message, Next string
	// Field names the input field that is wrong, or is empty.
	Field string
	// Denied is set when permission is missing, NotFound when the target is gone, Conflict when somebody else was first.
	Denied, NotFound, Conflict bool
	// Enter is set when whoever asks must join or ask for access first (J).
	Enter bool
	// Internal is set when nobody but the log can say more.
	Internal bool
}

// Text gives message and next step in one line.
func (p Problem) Text() string {
	if p.Next == "" {
		return p.Message
	}
	return p.Message + " " + p.Next
}

// From explains err; nil gives the zero Problem.
func From(err error) Problem {
	var disabled keymap.Disabled
	var refused *core.Error
	switch {
	case err == nil:
		return Problem{}
	case errors.As(err, &disabled):
		return Problem{Message: string(disabled)}
	case errors.As(err, &refused):
		return Problem{
			Message: refused.Message, Next: refused.Next, Field: refused.Field,
			Denied: refused.Code == core.CodeDenied, NotFound: refused.Code == core.CodeNotFound,
			Conflict: refused.Code == core.CodeConflict, Enter: refused.Reason == core.ReasonUseJoin || refused.Reason == core.ReasonAutoJoinDisabled, Internal: refused.Code == core.CodeInternal,
		}
	case errors.Is(err, context.DeadlineExceeded):
		return Problem{Message: "This took too long.", Next: "Try again."}
	case errors.Is(err, context.Canceled):
		return Problem{Message: "Cancelled."}
	}
	e := core.AsError(err)
	return Problem{Message: e.Message, Next: e.Next, Internal: true}
}

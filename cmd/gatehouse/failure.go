package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gatehouse/core"
	"gatehouse/tui/text"
)

// exitCodes gives what the process answers for a code.
var exitCodes = map[core.Code]int{
	core.CodeInternal:    1,
	core.CodeInvalid:     2,
	core.CodeNotFound:    3,
	core.CodeDenied:      4,
	core.CodeConflict:    5,
	core.CodeUnavailable: 6,
}

// Reasons that only the command line knows.
const (
	reasonUsage       core.Reason = "usage"       // the arguments make no sense
	reasonConfig      core.Reason = "config"      // a line of config.toml makes no sense
	reasonInterrupted core.Reason = "interrupted" // a signal came before the end
	reasonCancelled   core.Reason = "cancelled"   // a confirmation was answered with no
	reasonAddress     core.Reason = "address"     // an address that cannot be listened at
	reasonNoServer    core.Reason = "no_server"   // the server of --via could not be asked
	reasonBusy        core.Reason = "busy"        // the server does as much of it as it may
)

// failure is how an error is shown as JSON.
type failure struct {
	Code    core.Code   `json:"code"`
	Reason  core.Reason `json:"reason"`
	Message string      `json:"message"`
	Next    string      `json:"next,omitempty"`
}

// misuse is a wrong use of the command line.
func misuse(next, format string, args ...any) *core.Error {
	return &core.Error{Code: core.CodeInvalid, Reason: reasonUsage, Message: fmt.Sprintf(format, args...), Next: next}
}

// invalidValue is for a value that cannot be read as what field wants; allowed says what can.
func invalidValue(field, allowed string) *core.Error {
	return &core.Error{
		Code: core.CodeInvalid, Reason: core.ReasonInvalidValue, Field: field,
		Message: fmt.Sprintf("%s must be %s.", field, allowed),
	}
}

// cannotWrite is for a file that the verb was told to write.
func cannotWrite(path string, err error) *core.Error {
	return &core.Error{
		Code: core.CodeUnavailable, Reason: core.ReasonNotWritable, Cause: err,
		Message: fmt.Sprintf("%s cannot be written: %v.", path, err), Next: "Mend that and try again.",
	}
}

// describe turns any error into one with code, reason, message and next step.
func describe(err error) *core.Error {
	if interrupted(err) {
		return (&Main{}).interruption(err)
	}
	return core.AsError(err)
}

// interrupted reports whether an error only says that a signal ended the run. What may have been saved all the same has an
// error of its own.
func interrupted(err error) bool {
	var known *core.Error
	return errors.Is(err, errInterrupted) ||
		errors.Is(err, context.Canceled) && (!errors.As(err, &known) || known.Code == core.CodeInternal)
}

// exitCode is what the process answers for an error.
func exitCode(err *core.Error) int {
	if n, ok := exitCodes[err.Code]; ok {
		return n
	}
	return exitCodes[core.CodeInternal]
}

// report prints an error on the error stream and gives its exit code. With --json it is one JSON value, also when
// the flags themselves could not be read.
func (m *Main) report(err error) int {
	var told *toldError
	if errors.As(err, &told) {
		return told.code
	}
	known := describe(err)
	if known.Reason == reasonInterrupted && interrupted(err) {
		known = m.interruption(err)
	}
	if known.Reason == core.ReasonReadOnly && m.onlyReads != "" {
		because := *known
		because.Next = m.onlyReads
		known = &because
	}
	if known.Reason == core.ReasonHouseInUse {
		known = m.elsewhere(known)
	}
	if known.Code == core.CodeInternal {
		known = m.outside(known, err)
		// Not the arguments: there may be codes among them.
		m.logger().Error("failed", "command", m.running, "op", known.Op, "error", core.Causes(err))
	}
	m.tell("error", known)
	return exitCode(known)
}

// warn tells of something that did not stop the run.
func (m *Main) warn(err *core.Error) { m.tell("warning", err) }

func (m *Main) tell(kind string, err *core.Error) {
	if m.given.JSON || asksJSON(m.args) {
		_ = writeJSON(m.Err, false, map[string]failure{kind: shown(err)}) // nowhere is left to tell a failure
		return
	}
	said := err.Error()
	if err.Next != "" && strings.Contains(err.Message, "\n") { // the last line of a list is no place to go on
		said = err.Message + "\n" + err.Next
	}
	_, _ = fmt.Fprintf(m.Err, "gatehouse: %s\n", strings.Join(text.CleanLines(said), "\n  "))
}

func shown(err *core.Error) failure {
	return failure{Code: err.Code, Reason: err.Reason, Message: err.Message, Next: err.Next}
}

// toldError ends a run whose failures are printed already.
type toldError struct{ code int }

func (e *toldError) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// asksJSON looks for --json without a flag parser, for when that is what failed.
func asksJSON(args []string) bool {
	if i := slices.Index(args, "--"); i >= 0 {
		args = args[:i]
	}
	return slices.Contains(args, "--json") || slices.Contains(args, "--json=true")
}

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"syscall"

	"gatehouse/core"
)

// reasonSystem is for what the operating system refused.
const reasonSystem core.Reason = "system"

// namedWrongly are refusals that only another path helps against.
var namedWrongly = []syscall.Errno{syscall.ENAMETOOLONG, syscall.ENOTDIR, syscall.EISDIR, syscall.ELOOP, syscall.EINVAL, syscall.ENOENT}

// outside tells a refusal of the operating system from a fault of the program. Over SSH nobody is told what goes on in
// the files of the server. The log is not promised where there is none.
func (m *Main) outside(known *core.Error, err error) *core.Error {
	if m.remote != nil {
		return known
	}
	if said := systemFailure(err); said != nil {
		return said
	}
	if m.logger(); m.logFile == nil {
		without := *known
		without.Next = "Try again."
		return &without
	}
	return known
}

// systemFailure names what the operating system refused, and where; nil where it was not the system.
func systemFailure(err error) *core.Error {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return nil
	}
	e := &core.Error{Code: core.CodeUnavailable, Reason: reasonSystem, Cause: err, Next: "Mend that and try again."}
	if slices.Contains(namedWrongly, number) {
		e.Code, e.Reason, e.Next = core.CodeInvalid, core.ReasonInvalidValue, "Name another path."
	}
	var path *fs.PathError
	var link *os.LinkError
	var call *os.SyscallError
	switch {
	case errors.As(err, &path):
		e.Message = fmt.Sprintf("%s: %v.", path.Path, number)
	case errors.As(err, &link):
		e.Message = fmt.Sprintf("%s: %v.", link.New, number)
	case errors.As(err, &call):
		e.Message = fmt.Sprintf("The system refused to %s: %v.", call.Syscall, number)
	default:
		e.Message = fmt.Sprintf("The system refused it: %v.", number)
	}
	return e
}

package app

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime/debug"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
)

// PanicError is why Run ended when a fault of the program ended the session.
type PanicError struct {
	// ID finds the fault in the log; the person is told it.
	ID string
	// Value is what the panic said, Stack where.
	Value, Stack string
}

// panics counts, so that each one has its own id.
var panics atomic.Uint64

// Broken takes what was recovered from a panic, with the stack of whoever calls it.
func Broken(value any) *PanicError {
	e := &PanicError{Value: fmt.Sprint(value), Stack: string(debug.Stack())}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s", panics.Add(1), e.Value, e.Stack))
	e.ID = hex.EncodeToString(sum[:4])
	return e
}

// Error names the fault for the log.
func (e *PanicError) Error() string {
	return fmt.Sprintf("panic %s in the interface: %s", e.ID, e.Value)
}

// Unwrap is what the person is told.
func (e *PanicError) Unwrap() error {
	return &core.Error{
		Code: core.CodeInternal, Reason: core.ReasonInternal,
		Message: "Something failed inside Gatehouse, and ended this session. What was decided is saved.",
		Next:    "Start again; the log has the details under " + e.ID + ".",
	}
}

// shield keeps a panic of a model from the framework, which would tell it to the error output of the process, be that a
// server with other people in it. The session ends in order, with the terminal restored.
type shield struct {
	model  tea.Model
	failed func(error)
	broken bool
	last   tea.View
}

func (s *shield) guard(fn func()) {
	if s.broken {
		return
	}
	defer func() {
		if r := recover(); r != nil {
			s.broken = true
			s.failed(Broken(r))
		}
	}()
	fn()
}

// Init implements tea.Model.
func (s *shield) Init() (cmd tea.Cmd) {
	s.guard(func() { cmd = s.model.Init() })
	return cmd
}

// Update implements tea.Model.
func (s *shield) Update(msg tea.Msg) (out tea.Model, cmd tea.Cmd) {
	s.guard(func() { s.model, cmd = s.model.Update(msg) })
	return s, cmd
}

// View implements tea.Model.
func (s *shield) View() tea.View {
	s.guard(func() { s.last = s.model.View() })
	return s.last
}

// failing ends a session because of a panic in one of its goroutines.
func failing(stop func(error)) func(string) {
	return func(text string) {
		e := Broken(text)
		e.Stack = "" // it is in the text
		stop(e)
	}
}

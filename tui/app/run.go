package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
)

// RunOptions say where the application runs. The zero value is the terminal of the process.
type RunOptions struct {
	Input  io.Reader
	Output io.Writer
	// Environ is the environment of the session, not of the server; nil for that of the process.
	Environ []string
	// FPS is the frame rate: 120 locally, 30 to 60 over SSH; 0 means 120.
	FPS int
	// Size is the size at the start and Sizes gives later ones, for a terminal that is not the one of the process; the
	// zero Size and nil ask the terminal. When Sizes closes, the application ends.
	Size  Size
	Sizes <-chan Size
	// Signals lets the application end on SIGINT, SIGTERM, SIGHUP and SIGQUIT. Leave it off when one process serves many
	// sessions.
	Signals bool
	// Started, when set, gets the function that ends the session from outside with a reason; it may be called from any
	// goroutine, any number of times.
	Started func(stop func(error))
}

// Size is the size of a terminal in cells.
type Size struct{ Width, Height int }

// SignalError is why Run ended when a signal came.
type SignalError struct{ Signal syscall.Signal }

// Error names the signal.
func (e SignalError) Error() string { return "ended by signal: " + e.Signal.String() }

// ExitCode is 128 and the number of the signal, as shells count.
func (e SignalError) ExitCode() int { return 128 + int(e.Signal) }

// shutdownTime is how long an ending program may take before it is killed; the terminal is restored either way.
const shutdownTime = time.Second

// Run shows the application until it ends, and restores the terminal in every case: quit, error, panic, signal, lost
// connection. It returns nil after a quit, a SignalError after a signal, the reason given to stop, ctx's error, or what
// went wrong.
func Run(ctx context.Context, s *Session, kinds []*Kind, start Page, o RunOptions) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	fps := o.FPS
	if fps == 0 {
		fps = 120
	}
	opts := []tea.ProgramOption{tea.WithContext(inner), tea.WithoutSignalHandler(), tea.WithFPS(fps), tea.WithFilter(calm)}
	if o.Input != nil {
		opts = append(opts, tea.WithInput(o.Input))
	}
	if o.Output == nil {
		o.Output = os.Stdout
	}
	output, saver := newThrift(o.Input, o.Output)
	opts = append(opts, tea.WithOutput(output))
	if o.Environ != nil {
		opts = append(opts, tea.WithEnvironment(o.Environ))
	}
	m := New(inner, s, kinds, start)
	m.resized = saver.resize
	p := tea.NewProgram(m, opts...)

	reason := make(chan error, 1)
	done := make(chan struct{})
	stop := func(err error) {
		select {
		case reason <- err:
		default:
			return // somebody else was first
		}
		Guarded(stopper(p), func() { end(p, done) })
	}
	if o.Started != nil {
		o.Started(stop)
	}
	if o.Signals {
		catch(stop, done)
	}
	_, err := p.Run()
	close(done)
	select {
	case why := <-reason:
		return why
	default:
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && errors.Is(err, tea.ErrProgramKilled):
		return ctx.Err()
	}
	return fmt.Errorf("the interface ended: %w", err)
}

// calm drops what would stop the process or bypass our own handling.
func calm(_ tea.Model, msg tea.Msg) tea.Msg {
	if _, ok := msg.(tea.SuspendMsg); ok {
		return tea.ResumeMsg{}
	}
	return msg
}

// end asks the program to quit, and kills it when it does not.
func end(p *tea.Program, done <-chan struct{}) {
	quit := make(chan struct{})
	Guarded(nil, func() { p.Quit(); close(quit) })
	timer := time.NewTimer(shutdownTime)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
		p.Kill()
	}
}

// catch turns signals into an orderly end.
func catch(stop func(error), done <-chan struct{}) {
	c := make(chan os.Signal, 2)
	signal.Notify(c, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	Guarded(nil, func() {
		defer signal.Stop(c)
		for {
			select {
			case <-done:
				return
			case sig := <-c:
				if s, ok := sig.(syscall.Signal); ok {
					stop(SignalError{s})
				}
			}
		}
	})
}

// stopper tells a program of a panic outside of it.
func stopper(p *tea.Program) func(string) {
	return func(text string) { p.Send(FatalMsg{text}) }
}

// Guarded starts a goroutine whose panic does not end the process with the terminal in pieces: failed, when not nil, gets
// its text and stack. Everything in tui that needs a goroutine starts it here.
func Guarded(failed func(text string), fn func()) {
	go func() { // recovers: below, and tells failed
		defer func() {
			if r := recover(); r != nil && failed != nil {
				failed(fmt.Sprintf("%v\n%s", r, debug.Stack()))
			}
		}()
		fn()
	}()
}

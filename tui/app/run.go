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
	"github.com/charmbracelet/colorprofile"

	"gatehouse/tui/layout"
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
	// zero Size and nil ask the terminal. Sizes are clamped to 500 by 200. When Sizes closes, the application ends.
	Size  Size
	Sizes <-chan Size
	// Signals lets the application end on SIGINT, SIGTERM, SIGHUP and SIGQUIT. Leave it off when one process serves many
	// sessions.
	Signals bool
	// Mono is for a terminal without colours.
	Mono bool
	// Suspend, when set, is what ctrl+z does: it gives the message that stops the process until the shell goes on with it,
	// or nil. Leave it off when one process serves many sessions.
	Suspend func() tea.Msg
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

// ErrGone is why Run ended when Sizes closed or the input of such a terminal ended: nobody is there any more.
var ErrGone = errors.New("the terminal is gone")

// Run shows the application until it ends, and restores the terminal in every case: quit, error, panic, signal, lost
// connection, the end of ctx. It returns nil after a quit, a SignalError after a signal, the reason given to stop, the
// cause of ctx, ErrGone, a PanicError, or what else went wrong.
func Run(ctx context.Context, s *Session, kinds []*Kind, start Page, o RunOptions) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	m := New(inner, s, kinds, start)
	err := Show(ctx, m, o)
	if err == nil {
		err = m.ended
	}
	var broken *PanicError
	if errors.As(err, &broken) {
		s.Log.Error("The interface failed", "id", broken.ID, "panic", broken.Value, "stack", broken.Stack)
	}
	return err
}

// Show is Run for any model.
func Show(ctx context.Context, model tea.Model, o RunOptions) error {
	// The end of ctx asks the program to quit, in order; its own context is only cut when it does not.
	inner, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	if o.Output == nil {
		o.Output = os.Stdout
	}
	output, saver := newThrift(o.Input, o.Output)
	if m, ok := model.(*Model); ok {
		m.resized = saver.resize
	}
	reason := make(chan error, 1)
	done := make(chan struct{})
	var p *tea.Program
	stop := func(err error) {
		select {
		case reason <- err:
		default:
			return // somebody else was first
		}
		Guarded(nil, func() { end(p, done) })
	}
	input, begin := o.input(inner, stop)
	shown, options := tea.Model(&shield{model: model, failed: stop}), o.program(inner, input, output)
	if o.Size != (Size{}) {
		c, far, more := o.canvas(shown)
		p = tea.NewProgram(far, append(options, more...)...)
		c.send = p.Send
		Guarded(failing(stop), c.work)
		defer c.close()
	} else {
		p = tea.NewProgram(shown, options...)
	}
	if o.Started != nil {
		o.Started(stop)
	}
	if o.Signals {
		catch(stop, done)
	}
	begin(p)
	o.follow(p, stop, done)
	if ctx.Done() != nil {
		defer context.AfterFunc(ctx, func() { stop(context.Cause(ctx)) })()
	}
	_, err := p.Run()
	close(done)
	select {
	case why := <-reason:
		return why
	default:
	}
	if err != nil {
		return fmt.Errorf("the interface ended: %w", err)
	}
	return nil
}

// program gives the options of the framework.
func (o RunOptions) program(ctx context.Context, input io.Reader, output io.Writer) []tea.ProgramOption {
	fps := o.FPS
	if fps == 0 {
		fps = 120
	}
	opts := []tea.ProgramOption{tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithFPS(fps), tea.WithFilter(o.filter), tea.WithOutput(output)}
	if input != nil {
		opts = append(opts, tea.WithInput(input))
	}
	if o.Environ != nil {
		opts = append(opts, tea.WithEnvironment(o.Environ))
	}
	if o.Size != (Size{}) {
		size := o.Size.clamped()
		// What is drawn on is a terminal, although no file of this machine is one.
		opts = append(opts, tea.WithWindowSize(size.Width, size.Height), tea.WithColorProfile(colorprofile.Env(o.Environ)))
	}
	if o.Mono {
		opts = append(opts, tea.WithColorProfile(colorprofile.Ascii))
	}
	return opts
}

// follow tells the program of new sizes until it ends. Nobody waits for it: a program that is stuck is told later.
func (o RunOptions) follow(p *tea.Program, stop func(error), done <-chan struct{}) {
	if o.Sizes == nil {
		return
	}
	Guarded(failing(stop), func() {
		for {
			select {
			case <-done:
				return
			case size, open := <-o.Sizes:
				if !open {
					stop(ErrGone)
					return
				}
				p.Send(tea.WindowSizeMsg{Width: size.Width, Height: size.Height})
			}
		}
	})
}

// clamped is a size that can be drawn: none is the default one, and what no terminal has is cut. Two screens of cells
// are kept for each session, so that one message of a client could take all the memory there is.
func (s Size) clamped() Size {
	w, h := layout.Size(s.Width, s.Height)
	return Size{w, h}
}

// filter is calm, and lets ctrl+z stop the process where that is meant.
func (o RunOptions) filter(model tea.Model, msg tea.Msg) tea.Msg {
	if key, ok := msg.(tea.KeyPressMsg); ok && o.Suspend != nil && key.String() == "ctrl+z" {
		if stop := o.Suspend(); stop != nil {
			return stop
		}
	}
	return calm(model, msg)
}

// calm drops what would stop the process, and clamps sizes: they come from the terminal too, as an answer that nobody
// asked for.
func calm(_ tea.Model, msg tea.Msg) tea.Msg {
	switch msg := msg.(type) {
	case tea.SuspendMsg:
		return tea.ResumeMsg{}
	case tea.WindowSizeMsg:
		size := Size{msg.Width, msg.Height}.clamped()
		return tea.WindowSizeMsg{Width: size.Width, Height: size.Height}
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

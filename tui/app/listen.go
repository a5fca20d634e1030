package app

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/term"
	"golang.org/x/time/rate"
)

// errFlood ends a session that gets more keys than anybody types.
var errFlood = errors.New("more input came than anybody types")

const (
	// keyBurst and keyRate are how many keys may come at once and in a second from a terminal that is not the one of
	// the process; more have to wait. Each costs a frame to think about.
	keyBurst, keyRate = 1024, 100
	// floodMost is how many keys in a row may have to wait: twenty seconds of them.
	floodMost = 20 * keyRate
)

// input gives what the framework should read, nil for its own choice, and what to begin when the program is there.
//
// A terminal of the process is read by the framework. Everything else is read here: the framework would leave goroutines
// behind, and a panic while it decodes what came would end the process.
func (o RunOptions) input(ctx context.Context, stop func(error)) (io.Reader, func(*tea.Program)) {
	in := o.Input
	if in == nil && term.IsTerminal(os.Stdin.Fd()) {
		in = os.Stdin
	}
	if in == nil {
		return nil, func(*tea.Program) {}
	}
	limited := newLimit(in)
	if f, ok := in.(term.File); ok && term.IsTerminal(f.Fd()) {
		return limitedFile(limited, f), func(p *tea.Program) { limited.told = telling(p) }
	}
	limited.stream = true
	return strings.NewReader(""), func(p *tea.Program) {
		limited.told = telling(p)
		o.listen(ctx, p, limited, stop)
	}
}

// telling gives the function that tells a program that input was cut; it does not wait.
func telling(p *tea.Program) func() {
	return func() { Guarded(nil, func() { p.Send(cutMsg{}) }) }
}

// listen decodes what comes and gives it to the program.
func (o RunOptions) listen(ctx context.Context, p *tea.Program, in io.Reader, stop func(error)) {
	kind := ""
	for _, e := range o.Environ {
		if v, ok := strings.CutPrefix(e, "TERM="); ok {
			kind = v
		}
	}
	events := make(chan uv.Event)
	Guarded(failing(stop), func() {
		defer func() {
			for range events { // what waits to be sent must not wait for ever
			}
		}()
		if err := forward(ctx, p, events); err != nil {
			stop(err)
		}
	})
	Guarded(failing(stop), func() {
		defer close(events)
		_ = uv.NewTerminalReader(in, kind).StreamEvents(ctx, events) // the terminal is gone then, by error or not
		if o.Sizes != nil {
			stop(ErrGone)
		}
	})
}

// forward sends events to the program, no more of them than a person makes.
func forward(ctx context.Context, p *tea.Program, events <-chan uv.Event) error {
	keys := rate.NewLimiter(keyRate, keyBurst)
	late := 0
	for e := range events {
		if late++; keys.Tokens() > keyRate/10 {
			late = 0
		}
		if late > floodMost {
			return errFlood
		}
		if keys.Wait(ctx) != nil {
			return nil //nolint:nilerr // the session has ended
		}
		p.Send(e)
	}
	return nil
}

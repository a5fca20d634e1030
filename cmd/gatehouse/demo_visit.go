package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/sshd"
)

// visitLimits bound what visitors of a demo take.
type visitLimits struct {
	Visitors int           // at once
	Visit    time.Duration // of an interface
	Rest     time.Duration // without a key
	Verb     time.Duration // of one command
}

// visits runs what visitors of a demo ask for. They are nobody: any key or none lets them in, they act in throwaway
// houses only, as made-up people, and nothing of the server is within reach.
type visits struct {
	pool   *housePool
	limits visitLimits
	clock  func() time.Time
	log    *slog.Logger
	port   int
	mu     sync.Mutex
	inside int
	last   uint64 // number of the last visitor
	timer  func(d time.Duration, fn func()) (stop func() bool)
}

func newVisits(pool *housePool, limits visitLimits, clock func() time.Time, log *slog.Logger) *visits {
	return &visits{pool: pool, limits: limits, clock: clock, log: log, timer: func(d time.Duration, fn func()) func() bool {
		return time.AfterFunc(d, fn).Stop
	}}
}

// after runs fn once so much time is over, unless it is stopped.
func (v *visits) after(d time.Duration, fn func()) (stop func() bool) {
	v.mu.Lock()
	timer := v.timer
	v.mu.Unlock()
	return timer(d, fn)
}

// setTimer replaces the timer, for tests.
func (v *visits) setTimer(timer func(time.Duration, func()) func() bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.timer = timer
}

// open is how many visitors are inside.
func (v *visits) open() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.inside
}

// rehearse makes a house and lets it go again. The large one stays.
func (v *visits) rehearse(ctx context.Context) error {
	if !v.pool.shared {
		h, err := v.pool.private(ctx)
		if err == nil {
			h.close()
		}
		return err
	}
	h, _, err := v.pool.together(ctx)
	if err == nil {
		h.part = 0
		v.pool.leave(h)
	}
	return err
}

// come counts a visitor in; ok is false when all places are taken.
func (v *visits) come() (number uint64, ok bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.inside >= v.limits.Visitors {
		return 0, false
	}
	v.inside++
	v.last++
	return v.last, true
}

func (v *visits) gone() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.inside--
}

// run is an [sshd.Runner].
func (v *visits) run(ctx context.Context, c *sshd.Client) int {
	number, ok := v.come()
	if !ok {
		v.log.Info("visitor refused", "address", c.Address, "visitors", v.limits.Visitors)
		_, _ = fmt.Fprintf(c.Err, "All %d places of this demo are taken. Try again in a few minutes.\n", v.limits.Visitors)
		return exitCodes[core.CodeUnavailable]
	}
	defer v.gone()
	h, as, err := v.house(ctx)
	if err != nil {
		v.log.Error("no house for a visitor", "visitor", number, "error", core.Causes(err))
		_, _ = fmt.Fprintln(c.Err, "This demo cannot make a house for you now. Try again in a few minutes.")
		return exitCodes[core.CodeUnavailable]
	}
	defer v.pool.leave(h)
	one := &visit{visits: v, house: h, number: number, began: v.clock(), screen: drawsScreen(c)}
	return one.run(ctx, c, as)
}

// house gives the house of a visitor, and whom to begin as.
func (v *visits) house(ctx context.Context) (*demoHouse, core.AccountID, error) {
	if v.pool.shared {
		return v.pool.together(ctx)
	}
	h, err := v.pool.private(ctx)
	if err != nil {
		return nil, 0, err
	}
	return h, h.cast[0].ID, nil
}

// drawsScreen reports whether the client asked for the interface.
func drawsScreen(c *sshd.Client) bool {
	args := c.Args
	if len(args) > 0 && args[0] == "gatehouse" {
		args = args[1:]
	}
	return c.Terminal != nil && (len(args) == 0 || args[0] == "open")
}

// visit is one visitor from coming to leaving.
type visit struct {
	*visits
	house  *demoHouse
	number uint64
	began  time.Time
	screen bool
	why    atomic.Pointer[string] // why it was ended; nil when the visitor left
}

// run does what the visitor asks for, within the limits.
func (v *visit) run(ctx context.Context, c *sshd.Client, as core.AccountID) int {
	outside := ctx
	ctx, cancel := context.WithCancel(outside)
	defer cancel()
	most, told := v.limits.Verb, "it took longer than "+inMinutes(v.limits.Verb)
	if v.screen {
		most, told = v.limits.Visit, "your "+inMinutes(v.limits.Visit)+" are over"
	}
	end := func(why string) func() {
		return func() {
			v.why.CompareAndSwap(nil, &why)
			cancel()
		}
	}
	defer v.after(most, end(told))()
	own := *c
	if v.screen {
		rest := v.restless(c.In, end("nothing was typed for "+inMinutes(v.limits.Rest)))
		defer rest.stop()
		own.In = rest
	}
	origin := "visitor " + strconv.FormatUint(v.number, 10) // visitors see no addresses of each other
	v.log.Info("visitor came", "visitor", v.number, "address", c.Address, "screen", v.screen)
	over := &overSSH{house: v.house.house, log: v.log, clock: v.clock}
	code := over.runAs(ctx, &own, v.house.house.As(as).From(origin), opening{
		Cast: v.house.cast, Welcome: !v.pool.noTour, Tour: v.house.tour, Shared: v.pool.shared, Origin: origin,
		Left: func() time.Duration { return most - v.clock().Sub(v.began) },
	})
	why := "left"
	if outside.Err() != nil { // who is gone does not read it
		end("this server closes, or the connection is gone")()
	}
	if ended := v.why.Load(); ended != nil {
		why = *ended
	}
	v.log.Info("visitor went", "visitor", v.number, "reason", why, "exit", code, "steps", v.steps(), "for", v.clock().Sub(v.began).Round(time.Second).String())
	if v.screen {
		v.farewell(c.Out)
	} else if ended := v.why.Load(); ended != nil {
		_, _ = fmt.Fprintf(c.Err, "Ended: %s.\n", *ended)
		code = exitCodes[core.CodeUnavailable]
	}
	return code
}

func (v *visit) steps() int {
	if v.house.tour == nil {
		return 0
	}
	return len(v.house.tour.Done())
}

// farewell says what to try next, below the interface.
func (v *visit) farewell(out io.Writer) {
	var b strings.Builder
	if why := v.why.Load(); why != nil {
		fmt.Fprintf(&b, "The demo has ended: %s.\n", *why)
	} else {
		b.WriteString("Thank you for looking at Gatehouse.\n")
	}
	switch done := v.steps(); {
	case v.house.tour != nil && done == v.house.tour.Steps():
		fmt.Fprintf(&b, "You have done all %d steps of the walkthrough.\n", done)
	case done > 0:
		fmt.Fprintf(&b, "You have done %d of %d steps of the walkthrough.\n", done, v.house.tour.Steps())
	}
	if !v.pool.shared {
		b.WriteString("Your house is gone; the next visit begins with a new one.\n")
	}
	fmt.Fprintf(&b, `
What to try next:
  %s
      the verbs, for scripts, in a fresh house; "help" lists them
  gatehouse demo
      the same on your own machine, for as long as you like
  gatehouse
      a house of your own; "gatehouse serve" opens it to others
Building it takes Go and make: "make build". README.md tells the rest.
`, v.line("HOST")+" request list")
	_, _ = io.WriteString(out, b.String())
}

// line is how one comes in.
func (v *visits) line(host string) string {
	if v.port == 0 || v.port == 22 {
		return "ssh " + host
	}
	return fmt.Sprintf("ssh -p %d %s", v.port, host)
}

// rest reads what a visitor types, and ends the visit when nothing is typed for too long.
type rest struct {
	in    io.Reader
	after func(time.Duration, func()) func() bool
	long  time.Duration
	end   func()

	mu      sync.Mutex
	cancel  func() bool
	stopped bool
}

func (v *visit) restless(in io.Reader, end func()) *rest {
	r := &rest{in: in, after: v.after, long: v.limits.Rest, end: end}
	r.typed()
	return r
}

// typed begins the wait anew.
func (r *rest) typed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		return
	}
	if r.cancel != nil {
		r.cancel()
	}
	r.cancel = r.after(r.long, r.end)
}

func (r *rest) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopped = true
	if r.cancel != nil {
		r.cancel()
	}
}

// Read implements io.Reader.
func (r *rest) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	if n > 0 {
		r.typed()
	}
	return n, err
}

// guarded starts a goroutine whose panic is logged.
func guarded(log *slog.Logger, what string, fn func()) {
	app.Guarded(func(text string) { log.Error(what+" failed", "panic", text) }, fn)
}

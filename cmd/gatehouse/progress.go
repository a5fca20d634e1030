package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/text"
)

const (
	// progressEvery is how often a line of progress is drawn anew.
	progressEvery = 100 * time.Millisecond
	// progressPulse is how long it may stand still: then it says how long the work takes already.
	progressPulse = time.Second
)

// progress is one line on the error stream that says how far a long work is, where a person looks there. Work that takes
// less than a pulse and tells nothing shows nothing.
type progress struct {
	out   io.Writer // nil: nobody looks
	clock func() time.Time
	after func()
	stop  chan struct{}
	over  sync.WaitGroup

	mu    sync.Mutex
	began time.Time
	drawn time.Time
	what  string
	step  string // of the work; empty for its only one
	done  int
	total int
	share int64 // percent that were shown of this step
	width int   // cells of the line that stands there
}

// progress begins a line; end must be called before anything else is printed.
func (m *Main) progress(what string) *progress {
	p := m.pulse(what)
	if m.remote == nil { // a server serves others too, and collects as usual
		p.after = collectAsUsual()
	}
	return p
}

// pulse begins a line for what mostly takes no time: nothing is shown before it has taken a second.
func (m *Main) pulse(what string) *progress {
	p := &progress{what: what, clock: m.pace, after: func() {}, stop: make(chan struct{})}
	if p.clock == nil {
		p.clock = time.Now // the pace of drawing is no time of the house
	}
	p.began = p.clock()
	if m.ErrTerminal && !m.given.JSON {
		p.out = m.Err
		ticker := time.NewTicker(progressPulse)
		p.over.Add(1)
		app.Guarded(nil, func() {
			defer p.over.Done()
			defer ticker.Stop()
			for {
				select {
				case <-p.stop:
					return
				case <-ticker.C:
					p.pulse()
				}
			}
		})
	}
	return p
}

// in makes what works with the context tell this line how far it is.
func (p *progress) in(ctx context.Context) context.Context {
	return core.WithProgress(ctx, p.atStep)
}

// at says that done of total are done; a total of 0 is not known.
func (p *progress) at(done, total int) { p.atStep("", done, total) }

// atStep is at for a step of the work. Within a step nothing goes back, and nothing is more than all.
func (p *progress) atStep(step string, done, total int) {
	if p.out == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if step != p.step {
		p.step, p.done, p.total, p.share = step, 0, 0, 0
	}
	p.done = max(p.done, done)
	if p.total = total; total > 0 {
		p.total = max(total, p.done)
	}
	if p.clock().Sub(p.drawn) >= progressEvery {
		p.draw(p.line())
	}
}

// pulse draws the line when nothing was told for a while.
func (p *progress) pulse() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.clock().Sub(p.drawn) >= progressPulse*9/10 {
		p.draw(p.line())
	}
}

// line is what is told now.
func (p *progress) line() string {
	line := p.what
	if p.step != "" {
		line += ", " + p.step
	}
	switch {
	case p.total > 0:
		p.share = max(p.share, int64(p.done)*100/int64(p.total))
		line += fmt.Sprintf(": %d of %d (%d%%)", p.done, p.total, p.share)
	case p.done > 0:
		line += fmt.Sprintf(": %d", p.done)
	}
	if took := p.clock().Sub(p.began); took >= progressPulse {
		line += fmt.Sprintf(", %d s", took/time.Second)
	}
	return line
}

func (p *progress) draw(line string) {
	p.drawn = p.clock()
	line = text.Clean(line)
	width := text.Width(line)
	_, _ = fmt.Fprintf(p.out, "\r%s%s", line, text.Blanks(p.width-width)) // progress that cannot be shown stops nothing
	p.width = width
}

// end takes the line away. It may be called more than once.
func (p *progress) end() {
	select {
	case <-p.stop:
		return
	default:
	}
	close(p.stop)
	p.over.Wait()
	p.after()
	if p.out == nil || p.width == 0 {
		return
	}
	p.draw("")
	_, _ = fmt.Fprint(p.out, "\r")
	p.width = 0
}

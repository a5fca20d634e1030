package main

import (
	"fmt"
	"io"
	"time"

	"gatehouse/tui/text"
)

// progressEvery is how often a line of progress is drawn anew.
const progressEvery = 100 * time.Millisecond

// progress is one line on the error stream that says how far a long work is, where a person looks there.
type progress struct {
	out   io.Writer // nil: nobody looks
	what  string
	clock func() time.Time
	drawn time.Time
	width int // cells of the line that stands there
	after func()
}

// progress begins a line; end must be called before anything else is printed.
func (m *Main) progress(what string) *progress {
	p := &progress{what: what, clock: time.Now, after: func() {}} // the pace of drawing is no time of the house
	if m.remote == nil {                                          // a server serves others too, and collects as usual
		p.after = collectAsUsual()
	}
	if m.ErrTerminal && !m.given.JSON {
		p.out = m.Err
	}
	return p
}

// at says that done of total are done; a total of 0 is not known.
func (p *progress) at(done, total int) {
	if p.out == nil {
		return
	}
	now := p.clock()
	if now.Sub(p.drawn) < progressEvery {
		return
	}
	p.drawn = now
	line := fmt.Sprintf("%s: %d", p.what, done)
	if total > 0 {
		line = fmt.Sprintf("%s: %d of %d (%d%%)", p.what, done, total, int64(done)*100/int64(total))
	}
	p.draw(text.Clean(line))
}

func (p *progress) draw(line string) {
	width := text.Width(line)
	_, _ = fmt.Fprintf(p.out, "\r%s%s", line, text.Blanks(p.width-width)) // progress that cannot be shown stops nothing
	p.width = width
}

// end takes the line away.
func (p *progress) end() {
	p.after()
	if p.out == nil || p.width == 0 {
		return
	}
	p.draw("")
	_, _ = fmt.Fprint(p.out, "\r")
	p.width = 0
}

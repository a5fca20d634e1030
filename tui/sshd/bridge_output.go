package sshd

import (
	"bytes"
	"context"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// pieceMost is how much is written at once: so much must be read before the client counts as stalled.
const pieceMost = 32 << 10

// output writes to a client. It finds out when nobody reads: the window of the channel is full then, and a write waits.
type output struct {
	w     io.Writer
	lines bool // a line feed becomes a line break: the terminal at the other end is raw

	mu     sync.Mutex
	closed bool
	buf    []byte
	last   byte

	// stuck is set when a write took longer than it may.
	stuck atomic.Bool

	clock   sync.Mutex
	most    time.Duration // a piece may take
	timer   *time.Timer
	writing bool
}

// newOutput makes an output; cut must make a write return that waits.
func newOutput(w io.Writer, lines bool, most time.Duration, cut func()) *output {
	o := &output{w: w, lines: lines, most: most}
	o.timer = time.AfterFunc(time.Hour, func() {
		o.clock.Lock()
		writing := o.writing
		o.clock.Unlock()
		if writing && !o.stuck.Swap(true) {
			cut()
		}
	})
	o.timer.Stop()
	return o
}

// Write implements io.Writer. It fails when the client is gone.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return 0, io.ErrClosedPipe
	}
	rest := p
	if o.lines {
		rest = o.breaks(p)
	}
	for len(rest) > 0 {
		n := min(len(rest), pieceMost)
		if err := o.piece(rest[:n]); err != nil {
			o.closed = true
			return 0, err
		}
		rest = rest[n:]
	}
	return len(p), nil
}

// breaks makes line breaks out of line feeds that are none yet.
func (o *output) breaks(p []byte) []byte {
	if len(p) == 0 {
		return p
	}
	before := o.last
	o.last = p[len(p)-1]
	if bytes.IndexByte(p, '\n') < 0 {
		return p
	}
	o.buf = o.buf[:0]
	for _, c := range p {
		if c == '\n' && before != '\r' {
			o.buf = append(o.buf, '\r')
		}
		o.buf = append(o.buf, c)
		before = c
	}
	return o.buf
}

// piece writes so much that a client that reads takes it in time.
func (o *output) piece(p []byte) error {
	o.clock.Lock()
	o.writing = true
	o.timer.Reset(o.most)
	o.clock.Unlock()
	_, err := o.w.Write(p)
	o.clock.Lock()
	o.writing = false
	o.timer.Stop()
	o.clock.Unlock()
	return err
}

// hurry gives a client less time to read from now on: what runs has to end.
func (o *output) hurry(most time.Duration) {
	o.clock.Lock()
	defer o.clock.Unlock()
	if o.most <= most {
		return
	}
	o.most = most
	if o.writing {
		o.timer.Reset(most)
	}
}

// close ends the output behind what is written already.
func (o *output) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	o.timer.Stop()
}

// hushed is the error output beside an interface that has to end. Why it ends is told once, by the bridge.
type hushed struct {
	ctx context.Context
	w   io.Writer
}

// Write implements io.Writer.
func (h hushed) Write(p []byte) (int, error) {
	if h.ctx.Err() != nil {
		return len(p), nil
	}
	return h.w.Write(p)
}

package sshd

import (
	"bytes"
	"io"
	"sync"
	"time"
)

// inputEvery is how often input is noted at most.
const inputEvery = time.Second

// input reads from a client, and notes when a person typed (AC5). What the terminal answers by itself is not typed, and
// neither are new sizes and questions whether we are still there: they come another way.
type input struct {
	r        io.Reader
	terminal bool
	note     func()
	clock    func() time.Time

	mu   sync.Mutex
	last time.Time
}

// input gives what the client sends.
func (r *running) input() io.Reader {
	in := &input{r: r.ssh, terminal: r.terminal != nil, clock: r.server.o.Clock}
	if s := r.guest.session; s != nil {
		in.note = s.Input
		in.typed() // to run something is to do something
	}
	return in
}

// Read implements io.Reader.
func (in *input) Read(p []byte) (int, error) {
	n, err := in.r.Read(p)
	if n > 0 && (!in.terminal || !onlyReports(p[:n])) {
		in.typed()
	}
	return n, err //nolint:wrapcheck // io.EOF must stay what it is
}

func (in *input) typed() {
	if in.note == nil {
		return
	}
	now := in.clock()
	in.mu.Lock()
	due := in.last.IsZero() || now.Sub(in.last) >= inputEvery || now.Before(in.last)
	if due {
		in.last = now
	}
	in.mu.Unlock()
	if due {
		in.note()
	}
}

// onlyReports reports whether input is nothing but answers of a terminal: of its colours (OSC), its name and
// capabilities (DCS), its modes, attributes, size and cursor (CSI … $y, c, n, t, R), and of the key protocol (CSI ? … u).
func onlyReports(p []byte) bool {
	for len(p) > 0 {
		n := report(p)
		if n == 0 {
			return false
		}
		p = p[n:]
	}
	return true
}

// report gives the length of the answer that p begins with; 0 when it does not.
func report(p []byte) int {
	if len(p) < 3 || p[0] != 0x1b {
		return 0
	}
	switch p[1] {
	case ']', 'P', '_':
		if i := bytes.Index(p, []byte("\x1b\\")); i > 0 {
			return i + 2
		}
		if i := bytes.IndexByte(p, '\a'); i > 0 && p[1] == ']' {
			return i + 1
		}
	case '[':
		return controlReport(p)
	}
	return 0
}

// controlReport is report for what begins with CSI. "CSI R" and "CSI 1;2R" are a key, F3; "CSI ? … R" is a place.
func controlReport(p []byte) int {
	i := 2
	for i < len(p) && p[i] >= 0x20 && p[i] <= 0x3f {
		i++
	}
	if i == len(p) {
		return 0
	}
	switch final := p[i]; {
	case final == 'c', final == 'n', final == 't', final == 'y':
		return i + 1
	case (final == 'R' || final == 'u') && p[2] == '?':
		return i + 1
	}
	return 0
}

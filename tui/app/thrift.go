package app

import (
	"io"
	"sync"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// thrift is the last stage before the terminal. The renderer of the framework repaints a line that holds a wide character
// (an emoji, CJK) whenever anything on the frame changes, although the line itself did not: some 170 bytes for each such
// line and key. thrift remembers what was last repainted on each line and leaves out a repaint that would write the same
// again.
//
// It follows only as much of the stream as it must: the row and column of the cursor. Whatever it does not know makes it
// forget everything, and a line is forgotten as soon as anything else is written on it; so the worst that can happen is
// that nothing is saved.
type thrift struct {
	w io.Writer

	mu            sync.Mutex
	width, height int
	row, col      int  // below zero: unknown
	returns       bool // a line feed returns the carriage too: the input is no terminal that could be raw
	lines         map[int]string
	// behind is set when row and col are where the cursor should be, but the terminal was not told yet.
	behind bool
	out    []byte
	faults int // how often spare failed
}

// thriftyFile is thrift over a terminal: the framework still finds the file behind it.
type thriftyFile struct {
	*thrift
	term.File
}

// Write implements io.Writer.
func (f thriftyFile) Write(p []byte) (int, error) { return f.thrift.Write(p) }

// newThrift puts thrift before w, for a program that reads in, nil for the terminal of the process. What comes back is a
// terminal if w is one.
func newThrift(in io.Reader, w io.Writer) (io.Writer, *thrift) {
	t := &thrift{w: w, row: -1, col: -1, lines: map[int]string{}}
	if in != nil {
		f, ok := in.(term.File)
		t.returns = !ok || !term.IsTerminal(f.Fd())
	}
	if f, ok := w.(term.File); ok {
		return thriftyFile{t, f}, t
	}
	return t, t
}

// resize says how large the terminal is; until then nothing is left out.
func (t *thrift) resize(w, h int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.width == w && t.height == h {
		return
	}
	t.width, t.height = w, h
	t.forget()
}

// forget drops all knowledge.
func (t *thrift) forget() {
	clear(t.lines)
	t.row, t.col = -1, -1
}

// Write implements io.Writer. It writes p without the repaints that change nothing.
func (t *thrift) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	row, col, behind := t.row, t.col, t.behind
	if !t.spare(p) {
		t.out, t.behind = t.out[:0], false
		if behind {
			t.out = position(t.out, row, col)
		}
		t.out = append(t.out, p...)
		t.forget()
	}
	if len(t.out) > 0 {
		if _, err := t.w.Write(t.out); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// spare puts into out what must be written of p. It is false when it failed: it runs in a goroutine of the framework,
// which cannot restore the terminal after a panic there, so a fault only costs the savings.
func (t *thrift) spare(p []byte) (ok bool) {
	defer func() {
		if recover() != nil {
			t.faults++
			ok = false
		}
	}()
	t.out = t.out[:0]
	for rest := p; len(rest) > 0; {
		n := token(rest)
		if t.row >= 0 && t.col == 0 && string(rest[:n]) == "\x1b[K" {
			rest = rest[t.repaint(rest, n):]
			continue
		}
		t.pass(rest[:n])
		rest = rest[n:]
	}
	return true
}

// pass writes one token as it is. Moves of a cursor that is behind are only noted, until something is written there.
func (t *thrift) pass(tok []byte) {
	if t.behind && !harmless(tok) {
		row, col := t.row, t.col
		if moves(tok) {
			if t.follow(tok); t.row >= 0 && t.col >= 0 {
				return
			}
			t.out = position(t.out, row, col)
			t.out = append(t.out, tok...)
			t.behind = false
			return
		}
		t.catchUp()
	}
	t.follow(tok)
	t.out = append(t.out, tok...)
}

// catchUp tells the terminal where the cursor is.
func (t *thrift) catchUp() {
	if t.behind {
		t.out = position(t.out, t.row, t.col)
		t.behind = false
	}
}

// repaint handles a line that is erased from its start and written again: erase is the length of the erase sequence. It
// returns how much of p it took.
func (t *thrift) repaint(p []byte, erase int) int {
	r := readRepaint(p, erase)
	content := p[erase:r.end]
	fits := r.wide && r.cells <= t.width
	if !fits || t.lines[t.row] != string(content) {
		delete(t.lines, t.row)
		if fits {
			t.lines[t.row] = string(content)
		}
		t.catchUp()
		t.out = append(t.out, p[:r.end]...)
		t.advance(r.cells)
		return r.end
	}
	if r.cells == t.width && (r.end == len(p) || p[r.end] != '\r') {
		// The terminal must end up at its margin, ready to wrap: only writing the last character does that.
		last, w := ansi.FirstGraphemeCluster(p[r.last:r.end], ansi.WcWidth)
		t.out = appendStyles(t.out, p[r.before:r.last])
		t.out = position(t.out, t.row, r.cells-w)
		t.out = append(t.out, last...)
		t.out = appendStyles(t.out, p[r.last+len(last):r.end])
		t.behind, t.col = false, -1
		return r.end
	}
	// Nothing changes but the pen, and the cursor, which can wait.
	t.out = appendStyles(t.out, p[r.style:r.end])
	t.behind, t.col = true, min(r.cells, t.width-1)
	return r.end
}

// repainted is what a repaint writes: where it ends, where its last character stands, from where on the styles count at
// the end and before the last character, and its cells.
type repainted struct {
	end, last, style, before, cells int
	wide                            bool
}

func readRepaint(p []byte, from int) repainted {
	r := repainted{end: from, last: from, style: from, before: from}
	for r.end < len(p) {
		n := token(p[r.end:])
		tok := p[r.end : r.end+n]
		switch {
		case isStyle(tok):
			if n == len("\x1b[m") {
				r.style = r.end + n
			}
		case tok[0] >= ' ' && tok[0] != 0x7f:
			r.text(tok)
		default:
			return r
		}
		r.end += n
	}
	return r
}

// text counts a run of text that begins at r.end.
func (r *repainted) text(tok []byte) {
	for i := 0; i < len(tok); {
		c, w := ansi.FirstGraphemeCluster(tok[i:], ansi.WcWidth)
		r.cells += w
		r.wide = r.wide || w != 1 || utf8.RuneCount(c) > 1
		r.last, r.before = r.end+i, r.style
		i += len(c)
	}
}

func isStyle(tok []byte) bool {
	return len(tok) > 2 && tok[0] == 0x1b && tok[1] == '[' && tok[len(tok)-1] == 'm'
}

// appendStyles appends the styles in p without its text.
func appendStyles(out, p []byte) []byte {
	for len(p) > 0 {
		n := token(p)
		if isStyle(p[:n]) {
			out = append(out, p[:n]...)
		}
		p = p[n:]
	}
	return out
}

// advance moves the known cursor behind what was written.
func (t *thrift) advance(cells int) {
	switch {
	case t.col < 0:
	case t.col+cells < t.width:
		t.col += cells
	case t.col+cells == t.width:
		t.col = -1 // at the margin: what comes next may wrap
	default:
		t.row, t.col = -1, -1
	}
}

package main

import (
	"bytes"
	"context"
	"io"
	"unicode/utf8"

	"gatehouse/tui/app"
	"gatehouse/tui/text"
)

// lineInput makes lines out of what is typed at a client's terminal, which sends keys as they are pressed and shows
// none: what the terminal of a machine does by itself. It echoes what is typed while somebody reads; backspace and
// ctrl+u take back, ctrl+d ends the input, ctrl+c ends the run. It is for one reader.
type lineInput struct {
	echo io.Writer
	keys <-chan []byte

	line   []byte // typed, not ended
	ready  []byte // ended lines, not read
	escape escape
	ended  bool
}

// escape says how far into a sequence of a function key the input is.
type escape int

const (
	noEscape escape = iota
	escapeBegan
	escapeGoesOn
)

// Keys that mean something while a line is typed.
const (
	keyInterrupt = 0x03
	keyEnd       = 0x04
	keyBackspace = 0x08
	keyKill      = 0x15
	keyEscape    = 0x1b
	keyDelete    = 0x7f
)

// newLineInput reads keys of a client; interrupt is called at ctrl+c, also while nobody reads.
func newLineInput(keys io.Reader, echo io.Writer, interrupt context.CancelFunc) *lineInput {
	typed := make(chan []byte, 64) // a run that reads nothing takes so much, and no more
	app.Guarded(nil, func() {
		defer close(typed)
		for {
			buffer := make([]byte, 1<<10)
			n, err := keys.Read(buffer)
			if bytes.IndexByte(buffer[:n], keyInterrupt) >= 0 {
				interrupt()
			}
			if n > 0 {
				select {
				case typed <- buffer[:n]:
				default: // nobody reads: it is dropped, so that ctrl+c still gets through
				}
			}
			if err != nil {
				return
			}
		}
	})
	return &lineInput{echo: echo, keys: typed}
}

// Read gives whole lines with a line feed at their end.
func (l *lineInput) Read(p []byte) (int, error) {
	for len(l.ready) == 0 {
		if l.ended {
			return 0, io.EOF
		}
		keys, open := <-l.keys
		if !open {
			l.ended = true
			l.ready = append(l.ready, l.line...)
			continue
		}
		for _, b := range keys {
			l.key(b)
		}
	}
	n := copy(p, l.ready)
	l.ready = l.ready[n:]
	return n, nil
}

func (l *lineInput) key(b byte) {
	switch {
	case l.ended:
	case l.inEscape(b):
	case b == '\r' || b == '\n':
		l.ready = append(append(l.ready, l.line...), '\n')
		l.line = l.line[:0]
		l.show("\n")
	case b == keyInterrupt:
		l.line, l.ready, l.ended = nil, nil, true
		l.show("^C\n")
	case b == keyEnd:
		l.ready = append(l.ready, l.line...)
		l.ended, l.line = len(l.line) == 0, l.line[:0]
	case b == keyKill:
		for len(l.line) > 0 {
			l.takeBack()
		}
	case b == keyBackspace || b == keyDelete:
		l.takeBack()
	case b < ' ' && b != '\t':
	case len(l.line) >= inputLimit:
	default:
		l.line = append(l.line, b)
		l.echoed()
	}
}

// inEscape reports whether a byte belongs to the sequence of a function key, which means nothing here.
func (l *lineInput) inEscape(b byte) bool {
	switch {
	case b == keyEscape:
		l.escape = escapeBegan
	case l.escape == noEscape:
		return false
	case l.escape == escapeBegan && (b == '[' || b == 'O'):
		l.escape = escapeGoesOn
	case l.escape == escapeBegan, b >= '@' && b <= '~':
		l.escape = noEscape
	}
	return true
}

// echoed shows the character that has just become whole.
func (l *lineInput) echoed() {
	if r, size := utf8.DecodeLastRune(l.line); r != utf8.RuneError || size > 1 {
		l.show(text.Clean(string(r)))
	}
}

// takeBack takes the last character away, also from the screen.
func (l *lineInput) takeBack() {
	r, size := utf8.DecodeLastRune(l.line)
	if size == 0 {
		return
	}
	l.line = l.line[:len(l.line)-size]
	for range text.Width(text.Clean(string(r))) {
		l.show("\b \b")
	}
}

func (l *lineInput) show(s string) {
	_, _ = io.WriteString(l.echo, s) // a client that cannot be told is gone, which reading finds
}

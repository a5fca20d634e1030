package app

import (
	"strconv"

	"gatehouse/tui/text"
)

// token returns the length of the first piece of a terminal stream: one control character, one escape sequence, or a run
// of text. A sequence that is cut off counts whole.
func token(p []byte) int {
	switch c := p[0]; {
	case c == 0x1b:
		return escape(p)
	case c < ' ' || c == 0x7f:
		return 1
	}
	n := 1
	for n < len(p) && p[n] >= ' ' && p[n] != 0x7f {
		n++
	}
	return n
}

func escape(p []byte) int {
	if len(p) < 2 {
		return len(p)
	}
	switch p[1] {
	case '[':
		for n := 2; n < len(p); n++ {
			if p[n] >= 0x40 && p[n] <= 0x7e {
				return n + 1
			}
		}
		return len(p)
	case ']', 'P', '_', '^', 'X': // strings: up to BEL or ST
		for n := 2; n < len(p); n++ {
			if p[n] == 0x07 {
				return n + 1
			}
			if p[n] == 0x1b && n+1 < len(p) && p[n+1] == '\\' {
				return n + 2
			}
		}
		return len(p)
	}
	return 2
}

// position appends the absolute move to a row and column, counted from 0.
func position(out []byte, row, col int) []byte {
	out = append(out, "\x1b["...)
	out = strconv.AppendInt(out, int64(row+1), 10)
	out = append(out, ';')
	out = strconv.AppendInt(out, int64(col+1), 10)
	return append(out, 'H')
}

// moves reports whether a token only moves the cursor, in a way that is followed.
func moves(tok []byte) bool {
	switch tok[0] {
	case '\r', '\n', '\b':
		return true
	case 0x1b:
		if len(tok) < 3 || tok[1] != '[' {
			return false
		}
		if _, _, plain := params(tok); !plain {
			return false
		}
		switch tok[len(tok)-1] {
		case 'H', 'f', 'd', 'G', '`', 'A', 'B', 'C', 'D':
			return true
		}
	}
	return false
}

// harmless reports whether a token neither moves the cursor nor writes where it is: styles, and modes such as the
// cursor's visibility.
func harmless(tok []byte) bool {
	if isStyle(tok) {
		return true
	}
	switch string(tok) {
	case "\x1b[?25h", "\x1b[?25l", "\x1b[?2026h", "\x1b[?2026l":
		return true
	}
	return false
}

// params reads the numbers of a control sequence without private marks; ok is false when there are such marks.
func params(seq []byte) (a, b int, ok bool) {
	body := seq[2 : len(seq)-1]
	at := 0
	var v [2]int
	for _, c := range body {
		switch {
		case c >= '0' && c <= '9':
			if at < 2 {
				v[at] = v[at]*10 + int(c-'0')
			}
		case c == ';':
			at++
		default:
			return 0, 0, false
		}
	}
	return v[0], v[1], true
}

// follow keeps row and column up to date for one token that is written as it is.
func (t *thrift) follow(tok []byte) {
	switch c := tok[0]; {
	case c == 0x1b:
		t.followEscape(tok)
	case c == '\r':
		t.col = 0
	case c == '\b':
		if t.col > 0 {
			t.col--
		}
	case c == '\t':
		t.col = -1
	case c == '\n':
		t.lineFeed()
	case c >= ' ' && c != 0x7f:
		t.followText(tok)
	}
}

func (t *thrift) lineFeed() {
	if t.returns {
		t.col = 0
	}
	switch {
	case t.row < 0:
		clear(t.lines)
	case t.row+1 >= t.height:
		t.forget() // it may scroll
	default:
		t.row++
	}
}

func (t *thrift) followText(tok []byte) {
	if t.row < 0 {
		clear(t.lines)
		return
	}
	delete(t.lines, t.row)
	if t.col < 0 {
		// It may wrap into the next line.
		delete(t.lines, t.row+1)
		t.row = -1
		return
	}
	t.advance(textCells(tok))
}

func (t *thrift) followEscape(tok []byte) {
	if len(tok) > 1 && tok[1] == ']' {
		return // titles, colours, clipboard
	}
	if len(tok) < 3 || tok[1] != '[' {
		t.forget()
		return
	}
	a, b, plain := params(tok)
	if !plain {
		t.followPrivate(tok)
		return
	}
	n := max(a, 1)
	switch final := tok[len(tok)-1]; final {
	case 'm', 'n', 'c', 'q', 't', 'u':
	case 'H', 'f', 'd', 'G', '`', 'A', 'B', 'C', 'D':
		t.followMove(final, n, max(b, 1))
	case 'I', 'Z':
		t.col = -1
	case 'K', 'X', '@', 'P':
		t.touch()
	case 'b':
		t.touch()
		t.advance(n)
	default:
		t.forget()
	}
}

func (t *thrift) followMove(final byte, n, m int) {
	switch final {
	case 'H', 'f':
		t.row, t.col = n-1, m-1
	case 'd':
		t.row = n - 1
	case 'G', '`':
		t.col = n - 1
	case 'A':
		t.shiftRow(-n)
	case 'B':
		t.shiftRow(n)
	case 'C':
		if t.col >= 0 {
			t.col = min(t.col+n, t.width-1)
		}
	case 'D':
		if t.col >= 0 {
			t.col = max(t.col-n, 0)
		}
	}
}

// followPrivate takes sequences with private marks: modes that move nothing are known, others are not.
func (t *thrift) followPrivate(tok []byte) {
	switch string(tok) {
	case "\x1b[?7h", "\x1b[?7l", "\x1b[?25h", "\x1b[?25l", "\x1b[?2026h", "\x1b[?2026l":
		return
	}
	switch tok[len(tok)-1] {
	case 'u', 'm', 'p', 'n', 'q', 'c':
		return // keyboard protocols and questions
	}
	t.forget()
}

func (t *thrift) shiftRow(by int) {
	if t.row < 0 {
		return
	}
	t.row = max(min(t.row+by, t.height-1), 0)
}

// touch says that the current line changes in a way that is not followed.
func (t *thrift) touch() {
	if t.row < 0 {
		clear(t.lines)
		return
	}
	delete(t.lines, t.row)
}

func textCells(tok []byte) int { return text.Width(string(tok)) }

package sshtest

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Screen is a small terminal emulator: it keeps the characters that a stream draws, without styles. It knows what the
// renderer writes, and skips what it does not know. It is not safe for use by many goroutines.
type Screen struct {
	w, h, x, y   int
	top, bottom  int  // of the region that scrolls; bottom is behind it
	wrap         bool // the next character begins the next line
	savedX       int
	savedY       int
	alternate    bool
	cells, other [][]string
	rest         []byte // of a sequence that is not whole
	last         string // for REP
}

// NewScreen makes an empty screen of a size in cells.
func NewScreen(w, h int) *Screen {
	return &Screen{w: w, h: h, bottom: h, cells: blank(w, h), other: blank(w, h)}
}

func blank(w, h int) [][]string {
	cells := make([][]string, h)
	for i := range cells {
		cells[i] = empty(w)
	}
	return cells
}

func empty(w int) []string {
	row := make([]string, w)
	for i := range row {
		row[i] = " "
	}
	return row
}

// Alternate reports whether the alternate screen is shown.
func (s *Screen) Alternate() bool { return s.alternate }

// Resize changes the size; what does not fit is lost.
func (s *Screen) Resize(w, h int) {
	for _, cells := range []*[][]string{&s.cells, &s.other} {
		fresh := blank(w, h)
		for y := range min(h, s.h) {
			copy(fresh[y], (*cells)[y])
		}
		*cells = fresh
	}
	s.w, s.h, s.top, s.bottom = w, h, 0, h
	s.x, s.y, s.wrap = min(s.x, w-1), min(s.y, h-1), false
}

// String is what is shown, a line for each row, without blanks at the end.
func (s *Screen) String() string {
	var b strings.Builder
	for _, row := range s.cells {
		b.WriteString(strings.TrimRight(strings.Join(row, ""), " ") + "\n")
	}
	return b.String()
}

// Write draws.
func (s *Screen) Write(p []byte) (int, error) {
	data := append(s.rest, p...)
	for len(data) > 0 {
		n := s.token(data)
		if n == 0 {
			break
		}
		s.take(string(data[:n]))
		data = data[n:]
	}
	s.rest = append([]byte(nil), data...)
	return len(p), nil
}

// token is how long the next sequence, control or text is; zero when it is not whole.
func (s *Screen) token(p []byte) int {
	switch {
	case p[0] == 0x1b:
		return escape(p)
	case p[0] < 0x20 || p[0] == 0x7f:
		return 1
	}
	n := 0
	for n < len(p) && p[n] >= 0x20 && p[n] != 0x7f {
		n++
	}
	// A character of several bytes may have been cut.
	for cut := 1; n == len(p) && cut <= min(3, n); cut++ {
		if c := p[n-cut]; c >= 0xc0 {
			if need := 2 + btoi(c >= 0xe0) + btoi(c >= 0xf0); cut < need {
				return n - cut
			}
			break
		} else if c < 0x80 {
			break
		}
	}
	return n
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// escape is how long an escape sequence is.
func escape(p []byte) int {
	if len(p) < 2 {
		return 0
	}
	switch p[1] {
	case '[':
		for i := 2; i < len(p); i++ {
			if p[i] >= 0x40 && p[i] <= 0x7e {
				return i + 1
			}
		}
		return 0
	case ']', 'P', '_', '^', 'X':
		for i := 2; i < len(p); i++ {
			if p[i] == 0x07 {
				return i + 1
			}
			if p[i] == 0x1b && i+1 < len(p) && p[i+1] == '\\' {
				return i + 2
			}
		}
		return 0
	case '(', ')', '#', '%', ' ':
		if len(p) < 3 {
			return 0
		}
		return 3
	}
	return 2
}

func (s *Screen) take(tok string) {
	switch {
	case tok == "\r":
		s.x, s.wrap = 0, false
	case tok == "\n":
		s.wrap = false
		s.down()
	case tok == "\b":
		s.x, s.wrap = max(s.x-1, 0), false
	case tok == "\t":
		s.x, s.wrap = min(s.x/8*8+8, s.w-1), false
	case strings.HasPrefix(tok, "\x1b["):
		s.control(tok[2:len(tok)-1], tok[len(tok)-1])
	case tok == "\x1bM":
		if s.y == s.top {
			s.scroll(-1)
		} else {
			s.y = max(s.y-1, 0)
		}
	case tok == "\x1b7":
		s.savedX, s.savedY = s.x, s.y
	case tok == "\x1b8":
		s.x, s.y, s.wrap = min(s.savedX, s.w-1), min(s.savedY, s.h-1), false
	case tok[0] >= 0x20:
		s.print(tok)
	}
}

func (s *Screen) print(text string) {
	for text != "" {
		c, w := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
		text = text[len(c):]
		if w == 0 {
			continue
		}
		if s.wrap || s.x+w > s.w {
			s.x, s.wrap = 0, false
			s.down()
		}
		s.last = c
		s.cells[s.y][s.x] = c
		for i := 1; i < w && s.x+i < s.w; i++ {
			s.cells[s.y][s.x+i] = ""
		}
		if s.x += w; s.x >= s.w {
			s.x, s.wrap = s.w-1, true
		}
	}
}

// down goes to the next line, and scrolls at the end of the region.
func (s *Screen) down() {
	if s.y == s.bottom-1 {
		s.scroll(1)
		return
	}
	s.y = min(s.y+1, s.h-1)
}

// scroll moves the region up, or down for less than zero.
func (s *Screen) scroll(n int) {
	region := s.cells[s.top:s.bottom]
	for ; n > 0; n-- {
		copy(region, region[1:])
		region[len(region)-1] = empty(s.w)
	}
	for ; n < 0; n++ {
		copy(region[1:], region)
		region[0] = empty(s.w)
	}
}

// numbers are the parameters of a control sequence.
func numbers(params string) []int {
	var out []int
	for _, p := range strings.Split(params, ";") {
		n, _ := strconv.Atoi(p)
		out = append(out, n)
	}
	return out
}

func (s *Screen) control(params string, final byte) {
	if strings.HasPrefix(params, "?") {
		s.mode(params[1:], final)
		return
	}
	if strings.ContainsAny(params, "<=> !\"$'") {
		return
	}
	n := numbers(params)
	first := n[0]
	count := max(first, 1)
	if final != 'm' {
		s.wrap = false
	}
	switch final {
	case 'H', 'f':
		second := 1
		if len(n) > 1 {
			second = max(n[1], 1)
		}
		s.y, s.x = min(count, s.h)-1, min(second, s.w)-1
	case 'd':
		s.y = min(count, s.h) - 1
	case 'G', '`':
		s.x = min(count, s.w) - 1
	case 'A':
		s.y = max(s.y-count, 0)
	case 'B', 'e':
		s.y = min(s.y+count, s.h-1)
	case 'C', 'a':
		s.x = min(s.x+count, s.w-1)
	case 'D':
		s.x = max(s.x-count, 0)
	case 'r':
		s.region(n)
	case 'b':
		s.print(strings.Repeat(s.last, count))
	default:
		s.edit(first, count, final)
	}
}

// edit is what erases and moves characters and lines.
func (s *Screen) edit(first, count int, final byte) {
	row := s.cells[s.y]
	switch final {
	case 'K':
		switch first {
		case 0:
			copy(row[s.x:], empty(s.w))
		case 1:
			copy(row, empty(s.x+1))
		default:
			copy(row, empty(s.w))
		}
	case 'J':
		s.erase(first)
	case 'X':
		copy(row[s.x:], empty(min(count, s.w-s.x)))
	case 'P':
		copy(row[s.x:], append(append([]string(nil), row[min(s.x+count, s.w):]...), empty(count)...))
	case '@':
		copy(row[s.x:], append(empty(min(count, s.w-s.x)), row[s.x:]...))
	default:
		s.lines(count, final)
	}
}

// lines is what moves lines, and goes to the beginning of one.
func (s *Screen) lines(count int, final byte) {
	switch final {
	case 'L', 'M':
		if s.y < s.top || s.y >= s.bottom {
			return
		}
		top := s.top
		s.top = s.y
		if final == 'L' {
			count = -min(count, s.bottom-s.y)
		}
		s.scroll(min(count, s.bottom-s.y))
		s.top = top
	case 'E':
		s.x, s.y = 0, min(s.y+count, s.h-1)
	case 'F':
		s.x, s.y = 0, max(s.y-count, 0)
	case 'S':
		s.scroll(min(count, s.h))
	case 'T':
		s.scroll(-min(count, s.h))
	}
}

func (s *Screen) erase(how int) {
	from, until := 0, s.h
	switch how {
	case 0:
		copy(s.cells[s.y][s.x:], empty(s.w))
		from = s.y + 1
	case 1:
		copy(s.cells[s.y], empty(s.x+1))
		until = s.y
	}
	for y := from; y < until; y++ {
		s.cells[y] = empty(s.w)
	}
}

func (s *Screen) region(n []int) {
	top, bottom := max(n[0], 1)-1, s.h
	if len(n) > 1 && n[1] > 0 {
		bottom = min(n[1], s.h)
	}
	if top < bottom-1 {
		s.top, s.bottom = top, bottom
	}
	s.x, s.y = 0, 0
}

// mode switches between the two screens; other modes are not shown.
func (s *Screen) mode(params string, final byte) {
	if final != 'h' && final != 'l' {
		return
	}
	for _, n := range numbers(params) {
		if n != 1049 && n != 1047 && n != 47 || s.alternate == (final == 'h') {
			continue
		}
		s.alternate = final == 'h'
		s.cells, s.other = s.other, s.cells
		s.top, s.bottom = 0, s.h
		if s.alternate {
			s.savedX, s.savedY = s.x, s.y
			s.cells = blank(s.w, s.h)
		} else {
			s.x, s.y = min(s.savedX, s.w-1), min(s.savedY, s.h-1)
		}
	}
}

package app

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"gatehouse/core/suite"
)

// glass is a small terminal: it shows what a stream draws, with the style of every cell.
type glass struct {
	w, h, x, y int
	wrap       bool // the next character goes to the next line
	pen        string
	cells      [][]string
}

func newGlass(w, h int) *glass {
	g := &glass{w: w, h: h}
	g.clear(0, 0, h)
	return g
}

func (g *glass) clear(x, y, until int) {
	if g.cells == nil {
		g.cells = make([][]string, g.h)
		for i := range g.cells {
			g.cells[i] = make([]string, g.w)
		}
	}
	for ; y < until; y, x = y+1, 0 {
		for i := x; i < g.w; i++ {
			g.cells[y][i] = " "
		}
	}
}

func (g *glass) draw(p []byte) {
	for len(p) > 0 {
		n := token(p)
		g.take(p[:n])
		p = p[n:]
	}
}

func (g *glass) take(tok []byte) {
	switch {
	case tok[0] == '\r':
		g.x, g.wrap = 0, false
	case tok[0] == '\n':
		g.x, g.wrap = 0, false // as the renderer assumes without a tty
		g.y++
		if g.y == g.h {
			g.y--
			g.cells = append(g.cells[1:], make([]string, g.w))
			g.clear(0, g.h-1, g.h)
		}
	case tok[0] == '\b':
		g.x, g.wrap = max(g.x-1, 0), false
	case tok[0] == 0x1b:
		g.sequence(tok)
	case tok[0] >= ' ':
		g.print(string(tok))
	}
}

func (g *glass) print(s string) {
	for s != "" {
		c, w := ansi.FirstGraphemeCluster(s, ansi.WcWidth)
		s = s[len(c):]
		if g.wrap || g.x+w > g.w {
			g.x, g.y, g.wrap = 0, min(g.y+1, g.h-1), false
		}
		g.cells[g.y][g.x] = g.pen + c
		for i := 1; i < w; i++ {
			g.cells[g.y][g.x+i] = ""
		}
		if g.x += w; g.x >= g.w {
			g.x, g.wrap = g.w-1, true
		}
	}
}

func (g *glass) sequence(tok []byte) {
	if len(tok) < 3 || tok[1] != '[' {
		return
	}
	a, b, plain := params(tok)
	if !plain {
		return
	}
	n := max(a, 1)
	final := tok[len(tok)-1]
	if final != 'm' {
		g.wrap = false
	}
	switch final {
	case 'm':
		if len(tok) == 3 {
			g.pen = ""
		} else {
			g.pen += string(tok)
		}
	case 'H':
		g.y, g.x = min(n, g.h)-1, min(max(b, 1), g.w)-1
	case 'd':
		g.y = min(n, g.h) - 1
	case 'G':
		g.x = min(n, g.w) - 1
	case 'A':
		g.y = max(g.y-n, 0)
	case 'B':
		g.y = min(g.y+n, g.h-1)
	case 'C':
		g.x = min(g.x+n, g.w-1)
	case 'D':
		g.x = max(g.x-n, 0)
	case 'K':
		if a == 1 {
			for i := range g.x + 1 {
				g.cells[g.y][i] = " "
			}
			return
		}
		g.clear(g.x, g.y, g.y+1)
	case 'X':
		for i := g.x; i < min(g.x+n, g.w); i++ {
			g.cells[g.y][i] = " "
		}
	case 'P':
		row := g.cells[g.y]
		copy(row[g.x:], row[min(g.x+n, g.w):])
		for i := g.w - n; i < g.w; i++ {
			row[i] = " "
		}
	case '@':
		row := g.cells[g.y]
		copy(row[min(g.x+n, g.w):], row[g.x:])
		for i := g.x; i < min(g.x+n, g.w); i++ {
			row[i] = " "
		}
	case 'J':
		if a == 2 {
			g.clear(0, 0, g.h)
			return
		}
		g.clear(g.x, g.y, g.y+1)
		g.clear(0, min(g.y+1, g.h), g.h)
	default:
		panic(fmt.Sprintf("the glass does not know %q", tok))
	}
}

func (g *glass) String() string {
	var b strings.Builder
	for _, row := range g.cells {
		b.WriteString(strings.Join(row, "") + "\n")
	}
	return b.String()
}

// The frame on a terminal is the same with and without thrift, through the real renderer and random frames with wide,
// combining and plain text; and thrift saves what the renderer repeats.
func TestThriftChangesNothingThatIsSeen(t *testing.T) {
	suite.Sequential(t)
	const w, h = 60, 12
	words := []string{"plain", "日本語", "🐙 sam", "e\u0301tude", "한국", "row", "", "───", "x"}
	styles := []string{"", "\x1b[1m", "\x1b[38;5;117m"}
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 9))
		line := func() string {
			var b strings.Builder
			for range rng.IntN(6) {
				b.WriteString(styles[rng.IntN(3)] + words[rng.IntN(len(words))] + "\x1b[m  ")
			}
			if rng.IntN(2) == 0 { // up to the margin, with a style that ends there
				b.WriteString(styles[rng.IntN(3)] + strings.Repeat("─", max(w-ansi.StringWidth(b.String()), 0)) + "\x1b[m")
			}
			return b.String()
		}
		lines := make([]string, h)
		for i := range lines {
			lines[i] = line()
		}
		var raw, thrifty bytes.Buffer
		scr := uv.NewTerminalRenderer(&raw, []string{"TERM=xterm-256color"})
		scr.SetFullscreen(true)
		scr.SetRelativeCursor(false)
		scr.SetScrollOptim(false)
		scr.SetMapNewline(true)
		buf := uv.NewScreenBuffer(w, h)
		_, saver := newThrift(strings.NewReader(""), &thrifty)
		saver.resize(w, h)
		plain, saved := newGlass(w, h), newGlass(w, h)
		for step := range 60 {
			switch rng.IntN(4) {
			case 0:
				lines[rng.IntN(h)] = line()
			case 1: // a scroll
				lines = append(lines[1:], line())
			default: // a cursor move
				i := rng.IntN(h)
				lines[i] = "▌" + strings.TrimPrefix(lines[i], "▌")
			}
			buf.Clear()
			uv.NewStyledString(strings.Join(lines, "\n")).Draw(buf, buf.Bounds())
			scr.Render(buf.RenderBuffer)
			if err := scr.Flush(); err != nil {
				t.Fatal(err)
			}
			if _, err := saver.Write(raw.Bytes()); err != nil {
				t.Fatal(err)
			}
			plain.draw(raw.Bytes())
			saved.draw(thrifty.Bytes())
			if plain.String() != saved.String() {
				t.Fatalf("seed %d, step %d: the frames differ\n%q\n%q\n%s\n%s", seed, step, raw.String(), thrifty.String(), plain, saved)
			}
			if thrifty.Len() > raw.Len()+8*h {
				t.Errorf("thrift made %d bytes of %d", thrifty.Len(), raw.Len())
			}
			raw.Reset()
			thrifty.Reset()
		}
	}
}

func TestThriftLeavesOutRepeatedRepaints(t *testing.T) {
	var out bytes.Buffer
	_, s := newThrift(nil, &out)
	s.resize(40, 10)
	repaint := "\x1b[3;1H\x1b[K\x1b[1m🐙 sam\x1b[m asks"
	write := func(p string) {
		if _, err := s.Write([]byte(p)); err != nil {
			t.Fatal(err)
		}
	}
	write("\x1b[2J" + repaint)
	out.Reset()
	write(repaint + "\r\nmore")
	if got := out.String(); got != "\x1b[3;1H\x1b[4;1Hmore" {
		t.Errorf("wrote %q", got)
	}
	for _, between := range []string{"\x1b[3;5Hx", "\x1b[2J", "\x1b[1;5r", "\x1b[3;2H\x1b[X", "\x1bM", "\x1b[?1049h"} {
		write(repaint + between)
		out.Reset()
		write(repaint)
		if !strings.Contains(out.String(), "asks") {
			t.Errorf("after %q the repaint was left out", between)
		}
	}
}

// A fault of thrift costs its savings, not the terminal: what was to be written is written.
func TestThriftOutlivesItsFaults(t *testing.T) {
	var out bytes.Buffer
	_, s := newThrift(nil, &out)
	s.resize(40, 10)
	s.lines = nil // remembering a line panics now
	p := "\x1b[3;1H\x1b[K🐙 sam"
	if n, err := s.Write([]byte(p)); n != len(p) || err != nil || out.String() != p || s.faults != 1 {
		t.Errorf("wrote %q, %d faults, %v", out.String(), s.faults, err)
	}
}

func FuzzThriftTakesAnything(f *testing.F) {
	f.Add([]byte("\x1b[3;1H\x1b[K🐙\x1b"), 10, 5)
	f.Add([]byte("\x1b[3;1H\x1b[K\x1b[1m🐙 sam──\x1b[m"), 8, 5)
	f.Fuzz(func(t *testing.T, p []byte, w, h int) {
		var out bytes.Buffer
		_, s := newThrift(nil, &out)
		s.resize(w, h)
		for range 3 {
			if n, err := s.Write(p); n != len(p) || err != nil {
				t.Fatal(n, err)
			}
		}
		if s.faults > 0 {
			t.Fatal("it fell back to writing everything")
		}
	})
}

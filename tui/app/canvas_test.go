package app

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"gatehouse/core/suite"
)

// pane is a terminal of a size that knows what a canvas writes: places, styles, erasing and text. Anything else fails.
type pane struct {
	t        *testing.T
	w, h     int
	x, y     int
	pen      string
	cells    [][]cell
	modes    []string
	written  int
	mu       sync.Mutex
	unlocked chan struct{} // nil: Write does not wait
}

func newPane(t *testing.T, w, h int) *pane {
	g := &pane{t: t, w: w, h: h}
	g.clear()
	return g
}

func (g *pane) clear() {
	g.cells = make([][]cell, g.h)
	for y := range g.cells {
		g.cells[y] = make([]cell, g.w)
		g.erase(y, 0)
	}
}

func (g *pane) erase(y, from int) {
	for x := from; x < g.w; x++ {
		g.cells[y][x] = cell{" ", ""}
	}
}

func (g *pane) Write(p []byte) (int, error) {
	if g.unlocked != nil {
		<-g.unlocked
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.written += len(p)
	for rest := string(p); rest != ""; {
		var n int
		if rest[0] == 0x1b {
			n = token([]byte(rest))
			g.escape(rest[:n])
		} else {
			text, w := ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
			n = len(text)
			g.put(text, w)
		}
		rest = rest[n:]
	}
	return len(p), nil
}

func (g *pane) put(text string, w int) {
	if w < 1 || g.x+w > g.w {
		g.t.Fatalf("%q of %d cells is written at %d,%d", text, w, g.x, g.y)
	}
	g.cells[g.y][g.x] = cell{text, g.pen}
	for i := 1; i < w; i++ {
		g.cells[g.y][g.x+i] = cell{"", g.pen}
	}
	g.x += w
}

func (g *pane) escape(seq string) {
	switch {
	case strings.HasSuffix(seq, "m") && !strings.HasPrefix(seq, "\x1b[>"):
		if seq == "\x1b[m" {
			g.pen = ""
		} else {
			g.pen += seq
		}
	case strings.HasSuffix(seq, "H"):
		row, col, _ := strings.Cut(seq[2:len(seq)-1], ";")
		g.y, _ = strconv.Atoi(row)
		g.x, _ = strconv.Atoi(col)
		g.y, g.x = g.y-1, g.x-1
	case seq == ansi.EraseEntireScreen:
		g.clear()
	case seq == ansi.EraseLineRight:
		g.erase(g.y, g.x)
	default:
		g.modes = append(g.modes, seq)
	}
}

// shows gives the screen as lines of cells.
func (g *pane) shows() string {
	var b strings.Builder
	for _, row := range g.cells {
		for _, c := range row {
			fmt.Fprintf(&b, "%s%s", c.pen, c.text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// any frame of random lines, of a few styles and characters.
func anyFrame(r *rand.Rand, w, h int, words []string) string {
	pens := []string{"", "\x1b[1m", "\x1b[38;2;120;80;250m", "\x1b[7m", "\x1b[1m\x1b[2m"}
	lines := make([]string, h)
	for y := range lines {
		var b strings.Builder
		for x := 0; x < w; {
			word := words[r.IntN(len(words))]
			n := ansi.StringWidth(word)
			if x+n > w {
				word, n = " ", 1
			}
			if pen := pens[r.IntN(len(pens))]; pen == "" {
				b.WriteString(word)
			} else {
				b.WriteString(pen + word + "\x1b[m")
			}
			x += n
		}
		lines[y] = b.String()
	}
	return strings.Join(lines, "\n")
}

// After any frame the terminal shows the same as one that sees only that frame.
func TestCanvasShowsFrames(t *testing.T) {
	suite.Sequential(t)
	const w, h = 40, 8
	words := []string{"a", "bc", "row", "      ", "│", "▌", "é", "日本", "🐙", "👩‍🚀", "e\u0301", "…"}
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		shown := newPane(t, w, h)
		c := newCanvas(shown, 30)
		frame := anyFrame(r, w, h, words)
		for step := range 30 {
			lines := strings.Split(frame, "\n")
			for range r.IntN(4) { // a few lines change, often only a little
				y := r.IntN(h)
				lines[y] = anyFrame(r, w, 1, words[:1+r.IntN(len(words))])
			}
			if r.IntN(10) == 0 {
				c.forget()
			}
			frame = strings.Join(lines, "\n")
			c.take(tea.View{Content: frame})
			c.draw()
			fresh := newPane(t, w, h)
			once := newCanvas(fresh, 30)
			once.take(tea.View{Content: frame})
			once.draw()
			if shown.shows() != fresh.shows() {
				t.Fatalf("seed %d step %d:\n%q\nis shown, not\n%q", seed, step, shown.shows(), fresh.shows())
			}
			if before := shown.written; c.draw() && shown.written != before {
				t.Fatalf("seed %d step %d: the same frame was written again", seed, step)
			}
		}
	}
}

// A frame that was made before the size changed may be drawn after it: the next one must not be taken for a difference to
// it, because the terminal kept only a part of it.
func TestCanvasAfterAnotherSize(t *testing.T) {
	var out bytes.Buffer
	c := newCanvas(&out, 30)
	c.take(tea.View{Content: "0123456789\n0123456789\n0123456789"})
	c.forget() // the terminal has 6×2 cells by now
	c.draw()
	out.Reset()
	c.take(tea.View{Content: "012345\n012345"})
	c.draw()
	if got := out.String(); !strings.HasPrefix(got, ansi.EraseEntireScreen) || strings.Count(got, "012345") != 2 {
		t.Errorf("%q was written", got)
	}
}

// blank is a model whose frames are as large as it knows.
type blank struct{ size tea.WindowSizeMsg }

func (blank) Init() tea.Cmd { return nil }

func (b blank) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if size, ok := msg.(tea.WindowSizeMsg); ok {
		b.size = size
	}
	return b, nil
}

func (b blank) View() tea.View {
	return tea.View{Content: strings.TrimSuffix(strings.Repeat(strings.Repeat("x", b.size.Width)+"\n", b.size.Height), "\n")}
}

func TestNoFrameBeforeTheSize(t *testing.T) {
	c := newCanvas(&bytes.Buffer{}, 30)
	d := tea.Model(&distant{model: blank{tea.WindowSizeMsg{Width: 80, Height: 24}}, canvas: c})
	d, _ = d.Update(tea.ColorProfileMsg{Profile: colorprofile.ANSI256})
	if d.View(); !c.idle() {
		t.Error("a frame of 80×24 was made before the terminal said what it is")
	}
	d, _ = d.Update(tea.WindowSizeMsg{Width: 60, Height: 16})
	if d.View(); c.idle() || !strings.HasPrefix(c.view.Content, strings.Repeat("x", 60)+"\n") {
		t.Errorf("%q waits", c.view.Content)
	}
}

func TestCanvasWritesLittle(t *testing.T) {
	g := newPane(t, 40, 3)
	c := newCanvas(g, 30)
	rows := func(cursor int) tea.View {
		lines := make([]string, 3)
		for i := range lines {
			mark := " "
			if i == cursor {
				mark = "\x1b[1m▌\x1b[m"
			}
			lines[i] = mark + "🐙 somebody" + strings.Repeat(" ", 28)
		}
		return tea.View{Content: strings.Join(lines, "\n")}
	}
	c.take(rows(0))
	c.draw()
	before := g.written
	c.take(rows(1))
	c.draw()
	if n := g.written - before; n > 30 {
		t.Errorf("moving a mark before a wide character wrote %d bytes", n)
	}
}

func TestCanvasColours(t *testing.T) {
	for _, c := range []struct {
		profile colorprofile.Profile
		want    string
	}{
		{colorprofile.TrueColor, "\x1b[1m\x1b[38;2;120;80;250m"},
		{colorprofile.ANSI256, "\x1b[1;38;5;99m"},
		{colorprofile.ASCII, "\x1b[1m"},
		{colorprofile.NoTTY, ""},
	} {
		var p pens
		p.reset(c.profile)
		if got := string(p.take(nil, "\x1b[1m\x1b[38;2;120;80;250m")); got != c.want {
			t.Errorf("%v: %q, not %q", c.profile, got, c.want)
		}
	}
}

// A terminal is left as it was found: each mode that is set is reset.
func TestCanvasRestores(t *testing.T) {
	g := newPane(t, 10, 1)
	c := newCanvas(g, 30)
	Guarded(nil, c.work)
	c.show(tea.View{Content: "0123456789", WindowTitle: "gatehouse", MouseMode: tea.MouseModeCellMotion})
	for !c.idle() {
		time.Sleep(time.Millisecond)
	}
	c.close()
	modes := strings.Join(g.modes, "")
	for _, pair := range [][2]string{
		{ansi.SetModeAltScreenSaveCursor, ansi.ResetModeAltScreenSaveCursor},
		{ansi.ResetModeTextCursorEnable, ansi.SetModeTextCursorEnable},
		{ansi.ResetModeAutoWrap, ansi.SetModeAutoWrap},
		{ansi.SetModeBracketedPaste, ansi.ResetModeBracketedPaste},
		{ansi.SetModifyOtherKeys2, ansi.ResetModifyOtherKeys},
		{ansi.PushKittyKeyboard(1), ansi.PopKittyKeyboard(1)},
		{ansi.SetModeMouseButtonEvent, ansi.ResetModeMouseButtonEvent},
		{ansi.SetWindowTitle("gatehouse"), ansi.SetWindowTitle("")},
	} {
		if on, off := strings.Index(modes, pair[0]), strings.LastIndex(modes, pair[1]); on < 0 || off < on {
			t.Errorf("%q is at %d, %q at %d of %q", pair[0], on, pair[1], off, modes)
		}
	}
	var none bytes.Buffer
	never := newCanvas(&none, 30)
	Guarded(nil, never.work)
	if never.close(); none.Len() > 0 {
		t.Errorf("a canvas that drew nothing wrote %q", none.String())
	}
}

// A terminal that does not read stops nobody but itself, and no frames pile up for it.
func TestCanvasStalled(t *testing.T) {
	g := newPane(t, 1, 1)
	g.unlocked = make(chan struct{})
	c := newCanvas(g, 1000)
	asked := make(chan struct{}, 10)
	c.send = func(tea.Msg) { asked <- struct{}{} }
	Guarded(nil, c.work)
	c.show(tea.View{Content: "1"})
	for range 1000 {
		if c.idle() {
			t.Fatal("a second frame is wanted while the first is written")
		}
	}
	close(g.unlocked)
	<-asked // what happened meanwhile is drawn in one frame
	if !c.idle() {
		t.Error("no frame is wanted")
	}
	c.close()
	if len(asked) > 0 {
		t.Error("more than one frame was asked for")
	}
}

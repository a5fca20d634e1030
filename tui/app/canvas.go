package app

import (
	"cmp"
	"io"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// canvas is the terminal of somebody far away, one of many in a process. The renderer of the framework keeps two
// screens of cells for each session, a megabyte, and goes through all of them for every frame: that is right for one
// terminal and too much for five hundred. canvas keeps the lines of the last frame, and looks only into those that are
// different. It has nothing to do, and wakes nobody, while nothing changes.
//
// Frames fill the terminal, and have text and SGR sequences only: text.Gate sees to that. From the first character on
// that terminals disagree about (a wide one, a cluster), a line that is different is written anew.
//
// A frame is drawn by a goroutine of its own, so that a terminal which does not read stops its session only where it
// writes. One frame may wait; while it does, and for a moment after one was written, no further one is made.
type canvas struct {
	every time.Duration // the shortest time between two frames that write something
	send  func(tea.Msg) // wakes the program
	wake  chan struct{} // one slot: a frame waits
	done  chan struct{} // closed at the end
	ended chan struct{} // closed when nothing is drawn any more

	mu      sync.Mutex
	view    tea.View // the newest
	entire  bool     // nothing of the screen may be taken for known when it is drawn
	busy    bool     // a frame is being drawn, or was just now
	dirty   bool     // something happened since it was made
	profile colorprofile.Profile
	afresh  bool // the next view must be drawn whole; the one that waits may be of another size

	writing sync.Mutex // also for what the framework writes itself: questions, the clipboard
	w       io.Writer

	questions string // what the terminal is asked at the start

	// What the terminal shows; only for the drawing goroutine.
	began bool
	lines []string
	title string
	mouse tea.MouseMode
	pens  pens
	out   []byte
	cells [2][]cell
}

// pauseShare is how much shorter the pause is behind a frame that is like the last one. Several answers mostly come
// together, and each would be a frame.
const pauseShare = 4

// drawMsg asks for a frame.
type drawMsg struct{}

// errands is how often the framework sends what it writes itself while a canvas draws, in times a second. Only that
// keeps an idle session awake.
const errands = 10

// canvas puts a canvas between a program and a terminal that is not the one of the process.
func (o RunOptions) canvas(model tea.Model) (*canvas, tea.Model, []tea.ProgramOption) {
	c := newCanvas(o.Output, cmp.Or(o.FPS, 30))
	c.profile = colorprofile.Env(o.Environ)
	if o.Mono {
		c.profile = colorprofile.Ascii
	}
	options := []tea.ProgramOption{tea.WithOutput(c), tea.WithoutRenderer(), tea.WithFPS(errands)}
	if _, file := o.Input.(term.File); !file {
		// See listen, which reads it. A reader of the framework has a table of all keys, 130 kB, even if it never reads.
		// Without one nothing is asked of the terminal either, so the canvas asks.
		options, c.questions = append(options, tea.WithInput(nil)), ansi.RequestBackgroundColor
	}
	return c, &distant{model: model, canvas: c}, options
}

func newCanvas(w io.Writer, fps int) *canvas {
	return &canvas{
		w: w, every: time.Second / time.Duration(fps), profile: colorprofile.TrueColor, entire: true,
		wake: make(chan struct{}, 1), done: make(chan struct{}), ended: make(chan struct{}),
	}
}

// distant is a model before a canvas: it makes a frame when the canvas can draw one.
type distant struct {
	model  tea.Model
	canvas *canvas
	sized  bool // the model knows how large the terminal is; until then its frames are of a size that nobody has
	same   bool // the last message changed nothing that is drawn
}

// Init implements tea.Model.
func (d *distant) Init() tea.Cmd { return d.model.Init() }

// Update implements tea.Model.
func (d *distant) Update(msg tea.Msg) (out tea.Model, cmd tea.Cmd) {
	switch msg := msg.(type) {
	case drawMsg:
		d.same = false
		return d, nil
	case tea.WindowSizeMsg:
		d.sized = true
		d.canvas.forget()
	case tea.ColorProfileMsg:
		d.canvas.colours(msg.Profile)
	default:
		if msg == tea.ClearScreen() {
			d.canvas.forget()
		}
	}
	d.model, cmd = d.model.Update(msg)
	d.same = d.unseen(msg)
	return d, cmd
}

// unseen reports whether a message only has things loaded, which come later. Each change of the house, also where nobody
// can see it, such as a sign-in, is told to every session: five hundred frames would be made to find nothing.
func (d *distant) unseen(msg tea.Msg) bool {
	if a, ok := msg.(addressed); ok {
		msg = a.msg
	}
	switch msg.(type) {
	case Follow:
		return true
	case changedMsg, restedMsg, numbersMsg:
		s, ok := d.model.(*shield)
		if !ok {
			return false
		}
		m, ok := s.model.(*Model)
		return ok && !m.live.paused
	}
	return false
}

// View implements tea.Model. What it returns is for nobody.
func (d *distant) View() tea.View {
	if d.sized && !d.same && d.canvas.idle() {
		d.canvas.show(d.model.View())
	}
	return tea.View{}
}

// Write implements io.Writer, for what the framework writes itself.
func (c *canvas) Write(p []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.w.Write(p)
}

// idle reports whether a frame may be made now; if not, one is asked for later.
func (c *canvas) idle() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dirty = c.busy
	return !c.busy
}

// show hands over a frame. The canvas must be idle.
func (c *canvas) show(v tea.View) {
	c.take(v)
	c.wake <- struct{}{}
}

// take makes a frame the newest.
func (c *canvas) take(v tea.View) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.view, c.busy, c.entire, c.afresh = v, true, c.entire || c.afresh, false
}

// forget makes the next frame a whole one.
func (c *canvas) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.afresh = true
}

func (c *canvas) colours(p colorprofile.Profile) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.afresh = c.afresh || p != c.profile
	c.profile = p
}

// work draws what is shown until close.
func (c *canvas) work() {
	defer close(c.ended)
	for {
		select {
		case <-c.done:
			return
		case <-c.wake:
		}
		pause := c.every
		if !c.draw() {
			pause /= pauseShare
		}
		timer := time.NewTimer(pause)
		select {
		case <-c.done:
			timer.Stop()
			return
		case <-timer.C:
		}
		c.mu.Lock()
		again := c.dirty
		c.busy, c.dirty = false, false
		c.mu.Unlock()
		if again {
			c.send(drawMsg{})
		}
	}
}

// close restores the terminal, when the program has ended.
func (c *canvas) close() {
	close(c.done)
	<-c.ended
	if !c.began {
		return
	}
	out := ansi.ResetModifyOtherKeys + ansi.PopKittyKeyboard(1) + ansi.SetModeAutoWrap + ansi.ResetModeAltScreenSaveCursor +
		ansi.SetModeTextCursorEnable + ansi.ResetModeBracketedPaste
	if c.mouse != tea.MouseModeNone {
		out += mouseOff
	}
	if c.title != "" {
		out += ansi.SetWindowTitle("")
	}
	_, _ = c.Write([]byte(out)) // nobody is left to be told
}

const mouseOff = ansi.ResetModeMouseButtonEvent + ansi.ResetModeMouseAnyEvent + ansi.ResetModeMouseExtSgr

// draw writes what is different in the newest frame, and reports whether that was anything.
func (c *canvas) draw() bool {
	c.mu.Lock()
	view, profile, entire := c.view, c.profile, c.entire
	c.entire = false
	c.mu.Unlock()
	out := c.modes(c.out[:0], view)
	if entire {
		c.pens.reset(profile)
		c.lines = c.lines[:0]
		out = append(out, ansi.EraseEntireScreen...)
	}
	out = c.frame(out, view.Content)
	if cap(out) <= keptBuffer {
		c.out = out
	} else {
		c.out = nil
	}
	if len(out) == 0 {
		return false
	}
	_, _ = c.Write(out) // a client that is gone ends the program in another way
	return true
}

// keptBuffer is the largest buffer that is kept for the next frame, in bytes; a first frame takes more, and is rare.
const keptBuffer = 2 << 10

// modes appends what the terminal is told besides text.
func (c *canvas) modes(out []byte, v tea.View) []byte {
	if !c.began {
		c.began = true
		out = append(out, ansi.SetModeAltScreenSaveCursor+ansi.ResetModeTextCursorEnable+ansi.ResetModeAutoWrap+ansi.SetModeBracketedPaste+
			ansi.SetModifyOtherKeys2+ansi.PushKittyKeyboard(1)+ansi.RequestKittyKeyboard+c.questions...)
	}
	if v.MouseMode != c.mouse {
		c.mouse = v.MouseMode
		out = append(out, mouseOff...)
		switch v.MouseMode {
		case tea.MouseModeNone:
		case tea.MouseModeCellMotion:
			out = append(out, ansi.SetModeMouseButtonEvent+ansi.SetModeMouseExtSgr...)
		case tea.MouseModeAllMotion:
			out = append(out, ansi.SetModeMouseAnyEvent+ansi.SetModeMouseExtSgr...)
		}
	}
	if v.WindowTitle != c.title {
		c.title = v.WindowTitle
		out = append(out, ansi.SetWindowTitle(v.WindowTitle)...)
	}
	return out
}

// frame appends what turns the lines of the last frame into those of this one.
func (c *canvas) frame(out []byte, content string) []byte {
	c.pens.now = ""
	y, more := 0, true
	for ; more; y++ {
		var line string
		line, content, more = strings.Cut(content, "\n")
		if y == len(c.lines) {
			out = c.whole(out, y, line)
			c.lines = append(c.lines, line)
			continue
		}
		if line != c.lines[y] {
			out = c.changed(out, y, c.lines[y], line)
		}
		c.lines[y] = line
	}
	out = c.pens.take(out, "")
	if y < len(c.lines) {
		out = append(position(out, y, 0), ansi.EraseScreenBelow...)
		c.lines = c.lines[:y]
	}
	return out
}

// Package layout computes where things are. It is pure: a size and a few wishes go in, rectangles come out; nothing is
// rendered to be measured (architecture.md, tui).
package layout

// The sizes at which the frame changes, in cells.
const (
	MinWidth, MinHeight   = 60, 16 // below: a plain notice
	FullHeight            = 20     // from here the tabs have a rule of their own
	RailWidth, RailFrom   = 21, 100
	PreviewFrom           = 150
	DefaultWidth          = 80 // a terminal that says 0×0
	DefaultHeight         = 24
	MaxWidth, MaxHeight   = 500, 200
	MaxStrip              = 2
	previewShare          = 42 // percent of the body
	minPreview, minMaster = 40, 60
)

// Rect is a part of the screen in cells; X and Y count from the top left corner of the terminal.
type Rect struct{ X, Y, W, H int }

// Empty reports whether nothing fits into r.
func (r Rect) Empty() bool { return r.W <= 0 || r.H <= 0 }

// Contains reports whether the cell at x, y is inside r.
func (r Rect) Contains(x, y int) bool { return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H }

// Wishes are what the screen wants to show; the size decides what it gets.
type Wishes struct {
	Tabs    bool // the page has tabs
	Preview bool // the preview pane is switched on and the screen has one
	NoRail  bool // the screen wants the whole width
	Strip   int  // lines for a guide above the hint line
}

// Frame is the division of one terminal. Rectangles that are not shown are empty. Their union is the whole terminal.
type Frame struct {
	W, H     int
	TooSmall bool
	Title    Rect
	TopRule  Rect
	Rail     Rect
	Tabs     Rect
	TabRule  Rect
	Body     Rect
	Divider  Rect
	Preview  Rect
	Rule     Rect
	Strip    Rect
	Hint     Rect
}

// Size replaces a size of 0 by the default one and clamps sizes that no terminal has.
func Size(w, h int) (int, int) {
	if w <= 0 || h <= 0 {
		return DefaultWidth, DefaultHeight
	}
	return min(w, MaxWidth), min(h, MaxHeight)
}

// Compute divides a terminal of w by h cells.
func Compute(w, h int, want Wishes) Frame {
	w, h = Size(w, h)
	f := Frame{W: w, H: h}
	if w < MinWidth || h < MinHeight {
		f.TooSmall = true
		f.Body = Rect{0, 0, w, h}
		return f
	}
	f.Title = Rect{0, 0, w, 1}
	f.TopRule = Rect{0, 1, w, 1}
	strip := max(min(want.Strip, MaxStrip), 0)
	f.Rule = Rect{0, h - 2 - strip, w, 1}
	f.Strip = Rect{0, h - 1 - strip, w, strip}
	f.Hint = Rect{0, h - 1, w, 1}
	x, y, bottom := 0, 2, h-2-strip
	if w >= RailFrom && !want.NoRail {
		f.Rail = Rect{0, y, RailWidth, bottom - y}
		x = RailWidth
	}
	if want.Tabs {
		f.Tabs = Rect{x, y, w - x, 1}
		y++
		if h >= FullHeight {
			f.TabRule = Rect{x, y, w - x, 1}
			y++
		}
	}
	f.Body = Rect{x, y, w - x, bottom - y}
	if want.Preview && w >= PreviewFrom {
		pw := max(f.Body.W*previewShare/100, minPreview)
		if f.Body.W-pw-1 >= minMaster {
			f.Preview = Rect{w - pw, y, pw, f.Body.H}
			f.Divider = Rect{w - pw - 1, y, 1, f.Body.H}
			f.Body.W -= pw + 1
		}
	}
	return f
}

// Center returns a rectangle of w by h cells in the middle of r, shrunk to fit.
func Center(r Rect, w, h int) Rect {
	w, h = max(min(w, r.W), 0), max(min(h, r.H), 0)
	return Rect{r.X + (r.W-w)/2, r.Y + (r.H-h)/2, w, h}
}

package driver

import (
	"strings"

	uv "github.com/charmbracelet/ultraviolet"

	"gatehouse/tui/text"
)

// Frame draws the terminal as plain text, without blanks at line ends.
func (d *Driver) Frame() string {
	d.t.Helper()
	scr := uv.NewScreenBuffer(d.w, d.h)
	uv.NewStyledString(d.m.Frame()).Draw(scr, scr.Bounds())
	var b strings.Builder
	for y := range d.h {
		var l strings.Builder
		for x := 0; x < d.w; x++ {
			c := scr.CellAt(x, y)
			switch {
			case c == nil:
				l.WriteByte(' ')
			case c.Width == 0:
			case c.Content == "":
				l.WriteByte(' ')
			default:
				l.WriteString(c.Content)
			}
		}
		b.WriteString(strings.TrimRight(l.String(), " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// check holds the frame to its size.
func (d *Driver) check() {
	d.t.Helper()
	w, h := d.w, d.h
	if w <= 0 || h <= 0 {
		w, h = 80, 24
	}
	lines := strings.Split(d.m.Frame(), "\n")
	if len(lines) != h {
		d.t.Fatalf("the frame has %d lines in a terminal of %d×%d:\n%s", len(lines), w, h, d.Frame())
	}
	for i, l := range lines {
		if n := text.Width(l); n != w {
			d.t.Fatalf("line %d is %d cells wide in a terminal of %d×%d: %q\n%s", i+1, n, w, h, l, d.Frame())
		}
		if g := text.Gate(l); g != l {
			d.t.Fatalf("line %d sends foreign bytes: %q", i+1, l)
		}
	}
}

// Expect fails the test, showing the frame, unless every text is on it.
func (d *Driver) Expect(texts ...string) *Driver {
	d.t.Helper()
	f := d.Frame()
	for _, s := range texts {
		if !strings.Contains(f, s) {
			d.t.Fatalf("%q is not on the screen:\n%s", s, f)
		}
	}
	return d
}

// ExpectNot fails the test, showing the frame, when one of the texts is on it.
func (d *Driver) ExpectNot(texts ...string) *Driver {
	d.t.Helper()
	f := d.Frame()
	for _, s := range texts {
		if strings.Contains(f, s) {
			d.t.Fatalf("%q is on the screen:\n%s", s, f)
		}
	}
	return d
}

// ExpectLine fails the test unless one line of the frame holds all the texts.
func (d *Driver) ExpectLine(texts ...string) *Driver {
	d.t.Helper()
	f := d.Frame()
next:
	for l := range strings.SplitSeq(f, "\n") {
		for _, s := range texts {
			if !strings.Contains(l, s) {
				continue next
			}
		}
		return d
	}
	d.t.Fatalf("no line has all of %q:\n%s", texts, f)
	return d
}

package app

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// cell is one character of a line as it stands in the frame.
type cell struct {
	text string
	pen  string // the SGR sequences since the last reset
}

// nearby is how many cells that stay the same are rather written again than jumped over.
const nearby = 6

// readCells appends the cells of a line. sure is how many of them, from the start, are one code point in one cell: up to
// there terminals agree about where a character stands.
func readCells(cells []cell, line string) (out []cell, sure int) {
	pen, odd := "", false
	for i := 0; i < len(line); {
		switch b := line[i]; {
		case b == 0x1b:
			n := styleLength(line[i:])
			if seq := line[i : i+n]; seq == "\x1b[m" || seq == "\x1b[0m" {
				pen = ""
			} else {
				pen += seq
			}
			i += n
			continue
		case b < utf8.RuneSelf && (i+1 == len(line) || line[i+1] < utf8.RuneSelf): // no mark combines with it
			cells = append(cells, cell{line[i : i+1], pen})
			i++
		default:
			text, w := ansi.FirstGraphemeCluster(line[i:], ansi.GraphemeWidth)
			odd = odd || w != 1 || utf8.RuneCountInString(text) != 1
			cells = append(cells, cell{text, pen})
			i += len(text)
		}
		if !odd {
			sure = len(cells)
		}
	}
	return cells, sure
}

// styleLength is the length of the SGR sequence at the start of s.
func styleLength(s string) int {
	if i := strings.IndexByte(s, 'm'); i >= 0 {
		return i + 1
	}
	return len(s)
}

// whole appends a line from its first cell to its last.
func (c *canvas) whole(out []byte, y int, line string) []byte {
	cells, _ := readCells(c.cells[0][:0], line)
	c.cells[0] = cells
	return c.run(position(out, y, 0), cells)
}

// run appends cells where the cursor is.
func (c *canvas) run(out []byte, cells []cell) []byte {
	for _, cell := range cells {
		out = c.pens.take(out, cell.pen)
		out = append(out, cell.text...)
	}
	return out
}

// changed appends what turns one line into another: the cells that are different, and from the first character on that
// terminals disagree about, everything.
func (c *canvas) changed(out []byte, y int, from, to string) []byte {
	was, sure := readCells(c.cells[0][:0], from)
	now, n := readCells(c.cells[1][:0], to)
	c.cells[0], c.cells[1] = was, now
	sure = min(sure, n)
	for x := 0; x < sure; {
		if was[x] == now[x] {
			x++
			continue
		}
		end, same := x+1, 0
		for i := end; i < sure && same <= nearby; i++ {
			if same++; was[i] != now[i] {
				end, same = i+1, 0
			}
		}
		out = c.run(position(out, y, x), now[x:end])
		x = end
	}
	if slices.Equal(was[sure:], now[sure:]) {
		return out
	}
	out = c.pens.take(position(out, y, sure), "")
	out = append(out, ansi.EraseLineRight...)
	return c.run(out, now[sure:])
}

// pens writes styles in the colours that a terminal has.
type pens struct {
	profile colorprofile.Profile
	known   map[string]string // by what stands in the frame
	now     string            // in the frame's words
}

func (p *pens) reset(profile colorprofile.Profile) {
	p.now = ""
	if profile != p.profile || p.known == nil {
		p.profile, p.known = profile, map[string]string{}
	}
}

// take appends the change to a pen.
func (p *pens) take(out []byte, pen string) []byte {
	if pen == p.now {
		return out
	}
	if p.now != "" {
		out = append(out, ansi.ResetStyle...)
	}
	p.now = pen
	if pen == "" || p.profile == colorprofile.TrueColor {
		return append(out, pen...)
	}
	own, ok := p.known[pen]
	if !ok {
		own = convertPen(pen, p.profile)
		if len(p.known) < mostPens {
			p.known[pen] = own
		}
	}
	return append(out, own...)
}

// mostPens bounds what is remembered; themes have some fifteen roles.
const mostPens = 200

// convertPen gives SGR sequences in the colours of a profile.
func convertPen(pen string, profile colorprofile.Profile) string {
	parser := ansi.GetParser()
	defer ansi.PutParser(parser)
	var style uv.Style
	for state, rest := byte(0), pen; rest != ""; {
		parser.Reset()
		seq, _, n, next := ansi.DecodeSequence(rest, state, parser)
		if ansi.HasCsiPrefix(seq) && parser.Command() == 'm' {
			uv.ReadStyle(parser.Params(), &style)
		}
		state, rest = next, rest[n:]
	}
	style = uv.ConvertStyle(style, profile)
	if style.IsZero() {
		return ""
	}
	return style.String()
}

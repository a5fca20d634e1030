package main

import (
	"context"
	"encoding/xml"
	"flag"
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"

	"gatehouse/cmd/demo"
	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/storage"
	"gatehouse/tui/app"
	"gatehouse/tui/driver"
	"gatehouse/tui/screen"
	"gatehouse/tui/screen/start"
	"gatehouse/tui/theme"
)

// The picture of the readme: a frame of the demo house, and the line that shows it.
const (
	pictureFile = ".picture/interface.svg"
	pictureLink = "![The requests that wait for Ana, and what happens if she approves one](" + pictureFile + ")"
	pictureFrom = "<!-- picture: made by `make picture` from a real frame -->"
	pictureTo   = "<!-- /picture -->"
)

const pictureWidth, pictureHeight = 120, 25

// TestPicture draws the requests that wait for Ana in the demo house into the picture of the readme. It fails when the
// picture is older than the interface; `make picture` draws it anew.
func TestPicture(t *testing.T) {
	suite.Sequential(t)
	ctx := context.Background()
	store, err := storage.Open(ctx, "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	clock := driver.NewClock()
	cast, err := demo.Fill(ctx, store, clock.Now(), 1)
	if err != nil {
		t.Fatal(err)
	}
	house := core.New(store, core.Options{Clock: clock.Now})
	actor := house.As(cast[0].ID)
	me, err := actor.Me(ctx)
	if err != nil {
		t.Fatal(err)
	}
	s := &app.Session{House: house, Now: clock.Now, Changes: house.Watch(t.Context())}
	screen.Become(s, actor, me, screen.Wishes{Theme: theme.Dark})
	d := driver.New(t, driver.Options{
		Session: s, Kinds: screen.Kinds(start.Options{}), Page: app.Page{Kind: "requests"}, Clock: clock,
		Width: pictureWidth, Height: pictureHeight,
	})
	d.Press("j").Expect("asks to enter", "If approved", "🐙 sam@support.test")

	root := filepath.Join("..", "..")
	sameOrUpdate(t, filepath.Join(root, pictureFile), svgOf(d.Model().Frame(), pictureWidth, pictureHeight))
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(readme), pictureFrom)
	_, after, closed := strings.Cut(rest, pictureTo)
	if !ok || !closed {
		t.Fatalf("README.md has no place for the picture between %s and %s", pictureFrom, pictureTo)
	}
	sameOrUpdate(t, filepath.Join(root, "README.md"), before+pictureFrom+"\n"+pictureLink+"\n"+pictureTo+after)
}

// sameOrUpdate compares a file with what it should be; -update writes it.
func sameOrUpdate(t *testing.T, path, want string) {
	t.Helper()
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: draw it with `make picture`", err)
	}
	if string(got) != want {
		t.Errorf("%s is out of date: `make picture` draws it anew", filepath.Base(path))
	}
}

// The cells of the picture, in pixels.
const (
	cellW, cellH = 8.4, 18.0
	margin       = 14.0
	baseline     = 13.5
)

// svgOf draws a frame with its own ground, so that it is readable on light and dark pages. Every run of cells of one
// look is a text of an exact length, whatever font the reader has.
func svgOf(frame string, w, h int) string {
	scr := uv.NewScreenBuffer(w, h)
	uv.NewStyledString(frame).Draw(scr, scr.Bounds())
	ground, ink := theme.Background(theme.Dark), color.RGBA{R: 0xd7, G: 0xdc, B: 0xe4, A: 0xff}
	width, height := float64(w)*cellW+2*margin, float64(h)*cellH+2*margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" `, width, height, width, height)
	b.WriteString(`font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14">` + "\n")
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", hex(ground))
	for y := range h {
		for x := 0; x < w; {
			n := svgRun(&b, scr, x, y, w, ground, ink)
			x += n
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// svgRun draws the cells from x on that look alike, and returns how many they are.
func svgRun(b *strings.Builder, scr uv.ScreenBuffer, x, y, w int, ground, ink color.Color) int {
	first := scr.CellAt(x, y)
	cells, n := []string{first.Content}, max(first.Width, 1)
	for first.Width == 1 && x+n < w { // a wide character is a run of its own: fonts disagree about its width
		c := scr.CellAt(x+n, y)
		if c.Width != 1 || !c.Style.Equal(&first.Style) {
			break
		}
		cells = append(cells, c.Content)
		n++
	}
	fg, bg := ink, color.Color(nil)
	if first.Style.Fg != nil {
		fg = first.Style.Fg
	}
	if first.Style.Bg != nil {
		bg = first.Style.Bg
	}
	if first.Style.Attrs&uv.AttrReverse != 0 {
		fg, bg = ground, fg
	}
	left, top := margin+float64(x)*cellW, margin+float64(y)*cellH
	if bg != nil {
		fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`+"\n", left, top, float64(n)*cellW, cellH, hex(bg))
	}
	weight := ""
	if first.Style.Attrs&uv.AttrBold != 0 {
		weight = ` font-weight="bold"`
	}
	for _, p := range pieces(cells) {
		length := p.cells
		if len(cells) == 1 {
			length = n
		}
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" fill="%s"%s textLength="%.1f" lengthAdjust="spacingAndGlyphs">`,
			left+float64(p.from)*cellW, top+baseline, hex(fg), weight, float64(length)*cellW)
		_ = xml.EscapeText(b, []byte(p.text))
		b.WriteString("</text>\n")
	}
	return n
}

// piece is a text without two blanks in a row, which SVG would fold into one.
type piece struct {
	from, cells int
	text        string
}

func pieces(cells []string) []piece {
	var out []piece
	gap := 2
	for i, c := range cells {
		if c == "" || c == " " {
			gap++
			continue
		}
		if gap > 1 || len(out) == 0 {
			out = append(out, piece{from: i})
		}
		p := &out[len(out)-1]
		if gap == 1 && p.cells > 0 {
			p.text += " "
		}
		p.text, p.cells, gap = p.text+c, i+1-p.from, 0
	}
	return out
}

func hex(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

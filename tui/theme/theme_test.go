package theme

import (
	"image/color"
	"math"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	f := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*f(r) + 0.7152*f(g) + 0.0722*f(b)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// Behaviour 16: every role is readable on the background its theme is for: 4.5 for text (7 in high contrast), 3 for lines.
func TestContrastOfEveryRole(t *testing.T) {
	for _, name := range Names() {
		l := Must(name, false)
		for r := range roles {
			a := l.Attrs(r)
			if a.Fg == nil {
				continue
			}
			bg, want := Background(name), 4.5
			if a.Bg != nil {
				bg = a.Bg
			}
			if name == HighContrast {
				want = 7
			} else if r == Border {
				want = 3
			}
			if got := contrast(a.Fg, bg); got < want {
				t.Errorf("%s: role %d has contrast %.1f, want %.1f", name, r, got, want)
			}
		}
	}
}

func TestMonoHasNoColour(t *testing.T) {
	l := Must(Mono, false)
	for r := range roles {
		s := l.Paint(r, "x")
		for _, code := range []string{"38;", "48;", "[3", "[4;3"} {
			if strings.Contains(s, code) {
				t.Errorf("role %d uses colour: %q", r, s)
			}
		}
	}
}

func TestTwoLooksInOneProcess(t *testing.T) {
	dark, light := Must(Dark, false), Must(Light, true)
	if dark.Paint(Accent, "x") == light.Paint(Accent, "x") || dark.Glyphs.Support == light.Glyphs.Support {
		t.Error("the two looks are the same")
	}
}

func TestASCIIGlyphsAreASCII(t *testing.T) {
	g := asciiGlyphs()
	all := []string{
		g.Support, g.Cursor, g.Mark, g.On, g.Off, g.Warn, g.Done, g.Failed, g.Crumb, g.Up, g.Down, g.Dot, g.Ellipsis,
		g.Horizontal, g.Vertical, g.TopLeft, g.TopRight, g.BottomLeft, g.BottomRight, g.Paused, g.Behind, g.Left, g.Right, g.BarFull, g.BarEmpty,
	}
	for _, s := range append(all, g.Spinner...) {
		if s == "" {
			t.Error("a glyph is missing")
		}
		for _, r := range s {
			if r < 0x20 || r > 0x7e {
				t.Errorf("%q is not ASCII", s)
			}
		}
	}
	u := unicodeGlyphs()
	for _, s := range []string{u.Cursor, u.Mark, u.On, u.Off, u.Done, u.Failed, u.Crumb, u.Up, u.Down, u.Paused, u.Horizontal, u.Spinner[0]} {
		if ansi.StringWidth(s) != 1 || ansi.StringWidthWc(s) != 1 {
			t.Errorf("%q is not one cell", s)
		}
	}
}

func TestChoose(t *testing.T) {
	for _, c := range []struct {
		wish, noColor string
		light         bool
		want          string
	}{
		{"", "", false, Dark},
		{"", "", true, Light},
		{"auto", "", true, Light},
		{"light", "", false, Light},
		{"light", "yes", true, Mono},
		{"contrast", "", true, HighContrast},
		{"", "0", false, Mono},
	} {
		if got := Choose(c.wish, c.noColor, c.light); got != c.want {
			t.Errorf("Choose(%q, %q, %v) = %s, want %s", c.wish, c.noColor, c.light, got, c.want)
		}
	}
}

func TestUnknownThemeNamesTheKnown(t *testing.T) {
	if _, err := New("pink", false); err == nil || !strings.Contains(err.Error(), "dark, light") {
		t.Errorf("got %v", err)
	}
}

func TestPaintCleans(t *testing.T) {
	if got := Must(Mono, false).Paint(Plain, "a\x1b[2Jb"); strings.Contains(got, "\x1b") {
		t.Errorf("Paint let %q through", got)
	}
}

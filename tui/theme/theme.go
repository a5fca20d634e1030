// Package theme turns about fifteen roles into terminal styles. A [Look] is made once per session and holds nothing
// global, so two sessions of one process can differ (architecture.md, tui). Colours only underline what glyphs and
// words already say: the mono theme must show every state too (interface.md behaviour 16).
package theme

import (
	"fmt"
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"gatehouse/tui/text"
)

// Role names what a piece of text is, never how it looks.
type Role uint8

// The roles. Plain is text in the terminal's own colour.
const (
	Plain   Role = iota
	Faint        // secondary text, disabled actions
	Accent       // product name, active tab, links
	Heading      // column headers, section titles
	Key          // keys in hints and help
	Border       // rules and boxes
	Marker       // cursor of a list, focus of a form
	Marked       // marked rows
	Success      // active, done
	Warning      // ends soon, needs attention
	Danger       // destructive, failed
	Info         // toasts that only tell
	Support      // Support staff
	Chip         // active filter, read-only mark
	Badge        // counts that wait for somebody
	Strong       // names and titles inside text
	Button       // a button without focus
	Focus        // the focused button
	roles
)

// Names of the themes, as written in preferences and flags.
const (
	Dark         = "dark"
	Light        = "light"
	HighContrast = "contrast"
	Mono         = "mono"
)

// Names lists every theme name in the order shown to people.
func Names() []string { return []string{Dark, Light, HighContrast, Mono} }

// Attrs is the look of one role. A nil colour is the terminal's own.
type Attrs struct {
	Fg, Bg                         color.Color
	Bold, Faint, Underline, Invert bool
}

// Look is one session's theme, ready to paint. It is immutable; another theme is another Look, so caches may compare
// pointers.
type Look struct {
	// Name is the theme's name.
	Name string
	// Glyphs are the symbols of this session.
	Glyphs Glyphs
	attrs  [roles]Attrs
	open   [roles]string
}

// New makes the look of a theme name; an unknown name is an error that lists the known ones. ascii replaces the symbols.
func New(name string, ascii bool) (*Look, error) {
	l := &Look{Name: name, Glyphs: unicodeGlyphs()}
	if ascii {
		l.Glyphs = asciiGlyphs()
	}
	switch name {
	case Dark:
		l.attrs = darkTheme()
	case Light:
		l.attrs = lightTheme()
	case HighContrast:
		l.attrs = contrastTheme()
	case Mono:
		l.attrs = monoTheme()
	default:
		return nil, fmt.Errorf("unknown theme %q: use one of %s", name, strings.Join(Names(), ", "))
	}
	for r := range l.attrs {
		l.open[r] = sequence(l.attrs[r])
	}
	return l, nil
}

// Must is New for the names of this package.
func Must(name string, ascii bool) *Look {
	l, err := New(name, ascii)
	if err != nil {
		panic(err)
	}
	return l
}

// Attrs returns the attributes of a role, for parts that need a style of another library.
func (l *Look) Attrs(r Role) Attrs { return l.attrs[r] }

const reset = "\x1b[m"

// Paint cleans s (see text.Clean) and gives it the look of a role.
func (l *Look) Paint(r Role, s string) string {
	s = text.Clean(s)
	if l.open[r] == "" || s == "" {
		return s
	}
	return l.open[r] + s + reset
}

// Append is Paint into a byte buffer, for text that is known to be clean.
func (l *Look) Append(b []byte, r Role, s string) []byte {
	if l.open[r] == "" {
		return append(b, s...)
	}
	b = append(b, l.open[r]...)
	b = append(b, s...)
	return append(b, reset...)
}

// Span is a piece of text with its role.
type Span struct {
	Role Role
	Text string
}

// Line paints spans one after another.
func (l *Look) Line(spans ...Span) string {
	var b []byte
	for _, s := range spans {
		b = l.Append(b, s.Role, text.Clean(s.Text))
	}
	return string(b)
}

// Rule is a horizontal line of w cells.
func (l *Look) Rule(w int) string {
	if w <= 0 {
		return ""
	}
	return string(l.Append(nil, Border, strings.Repeat(l.Glyphs.Horizontal, w)))
}

func sequence(a Attrs) string {
	var s ansi.Style
	if a.Bold {
		s = s.Bold()
	}
	if a.Faint {
		s = s.Faint()
	}
	if a.Underline {
		s = s.Underline(true)
	}
	if a.Invert {
		s = s.Reverse(true)
	}
	if a.Fg != nil {
		s = s.ForegroundColor(a.Fg)
	}
	if a.Bg != nil {
		s = s.BackgroundColor(a.Bg)
	}
	if len(s) == 0 {
		return ""
	}
	return s.String()
}

// Style is a role as a Lip Gloss style, for inputs out of that family only.
func (l *Look) Style(r Role) lipgloss.Style {
	a := l.attrs[r]
	s := lipgloss.NewStyle().Bold(a.Bold).Faint(a.Faint).Underline(a.Underline).Reverse(a.Invert)
	if a.Fg != nil {
		s = s.Foreground(a.Fg)
	}
	if a.Bg != nil {
		s = s.Background(a.Bg)
	}
	return s
}

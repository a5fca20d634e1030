package theme

// Glyphs are the symbols of a session. Every one is exactly one cell wide, except Support, whose width is the same in
// all terminals (2 cells, or 3 in ASCII).
type Glyphs struct {
	ASCII                                          bool
	Support                                        string // badge of Support staff
	Cursor, Mark                                   string // current row, marked row
	On, Off, Warn, Done, Failed                    string // states
	Crumb, Up, Down, Dot, Ellipsis                 string
	Horizontal, Vertical                           string
	TopLeft, TopRight, BottomLeft, BottomRight     string
	Paused, Behind, Left, Right, BarFull, BarEmpty string
	Spinner                                        []string
}

func unicodeGlyphs() Glyphs {
	return Glyphs{
		Support: "🐙", Cursor: "▌", Mark: "◆", On: "●", Off: "○", Warn: "!", Done: "✓", Failed: "✗",
		Crumb: "▸", Up: "↑", Down: "↓", Dot: "·", Ellipsis: "…",
		Horizontal: "─", Vertical: "│", TopLeft: "╭", TopRight: "╮", BottomLeft: "╰", BottomRight: "╯",
		Paused: "‖", Behind: "+", Left: "←", Right: "→", BarFull: "█", BarEmpty: "░",
		Spinner: []string{"⠋", "⠙", "⠸", "⠴", "⠦", "⠇"},
	}
}

func asciiGlyphs() Glyphs {
	return Glyphs{
		ASCII: true, Support: "[S]", Cursor: ">", Mark: "#", On: "*", Off: "o", Warn: "!", Done: "+", Failed: "x",
		Crumb: ">", Up: "^", Down: "v", Dot: "-", Ellipsis: "~",
		Horizontal: "-", Vertical: "|", TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+",
		Paused: "=", Behind: "+", Left: "<", Right: ">", BarFull: "#", BarEmpty: ".",
		Spinner: []string{"|", "/", "-", "\\"},
	}
}

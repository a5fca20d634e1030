package tour

import (
	"fmt"

	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Line is a line of the panel in a terminal of one line for it.
type Line struct {
	Text  string
	Width int
}

// AllLines are all lines that the panel may show.
func (t *Tour) AllLines(look *theme.Look) []Line {
	var out []Line
	for i, s := range t.steps {
		for _, st := range s.stages {
			line := fmt.Sprintf(" %d/%d ", i+1, len(t.steps)) + look.Line(t.spans(st.say, func(string) string { return "" })...)
			out = append(out, Line{line, text.Width(line)})
		}
	}
	return out
}

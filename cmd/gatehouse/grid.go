package main

import (
	"io"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"gatehouse/tui/text"
)

const (
	gridGap     = 2 // cells between columns
	gridMinimum = 6 // no column is cut below this
	gridDefault = 80
)

// grid is a table of cells that have passed the gate.
type grid struct {
	header []string
	right  []bool
	rows   [][]string
	middle []bool // the columns that are cut in the middle, see alikeWhenCut
}

// alikeWhenCut finds the columns in which different cells would read the same if they were cut at the end.
func alikeWhenCut(rows [][]string, widths []int) []bool {
	alike := make([]bool, len(widths))
	for i, w := range widths {
		seen := map[string]string{}
		for _, row := range rows {
			if text.Width(row[i]) <= w {
				continue
			}
			short := ansi.Truncate(row[i], w, "")
			if first, ok := seen[short]; ok && first != row[i] {
				alike[i] = true
				break
			}
			seen[short] = row[i]
		}
	}
	return alike
}

// printGrid writes the table: fitted to the terminal, or, where nobody looks, whole cells with tabs between them.
func (m *Main) printGrid(g grid) error {
	var b strings.Builder
	all := append([][]string{g.header}, g.rows...)
	if !m.OutTerminal {
		for _, row := range all {
			b.WriteString(strings.Join(row, "\t"))
			b.WriteByte('\n')
		}
		_, err := io.WriteString(m.Out, b.String())
		return err
	}
	total := m.Width
	if total <= 0 {
		total = gridDefault
	}
	widths := fitWidths(naturalWidths(all), total)
	bold, plain := ansi.SGR(ansi.AttrBold), ansi.SGR(ansi.AttrReset)
	if term := m.Env("TERM"); term == "dumb" || term == "" {
		bold, plain = "", ""
	}
	tail := text.Ellipsis
	if m.given.ASCII {
		tail = "~"
	}
	g.middle = alikeWhenCut(all, widths)
	for i, row := range all {
		line := g.line(row, widths, tail)
		if i == 0 {
			line = bold + line + plain
		}
		b.WriteString(line + "\n")
	}
	_, err := io.WriteString(m.Out, b.String())
	return err
}

func naturalWidths(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], text.Width(cell))
		}
	}
	return widths
}

// fitWidths cuts the widest columns until the line fits into total cells, none below the minimum.
func fitWidths(natural []int, total int) []int {
	widths := slices.Clone(natural)
	over := gridGap*(len(widths)-1) - total
	for _, w := range widths {
		over += w
	}
	for ; over > 0; over-- {
		widest := slices.Index(widths, slices.Max(widths))
		if widths[widest] <= gridMinimum {
			break
		}
		widths[widest]--
	}
	return widths
}

// line draws one row. The last column is not filled up, so that nothing stands behind it.
func (g grid) line(row []string, widths []int, tail string) string {
	cells := make([]string, len(row))
	for i, cell := range row {
		if n := text.Width(cell); g.middle[i] && n > widths[i] { // the ends tell the rows apart
			cell = ansi.Truncate(cell, widths[i]/2, "") + tail + ansi.TruncateLeft(cell, n-(widths[i]-widths[i]/2-1), "")
		}
		cell = ansi.Truncate(cell, widths[i], tail)
		fill := text.Blanks(widths[i] - text.Width(cell))
		switch {
		case g.right[i]:
			cells[i] = fill + cell
		case i == len(row)-1:
			cells[i] = cell
		default:
			cells[i] = cell + fill
		}
	}
	return strings.Join(cells, text.Blanks(gridGap))
}

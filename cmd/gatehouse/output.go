package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"gatehouse/core"
	"gatehouse/tui/text"
)

// page is what a list verb answers: a window of a list, how long the list is, and where the next window begins.
type page[T any] struct {
	Items []T
	Total int
	Next  string
	// Uncounted says that nobody knows how many rows are listed: the list would have to be read to its end.
	Uncounted bool
}

// MarshalJSON leaves the total out where nobody knows it.
func (p page[T]) MarshalJSON() ([]byte, error) {
	out := struct {
		Items []T    `json:"items"`
		Total *int   `json:"total,omitempty"`
		Next  string `json:"next"`
	}{p.Items, &p.Total, p.Next}
	if p.Uncounted {
		out.Total = nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(out)
	return b.Bytes(), err
}

// column shows one property of the rows of a list. What it gives is text from people and passes the gate.
type column[T any] struct {
	title string
	cell  func(T) string
	right bool // numbers stand at the right
}

// field is one line of a single thing's card.
type field struct{ name, value string }

// printPage writes a list: a table, or one JSON object with items, total and next.
func printPage[T any](m *Main, p page[T], columns []column[T]) error {
	if p.Items == nil {
		p.Items = []T{}
	}
	if m.given.JSON {
		return writeJSON(m.Out, m.OutTerminal, p)
	}
	g := grid{header: make([]string, len(columns)), right: make([]bool, len(columns))}
	for i, c := range columns {
		g.header[i], g.right[i] = c.title, c.right
	}
	for _, item := range p.Items {
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = m.shown(c.cell(item))
		}
		g.rows = append(g.rows, row)
	}
	if err := m.printGrid(g); err != nil {
		return err
	}
	if m.OutTerminal && p.Next != "" {
		count := fmt.Sprintf("%d of %d", len(p.Items), p.Total)
		if p.Uncounted {
			count = plural(len(p.Items), "row") + ", and there may be more"
		}
		_, err := fmt.Fprintf(m.Err, "%s. Go on with --after %s, or take --all.\n", count, text.Clean(p.Next))
		return err
	}
	return nil
}

// shown is the gate for a cell. A terminal gets what every terminal draws alike, so emoji lose their parts; elsewhere the
// text is whole, and only what would drive a terminal or hide is escaped, each such character in the same way. Both are
// understood where a name is asked for.
func (m *Main) shown(cell string) string {
	if m.OutTerminal {
		return text.Clean(cell)
	}
	return core.Visible(cell)
}

// printThing writes one thing: its fields one under the other, or the value as JSON.
func (m *Main) printThing(value any, fields []field) error {
	if m.given.JSON {
		return writeJSON(m.Out, m.OutTerminal, value)
	}
	width := 0
	for _, f := range fields {
		width = max(width, utf8.RuneCountInString(f.name))
	}
	var b strings.Builder
	for _, f := range fields {
		if !m.OutTerminal {
			fmt.Fprintf(&b, "%s\t%s\n", f.name, m.shown(f.value))
			continue
		}
		indent := "\n" + text.Blanks(width+2)
		fmt.Fprintf(&b, "%-*s  %s\n", width, f.name, strings.Join(text.CleanLines(f.value), indent))
	}
	_, err := io.WriteString(m.Out, b.String())
	return err
}

// printDone tells that something was done: the sentence, or the thing made or changed as JSON.
func (m *Main) printDone(value any, sentence string) error {
	m.did(sentence)
	value, sentence = m.answered(value, sentence)
	if m.given.JSON {
		return writeJSON(m.Out, m.OutTerminal, value)
	}
	return m.writeLines(sentence)
}

// writeJSON writes one JSON value and a line break, indented for a person. Characters that the gate would escape are
// written as \u escapes: a reader gets the same text back, a terminal only letters.
func writeJSON(w io.Writer, indented bool, value any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if indented {
		enc.SetIndent("", "  ")
	}
	if err := enc.Encode(value); err != nil {
		return err
	}
	_, err := w.Write(escapeJSON(b.Bytes()))
	return err
}

// escapeJSON replaces hidden characters of JSON text; outside of strings JSON has none but line breaks.
func escapeJSON(encoded []byte) []byte {
	var out bytes.Buffer
	for i := 0; i < len(encoded); {
		r, size := utf8.DecodeRune(encoded[i:])
		switch {
		case r == '\n' || !text.Hidden(r):
			out.Write(encoded[i : i+size])
		case r > 0xffff:
			high, low := 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
		i += size
	}
	return out.Bytes()
}

// printLines is printDone for a text of several lines, each of which passes the gate.
func (m *Main) printLines(value any, lines string) error {
	m.did(lines)
	return m.printAnswer(m.answered(value, lines))
}

// printAnswer tells what was asked, where nothing was done.
func (m *Main) printAnswer(value any, lines string) error {
	if m.given.JSON {
		return writeJSON(m.Out, m.OutTerminal, value)
	}
	return m.writeLines(lines)
}

func (m *Main) writeLines(lines string) error {
	split := strings.Split(strings.ReplaceAll(lines, "\r\n", "\n"), "\n")
	for i, l := range split {
		split[i] = m.shown(strings.ReplaceAll(l, "\t", "    "))
	}
	_, err := fmt.Fprintln(m.Out, strings.Join(split, "\n"))
	return err
}

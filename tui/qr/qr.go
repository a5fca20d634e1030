// Package qr draws QR codes in text, two modules on top of each other in one cell.
package qr

import (
	"strings"

	"rsc.io/qr"
)

// Style says how a code is drawn.
type Style struct {
	// ASCII draws every module as two cells of # or blank, for terminals without block characters.
	ASCII bool
	// Inverse paints the light modules instead of the dark ones: right where text is light on a dark ground. Without it
	// the lines must be shown as dark text on a light ground.
	Inverse bool
}

// quiet is how many light modules stand around the code; the standard asks for four.
const quiet = 4

// Lines draws content, such as an otpauth URL, as a code of the lowest error correction, which is the smallest. All
// lines have the same width: one cell for a module, in ASCII two. It fails when content is too long for any code
// (2,953 bytes).
func Lines(content string, s Style) ([]string, error) {
	code, err := qr.Encode(content, qr.L)
	if err != nil {
		return nil, err
	}
	ink := func(x, y int) bool { return code.Black(x-quiet, y-quiet) != s.Inverse }
	size := code.Size + 2*quiet
	var lines []string
	if s.ASCII {
		for y := range size {
			lines = append(lines, line(size, func(x int) string { return pick(ink(x, y), "##", "  ") }))
		}
		return lines, nil
	}
	for y := 0; y < size; y += 2 {
		lines = append(lines, line(size, func(x int) string {
			// A code has an odd number of rows: below the last one there is nothing, in either style.
			top, bottom := ink(x, y), y+1 < size && ink(x, y+1)
			return pick(top, pick(bottom, "█", "▀"), pick(bottom, "▄", " "))
		}))
	}
	return lines, nil
}

func line(size int, cell func(x int) string) string {
	var b strings.Builder
	for x := range size {
		b.WriteString(cell(x))
	}
	return b.String()
}

func pick(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

package qr_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	encoder "rsc.io/qr"

	"gatehouse/tui/qr"
)

const url = "otpauth://totp/Gatehouse:ana@acme.test?issuer=Gatehouse&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

// modules reads what was drawn back into dark and light.
func modules(t *testing.T, lines []string, s qr.Style) [][]bool {
	t.Helper()
	var rows [][]bool
	for _, line := range lines {
		var top, bottom []bool
		if s.ASCII {
			for i := 0; i < len(line); i += 2 {
				top = append(top, (line[i:i+2] == "##") != s.Inverse)
			}
			rows = append(rows, top)
			continue
		}
		for _, r := range line {
			top = append(top, (r == '█' || r == '▀') != s.Inverse)
			bottom = append(bottom, (r == '█' || r == '▄') != s.Inverse)
		}
		rows = append(rows, top, bottom)
	}
	return rows
}

// AC15: the drawing shows every module of the code, in every style.
func TestLinesShowTheCode(t *testing.T) {
	code, err := encoder.Encode(url, encoder.L)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []qr.Style{{}, {Inverse: true}, {ASCII: true}, {ASCII: true, Inverse: true}} {
		lines, err := qr.Lines(url, s)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			if utf8.RuneCountInString(line) != utf8.RuneCountInString(lines[0]) {
				t.Fatalf("%+v: lines differ in width", s)
			}
			if s.ASCII && strings.Trim(line, "# ") != "" {
				t.Fatalf("%+v: %q is not ASCII", s, line)
			}
		}
		rows := modules(t, lines, s)
		for y := range code.Size + 8 {
			for x := range code.Size + 8 {
				if rows[y][x] != code.Black(x-4, y-4) {
					t.Fatalf("%+v: module %d,%d is wrong", s, x, y)
				}
			}
		}
	}
}

func TestLinesOfTooMuch(t *testing.T) {
	if _, err := qr.Lines(strings.Repeat("x", 3000), qr.Style{}); err == nil {
		t.Error("3,000 bytes fit into no code")
	}
}

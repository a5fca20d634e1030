package main

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"gatehouse/tui/text"
)

type row struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
	Note string `json:"note"`
}

var rowColumns = []column[row]{
	{title: "ID", cell: func(r row) string { return strconv.Itoa(r.ID) }, right: true},
	{title: "NAME", cell: func(r row) string { return r.Name }},
	{title: "NOTE", cell: func(r row) string { return r.Note }},
}

var rows = []row{
	{7, "Acme", "plain"},
	{41, "株式会社アクメ", strings.Repeat("long ", 30)},
	{42, "évil\x1b[31m\u202e name", "two\nlines\tand a tab"},
}

func TestTableFitsTheTerminal(t *testing.T) {
	for _, width := range []int{200, 120, 80, 60, 40} {
		w := newWorld(t, "", width)
		if err := printPage(w.Main, page[row]{Items: rows, Total: 3}, rowColumns); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(w.out.String(), "\n"), "\n")
		if len(lines) != 1+len(rows) {
			t.Fatalf("at %d: %d lines for %d rows:\n%s", width, len(lines), len(rows), &w.out)
		}
		for _, line := range lines {
			if got := text.Width(line); got > width {
				t.Errorf("at %d a line has %d cells: %q", width, got, line)
			}
			if strings.ContainsAny(line, "\x1b\u202e\t") {
				t.Errorf("at %d something passed the gate: %q", width, line)
			}
		}
		if !strings.HasPrefix(lines[1], " 7  Acme") {
			t.Errorf("at %d numbers do not stand at the right: %q", width, lines[1])
		}
	}
}

func TestTableWithoutTerminalIsWhole(t *testing.T) {
	w := newWorld(t, "", 0)
	if err := printPage(w.Main, page[row]{Items: rows, Total: 90, Next: "c"}, rowColumns); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(w.out.String(), "\n"), "\n")
	if len(lines) != 1+len(rows) || w.err.Len() > 0 {
		t.Fatalf("lines:\n%s\nerrors:\n%s", &w.out, &w.err)
	}
	for _, line := range lines {
		if cells := strings.Split(line, "\t"); len(cells) != len(rowColumns) {
			t.Errorf("%d cells in %q", len(cells), line)
		}
	}
	if !strings.HasSuffix(lines[2], strings.TrimSpace(rows[1].Note)) && !strings.HasSuffix(lines[2], rows[1].Note) {
		t.Errorf("a cell was cut: %q", lines[2])
	}
}

func TestPageOnATerminalSaysHowToGoOn(t *testing.T) {
	w := newWorld(t, "", 80)
	if err := printPage(w.Main, page[row]{Items: rows, Total: 90, Next: "c42"}, rowColumns); err != nil {
		t.Fatal(err)
	}
	if got, want := w.err.String(), "3 of 90. Go on with --after c42, or take --all.\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestJSONCarriesTextWhole(t *testing.T) {
	w := newWorld(t, "", 0)
	w.given.JSON = true
	items := append([]row{{1, "tag \U000E0041 family 👩‍👩‍👧", "\u0085 <&>"}}, rows...)
	if err := printPage(w.Main, page[row]{Items: items, Total: len(items)}, rowColumns); err != nil {
		t.Fatal(err)
	}
	for _, r := range strings.TrimSuffix(w.out.String(), "\n") {
		if text.Hidden(r) {
			t.Errorf("%U reached the output", r)
		}
	}
	var back page[row]
	if err := json.Unmarshal(w.out.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	for i, r := range back.Items {
		if r != items[i] {
			t.Errorf("row %d came back as %+v", i, r)
		}
	}
}

func TestEmptyListIsAList(t *testing.T) {
	w := newWorld(t, "", 0)
	w.given.JSON = true
	if err := printPage(w.Main, page[row]{}, rowColumns); err != nil {
		t.Fatal(err)
	}
	if got, want := w.out.String(), `{"items":[],"total":0,"next":""}`+"\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestThingWithLines(t *testing.T) {
	fields := []field{{"id", "41"}, {"note", "first\nsecond \x1b]52;c;x\a"}}
	w := newWorld(t, "", 80)
	if err := w.printThing(nil, fields); err != nil {
		t.Fatal(err)
	}
	if got, want := w.out.String(), "id    41\nnote  first\n      second ‹U+001B›]52;c;x‹U+0007›\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	w = newWorld(t, "", 0)
	if err := w.printThing(nil, fields); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(w.out.String(), "\n"); got != 2 {
		t.Errorf("%d lines for 2 fields: %q", got, w.out.String())
	}
}

package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatehouse/tui/text"
)

// onTerminal runs the program for a person who sits at a terminal of 100 cells and types input.
func onTerminal(t *testing.T, path, input string, args ...string) (code int, out, err string) {
	t.Helper()
	w := newWorld(t, input, 100)
	w.ErrTerminal = true
	w.Env = func(name string) string {
		return map[string]string{"TERM": "xterm-256color", "GATEHOUSE_DB": path}[name]
	}
	code = w.Execute(context.Background(), args)
	return code, w.out.String(), w.err.String()
}

// A destructive verb shows what it does and asks; only yes is yes.
func TestDestructiveVerbsAsk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house.db")
	if err := makeStart(context.Background(), path, noon); err != nil {
		t.Fatal(err)
	}
	code, _, said := onTerminal(t, path, "n\n", "project", "delete", "1", "--as", ana)
	for _, want := range []string{"Closed to 1 user", "Take your data out first", "Delete project 1, Nightly ETL? [y/N]", "Nothing was changed"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q does not say %q", said, want)
		}
	}
	if code != 2 {
		t.Errorf("no: exit code %d", code)
	}
	if code, out, said := onTerminal(t, path, "", "project", "show", "1", "--as", ana); code != 0 || !strings.Contains(out, "active") {
		t.Errorf("after no: exit code %d, %s%s", code, out, said)
	}
	if code, out, said := onTerminal(t, path, "y\n", "project", "delete", "1", "--as", ana); code != 0 || !strings.Contains(out, "deleted project 1") {
		t.Errorf("yes: exit code %d, %s%s", code, out, said)
	}
}

// AC15: on a terminal the code is dark on light, whatever the ground is, and every line of it has the same width.
func TestQROnATerminal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house.db")
	if err := makeStart(context.Background(), path, noon); err != nil {
		t.Fatal(err)
	}
	code, out, said := onTerminal(t, path, "", "account", "mfa", "enrol", "--as", pia)
	if code != 0 {
		t.Fatalf("exit code %d, %s", code, said)
	}
	width, rows := 0, 0
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.HasPrefix(line, "\x1b[30;107m") {
			continue
		}
		rows++
		if w := text.Width(line); width != 0 && w != width || !strings.HasSuffix(line, "\x1b[m") && !strings.HasSuffix(line, "\x1b[0m") {
			t.Errorf("line %d: %d cells, %q", rows, w, line)
		}
		width = text.Width(line)
	}
	if rows < 20 || width > 100 {
		t.Errorf("the code has %d rows of %d cells:\n%s", rows, width, out)
	}
}

func TestProgress(t *testing.T) {
	w := newWorld(t, "", 100)
	bar := w.progress("importing")
	bar.at(1, 2)
	bar.end()
	if w.err.Len() > 0 {
		t.Errorf("progress where nobody looks: %q", &w.err)
	}
	w.ErrTerminal = true
	bar = w.progress("importing")
	now := noon
	bar.clock = func() time.Time { return now }
	bar.at(500, 1000)
	bar.at(501, 1000) // too soon to be drawn
	now = now.Add(time.Second)
	bar.at(502, 0)
	bar.end()
	want := "\rimporting: 500 of 1000 (50%)\rimporting: 502" + strings.Repeat(" ", 14) + "\r" + strings.Repeat(" ", 14) + "\r"
	if got := w.err.String(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"time"
)

// world is a run in this process, with what it printed.
type world struct {
	*Main
	out, err bytes.Buffer
}

// newWorld makes a run with folders of its own and a fixed clock. width 0 is no terminal.
func newWorld(t *testing.T, input string, width int) *world {
	t.Helper()
	dir := t.TempDir()
	w := &world{}
	w.Main = &Main{
		Streams: Streams{
			In: strings.NewReader(input), Out: &w.out, Err: &w.err,
			InTerminal: width > 0, OutTerminal: width > 0, Width: width,
		},
		Folders: Folders{Config: dir + "/config", Data: dir + "/data", State: dir + "/state"},
		Env:     func(string) string { return "" },
		Clock:   func() time.Time { return time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC) },
	}
	return w
}

func TestExecuteOnATerminal(t *testing.T) {
	w := newWorld(t, "", 60)
	if code := w.Execute(context.Background(), []string{"paths", "--db", "memory:"}); code != 0 {
		t.Fatalf("exit code %d: %s", code, &w.err)
	}
	if want := "database  in memory, gone at the end\nkey       -\nconfig    "; !strings.HasPrefix(w.out.String(), want) {
		t.Errorf("fields do not stand under each other:\n%s", &w.out)
	}
	if code := w.Execute(context.Background(), []string{"paths"}); code != 1 {
		t.Errorf("a Main that was used before ran again, exit code %d", code)
	}
}

func TestRunAloneNeedsATerminal(t *testing.T) {
	for _, args := range [][]string{nil, {"open", "request/41"}} {
		w := newWorld(t, "", 0)
		if code := w.Execute(context.Background(), args); code != 2 || !strings.Contains(w.err.String(), "gatehouse help") {
			t.Errorf("%v: exit code %d, %s", args, code, &w.err)
		}
		if _, err := os.Stat(w.Folders.Data); !os.IsNotExist(err) {
			t.Errorf("%v: a house was made: %v", args, err)
		}
	}
}

func TestCloseRunsTheLastFirst(t *testing.T) {
	w := newWorld(t, "", 0)
	var order []int
	for i := range 3 {
		w.closers = append(w.closers, func() error { order = append(order, i); return nil })
	}
	for range 2 {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(order) != 3 || order[0] != 2 || order[2] != 0 {
		t.Errorf("closed in the order %v", order)
	}
}

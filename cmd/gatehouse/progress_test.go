package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// longVerbs is the work that takes long in a large house, run in a home with house.db, a demo, its dump.jsonl and its
// backup.db, with the steps that tell how far they are.
var longVerbs = []struct {
	args  []string
	steps []string
}{
	{[]string{"export", "new.jsonl"}, []string{"exporting"}},
	{[]string{"import", "dump.jsonl", "--db", "new.db"}, []string{"importing, reading KiB", "importing, writing the rows", "importing, looking at the records"}},
	{[]string{"import", "dump.jsonl", "--check"}, []string{"checking, reading KiB", "checking, writing the rows", "checking, looking at the records"}},
	{[]string{"check"}, []string{"checking, reading the records", "checking, counting the entries", "checking, looking at the records", "checking, comparing the addresses"}},
	{[]string{"backup", "new.db"}, []string{"backing up", "checking, reading the records", "checking, looking at the records"}},
	{[]string{"restore", "backup.db", "--yes", "--db", "new.db"}, []string{"restoring", "restoring, reading the records"}},
	{[]string{"migrate", "--to", "new.db"}, []string{"copying", "checking, reading the records"}},
	{[]string{"compact"}, []string{"compacting"}},
	{[]string{"activity", "verify", "--as", sam}, []string{"verifying events"}},
	{[]string{"activity", "export", "new.jsonl", "--as", sam}, []string{"exporting the events"}},
}

var toldTotal = regexp.MustCompile(`^(.+): (\d+) of (\d+) \((\d+)%\)`)

// houseWithCopies gives a folder with a house, a backup of it, and a dump.
func houseWithCopies(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, args := range [][]string{{"demo", "--seed", "5", "--save", "house.db"}, {"backup", "backup.db"}, {"export", "dump.jsonl"}} {
		if code, said := at(t, dir, args...); code != 0 {
			t.Fatalf("%v: %s", args, said)
		}
	}
	return dir
}

// Every long work tells how far it is, of how much; in no step does it go back, or come to more than all; and it takes its
// line away.
func TestLongWorkTellsHowFarItIs(t *testing.T) {
	suite.Sequential(t)
	start := houseWithCopies(t)
	for _, v := range longVerbs {
		home := t.TempDir()
		if err := os.CopyFS(home, os.DirFS(start)); err != nil {
			t.Fatal(err)
		}
		private(t, home)
		w := newWorld(t, "", 0)
		w.ErrTerminal = true
		var seconds atomic.Int64
		w.pace = func() time.Time { return noon.Add(time.Duration(seconds.Add(1)) * time.Second) } // every report is drawn
		if code := w.Execute(context.Background(), inHome(home, v.args)); code != 0 {
			t.Fatalf("%v: exit code %d: %s", v.args, code, &w.err)
		}
		lines := strings.Split(w.err.String(), "\r")
		steps := map[string][3]int{} // the last done, total and percent
		for _, line := range lines {
			found := toldTotal.FindStringSubmatch(line)
			if found == nil {
				continue
			}
			var now [3]int
			for i := range now {
				now[i], _ = strconv.Atoi(found[i+2])
			}
			before := steps[found[1]]
			if now[0] < before[0] || now[2] < before[2] || now[0] > now[1] || now[2] > 100 {
				t.Errorf("%v: %s after %v", v.args, line, before)
			}
			steps[found[1]] = now
		}
		for _, want := range v.steps {
			if _, ok := steps[want]; !ok {
				t.Errorf("%v does not tell how far it is in %q: %q", v.args, want, lines)
			}
		}
		if i := slices.Index(v.args, "export"); i >= 0 && steps[v.steps[0]][2] < 50 {
			t.Errorf("%v ends at %d%%", v.args, steps[v.steps[0]][2])
		}
	}
}

// Work that tells nothing for a while says how long it takes already, and work that takes no time shows nothing.
func TestProgressIsNeverSilent(t *testing.T) {
	w := newWorld(t, "", 0)
	w.ErrTerminal = true
	at := noon
	w.pace = func() time.Time { return at }
	p := w.progress("working")
	p.end()
	if w.err.Len() > 0 {
		t.Errorf("nothing was done, and it says %q", &w.err)
	}
	p = w.pulse("opening")
	p.atStep("a step", 3, 0)
	at = at.Add(7 * time.Second)
	p.pulse()
	p.atStep("another", 50, 100)
	at = at.Add(time.Second)
	p.atStep("another", 20, 10)
	at = at.Add(time.Second)
	p.pulse()
	p.end()
	p.end()
	for _, want := range []string{"\ropening, a step: 3, 7 s", "\ropening, another: 50 of 50 (100%), 8 s", ", 9 s"} {
		if !strings.Contains(w.err.String(), want) {
			t.Errorf("%q is not in %q", want, w.err.String())
		}
	}
	p.atStep("late", 1, 2)
}

// Whoever is interrupted is told what is left: of a file that is made aside nothing.
func TestInterruptedWorkSaysWhatItLeft(t *testing.T) {
	start := houseWithCopies(t)
	for _, v := range wholeOrNothing {
		verb := strings.Join(v.args[:1], " ")
		if v.args[0] == "activity" {
			verb = "activity export"
		}
		w := newWorld(t, "", 0)
		ctx, stop := context.WithCancel(context.Background())
		w.Clock = func() time.Time { stop(); return noon } // whatever is asked for the time first
		code := w.Execute(ctx, inHome(start, v.args))
		said := w.err.String()
		if code != exitCodes[core.CodeUnavailable] || !strings.Contains(said, nothingLeft[verb]) || strings.Contains(said, "Look at") {
			t.Errorf("%v: exit code %d: %s", v.args, code, said)
		}
		if v.file == "" {
			continue
		}
		if _, err := os.Stat(filepath.Join(start, v.file)); err == nil {
			t.Errorf("%v left %s", v.args, v.file)
		}
	}
	leftFiles(t, start)
	m := &Main{operands: []string{"-"}}
	m.verb, _, _ = newTree().Find([]string{"export"})
	if e := m.interruption(context.Canceled); e.Next != partSent {
		t.Errorf("%s", e)
	}
}

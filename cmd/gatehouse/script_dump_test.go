package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// later is how far scripts move the clock, at most.
var later = []time.Duration{0, 24 * time.Hour, 30 * 24 * time.Hour, 400 * 24 * time.Hour}

// housesSurvive checks of every house that a script leaves that what `check` calls clean survives export, import and
// export, line by line (X3, X6), whatever the verbs of the script have made.
func housesSurvive(t *testing.T, env *testscript.Env, tried *atomic.Int64) {
	var houses []string
	err := filepath.WalkDir(env.WorkDir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && filepath.Ext(path) == ".db" {
			houses = append(houses, path)
		}
		return nil // what cannot be looked at is the script's own
	})
	if err != nil {
		t.Error(err)
	}
	dir := t.TempDir()
	for i, house := range houses {
		now := noon
		run := func(args ...string) (string, error) {
			cmd := exec.Command(filepath.Join(binDir(env), "gatehouse"), args...)
			cmd.Dir, cmd.Env = dir, append(slices.DeleteFunc(slices.Clone(env.Vars), func(v string) bool {
				return strings.HasPrefix(v, "GATEHOUSE_")
			}), clockVariable+"="+now.Format(time.RFC3339))
			out, err := cmd.CombinedOutput()
			return string(out), err
		}
		// Some scripts move the clock; before the moment at which they end, what they wrote is still to come.
		clean := slices.ContainsFunc(later, func(d time.Duration) bool {
			now = noon.Add(d)
			_, err := run("check", "--db", house)
			return err == nil
		})
		if _, err := os.Stat(house + ".key"); !clean || err != nil {
			continue // the script has broken it, or taken its key away
		}
		tried.Add(1)
		name := filepath.Join(dir, filepath.Base(house)+string(rune('a'+i)))
		for _, args := range [][]string{
			{"export", name + ".first", "--secrets", "--db", house},
			{"import", name + ".first", "--db", name + ".copy"},
			{"check", "--db", name + ".copy"},
			{"export", name + ".second", "--secrets", "--db", name + ".copy"},
		} {
			if out, err := run(args...); err != nil {
				t.Errorf("%s: gatehouse %s: %v: %s", filepath.Base(house), args[0], err, out)
				return
			}
		}
		first, second := dumpLines(t, name+".first"), dumpLines(t, name+".second")
		for _, l := range second {
			if !slices.Contains(first, l) && !strings.Contains(l, `"action":"house.export"`) && !strings.Contains(l, `"action":"house.import"`) {
				t.Errorf("%s: the second dump differs (X3): %s", filepath.Base(house), l)
			}
		}
		if len(second) < len(first) {
			t.Errorf("%s: the second dump lacks %d lines", filepath.Base(house), len(first)-len(second))
		}
	}
}

// binDir is the folder in which testscript has put the program.
func binDir(env *testscript.Env) string {
	dir, _, _ := strings.Cut(env.Getenv("PATH"), string(os.PathListSeparator))
	return dir
}

// dumpLines gives the lines of a dump but for the end mark and the head of the system chain, to which an export adds.
func dumpLines(t *testing.T, path string) []string {
	t.Helper()
	dump, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(strings.Split(string(dump), "\n"), func(l string) bool {
		return strings.HasPrefix(l, `{"kind":"end"`) || strings.HasPrefix(l, `{"kind":"head","chain":{"kind":"system"}`)
	})
}

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// colourCodes are sequences that set one.
var colourCodes = regexp.MustCompile(`\x1b\[[0-9;:]*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[0-9;:]*m`)

// A terminal that has no colours gets none.
func TestNoColourWithoutColours(t *testing.T) {
	for term, want := range map[string]bool{"vt100": true, "xterm-mono": true, "xterm-256color": false, "../x": false, "": false, "no-such-terminal": false} {
		if got := monochrome(term); got != want && (!want || monochrome("vt220")) { // no list of terminals here
			t.Errorf("%q: %t", term, got)
		}
	}
	if !monochrome("vt100") {
		t.Skip("this machine has no list of terminals")
	}
	c := onTTY(t, "", []string{"TERM=vt100"}, "demo", "--seed", "7", "--no-tour")
	c.await("Home")
	c.quit()
	if found := colourCodes.FindString(c.raw()); found != "" {
		t.Errorf("colour: %q", found)
	}
}

// ctrl+z stops the program as every other one, and the screen is drawn anew when the shell goes on with it. A shell must
// stand between: nothing stops the first process of a terminal.
func TestCtrlZ(t *testing.T) {
	home := t.TempDir()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(exe, filepath.Join(home, "gatehouse")); err != nil {
		t.Fatal(err)
	}
	c := onTTYOf(t, exec.Command("/bin/sh", "-c", "set -m; ./gatehouse demo --seed 7 --no-tour; echo STOPPED HERE; fg >/dev/null; echo GONE ON"), home, nil)
	c.await("Home").write("\x1a").await("STOPPED HERE")
	_, after, _ := strings.Cut(c.text(), "STOPPED HERE")
	late := time.After(time.Minute)
	for !strings.Contains(after, "Home") {
		select {
		case <-c.more:
			_, after, _ = strings.Cut(c.text(), "STOPPED HERE")
		case <-late:
			t.Fatalf("nothing is drawn after the stop:\n%s", after)
		}
	}
	c.write("\x03").await("again to quit").write("\x03").await("GONE ON")
	c.ends(0)
}

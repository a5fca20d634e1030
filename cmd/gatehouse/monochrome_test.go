package main

import (
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// colourCodes are sequences that set one.
var colourCodes = regexp.MustCompile(`\x1b\[[0-9;:]*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[0-9;:]*m`)

// A terminal that has no colours gets none.
func TestNoColourWithoutColours(t *testing.T) {
	for term, want := range map[string]bool{"vt100": true, "xterm-mono": true, "xterm-256color": false, "../x": false, "": false, "no-such-terminal": false} {
		if got := monochrome(term); got != want && !(want && !monochrome("vt220")) { // no list of terminals here
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

// ctrl+z stops the program as every other one, and the screen is drawn anew when the shell goes on with it.
func TestCtrlZ(t *testing.T) {
	c := onTTY(t, "", nil, "demo", "--seed", "7", "--no-tour")
	c.await("Home")
	c.write("\x1a")
	c.stopped()
	before := len(c.raw())
	if err := syscall.Kill(-c.cmd.Process.Pid, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	for !strings.Contains(sequences.ReplaceAllString(c.raw()[before:], ""), "Home") {
		select {
		case <-c.more:
		case <-c.done:
			t.Fatal("it ended")
		}
	}
	c.quit()
}

// stopped waits until the process is stopped.
func (c *terminal) stopped() {
	c.t.Helper()
	var status syscall.WaitStatus
	for {
		_, err := syscall.Wait4(c.cmd.Process.Pid, &status, syscall.WUNTRACED, nil)
		switch {
		case err == syscall.EINTR:
		case err != nil || !status.Stopped():
			c.t.Fatalf("it is not stopped: %v, %v", status, err)
		default:
			return
		}
	}
}

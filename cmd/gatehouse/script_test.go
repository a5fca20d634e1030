package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"gatehouse/core/suite"
)

// clockVariable sets the clock of a program that a test starts; the program itself does not know it.
const clockVariable = "GATEHOUSE_TEST_CLOCK"

// noon is when scripts begin: the clock stands still until they move it.
var noon = time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)

// TestMain lets the scripts run this very program, as a process of its own, by its name.
func TestMain(m *testing.M) {
	if path := os.Getenv(approverVariable); path != "" {
		approveForEver(path)
		return
	}
	testscript.Main(m, map[string]func(){
		"gatehouse": func() { os.Exit(runProcess(processClock())) },
		fakeSSH:     func() { os.Exit(actAsSSH()) },
	})
}

// processClock is the clock that a test gave to this process, standing still, or the real one.
func processClock() func() time.Time {
	at, err := time.Parse(time.RFC3339, os.Getenv(clockVariable))
	if err != nil {
		return time.Now
	}
	return func() time.Time { return at }
}

// TestScripts runs every story in testdata/script. Each has an empty home of its own, and the houses that it leaves
// survive a dump. UPDATE_SCRIPTS=1 rewrites the
// expected output of cmp lines.
func TestScripts(t *testing.T) {
	suite.Sequential(t)
	var tried atomic.Int64
	t.Cleanup(func() {
		if n := tried.Load(); n < 25 && !t.Failed() && !strings.Contains(flag.Lookup("test.run").Value.String(), "/") {
			t.Errorf("only %d houses of scripts were dumped", n)
		}
	})
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		RequireUniqueNames: true,
		UpdateScripts:      os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			home := env.WorkDir + "/home"
			env.Setenv("HOME", home)
			env.Setenv("XDG_CONFIG_HOME", home+"/config")
			env.Setenv("XDG_DATA_HOME", home+"/data")
			env.Setenv("XDG_STATE_HOME", home+"/state")
			env.Setenv("TERM", "xterm-256color")
			env.Setenv("ESC", "\x1b")
			env.Setenv("GORACE", "atexit_sleep_ms=0") // else every script line takes a second under -race
			env.Setenv(clockVariable, noon.Format(time.RFC3339))
			env.Defer(func() { housesSurvive(t, env, &tried) })
			return os.MkdirAll(home+"/config/gatehouse", 0o700)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "clock": moveClock, "grab": grab, "otp": oneTimeCode, "start": startHouse,
		},
	})
}

// exits CODE COMMAND… runs a command and wants exactly this exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var ended *exec.ExitError
		if !errors.As(err, &ended) {
			ts.Fatalf("%s did not run: %v", args[1], err)
		}
		got = ended.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

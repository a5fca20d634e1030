package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"gatehouse/core"
	"gatehouse/core/suite"
	"gatehouse/tui/app"
)

// However the interface ends, the terminal is as it was before.
func TestInterfaceEnds(t *testing.T) {
	t.Run("quit", func(t *testing.T) {
		p := onTTY(t, "", nil, "demo", "--seed", "1", "--no-tour").await("Home", "ana@acme.test", "demo").write("q").await("Quit gatehouse?").write("\r")
		p.ends(0)
	})
	t.Run("ctrl+c twice", func(t *testing.T) {
		onTTY(t, "", nil, "demo", "--seed", "1", "--no-tour").await("ana@acme.test").quit()
	})
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			p := onTTY(t, "", nil, "demo", "--seed", "1", "--no-tour").await("ana@acme.test")
			if err := p.cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			p.ends(6)
			p.await("Ended by a signal. What was decided is saved.")
		})
	}
}

// Bare gatehouse on no house: the form makes the first account and maintainer, remembers the account as init does, and
// the next start goes straight in.
func TestBareStartBeginsAHouse(t *testing.T) {
	suite.Sequential(t)
	p := onTTY(t, "", nil).await("Welcome to Gatehouse", "The house is kept in", "ctrl+o")
	p.write("ana@harbor.test\tAna Castro\tHarbor\r").await("[ Begin ]").write("\r").await("ana@harbor.test Support", "config.toml remembers you").quit()
	if got := p.files("data"); len(got) == 0 || got[0] != "gatehouse.db" {
		t.Errorf("kept: %v", got)
	}
	config, err := os.ReadFile(filepath.Join(p.home, "config/gatehouse/config.toml"))
	if err != nil || string(config) != "as = \"ana@harbor.test\"\n" {
		t.Errorf("config.toml: %q, %v", config, err)
	}
	onTTY(t, p.home, nil).await("Home", "ana@harbor.test Support").quit()
	onTTY(t, p.home, nil, "open", "maintainer/1/settings").await("Contact", "number 1").quit()
	if err := os.Remove(filepath.Join(p.home, "config/gatehouse/config.toml")); err != nil {
		t.Fatal(err)
	}
	onTTY(t, p.home, nil).await("Who are you?", "ana@harbor.test").write("\r").await("Home").quit()
}

// Who only looks leaves no file behind; the demo can be opened from the form.
func TestBareStartLeavesNothing(t *testing.T) {
	suite.Sequential(t)
	p := onTTY(t, "", nil).await("Welcome to Gatehouse")
	p.quit()
	p2 := onTTY(t, "", nil).await("Welcome to Gatehouse").write("\x0f").await("Welcome to the demo", "ana@acme.test")
	if err := p2.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p2.ends(6)
	for _, x := range []*terminal{p, p2} {
		if left := append(x.files("data"), x.files("config")...); len(left) > 0 {
			t.Errorf("left over: %v", left)
		}
	}
}

// An empty house that was there before stays as it was.
func TestBareStartKeepsAFile(t *testing.T) {
	home := t.TempDir()
	path := filepath.Join(home, "house.db")
	w := newWorld(t, "", 0)
	w.given.DB = path
	if _, err := w.openHouse(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := w.publishHouse(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	onTTY(t, home, nil, "--db", path).await("Welcome to Gatehouse").quit()
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

// Where a frame makes no sense nothing is opened or made, and the exit code says wrong usage.
func TestInterfaceRefuses(t *testing.T) {
	for _, term := range []string{"TERM=dumb", "TERM="} {
		for _, args := range [][]string{nil, {"demo"}, {"demo", "--size", "large"}, {"open", "home"}} {
			p := onTTY(t, "", []string{term}, args...)
			p.ends(2)
			p.await("cannot be drawn", "TERM")
			if left := p.files(""); len(left) > 0 {
				t.Errorf("%s %v left %v", term, args, left)
			}
		}
	}
	w := newWorld(t, "", 0)
	if code := w.Execute(context.Background(), []string{"demo", "--size", "large"}); code != 2 || !strings.Contains(w.err.String(), "needs a terminal on both sides") {
		t.Errorf("without a terminal: exit code %d, %s", code, &w.err)
	}
	p := onTTY(t, "", nil, "--theme", "pink")
	p.ends(2)
	p.await("--theme must be one of")
	p = onTTY(t, "", nil, "open", "a/b/c/d")
	p.ends(2)
}

var colours = regexp.MustCompile(`\x1b\[[0-9;]*[34]8;|\x1b\[(?:[0-9;]*;)?(?:3[0-7]|4[0-7]|9[0-7])m`)

// Behaviour 16: colours, symbols and themes follow flag and environment.
func TestLooks(t *testing.T) {
	suite.Sequential(t)
	usual := onTTY(t, "", nil, "demo", "--seed", "1", "--no-tour").await("ana@acme.test")
	usual.quit()
	if !colours.MatchString(usual.raw()) {
		t.Error("no colours at all")
	}
	for _, env := range [][]string{{"NO_COLOR=1"}, nil} {
		args := []string{"demo", "--seed", "1", "--no-tour"}
		if env == nil {
			args = append(args, "--theme", "mono")
		}
		p := onTTY(t, "", env, args...).await("ana@acme.test")
		p.quit()
		if m := colours.FindString(p.raw()); m != "" {
			t.Errorf("%v %v: colour %q", env, args, m)
		}
	}
	p := onTTY(t, "", nil, "demo", "--seed", "1", "--no-tour", "--ascii").await("ana@acme.test").write("2").await("[S] sam@support.test")
	p.quit()
	// Names of people and organizations stay what they are.
	drawn := strings.NewReplacer("É", "", "é", "", "ë", "", "花", "").Replace(p.text())
	for _, r := range drawn {
		if r > '~' {
			t.Fatalf("%q with --ascii:\n%s", r, drawn)
		}
	}
}

// A keymap file works; what is wrong in it is told once with its line, and the defaults keep working.
func TestKeymapFile(t *testing.T) {
	suite.Sequential(t)
	home := t.TempDir()
	dir := filepath.Join(home, "config", "gatehouse")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	keys := "[keys]\n\"app.screen-2\" = \"f2\"\n\"app.help\" = \"ctrl+m\"\n"
	if err := os.WriteFile(filepath.Join(dir, "keymap.toml"), []byte(keys), 0o600); err != nil {
		t.Fatal(err)
	}
	onTTY(t, home, nil, "demo", "--seed", "1", "--no-tour").await("ana@acme.test", "ctrl+m", "The defaults keep working").
		write("\x1bOQ").await("Waiting", "Decided").quit()
}

// A read-only session shows everything, and says why a key does nothing.
func TestReadOnlyInterface(t *testing.T) {
	home := t.TempDir()
	path := filepath.Join(home, "house.db")
	if err := makeStart(context.Background(), path, noon); err != nil {
		t.Fatal(err)
	}
	onTTY(t, home, nil, "--db", path, "--as", ana, "--read-only", "open", "org/1/settings").await("read-only", "Auto Join").
		write("t").await("This session only reads.").quit()
	p := onTTY(t, home, nil, "--db", filepath.Join(home, "none.db"), "--read-only")
	p.ends(3)
	if _, err := os.Stat(filepath.Join(home, "none.db")); err == nil {
		t.Error("a read-only start made a file")
	}
}

// The house of a large demo stands in a folder of its own, which is gone at the end.
func TestLargeDemoIsRemoved(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	w := newWorld(t, "", 0)
	path, err := w.demoPath(demoFlags{size: "large"})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("a house"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(path)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("left over: %v", err)
	}
}

func TestStartPage(t *testing.T) {
	for link, want := range map[string]app.Page{
		"":                     {Kind: "home"},
		"request/41":           {Kind: "request", ID: "41"},
		"org/3/settings":       {Kind: "organization", ID: "3", Tab: "settings"},
		"account/-/mfa":        {Kind: "account", Tab: "mfa"},
		"projects?filter=etl":  {Kind: "projects", Filter: "etl"},
		"activity?sort=-time":  {Kind: "activity", Sort: "time", Reverse: true},
		"requests/-/decided?x": {Kind: "requests", Tab: "decided"},
	} {
		if got, err := startPage(link); err != nil || got != want {
			t.Errorf("%s: %+v, %v", link, got, err)
		}
	}
}

// SW1: what becomes due while the interface is open happens by itself; a read-only house is left alone.
func TestKeepSweeping(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house.db")
	if err := makeStart(t.Context(), path, noon); err != nil {
		t.Fatal(err)
	}
	var later atomic.Bool
	w := newWorld(t, "", 0)
	w.given.DB = path
	w.Clock = func() time.Time {
		if later.Load() {
			return noon.Add(5 * time.Hour)
		}
		return noon
	}
	h, err := w.openHouse(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	acc, err := h.AccountByEmail(t.Context(), sam)
	if err != nil {
		t.Fatal(err)
	}
	v, err := h.As(acc.ID).JoinOrganization(t.Context(), 1, core.Entry{Reason: "INC-41: nightly load fails", Term: core.Term{For: core.Minutes(4 * time.Hour)}})
	if err != nil {
		t.Fatal(err)
	}
	changes := h.Watch(t.Context())
	later.Store(true)
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() { w.keepSweeping(ctx, h); close(over) }()
	select {
	case <-changes:
	case <-time.After(time.Minute):
		t.Fatal("nothing was swept")
	}
	stop()
	<-over
	if now, err := h.As(acc.ID).Visit(t.Context(), v.ID); err != nil || now.State != core.VisitEnded {
		t.Errorf("the visit: %+v, %v", now.State, err)
	}
	w.given.ReadOnly = true
	w.keepSweeping(t.Context(), core.New(nil, core.Options{ReadOnly: true})) // returns at once
}

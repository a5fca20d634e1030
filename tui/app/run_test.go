package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/creack/pty"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/keymap"
)

// childEnv makes the test binary run the application on its terminal instead of tests:
//
//	GATEHOUSE_TUI_CHILD=show go test ./tui/app -run none   (in a real terminal, to look at it)
const childEnv = "GATEHOUSE_TUI_CHILD"

func TestMain(m *testing.M) {
	if mode := os.Getenv(childEnv); mode != "" {
		os.Exit(child(mode))
	}
	os.Exit(m.Run())
}

// child runs the example the way cmd does, with one thing going wrong.
func child(mode string) int {
	o := newOrchard(500)
	s := &app.Session{
		Person: "ana@acme.test", Support: true, Changes: o.changes, Mouse: true, Now: time.Now,
		Counts: func(context.Context, *core.Actor, app.Page) (app.Counts, error) {
			return app.Counts{Rail: map[string]int{"fruits": len(o.fruits)}, Waiting: 3, MFA: "on"}, nil
		},
	}
	opts := app.RunOptions{Signals: true}
	switch mode {
	case "panic-goroutine", "error":
		// The key Z makes it happen, so that the frame is there before.
		var stop func(error)
		opts.Started = func(f func(error)) { stop = f }
		s.Extra = []*keymap.Action{{ID: "test.break", Title: "break", Keys: []string{"Z"}, Run: func() tea.Cmd {
			app.Guarded(func(text string) { stop(errors.New("goroutine: " + text)) }, func() {
				if mode == "error" {
					stop(errors.New("the house is gone"))
					return
				}
				panic("a goroutine broke")
			})
			return nil
		}}}
	}
	kinds := kinds(o)
	if mode == "panic-command" {
		kinds[0].Make = func(e *app.Env, _ app.Page) app.Screen {
			f := newFruitList(e, o)
			f.actions[1].Run = func() tea.Cmd { return func() tea.Msg { panic("a command broke") } }
			f.actions[1].Applies = 0
			return f
		}
	}
	if mode == "panic-update" {
		s.After = func(d time.Duration, msg tea.Msg) tea.Cmd {
			if d == 2*time.Second { // the root waits for the second ctrl+c
				panic("the timer broke")
			}
			return tea.Tick(d, func(time.Time) tea.Msg { return msg })
		}
	}
	err := app.Run(context.Background(), s, kinds, app.Page{}, opts)
	if err != nil {
		fmt.Println("ended:", strings.SplitN(err.Error(), "\n", 2)[0])
		var sig app.SignalError
		if errors.As(err, &sig) {
			return sig.ExitCode()
		}
		return 1
	}
	return 0
}

// terminal is a child on a pseudo terminal.
type terminal struct {
	t    *testing.T
	cmd  *exec.Cmd
	tty  *os.File
	mu   sync.Mutex
	out  bytes.Buffer
	more chan struct{} // one slot: something was written
	done chan struct{}
}

func runChild(t *testing.T, mode string) *terminal {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childEnv+"="+mode, "TERM=xterm-256color", "NO_COLOR=", "SSH_TTY=")
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		t.Skipf("no pseudo terminal: %v", err)
	}
	c := &terminal{t: t, cmd: cmd, tty: tty, more: make(chan struct{}, 1), done: make(chan struct{})}
	go func() {
		defer close(c.done)
		buf := make([]byte, 32<<10)
		for {
			n, err := tty.Read(buf)
			c.mu.Lock()
			c.out.Write(buf[:n])
			c.mu.Unlock()
			select {
			case c.more <- struct{}{}:
			default:
			}
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = tty.Close() })
	return c
}

func (c *terminal) text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.String()
}

// await waits until the output holds a text; the deadline is generous because the machine may be busy.
func (c *terminal) await(s string) {
	c.t.Helper()
	late := time.After(time.Minute)
	for !strings.Contains(c.text(), s) {
		select {
		case <-c.more:
		case <-late:
			c.t.Fatalf("%q never came:\n%q", s, c.text())
		}
	}
}

func (c *terminal) write(s string) {
	if _, err := io.WriteString(c.tty, s); err != nil {
		c.t.Fatal(err)
	}
}

func (c *terminal) exit() int {
	c.t.Helper()
	quit := make(chan struct{})
	var err error
	go func() { err = c.cmd.Wait(); close(quit) }()
	select {
	case <-quit:
	case <-time.After(time.Minute):
		c.t.Fatalf("the program does not end:\n%q", c.text())
	}
	<-c.done
	var e *exec.ExitError
	if errors.As(err, &e) {
		return e.ExitCode()
	}
	return 0
}

// The terminal is restored in every case: quit, error, panic in update, view, command or goroutine, and signals.
func TestTerminalIsAlwaysRestored(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out what starts the program on a terminal")
	}
	for _, c := range []struct {
		mode string
		do   func(*terminal)
		code int
		says string
	}{
		{"quit", func(c *terminal) { c.write("q"); c.await("Quit gatehouse?"); c.write("\r") }, 0, ""},
		{"interrupt", func(c *terminal) { c.write("\x03"); c.await("again to quit"); c.write("\x03") }, 0, ""},
		{"term", func(c *terminal) { _ = c.cmd.Process.Signal(syscall.SIGTERM) }, 143, "terminated"},
		{"quit signal", func(c *terminal) { _ = c.cmd.Process.Signal(syscall.SIGQUIT) }, 131, "quit"},
		{"hup", func(c *terminal) { _ = c.cmd.Process.Signal(syscall.SIGHUP) }, 129, "hangup"},
		{"int", func(c *terminal) { _ = c.cmd.Process.Signal(syscall.SIGINT) }, 130, "interrupt"},
		{"error", func(c *terminal) { c.write("Z") }, 1, "the house is gone"},
		{"panic-goroutine", func(c *terminal) { c.write("Z") }, 1, "a goroutine broke"},
		{"panic-update", func(c *terminal) { c.write("\x03") }, 1, "panic"},
		{"panic-command", func(c *terminal) {
			c.write("x")
			c.await("a command broke")
			c.write("q")
			c.await("Quit gatehouse?")
			c.write("\r")
		}, 0, ""},
		{"panic-view", func(c *terminal) {
			c.write("\r")
			c.await("Taste")
			c.write("\t\t")
			c.await("This page failed")
			c.write("1q")
			c.await("Quit gatehouse?")
			c.write("\r")
		}, 0, ""},
	} {
		t.Run(c.mode, func(t *testing.T) {
			p := runChild(t, c.mode)
			p.await("Nightly ETL")
			c.do(p)
			code := p.exit()
			out := p.text()
			if code != c.code {
				t.Errorf("exit code %d, want %d:\n%q", code, c.code, out)
			}
			if c.says != "" && !strings.Contains(out, c.says) {
				t.Errorf("%q is not said:\n%q", c.says, out)
			}
			for name, pair := range map[string][2]string{
				"alternate screen": {"\x1b[?1049h", "\x1b[?1049l"},
				"cursor":           {"\x1b[?25l", "\x1b[?25h"},
				"bracketed paste":  {"\x1b[?2004h", "\x1b[?2004l"},
				"mouse":            {"\x1b[?1002h", "\x1b[?1002l"},
			} {
				on, off := strings.LastIndex(out, pair[0]), strings.LastIndex(out, pair[1])
				if on < 0 || off < on {
					t.Errorf("%s is not restored (on at %d, off at %d)", name, on, off)
				}
			}
		})
	}
}

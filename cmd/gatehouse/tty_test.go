package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// terminal is this very program, as a process of its own on a pseudo terminal.
type terminal struct {
	t    *testing.T
	home string
	cmd  *exec.Cmd
	tty  *os.File
	mu   sync.Mutex
	out  bytes.Buffer
	more chan struct{} // one slot: something was written
	done chan struct{} // the terminal was closed
}

// onTTY starts the program in a home of its own, or that of another run. env wins over the usual environment.
func onTTY(t *testing.T, home string, env []string, args ...string) *terminal {
	t.Helper()
	if testing.Short() {
		t.Skip("-short leaves out what starts the program on a terminal")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if home == "" {
		home = t.TempDir()
	}
	cmd := exec.Command(exe, args...)
	cmd.Args[0] = "gatehouse" // TestMain runs what it is called
	return onTTYOf(t, cmd, home, env)
}

// onTTYOf is onTTY for a command that starts the program.
func onTTYOf(t *testing.T, cmd *exec.Cmd, home string, env []string) *terminal {
	t.Helper()
	if testing.Short() {
		t.Skip("-short leaves out what starts the program on a terminal")
	}
	cmd.Dir = home
	cmd.Env = append([]string{
		"HOME=" + home, "XDG_CONFIG_HOME=" + home + "/config", "XDG_DATA_HOME=" + home + "/data", "XDG_STATE_HOME=" + home + "/state",
		"TERM=xterm-256color", "TMPDIR=" + home, "PATH=" + os.Getenv("PATH"), "GORACE=atexit_sleep_ms=0",
	}, env...)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 30, Cols: 120})
	if err != nil {
		t.Skipf("no pseudo terminal: %v", err)
	}
	c := &terminal{t: t, home: home, cmd: cmd, tty: tty, more: make(chan struct{}, 1), done: make(chan struct{})}
	go c.read()
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = tty.Close() })
	return c
}

func (c *terminal) read() {
	defer close(c.done)
	buf := make([]byte, 32<<10)
	for {
		n, err := c.tty.Read(buf)
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
}

func (c *terminal) raw() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.String()
}

var sequences = regexp.MustCompile(`\x1b\[[0-9;?>=]*[a-zA-Z$]|\x1b[\]P_^][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.`)

// text is what was written since the start, without sequences: the words of all frames one after another.
func (c *terminal) text() string { return sequences.ReplaceAllString(c.raw(), "") }

// await waits until words were written; the deadline is generous because the machine may be busy.
func (c *terminal) await(words ...string) *terminal {
	c.t.Helper()
	late := time.After(time.Minute)
	for _, s := range words {
		for !strings.Contains(c.text(), s) {
			select {
			case <-c.more:
			case <-late:
				c.t.Fatalf("%q never came:\n%s", s, c.text())
			}
		}
	}
	return c
}

func (c *terminal) write(keys string) *terminal {
	c.t.Helper()
	if _, err := io.WriteString(c.tty, keys); err != nil {
		c.t.Fatal(err)
	}
	return c
}

// quit leaves by the keys of a person.
func (c *terminal) quit() {
	c.t.Helper()
	c.write("\x03").await("again to quit").write("\x03")
	c.ends(0)
}

// ends waits for the end, with this exit code and the terminal as it was.
func (c *terminal) ends(code int) {
	c.t.Helper()
	over := make(chan error, 1)
	go func() { over <- c.cmd.Wait() }()
	var err error
	select {
	case err = <-over:
	case <-time.After(time.Minute):
		c.t.Fatalf("the program does not end:\n%s", c.text())
	}
	<-c.done
	got := 0
	var e *exec.ExitError
	if errors.As(err, &e) {
		got = e.ExitCode()
	}
	if got != code {
		c.t.Errorf("exit code %d, want %d:\n%s", got, code, c.text())
	}
	out := c.raw()
	for name, pair := range map[string][2]string{
		"alternate screen": {"\x1b[?1049h", "\x1b[?1049l"},
		"cursor":           {"\x1b[?25l", "\x1b[?25h"},
		"bracketed paste":  {"\x1b[?2004h", "\x1b[?2004l"},
		"mouse":            {"\x1b[?1002h", "\x1b[?1002l"},
	} {
		on, off := strings.LastIndex(out, pair[0]), strings.LastIndex(out, pair[1])
		if off < on {
			c.t.Errorf("%s is not restored", name)
		}
	}
}

// files lists everything below a folder of the home.
func (c *terminal) files(folder string) []string {
	c.t.Helper()
	var found []string
	err := filepath.WalkDir(filepath.Join(c.home, folder), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found = append(found, filepath.Base(path))
		}
		return nil //nolint:nilerr // a folder that is not there has no files
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}

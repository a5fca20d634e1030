package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gatehouse/core"
)

// child is this very program in a home of its own, with streams that a test made.
func child(t *testing.T, home string, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, args...)
	cmd.Args[0] = "gatehouse" // TestMain runs what it is called
	cmd.Dir = home
	cmd.Env = []string{
		"HOME=" + home, "XDG_CONFIG_HOME=" + home + "/config", "XDG_DATA_HOME=" + home + "/data", "XDG_STATE_HOME=" + home + "/state",
		"TERM=xterm-256color", "TMPDIR=" + home, "PATH=" + os.Getenv("PATH"), "GORACE=atexit_sleep_ms=0", "GATEHOUSE_DB=" + home + "/house.db",
		clockVariable + "=" + noon.Format(time.RFC3339),
	}
	return cmd
}

// endsWith waits for the end of a process, with this exit code and these words.
func endsWith(t *testing.T, cmd *exec.Cmd, said func() string, code int, words string) {
	t.Helper()
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	select {
	case err := <-over:
		var ended *exec.ExitError
		if errors.As(err, &ended) && ended.ExitCode() == code && strings.Contains(said(), words) {
			return
		}
		t.Errorf("%v ended with %v, want exit code %d and %q:\n%s", cmd.Args, err, code, words, said())
	case <-time.After(time.Minute):
		_ = cmd.Process.Kill()
		t.Errorf("%v does not end:\n%s", cmd.Args, said())
	}
}

// readers are the ways in which a verb waits for somebody: every CODE, FILE, BODY and reason that may be "-", and every
// question. What is read is read by the one inlet, so a way that is missing here is held by it too.
var readers = [][]string{
	{"account", "activate", "-"},
	{"account", "mfa", "off", "--code", "-", "--as", sue},
	{"account", "mfa", "confirm", "-", "--as", pia},
	{"account", "key", "add", "-", "--as", pia},
	{"activity", "verify", "--from", "-", "--as", pia},
	{"import", "-", "--db", "other.db"},
	{"import", "-", "--check"},
	{"import", "fifo", "--db", "third.db"},
	{"account", "key", "add", "fifo", "--as", pia},
	{"activity", "verify", "--from", "fifo", "--as", pia},
	{"ticket", "open", "--project", "1", "--subject", "S it is", "--body", "-", "--as", pia},
	{"project", "join", "1", "--reason", "-", "--for", "4h", "--as", lea},
}

// A signal ends a verb that waits for its input, at once, with the exit code of an interruption; the house is free, and
// nothing was changed.
func TestSignalsWhileReading(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out what starts the program")
	}
	home := t.TempDir()
	if err := makeStart(t.Context(), home+"/house.db", noon); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(home+"/fifo", 0o600); err != nil {
		t.Fatal(err)
	}
	for i, args := range readers {
		in, held, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		var said bytes.Buffer
		cmd := child(t, home, args...)
		cmd.Stdin, cmd.Stderr = in, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		settle(t, cmd.Process.Pid)
		_ = cmd.Process.Signal([]os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}[i%3])
		left := "Nothing was changed."
		if args[0] == "import" {
			left = nothingLeft["import"]
		}
		endsWith(t, cmd, said.String, 6, left)
		_, _ = in.Close(), held.Close()
	}
	for _, file := range []string{"other.db", "third.db"} {
		if _, err := os.Stat(filepath.Join(home, file)); !os.IsNotExist(err) {
			t.Errorf("%s was left behind: %v", file, err)
		}
	}
	if code, _, said := onTerminal(t, home+"/house.db", "", "project", "show", "1", "--as", ana); code != 0 {
		t.Errorf("the house is not free, or changed: %s", said)
	}
}

// settle waits until a process has been waiting for a while: it uses no time of a processor any more.
func settle(t *testing.T, pid int) {
	t.Helper()
	used, same := "", 0
	for range 2000 {
		text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
		if err != nil {
			t.Skipf("no /proc: %v", err)
		}
		f := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		now := strings.Join(f[11:13], " ")
		if same++; now != used || f[0] != "S" {
			used, same = now, 0
		}
		if same > 60 && used != "0 0" {
			return
		}
		time.Sleep(10 * time.Millisecond) //nolint:forbidigo // the other process is waited for
	}
	t.Fatal("the process never waits")
}

// The same for what a person is asked on a terminal: ctrl+c ends it, and what is typed next is for the shell.
func TestCtrlCAtAPrompt(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out what starts the program")
	}
	home := t.TempDir()
	if err := makeStart(t.Context(), home+"/house.db", noon); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"project", "delete", "1", "--as", ana},
		{"account", "remove", otto, "--reason", "gone", "--as", sue},
		{"account", "mfa", "codes", "--as", sue},
		{"member", "remove", pia, "--project", "1", "--as", ana},
		{"restore", "house.db"},
	} {
		c := onTTY(t, home, []string{"GATEHOUSE_DB=" + home + "/house.db", clockVariable + "=" + noon.Format(time.RFC3339)}, args...)
		c.await("[y/N]").write("\x03")
		left := "Nothing was changed."
		if args[0] == "restore" {
			left = nothingLeft["restore"]
		}
		c.await(left)
		c.ends(6)
	}
}

// A reader of a pipe that stops reading does not keep a verb from ending at a signal, and a backup leaves nothing.
func TestSignalsWhileWriting(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out what starts the program")
	}
	home := t.TempDir()
	if err := makeStart(t.Context(), home+"/house.db", noon); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"backup", "-"}, {"man"}, {"completion", "bash"}} {
		held, out, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		full(t, out)
		var said bytes.Buffer
		cmd := child(t, home, args...)
		cmd.Stdout, cmd.Stderr = out, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		settle(t, cmd.Process.Pid)
		_ = cmd.Process.Signal(syscall.SIGTERM)
		endsWith(t, cmd, said.String, 6, "Interrupted")
		_, _ = held.Close(), out.Close()
	}
	if left, _ := filepath.Glob(home + "/.gatehouse-backup-*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// full fills a pipe, so that the next write waits.
func full(t *testing.T, w *os.File) {
	t.Helper()
	if err := w.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := w.Write(make([]byte, 1<<12)); err != nil {
			return
		}
	}
}

// A reader that goes away, as head does, ends a backup like every other program, and nothing stays behind; what an older
// run that was killed has left goes with the next.
func TestBackupIntoAClosedPipe(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out what starts the program")
	}
	home := t.TempDir()
	if err := makeStart(t.Context(), home+"/house.db", noon); err != nil {
		t.Fatal(err)
	}
	for _, old := range []string{".gatehouse-backup-123", ".gatehouse-backup-house.db-456"} {
		if err := os.Mkdir(filepath.Join(home, old), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(home+"/.gatehouse-backup-house.db-2-456", 0o700); err != nil { // of another house
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Close()
	var said bytes.Buffer
	cmd := child(t, home, "backup", "-")
	cmd.Stdout, cmd.Stderr = w, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	endsWith(t, cmd, said.String, brokenPipe, "")
	left, _ := filepath.Glob(home + "/.gatehouse-backup-*")
	if !slices.Equal(left, []string{home + "/.gatehouse-backup-house.db-2-456"}) {
		t.Errorf("left behind: %v", left)
	}
	_ = w.Close()
}

// fullDisk is a stream that takes nothing.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.ENOSPC}
}

// Nothing waits when a signal came before.
func TestInletAfterASignal(t *testing.T) {
	gone := make(chan struct{})
	close(gone)
	if _, err := io.ReadAll(&inlet{from: strings.NewReader("x"), interrupted: gone}); !errors.Is(err, errInterrupted) {
		t.Errorf("%v", err)
	}
	e := (&Main{}).interruption(errInterrupted)
	if e.Reason != reasonInterrupted || exitCode(e) != 6 || e.Next != "Nothing was changed." {
		t.Errorf("%+v", e)
	}
	if interrupted(&core.Error{Code: core.CodeUnavailable, Cause: errors.New("uncertain")}) {
		t.Error("every error is an interruption")
	}
}

//go:build linux

package bolt_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"gatehouse/storage/bolt"
	"gatehouse/storage/kv"
)

// The test binary runs itself again to have a process that can be killed,
// starved or stopped. The variable says what it does then.
const (
	childMode = "GATEHOUSE_BOLT_CHILD"
	childPath = "GATEHOUSE_BOLT_PATH"
)

func TestMain(m *testing.M) {
	mode, path := os.Getenv(childMode), os.Getenv(childPath)
	switch mode {
	case "":
		os.Exit(m.Run())
	case "write":
		childWrite(path)
	case "hold":
		childHold(path)
	case "open":
		e, err := bolt.Open(path, bolt.Options{})
		fmt.Println(class(err), err)
		if err == nil {
			_ = e.Close()
		}
	case "load":
		childLoad(path)
	case "cramped":
		_ = syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: 3 << 30, Max: 3 << 30})
		childLoad(path)
	case "limit":
		childLimit(path)
	default:
		panic(mode)
	}
}

// class names the kind of an error in one word.
func class(err error) string {
	switch {
	case err == nil:
		return "fine"
	case errors.Is(err, kv.ErrStopped):
		return "stopped"
	case errors.Is(err, kv.ErrNotWritable):
		return "refused"
	case errors.Is(err, kv.ErrOutcomeUnknown):
		return "unknown"
	case errors.Is(err, kv.ErrInUse):
		return "in-use"
	case errors.Is(err, kv.ErrDamaged):
		return "damaged"
	case errors.Is(err, kv.ErrExposed):
		return "exposed"
	default:
		return "other"
	}
}

// childWrite writes from several goroutines for as long as it may, and prints
// every key after its Update returned.
func childWrite(path string) {
	e, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		fmt.Println("error", class(err), err)
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for failures := 0; failures < 3; {
				key := fmt.Sprintf("k%08d", next.Add(1))
				err := e.Update(nilContext, func(w kv.Writer) error {
					return errors.Join(w.Put([]byte(key), []byte(key)), w.Put([]byte("a"+key), make([]byte, 500)))
				})
				if err != nil {
					failures++
					fmt.Println("error", class(err), key)
					continue
				}
				fmt.Println("saved", key)
			}
		})
	}
	wg.Wait()
	fmt.Println("closed", class(e.Close()))
}

// childHold keeps the file open until its input ends.
func childHold(path string) {
	e, err := bolt.Open(path, bolt.Options{})
	fmt.Println(class(err))
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err == nil {
		_ = e.Close()
	}
}

// lacking skips a test that needs what this machine does not have. In a deep
// run before a release that is a failure.
func lacking(t *testing.T, what string, err error) {
	t.Helper()
	if os.Getenv("GATEHOUSE_DEEP") == "1" {
		t.Fatalf("needs %s: %v", what, err)
	}
	t.Skipf("needs %s: %v", what, err)
}

// tracer finds strace, which injects faults into system calls.
func tracer(t *testing.T) string {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err == nil {
		err = exec.Command(strace, "-f", "-qq", "-o", os.DevNull, "true").Run()
	}
	if err != nil {
		lacking(t, "a working strace", err)
	}
	return strace
}

// smallDisk mounts an empty disk with room for 2 MiB.
func smallDisk(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=2m"); err != nil {
		lacking(t, "to mount a small tmpfs", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// child starts a process of this test binary; it ends with the test.
func child(t *testing.T, mode, path string, wrapper ...string) (*exec.Cmd, *bufio.Scanner, io.Closer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := append(wrapper, self)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), childMode+"="+mode, childPath+"="+path)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd, bufio.NewScanner(out), in
}

// trust-A1: what was acknowledged survives kill -9.
func TestKilledProcessLosesNothing(t *testing.T) {
	rounds := 20
	if testing.Short() {
		rounds = 3
	}
	path := filepath.Join(t.TempDir(), "house.db")
	total := 0
	for round := range rounds {
		cmd, lines, _ := child(t, "write", path)
		var saved []string
		for lines.Scan() {
			key, ok := strings.CutPrefix(lines.Text(), "saved ")
			if !ok {
				t.Fatalf("the child says %q", lines.Text())
			}
			if saved = append(saved, key); len(saved) == 1+round*7%50 {
				_ = cmd.Process.Kill()
			}
		}
		_ = cmd.Wait()
		check(t, path, saved)
		total += len(saved)
	}
	t.Logf("%d rounds, %d acknowledged commits", rounds, total)
}

// trust-A5, trust-A6: a disk that fails in the middle of a commit. The faults
// are injected into the system calls of a child.
func TestFailingDisk(t *testing.T) {
	strace := tracer(t)
	for _, fault := range []struct {
		name, inject string
		want         []string // the errors that must be seen
		never        []string
	}{
		{"sync fails", "fdatasync:error=EIO:when=5", []string{"unknown", "stopped"}, []string{"refused"}},
		{"sync fails for ever", "fdatasync:error=EIO:when=6+", []string{"unknown", "stopped"}, []string{"refused"}},
		{"disk full for a while", "pwrite64:error=ENOSPC:when=20..60", []string{"refused"}, []string{"unknown", "stopped"}},
		{"bad block", "pwrite64:error=EIO:when=20+", []string{"unknown", "stopped"}, []string{"refused"}},
	} {
		t.Run(fault.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "house.db")
			if err := open(t, path, bolt.Options{}).Close(); err != nil {
				t.Fatal(err)
			}
			cmd, lines, _ := child(t, "write", path, strace, "-f", "-qq", "-o", os.DevNull, "-e", "inject="+fault.inject)
			var saved []string
			seen := map[string]int{}
			killed := false
			for lines.Scan() {
				word, rest, _ := strings.Cut(lines.Text(), " ")
				if word == "saved" {
					saved = append(saved, rest)
				} else {
					seen[strings.Fields(rest)[0]]++
				}
				if len(saved) >= 300 && !killed {
					killed = true
					_ = cmd.Process.Signal(syscall.SIGTERM) // the fault is over and writing goes on
				}
			}
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			t.Logf("%d saved, then %v", len(saved), seen)
			for _, word := range fault.want {
				if seen[word] == 0 {
					t.Errorf("no error of the kind %q", word)
				}
			}
			for _, word := range fault.never {
				if seen[word] > 0 {
					t.Errorf("%d errors of the kind %q", seen[word], word)
				}
			}
			check(t, path, saved)
		})
	}
}

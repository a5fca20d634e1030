//go:build linux

package bolt_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"gatehouse/storage/bolt"
	"gatehouse/storage/kv"
)

// wantInUse opens a file that somebody has, and returns who.
func wantInUse(t *testing.T, path string, opts bolt.Options) *kv.InUseError {
	t.Helper()
	began := time.Now()
	e, err := bolt.Open(path, opts)
	took := time.Since(began)
	var busy *kv.InUseError
	if !errors.As(err, &busy) || !errors.Is(err, kv.ErrInUse) {
		if err == nil {
			_ = e.Close()
		}
		t.Fatalf("second open: %v", err)
	}
	t.Logf("the answer took %v, a second is promised", took)
	return busy
}

// trust-A8: a second process is told who has the file, also when that one hangs.
func TestSecondProcessIsToldTheHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house.db")
	cmd, lines, in := child(t, "hold", path)
	if !lines.Scan() || lines.Text() != "fine" {
		t.Fatalf("the child says %q", lines.Text())
	}
	if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	busy := wantInUse(t, path, bolt.Options{})
	if busy.PID != cmd.Process.Pid || busy.Path != path || busy.Since.IsZero() {
		t.Errorf("told %+v, the holder is %d", busy, cmd.Process.Pid)
	}
	if busy := wantInUse(t, path, bolt.Options{ReadOnly: true}); busy.PID != cmd.Process.Pid {
		t.Errorf("a reader is told %+v", busy)
	}
	if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = in.Close()
	_ = cmd.Wait()
	// The note of the dead process is stale, the lock went with it.
	since := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	e := open(t, path, bolt.Options{Now: func() time.Time { return since }})
	busy = wantInUse(t, path, bolt.Options{LockWait: time.Millisecond})
	if busy.PID != os.Getpid() || !busy.Since.Equal(since) {
		t.Errorf("told %+v", busy)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + ".lock"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the note stays after closing: %v", err)
	}
}

func TestReadersShareTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house.db")
	if _, err := bolt.Open(path, bolt.Options{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading a missing file: %v", err)
	}
	e := open(t, path, bolt.Options{})
	put(t, e, "k", "v")
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		r := open(t, path, bolt.Options{ReadOnly: true})
		if v, found := get(t, r, "k"); !found || v != "v" || !r.Info().ReadOnly {
			t.Errorf("k = %q, %v; %+v", v, found, r.Info())
		}
		err := r.Update(nilContext, func(w kv.Writer) error { t.Error("the update ran"); return nil })
		if !errors.Is(err, kv.ErrNotWritable) {
			t.Errorf("update: %v", err)
		}
		err = r.Load(nilContext, func(func(k, v []byte) error) error { t.Error("the load ran"); return nil }, nil)
		if !errors.Is(err, kv.ErrNotWritable) {
			t.Errorf("load: %v", err)
		}
	}
	// Readers leave no note, so nobody is named.
	if busy := wantInUse(t, path, bolt.Options{LockWait: time.Millisecond}); busy.PID != 0 {
		t.Errorf("told %+v", busy)
	}
}

// Many open a file that is not there: one creates and has it.
func TestCreationRace(t *testing.T) {
	for range 20 {
		path := filepath.Join(t.TempDir(), "a", "b", "house.db")
		var wg sync.WaitGroup
		var mu sync.Mutex
		var winner *bolt.Engine
		for range 8 {
			wg.Go(func() {
				e, err := bolt.Open(path, bolt.Options{LockWait: time.Millisecond})
				if err != nil {
					if !errors.Is(err, kv.ErrInUse) {
						t.Errorf("open: %v", err)
					}
					return
				}
				mu.Lock()
				defer mu.Unlock()
				if winner != nil {
					t.Errorf("two have the file")
				}
				winner = e
			})
		}
		wg.Wait()
		if winner == nil {
			t.Fatal("nobody has the file")
		}
		put(t, winner, "k", "v")
		if err := winner.Close(); err != nil {
			t.Fatal(err)
		}
		if v, _ := get(t, open(t, path, bolt.Options{}), "k"); v != "v" {
			t.Errorf("the winner's write is gone")
		}
	}
}

// A load replaces the file. Who waits for the old one must not end up with it.
func TestLoadKeepsTheLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "house.db")
	e := open(t, path, bolt.Options{})
	second := make(chan error)
	err := e.Load(nilContext, func(put func(k, v []byte) error) error {
		go func() {
			e, err := bolt.Open(path, bolt.Options{LockWait: 300 * time.Millisecond})
			if err == nil {
				_ = e.Close()
			}
			second <- err
		}()
		return put([]byte("k"), []byte("v"))
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := <-second; !errors.Is(err, kv.ErrInUse) {
		t.Errorf("the second opener got %v", err)
	}
	put(t, e, "l", "v")
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	e = open(t, path, bolt.Options{})
	for _, key := range []string{"k", "l"} {
		if _, found := get(t, e, key); !found {
			t.Errorf("%s is gone", key)
		}
	}
}

// trust-A12: nothing is readable by others, whatever the umask says.
func TestFilesArePrivate(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	folder := filepath.Join(t.TempDir(), "new", "er")
	path := filepath.Join(folder, "house.db")
	modes := func(when string) {
		t.Helper()
		err := filepath.WalkDir(filepath.Dir(folder), func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			st, err := d.Info()
			want := fs.FileMode(0o600)
			if d.IsDir() {
				want = 0o700
			}
			if st.Mode().Perm() != want {
				t.Errorf("%s: %s has mode %v", when, filepath.Base(name), st.Mode().Perm())
			}
			if b := filepath.Base(name); b != "new" && b != "er" && b != "house.db" && b != "house.db.lock" {
				t.Errorf("%s: %s is left over", when, b)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	e := open(t, path, bolt.Options{})
	modes("after creation")
	if err := e.Load(nilContext, func(put func(k, v []byte) error) error { return put([]byte("k"), nil) }, nil); err != nil {
		t.Fatal(err)
	}
	modes("after a load")
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	// A crash leaves temporary files; the next start takes them away.
	for _, name := range []string{".house.db.new-1", ".house.db.load-22", ".house.db.note-3"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	open(t, path, bolt.Options{})
	modes("after a start with a file that others may read")
}

// trust-A12: a file of somebody else that is open to all is refused.
func TestForeignOpenFileIsRefused(t *testing.T) {
	if os.Getuid() != 0 {
		lacking(t, "root, to be somebody else", os.ErrPermission)
	}
	shared, err := os.MkdirTemp("", "gatehouse")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(shared) })
	path := filepath.Join(shared, "house.db")
	if err := open(t, path, bolt.Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Chmod(shared, 0o777), os.Chmod(path, 0o666)); err != nil {
		t.Fatal(err)
	}
	// Nobody else may run the test binary where it lies.
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	binary, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(shared, "program")
	if err := os.WriteFile(program, binary, 0o755); err != nil {
		t.Fatal(err)
	}
	out := asNobody(t, program, shared, "open", path)
	if !bytes.HasPrefix(out, []byte("exposed ")) || !bytes.Contains(out, []byte("chmod 600 "+path)) {
		t.Errorf("somebody else is told: %s", out)
	}
	// The owner closes it, and then others cannot open it at all.
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if out := asNobody(t, program, shared, "open", path); !bytes.HasPrefix(out, []byte("other ")) {
		t.Errorf("somebody else is told: %s", out)
	}
}

func asNobody(t *testing.T, program, folder, mode, path string) []byte {
	t.Helper()
	cmd := exec.Command(program)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), childMode+"="+mode, childPath+"="+path)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return out
}

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gatehouse/core/suite"
)

// What is beside a house is beside the file that a link leads to, on whatever file system; a link that leads to where
// nothing is yet is no fault, and an older key file beside the link still counts.
func TestHousesBehindLinks(t *testing.T) {
	near, far := t.TempDir(), t.TempDir()
	if dir, err := os.MkdirTemp("/dev/shm", "gatehouse"); err == nil {
		far = dir
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
	}
	link, real := filepath.Join(near, "link.db"), filepath.Join(far, "real.db")
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	do := func(code int, args ...string) string {
		t.Helper()
		w := newWorld(t, "", 0)
		if got := w.Execute(t.Context(), append(args, "--db", link)); got != code {
			t.Fatalf("%v: exit code %d: %s%s", args, got, &w.out, &w.err)
		}
		return w.out.String() + w.err.String()
	}
	if said := do(3, "check"); !strings.Contains(said, real) {
		t.Errorf("%s", said)
	}
	do(0, "init", "sue@support.test", "--name", "Sue")
	backup := filepath.Join(near, "backup.db")
	do(0, "backup", backup)
	do(0, "compact")
	said := do(0, "restore", backup, "--yes")
	if kept, _ := filepath.Glob(real + ".before-restore-*"); len(kept) != 1 {
		t.Errorf("the replaced house is not beside the file: %s", said)
	}
	if err := os.Rename(keyPath(real), keyPath(link)); err != nil { // as earlier versions had it; perhaps on another disk
		text, err := os.ReadFile(keyPath(real))
		if err != nil || os.WriteFile(keyPath(link), text, 0o600) != nil || os.Remove(keyPath(real)) != nil {
			t.Fatal(err)
		}
	}
	if said := do(0, "activity", "checkpoint", "--as", "sue@support.test"); !strings.Contains(said, " sig=") {
		t.Errorf("the key beside the link was not found: %s", said)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link is gone")
	}
	dump := filepath.Join(near, "dump.jsonl")
	do(0, "export", dump)
	for _, file := range []string{real, keyPath(link)} {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	do(0, "import", dump)
	if _, err := os.Stat(real); err != nil {
		t.Errorf("the import is not at the end of the link: %v", err)
	}
}

// What the operating system refuses is told as that, and a path with a colon with the way out.
func TestRefusalsOfTheSystem(t *testing.T) {
	suite.Sequential(t)
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/file", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	circle := filepath.Join(dir, "circle")
	if err := os.Symlink(circle, circle); err != nil {
		t.Fatal(err)
	}
	for db, want := range map[string]string{
		filepath.Join(dir, strings.Repeat("x", 300)): "file name too long",
		filepath.Join(dir, "file", "house.db"):       "not a directory",
		circle:                                       "too many levels of symbolic links",
		"a:b.db":                                     "./a:b.db",
		"co:lon/h.db":                                "./co:lon/h.db",
	} {
		for _, verb := range [][]string{{"check"}, {"init", "a@a.test", "--name", "A"}, {"compact"}, {"project", "list", "--as", "a@a.test"}} {
			w := newWorld(t, "", 0)
			code := w.Execute(t.Context(), append(verb, "--db", db))
			if said := w.err.String(); code == 0 || code == 1 || !strings.Contains(said, want) {
				t.Errorf("%v at %.60s: exit code %d: %s", verb, db, code, said)
			}
		}
	}
	w := newWorld(t, "", 0)
	if err := os.WriteFile(w.Folders.State, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if e := w.outside(describe(os.ErrProcessDone), os.ErrProcessDone); strings.Contains(e.Next, "log") {
		t.Errorf("a log is promised that is not there: %s", e)
	}
	if e := systemFailure(&os.LinkError{Op: "rename", Old: "a", New: "b", Err: syscall.EXDEV}); e == nil || exitCode(e) != 6 {
		t.Errorf("%v", e)
	}
}

// A config.toml that is there and whose read_only is not known for certain closes the house.
func TestConfigFailsClosed(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		closed bool
	}{
		"none":           {"", false},
		"plain":          {"theme = \"dark\"\n", false},
		"false":          {"read_only = false\n", false},
		"another key":    {"colour = \"x\"\n", false},
		"true":           {"read_only = true\n", true},
		"UTF-16":         {"\xff\xfer\x00e\x00a\x00d\x00", true},
		"latin 1":        {"theme = \"\xe9\"\n", true},
		"broken":         {"= 1\n", true},
		"half a line":    {"theme = \"da", true},
		"twice":          {"ascii = true\nascii = true\n", true},
		"readonly":       {"readonly = true\n", true},
		"read-only":      {"read-only = true\n", true},
		"readOnly":       {"readOnly = true\n", true},
		"READ_ONLY":      {"READ_ONLY = true\n", true},
		"raed_only":      {"raed_only = true\n", true},
		"quoted":         {"\"read only\" = true\n", true},
		"a text":         {"read_only = \"true\"\n", true},
		"in a table":     {"[serve]\nread_only = true\n", true},
		"dotted":         {"serve.readonly = true\n", true},
		"no end":         {strings.Repeat("#", configLimit+1), true},
		"nothing in it":  {"\n", false},
		"BOM":            {"\ufefftheme = \"dark\"\n", false},
		"BOM, true":      {"\ufeffread_only = true\n", true},
		"a byte of zero": {"theme = \"dark\"\n\x00", true},
	} {
		w := newWorld(t, "", 0)
		if err := os.MkdirAll(w.Folders.Config, 0o700); err != nil {
			t.Fatal(err)
		}
		if c.text != "" {
			if err := os.WriteFile(w.configPath(), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		code := w.Execute(t.Context(), []string{"init", "a@a.test", "--name", "A", "--db", filepath.Join(t.TempDir(), "h.db")})
		if (code != 0) != c.closed {
			t.Errorf("%s: exit code %d: %s%s", name, code, &w.out, &w.err)
		}
	}
	for name, place := range map[string]func(path string) error{
		"a folder":                  func(path string) error { return os.Mkdir(path, 0o700) },
		"a pipe":                    func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a link that leads nowhere": func(path string) error { return os.Symlink(path+"-nothing", path) },
	} {
		w := newWorld(t, "", 0)
		if err := os.MkdirAll(w.Folders.Config, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := place(w.configPath()); err != nil {
			t.Fatal(err)
		}
		if code := w.Execute(t.Context(), []string{"init", "a@a.test", "--name", "A", "--db", filepath.Join(t.TempDir(), "h.db")}); code == 0 {
			t.Errorf("%s: %s", name, &w.err)
		}
	}
}

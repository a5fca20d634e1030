package bolt

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// asideMark begins the names of the folders of Aside.
const asideMark = ".gatehouse-new-"

// Aside is a folder beside the place where a file will stand: the file is made
// in it, and gets its name when it is whole and on disk. Whoever is killed
// before leaves nothing under the name; what it leaves in its folder is removed
// by the next one that makes a file in the same place.
type Aside struct {
	dir  string
	held *os.File // locked, so that others see that somebody works here
}

// asideTries is how often a folder is made anew because somebody took it for
// one that was left.
const asideTries = 100

// NewAside makes the folder, for its owner only, beside path, and removes those
// of processes that are gone. Errors: those of the file system.
func NewAside(path string) (*Aside, error) {
	parent := filepath.Dir(path)
	removeLeft(parent)
	for try := 0; ; try++ {
		a, err := newAside(parent)
		if err != nil || a != nil {
			return a, err
		}
		if try == asideTries {
			return nil, errBusyFolder
		}
	}
}

var errBusyFolder = errors.New("its folder for new files is removed again and again")

// newAside gives nil when somebody removed the folder before it was locked.
func newAside(parent string) (*Aside, error) {
	dir, err := os.MkdirTemp(parent, asideMark+"*") // 0700, whatever the umask
	if err != nil {
		return nil, err
	}
	held, err := os.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // said above
	}
	if err != nil {
		_ = os.Remove(dir)
		return nil, err
	}
	// Where a folder cannot be locked, nobody can take it for one that was left.
	_ = lock(held, true, time.Now())
	if !current(held, dir) {
		_ = held.Close()
		return nil, nil //nolint:nilnil // said above
	}
	return &Aside{dir: dir, held: held}, nil
}

// Path is where a file of this name is made.
func (a *Aside) Path(name string) string { return filepath.Join(a.dir, name) }

// Publish gives the file of this name, which is whole, its place at path. What
// stands there stays: ErrThere. Other errors are those of the file system;
// after one of them nothing new stands at path.
func (a *Aside) Publish(name, path string) error {
	from := a.Path(name)
	if err := syncFile(from); err != nil {
		return err
	}
	if err := giveName(from, path); err != nil {
		return err
	}
	_ = os.Remove(from) // it has its other name
	return SyncFolder(filepath.Dir(path))
}

// Replace is Publish in the place of what stands at path.
func (a *Aside) Replace(name, path string) error {
	if err := syncFile(a.Path(name)); err != nil {
		return err
	}
	if err := os.Rename(a.Path(name), path); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(path))
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read from
	return f.Sync()
}

// Close removes the folder with what is in it. It may be called more than once.
func (a *Aside) Close() error {
	if a.held == nil {
		return nil
	}
	err := os.RemoveAll(a.dir)
	_ = a.held.Close()
	a.held = nil
	return err
}

// giveName gives temp a name that nobody may have taken meanwhile.
func giveName(temp, path string) error {
	err := os.Link(temp, path)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		return ErrThere
	}
	// A file system without links.
	if _, there := os.Lstat(path); !errors.Is(there, fs.ErrNotExist) {
		return errors.Join(there, ErrThere)
	}
	return os.Rename(temp, path)
}

// removeLeft removes the folders that nobody works in any more.
func removeLeft(parent string) {
	if !locksFolders {
		return
	}
	entries, _ := os.ReadDir(parent) // a folder that cannot be listed is as good as clean
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), asideMark) {
			continue
		}
		dir := filepath.Join(parent, e.Name())
		held, err := os.Open(dir)
		if err != nil {
			continue
		}
		if lock(held, true, time.Now()) == nil {
			_ = os.RemoveAll(dir)
		}
		_ = held.Close()
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/storage/bolt"
)

// newHouse is a house whose file does not have its name yet: it is made aside with its key file, so that whoever is killed
// meanwhile leaves nothing where a house should be.
type newHouse struct {
	path  string
	aside *bolt.Aside
	store *storage.Store
}

// asideKey is the name of the key file of a house that is made aside.
const asideKey = "key"

// beginHouse opens a store at path; where nothing is yet, one that publishHouse gives its name.
func (m *Main) beginHouse(ctx context.Context, path string, o storage.Options) (*storage.Store, error) {
	if _, err := os.Stat(path); path == "" || !errors.Is(err, fs.ErrNotExist) || o.ReadOnly {
		return m.openStore(ctx, path, o)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, cannotWrite(path, pathCause(err))
	}
	aside, err := bolt.NewAside(path)
	if err != nil {
		return nil, cannotWrite(path, pathCause(err))
	}
	m.closers = append(m.closers, aside.Close)
	o.Aside = aside
	store, err := m.openStore(ctx, path, o)
	if err != nil {
		return nil, err
	}
	m.begun = &newHouse{path: path, aside: aside, store: store}
	return store, nil
}

// openStore opens the store of a file, or one in memory for no path.
func (m *Main) openStore(ctx context.Context, path string, o storage.Options) (*storage.Store, error) {
	url := "memory:"
	if path != "" {
		url = "bolt:" + path
	}
	store, err := storage.Open(ctx, url, o)
	if err == nil {
		m.closers = append(m.closers, store.Close)
	}
	return store, err
}

// publishHouse gives a house that was made aside its name: first its key file, so that there is never a house without it.
// Errors: house_not_empty when something stands there by now, not_writable.
func (m *Main) publishHouse(ctx context.Context) error {
	if m.begun == nil {
		return nil
	}
	b := m.begun
	key := keyPath(b.path)
	made := false
	if _, err := os.Lstat(b.aside.Path(asideKey)); err == nil {
		if err := b.aside.Publish(asideKey, key); errors.Is(err, bolt.ErrThere) {
			return alreadyThere(key)
		} else if err != nil {
			return cannotWrite(key, pathCause(err))
		}
		made = true
	}
	if err := b.store.Publish(context.WithoutCancel(ctx)); err != nil { // what was done is done
		if made {
			_ = os.Remove(key) // it is of use for this house only
		}
		return err
	}
	m.begun = nil
	return b.aside.Close()
}

// dropBegun lets go of a house that nobody began.
func (m *Main) dropBegun() error {
	if m.begun == nil {
		return nil
	}
	m.begun, m.opened = nil, nil
	return m.Close()
}

// houseKeyFile is where the key file of the house at path stands, or is to be made.
func (m *Main) houseKeyFile(path string) string {
	file := m.keyFile(path)
	if _, err := os.Lstat(file); err != nil && m.begun != nil && m.begun.path == path {
		return m.begun.aside.Path(asideKey)
	}
	return file
}

// scratch is a folder for what is gone at the end of the run. What a run that was killed leaves is removed by the next.
func (m *Main) scratch() (*bolt.Aside, error) {
	dir, err := bolt.NewAside(filepath.Join(os.TempDir(), "gatehouse"))
	if err != nil {
		return nil, cannotWrite(os.TempDir(), pathCause(err))
	}
	m.closers = append(m.closers, dir.Close)
	return dir, nil
}

// alreadyThere refuses to make what is there.
func alreadyThere(path string) *core.Error {
	return &core.Error{
		Code: core.CodeConflict, Reason: core.ReasonHouseNotEmpty, Message: path + " is there already.", Next: "Name a new file.",
	}
}

// makeAside makes a new file at path, whole and on disk before it has its name: write gets where to make it. Errors:
// bolt.ErrThere, and those of write and of the file system.
func makeAside(path string, write func(temp string) error) (err error) {
	aside, err := bolt.NewAside(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, aside.Close()) }()
	if err := write(aside.Path("new")); err != nil {
		return err
	}
	return aside.Publish("new", path)
}

// newFile writes a file that is not there yet, for its owner only.
func newFile(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // whoever calls made the name
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// replaceFile gives the file at path new content, all or nothing. A new file, and its folder, are for the owner only.
func replaceFile(path string, content []byte) (err error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // a link stays one
	}
	mode := os.FileMode(0o600)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	aside, err := bolt.NewAside(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, aside.Close()) }()
	if err := newFile(aside.Path("new"), content); err != nil {
		return err
	}
	if err := os.Chmod(aside.Path("new"), mode); err != nil {
		return err
	}
	return aside.Replace("new", path)
}

// copyKey gives the house at to a copy of a key file, and says whether it made one. One with the same key may be there: it
// was left by a copy that did not come to its end. A house without a key file has nothing sealed.
func copyKey(from, to string) (made bool, err error) {
	k, err := readHouseKey(from)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, refuseForeignKey(to, nil)
	case err != nil:
		return false, err
	}
	err = makeAside(to, func(temp string) error { return newFile(temp, k.text()) })
	switch {
	case errors.Is(err, bolt.ErrThere):
		return false, refuseForeignKey(to, &k)
	case err != nil:
		return false, cannotWrite(to, pathCause(err))
	}
	return true, nil
}

// refuseForeignKey refuses a key file at path that is not of the house that is wanted there.
func refuseForeignKey(path string, wanted *houseKey) error {
	there, err := readHouseKey(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && wanted != nil && string(there.text()) == string(wanted.text()) {
		return nil
	}
	return &core.Error{
		Code: core.CodeInvalid, Reason: core.ReasonInvalidValue, Field: "to",
		Message: fmt.Sprintf("%s is there already: the key file of another house.", path), Next: "Name a new file.",
	}
}

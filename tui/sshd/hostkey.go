package sshd

import (
	"bytes"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
)

// hostKeyMost is how long the file of a host key may be, in bytes.
const hostKeyMost = 64 << 10

// HostKey reads the key that a server is known by, a private key of OpenSSH without a passphrase. When there is none,
// it is made: an ed25519 key with mode 0600, its public half beside it with ".pub", the folder with mode 0700 when it is
// not there either; made is set then. A folder that is there stays as it is. Errors, all unavailable: key_exposed when
// others may read the key or exchange it, key_missing when it cannot be used, not_writable when it cannot be made.
func HostKey(path string) (key gossh.Signer, made bool, err error) {
	key, err = readHostKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, false, err
	}
	if err := makeHostKey(path); err != nil && !errors.Is(err, fs.ErrExist) {
		var known *core.Error
		if errors.As(err, &known) {
			return nil, false, err
		}
		return nil, false, &core.Error{
			Code: core.CodeUnavailable, Reason: core.ReasonNotWritable, Cause: err,
			Message: fmt.Sprintf("The host key %s cannot be made: %v.", path, plain(err)), Next: "Mend that and try again.",
		}
	}
	key, err = readHostKey(path) // of another process, if it was first
	return key, err == nil, err
}

// plain is an error of the file system without the path, which the sentence names.
func plain(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}

func hostKeyUnusable(path string, why error) error {
	return &core.Error{
		Code: core.CodeUnavailable, Reason: core.ReasonKeyMissing, Cause: why,
		Message: fmt.Sprintf("The host key %s cannot be used: %v.", path, plain(why)),
		Next:    "Name another with --host-key, or put a good copy of this one back.",
	}
}

func hostKeyExposed(path, why, next string) error {
	return &core.Error{
		Code: core.CodeUnavailable, Reason: core.ReasonKeyExposed,
		Message: fmt.Sprintf("The host key %s %s.", path, why), Next: next,
	}
}

// readHostKey reads the key, and looks at the very file that it has read.
func readHostKey(path string) (gossh.Signer, error) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() { // a pipe would wait for ever
		if err == nil {
			err = errors.New("it is no file")
		}
		return nil, unlessMissing(path, err)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, unlessMissing(path, err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, hostKeyUnusable(path, err)
	}
	if err := private(path, info); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(f, hostKeyMost))
	if err != nil {
		return nil, hostKeyUnusable(path, err)
	}
	key, err := gossh.ParsePrivateKey(text)
	var locked *gossh.PassphraseMissingError
	switch {
	case errors.As(err, &locked):
		return nil, hostKeyUnusable(path, errors.New("it has a passphrase, which nobody is there to type"))
	case err != nil:
		return nil, hostKeyUnusable(path, errors.New("it is no private key of OpenSSH"))
	}
	if err := core.AcceptableKey(key.PublicKey()); err != nil {
		return nil, hostKeyUnusable(path, err)
	}
	return key, nil
}

func unlessMissing(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return hostKeyUnusable(path, err)
}

// private refuses a key that others may read, or that is not ours: who has read it can pass for this server. So can who
// may exchange it, because the folder is open to all.
func private(path string, info fs.FileInfo) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return hostKeyExposed(path, fmt.Sprintf("can be read by others (mode %04o)", mode),
			"Take that right away (chmod 600), and think about who may have read it.")
	}
	if !ours(info) {
		return hostKeyExposed(path, "belongs to another user", "Make one of your own: name a new file with --host-key.")
	}
	folder, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return hostKeyUnusable(path, err)
	}
	if mode := folder.Mode(); mode&0o022 != 0 && mode&fs.ModeSticky == 0 {
		return hostKeyExposed(path, fmt.Sprintf("can be exchanged by others (mode %04o of its folder)", mode.Perm()),
			"Take that right away (chmod go-w), or keep the key in a folder of its own.")
	}
	return nil
}

// makeHostKey makes key and folder: all or nothing, and never over a file that is there (fs.ErrExist).
func makeHostKey(path string) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	_, secret, err := ed25519.GenerateKey(nil) // nil: the randomness of the system
	if err != nil {
		return err
	}
	block, err := gossh.MarshalPrivateKey(secret, "gatehouse")
	if err != nil {
		return err
	}
	key, err := gossh.NewSignerFromKey(secret)
	if err != nil {
		return err
	}
	if err := putNew(path, pem.EncodeToMemory(block), 0o600); err != nil {
		return err
	}
	public := append(bytes.TrimSpace(gossh.MarshalAuthorizedKey(key.PublicKey())), " gatehouse\n"...)
	if err := putNew(path+".pub", public, 0o644); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(folder)
}

// putNew writes a file that is not there yet: whole and durable, or not at all.
func putNew(path string, text []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // 0600, whatever the umask
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(text)
	if err == nil && mode != 0o600 {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	err = os.Link(f.Name(), path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// A file system without links.
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	return os.Rename(f.Name(), path)
}

// syncFolder makes the names in a folder durable, where the system can.
func syncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

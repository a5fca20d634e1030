package sshd_test

import (
	"crypto/ed25519"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
	"gatehouse/tui/sshd"
)

// A host key is made once, 0600 in a folder of 0700, whatever the umask (trust-A12), also when two servers start at once.
func TestHostKeyIsMadeOnce(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	path := filepath.Join(t.TempDir(), "ssh", "host_ed25519")
	var all sync.WaitGroup
	seen := make([]string, 8)
	for i := range seen {
		all.Go(func() {
			key, _, err := sshd.HostKey(path)
			if err != nil {
				t.Error(err)
				return
			}
			seen[i] = gossh.FingerprintSHA256(key.PublicKey())
		})
	}
	all.Wait()
	for _, s := range seen[1:] {
		if s != seen[0] {
			t.Errorf("two keys: %s and %s", s, seen[0])
		}
	}
	for name, want := range map[string]os.FileMode{path: 0o600, path + ".pub": 0o644, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want %v", filepath.Base(name), info.Mode().Perm(), err, want)
		}
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 2 {
		t.Errorf("the folder holds %v, %v", left, err)
	}
	text, _ := os.ReadFile(path + ".pub")
	public, comment, _, _, err := gossh.ParseAuthorizedKey(text)
	if err != nil || gossh.FingerprintSHA256(public) != seen[0] || comment != "gatehouse" {
		t.Errorf(".pub: %q, %v", text, err)
	}
	if _, made, err := sshd.HostKey(path); made || err != nil {
		t.Errorf("the second time: made %v, %v", made, err)
	}
}

// A key that others may read or exchange is refused, and a foreign folder stays as it is.
func TestHostKeyIsPrivate(t *testing.T) {
	for name, c := range map[string]struct {
		change func(path string)
		reason core.Reason
		says   string
	}{
		"readable by others":  {func(p string) { _ = os.Chmod(p, 0o640) }, core.ReasonKeyExposed, "chmod 600"},
		"folder open to all":  {func(p string) { _ = os.Chmod(filepath.Dir(p), 0o777) }, core.ReasonKeyExposed, "chmod go-w"},
		"no key":              {func(p string) { _ = os.WriteFile(p, []byte("nonsense"), 0o600) }, core.ReasonKeyMissing, "no private key"},
		"a folder":            {func(p string) { _ = os.Remove(p); _ = os.Mkdir(p, 0o700) }, core.ReasonKeyMissing, "no file"},
		"with a passphrase":   {func(p string) { _ = os.WriteFile(p, locked(t), 0o600) }, core.ReasonKeyMissing, "passphrase"},
		"folder of other use": {func(p string) { _ = os.Chmod(filepath.Dir(p), 0o755) }, "", ""},
		"of another user": {func(p string) {
			if os.Chown(p, 65534, 65534) != nil {
				_ = os.Chmod(p, 0o640) // only root can give a file away
			}
		}, core.ReasonKeyExposed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "own", "key")
			if _, made, err := sshd.HostKey(path); err != nil || !made {
				t.Fatal(made, err)
			}
			c.change(path)
			before, _ := os.Stat(filepath.Dir(path))
			_, _, err := sshd.HostKey(path)
			if core.ReasonOf(err) != c.reason || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v", err)
			}
			if after, _ := os.Stat(filepath.Dir(path)); after.Mode() != before.Mode() {
				t.Errorf("the mode of the folder went from %v to %v", before.Mode(), after.Mode())
			}
		})
	}
	if _, _, err := sshd.HostKey("/proc/nowhere/key"); core.ReasonOf(err) != core.ReasonNotWritable {
		t.Errorf("where nothing can be made: %v", err)
	}
}

func locked(t *testing.T) []byte {
	t.Helper()
	_, secret, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	block, err := gossh.MarshalPrivateKeyWithPassphrase(secret, "", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(block)
}

package main

import (
	"bufio"
	"encoding/base32"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pquerna/otp/totp"

	"gatehouse/core/suite"
)

// A demo that was saved works wherever it is put with its key file: it exports, and the codes of its people count. With
// another key file it says so.
func TestSavedDemoWorksWithItsKey(t *testing.T) {
	suite.Sequential(t)
	dir := t.TempDir()
	saved, moved := filepath.Join(dir, "demo.db"), filepath.Join(dir, "elsewhere.db")
	if code, _, said := run(t, "demo", "--seed", "3", "--save", saved); code != 0 {
		t.Fatalf("exit code %d, %s", code, said)
	}
	for _, end := range []string{"", ".key"} {
		if err := os.Rename(saved+end, moved+end); err != nil {
			t.Fatal(err)
		}
	}
	dump := filepath.Join(dir, "dump.jsonl")
	if code, _, said := run(t, "export", dump, "--secrets", "--db", moved); code != 0 {
		t.Fatalf("export: exit code %d, %s", code, said)
	}
	one, err := totp.GenerateCode(secretIn(t, dump, "ana@acme.test"), noon)
	if err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(moved + ".key")
	if err != nil {
		t.Fatal(err)
	}
	other, err := newHouseKey()
	if err != nil {
		t.Fatal(err)
	}
	off := []string{"account", "mfa", "off", "--code", one, "--yes", "--as", "ana@acme.test", "--db", moved}
	for _, c := range []struct {
		key  []byte
		exit int
		said string
	}{
		{other.text(), 6, "another key file"},
		{key, 0, "your MFA is off"},
	} {
		if err := os.WriteFile(moved+".key", c.key, 0o600); err != nil {
			t.Fatal(err)
		}
		if code, out, said := run(t, off...); code != c.exit || !strings.Contains(out+said, c.said) {
			t.Errorf("exit code %d, want %d; %q, want %q", code, c.exit, out+said, c.said)
		}
	}
}

// secretIn is the secret of a person in a dump, as an authenticator takes it.
func secretIn(t *testing.T, dump, email string) string {
	t.Helper()
	f, err := os.Open(dump)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var acc struct {
			Kind  string
			Email string
			TOTP  struct{ Secret []byte }
		}
		if strings.Contains(lines.Text(), email) && json.Unmarshal(lines.Bytes(), &acc) == nil && acc.Kind == "account" && acc.Email == email {
			return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(acc.TOTP.Secret)
		}
	}
	t.Fatalf("no account of %s in the dump", email)
	return ""
}

package main

import (
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
)

// TestVersionFloors is requirement 1 of trust.md (trust-J1): the libraries that are linked in are not older than the
// version that mended what hurts us, and Bubble Tea is the last one that builds.
func TestVersionFloors(t *testing.T) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		t.Fatal("the build has no list of modules")
	}
	linked := map[string]string{}
	for _, d := range info.Deps {
		linked[d.Path] = d.Version
		if d.Replace != nil {
			t.Errorf("%s is replaced by %s", d.Path, d.Replace.Path)
		}
	}
	if got := linked["charm.land/bubbletea/v2"]; got != "v2.0.10" {
		t.Errorf("bubbletea is %q; v2.1 does not build, v2.0.10 is the pin", got)
	}
	floors := []struct{ path, version string }{
		{"github.com/mattn/go-runewidth", "v0.0.31"}, // v0.0.26 and 27 fill a table at start: 23 ms
		{"go.etcd.io/bbolt", "v1.5.0"},
		{"golang.org/x/crypto", "v0.56.0"},        // keys, argon2, SSH: before, it span on closed channels
		{"github.com/wneessen/go-mail", "v0.7.1"}, // before, addresses could bring headers (CVE-2025-59937)
		{"golang.org/x/time", "v0.16.0"},
	}
	for _, module := range []string{"charm.land/wish/v2", "github.com/charmbracelet/wish", "github.com/charmbracelet/ssh"} {
		if linked[module] != "" {
			t.Errorf("%s is linked in; its bridge can be hung and killed (trust-D5, D6)", module)
		}
	}
	if got := linked["charm.land/ssh"]; got != "" && older(got, "v0.4.3") { // the server needs only x/crypto so far
		t.Errorf("charm.land/ssh is %s, older than v0.4.3", got)
	}
	for _, floor := range floors {
		got := linked[floor.path]
		switch {
		case got == "":
			t.Errorf("%s is not linked in, so its version was not checked", floor.path)
		case older(got, floor.version):
			t.Errorf("%s is %s, older than %s", floor.path, got, floor.version)
		}
	}
}

func TestOlder(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"v0.0.27", "v0.0.31", true},
		{"v0.0.31", "v0.0.31", false},
		{"v0.0.100", "v0.0.31", false},
		{"v1.4.9", "v1.5.0", true},
		{"v2.0.0", "v1.5.0", false},
		{"v1.5.0-rc.1", "v1.5.0", true},
		{"broken", "v1.5.0", true},
	} {
		if got := older(c.a, c.b); got != c.want {
			t.Errorf("older(%s, %s) = %v", c.a, c.b, got)
		}
	}
}

// older compares versions of the form v1.2.3. One that has a suffix, or that it cannot read, counts as older than
// anything of the same numbers.
func older(version, floor string) bool {
	numbers := func(v string) (n [3]int, whole bool) {
		parts := strings.SplitN(strings.TrimPrefix(v, "v"), ".", 3)
		whole = len(parts) == 3
		for i, p := range parts {
			digits, _, suffix := strings.Cut(p, "-")
			var err error
			if n[i], err = strconv.Atoi(digits); err != nil || suffix {
				whole = false
			}
		}
		return n, whole
	}
	a, whole := numbers(version)
	b, _ := numbers(floor)
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return !whole
}

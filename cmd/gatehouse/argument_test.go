package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gatehouse/core"
)

func TestParseWords(t *testing.T) {
	if on, err := parseSwitch("--auto-join", "on"); !on || err != nil {
		t.Error("on is not on")
	}
	if on, err := parseSwitch("--auto-join", "off"); on || err != nil {
		t.Error("off is not off")
	}
	if _, err := parseSwitch("--auto-join", "true"); err == nil {
		t.Error("true is neither on nor off")
	}
	if got, err := parseList("--projects", "3, 4,5"); err != nil || !slices.Equal(got, []string{"3", "4", "5"}) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := parseList("--projects", "3,,5"); err == nil {
		t.Error("an empty value passed")
	}
	if id, err := parseID[core.RequestID]("REQUEST", "41"); id != 41 || err != nil {
		t.Errorf("%v, %v", id, err)
	}
	for _, s := range []string{"0", "-1", "x", "", "1.0", "99999999999999999999"} {
		if _, err := parseID[core.RequestID]("REQUEST", s); core.ReasonOf(err) != core.ReasonInvalidValue {
			t.Errorf("%q: %v", s, err)
		}
	}
	_, err := parseChoice("--size", "huge", "small", "large")
	if err == nil || !strings.Contains(err.Error(), "small, large") {
		t.Errorf("%v does not say what is allowed", err)
	}
}

func TestReadText(t *testing.T) {
	w := newWorld(t, "ABCD-1234\r\n", 0)
	if got, err := w.readText("CODE", "-"); got != "ABCD-1234" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := w.readText("CODE", "typed"); got != "typed" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	w = newWorld(t, strings.Repeat("x", inputLimit+1), 0)
	if _, err := w.readText("BODY", "-"); core.ReasonOf(err) != core.ReasonInvalidValue {
		t.Errorf("input over the limit: %v", err)
	}
	path := filepath.Join(t.TempDir(), "key.pub")
	if _, err := w.readFile("FILE", path); core.ReasonOf(err) != core.ReasonInvalidValue || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := os.WriteFile(path, []byte("ssh-ed25519 AAAA\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := w.readFile("FILE", path); got != "ssh-ed25519 AAAA" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

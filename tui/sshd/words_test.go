package sshd_test

import (
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/anmitsu/go-shlex"
	"pgregory.net/rapid"

	"gatehouse/tui/sshd"
)

func TestSplit(t *testing.T) {
	for command, want := range map[string][]string{
		"":                                  nil,
		" \t\r\n ":                          nil,
		"request list --json":               {"request", "list", "--json"},
		"  request\tlist\n":                 {"request", "list"},
		`org create 'North & Sons'`:         {"org", "create", "North & Sons"},
		`org create "North \"N\" $HOME \a"`: {"org", "create", `North "N" $HOME \a`},
		`a "x\$y" "\` + "`" + `" "a\\b"`:    {"a", "x$y", "`", `a\b`},
		`org billing set 3 --city ''`:       {"org", "billing", "set", "3", "--city", ""},
		`'' ""`:                             {"", ""},
		`a\ b\'c`:                           {"a b'c"},
		"a\\\nb \"c\\\nd\"":                 {"ab", "cd"},
		`'it'"'"'s'`:                        {"it's"},
		`'it'\''s'`:                         {"it's"},
		`a;b|c>d&e #f *.go ~ $(x)`:          {"a;b|c>d&e", "#f", "*.go", "~", "$(x)"},
		"name\u00a0with no-break":           {"name\u00a0with", "no-break"},
		"\xff":                              {"\xff"},
	} {
		got, err := sshd.Split(command)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("Split(%q) = %q, %v, want %q", command, got, err, want)
		}
	}
	for command, want := range map[string]error{
		`a 'b`: sshd.ErrOpenQuote, `a "b`: sshd.ErrOpenQuote, `"b\`: sshd.ErrOpenQuote, `it's`: sshd.ErrOpenQuote,
		`b\`: sshd.ErrOpenEscape,
	} {
		if got, err := sshd.Split(command); !errors.Is(err, want) || got != nil {
			t.Errorf("Split(%q) = %q, %v, want %v", command, got, err, want)
		}
	}
}

func TestQuoteStaysReadable(t *testing.T) {
	got := sshd.Quote("request", "create", "7", "--reason=INC-41: it's late", "--for=4h", "", "a@b.example")
	want := `request create 7 '--reason=INC-41: it'\''s late' --for=4h '' a@b.example`
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// Any words come back as they were, whatever is in them; other splitters agree where they can.
func TestQuoteRoundTrips(t *testing.T) {
	text := rapid.OneOf(
		rapid.String(),
		rapid.StringOfN(rapid.RuneFrom([]rune("'\"\\ \n\t$`a-ü\u202e;")), 0, 12, -1),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(text, 1, 5).Draw(t, "words")
		command := sshd.Quote(words...)
		got, err := sshd.Split(command)
		if err != nil || !slices.Equal(got, words) {
			t.Fatalf("%q became %s and then %q, %v", words, command, got, err)
		}
		if slices.Contains(words, "") || !utf8.ValidString(command) {
			return // the other one drops empty words, and takes characters only
		}
		if got, err := shlex.Split(command, true); err != nil || !slices.Equal(got, words) {
			t.Fatalf("%q became %s and then %q, %v", words, command, got, err)
		}
	})
}

// A person may paste what Quote wrote.
func TestQuoteForAShell(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("needs a shell: sh is not installed")
	}
	words := []string{"", "it's", `"a\b"`, "$(exit 3) `exit 4` $HOME", "line\nbreak", "*", "~", "#x", "!!", "-n", "Zürich", "a;b"}
	out, err := exec.Command(sh, "-c", `printf '%s\0' `+sshd.Quote(words...)).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); !slices.Equal(got, words) {
		t.Errorf("%q, want %q", got, words)
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(`a 'b' "c\"" \d`)
	f.Fuzz(func(t *testing.T, command string) {
		words, err := sshd.Split(command)
		if err != nil {
			return
		}
		if again, err := sshd.Split(sshd.Quote(words...)); err != nil || !slices.Equal(again, words) {
			t.Errorf("%q gave %q and then %q, %v", command, words, again, err)
		}
	})
}

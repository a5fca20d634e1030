package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// This file looks at the program from outside: from a shell, a reader of manual pages, an environment.

// terminal F17: the pages say nothing that mandoc finds fault with, and no line of running text is long.
func TestManPagesLint(t *testing.T) {
	dir := t.TempDir()
	w := newWorld(t, "", 0)
	if code := w.Execute(t.Context(), []string{"man", dir}); code != 0 {
		t.Fatalf("exit code %d: %s", code, &w.err)
	}
	pages, err := filepath.Glob(filepath.Join(dir, "*.1"))
	if err != nil || len(pages) < 100 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	mandoc, err := exec.LookPath("mandoc")
	if err != nil {
		t.Skip("mandoc, which lints man pages, is not installed here (.ci/run installs it): the pages were made, and not linted")
	}
	said, _ := exec.Command(mandoc, append([]string{"-Tlint"}, pages...)...).CombinedOutput()
	var faults []string
	for line := range strings.Lines(string(said)) {
		// Whether the other pages are installed is not for the page to say.
		if !strings.Contains(line, "referenced manual not found") && !strings.Contains(line, "outdated mandoc.db") {
			faults = append(faults, line)
		}
	}
	if len(faults) > 0 {
		t.Errorf("%d faults, the first: %s", len(faults), strings.Join(faults[:min(len(faults), 10)], ""))
	}
}

// The scripts that complete a line work in a shell that has nothing else, and offer what there is.
func TestCompletionInShells(t *testing.T) {
	home := t.TempDir()
	bin := filepath.Join(home, "bin")
	if err := os.Mkdir(bin, 0o700); err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(exe, filepath.Join(bin, "gatehouse")); err != nil { // TestMain runs what it is called
		t.Fatal(err)
	}
	for shell, c := range map[string]struct{ flags, script string }{
		"bash": {"--norc --noprofile", `source <(gatehouse completion bash)
COMP_LINE="gatehouse activity ver"; COMP_POINT=${#COMP_LINE}; COMP_WORDS=(gatehouse activity ver); COMP_CWORD=2; COMP_TYPE=9
__start_gatehouse 2>/dev/null; printf '%s\n' "${COMPREPLY[@]}"`},
		"zsh":  {"-f", `source <(gatehouse completion zsh); (( $+functions[_gatehouse] )) && (( $+functions[compdef] )) && print -r -- verify "$_comps[gatehouse]"`},
		"fish": {"--no-config", `gatehouse completion fish | source; complete -C "gatehouse activity ver"`},
	} {
		path, err := exec.LookPath(shell)
		if err != nil {
			t.Logf("%s is not installed: its script is not tried", shell)
			continue
		}
		cmd := exec.Command(path, append(strings.Fields(c.flags), "-c", c.script)...)
		cmd.Env = []string{
			"HOME=" + home, "XDG_CONFIG_HOME=" + home, "XDG_DATA_HOME=" + home, "XDG_STATE_HOME=" + home, "XDG_CACHE_HOME=" + home,
			"PATH=" + bin + ":/usr/bin:/bin", "TERM=xterm-256color", "GORACE=atexit_sleep_ms=0",
		}
		said, err := cmd.CombinedOutput()
		if err != nil || !strings.HasPrefix(string(said), "verify") || strings.Contains(string(said), "not found") {
			t.Errorf("%s: %v: %s", shell, err, said)
		}
	}
}

// terminal F10: without HOME the folders are those of the list of users, and never in the root of the file system.
func TestHomeUnset(t *testing.T) {
	home := t.TempDir()
	cmd := child(t, home, "paths")
	cmd.Env = slices.DeleteFunc(cmd.Env, func(v string) bool { return strings.HasPrefix(v, "HOME=") || strings.HasPrefix(v, "XDG_") })
	said, err := cmd.CombinedOutput()
	if strings.Contains(string(said), "\t/.local") || strings.Contains(string(said), "\t/.config") || strings.Contains(string(said), "\t.local") {
		t.Errorf("folders in the root: %v: %s", err, said)
	}
	if err != nil && !strings.Contains(string(said), "HOME is not set") {
		t.Errorf("%v: %s", err, said)
	}
	w := newWorld(t, "", 0)
	w.homeless = true
	if code := w.Execute(t.Context(), []string{"init", "a@a.test", "--name", "A"}); code != 2 || !strings.Contains(w.err.String(), "XDG_DATA_HOME") {
		t.Errorf("exit code %d: %s", code, &w.err)
	}
}

// A text with blanks that ssh took apart is answered with how to quote it.
func TestQuotingHintOverSSH(t *testing.T) {
	f := newFarHouse(t)
	for _, line := range []string{"project show Churn model", "role create Night shift --org 1 --description d", "project rename 1 A new name"} {
		answer := f.run(f.session("pia"), "", strings.Fields(line)...)
		if said, code := answer.err, answer.code; code != 2 || !strings.Contains(said, "needs quotes twice") || !strings.Contains(said, "--via") {
			t.Errorf("%s: exit code %d: %s", line, code, said)
		}
	}
}

// What does a command that is not there do? No help of another one is given for it.
func TestHelpOfNothing(t *testing.T) {
	nouns := []string{""}
	for _, cmd := range newTree().Commands() {
		if cmd.HasSubCommands() {
			nouns = append(nouns, cmd.Name())
		}
	}
	for _, noun := range nouns {
		for _, rest := range [][]string{{"hook", "list", "--help"}, {"hook", "-h"}, {"--help", "hook"}, {"--db", "x.db", "hook", "--help"}} {
			words := append(strings.Fields(noun), rest...)
			w := newWorld(t, "", 0)
			if code := w.Execute(t.Context(), words); code != 2 || w.out.Len() > 0 || !strings.Contains(w.err.String(), `no command "hook"`) {
				t.Errorf("%v: exit code %d: %.100s%s", words, code, w.out.String(), &w.err)
			}
		}
	}
	for _, words := range [][]string{{"--help"}, {"--db", "x.db", "--help"}, {"project", "--help"}, {"project", "show", "x", "--help"}, {"--as=a", "project", "list", "-h"}, {"help"}} {
		w := newWorld(t, "", 0)
		if code := w.Execute(t.Context(), words); code != 0 || w.out.Len() == 0 {
			t.Errorf("%v: exit code %d: %s", words, code, &w.err)
		}
	}
}

// Every flag that takes a number refuses what is none, and what is too small or too large, before anything is done; what it
// says names the flag and what it takes.
func TestNumberFlags(t *testing.T) {
	suite.Sequential(t)
	o := newOffline(t)
	counts := map[string]bool{}
	for _, s := range (&serveSettings{}).table() {
		counts[s.name] = s.count
	}
	// zero and huge are taken where they mean something.
	zero := map[string]bool{"seed": true}
	huge := map[string]bool{"seed": true, "limit": true}
	words := map[string][]string{"visitors": {"--serve", "127.0.0.1:0"}, "seed": {"--save", filepath.Join(t.TempDir(), "x.db")}}
	needed := map[string][]string{"bucket catalog": {"bucket", "catalog", "--project", "1"}, "project set": {"project", "set", "1"}}
	tried := 0
	o.eachFlag(func(verb []string, f *pflag.Flag) {
		if !strings.Contains(f.Value.Type(), "int") && !counts[f.Name] || verb[0] == "session" { // which only a server has
			return
		}
		for _, value := range []string{"-1", "0", "9223372036854775807", "99999999999999999999999", "1.5", "x", "", " 1", "1e3", "١"} {
			if value == "0" && zero[f.Name] || value == "9223372036854775807" && huge[f.Name] {
				continue
			}
			line := append(slices.Clone(verb), spoken[strings.Join(verb, " ")]...)
			if len(line) == len(verb) {
				line = append(line, operandsOf(verb)...)
			}
			if n := needed[strings.Join(verb, " ")]; n != nil {
				line = slices.Clone(n)
			}
			line = append(append(line, words[f.Name]...), "--"+f.Name+"="+value)
			if !slices.Contains(line, "--as") {
				line = append(line, "--as", o.Emails["sam"])
			}
			tried++
			before := o.events()
			w := o.world(0)
			code := w.Execute(t.Context(), line)
			if said := w.err.String(); code != 2 || o.events() != before || !strings.Contains(strings.ToLower(said), strings.ReplaceAll(f.Name, "-", " ")) &&
				!strings.Contains(said, f.Name) || !strings.Contains(said, "must be") && !strings.Contains(said, "empty") && !strings.Contains(said, "needs a value") {
				t.Errorf("%v: exit code %d: %s%s", line, code, &w.out, said)
			}
		}
	})
	if tried < 100 {
		t.Errorf("only %d were tried", tried)
	}
}

// eachFlag calls fn for every own flag of every verb.
func (o *offline) eachFlag(fn func(verb []string, f *pflag.Flag)) {
	root := newTree()
	for _, verb := range verbsOf(root) {
		if cmd, _, err := root.Find(verb); err == nil && verb[0] != "__complete" {
			cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { fn(verb, f) })
		}
	}
}

// operandsOf are numbers for the words that a verb takes.
func operandsOf(verb []string) []string {
	cmd, _, err := newTree().Find(verb)
	if err != nil {
		return nil
	}
	var words []string
	for range capitals(cmd) {
		words = append(words, "1")
	}
	return words
}

func capitals(cmd *cobra.Command) []string {
	var found []string
	for _, word := range strings.Fields(cmd.Use)[1:] {
		if strings.HasPrefix(word, "[") || strings.HasPrefix(word, "-") {
			break
		}
		found = append(found, word)
	}
	return found
}

// A session that only reads because a file or the environment says so is told that, and not to leave a flag out that it
// has not given.
func TestWhyASessionOnlyReads(t *testing.T) {
	for name, c := range map[string]struct{ config, env, want string }{
		"broken":  {"theme = \"da", "", "config.toml says so, or cannot be read"},
		"asked":   {"read_only = true\n", "", "config.toml says so, or cannot be read"},
		"by name": {"", "true", "GATEHOUSE_READ_ONLY says so"},
	} {
		for _, args := range [][]string{
			{"init", "a@a.test", "--name", "A"},
			{"import", os.DevNull},
			{"demo", "--save", filepath.Join(t.TempDir(), "new.db")},
			{"project", "create", "P", "--org", "1", "--as", ana},
			{"compact"},
		} {
			w := newWorld(t, "", 0)
			w.Env = func(name string) string {
				if name == "GATEHOUSE_READ_ONLY" {
					return c.env
				}
				return ""
			}
			if err := os.MkdirAll(w.Folders.Config, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(w.configPath(), []byte(c.config), 0o600); err != nil {
				t.Fatal(err)
			}
			db := filepath.Join(t.TempDir(), "new.db")
			if args[0] == "project" || args[0] == "compact" {
				if err := makeStart(t.Context(), db, noon); err != nil {
					t.Fatal(err)
				}
			}
			code := w.Execute(t.Context(), append(args, "--db", db))
			if said := w.err.String(); code != exitCodes[core.CodeDenied] || !strings.Contains(said, c.want) || strings.Contains(said, "without --read-only") {
				t.Errorf("%s, %v: exit code %d: %s", name, args, code, said)
			}
		}
	}
}

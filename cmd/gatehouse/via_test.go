package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"pgregory.net/rapid"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/storage/kv"
	"gatehouse/tui/sshd"
)

// fakeSSH is this test binary as an SSH client that writes down how it was called.
const fakeSSH = "fake-ssh"

// Variables that tell the fake what to do.
const (
	fakeLog  = "GATEHOUSE_TEST_SSH_LOG"  // the file where it writes down its call
	fakeOut  = "GATEHOUSE_TEST_SSH_OUT"  // what it prints
	fakeErr  = "GATEHOUSE_TEST_SSH_ERR"  // what it prints as an error
	fakeExit = "GATEHOUSE_TEST_SSH_EXIT" // its exit code
)

// sshCall is how the fake was called.
type sshCall struct {
	Args  []string
	Input string
}

func actAsSSH() int {
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		return 99
	}
	log, err := json.Marshal(sshCall{os.Args[1:], string(input)})
	if err != nil || os.WriteFile(os.Getenv(fakeLog), log, 0o600) != nil {
		return 98
	}
	fmt.Print(os.Getenv(fakeOut))
	fmt.Fprint(os.Stderr, os.Getenv(fakeErr))
	code, _ := strconv.Atoi(os.Getenv(fakeExit))
	return code
}

// viaRun runs the program with --via and the fake. What the fake answers is set by the variables.
type viaRun struct {
	code     int
	out, err string
	call     sshCall
	called   bool
}

// words are what the server would get.
func (r viaRun) words(t *testing.T) []string {
	t.Helper()
	i := slices.Index(r.call.Args, "--")
	if i < 0 || len(r.call.Args) > i+3 {
		t.Fatalf("no host: %q", r.call.Args)
	}
	words, err := sshd.Split(strings.Join(r.call.Args[i+2:], " "))
	if err != nil {
		t.Fatal(err)
	}
	return words
}

// viaSetup is what stands around a run.
type viaSetup struct {
	env    map[string]string
	config string
	input  string
	tty    bool
}

func (s viaSetup) run(t *testing.T, args ...string) viaRun {
	t.Helper()
	log := filepath.Join(t.TempDir(), "call")
	t.Setenv(fakeLog, log)
	w := newWorld(t, s.input, 0)
	w.InTerminal, w.OutTerminal, w.ErrTerminal = s.tty, s.tty, s.tty
	w.Env = func(name string) string {
		if v, ok := s.env[name]; ok {
			return v
		}
		return map[string]string{sshVariable: fakeSSH, "TERM": "xterm-256color"}[name]
	}
	if s.config != "" {
		if err := os.MkdirAll(w.Folders.Config, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(w.Folders.Config, "config.toml"), []byte(s.config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := viaRun{code: w.Execute(context.Background(), args), out: w.out.String(), err: w.err.String()}
	if text, err := os.ReadFile(log); err == nil {
		r.called = true
		if err := json.Unmarshal(text, &r.call); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func TestParseVia(t *testing.T) {
	for value, want := range map[string]viaAddress{
		"ssh://gate":              {Host: "gate"},
		"ssh://gate/":             {Host: "gate"},
		"ssh://gate:2222":         {Host: "gate", Port: 2222},
		"ssh://sam@gate.example":  {User: "sam", Host: "gate.example"},
		"ssh://[::1]:2222":        {Host: "::1", Port: 2222},
		"ssh://[fe80::1%25eth0]":  {Host: "fe80::1%eth0"},
		"ssh://sam@192.0.2.7:22":  {User: "sam", Host: "192.0.2.7", Port: 22},
		"ssh://my_gate-1.example": {Host: "my_gate-1.example"},
	} {
		got, err := parseVia(value)
		if err != nil || got != want {
			t.Errorf("%s is %+v, %v, want %+v", value, got, err, want)
		}
		if again, err := parseVia(got.String()); err != nil || again != got {
			t.Errorf("%s is written %s, which is %+v, %v", value, got, again, err)
		}
	}
	for _, value := range []string{
		"gate", "gate:2222", "http://gate", "SSH://gate", "ssh:gate", "ssh://", "ssh://:2222", "ssh://-oProxyCommand=x", "ssh://-x:22",
		"ssh://-x@gate", "ssh://@gate", "ssh://sam:secret@gate", "ssh://gate:0", "ssh://gate:65536", "ssh://gate:ssh", "ssh://gate:-1",
		"ssh://gate/path", "ssh://gate?x", "ssh://gate#x", "ssh://gate?", "ssh://a b", "ssh://gate;rm", "ssh://$(x)", "ssh://`x`", "ssh://ga\nte",
		"ssh://%2doProxyCommand=x", "ssh://%2dx@gate", "ssh://gäte", "ssh://gate\x00", "ssh://a%20b@gate", "ssh://'gate'",
	} {
		if got, err := parseVia(value); err == nil {
			t.Errorf("%q is %+v", value, got)
		}
	}
}

// Verbs through a server: what OpenSSH is called with.
func TestViaArguments(t *testing.T) {
	common := []string{"-e", "none", "-o", sshEnv, "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3"}
	with := func(tty string, rest ...string) []string { return slices.Concat([]string{tty}, common, rest) }
	for _, c := range []struct {
		name string
		set  viaSetup
		args []string
		want []string
	}{
		{"a list", viaSetup{}, []string{"--via", "ssh://gate:2222", "request", "list", "--json"}, with("-T", "-p", "2222", "--", "gate", "request list --json")},
		{"a user", viaSetup{}, []string{"--via", "ssh://sam@gate", "undo"}, with("-T", "-l", "sam", "--", "gate", "undo")},
		{"texts", viaSetup{}, []string{"--via", "ssh://gate", "org", "create", "Müller's & Söhne", "--maintainer", "1"}, with("-T", "--", "gate", `org create --maintainer=1 'Müller'\''s & Söhne'`)},
		{"an empty value", viaSetup{}, []string{"--via=ssh://gate", "org", "billing", "set", "3", "--city", ""}, with("-T", "--", "gate", "org billing set --city= 3")},
		{"an argument like a flag", viaSetup{}, []string{"--via=ssh://gate", "account", "rename", "--", "-x"}, with("-T", "--", "gate", "account rename -- -x")},
		{
			"global flags",
			viaSetup{},
			[]string{"--via=ssh://gate", "--yes", "--json", "--read-only", "--ascii", "--theme", "contrast", "request", "withdraw", "3"},
			with("-T", "--", "gate", "request withdraw --json --yes --read-only --ascii --theme=contrast 3"),
		},
		{"a flag of the verb like a global one", viaSetup{}, []string{"--via=ssh://gate", "account", "set", "--theme", "contrast"}, with("-T", "--", "gate", "account set --theme=contrast")},
		{"a verb that is called like a page", viaSetup{}, []string{"--via=ssh://gate", "ticket", "open", "--project=1", "--subject=x", "--body=y"}, with("-T", "--", "gate", "ticket open --body=y --project=1 --subject=x")},
		{"a switch that is off", viaSetup{}, []string{"--via=ssh://gate", "request", "list", "--mine=false"}, with("-T", "--", "gate", "request list --mine=false")},
		{"the environment", viaSetup{env: map[string]string{"GATEHOUSE_VIA": "ssh://gate", sshVariable: fakeSSH}}, []string{"undo"}, with("-T", "--", "gate", "undo")},
		{
			"the file, which may know an account and a house",
			viaSetup{config: "via = \"ssh://gate\"\nas = \"sam@northwind.example\"\ndb = \"x.db\"\nsmtp = \"smtp://mail:25\"\nascii = true\n"},
			[]string{"undo"},
			with("-T", "--", "gate", "undo --ascii"),
		},
		{"a person at a terminal", viaSetup{tty: true}, []string{"--via=ssh://gate", "project", "delete", "1"}, with("-t", "--", "gate", "project delete 1")},
		{"the interface", viaSetup{tty: true}, []string{"--via=ssh://gate:22"}, with("-t", "-p", "22", "--", "gate")},
		{"the interface in colours", viaSetup{tty: true}, []string{"--via=ssh://gate:22", "--theme=contrast"}, with("-t", "-p", "22", "--", "gate", "--theme=contrast")},
		{"a page", viaSetup{tty: true}, []string{"--via=ssh://gate:22", "open", "request/1"}, with("-t", "-p", "22", "--", "gate", "open request/1")},
	} {
		r := c.set.run(t, c.args...)
		if r.code != 0 || !slices.Equal(r.call.Args, c.want) {
			t.Errorf("%s: exit code %d, %s\n%q, want\n%q", c.name, r.code, r.err, r.call.Args, c.want)
		}
	}
}

// Any text arrives as it was typed.
func TestViaKeepsTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, reason := rapid.String().Draw(t, "name"), rapid.String().Draw(t, "reason")
		m := &Main{Env: func(string) string { return "" }}
		if err := m.Parse(nil); err != nil {
			t.Fatal(err)
		}
		cmd, rest, err := m.root.Find([]string{"request", "create"})
		if err != nil || len(rest) > 0 {
			t.Fatal(err, rest)
		}
		if err := cmd.ParseFlags([]string{"--reason", reason}); err != nil {
			t.Fatal(err)
		}
		args := sshArguments(viaAddress{Host: "gate"}, false, remoteCall{cmd: cmd, args: []string{name}}.words(settings{}))
		words, err := sshd.Split(args[len(args)-1])
		if err != nil {
			t.Fatal(err)
		}
		server := &Main{Env: func(string) string { return "" }}
		if err := server.Parse(nil); err != nil {
			t.Fatal(err)
		}
		there, rest, err := server.root.Find(words)
		if err != nil {
			t.Fatal(err)
		}
		if err := there.ParseFlags(rest); err != nil {
			t.Fatal(err)
		}
		if got := there.Flags().Args(); there.Name() != "create" || !slices.Equal(got, []string{name}) || there.Flag("reason").Value.String() != reason {
			t.Fatalf("%q and %q became %q: %q and %q", name, reason, words, got, there.Flag("reason").Value)
		}
	})
}

// What works here works here, and what needs the file says so.
func TestViaPlaces(t *testing.T) {
	const via = "--via=ssh://gate"
	for _, c := range []struct {
		name   string
		set    viaSetup
		args   []string
		server bool   // it is asked
		code   int    // of this program
		said   string // on the error stream
	}{
		{name: "version", args: []string{via, "version"}},
		{name: "help", args: []string{via, "help", "request"}},
		{name: "paths", args: []string{via, "paths"}},
		{name: "completion", args: []string{via, "completion", "bash"}},
		{name: "a noun", args: []string{via, "request"}, code: 2, said: "needs a verb"},
		{name: "a wrong flag", args: []string{via, "request", "list", "--jsn"}, code: 2, said: "Did you mean --json?"},
		{name: "a wrong number of arguments", args: []string{via, "request", "withdraw"}, code: 2, said: "needs more arguments"},
		{name: "init", args: []string{via, "init", sue, "--name", "Sue"}, code: 2, said: "works on the file of a house"},
		{name: "restore", args: []string{via, "restore", "x"}, code: 2, said: "works on the file of a house"},
		{name: "compact", args: []string{via, "compact"}, code: 2, said: "works on the file of a house"},
		{name: "migrate", args: []string{via, "migrate", "--to", "x"}, code: 2, said: "works on the file of a house"},
		{name: "serve", args: []string{via, "serve"}, code: 2, said: "works on the file of a house"},
		{name: "import", args: []string{via, "import", "x"}, code: 2, said: "works on the file of a house"},
		{name: "import --check", args: []string{via, "import", "--check", "/dev/null"}, code: 2, said: "the end mark is missing"},
		{name: "compact, and the file names a server", set: viaSetup{config: `via = "ssh://gate"`}, args: []string{"compact"}, code: 3, said: "There is no house"},
		{name: "activate", args: []string{via, "account", "activate", "-"}, code: 2, said: "Connect with your key, and type the code when you are asked: ssh gate."},
		{name: "--db", args: []string{via, "--db=x.db", "undo"}, code: 2, said: "has its own house"},
		{name: "--as", args: []string{via, "--as", sam, "undo"}, code: 2, said: "your key says who acts"},
		{name: "--smtp", args: []string{via, "--smtp=smtp://mail:25", "undo"}, code: 2, said: "sends the mail"},
		{name: "--as, and the file names a server", set: viaSetup{config: `via = "ssh://gate"`}, args: []string{"--as", sam, "undo"}, code: 2, said: `--via ""`},
		{name: "--db, and the file names a server", set: viaSetup{config: `via = "ssh://gate"`}, args: []string{"--db=x.db", "--as", sam, "undo"}, code: 3, said: "There is no house"},
		{name: "no server for once", set: viaSetup{config: `via = "ssh://gate"`}, args: []string{"--via=", "--as", sam, "undo"}, code: 3, said: "There is no house"},
		{name: "a wrong address", args: []string{"--via=gate", "undo"}, code: 2, said: "--via cannot be used: it must begin with ssh://. Write it like ssh://host:2222"},
		{name: "a wrong variable", set: viaSetup{env: map[string]string{"GATEHOUSE_VIA": "ssh://-oProxyCommand=x"}}, args: []string{"undo"}, code: 2, said: "GATEHOUSE_VIA cannot be used"},
		{name: "a wrong line of the file", set: viaSetup{config: `via = "gate"`}, args: []string{"--as", sam, "undo"}, code: 3, said: "line 1"},
		{name: "the interface without a terminal", args: []string{via}, code: 2, said: "needs a terminal"},
		{name: "a page without a terminal", args: []string{via, "open", "request/1"}, code: 2, said: "needs a terminal"},
		{name: "a page that is none", set: viaSetup{tty: true}, args: []string{via, "open", "//"}, code: 2, said: "Write it like request/41"},
		{name: "a verb", args: []string{via, "undo"}, server: true},
		{name: "no OpenSSH", set: viaSetup{env: map[string]string{sshVariable: "no-such-ssh"}}, args: []string{via, "undo"}, code: 6, said: "there is no program no-such-ssh"},
	} {
		r := c.set.run(t, c.args...)
		if r.code != c.code || r.called != c.server || !strings.Contains(r.err, c.said) {
			t.Errorf("%s: exit code %d, want %d; the server was asked: %v\n%s, want %q", c.name, r.code, c.code, r.called, r.err, c.said)
		}
	}
}

// A run over SSH never goes on to another server.
func TestViaOfTheServerIsNotFollowed(t *testing.T) {
	m := &Main{Env: func(string) string { return "" }, remote: &remote{}}
	m.given.Via = "ssh://gate"
	if err := m.Parse(nil); err != nil {
		t.Fatal(err)
	}
	cmd, _, err := m.root.Find([]string{"undo"})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok, err := m.server(cmd); ok || err != nil {
		t.Errorf("it goes on: %v", err)
	}
}

// What a run over SSH refuses because it is for the console is not sent there, and every place names a command.
func TestViaPlacesAreComplete(t *testing.T) {
	m := &Main{Env: func(string) string { return "" }}
	if err := m.Parse(nil); err != nil {
		t.Fatal(err)
	}
	find := func(words string) *cobra.Command {
		cmd, rest, err := m.root.Find(strings.Fields(words))
		if err != nil || len(rest) > 0 {
			t.Fatalf("%s: %v, %q are left", words, err, rest)
		}
		return cmd
	}
	for words := range consoleOnly {
		if placeOf(find(words)) == placeServer {
			t.Errorf("%s is sent to a server that refuses it", words)
		}
	}
	for words := range places {
		if !strings.HasPrefix(words, "__") && words != "help" { // these come with the first run
			find(words)
		}
	}
	files := map[string]bool{}
	for _, f := range viaFiles {
		files[f.command] = true
		if cmd := find(f.command); f.flag != "" && cmd.Flags().Lookup(f.flag) == nil {
			t.Errorf("%s has no flag %s", f.command, f.flag)
		}
	}
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
		if usage := cmd.Use + cmd.LocalFlags().FlagUsages(); strings.Contains(usage, "FILE") && placeOf(cmd) == placeServer && !files[verbWords(cmd)] && cmd.HasParent() {
			t.Errorf("%s takes a FILE, and nobody says whose", cmd.CommandPath())
		}
	}
	walk(m.root)
}

// Standard input goes to the server where - asks for it, and nowhere else: a script may read its lines from there.
func TestViaInput(t *testing.T) {
	for _, c := range []struct {
		args  []string
		input string
	}{
		{[]string{"undo"}, ""},
		{[]string{"account", "mfa", "confirm", "-"}, "123456\n"},
		{[]string{"account", "mfa", "off", "--code", "-"}, "123456\n"},
		{[]string{"request", "create", "1", "--reason=-", "--for=4h"}, "123456\n"},
		{[]string{"export", "-"}, ""},
		{[]string{"account", "key", "add", "-"}, "123456\n"},
	} {
		r := viaSetup{input: "123456\n"}.run(t, append([]string{"--via=ssh://gate"}, c.args...)...)
		if r.code != 0 || r.call.Input != c.input {
			t.Errorf("%q: exit code %d, %s; the server got %q, want %q", c.args, r.code, r.err, r.call.Input, c.input)
		}
		if strings.Contains(strings.Join(r.call.Args, " "), "123456") {
			t.Errorf("%q: the code is in the list of processes", c.args)
		}
	}
}

// The exit code, the output and the errors are the server's; only where there was none are they ours.
func TestViaAnswers(t *testing.T) {
	const wrong = `{"error":{"code":"conflict","reason":"stale","message":"Changed.","next":"Look."}}` + "\n"
	const refused = "ssh: connect to host gate port 22: Connection refused\r\n"
	for _, c := range []struct {
		name, out, err, exit string
		json                 bool
		code                 int
		wantOut, wantErr     string
	}{
		{name: "done", out: "approved\n", exit: "0", code: 0, wantOut: "approved\n"},
		{name: "a warning", out: "{}\n", err: "warning\n", json: true, exit: "0", code: 0, wantOut: "{}\n", wantErr: "warning\n"},
		{name: "refused by the house", err: wrong, json: true, exit: "5", code: 5, wantErr: wrong},
		{name: "refused for a person", err: "gatehouse: Changed.\n", exit: "5", code: 5, wantErr: "gatehouse: Changed.\n"},
		{name: "a long error", err: strings.Repeat("x", heldErrorBytes+10), json: true, exit: "1", code: 1, wantErr: strings.Repeat("x", heldErrorBytes+10)},
		{
			name: "no server", err: refused, exit: "255", code: 6,
			wantErr: refused + "gatehouse: The server ssh://gate could not be asked: it cannot be reached, did not let you in, or went away. See what OpenSSH says: ssh gate.\n",
		},
		{
			name: "no server, for a script", err: "\x1b]0;x\x07banner\n" + refused, json: true, exit: "255", code: 6,
			wantErr: `{"error":{"code":"unavailable","reason":"no_server","message":"The server ssh://gate could not be asked: ssh: connect to host gate port 22: Connection refused.","next":"See what OpenSSH says: ssh gate."}}` + "\n",
		},
	} {
		t.Setenv(fakeOut, c.out)
		t.Setenv(fakeErr, c.err)
		t.Setenv(fakeExit, c.exit)
		args := []string{"--via=ssh://gate", "undo"}
		if c.json {
			args = append(args, "--json")
		}
		r := viaSetup{}.run(t, args...)
		if r.code != c.code || r.out != c.wantOut || r.err != c.wantErr {
			t.Errorf("%s: exit code %d, want %d\n%q, want\n%q\n%q, want\n%q", c.name, r.code, c.code, r.out, c.wantOut, r.err, c.wantErr)
		}
	}
}

// At a terminal OpenSSH has a goodbye for each command; what else it says stays.
func TestViaSaysNoGoodbye(t *testing.T) {
	t.Setenv(fakeErr, "Warning: new host.\r\nShared connection to gate closed.\r\nConnection to gate closed.\r\n")
	if r := (viaSetup{tty: true}).run(t, "--via=ssh://gate", "undo"); r.code != 0 || r.err != "Warning: new host.\r\n" {
		t.Errorf("exit code %d, %q", r.code, r.err)
	}
	const lost = "Connection to gate closed by remote host.\r\n"
	t.Setenv(fakeErr, lost)
	if r := (viaSetup{tty: true}).run(t, "--via=ssh://gate", "undo"); r.err != lost {
		t.Errorf("%q", r.err)
	}
}

// Files are those of this machine: the server gets and gives streams.
func TestViaFiles(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "id.pub")
	if err := os.WriteFile(in, []byte("ssh-ed25519 AAAA\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args  []string
		words []string
	}{
		{[]string{"account", "key", "add", in, "--label", "x"}, []string{"account", "key", "add", "--label=x", "-"}},
		{[]string{"activity", "verify", "--from", in}, []string{"activity", "verify", "--from=-"}},
	} {
		r := viaSetup{input: "not this"}.run(t, append([]string{"--via=ssh://gate"}, c.args...)...)
		if got := r.words(t); r.code != 0 || !slices.Equal(got, c.words) || r.call.Input != "ssh-ed25519 AAAA\n" {
			t.Errorf("%q: exit code %d, %s; the server got %q and %q", c.args, r.code, r.err, got, r.call.Input)
		}
	}
	for _, path := range []string{dir, filepath.Join(dir, "nothing")} {
		if r := (viaSetup{}).run(t, "--via=ssh://gate", "account", "key", "add", path); r.code != 2 || r.called || !strings.Contains(r.err, "cannot be read") {
			t.Errorf("%s: exit code %d, %s", path, r.code, r.err)
		}
	}
	const line = "gatehouse-checkpoint 1 x"
	if r := (viaSetup{}).run(t, "--via=ssh://gate", "activity", "verify", "--from", line); r.code != 0 || !slices.Equal(r.words(t), []string{"activity", "verify", "--from=" + line}) {
		t.Errorf("exit code %d, %s; the server got %q", r.code, r.err, r.call.Args)
	}
	t.Setenv(fakeOut, "{}\n")
	for i, c := range []struct {
		args  []string
		words []string
		said  string
	}{
		{[]string{"export", "FILE"}, []string{"export", "-"}, "wrote the house to FILE\nIt holds no secrets of second factors: after an import, people enrol MFA again.\n"},
		{[]string{"activity", "export", "FILE", "--chain=system"}, []string{"activity", "export", "--chain=system", "-"}, "wrote the events to FILE\n"},
		{[]string{"org", "impact", "1", "--require-mfa=on", "--export", "FILE"}, []string{"org", "impact", "--export=-", "--require-mfa=on", "1"}, "wrote the people without MFA to FILE\n"},
		{[]string{"org", "impact", "1", "--require-mfa=on", "--export", "FILE.csv"}, []string{"org", "impact", "--export=-", "--require-mfa=on", "--format=csv", "1"}, "wrote the people without MFA to FILE.csv\n"},
	} {
		out := filepath.Join(dir, "out"+strconv.Itoa(i))
		args := slices.Clone(c.args)
		for i, arg := range args {
			args[i] = strings.ReplaceAll(arg, "FILE", out)
		}
		path := out + strings.TrimPrefix(c.args[len(c.args)-1], "FILE")
		if !strings.HasPrefix(c.args[len(c.args)-1], "FILE") {
			path = out
		}
		r := viaSetup{input: "not this"}.run(t, append([]string{"--via=ssh://gate"}, args...)...)
		if got := r.words(t); r.code != 0 || !slices.Equal(got, c.words) || r.call.Input != "" || r.out != strings.ReplaceAll(c.said, "FILE", out) {
			t.Errorf("%q: exit code %d, %s%s; the server got %q and %q", c.args, r.code, r.out, r.err, got, r.call.Input)
		}
		text, err := os.ReadFile(path)
		if st, wrong := os.Stat(path); err != nil || wrong != nil || string(text) != "{}\n" || st.Mode() != 0o600 {
			t.Errorf("%q: %q in the file, %v", c.args, text, err)
		}
		if again := (viaSetup{}).run(t, append([]string{"--via=ssh://gate"}, args...)...); again.code != 2 || again.called || !strings.Contains(again.err, "is there already") {
			t.Errorf("%q: a file was overwritten: exit code %d, %s", c.args, again.code, again.err)
		}
	}
}

// Half an answer is no file.
func TestViaWritesAllOrNothing(t *testing.T) {
	for _, exit := range []string{"4", "255"} {
		t.Setenv(fakeOut, "half of")
		t.Setenv(fakeExit, exit)
		dir := t.TempDir()
		r := viaSetup{}.run(t, "--via=ssh://gate", "export", filepath.Join(dir, "house.jsonl"))
		left, err := os.ReadDir(dir)
		if want, _ := strconv.Atoi(strings.Replace(exit, "255", "6", 1)); r.code != want || len(left) > 0 || err != nil {
			t.Errorf("exit code %d, %s; %v are left, %v", r.code, r.err, left, err)
		}
	}
}

// A copy of the house that came through a server is looked at before it is believed.
func TestViaBackupIsChecked(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	house := filepath.Join(dir, "house.db")
	if err := makeStart(ctx, house, noon); err != nil {
		t.Fatal(err)
	}
	t.Setenv(fakeOut, "no house")
	r := viaSetup{}.run(t, "--via=ssh://gate", "backup", filepath.Join(dir, "copy"))
	if r.code != 6 || !strings.Contains(r.err, "is not a whole house") || !slices.Equal(r.words(t), []string{"backup", "-"}) {
		t.Errorf("exit code %d, %s", r.code, r.err)
	}
}

// The sentence of section 3: whoever finds the house open is told the whole command that does it instead.
func TestHouseInUseByAServer(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "house.db")
	if err := makeStart(ctx, path, noon); err != nil {
		t.Fatal(err)
	}
	store, err := storage.Open(ctx, "bolt:"+path, storage.Options{Clock: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	store.Announce("ssh -p 2222 localhost")
	open := fmt.Sprintf("%s is open in process %d since 2026-11-21T12:00:00Z.", path, os.Getpid())
	const next = "Use ssh -p 2222 localhost request list%s (--via ssh://localhost:2222 does the same), or close it there."
	code, _, said := run(t, "--db", path, "--as", ana, "request", "list")
	if want := "gatehouse: " + open + " " + fmt.Sprintf(next, "") + "\n"; code != 6 || said != want {
		t.Errorf("exit code %d\n%swant\n%s", code, said, want)
	}
	code, _, said = run(t, "--db", path, "--as", ana, "request", "list", "--json")
	var told struct{ Error failure }
	want := failure{core.CodeUnavailable, core.ReasonHouseInUse, open, fmt.Sprintf(next, " --json")}
	if err := json.Unmarshal([]byte(said), &told); err != nil || code != 6 || told.Error != want {
		t.Errorf("exit code %d, %v\n%s", code, err, said)
	}
}

// The command that is told can be pasted, holds no code, and is left out where it makes no sense.
func TestInsteadOfTheFile(t *testing.T) {
	const (
		same  = " (--via ssh://localhost:2222 does the same), or close it there."
		close = "Close it there, then try again."
	)
	for _, c := range []struct {
		reach string
		args  []string
		want  string
	}{
		{"", []string{"request", "list"}, "as it was"},
		{"ssh -p 2222 localhost", []string{"request", "list", "--state", "pending"}, "Use ssh -p 2222 localhost request list --state=pending" + same},
		{"ssh -p 2222 localhost", []string{"request", "list", "--as", sam, "--theme=contrast", "--db=x"}, "Use ssh -p 2222 localhost request list" + same},
		{"ssh -p 2222 localhost", []string{"org", "create", "North & Sons", "--maintainer=1"}, `Use ssh -p 2222 localhost 'org create --maintainer=1 '\''North & Sons'\'''` + same},
		{"ssh -p 2222 localhost", []string{"account", "mfa", "confirm", "123456"}, "Use ssh -p 2222 localhost account mfa confirm -" + same},
		{"ssh -p 2222 localhost", []string{"account", "mfa", "off", "--code", "123456"}, "Use ssh -p 2222 localhost account mfa off --code=-" + same},
		{"ssh -p 2222 localhost", []string{"export", "a b.jsonl"}, "Use ssh -p 2222 localhost export - > 'a b.jsonl'" + same},
		{"ssh -p 2222 localhost", []string{"activity", "verify", "--from=log"}, "Use ssh -p 2222 localhost activity verify --from=- < log" + same},
		{"ssh -p 2222 localhost", []string{"org", "impact", "1", "--require-mfa=on", "--export=x.csv"}, "Use ssh -p 2222 localhost org impact --export=- --require-mfa=on --format=csv 1 > x.csv" + same},
		{"ssh -p 2222 localhost", nil, "Use ssh -p 2222 localhost" + same},
		{"ssh -p 2222 localhost", []string{"--ascii"}, "Use ssh -t -p 2222 localhost --ascii" + same},
		{"ssh -p 2222 localhost", []string{"open", "request/1"}, "Use ssh -t -p 2222 localhost open request/1" + same},
		{"ssh -p 2222 localhost", []string{"compact"}, close},
		{"ssh -p 2222 localhost", []string{"serve"}, close},
		{"ssh -p 2222 localhost", []string{"account", "activate", "-"}, "Use ssh -p 2222 localhost with your key, which asks for the code, or close it there."},
		{"ssh -p 2222 localhost; rm x", []string{"request", "list"}, close},
		{"ssh -p 99999 localhost", []string{"request", "list"}, close},
		{"ssh -p 22 -oProxyCommand=x", []string{"request", "list"}, close},
	} {
		m := &Main{Env: func(string) string { return "" }}
		if err := m.Parse(c.args); err != nil {
			t.Fatal(err)
		}
		cmd, rest, err := m.root.Find(c.args)
		if err == nil {
			err = cmd.ParseFlags(rest)
		}
		if err != nil {
			t.Fatal(err)
		}
		m.verb, m.operands = cmd, cmd.Flags().Args()
		busy := &core.Error{Next: "as it was", Cause: &kv.InUseError{Path: "house.db", PID: 7, Reach: c.reach}}
		if got := m.elsewhere(busy); got.Next != c.want || busy.Next != "as it was" {
			t.Errorf("%q, %q:\n%s, want\n%s", c.reach, c.args, got.Next, c.want)
		}
	}
}

func TestParseReach(t *testing.T) {
	for _, to := range []viaAddress{{Host: "localhost", Port: 2222}, {Host: "localhost"}, {Host: "::1", Port: 22}, {Host: "192.0.2.7", Port: 65535}} {
		if got, ok := parseReach(to.line()); !ok || got != to {
			t.Errorf("%q is %+v, %v", to.line(), got, ok)
		}
	}
	for _, line := range []string{"", "ssh", "ssh ", "ssh -p 0 x", "ssh -p x y", "ssh -x", "ssh -p 22", "ssh a b", "ssh  a", "rm x", "ssh a\n", "ssh a;b"} {
		if got, ok := parseReach(line); ok {
			t.Errorf("%q is %+v", line, got)
		}
	}
}

// A signal ends OpenSSH too, and is told as such.
func TestViaInterrupted(t *testing.T) {
	m := newWorld(t, "", 0)
	m.Env = func(name string) string { return map[string]string{sshVariable: "sleep-for-ever"}[name] }
	dir := t.TempDir()
	script := "#!/bin/sh\nexec sleep 600\n"
	if err := os.WriteFile(filepath.Join(dir, "sleep-for-ever"), []byte(script), 0o700); err != nil { //nolint:gosec // it is to be run
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(100*time.Millisecond, cancel)
	began := time.Now()
	if code := m.Execute(ctx, []string{"--via=ssh://gate", "undo"}); code != 6 || !strings.Contains(m.err.String(), "Interrupted") {
		t.Errorf("exit code %d, %s", code, &m.err)
	}
	if took := time.Since(began); took > 5*time.Minute { // judged: ssh sleeps for ten
		t.Errorf("it took %v", took)
	}
	if !errors.Is(ctx.Err(), context.Canceled) {
		t.Error("it ended by itself")
	}
}

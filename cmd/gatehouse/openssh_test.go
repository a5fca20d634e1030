package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gatehouse/tui/sshd/sshtest"
)

// sshWait is how long a test waits for anything; the machine may be busy.
const sshWait = 30 * time.Second

// sshServer is this very program serving a house in a process of its own, and people with keys and an OpenSSH client.
type sshServer struct {
	t       *testing.T
	dir     string // all files of the test; short, because sockets have short names
	house   string
	port    string
	env     []string
	cmd     *exec.Cmd
	log     sshtest.Log
	secrets map[string]string
	used    map[string]int // codes of a person so far
	begun   time.Time
	ended   chan struct{} // the server has ended
}

// needs skips a test that wants programs which this machine does not have.
func needs(t *testing.T, programs ...string) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short leaves out what starts a server and OpenSSH")
	}
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("needs %s, which is not installed (Debian: openssh-client, tmux)", program)
		}
	}
}

// eventually waits until look says yes, looking again and again; what says what was waited for.
func eventually(t *testing.T, what func() string, look func() bool) {
	t.Helper()
	late := time.After(sshWait)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for !look() {
		select {
		case <-again.C:
		case <-late:
			t.Fatal(what())
		}
	}
}

// newSSHHouse makes the house of most scripts, in which everybody of people has a key. Nothing is started.
func newSSHHouse(t *testing.T, people ...string) *sshServer {
	t.Helper()
	needs(t, "ssh", "ssh-keygen")
	dir, err := os.MkdirTemp("", "gh")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &sshServer{t: t, dir: dir, house: dir + "/house.db", secrets: map[string]string{}, used: map[string]int{}, begun: time.Now()}
	s.env = []string{
		"HOME=" + dir, "XDG_CONFIG_HOME=" + dir + "/config", "XDG_DATA_HOME=" + dir + "/data", "XDG_STATE_HOME=" + dir + "/state",
		"TMPDIR=" + dir, "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "GORACE=atexit_sleep_ms=0", "TERM=xterm-256color",
	}
	if s.secrets, err = makeStartTelling(t.Context(), s.house, s.begun); err != nil {
		t.Fatal(err)
	}
	for _, email := range people {
		s.makeKey(name(email))
		s.local("account", "key", "add", s.dir+"/"+name(email)+".pub", "--as", email)
	}
	return s
}

// serveOpenSSH starts a server over the house of newSSHHouse.
func serveOpenSSH(t *testing.T, people ...string) *sshServer {
	t.Helper()
	s := newSSHHouse(t, people...)
	s.start()
	return s
}

// name is what a file of a person is called.
func name(email string) string {
	name, _, _ := strings.Cut(email, "@")
	return name
}

// local runs a verb on the file, while no server has it.
func (s *sshServer) local(args ...string) string {
	s.t.Helper()
	w := newWorld(s.t, "", 0)
	w.Clock = time.Now
	if code := w.Execute(context.Background(), append(args, "--db", s.house)); code != 0 {
		s.t.Fatalf("%q: exit code %d, %s", args, code, &w.err)
	}
	return w.out.String()
}

// makeKey makes a key with ssh-keygen.
func (s *sshServer) makeKey(file string) {
	s.t.Helper()
	path := filepath.Join(s.dir, file)
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", file, "-f", path).CombinedOutput(); err != nil {
		s.t.Fatalf("ssh-keygen: %v, %s", err, out)
	}
}

// start starts the server, and waits until it listens.
func (s *sshServer) start(args ...string) {
	s.t.Helper()
	out, in, err := os.Pipe()
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	s.cmd = s.program(append([]string{"serve", "--json", "--db", s.house, "--listen", "127.0.0.1:0"}, args...)...)
	s.cmd.Stdout, s.cmd.Stderr = in, &s.log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	_ = in.Close()
	s.ended = make(chan struct{})
	go func() { _ = s.cmd.Wait(); close(s.ended) }()
	s.t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		<-s.ended
		if s.t.Failed() {
			s.t.Logf("the server said:\n%s", s.log.String())
		}
	})
	if err := out.SetReadDeadline(time.Now().Add(sshWait)); err != nil {
		s.t.Fatal(err)
	}
	var told served
	if err := json.NewDecoder(out).Decode(&told); err != nil {
		s.t.Fatalf("the server does not start: %v\n%s", err, s.log.String())
	}
	_, s.port, err = net.SplitHostPort(told.Listen)
	if err != nil {
		s.t.Fatal(err)
	}
	s.writeConfig()
}

// program is this very program as a process.
func (s *sshServer) program(args ...string) *exec.Cmd {
	s.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.Command(exe, args...)
	cmd.Args[0] = "gatehouse" // TestMain runs what it is called
	cmd.Dir, cmd.Env = s.dir, s.env
	return cmd
}

// writeConfig writes what OpenSSH is told, so that it looks at nothing of whoever runs the test. The host is called
// "gate", and "who" is an SSH client with the key of a person: "gate-sam".
func (s *sshServer) writeConfig() {
	s.t.Helper()
	config := fmt.Sprintf(`Host gate
	HostName 127.0.0.1
	Port %s
	User somebody
	UserKnownHostsFile %s/known_hosts
	GlobalKnownHostsFile /dev/null
	StrictHostKeyChecking accept-new
	IdentitiesOnly yes
	IdentityAgent none
	ConnectTimeout 20
`, s.port, s.dir)
	s.write("ssh_config", config, 0o600)
}

func (s *sshServer) write(file, text string, mode os.FileMode) string {
	s.t.Helper()
	path := filepath.Join(s.dir, file)
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// ssh is an OpenSSH client with a key; no key is empty.
func (s *sshServer) ssh(key string, args ...string) *exec.Cmd {
	with := []string{"-F", s.dir + "/ssh_config"}
	if key != "" {
		with = append(with, "-i", s.dir+"/"+key)
	}
	cmd := exec.Command("ssh", append(with, args...)...)
	cmd.Dir, cmd.Env = s.dir, s.env
	cmd.WaitDelay = time.Second
	return cmd
}

// answer is what a client got.
type answer struct {
	code     int
	out, err string
}

// do runs a client to its end.
func (s *sshServer) do(cmd *exec.Cmd, input string) answer {
	s.t.Helper()
	var out, said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &said
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	late := time.AfterFunc(sshWait, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	err := cmd.Wait()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		s.t.Fatal(err)
	}
	return answer{cmd.ProcessState.ExitCode(), out.String(), said.String()}
}

// verb runs a verb over SSH as somebody without a second factor.
func (s *sshServer) verb(key, input, command string) answer {
	s.t.Helper()
	return s.do(s.ssh(key, "-T", "gate", command), input)
}

// code gives a one-time code that was not used.
func (s *sshServer) code(email string) string {
	s.t.Helper()
	step := s.begun.Add(time.Duration(s.used[email]) * 30 * time.Second)
	s.used[email]++
	code, err := codeAt(s.secrets[email], step)
	if err != nil {
		s.t.Fatal(err)
	}
	return code
}

// askpass lets a client without a terminal answer the question for a code.
func (s *sshServer) askpass(cmd *exec.Cmd, code string) *exec.Cmd {
	s.t.Helper()
	path := s.write("askpass", "#!/bin/sh\necho "+code+"\n", 0o700)
	cmd.Env = append(cmd.Env, "SSH_ASKPASS="+path, "SSH_ASKPASS_REQUIRE=force")
	return cmd
}

// stop ends the server as an init system does.
func (s *sshServer) stop() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	select {
	case <-s.ended:
	case <-time.After(sshWait):
		s.t.Fatal("the server does not stop")
	}
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		s.t.Errorf("the server ended with %d", code)
	}
}

// Verbs over OpenSSH: exit codes, streams and words are those of the program.
func TestOpenSSHVerbs(t *testing.T) {
	s := serveOpenSSH(t, ana, pia)
	for _, c := range []struct {
		key, input, command string
		code                int
		out, err            string // what stands in it; empty is nothing at all
	}{
		{key: "pia", command: "project list --json", out: `"Nightly ETL"`},
		{key: "pia", command: "project list", out: "Nightly ETL\t"},
		{key: "pia", command: "gatehouse project list", out: "Nightly ETL\t"},
		{key: "pia", command: "help", out: "request"},
		{key: "pia", command: "project show 99", code: 3, err: "gatehouse: "},
		{key: "pia", command: "project show 99 --json", code: 3, err: `{"error":{"code":"not_found"`},
		{key: "pia", command: "project shw", code: 2, err: `Did you mean "gatehouse project show"?`},
		{key: "pia", command: "org set 1 --auto-join off", code: 4, err: "gatehouse: "},
		{key: "ana", command: "project delete 1", code: 2, err: "--yes"},
		{key: "ana", command: "project delete 1 --read-only --yes", code: 4, err: "only reads"},
		{key: "pia", command: `ticket open --project 1 --subject "It's late" --body - --json`, input: "two\nlines\n", out: `"subject":"It's late"`},
		{key: "pia", command: "ticket show 1 --json", out: `two\nlines`},
		{key: "ana", command: `org billing set 1 --city '' --country DE --json`, out: `"country":"DE"`},
		{key: "ana", command: "activity export - --chain organization/1", out: `"action":`},
		{key: "ana", command: "activity export /tmp/x", code: 2, err: "- over SSH"},
		{key: "pia", command: "request list --as " + sue, code: 2, err: "your key says who acts"},
		{key: "pia", command: "request list --db x", code: 2, err: "--db is not taken"},
		{key: "pia", command: "request list --via ssh://other", code: 2, err: "This is the server already"},
		{key: "pia", command: "request list 'open", code: 2, err: "quotation mark"},
		{key: "pia", command: "", code: 2, err: "needs a terminal"},
		{key: "pia", command: "open request/1", code: 2, err: "needs a terminal"},
	} {
		a := s.verb(c.key, c.input, c.command)
		if a.code != c.code || !strings.Contains(a.out, c.out) || !strings.Contains(a.err, c.err) || c.out == "" && a.out != "" || c.err == "" && a.err != "" && !strings.Contains(a.err, "Permanently added") {
			t.Errorf("%q: %+v", c.command, a)
		}
	}
}

// trust-D9: identity is the key that signed, whatever was offered before it and however the connection was asked for.
func TestOpenSSHIdentity(t *testing.T) {
	s := serveOpenSSH(t, otto, ana)
	// Of Ana only the public half is known.
	if err := os.Remove(s.dir + "/ana"); err != nil {
		t.Fatal(err)
	}
	victim, own := s.dir+"/ana.pub", s.dir+"/otto"
	s.makeKey("stranger")
	// A certificate for Ana's name over the own key, by an authority of the attacker.
	s.makeKey("ca")
	if out, err := exec.Command("ssh-keygen", "-q", "-s", s.dir+"/ca", "-I", "x", "-n", "ana,root,"+ana, s.dir+"/stranger.pub").CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %v, %s", err, out)
	}
	certificate := s.dir + "/stranger-cert.pub"
	rounds := 1
	if os.Getenv("GATEHOUSE_DEEP") == "1" {
		rounds = 20
	}
	for i, c := range []struct {
		name string
		args []string
		in   bool // as Otto
	}{
		{"the victim's half, then the own key", []string{"-i", victim, "-i", own}, true},
		{"the same as Ana", []string{"-i", victim, "-i", own, "-l", "ana"}, true},
		{"the same with the address of Ana", []string{"-i", victim, "-i", own, "-l", ana}, true},
		{"the own key, then the victim's half", []string{"-i", own, "-i", victim}, true},
		{"the half twice", []string{"-i", victim, "-i", victim, "-i", own}, true},
		{"the half alone", []string{"-i", victim}, false},
		{"the half, then typing", []string{"-i", victim, "-o", "PreferredAuthentications=publickey,keyboard-interactive"}, false},
		{"typing first", []string{"-i", victim, "-i", own, "-o", "PreferredAuthentications=keyboard-interactive,publickey"}, true},
		{"typing alone", []string{"-i", own, "-o", "PreferredAuthentications=keyboard-interactive"}, false},
		{"no authentication", []string{"-i", own, "-o", "PreferredAuthentications=none", "-o", "PubkeyAuthentication=no"}, false},
		{"a password", []string{"-i", own, "-o", "PreferredAuthentications=password", "-l", ana}, false},
		{"host-based", []string{"-i", victim, "-o", "PreferredAuthentications=hostbased,gssapi-with-mic"}, false},
		{"a certificate", []string{"-i", s.dir + "/stranger", "-o", "CertificateFile=" + certificate, "-l", ana}, false},
		{"a certificate, then the own key", []string{"-i", s.dir + "/stranger", "-o", "CertificateFile=" + certificate, "-i", own, "-l", ana}, true},
		{"a stranger, then the own key", []string{"-i", s.dir + "/stranger", "-i", own}, true},
	} {
		for round := range rounds {
			// Every case comes from another address, or the gate would let nobody in any more.
			from := fmt.Sprintf("127.0.%d.%d", 2+i, 1+round)
			args := append([]string{"-T", "-b", from, "-o", "NumberOfPasswordPrompts=1"}, c.args...)
			cmd := s.askpass(s.ssh("", append(args, "gate", "account", "show", "--json")...), "123456")
			a := s.do(cmd, "")
			is := strings.Contains(a.out, `"`+otto+`"`)
			if strings.Contains(a.out, ana) || is != c.in || c.in != (a.code == 0) || !c.in && a.code != sshFailed {
				t.Errorf("%s: %+v", c.name, a)
			}
		}
	}
}

// Several terminals over one connection: the one that is closed leaves nothing running, and nor does the last.
func TestOpenSSHShared(t *testing.T) {
	s := serveOpenSSH(t, ana, pia)
	socket := s.dir + "/master"
	master := s.ssh("pia", "-M", "-N", "-S", socket, "gate")
	if err := master.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = master.Process.Kill() })
	eventually(t, func() string { return "there is no shared connection" }, func() bool {
		_, err := os.Stat(socket)
		return err == nil
	})
	for range 3 {
		if a := s.do(s.ssh("pia", "-T", "-S", socket, "gate", "project list --json"), ""); a.code != 0 || !strings.Contains(a.out, "Nightly ETL") {
			t.Errorf("%+v", a)
		}
	}
	p := s.client("shared", "pia", 80, 24, "-t", "-S", socket, "gate").await("Home", pia)
	if a := s.do(s.ssh("pia", "-T", "-S", socket, "gate", "project list --json"), ""); a.code != 0 {
		t.Errorf("beside the interface: %+v", a)
	}
	p.quit()
	p = s.client("again", "pia", 80, 24, "-t", "-S", socket, "gate").await("Home", pia)
	if a := s.do(s.ssh("pia", "-S", socket, "-O", "exit", "gate"), ""); a.code != 0 {
		t.Errorf("%+v", a)
	}
	if code := p.exits(); code != sshFailed {
		t.Errorf("exit code %d:\n%s", code, p.screen())
	}
	eventually(t, func() string { return "sessions are left:\n" + s.log.String() }, func() bool {
		return strings.Count(s.log.String(), `"msg":"signed in"`) == strings.Count(s.log.String(), `"msg":"signed out"`)
	})
}

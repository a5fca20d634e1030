package main

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"gatehouse/core"
)

// pane is a terminal of tmux in which a client of a server runs.
type pane struct {
	s    *sshServer
	name string
}

// tmux runs a command of the tmux that belongs to this test alone.
func (s *sshServer) tmux(args ...string) string {
	s.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-L", "gh", "-f", s.dir + "/tmux.conf"}, args...)...)
	cmd.Dir, cmd.Env = s.dir, append(s.env, "TMUX_TMPDIR="+s.dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("tmux %q: %v, %s", args, err, out)
	}
	return string(out)
}

// pane opens a terminal of a size, and runs a program in it.
func (s *sshServer) pane(name string, width, height int, program ...string) *pane {
	s.t.Helper()
	needs(s.t, "tmux")
	s.write("tmux.conf", "set -g status off\nset -g default-terminal tmux-256color\n", 0o600)
	args := []string{
		"new-session", "-d", "-s", name, "-x", strconv.Itoa(width), "-y", strconv.Itoa(height), "--",
		"sh", "-c", `"$@"; printf '\n[exit code %s]\n' $?; exec cat`, "sh",
	}
	s.tmux(append(args, program...)...)
	s.t.Cleanup(func() {
		cmd := exec.Command("tmux", "-L", "gh", "kill-session", "-t", name)
		cmd.Env = append(s.env, "TMUX_TMPDIR="+s.dir)
		_ = cmd.Run() // it may be gone
	})
	return &pane{s, name}
}

// client opens a terminal with an OpenSSH client in it.
func (s *sshServer) client(name, key string, width, height int, args ...string) *pane {
	s.t.Helper()
	return s.pane(name, width, height, s.ssh(key, args...).Args...)
}

// screen is what stands on the terminal.
func (p *pane) screen() string {
	p.s.t.Helper()
	return p.s.tmux("capture-pane", "-p", "-t", p.name)
}

// await waits until all words stand on the terminal at the same time.
func (p *pane) await(words ...string) *pane {
	p.s.t.Helper()
	p.until(strings.Join(words, " and "), func(screen string) bool {
		for _, w := range words {
			if !strings.Contains(screen, w) {
				return false
			}
		}
		return true
	})
	return p
}

func (p *pane) until(what string, good func(screen string) bool) {
	p.s.t.Helper()
	last := ""
	eventually(p.s.t, func() string { return p.name + " never saw " + what + ":\n" + last }, func() bool {
		last = p.screen()
		return good(last)
	})
}

// keys presses keys by their names in tmux.
func (p *pane) keys(keys ...string) *pane {
	p.s.t.Helper()
	p.s.tmux(append([]string{"send-keys", "-t", p.name}, keys...)...)
	return p
}

// types types a text.
func (p *pane) types(text string) *pane {
	p.s.t.Helper()
	p.s.tmux("send-keys", "-t", p.name, "-l", text)
	return p
}

// ended is what stands on the terminal when its program has ended.
var ended = regexp.MustCompile(`\[exit code ([0-9]+)\]`)

// exits waits until the program of the terminal has ended, and gives its exit code.
func (p *pane) exits() int {
	p.s.t.Helper()
	code := 0
	p.until("the end of its program", func(screen string) bool {
		found := ended.FindStringSubmatch(screen)
		if found != nil {
			code, _ = strconv.Atoi(found[1])
		}
		return found != nil
	})
	return code
}

// signIn answers the question for a one-time code.
func (p *pane) signIn(email string) *pane {
	p.s.t.Helper()
	p.await("Code of your app, or a recovery code:")
	return p.types(p.s.code(email)).keys("Enter")
}

// quit leaves the interface.
func (p *pane) quit() {
	p.s.t.Helper()
	p.keys("C-c").await("again to quit").keys("C-c")
	if code := p.exits(); code != 0 {
		p.s.t.Errorf("%s: exit code %d:\n%s", p.name, code, p.screen())
	}
}

// Two people with their own keys, one of them with one-time codes, work in one house over OpenSSH in tmux: one asks,
// the other approves, and both see it without a key press.
func TestOpenSSHTwoPeople(t *testing.T) {
	s := newSSHHouse(t, sam, pia)
	s.local("org", "set", "1", "--auto-join", "off", "--yes", "--as", ana)
	s.start()
	user := s.client("pia", "pia", 100, 30, "-t", "gate", "open", "requests").await(pia, "Requests")
	staff := s.client("sam", "sam", 100, 30, "-t", "gate", "open", "projects").signIn(sam).await(sam, "Nightly ETL")
	staff.keys("J").await("Request access to Nightly ETL")
	staff.types("INC-41: nightly load fails").keys("C-s").await("Request 1 waits until")
	user.await("INC-41: nightly load fails") // by itself
	user.keys("A").await("Approve").keys("Enter").await("Active visits 1")
	staff.await("1 person, 1 vis")                                  // by itself
	staff.keys("1").await("Home").keys("4", "Enter").await("Users") // inside

	// The server stops: both get their terminals back, and are told why.
	s.stop()
	for _, p := range []*pane{user, staff} {
		if code := p.exits(); code != exitCodes[core.CodeUnavailable] {
			t.Errorf("%s: exit code %d", p.name, code)
		}
		p.await("server", "What was decided is saved")
		if screen := p.screen(); strings.Contains(screen, "Organizations") {
			t.Errorf("%s is not restored:\n%s", p.name, screen)
		}
	}
}

// What a person may do to the terminal does not touch the server: another size, ctrl+z, a page of one's own.
func TestOpenSSHTerminal(t *testing.T) {
	s := serveOpenSSH(t, ana, pia)
	p := s.client("pia", "pia", 100, 30, "-t", "gate", "open", "project/1").await(pia, "Nightly ETL")
	for _, width := range []int{70, 130, 90} {
		s.tmux("resize-window", "-t", "pia", "-x", strconv.Itoa(width), "-y", "24")
		line := strings.Repeat("─", width)
		p.until("a line of "+strconv.Itoa(width), func(screen string) bool { return strings.Contains(screen, line) })
	}
	p.keys("C-z")
	if a := s.verb("ana", "", "project list --json"); a.code != 0 {
		t.Errorf("after ctrl+z: %+v", a)
	}
	p.keys("1").await("Home").quit()
	if p := s.client("lost", "pia", 80, 24, "-t", "gate", "open", "request/99"); !strings.Contains(p.await(pia).screen(), "gatehouse") {
		t.Error(p.screen())
	}
}

// A key that belongs to nobody may redeem a code and nothing else; an account that is nowhere finds nothing.
func TestOpenSSHOutsiders(t *testing.T) {
	s := serveOpenSSH(t, otto)
	s.makeKey("stranger")
	for _, command := range []string{"project list", "", "open project/1", "version", "help"} {
		a := s.do(s.ssh("stranger", "-T", "-o", "BatchMode=yes", "-b", "127.0.1.1", "gate", command), "")
		if a.code != sshFailed || a.out != "" || !strings.Contains(a.err, "Permission denied") {
			t.Errorf("%q: %+v", command, a)
		}
	}
	p := s.client("stranger", "stranger", 100, 24, "-b", "127.0.1.2", "gate").await("belongs to no account", "Activation code:")
	for _, code := range []string{"abcd-1", "abcd-2", "abcd-3"} {
		p.until("a new question", func(screen string) bool { return strings.HasSuffix(strings.TrimSpace(screen), "Activation code:") })
		p.types(code).keys("Enter").await("Activation code: " + code)
	}
	if code := p.exits(); code != sshFailed {
		t.Errorf("exit code %d:\n%s", code, p.screen())
	}
	if a := s.verb("otto", "", "project list --json"); a.code != 0 || strings.Contains(a.out, "Nightly") {
		t.Errorf("the outsider sees %+v", a)
	}
	if a := s.verb("otto", "", "project show 1"); a.code != 4 || !strings.Contains(a.err, "You have no relation to project 1.") {
		t.Errorf("the outsider sees %+v", a)
	}
	s.client("otto", "otto", 80, 24, "-t", "gate", "open", "project/1").await(otto, "You have no relation to project 1.")
	s.stop()
	if log := s.local("activity", "list", "--system", "--as", sue, "--json", "--all"); strings.Count(log, "unknown_key") == 0 {
		t.Errorf("nobody wrote down the stranger: %s", log)
	}
}

// Whoever's codes are locked reads until when, from their own client, and is not asked for another one.
func TestOpenSSHLockedCodes(t *testing.T) {
	s := serveOpenSSH(t, sam)
	try := func(from, code string) answer {
		return s.do(s.askpass(s.ssh("sam", "-T", "-b", "127.0.2."+from, "gate", "version"), code), "")
	}
	for _, from := range []string{"1", "2"} {
		if a := try(from, "000000"); a.code != sshFailed || a.out != "" {
			t.Errorf("a wrong code: %+v", a)
		}
	}
	if a := try("3", s.code(sam)); a.code != sshFailed || strings.Count(a.err, "Too many wrong codes. Try again at ") != 1 {
		t.Errorf("locked: %+v", a)
	}
}

// The program on this machine goes through the server by itself, with the same words.
func TestOpenSSHVia(t *testing.T) {
	s := serveOpenSSH(t, ana, pia, sam)
	via := func(key string, args ...string) *exec.Cmd {
		cmd := s.program(append([]string{"--via", "ssh://gate"}, args...)...)
		client := s.dir + "/ssh-" + key
		if _, err := os.Stat(client); err != nil { // or it is one that was made on purpose
			s.write("ssh-"+key, "#!/bin/sh\nexec ssh -F "+s.dir+"/ssh_config -i "+s.dir+"/"+key+" \"$@\"\n", 0o700)
		}
		cmd.Env = append(cmd.Env, sshVariable+"="+client)
		return cmd
	}
	if a := s.do(via("pia", "project", "list", "--json"), ""); a.code != 0 || !strings.Contains(a.out, `"Nightly ETL"`) {
		t.Errorf("%+v", a)
	}
	if a := s.do(via("pia", "project", "show", "99", "--json"), ""); a.code != 3 || !strings.HasPrefix(a.err, `{"error":{"code":"not_found"`) {
		t.Errorf("%+v", a)
	}
	const name = "Müller's \"Söhne\" & $HOME\\n"
	if a := s.do(via("ana", "org", "rename", "1", name, "--json"), ""); a.code != 0 || !strings.Contains(a.out, `Müller's \"Söhne\" & $HOME\\n`) {
		t.Errorf("%+v", a)
	}
	if a := s.do(via("ana", "org", "billing", "set", "1", "--city", "", "--legal-name=-", "--country=DE"), ""); a.code != 0 {
		t.Errorf("an empty value: %+v", a)
	}
	if a := s.do(via("pia", "ticket", "open", "--project=1", "--subject=Help", "--body=-", "--json"), "two\nlines\n"); a.code != 0 {
		t.Errorf("standard input: %+v", a)
	} else if a := s.do(via("pia", "ticket", "show", "1", "--json"), ""); !strings.Contains(a.out, `two\nlines`) {
		t.Errorf("standard input: %+v", a)
	}
	if a := s.do(via("ana", "project", "delete", "1"), ""); a.code != 2 || !strings.Contains(a.err, "--yes") {
		t.Errorf("nobody can be asked: %+v", a)
	}
	if a := s.do(via("ana", "activity", "export", "events.jsonl", "--chain=organization/1"), ""); a.code != 0 || !strings.Contains(a.out, "wrote the events to events.jsonl") {
		t.Errorf("a file: %+v", a)
	}
	s.makeKey("new")
	if a := s.do(via("pia", "account", "key", "add", "new.pub"), ""); a.code != 0 || !strings.Contains(a.out, "added ssh-ed25519") {
		t.Errorf("a key: %+v", a)
	}
	backup := s.askpass(via("sam", "backup", "copy.db"), s.code(sam))
	if a := s.do(backup, ""); a.code != 0 || !strings.Contains(a.out, "backed up the house to copy.db") {
		t.Errorf("a backup: %+v", a)
	}
	if a := s.do(s.program("check", "--db", "copy.db"), ""); a.code != 0 {
		t.Errorf("the backup: %+v", a)
	}
	if a := s.do(via("nobody", "project", "list", "--json"), ""); a.code != 6 || !strings.Contains(a.err, `"reason":"no_server"`) {
		t.Errorf("without a key: %+v", a)
	}
	// Whoever opens the file is told all of it.
	want := "Use ssh -p " + s.port + " 127.0.0.1 request list --json (--via ssh://127.0.0.1:" + s.port + " does the same), or close it there."
	if a := s.do(s.program("--db", s.house, "--as", pia, "request", "list", "--json"), ""); a.code != 6 || !strings.Contains(a.err, want) {
		t.Errorf("%+v, want %s", a, want)
	}

	s.env = append(s.env, sshVariable+"="+s.dir+"/ssh-pia", "GATEHOUSE_VIA=ssh://gate")
	p := s.gatehouse("via").await("Home", pia)
	p.quit()
	s.gatehouse("page", "open", "project/1").await("Nightly ETL", pia).quit()
	// A connection that stays for the next command keeps nobody waiting.
	s.write("ssh-stays", "#!/bin/sh\nexec ssh -F "+s.dir+"/ssh_config -i "+s.dir+"/pia -o ControlMaster=auto -S "+s.dir+"/stays -o ControlPersist=60 \"$@\"\n", 0o700)
	for range 2 {
		began := time.Now()
		if a := s.do(via("stays", "activity", "list", "--json"), ""); a.code != 0 || time.Since(began) > 40*time.Second { // judged: it stays for 60
			t.Errorf("a connection that stays: %+v after %v", a, time.Since(began))
		}
	}
	s.do(s.ssh("pia", "-S", s.dir+"/stays", "-O", "exit", "gate"), "")

	s.env = append(s.env, sshVariable+"="+s.dir+"/ssh-ana")
	p = s.gatehouse("asks", "project", "delete", "1").await("Delete project 1", "[y/N]")
	p.types("x").keys("BSpace").types("n").keys("Enter").await("Nothing was changed.")
	if code := p.exits(); code != 2 {
		t.Errorf("no: exit code %d:\n%s", code, p.screen())
	}
	p = s.gatehouse("cut", "project", "delete", "1").await("[y/N]").keys("C-c")
	if code := p.exits(); code == 0 {
		t.Errorf("ctrl+c: exit code %d:\n%s", code, p.screen())
	}
	p = s.gatehouse("yes", "project", "delete", "1").await("[y/N]").types("y").keys("Enter").await("deleted project 1")
	if code := p.exits(); code != 0 {
		t.Errorf("yes: exit code %d:\n%s", code, p.screen())
	}
}

// gatehouse opens a terminal with this program in it.
func (s *sshServer) gatehouse(name string, args ...string) *pane {
	s.t.Helper()
	// A program is what it is called; a link keeps the arguments as they are.
	link := s.dir + "/gatehouse"
	if _, err := os.Lstat(link); err != nil {
		exe, err := os.Executable()
		if err != nil {
			s.t.Fatal(err)
		}
		if err := os.Symlink(exe, link); err != nil {
			s.t.Fatal(err)
		}
	}
	env := []string{"env"}
	for _, v := range s.env {
		if n, _, _ := strings.Cut(v, "="); n != "TERM" {
			env = append(env, v)
		}
	}
	return s.pane(name, 100, 30, append(append(env, link), args...)...)
}

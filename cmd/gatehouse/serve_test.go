package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/sshd/sshtest"
)

// openServer is a house that is open on this machine, with Sam of Support and Ana, who is nobody special.
type openServer struct {
	*serving
	t    *testing.T
	dirs Folders
	log  *sshtest.Log
	keys map[string]gossh.Signer
	// opened, when set, opens the house in place of the server.
	opened func(m *Main) *core.House
}

// localRun does words at the local console and gives what they print.
func localRun(t *testing.T, dirs Folders, stdin string, words ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	m := &Main{Streams: Streams{In: strings.NewReader(stdin), Out: &out, Err: &errs}, Folders: dirs, Env: func(string) string { return "" }, Clock: time.Now}
	if code := m.Execute(t.Context(), words); code != 0 {
		t.Fatalf("%v: exit code %d: %s", words, code, &errs)
	}
	return out.String()
}

// newServer makes a house with its people and opens it.
func newServer(t *testing.T, flags ...string) *openServer {
	t.Helper()
	o := newClosedServer(t)
	o.open(flags...)
	return o
}

// newClosedServer makes a house with its people.
func newClosedServer(t *testing.T) *openServer {
	t.Helper()
	dir := t.TempDir()
	o := &openServer{
		t: t, dirs: Folders{Config: dir + "/config", Data: dir + "/data", State: dir + "/state"}, log: &sshtest.Log{},
		keys: map[string]gossh.Signer{"sam": sshtest.Key(t), "ana": sshtest.Key(t)},
	}
	localRun(t, o.dirs, "", "init", "sam@support.test", "--name", "Sam", "--maintainer", "Partner One")
	localRun(t, o.dirs, sshtest.Line(o.keys["sam"]), "account", "key", "add", "-")
	var made struct{ Code string }
	if err := json.Unmarshal([]byte(localRun(t, o.dirs, "", "account", "create", "ana@acme.test", "--json")), &made); err != nil {
		t.Fatal(err)
	}
	keyFile := dir + "/ana.pub"
	if err := os.WriteFile(keyFile, []byte(sshtest.Line(o.keys["ana"])), 0o600); err != nil {
		t.Fatal(err)
	}
	localRun(t, o.dirs, "", "account", "activate", made.Code, "--name", "Ana", "--key", keyFile)
	return o
}

// open opens the house; it is closed when the test ends.
func (o *openServer) open(flags ...string) {
	o.t.Helper()
	m := &Main{Streams: Streams{In: strings.NewReader(""), Out: io.Discard, Err: o.log}, Folders: o.dirs, Env: func(string) string { return "" }, Clock: time.Now}
	must := func(err error) {
		o.t.Helper()
		if err != nil {
			o.t.Fatal(err)
		}
	}
	must(m.Parse(nil))
	cmd, _, err := m.root.Find([]string{"serve"})
	must(err)
	must(cmd.ParseFlags(append([]string{"--listen", "127.0.0.1:0"}, flags...)))
	must(m.completeSettings(cmd))
	must(m.logAlso(o.log))
	if o.opened != nil {
		m.opened = o.opened(m)
	}
	o.serving, err = m.startServing(context.Background(), cmd)
	must(err)
	o.t.Cleanup(func() {
		must(o.close(context.Background()))
		must(m.Close())
	})
}

func (o *openServer) dial(who string) *sshtest.Client {
	o.t.Helper()
	return sshtest.Dial(o.t, o.listener.Addr().String(), sshtest.Login{User: "sam", Keys: []gossh.Signer{o.keys[who]}})
}

// TestServeVerbs: the verbs over a real connection, with their exit codes, standard input and standard output.
func TestServeVerbs(t *testing.T) {
	o := newServer(t)
	sam, ana := o.dial("sam"), o.dial("ana")
	for _, c := range []struct {
		who   *sshtest.Client
		line  string
		stdin string
		code  int
		want  string // in either stream
	}{
		{sam, "org create Acme --maintainer 1 --json", "", 0, `"name":"Acme"`},
		{sam, "gatehouse project create 'Nightly ETL' --org Acme", "", 0, "Nightly ETL"},
		{sam, "org list --json", "", 0, `"name":"Acme"`},
		{sam, "account show --json", "", 0, `"email":"sam@support.test"`},
		{ana, "account show --json", "", 0, `"email":"ana@acme.test"`},
		{sam, "org list --filter", "", 2, "--filter needs a value"},
		{sam, "project delete 1", "", 2, "confirm with --yes"},
		{sam, "org show 9 --json", "", 3, `"code":"not_found"`},
		{ana, "org show 1 --json", "", 4, `"code":"denied"`},
		{ana, "maintainer create Other", "", 4, "Support can"},
		{sam, "org leave Acme --yes", "", 5, "last member"},
		{sam, "ticket open --project 1 --subject Fails --body -", "It fails.\nSince Monday.\n", 0, "1"},
		{sam, "ticket show 1", "", 0, "Since Monday."},
		{sam, "account mfa confirm -", "123456\n", 5, ""},
		{ana, "check", "", 4, "Support can"},
		{sam, "check", "", 0, "the house is clean"},
		{sam, "help request", "", 0, "gatehouse request [command]"},
		{sam, "", "", 2, "The interface needs a terminal"},
	} {
		got := c.who.Run(c.line, c.stdin)
		if got.Code != c.code || !strings.Contains(got.Out+got.Err, c.want) {
			t.Errorf("%q: exit code %d, want %d and %q:\n%s%s", c.line, got.Code, c.code, c.want, got.Out, got.Err)
		}
	}
	// A second key, from standard input, signs in.
	o.keys["sam"] = sshtest.Key(t)
	if got := sam.Run("account key add -", sshtest.Line(o.keys["sam"])); got.Code != 0 {
		t.Fatal(got.Err)
	}
	if got := o.dial("sam").Run("version", ""); got.Code != 0 {
		t.Error(got.Err)
	}
}

// enrols turns MFA on in a session, for what Support does with MFA only (AC23).
func enrols(t *testing.T, c *sshtest.Client) {
	t.Helper()
	var enrolment struct{ Secret string }
	got := c.Run("account mfa enrol --json", "")
	if err := json.Unmarshal([]byte(got.Out), &enrolment); err != nil {
		t.Fatalf("%v: %s%s", err, got.Out, got.Err)
	}
	code, err := codeAt(enrolment.Secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Run("account mfa confirm -", code+"\n"); got.Code != 0 {
		t.Fatal(got.Err)
	}
}

// TestServeStreams: an export and a backup come out byte for byte; the backup is taken with the duty for it and a key
// alone, as by the timer of the chapter (AC25), and no more once the duty is taken.
func TestServeStreams(t *testing.T) {
	o := newServer(t)
	sam := o.dial("sam")
	enrols(t, sam)
	dump := sam.Run("export -", "")
	if dump.Code != 0 || !strings.HasPrefix(dump.Out, "{") {
		t.Fatalf("export: %d %s", dump.Code, dump.Err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "dump")
	if err := os.WriteFile(file, []byte(dump.Out), 0o600); err != nil {
		t.Fatal(err)
	}
	other := Folders{Config: dir + "/c", Data: dir + "/d", State: dir + "/s"}
	localRun(t, other, "", "import", file)
	localRun(t, other, "", "check")
	log := sam.Run("activity export -", "")
	if lines := strings.Split(strings.TrimSpace(log.Out), "\n"); log.Code != 0 || len(lines) < 5 || !json.Valid([]byte(lines[4])) {
		t.Errorf("activity export: %d %s %s", log.Code, log.Out, log.Err)
	}
	until := time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)
	if got := sam.Run("account duty ana@acme.test backup on --reason nightly-backup --expires "+until, ""); got.Code != 0 {
		t.Fatal(got.Err)
	}
	copied := o.dial("ana").Run("backup -", "")
	if got := sam.Run("account duty ana@acme.test backup off", ""); got.Code != 0 {
		t.Fatal(got.Err)
	}
	if got := o.dial("ana").Run("backup -", ""); got.Code != 4 || got.Out != "" {
		t.Errorf("without the duty: exit code %d, %d bytes", got.Code, len(got.Out))
	}
	file = filepath.Join(dir, "backup")
	if err := os.WriteFile(file, []byte(copied.Out), 0o600); err != nil || copied.Code != 0 {
		t.Fatalf("backup: %d %s %v", copied.Code, copied.Err, err)
	}
	localRun(t, other, "", "check", "--db", file)
	left, err := filepath.Glob(filepath.Join(o.dirs.Data, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// TestServeAsks: a verb at a terminal asks, and takes yes for an answer.
func TestServeAsks(t *testing.T) {
	o := newServer(t)
	sam := o.dial("sam")
	if got := sam.Run("org create Acme --maintainer 1", ""); got.Code != 0 {
		t.Fatal(got.Err)
	}
	no := sam.Terminal(80, 24, "org delete Acme")
	no.Await("[y/N]").Type("n\r")
	if code := no.Wait(); code != 2 {
		t.Errorf("exit code %d:\n%s", code, no.Text())
	}
	stopped := sam.Terminal(80, 24, "org delete Acme")
	stopped.Await("[y/N]").Type("\x03")
	if code := stopped.Wait(); code == 0 {
		t.Errorf("exit code %d:\n%s", code, stopped.Text())
	}
	yes := sam.Terminal(80, 24, "org delete Acme")
	yes.Await("[y/N]").Type("yes\r")
	if code := yes.Wait(); code != 0 {
		t.Errorf("exit code %d:\n%s", code, yes.Text())
	}
	if got := sam.Run("org list --json", ""); !strings.Contains(got.Out, `"total":0`) {
		t.Error(got.Out, got.Err)
	}
}

// TestServeInterface: over SSH stands what stands at the local console, and nobody is anybody else.
func TestServeInterface(t *testing.T) {
	o := newServer(t)
	here := o.localScreen("sam@support.test", "maintainer/1", 100, 30)
	sam := o.dial("sam")
	there := sam.Terminal(100, 30, "open maintainer/1").Await("Partner One", "sam@support.test")
	sshtest.Await(t, "the frame of the local console", func() bool { return withoutTime(there.Text()) == withoutTime(here) })
	there.Close()
	for _, link := range []string{"become/1", "who", "anybody", "begin"} {
		term := o.dial("ana").Terminal(100, 30, "open "+link).Await("ana@acme.test")
		if title, _, _ := strings.Cut(strings.TrimSpace(term.Text()), "\n"); !strings.Contains(title, "ana@acme.test") { // below, Sam stands in the activity
			t.Errorf("open %s:\n%s", link, term.Text())
		}
		term.Close()
	}
	if got := sam.Terminal(80, 24, "", sshtest.Env{Name: "TERM", Value: "dumb"}); got.Wait() != 2 || !strings.Contains(got.Text(), `"dumb"`) {
		t.Errorf("on a dumb terminal:\n%s", got.Text())
	}
	reads := sam.Terminal(80, 24, "--read-only --ascii").Await("read-only")
	leave(reads)
	if code := reads.Wait(); code != 0 || reads.Alternate() {
		t.Errorf("exit code %d, alternate screen %v", code, reads.Alternate())
	}
}

// leave quits the interface.
func leave(t *sshtest.Terminal) { t.Type("q").Await("Quit gatehouse?").Type("\r") }

var clockText = regexp.MustCompile(`\d\d:\d\d(:\d\d)?|just now|\d+ (s|m|min) ago`)

func withoutTime(frame string) string { return clockText.ReplaceAllString(frame, "") }

// localScreen is what the interface shows at the local console.
func (o *openServer) localScreen(as, link string, w, h int) string {
	o.t.Helper()
	m := &Main{Folders: o.dirs, Env: func(string) string { return "" }, Clock: time.Now, opened: o.house}
	m.given.As = as
	page, err := startPage(link)
	if err != nil {
		o.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(o.t.Context())
	defer cancel()
	s, page, err := m.beginSession(ctx, opening{House: o.house}, page)
	if err != nil {
		o.t.Fatal(err)
	}
	screen := &lockedScreen{Screen: sshtest.NewScreen(w, h)}
	in, typed := io.Pipe()
	done := make(chan struct{})
	app.Guarded(nil, func() {
		defer close(done)
		_ = app.Run(ctx, s, m.interfaceKinds(s, opening{House: o.house}, func() {}), page, app.RunOptions{
			Input: in, Output: screen, Environ: []string{"TERM=xterm-256color"}, Size: app.Size{Width: w, Height: h}, Sizes: make(chan app.Size),
		})
	})
	sshtest.Await(o.t, "the local screen", func() bool {
		return strings.Contains(screen.String(), "Partner One") && !strings.Contains(screen.String(), "loading")
	})
	frame := screen.String()
	cancel()
	<-done
	_ = typed.Close()
	return frame
}

type lockedScreen struct {
	mu sync.Mutex
	*sshtest.Screen
}

func (s *lockedScreen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Screen.Write(p)
}

func (s *lockedScreen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Screen.String()
}

// TestReload: SIGHUP changes limits and the mail server, drops nobody, and keeps everything when the file is wrong.
func TestReload(t *testing.T) {
	o := newServer(t)
	stays := o.dial("sam")
	write := func(text string) {
		t.Helper()
		if err := os.MkdirAll(o.dirs.Config, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(o.dirs.Config, "config.toml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		o.reload(context.Background())
	}
	limited := func() bool {
		c, _, err := sshtest.Try(t, o.listener.Addr().String(), sshtest.Login{Keys: []gossh.Signer{o.keys["sam"]}})
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	}
	mails := func() bool {
		o.mails.mu.Lock()
		defer o.mails.mu.Unlock()
		return o.mails.stop != nil
	}
	if limited() || mails() {
		t.Fatal("limited from the start")
	}
	for text, want := range map[string]int{"max_sessions = 700\n": 1400, "": 1000, "max_sessions = 5000\n": 10_000} {
		if write(text); o.server.Limits().Sessions != want { // a connection may have two
			t.Errorf("%q: %d sessions may run, want %d", text, o.server.Limits().Sessions, want)
		}
	}
	write("max_per_account = 1\nsmtp = \"smtp://127.0.0.1:1?tls=none\"\n")
	for _, wrong := range []string{"max_per_account = \"many\"\n", "max_per_account = 0\n", "idle = \"3d\"\n", "= nonsense\n", "metrics = \"0.0.0.0:1\"\n"} {
		before := strings.Count(o.log.String(), "config.toml was not taken")
		write(wrong)
		if !mails() || strings.Count(o.log.String(), "config.toml was not taken") == before {
			t.Errorf("%q was taken, mails %v:\n%s", wrong, mails(), o.log)
		}
	}
	if !limited() { // once: an address that is refused often has to wait
		t.Errorf("not limited:\n%s", o.log)
	}
	write("host_key = \"other\"\n")
	if !strings.Contains(o.log.String(), "takes effect when the server starts again") {
		t.Errorf("log:\n%s", o.log)
	}
	sshtest.Await(t, "limits that are gone", func() bool { return !limited() })
	if mails() {
		t.Error("mails are still sent")
	}
	if got := stays.Run("version", ""); got.Code != 0 {
		t.Errorf("whoever was inside was dropped: %s", got.Err)
	}
}

// TestServeEnds: SIGTERM ends the server with the terminals restored, in time.
func TestServeEnds(t *testing.T) {
	o := newServer(t)
	term := o.dial("sam").Terminal(80, 24, "").Await("sam@support.test")
	signals := make(chan os.Signal, 1)
	done := make(chan error, 1)
	app.Guarded(nil, func() { done <- o.until(context.Background(), signals) })
	began := time.Now()
	signals <- syscall.SIGHUP
	signals <- syscall.SIGTERM
	if err := <-done; err != nil {
		t.Error(err)
	}
	t.Logf("it took %s, 10 s are promised", time.Since(began))
	if code := term.Wait(); code == 0 || term.Alternate() || !strings.Contains(term.Text(), "the server is stopping") {
		t.Errorf("exit code %d, alternate screen %v:\n%s", code, term.Alternate(), term.Text())
	}
	if _, err := net.DialTimeout("tcp", o.listener.Addr().String(), time.Second); err == nil {
		t.Error("it still listens")
	}
	if !strings.Contains(o.log.String(), "config.toml was read again") {
		t.Errorf("SIGHUP was lost:\n%s", o.log)
	}
}

// TestMetrics: the text parses, counts what happens, and names nobody; the health check knows a house that cannot be read.
func TestMetrics(t *testing.T) {
	o := newServer(t, "--metrics", "127.0.0.1:0")
	sam := o.dial("sam")
	sam.Run("version", "")
	sam.Run("org show 9", "")
	term := sam.Terminal(80, 24, "").Await("sam@support.test")
	text, code := o.get("/metrics")
	if code != 200 {
		t.Fatalf("status %d: %s", code, text)
	}
	line := regexp.MustCompile(`^gatehouse_[a-z_]+(\{[a-z_]+="[a-z_0-9]+"\})? [0-9.e+]+$`)
	for l := range strings.Lines(text) {
		if !line.MatchString(strings.TrimSpace(l)) {
			t.Errorf("not the form of Prometheus: %q", l)
		}
	}
	for _, want := range []string{
		`gatehouse_runs_total{exit_code="0"} 1`, `gatehouse_runs_total{exit_code="3"} 1`, `gatehouse_ssh_events_total{event="signed_in"} 1`,
		"gatehouse_ssh_interfaces 1", "gatehouse_ssh_connections 1", `gatehouse_ssh_events_total{event="panic"} 0`, "gatehouse_house_events ",
		"gatehouse_mails_waiting 0",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing:\n%s", want, text)
		}
	}
	leave(term)
	term.Wait()
	if text, code := o.get("/healthz"); code != 200 || text != "ok\n" {
		t.Errorf("health: %d %s", code, text)
	}
	if _, code := o.get("/"); code != 404 {
		t.Errorf("/: status %d", code)
	}
	if err := o.house.Store().Close(); err != nil {
		t.Fatal(err)
	}
	if text, code := o.get("/healthz"); code != 503 {
		t.Errorf("health of a house that is closed: %d %s", code, text)
	}
}

// get asks the metrics server.
func (o *openServer) get(path string) (string, int) {
	o.t.Helper()
	req, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, "http://"+o.metrics.address()+path, nil)
	if err != nil {
		o.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return string(text), answer.StatusCode
}

// A read that hangs is not waited for.
func TestHealthOfAHouseThatHangs(t *testing.T) {
	store := &hangingStore{}
	house := core.New(store, core.Options{})
	store.end = make(chan struct{})
	defer close(store.end)
	if err := healthy(t.Context(), house, time.Millisecond); err == nil {
		t.Error("healthy")
	}
}

// hangingStore is a store whose reads hang until the end, once there is one.
type hangingStore struct {
	core.Store
	end chan struct{}
}

func (s *hangingStore) View(context.Context, func(core.Tx) error) error {
	if s.end != nil {
		<-s.end
	}
	return nil
}

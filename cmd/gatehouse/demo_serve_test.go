package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
	"gatehouse/tui/sshd"
	"gatehouse/tui/sshd/sshtest"
)

// timers are timers that only end when a test says so.
type timers struct {
	mu  sync.Mutex
	now time.Time
	set map[int]timerOf
	n   int
}

type timerOf struct {
	at time.Time
	fn func()
}

func (w *timers) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *timers) after(d time.Duration, fn func()) func() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.n++
	n := w.n
	w.set[n] = timerOf{w.now.Add(d), fn}
	return func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		_, was := w.set[n]
		delete(w.set, n)
		return was
	}
}

// pass lets time pass.
func (w *timers) pass(d time.Duration) {
	w.mu.Lock()
	w.now = w.now.Add(d)
	var due []func()
	for n, t := range w.set {
		if !t.at.After(w.now) {
			due = append(due, t.fn)
			delete(w.set, n)
		}
	}
	w.mu.Unlock()
	for _, fn := range due {
		fn()
	}
}

// fair is a demo that is open over SSH on loopback.
type fair struct {
	t      *testing.T
	addr   string
	clock  *timers
	visits *visits
	logged *sshtest.Log
}

func openFair(t *testing.T, f demoFlags) *fair {
	t.Helper()
	o := &fair{t: t, clock: &timers{now: noon, set: map[int]timerOf{}}, logged: &sshtest.Log{}}
	m := &Main{
		Streams: Streams{In: strings.NewReader(""), Out: io.Discard, Err: o.logged}, Clock: o.clock.Now, Env: func(string) string { return "" },
		Folders: Folders{Config: t.TempDir(), Data: t.TempDir(), State: filepath.Join(t.TempDir(), "state")},
	}
	if f.visitors == 0 {
		f.visitors = defaultVisitors
	}
	f.serve, f.size, f.seed = "127.0.0.1:0", "small", 1
	if err := m.logAlso(m.Err); err != nil {
		t.Fatal(err)
	}
	d, err := m.openDemo(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	d.visits.setTimer(o.clock.after)
	t.Cleanup(func() {
		d.stop()
		if err := m.Close(); err != nil {
			t.Error(err)
		}
		if strings.Contains(o.logged.String(), "panic") || strings.Contains(o.logged.String(), "level=ERROR") {
			t.Errorf("the log has:\n%s", o.logged)
		}
	})
	o.addr, o.visits = d.listener.Addr().String(), d.visits
	return o
}

// enter opens the interface, past the card that greets.
func (o *fair) enter(w, h int) *sshtest.Terminal {
	o.t.Helper()
	term := sshtest.Dial(o.t, o.addr, sshtest.Login{}).Terminal(w, h, "")
	term.Await("Welcome to the demo").Type("\r").AwaitGone("Welcome to the demo")
	return term
}

// closeAutoJoin turns Auto Join of Acme off, as the walkthrough says.
func closeAutoJoin(term *sshtest.Terminal) {
	term.Type("3").Await("▸ Organizations", "Partner One").Type("\r").Await("▸ Acme")
	for range 6 { // to Settings
		term.Type("\t")
	}
	term.Await("Auto Join        [ ● on ]").Type("t").Await("Turn off Auto Join").Type("\r").Await("Auto Join        [ ○ off ]")
}

// Any key, and none, comes in; what one visitor does is in no other house.
func TestVisitorsHaveHousesOfTheirOwn(t *testing.T) {
	o := openFair(t, demoFlags{})
	one, other := o.enter(80, 24), o.enter(120, 40)
	closeAutoJoin(one)
	one.Await("2 of 10")
	other.Type("3").Await("▸ Organizations", "Partner One", "● on").Type("\r").Await("▸ Acme", "1 of 10")
	for range 6 {
		other.Type("\t")
	}
	other.Await("Auto Join        [ ● on ]")
	// Verbs act in a fresh house, as the first of the cast; nothing stays.
	client := sshtest.Dial(t, o.addr, sshtest.Login{Keys: []gossh.Signer{sshtest.Key(t)}})
	if r := client.Run("org set 1 --auto-join off", ""); r.Code != 0 {
		t.Errorf("%+v", r)
	}
	if r := client.Run("org show 1 --json", ""); r.Code != 0 || !strings.Contains(strings.ReplaceAll(r.Out, " ", ""), `"auto_join":true`) {
		t.Errorf("%+v", r)
	}
	if r := client.Run("request list", ""); r.Code != 0 || !strings.Contains(r.Out, "Cohort browser") {
		t.Errorf("%+v", r)
	}
}

// Nothing of the server is within reach of a visitor: no file, no other house, no account.
func TestVisitorsReachNothing(t *testing.T) {
	o := openFair(t, demoFlags{})
	client := sshtest.Dial(t, o.addr, sshtest.Login{})
	file := filepath.Join(t.TempDir(), "house.db")
	for _, words := range []string{
		"--db " + file + " request list", "--as sam@support.test request list", "export /etc/passwd", "backup " + file, "import -", "serve --listen :0",
		"demo --serve :0", "init you@example.test --name You", "paths", "restore " + file, "migrate --to " + file, "--via ssh://localhost request list",
		"account key add " + file,
	} {
		if r := client.Run(words, ""); r.Code == 0 {
			t.Errorf("%s: %+v", words, r)
		}
	}
	if r := client.Run("export -", ""); r.Code != 0 && !strings.Contains(r.Err, "Support can") {
		t.Errorf("%+v", r)
	}
}

// The visitor above the limit is refused in words, and comes in when somebody has left.
func TestVisitorsAreLimited(t *testing.T) {
	o := openFair(t, demoFlags{visitors: 2})
	first, second := o.enter(80, 24), o.enter(80, 24)
	third := sshtest.Dial(t, o.addr, sshtest.Login{})
	for _, command := range []string{"request list", ""} {
		if command == "" {
			term := third.Terminal(80, 24, "")
			term.Await("All 2 places of this demo are taken.")
			if code := term.Wait(); code != exitCodes[core.CodeUnavailable] {
				t.Errorf("exit code %d", code)
			}
			continue
		}
		if r := third.Run(command, ""); r.Code != exitCodes[core.CodeUnavailable] || !strings.Contains(r.Err, "All 2 places of this demo are taken.") {
			t.Errorf("%+v", r)
		}
	}
	first.Type("q").Await("Quit gatehouse?").Type("\r").Wait()
	sshtest.Await(t, "the place is free", func() bool { return o.visits.open() == 1 })
	o.enter(80, 24)
	_ = second
}

// A visit ends when its time is over, with a warning before, and when nothing is typed for long; both say what to try
// next, on the screen as it was before.
func TestVisitsEnd(t *testing.T) {
	o := openFair(t, demoFlags{})
	timed := o.enter(80, 24)
	o.clock.pass(defaultRest - time.Second)
	timed.Type("3").Await("▸ Organizations")
	o.clock.pass(defaultRest - time.Second)
	timed.Type("4").Await("▸ Projects")
	resting := o.enter(80, 24)
	o.clock.pass(7*time.Minute + 10*time.Second)
	timed.Type("2").Await("This demo ends in about 3 minutes.")
	resting.Type("2").Await("▸ Requests")
	o.clock.pass(3 * time.Minute)
	timed.Await("The demo has ended: your 30 minutes are over.", "What to try next", "gatehouse demo", "request list", "README.md")
	if timed.Wait(); timed.Alternate() {
		t.Error("the terminal was not restored")
	}
	o.clock.pass(7 * time.Minute)
	resting.Await("The demo has ended: nothing was typed for 10 minutes.")
	resting.Wait()
	if logged := o.logged.String(); !strings.Contains(logged, "visitor came") || !strings.Contains(logged, `reason="your 30 minutes are over"`) {
		t.Errorf("the log has:\n%s", logged)
	}
}

// Whoever leaves is told how far they came.
func TestGoodbyeCountsSteps(t *testing.T) {
	o := openFair(t, demoFlags{})
	term := o.enter(80, 24)
	closeAutoJoin(term)
	term.Type("q").Type("q").Type("q").Await("Quit gatehouse?").Type("\r").Await("Thank you for looking", "You have done 2 of 10 steps", "What to try next")
	if code := term.Wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// In a shared house everybody sees what the others do, as another person each; whom one may be cannot be taken away, and
// nobody moves the clock. When all have left, the house begins anew.
func TestSharedDemo(t *testing.T) {
	o := openFair(t, demoFlags{shared: true})
	ana, sam := o.enter(80, 24), o.enter(80, 24)
	ana.Await("ana@acme.test")
	sam.Await("sam@support.test").Type("3").Await("▸ Organizations").Type("/acme\r").Await("Acme", "● on")
	began := time.Now()
	closeAutoJoin(ana)
	sam.Await("○ off")
	t.Logf("the other visitor saw it after %s", time.Since(began))
	sam.Type("+").Type(">").Type("?").Await("be somebody else").Type("\x1b")
	if strings.Contains(sam.Raw(), "move the demo clock") {
		t.Error("a visitor of a shared house may move its clock")
	}
	h, _, err := o.visits.pool.together(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range h.cast {
		err := h.house.As(h.cast[1].ID).RemoveAccount(t.Context(), p.ID, "gone")
		if err == nil {
			t.Errorf("%s was removed", p.Email)
		}
	}
	if _, err := h.house.As(h.cast[1].ID).Me(t.Context()); err != nil {
		t.Error(err)
	}
	o.visits.pool.leave(h)
	for _, term := range []*sshtest.Terminal{ana, sam} {
		term.Close()
	}
	sshtest.Await(t, "all have left", func() bool { return o.visits.open() == 0 })
	o.enter(80, 24).Type("3").Await("▸ Organizations", "● on")
}

// Many visitors at once, each with a house: none sees what another does, and a house costs little.
func TestManyVisitors(t *testing.T) {
	const visitors = 40
	o := openFair(t, demoFlags{visitors: visitors})
	before := heap()
	terms := make([]*sshtest.Terminal, visitors)
	for i := range terms {
		terms[i] = o.enter(80, 24)
	}
	each := float64(heap()-before) / visitors / (1 << 20)
	t.Logf("%d visitors with the interface open: %.2f MiB each, both ends of the connection", visitors, each)
	if each > 4 {
		t.Errorf("%.2f MiB for a visitor", each)
	}
	var wg sync.WaitGroup
	for i, term := range terms {
		if i%4 == 0 {
			wg.Go(func() { closeAutoJoin(term) })
		}
	}
	wg.Wait()
	for i, term := range terms {
		want := "● on"
		if i%4 == 0 {
			want = "○ off"
		}
		term.Type("3").Await("▸ Organizations", want)
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A house is made for a visitor in no time, and holds only so much.
func TestHousesOfVisitors(t *testing.T) {
	o := openFair(t, demoFlags{})
	pool := o.visits.pool
	began := time.Now()
	const houses = 200
	open := make([]*demoHouse, houses)
	before := heap()
	for i := range open {
		h, err := pool.private(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		open[i] = h
	}
	took, size := time.Since(began)/houses, float64(heap()-before)/houses/1024
	t.Logf("a house takes %s and %.0f KiB", took, size)
	h := open[0]
	ana, full := h.house.As(h.cast[0].ID), error(nil)
	organization := core.OrganizationID(1)
	for i := 0; full == nil && i < 200_000; i++ {
		_, full = ana.CreateProject(context.Background(), organization, fmt.Sprintf("Project %d %s", i, strings.Repeat("long ", 15)), "production")
	}
	if e := core.AsError(full); full == nil || e.Code != core.CodeUnavailable || !strings.Contains(e.Message, "as large as it may get") {
		t.Errorf("a house that grows and grows: %v", full)
	}
	if _, err := ana.Me(context.Background()); err != nil {
		t.Errorf("a full house cannot be read: %v", err)
	}
	for _, h := range open {
		h.close()
	}
}

// What does not go together is said before anything is opened.
func TestDemoServeUsage(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = busy.Close() }()
	for _, c := range []struct {
		args string
		exit int
		said string
	}{
		{"demo --serve :0 --size large", 2, "--shared"},
		{"demo --serve :0 --save x.db", 2, "do not go together"},
		{"demo --serve :0 --visitors 0", 2, "from 1 to 500"},
		{"demo --serve :0 --read-only", 2, "can be done"},
		{"demo --shared", 2, "--serve"},
		{"demo --visitors 5", 2, "--serve"},
		{"demo --serve " + busy.Addr().String(), 6, "another program listens there"},
	} {
		if code, _, said := run(t, strings.Fields(c.args)...); code != c.exit || !strings.Contains(said, c.said) {
			t.Errorf("%s: exit code %d, %s", c.args, code, said)
		}
	}
}

// The demo answers as long as its run is not ended, and ends with it.
func TestDemoServeEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out := &sshtest.Log{}
	m := &Main{
		Streams: Streams{In: strings.NewReader(""), Out: out, Err: io.Discard}, Clock: func() time.Time { return noon }, Env: func(string) string { return "" },
		Folders: Folders{Config: t.TempDir(), Data: t.TempDir(), State: t.TempDir()},
	}
	key := filepath.Join(t.TempDir(), "ssh", "host_ed25519")
	ended := make(chan int, 1)
	go func() { // recovers: a panic fails the test as it should
		ended <- m.Execute(ctx, []string{"demo", "--serve", "127.0.0.1:0", "--seed", "1", "--host-key", key, "--no-tour"})
	}()
	sshtest.Await(t, "the demo is open", func() bool { return strings.Contains(out.String(), "visitors  up to 50") })
	_, rest, _ := strings.Cut(out.String(), "the demo is open at ")
	addr, _, _ := strings.Cut(rest, "\n")
	term := sshtest.Dial(t, addr, sshtest.Login{}).Terminal(80, 24, "")
	term.Await("▸ Home", "ana@acme.test")
	if strings.Contains(term.Text(), "1/10") {
		t.Error("there is a walkthrough")
	}
	signer, made, err := sshd.HostKey(key)
	if err != nil || made || !strings.Contains(out.String(), gossh.FingerprintSHA256(signer.PublicKey())) {
		t.Errorf("the key of --host-key is not used: %v", err)
	}
	cancel()
	term.Await("The demo has ended: this server closes", "What to try next")
	select {
	case code := <-ended:
		if code != 0 {
			t.Errorf("exit code %d", code)
		}
	case <-time.After(sshtest.Patience):
		t.Error("the demo does not end")
	}
}

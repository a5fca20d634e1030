package sshd_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/sshd"
	"gatehouse/tui/sshd/sshtest"
)

// board is an interface that shows a number which changes by itself, what was typed, and what went wrong. Typing u, v,
// c or g makes Update, View, a command or a goroutine panic.
type board struct {
	numbers *feed
	slot    <-chan int
	n       int
	typed   string
	pasted  int
	broken  bool
	wide    bool // fill the screen with something else every time
	w, h    int
	stop    *func(error)
}

// feed gives numbers to whoever listens; each has one slot, and the newest wins.
type feed struct {
	mu    sync.Mutex
	slots map[chan int]bool
}

func (f *feed) listen(ctx context.Context) <-chan int {
	slot := make(chan int, 1)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.slots == nil {
		f.slots = map[chan int]bool{}
	}
	f.slots[slot] = true
	context.AfterFunc(ctx, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.slots, slot)
		close(slot)
	})
	return slot
}

func (f *feed) listening() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.slots)
}

func (f *feed) publish(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for slot := range f.slots {
		select {
		case <-slot:
		default:
		}
		slot <- n
	}
}

// runs is the runner of the board.
func (f *feed) runs(wide bool) sshd.Runner {
	return func(ctx context.Context, c *sshd.Client) int {
		if c.Terminal == nil {
			return runs(ctx, c)
		}
		if c.Command == "panic" {
			panic("the runner broke")
		}
		var stop func(error)
		b := board{numbers: f, slot: f.listen(ctx), wide: wide, stop: &stop}
		o := c.RunOptions()
		o.Started = func(s func(error)) { stop = s }
		err := app.Show(ctx, b, o)
		var broken *app.PanicError
		if errors.As(err, &broken) {
			_, _ = fmt.Fprintln(c.Err, broken.Unwrap())
		}
		if err != nil {
			return 1
		}
		return 0
	}
}

func (b board) wait() tea.Msg { return <-b.slot }

func (b board) Init() tea.Cmd { return b.wait }

func (b board) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case int:
		b.n = msg
		return b, b.wait
	case tea.WindowSizeMsg:
		b.w, b.h = msg.Width, msg.Height
	case tea.PasteMsg:
		b.pasted += len(msg.Content)
	case tea.KeyPressMsg:
		switch key := msg.String(); key {
		case "u":
			panic("Update broke")
		case "v":
			b.broken = true
		case "c":
			return b, func() tea.Msg { panic("a command broke") }
		case "g":
			stop := *b.stop
			app.Guarded(func(text string) { stop(fmt.Errorf("a goroutine: %s", text)) }, func() { panic("a goroutine broke") })
		case "q", "ctrl+c":
			return b, tea.Quit
		default:
			b.typed = (b.typed + key)[max(0, len(b.typed+key)-20):]
		}
	}
	return b, nil
}

func (b board) View() tea.View {
	if b.broken {
		panic("View broke")
	}
	s := fmt.Sprintf("board %d.\ntyped %s.\npasted %d.\n", b.n, b.typed, b.pasted)
	if b.wide {
		row := strings.Repeat(fmt.Sprintf("%08d ", b.n*26544357%99999989), b.w/9)
		s += strings.Repeat(row+"\n", max(b.h-5, 0))
	}
	v := tea.NewView(s)
	v.AltScreen = true
	return v
}

// restored reports whether a terminal is left as a shell wants it.
func restored(t *testing.T, out string) {
	t.Helper()
	for name, pair := range map[string][2]string{
		"alternate screen": {"\x1b[?1049h", "\x1b[?1049l"}, "cursor": {"\x1b[?25l", "\x1b[?25h"}, "paste": {"\x1b[?2004h", "\x1b[?2004l"},
	} {
		if on, off := strings.LastIndex(out, pair[0]), strings.LastIndex(out, pair[1]); on < 0 || off < on {
			t.Errorf("%s is not restored:\n%q", name, out[max(0, len(out)-400):])
		}
	}
}

// goroutines waits until as many run as before, a few more or less.
func goroutines(t *testing.T, before int) {
	t.Helper()
	sshtest.Await(t, "the goroutines to end", func() bool { return runtime.NumGoroutine() <= before+3 })
}

// cpu is the time that the process has used on all processors, the clients of the test included.
func cpu(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// The interface over SSH: it is drawn, it takes keys, sizes and numbers that come by themselves, and it restores the
// terminal.
func TestInterfaceOverSSH(t *testing.T) {
	f := &feed{}
	h := serve(t, func(o *sshd.Options) { o.Run = f.runs(false) })
	term := h.dial("otto").Terminal(80, 24, "")
	term.Await("board 0.").Type("jk").Await("typed jk.")
	f.publish(7)
	term.Await("board 7.").Type("\x1b[200~some text\x1b[201~").Await("pasted 9.")
	if f := h.server.Figures(); f.Sessions != 1 || f.Interfaces != 1 {
		t.Errorf("%+v", f)
	}
	if code := term.Type("q").Wait(); code != 0 || term.Alternate() {
		t.Errorf("code %d", code)
	}
	restored(t, term.Raw())
}

// A client that closes the channel and keeps the connection leaves nothing behind, and costs nothing (trust-D5).
func TestChannelClosedConnectionKept(t *testing.T) {
	f := &feed{}
	h := serve(t, func(o *sshd.Options) { o.Run = f.runs(false) })
	c := h.dial("otto")
	before := runtime.NumGoroutine()
	slowest := time.Duration(0)
	rounds := often(100, 1000)
	for i := range rounds {
		term := c.Terminal(80, 24, "")
		term.Await("board 0.")
		if i%2 == 0 {
			term.Resize(100, 30)
		}
		began := time.Now()
		term.Close()
		sshtest.Await(t, "the end of the interface", func() bool { return h.server.Figures().Sessions == 0 })
		slowest = max(slowest, time.Since(began))
	}
	goroutines(t, before)
	used, at := cpu(t), time.Now()
	<-time.After(300 * time.Millisecond) // nothing happens: that is what is measured
	share := float64(cpu(t)-used) / float64(time.Since(at))
	t.Logf("%d channels closed, the slowest end took %v; afterwards %.1f %% of a core", rounds, slowest.Round(time.Millisecond), 100*share)
	if r := c.Run("who", ""); r.Code != 0 {
		t.Errorf("the connection is not usable any more: %+v", r)
	}
	if n := f.listening(); n != 0 {
		t.Errorf("%d still listen", n)
	}
}

// A panic ends the session it is in, with the terminal restored and a sentence; nobody else notices (trust-D11).
func TestPanicsEndOneSession(t *testing.T) {
	f := &feed{}
	h := serve(t, func(o *sshd.Options) { o.Run = f.runs(false) })
	stays := h.dial("otto").Terminal(80, 24, "")
	stays.Await("board 0.")
	c := h.dial("ana")
	stderr := os.Stderr
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil { // the framework tells panics of commands there
		os.Stderr = null
		defer func() { os.Stderr = stderr; _ = null.Close() }()
	}
	rounds := often(100, 1000)
	for i := range rounds {
		key := []string{"u", "v", "c", "g", "runner"}[i%5]
		command := ""
		if key == "runner" {
			command = "panic"
		}
		term := c.Terminal(80, 24, command)
		if command == "" {
			term.Await("board").Type(key)
		}
		if code := term.Wait(); code != 1 {
			t.Fatalf("%s: code %d\n%s", key, code, term.Raw())
		}
		if key == "runner" || key == "u" || key == "v" {
			if !strings.Contains(term.Raw(), "Something failed inside Gatehouse") || !strings.Contains(term.Raw(), "under ") {
				t.Fatalf("%s: not told: %q", key, term.Raw())
			}
		}
		if command == "" {
			restored(t, term.Raw())
		}
		f.publish(i + 1)
		stays.Await(fmt.Sprintf("board %d.", i+1))
	}
	stays.Type("j").Await("typed j.")
	if r := c.Run("panic", ""); r.Code != 1 || !strings.Contains(r.Err, "The log has the details under ") {
		t.Errorf("%+v", r)
	}
	t.Logf("%d of %d ended alone", rounds, rounds)
}

// Sessions without input end at the idle limit while their screens keep changing; whoever types stays. Sessions that
// are too old end too (trust-D10, AC5).
func TestIdleAndAge(t *testing.T) {
	f := &feed{}
	h := built(t)
	h.open(func(o *sshd.Options) { o.Run, o.Clock = f.runs(false), h.Clock.Now })
	h.LimitSessions(core.SessionLimits{Idle: time.Hour, Age: 3 * time.Hour})
	key := h.key("otto")
	var idle []*sshtest.Terminal
	for range 50 {
		idle = append(idle, sshtest.Dial(t, h.addr, sshtest.Login{Keys: []gossh.Signer{key}}).Terminal(80, 24, ""))
	}
	types := h.dial("ana").Terminal(80, 24, "")
	sshtest.Await(t, "all to listen", func() bool { return f.listening() == 51 })
	n := 0
	shown := func() { // everybody sees something new
		n++
		f.publish(n)
		for _, term := range append([]*sshtest.Terminal{types}, idle...) {
			term.Await(fmt.Sprintf("board %d.", n))
		}
	}
	shown()
	h.Clock.Move(50 * time.Minute)
	shown()
	types.Type("j").Await("typed j.")
	for _, term := range idle { // what a terminal answers is not typed, and neither is a new size
		term.Type("\x1b[?2026;2$y\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\").Resize(81, 24)
	}
	shown()
	h.Clock.Move(11 * time.Minute)
	closed := 0
	for _, term := range idle {
		term.Wait()
		if strings.Contains(unwrapped(term.Raw()), "Your session ended: nothing was typed for too long.") {
			closed++
		}
		restored(t, term.Raw())
	}
	if closed != len(idle) {
		t.Errorf("%d of %d were told", closed, len(idle))
	}
	t.Logf("%d of %d closed", closed, len(idle))
	types.Type("k").Await("typed jk.")
	for range 3 {
		h.Clock.Move(50 * time.Minute)
		select {
		case <-types.Ended():
		default:
			types.Type("l")
		}
	}
	types.Wait()
	if !strings.Contains(unwrapped(types.Raw()), "Your session ended: it was as old as this server allows.") {
		t.Errorf("%q", types.Raw())
	}
}

// Every other end is told in a sentence too, with the terminal restored.
func TestFarewells(t *testing.T) {
	f := &feed{}
	h := serve(t, func(o *sshd.Options) { o.Run = f.runs(false) })
	ctx := context.Background()
	term := h.dial("ana").Terminal(80, 24, "")
	term.Await("board")
	sessions, err := h.As("sam").Sessions(ctx, h.People["ana"])
	h.Must(err)
	h.Must(h.As("sam").RevokeSession(ctx, sessions[0].ID))
	if code := term.Wait(); code != 6 || !strings.Contains(term.Raw(), "Your session ended: it was ended from another session of yours, or by\r\nSupport.\r\n") {
		t.Errorf("%d %q", code, term.Raw())
	}
	restored(t, term.Raw())
	term = h.dial("otto").Terminal(80, 24, "")
	term.Await("board")
	late, cancel := context.WithTimeout(ctx, sshtest.Patience)
	defer cancel()
	h.Must(h.server.Stop(late))
	term.Wait()
	if !strings.Contains(unwrapped(term.Raw()), "Your session ended: the server is stopping.") {
		t.Errorf("%q", term.Raw())
	}
	restored(t, term.Raw())
}

// Who does not answer for three rounds is gone, whatever is drawn for them.
func TestDeadPeersAreCut(t *testing.T) {
	h := serve(t, func(o *sshd.Options) { o.Limits.KeepAlive = 50 * time.Millisecond })
	dial := func(answers bool) gossh.Conn {
		conn, err := net.Dial("tcp", h.addr)
		h.Must(err)
		sc, channels, requests, err := gossh.NewClientConn(conn, h.addr, &gossh.ClientConfig{
			User: "test", Auth: []gossh.AuthMethod{gossh.PublicKeys(h.key("otto"))}, HostKeyCallback: gossh.InsecureIgnoreHostKey(), //nolint:gosec // a server of this test
		})
		h.Must(err)
		t.Cleanup(func() { _ = sc.Close() })
		go func() { // recovers: it has nothing that panics
			for range channels {
				return
			}
		}()
		if answers {
			go gossh.DiscardRequests(requests)
		}
		return sc
	}
	alive, dead := dial(true), dial(false)
	gone := make(chan struct{})
	began := time.Now()
	go func() { _ = dead.Wait(); close(gone) }()
	select {
	case <-gone:
		t.Logf("cut after %v with questions every 50ms", time.Since(began).Round(time.Millisecond))
	case <-time.After(sshtest.Patience):
		t.Fatal("it stays")
	}
	if _, _, err := alive.SendRequest("keepalive@openssh.com", true, nil); err != nil {
		t.Errorf("who answers was cut too: %v", err)
	}
}

// Clients that never read delay nobody, and are cut (trust-D4).
func TestStalledReaders(t *testing.T) {
	f := &feed{}
	h := serve(t, func(o *sshd.Options) { o.Run, o.Limits.Stall = f.runs(true), 2*time.Second })
	key := h.key("otto")
	dial := func() *sshtest.Client { return sshtest.Dial(t, h.addr, sshtest.Login{Keys: []gossh.Signer{key}}) }
	readers := make([]*sshtest.Terminal, often(20, 100))
	for i := range readers {
		readers[i] = dial().Terminal(80, 24, "")
		readers[i].Await("board 0.")
	}
	var stalled []*sshtest.Client
	for range 5 {
		c := dial()
		r := open(t, c)
		if !r.ask("pty-req", ptyRequest{Term: "xterm-256color", Columns: 500, Rows: 200}) || !r.ask("shell", nil) {
			t.Fatal("refused")
		}
		stalled = append(stalled, c) // nobody reads it
	}
	sshtest.Await(t, "all to listen", func() bool { return f.listening() == len(readers)+len(stalled) })
	worst, slowest := time.Duration(0), time.Duration(0)
	late := time.Now().Add(time.Minute)
	for n := 1; h.counted(sshd.EventStalled) < len(stalled) || n < 60; n++ {
		began := time.Now()
		if began.After(late) {
			t.Fatalf("%d of %d that do not read are cut after a minute and %d boards; the limit is 2 s", h.counted(sshd.EventStalled), len(stalled), n)
		}
		f.publish(n)
		worst = max(worst, time.Since(began))
		for _, r := range readers {
			r.Await(fmt.Sprintf("board %d.", n))
		}
		slowest = max(slowest, time.Since(began))
	}
	t.Logf("%d readers, %d stalled: the worst publish took %v, the last reader saw it after %v at most",
		len(readers), len(stalled), worst.Round(time.Microsecond), slowest.Round(time.Millisecond))
	for _, c := range stalled {
		c.Gone()
	}
	sshtest.Await(t, "the end of the stalled ones", func() bool { return h.server.Figures().Interfaces == len(readers) })
}

// unwrapped takes the line breaks out of what was broken to the width of a terminal.
func unwrapped(s string) string { return strings.Join(strings.Fields(s), " ") }

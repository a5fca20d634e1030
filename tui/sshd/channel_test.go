package sshd_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/sshd"
	"gatehouse/tui/sshd/sshtest"
)

// deep asks for the large numbers of a run before a release.
var deep = os.Getenv("GATEHOUSE_DEEP") != ""

// often gives the number of rounds.
func often(normal, before int) int {
	if deep {
		return before
	}
	return normal
}

// sign in signs a person in with a key of their own.
func (h *served) dial(name string) *sshtest.Client {
	h.t.Helper()
	return sshtest.Dial(h.t, h.addr, sshtest.Login{Keys: []gossh.Signer{h.key(name)}})
}

// memory gives the bytes of the heap that are in use, after collecting what is not.
func memory() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc) //nolint:gosec // it fits
}

// peak gives the most that the heap grew by while fn ran.
func peak(t *testing.T, fn func()) int {
	t.Helper()
	before := memory()
	done, most := make(chan struct{}), make(chan int)
	go func() { // recovers: it has nothing that panics
		top := 0
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				most <- max(top, memory())
				return
			case <-tick.C:
				top = max(top, memory())
			}
		}
	}()
	fn()
	close(done)
	return <-most - before
}

// raw is a channel without the client of the library around it.
type raw struct {
	gossh.Channel
	t *testing.T
}

func open(t *testing.T, c *sshtest.Client) *raw {
	t.Helper()
	ch, requests, err := c.OpenChannel("session", nil)
	if err != nil {
		t.Fatal(err)
	}
	go gossh.DiscardRequests(requests)
	return &raw{ch, t}
}

// ask sends a request, and gives whether it was carried out.
func (r *raw) ask(kind string, payload any) bool {
	r.t.Helper()
	var data []byte
	if payload != nil {
		data = gossh.Marshal(payload)
	}
	ok, err := r.SendRequest(kind, true, data)
	if err != nil {
		r.t.Fatalf("%s: %v", kind, err)
	}
	return ok
}

type ptyRequest struct {
	Term                         string
	Columns, Rows, Width, Height uint32
	Modes                        string
}

type sizeRequest struct{ Columns, Rows, Width, Height uint32 }

type nameValue struct{ Name, Value string }

type text struct{ S string }

// shows says how the client's end looks, as a verb would.
func shows(_ context.Context, c *sshd.Client) int {
	_, _ = fmt.Fprintf(c.Out, "args %q\nenv %v\n", c.Args, c.Env)
	if c.Terminal != nil {
		_, _ = fmt.Fprintf(c.Out, "terminal %s %dx%d\n", c.Terminal.Term, c.Terminal.Width, c.Terminal.Height)
	}
	_, _ = io.WriteString(c.Err, "to err\n")
	return len(c.Args)
}

// A command has its streams, its words, its variables and its exit code; with a terminal a line feed is a line break.
func TestCommandsAndTheirStreams(t *testing.T) {
	h := serve(t, func(o *sshd.Options) { o.Run = shows })
	c := h.dial("otto")
	if r := c.Run(`show 'two words' ""`, ""); r.Out != "args [\"show\" \"two words\" \"\"]\nenv map[]\n" || r.Err != "to err\n" || r.Code != 3 {
		t.Errorf("%+v", r)
	}
	if r := c.Run(`show 'two words`, ""); r.Code != 2 || !strings.Contains(r.Err, "a quotation mark is never closed") || r.Out != "" {
		t.Errorf("%+v", r)
	}
	term := c.Terminal(90, 30, "show", sshtest.Env{Name: "LANG", Value: "C.UTF-8"}, sshtest.Env{Name: "PATH", Value: "/evil"})
	if code := term.Wait(); code != 1 || term.Raw() != "args [\"show\"]\r\nenv map[LANG:C.UTF-8]\r\nterminal xterm-256color 90x30\r\nto err\r\n" {
		t.Errorf("%d %q", code, term.Raw())
	}
}

// Standard input ends where the client ends it, and what was written is all there before the exit code.
func TestHalfClose(t *testing.T) {
	h := serve(t, nil)
	long := strings.Repeat("0123456789abcdef", 1<<16)
	if r := h.dial("otto").Run("cat", long); r.Out != long || r.Code != 0 {
		t.Errorf("%d bytes, code %d, %s", len(r.Out), r.Code, r.Err)
	}
}

// A signal ends what runs. A window that was closed at the other end hangs up: nobody signed out.
func TestSignals(t *testing.T) {
	h := serve(t, nil)
	for signal, code := range map[gossh.Signal]int{gossh.SIGINT: 130, gossh.SIGTERM: 143, gossh.SIGHUP: 129} {
		c := h.dial("otto")
		s, err := c.NewSession()
		h.Must(err)
		out, err := s.StdoutPipe()
		h.Must(err)
		h.Must(s.Start("wait"))
		if _, err := io.ReadFull(out, make([]byte, len("waiting"))); err != nil {
			t.Fatal(err)
		}
		h.Must(s.Signal(gossh.SIGUSR1)) // means nothing
		h.Must(s.Signal(signal))
		var status *gossh.ExitError
		if err := s.Wait(); !errors.As(err, &status) || status.ExitStatus() != code {
			t.Errorf("%s: %v", signal, err)
		}
		_ = c.Close()
	}
	hung := 0
	for _, e := range h.signedOut(3) {
		if strings.Contains(e, "|"+string(core.SessionDisconnected)+"|") {
			hung++
		}
	}
	if hung != 1 {
		t.Errorf("%d of the three hung up", hung)
	}
}

// One connection has two sessions, one terminal of them; the rest is refused, counted, and costs nothing (trust-D7).
func TestOneConnectionAsksForTooMuch(t *testing.T) {
	h := serve(t, nil)
	c := h.dial("otto")
	var first *raw
	grown := peak(t, func() {
		first = open(t, c)
		second := open(t, c)
		for range 498 {
			_, _, err := c.OpenChannel("session", nil)
			var refused *gossh.OpenChannelError
			if !errors.As(err, &refused) || refused.Reason != gossh.ResourceShortage || !strings.Contains(refused.Message, "two sessions") {
				t.Fatal(err)
			}
		}
		if !first.ask("pty-req", ptyRequest{Term: "xterm", Columns: 80, Rows: 24}) {
			t.Error("no terminal")
		}
		if second.ask("pty-req", ptyRequest{Term: "xterm", Columns: 80, Rows: 24}) {
			t.Error("a second terminal")
		}
		_ = second.Close()
	})
	t.Logf("500 sessions on one connection: %d KB", grown>>10)
	if grown > 5<<20 {
		t.Errorf("the heap grew by %d KB", grown>>10)
	}
	sshtest.Await(t, "room for another session", func() bool {
		ch, _, err := c.OpenChannel("session", nil)
		if err == nil {
			_ = ch.Close()
		}
		return err == nil
	})
	if n := h.counted(sshd.EventRequestCut); n < 499 {
		t.Errorf("%d were counted", n)
	}
}

// Requests that are not on the list are refused and counted; who does not stop is cut (trust-D7).
func TestRequestsThatAreRefused(t *testing.T) {
	h := serve(t, nil)
	c := h.dial("otto")
	r := open(t, c)
	for kind, payload := range map[string]any{
		"subsystem": text{"sftp"}, "auth-agent-req@openssh.com": nil, "x11-req": struct {
			Single          bool
			Protocol, Cooky string
			Screen          uint32
		}{false, "MIT-MAGIC-COOKIE-1", "00", 0}, "break": struct{ Length uint32 }{500}, "window-change": sizeRequest{80, 24, 0, 0},
		"env": nameValue{"PATH", "/evil"}, "pty-req": ptyRequest{Term: strings.Repeat("x", 4<<10), Columns: 80, Rows: 24},
		"exec": text{strings.Repeat("x", 33<<10)}, "signal": text{"KILL"}, "nonsense\x1b[2J": nil, "shell": text{"more"},
	} {
		if r.ask(kind, payload) {
			t.Errorf("%s was carried out", kind)
		}
	}
	for _, term := range []string{"xterm\x1b]0;x\a", "a/../b", "日本"} {
		if r.ask("pty-req", ptyRequest{Term: term, Columns: 80, Rows: 24}) {
			t.Errorf("TERM %q was taken", term)
		}
	}
	for _, kind := range []string{"direct-tcpip", "direct-streamlocal@openssh.com", "x11", "auth-agent@openssh.com", "tun@openssh.com"} {
		if _, _, err := c.OpenChannel(kind, nil); err == nil {
			t.Errorf("%s was opened", kind)
		}
	}
	for _, kind := range []string{"tcpip-forward", "streamlocal-forward@openssh.com"} {
		if ok, _, err := c.SendRequest(kind, true, nil); ok || err != nil {
			t.Errorf("%s: %v %v", kind, ok, err)
		}
	}
	if got := h.counted(sshd.EventRequestCut); got != 21 {
		t.Errorf("%d were counted", got)
	}
	if !r.ask("exec", text{"wait"}) || r.ask("exec", text{"wait"}) || r.ask("shell", nil) {
		t.Error("not exactly one command is run")
	}
	grown := peak(t, func() {
		value := strings.Repeat("v", 30<<10)
		for range 5000 {
			if _, err := r.SendRequest("env", false, gossh.Marshal(nameValue{"LANG", value})); err != nil {
				break
			}
		}
		c.Gone()
	})
	t.Logf("5,000 variables of 30 KB: %d KB", grown>>10)
	if grown > 24<<20 { // with what the client holds, and what is garbage already
		t.Errorf("the heap grew by %d KB", grown>>10)
	}
	if !strings.Contains(h.log.String(), "the connection is cut") {
		t.Error("the log does not say why")
	}
}

// Variables are let in by name, up to a size.
func TestVariables(t *testing.T) {
	h := serve(t, func(o *sshd.Options) { o.Run = shows })
	r := open(t, h.dial("otto"))
	for _, v := range []nameValue{{"LC_TIME", "C"}, {"TZ", strings.Repeat("x", 1<<10+1)}, {"LANG", "a\x1bb"}, {"LANG", "a\nb"}} {
		if r.ask("env", v) {
			t.Errorf("%q was let in", v)
		}
	}
	for _, v := range []nameValue{{"LANG", "C"}, {"LANG", "pl_PL.UTF-8"}, {"NO_COLOR", ""}, {"TZ", "Europe/Warsaw"}} {
		if !r.ask("env", v) {
			t.Errorf("%q was not let in", v)
		}
	}
	if !r.ask("exec", text{"show"}) {
		t.Fatal("it does not run")
	}
	out, err := io.ReadAll(r)
	if err != nil || !strings.Contains(string(out), "env map[LANG:pl_PL.UTF-8 NO_COLOR: TZ:Europe/Warsaw]") {
		t.Errorf("%s %v", out, err)
	}
}

// sizer is an interface that shows its size, and nothing else.
type sizer struct{ w, h int }

func (s sizer) Init() tea.Cmd { return nil }
func (s sizer) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		s = sizer{msg.Width, msg.Height}
	case tea.KeyPressMsg:
		if msg.String() == "q" {
			return s, tea.Quit
		}
	}
	return s, nil
}

func (s sizer) View() tea.View {
	v := tea.NewView(fmt.Sprintf("size %dx%d\n%s", s.w, s.h, strings.Repeat(strings.Repeat("#", max(s.w, 0))+"\n", max(s.h-2, 0))))
	v.AltScreen = true
	return v
}

// draws runs a model as the interface.
func draws(m tea.Model) sshd.Runner {
	return func(ctx context.Context, c *sshd.Client) int {
		if err := app.Show(ctx, m, c.RunOptions()); err != nil {
			_, _ = fmt.Fprintln(c.Err, err)
			return 1
		}
		return 0
	}
}

// window is what an interface draws on a terminal that is as large as can be.
type window struct {
	mu     sync.Mutex
	screen *sshtest.Screen
}

func newWindow() *window { return &window{screen: sshtest.NewScreen(500, 200)} }

func (w *window) from(r io.Reader) {
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(buf)
		w.mu.Lock()
		_, _ = w.screen.Write(buf[:n])
		w.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (w *window) await(t *testing.T, s string) {
	t.Helper()
	sshtest.Await(t, s, func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return strings.Contains(w.screen.String(), s)
	})
}

// A size that no terminal has is clamped, before and after the start, and many are joined together (trust-D6).
func TestSizesAreClamped(t *testing.T) {
	h := serve(t, func(o *sshd.Options) { o.Run = draws(sizer{}) })
	c := h.dial("otto")
	for _, at := range []struct {
		pty, before *sizeRequest
		want        string
	}{
		{&sizeRequest{2_000_000_000, 2_000_000_000, 0, 0}, nil, "500x200"},
		{&sizeRequest{0, 0, 0, 0}, nil, "80x24"},
		{&sizeRequest{80, 24, 0, 0}, &sizeRequest{60_000, 60_000, 0, 0}, "500x200"},
		{&sizeRequest{80, 24, 0, 0}, &sizeRequest{0, 0, 0, 0}, "80x24"},
		{&sizeRequest{80, 24, 0, 0}, &sizeRequest{100, 30, 0, 0}, "100x30"},
		{&sizeRequest{4294967295, 1, 0, 0}, nil, "500x1"},
	} {
		r := open(t, c)
		if !r.ask("pty-req", ptyRequest{Term: "xterm", Columns: at.pty.Columns, Rows: at.pty.Rows}) || at.before != nil && !r.ask("window-change", *at.before) {
			t.Fatal("refused")
		}
		if !r.ask("shell", nil) {
			t.Fatal("no shell")
		}
		w := newWindow()
		go w.from(r)
		w.await(t, "size "+at.want)
		_, err := io.WriteString(r, "q")
		h.Must(err)
		sshtest.Await(t, "the end", func() bool { return h.server.Figures().Sessions == 0 })
		_ = r.Close()
	}
}

func TestFloodOfSizes(t *testing.T) {
	h := serve(t, func(o *sshd.Options) { o.Run = draws(sizer{}) })
	r := open(t, h.dial("otto"))
	w := newWindow()
	grown := peak(t, func() {
		if !r.ask("pty-req", ptyRequest{Term: "xterm", Columns: 80, Rows: 24}) || !r.ask("shell", nil) {
			t.Fatal("refused")
		}
		go w.from(r)
		w.await(t, "size 80x24")
		sizes := []sizeRequest{{2_000_000_000, 2_000_000_000, 0, 0}, {60_000, 60_000, 0, 0}, {0, 0, 0, 0}, {100, 30, 0, 0}, {1, 1, 0, 0}}
		for i := range 20_000 {
			if _, err := r.SendRequest("window-change", false, gossh.Marshal(sizes[i%len(sizes)])); err != nil {
				t.Fatal(err)
			}
		}
		if !r.ask("window-change", sizeRequest{123, 45, 0, 0}) {
			t.Fatal("refused")
		}
		w.await(t, "size 123x45")
		_, err := io.WriteString(r, "\x1b[8;2000000000;2000000000t") // the same, as an answer of the terminal
		h.Must(err)
		w.await(t, "size 500x200")
		if !r.ask("window-change", sizeRequest{124, 46, 0, 0}) {
			t.Fatal("refused")
		}
		w.await(t, "size 124x46")
	})
	t.Logf("20,000 sizes: %d KB", grown>>10)
	if grown > 32<<20 {
		t.Errorf("the heap grew by %d KB", grown>>10)
	}
}

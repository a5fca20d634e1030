package sshd

import (
	"context"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/tui/layout"
)

// Whatever stands in the requests of a channel, in whatever order they come: nothing panics, and what is kept is small,
// clean and in bounds (trust-D6, D7).
func FuzzRequests(f *testing.F) {
	type pty struct {
		Term                         string
		Columns, Rows, Width, Height uint32
		Modes                        string
	}
	size := func(w, h uint32) []byte { return gossh.Marshal(struct{ W, H, X, Y uint32 }{w, h, 0, 0}) }
	env := func(name, value string) []byte { return gossh.Marshal(struct{ Name, Value string }{name, value}) }
	word := func(s string) []byte { return gossh.Marshal(struct{ S string }{s}) }
	terminal := gossh.Marshal(pty{Term: "xterm-256color", Columns: 80, Rows: 24, Modes: "\x00"})
	for _, seed := range [][2][]byte{
		{terminal, size(2_000_000_000, 2_000_000_000)},
		{gossh.Marshal(pty{Term: "../x\x1b", Columns: 1 << 31}), size(0, 0)},
		{terminal[:len(terminal)-1], size(1, 1)[:7]},
		{env("LANG", "de_DE.UTF-8"), env("LD_PRELOAD", "x")},
		{env("TERM", strings.Repeat("x", 2000)), env("TZ", "\x1b[2J")},
		{word("request list"), word(strings.Repeat("x", 40_000))},
		{word("INT"), word("KILL")},
		{{0xff, 0xff, 0xff, 0xff}, {0, 0, 0, 1}},
		{nil, {}},
	} {
		f.Add(seed[0], seed[1], byte(1))
	}
	kinds := []string{"pty-req", "env", "window-change", "exec", "shell", "signal", "x11-req", "keepalive@openssh.com"}
	f.Fuzz(func(t *testing.T, first, second []byte, order byte) {
		l := &line{}
		c := &channel{place: l.take(), env: map[string]string{}, ran: make(chan struct{})}
		c.gone, c.end = context.WithCancelCause(context.Background())
		defer c.end(nil)
		begun := 0
		for i := range 3 * len(kinds) {
			payload := first
			if (i/len(kinds)+i)%2 == 1 { // each kind gets both
				payload = second
			}
			run, ok := c.take(&gossh.Request{Type: kinds[(i*int(order|1))%len(kinds)], Payload: payload})
			if run != nil {
				begun++
				if !ok {
					t.Error("it runs, and is refused")
				}
			}
		}
		if begun > 1 {
			t.Errorf("%d run in one channel", begun)
		}
		if c.terminal != nil {
			if w, h := layout.Size(c.terminal.Width, c.terminal.Height); w != c.terminal.Width || h != c.terminal.Height {
				t.Errorf("%d×%d", c.terminal.Width, c.terminal.Height)
			}
			if !cleanTerm(c.terminal.Term) {
				t.Errorf("%q", c.terminal.Term)
			}
			select {
			case s := <-c.sizes.slot:
				if w, h := layout.Size(s.Width, s.Height); w != s.Width || h != s.Height {
					t.Errorf("%v", s)
				}
			default:
			}
		}
		for name, value := range c.env {
			if !environment[name] || len(value) > envValueMost || !printable(value) {
				t.Errorf("%s=%q", name, value)
			}
		}
		if l.screens.running > terminalsMost || l.open.running != 1 {
			t.Errorf("counted %+v", l)
		}
	})
}

// Whatever a terminal sends: what counts as typed does not depend on luck, and nothing panics (AC5).
func FuzzReports(f *testing.F) {
	for _, seed := range []string{
		"\x1b]11;rgb:ffff/ffff/ffff\x1b\\", "\x1b[?64;1;2c", "\x1b[24;80R", "\x1b[?24;80R", "\x1bP>|xterm\x1b\\", "\x1b[", "\x1b]", "\x1b\\", "a", "\x1b[A",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		if n := report(in); n < 0 || n > len(in) {
			t.Errorf("%d of %d", n, len(in))
		}
		if len(in) > 0 && onlyReports(in) && onlyReports(append([]byte("a"), in...)) {
			t.Error("a key before it is not typed")
		}
	})
}

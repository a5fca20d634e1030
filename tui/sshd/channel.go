package sshd

import (
	"context"
	"strings"
	"sync/atomic"
	"syscall"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/tui/app"
	"gatehouse/tui/layout"
)

// What a channel may ask for.
const (
	envMost      = 64      // variables
	envValueMost = 1 << 10 // bytes of each
	commandMost  = 32 << 10
	termMost     = 64
)

// environment are the variables that a client may set.
var environment = map[string]bool{
	"LANG": true, "LC_ALL": true, "LC_CTYPE": true, "TERM": true, "COLORTERM": true, "NO_COLOR": true, "TZ": true,
}

// signals are those that end what runs.
var signals = map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP}

// channel is one session of a connection, from its opening on: what was asked for before it runs, and what runs. Its
// requests are answered by one goroutine that never waits for what runs.
type channel struct {
	server *Server
	guest  *guest
	place  *place
	ssh    gossh.Channel

	env      map[string]string
	terminal *Terminal
	sizes    *mailbox
	begun    atomic.Bool

	// gone ends when the client has closed the channel, or asked for an end with a signal.
	gone context.Context
	end  context.CancelCauseFunc
	ran  chan struct{} // closed when what runs has ended
}

// session serves a channel of the type "session" of a connection that was let in, until both ends have closed it.
func (s *Server) session(conn *gossh.ServerConn, offered gossh.NewChannel) {
	g := whoIs(conn)
	if g == nil {
		_ = offered.Reject(gossh.Prohibited, "sign in first")
		return
	}
	g.keepAlive(conn)
	place := g.line.take()
	if place == nil {
		g.refuse("channel")
		_ = offered.Reject(gossh.ResourceShortage, "two sessions are open in this connection, the most that are allowed")
		return
	}
	c := &channel{server: s, guest: g, place: place, env: map[string]string{}, ran: make(chan struct{})}
	c.gone, c.end = context.WithCancelCause(context.Background())
	defer func() {
		c.end(errClosed)
		place.leaving()
		if c.begun.Load() {
			<-c.ran
		}
		place.close()
	}()
	ssh, requests, err := offered.Accept()
	if err != nil {
		return
	}
	c.ssh = ssh
	// A session that has ended, or a server that stops, closes also a channel in which nothing was asked for.
	defer context.AfterFunc(g.ctx, func() {
		if !c.begun.Load() {
			_ = ssh.Close()
		}
	})()
	defer func() {
		if c.sizes != nil {
			c.sizes.close()
		}
	}()
	for r := range requests {
		c.answer(r)
	}
}

// answer carries a request out, or refuses it.
func (c *channel) answer(r *gossh.Request) {
	run, ok := c.take(r)
	if !ok {
		c.guest.refuse(clean(r.Type, 40))
	}
	if r.WantReply {
		_ = r.Reply(ok, nil) // the channel is closed then
	}
	if run != nil {
		app.Guarded(c.server.panicked, run)
	}
}

// take carries a request out. What it gives is started after the answer.
func (c *channel) take(r *gossh.Request) (run func(), ok bool) {
	switch r.Type {
	case "pty-req":
		return nil, c.takeTerminal(r.Payload)
	case "env":
		return nil, c.takeEnv(r.Payload)
	case "shell":
		return c.start("", len(r.Payload) == 0)
	case "exec":
		var p struct{ Command string }
		ok := gossh.Unmarshal(r.Payload, &p) == nil && len(p.Command) <= commandMost
		return c.start(p.Command, ok)
	case "window-change":
		return nil, c.takeSize(r.Payload)
	case "signal":
		return nil, c.takeSignal(r.Payload)
	case "keepalive@openssh.com":
		return nil, true
	}
	return nil, false
}

func (c *channel) takeTerminal(payload []byte) bool {
	var p struct {
		Term                         string
		Columns, Rows, Width, Height uint32
		Modes                        string
	}
	if c.terminal != nil || c.begun.Load() || gossh.Unmarshal(payload, &p) != nil || !cleanTerm(p.Term) || !c.place.takeTerminal() {
		return false
	}
	c.sizes = newMailbox()
	c.terminal = &Terminal{Term: p.Term, Sizes: c.sizes.slot}
	c.terminal.Width, c.terminal.Height = layout.Size(cells(p.Columns), cells(p.Rows))
	return true
}

func (c *channel) takeEnv(payload []byte) bool {
	var p struct{ Name, Value string }
	if c.begun.Load() || gossh.Unmarshal(payload, &p) != nil || !environment[p.Name] || len(p.Value) > envValueMost || !printable(p.Value) {
		return false
	}
	if _, known := c.env[p.Name]; !known && len(c.env) >= envMost {
		return false
	}
	c.env[p.Name] = p.Value
	return true
}

// takeSize keeps the newest size only. A size of nothing is none: multiplexers send it while nobody looks.
func (c *channel) takeSize(payload []byte) bool {
	var p struct{ Columns, Rows, Width, Height uint32 }
	if c.terminal == nil || gossh.Unmarshal(payload, &p) != nil {
		return false
	}
	if p.Columns == 0 || p.Rows == 0 {
		return true
	}
	w, h := layout.Size(cells(p.Columns), cells(p.Rows))
	if c.begun.Load() {
		c.sizes.put(app.Size{Width: w, Height: h})
	} else {
		c.terminal.Width, c.terminal.Height = w, h
	}
	return true
}

func (c *channel) takeSignal(payload []byte) bool {
	var p struct{ Signal string }
	if gossh.Unmarshal(payload, &p) != nil {
		return false
	}
	sig, known := signals[p.Signal]
	if !known {
		return false
	}
	c.end(app.SignalError{Signal: sig})
	return true
}

// start begins to run, once.
func (c *channel) start(command string, ok bool) (func(), bool) {
	if !ok || c.begun.Load() {
		return nil, false
	}
	c.begun.Store(true)
	return func() {
		defer close(c.ran)
		c.run(command)
	}, true
}

// cells is a size as it came, small enough for any arithmetic.
func cells(n uint32) int { return int(min(n, 1<<20)) }

// cleanTerm reports whether a name of a kind of terminal looks like one.
func cleanTerm(name string) bool {
	if len(name) > termMost {
		return false
	}
	for i := range len(name) {
		c := name[i] | 0x20 // letters in either case
		if (c < 'a' || c > 'z') && (name[i] < '0' || name[i] > '9') && strings.IndexByte("-._+", name[i]) < 0 {
			return false
		}
	}
	return true
}

// printable reports whether a value has only the printable signs of ASCII, as values of these variables do.
func printable(value string) bool {
	for i := range len(value) {
		if value[i] < ' ' || value[i] > '~' {
			return false
		}
	}
	return true
}

// clean is what a client sent, fit for the log.
func clean(s string, most int) string {
	if len(s) > most {
		s = s[:most]
	}
	if !printable(s) {
		return "unprintable"
	}
	return s
}

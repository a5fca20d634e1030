package sshd

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
)

// caller is a connection from the moment the gate let it in. Its deadline is a timer that closes it.
type caller struct {
	net.Conn
	server  *Server
	address string       // where it comes from, without the port
	source  netip.Prefix // what the gate counts: the address, or the /64 of an IPv6 one
	knocked time.Time    // by the clock of the server
	signed  atomic.Bool  // a key has signed
	known   atomic.Bool  // one of somebody
	once    sync.Once
	ended   chan struct{} // closed by Close

	mu     sync.Mutex
	timer  *time.Timer
	asked  bool // for a code: there is more time
	late   bool // the time is over
	guest  *guest
	gone   bool
	failed time.Duration // what the failure costs
	ours   bool          // it failed by the server
}

func newCaller(s *Server, conn net.Conn) *caller {
	c := &caller{Conn: conn, server: s, address: "unknown", ended: make(chan struct{}), failed: costGone}
	if at, err := netip.ParseAddrPort(conn.RemoteAddr().String()); err == nil {
		addr := at.Addr().Unmap().WithZone("")
		bits := addr.BitLen()
		if addr.Is6() {
			bits = 64
		}
		c.address = addr.String()
		c.source, _ = addr.Prefix(bits) // bits fit by construction
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: 30 * time.Second, Interval: 15 * time.Second, Count: 3})
	}
	return c
}

// origin is where the caller comes from, as events have it (AU2).
func (c *caller) origin() string { return "ssh " + c.address }

// Close ends the connection; more than once does no harm.
func (c *caller) Close() error {
	err := net.ErrClosed
	c.once.Do(func() {
		close(c.ended)
		err = c.Conn.Close()
		c.stopTimer()
	})
	return err
}

// within ends the connection unless it is signed in after so much time from now.
func (c *caller) within(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timer != nil {
		c.timer.Stop()
	}
	c.timer = time.AfterFunc(d, func() {
		c.mu.Lock()
		c.late = true
		c.failed = max(c.failed, costSilent)
		c.mu.Unlock()
		_ = c.Close()
	})
}

func (c *caller) stopTimer() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timer != nil {
		c.timer.Stop()
	}
}

// asking gives the time for typing codes, once for all questions.
func (c *caller) asking() {
	c.mu.Lock()
	again := c.asked
	c.asked = true
	c.mu.Unlock()
	if !again {
		c.within(c.server.o.Limits.SignIn)
	}
}

// fails notes that a try to sign in failed.
func (c *caller) fails() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed = max(c.failed, costRefused)
}

// excuse notes that the sign-in failed by the server, which costs whoever tried nothing.
func (c *caller) excuse() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ours = true
}

// cost is what the connection costs its address at the end: nothing when somebody signed in.
func (c *caller) cost() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.guest != nil || c.ours || c.server.isStopping() {
		return 0
	}
	return c.failed
}

// adopt makes the connection belong to a guest. When it has ended meanwhile, false: the guest has left already.
func (c *caller) adopt(g *guest) bool {
	c.mu.Lock()
	c.guest = g
	gone := c.gone
	c.mu.Unlock()
	if gone {
		g.leave()
	}
	return !gone
}

// taken reports whether the connection belongs to a guest.
func (c *caller) taken() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.guest != nil
}

// leave signs the guest out, if there is one, or will when there is one.
func (c *caller) leave() {
	c.mu.Lock()
	c.gone = true
	g := c.guest
	c.mu.Unlock()
	if g != nil {
		g.leave()
	}
}

// guest is who is at the other end of a connection that was let in.
type guest struct {
	session     *core.Session // nil at an open door
	address     string        // without the port
	fingerprint string        // of the key that signed; empty at an open door

	caller *caller
	server *Server
	line   line // what the connection has open and asks for
	// ctx ends when the connection is gone, the session has ended, or the server cuts what is left.
	ctx  context.Context
	end  context.CancelFunc
	once sync.Once

	mu      sync.Mutex
	running int
	began   int
	why     core.SessionEnd
	last    chan struct{} // gets a word when the last session of the connection has ended
}

// guestKey is where the guest travels in Permissions.ExtraData.
type guestKey struct{}

func newGuest(c *caller, session *core.Session, fingerprint string) *guest {
	g := &guest{
		session: session, address: c.address, fingerprint: fingerprint, caller: c, server: c.server, last: make(chan struct{}, 1),
	}
	g.ctx, g.end = context.WithCancel(c.server.cut)
	return g
}

// permissions hand the guest to whoever serves the connection.
func (g *guest) permissions() *gossh.Permissions {
	return &gossh.Permissions{ExtraData: map[any]any{guestKey{}: g}}
}

// whoIs gives the guest of a connection that was let in: whoever signed it, and nothing that the client said. It is nil
// for a connection that did not come through the door.
func whoIs(conn *gossh.ServerConn) *guest {
	if conn.Permissions == nil {
		return nil
	}
	g, _ := conn.Permissions.ExtraData[guestKey{}].(*guest)
	return g
}

// Why no more is run in a connection. The text is for the client.
var (
	errStopping = errors.New("The server is stopping. Try again in a moment.")                          //nolint:staticcheck // a sentence for people
	errFull     = errors.New("As many sessions are open as this server allows. Try again in a moment.") //nolint:staticcheck // a sentence for people
)

// begin starts a session in the connection: the interface, or a verb. Its ctx ends when the connection is gone, the
// session of core has ended, or the server cuts what is left; that of an interface also when the server begins to stop.
// Whoever calls it calls done when the session has ended, with the reason where the whole connection ends by it: signed
// out (the person left), stalled, crashed; otherwise empty. The error is for the client, in words.
func (g *guest) begin(screen bool) (ctx context.Context, done func(why core.SessionEnd), err error) {
	s := g.server
	if g.session != nil {
		if err := g.session.Confirm(g.ctx); err != nil {
			return nil, nil, err
		}
	}
	s.mu.Lock()
	switch {
	case s.stopped:
		s.mu.Unlock()
		return nil, nil, errStopping
	case s.running >= s.most:
		s.mu.Unlock()
		return nil, nil, errFull
	}
	s.running++
	if screen {
		s.screens++
	}
	s.mu.Unlock()
	g.mu.Lock()
	g.running++
	g.began++
	first := g.began == 1
	g.why = ""
	g.mu.Unlock()
	if first && g.session == nil {
		s.admitted(g.caller) // at an open door, who has not asked for anything waits
	}
	s.o.Count(EventSessionBegan)
	ctx, cancel := context.WithCancel(g.ctx)
	quiet := func() bool { return true }
	if screen {
		quiet = context.AfterFunc(s.stopping, cancel)
	}
	var once sync.Once
	return ctx, func(why core.SessionEnd) {
		once.Do(func() {
			quiet()
			cancel()
			g.finished(screen, why)
		})
	}, nil
}

// finished notes the end of a session in the connection.
func (g *guest) finished(screen bool, why core.SessionEnd) {
	s := g.server
	s.mu.Lock()
	s.running--
	if screen {
		s.screens--
	}
	s.mu.Unlock()
	g.mu.Lock()
	g.running--
	rest := g.running
	if why != "" {
		g.why = why
	}
	g.mu.Unlock()
	s.o.Count(EventSessionEnded)
	if rest == 0 {
		select {
		case g.last <- struct{}{}:
		default:
		}
	}
}

// idle reports whether nothing runs in the connection.
func (g *guest) idle() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.running == 0
}

// leave signs out, once, whatever happened before.
func (g *guest) leave() {
	g.once.Do(func() {
		g.end()
		if g.session == nil {
			return
		}
		s := g.server
		g.mu.Lock()
		why := g.why
		g.mu.Unlock()
		switch {
		case s.isStopping():
			why = s.ending()
		case why == "":
			why = core.SessionDisconnected
		}
		ctx, cancel := context.WithTimeout(context.Background(), s.o.Limits.Stop)
		defer cancel()
		err := g.session.SignOut(ctx, why)
		facts := g.session.Facts()
		s.log.Info("signed out", "address", g.address, "fingerprint", g.fingerprint,
			"account", uint64(facts.Account), "session", uint64(facts.ID), "reason", string(g.session.End()))
		if err != nil {
			s.log.Error("the sign-out is not in the log of the house", "address", g.address, "error", core.Causes(err))
		}
	})
}

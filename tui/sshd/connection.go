package sshd

import (
	"time"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
	"gatehouse/tui/app"
)

const (
	// farewell is how long a connection stays open behind its last session, so that the client reads how it ended.
	farewell = time.Second
	// quitting is how long an interface has to restore the terminal when its session was ended.
	quitting       = 2 * time.Second
	areYouThere    = "keepalive@openssh.com"
	noMoreSessions = "no-more-sessions@openssh.com"
)

// talk does the handshake, the sign-in, and what follows, until the connection ends.
func (s *Server) talk(c *caller) {
	limit := s.o.Limits.Handshake
	c.within(max(limit-s.o.Clock().Sub(c.knocked), limit/2)) // it may have waited for its turn
	s.log.Debug("connected", "address", c.address)
	d := &door{server: s, caller: c}
	conn, channels, requests, err := gossh.NewServerConn(c, d.config())
	if err != nil {
		d.closed(err)
		return
	}
	l := &link{server: s, guest: whoIs(conn), conn: conn, channels: channels, requests: requests}
	defer l.drain()
	if l.guest != nil {
		l.guest.keepAlive(conn)
		defer l.guest.line.stopAsking()
		l.run()
	}
}

// link is a connection that is signed in: it hands out what comes over it. One goroutine has it.
type link struct {
	server   *Server
	guest    *guest
	conn     *gossh.ServerConn
	channels <-chan gossh.NewChannel
	requests <-chan *gossh.Request
}

// run serves the connection until it is closed from either side.
func (l *link) run() {
	g := l.guest
	var ended <-chan struct{} // by core: revoked, expired, idle, …
	if g.session != nil {
		ended = g.session.Ended()
	}
	stopping := l.server.stopping.Done()
	var leaving <-chan time.Time
	for open := true; open; {
		select {
		case ch, ok := <-l.channels:
			if open = ok; ok {
				l.channel(ch)
			}
		case r, ok := <-l.requests:
			if open = ok; ok {
				l.request(r)
			}
		case <-ended:
			g.end()
			ended, leaving, open = nil, time.After(quitting), !g.idle()
		case <-stopping:
			stopping = nil
			open, leaving = l.stopped()
		case <-g.last:
			if l.over() {
				leaving = time.After(farewell)
			}
		case <-leaving:
			open = false
		}
	}
}

// stopped says how a connection goes on when the server stops: not at all when nothing runs in it, but for the exit code
// of what has just ended, which may be on its way.
func (l *link) stopped() (open bool, leaving <-chan time.Time) {
	if !l.guest.idle() {
		return true, nil
	}
	return !l.guest.line.quiet(), time.After(farewell)
}

// over reports whether nothing runs in the connection and nothing will.
func (l *link) over() bool {
	g := l.guest
	return g.idle() && (g.session == nil || g.ctx.Err() != nil || l.server.isStopping())
}

// channel starts a session. Forwarding and everything else is refused.
func (l *link) channel(ch gossh.NewChannel) {
	s, g := l.server, l.guest
	if ch.ChannelType() != "session" {
		g.refuse(clean(ch.ChannelType(), 40))
		_ = ch.Reject(gossh.UnknownChannelType, "Gatehouse offers sessions only")
		return
	}
	app.Guarded(func(what string) {
		s.panicked(what)
		g.mu.Lock()
		g.why = core.SessionCrashed
		g.mu.Unlock()
		_ = g.caller.Close()
	}, func() { s.session(l.conn, ch) })
}

// request answers a request that is not of a channel. Only the question whether we are there gets a yes.
func (l *link) request(r *gossh.Request) {
	if r.Type != areYouThere && r.Type != noMoreSessions {
		l.guest.refuse(clean(r.Type, 40))
	}
	if r.WantReply {
		_ = r.Reply(r.Type == areYouThere, nil)
	}
}

// drain closes the connection and takes what is still in it, so that the library's goroutines end.
func (l *link) drain() {
	_ = l.conn.Close()
	for l.channels != nil || l.requests != nil {
		select {
		case ch, ok := <-l.channels:
			if !ok {
				l.channels = nil
				continue
			}
			_ = ch.Reject(gossh.ResourceShortage, "closed")
		case _, ok := <-l.requests:
			if !ok {
				l.requests = nil
			}
		}
	}
}

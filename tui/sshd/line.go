package sshd

import (
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// What a connection may have open and ask for (trust requirement 3).
const (
	channelsMost  = 2    // sessions at once
	terminalsMost = 1    // of them
	unclosedMost  = 64   // sessions that have ended, and that the client has not closed yet
	refusedMost   = 1000 // requests and channels that are refused before the connection is cut
	// roomTime is how long a new session waits for one that the client has closed already, and that is just ending, and
	// hopingMost how many do so at once.
	roomTime   = 2 * time.Second
	hopingMost = 4
)

// line counts what a connection has open and was refused, and asks whether its other end is still there.
type line struct {
	mu      sync.Mutex
	open    usage         // sessions
	screens usage         // those of them that have a terminal
	freed   chan struct{} // closed when there is room, and made anew
	hoping  int           // sessions that wait for it
	refused int

	watched bool
	timer   *time.Timer
	rounds  int  // questions that were due since the last answer
	asking  bool // one is not answered
	over    bool
}

// usage counts sessions: those that run, those of them whose client is gone, and those that have ended here only.
type usage struct{ running, leaving, unclosed int }

// place is a session that is counted, once for itself and perhaps once for its terminal. One goroutine uses it at a time.
type place struct {
	line     *line
	mu       sync.Mutex
	terminal bool
	left     bool
	ended    bool
}

// take counts a session; nil when there are as many as may be.
func (l *line) take() *place {
	if !l.count(&l.open, channelsMost) {
		return nil
	}
	return &place{line: l}
}

// takeTerminal counts the terminal of a session; false when there is one.
func (p *place) takeTerminal() bool {
	if !p.line.count(&p.line.screens, terminalsMost) {
		return false
	}
	p.mu.Lock()
	p.terminal = true
	p.mu.Unlock()
	return true
}

// count takes room, and waits for it a moment where some is about to be free.
func (l *line) count(u *usage, most int) bool {
	var late <-chan time.Time
	for {
		l.mu.Lock()
		if late != nil {
			l.hoping--
		}
		if u.running < most && u.unclosed < unclosedMost {
			u.running++
			l.mu.Unlock()
			return true
		}
		if u.leaving == 0 || u.unclosed >= unclosedMost || l.hoping >= hopingMost {
			l.mu.Unlock()
			return false
		}
		if l.freed == nil {
			l.freed = make(chan struct{})
		}
		freed := l.freed
		l.hoping++
		l.mu.Unlock()
		if late == nil {
			late = time.After(roomTime)
		}
		select {
		case <-freed:
		case <-late:
			l.mu.Lock()
			l.hoping--
			l.mu.Unlock()
			return false
		}
	}
}

// quiet reports whether no session is open, and none still waits for its client to close it.
func (l *line) quiet() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open.running == 0 && l.open.unclosed == 0
}

// each changes what is counted of the session.
func (p *place) each(change func(u *usage)) {
	l := p.line
	l.mu.Lock()
	defer l.mu.Unlock()
	change(&l.open)
	if p.terminal {
		change(&l.screens)
	}
	if l.freed != nil {
		close(l.freed)
		l.freed = nil
	}
}

// leaving notes that the client has closed the session.
func (p *place) leaving() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.left && !p.ended {
		p.each(func(u *usage) { u.leaving++ })
	}
	p.left = true
}

// end notes that nothing runs in the session any more: there is room for another, before the client knows.
func (p *place) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	p.ended = true
	left := p.left
	p.each(func(u *usage) {
		u.running--
		u.unclosed++
		if left {
			u.leaving--
		}
	})
}

// close notes that both ends have closed the session.
func (p *place) close() {
	p.end()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.each(func(u *usage) { u.unclosed-- })
}

// refuse counts a request or channel that was refused, and cuts a connection that does not stop asking.
func (g *guest) refuse(what string) {
	g.server.o.Count(EventRequestCut)
	l := &g.line
	l.mu.Lock()
	l.refused++
	n := l.refused
	l.mu.Unlock()
	switch n {
	case 1:
		g.server.log.Debug("request refused", "address", g.address, "request", what)
	case refusedMost:
		g.server.log.Warn("too many requests are refused, the connection is cut", "address", g.address, "fingerprint", g.fingerprint)
		_ = g.caller.Close()
	}
}

// deadRounds is how many questions fall due without an answer until the other end counts as dead.
const deadRounds = 3

// keepAlive begins to ask the other end every Limits.KeepAlive whether it is still there, and cuts the connection when
// it does not answer: somebody whose machine is gone is signed out within three rounds. Every answer counts, a refusal
// too. It may be called more than once.
func (g *guest) keepAlive(conn *gossh.ServerConn) {
	l := &g.line
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.watched || l.over {
		return
	}
	l.watched = true
	every := g.server.o.Limits.KeepAlive
	l.timer = time.AfterFunc(every, func() { g.askAlive(conn, every) })
}

// askAlive is one round. It waits for the answer, so a round may find the one before still asking.
func (g *guest) askAlive(conn *gossh.ServerConn, every time.Duration) {
	defer g.server.guard("keepalive")
	l := &g.line
	l.mu.Lock()
	if l.over {
		l.mu.Unlock()
		return
	}
	l.rounds++
	if l.rounds >= deadRounds {
		l.over = true
		l.mu.Unlock()
		g.server.log.Info("the client does not answer, the connection is cut", "address", g.address)
		_ = g.caller.Close()
		return
	}
	l.timer.Reset(every)
	asking := l.asking
	l.asking = true
	l.mu.Unlock()
	if asking {
		return
	}
	_, _, err := conn.SendRequest("keepalive@openssh.com", true, nil)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asking = false
	if err != nil {
		l.over = true
		l.timer.Stop()
		return
	}
	l.rounds = 0
}

// stopAsking ends keepAlive.
func (l *line) stopAsking() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	if l.timer != nil {
		l.timer.Stop()
	}
}

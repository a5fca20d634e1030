package sshd

import (
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// What a connection may have open and ask for (trust requirement 3).
const (
	channelsMost  = 2    // sessions at once, one of them with a terminal
	terminalsMost = 1    //
	refusedMost   = 1000 // requests and channels that are refused before the connection is cut
)

// line counts what a connection has open and was refused, and asks whether its other end is still there.
type line struct {
	mu        sync.Mutex
	channels  int
	terminals int
	refused   int

	watched bool
	timer   *time.Timer
	rounds  int  // questions that were due since the last answer
	asking  bool // one is not answered
	over    bool
}

// take counts a channel; false when there are as many as may be.
func (l *line) take() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.channels >= channelsMost {
		return false
	}
	l.channels++
	return true
}

// takeTerminal counts a terminal; false when there is one.
func (l *line) takeTerminal() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.terminals >= terminalsMost {
		return false
	}
	l.terminals++
	return true
}

// leave takes a channel off.
func (l *line) leave(terminal bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.channels--
	if terminal {
		l.terminals--
	}
}

// refuse counts a request or channel that was refused, and cuts a connection that does not stop asking.
func (g *guest) refuse(what string) {
	g.server.o.Count(EventRequestCut)
	l := &g.line
	l.mu.Lock()
	l.refused++
	n := l.refused
	l.mu.Unlock()
	switch {
	case n == 1:
		g.server.log.Debug("request refused", "address", g.address, "request", what)
	case n == refusedMost:
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

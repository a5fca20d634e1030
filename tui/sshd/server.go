package sshd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
	"gatehouse/tui/app"
)

// Options say what a server offers and to whom.
type Options struct {
	// House is where people sign in; nil only at an open door.
	House *core.House
	// Run runs what a client asks for.
	Run Runner
	// OpenDoor lets everybody in, with any key or none: demos of throwaway houses, nothing else.
	OpenDoor bool
	// HostKeys identify the server, at least one.
	HostKeys []gossh.Signer
	// Limits bound what strangers and clients may do; zero fields are the defaults.
	Limits Limits
	// Log gets what happens, without secrets; nil drops it.
	Log *slog.Logger
	// Count is told of what happens, for metrics; nil for nobody.
	Count func(Event)
	// Clock tells the time by which penalties fade and rates count; nil is the real clock.
	Clock func() time.Time
}

// Event is something worth counting.
type Event string

// The events that Options.Count is told of.
const (
	EventConnected    Event = "connected"
	EventDropped      Event = "dropped"       // refused before the handshake, by the gate
	EventHandshake    Event = "handshake"     // failed or not finished in time
	EventSignedIn     Event = "signed_in"     //
	EventRefused      Event = "refused"       // signed, and not let in
	EventSessionBegan Event = "session_began" // a channel with the interface or a verb
	EventSessionEnded Event = "session_ended"
	EventRequestCut   Event = "request_cut" // a request of a channel that is not on the list, or above its budget
	EventStalled      Event = "stalled"     // cut because nobody read
	EventPasteCut     Event = "paste_cut"
	EventPanic        Event = "panic"
)

// Limits bound a server. Zero fields take the default that stands beside them.
type Limits struct {
	Handshake         time.Duration // 10 s for handshake and sign-in together; who is asked for a code has SignIn
	SignIn            time.Duration // 2 min to type codes, from the first question on
	Waiting           int           // 100 connections that are not signed in, in all
	WaitingPerAddress int           // 10 of one address
	Keys              int           // 10 keys of a connection that may belong to nobody: agents offer all they have
	Tries             int           // 3 codes of a connection that may be wrong, of second factor and activation together
	Sessions          int           // 1000 sessions (channels) in all, at an open door too
	Stall             time.Duration // 30 s until a client that does not read is cut
	KeepAlive         time.Duration // 30 s between questions whether the client is still there; three misses end it
	Stop              time.Duration // 10 s until a stopping server lets go
}

// Server is a house that is open over SSH. It is safe for use by many goroutines.
type Server struct {
	o    Options
	log  *slog.Logger
	gate *gate

	// stopping ends when Stop begins: nobody comes in, and interfaces quit. cut ends when what is left is cut.
	stopping, cut context.Context //nolint:containedctx // they are the states of the server
	stop, cutting context.CancelFunc

	mu        sync.Mutex
	stopped   bool
	failed    bool // the house takes no more changes
	listeners map[net.Listener]struct{}
	callers   map[*caller]struct{}
	most      int // sessions that may run
	running   int // sessions: interfaces and verbs
	screens   int // interfaces among them
	open      sync.WaitGroup
}

// New makes a server; nothing listens yet.
func New(o Options) *Server {
	o.Limits = o.Limits.filled()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Count == nil {
		o.Count = func(Event) {}
	}
	if o.Clock == nil {
		o.Clock = time.Now //nolint:forbidigo // the one place where the real clock is chosen
	}
	s := &Server{
		o: o, log: o.Log, gate: newGate(o.Limits, o.Clock),
		listeners: map[net.Listener]struct{}{}, callers: map[*caller]struct{}{}, most: o.Limits.Sessions,
	}
	s.stopping, s.stop = context.WithCancel(context.Background())
	s.cut, s.cutting = context.WithCancel(context.Background())
	return s
}

// Limit sets how many sessions may run from now on, as Limits.Sessions does: 0 is the default. Whoever is inside stays.
func (s *Server) Limit(sessions int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.most = Limits{Sessions: sessions}.filled().Sessions
}

// Limits gives what holds now.
func (s *Server) Limits() Limits {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.o.Limits
	l.Sessions = s.most
	return l
}

// filled puts the defaults where nothing is set.
func (l Limits) filled() Limits {
	return Limits{
		Handshake: cmp.Or(l.Handshake, 10*time.Second), SignIn: cmp.Or(l.SignIn, 2*time.Minute),
		Waiting: cmp.Or(l.Waiting, 100), WaitingPerAddress: cmp.Or(l.WaitingPerAddress, 10), Keys: cmp.Or(l.Keys, 10), Tries: cmp.Or(l.Tries, 3),
		Sessions: cmp.Or(l.Sessions, 1000), Stall: cmp.Or(l.Stall, 30*time.Second),
		KeepAlive: cmp.Or(l.KeepAlive, 30*time.Second), Stop: cmp.Or(l.Stop, 10*time.Second),
	}
}

// Serve takes connections of l until Stop, or until l fails. It returns nil after Stop. It may be called once for each
// address that is listened on.
func (s *Server) Serve(l net.Listener) error {
	defer func() { _ = l.Close() }()
	if len(s.o.HostKeys) == 0 || s.o.Run == nil || s.o.House == nil && !s.o.OpenDoor {
		return errOptions
	}
	s.mu.Lock()
	if s.stopped {
		s.mu.Unlock()
		return nil
	}
	first := len(s.listeners) == 0
	s.listeners[l] = struct{}{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.listeners, l)
		s.mu.Unlock()
	}()
	if first {
		app.Guarded(s.panicked, s.watch)
	}
	return s.accept(l)
}

var errOptions = errors.New("a server needs a host key, a runner, and a house unless its door is open")

// accept takes connections. What is dropped costs a line and no goroutine.
func (s *Server) accept(l net.Listener) error {
	pause := time.Duration(0)
	for {
		conn, err := l.Accept()
		if s.isStopping() {
			if err == nil {
				_ = conn.Close()
			}
			return nil
		}
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return err
			}
			// Too many open files, or a connection that was gone before it was taken: both pass.
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			s.log.Warn("cannot take a connection", "error", err)
			select {
			case <-time.After(pause):
				continue
			case <-s.stopping.Done():
				return nil
			}
		}
		pause = 0
		s.knock(conn)
	}
}

// knock asks the gate, and lets a connection in, has it wait for its turn, or drops it.
func (s *Server) knock(conn net.Conn) {
	c := newCaller(s, conn)
	evicted, why := s.gate.knock(c)
	switch why {
	case "":
		s.o.Count(EventConnected)
		s.take(c)
	case parked:
		if s.isStopping() {
			s.dismiss()
		}
	default:
		s.drop(c, why)
	}
	if evicted != nil { // it may be one that does not read: whoever told it anything would wait
		s.o.Count(EventDropped)
		_ = evicted.Close()
	}
}

// drop refuses a connection in a line that clients show, as far as the other end reads it.
func (s *Server) drop(c *caller, why refusal) {
	s.o.Count(EventDropped)
	_, _ = c.Write([]byte(string(why) + "\r\n")) // a new socket has room for one line: this does not wait
	_ = c.Close()
}

// take serves a connection that the gate let in, in a goroutine of its own.
func (s *Server) take(c *caller) {
	s.mu.Lock()
	if s.stopped {
		s.mu.Unlock()
		s.gate.left(c, 0)
		_ = c.Close()
		return
	}
	s.callers[c] = struct{}{}
	s.open.Add(1)
	s.mu.Unlock()
	app.Guarded(s.panicked, func() {
		defer s.gone(c)
		s.talk(c)
	})
}

// gone ends what belongs to a connection; whoever signed in on it is signed out.
func (s *Server) gone(c *caller) {
	defer s.open.Done()
	_ = c.Close()
	for _, next := range s.gate.left(c, c.cost()) {
		s.o.Count(EventConnected)
		s.take(next)
	}
	c.leave()
	s.mu.Lock()
	delete(s.callers, c)
	s.mu.Unlock()
}

// watch looks after the house and the gate every second, until the server stops.
func (s *Server) watch() {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-s.stopping.Done():
			return
		}
		s.look()
	}
}

// look is one round of watch.
func (s *Server) look() {
	defer s.guard("watch")
	for _, c := range s.gate.impatient() {
		s.drop(c, refusedAddress)
	}
	if dropped := s.gate.dropped(); dropped > 0 {
		s.log.Warn("connections dropped", "count", dropped)
	}
	if s.o.House == nil {
		return
	}
	ctx, cancel := context.WithTimeout(s.cut, s.o.Limits.Stop)
	defer cancel()
	if err := s.o.House.ReviewSessions(ctx); err != nil && !s.isStopping() {
		s.log.Error("sessions cannot be reviewed", "error", core.Causes(err))
	}
}

// panicked notes a fault of the program that ended one connection, and nothing else (trust-D11).
func (s *Server) panicked(what string) {
	s.o.Count(EventPanic)
	s.log.Error("panic", "what", what)
}

// guard is deferred where a panic must not end more than what it happens in.
func (s *Server) guard(where string) {
	if r := recover(); r != nil {
		s.panicked(fmt.Sprintf("%s: %v\n%s", where, r, debug.Stack()))
	}
}

func (s *Server) isStopping() bool {
	select {
	case <-s.stopping.Done():
		return true
	default:
		return false
	}
}

// Stop ends the server in an orderly way: no new connections, every interface quits with the terminal restored, running
// verbs finish, sessions are signed out; after Limits.Stop, or when ctx ends, what is left is cut. The error is then
// context.DeadlineExceeded, or that of ctx.
func (s *Server) Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.o.Limits.Stop)
	defer cancel()
	defer s.cutting()
	s.mu.Lock()
	s.stopped = true
	s.stop()
	for l := range s.listeners {
		_ = l.Close()
	}
	s.mu.Unlock()
	s.dismiss()
	done := make(chan struct{})
	app.Guarded(s.panicked, func() {
		defer close(done)
		s.open.Wait()
	})
	orderly := time.NewTimer(s.o.Limits.Stop * 8 / 10)
	defer orderly.Stop()
	select {
	case <-done:
		return nil
	case <-orderly.C:
	case <-ctx.Done():
	}
	s.cutting()
	s.mu.Lock()
	for c := range s.callers {
		_ = c.Close()
	}
	s.mu.Unlock()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// dismiss closes the connections in which nobody is signed in.
func (s *Server) dismiss() {
	out := s.gate.parkedNow()
	s.mu.Lock()
	for c := range s.callers {
		if !c.taken() {
			out = append(out, c)
		}
	}
	s.mu.Unlock()
	for _, c := range out {
		_ = c.Close()
	}
}

// Figures are the numbers of the moment.
type Figures struct {
	// Connections are all that are open, Waiting those of them that are not signed in.
	Connections, Waiting int
	// Sessions are what is run in them, Interfaces those of them that have a terminal and no command.
	Sessions, Interfaces int
}

// Figures gives the numbers of the moment.
func (s *Server) Figures() Figures {
	waiting := s.gate.waitingNow()
	s.mu.Lock()
	defer s.mu.Unlock()
	return Figures{Connections: len(s.callers), Waiting: waiting, Sessions: s.running, Interfaces: s.screens}
}

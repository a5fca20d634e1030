package sshd

import (
	"context"
	"log/slog"
	"net"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
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
	// Clock tells the time, After waits; nil is the real clock.
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
	Handshake         time.Duration // 10 s for handshake and sign-in together; the second factor has SignIn
	SignIn            time.Duration // 2 min to type a code
	Waiting           int           // 100 connections that are not signed in, in all
	WaitingPerAddress int           // 10 of one address
	Tries             int           // 3 tries a connection
	Sessions          int           // 1000 sessions (channels) in all, at an open door too
	Stall             time.Duration // 30 s until a client that does not read is cut
	KeepAlive         time.Duration // 30 s between questions whether the client is still there; three misses end it
	Stop              time.Duration // 10 s until a stopping server lets go
}

// Server is a house that is open over SSH.
type Server struct{ o Options }

// New makes a server; nothing listens yet.
func New(o Options) *Server { return &Server{o} }

// Serve takes connections of l until Stop, or until l fails. It returns nil after Stop.
func (s *Server) Serve(l net.Listener) error { return nil }

// Stop ends the server in an orderly way: no new connections, every interface quits with the terminal restored, running
// verbs finish, sessions are signed out; after Limits.Stop, or when ctx ends, what is left is cut.
func (s *Server) Stop(ctx context.Context) error { return nil }

// Figures are the numbers of the moment.
type Figures struct {
	Connections, Waiting, Sessions, Interfaces int
}

// Figures gives the numbers of the moment.
func (s *Server) Figures() Figures { return Figures{} }

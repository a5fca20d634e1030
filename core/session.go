package core

import (
	"context"
	"sync"
	"time"
)

// SessionID numbers the sessions of a running server, from 1. Numbers are not kept over a restart.
type SessionID uint64

// SessionLimits are what a server allows (AC5). The zero value has the idle limit of the design and no other.
type SessionLimits struct {
	// Max is how many sessions may be open, PerAccount how many of one account; zero is no limit.
	Max, PerAccount int
	// Idle is how long a session may be without input; zero is 48 hours, and more than that is cut to it.
	Idle time.Duration
	// Age is how long a session may last; zero is no limit.
	Age time.Duration
}

// sessionIdle is how long a session may be without input (AC5).
const sessionIdle = 48 * time.Hour

// SessionEnd says why a session ended. It is the reason of the event session.sign_out.
type SessionEnd string

// The ends of a session.
const (
	SessionSignedOut      SessionEnd = "signed_out"      // the person left
	SessionDisconnected   SessionEnd = "disconnected"    // the connection is gone
	SessionIdle           SessionEnd = "idle"            // too long without input
	SessionTooOld         SessionEnd = "age"             // as old as the server allows
	SessionRevoked        SessionEnd = "revoked"         // ended by its owner or by Support
	SessionExpired        SessionEnd = "account_expired" // the account
	SessionRemoved        SessionEnd = "account_removed" // the account
	SessionFactorChanged  SessionEnd = "factor_changed"  // a key or the second factor was changed elsewhere
	SessionServerStopped  SessionEnd = "server_stopped"
	SessionStalled        SessionEnd = "stalled"       // the terminal does not read
	SessionServerFailed   SessionEnd = "server_failed" // the house takes no more changes
	SessionCrashed        SessionEnd = "crashed"       // a fault of the program
	SessionHouseRestored  SessionEnd = "house_restored"
	SessionAccountChanged SessionEnd = "key_gone" // the key does not belong to the account any more
)

// Session is an account that is signed in over SSH, from the moment its key has signed until it ends (AC5). It is kept
// in memory only, by the house that made it: its number means nothing to another server, nor after a restart. What is
// done through its Actor after it has ended is refused with session_ended (A6). Each session that began has one event
// session.sign_in and one event session.sign_out, both with its number. It is safe for use by many goroutines.
type Session struct {
	house *House
	facts SessionFacts // but LastInput; set before anybody else has the session
	began time.Time    // by the clock of the machine, also in a demo house whose clock was moved

	mu        sync.Mutex
	settled   *sync.Cond // no change is under way any more that ends the session
	ending    int        // how many such changes are under way
	signedOut bool       // an event of the log says that the session has ended
	lastInput Moment
	input     time.Time // of the last input, by the clock of the machine
	ended     chan struct{}
	end       SessionEnd
}

// SessionFacts are what is known of a session.
type SessionFacts struct {
	ID          SessionID `json:"id"`
	Account     AccountID `json:"account"`
	Fingerprint string    `json:"fingerprint"` // of the key that signed
	Origin      string    `json:"origin"`      // "ssh 192.0.2.7"
	Began       Moment    `json:"began"`
	LastInput   Moment    `json:"last_input"`
	// Own marks the session of whoever asks.
	Own bool `json:"own,omitempty"`
	// Person is whose it is, for lists.
	Person *Person `json:"person,omitempty"`
}

// Facts gives what is known of the session.
func (s *Session) Facts() SessionFacts {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.facts
	f.LastInput = s.lastInput
	return f
}

// Actor gives the account of the session, acting from its origin and in it.
func (s *Session) Actor() *Actor {
	a := s.house.As(s.facts.Account).From(s.facts.Origin)
	a.session = s
	return a
}

// Input notes that the person typed something: the idle limit counts from here, and from nothing else (AC5).
func (s *Session) Input() {
	now, real := s.house.Now(), s.house.clock()
	s.mu.Lock()
	s.lastInput, s.input = now, real
	s.mu.Unlock()
}

// Ended is closed when the session has ended; what shows it must stop at once.
func (s *Session) Ended() <-chan struct{} { return s.ended }

// End says why the session ended; empty while it is open.
func (s *Session) End() SessionEnd {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.end
}

// close ends the session; only the first reason counts.
func (s *Session) close(why SessionEnd) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.end != "" {
		return false
	}
	s.end = why
	close(s.ended)
	return true
}

// SigningIn is somebody whose key has signed.
type SigningIn struct {
	Fingerprint string // of the key that signed, SHA-256 as OpenSSH writes it
	Code        string // a TOTP or recovery code, where Recognize asked for one
	Origin      string // "ssh 192.0.2.7"
}

// SignInQuestion is what a person whose key has signed is asked besides.
type SignInQuestion string

// The answers of Recognize.
const (
	AskNothing    SignInQuestion = "nothing"
	AskCode       SignInQuestion = "code"       // a TOTP or recovery code (AC17)
	AskActivation SignInQuestion = "activation" // an activation code: the key belongs to nobody (AC18)
)

// Recognize says what a key that has signed is asked for before it is signed in. It changes nothing but the log: a
// refusal is audited (AU8). A key that belongs to nobody is not, because the next key of the same agent may be known:
// see Unrecognized. Refused with account_expired, inactive_account, second_factor_locked, security_key_required, and
// where a code would be asked for, with too_many_sessions.
func (h *House) Recognize(ctx context.Context, in SigningIn) (SignInQuestion, error) {
	return h.recognize(ctx, in)
}

// Unrecognized notes that somebody came whose key has signed and belongs to nobody, and who signs in with no other key:
// they leave, or turn to activation. It is always refused, with unknown_key, and that is audited with the fingerprint,
// once in ten minutes for each address (of IPv6 for each network of 64 bits; AU2, AU8). A key that belongs to somebody
// by now gives nil, and no event.
func (h *House) Unrecognized(ctx context.Context, in SigningIn) error { return h.unrecognized(ctx, in) }

// SignIn begins a session: the key has signed. In one transaction it looks the key up, looks at the account, uses up the
// code where one is needed (AC15–AC17), notes when the key was used, and writes session.sign_in. Refused with
// unknown_key, account_expired, inactive_account, second_factor_wrong, second_factor_locked, security_key_required,
// key_missing, too_many_sessions, and read_only in a house that cannot write it down; refusals are audited (AU8), for a
// key of nobody with its fingerprint.
func (h *House) SignIn(ctx context.Context, in SigningIn) (*Session, error) {
	return h.signIn(ctx, in)
}

// Confirm looks whether the session still stands: its key still belongs to its account, the account may act, and the
// house was not put back from a backup since. It ends the session and answers with the reason where it does not. It is
// asked when a channel of a connection opens.
func (s *Session) Confirm(ctx context.Context) error { return s.confirm(ctx) }

// SignOut ends the session and writes session.sign_out with the reason. Only the first call does anything.
func (s *Session) SignOut(ctx context.Context, why SessionEnd) error { return s.signOut(ctx, why) }

// Sessions lists the open sessions of an account, the newest first: the own ones, for Support also other people's; the
// zero account lists all for Support, and the own ones for everybody else. Refused with not_found for other people's (AC10).
func (a *Actor) Sessions(ctx context.Context, of Who) ([]SessionFacts, error) {
	return a.sessions(ctx, of)
}

// RevokeSession ends a session, an own one or for Support any (AC5). It writes session.revoke, and linked to it the
// session.sign_out of the session, as every change does that ends sessions (AU14). Refused with not_found.
func (a *Actor) RevokeSession(ctx context.Context, id SessionID) error {
	return a.revokeSession(ctx, id)
}

// ReviewSessions ends the sessions that were too long without input, are too old, or began before the house was put
// back from a backup. A server calls it every second.
func (h *House) ReviewSessions(ctx context.Context) error { return h.reviewSessions(ctx) }

// LimitSessions sets what is allowed from now on; open sessions stay until a limit of time ends them.
func (h *House) LimitSessions(l SessionLimits) {
	h.sessions.mu.Lock()
	defer h.sessions.mu.Unlock()
	h.sessions.limits = l
}

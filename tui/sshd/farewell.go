package sshd

import (
	"context"

	"gatehouse/core"
)

// farewells say why a session ended that its person did not end. They are the only place for these words.
var farewells = map[core.SessionEnd]string{
	core.SessionIdle:           "Your session ended: nothing was typed for too long. What was decided is saved; sign in again to go on.",
	core.SessionTooOld:         "Your session ended: it was as old as this server allows. Sign in again to go on.",
	core.SessionRevoked:        "Your session ended: it was ended from another session of yours, or by Support.",
	core.SessionExpired:        "Your session ended: the account has expired. Support can renew it.",
	core.SessionRemoved:        "Your session ended: the account was removed.",
	core.SessionFactorChanged:  "Your session ended: a key or the second factor of the account was changed elsewhere. Sign in again to go on.",
	core.SessionServerStopped:  "Your session ended: the server is stopping. What was decided is saved; try again in a moment.",
	core.SessionServerFailed:   "Your session ended: the server could not save, and stops. Nobody knows whether the last change was saved; sign in again and look.",
	core.SessionHouseRestored:  "Your session ended: the house was put back from a backup. Sign in again to go on.",
	core.SessionAccountChanged: "Your session ended: its key does not belong to the account any more.",
	core.SessionCrashed:        "Your session ended: something failed inside Gatehouse. What was decided is saved.",
	core.SessionStalled:        "Your session ended: the terminal did not read.",
	core.SessionSignedOut:      "Your session ended: it was signed out.",
	core.SessionDisconnected:   "Your session ended: the connection is gone.",
}

// farewell says why the session of the guest has ended, or the server ends it.
func (c *channel) farewell() string {
	if s := c.guest.session; s != nil {
		if why := s.End(); why != "" {
			return farewells[why]
		}
	}
	if c.server.isStopping() || c.server.cut.Err() != nil {
		return farewells[c.server.ending()]
	}
	return ""
}

// Fail is Stop when the house takes no more changes: everybody is told that nobody knows what was saved last.
func (s *Server) Fail(ctx context.Context) error {
	s.mu.Lock()
	s.failed = true
	s.mu.Unlock()
	return s.Stop(ctx)
}

// ending is why sessions end that the stopping server ends.
func (s *Server) ending() core.SessionEnd {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed {
		return core.SessionServerFailed
	}
	return core.SessionServerStopped
}

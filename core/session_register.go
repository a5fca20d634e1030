package core

import (
	"cmp"
	"slices"
	"strconv"
	"sync"
)

// register holds the sessions of a house. A session has a place in it from inside the transaction that signs it in:
// so limits hold for those that sign in at once, and a change that ends the sessions of an account misses none.
type register struct {
	// settle is held for reading by every change from before its transaction until its sessions are opened and closed.
	// Who locks it for writing, for a moment, sees the sessions as the last commit has left them.
	settle sync.RWMutex

	mu     sync.Mutex
	last   SessionID
	held   map[SessionID]*place
	limits SessionLimits
}

// place is what a session takes in the register.
type place struct {
	*Session
	account AccountID
	open    bool // its sign-in is committed
}

func newSession(h *House) *Session {
	s := &Session{house: h, ended: make(chan struct{})}
	s.settled = sync.NewCond(&s.mu)
	return s
}

// hold takes a place for a session, unless there are as many as are allowed. Holding it again changes nothing.
func (r *register) hold(s *Session, account AccountID) *Error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p, ok := r.held[s.facts.ID]; ok && p.Session == s && p.account == account {
		return nil
	}
	if full := r.full(account); full != nil {
		return full
	}
	if r.held == nil {
		r.held = map[SessionID]*place{}
	}
	if s.facts.ID == 0 {
		r.last++
		s.facts.ID = r.last
	}
	r.held[s.facts.ID] = &place{Session: s, account: account}
	return nil
}

// full says that there are as many sessions as are allowed, of all or of the account. mu is held.
func (r *register) full(account AccountID) *Error {
	if most := r.limits.Max; most > 0 && len(r.held) >= most {
		return tooManySessions(len(r.held))
	}
	most := r.limits.PerAccount
	if most <= 0 {
		return nil
	}
	n := 0
	for _, other := range r.held {
		if other.account == account {
			n++
		}
	}
	if n >= most {
		return tooManySessions(n)
	}
	return nil
}

// room says what hold would say now. It is advice: whoever comes meanwhile may take the last place.
func (r *register) room(account AccountID) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if full := r.full(account); full != nil {
		return full
	}
	return nil
}

// open makes a session that has a place one that is listed.
func (r *register) open(s *Session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p, ok := r.held[s.facts.ID]; ok {
		p.open = true
	}
}

// release gives the place of a session back.
func (r *register) release(s *Session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.held, s.facts.ID)
}

// of gives the sessions of an account, also those whose sign-in is just being committed, the newest first.
func (r *register) of(account AccountID) []*Session {
	return r.list(func(p *place) bool { return p.account == account })
}

// list gives the sessions that fit, the newest first.
func (r *register) list(fits func(*place) bool) []*Session {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []*Session
	for _, p := range r.held {
		if fits(p) {
			out = append(out, p.Session)
		}
	}
	slices.SortFunc(out, func(a, b *Session) int { return cmp.Compare(b.facts.ID, a.facts.ID) })
	return out
}

// get gives an open session.
func (r *register) get(id SessionID) (*Session, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, ok := r.held[id]
	if !ok || !p.open {
		return nil, false
	}
	return p.Session, true
}

func (r *register) allowed() SessionLimits {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.limits
}

func tooManySessions(n int) *Error {
	verb := "are"
	if n == 1 {
		verb = "is"
	}
	return refuse(ReasonTooManySessions, words{"sessions": strconv.Itoa(n) + " " + plural(n, "session") + " " + verb})
}

// String writes the number as verbs and events do.
func (id SessionID) String() string { return strconv.FormatUint(uint64(id), 10) }

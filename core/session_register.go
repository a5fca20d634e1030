package core

import (
	"cmp"
	"slices"
	"sync"
)

// register holds the open sessions of a house.
type register struct {
	mu     sync.Mutex
	last   SessionID
	open   map[SessionID]*Session
	limits SessionLimits
}

// add opens a session unless there are as many as are allowed.
func (r *register) add(s *Session) *Error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if most := r.limits.Max; most > 0 && len(r.open) >= most {
		return tooManySessions(len(r.open))
	}
	if most := r.limits.PerAccount; most > 0 {
		n := 0
		for _, other := range r.open {
			if other.facts.Account == s.facts.Account {
				n++
			}
		}
		if n >= most {
			return tooManySessions(n)
		}
	}
	if r.open == nil {
		r.open = map[SessionID]*Session{}
	}
	r.last++
	s.facts.ID = r.last
	r.open[s.facts.ID] = s
	return nil
}

func (r *register) remove(id SessionID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.open, id)
}

// list gives the open sessions that fit, the newest first.
func (r *register) list(fits func(*Session) bool) []*Session {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []*Session
	for _, s := range r.open {
		if fits(s) {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b *Session) int { return cmp.Compare(b.facts.ID, a.facts.ID) })
	return out
}

func (r *register) get(id SessionID) (*Session, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok := r.open[id]
	return s, ok
}

package core

import (
	"cmp"
	"slices"
	"sync"
)

// Onlooker is somebody who has a record open on a screen, as that screen says it.
type Onlooker struct {
	// At is the record; the zero Ref is nowhere.
	At      Ref
	Account AccountID
	// Label is how the person is named to those who may know: the address.
	Label string
	// Decides is set for who may decide it (R5).
	Decides bool
}

// Company is what somebody who has a record open is told about the others who have.
type Company struct {
	// Names are the labels of the first of them, More is how many there are besides.
	Names []string
	More  int
	// Somebody is set instead for who is told no names: somebody who may decide has it open.
	Somebody bool
}

// Nobody reports whether there is nothing to say.
func (c Company) Nobody() bool { return len(c.Names) == 0 && !c.Somebody }

// companyNames is how many names are said.
const companyNames = 2

// CompanyOf says what me is told about the others who have the same record open. Only those who may decide it count.
// Who may decide it too is told their names, which its page says anyway; everybody else, the requester first of all,
// learns only that somebody looks (A10). Other sessions of the same account are nobody else.
func CompanyOf(me Onlooker, others []Onlooker) Company {
	var c Company
	seen := map[AccountID]bool{me.Account: true}
	var names []string
	for _, o := range others {
		if o.At != me.At || o.At.IsZero() || !o.Decides || seen[o.Account] {
			continue
		}
		seen[o.Account] = true
		names = append(names, o.Label)
	}
	if len(names) == 0 {
		return c
	}
	if !me.Decides {
		return Company{Somebody: true}
	}
	slices.Sort(names)
	n := min(len(names), companyNames)
	return Company{Names: names[:n:n], More: len(names) - n}
}

// Presence knows who has which record open, in all sessions of one process. It is kept in memory only: it reads nothing,
// writes nothing, and nobody waits for it. It is safe for use by many goroutines.
type Presence struct {
	mu    sync.Mutex
	seats map[Ref]map[*Seat]struct{}
}

// Presence gives the board that the sessions of the house share.
func (h *House) Presence() *Presence { return &h.presence }

// Seat gives a place at the board to a session; it is nowhere until it takes one. Leave it when the session ends.
func (p *Presence) Seat() *Seat { return &Seat{board: p, woken: make(chan Changed, 1)} }

// Seat is the place of one session.
type Seat struct {
	board *Presence
	who   Onlooker
	left  bool
	woken chan Changed
}

// Take says what is open in the session now; an Onlooker at the zero Ref has nothing open. Those who had or have the
// same record open are woken.
func (s *Seat) Take(who Onlooker) {
	p := s.board
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.left || s.who == who {
		return
	}
	before := s.who
	p.drop(s)
	s.who = who
	if !who.At.IsZero() {
		if p.seats == nil {
			p.seats = map[Ref]map[*Seat]struct{}{}
		}
		if p.seats[who.At] == nil {
			p.seats[who.At] = map[*Seat]struct{}{}
		}
		p.seats[who.At][s] = struct{}{}
	}
	p.wake(before.At, s)
	if who.At != before.At {
		p.wake(who.At, s)
	}
}

// Leave ends the seat for good.
func (s *Seat) Leave() {
	p := s.board
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.left {
		return
	}
	p.drop(s)
	p.wake(s.who.At, s)
	s.who, s.left = Onlooker{}, true
}

// Company is what the session is told now.
func (s *Seat) Company() Company {
	p := s.board
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.who.At.IsZero() || len(p.seats[s.who.At]) < 2 {
		return Company{}
	}
	others := make([]Onlooker, 0, len(p.seats[s.who.At]))
	for o := range p.seats[s.who.At] {
		others = append(others, o.who)
	}
	slices.SortFunc(others, func(a, b Onlooker) int { return cmp.Compare(a.Account, b.Account) })
	return CompanyOf(s.who, others)
}

// Woken has something in it when others came to, or left, the record that is open here. It holds one entry, so whoever
// does not fetch it delays nobody.
func (s *Seat) Woken() <-chan Changed { return s.woken }

func (p *Presence) drop(s *Seat) {
	at := p.seats[s.who.At]
	delete(at, s)
	if len(at) == 0 {
		delete(p.seats, s.who.At)
	}
}

func (p *Presence) wake(at Ref, but *Seat) {
	for s := range p.seats[at] {
		if s == but {
			continue
		}
		select {
		case s.woken <- Changed{}:
		default:
		}
	}
}

package sshd

import (
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// refusal is why the gate does not let a connection in, as a line for whoever knocks; empty lets in.
type refusal string

const (
	// refusedAddress: as many of this address wait as may.
	refusedAddress refusal = "Gatehouse: too many connections of your address are signing in. Try again in a moment."
	// refusedTotal: as many wait as may, or too many come at once.
	refusedTotal refusal = "Gatehouse: too many connections at once. Try again in a moment."
	// refusedPenalty: this address has failed too often.
	refusedPenalty refusal = "Gatehouse: too many failed sign-ins from your address. Try again in a minute."
	// parked is no refusal: the connection waits for its turn.
	parked refusal = "parked"
)

// What the gate allows besides the limits of the options.
const (
	// A debt of failures is paid off by time, a second each second. Above the bound nothing of that address is let in.
	// It never grows beyond the most, so that a shared address comes back after it.
	penaltyBound = 20 * time.Second
	penaltyMost  = 5 * time.Minute
	// costRefused is for a sign-in that failed, costSilent for one that was never finished, costGone for a connection
	// that left before it tried anything, as port scanners and health checks do.
	costRefused = 5 * time.Second
	costSilent  = 5 * time.Second
	costGone    = time.Second
	// debtors is how many addresses are remembered. Beyond it, those that owe least are forgotten.
	debtors = 4096
	// Connections above WaitingPerAddress wait unread for their turn: honest ones need milliseconds. So a script with
	// many verbs at once loses none of them.
	parkedMost       = 256
	parkedPerAddress = 64
	parkedTime       = 5 * time.Second
	// In all, so many connections are let in a second, and so many at once after a pause: of addresses of which others
	// are signing in, and as many of other addresses. A handshake costs some milliseconds of a processor.
	comeRate  = 200
	comeBurst = 600
)

// debt is what an address owes for failures.
type debt struct {
	owed time.Duration
	at   time.Time
}

// now is what is left of the debt.
func (d debt) now(at time.Time) time.Duration { return max(0, d.owed-at.Sub(d.at)) }

// gate is who may knock: it bounds the connections that are not signed in, in all and for each address, and remembers
// the addresses that fail (trust requirement 4). An address is an IPv4 address, or the /64 of an IPv6 one. Sign-ins
// that succeed cost nothing, however many there are.
type gate struct {
	limits Limits
	clock  func() time.Time

	mu      sync.Mutex
	first   *rate.Limiter // of addresses of which nobody waits
	more    *rate.Limiter
	waiting map[*caller]struct{}
	of      map[netip.Prefix]int // how many wait of an address
	parked  []*caller            // the first came first
	debts   map[netip.Prefix]debt
	drops   int // since somebody looked
}

func newGate(l Limits, clock func() time.Time) *gate {
	return &gate{
		limits: l, clock: clock, first: rate.NewLimiter(comeRate, comeBurst), more: rate.NewLimiter(comeRate, comeBurst),
		waiting: map[*caller]struct{}{}, of: map[netip.Prefix]int{}, debts: map[netip.Prefix]debt{},
	}
}

// knock says whether a connection may come in. When too many wait in all, one makes room that has not signed with any
// key, or else one whose key belongs to nobody: of the address of which most wait, the one that waits longest. Honest
// clients sign at once, so a flood meets itself. It is given back to be closed.
func (g *gate) knock(c *caller) (evicted *caller, why refusal) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.clock()
	c.knocked = now
	defer func() {
		if why != "" && why != parked {
			g.drops++
		}
		if evicted != nil {
			g.drops++
		}
	}()
	if g.owes(c.source, now) {
		return nil, refusedPenalty
	}
	if g.of[c.source] >= g.limits.WaitingPerAddress {
		return nil, g.park(c)
	}
	come := g.first
	if g.of[c.source] > 0 {
		come = g.more
	}
	if !come.AllowN(now, 1) {
		return nil, refusedTotal
	}
	if len(g.waiting) >= g.limits.Waiting {
		if evicted = g.stranger(); evicted == nil {
			return nil, refusedTotal
		}
		g.remove(evicted)
	}
	g.enter(c)
	return evicted, ""
}

func (g *gate) owes(source netip.Prefix, now time.Time) bool {
	return g.debts[source].now(now) > penaltyBound
}

// park has a connection wait for its turn.
func (g *gate) park(c *caller) refusal {
	if len(g.parked) >= parkedMost {
		return refusedAddress
	}
	n := 0
	for _, other := range g.parked {
		if other.source == c.source {
			n++
		}
	}
	if n >= parkedPerAddress {
		return refusedAddress
	}
	g.parked = append(g.parked, c)
	return parked
}

func (g *gate) enter(c *caller) {
	g.waiting[c] = struct{}{}
	g.of[c.source]++
}

// stranger gives the connection that makes room; nil when all have a key that is known. Keys are cheap to make: who has
// signed with one of nobody is asked for a code for minutes, and must not keep others out meanwhile.
func (g *gate) stranger() *caller {
	var out *caller
	for c := range g.waiting {
		if !c.known.Load() && (out == nil || g.sooner(c, out)) {
			out = c
		}
	}
	return out
}

// sooner says whether a makes room before b.
func (g *gate) sooner(a, b *caller) bool {
	if signed := a.signed.Load(); signed != b.signed.Load() {
		return !signed
	}
	if g.of[a.source] != g.of[b.source] {
		return g.of[a.source] > g.of[b.source]
	}
	return a.knocked.Before(b.knocked)
}

// remove takes a connection off those that wait; false when it does not wait any more.
func (g *gate) remove(c *caller) bool {
	if _, ok := g.waiting[c]; !ok {
		return false
	}
	delete(g.waiting, c)
	if g.of[c.source]--; g.of[c.source] == 0 {
		delete(g.of, c.source)
	}
	return true
}

// passed notes that a connection has signed in: it does not wait any more, and its address owes for one failure less.
// It gives those whose turn it is.
func (g *gate) passed(c *caller) []*caller {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.remove(c) {
		return nil
	}
	if owed := g.debts[c.source].now(g.clock()); owed <= costRefused {
		delete(g.debts, c.source)
	} else {
		g.debts[c.source] = debt{owed - costRefused, g.clock()}
	}
	return g.turn(c.source)
}

// left notes that a connection has ended, and what it costs its address when it was not signed in. It gives those whose
// turn it is. It does nothing for a connection that does not wait.
func (g *gate) left(c *caller, cost time.Duration) []*caller {
	g.mu.Lock()
	defer g.mu.Unlock()
	waited := g.remove(c)
	if cost > 0 {
		g.owe(c.source, cost)
	}
	if !waited {
		return nil
	}
	return g.turn(c.source)
}

// owe adds to the debt of an address.
func (g *gate) owe(source netip.Prefix, cost time.Duration) {
	now := g.clock()
	if _, ok := g.debts[source]; !ok && len(g.debts) >= debtors {
		g.forget(now)
	}
	g.debts[source] = debt{min(g.debts[source].now(now)+cost, penaltyMost), now}
}

// forget makes room among the debtors: those that owe nothing go, and when that is nobody, a tenth that owes least.
func (g *gate) forget(now time.Time) {
	maps.DeleteFunc(g.debts, func(_ netip.Prefix, d debt) bool { return d.now(now) == 0 })
	if len(g.debts) < debtors {
		return
	}
	least := slices.SortedFunc(maps.Keys(g.debts), func(a, b netip.Prefix) int {
		return int(g.debts[a].now(now) - g.debts[b].now(now))
	})
	for _, source := range least[:debtors/10] {
		delete(g.debts, source)
	}
}

// turn takes those of an address in that waited for it.
func (g *gate) turn(source netip.Prefix) []*caller {
	var next []*caller
	g.parked = slices.DeleteFunc(g.parked, func(c *caller) bool {
		if c.source != source || g.of[source] >= g.limits.WaitingPerAddress || len(g.waiting) >= g.limits.Waiting ||
			g.owes(source, g.clock()) {
			return false
		}
		g.enter(c)
		next = append(next, c)
		return true
	})
	return next
}

// impatient takes off those that waited too long for their turn.
func (g *gate) impatient() []*caller {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.clock()
	var out []*caller
	g.parked = slices.DeleteFunc(g.parked, func(c *caller) bool {
		late := now.Sub(c.knocked) >= parkedTime
		if late {
			out = append(out, c)
		}
		return late
	})
	g.drops += len(out)
	return out
}

// parkedNow takes off all that wait for their turn.
func (g *gate) parkedNow() []*caller {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := g.parked
	g.parked = nil
	return out
}

// dropped gives how many were dropped since the last call.
func (g *gate) dropped() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := g.drops
	g.drops = 0
	return n
}

// waitingNow gives how many wait, in and before the handshake.
func (g *gate) waitingNow() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.waiting) + len(g.parked)
}

package sshd

import (
	"context"
	"crypto/ed25519"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// knocker is a gate with a clock that the test moves.
type knocker struct {
	t    *testing.T
	gate *gate
	now  time.Time
}

func newKnocker(t *testing.T, l Limits) *knocker {
	t.Helper()
	k := &knocker{t: t, now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	k.gate = newGate(l.filled(), func() time.Time { return k.now })
	return k
}

func (k *knocker) from(address string) *caller {
	near, far := net.Pipe()
	k.t.Cleanup(func() { _ = near.Close(); _ = far.Close() })
	return newCaller(&Server{}, at{near, address})
}

// at is a connection from an address.
type at struct {
	net.Conn
	address string
}

func (a at) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(a.address)) }

// knock gives how many of n connections of an address are let in, and wait for their turn.
func (k *knocker) knock(address string, n int) (in []*caller, turn, dropped int) {
	for range n {
		c := k.from(address)
		switch _, why := k.gate.knock(c); why {
		case "":
			in = append(in, c)
		case parked:
			turn++
		default:
			dropped++
		}
	}
	return in, turn, dropped
}

// What the gate counts as one address: IPv4 whole, IPv6 by /64; ports and zones do not matter.
func TestAddressesOfCallers(t *testing.T) {
	k := newKnocker(t, Limits{})
	for from, want := range map[string][2]string{
		"192.0.2.7:1":              {"192.0.2.7", "192.0.2.7/32"},
		"[::ffff:192.0.2.7]:9":     {"192.0.2.7", "192.0.2.7/32"},
		"[2001:db8:1:2:3:4:5:6]:1": {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		"[fe80::1%eth0]:1":         {"fe80::1", "fe80::/64"},
		"[::1]:65535":              {"::1", "::/64"},
		"127.0.0.1:1":              {"127.0.0.1", "127.0.0.1/32"},
	} {
		c := k.from(from)
		if c.address != want[0] || c.source.String() != want[1] || c.origin() != "ssh "+want[0] {
			t.Errorf("%s: %q, %q, %v", from, c.origin(), c.address, c.source)
		}
	}
}

// At most so many wait of an address, and in all; who is above the first waits for its turn, and gets it.
func TestGateBoundsWhoWaits(t *testing.T) {
	k := newKnocker(t, Limits{})
	in, turn, dropped := k.knock("192.0.2.7:1", 200)
	if len(in) != 10 || turn != parkedPerAddress || dropped != 200-10-parkedPerAddress {
		t.Fatalf("of one address %d in, %d wait, %d dropped", len(in), turn, dropped)
	}
	if got, _, _ := k.knock("[2001:db8::1]:1", 10); len(got) != 10 {
		t.Errorf("%d of another address", len(got))
	}
	if got, turn, _ := k.knock("[2001:db8::2]:1", 1); len(got) != 0 || turn != 1 {
		t.Error("the same /64 is another address")
	}
	next := k.gate.passed(in[0])
	if len(next) != 1 || next[0].address != "192.0.2.7" {
		t.Fatalf("whose turn it is: %v", next)
	}
	if next := k.gate.passed(in[0]); next != nil {
		t.Error("one left twice")
	}
	k.now = k.now.Add(parkedTime)
	if late := k.gate.impatient(); len(late) != parkedPerAddress {
		t.Errorf("%d waited too long, want %d", len(late), parkedPerAddress)
	}
	if n := k.gate.waitingNow(); n != 20 {
		t.Errorf("%d wait, want 20", n)
	}
}

// When too many wait in all, the longest silent one makes room; one that has signed stays.
func TestGateMakesRoom(t *testing.T) {
	k := newKnocker(t, Limits{Waiting: 3})
	var in []*caller
	for _, a := range []string{"192.0.2.1:1", "192.0.2.2:1", "192.0.2.3:1"} {
		c := k.from(a)
		if _, why := k.gate.knock(c); why != "" {
			t.Fatal(why)
		}
		in = append(in, c)
		k.now = k.now.Add(time.Second)
	}
	in[0].signed.Store(true)
	evicted, why := k.gate.knock(k.from("192.0.2.4:1"))
	if why != "" || evicted != in[1] {
		t.Fatalf("%q, evicted %v", why, evicted)
	}
	if n := k.gate.waitingNow(); n != 3 {
		t.Errorf("%d wait", n)
	}
	if next := k.gate.left(evicted, 0); next != nil {
		t.Error("who was put out left once more")
	}
	for c := range k.gate.waiting {
		c.signed.Store(true)
	}
	in[0].known.Store(true)
	// A key of one's own making has signed soon. So strangers who are only being asked for a code make room too, but
	// never somebody whose key is known.
	for _, from := range []string{"192.0.2.5:1", "192.0.2.6:1", "192.0.2.7:1"} {
		c := k.from(from)
		if evicted, why := k.gate.knock(c); why != "" || evicted == nil || evicted == in[0] {
			t.Fatalf("%s: %q, evicted %v", from, why, evicted)
		}
		c.signed.Store(true)
		k.now = k.now.Add(time.Second)
	}
	for c := range k.gate.waiting {
		c.known.Store(true)
	}
	if _, why := k.gate.knock(k.from("192.0.2.8:1")); why != refusedTotal {
		t.Errorf("nobody can make room: %q", why)
	}
}

// pipes is a listener that gives connections of the test.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// Who is put out to make room may be one who never reads. Nobody waits for that: not the listener, and not the next.
func TestMakingRoomWaitsForNobody(t *testing.T) {
	_, secret, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := gossh.NewSignerFromKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	s := New(Options{
		OpenDoor: true, HostKeys: []gossh.Signer{key}, Limits: Limits{Waiting: 1},
		Run: func(context.Context, *Client) int { return 0 },
	})
	l := make(pipes)
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }() // recovers: it has nothing that panics
	for i := range 5 {
		near, far := net.Pipe() // a write waits until somebody reads
		t.Cleanup(func() { _ = far.Close() })
		select {
		case l <- at{near, netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}), 1).String()}:
		case <-time.After(time.Minute):
			t.Fatalf("connection %d is not taken: the listener waits for one that does not read", i)
		}
		if i < 4 {
			continue
		}
		_ = far.SetReadDeadline(time.Now().Add(time.Minute))
		said := make([]byte, 7)
		if _, err := io.ReadFull(far, said); err != nil || string(said) != "SSH-2.0" {
			t.Errorf("the last one is told %q, %v", said, err)
		}
	}
	close(l)
	if err := s.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	<-done
}

// Failures cost the address that failed, more with each, and fade; success costs nothing and forgives one.
func TestGatePenalties(t *testing.T) {
	k := newKnocker(t, Limits{})
	const bad, good = "192.0.2.7:1", "198.51.100.1:1"
	fail := func() bool {
		in, _, _ := k.knock(bad, 1)
		if len(in) == 0 {
			return false
		}
		k.gate.left(in[0], costRefused)
		return true
	}
	n := 0
	for fail() {
		n++
	}
	if n != 5 {
		t.Errorf("%d failures in a row, want 5", n)
	}
	if got, _, _ := k.knock(good, 1); len(got) != 1 {
		t.Error("another address pays too")
	}
	for range 60 {
		k.now = k.now.Add(time.Second)
		if fail() {
			n++
		}
	}
	if n < 15 || n > 18 { // one each five seconds
		t.Errorf("%d failures in a minute", n)
	}
	in, _, _ := k.knock(bad, 1)
	for range 1000 { // connections that were open already
		k.gate.left(k.from(bad), costRefused)
	}
	if owed := k.gate.debts[netip.MustParsePrefix("192.0.2.7/32")].now(k.now); owed != penaltyMost {
		t.Errorf("owed %v, the most is %v", owed, penaltyMost)
	}
	k.now = k.now.Add(penaltyMost)
	if !fail() {
		t.Error("the penalty does not fade")
	}
	_ = in
	for range 100 { // a script with a right key, among failures of a colleague
		in, _, _ := k.knock(bad, 3)
		if len(in) != 3 {
			t.Fatal("success is punished")
		}
		k.gate.left(in[0], costRefused)
		k.gate.passed(in[1])
		k.gate.passed(in[2])
		k.now = k.now.Add(10 * time.Millisecond)
	}
}

// The table of debtors is bounded: those that owe least are forgotten.
func TestGateForgets(t *testing.T) {
	k := newKnocker(t, Limits{})
	worst := k.from("192.0.2.1:1")
	for range 10 {
		k.gate.left(worst, costRefused)
	}
	for i := range 3 * debtors {
		k.gate.left(k.from(netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 1).String()), costGone)
		if n := len(k.gate.debts); n > debtors {
			t.Fatalf("%d debtors", n)
		}
	}
	if _, why := k.gate.knock(k.from("192.0.2.1:1")); why != refusedPenalty {
		t.Errorf("the worst is forgotten: %q", why)
	}
	k.now = k.now.Add(penaltyMost)
	k.gate.owe(netip.MustParsePrefix("192.0.2.9/32"), costGone)
	k.gate.forget(k.now)
	if n := len(k.gate.debts); n > debtors {
		t.Errorf("%d debtors", n)
	}
}

// In all only so many come in a second, whoever they are.
func TestGateBoundsTheRate(t *testing.T) {
	k := newKnocker(t, Limits{Waiting: 100_000})
	in := 0
	for i := range 2 * comeBurst {
		got, _, _ := k.knock(netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), 1).String(), 1)
		in += len(got)
	}
	if in != comeBurst {
		t.Errorf("%d at once, want %d", in, comeBurst)
	}
	k.now = k.now.Add(time.Second)
	in = 0
	for i := range comeBurst {
		got, _, _ := k.knock(netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 1, byte(i >> 8), byte(i)}), 1).String(), 1)
		in += len(got)
	}
	if in != comeRate {
		t.Errorf("%d in the next second, want %d", in, comeRate)
	}
}

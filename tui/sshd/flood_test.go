package sshd_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/tui/sshd"
	"gatehouse/tui/sshd/sshtest"
)

// dialFrom opens a socket from an address of the loopback.
func dialFrom(t *testing.T, addr, from string) net.Conn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: sshtest.Patience}
	conn, err := d.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// signsIn measures how long otto needs to sign in and run a command, from an address that nobody else uses.
func (h *served) signsIn() time.Duration {
	const name, from = "otto", "127.0.0.2"
	h.t.Helper()
	began := time.Now()
	c, _, err := sshtest.Try(h.t, h.addr, sshtest.Login{Keys: []gossh.Signer{h.key(name)}, From: from})
	if err != nil {
		log := h.log.String()
		h.t.Fatalf("not signed in after %v: %v; the log ends:\n%s", time.Since(began), err, log[max(0, len(log)-2000):])
	}
	if got := c.Run("who", "").Out; got != h.is(name, h.key(name), from) {
		h.t.Errorf("it is %q", got)
	}
	took := time.Since(began)
	_ = c.Close()
	return took
}

// Thousands of sockets that say nothing, or half a handshake, or one byte at a time, from one address and from many, do
// not keep anybody out, and none of them stays (trust-D3).
func TestSilentSockets(t *testing.T) {
	const many = 3000
	h := serve(t, nil)
	h.key("otto")
	h.signsIn()
	sshtest.Await(t, "nothing is open", func() bool { return h.server.Figures() == sshd.Figures{} })
	before := runtime.NumGoroutine()

	began := time.Now()
	var conns []net.Conn
	var dripping sync.WaitGroup
	stop := make(chan struct{})
	worst := time.Duration(0)
	for i := range many {
		from := "127.0.0.1"
		if i%2 == 1 { // half of them from 150 addresses, so that all of the places are fought for
			from = fmt.Sprintf("127.0.3.%d", 1+i%150)
		}
		c := dialFrom(t, h.addr, from)
		conns = append(conns, c)
		switch i % 10 {
		case 1, 2, 3:
			_, _ = io.WriteString(c, "SSH-2.0-half\r\n\x00\x00\x05\x14\x0a\x14half of a key exchange")
		case 4:
			_, _ = io.WriteString(c, "GET / HTTP/1.1\r\n\r\n")
		case 5:
			if i < 200 {
				dripping.Go(func() { drip(c, stop) })
			}
		}
		if i%500 == 499 {
			worst = max(worst, h.signsIn())
		}
	}
	f := h.server.Figures()
	open := len(conns)
	t.Logf("%d sockets in %v; waiting %d; the worst sign-in meanwhile took %v, 1 s is promised", many, time.Since(began), f.Waiting, worst)
	if f.Waiting > 100+256 {
		t.Errorf("%d wait", f.Waiting)
	}
	for _, c := range conns {
		_ = c.SetReadDeadline(began.Add(2 * time.Minute)) // 12 s are promised, on a machine that does nothing else
		if _, err := io.Copy(io.Discard, c); err != nil {
			var e net.Error
			if errors.As(err, &e) && e.Timeout() {
				continue
			}
		}
		open--
		_ = c.Close()
	}
	close(stop)
	dripping.Wait()
	took := time.Since(began)
	t.Logf("all were closed after %v; dropped %d, handshakes not finished %d", took, h.counted(sshd.EventDropped), h.counted(sshd.EventHandshake))
	if open != 0 {
		t.Errorf("%d of %d sockets are still open", open, many)
	}
	sshtest.Await(t, "nothing is open", func() bool { return h.server.Figures() == sshd.Figures{} })
	sshtest.Await(t, "no goroutine stays", func() bool { return runtime.NumGoroutine() <= before+5 })
}

// drip sends one byte after the other, slowly.
func drip(c net.Conn, stop <-chan struct{}) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		case <-tick.C:
			if _, err := c.Write([]byte("SSH-2.0-slow                                        ")[i%40 : i%40+1]); err != nil {
				return
			}
		}
	}
}

// Ten thousand wrong keys from one address slow that address down, and nobody else (trust-D8).
func TestWrongKeysFromOneAddress(t *testing.T) {
	const many = 10_000
	h := serve(t, nil)
	h.key("otto")
	h.signsIn()
	var tried, reached atomic.Int64
	var flood sync.WaitGroup
	for range 8 {
		flood.Go(func() {
			for tried.Add(1) <= many {
				_, talk, err := sshtest.Try(t, h.addr, sshtest.Login{Keys: []gossh.Signer{sshtest.Key(t)}, Answers: []string{"guess", "guess", "guess"}})
				if err == nil {
					t.Error("a wrong key is let in")
				}
				if len(talk.Asked()) > 0 {
					reached.Add(1)
				}
			}
		})
	}
	worst := time.Duration(0)
	done := make(chan struct{})
	go func() { flood.Wait(); close(done) }()
	rounds := 0
	for running := true; running; rounds++ {
		worst = max(worst, h.signsIn())
		select {
		case <-done:
			running = false
		default:
		}
	}
	t.Logf("%d wrong keys, %d of them were asked for a code, %d dropped; %d sign-ins of a second address, the slowest %v, 1 s is promised",
		many, reached.Load(), h.counted(sshd.EventDropped), rounds, worst)
	if reached.Load() > 60 {
		t.Errorf("%d of %d guesses were listened to", reached.Load(), many)
	}
	if n := len(h.events("session.sign_in")); n > rounds+10 {
		t.Errorf("%d events of sign-ins for %d sign-ins: refusals are not collapsed", n, rounds)
	}
}

// A script with a right key may run as many verbs at once as it likes: none is lost, and none costs the next.
func TestManyVerbsOfOneAddress(t *testing.T) {
	h := serve(t, nil)
	key := h.key("otto")
	var all sync.WaitGroup
	began := time.Now()
	n := often(200, 1000)
	var left atomic.Int64
	for range 48 {
		all.Go(func() {
			for left.Add(1) <= int64(n) {
				c, _, err := sshtest.Try(t, h.addr, sshtest.Login{Keys: []gossh.Signer{key}})
				if err != nil {
					t.Error(err)
					return
				}
				if r := c.Run("who", ""); r.Code != 0 {
					t.Errorf("%+v", r)
				}
				_ = c.Close()
			}
		})
	}
	all.Wait()
	t.Logf("%d verbs over connections of their own, 48 at once, in %v", n, time.Since(began))
	if d := h.counted(sshd.EventDropped); d != 0 {
		t.Errorf("%d were dropped", d)
	}
}

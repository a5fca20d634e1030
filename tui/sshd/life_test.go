package sshd_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
	"gatehouse/tui/sshd"
	"gatehouse/tui/sshd/sshtest"
)

// However a connection ends, who signed in on it is signed out once, with the reason.
func TestSignedOutOnceHoweverItEnds(t *testing.T) {
	h := serve(t, nil)
	key := h.key("otto")
	login := sshtest.Login{Keys: []gossh.Signer{key}}
	n := 0
	ends := func(name, why string, fn func(c *sshtest.Client)) {
		t.Helper()
		c := sshtest.Dial(t, h.addr, login)
		fn(c)
		n++
		out := h.signedOut(n)
		if want := fmt.Sprintf("done|%s|%d|ssh 127.0.0.1", why, h.People["otto"]); !strings.HasPrefix(out[n-1], want) &&
			!strings.Contains(out[n-1], "|"+why+"|") {
			t.Errorf("%s: %q, want %q", name, out[n-1], want)
		}
	}
	ends("no channel", "disconnected", func(c *sshtest.Client) { _ = c.Close() })
	ends("a verb", "signed_out", func(c *sshtest.Client) { c.Run("who", ""); _ = c.Close() })
	ends("in the middle", "disconnected", func(c *sshtest.Client) { h.waiting(c); _ = c.Close() })
	ends("a panic", "crashed", func(c *sshtest.Client) {
		if r := c.Run("panic", ""); r.Code == 0 || strings.Contains(r.Err+r.Out, "of a test") {
			t.Errorf("a panic: %+v", r)
		}
		_ = c.Close()
	})
	ends("revoked", "revoked", func(c *sshtest.Client) {
		h.waiting(c)
		open, err := h.As("otto").Sessions(context.Background(), h.People["otto"])
		h.Must(err)
		h.Must(h.As("otto").RevokeSession(context.Background(), open[0].ID))
		c.Gone()
	})
	ends("revoked without a channel", "revoked", func(c *sshtest.Client) {
		open, err := h.As("sam").Sessions(context.Background(), nil)
		h.Must(err)
		h.Must(h.As("sam").RevokeSession(context.Background(), open[0].ID))
		c.Gone()
	})
	if in := len(h.events("session.sign_in")); in != n {
		t.Errorf("%d sign-ins, %d sign-outs", in, n)
	}
	if h.counted(sshd.EventPanic) != 1 {
		t.Errorf("%d panics are counted", h.counted(sshd.EventPanic))
	}
}

// waiting runs "wait", and returns when it runs.
func (h *served) waiting(c *sshtest.Client) *gossh.Session {
	h.t.Helper()
	s, err := c.NewSession()
	h.Must(err)
	out, err := s.StdoutPipe()
	h.Must(err)
	h.Must(s.Start("wait"))
	_, err = io.ReadFull(out, make([]byte, len("waiting")))
	h.Must(err)
	return s
}

// A client that hangs up at any moment, also between its sign-in and its first channel, leaves as many sign-outs as
// sign-ins, and nothing behind.
func TestHangingUpAtAnyMoment(t *testing.T) {
	h := serve(t, nil)
	key := h.key("otto")
	for i := range 60 {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(i+1))}} // or the address would be penalized
		conn, err := d.Dial("tcp", h.addr)
		h.Must(err)
		cut := &cutting{Conn: conn, left: 1500 + 50*i}
		sc, channels, requests, err := gossh.NewClientConn(cut, h.addr, &gossh.ClientConfig{
			User: "x", Auth: []gossh.AuthMethod{gossh.PublicKeys(key)}, HostKeyCallback: gossh.InsecureIgnoreHostKey(), //nolint:gosec // of this test
		})
		if err == nil {
			c := gossh.NewClient(sc, channels, requests)
			if i%2 == 0 {
				_, _ = c.NewSession()
			}
		}
		_ = conn.Close()
	}
	sshtest.Await(t, "nothing is left", func() bool { return h.server.Figures() == sshd.Figures{} })
	in, out := h.events("session.sign_in"), h.events("session.sign_out")
	t.Logf("%d of 60 had signed in", len(in))
	if len(in) == 0 || len(in) != len(out) {
		t.Errorf("%d sign-ins, %d sign-outs", len(in), len(out))
	}
	if open, err := h.As("sam").Sessions(context.Background(), nil); err != nil || len(open) != 0 {
		t.Errorf("%d sessions are left, %v", len(open), err)
	}
}

// cutting is a connection that breaks after so many bytes were written.
type cutting struct {
	net.Conn
	left int
}

func (c *cutting) Write(p []byte) (int, error) {
	if c.left -= len(p); c.left < 0 {
		_ = c.Close()
	}
	return c.Conn.Write(p)
}

// A connection is for sessions only: forwarding and requests to the server are refused and counted, but for the question
// whether it is there.
func TestOnlySessions(t *testing.T) {
	h := serve(t, nil)
	c := sshtest.Dial(t, h.addr, sshtest.Login{Keys: []gossh.Signer{h.key("otto")}})
	for _, kind := range []string{"direct-tcpip", "x11", "auth-agent@openssh.com", "tun@openssh.com", "\x1b[2J"} {
		if _, _, err := c.OpenChannel(kind, nil); err == nil {
			t.Errorf("a channel of the type %q is open", kind)
		}
	}
	if _, err := c.Listen("tcp", "127.0.0.1:0"); err == nil {
		t.Error("a port is forwarded")
	}
	if ok, _, err := c.SendRequest("keepalive@openssh.com", true, nil); !ok || err != nil {
		t.Errorf("the question whether it is there: %v, %v", ok, err)
	}
	if n := h.counted(sshd.EventRequestCut); n != 6 {
		t.Errorf("%d are counted, want 6", n)
	}
	if got := c.Run("cat", "still here").Out; got != "still here" {
		t.Error(got)
	}
	for range 3000 {
		if _, _, err := c.SendRequest("nonsense", true, nil); err != nil {
			break
		}
	}
	c.Gone()
}

// An open door lets everybody in, with any key or none, to sessions of nobody; who asks for nothing does not stay.
func TestOpenDoor(t *testing.T) {
	h := serve(t, func(o *sshd.Options) {
		o.House, o.OpenDoor = nil, true
		o.Limits = sshd.Limits{Handshake: 300 * time.Millisecond, Sessions: 2}
	})
	for _, l := range []sshtest.Login{{}, {Keys: []gossh.Signer{sshtest.Key(t)}}} {
		c := sshtest.Dial(t, h.addr, l)
		if got := c.Run("who", "").Out; got != "nobody from 127.0.0.1" {
			t.Error(got)
		}
		c.Gone()
	}
	sshtest.Dial(t, h.addr, sshtest.Login{}).Gone()
	a, b, c := sshtest.Dial(t, h.addr, sshtest.Login{}), sshtest.Dial(t, h.addr, sshtest.Login{}), sshtest.Dial(t, h.addr, sshtest.Login{})
	h.waiting(a)
	h.waiting(b)
	if r := c.Run("who", ""); r.Code == 0 || !strings.Contains(r.Err, "As many sessions are open as this server allows") {
		t.Errorf("above the limit: %+v", r)
	}
	h.server.Limit(3)
	if r := c.Run("who", ""); r.Code != 0 || h.server.Limits().Sessions != 3 {
		t.Errorf("the limit was raised to %+v: %+v", h.server.Limits(), r)
	}
	h.server.Limit(1) // nobody is sent away
	if r := sshtest.Dial(t, h.addr, sshtest.Login{}).Run("who", ""); r.Code == 0 || h.server.Figures().Sessions != 2 {
		t.Errorf("the limit was lowered: %+v, %+v", r, h.server.Figures())
	}
	h.server.Limit(0)
	if n := h.server.Limits().Sessions; n != 1000 {
		t.Errorf("without a limit it is %d, want the default", n)
	}
}

// A server that stops lets verbs finish, ends interfaces, and signs everybody out; what was acknowledged is in the
// house (trust-D12).
func TestStopWithCommitsInFlight(t *testing.T) {
	const many = 200
	var acknowledged atomic.Int64
	started := make(chan struct{}, many)
	h := serve(t, func(o *sshd.Options) {
		o.Run = func(ctx context.Context, c *sshd.Client) int {
			started <- struct{}{}
			if c.Terminal != nil {
				_, _ = io.WriteString(c.Out, "\x1b[?1049hdrawn")
				<-ctx.Done()
				_, _ = io.WriteString(c.Out, "\x1b[?1049l")
				return 0
			}
			<-time.After(200 * time.Millisecond)
			for i := range 3 {
				if _, err := c.Session.Actor().RenameAccount(ctx, fmt.Sprintf("Otto %d %s", i, c.Command)); err != nil {
					return 1
				}
				acknowledged.Add(1)
			}
			_, _ = io.WriteString(c.Out, "done")
			return 0
		}
	})
	key := h.key("otto")
	clients := make([]*sshtest.Client, many)
	var dialling sync.WaitGroup
	for w := range 8 {
		dialling.Go(func() {
			for i := w; i < many; i += 8 {
				c, _, err := sshtest.Try(t, h.addr, sshtest.Login{Keys: []gossh.Signer{key}})
				if err != nil {
					t.Error(err)
					return
				}
				clients[i] = c
			}
		})
	}
	dialling.Wait()
	if t.Failed() {
		return
	}
	terms := make([]*sshtest.Terminal, many)
	results := make([]sshtest.Result, many)
	var verbs sync.WaitGroup
	for i, c := range clients {
		if i%2 == 0 {
			terms[i] = c.Terminal(80, 24, "").Await("drawn")
			continue
		}
		verbs.Go(func() { results[i] = c.Run(fmt.Sprint(i), "") })
	}
	for range many {
		<-started
	}
	began := time.Now()
	if err := h.server.Stop(context.Background()); err != nil {
		t.Error(err)
	}
	took := time.Since(began)
	t.Logf("%d sessions were stopped in %v, 10 s are promised; %d commits were acknowledged", many, took, acknowledged.Load())
	verbs.Wait()
	for i := range clients {
		if terms[i] == nil {
			if results[i].Out != "done" || results[i].Code != 0 {
				t.Errorf("verb %d did not finish: %+v", i, results[i])
			}
			continue
		}
		if terms[i].Wait(); terms[i].Alternate() {
			t.Errorf("terminal %d is not restored", i)
		}
	}
	if n := len(h.events("account.rename")); n != int(acknowledged.Load()) {
		t.Errorf("%d commits are in the house, %d were acknowledged", n, acknowledged.Load())
	}
	out := h.events("session.sign_out")
	if len(out) != many {
		t.Errorf("%d sign-outs of %d", len(out), many)
	}
	for _, e := range out {
		if !strings.Contains(e, "|"+string(core.SessionServerStopped)+"|") {
			t.Errorf("a sign-out is %q", e)
		}
	}
	if _, err := net.DialTimeout("tcp", h.addr, time.Second); err == nil {
		t.Error("the port is still open")
	}
}

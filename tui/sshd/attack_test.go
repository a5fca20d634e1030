package sshd_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"runtime"
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

// token is a security key in software, whose person can be missing.
type token struct {
	secret  ed25519.PrivateKey
	touched bool
}

func newToken(t *testing.T, touched bool) *token {
	t.Helper()
	_, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &token{secret, touched}
}

const tokenApplication = "ssh:"

func (k *token) PublicKey() gossh.PublicKey {
	key, err := gossh.ParsePublicKey(gossh.Marshal(struct{ Kind, Key, Application string }{
		gossh.KeyAlgoSKED25519, string(k.secret.Public().(ed25519.PublicKey)), tokenApplication,
	}))
	if err != nil {
		panic(err)
	}
	return key
}

func (k *token) Sign(_ io.Reader, data []byte) (*gossh.Signature, error) {
	rest := struct {
		Flags   byte
		Counter uint32
	}{Counter: 7}
	if k.touched {
		rest.Flags = 1
	}
	application, message := sha256.Sum256([]byte(tokenApplication)), sha256.Sum256(data)
	signed := append(append(application[:], gossh.Marshal(rest)...), message[:]...)
	return &gossh.Signature{Format: gossh.KeyAlgoSKED25519, Blob: ed25519.Sign(k.secret, signed), Rest: gossh.Marshal(rest)}, nil
}

// A security key counts as a second factor because somebody touches it: a signature without a touch is none (AC17).
func TestSecurityKeyIsTouched(t *testing.T) {
	h := serve(t, nil)
	key := newToken(t, true)
	_, err := h.As("otto").AddKey(context.Background(), core.KeyInput{Key: sshtest.Line(key)})
	h.Must(err)
	c := sshtest.Dial(t, h.addr, sshtest.Login{Keys: []gossh.Signer{key}, Answers: []string{}})
	if got := c.Run("who", "").Out; got != h.is("otto", key, "127.0.0.1") {
		t.Error(got)
	}
	if asked := c.Talk.Asked(); len(asked) > 0 {
		t.Errorf("asked %q", asked)
	}
	key.touched = false
	if _, talk, err := sshtest.Try(t, h.addr, sshtest.Login{Keys: []gossh.Signer{key}, Answers: []string{"x", "x"}}); err == nil {
		t.Errorf("a key that nobody has touched is let in: %s", talk.All())
	}
	if in := h.events("session.sign_in"); len(in) != 1 {
		t.Errorf("%q", in)
	}
}

// A key that goes from one person to another names the other one from then on, and the sessions that it began end: also
// the one in which it was taken away runs nothing more (AC5).
func TestKeyThatMoves(t *testing.T) {
	h := serve(t, func(o *sshd.Options) {
		o.Run = func(ctx context.Context, c *sshd.Client) int {
			if c.Command == "give the key away" {
				if err := c.Session.Actor().RemoveKey(ctx, c.Session.Facts().Fingerprint); err != nil {
					_, _ = fmt.Fprint(c.Err, err)
					return 1
				}
				return 0
			}
			return runs(ctx, c)
		}
	})
	key := h.key("otto")
	_, err := h.As("otto").AddKey(context.Background(), core.KeyInput{Key: sshtest.Line(sshtest.Key(t))})
	h.Must(err)
	before, other := h.dial("otto"), h.dial("otto")
	h.waiting(other)
	if r := before.Run("give the key away", ""); r.Code != 0 {
		t.Fatalf("%+v", r)
	}
	other.Gone()
	_, err = h.As("ana").AddKey(context.Background(), core.KeyInput{Key: sshtest.Line(key)})
	h.Must(err)
	if r := before.Run("who", ""); r.Code == 0 || strings.Contains(r.Out, "account") {
		t.Errorf("a session of a key that is somebody else's runs on: %+v", r)
	}
	before.Gone()
	after := sshtest.Dial(t, h.addr, sshtest.Login{User: "otto", Keys: []gossh.Signer{key}})
	if got := after.Run("who", "").Out; got != h.is("ana", key, "127.0.0.1") {
		t.Error(got)
	}
}

// Strangers who sign with keys of their own making, and then think about a code for as long as they may, from as many
// addresses as they like, keep nobody out (trust-D3).
func TestStrangersWhoThink(t *testing.T) {
	const places = 30
	h := serve(t, func(o *sshd.Options) { o.Limits = sshd.Limits{Waiting: places} })
	h.key("otto")
	var thinking atomic.Int64
	stop := make(chan struct{})
	var all sync.WaitGroup
	for i := range 3 * places {
		all.Go(func() {
			answer := func(string, string) (string, error) {
				thinking.Add(1)
				<-stop
				return "", io.EOF
			}
			_, _, err := sshtest.Try(t, h.addr, sshtest.Login{
				Keys: []gossh.Signer{sshtest.Key(t)}, Answer: answer, From: fmt.Sprintf("127.5.%d.1", 1+i),
			})
			if err == nil {
				t.Error("a stranger is let in")
			}
		})
	}
	sshtest.Await(t, "strangers in all places", func() bool { return thinking.Load() >= places && h.server.Figures().Waiting >= places })
	for range 5 {
		t.Logf("a real sign-in took %v", h.signsIn())
	}
	close(stop)
	all.Wait()
}

// One code that sixty-four connections send at once lets one of them in (trust-E1). A thousand guesses over many
// connections and addresses get five looks (trust-E2), and the right code is refused then.
func TestCodesOverManyConnections(t *testing.T) {
	h := serve(t, nil)
	key := h.key("otto")
	h.key("pia")
	code, recovery := h.enrolled("otto")
	h.Clock.Move(30 * time.Second)
	from := func(i int) string { return fmt.Sprintf("127.7.%d.%d", 1+i/200, 1+i%200) }
	together := func(n, most int, answers func(i int) []string) (in int64) {
		var let atomic.Int64
		var all sync.WaitGroup
		next := make(chan int)
		for range most {
			all.Go(func() {
				for i := range next {
					_, _, err := sshtest.Try(t, h.addr, sshtest.Login{Keys: []gossh.Signer{key}, Answers: answers(i), From: from(i)})
					if err == nil {
						let.Add(1)
					}
				}
			})
		}
		for i := range n {
			next <- i
		}
		close(next)
		all.Wait()
		return let.Load()
	}
	for round, code := range append([]string{code}, recovery[:often(2, 9)]...) {
		if in := together(64, 64, func(int) []string { return []string{code} }); in != 1 {
			t.Fatalf("round %d: %d of 64 are let in with one code", round, in)
		}
		h.Clock.Move(25 * time.Hour) // codes are not locked any more
	}
	const guesses = 1000
	before := strings.Count(h.log.String(), `msg="code refused"`)
	if in := together(guesses/3+1, 50, func(i int) []string {
		return []string{fmt.Sprint(100_000 + 3*i), fmt.Sprint(100_001 + 3*i), fmt.Sprint(100_002 + 3*i)}
	}); in != 0 {
		t.Errorf("%d guesses are right", in)
	}
	wrong := strings.Count(h.log.String(), `msg="code refused"`) - before
	t.Logf("%d guesses, %d of them were looked at", guesses, wrong)
	if wrong > 5 {
		t.Errorf("%d guesses were looked at", wrong)
	}
	if r := h.dial("pia").Run("who", ""); r.Code != 0 {
		t.Errorf("%+v", r)
	}
}

// Of the sessions that wait for room in a connection there are few, however many are asked for.
func TestHopingForRoom(t *testing.T) {
	release := make(chan struct{})
	var open sync.Once
	defer open.Do(func() { close(release) })
	h := serve(t, func(o *sshd.Options) {
		o.Run = func(ctx context.Context, c *sshd.Client) int {
			if c.Command != "linger" {
				return runs(ctx, c)
			}
			_, _ = io.WriteString(c.Out, "waiting")
			<-release // it goes on after its client has left, as a commit does
			return 0
		}
	})
	c := h.dial("otto")
	for range 2 {
		s, err := c.NewSession()
		h.Must(err)
		out, err := s.StdoutPipe()
		h.Must(err)
		h.Must(s.Start("linger"))
		_, err = io.ReadFull(out, make([]byte, len("waiting")))
		h.Must(err)
		_ = s.Close()
	}
	before := runtime.NumGoroutine()
	var asked sync.WaitGroup
	var refused atomic.Int64
	for range 300 {
		asked.Go(func() {
			if ch, requests, err := c.OpenChannel("session", nil); err != nil {
				refused.Add(1)
			} else {
				go gossh.DiscardRequests(requests)
				_ = ch.Close()
			}
		})
	}
	sshtest.Await(t, "refusals", func() bool { return refused.Load() >= 290 })
	if n := runtime.NumGoroutine() - before; n > 100 {
		t.Errorf("%d goroutines wait", n)
	}
	open.Do(func() { close(release) })
	asked.Wait()
	sshtest.Await(t, "room", func() bool { return c.Run("who", "").Code == 0 })
}

// Package sshtest is a client for tests of the server: over golang.org/x/crypto/ssh it signs in with keys and codes,
// runs commands, and types at a terminal whose screen it reads. It waits on conditions with a deadline and never sleeps.
//
//	key := sshtest.Key(t)
//	c := sshtest.Dial(t, addr, sshtest.Login{Keys: []gossh.Signer{key}, Answers: []string{"123456"}})
//	r := c.Run("request list --json", "")
//	term := c.Terminal(80, 24, "")
//	term.Await("Projects").Type("q")
package sshtest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// Patience is how long anything may take before a test fails; generous, because the machine may be busy.
const Patience = 30 * time.Second

// Key makes a new ed25519 key.
func Key(t testing.TB) gossh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := gossh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// Line is the line of the .pub file of a key.
func Line(key gossh.Signer) string {
	return strings.TrimSpace(string(gossh.MarshalAuthorizedKey(key.PublicKey())))
}

// Fingerprint is the SHA-256 of a key as OpenSSH writes it.
func Fingerprint(key gossh.Signer) string { return gossh.FingerprintSHA256(key.PublicKey()) }

// Login says how a client signs in. The zero value offers nothing.
type Login struct {
	User string // "test" without one; the server must not care
	Keys []gossh.Signer
	// Answers are given to the questions of keyboard-interactive one after the other; when they are used up, it fails.
	Answers []string
	// Answer, when set, gives them instead.
	Answer func(instruction, question string) (string, error)
	// Auth, when set, is used instead of Keys and Answers.
	Auth []gossh.AuthMethod
	// From is the local address: "127.0.0.2".
	From string
	// HostKey, when set, checks the key of the server; otherwise any is taken.
	HostKey gossh.HostKeyCallback
}

// Client is a connection that is signed in.
type Client struct {
	*gossh.Client
	t    testing.TB
	Talk *Talk
}

// Talk is what the server said before somebody was signed in. It is safe for use by many goroutines.
type Talk struct {
	mu      sync.Mutex
	banners []string
	asked   []string
	told    []string
}

// Banners are the banners, one after the other.
func (k *Talk) Banners() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return strings.Join(k.banners, "")
}

// Asked are the questions that were put, Told the instructions above them.
func (k *Talk) Asked() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]string(nil), k.asked...)
}

// Told are the instructions that were shown.
func (k *Talk) Told() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]string(nil), k.told...)
}

// All is everything that was said.
func (k *Talk) All() string {
	return k.Banners() + "\n" + strings.Join(k.Told(), "\n") + "\n" + strings.Join(k.Asked(), "\n")
}

var errNoAnswer = errors.New("the test has no more answers")

func (l Login) config(k *Talk) *gossh.ClientConfig {
	user := l.User
	if user == "" {
		user = "test"
	}
	c := &gossh.ClientConfig{
		User: user, Auth: l.Auth, HostKeyCallback: l.HostKey, Timeout: Patience,
		BannerCallback: func(m string) error {
			k.mu.Lock()
			defer k.mu.Unlock()
			k.banners = append(k.banners, m)
			return nil
		},
	}
	if c.HostKeyCallback == nil {
		c.HostKeyCallback = gossh.InsecureIgnoreHostKey() //nolint:gosec // a server of this test
	}
	if c.Auth == nil {
		if len(l.Keys) > 0 {
			c.Auth = append(c.Auth, gossh.PublicKeys(l.Keys...))
		}
		if l.Answers != nil || l.Answer != nil {
			c.Auth = append(c.Auth, l.Codes(k))
		}
	}
	return c
}

// Codes is keyboard-interactive with the answers of the login.
func (l Login) Codes(k *Talk) gossh.AuthMethod {
	left := l.Answers
	return gossh.KeyboardInteractive(func(_, instruction string, questions []string, _ []bool) ([]string, error) {
		k.mu.Lock()
		k.told = append(k.told, instruction)
		k.asked = append(k.asked, questions...)
		k.mu.Unlock()
		var out []string
		for _, q := range questions {
			if l.Answer != nil {
				a, err := l.Answer(instruction, q)
				if err != nil {
					return nil, err
				}
				out = append(out, a)
				continue
			}
			if len(left) == 0 {
				return nil, errNoAnswer
			}
			out = append(out, left[0])
			left = left[1:]
		}
		return out, nil
	})
}

// Dial signs in; a refusal fails the test. The connection is closed when the test ends.
func Dial(t testing.TB, addr string, l Login) *Client {
	t.Helper()
	c, talk, err := Try(t, addr, l)
	if err != nil {
		t.Fatalf("signing in: %v\n%s", err, talk.All())
	}
	return c
}

// Try signs in, and gives what the server said in any case.
func Try(t testing.TB, addr string, l Login) (*Client, *Talk, error) {
	t.Helper()
	k := &Talk{}
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	d := net.Dialer{}
	if l.From != "" {
		d.LocalAddr = &net.TCPAddr{IP: net.ParseIP(l.From)}
	}
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, k, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	sc, channels, requests, err := gossh.NewClientConn(conn, addr, l.config(k))
	if err != nil {
		_ = conn.Close()
		return nil, k, err
	}
	stop()
	c := &Client{Client: gossh.NewClient(sc, channels, requests), t: t, Talk: k}
	t.Cleanup(func() { _ = c.Close() })
	return c, k, nil
}

// Result is how a command ended.
type Result struct {
	Out, Err string
	Code     int // -1 without an exit status
}

// Run runs a command with standard input, and waits for its end. A command that the server refuses to run has the code
// -1 and the refusal in Err.
func (c *Client) Run(command, stdin string) Result {
	c.t.Helper()
	s, err := c.NewSession()
	if err != nil {
		return Result{Err: err.Error(), Code: -1}
	}
	defer func() { _ = s.Close() }()
	var out, errs bytes.Buffer
	s.Stdin, s.Stdout, s.Stderr = strings.NewReader(stdin), &out, &errs
	late := time.AfterFunc(Patience, func() { _ = c.Close() })
	defer late.Stop()
	err = s.Run(command)
	r := Result{Out: out.String(), Err: errs.String()}
	var status *gossh.ExitError
	switch {
	case err == nil:
	case errors.As(err, &status):
		r.Code = status.ExitStatus()
	default:
		r.Code = -1
		r.Err += err.Error()
	}
	return r
}

// Gone waits until the server has closed the connection.
func (c *Client) Gone() {
	c.t.Helper()
	done := make(chan struct{})
	go func() { // recovers: Wait has nothing that panics
		defer close(done)
		_ = c.Wait()
	}()
	select {
	case <-done:
	case <-time.After(Patience):
		c.t.Fatal("the server never closed the connection")
	}
}

// Await waits until a condition holds, looking again after each word on tick, and at least every few milliseconds.
func Await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	late := time.After(Patience)
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for !holds() {
		select {
		case <-look.C:
		case <-late:
			t.Fatalf("it never came: %s", what)
		}
	}
}

// Env is a variable of the environment of a terminal.
type Env struct{ Name, Value string }

// Terminal opens a terminal of a size in cells, with a command, or with the interface when it is empty. The kind is
// xterm-256color unless env has TERM.
func (c *Client) Terminal(w, h int, command string, env ...Env) *Terminal {
	c.t.Helper()
	s, err := c.NewSession()
	if err != nil {
		c.t.Fatal(err)
	}
	term := "xterm-256color"
	for _, e := range env {
		if e.Name == "TERM" {
			term = e.Value
			continue
		}
		_ = s.Setenv(e.Name, e.Value) // a server may refuse it
	}
	if err := s.RequestPty(term, h, w, gossh.TerminalModes{}); err != nil {
		c.t.Fatal(err)
	}
	t := &Terminal{t: c.t, session: s, screen: NewScreen(w, h), more: make(chan struct{}, 1), ended: make(chan struct{})}
	s.Stdout, s.Stderr = t, t
	if t.in, err = s.StdinPipe(); err != nil {
		c.t.Fatal(err)
	}
	if command == "" {
		err = s.Shell()
	} else {
		err = s.Start(command)
	}
	if err != nil {
		c.t.Fatal(fmt.Errorf("starting %q: %w", command, err))
	}
	go t.wait() // recovers: it has nothing that panics
	return t
}

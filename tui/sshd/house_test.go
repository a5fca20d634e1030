package sshd_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
	gossh "golang.org/x/crypto/ssh"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/screen/screentest"
	"gatehouse/tui/sshd"
	"gatehouse/tui/sshd/sshtest"
)

// served is a house that is open over SSH on the loopback.
type served struct {
	*screentest.House
	t      *testing.T
	server *sshd.Server
	addr   string
	log    *sshtest.Log
	keys   map[string]gossh.Signer // of people, by lower-case first name

	mu     sync.Mutex
	counts map[sshd.Event]int
	places int
	done   chan error // what Serve answers with
}

// serve opens the start house; change may be nil.
func serve(t *testing.T, change func(*sshd.Options)) *served {
	t.Helper()
	h := built(t)
	h.open(change)
	return h
}

// built is the start house before it is open; its clock may be moved.
func built(t *testing.T) *served {
	t.Helper()
	store, err := storage.Open(context.Background(), "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return &served{
		House: screentest.New(t, store), t: t, log: &sshtest.Log{}, keys: map[string]gossh.Signer{}, counts: map[sshd.Event]int{},
		done: make(chan error, 1),
	}
}

// open serves the house until the test ends.
func (h *served) open(change func(*sshd.Options)) {
	t := h.t
	t.Helper()
	o := sshd.Options{
		House: h.House.House, Run: runs, HostKeys: []gossh.Signer{sshtest.Key(t)},
		Log:   slog.New(slog.NewTextHandler(h.log, nil)),
		Count: h.count,
	}
	if change != nil {
		change(&o)
	}
	h.server = sshd.New(o)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.addr = l.Addr().String()
	go func() { h.done <- h.server.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), sshtest.Patience)
		defer cancel()
		if err := h.server.Stop(ctx); err != nil {
			t.Errorf("stopping: %v", err)
		}
		if err := <-h.done; err != nil {
			t.Errorf("serving: %v", err)
		}
	})
}

func (h *served) count(e sshd.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.counts[e]++
}

func (h *served) counted(e sshd.Event) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.counts[e]
}

// runs is what the tests run: "who" says whose session it is, "cat" gives back its input, "wait" waits for the end,
// "panic" panics.
func runs(ctx context.Context, c *sshd.Client) int {
	switch c.Command {
	case "who":
		if c.Session == nil {
			_, _ = fmt.Fprintf(c.Out, "nobody from %s", c.Address)
			return 0
		}
		f := c.Session.Facts()
		_, _ = fmt.Fprintf(c.Out, "account %d from %s with %s", f.Account, f.Origin, f.Fingerprint)
		return 0
	case "cat":
		_, _ = io.Copy(c.Out, c.In)
		return 0
	case "wait":
		_, _ = io.WriteString(c.Out, "waiting")
		<-ctx.Done()
		return 6
	case "panic":
		panic("of a test")
	}
	return 2
}

// key gives a person a new key, once.
func (h *served) key(name string) gossh.Signer {
	h.t.Helper()
	if k := h.keys[name]; k != nil {
		return k
	}
	k := sshtest.Key(h.t)
	_, err := h.As(name).AddKey(context.Background(), core.KeyInput{Key: sshtest.Line(k)})
	h.Must(err)
	h.keys[name] = k
	return k
}

// is what "who" says of a person.
func (h *served) is(name string, key gossh.Signer, from string) string {
	return fmt.Sprintf("account %d from ssh %s with %s", h.People[name], from, sshtest.Fingerprint(key))
}

// enrolled turns on codes for a person. It gives the code of the next step, which no one has used, and the recovery codes.
func (h *served) enrolled(name string) (code string, recovery []string) {
	h.t.Helper()
	e, err := h.As(name).EnrolMFA(context.Background())
	h.Must(err)
	recovery, err = h.As(name).ConfirmMFA(context.Background(), codeAt(h.t, e.Secret, h.Clock.Now()))
	h.Must(err)
	return codeAt(h.t, e.Secret, h.Clock.Now().Add(30*time.Second)), recovery
}

func codeAt(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCodeCustom(secret, at, totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// events gives the events of an action, the oldest first, as "outcome reason who origin".
func (h *served) events(action string) []string {
	h.t.Helper()
	var out []string
	for after := ""; ; {
		page, err := h.As("sam").Activity(context.Background(), core.ActivityQuery{
			Query: core.Query{Limit: 200, After: after}, Unit: core.System, Action: action,
		})
		h.Must(err)
		for _, e := range page.Items {
			who := e.ActorName
			if e.Actor != 0 {
				who = fmt.Sprint(e.Actor)
			}
			out = append(out, strings.Join([]string{e.Outcome, e.Reason, who, e.Origin}, "|"))
		}
		if after = page.Next; after == "" {
			slices.Reverse(out)
			return out
		}
	}
}

// signedOut waits until so many sign-outs stand in the log of the house, and none is missing.
func (h *served) signedOut(n int) []string {
	h.t.Helper()
	var out []string
	sshtest.Await(h.t, fmt.Sprintf("%d sign-outs", n), func() bool {
		out = h.events("session.sign_out")
		return len(out) >= n
	})
	if len(out) != n {
		h.t.Fatalf("%d sign-outs, want %d: %q", len(out), n, out)
	}
	return out
}

package mail

import (
	"bufio"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"gatehouse/core"
	"gatehouse/storage"
)

// trust-G2: every way in which a mail server fails is told in our words, in time, without the password, and says whether
// the mail may have gone out.
func TestServerFails(t *testing.T) {
	trusted, pool := certificate(t, "127.0.0.1")
	other, otherPool := certificate(t, "mail.evil.test")
	busy := &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "come back later"}
	full := &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 2, 2}, Message: "mailbox full"}
	const closed = "127.0.0.1:1" // a port that was freed may be given to the next who listens
	silent := scripted(t, func(c net.Conn) { _, _ = c.Read(make([]byte, 1<<10)) })
	drip := scripted(t, func(c net.Conn) {
		for {
			if _, err := c.Write([]byte("2")); err != nil {
				return
			}
			time.Sleep(20 * time.Millisecond) // the server is slow: this is what is tested
		}
	})
	endless := scripted(t, func(c net.Conn) {
		for {
			if _, err := c.Write([]byte("220-" + strings.Repeat("x", 900) + "\r\n")); err != nil {
				return
			}
		}
	})
	set := func(s *sink, fn func(*sink)) *sink { fn(s); return s }
	for name, c := range map[string]struct {
		server *Server
		want   string // in the words
		maybe  bool
	}{
		"down":                {to(t, "", closed, "tls=none"), "connection refused", false},
		"silent":              {hasty(to(t, "", silent, "tls=none")), "did not answer in time", false},
		"a byte now and then": {hasty(to(t, "", drip, "tls=none")), "did not answer in time", false},
		"endless greeting":    {to(t, "", endless, "tls=none"), "says more than", false},
		"busy":                {to(t, "", set(newSink(t, nil), func(s *sink) { s.onRcpt = busy }).addr, "tls=none"), "come back later", false},
		"full":                {to(t, "", set(newSink(t, nil), func(s *sink) { s.onData = full }).addr, "tls=none"), "mailbox full", false},
		"broken in DATA":      {to(t, "", set(newSink(t, nil), func(s *sink) { s.breaks = true }).addr, "tls=none"), "EOF", true},
		"no encryption":       {to(t, "", newSink(t, nil).addr, "tls=required"), "offers no encryption", false},
		"wrong name":          {trusting(to(t, "", newSink(t, other).addr, "tls=required"), otherPool), "127.0.0.1", false},
		"unknown authority":   {to(t, "", newSink(t, trusted).addr, "tls=required"), "certificate", false},
		"wrong name, lax":     {trusting(to(t, "", newSink(t, other).addr, "tls=opportunistic"), otherPool), "127.0.0.1", false},
		"password wrong": {
			trusting(to(t, "ana:s3cr3t@", set(newSink(t, trusted), func(s *sink) { s.password = "else" }).addr, "tls=required"), pool),
			"who are you, [password]?", false,
		},
		"password without encryption": {to(t, "ana:s3cr3t@", hidden(t), "tls=opportunistic"), "", false},
		"sent":                        {to(t, "", newSink(t, nil).addr, "tls=none"), "", false},
		"sent, encrypted":             {trusting(to(t, "", newSink(t, trusted).addr, "tls=required"), pool), "", false},
		"sent, signed in": {
			trusting(to(t, "ana:s3cr3t@", set(newSink(t, trusted), func(s *sink) { s.password = "s3cr3t" }).addr, "tls=required"), pool), "", false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			err := c.server.Send(t.Context(), note("Hello", ""), time.Now())
			t.Logf("it took %v", time.Since(began))
			if strings.HasPrefix(name, "sent") {
				if err != nil {
					t.Errorf("not sent: %v", err)
				}
				return
			}
			f := &Failure{}
			if !errors.As(err, &f) || !strings.Contains(f.Text, c.want) || f.Maybe != c.maybe || strings.Contains(f.Text, "s3cr3t") {
				t.Errorf("failed with %+v", err)
			}
		})
	}
}

// hidden is a server that offers a sign-in without encryption, and ends the test when the password comes.
func hidden(t *testing.T) string {
	return scripted(t, func(c net.Conn) {
		r := bufio.NewReader(c)
		_, _ = c.Write([]byte("220 sink.test\r\n"))
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			if strings.Contains(line, "s3cr3t") || strings.Contains(line, "czNjcjN0") {
				t.Errorf("the password came in clear: %q", line)
			}
			_, _ = c.Write([]byte("250-sink.test\r\n250 AUTH LOGIN PLAIN\r\n"))
		}
	})
}

func trusting(s *Server, pool *x509.CertPool) *Server {
	s.roots = pool
	return s
}

// mailed makes a house with a first account, and n people who are invited by mail.
func mailed(t testing.TB, url string, now func() time.Time, n int) *core.House {
	t.Helper()
	ctx := context.Background()
	h := openMailed(t, url, now)
	sam, err := h.Init(ctx, core.InitInput{Email: "sam@support.test", Name: "Sam", Maintainer: "Partner One"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		in := core.AccountInput{Email: fmt.Sprintf("person%d@acme.test", i), Name: fmt.Sprintf("Person %d", i)}
		if _, code, err := h.As(sam.ID).CreateAccount(ctx, in); err != nil || code != "" {
			t.Fatalf("code %q, %v", code, err)
		}
	}
	return h
}

func openMailed(t testing.TB, url string, now func() time.Time) *core.House {
	t.Helper()
	store, err := storage.Open(context.Background(), url, storage.Options{Clock: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return core.New(store, core.Options{Clock: now, MailDelivery: true})
}

// trust-G2: a decision does not wait for the mail server. It hangs here until the decision is done.
func TestDecisionsDoNotWait(t *testing.T) {
	reached, release := make(chan struct{}), make(chan struct{})
	var once atomic.Bool
	addr := scripted(t, func(c net.Conn) {
		if once.CompareAndSwap(false, true) {
			close(reached)
		}
		<-release
	})
	h := mailed(t, "memory:", time.Now, 3)
	log, text := quiet()
	server := to(t, "ana:s3cr3t@", addr, "tls=opportunistic")
	server.patience = 30 * time.Second
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		Delivery{House: h, Server: server, Log: log}.Run(ctx)
	}()
	<-reached
	began := time.Now()
	acc, err := h.AccountByEmail(t.Context(), "sam@support.test")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.As(acc.ID).CreateAccount(t.Context(), core.AccountInput{Email: "late@acme.test"}); err != nil {
		t.Fatal(err)
	}
	t.Logf("a decision took %v while the mail server hung", time.Since(began))
	close(release)
	stop()
	<-done
	page, err := h.As(acc.ID).Outbox(t.Context(), core.Query{})
	if err != nil || len(page.Items) != 4 {
		t.Fatalf("the outbox: %+v, %v", page, err)
	}
	for _, m := range page.Items {
		if m.Mail.Taken != 0 {
			t.Errorf("mail %d was not given back: %+v", m.ID, m.Mail)
		}
	}
	if strings.Contains(text.String(), "s3cr3t") {
		t.Errorf("the log says the password: %s", text)
	}
}

// The loop sends what comes later too, and each mail once.
func TestDeliveryGoesOn(t *testing.T) {
	s := newSink(t, nil)
	h := mailed(t, "memory:", time.Now, 12)
	log, _ := quiet()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	server := to(t, "", s.addr, "tls=none")
	server.patience = 30 * time.Second
	go func() { defer close(done); Delivery{House: h, Server: server, Log: log}.Run(ctx) }()
	acc, err := h.AccountByEmail(t.Context(), "sam@support.test")
	if err != nil {
		t.Fatal(err)
	}
	for len(s.got()) < 12 {
		time.Sleep(5 * time.Millisecond) // waits for the other side of a connection
	}
	if _, _, err := h.As(acc.ID).CreateAccount(t.Context(), core.AccountInput{Email: "late@acme.test"}); err != nil {
		t.Fatal(err)
	}
	for len(s.got()) < 13 {
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	<-done
	if n := len(s.got()); n != 13 {
		t.Errorf("%d mails arrived", n)
	}
	if tally, err := (Delivery{House: h, Server: server, Log: log}).Due(t.Context()); err != nil || tally.Sent+tally.Failed != 0 {
		t.Errorf("%+v, %v", tally, err)
	}
}

const childEnv = "GATEHOUSE_TEST_MAIL_CHILD"

// TestMain runs the child of TestKilledWhileSending in a process of its own.
func TestMain(m *testing.M) {
	if args := strings.Split(os.Getenv(childEnv), "|"); len(args) == 3 {
		ahead, _ := strconv.Atoi(args[2])
		store, err := storage.Open(context.Background(), "bolt:"+args[0], storage.Options{})
		if err != nil {
			os.Exit(3)
		}
		log, _ := quiet()
		now := func() time.Time { return time.Now().Add(time.Duration(ahead) * time.Minute) }
		server, _ := Parse("smtp://" + args[1] + "?tls=none")
		_, err = Delivery{House: core.New(store, core.Options{Clock: now, MailDelivery: true}), Server: server, Log: log}.Due(context.Background())
		if err != nil {
			os.Exit(4)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// trust-G2: a deliverer that is killed leaves at most one mail twice, with the same Message-ID, and none behind.
func TestKilledWhileSending(t *testing.T) {
	const people, budget, rounds = 150, 8 * time.Second, 200
	s := newSink(t, nil)
	path := filepath.Join(t.TempDir(), "house.db")
	store := mailed(t, "bolt:"+path, time.Now, people)
	if err := store.Store().Close(); err != nil {
		t.Fatal(err)
	}
	child := func(ctx context.Context, minutes int) error {
		cmd := exec.CommandContext(ctx, os.Args[0]) //nolint:gosec // this test itself
		cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s|%s|%d", childEnv, path, s.addr, minutes))
		return cmd.Run()
	}
	r := rand.New(rand.NewPCG(7, 7)) //nolint:gosec // when to kill is no secret
	kills, round := 0, 0
	for began := time.Now(); time.Since(began) < budget && round < rounds; round++ {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(10+r.IntN(60))*time.Millisecond)
		if child(ctx, round*10) != nil {
			kills++
		}
		cancel()
	}
	h := openMailed(t, "bolt:"+path, time.Now)
	acc, err := h.AccountByEmail(t.Context(), "sam@support.test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.As(acc.ID).RetryMails(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := h.Store().Close(); err != nil {
		t.Fatal(err)
	}
	if err := child(t.Context(), round*10+60); err != nil {
		t.Fatal(err)
	}
	copies := map[string]map[string]int{}
	for _, g := range s.got() {
		msg, err := mail.ReadMessage(strings.NewReader(string(g.data)))
		if err != nil {
			t.Fatal(err)
		}
		if copies[g.to[0]] == nil {
			copies[g.to[0]] = map[string]int{}
		}
		copies[g.to[0]][msg.Header.Get("Message-Id")]++
	}
	doubles := 0
	for address, ids := range copies {
		if len(ids) != 1 {
			t.Errorf("%s got %d Message-IDs", address, len(ids))
		}
		for _, n := range ids {
			doubles += n - 1
		}
	}
	if len(copies) != people || doubles > kills {
		t.Errorf("%d of %d people got their mail; %d doubles after %d kills", len(copies), people, doubles, kills)
	}
	t.Logf("%d rounds, %d kills, %d doubles, %d mails", round, kills, doubles, len(s.got()))
}

package mail

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log/slog"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"gatehouse/core"
)

// received is one mail that a sink took.
type received struct {
	from string
	to   []string
	data []byte
}

// sink is a mail server on loopback that keeps what it gets, or refuses it in some way.
type sink struct {
	addr string
	stop func()

	mu    sync.Mutex
	mails []received
	// what it answers, when set
	onRcpt, onData error
	password       string // wanted, when set
	breaks         bool   // it closes the connection instead of an answer to DATA
}

func (s *sink) got() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mails
}

type sinkSession struct {
	*sink
	conn *smtp.Conn
	mail received
}

func (s *sinkSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *sinkSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, _, password string) error {
		if password != s.password {
			return &smtp.SMTPError{Code: 535, Message: "who are you, " + password + "?"}
		}
		return nil
	}), nil
}

func (s *sinkSession) Mail(from string, _ *smtp.MailOptions) error {
	s.mail = received{from: from}
	return nil
}

func (s *sinkSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.to = append(s.mail.to, to)
	return s.onRcpt
}

func (s *sinkSession) Data(r io.Reader) error {
	if s.breaks {
		_, _ = io.Copy(io.Discard, r) // closed with bytes unread, the other side may see a reset instead of an end
		return s.conn.Conn().Close()
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.onData != nil {
		return s.onData
	}
	s.mail.data = data
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = append(s.mails, s.mail)
	return nil
}

func (s *sinkSession) Reset()        {}
func (s *sinkSession) Logout() error { return nil }

// newSink starts a mail server; with a TLS configuration it offers STARTTLS.
func newSink(t testing.TB, conf *tls.Config) *sink {
	t.Helper()
	s := &sink{}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &sinkSession{sink: s, conn: c}, nil
	}))
	server.Domain, server.TLSConfig, server.AllowInsecureAuth = "sink.test", conf, true
	server.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(l) // ends with Close
	}()
	s.stop = func() { _, _ = server.Close(), l.Close(); <-ended }
	t.Cleanup(s.stop)
	return s
}

// certificate makes a certificate for a name, and the pool that trusts it.
func certificate(t testing.TB, name string) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}, pool
}

// to gives the server that sends to an address, with options behind the ?.
func to(t testing.TB, userinfo, addr, options string) *Server {
	t.Helper()
	m, err := Parse("smtp://" + userinfo + addr + "?" + options)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// hasty has a server wait a moment only: for those that never answer.
func hasty(m *Server) *Server {
	m.patience = 500 * time.Millisecond
	return m
}

func note(subject, body string) core.Outgoing {
	return core.Outgoing{
		MessageID: "0123456789abcdef0123456789abcdef", Address: "ana@acme.test",
		Notices: []core.OutgoingNotice{{Notification: core.Notification{ID: 7, Subject: subject, Body: body, Event: core.NoticeStaffJoined}}},
	}
}

// scripted is a server that says what it is told to, line by line, and then nothing.
func scripted(t testing.TB, answer func(conn net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var open sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	open.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
				defer stop()
				answer(conn)
			})
		}
	})
	t.Cleanup(func() { cancel(); _ = l.Close(); open.Wait() })
	return l.Addr().String()
}

// quiet is a log into a buffer, to look for secrets in.
func quiet() (*slog.Logger, *bytes.Buffer) {
	b := &bytes.Buffer{}
	return slog.New(slog.NewTextHandler(b, nil)), b
}

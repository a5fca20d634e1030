package mail

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"net"
	"os"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"gatehouse/core"
)

// Failure is a mail that was not sent.
type Failure struct {
	Text string // one sentence without the password
	// Maybe is set when the server may have taken the mail all the same.
	Maybe bool
}

// Error implements error.
func (f *Failure) Error() string { return f.Text }

// Send hands one mail over, within half a minute. Error: *Failure.
func (m *Server) Send(ctx context.Context, out core.Outgoing, now time.Time) error {
	msg, err := m.message(out, now)
	if err != nil {
		return m.failure(err)
	}
	ctx, cancel := context.WithTimeout(ctx, m.patience)
	defer cancel()
	line := &line{ctx: ctx}
	defer line.close()
	client, err := m.client(line)
	if err != nil {
		return m.failure(err)
	}
	if err := client.DialAndSendWithContext(ctx, msg); err != nil && !msg.IsDelivered() {
		return m.failure(err)
	}
	return nil
}

func (m *Server) client(l *line) (*gomail.Client, error) {
	_, domain, _ := strings.Cut(m.from, "@")
	policy := map[Policy]gomail.TLSPolicy{
		TLSRequired: gomail.TLSMandatory, TLSOpportunistic: gomail.TLSOpportunistic, TLSNone: gomail.NoTLS,
	}[m.policy]
	options := []gomail.Option{
		gomail.WithPort(m.port), gomail.WithTimeout(m.patience), gomail.WithHELO(domain), gomail.WithTLSPolicy(policy),
		gomail.WithTLSConfig(&tls.Config{ServerName: m.host, MinVersion: tls.VersionTLS12, RootCAs: m.roots}),
		gomail.WithoutNoop(), gomail.WithoutRset(), gomail.WithoutSMTPUTF8(), gomail.WithDialContextFunc(l.dial),
	}
	if m.user != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(m.user), gomail.WithPassword(m.password))
	}
	return gomail.NewClient(m.host, options...)
}

// line is one connection that ends with its context, whatever deadlines are set on it: a server that sends a byte now
// and then does not hold it open.
type line struct {
	ctx  context.Context
	conn net.Conn
	stop func() bool
}

func (l *line) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.conn = conn
	l.stop = context.AfterFunc(l.ctx, func() { _ = conn.Close() }) // reading and writing answer with an error
	return conn, nil
}

// close gives the connection back, also where the client gave up and left it open.
func (l *line) close() {
	if l.conn != nil {
		l.stop()
		_ = l.conn.Close() // mostly closed already
	}
}

// failure says in our words why a mail was not sent.
func (m *Server) failure(err error) *Failure {
	f := &Failure{Text: m.scrub(err.Error())}
	var send *gomail.SendError
	var refused addressError
	switch {
	case errors.As(err, &refused):
		f.Text = err.Error()
	case errors.As(err, &send):
		text, _, _ := strings.Cut(send.Error(), ", affected ")
		f.Text = m.scrub(text)
		// The whole mail was written, and no answer came: it may have been taken.
		f.Maybe = send.Reason == gomail.ErrSMTPDataClose && send.ErrorCode() < 400
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, net.ErrClosed):
		f.Text = m.String() + " did not answer in time"
	case errors.Is(err, smtp.ErrNonTLSConnection), strings.Contains(f.Text, "does not support STARTTLS"):
		f.Text = m.String() + " offers no encryption (STARTTLS), and tls=required asks for it"
	}
	return f
}

// scrub takes the password out of what a server says, which may repeat what it was sent.
func (m *Server) scrub(s string) string {
	if m.password == "" {
		return s
	}
	encode := base64.StdEncoding.EncodeToString
	for _, secret := range []string{
		m.password, encode([]byte(m.password)), encode([]byte("\x00" + m.user + "\x00" + m.password)),
	} {
		s = strings.ReplaceAll(s, secret, "[password]")
	}
	return s
}

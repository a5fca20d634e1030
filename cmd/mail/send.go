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
	err = client.DialAndSendWithContext(ctx, msg)
	if err == nil || msg.IsDelivered() {
		return nil
	}
	f := m.failure(err)
	switch {
	case line.flooded:
		f.Text = m.String() + " says more than a mail server has to say"
	case line.late, ctx.Err() != nil:
		f.Text = m.String() + " did not answer in time"
	}
	return f
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
// and then does not hold it open, and one that never ends a line does not fill the memory.
type line struct {
	ctx     context.Context //nolint:containedctx // that of one Send, which the client does not hand through
	conn    net.Conn
	stop    func() bool
	flooded bool
	late    bool // the deadline that the client sets is that of the context, and either may come first
}

// answers is how many bytes of a mail server are read for one mail.
const answers = 1 << 20

// bounded is a connection of which only so much is read.
type bounded struct {
	net.Conn
	line *line
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		b.line.flooded = true
		return 0, errors.New("too many bytes")
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	b.line.late = b.line.late || errors.Is(err, os.ErrDeadlineExceeded)
	return n, err
}

func (l *line) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.conn = conn
	l.stop = context.AfterFunc(l.ctx, func() { _ = conn.Close() }) // reading and writing answer with an error
	return &bounded{Conn: conn, line: l, left: answers}, nil
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
	case strings.Contains(f.Text, "does not support STARTTLS"):
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

// Package mail sends the outbox of a house by SMTP (domain N4, trust.md requirement 15): plain text out of fixed
// templates, one recipient a mail, every name and reason made visible before it goes into a header or a body. Decisions
// never wait for it: it runs beside them, and what it cannot send stays in the outbox.
package mail

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Policy says how a connection must be encrypted.
type Policy string

// The policies of the option tls. None is allowed to the own machine only.
const (
	TLSRequired      Policy = "required"
	TLSOpportunistic Policy = "opportunistic"
	TLSNone          Policy = "none"
)

// Server is the mail server that takes the mails of a house. It is safe for use by many goroutines.
type Server struct {
	host     string
	port     int
	user     string
	password string
	policy   Policy
	from     string
	address  Address        // of the server that the mails come from
	patience time.Duration  // for one mail, from the first byte to the last
	roots    *x509.CertPool // nil: those of the machine
}

// Bounds of one mail.
const (
	defaultPort = 587
	patience    = 30 * time.Second
)

// Parse reads what --smtp says:
//
//	smtp://USER:PASSWORD@HOST:PORT?tls=required|opportunistic|none&from=ADDRESS
//
// Port is 587, tls is required and from is gatehouse@HOST unless told. Blanks and signs in user and password are written
// as %20 and so on. Errors are one sentence for people and never hold the password.
func Parse(s string) (*Server, error) {
	u, err := url.Parse(s)
	if err != nil { // it would say the whole URL, with the password
		return nil, errors.New("it is no URL; signs such as @ : / % in user or password must be written as %40 %3A %2F %25")
	}
	if u.Scheme != "smtp" || u.Host == "" || u.Opaque != "" || (u.Path != "" && u.Path != "/") || u.Fragment != "" {
		return nil, errors.New("it must look like smtp://USER:PASSWORD@HOST:587?tls=required")
	}
	m := &Server{host: u.Hostname(), policy: TLSRequired, patience: patience}
	if !validHost(m.host) {
		return nil, errors.New("the host is no name or address")
	}
	if m.port, err = parsePort(u.Port()); err != nil {
		return nil, err
	}
	if u.User != nil {
		m.user = u.User.Username()
		m.password, _ = u.User.Password()
	}
	if err := m.options(u.RawQuery); err != nil {
		return nil, err
	}
	if m.from == "" {
		m.from = "gatehouse@" + m.host
		if net.ParseIP(m.host) != nil {
			m.from = "gatehouse@localhost"
		}
	}
	return m, nil
}

func parsePort(s string) (int, error) {
	if s == "" {
		return defaultPort, nil
	}
	port, err := strconv.Atoi(s)
	if err != nil || port < 1 || port > 65535 {
		return 0, errors.New("the port must be a number from 1 to 65535")
	}
	return port, nil
}

func (m *Server) options(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return errors.New("what stands behind ? cannot be read")
	}
	for key, value := range values {
		switch {
		case len(value) != 1:
			return fmt.Errorf("%q is there more than once", key)
		case key == "tls":
			m.policy = Policy(value[0])
		case key == "from":
			m.from = value[0]
			if !validAddress(m.from) {
				return errors.New("from must be an address like gatehouse@example.test")
			}
		default:
			return fmt.Errorf("%q is no option; there are tls and from", key)
		}
	}
	switch m.policy {
	case TLSRequired, TLSOpportunistic:
		return nil
	case TLSNone:
		if m.loopback() {
			return nil
		}
		return errors.New("tls=none is for the own machine only (localhost, 127.0.0.1, ::1)")
	}
	return errors.New("tls must be required, opportunistic or none")
}

func (m *Server) loopback() bool {
	if m.host == "localhost" {
		return true
	}
	ip := net.ParseIP(m.host)
	return ip != nil && ip.IsLoopback()
}

// String names the server without user and password.
func (m *Server) String() string { return net.JoinHostPort(m.host, strconv.Itoa(m.port)) }

// validHost allows names of letters, digits and hyphens, and addresses.
func validHost(s string) bool {
	return net.ParseIP(s) != nil || validDomain(s)
}

func validDomain(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' || strings.Trim(label, lettersDigits+"-") != "" {
			return false
		}
	}
	return true
}

const lettersDigits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// validAddress allows dot-atoms only: no quotes, no comments, no blanks, ASCII (trust.md requirement 15).
func validAddress(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || len(local) > 64 || len(s) > 254 || !validDomain(domain) {
		return false
	}
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" || strings.Trim(atom, lettersDigits+"!#$%&'*+/=?^_{}~-`|") != "" {
			return false
		}
	}
	return true
}

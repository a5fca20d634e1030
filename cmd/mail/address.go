package mail

import (
	"errors"
	"net"
	"strconv"
	"strings"
)

// Address is where people reach the server over SSH. The zero Address is not known: mails then name pages without a line
// to paste.
type Address struct {
	Host string
	Port int
}

// sshPort is the port that ssh takes without -p.
const sshPort = 22

// ParseAddress reads HOST or HOST:PORT, as people reach the server; empty is the zero Address. Errors are one sentence
// for people.
func ParseAddress(s string) (Address, error) {
	if s == "" {
		return Address{}, nil
	}
	host, port := s, ""
	if colons := strings.Count(s, ":"); colons == 1 || colons > 1 && strings.HasPrefix(s, "[") {
		var err error
		if host, port, err = net.SplitHostPort(s); err != nil {
			return Address{}, errors.New("it is not written like gate.example.test:2222")
		}
	}
	if !validHost(host) || strings.HasPrefix(host, "-") {
		return Address{}, errors.New("the host is no name or address")
	}
	a := Address{Host: host, Port: sshPort}
	if strings.HasSuffix(s, ":") || port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return Address{}, errors.New("the port must be a number from 1 to 65535")
		}
		a.Port = int(n)
	}
	return a, nil
}

// String writes the address as it is set.
func (a Address) String() string { return net.JoinHostPort(a.Host, strconv.Itoa(a.Port)) }

// Command is the line to paste that opens a session, or runs words at the server: "ssh -t -p 2222 gate.example.test open
// request/41". It is empty when the address is not known.
func (a Address) Command(words string) string {
	if a.Host == "" {
		return ""
	}
	line := "ssh -t "
	if a.Port != sshPort {
		line += "-p " + strconv.Itoa(a.Port) + " "
	}
	return strings.TrimSpace(line + a.Host + " " + strings.TrimSpace(words))
}

// line is the command behind a colon, or nothing.
func (a Address) line(words string) string {
	if command := a.Command(words); command != "" {
		return ": " + command
	}
	return ""
}

// At gives a mail server whose mails name the address.
func (m *Server) At(a Address) *Server {
	at := *m
	at.address = a
	return &at
}

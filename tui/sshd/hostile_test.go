package sshd_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"gatehouse/tui/sshd"
	"gatehouse/tui/sshd/sshtest"
	paint "gatehouse/tui/text"
)

// hostile are texts that repaint, rename, copy, reorder, hide, forge a line, or never end; each with a word that is
// found where it got through.
var hostile = map[string]string{
	"CSI": "\x1b[2J\x1b[31mevil", "OSC": "\x1b]0;evil\a\x1b]52;c;ZXZpbA==\x1b\\\x1b]8;;http://evil\x1b\\evil", "DCS": "\x1bPevil\x1b\\",
	"C1": "\u009b2Jevil\u009d0;evil\u009c", "C1 as bytes": "\x9b2Jevil\x9c", "bidi": "\u202elive\u2066evil\u200f", "hidden": "e\u200bv\u00adil\U000e0041\ufeff",
	"lines": "x\r\ntime=2026-11-22T12:00:00Z level=ERROR msg=evil\r\n{\"level\":\"ERROR\",\"msg\":\"evil\"}\n\u2028evil", "zero": "ev\x00il\x7f",
	"bad UTF-8": "evil\xff\xfe\xc3", "marks": "e" + strings.Repeat("\u0301", 500) + "vil", "long": strings.Repeat("evil", 8_000),
}

// logged is how a line of the log begins, as text and as JSON: with a message of ours.
var logged = regexp.MustCompile(`^(time=\S+ level=[A-Z]+ msg=|{"time":"[^"]+","level":"[A-Z]+","msg":)` +
	`"?(connected|not signed in|sign-in refused|code refused|signed in|signed out|request refused)\b`)

// counted is everything that is ever counted.
var counted = []sshd.Event{
	sshd.EventConnected, sshd.EventDropped, sshd.EventHandshake, sshd.EventSignedIn, sshd.EventRefused, sshd.EventSessionBegan,
	sshd.EventSessionEnded, sshd.EventRequestCut, sshd.EventStalled, sshd.EventPasteCut,
}

// strange is a key of a kind that nobody knows, with a name of its own.
type strange struct{ kind string }

func (s strange) PublicKey() gossh.PublicKey { return s }
func (s strange) Type() string               { return s.kind }
func (s strange) Marshal() []byte {
	return gossh.Marshal(struct{ Kind, Rest string }{s.kind, s.kind})
}
func (s strange) Verify([]byte, *gossh.Signature) error { return nil }
func (s strange) Sign(io.Reader, []byte) (*gossh.Signature, error) {
	return &gossh.Signature{Format: s.kind, Blob: []byte(s.kind)}, nil
}

// packet is a packet as it goes over the wire before keys are exchanged.
func packet(payload []byte) []byte {
	padding := 8 - (5+len(payload))%8
	if padding < 4 {
		padding += 8
	}
	p := binary.BigEndian.AppendUint32(nil, uint32(1+len(payload)+padding))
	p = append(append(p, byte(padding)), payload...)
	return append(p, make([]byte, padding)...)
}

// place is an address that has not failed yet.
func (h *served) place() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.places++
	return fmt.Sprintf("127.0.3.%d", h.places)
}

// says writes to the server as no client does, and reads until the server has had enough.
func (h *served) says(parts ...[]byte) {
	h.t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(h.place())}}
	conn, err := d.Dial("tcp", h.addr)
	h.Must(err)
	defer func() { _ = conn.Close() }()
	for _, p := range parts {
		if _, err := conn.Write(p); err != nil {
			break // it has closed the connection
		}
	}
	if err := conn.(*net.TCPConn).CloseWrite(); !errors.Is(err, syscall.ENOTCONN) { // it was faster
		h.Must(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(sshtest.Patience))
	_, _ = io.Copy(io.Discard, conn)
}

// trust-C1: what strangers and people send in any place that SSH has for text never reaches the log of the server, the
// log of the house, the counts or the list of sessions as it was sent.
func TestHostileTextOverSSH(t *testing.T) {
	for name, evil := range hostile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plain, lines := &sshtest.Log{}, &sshtest.Log{}
			all := &slog.HandlerOptions{Level: slog.LevelDebug}
			h := serve(t, func(o *sshd.Options) {
				o.Log = slog.New(slog.NewMultiHandler(slog.NewTextHandler(plain, all), slog.NewJSONHandler(lines, all)))
			})
			key := h.key("otto")
			h.beforeSignIn(evil)
			h.atSignIn(evil, key)
			c := sshtest.Dial(t, h.addr, sshtest.Login{User: evil, Keys: []gossh.Signer{key}})
			h.afterSignIn(evil, c)
			sessions, err := h.As("sam").Sessions(context.Background(), nil)
			h.Must(err)
			events := ""
			for _, action := range []string{"session.", "account."} {
				events += strings.Join(h.events(action), "\n")
			}
			_ = c.Close()
			h.signedOut(1)
			sshtest.Await(t, "the end of all connections", func() bool { return h.server.Figures() == sshd.Figures{} })
			for what, said := range map[string]string{
				"log": plain.String(), "log as JSON": lines.String(), "events": events, "sessions": fmt.Sprintf("%+v", sessions),
			} {
				got := 0
				for line := range strings.Lines(said) {
					got++
					clean := strings.TrimSuffix(line, "\n")
					if paint.Clean(clean) != clean || len(clean) > 2_000 || strings.HasPrefix(what, "log") && !logged.MatchString(clean) {
						t.Errorf("%s: a line holds what was sent: %.300q", what, line)
					}
				}
				if got == 0 {
					t.Errorf("%s: nothing was looked at", what)
				}
			}
			h.mu.Lock()
			defer h.mu.Unlock()
			for e := range h.counts {
				if !slices.Contains(counted, e) {
					t.Errorf("counted: %q", e)
				}
			}
		})
	}
}

// beforeSignIn sends the text where no key is exchanged yet: as a version, as the names of algorithms, as a reason to
// leave, and as nothing known.
func (h *served) beforeSignIn(evil string) {
	version := []byte("SSH-2.0-test\r\n")
	h.says([]byte(evil + "\r\n"))
	h.says([]byte("SSH-2.0-" + evil + "\r\n"))
	h.says([]byte("SSH-1.0-" + evil + "\r\n"))
	h.says(version, packet(gossh.Marshal(struct {
		Kind                                      byte
		Cookie                                    [16]byte
		KEX, Host, C1, C2, M1, M2, Z1, Z2, L1, L2 string
		Follows                                   bool
		Reserved                                  uint32
	}{20, [16]byte{}, evil, evil, evil, evil, evil, evil, evil, evil, evil, evil, false, 0})))
	h.says(version, packet(gossh.Marshal(struct {
		Kind              byte
		Reason            uint32
		Message, Language string
	}{1, 11, evil, evil})))
	h.says(version, packet([]byte(evil)))
}

// atSignIn sends the text as name, kind of key, code and name of a new account.
func (h *served) atSignIn(evil string, key gossh.Signer) {
	t := h.t
	for _, l := range []sshtest.Login{
		{User: evil, Keys: []gossh.Signer{sshtest.Key(t)}},
		{User: evil, Keys: []gossh.Signer{sshtest.Key(t)}, Answers: []string{evil, evil, evil}},
		{User: evil, Keys: []gossh.Signer{strange{evil}}},
		{User: evil, Auth: []gossh.AuthMethod{gossh.Password(evil)}},
	} {
		l.From = h.place()
		if _, talk, err := sshtest.Try(t, h.addr, l); err == nil || paint.Clean(strings.ReplaceAll(talk.Banners(), "\r\n", "")) != strings.ReplaceAll(talk.Banners(), "\r\n", "") {
			t.Errorf("signed in, or told %q", talk.Banners())
		}
	}
	if _, _, err := sshtest.Try(t, h.addr, sshtest.Login{From: h.place(), Keys: []gossh.Signer{key}, HostKey: func(string, net.Addr, gossh.PublicKey) error {
		return fmt.Errorf("%s", evil)
	}}); err == nil {
		t.Error("a host key that the client refuses")
	}
}

// afterSignIn sends the text as everything that a session has room for.
func (h *served) afterSignIn(evil string, c *sshtest.Client) {
	t := h.t
	if _, _, err := c.OpenChannel(evil, []byte(evil)); err == nil {
		t.Error("a channel of that kind")
	}
	_, _, _ = c.SendRequest(evil, true, []byte(evil))
	c.Run(evil, evil)
	c.Run("'"+evil, evil)
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Setenv(evil, evil)
	_ = s.Setenv("TERM", evil)
	_ = s.Setenv("LANG", evil)
	_ = s.RequestPty(evil, 24, 80, gossh.TerminalModes{})
	_, _ = s.SendRequest(evil, true, []byte(evil))
	_ = s.RequestSubsystem(evil)
	_ = s.Signal(gossh.Signal(evil))
	_ = s.Start("wait")
	_ = s.Signal(gossh.Signal(evil))
	_ = s.Close()
}
